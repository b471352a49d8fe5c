/* omc-store-marks.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-sync.h"

#include "omc-audit-dao.h"
#include "omc-audit-items.h"
#include "omc-evicted-dao.h"
#include "omc-resource-dao.h"
#include "omc-search-index-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"
#include "omc-store-slots.h"
#include "omc-id-dao.h"
#include "omc-place.h"
#include "omc-sync-marks.h"

static const char insert_run[] = "INSERT INTO sync_runs (started_at, ended_at, complete, created, "
                                 "updated, deleted, merged, conflicts, sent, error)"
                                 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
/* Also of what waits: two servers that count give the same number to versions that are not the same. */
static const char *const forget_all_versions[] = {
  "UPDATE encrypted_resources SET server_version = '' WHERE server_version <> ''",
  "UPDATE base_versions SET server_version = '' WHERE server_version <> ''",
  "UPDATE sync_queue SET base_version = '' WHERE base_version <> ''",
  "UPDATE conflicts SET remote_tag = '' WHERE status IN (0, 1) AND remote_tag <> ''",
};
static const char confirm_patients[] = "UPDATE patients SET confirmed_at = ?1,"
                                       " confirmed_run = (SELECT max (id) FROM sync_runs)";
static const char select_versions[] =
    "SELECT coalesce (m.server_id, r.id), r.server_version FROM encrypted_resources r"
    " LEFT JOIN id_map m ON m.resource_type = r.resource_type AND m.local_id = r.id"
    " WHERE r.pk = ?1 AND r.resource_type = ?2 AND r.sync_status = 0 AND r.state = 0";

typedef struct
{
  const char *name;
  const char *value;
  gint64 integer;
  char *found;
} MarkJob;

static gboolean
get_mark (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  MarkJob *job = data;

  return omc_setting_dao_get (session, OMC_TEXTS_SYNC, job->name, &job->found, error);
}

char *
omc_store_get_mark (OmcStore *self, const char *name, GError **error)
{
  MarkJob job = { .name = name };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return omc_store_run_read (self, get_mark, &job, NULL, error) ? job.found : NULL;
}

char *
omc_store_dup_unheard (OmcStore *self, GError **error)
{
  return omc_store_get_mark (self, OMC_MARK_UNHEARD, error);
}

static gboolean
set_mark (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  MarkJob *job = data;

  return omc_setting_dao_set (session, OMC_TEXTS_SYNC, job->name, job->value, error);
}

gboolean
omc_store_set_mark (OmcStore *self, const char *name, const char *value, GError **error)
{
  MarkJob job = { .name = name, .value = value };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  return omc_store_run_write (self, set_mark, &job, NULL, error);
}

static gboolean
forget_versions (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (forget_all_versions); i++)
    {
      if (!omc_db_execute (session->db, forget_all_versions[i], error))
        return FALSE;
    }

  return omc_place_forget_all (session, error);
}

gboolean
omc_store_forget_versions (OmcStore *self, GError **error)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  return omc_store_run_write (self, forget_versions, NULL, NULL, error);
}

static gboolean
record_contact (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  MarkJob *job = data;

  omc_session_note (session, OMC_CHANGED_SYNC, NULL);

  return omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_MARK_LAST_CONTACT, job->integer,
                                      error);
}

gboolean
omc_store_record_contact (OmcStore *self, gint64 when_us, gboolean heard_people, GError **error)
{
  MarkJob job = { .integer = when_us };
  OmcKeyLifetime lifetime;
  gboolean withdrawn;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);

  if (!omc_store_run_write (self, record_contact, &job, NULL, error) ||
      !omc_store_apply_revocations (self, &withdrawn, error))
    return FALSE;
  if (!heard_people && !withdrawn)
    {
      if (!omc_key_manager_get_lifetime_sync (self->keys, &lifetime, error))
        return FALSE;
      if (lifetime.has_server)
        return TRUE;
    }

  return omc_key_manager_note_contact_sync (self->keys, withdrawn, error);
}

typedef struct
{
  OmcActor *actor;
  gint64 started_us;
  gint64 ended_us;
  gboolean complete;
  const OmcServerCounts *down;
  guint n_sent;
  const char *error_text;
} RunJob;

static gboolean
insert_run_row (OmcSession *session, const RunJob *job, GError **error)
{
  static const OmcServerCounts none = { 0 };
  const OmcServerCounts *down = job->down != NULL ? job->down : &none;
  OmcStmt *stmt = omc_db_prepare (session->db, insert_run, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, job->started_us);
  omc_stmt_bind_integer (stmt, 2, job->ended_us);
  omc_stmt_bind_integer (stmt, 3, job->complete);
  omc_stmt_bind_integer (stmt, 4, down->created);
  omc_stmt_bind_integer (stmt, 5, down->updated);
  omc_stmt_bind_integer (stmt, 6, down->deleted);
  omc_stmt_bind_integer (stmt, 7, down->merged);
  omc_stmt_bind_integer (stmt, 8, down->conflicts);
  omc_stmt_bind_integer (stmt, 9, job->n_sent);
  omc_stmt_bind_text (stmt, 10, job->error_text);

  return omc_stmt_run (stmt, error);
}

