/* omc-store-conflicts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include "omc-conflict-flow.h"
#include "omc-store-private.h"

typedef struct
{
  OmcActor *actor; /* (owned) (nullable) */
  OmcConflictFilter filter;
  gint64 id;
  OmcResource *merged;   /* (owned) (nullable) */
  OmcJson *decisions;    /* (owned) (nullable) */
  GPtrArray *conflicts;  /* (owned): an answer */
  OmcConflict *conflict; /* (owned): an answer */
} ConflictJob;

static void
conflict_job_free (ConflictJob *job)
{
  g_clear_object (&job->actor);
  g_clear_pointer (&job->merged, omc_resource_unref);
  g_clear_pointer (&job->decisions, omc_json_unref);
  g_clear_pointer (&job->conflicts, g_ptr_array_unref);
  g_clear_pointer (&job->conflict, omc_conflict_unref);
  g_free (job);
}

/* --- the list --- */

static gboolean
list_conflicts (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;

  job->conflicts = omc_conflict_dao_list (session, job->filter, error);

  return job->conflicts != NULL;
}

GPtrArray *
omc_store_list_conflicts_sync (OmcStore *self,
                               OmcActor *actor,
                               OmcConflictFilter filter,
                               GCancellable *cancellable,
                               GError **error)
{
  ConflictJob job = { .filter = filter };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, NULL, NULL, error) ||
      !omc_store_run_read (self, list_conflicts, &job, cancellable, error))
    return NULL;

  return job.conflicts;
}

void
omc_store_list_conflicts_async (OmcStore *self,
                                OmcActor *actor,
                                OmcConflictFilter filter,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  ConflictJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_conflicts_async);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, NULL, NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  job = g_new0 (ConflictJob, 1);
  job->filter = filter;
  omc_store_push_read (self, task, list_conflicts, job, (GDestroyNotify)conflict_job_free);
}

GPtrArray *
omc_store_list_conflicts_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ConflictJob *job;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  job = g_task_get_task_data (G_TASK (result));

  return g_steal_pointer (&job->conflicts);
}

/* --- one of them --- */

static gboolean
read_conflict (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;

  job->conflict = omc_conflict_dao_read (session, job->id, error);

  return job->conflict != NULL;
}

static void
note_read (OmcStore *self, OmcActor *actor, const OmcConflict *conflict)
{
  g_autofree char *entity = g_strconcat (conflict->resource_type, "/", conflict->resource_id, NULL);
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "read",
    .action = 'R',
    .patient_id = conflict->patient_id,
    .entity = entity,
    .detail = "conflict",
  };

  if (omc_actor_get_role (actor) != OMC_ROLE_DEVICE)
    omc_store_note_read (self, actor, &event);
}

OmcConflict *
omc_store_read_conflict_sync (OmcStore *self,
                              OmcActor *actor,
                              gint64 conflict_id,
                              GCancellable *cancellable,
                              GError **error)
{
  ConflictJob job = { .id = conflict_id };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, NULL, NULL, error) ||
      !omc_store_run_read (self, read_conflict, &job, cancellable, error))
    return NULL;
  note_read (self, actor, job.conflict);

  return job.conflict;
}

void
omc_store_read_conflict_async (OmcStore *self,
                               OmcActor *actor,
                               gint64 conflict_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  ConflictJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_read_conflict_async);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, NULL, NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  job = g_new0 (ConflictJob, 1);
  job->id = conflict_id;
  job->actor = g_object_ref (actor);
  omc_store_push_read (self, task, read_conflict, job, (GDestroyNotify)conflict_job_free);
}

OmcConflict *
omc_store_read_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ConflictJob *job;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  job = g_task_get_task_data (G_TASK (result));
  note_read (self, job->actor, job->conflict);

  return g_steal_pointer (&job->conflict);
}

/* --- the decision --- */

static gboolean
resolve_conflict (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;

  return omc_conflict_flow_resolve (session, job->actor, job->id, job->merged, job->decisions,
                                    error);
}

gboolean
omc_store_resolve_conflict_sync (OmcStore *self,
                                 OmcActor *actor,
                                 gint64 conflict_id,
                                 OmcResource *merged,
                                 OmcJson *decisions,
                                 GCancellable *cancellable,
                                 GError **error)
{
  ConflictJob job = { .actor = actor, .id = conflict_id, .merged = merged, .decisions = decisions };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_DECIDE_CONFLICT, NULL, NULL, error) &&
         omc_store_run_write (self, resolve_conflict, &job, cancellable, error);
}

void
omc_store_resolve_conflict_async (OmcStore *self,
                                  OmcActor *actor,
                                  gint64 conflict_id,
                                  OmcResource *merged,
                                  OmcJson *decisions,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  ConflictJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_resolve_conflict_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_DECIDE_CONFLICT, NULL, NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  job = g_new0 (ConflictJob, 1);
  job->actor = g_object_ref (actor);
  job->id = conflict_id;
  job->merged = merged != NULL ? omc_resource_ref (merged) : NULL;
  job->decisions = decisions != NULL ? omc_json_ref (decisions) : NULL;
  omc_store_push_write (self, task, resolve_conflict, job, (GDestroyNotify)conflict_job_free);
}

gboolean
omc_store_resolve_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
