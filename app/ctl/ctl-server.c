/* ctl-server.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-server.h"

#include "omc-config.h"
#include "omc-practice.h"
#include "omc-store-bounds.h"

#include <glib/gi18n.h>

void
omc_ctl_server_clear (OmcCtlServer *self)
{
  g_clear_pointer (&self->named, omc_server_identity_free);
  g_clear_pointer (&self->known, omc_server_identity_free);
  g_clear_pointer (&self->refusal, g_free);
}

/* Without the login's secret, which need not be at hand. NULL without an error: there is no server. */
static OmcServerIdentity *
read_named (OmcCtl *ctl, const char *url, const char *ca_file, GError **error)
{
  g_autoptr (OmcConfig) config = omc_config_load (ctl->config_file, error);
  g_autoptr (OmcSyncConfig) sync = omc_sync_config_new ();

  if (config == NULL)
    return NULL;
  g_set_str (&sync->server_url, url != NULL ? url : omc_config_get_string (config, "server.url"));
  g_set_str (&sync->ca_file,
             ca_file != NULL ? ca_file : omc_config_get_string (config, "server.caFile"));
  g_set_str (&sync->token_url, omc_config_get_string (config, "auth.tokenUrl"));
  if (sync->server_url == NULL)
    sync->server_url = omc_store_get_setting_sync (ctl->store, OMC_SETTING_SERVER, NULL, NULL);
  if (sync->server_url == NULL || !omc_sync_config_settle (sync, error))
    return NULL;

  return omc_sync_config_dup_identity (sync);
}

gboolean
omc_ctl_server_read (OmcCtl *ctl,
                     const char *url,
                     const char *ca_file,
                     OmcCtlServer *server,
                     GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!omc_store_get_server_sync (ctl->store, &server->known, error))
    return FALSE;
  server->named = read_named (ctl, url, ca_file, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (server->named != NULL && server->known != NULL && !omc_practice_is_store (ctl->data_dir))
    server->refusal = omc_server_identity_dup_refusal (server->named, server->known);

  return TRUE;
}

char *
omc_ctl_server_describe (const OmcCtlServer *self)
{
  const OmcServerIdentity *server = self->named != NULL ? self->named : self->known;
  g_autofree char *url = NULL;
  g_autofree char *login = NULL;
  g_autofree char *authorities = NULL;

  if (server == NULL)
    return NULL;
  url = omc_server_identity_dup_url_words (server);
  login = omc_server_identity_dup_login_words (server);
  authorities = omc_server_identity_dup_authority_words (server);

  return g_strdup_printf (_ ("%s, login at %s, vouched for by %s"), url, login, authorities);
}

void
omc_ctl_server_add (OmcJsonBuilder *b, OmcJsonNode *node, const OmcServerIdentity *server)
{
  omc_json_node_set_string (b, node, "server", server->url);
  omc_json_node_set_string (b, node, "login", server->login);
  omc_json_node_set_string (b, node, "authorities", server->authorities);
}
