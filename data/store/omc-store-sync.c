/* omc-store-sync.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-sync.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-dao.h"
#include "omc-audit-items.h"
#include "omc-push-apply.h"
#include "omc-server-apply.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

#define LOCK_FILE "sync.lock"

OmcPushResult *
omc_push_result_new (gint64 queue_id, OmcPushOutcome outcome)
{
  OmcPushResult *self = g_new0 (OmcPushResult, 1);

  self->queue_id = queue_id;
  self->outcome = outcome;

  return self;
}

void
omc_push_result_free (OmcPushResult *self)
{
  if (self == NULL)
    return;

  g_free (self->server_id);
  g_free (self->version_id);
  g_free (self->last_updated);
  g_clear_pointer (&self->remote, omc_resource_unref);
  g_clear_pointer (&self->sent, omc_resource_unref);
  g_free (self->error);
  g_free (self);
}

gboolean
omc_store_lock_sync_actor (OmcStore *self, GError **error)
{
  g_autofree char *path = NULL;
  int fd;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  path = g_build_filename (self->directory, LOCK_FILE, NULL);
  g_mutex_lock (&self->lock);
  fd = self->sync_lock < 0 ? g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600) : -1;
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      close (fd);
      fd = -1;
    }
  if (fd >= 0)
    self->sync_lock = fd;
  g_mutex_unlock (&self->lock);
  if (fd < 0)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
                         _ ("Another program is synchronising this store. Wait until it is done."));

  return fd >= 0;
}

void
omc_store_unlock_sync_actor (OmcStore *self)
{
  g_return_if_fail (OMC_IS_STORE (self));

  g_mutex_lock (&self->lock);
  if (self->sync_lock >= 0)
    close (self->sync_lock);
  self->sync_lock = -1;
  g_mutex_unlock (&self->lock);
}

/* --- down --- */

typedef struct
{
  OmcActor *actor;
  const OmcServerBatch *batch;
  OmcServerCounts counts;
} BatchJob;

static gboolean
audit_counts (OmcSession *session, const BatchJob *job, OmcAuditItems *received, GError **error)
{
  const OmcServerCounts *counts = &job->counts;
  g_autofree char *detail = NULL;
  OmcAuditEvent event = { .type = "rest", .subtype = "sync-pull", .action = 'U' };

  if (counts->created + counts->updated + counts->deleted + counts->merged + counts->conflicts == 0)
    return TRUE;
  detail = g_strdup_printf ("%u created, %u updated, %u deleted, %u merged, %u conflicts",
                            counts->created, counts->updated, counts->deleted, counts->merged,
                            counts->conflicts);
  event.detail = detail;
  if (omc_audit_items_get_size (received) > 0)
    event.items = received;

  return omc_audit_dao_append (session, job->actor, &event, error);
}

static gboolean
apply_resources (OmcSession *session, BatchJob *job, GError **error)
{
  GPtrArray *resources = job->batch->resources;
  gboolean done = TRUE;

  if (resources == NULL)
    return TRUE;
  omc_vault_begin_batch (session->vault, resources);
  for (guint i = 0; done && i < resources->len; i++)
    done = omc_server_apply_resource (session, job->actor, g_ptr_array_index (resources, i),
                                      job->batch->strategies, &job->counts, error);
  omc_vault_end_batch (session->vault);
  if (!done || job->counts.impossible == 0)
    return done;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_OTHER_HISTORY,
                       _ ("The server was set up anew or set back: it gives versions again that "
                          "it gave before. Nothing was taken from it or sent to it."));

  return FALSE;
}

static gboolean
apply_batch (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  BatchJob *job = data;
  const OmcServerBatch *batch = job->batch;
  g_autoptr (OmcAuditItems) received = omc_audit_items_new ();

  session->bulk = TRUE;
  session->received = received;
  job->counts = (OmcServerCounts){ 0 };
  if (!apply_resources (session, job, error))
    return FALSE;
  for (guint i = 0; batch->deletions != NULL && i < batch->deletions->len; i++)
    {
      if (!omc_server_apply_deletion (session, job->actor, g_ptr_array_index (batch->deletions, i),
                                      &job->counts, error))
        return FALSE;
    }
  if (batch->mark_name != NULL &&
      !omc_setting_dao_set (session, OMC_TEXTS_SYNC, batch->mark_name, batch->mark_value, error))
    return FALSE;

  return audit_counts (session, job, received, error);
}

gboolean
omc_store_apply_server_batch (OmcStore *self,
                              OmcActor *actor,
                              const OmcServerBatch *batch,
                              OmcServerCounts *counts,
                              GCancellable *cancellable,
                              GError **error)
{
  BatchJob job = { actor, batch, { 0 } };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (batch != NULL, FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_SYNC, NULL, NULL, error) ||
      !omc_store_budget_check (self, error) ||
      !omc_store_run_write (self, apply_batch, &job, cancellable, error))
    return FALSE;
  if (counts != NULL)
    *counts = job.counts;

  return TRUE;
}

/* --- up --- */

typedef struct
{
  gint64 now_us;
  guint limit;
  GPtrArray *items;
  guint n;
} QueueJob;

static gboolean
take (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  QueueJob *job = data;

  job->items = omc_outbox_dao_take (session, job->now_us, job->limit, error);

  return job->items != NULL;
}

GPtrArray *
omc_store_take_queue (OmcStore *self,
                      gint64 now_us,
                      guint limit,
                      GCancellable *cancellable,
                      GError **error)
{
  QueueJob job = { now_us, limit, NULL, 0 };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return omc_store_run_read (self, take, &job, cancellable, error) ? job.items : NULL;
}

static gboolean
mark_in_flight (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  QueueJob *job = data;

  for (guint i = 0; i < job->items->len; i++)
    {
      const OmcQueueItem *item = g_ptr_array_index (job->items, i);

      if (!omc_outbox_dao_mark_in_flight (session, item->id, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_store_mark_in_flight (OmcStore *self,
                          GPtrArray *queue_items,
                          GCancellable *cancellable,
                          GError **error)
{
  QueueJob job = { 0, 0, queue_items, 0 };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (queue_items != NULL, FALSE);

  return omc_store_run_write (self, mark_in_flight, &job, cancellable, error);
}

static gboolean
reset_in_flight (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  QueueJob *job = data;

  return omc_outbox_dao_reset_in_flight (session, &job->n, error);
}

gboolean
omc_store_reset_in_flight (OmcStore *self,
                           guint *n_reset,
                           GCancellable *cancellable,
                           GError **error)
{
  QueueJob job = { 0 };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  if (!omc_store_run_write (self, reset_in_flight, &job, cancellable, error))
    return FALSE;
  if (n_reset != NULL)
    *n_reset = job.n;

  return TRUE;
}

typedef struct
{
  OmcActor *actor;
  GPtrArray *results;
  OmcServerCounts counts;
} PushJob;

static gboolean
apply_results (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PushJob *job = data;

  job->counts = (OmcServerCounts){ 0 };
  for (guint i = 0; i < job->results->len; i++)
    {
      if (!omc_push_apply_result (session, job->actor, g_ptr_array_index (job->results, i),
                                  &job->counts, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_store_apply_push_results (OmcStore *self,
                              OmcActor *actor,
                              GPtrArray *results,
                              OmcServerCounts *counts,
                              GCancellable *cancellable,
                              GError **error)
{
  PushJob job = { actor, results, { 0 } };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (results != NULL, FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_SYNC, NULL, NULL, error) ||
      !omc_store_run_write (self, apply_results, &job, cancellable, error))
    return FALSE;
  if (counts != NULL)
    *counts = job.counts;

  return TRUE;
}
