/* omc-http-date.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "omc-http-date.h"

gboolean
omc_http_date_parse (const char *text, gint64 *unix_us)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  g_autoptr (GDateTime) when = NULL;
  char month[4];
  const char *found;
  int day;
  int year;
  int hour;
  int minute;
  int second;
  int end = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  if (sscanf (text, "%*3c, %2d %3s %4d %2d:%2d:%2d GMT%n", &day, month, &year, &hour, &minute,
              &second, &end) != 6 ||
      end == 0 || text[end] != '\0')
    return FALSE;
  found = strstr (months, month);
  if (found == NULL || strlen (month) != 3 || (found - months) % 3 != 0)
    return FALSE;
  when = g_date_time_new_utc (year, (int)(found - months) / 3 + 1, day, hour, minute,
                              MIN (second, 59));
  if (when == NULL)
    return FALSE;

  if (unix_us != NULL)
    *unix_us = g_date_time_to_unix (when) * G_TIME_SPAN_SECOND;
  return TRUE;
}
