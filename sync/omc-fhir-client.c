/* omc-fhir-client.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-fhir-auth.h"
#include "omc-fhir-client.h"
#include "omc-sync-error.h"

#define FHIR_JSON "application/fhir+json"

struct _OmcFhirClient
{
  OmcFhirTransport parent_instance;
  OmcFhirHttp *http; /* (owned) */
  OmcFhirAuth *auth; /* (owned) */
  char *base;        /* (owned): without a slash at its end */
};

G_DEFINE_FINAL_TYPE (OmcFhirClient, omc_fhir_client, OMC_TYPE_FHIR_TRANSPORT)

/* A link as the server gave it, on the configured host: a server behind a proxy may know itself by another name, and
 * the token must not go there. */
static char *
resolve_url (OmcFhirClient *self, const char *url, GError **error)
{
  g_autoptr (GUri) base = NULL;
  g_autoptr (GUri) link = NULL;
  const char *path;

  if (!g_str_has_prefix (url, "http://") && !g_str_has_prefix (url, "https://"))
    return url[0] == '\0' || url[0] == '?' ? g_strconcat (self->base, url, NULL)
                                           : g_strconcat (self->base, "/", url, NULL);
  if (g_str_has_prefix (url, self->base) && strchr ("/?", url[strlen (self->base)]) != NULL)
    return g_strdup (url);

  base = g_uri_parse (self->base, G_URI_FLAGS_ENCODED, NULL);
  link = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  path = link != NULL ? g_uri_get_path (link) : NULL;
  if (base == NULL || path == NULL || !g_str_has_prefix (path, g_uri_get_path (base)))
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED,
                           _ ("The server's link to the next page leads elsewhere: ask IT to check "
                              "its base address."));
      return NULL;
    }
  path += strlen (g_uri_get_path (base));
  if (g_uri_get_query (link) == NULL)
    return g_strconcat (self->base, path, NULL);
  return g_strconcat (self->base, path, "?", g_uri_get_query (link), NULL);
}

static void
set_not_fhir (GError **error)
{
  g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_NOT_FHIR,
                       _ ("Something else than the server answers: the network may ask you to sign "
                          "in first. Work is "
                          "kept here and sent later."));
}

/* Login pages come as a redirect, as 200 with HTML, or as a proxy's 4xx with HTML. */
static gboolean
is_stranger (const OmcHttpReply *reply, OmcJson *json)
{
  gboolean html = reply->content_type != NULL && strstr (reply->content_type, "html") != NULL;

  if ((reply->status >= 300 && reply->status < 400) || reply->status == 407 || reply->status == 511)
    return TRUE;
  if (reply->status < 500 && html)
    return TRUE;
  if (reply->status >= 300 || g_bytes_get_size (reply->body) == 0)
    return FALSE;
  return json != NULL &&
         omc_json_value_pick_string (omc_json_get_root (json), "resourceType") == NULL;
}

static OmcFhirResponse *
judge_reply (const OmcHttpReply *reply, GError **error)
{
  g_autoptr (OmcJson) json = NULL;
  OmcFhirResponse *response;

  if (g_bytes_get_size (reply->body) > 0)
    json = omc_json_parse_bytes (reply->body, NULL);
  if (is_stranger (reply, json))
    {
      set_not_fhir (error);
      return NULL;
    }
  if (json == NULL && reply->status < 300 && g_bytes_get_size (reply->body) > 0)
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
                           _ ("The server's answer is broken; it is tried again by itself."));
      return NULL;
    }

  response = omc_fhir_response_new (reply->status, json);
  response->etag = g_strdup (reply->etag);
  response->location = g_strdup (reply->location);
  response->server_us = reply->server_us;
  response->hold_us = reply->hold_us;
  response->n_bytes = g_bytes_get_size (reply->body);
  return response;
}

static GBytes *
dup_body (const OmcFhirRequest *request)
{
  gsize length;
  char *text;

  if (request->body != NULL)
    return g_bytes_ref (request->body);
  if (request->resource == NULL)
    return NULL;
  text = omc_resource_to_string (request->resource, &length);
  return g_bytes_new_take (text, length);
}

