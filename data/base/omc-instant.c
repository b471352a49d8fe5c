/* omc-instant.c: the texts of FHIR's date, dateTime and instant; declared in omc-clock.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-base"

#include "config.h"

#include "omc-clock.h"

#define DAY_US (86400 * (gint64)G_USEC_PER_SEC)
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

/* Days since 1970-01-01 in the proleptic Gregorian calendar; exact for all years of FHIR (0001 to 9999). */
static gint64
days_from_civil (int year, int month, int day)
{
  gint64 y = month <= 2 ? year - 1 : year;
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * 146097 + day_of_era - 719468;
}

static void
civil_from_days (gint64 days, int *year, int *month, int *day)
{
  days += 719468;
  gint64 era = (days >= 0 ? days : days - 146096) / 146097;
  gint64 doe = days - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  gint64 doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  gint64 mp = (5 * doy + 2) / 153;

  *day = (int)(doy - (153 * mp + 2) / 5 + 1);
  *month = (int)(mp < 10 ? mp + 3 : mp - 9);
  *year = (int)(yoe + era * 400 + (*month <= 2 ? 1 : 0));
}

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static int
days_of_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

  return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

char *
omc_instant_format_offset (gint64 unix_us, int offset_minutes)
{
  int year, month, day;
  gint64 local = unix_us + offset_minutes * MINUTE_US;
  gint64 days = floor_div (local, DAY_US);
  int ms = (int)((local - days * DAY_US) / 1000);
  int zone = ABS (offset_minutes);

  civil_from_days (days, &year, &month, &day);

  if (offset_minutes == 0)
    return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day, ms / 3600000,
                            ms / 60000 % 60, ms / 1000 % 60, ms % 1000);

  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d.%03d%c%02d:%02d", year, month, day,
                          ms / 3600000, ms / 60000 % 60, ms / 1000 % 60, ms % 1000,
                          offset_minutes < 0 ? '-' : '+', zone / 60, zone % 60);
}

char *
omc_instant_format (gint64 unix_us)
{
  return omc_instant_format_offset (unix_us, 0);
}

char *
omc_instant_format_local (gint64 unix_us)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  int interval =
      g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, floor_div (unix_us, G_USEC_PER_SEC));
  int seconds = interval < 0 ? 0 : g_time_zone_get_offset (zone, interval);

  return omc_instant_format_offset (unix_us, (int)floor_div (seconds, 60));
}

/* Takes exactly n digits. */
static gboolean
take_number (const char **text, int n, int *value)
{
  const char *p = *text;

  *value = 0;
  for (int i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (p[i]))
        return FALSE;
      *value = *value * 10 + (p[i] - '0');
    }
  *text = p + n;

  return TRUE;
}

static gboolean
take_char (const char **text, char c)
{
  if (**text != c)
    return FALSE;
  (*text)++;

  return TRUE;
}

/* "Z", "+hh:mm" up to 14:00 in either direction. */
static gboolean
take_zone (const char **text, gint64 *offset_us)
{
  int hours, minutes;
  int sign = **text == '-' ? -1 : 1;

  if (take_char (text, 'Z'))
    {
      *offset_us = 0;
      return TRUE;
    }

  if (!take_char (text, '+') && !take_char (text, '-'))
    return FALSE;
  if (!take_number (text, 2, &hours) || !take_char (text, ':') || !take_number (text, 2, &minutes))
    return FALSE;
  if (minutes > 59 || hours > 14 || (hours == 14 && minutes != 0))
    return FALSE;
  *offset_us = sign * (hours * 60 + minutes) * MINUTE_US;

  return TRUE;
}

/* "hh:mm:ss[.f...]" and zone, to the end of the text. */
static gboolean
parse_time (const char *text, gint64 *time_us, gint64 *width_us, gint64 *offset_us)
{
  int hour, minute, second;
  gint64 unit = G_USEC_PER_SEC;
  gint64 fraction = 0;

  if (!take_number (&text, 2, &hour) || !take_char (&text, ':') ||
      !take_number (&text, 2, &minute) || !take_char (&text, ':') ||
      !take_number (&text, 2, &second))
    return FALSE;
  /* FHIR lets a leap second pass. */
  if (hour > 23 || minute > 59 || second > 60)
    return FALSE;

  if (take_char (&text, '.'))
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      for (; g_ascii_isdigit (*text); text++)
        if (unit > 1)
          {
            unit /= 10;
            fraction += (*text - '0') * unit;
          }
    }

  *time_us = (hour * 3600 + minute * 60 + second) * (gint64)G_USEC_PER_SEC + fraction;
  *width_us = unit;

  return take_zone (&text, offset_us) && *text == '\0';
}

gboolean
omc_instant_parse_range (const char *text, gint64 *start_us, gint64 *end_us)
{
  int year, month = 1, day = 1;
  gint64 start, end, time_us, width, offset;

  if (text == NULL || !take_number (&text, 4, &year) || year == 0)
    return FALSE;

  if (*text == '\0')
    {
      start = days_from_civil (year, 1, 1) * DAY_US;
      end = days_from_civil (year + 1, 1, 1) * DAY_US;
      goto done;
    }

  if (!take_char (&text, '-') || !take_number (&text, 2, &month) || month < 1 || month > 12)
    return FALSE;

  if (*text == '\0')
    {
      start = days_from_civil (year, month, 1) * DAY_US;
      end = start + days_of_month (year, month) * DAY_US;
      goto done;
    }

  if (!take_char (&text, '-') || !take_number (&text, 2, &day) || day < 1 ||
      day > days_of_month (year, month))
    return FALSE;

  start = days_from_civil (year, month, day) * DAY_US;
  end = start + DAY_US;

  if (*text != '\0')
    {
      if (!take_char (&text, 'T') || !parse_time (text, &time_us, &width, &offset))
        return FALSE;
      start += time_us - offset;
      end = start + width;
    }

done:
  if (start_us != NULL)
    *start_us = start;
  if (end_us != NULL)
    *end_us = end;

  return TRUE;
}
