/* omc-vitals-draft-hint.c: the last value beside a field, and the time of observation
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-vitals-draft-private.h"

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
/* Times of observation, clinical.md 4. */
#define FUTURE_US (2 * MINUTE_US)
#define LATE_US (60 * MINUTE_US)
#define TOO_LATE_US (24 * 60 * MINUTE_US)

char *
_omc_vitals_dup_time_obstacle (gint64 taken_at_us,
                               gint64 now_us,
                               gint64 admitted_us,
                               gboolean has_late_reason)
{
  gint64 age = now_us - taken_at_us;

  if (taken_at_us == 0)
    return g_strdup ("");
  if (age < -FUTURE_US)
    return g_strdup (_ ("The time of observation lies in the future."));
  if (age > TOO_LATE_US)
    return g_strdup (_ ("The time of observation is more than a day ago."));
  if (admitted_us != 0 && taken_at_us < admitted_us)
    return g_strdup (_ ("The time of observation is before the admission."));
  if (age > LATE_US && !has_late_reason)
    return g_strdup (_ ("More than an hour ago: say why it is recorded late."));

  return g_strdup ("");
}

static char *
dup_age (gint64 age_us)
{
  gint64 minutes = MAX (age_us, 0) / MINUTE_US;

  if (minutes < 90)
    return g_strdup_printf (C_ ("age of a value", "%d min ago"), (int)minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (C_ ("age of a value", "%d h ago"), (int)(minutes / 60));

  return g_strdup_printf (C_ ("age of a value", "%d d ago"), (int)(minutes / (24 * 60)));
}

char *
_omc_vitals_dup_hint (GPtrArray *history, OmcVitalKind kind, gint64 now_us)
{
  gboolean is_pressure = kind == OMC_VITAL_SYSTOLIC || kind == OMC_VITAL_DIASTOLIC;

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (history, i);
      const OmcVitalsValue *value = omc_vitals_set_get (set, kind);

      if (value == NULL)
        continue;

      g_autofree char *display =
          is_pressure ? g_strdup (value->text) : omc_vitals_set_dup_display (set, kind);
      g_autofree char *age = dup_age (now_us - value->time_us);

      /* Translators: the last value and its age: "118 (3 h ago)" */
      return g_strdup_printf (C_ ("last value", "%s (%s)"), display, age);
    }

  return g_strdup ("");
}
