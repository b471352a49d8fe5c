/* omc-store-queue.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-board-dao.h"
#include "omc-change-writer.h"
#include "omc-outbox-dao.h"
#include "omc-store-private.h"

typedef struct
{
  OmcAccessGuard *guard; /* (owned) */
  char *patient_id;      /* (owned) (nullable) */
  GPtrArray *items;      /* (owned): the answer */
} ListJob;

static ListJob *
list_job_new (OmcStore *store, OmcActor *actor, const char *patient_id)
{
  ListJob *job = g_new0 (ListJob, 1);

  job->guard = omc_access_guard_new (store, actor);
  job->patient_id = g_strdup (patient_id);

  return job;
}

static void
list_job_free (ListJob *job)
{
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_free (job->patient_id);
  g_clear_pointer (&job->items, g_ptr_array_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListJob, list_job_free)

/* Whose work it is sees that it waits, also when the patient has gone to another department. */
static gboolean
may_see_item (OmcAccessGuard *guard,
              OmcSession *session,
              const OmcQueueItem *item,
              gboolean *allowed,
              GError **error)
{
  gint64 patient;

  *allowed = g_strcmp0 (item->author, omc_actor_get_user (guard->actor)) == 0;

  return *allowed || (omc_session_find_patient (session, item->patient_id, &patient, error) &&
                      omc_access_guard_may (guard, session, OMC_ACCESS_SEARCH, item->resource_type,
                                            patient, allowed, error));
}

static gboolean
leave_out (ListJob *job, OmcSession *session, GError **error)
{
  for (guint i = job->items->len; i > 0; i--)
    {
      gboolean allowed;

      if (!may_see_item (job->guard, session, g_ptr_array_index (job->items, i - 1), &allowed,
                         error))
        return FALSE;
      if (!allowed)
        g_ptr_array_remove_index (job->items, i - 1);
    }

  return TRUE;
}

/* A value without whose it is says too little to take it back. */
static gboolean
name_patients (ListJob *job, OmcSession *session, GError **error)
{
  g_autoptr (OmcBoardRow) row = NULL;
  const char *of = NULL;

  for (guint i = 0; i < job->items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (job->items, i);
      gint64 patient;

      if (item->patient_id == NULL)
        continue;
      if (g_strcmp0 (of, item->patient_id) != 0)
        {
          g_clear_pointer (&row, omc_board_row_unref);
          if (!omc_session_find_patient (session, item->patient_id, &patient, error) ||
              (patient != 0 && !omc_board_dao_find (session, patient, &row, error)))
            return FALSE;
          of = item->patient_id;
        }
      item->family = g_strdup (row != NULL ? row->family : NULL);
      item->given = g_strdup (row != NULL ? row->given : NULL);
    }

  return TRUE;
}

static gboolean
list_queue (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ListJob *job = data;
  gint64 patient;

  if (!omc_session_find_patient (session, job->patient_id, &patient, error))
    return FALSE;
  if (job->patient_id != NULL && patient == 0)
    job->items = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_queue_item_unref);
  else
    job->items = omc_outbox_dao_list (session, patient, error);

  return job->items != NULL && leave_out (job, session, error) &&
         name_patients (job, session, error);
}

GPtrArray *
omc_store_list_queue_sync (OmcStore *self,
                           OmcActor *actor,
                           const char *patient_id,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (ListJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  job = list_job_new (self, actor, patient_id);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, NULL, patient_id, error) ||
      !omc_store_run_read (self, list_queue, job, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->items);
}

void
omc_store_list_queue_async (OmcStore *self,
                            OmcActor *actor,
                            const char *patient_id,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_queue_async);
  if (omc_store_check_task (self, task, actor, OMC_ACCESS_SEARCH, NULL, patient_id))
    omc_store_push_read (self, task, list_queue, list_job_new (self, actor, patient_id),
                         (GDestroyNotify)list_job_free);
}

GPtrArray *
omc_store_list_queue_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ListJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->items) : NULL;
}

typedef struct
{
  OmcAccessGuard *guard;
  gint64 id;
  const char *reason;
} ItemJob;

/* Own work may be sent again and taken back wherever the patient is by now. */
static gboolean
check_item (OmcSession *session, const ItemJob *job, const OmcQueueItem *item, GError **error)
{
  gint64 patient;

  if (g_strcmp0 (item->author, omc_actor_get_user (job->guard->actor)) == 0)
    return TRUE;

  return omc_session_find_patient (session, item->patient_id, &patient, error) &&
         omc_access_guard_check (job->guard, session, OMC_ACCESS_UPDATE, item->resource_type,
                                 patient, error);
}

static gboolean
audit_item (OmcSession *session,
            ItemJob *job,
            const OmcQueueItem *item,
            const char *subtype,
            GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };

  return omc_resource_dao_find (session, item->resource_type, item->resource_id, &row, error) &&
         omc_change_writer_audit (session, job->guard->actor, &row, subtype, 'U', NULL, error);
}

static gboolean
retry_item (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ItemJob *job = data;
  g_autoptr (OmcQueueItem) item = omc_outbox_dao_find (session, job->id, error);

  if (item == NULL || !check_item (session, job, item, error))
    return FALSE;
  if (item->state == OMC_QUEUE_IN_FLIGHT || item->state == OMC_QUEUE_BLOCKED_BY_CONFLICT)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
                           item->state == OMC_QUEUE_IN_FLIGHT
                               ? _ ("This is being sent right now.")
                               : _ ("This waits for a decision. Decide the conflict first."));
      return FALSE;
    }

  return omc_outbox_dao_set_state (session, job->id, OMC_QUEUE_PENDING, NULL, 0, error) &&
         audit_item (session, job, item, "retry", error);
}

gboolean
omc_store_retry_queue_item_sync (OmcStore *self,
                                 OmcActor *actor,
                                 gint64 queue_id,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (OmcAccessGuard) guard = NULL;
  ItemJob job = { NULL, queue_id, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  job.guard = guard = omc_access_guard_new (self, actor);

  return omc_store_check_access (self, actor, OMC_ACCESS_UPDATE, NULL, NULL, error) &&
         omc_store_run_write (self, retry_item, &job, cancellable, error);
}

static gboolean
cancel_item (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ItemJob *job = data;
  g_autoptr (OmcQueueItem) item = omc_outbox_dao_find (session, job->id, error);

  return item != NULL && check_item (session, job, item, error) &&
         omc_change_writer_cancel (session, job->guard->actor, job->id, job->reason, error);
}

gboolean
omc_store_cancel_queue_item_sync (OmcStore *self,
                                  OmcActor *actor,
                                  gint64 queue_id,
                                  const char *reason,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_autoptr (OmcAccessGuard) guard = NULL;
  ItemJob job = { NULL, queue_id, reason };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (reason != NULL, FALSE);

  job.guard = guard = omc_access_guard_new (self, actor);

  return omc_store_check_access (self, actor, OMC_ACCESS_UPDATE, NULL, NULL, error) &&
         omc_store_run_write (self, cancel_item, &job, cancellable, error);
}
