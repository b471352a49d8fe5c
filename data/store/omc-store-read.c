/* omc-store-read.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-resource-dao.h"
#include "omc-search-index-dao.h"
#include "omc-store-private.h"

/* --- one resource --- */

typedef struct
{
  OmcAccessGuard *guard; /* (owned) */
  char *type;            /* (owned) */
  char *id;              /* (owned) */
  OmcResource *resource; /* (owned): the answer */
} ReadJob;

static ReadJob *
read_job_new (OmcStore *store, OmcActor *actor, const char *type, const char *id)
{
  ReadJob *job = g_new0 (ReadJob, 1);

  job->guard = omc_access_guard_new (store, actor);
  job->type = g_strdup (type);
  job->id = g_strdup (id);

  return job;
}

static void
read_job_free (ReadJob *job)
{
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_free (job->type);
  g_free (job->id);
  g_clear_pointer (&job->resource, omc_resource_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReadJob, read_job_free)

static gboolean
check_and_read (OmcSession *session, ReadJob *job, GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };

  if (!omc_resource_dao_find (session, job->type, job->id, &row, error) ||
      !omc_access_guard_check (job->guard, session, OMC_ACCESS_READ, job->type, row.patient, error))
    return FALSE;
  job->resource = omc_resource_dao_read (session, job->type, job->id, error);

  return job->resource != NULL;
}

/* At one moment: a record may become another patient's between the question and the answer. */
static gboolean
read_one (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean done;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = check_and_read (session, data, error);
  omc_db_rollback (session->db);

  return done;
}

static gboolean
tell_read (OmcStore *self, gpointer data)
{
  ReadJob *job = data;
  OmcActor *actor = job->guard->actor;
  const char *patient_id = omc_resource_get_patient_id (job->resource);
  g_autofree char *entity = g_strconcat (job->type, "/", job->id, NULL);
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "read",
    .action = 'R',
    .patient_id = patient_id,
    .entity = entity,
    .purpose = omc_access_guard_get_purpose (job->guard),
  };

  /* The engine reads what it sends; the acts of people are what the trail is about. */
  if (omc_actor_get_role (actor) == OMC_ROLE_DEVICE)
    return FALSE;
  omc_store_note_read (self, actor, &event);

  return job->guard->glass_used;
}

OmcResource *
omc_store_read_sync (OmcStore *self,
                     OmcActor *actor,
                     const char *type,
                     const char *id,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (ReadJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (type != NULL && id != NULL, NULL);

  job = read_job_new (self, actor, type, id);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, type, NULL, error) ||
      !omc_store_run_told_read (self, read_one, job, tell_read, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->resource);
}

void
omc_store_read_async (OmcStore *self,
                      OmcActor *actor,
                      const char *type,
                      const char *id,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (type != NULL && id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_read_async);
  if (omc_store_check_task (self, task, actor, OMC_ACCESS_READ, type, NULL))
    omc_store_push_told_read (self, task, read_one, read_job_new (self, actor, type, id),
                              (GDestroyNotify)read_job_free, tell_read);
}

OmcResource *
omc_store_read_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ReadJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->resource) : NULL;
}

/* --- all of them --- */

static const char select_chunk[] =
    "SELECT pk, resource_type, id, counter, encrypted_data, patient FROM encrypted_resources"
    " WHERE pk > ?1 AND state = 0 ORDER BY pk LIMIT ?2";
static const char select_of_type[] =
    "SELECT pk, resource_type, id, counter, encrypted_data, patient FROM encrypted_resources"
    " WHERE pk = ?1 AND resource_type = ?2 AND state = 0";
static const char select_chunk_of_patient[] =
    "SELECT pk, resource_type, id, counter, encrypted_data, patient FROM encrypted_resources"
    " WHERE patient = ?3 AND pk > ?1 AND state = 0 ORDER BY pk LIMIT ?2";

/* The reader is given back between chunks, so that a long export holds nobody up. */
#define CHUNK 500

typedef struct
{
  OmcAccessGuard *guard;
  const char *type;
  const char *patient_id;
  gint64 last_pk;
  GPtrArray *chunk; /* (owned) (element-type OmcResource) */
  gboolean ended;
} EachJob;

static OmcStmt *
prepare_chunk (OmcSession *session, EachJob *job, GError **error)
{
  OmcStmt *stmt;
  gint64 patient = 0;

  if (job->patient_id != NULL)
    {
      if (!omc_session_find_patient (session, job->patient_id, &patient, error))
        return NULL;
      stmt = omc_db_prepare (session->db, select_chunk_of_patient, error);
      if (stmt != NULL)
        omc_stmt_bind_integer (stmt, 3, patient);
    }
  else
    stmt = omc_db_prepare (session->db, select_chunk, error);

  return stmt;
}

