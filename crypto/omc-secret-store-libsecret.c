/* omc-secret-store-libsecret.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "omc-secret-store.h"

/*
 * libsecret's blocking calls wait for ever when a prompt stays unanswered, and its lookup says nothing at all of a
 * locked keyring. So: only asynchronous calls, one job at a time, on a thread of their own whose main context lives as
 * long as libsecret's proxies (else they would miss the service's signals); a time limit that cancels and, a moment
 * later, gives up; searches that never unlock, so that no prompt appears, and the state of what was found is asked.
 */

#define GRACE_MS 1000

#define OMC_TYPE_SECRET_STORE_LIBSECRET (omc_secret_store_libsecret_get_type ())
G_DECLARE_FINAL_TYPE (OmcSecretStoreLibsecret,
                      omc_secret_store_libsecret,
                      OMC,
                      SECRET_STORE_LIBSECRET,
                      OmcSecretStore)

struct _OmcSecretStoreLibsecret
{
  OmcSecretStore parent_instance;
  guint timeout_ms;
};

G_DEFINE_FINAL_TYPE (OmcSecretStoreLibsecret, omc_secret_store_libsecret, OMC_TYPE_SECRET_STORE)

typedef struct _Job Job;

struct _Job
{
  void (*run) (Job *job);
  GMainContext *context;
  GHashTable *attributes;
  const char *label;         /* (nullable): stores */
  OmcSecret *secret;         /* (nullable): given to a store, (owned) found by a lookup */
  OmcSecretState state;      /* FOUND also says that a store or clear went well */
  GCancellable *cancellable; /* (owned) */
  guint timeout_ms;
  gboolean timed_out;
  gboolean gave_up;
  GMutex lock;
  GCond finished;
  gboolean is_finished;
};

/* Outlives its job when the service never answers. */
typedef struct
{
  gatomicrefcount ref_count;
  GAsyncResult *result; /* (owned) (nullable) */
} Pending;

G_LOCK_DEFINE_STATIC (one_job);

