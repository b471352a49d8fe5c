/* omc-fhir-http.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "omc-fhir-http.h"
#include "omc-http-date.h"
#include "omc-origin.h"
#include "omc-retry-policy.h"
#include "omc-sync-error.h"

#define IDLE_SECONDS 30
#define TOTAL_SECONDS 300
#define MAX_BYTES ((gsize)128 * 1024 * 1024)
#define CHUNK (64 * 1024)

struct _OmcFhirHttp
{
  gatomicrefcount ref_count;
  SoupSession *session;        /* (owned) */
  OmcAuthorities *authorities; /* (owned) (nullable): the session reads them when it needs them */
  guint total_seconds;
  gsize max_bytes;
};

OmcFhirHttp *
omc_fhir_http_new (OmcAuthorities *authorities, GError **error)
{
  g_autoptr (GTlsDatabase) trusted = NULL;
  OmcFhirHttp *self;

  if (authorities != NULL)
    {
      trusted = omc_authorities_open_database (authorities, error);
      if (trusted == NULL)
        return NULL;
    }

  self = g_new0 (OmcFhirHttp, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->total_seconds = TOTAL_SECONDS;
  self->max_bytes = MAX_BYTES;
  self->session =
      soup_session_new_with_options ("user-agent", "OmniCare/" OMC_VERSION, "timeout", IDLE_SECONDS,
                                     "idle-timeout", 60, "max-conns-per-host", 2, NULL);
  /* A 401 is ours to answer, with a token. */
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  if (trusted != NULL)
    {
      soup_session_set_tls_database (self->session, trusted);
      self->authorities = omc_authorities_ref (authorities);
    }
  return self;
}

OmcFhirHttp *
omc_fhir_http_ref (OmcFhirHttp *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_fhir_http_unref (OmcFhirHttp *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  soup_session_abort (self->session);
  g_object_unref (self->session);
  omc_authorities_unref (self->authorities);
  g_free (self);
}

void
omc_fhir_http_set_limits (OmcFhirHttp *self,
                          guint idle_seconds,
                          guint total_seconds,
                          gsize max_bytes)
{
  g_return_if_fail (self != NULL);

  if (idle_seconds > 0)
    soup_session_set_timeout (self->session, idle_seconds);
  if (total_seconds > 0)
    self->total_seconds = total_seconds;
  if (max_bytes > 0)
    self->max_bytes = max_bytes;
}

gboolean
omc_fhir_http_url_is_loopback (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

gboolean
omc_fhir_http_url_is_encrypted (const char *url)
{
  g_return_val_if_fail (url != NULL, FALSE);

  return g_str_has_prefix (url, "https://") ||
         (g_str_has_prefix (url, "http://") && omc_fhir_http_url_is_loopback (url));
}

gboolean
omc_fhir_http_url_takes_secret (const char *url)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *origin = NULL;

  g_return_val_if_fail (url != NULL, FALSE);

  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  origin = omc_origin_dup (url);

  return uri != NULL && origin != NULL && omc_fhir_http_url_is_encrypted (url) &&
         g_uri_get_userinfo (uri) == NULL && g_uri_get_fragment (uri) == NULL;
}

/* Says what a person can do; the cause's own text may hold addresses, so it stays out. */
static void
translate_error (const GError *cause, GError **error)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                         _ ("Synchronisation was stopped."));
  else if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) ||
           g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED) ||
           g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE))
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_TLS,
                         _ ("The server's certificate is not trusted here; nothing was sent. Ask "
                            "IT before going on."));
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE,
        _ ("The server does not answer in time; work is kept here and sent later."));
  else
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE,
                         _ ("The server cannot be reached; work is kept here and sent later."));
}

/* The library sends a PUT again when a kept connection turns out to be dead, and the body's stream is used up by then. */
static void
restarted_cb (SoupMessage *message, gpointer call_data)
{
  const OmcHttpCall *call = call_data;

  soup_message_set_request_body_from_bytes (message, call->content_type, call->body);
}

static SoupMessage *
make_message (const OmcHttpCall *call, GError **error)
{
  SoupMessage *message = soup_message_new (call->method, call->url);
  SoupMessageHeaders *headers;

  if (message == NULL)
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("The server's address is not a good one: check the setting."));
      return NULL;
    }

  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept", call->accept);
  /* HAPI gives a search from its cache for 60 s otherwise (fhir-servers.md 7). */
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  if (call->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", call->authorization);
  if (call->if_match != NULL)
    soup_message_headers_replace (headers, "If-Match", call->if_match);
  if (call->if_none_exist != NULL)
    soup_message_headers_replace (headers, "If-None-Exist", call->if_none_exist);
  if (call->prefer != NULL)
    soup_message_headers_replace (headers, "Prefer", call->prefer);
  if (call->body != NULL)
    {
      soup_message_set_request_body_from_bytes (message, call->content_type, call->body);
      g_signal_connect (message, "restarted", G_CALLBACK (restarted_cb), (gpointer)call);
    }
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  return message;
}

static GBytes *
read_body (OmcFhirHttp *self, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint64 deadline = g_get_monotonic_time () + self->total_seconds * G_TIME_SPAN_SECOND;
  gssize n;

  do
    {
      g_autoptr (GError) cause = NULL;
      gsize before = bytes->len;

      g_byte_array_set_size (bytes, before + CHUNK);
      n = g_input_stream_read (stream, bytes->data + before, CHUNK, cancellable, &cause);
      if (n < 0)
        {
          translate_error (cause, error);
          return NULL;
        }
      g_byte_array_set_size (bytes, before + n);
      if (bytes->len > self->max_bytes || g_get_monotonic_time () > deadline)
        {
          g_set_error_literal (
              error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
              _ ("The server's answer is too large or too slow; it is tried again by itself."));
          return NULL;
        }
    }
  while (n > 0);

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static OmcHttpReply *
make_reply (SoupMessage *message, GBytes *body)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  OmcHttpReply *reply = g_new0 (OmcHttpReply, 1);
  const char *date = soup_message_headers_get_one (headers, "Date");

  reply->status = soup_message_get_status (message);
  reply->body = body;
  reply->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  reply->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  reply->location = g_strdup (soup_message_headers_get_one (headers, "Location"));
  if (date != NULL)
    omc_http_date_parse (date, &reply->server_us);
  reply->hold_us =
      omc_retry_hint (soup_message_headers_get_one (headers, "Retry-After"),
                      soup_message_headers_get_list (headers, "RateLimit"), reply->server_us);
  return reply;
}

OmcHttpReply *
omc_fhir_http_send (OmcFhirHttp *self,
                    const OmcHttpCall *call,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) cause = NULL;
  GBytes *body;

  g_return_val_if_fail (self != NULL && call != NULL, NULL);

  message = make_message (call, error);
  if (message == NULL)
    return NULL;
  stream = soup_session_send (self->session, message, cancellable, &cause);
  if (stream == NULL)
    {
      translate_error (cause, error);
      return NULL;
    }
  body = read_body (self, stream, cancellable, error);
  if (body == NULL)
    return NULL;
  return make_reply (message, body);
}

void
omc_http_reply_free (OmcHttpReply *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  g_free (self->etag);
  g_free (self->location);
  g_free (self);
}
