/* omc-fhir-auth.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-fhir-auth.h"
#include "omc-json.h"
#include "omc-retry-policy.h"
#include "omc-secret.h"
#include "omc-sync-error.h"

/* A token that ends while a request is under way is a needless 401. */
#define MARGIN_SECONDS 30
#define DEFAULT_LIFE_SECONDS 300

static const OmcRetryPolicy refusal_policy = { 1, 2.0, 60 * 1000, 15 * 60 * 1000 };

struct _OmcFhirAuth
{
  GMutex mutex;
  OmcFhirHttp *http;     /* (owned) */
  OmcSyncConfig *config; /* (owned) */
  char *token_url;       /* (owned) (nullable): as configured or discovered */
  char *header;          /* (owned) (nullable) */
  gint64 expires_at;     /* monotonic */
  guint n_refusals;
  gint64 quiet_until; /* monotonic */
};

OmcFhirAuth *
omc_fhir_auth_new (OmcFhirHttp *http, const OmcSyncConfig *config)
{
  OmcFhirAuth *self;

  g_return_val_if_fail (http != NULL && config != NULL, NULL);

  self = g_new0 (OmcFhirAuth, 1);
  g_mutex_init (&self->mutex);
  self->http = omc_fhir_http_ref (http);
  self->config = omc_sync_config_copy (config);
  self->token_url = g_strdup (config->token_url);
  return self;
}

void
omc_fhir_auth_free_header (char *header)
{
  if (header == NULL)
    return;
  omc_wipe (header, strlen (header));
  g_free (header);
}

void
omc_fhir_auth_free (OmcFhirAuth *self)
{
  if (self == NULL)
    return;

  omc_fhir_http_unref (self->http);
  omc_sync_config_free (self->config);
  g_free (self->token_url);
  omc_fhir_auth_free_header (self->header);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

gboolean
omc_fhir_auth_is_needed (OmcFhirAuth *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->config->client_id != NULL;
}

void
omc_fhir_auth_forget_refusal (OmcFhirAuth *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->quiet_until = 0;
  g_mutex_unlock (&self->mutex);
}

static gboolean
discover_token_url (OmcFhirAuth *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *url =
      g_strconcat (self->config->server_url, "/.well-known/smart-configuration", NULL);
  const OmcHttpCall call = { .method = "GET", .url = url, .accept = "application/json" };
  g_autoptr (OmcHttpReply) reply = omc_fhir_http_send (self->http, &call, cancellable, error);
  g_autoptr (OmcJson) json = NULL;
  const char *token_url;

  if (reply == NULL)
    return FALSE;
  json = reply->status == 200 ? omc_json_parse_bytes (reply->body, NULL) : NULL;
  token_url =
      json != NULL ? omc_json_value_pick_string (omc_json_get_root (json), "token_endpoint") : NULL;
  if (token_url == NULL || !omc_fhir_http_url_takes_secret (token_url))
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("The server does not say where to log in: set the token address in "
                              "the configuration."));
      return FALSE;
    }
  self->token_url = g_strdup (token_url);
  return TRUE;
}

static gboolean
take_token (OmcFhirAuth *self, const OmcHttpReply *reply, GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse_bytes (reply->body, NULL);
  const OmcJsonValue *root = json != NULL ? omc_json_get_root (json) : NULL;
  const char *token = omc_json_value_pick_string (root, "access_token");
  double life = DEFAULT_LIFE_SECONDS;

  if (token == NULL)
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR,
                           _ ("Something else than the server answered the login: the network may "
                              "ask you to sign in."));
      return FALSE;
    }
  omc_json_value_get_double (omc_json_value_get (root, "expires_in"), &life);
  life = CLAMP (life, 1, 7 * 24 * 3600.0);
  life = life > 2 * MARGIN_SECONDS ? life - MARGIN_SECONDS : life / 2;
  omc_fhir_auth_free_header (self->header);
  self->header = g_strconcat ("Bearer ", token, NULL);
  self->expires_at = g_get_monotonic_time () + (gint64)(life * G_TIME_SPAN_SECOND);
  self->n_refusals = 0;
  return TRUE;
}

static void
note_refusal (OmcFhirAuth *self)
{
  gint64 pause =
      omc_retry_policy_get_delay (&refusal_policy, ++self->n_refusals, g_random_double ());

  self->quiet_until = g_get_monotonic_time () + pause;
}

static void
set_refused (GError **error)
{
  g_set_error_literal (
      error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH,
      _ ("The server does not accept this device's login: ask IT to check its credentials."));
}

static GBytes *
make_form (OmcFhirAuth *self)
{
  g_autofree char *id = g_uri_escape_string (self->config->client_id, NULL, FALSE);
  g_autofree char *secret = g_uri_escape_string (
      self->config->client_secret != NULL ? self->config->client_secret : "", NULL, FALSE);
  char *form =
      g_strconcat ("grant_type=client_credentials&client_id=", id, "&client_secret=", secret, NULL);

  omc_wipe (secret, strlen (secret));
  return g_bytes_new_take (form, strlen (form));
}

/* Medplum answers 400 to a wrong secret, others 401 (fhir-servers.md 1): both are a refusal. */
static gboolean
log_in (OmcFhirAuth *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) form = NULL;
  g_autoptr (OmcHttpReply) reply = NULL;
  OmcHttpCall call = { .method = "POST",
                       .accept = "application/json",
                       .content_type = "application/x-www-form-urlencoded" };

  if (g_get_monotonic_time () < self->quiet_until)
    {
      set_refused (error);
      return FALSE;
    }
  if (self->token_url == NULL && !discover_token_url (self, cancellable, error))
    return FALSE;

  form = make_form (self);
  call.url = self->token_url;
  call.body = form;
  reply = omc_fhir_http_send (self->http, &call, cancellable, error);
  if (reply == NULL)
    return FALSE;
  if (reply->status == 200)
    return take_token (self, reply, error);
  if (reply->status == 400 || reply->status == 401 || reply->status == 403)
    {
      note_refusal (self);
      set_refused (error);
    }
  else if (reply->status == 429 || reply->status >= 500)
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_THROTTLED,
                         _ ("The server's login is busy; it is tried again by itself."));
  else
    g_set_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR,
                 _ ("The login address does not answer as one (status %u): check the setting and "
                    "the network."),
                 reply->status);
  return FALSE;
}

char *
omc_fhir_auth_dup_header (OmcFhirAuth *self,
                          const char *refused,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  locker = g_mutex_locker_new (&self->mutex);
  if (self->header != NULL &&
      (g_get_monotonic_time () >= self->expires_at || g_strcmp0 (self->header, refused) == 0))
    g_clear_pointer (&self->header, omc_fhir_auth_free_header);
  if (self->header == NULL && !log_in (self, cancellable, error))
    return NULL;
  return g_strdup (self->header);
}
