/* omc-store-conflicts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include "omc-access-guard.h"
#include "omc-conflict-flow.h"
#include "omc-store-private.h"

typedef struct
{
  OmcAccessGuard *guard; /* (owned) */
  OmcConflictFilter filter;
  gint64 id;
  OmcResource *merged;   /* (owned) (nullable) */
  OmcJson *decisions;    /* (owned) (nullable) */
  GPtrArray *conflicts;  /* (owned): an answer */
  OmcConflict *conflict; /* (owned): an answer */
} ConflictJob;

static ConflictJob *
conflict_job_new (OmcStore *store, OmcActor *actor)
{
  ConflictJob *job = g_new0 (ConflictJob, 1);

  job->guard = omc_access_guard_new (store, actor);

  return job;
}

static void
conflict_job_free (ConflictJob *job)
{
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_clear_pointer (&job->merged, omc_resource_unref);
  g_clear_pointer (&job->decisions, omc_json_unref);
  g_clear_pointer (&job->conflicts, g_ptr_array_unref);
  g_clear_pointer (&job->conflict, omc_conflict_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ConflictJob, conflict_job_free)

/* --- the list --- */

static gboolean
leave_out (ConflictJob *job, OmcSession *session, GError **error)
{
  for (guint i = job->conflicts->len; i > 0; i--)
    {
      const OmcConflict *conflict = g_ptr_array_index (job->conflicts, i - 1);
      gint64 patient;
      gboolean allowed;

      if (!omc_session_find_patient (session, conflict->patient_id, &patient, error) ||
          !omc_access_guard_may (job->guard, session, OMC_ACCESS_SEARCH, conflict->resource_type,
                                 patient, &allowed, error))
        return FALSE;
      if (!allowed)
        g_ptr_array_remove_index (job->conflicts, i - 1);
    }

  return TRUE;
}

static gboolean
list_conflicts (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;

  job->conflicts = omc_conflict_dao_list (session, job->filter, error);

  return job->conflicts != NULL && leave_out (job, session, error);
}

GPtrArray *
omc_store_list_conflicts_sync (OmcStore *self,
                               OmcActor *actor,
                               OmcConflictFilter filter,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autoptr (ConflictJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  job = conflict_job_new (self, actor);
  job->filter = filter;
  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, NULL, NULL, error) ||
      !omc_store_run_read (self, list_conflicts, job, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->conflicts);
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
  ConflictJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_conflicts_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_SEARCH, NULL, NULL))
    return;
  job = conflict_job_new (self, actor);
  job->filter = filter;
  omc_store_push_read (self, task, list_conflicts, job, (GDestroyNotify)conflict_job_free);
}

GPtrArray *
omc_store_list_conflicts_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ConflictJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->conflicts) : NULL;
}

/* --- one of them --- */

/* The versions may be of different people: that is what a stopped conflict is about. */
static gboolean
check_versions (ConflictJob *job,
                OmcSession *session,
                OmcAccessAction action,
                const OmcConflict *conflict,
                GError **error)
{
  OmcResource *versions[] = { conflict->base, conflict->local, conflict->remote, conflict->merged };
  gint64 patient;

  if (!omc_session_find_patient (session, conflict->patient_id, &patient, error) ||
      !omc_access_guard_check (job->guard, session, action, conflict->resource_type, patient,
                               error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      if (versions[i] != NULL &&
          !omc_access_guard_check_resource (job->guard, session, action, versions[i], error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_conflict (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;
  g_autoptr (OmcConflict) conflict = omc_conflict_dao_read (session, job->id, error);

  if (conflict == NULL || !check_versions (job, session, OMC_ACCESS_READ, conflict, error))
    return FALSE;
  job->conflict = g_steal_pointer (&conflict);

  return TRUE;
}

static void
note_read (OmcStore *self, ConflictJob *job)
{
  OmcActor *actor = job->guard->actor;
  const OmcConflict *conflict = job->conflict;
  g_autofree char *entity = g_strconcat (conflict->resource_type, "/", conflict->resource_id, NULL);
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "read",
    .action = 'R',
    .patient_id = conflict->patient_id,
    .entity = entity,
    .purpose = omc_access_guard_get_purpose (job->guard),
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
  g_autoptr (ConflictJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  job = conflict_job_new (self, actor);
  job->id = conflict_id;
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, NULL, NULL, error) ||
      !omc_store_run_read (self, read_conflict, job, cancellable, error))
    return NULL;
  note_read (self, job);

  return g_steal_pointer (&job->conflict);
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
  ConflictJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_read_conflict_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_READ, NULL, NULL))
    return;
  job = conflict_job_new (self, actor);
  job->id = conflict_id;
  omc_store_push_read (self, task, read_conflict, job, (GDestroyNotify)conflict_job_free);
}

OmcConflict *
omc_store_read_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ConflictJob *job = omc_store_finish_job (self, result, error);

  if (job == NULL)
    return NULL;
  note_read (self, job);

  return g_steal_pointer (&job->conflict);
}

/* --- the decision --- */

static gboolean
resolve_conflict (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ConflictJob *job = data;
  g_autoptr (OmcConflict) conflict = omc_conflict_dao_read (session, job->id, error);

  return conflict != NULL &&
         check_versions (job, session, OMC_ACCESS_DECIDE_CONFLICT, conflict, error) &&
         (job->merged == NULL ||
          omc_access_guard_check_resource (job->guard, session, OMC_ACCESS_DECIDE_CONFLICT,
                                           job->merged, error)) &&
         omc_conflict_flow_resolve (session, job->guard->actor, job->id, job->merged,
                                    job->decisions, error);
}

static ConflictJob *
decision_job_new (OmcStore *store,
                  OmcActor *actor,
                  gint64 conflict_id,
                  OmcResource *merged,
                  OmcJson *decisions)
{
  ConflictJob *job = conflict_job_new (store, actor);

  job->id = conflict_id;
  job->merged = merged != NULL ? omc_resource_ref (merged) : NULL;
  job->decisions = decisions != NULL ? omc_json_ref (decisions) : NULL;

  return job;
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
  g_autoptr (ConflictJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  job = decision_job_new (self, actor, conflict_id, merged, decisions);

  return omc_store_check_access (self, actor, OMC_ACCESS_DECIDE_CONFLICT, NULL, NULL, error) &&
         omc_store_run_write (self, resolve_conflict, job, cancellable, error);
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

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_resolve_conflict_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_DECIDE_CONFLICT, NULL, NULL))
    return;
  omc_store_push_write (self, task, resolve_conflict,
                        decision_job_new (self, actor, conflict_id, merged, decisions),
                        (GDestroyNotify)conflict_job_free);
}

gboolean
omc_store_resolve_conflict_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
