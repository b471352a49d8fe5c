/* omc-sandbox-http.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-private.h"

#define TOO_LARGE "omc-too-large"
#define RECEIVED "omc-received"

/* A message between the first fault and the last. */
typedef struct
{
  OmcSandbox *sandbox;
  SoupServerMessage *message; /* (owned) */
  OmcSandboxVerdict verdict;
  gint64 stamp;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_object_unref (exchange->message);
  g_free (exchange);
}

static const char *
header (SoupServerMessage *message, const char *name)
{
  return soup_message_headers_get_one (soup_server_message_get_request_headers (message), name);
}

static void
set_header (SoupServerMessage *message, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (message), name, value);
}

/* The connection ends without an answer. */
static void
drop (SoupServerMessage *message)
{
  GSocket *socket = soup_server_message_get_socket (message);

  soup_server_message_set_status (message, 500, NULL);
  if (socket != NULL)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* --- a body that is too large is not kept --- */

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  OmcSandbox *self = user_data;
  gsize received = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (message), RECEIVED)) +
                   g_bytes_get_size (chunk);

  g_object_set_data (G_OBJECT (message), RECEIVED, GSIZE_TO_POINTER (received));
  if (received > self->core.profile->max_body)
    {
      SoupMessageBody *body = soup_server_message_get_request_body (message);

      g_object_set_data (G_OBJECT (message), TOO_LARGE, GINT_TO_POINTER (TRUE));
      soup_message_body_set_accumulate (body, FALSE);
      soup_message_body_truncate (body);
    }
}

static void
request_started_cb (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), user_data);
}

static GBytes *
read_body (OmcSandbox *self, SoupServerMessage *message, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *encoding = header (message, "Content-Encoding");

  if (g_object_get_data (G_OBJECT (message), TOO_LARGE) != NULL)
    {
      g_set_error_literal (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE, "File too large");
      return NULL;
    }
  bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "gzip") == 0)
    return _omc_sandbox_inflate (bytes, self->core.profile->max_body, error);
  return g_steal_pointer (&bytes);
}

/* --- from a message to an answer --- */

static gboolean
is_json_type (const char *content_type)
{
  static const char *const types[] = { "application/fhir+json", "application/json",
                                       "application/json-patch+json",
                                       "application/x-www-form-urlencoded" };

  for (guint i = 0; content_type != NULL && i < G_N_ELEMENTS (types); i++)
    {
      gsize length = strlen (types[i]);

      if (g_ascii_strncasecmp (content_type, types[i], length) == 0 &&
          (content_type[length] == '\0' || content_type[length] == ';' ||
           content_type[length] == ' '))
        return TRUE;
    }
  return FALSE;
}

static OmcSandboxAnswer *
answer_unauthorized (void)
{
  return omc_sandbox_answer_outcome (401, "login", "Unauthorized");
}

static gboolean
is_open (const char *path)
{
  return g_str_equal (path, "metadata") || g_str_equal (path, ".well-known/smart-configuration");
}

static OmcSandboxAnswer *
answer_fhir (Exchange *exchange,
             const char *method,
             const char *path,
             const char *query,
             GBytes *body)
{
  OmcSandbox *self = exchange->sandbox;
  SoupServerMessage *message = exchange->message;
  gboolean has_body =
      g_str_equal (method, "POST") || g_str_equal (method, "PUT") || g_str_equal (method, "PATCH");
  OmcSandboxRequest request = {
    .method = g_str_equal (method, "HEAD") ? "GET" : method,
    .path = path,
    .query = query,
    .if_match = header (message, "If-Match"),
    .if_none_match = header (message, "If-None-Match"),
    .if_none_exist = header (message, "If-None-Exist"),
    .prefer = header (message, "Prefer"),
    .content_type = header (message, "Content-Type"),
    .body = body,
    .stamp = exchange->stamp,
    .quota = self->quota,
  };

  if (exchange->verdict.on[OMC_SANDBOX_FAULT_UNAUTHORIZED] ||
      (self->auth != NULL && !is_open (path) &&
       !omc_sandbox_auth_check (self->auth, header (message, "Authorization"))))
    return answer_unauthorized ();
  if (has_body && !is_json_type (request.content_type))
    return omc_sandbox_answer_outcome (415, "not-supported",
                                       "the body has to be application/fhir+json");
  if (exchange->verdict.on[OMC_SANDBOX_FAULT_EXPIRED_PAGE] && query != NULL &&
      (strstr (query, self->core.profile->cursor_name) != NULL ||
       strstr (query, "_offset=") != NULL || strstr (query, "_getpages=") != NULL))
    return omc_sandbox_answer_outcome (410, "expired", "the page has expired; search again");
  if (self->quota != NULL && !omc_sandbox_quota_spend (self->quota, request.method, path))
    return omc_sandbox_answer_outcome (429, "throttled", "Too Many Requests");

  return omc_sandbox_dispatch (&self->core, &request);
}

