/* omc-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-anchor.h"
#include "omc-audit-dao.h"
#include "omc-migrator.h"
#include "omc-restore-swap.h"
#include "omc-store-budget.h"
#include "omc-store-policy.h"
#include "omc-store-private.h"

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (OmcStore, omc_store, G_TYPE_OBJECT)

typedef struct
{
  OmcActor *actor; /* (owned) */
  OmcAuditEvent event;
  char *patient_id; /* (owned) (nullable) */
  char *entity;     /* (owned) (nullable) */
} PendingRead;

static void
pending_read_free (PendingRead *self)
{
  g_clear_object (&self->actor);
  g_free (self->patient_id);
  g_free (self->entity);
  g_free (self);
}

static void
omc_store_finalize (GObject *object)
{
  OmcStore *self = OMC_STORE (object);

  omc_store_close (self);
  omc_store_unlock_sync_actor (self);
  g_clear_pointer (&self->directory, g_free);
  g_clear_object (&self->keys);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->policy, omc_access_policy_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->reads, g_ptr_array_unref);
  g_clear_pointer (&self->patients, g_hash_table_unref);
  g_clear_pointer (&self->notice, g_source_unref);
  g_clear_error (&self->reseal_failure);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (omc_store_parent_class)->finalize (object);
}

static void
omc_store_class_init (OmcStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = omc_store_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, OMC_TYPE_STORE_CHANGE);
}

static void
omc_store_init (OmcStore *self)
{
  g_mutex_init (&self->lock);
  self->context = g_main_context_ref_thread_default ();
  self->policy = omc_access_policy_new_default ();
  self->reads = g_ptr_array_new_with_free_func ((GDestroyNotify)pending_read_free);
  self->sync_lock = -1;
  self->max_bytes = OMC_STORE_MAX_SIZE_DEFAULT;
  self->use_lock = -1;
}

OmcStore *
omc_store_new (const char *directory, OmcKeyManager *keys, OmcClock *clock)
{
  OmcStore *self;

  g_return_val_if_fail (directory != NULL, NULL);
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (keys), NULL);
  g_return_val_if_fail (OMC_IS_CLOCK (clock), NULL);

  self = g_object_new (OMC_TYPE_STORE, NULL);
  self->directory = g_strdup (directory);
  self->keys = g_object_ref (keys);
  self->clock = g_object_ref (clock);

  return self;
}

const char *
omc_store_get_directory (OmcStore *self)
{
  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return self->directory;
}

OmcKeyManager *
omc_store_get_key_manager (OmcStore *self)
{
  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return self->keys;
}

OmcClock *
omc_store_get_clock (OmcStore *self)
{
  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return self->clock;
}

gboolean
omc_store_is_open (OmcStore *self)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  return self->writer != NULL;
}

/* --- opening --- */

static OmcSession *
open_session (OmcStore *self, const char *path, OmcSecret *key, OmcDbFlags flags, GError **error)
{
  g_autoptr (OmcSession) session = NULL;
  OmcDb *db = omc_db_open (path, key, flags, error);

  if (db == NULL)
    return NULL;
  if ((flags & OMC_DB_QUERY_ONLY) == 0 && !omc_migrator_run (db, error))
    {
      omc_db_close (db);
      return NULL;
    }
  session = omc_session_new (db, self->keys, self->clock, error);
  if (session != NULL)
    session->directory = g_strdup (self->directory);

  return g_steal_pointer (&session);
}

static gboolean
anchor_first (OmcStore *self, const guint8 hash[OMC_AUDIT_HASH_LENGTH], GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (hash, OMC_AUDIT_HASH_LENGTH);

  return omc_key_manager_anchor_audit_head_sync (self->keys, self->audit_sequence, bytes, error);
}