static const SecretSchema SCHEMA = {
  "org.omnicare.OmniCare.Store",
  SECRET_SCHEMA_NONE,
  {
      { "store", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "name", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

/* --- waiting, on the worker thread --- */

static Pending *
pending_new (void)
{
  Pending *pending = g_new0 (Pending, 1);

  g_atomic_ref_count_init (&pending->ref_count);
  /* One for the callback, one for who waits. */
  g_atomic_ref_count_inc (&pending->ref_count);
  return pending;
}

static void
pending_unref (Pending *pending)
{
  if (!g_atomic_ref_count_dec (&pending->ref_count))
    return;
  g_clear_object (&pending->result);
  g_free (pending);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Pending *pending = user_data;

  pending->result = g_object_ref (result);
  pending_unref (pending);
}

/* (transfer full) (nullable): NULL when given up */
static GAsyncResult *
wait_for (Job *job, Pending *pending)
{
  GAsyncResult *result;

  while (pending->result == NULL && !job->gave_up)
    g_main_context_iteration (job->context, TRUE);
  result = g_steal_pointer (&pending->result);
  pending_unref (pending);
  return result;
}

static gboolean
give_up_cb (gpointer user_data)
{
  Job *job = user_data;

  job->gave_up = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
time_out_cb (gpointer user_data)
{
  Job *job = user_data;

  job->timed_out = TRUE;
  g_cancellable_cancel (job->cancellable);
  return G_SOURCE_REMOVE;
}

static GSource *
attach_timer (Job *job, guint ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (ms);

  g_source_set_callback (source, func, job, NULL);
  g_source_attach (source, job->context);
  return source;
}

static void
detach_timer (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

/* --- the three jobs, on the worker thread --- */

static gboolean
fail_unavailable (Job *job, const GError *error)
{
  job->state = OMC_SECRET_UNAVAILABLE;
  if (error != NULL)
    g_debug ("The secret service failed: %s, code %d", g_quark_to_string (error->domain),
             error->code);
  return FALSE;
}

/* (transfer full) (nullable) */
static SecretService *
get_service (Job *job)
{
  g_autoptr (GAsyncResult) result = NULL;
  Pending *pending = pending_new ();

  secret_service_get (SECRET_SERVICE_OPEN_SESSION, job->cancellable, result_cb, pending);
  result = wait_for (job, pending);
  return result != NULL ? secret_service_get_finish (result, NULL) : NULL;
}

/* FALSE with the state set when the keyring that would hold our items is not open. exists: is there one? */
static gboolean
check_collection (Job *job, gboolean *exists)
{
  g_autoptr (SecretService) service = get_service (job);
  g_autoptr (SecretCollection) collection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Pending *pending;

  *exists = TRUE;
  /* Without the service it is the portal's file, which has no collections and is open or fails by itself. */
  if (service == NULL)
    return !g_cancellable_is_cancelled (job->cancellable) || fail_unavailable (job, NULL);

  pending = pending_new ();
  secret_collection_for_alias (service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                               job->cancellable, result_cb, pending);
  result = wait_for (job, pending);
  if (result == NULL)
    return fail_unavailable (job, NULL);
  collection = secret_collection_for_alias_finish (result, &error);
  if (error != NULL)
    return fail_unavailable (job, error);
  *exists = collection != NULL;
  if (collection != NULL && secret_collection_get_locked (collection))
    {
      job->state = OMC_SECRET_LOCKED;
      return FALSE;
    }
  return TRUE;
}

static void
retrieve (Job *job, SecretRetrievable *item)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SecretValue) value = NULL;
  g_autoptr (GError) error = NULL;
  const char *data;
  gsize length;
  Pending *pending;

  if (SECRET_IS_ITEM (item) && secret_item_get_locked (SECRET_ITEM (item)))
    {
      job->state = OMC_SECRET_LOCKED;
      return;
    }
  pending = pending_new ();
  secret_retrievable_retrieve_secret (item, job->cancellable, result_cb, pending);
  result = wait_for (job, pending);
  if (result != NULL)
    value = secret_retrievable_retrieve_secret_finish (item, result, &error);
  if (value == NULL)
    {
      fail_unavailable (job, error);
      return;
    }
  data = secret_value_get (value, &length);
  job->secret = omc_secret_new (data, length);
  job->state = OMC_SECRET_FOUND;
}

static void
run_lookup (Job *job)
{
  g_autolist (SecretRetrievable) items = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean exists;
  Pending *pending = pending_new ();

  secret_password_searchv (&SCHEMA, job->attributes, SECRET_SEARCH_ALL, job->cancellable, result_cb,
                           pending);
  result = wait_for (job, pending);
  if (result != NULL)
    items = secret_password_search_finish (result, &error);
  if (result == NULL || error != NULL)
    fail_unavailable (job, error);
  else if (items != NULL)
    retrieve (job, items->data);
  else if (check_collection (job, &exists))
    job->state = OMC_SECRET_ABSENT;
}

static void
run_store (Job *job)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  SecretValue *value;
  gboolean exists;
  gsize length;
  gconstpointer data = omc_secret_get_data (job->secret, &length);
  Pending *pending;

  if (!check_collection (job, &exists))
    return;
  /* Without a default keyring the service would ask somebody to make one. */
  if (!exists)
    {
      job->state = OMC_SECRET_UNAVAILABLE;
      return;
    }
  value = secret_value_new (data, (gssize)length, "application/octet-stream");
  pending = pending_new ();
  secret_password_storev_binary (&SCHEMA, job->attributes, SECRET_COLLECTION_DEFAULT, job->label,
                                 value, job->cancellable, result_cb, pending);
  secret_value_unref (value);
  result = wait_for (job, pending);
  if (result != NULL && secret_password_store_finish (result, &error))
    job->state = OMC_SECRET_FOUND;
  else
    fail_unavailable (job, error);
}

static void
run_clear (Job *job)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean exists;
  Pending *pending;

  if (!check_collection (job, &exists))
    return;
  pending = pending_new ();
  secret_password_clearv (&SCHEMA, job->attributes, job->cancellable, result_cb, pending);
  result = wait_for (job, pending);
  /* FALSE without an error: there was nothing to clear. */
  if (result == NULL || (!secret_password_clear_finish (result, &error) && error != NULL))
    fail_unavailable (job, error);
  else
    job->state = OMC_SECRET_FOUND;
}

/* --- the worker thread --- */

static gpointer
worker_main (gpointer data)
{
  GMainContext *context = data;
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);

  g_main_context_push_thread_default (context);
  g_main_loop_run (loop);
  return NULL;
}

/* Lives as long as the program, as libsecret's own instances do. */
static GMainContext *
get_worker (void)
{
  static GMainContext *worker;

  if (g_once_init_enter_pointer (&worker))
    {
      GMainContext *context = g_main_context_new ();

      g_thread_unref (g_thread_new ("omc-secrets", worker_main, context));
      g_once_init_leave_pointer (&worker, context);
    }
  return worker;
}

