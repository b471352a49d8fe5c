/* omc-store-write.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-audit-dao.h"
#include "omc-audit-items.h"
#include "omc-change-writer.h"
#include "omc-server-apply.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

/* --- save --- */

typedef struct
{
  OmcStore *store;      /* borrowed */
  OmcActor *actor;      /* (owned) */
  GPtrArray *resources; /* (owned) (element-type OmcResource) */
  OmcSaveReason reason;
  char *draft_key;   /* (owned) (nullable) */
  GPtrArray *stored; /* (owned) (element-type OmcResource): the answer */
} SaveJob;

static SaveJob *
save_job_new (OmcStore *store, OmcActor *actor, GPtrArray *resources, OmcSaveReason reason)
{
  SaveJob *job = g_new0 (SaveJob, 1);

  job->store = store;
  job->actor = g_object_ref (actor);
  job->resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  for (guint i = 0; i < resources->len; i++)
    g_ptr_array_add (job->resources, omc_resource_ref (g_ptr_array_index (resources, i)));
  job->reason = reason;
  job->stored = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  return job;
}

static void
save_job_free (SaveJob *job)
{
  g_clear_object (&job->actor);
  g_clear_pointer (&job->resources, g_ptr_array_unref);
  g_free (job->draft_key);
  g_clear_pointer (&job->stored, g_ptr_array_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SaveJob, save_job_free)

static gboolean
save (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SaveJob *job = data;
  g_autofree char *set_id = g_uuid_string_random ();
  g_autoptr (OmcAccessGuard) guard = omc_access_guard_new (job->store, job->actor);
  OmcChangeContext context = { job->actor, guard, set_id, job->reason, FALSE };

  g_ptr_array_set_size (job->stored, 0);
  for (guint i = 0; i < job->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (job->resources, i);
      OmcResource *stored = NULL;

      if (!omc_change_writer_save (session, &context, resource, &stored, NULL, error))
        return FALSE;
      g_ptr_array_add (job->stored, stored);
    }

  return job->draft_key == NULL ||
         omc_draft_dao_put (session, omc_actor_get_user (job->actor), job->draft_key, NULL, error);
}

GPtrArray *
omc_store_save_sync (OmcStore *self,
                     OmcActor *actor,
                     GPtrArray *resources,
                     OmcSaveReason reason,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (SaveJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (resources != NULL, NULL);

  job = save_job_new (self, actor, resources, reason);
  if (!omc_store_run_write (self, save, job, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->stored);
}

void
omc_store_save_async (OmcStore *self,
                      OmcActor *actor,
                      GPtrArray *resources,
                      OmcSaveReason reason,
                      const char *draft_key,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SaveJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (resources != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_save_async);
  /* Once begun it ends one way or the other: a commit is not taken back by a cancel that came late. */
  g_task_set_check_cancellable (task, FALSE);
  job = save_job_new (self, actor, resources, reason);
  job->draft_key = g_strdup (draft_key);
  omc_store_push_write (self, task, save, job, (GDestroyNotify)save_job_free);
}

GPtrArray *
omc_store_save_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  SaveJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->stored) : NULL;
}

/* --- delete --- */

typedef struct
{
  OmcStore *store;
  OmcActor *actor;
  const char *type;
  const char *id;
} DeleteJob;

static gboolean
delete_one (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  DeleteJob *job = data;
  g_autoptr (OmcAccessGuard) guard = omc_access_guard_new (job->store, job->actor);
  OmcChangeContext context = { job->actor, guard, NULL, OMC_SAVE_CORRECTION, FALSE };

  return omc_change_writer_delete (session, &context, job->type, job->id, error);
}

gboolean
omc_store_delete_sync (OmcStore *self,
                       OmcActor *actor,
                       const char *type,
                       const char *id,
                       GCancellable *cancellable,
                       GError **error)
{
  DeleteJob job = { self, actor, type, id };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (type != NULL && id != NULL, FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_DELETE, type, NULL, error) &&
         omc_store_run_write (self, delete_one, &job, cancellable, error);
}

/* --- import --- */

typedef struct
{
  OmcStore *store;
  OmcActor *actor;
  GPtrArray *resources;
  OmcImportMode mode;
  OmcImportCounts counts;
} ImportJob;

static gboolean
is_same_as_stored (OmcSession *session, OmcResource *resource, gboolean *same, GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (OmcResource) stored = NULL;
  const char *id = omc_resource_get_id (resource);

  *same = FALSE;
  if (id == NULL)
    return TRUE;
  if (!omc_resource_dao_find (session, omc_resource_get_resource_type (resource), id, &row, error))
    return FALSE;
  if (row.pk == 0 || row.state != OMC_ROW_PRESENT)
    return TRUE;
  stored = omc_resource_dao_read_row (session, &row, error);
  if (stored == NULL)
    return FALSE;
  *same =
      omc_json_value_identical (omc_resource_get_root (stored), omc_resource_get_root (resource));

  return TRUE;
}

static gboolean
import_work (OmcSession *session, ImportJob *job, GError **error)
{
  g_autoptr (OmcAccessGuard) guard = omc_access_guard_new (job->store, job->actor);
  OmcChangeContext context = { job->actor, guard, NULL, OMC_SAVE_CHART, TRUE };

  for (guint i = 0; i < job->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (job->resources, i);
      gboolean created, same;

      if (!is_same_as_stored (session, resource, &same, error))
        return FALSE;
      if (same)
        {
          job->counts.unchanged++;
          continue;
        }
      if (!omc_change_writer_save (session, &context, resource, NULL, &created, error))
        return FALSE;
      if (created)
        job->counts.created++;
      else
        job->counts.updated++;
    }

  return TRUE;
}

static gboolean
check_import_of (OmcSession *session, OmcAccessGuard *guard, OmcResource *resource, GError **error)
{
  const char *type = omc_resource_get_resource_type (resource);
  const char *id = omc_resource_get_id (resource);
  g_auto (OmcResourceRow) row = { 0 };

  if (id != NULL && (!omc_resource_dao_find (session, type, id, &row, error) ||
                     (row.pk != 0 && !omc_access_guard_check (guard, session, OMC_ACCESS_IMPORT,
                                                              type, row.patient, error))))
    return FALSE;

  return omc_access_guard_check_resource (guard, session, OMC_ACCESS_IMPORT, resource, error);
}

static gboolean
import_server_state (OmcSession *session, ImportJob *job, GError **error)
{
  g_autoptr (OmcAccessGuard) guard = omc_access_guard_new (job->store, job->actor);
  gboolean bounded = omc_access_guard_is_bounded (guard);
  OmcServerCounts counts = { 0 };

  for (guint i = 0; i < job->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (job->resources, i);

      if ((bounded && !check_import_of (session, guard, resource, error)) ||
          !omc_server_apply_resource (session, job->actor, resource, NULL, &counts, error))
        return FALSE;
    }
  job->counts = (OmcImportCounts){ counts.created, counts.updated, counts.unchanged, counts.merged,
                                   counts.conflicts };

  return TRUE;
}

static gboolean
import (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ImportJob *job = data;
  gboolean done;
  g_autofree char *detail = NULL;
  g_autoptr (OmcAuditItems) received = omc_audit_items_new ();
  OmcAuditEvent event = { .type = "rest", .subtype = "import", .action = 'C' };

  session->bulk = TRUE;
  session->received = received;
  job->counts = (OmcImportCounts){ 0 };
  omc_vault_begin_batch (session->vault, job->resources);
  done = job->mode == OMC_IMPORT_LOCAL_WORK ? import_work (session, job, error)
                                            : import_server_state (session, job, error);
  omc_vault_end_batch (session->vault);
  if (!done)
    return FALSE;
  detail = g_strdup_printf ("%u created, %u updated, %u unchanged, %u merged, %u conflicts",
                            job->counts.created, job->counts.updated, job->counts.unchanged,
                            job->counts.merged, job->counts.conflicts);
  event.detail = detail;
  if (omc_audit_items_get_size (received) > 0)
    event.items = received;

  return omc_audit_dao_append (session, job->actor, &event, error);
}

static gboolean
check_import (OmcStore *self, OmcActor *actor, GPtrArray *resources, GError **error)
{
  const char *last = NULL;

  for (guint i = 0; i < resources->len; i++)
    {
      const char *type = omc_resource_get_resource_type (g_ptr_array_index (resources, i));

      if (g_strcmp0 (type, last) != 0 &&
          !omc_store_check_access (self, actor, OMC_ACCESS_IMPORT, type, NULL, error))
        return FALSE;
      last = type;
    }

  return TRUE;
}

gboolean
omc_store_import_sync (OmcStore *self,
                       OmcActor *actor,
                       GPtrArray *resources,
                       OmcImportMode mode,
                       OmcImportCounts *counts,
                       GCancellable *cancellable,
                       GError **error)
{
  ImportJob job = { self, actor, resources, mode, { 0 } };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (resources != NULL, FALSE);

  if (!check_import (self, actor, resources, error) || !omc_store_budget_check (self, error) ||
      !omc_store_run_write (self, import, &job, cancellable, error))
    return FALSE;
  if (counts != NULL)
    *counts = job.counts;

  return TRUE;
}