static OmcFhirResponse *
omc_fhir_client_send (OmcFhirTransport *transport,
                      const OmcFhirRequest *request,
                      GCancellable *cancellable,
                      GError **error)
{
  OmcFhirClient *self = OMC_FHIR_CLIENT (transport);
  g_autofree char *url = resolve_url (self, request->url, error);
  g_autoptr (GBytes) body = dup_body (request);
  OmcHttpCall call = { .method = request->method,
                       .url = url,
                       .accept = FHIR_JSON,
                       .content_type = FHIR_JSON,
                       .if_match = request->if_match,
                       .if_none_exist = request->if_none_exist,
                       .prefer = body != NULL ? "return=representation" : NULL,
                       .body = body };
  OmcFhirResponse *response = NULL;
  char *header = NULL;

  if (url == NULL)
    return NULL;

  for (guint attempt = 0; attempt < 2; attempt++)
    {
      g_autoptr (OmcHttpReply) reply = NULL;

      if (omc_fhir_auth_is_needed (self->auth))
        {
          char *next = omc_fhir_auth_dup_header (self->auth, header, cancellable, error);

          omc_fhir_auth_free_header (header);
          header = next;
          if (header == NULL)
            return NULL;
        }
      call.authorization = header;
      reply = omc_fhir_http_send (self->http, &call, cancellable, error);
      if (reply == NULL)
        break;
      if (reply->status == 401 && attempt == 0 && header != NULL)
        continue;
      response = judge_reply (reply, error);
      break;
    }

  omc_fhir_auth_free_header (header);
  return response;
}

static gboolean
omc_fhir_client_login (OmcFhirTransport *transport, GCancellable *cancellable, GError **error)
{
  OmcFhirClient *self = OMC_FHIR_CLIENT (transport);
  char *header;

  if (!omc_fhir_auth_is_needed (self->auth))
    return TRUE;
  header = omc_fhir_auth_dup_header (self->auth, NULL, cancellable, error);
  if (header == NULL)
    return FALSE;
  omc_fhir_auth_free_header (header);
  return TRUE;
}

static void
omc_fhir_client_finalize (GObject *object)
{
  OmcFhirClient *self = OMC_FHIR_CLIENT (object);

  g_clear_pointer (&self->auth, omc_fhir_auth_free);
  g_clear_pointer (&self->http, omc_fhir_http_unref);
  g_free (self->base);

  G_OBJECT_CLASS (omc_fhir_client_parent_class)->finalize (object);
}

static void
omc_fhir_client_class_init (OmcFhirClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_fhir_client_finalize;
  OMC_FHIR_TRANSPORT_CLASS (klass)->send = omc_fhir_client_send;
  OMC_FHIR_TRANSPORT_CLASS (klass)->login = omc_fhir_client_login;
}

static void
omc_fhir_client_init (OmcFhirClient *self)
{
}

OmcFhirClient *
omc_fhir_client_new (const OmcSyncConfig *config, GError **error)
{
  g_autoptr (OmcFhirHttp) http = NULL;
  g_autoptr (OmcSyncConfig) normal = NULL;
  OmcFhirClient *self;
  gsize length;

  g_return_val_if_fail (config != NULL && config->server_url != NULL, NULL);

  normal = omc_sync_config_copy (config);
  if (!omc_sync_config_settle (normal, error))
    return NULL;
  http = omc_fhir_http_new (normal->authorities, error);
  if (http == NULL)
    return NULL;

  length = strlen (normal->server_url);
  while (length > 0 && normal->server_url[length - 1] == '/')
    normal->server_url[--length] = '\0';

  self = g_object_new (OMC_TYPE_FHIR_CLIENT, NULL);
  self->base = g_strdup (normal->server_url);
  self->auth = omc_fhir_auth_new (http, normal);
  self->http = g_steal_pointer (&http);
  return self;
}

OmcFhirHttp *
omc_fhir_client_get_http (OmcFhirClient *self)
{
  g_return_val_if_fail (OMC_IS_FHIR_CLIENT (self), NULL);

  return self->http;
}

void
omc_fhir_client_forget_refusal (OmcFhirClient *self)
{
  g_return_if_fail (OMC_IS_FHIR_CLIENT (self));

  omc_fhir_auth_forget_refusal (self->auth);
}

const char *
omc_fhir_client_get_base (OmcFhirClient *self)
{
  g_return_val_if_fail (OMC_IS_FHIR_CLIENT (self), NULL);

  return self->base;
}
