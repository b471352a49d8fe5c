/* omc-retry-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <math.h>

#include <gio/gio.h>

#include "omc-http-date.h"
#include "omc-retry-policy.h"

#define LONGEST_HINT_US (G_TIME_SPAN_DAY)

const OmcRetryPolicy OMC_RETRY_DEFAULT = { 5, 2.0, 1000, 5 * 60 * 1000 };

gint64
omc_retry_policy_get_delay (const OmcRetryPolicy *self, guint attempts, double random)
{
  double ceiling;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (random >= 0 && random < 1, 0);

  ceiling = self->base_ms * pow (MAX (self->multiplier, 1.0), MAX (attempts, 1) - 1);
  ceiling = MIN (ceiling, (double)self->max_backoff_ms);
  return (gint64)(ceiling * random * G_TIME_SPAN_MILLISECOND);
}

gboolean
omc_retry_policy_is_exhausted (const OmcRetryPolicy *self, guint attempts)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return attempts >= self->max_attempts;
}

static gint64
clamp_seconds (guint64 seconds)
{
  return (gint64)MIN (seconds, (guint64)LONGEST_HINT_US / G_TIME_SPAN_SECOND) * G_TIME_SPAN_SECOND;
}

static gint64
parse_retry_after (const char *text, gint64 server_now_us)
{
  guint64 seconds;
  gint64 when;

  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seconds, NULL))
    return clamp_seconds (seconds);
  if (omc_http_date_parse (text, &when) && server_now_us > 0)
    return CLAMP (when - server_now_us, 0, LONGEST_HINT_US);
  return -1;
}

/* One member of the list: "name";r=N;t=S in any order of parameters. */
static gint64
parse_rate_limit_member (const char *member)
{
  g_auto (GStrv) parameters = g_strsplit (member, ";", -1);
  guint64 remaining = 0;
  guint64 seconds = 0;
  gboolean has_seconds = FALSE;

  for (guint i = 0; parameters[i] != NULL; i++)
    {
      const char *parameter = g_strstrip (parameters[i]);

      if (g_str_has_prefix (parameter, "r="))
        g_ascii_string_to_unsigned (parameter + 2, 10, 0, G_MAXUINT64, &remaining, NULL);
      else if (g_str_has_prefix (parameter, "t="))
        has_seconds =
            g_ascii_string_to_unsigned (parameter + 2, 10, 0, G_MAXUINT64, &seconds, NULL);
    }

  return has_seconds && remaining == 0 ? clamp_seconds (seconds) : -1;
}

gint64
omc_retry_hint (const char *retry_after, const char *rate_limit, gint64 server_now_us)
{
  gint64 hint = -1;

  if (retry_after != NULL)
    hint = parse_retry_after (retry_after, server_now_us);

  if (rate_limit != NULL)
    {
      g_auto (GStrv) members = g_strsplit (rate_limit, ",", -1);

      for (guint i = 0; members[i] != NULL; i++)
        hint = MAX (hint, parse_rate_limit_member (members[i]));
    }

  return hint;
}