static gboolean
prepare_writer (OmcStore *self, OmcSession *session, GError **error)
{
  g_auto (OmcAuditAnchor) anchor = { 0 };
  guint8 hash[OMC_AUDIT_HASH_LENGTH];

  omc_audit_anchor_read (self->keys, &anchor);
  omc_session_start (session);
  if (!omc_db_begin (session->db, error))
    return FALSE;
  if (!omc_session_load_keys (session, error) ||
      !omc_audit_anchor_compare (session, &anchor, error) ||
      !omc_audit_dao_get_head (session, &self->audit_sequence, hash, error) ||
      !omc_db_commit (session->db, error))
    {
      omc_db_rollback (session->db);
      return FALSE;
    }
  self->data_version = omc_db_get_data_version (session->db);

  /* From the first moment on, so that a missing one was taken away. */
  return anchor.found || anchor_first (self, hash, error);
}

/* A keyring whose audit head moved belonged to a database: making another one would hide that it is gone. */
static gboolean
check_missing_file (OmcStore *self, const char *path, GError **error)
{
  g_autoptr (GBytes) hash = NULL;
  guint64 sequence = 0;
  GStatBuf info;

  if (g_stat (path, &info) == 0 && info.st_size > 0)
    return TRUE;
  if (!omc_key_manager_read_audit_head_sync (self->keys, &sequence, &hash, error))
    return FALSE;
  if (sequence == 0)
    return TRUE;
  g_set_error_literal (
      error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
      _ ("The store's file is missing although its keys were in use. Restore the backup; nothing "
         "was made anew."));

  return FALSE;
}

static gboolean
open_sessions (OmcStore *self, const char *path, GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSession) writer = NULL;

  key = omc_key_manager_dup_key (self->keys, OMC_KEY_DB, error);
  if (key == NULL || !omc_restore_swap_resume (self->directory, error) ||
      !check_missing_file (self, path, error))
    return FALSE;
  writer = open_session (self, path, key, OMC_DB_CREATE, error);
  if (writer == NULL || !omc_restore_swap_check_none (self->directory, error) ||
      !omc_store_budget_limit (self, writer->db, error) || !prepare_writer (self, writer, error))
    return FALSE;
  for (guint i = 0; i < OMC_STORE_N_READERS; i++)
    {
      g_autoptr (OmcSession) reader = open_session (self, path, key, OMC_DB_QUERY_ONLY, error);

      if (reader == NULL || !omc_session_load_keys (reader, error))
        {
          for (guint n = 0; n < i; n++)
            g_clear_pointer (&self->readers[n], omc_store_thread_stop);
          return FALSE;
        }
      self->readers[i] = omc_store_thread_new ("omc-reader", g_steal_pointer (&reader), NULL, self);
    }
  omc_store_budget_keep (self);
  self->anchored_sequence = self->audit_sequence;
  self->anchorer = g_thread_pool_new (omc_store_anchor_later, self, 1, FALSE, NULL);
  self->archive_end = g_cancellable_new ();
  self->archive_looked_at = 0;
  self->archivist = g_thread_pool_new (omc_store_archive_later, self, 1, FALSE, NULL);
  self->writer =
      omc_store_thread_new ("omc-writer", g_steal_pointer (&writer), &omc_store_hooks, self);
  omc_store_thread_wake (self->writer);

  return TRUE;
}

static gboolean
open_once (OmcStore *self, const char *path, GError **error)
{
  if (omc_store_enter (self, path, error) && open_sessions (self, path, error))
    {
      omc_store_refresh_policy_sync (self);
      omc_store_take_attempts (self);
      return TRUE;
    }
  omc_store_leave (self);

  return FALSE;
}

gboolean
omc_store_open_sync (OmcStore *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (self->writer == NULL, FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
                   _ ("The store's folder cannot be made: %s."), g_strerror (errno));
      return FALSE;
    }
  path = g_build_filename (self->directory, OMC_STORE_FILE, NULL);
  if (open_once (self, path, &local))
    return TRUE;
  /* Even for reading there must be some room. */
  if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL) &&
      omc_store_budget_give (self))
    return open_once (self, path, error);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

static void
open_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (omc_store_open_sync (OMC_STORE (source_object), cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
omc_store_open_async (OmcStore *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));

  /* The store's own threads are what this makes. */
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_open_async);
  g_task_run_in_thread (task, open_thread);
}

