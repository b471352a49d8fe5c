/* omc-store-keys.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-keys.h"

#include <glib/gi18n-lib.h>

#include "omc-audit-dao.h"
#include "omc-reseal.h"
#include "omc-store-private.h"

/* So long does a save wait for a piece at most; and so many times that is left to others while there is work. */
#define PIECE_US 3000
#define BUSY_PAUSE_PIECES 5
#define IDLE_PAUSE_US 1000
/* Without work of others for so long the device is taken as idle. */
#define IDLE_AFTER_US (500 * 1000)
/* After a failure, doubling. */
#define RETRY_US G_USEC_PER_SEC
#define RETRY_MAX_US (32 * G_USEC_PER_SEC)

static const char select_newest[] =
    "SELECT epoch, created_at FROM key_epochs ORDER BY epoch DESC LIMIT 1";

static gboolean
read_newest (OmcSession *session, guint32 *epoch, gint64 *made_at_us, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_newest, error);
  OmcStep step = stmt != NULL ? omc_stmt_step (stmt, error) : OMC_STEP_ERROR;

  *epoch = step == OMC_STEP_ROW ? (guint32)omc_stmt_get_integer (stmt, 0) : 0;
  *made_at_us = step == OMC_STEP_ROW ? omc_stmt_get_integer (stmt, 1) : 0;

  return step != OMC_STEP_ERROR;
}

static gboolean
audit_rotation (OmcSession *session, OmcActor *actor, const char *detail, GError **error)
{
  const OmcAuditEvent event = {
    .type = "security", .subtype = "key-rotation", .action = 'E', .detail = detail
  };

  return omc_audit_dao_append (session, actor, &event, error);
}

gboolean
omc_store_check_manage_keys_sync (OmcStore *self, OmcActor *actor, GError **error)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_KEYS, NULL, NULL, error);
}

/* --- status --- */

static gboolean
read_key_status (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  OmcKeyStatus *status = data;
  OmcReseal state;

  *status = (OmcKeyStatus){ 0 };
  if (!read_newest (session, &status->epoch, &status->epoch_at_us, error) ||
      !omc_reseal_read (session, &state, error) ||
      !omc_reseal_count_old_keys (session, &status->n_old_keys, error))
    return FALSE;
  status->resealing = state.running;
  status->checking = state.checking;
  status->done = state.done;
  status->total = state.total;
  status->n_damaged = state.damaged;
  status->ended_at_us = state.ended_us;

  return TRUE;
}

gboolean
omc_store_get_key_status_sync (OmcStore *self,
                               OmcKeyStatus *status,
                               GCancellable *cancellable,
                               GError **error)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  if (!omc_store_run_read (self, read_key_status, status, cancellable, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  status->n_failures = self->n_reseal_failures;
  g_mutex_unlock (&self->lock);

  return TRUE;
}

GError *
omc_store_dup_reseal_failure (OmcStore *self)
{
  GError *failure;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  g_mutex_lock (&self->lock);
  failure = self->reseal_failure != NULL ? g_error_copy (self->reseal_failure) : NULL;
  g_mutex_unlock (&self->lock);

  return failure;
}

/* --- a new key --- */

typedef struct
{
  OmcActor *actor; /* (owned) */
  gint64 min_age_us;
  gboolean rotated;
} RotateJob;

static void
rotate_job_free (RotateJob *job)
{
  g_object_unref (job->actor);
  g_free (job);
}

static gboolean
rotate (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  RotateJob *job = data;
  gint64 made_at_us;
  guint32 epoch;

  job->rotated = FALSE;
  if (!read_newest (session, &epoch, &made_at_us, error))
    return FALSE;
  if (job->min_age_us > 0 && session->now_us - made_at_us < job->min_age_us)
    return TRUE;
  if (!omc_reseal_begin (session, error) ||
      !audit_rotation (session, job->actor, "new data key", error))
    return FALSE;
  job->rotated = TRUE;

  return TRUE;
}

gboolean
omc_store_rotate_data_key_sync (OmcStore *self,
                                OmcActor *actor,
                                gint64 min_age_us,
                                gboolean *rotated,
                                GCancellable *cancellable,
                                GError **error)
{
  RotateJob job = { actor, min_age_us, FALSE };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_KEYS, NULL, NULL, error) ||
      !omc_store_run_write (self, rotate, &job, cancellable, error))
    return FALSE;
  if (rotated != NULL)
    *rotated = job.rotated;

  return TRUE;
}