/* NULL when the path is not below the prefix; "" is the prefix itself. */
static const char *
below (const char *path, const char *prefix)
{
  gsize length = strlen (prefix);

  if (strncmp (path, prefix, length) != 0 || (path[length] != '\0' && path[length] != '/'))
    return NULL;
  return path[length] == '/' ? path + length + 1 : path + length;
}

static OmcSandboxAnswer *
answer_path (Exchange *exchange, const char *path, const char *query)
{
  OmcSandbox *self = exchange->sandbox;
  SoupServerMessage *message = exchange->message;
  const char *method = soup_server_message_get_method (message);
  const char *fhir = below (path, OMC_SANDBOX_FHIR_PATH);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  body = read_body (self, message, &error);
  if (body == NULL && error->domain == OMC_JSON_ERROR)
    return omc_sandbox_answer_error (&self->core, error);
  if (body == NULL)
    return omc_sandbox_answer_outcome (400, "structure", "the body is not gzip");

  if (g_str_equal (path, OMC_SANDBOX_TOKEN_PATH))
    {
      omc_sandbox_core_count (&self->core, "token", 1);
      if (!g_str_equal (method, "POST") || self->auth == NULL)
        return omc_sandbox_answer_outcome (404, "not-found", "no tokens are given here");
      return omc_sandbox_auth_give_token (self->auth, header (message, "Content-Type"),
                                          header (message, "Authorization"), body);
    }
  /* Real Medplum does not know its own address then (fhir-servers.md 1). */
  if (fhir == NULL || (self->core.profile->uuid_ids && header (message, "Upgrade") != NULL))
    return omc_sandbox_answer_outcome (404, "not-found", "this server has no such address");
  return answer_fhir (exchange, method, fhir, query, body);
}

static OmcSandboxAnswer *
answer_faulty (Exchange *exchange, const char *path, const char *query)
{
  static const char portal[] =
      "<!DOCTYPE html><html><head><title>Hotel Wi-Fi</title></head>"
      "<body><form><button>Accept and connect</button></form></body></html>";
  const OmcSandboxVerdict *verdict = &exchange->verdict;
  OmcSandboxAnswer *answer;

  if (verdict->on[OMC_SANDBOX_FAULT_PORTAL])
    return omc_sandbox_answer_new (200, g_strdup (portal), strlen (portal));
  if (verdict->on[OMC_SANDBOX_FAULT_THROTTLE])
    return omc_sandbox_answer_outcome (429, "throttled", "Too Many Requests");
  if (verdict->on[OMC_SANDBOX_FAULT_STATUS])
    return omc_sandbox_answer_outcome ((guint)verdict->value[OMC_SANDBOX_FAULT_STATUS], "transient",
                                       "an arranged fault");

  answer = answer_path (exchange, path, query);
  if (verdict->on[OMC_SANDBOX_FAULT_DUPLICATE])
    {
      omc_sandbox_answer_free (answer);
      answer = answer_path (exchange, path, query);
    }
  return answer;
}

/* --- from an answer to a message --- */