static gboolean
job_cb (gpointer user_data)
{
  Job *job = user_data;
  GSource *limit = attach_timer (job, job->timeout_ms, time_out_cb);
  GSource *end = attach_timer (job, job->timeout_ms + GRACE_MS, give_up_cb);

  if (!g_cancellable_is_cancelled (job->cancellable))
    job->run (job);
  detach_timer (limit);
  detach_timer (end);

  g_mutex_lock (&job->lock);
  job->is_finished = TRUE;
  g_cond_signal (&job->finished);
  g_mutex_unlock (&job->lock);
  return G_SOURCE_REMOVE;
}

static void
cancel_job_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static gboolean
set_error (const Job *job, GCancellable *cancellable, GError **error)
{
  const char *sentence;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (job->state == OMC_SECRET_LOCKED)
    sentence = _ ("The login keyring is locked");
  else if (job->timed_out)
    sentence = _ ("The system's secret service did not answer in time");
  else
    sentence = _ ("The system's secret service cannot be reached or refuses");
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED, sentence);
  return FALSE;
}

static void
perform (OmcSecretStore *store,
         Job *job,
         const char *scope,
         const char *name,
         GCancellable *cancellable)
{
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GCancellable) own = g_cancellable_new ();
  gulong handler = 0;

  g_hash_table_insert (attributes, (gpointer) "store", (gpointer)scope);
  g_hash_table_insert (attributes, (gpointer) "name", (gpointer)name);
  job->attributes = attributes;
  job->cancellable = own;
  job->timeout_ms = OMC_SECRET_STORE_LIBSECRET (store)->timeout_ms;
  job->state = OMC_SECRET_UNAVAILABLE;
  job->context = get_worker ();
  g_mutex_init (&job->lock);
  g_cond_init (&job->finished);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_job_cb), g_object_ref (own),
                                     g_object_unref);

  G_LOCK (one_job);
  g_main_context_invoke (job->context, job_cb, job);
  g_mutex_lock (&job->lock);
  while (!job->is_finished)
    g_cond_wait (&job->finished, &job->lock);
  g_mutex_unlock (&job->lock);
  G_UNLOCK (one_job);

  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
  g_mutex_clear (&job->lock);
  g_cond_clear (&job->finished);
}

/* --- the class --- */

static OmcSecretState
libsecret_lookup (OmcSecretStore *store,
                  const char *scope,
                  const char *name,
                  OmcSecret **secret,
                  GCancellable *cancellable,
                  GError **error)
{
  Job job = { .run = run_lookup };

  perform (store, &job, scope, name, cancellable);
  *secret = job.secret;
  if (job.state == OMC_SECRET_LOCKED || job.state == OMC_SECRET_UNAVAILABLE)
    set_error (&job, cancellable, error);
  return job.state;
}

static gboolean
libsecret_store (OmcSecretStore *store,
                 const char *scope,
                 const char *name,
                 const char *label,
                 OmcSecret *secret,
                 GCancellable *cancellable,
                 GError **error)
{
  Job job = { .run = run_store, .label = label, .secret = secret };

  perform (store, &job, scope, name, cancellable);
  return job.state == OMC_SECRET_FOUND || set_error (&job, cancellable, error);
}

static gboolean
libsecret_clear (OmcSecretStore *store,
                 const char *scope,
                 const char *name,
                 GCancellable *cancellable,
                 GError **error)
{
  Job job = { .run = run_clear };

  perform (store, &job, scope, name, cancellable);
  return job.state == OMC_SECRET_FOUND || set_error (&job, cancellable, error);
}

static void
omc_secret_store_libsecret_class_init (OmcSecretStoreLibsecretClass *klass)
{
  OmcSecretStoreClass *store_class = OMC_SECRET_STORE_CLASS (klass);

  store_class->lookup = libsecret_lookup;
  store_class->store = libsecret_store;
  store_class->clear = libsecret_clear;
}

static void
omc_secret_store_libsecret_init (OmcSecretStoreLibsecret *self)
{
}

OmcSecretStore *
omc_secret_store_libsecret_new (guint timeout_ms)
{
  OmcSecretStoreLibsecret *self = g_object_new (OMC_TYPE_SECRET_STORE_LIBSECRET, NULL);

  self->timeout_ms = timeout_ms;
  return OMC_SECRET_STORE (self);
}