void
omc_store_rotate_data_key_async (OmcStore *self,
                                 OmcActor *actor,
                                 gint64 min_age_us,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  RotateJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_rotate_data_key_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_MANAGE_KEYS, NULL, NULL))
    return;
  job = g_new0 (RotateJob, 1);
  job->actor = g_object_ref (actor);
  job->min_age_us = min_age_us;
  omc_store_push_write (self, task, rotate, job, (GDestroyNotify)rotate_job_free);
}

gboolean
omc_store_rotate_data_key_finish (OmcStore *self,
                                  GAsyncResult *result,
                                  gboolean *rotated,
                                  GError **error)
{
  RotateJob *job = omc_store_finish_job (self, result, error);

  if (job == NULL)
    return FALSE;
  if (rotated != NULL)
    *rotated = job->rotated;

  return TRUE;
}

/* --- in the background --- */

static gboolean
forget_old_keys (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_session_load_keys (session, error);
}

/* The readers know the old keys until they look. */
static void
tell_readers (OmcStore *self)
{
  for (guint i = 0; i < OMC_STORE_N_READERS; i++)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

      g_task_set_source_tag (task, tell_readers);
      omc_store_thread_push (self->readers[i], task, forget_old_keys);
    }
}

static gboolean
audit_end (OmcSession *session, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  OmcReseal state;

  return omc_reseal_read (session, &state, error) &&
         audit_rotation (session, device,
                         state.damaged > 0 ? "old data keys kept for damaged payloads"
                                           : "old data keys destroyed",
                         error);
}

static gboolean
run_piece (OmcSession *session, gint64 until_us, gboolean *ended, GError **error)
{
  gboolean committed;

  omc_session_start (session);
  if (!omc_db_begin (session->db, error))
    return FALSE;
  committed = omc_session_refresh_keys (session, error) &&
              omc_reseal_step (session, until_us, ended, error) &&
              (!*ended || audit_end (session, error)) && omc_db_commit (session->db, error);
  if (!committed)
    {
      omc_db_rollback (session->db);
      omc_session_forget (session);
    }

  return committed;
}

/* error: (nullable): none, it works again. Gives how long to wait. */
static guint
note_outcome (OmcStore *self, const GError *error)
{
  guint wait_us = 0;

  g_mutex_lock (&self->lock);
  g_clear_error (&self->reseal_failure);
  if (error == NULL)
    self->n_reseal_failures = 0;
  else
    {
      self->reseal_failure = g_error_copy (error);
      wait_us = MIN (RETRY_MAX_US, RETRY_US << MIN (self->n_reseal_failures, 10));
      self->n_reseal_failures++;
    }
  g_mutex_unlock (&self->lock);

  return wait_us;
}

guint
omc_store_reseal_some (OmcStore *self, OmcSession *session, gint64 idle_us)
{
  g_autoptr (GError) error = NULL;
  gint64 started_us = g_get_monotonic_time ();
  gboolean ended = FALSE;
  gboolean done;
  OmcReseal state;

  if (!omc_reseal_read (session, &state, NULL) || !state.running)
    return 0;
  /* What a power cut takes back of the first pass is sealed again: nobody waits for the disk. */
  if (!state.checking)
    omc_db_execute (session->db, "PRAGMA synchronous = NORMAL", NULL);
  done = run_piece (session, started_us + PIECE_US, &ended, &error);
  omc_db_execute (session->db, "PRAGMA synchronous = FULL", NULL);
  if (!done)
    {
      g_message ("The rotation of the data key was put off: %s", error->message);
      return note_outcome (self, error);
    }
  note_outcome (self, NULL);
  if (ended)
    {
      g_mutex_lock (&self->lock);
      self->audit_sequence = session->audit_sequence;
      g_mutex_unlock (&self->lock);
      tell_readers (self);
      return 0;
    }

  return idle_us > IDLE_AFTER_US
             ? IDLE_PAUSE_US
             : (guint)(BUSY_PAUSE_PIECES * (g_get_monotonic_time () - started_us));
}
