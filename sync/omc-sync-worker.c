/* omc-sync-worker.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-error.h"
#include "omc-sync-machine.h"
#include "omc-sync-worker.h"

struct _OmcSyncWorker
{
  gatomicrefcount ref_count;  /* the owner, and each finish on its way */
  OmcSyncEngine *engine;      /* (owned) */
  GMainContext *context;      /* (owned) */
  OmcSyncFinishFunc finished; /* (nullable): gone with the owner; used in context only */
  gpointer user_data;
  GThread *thread;           /* (owned) */
  GCancellable *cancellable; /* (owned) */

  GMutex mutex;
  GCond changed;
  gboolean wanted;
  gboolean all_due;
  gboolean closing;
};

typedef struct
{
  OmcSyncWorker *worker; /* (owned) */
  OmcSyncFinish finish;
} Delivery;

static void
worker_unref (OmcSyncWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_object_unref (self->engine);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_free (self);
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  omc_sync_report_free (delivery->finish.report);
  g_clear_error (&delivery->finish.error);
  worker_unref (delivery->worker);
  g_free (delivery);
}

static gboolean
deliver_cb (gpointer data)
{
  Delivery *delivery = data;

  if (delivery->worker->finished != NULL)
    delivery->worker->finished (&delivery->finish, delivery->worker->user_data);
  return G_SOURCE_REMOVE;
}

static void
run_once (OmcSyncWorker *self, gboolean all_due)
{
  const OmcSyncRunOptions options = { .all_due = all_due };
  Delivery *delivery = g_new0 (Delivery, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_atomic_ref_count_inc (&self->ref_count);
  delivery->worker = self;
  delivery->finish.report =
      omc_sync_engine_run (self->engine, &options, self->cancellable, &delivery->finish.error);
  delivery->finish.hold_us = -1;
  delivery->finish.state =
      g_error_matches (delivery->finish.error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_UNCONFIRMED)
          ? OMC_SYNC_NEEDS_USER
          : OMC_SYNC_BACKOFF;
  if (delivery->finish.report != NULL)
    {
      delivery->finish.state = omc_sync_engine_get_state (self->engine);
      delivery->finish.hold_us = omc_sync_engine_get_hold (self->engine);
      delivery->finish.had_contact = omc_sync_engine_had_contact (self->engine);
    }

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "omc-sync-finish");
  g_source_set_callback (source, deliver_cb, delivery, delivery_free);
  g_source_attach (source, self->context);
}

static gpointer
work (gpointer data)
{
  OmcSyncWorker *self = data;
  g_autoptr (GMainContext) own = g_main_context_new ();

  /* What libraries attach while they block here stays off the thread of the window. */
  g_main_context_push_thread_default (own);
  g_mutex_lock (&self->mutex);
  while (!self->closing)
    {
      gboolean all_due = self->all_due;

      if (!self->wanted)
        {
          g_cond_wait (&self->changed, &self->mutex);
          continue;
        }
      self->wanted = FALSE;
      self->all_due = FALSE;
      g_mutex_unlock (&self->mutex);
      run_once (self, all_due);
      while (g_main_context_iteration (own, FALSE))
        ;
      g_mutex_lock (&self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  g_main_context_pop_thread_default (own);
  return NULL;
}

OmcSyncWorker *
omc_sync_worker_new (OmcSyncEngine *engine,
                     GMainContext *context,
                     OmcSyncFinishFunc finished,
                     gpointer user_data)
{
  OmcSyncWorker *self = g_new0 (OmcSyncWorker, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->engine = g_object_ref (engine);
  self->context = g_main_context_ref (context);
  self->finished = finished;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("omc-sync", work, self);
  return self;
}

void
omc_sync_worker_free (OmcSyncWorker *self)
{
  if (self == NULL)
    return;

  self->finished = NULL;
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  worker_unref (self);
}

void
omc_sync_worker_request (OmcSyncWorker *self, gboolean all_due)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->mutex);
  self->wanted = TRUE;
  self->all_due |= all_due;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}