static void
set_hints (Exchange *exchange, guint status)
{
  OmcSandbox *self = exchange->sandbox;
  gboolean arranged = exchange->verdict.on[OMC_SANDBOX_FAULT_THROTTLE];
  guint seconds = arranged              ? (guint)exchange->verdict.value[OMC_SANDBOX_FAULT_THROTTLE]
                  : self->quota != NULL ? omc_sandbox_quota_get_seconds (self->quota)
                                        : 0;
  guint left = self->quota != NULL && !arranged ? omc_sandbox_quota_get_left (self->quota) : 0;
  g_autofree char *text = NULL;

  if (self->core.profile->hint == OMC_SANDBOX_HINT_RATE_LIMIT && (arranged || self->quota != NULL))
    {
      text = g_strdup_printf ("\"fhirInteractions\";r=%u;t=%u", left, seconds);
      set_header (exchange->message, "RateLimit", text);
    }
  else if (self->core.profile->hint == OMC_SANDBOX_HINT_RETRY_AFTER && status == 429)
    {
      g_autofree char *milliseconds = g_strdup_printf ("%u000", seconds);

      text = g_strdup_printf ("%u", seconds);
      set_header (exchange->message, "Retry-After", text);
      set_header (exchange->message, "x-ms-retry-after-ms", milliseconds);
    }
}

static void
set_http_date (SoupServerMessage *message, const char *name, gint64 unix_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_us / G_USEC_PER_SEC);
  g_autofree char *text = soup_date_time_to_string (time, SOUP_DATE_HTTP);

  set_header (message, name, text);
}

/* Half of it, and then the end of the connection. */
static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  drop (message);
}

static void
set_body (Exchange *exchange, GBytes *bytes)
{
  SoupServerMessage *message = exchange->message;
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  gsize length = g_bytes_get_size (bytes);

  if (!exchange->verdict.on[OMC_SANDBOX_FAULT_TRUNCATE] || length < 2)
    {
      soup_message_body_append_bytes (body, bytes);
      soup_message_body_complete (body);
      return;
    }

  {
    g_autoptr (GBytes) half = g_bytes_new_from_bytes (bytes, 0, length / 2);

    soup_message_headers_set_content_length (soup_server_message_get_response_headers (message),
                                             (goffset)length);
    soup_message_body_append_bytes (body, half);
    g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), NULL);
  }
}

static void
set_answer (Exchange *exchange, OmcSandboxAnswer *answer)
{
  OmcSandbox *self = exchange->sandbox;
  SoupServerMessage *message = exchange->message;
  const OmcSandboxVerdict *verdict = &exchange->verdict;

  soup_server_message_set_status (message, answer->status, NULL);
  if (verdict->on[OMC_SANDBOX_FAULT_PORTAL])
    set_header (message, "Content-Type", "text/html; charset=utf-8");
  else if (answer->body != NULL)
    set_header (message, "Content-Type", "application/fhir+json; charset=utf-8");
  if (answer->etag != NULL)
    set_header (message, "ETag", answer->etag);
  if (answer->updated != 0)
    set_http_date (message, "Last-Modified", answer->updated);
  if (answer->location != NULL)
    {
      g_autofree char *location = g_strconcat (self->core.base_url, "/", answer->location, NULL);

      set_header (message, "Location", location);
    }
  if (answer->status == 401 && self->core.profile->challenges)
    set_header (message, "WWW-Authenticate", "Bearer realm=\"practice\"");
  set_hints (exchange, answer->status);
  set_http_date (message, "Date",
                 omc_clock_get_now (self->core.clock) +
                     verdict->value[OMC_SANDBOX_FAULT_SKEW] * (gint64)G_USEC_PER_SEC);
  if (answer->body != NULL)
    set_body (exchange, answer->body);
}

static gboolean
unpause_cb (gpointer data)
{
  soup_server_message_unpause (((Exchange *)data)->message);
  return G_SOURCE_REMOVE;
}

static void
later (Exchange *exchange, gint64 milliseconds, GSourceFunc func)
{
  g_autoptr (GSource) source = g_timeout_source_new ((guint)milliseconds);

  g_source_set_callback (source, func, exchange, exchange_free);
  g_source_attach (source, exchange->sandbox->context);
}

static void
count_answer (OmcSandbox *self, const OmcSandboxVerdict *verdict, guint status)
{
  char name[64];

  g_snprintf (name, sizeof name, "status.%u", status);
  omc_sandbox_core_count (&self->core, name, 1);
  for (guint i = 0; i < OMC_SANDBOX_N_FAULTS; i++)
    {
      if (!verdict->on[i])
        continue;
      g_snprintf (name, sizeof name, "fault.%s", omc_sandbox_fault_name (i));
      omc_sandbox_core_count (&self->core, name, 1);
      omc_sandbox_core_count (&self->core, "faults", 1);
    }
}

