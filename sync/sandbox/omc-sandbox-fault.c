/* omc-sandbox-fault.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-fault.h"
#include "omc-sandbox.h"

typedef struct
{
  const char *name;
  const char *value_name; /* (nullable): it has none */
  gint64 fallback;
} Kind;

static const Kind kinds[OMC_SANDBOX_N_FAULTS] = {
  [OMC_SANDBOX_FAULT_LATENCY] = { "latency", "ms", 100 },
  [OMC_SANDBOX_FAULT_DROP_BEFORE] = { "drop-before", NULL, 0 },
  [OMC_SANDBOX_FAULT_DROP_AFTER] = { "drop-after", NULL, 0 },
  [OMC_SANDBOX_FAULT_STATUS] = { "status", "code", 503 },
  [OMC_SANDBOX_FAULT_TRUNCATE] = { "truncate", NULL, 0 },
  [OMC_SANDBOX_FAULT_DUPLICATE] = { "duplicate", NULL, 0 },
  [OMC_SANDBOX_FAULT_PORTAL] = { "portal", NULL, 0 },
  [OMC_SANDBOX_FAULT_UNAUTHORIZED] = { "unauthorized", NULL, 0 },
  [OMC_SANDBOX_FAULT_THROTTLE] = { "throttle", "seconds", 1 },
  [OMC_SANDBOX_FAULT_LATE_COMMIT] = { "late-commit", "ms", 500 },
  [OMC_SANDBOX_FAULT_EXPIRED_PAGE] = { "expired-page", NULL, 0 },
  [OMC_SANDBOX_FAULT_SKEW] = { "skew", "seconds", 3600 },
};

typedef struct
{
  OmcSandboxFaultKind kind;
  gint64 value;
  double rate;
  gint64 nth;         /* 0: any */
  gint64 times;       /* 0: no end */
  char *method;       /* (owned) (nullable) */
  GPatternSpec *path; /* (owned) (nullable) */
  gint64 n_matched;
  gint64 n_fired;
  guint64 state;
} Fault;

struct _OmcSandboxFaults
{
  GArray *faults; /* (owned) (element-type Fault) */
};

static void
fault_clear (gpointer data)
{
  Fault *fault = data;

  g_free (fault->method);
  g_clear_pointer (&fault->path, g_pattern_spec_free);
}

const char *
omc_sandbox_fault_name (OmcSandboxFaultKind kind)
{
  g_return_val_if_fail (kind < OMC_SANDBOX_N_FAULTS, NULL);

  return kinds[kind].name;
}

/* splitmix64: the same everywhere and for ever, which GRand does not promise. */
static double
draw (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  z ^= z >> 31;
  return (double)(z >> 11) / (double)(G_GUINT64_CONSTANT (1) << 53);
}

static gboolean
parse_rate (const char *text, double *rate)
{
  char *end;

  *rate = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && *rate >= 0 && *rate <= 1;
}

static gboolean
parse_option (Fault *fault, const char *name, const char *value)
{
  const char *value_name = kinds[fault->kind].value_name;
  gint64 low = fault->kind == OMC_SANDBOX_FAULT_SKEW     ? -G_MAXINT32
               : fault->kind == OMC_SANDBOX_FAULT_STATUS ? 200
                                                         : 0;
  gint64 high = fault->kind == OMC_SANDBOX_FAULT_STATUS ? 599 : G_MAXINT32;

  if (g_strcmp0 (name, value_name) == 0)
    return g_ascii_string_to_signed (value, 10, low, high, &fault->value, NULL);
  if (g_str_equal (name, "rate"))
    return parse_rate (value, &fault->rate);
  if (g_str_equal (name, "nth"))
    return g_ascii_string_to_signed (value, 10, 1, G_MAXINT32, &fault->nth, NULL);
  if (g_str_equal (name, "times"))
    return g_ascii_string_to_signed (value, 10, 1, G_MAXINT32, &fault->times, NULL);
  if (g_str_equal (name, "method"))
    {
      g_set_str (&fault->method, value);
      return *value != '\0';
    }
  if (g_str_equal (name, "path"))
    {
      g_clear_pointer (&fault->path, g_pattern_spec_free);
      fault->path = g_pattern_spec_new (value);
      return *value != '\0';
    }
  return FALSE;
}

static gboolean
parse_fault (const char *spec, Fault *fault, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (spec, ",", -1);
  guint kind = 0;

  while (kind < OMC_SANDBOX_N_FAULTS && g_strcmp0 (kinds[kind].name, parts[0]) != 0)
    kind++;
  if (kind == OMC_SANDBOX_N_FAULTS)
    {
      g_set_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION,
                   "there is no fault \"%s\"; there are latency, drop-before, drop-after, status, "
                   "truncate, duplicate, "
                   "portal, unauthorized, throttle, late-commit, expired-page, skew",
                   parts[0] != NULL ? parts[0] : "");
      return FALSE;
    }

  *fault = (Fault){ .kind = kind, .value = kinds[kind].fallback, .rate = 1 };
  for (guint i = 1; parts[i] != NULL; i++)
    {
      char *equals = strchr (parts[i], '=');

      if (equals != NULL)
        *equals = '\0';
      if (equals == NULL || !parse_option (fault, parts[i], equals + 1))
        {
          g_set_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION,
                       "the fault %s does not take \"%s\" like that; it takes %s%srate=0..1, "
                       "nth=K, times=N, method=M, "
                       "path=GLOB",
                       kinds[kind].name, parts[i],
                       kinds[kind].value_name != NULL ? kinds[kind].value_name : "",
                       kinds[kind].value_name != NULL ? "=NUMBER, " : "");
          fault_clear (fault);
          return FALSE;
        }
    }
  return TRUE;
}

OmcSandboxFaults *
omc_sandbox_faults_new (const char *const *specs, guint64 seed, GError **error)
{
  g_autoptr (OmcSandboxFaults) self = g_new0 (OmcSandboxFaults, 1);

  self->faults = g_array_new (FALSE, TRUE, sizeof (Fault));
  g_array_set_clear_func (self->faults, fault_clear);
  for (guint i = 0; specs != NULL && specs[i] != NULL; i++)
    {
      Fault fault;

      if (!parse_fault (specs[i], &fault, error))
        return NULL;
      fault.state = seed ^ ((guint64)(i + 1) * G_GUINT64_CONSTANT (0xd1342543de82ef95));
      g_array_append_val (self->faults, fault);
    }
  return g_steal_pointer (&self);
}

void
omc_sandbox_faults_free (OmcSandboxFaults *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->faults);
  g_free (self);
}

void
omc_sandbox_faults_decide (OmcSandboxFaults *self,
                           const char *method,
                           const char *path,
                           OmcSandboxVerdict *verdict)
{
  *verdict = (OmcSandboxVerdict){ 0 };

  for (guint i = 0; i < self->faults->len; i++)
    {
      Fault *fault = &g_array_index (self->faults, Fault, i);
      gboolean lucky;

      if ((fault->method != NULL && !g_str_equal (fault->method, method)) ||
          (fault->path != NULL && !g_pattern_spec_match_string (fault->path, path)))
        continue;

      fault->n_matched++;
      lucky = draw (&fault->state) >= fault->rate;
      if (lucky || (fault->nth != 0 && fault->n_matched != fault->nth) ||
          (fault->times != 0 && fault->n_fired >= fault->times))
        continue;

      fault->n_fired++;
      verdict->on[fault->kind] = TRUE;
      verdict->value[fault->kind] = fault->value;
    }
}
