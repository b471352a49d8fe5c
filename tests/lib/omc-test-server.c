/* omc-test-server.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-test"

#include "config.h"

#include <string.h>

#include <libsoup/soup.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "omc-test-server.h"

struct _OmcTestServer
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server; /* on the thread */
  char *url;
  char *pem; /* (nullable) */
  GMutex mutex;
  GCond ready;
  GPtrArray *replies;  /* OmcTestReply */
  GPtrArray *requests; /* "METHOD path?query" */
  GHashTable *headers; /* of the last request, lower case */
};

static void
reply_free (gpointer data)
{
  OmcTestReply *reply = data;

  g_free ((char *)reply->method);
  g_free ((char *)reply->path);
  g_free ((char *)reply->content_type);
  g_free ((char *)reply->body);
  g_free ((char *)reply->header);
  g_free (reply);
}

static OmcTestReply *
reply_copy (const OmcTestReply *reply)
{
  OmcTestReply *copy = g_memdup2 (reply, sizeof *reply);

  copy->method = g_strdup (reply->method);
  copy->path = g_strdup (reply->path);
  copy->content_type = g_strdup (reply->content_type);
  copy->body = g_strdup (reply->body);
  copy->header = g_strdup (reply->header);
  return copy;
}

void
omc_test_server_add (OmcTestServer *self, const OmcTestReply *reply)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->replies, reply_copy (reply));
  g_mutex_unlock (&self->mutex);
}

void
omc_test_server_clear (OmcTestServer *self)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->replies, 0);
  g_ptr_array_set_size (self->requests, 0);
  g_mutex_unlock (&self->mutex);
}

static void
remember_header (const char *name, const char *value, gpointer user_data)
{
  g_hash_table_insert (user_data, g_ascii_strdown (name, -1), g_strdup (value));
}

/* (transfer full) (nullable) */
static OmcTestReply *
take_reply (OmcTestServer *self, SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);
  const char *method = soup_server_message_get_method (message);
  g_autofree char *path =
      g_strconcat (g_uri_get_path (uri), query != NULL ? "?" : NULL, query, NULL);
  OmcTestReply *found = NULL;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->requests, g_strconcat (method, " ", path, NULL));
  g_hash_table_remove_all (self->headers);
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), remember_header,
                                self->headers);
  for (guint i = 0; found == NULL && i < self->replies->len; i++)
    {
      OmcTestReply *reply = g_ptr_array_index (self->replies, i);

      if ((reply->method != NULL && !g_str_equal (reply->method, method)) ||
          (reply->path != NULL && !g_pattern_match_simple (reply->path, path)))
        continue;
      found = reply_copy (reply);
      if (reply->times > 0 && --reply->times == 0)
        g_ptr_array_remove_index (self->replies, i);
    }
  g_mutex_unlock (&self->mutex);
  return found;
}

static GBytes *
zip (const char *text)
{
  g_autoptr (GConverter) zipper =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, zipper);

  g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

/* Straight onto the socket: the library would not tell a lie about its length. */
static void
cut_short (SoupServerMessage *message, const OmcTestReply *reply)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 %u X\r\nContent-Type: application/fhir+json\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
                       reply->status, strlen (reply->body) + 1000, reply->body);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text, strlen (text), NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
give_reply (SoupServerMessage *message, const OmcTestReply *reply)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *type = reply->content_type != NULL ? reply->content_type : "application/fhir+json";
  g_auto (GStrv) header = reply->header != NULL ? g_strsplit (reply->header, ": ", 2) : NULL;

  soup_server_message_set_status (message, reply->status, NULL);
  if (header != NULL)
    soup_message_headers_replace (headers, header[0], header[1]);
  if (reply->body == NULL)
    return;
  if (reply->manner == OMC_TEST_GZIP)
    {
      g_autoptr (GBytes) zipped = zip (reply->body);

      soup_message_headers_replace (headers, "Content-Encoding", "gzip");
      soup_server_message_set_response (message, type, SOUP_MEMORY_COPY,
                                        g_bytes_get_data (zipped, NULL), g_bytes_get_size (zipped));
    }
  else
    soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, reply->body,
                                      strlen (reply->body));
}

static void
request_cb (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer user_data)
{
  OmcTestReply *reply = take_reply (user_data, message);

  if (reply == NULL)
    {
      soup_server_message_set_status (message, 404, NULL);
      return;
    }

  /* One request at a time is enough here, so the thread may sleep. */
  g_usleep (reply->delay_ms * 1000);
  if (reply->manner == OMC_TEST_DROP)
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
    }
  else if (reply->manner == OMC_TEST_TRUNCATE)
    cut_short (message, reply);
  else
    give_reply (message, reply);
  reply_free (reply);
}