/* stmt stands on a row. What the actor may not take out is left out. */
static gboolean
take_row (OmcSession *session, EachJob *job, OmcStmt *stmt, GError **error)
{
  const char *type = omc_stmt_get_text (stmt, 1);
  g_autofree char *place = NULL;
  OmcResource *resource;
  gconstpointer sealed;
  gsize length;
  gboolean allowed;

  job->last_pk = omc_stmt_get_integer (stmt, 0);
  if (job->type != NULL && g_strcmp0 (job->type, type) != 0)
    return TRUE;
  if (!omc_access_guard_may (job->guard, session, OMC_ACCESS_EXPORT, type,
                             omc_stmt_get_integer (stmt, 5), &allowed, error))
    return FALSE;
  if (!allowed)
    return TRUE;
  place =
      omc_resource_dao_place (type, omc_stmt_get_text (stmt, 2), omc_stmt_get_integer (stmt, 3));
  sealed = omc_stmt_get_blob (stmt, 4, &length);
  resource = omc_vault_open_resource (session->vault, place, sealed, length, error);
  if (resource == NULL)
    return FALSE;
  g_ptr_array_add (job->chunk, resource);

  return TRUE;
}

static gboolean
read_chunk (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  EachJob *job = data;
  g_autoptr (OmcStmtUse) stmt = prepare_chunk (session, job, error);
  guint n = 0;
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, job->last_pk);
  omc_stmt_bind_integer (stmt, 2, CHUNK);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      n++;
      if (!take_row (session, job, stmt, error))
        return FALSE;
    }
  job->ended = n < CHUNK;

  return step == OMC_STEP_DONE;
}

static gboolean
read_chunk_of_type (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  EachJob *job = data;
  g_autoptr (GArray) pks = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!omc_search_index_dao_list_type_at_once (session, job->type, job->last_pk, CHUNK, pks, error))
    return FALSE;
  for (guint i = 0; i < pks->len; i++)
    {
      g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_of_type, error);
      OmcStep step;

      if (stmt == NULL)
        return FALSE;
      job->last_pk = g_array_index (pks, gint64, i);
      omc_stmt_bind_integer (stmt, 1, job->last_pk);
      omc_stmt_bind_text (stmt, 2, job->type);
      step = omc_stmt_step (stmt, error);
      if (step == OMC_STEP_ERROR || (step == OMC_STEP_ROW && !take_row (session, job, stmt, error)))
        return FALSE;
    }
  job->ended = pks->len == 0;

  return TRUE;
}

static gboolean
check_export (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  EachJob *job = data;
  gint64 patient;

  return omc_session_find_patient (session, job->patient_id, &patient, error) &&
         omc_access_guard_check (job->guard, session, OMC_ACCESS_EXPORT, job->type, patient, error);
}

static gboolean
tell_export (OmcStore *self, gpointer data)
{
  const EachJob *job = data;
  const OmcAuditEvent event = {
    .type = "export",
    .subtype = "export",
    .action = 'R',
    .patient_id = job->patient_id,
    .entity = job->type,
  };

  if (omc_actor_get_role (job->guard->actor) == OMC_ROLE_DEVICE)
    return FALSE;
  omc_store_note_read (self, job->guard->actor, &event);

  return TRUE;
}

static gboolean
deliver (EachJob *job, OmcStoreResourceFunc func, gpointer user_data, GError **error)
{
  for (guint i = 0; i < job->chunk->len; i++)
    {
      if (!func (g_ptr_array_index (job->chunk, i), user_data, error))
        return FALSE;
    }
  g_ptr_array_set_size (job->chunk, 0);

  return TRUE;
}

gboolean
omc_store_foreach_sync (OmcStore *self,
                        OmcActor *actor,
                        const char *type,
                        const char *patient_id,
                        OmcStoreResourceFunc func,
                        gpointer user_data,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (OmcAccessGuard) guard = NULL;
  EachJob job = { NULL, type, patient_id, .last_pk = 0 };
  gboolean done = TRUE;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  job.guard = guard = omc_access_guard_new (self, actor);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_EXPORT, type, patient_id, error) ||
      !omc_store_run_told_read (self, check_export, &job, tell_export, cancellable, error))
    return FALSE;
  job.chunk = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  while (done && !job.ended)
    done = omc_store_run_read (self,
                               type != NULL && patient_id == NULL ? read_chunk_of_type : read_chunk,
                               &job, cancellable, error) &&
           deliver (&job, func, user_data, error);
  g_ptr_array_unref (job.chunk);

  return done;
}