/* Does the work; the message is answered unless it was dropped. */
static void
perform (Exchange *exchange)
{
  OmcSandbox *self = exchange->sandbox;
  GUri *uri = soup_server_message_get_uri (exchange->message);
  g_autoptr (OmcSandboxAnswer) answer = NULL;

  g_mutex_lock (&self->lock);
  if (exchange->verdict.on[OMC_SANDBOX_FAULT_DROP_BEFORE])
    answer = omc_sandbox_answer_new (500, NULL, 0);
  else
    answer = answer_faulty (exchange, g_uri_get_path (uri), g_uri_get_query (uri));
  count_answer (self, &exchange->verdict, answer->status);
  if (exchange->verdict.on[OMC_SANDBOX_FAULT_DROP_BEFORE] ||
      exchange->verdict.on[OMC_SANDBOX_FAULT_DROP_AFTER])
    drop (exchange->message);
  else
    set_answer (exchange, answer);
  g_mutex_unlock (&self->lock);
}

static gboolean
perform_late_cb (gpointer data)
{
  Exchange *exchange = data;

  perform (exchange);
  soup_server_message_unpause (exchange->message);
  return G_SOURCE_REMOVE;
}

/* --- who may ask --- */

static gboolean
is_loopback_name (const char *host)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (host == NULL)
    return TRUE;
  text = g_strconcat ("http://", host, "/", NULL);
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return FALSE;
  if (g_str_equal (g_uri_get_host (uri), "localhost"))
    return TRUE;
  address = g_inet_address_new_from_string (g_uri_get_host (uri));
  return address != NULL && g_inet_address_get_is_loopback (address);
}

/* A page in a browser on this machine must not reach in, neither by a name that leads here nor
 * across origins. */
static gboolean
is_welcome (SoupServerMessage *message)
{
  return is_loopback_name (header (message, "Host")) && header (message, "Origin") == NULL;
}

static void
handle_cb (SoupServer *server,
           SoupServerMessage *message,
           const char *decoded_path,
           GHashTable *decoded_query,
           gpointer user_data)
{
  OmcSandbox *self = user_data;
  Exchange *exchange = g_new0 (Exchange, 1);
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  const char *method = soup_server_message_get_method (message);
  g_autoptr (OmcSandboxAnswer) answer = NULL;

  exchange->sandbox = self;
  exchange->message = g_object_ref (message);
  exchange->stamp = omc_clock_get_now (self->core.clock);
  set_header (message, "X-OmniCare-Sandbox", OMC_SANDBOX_BANNER);

  g_mutex_lock (&self->lock);
  if (!is_welcome (message))
    answer = omc_sandbox_answer_outcome (
        403, "forbidden", "the practice server answers programs on this machine only");
  else if (g_str_equal (path, OMC_SANDBOX_CONTROL_PATH))
    {
      g_autoptr (GBytes) body =
          soup_message_body_flatten (soup_server_message_get_request_body (message));

      answer = _omc_sandbox_control (self, method, body);
    }
  else
    {
      omc_sandbox_core_count (&self->core, "requests", 1);
      omc_sandbox_faults_decide (self->faults, method, path, &exchange->verdict);
    }
  if (answer != NULL)
    set_answer (exchange, answer);
  g_mutex_unlock (&self->lock);

  if (answer != NULL)
    exchange_free (exchange);
  else if (exchange->verdict.on[OMC_SANDBOX_FAULT_LATE_COMMIT])
    {
      soup_server_message_pause (message);
      later (exchange, exchange->verdict.value[OMC_SANDBOX_FAULT_LATE_COMMIT], perform_late_cb);
    }
  else
    {
      perform (exchange);
      if (exchange->verdict.on[OMC_SANDBOX_FAULT_LATENCY])
        {
          soup_server_message_pause (message);
          later (exchange, exchange->verdict.value[OMC_SANDBOX_FAULT_LATENCY], unpause_cb);
        }
      else
        exchange_free (exchange);
    }
}

void
_omc_sandbox_http_attach (OmcSandbox *self, SoupServer *server)
{
  g_signal_connect (server, "request-started", G_CALLBACK (request_started_cb), self);
  soup_server_add_handler (server, NULL, handle_cb, self, NULL);
}