/* A key pair and a certificate for 127.0.0.1, good for a day. */
static char *
make_certificate (void)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *certificate = X509_new ();
  X509_NAME *name = X509_get_subject_name (certificate);
  X509_EXTENSION *extension;
  BIO *memory = BIO_new (BIO_s_mem ());
  char *data;
  long length;
  char *pem;

  ASN1_INTEGER_set (X509_get_serialNumber (certificate), g_random_int_range (1, G_MAXINT32));
  X509_set_version (certificate, X509_VERSION_3);
  X509_gmtime_adj (X509_getm_notBefore (certificate), -3600);
  X509_gmtime_adj (X509_getm_notAfter (certificate), 24 * 3600);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guchar *)"OmniCare test", -1, -1, 0);
  X509_set_issuer_name (certificate, name);
  X509_set_pubkey (certificate, key);
  extension = X509V3_EXT_conf_nid (NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  extension = X509V3_EXT_conf_nid (NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");
  X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  X509_sign (certificate, key, EVP_sha256 ());

  PEM_write_bio_X509 (memory, certificate);
  PEM_write_bio_PrivateKey (memory, key, NULL, NULL, 0, NULL, NULL);
  length = BIO_get_mem_data (memory, &data);
  pem = g_strndup (data, length);
  BIO_free (memory);
  X509_free (certificate);
  EVP_PKEY_free (key);
  return pem;
}

static gpointer
serve (gpointer user_data)
{
  OmcTestServer *self = user_data;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  self->server = soup_server_new (NULL, NULL);
  if (self->pem != NULL)
    {
      g_autoptr (GTlsCertificate) certificate =
          g_tls_certificate_new_from_pem (self->pem, -1, &error);

      g_assert_no_error (error);
      soup_server_set_tls_certificate (self->server, certificate);
    }
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  soup_server_listen_local (
      self->server, 0,
      SOUP_SERVER_LISTEN_IPV4_ONLY | (self->pem != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0), &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);

  g_mutex_lock (&self->mutex);
  self->url = g_strdup_printf ("%s://127.0.0.1:%d", self->pem != NULL ? "https" : "http",
                               g_uri_get_port (uris->data));
  g_cond_signal (&self->ready);
  g_mutex_unlock (&self->mutex);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);

  g_main_loop_run (self->loop);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

OmcTestServer *
omc_test_server_new (gboolean tls)
{
  OmcTestServer *self = g_new0 (OmcTestServer, 1);

  g_mutex_init (&self->mutex);
  g_cond_init (&self->ready);
  self->replies = g_ptr_array_new_with_free_func (reply_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->pem = tls ? make_certificate () : NULL;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("test-server", serve, self);

  g_mutex_lock (&self->mutex);
  while (self->url == NULL)
    g_cond_wait (&self->ready, &self->mutex);
  g_mutex_unlock (&self->mutex);
  return self;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
omc_test_server_free (OmcTestServer *self)
{
  if (self == NULL)
    return;

  g_main_context_invoke (self->context, quit_cb, self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->replies);
  g_ptr_array_unref (self->requests);
  g_hash_table_unref (self->headers);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ready);
  g_free (self->url);
  g_free (self->pem);
  g_free (self);
}

const char *
omc_test_server_get_url (OmcTestServer *self)
{
  return self->url;
}

char *
omc_test_server_dup_ca_file (OmcTestServer *self, const char *folder)
{
  char *path = g_build_filename (folder, "ca.pem", NULL);
  g_autofree char *certificate =
      g_strndup (self->pem, strstr (self->pem, "-----BEGIN PRIVATE") - self->pem);

  g_assert_true (g_file_set_contents (path, certificate, -1, NULL));
  return path;
}

guint
omc_test_server_count (OmcTestServer *self, const char *glob)
{
  guint n = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->requests->len; i++)
    n += g_pattern_match_simple (glob, g_ptr_array_index (self->requests, i)) ? 1 : 0;
  g_mutex_unlock (&self->mutex);
  return n;
}

char *
omc_test_server_dup_last_header (OmcTestServer *self, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);
  char *value;

  g_mutex_lock (&self->mutex);
  value = g_strdup (g_hash_table_lookup (self->headers, key));
  g_mutex_unlock (&self->mutex);
  return value;
}