gboolean
omc_store_open_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* It works on the connections; the writer's idle work finds it gone. */
static void
end_archivist (OmcStore *self)
{
  GThreadPool *archivist;

  g_cancellable_cancel (self->archive_end);
  g_mutex_lock (&self->lock);
  archivist = g_steal_pointer (&self->archivist);
  g_mutex_unlock (&self->lock);
  g_thread_pool_free (archivist, TRUE, TRUE);
  g_clear_object (&self->archive_end);
}

void
omc_store_close (OmcStore *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (OMC_IS_STORE (self));

  if (self->writer == NULL)
    return;

  end_archivist (self);
  if (!omc_store_settle (self, NULL, &error) || !omc_store_anchor (self, &error))
    g_message ("The audit chain was not anchored at close: %s", error->message);
  /* Its idle work may have something to tell the readers. */
  omc_store_thread_end (self->writer);
  /* The last connection that closes checkpoints: the writer's. */
  for (guint i = 0; i < OMC_STORE_N_READERS; i++)
    g_clear_pointer (&self->readers[i], omc_store_thread_stop);
  g_clear_pointer (&self->writer, omc_store_thread_stop);
  g_thread_pool_free (g_steal_pointer (&self->anchorer), FALSE, TRUE);
  omc_store_leave (self);
}

/* --- running work --- */

static gboolean
check_open (OmcStore *self, GError **error)
{
  if (self->writer != NULL)
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                       _ ("The store is closed. Unlock it first."));

  return FALSE;
}

static OmcStoreThread *
choose_reader (OmcStore *self)
{
  guint n = (guint)g_atomic_int_add (&self->next_reader, 1);

  return self->readers[n % OMC_STORE_N_READERS];
}

gboolean
omc_store_run_read (OmcStore *self,
                    OmcStoreFunc func,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error)
{
  if (!check_open (self, error))
    return FALSE;
  for (guint i = 0; i < OMC_STORE_N_READERS; i++)
    {
      gboolean got;
      gboolean done =
          omc_store_thread_try_run (self->readers[i], func, data, cancellable, &got, error);

      if (got)
        return done;
    }

  return omc_store_thread_run (choose_reader (self), func, data, cancellable, error);
}

gboolean
omc_store_run_write (OmcStore *self,
                     OmcStoreFunc func,
                     gpointer data,
                     GCancellable *cancellable,
                     GError **error)
{
  return check_open (self, error) &&
         omc_store_thread_run (self->writer, func, data, cancellable, error);
}

static void
push (OmcStore *self,
      OmcStoreThread *thread,
      GTask *task,
      OmcStoreFunc func,
      gpointer data,
      GDestroyNotify destroy)
{
  g_autoptr (GError) error = NULL;

  g_task_set_task_data (task, data, destroy);
  if (check_open (self, &error))
    omc_store_thread_push (thread, task, func);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
omc_store_push_read (OmcStore *self,
                     GTask *task,
                     OmcStoreFunc func,
                     gpointer data,
                     GDestroyNotify destroy)
{
  push (self, choose_reader (self), task, func, data, destroy);
}

void
omc_store_push_write (OmcStore *self,
                      GTask *task,
                      OmcStoreFunc func,
                      gpointer data,
                      GDestroyNotify destroy)
{
  push (self, self->writer, task, func, data, destroy);
}

gpointer
omc_store_finish_job (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_boolean (G_TASK (result), error) ? g_task_get_task_data (G_TASK (result))
                                                           : NULL;
}

/* --- what was read --- */

void
omc_store_note_read (OmcStore *self, OmcActor *actor, const OmcAuditEvent *event)
{
  PendingRead *read = g_new0 (PendingRead, 1);
  gboolean wake;

  read->actor = g_object_ref (actor);
  read->event = *event;
  read->event.patient_id = read->patient_id = g_strdup (event->patient_id);
  read->event.entity = read->entity = g_strdup (event->entity);
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->reads, read);
  wake = !self->awake && self->writer != NULL;
  self->awake = self->awake || wake;
  g_mutex_unlock (&self->lock);
  if (wake)
    omc_store_thread_wake (self->writer);
}
