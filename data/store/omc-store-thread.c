/* omc-store-thread.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-thread.h"

#include <glib/gi18n-lib.h>

/* How long the writer has had nothing to do when it does its housekeeping, and how long that waits at most. */
#define IDLE_US (50 * 1000)
#define MAX_IDLE_DELAY_US G_USEC_PER_SEC

typedef enum
{
  JOB_WORK,
  JOB_WAKE,
  JOB_STOP,
} JobKind;

typedef struct
{
  JobKind kind;
  GTask *task; /* (owned) (nullable) */
  OmcStoreFunc func;
} Job;

struct _OmcStoreThread
{
  GThread *thread;            /* (owned) */
  GAsyncQueue *queue;         /* (owned) (element-type Job) */
  GMutex lock;                /* who holds it has the session */
  OmcSession *session;        /* (owned) */
  gint64 worked_at;           /* when the last work ended */
  const OmcStoreHooks *hooks; /* (nullable) */
  gpointer owner;
};

static Job *
job_new (JobKind kind, GTask *task, OmcStoreFunc func)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->task = task != NULL ? g_object_ref (task) : NULL;
  job->func = func;

  return job;
}

static void
job_free (Job *job)
{
  g_clear_object (&job->task);
  g_free (job);
}

static gboolean
run_once (OmcStoreThread *self,
          OmcStoreFunc func,
          gpointer data,
          GCancellable *cancellable,
          GError **error)
{
  OmcSession *session = self->session;
  gboolean committed;

  session->bulk = FALSE;
  omc_session_start (session);
  if (!omc_db_begin (session->db, error))
    return FALSE;
  committed =
      omc_session_refresh_keys (session, error) && func (session, data, cancellable, error) &&
      self->hooks->finish (session, self->owner, error) && omc_db_commit (session->db, error);
  if (!committed)
    omc_db_rollback (session->db);
  self->hooks->after (session, committed, self->owner);
  if (!committed)
    omc_session_forget (session);

  return committed;
}

static gboolean
run_in_transaction (OmcStoreThread *self,
                    OmcStoreFunc func,
                    gpointer data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GError) local = NULL;

  if (run_once (self, func, data, cancellable, &local))
    return TRUE;
  if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL) &&
      self->hooks->full (self->session, self->owner))
    return run_once (self, func, data, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

static gboolean
run_locked (OmcStoreThread *self,
            OmcStoreFunc func,
            gpointer data,
            GCancellable *cancellable,
            GError **error)
{
  gboolean done;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (cancellable != NULL)
    omc_db_set_cancellable (self->session->db, cancellable);
  if (self->hooks != NULL)
    done = run_in_transaction (self, func, data, cancellable, error);
  else
    done = func (self->session, data, cancellable, error);
  if (cancellable != NULL)
    omc_db_set_cancellable (self->session->db, NULL);
  self->worked_at = g_get_monotonic_time ();

  return done;
}

gboolean
omc_store_thread_run (OmcStoreThread *self,
                      OmcStoreFunc func,
                      gpointer data,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return run_locked (self, func, data, cancellable, error);
}

gboolean
omc_store_thread_try_run (OmcStoreThread *self,
                          OmcStoreFunc func,
                          gpointer data,
                          GCancellable *cancellable,
                          gboolean *got,
                          GError **error)
{
  gboolean done;

  *got = g_mutex_trylock (&self->lock);
  if (!*got)
    return FALSE;
  done = run_locked (self, func, data, cancellable, error);
  g_mutex_unlock (&self->lock);

  return done;
}

void
omc_store_thread_push (OmcStoreThread *self, GTask *task, OmcStoreFunc func)
{
  g_async_queue_push (self->queue, job_new (JOB_WORK, task, func));
}

void
omc_store_thread_wake (OmcStoreThread *self)
{
  g_async_queue_push (self->queue, job_new (JOB_WAKE, NULL, NULL));
}

static void
do_job (OmcStoreThread *self, Job *job)
{
  g_autoptr (GError) error = NULL;
  gpointer data = g_task_get_task_data (job->task);

  if (omc_store_thread_run (self, job->func, data, g_task_get_cancellable (job->task), &error))
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_error (job->task, g_steal_pointer (&error));
}

/* Callers that block work on their own thread: the queue does not show how busy the writer is. */
static guint
do_idle (OmcStoreThread *self, gint64 *due_at)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 now = g_get_monotonic_time ();

  if (now - self->worked_at < IDLE_US && now - *due_at < MAX_IDLE_DELAY_US)
    return IDLE_US;
  /* Of what is put off each piece is put off anew. */
  *due_at = now;

  return self->hooks->idle (self->session, self->owner);
}

static gpointer
thread_main (gpointer user_data)
{
  OmcStoreThread *self = user_data;
  guint wait_us = 0;
  gint64 due_at = 0; /* since when the housekeeping, or its next piece, waits */

  for (;;)
    {
      Job *job = wait_us > 0 ? g_async_queue_timeout_pop (self->queue, wait_us)
                             : g_async_queue_pop (self->queue);
      JobKind kind;

      if (job == NULL)
        {
          wait_us = do_idle (self, &due_at);
          continue;
        }
      kind = job->kind;
      if (kind == JOB_WORK)
        do_job (self, job);
      job_free (job);
      if (kind == JOB_STOP)
        return NULL;
      if (wait_us == 0)
        due_at = g_get_monotonic_time ();
      wait_us = self->hooks != NULL ? IDLE_US : 0;
    }
}

OmcStoreThread *
omc_store_thread_new (const char *name,
                      OmcSession *session,
                      const OmcStoreHooks *hooks,
                      gpointer owner)
{
  OmcStoreThread *self = g_new0 (OmcStoreThread, 1);

  g_mutex_init (&self->lock);
  self->queue = g_async_queue_new_full ((GDestroyNotify)job_free);
  self->session = session;
  self->hooks = hooks;
  self->owner = owner;
  self->thread = g_thread_new (name, thread_main, self);

  return self;
}

void
omc_store_thread_end (OmcStoreThread *self)
{
  if (self->thread == NULL)
    return;

  g_async_queue_push (self->queue, job_new (JOB_STOP, NULL, NULL));
  g_thread_join (g_steal_pointer (&self->thread));
}

void
omc_store_thread_stop (OmcStoreThread *self)
{
  if (self == NULL)
    return;

  omc_store_thread_end (self);
  g_clear_pointer (&self->session, omc_session_free);
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->lock);
  g_free (self);
}
