/* omc-sandbox.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-private.h"

G_DEFINE_QUARK (omc-sandbox-error-quark, omc_sandbox_error)

/* --- making --- */

static GInetAddress *
read_address (const char *text, GError **error)
{
  g_autoptr (GInetAddress) address = NULL;

  address = g_inet_address_new_from_string (
      text == NULL || g_str_equal (text, "localhost") ? "127.0.0.1" : text);
  if (address != NULL && g_inet_address_get_is_loopback (address))
    return g_steal_pointer (&address);

  g_set_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION,
               "the practice server listens on loopback only and not on %s; use 127.0.0.1 or ::1",
               text);
  return NULL;
}

static gboolean
read_certificate (OmcSandbox *self, const OmcSandboxOptions *options, GError **error)
{
  if ((options->tls_cert == NULL) != (options->tls_key == NULL))
    {
      g_set_error_literal (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION,
                           "a certificate and its key are needed, both or none");
      return FALSE;
    }
  if (options->tls_cert == NULL)
    return TRUE;

  self->certificate = g_tls_certificate_new_from_files (options->tls_cert, options->tls_key, error);
  return self->certificate != NULL;
}

OmcSandbox *
omc_sandbox_new (const OmcSandboxOptions *options, GError **error)
{
  static const OmcSandboxOptions none = { 0 };
  g_autoptr (OmcSandbox) self = g_new0 (OmcSandbox, 1);
  const OmcSandboxOptions *o = options != NULL ? options : &none;
  const char *profile = o->profile != NULL ? o->profile : "medplum";

  g_mutex_init (&self->lock);
  self->port = o->port;
  self->core.counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->core.clock = o->clock != NULL ? g_object_ref (o->clock) : omc_clock_new ();
  self->core.profile = omc_sandbox_profile_find (profile);
  if (self->core.profile == NULL)
    {
      g_set_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_OPTION,
                   "there is no profile \"%s\"; there are %s", profile,
                   omc_sandbox_profile_names ());
      return NULL;
    }

  self->address = read_address (o->address, error);
  if (self->address == NULL || !read_certificate (self, o, error))
    return NULL;
  self->faults = omc_sandbox_faults_new (NULL, o->seed, error);
  self->core.store = omc_sandbox_store_open (
      o->database != NULL ? o->database : ":memory:", self->core.profile, error);
  if (self->core.store == NULL || self->faults == NULL)
    return NULL;

  self->core.pages =
      omc_sandbox_pages_new (self->core.clock, o->page_seconds != 0 ? o->page_seconds : 3600);
  self->core.atomic = self->core.profile->atomic || o->atomic_transactions;
  self->core.auth = o->client_id != NULL;
  if (o->client_id != NULL)
    self->auth =
        omc_sandbox_auth_new (self->core.clock, self->core.profile, o->client_id, o->client_secret,
                              o->token_seconds != 0 ? o->token_seconds : 3600);
  if (o->quota_points != 0)
    self->quota = omc_sandbox_quota_new (self->core.clock, o->quota_points);
  return g_steal_pointer (&self);
}

