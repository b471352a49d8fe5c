/* omc-sync-mark.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-clock.h"
#include "omc-sync-mark.h"

char *
omc_sync_mark_name (const char *type)
{
  g_return_val_if_fail (type != NULL, NULL);

  return g_strconcat ("pull/", type, NULL);
}

char *
omc_sync_mark_value (gint64 server_us, gint64 device_us, gint64 newest_us, guint overlap_seconds)
{
  gint64 mark_us =
      MIN (server_us, MAX (device_us, newest_us)) - overlap_seconds * G_TIME_SPAN_SECOND;

  /* The Date header has whole seconds only. */
  mark_us -= mark_us % G_TIME_SPAN_SECOND;
  return server_us > 0 && mark_us > 0 ? omc_instant_format (mark_us) : NULL;
}

char *
omc_sync_mark_query (const char *type, const char *mark, guint page_size)
{
  g_return_val_if_fail (type != NULL, NULL);
  g_return_val_if_fail (page_size > 0, NULL);

  /* Exactly this _sort and a page of 20 or more give Medplum's cursor paging. */
  if (mark == NULL)
    return g_strdup_printf ("%s?_sort=_lastUpdated&_count=%u", type, page_size);
  return g_strdup_printf ("%s?_lastUpdated=ge%s&_sort=_lastUpdated&_count=%u", type, mark,
                          page_size);
}

gboolean
omc_sync_mark_is_later (const char *old_mark, const char *new_mark)
{
  gint64 old_us;
  gint64 new_us;

  if (new_mark == NULL || !omc_instant_parse_range (new_mark, &new_us, NULL))
    return FALSE;
  if (old_mark == NULL || !omc_instant_parse_range (old_mark, &old_us, NULL))
    return TRUE;
  return new_us > old_us;
}
