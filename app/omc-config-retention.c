/* omc-config-retention.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-config"

#include "config.h"

#include "omc-config-retention.h"

static void
take_longest (const char *path, const char *value, const char *origin, gpointer user_data)
{
  gint64 *days = user_data;

  if (g_str_has_suffix (path, ".cacheStrategy.retention.recent"))
    *days = MAX (*days, g_ascii_strtoll (value, NULL, 10));
}

gboolean
omc_config_to_retention (const OmcConfig *self, OmcRetention *retention)
{
  gint64 days = omc_config_get_integer (self, "offline.cache.retentionDays");

  /* 0 is for ever: there is nothing longer. */
  if (days > 0)
    omc_config_foreach (self, take_longest, &days);
  *retention = (OmcRetention){
    .retention_us = days * G_TIME_SPAN_DAY,
    .max_bytes = omc_config_get_integer (self, "offline.storage.maxSize"),
  };

  return omc_config_get_string (self, "server.url") != NULL;
}