void
omc_sandbox_free (OmcSandbox *self)
{
  if (self == NULL)
    return;

  omc_sandbox_stop (self);
  omc_sandbox_store_close (self->core.store);
  omc_sandbox_pages_free (self->core.pages);
  omc_sandbox_auth_free (self->auth);
  omc_sandbox_quota_free (self->quota);
  omc_sandbox_faults_free (self->faults);
  g_clear_object (&self->core.clock);
  g_hash_table_unref (self->core.counters);
  g_free (self->core.base_url);
  g_free (self->core.token_url);
  g_clear_object (&self->address);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* --- serving --- */

/* What start waits for. */
typedef struct
{
  OmcSandbox *sandbox;
  GMutex mutex;
  GCond cond;
  gboolean done;
  GError *error; /* (nullable) */
} Start;

static void
set_urls (OmcSandbox *self, SoupServer *server)
{
  g_autoslist (GUri) uris = soup_server_get_uris (server);
  g_autofree char *host = g_inet_address_to_string (self->address);
  gboolean six = g_inet_address_get_family (self->address) == G_SOCKET_FAMILY_IPV6;
  g_autofree char *root = NULL;

  self->port = (guint16)g_uri_get_port (uris->data);
  root = g_strdup_printf ("%s://%s%s%s:%u", self->certificate != NULL ? "https" : "http",
                          six ? "[" : "", host, six ? "]" : "", self->port);
  g_free (self->core.base_url);
  g_free (self->core.token_url);
  self->core.base_url = g_strconcat (root, OMC_SANDBOX_FHIR_PATH, NULL);
  self->core.token_url = g_strconcat (root, OMC_SANDBOX_TOKEN_PATH, NULL);
}

static SoupServer *
listen_on_loopback (OmcSandbox *self, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (self->address, self->port);
  g_autoptr (SoupServer) server = soup_server_new ("server-header", "OmniCare-practice", NULL);

  if (self->certificate != NULL)
    soup_server_set_tls_certificate (server, self->certificate);
  if (!soup_server_listen (server, address,
                           self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, error))
    {
      g_prefix_error (error, "the practice server cannot listen on port %u: ", self->port);
      return NULL;
    }

  set_urls (self, server);
  _omc_sandbox_http_attach (self, server);
  return g_steal_pointer (&server);
}

static gpointer
serve (gpointer data)
{
  Start *start = data;
  OmcSandbox *self = start->sandbox;
  g_autoptr (GMainContext) context = g_main_context_ref (self->context);
  g_autoptr (GMainLoop) loop = g_main_loop_ref (self->loop);
  g_autoptr (SoupServer) server = NULL;

  g_main_context_push_thread_default (context);
  server = listen_on_loopback (self, &start->error);

  g_mutex_lock (&start->mutex);
  start->done = TRUE;
  g_cond_signal (&start->cond);
  g_mutex_unlock (&start->mutex);

  if (server != NULL)
    {
      g_main_loop_run (loop);
      soup_server_disconnect (server);
      g_clear_object (&server);
      while (g_main_context_iteration (context, FALSE))
        ;
    }
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
forget_thread (OmcSandbox *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
}

gboolean
omc_sandbox_start (OmcSandbox *self, GError **error)
{
  Start start = { .sandbox = self };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (self->thread == NULL, FALSE);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_mutex_init (&start.mutex);
  g_cond_init (&start.cond);

  self->thread = g_thread_new ("omc-sandbox", serve, &start);
  g_mutex_lock (&start.mutex);
  while (!start.done)
    g_cond_wait (&start.cond, &start.mutex);
  g_mutex_unlock (&start.mutex);
  g_mutex_clear (&start.mutex);
  g_cond_clear (&start.cond);

  if (start.error == NULL)
    return TRUE;
  forget_thread (self);
  g_propagate_error (error, start.error);
  return FALSE;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
omc_sandbox_stop (OmcSandbox *self)
{
  g_autoptr (GSource) source = NULL;

  g_return_if_fail (self != NULL);

  if (self->thread == NULL)
    return;

  /* Through the loop itself: a quit before it runs would be lost. */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH);
  g_source_set_callback (source, quit_cb, g_main_loop_ref (self->loop),
                         (GDestroyNotify)g_main_loop_unref);
  g_source_attach (source, self->context);
  forget_thread (self);
}

/* --- looking and changing from other threads --- */

const char *
omc_sandbox_get_base_url (OmcSandbox *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->core.base_url;
}

const char *
omc_sandbox_get_token_url (OmcSandbox *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->core.token_url;
}

guint16
omc_sandbox_get_port (OmcSandbox *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

char *
omc_sandbox_dup_resource (OmcSandbox *self, const char *type, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_auto (OmcSandboxRow) row = { 0 };
  char *body = NULL;

  g_return_val_if_fail (self != NULL && type != NULL && id != NULL, NULL);

  g_mutex_lock (&self->lock);
  if (omc_sandbox_store_find (self->core.store, type, id, &row, &error) && row.key != 0)
    body = omc_sandbox_store_dup_body (self->core.store, row.version, NULL, &error);
  g_mutex_unlock (&self->lock);
  if (error != NULL)
    g_warning ("%s", error->message);
  return body;
}

gboolean
omc_sandbox_delete_resource (OmcSandbox *self, const char *type, const char *id, GError **error)
{
  g_auto (OmcSandboxRow) row = { 0 };
  gboolean ok;

  g_return_val_if_fail (self != NULL && type != NULL && id != NULL, FALSE);

  g_mutex_lock (&self->lock);
  ok = omc_sandbox_store_begin (self->core.store, error);
  if (ok)
    {
      ok = omc_sandbox_store_write (self->core.store, type, id, NULL, OMC_SANDBOX_DELETE,
                                    omc_clock_get_now (self->core.clock), &row, error);
      if (ok)
        ok = omc_sandbox_store_commit (self->core.store, error);
      else
        omc_sandbox_store_rollback (self->core.store);
    }
  g_mutex_unlock (&self->lock);
  return ok;
}

guint64
omc_sandbox_count_resources (OmcSandbox *self, const char *type)
{
  guint64 count;

  g_return_val_if_fail (self != NULL, 0);

  g_mutex_lock (&self->lock);
  count = omc_sandbox_store_count (self->core.store, type);
  g_mutex_unlock (&self->lock);
  return count;
}

gboolean
omc_sandbox_set_faults (OmcSandbox *self, const char *const *specs, guint64 seed, GError **error)
{
  OmcSandboxFaults *faults;

  g_return_val_if_fail (self != NULL, FALSE);

  faults = omc_sandbox_faults_new (specs, seed, error);
  if (faults == NULL)
    return FALSE;

  g_mutex_lock (&self->lock);
  omc_sandbox_faults_free (self->faults);
  self->faults = faults;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

guint64
omc_sandbox_get_counter (OmcSandbox *self, const char *name)
{
  const guint64 *counter;
  guint64 value;

  g_return_val_if_fail (self != NULL && name != NULL, 0);

  g_mutex_lock (&self->lock);
  counter = g_hash_table_lookup (self->core.counters, name);
  value = counter != NULL ? *counter : 0;
  g_mutex_unlock (&self->lock);
  return value;
}

void
omc_sandbox_reset_counters (OmcSandbox *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->core.counters);
  g_mutex_unlock (&self->lock);
}

void
omc_sandbox_expire_tokens (OmcSandbox *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  if (self->auth != NULL)
    omc_sandbox_auth_expire (self->auth);
  g_mutex_unlock (&self->lock);
}

void
omc_sandbox_expire_pages (OmcSandbox *self)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->lock);
  omc_sandbox_pages_expire (self->core.pages);
  g_mutex_unlock (&self->lock);
}