static gboolean
record_run (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  RunJob *job = data;
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "sync-run",
    .action = 'E',
    .outcome = job->complete ? 0 : 4,
    .detail = job->complete ? "complete" : "incomplete",
  };
  OmcStmt *stmt;

  omc_session_note (session, OMC_CHANGED_SYNC, NULL);
  if (!insert_run_row (session, job, error) ||
      !omc_audit_dao_append (session, job->actor, &event, error))
    return FALSE;
  if (!job->complete)
    return TRUE;
  stmt = omc_db_prepare (session->db, confirm_patients, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, job->ended_us);

  return omc_stmt_run (stmt, error) &&
         omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_MARK_LAST_SYNC, job->ended_us,
                                      error);
}

gboolean
omc_store_record_run (OmcStore *self,
                      OmcActor *actor,
                      gint64 started_us,
                      gint64 ended_us,
                      gboolean complete,
                      const OmcServerCounts *down,
                      guint n_sent,
                      const char *error_text,
                      GError **error)
{
  RunJob job = { actor, started_us, ended_us, complete, down, n_sent, error_text };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  return omc_store_run_write (self, record_run, &job, NULL, error);
}

typedef struct
{
  const char *type;
  GHashTable *versions;
  GPtrArray *server_ids;
} IdsJob;

static gboolean
list_versions (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  IdsJob *job = data;
  g_autoptr (GArray) pks = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!omc_search_index_dao_list_type_at_once (session, job->type, 0, G_MAXUINT, pks, error))
    return FALSE;
  for (guint i = 0; i < pks->len; i++)
    {
      g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_versions, error);
      OmcStep step;

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_integer (stmt, 1, g_array_index (pks, gint64, i));
      omc_stmt_bind_text (stmt, 2, job->type);
      step = omc_stmt_step (stmt, error);
      if (step == OMC_STEP_ERROR)
        return FALSE;
      if (step == OMC_STEP_ROW)
        g_hash_table_insert (job->versions, omc_stmt_dup_text (stmt, 0),
                             omc_stmt_dup_text (stmt, 1));
    }

  return TRUE;
}

GHashTable *
omc_store_list_versions (OmcStore *self, const char *type, GError **error)
{
  IdsJob job = { type, NULL, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (type != NULL, NULL);

  job.versions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!omc_store_run_read (self, list_versions, &job, NULL, error))
    g_clear_pointer (&job.versions, g_hash_table_unref);

  return job.versions;
}

typedef struct
{
  const char *type; /* (nullable): the types themselves are asked for */
  gboolean wanted;
  GHashTable *ids;
} EvictedJob;

static gboolean
list_evicted (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  EvictedJob *job = data;

  return job->type != NULL ? omc_evicted_dao_list (session, job->type, job->wanted, job->ids, error)
                           : omc_evicted_dao_list_wanted_types (session, job->ids, error);
}

GHashTable *
omc_store_list_evicted (OmcStore *self, const char *type, gboolean wanted, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  EvictedJob job = { type, wanted, ids };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (type != NULL, NULL);

  return omc_store_run_read (self, list_evicted, &job, NULL, error) ? g_steal_pointer (&ids) : NULL;
}

GHashTable *
omc_store_list_wanted_types (OmcStore *self, GError **error)
{
  g_autoptr (GHashTable) types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  EvictedJob job = { NULL, TRUE, types };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return omc_store_run_read (self, list_evicted, &job, NULL, error) ? g_steal_pointer (&types)
                                                                    : NULL;
}

static gboolean
note_hidden (OmcSession *session,
             OmcAuditItems *hidden,
             const char *type,
             const char *id,
             gint64 patient,
             GError **error)
{
  g_autofree char *patient_id =
      patient != 0 ? omc_session_dup_patient_id (session, patient, error) : NULL;

  if (patient != 0 && patient_id == NULL)
    return FALSE;
  omc_audit_items_add (hidden, 'D', type, id, NULL, patient_id);

  return TRUE;
}

static gboolean
hide_one (OmcSession *session,
          const char *type,
          const char *server_id,
          OmcAuditItems *hidden,
          GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *id = NULL;
  gboolean evicted = FALSE;

  if (!omc_id_dao_find_local_id (session, type, server_id, &id, error) ||
      !omc_resource_dao_find (session, type, id, &row, error) ||
      (row.pk == 0 && !omc_evicted_dao_forget (session, type, id, &evicted, error)))
    return FALSE;
  if (row.pk == 0)
    return !evicted || note_hidden (session, hidden, type, id, 0, error);
  if (row.dirty || row.state != OMC_ROW_PRESENT)
    return TRUE;

  return omc_place_hide (session, &row, error) &&
         note_hidden (session, hidden, type, id, row.patient, error);
}

static gboolean
hide (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  IdsJob *job = data;
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (OmcAuditItems) hidden = omc_audit_items_new ();
  const OmcAuditEvent event = { .type = "rest",
                                .subtype = "sync-hide",
                                .action = 'D',
                                .detail = "not on the server any more",
                                .items = hidden };

  for (guint i = 0; i < job->server_ids->len; i++)
    if (!hide_one (session, job->type, g_ptr_array_index (job->server_ids, i), hidden, error))
      return FALSE;

  return omc_audit_items_get_size (hidden) == 0 ||
         omc_audit_dao_append (session, device, &event, error);
}

gboolean
omc_store_hide (OmcStore *self, const char *type, GPtrArray *server_ids, GError **error)
{
  IdsJob job = { type, NULL, server_ids };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (type != NULL && server_ids != NULL, FALSE);

  return omc_store_run_write (self, hide, &job, NULL, error);
}
