/* omc-display.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-model"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "omc-display.h"

#define MINUTE (60 * G_TIME_SPAN_SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define SOON (15 * MINUTE)

char *
omc_display_name (const char *family, const char *given)
{
  g_autofree char *upper = NULL;

  if (!family || !*family)
    return g_strdup (given && *given ? given : C_ ("patient", "Name not known"));

  upper = g_utf8_strup (family, -1);

  return given && *given ? g_strdup_printf ("%s, %s", upper, given) : g_steal_pointer (&upper);
}

/* Fills what the text has; returns how many of year, month and day it has. */
static int
parse_date (const char *text, int *year, int *month, int *day)
{
  int n;

  if (!text)
    return 0;

  n = sscanf (text, "%4d-%2d-%2d", year, month, day);
  if (n < 1 || *year < 1 || (n > 1 && (*month < 1 || *month > 12)) ||
      (n > 2 && !g_date_valid_dmy (*day, *month, *year)))
    return 0;

  return n;
}

char *
omc_display_date (const char *fhir_date)
{
  int year = 0, month = 1, day = 1;
  int n = parse_date (fhir_date, &year, &month, &day);
  g_autoptr (GDateTime) date = NULL;

  if (n == 0)
    return g_strdup (fhir_date ? fhir_date : "");

  date = g_date_time_new_local (year, month, day, 12, 0, 0);

  return g_date_time_format (date, n == 3 ? "%d-%b-%Y" : n == 2 ? "%b-%Y" : "%Y");
}

char *
omc_display_identity (const char *family, const char *given, const char *fhir_birth_date)
{
  g_autofree char *name = omc_display_name (family, given);
  g_autofree char *birth = omc_display_date (fhir_birth_date);

  return *birth ? g_strdup_printf ("%s · %s", name, birth) : g_steal_pointer (&name);
}

char *
omc_display_age (const char *fhir_birth_date, gint64 now_us)
{
  int year = 0, month = 1, day = 1;
  int n = parse_date (fhir_birth_date, &year, &month, &day);
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) now = NULL;
  int months, now_year, now_month, now_day;

  if (n == 0)
    return g_strdup ("");

  utc = g_date_time_new_from_unix_utc_usec (now_us);
  now = g_date_time_to_local (utc);
  g_date_time_get_ymd (now, &now_year, &now_month, &now_day);
  months =
      (now_year - year) * 12 + (n > 1 ? now_month - month : 0) - (n > 2 && now_day < day ? 1 : 0);

  if (months < 0)
    return g_strdup ("");
  if (months >= 24 || n == 1)
    return g_strdup_printf (C_ ("age in years", "%d y"), months / 12);
  if (months >= 2 || n == 2)
    return g_strdup_printf (C_ ("age in months", "%d mo"), months);

  {
    GDate born, today;

    g_date_clear (&born, 1);
    g_date_clear (&today, 1);
    g_date_set_dmy (&born, day, month, year);
    g_date_set_dmy (&today, now_day, now_month, now_year);

    return g_strdup_printf (C_ ("age in days", "%d d"), g_date_days_between (&born, &today));
  }
}

char *
omc_display_number (const char *number)
{
  if (!number)
    return g_strdup ("");

  if (strlen (number) == 10 && strspn (number, "0123456789") == 10)
    return g_strdup_printf ("%.3s %.3s %.4s", number, number + 3, number + 6);

  return g_strdup (number);
}

const char *
omc_display_gender (const char *code)
{
  if (g_strcmp0 (code, "female") == 0)
    return C_ ("gender", "Female");
  if (g_strcmp0 (code, "male") == 0)
    return C_ ("gender", "Male");
  if (g_strcmp0 (code, "other") == 0)
    return C_ ("gender", "Other");

  return C_ ("gender", "Sex not known");
}

char *
omc_display_time (gint64 us, gint64 now_us)
{
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) now_utc = NULL;
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) now = NULL;

  if (us == 0)
    return g_strdup ("");

  utc = g_date_time_new_from_unix_utc_usec (us);
  now_utc = g_date_time_new_from_unix_utc_usec (now_us);
  if (!utc || !now_utc)
    return g_strdup ("");

  time = g_date_time_to_local (utc);
  now = g_date_time_to_local (now_utc);
  if (g_date_time_get_year (time) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    return g_date_time_format (time, "%H:%M");

  return g_date_time_format (time, ABS (now_us - us) < 6 * DAY ? "%a %H:%M" : "%d-%b %H:%M");
}

char *
omc_display_span (gint64 us)
{
  gint64 minutes = MAX (us, 0) / MINUTE;

  if (minutes < 60)
    return g_strdup_printf (C_ ("time span", "%d min"), (int)minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (C_ ("time span in hours and minutes", "%d h %02d"), (int)(minutes / 60),
                            (int)(minutes % 60));

  return g_strdup_printf (C_ ("time span", "%d d"), (int)(minutes / (24 * 60)));
}

char *
omc_display_ago (gint64 us, gint64 now_us)
{
  g_autofree char *span = NULL;

  if (us == 0)
    return g_strdup ("");
  if (ABS (now_us - us) < MINUTE)
    return g_strdup (_ ("just now"));

  span = omc_display_span (ABS (now_us - us));

  /* A time ahead of now happens with a skewed device; saying "ago" would hide it. */
  return us > now_us ? g_strdup_printf (C_ ("due time", "in %s"), span)
                     : g_strdup_printf (_ ("%s ago"), span);
}

char *
omc_display_bytes (gint64 bytes)
{
  return g_format_size (MAX (bytes, 0));
}

OmcDueState
omc_due_state (gint64 last_us, gint64 due_us, gint64 now_us)
{
  gint64 late = now_us - due_us;
  gint64 half = last_us > 0 && due_us > last_us ? (due_us - last_us) / 2 : HOUR;

  if (due_us == 0)
    return OMC_DUE_NONE;
  if (late > MIN (half, HOUR))
    return OMC_DUE_VERY_OVERDUE;
  if (late > 0)
    return OMC_DUE_OVERDUE;

  return -late <= SOON ? OMC_DUE_SOON : OMC_DUE_LATER;
}

char *
omc_display_due (gint64 due_us, gint64 now_us)
{
  g_autofree char *span = NULL;

  if (due_us == 0)
    return g_strdup (C_ ("due time", "not planned"));
  if (ABS (due_us - now_us) < MINUTE)
    return g_strdup (C_ ("due time", "now"));

  span = omc_display_span (ABS (due_us - now_us));

  return due_us > now_us ? g_strdup_printf (C_ ("due time", "in %s"), span)
                         : g_strdup_printf (C_ ("due time", "%s late"), span);
}

char *
omc_display_news2 (const OmcNews2Result *result)
{
  g_autofree char *summary = NULL;
  const char *band;

  g_return_val_if_fail (result != NULL, NULL);

  if (result->scope != OMC_NEWS2_SCOPE_ADULT)
    return g_strdup (omc_news2_scope_sentence (result->scope));

  summary = omc_news2_dup_summary (result);
  band = omc_news2_band_label (result->band);
  if (result->band == OMC_NEWS2_BAND_NONE || !band || !*band)
    return g_strdup_printf (_ ("NEWS2 %s"), summary);

  return g_strdup_printf (_ ("NEWS2 %s, risk %s"), summary, band);
}
