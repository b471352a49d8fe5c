/* omc-sync-config.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-fhir-http.h"
#include "omc-secret.h"
#include "omc-sync-config.h"
#include "omc-sync-error.h"

OmcSyncConfig *
omc_sync_config_new (void)
{
  OmcSyncConfig *self = g_new0 (OmcSyncConfig, 1);

  self->auto_sync = TRUE;
  self->interval_seconds = 60;
  self->max_retries = 5;
  return self;
}

static GHashTable *
copy_strategies (GHashTable *strategies)
{
  GHashTable *copy;
  GHashTableIter iter;
  gpointer type;
  gpointer strategy;

  if (strategies == NULL)
    return NULL;

  copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, strategies);
  while (g_hash_table_iter_next (&iter, &type, &strategy))
    g_hash_table_insert (copy, g_strdup (type), strategy);
  return copy;
}

OmcSyncConfig *
omc_sync_config_copy (const OmcSyncConfig *self)
{
  OmcSyncConfig *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new0 (OmcSyncConfig, 1);
  *copy = *self;
  copy->server_url = g_strdup (self->server_url);
  copy->token_url = g_strdup (self->token_url);
  copy->client_id = g_strdup (self->client_id);
  copy->client_secret = g_strdup (self->client_secret);
  copy->ca_file = g_strdup (self->ca_file);
  if (self->authorities != NULL)
    copy->authorities = omc_authorities_ref (self->authorities);
  copy->strategies = copy_strategies (self->strategies);
  copy->types = g_strdupv (self->types);
  return copy;
}

void
omc_sync_config_free (OmcSyncConfig *self)
{
  if (self == NULL)
    return;

  g_free (self->server_url);
  g_free (self->token_url);
  g_free (self->client_id);
  if (self->client_secret != NULL)
    omc_wipe (self->client_secret, strlen (self->client_secret));
  g_free (self->client_secret);
  g_free (self->ca_file);
  omc_authorities_unref (self->authorities);
  g_clear_pointer (&self->strategies, g_hash_table_unref);
  g_strfreev (self->types);
  g_free (self);
}

gboolean
omc_sync_config_settle (OmcSyncConfig *self, GError **error)
{
  g_return_val_if_fail (self != NULL && self->server_url != NULL, FALSE);

  if (!g_uri_is_valid (self->server_url, G_URI_FLAGS_NONE, NULL) ||
      !omc_fhir_http_url_is_encrypted (self->server_url))
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("The server's address must begin with https:// (http:// only on this "
                              "machine): check the "
                              "setting."));
      return FALSE;
    }
  if (self->token_url != NULL && !omc_fhir_http_url_takes_secret (self->token_url))
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("The address to log in must begin with https:// (http:// only on "
                              "this machine) and have neither a name before @ nor a part after #: "
                              "check auth.tokenUrl."));
      return FALSE;
    }
  if (self->ca_file != NULL && self->authorities == NULL)
    self->authorities = omc_authorities_load (self->ca_file, error);

  return self->ca_file == NULL || self->authorities != NULL;
}

OmcServerIdentity *
omc_sync_config_dup_identity (const OmcSyncConfig *self)
{
  g_return_val_if_fail (self != NULL && self->server_url != NULL, NULL);
  g_return_val_if_fail (self->ca_file == NULL || self->authorities != NULL, NULL);

  return omc_server_identity_new (
      self->server_url, self->token_url,
      self->authorities != NULL ? omc_authorities_get_fingerprints (self->authorities) : NULL);
}
