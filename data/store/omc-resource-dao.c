/* omc-resource-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-resource-dao.h"

#include <glib/gi18n-lib.h>

#include "omc-evicted-dao.h"
#include "omc-resource-facts.h"
#include "omc-search-index-dao.h"
#include "omc-storage-dao.h"

#define ROW_COLUMNS                                                                                \
  "pk, resource_type, id, patient, kind, event_at, state, sync_status, counter, server_version,"   \
  " server_updated, created_at, original_size, length (encrypted_data)"

/* The index finds those with the key, this the one. */
#define BY_ID                                                                                      \
  " FROM (SELECT resource FROM search_keys WHERE key = ?3"                                         \
  " UNION ALL SELECT resource FROM search_keys_new WHERE key = ?3"                                 \
  " UNION ALL SELECT resource FROM search_pending WHERE key = ?3)"                                 \
  " CROSS JOIN encrypted_resources ON pk = resource WHERE resource_type = ?1 AND id = ?2"

static const char select_by_id[] = "SELECT " ROW_COLUMNS BY_ID;
static const char select_by_pk[] = "SELECT " ROW_COLUMNS " FROM encrypted_resources WHERE pk = ?1";
static const char select_payload[] = "SELECT state, counter, encrypted_data" BY_ID;
static const char select_payload_by_pk[] =
    "SELECT encrypted_data FROM encrypted_resources WHERE pk = ?1";
static const char select_tombstone[] =
    "SELECT 1 FROM tombstones WHERE resource_type = ?1 AND id = ?2";
static const char insert_row[] =
    "INSERT INTO encrypted_resources (id, resource_type, patient, kind, event_at, state, "
    "sync_status, counter,"
    " server_version, server_updated, search_index, created_at, updated_at, original_size, "
    "encrypted_data, odd_date, after_run)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?13, ?14, ?15, ?16)";
static const char update_row[] =
    "UPDATE encrypted_resources SET patient = ?2, kind = ?3, event_at = ?4, state = ?5, "
    "sync_status = ?6,"
    " counter = ?7, server_version = ?8, server_updated = ?9, search_index = ?10, updated_at = ?11,"
    " original_size = ?12, encrypted_data = ?13, odd_date = ?14, after_run = ?15 WHERE pk = ?1";
static const char update_state[] = "UPDATE encrypted_resources SET state = ?2, sync_status = ?3, "
                                   "server_version = ?4, server_updated = ?5"
                                   " WHERE pk = ?1";
static const char delete_row[] = "DELETE FROM encrypted_resources WHERE pk = ?1";
static const char insert_tombstone[] = "INSERT OR REPLACE INTO tombstones (resource_type, id, "
                                       "deleted_at, by_server) VALUES (?1, ?2, ?3, ?4)";
static const char any_tombstone[] = "SELECT 1 FROM tombstones LIMIT 1";
static const char delete_tombstone[] =
    "DELETE FROM tombstones WHERE resource_type = ?1 AND id = ?2";
static const char select_of_patient[] =
    "SELECT resource_type, id, counter, encrypted_data FROM encrypted_resources"
    " WHERE patient = ?1 AND kind = ?2 AND event_at >= ?3 AND state = 0"
    " ORDER BY event_at DESC LIMIT ?4";

void
omc_resource_row_clear (OmcResourceRow *row)
{
  g_clear_pointer (&row->type, g_free);
  g_clear_pointer (&row->id, g_free);
  g_clear_pointer (&row->server_version, g_free);
  g_clear_pointer (&row->server_updated, g_free);
  row->pk = 0;
}

char *
omc_resource_dao_place (const char *type, const char *id, gint64 counter)
{
  return g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, type, id, counter);
}

static gboolean
read_row (OmcStmt *stmt, OmcResourceRow *row, GError **error)
{
  OmcStep step = omc_stmt_step (stmt, error);

  omc_resource_row_clear (row);
  *row = (OmcResourceRow){ 0 };
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  row->pk = omc_stmt_get_integer (stmt, 0);
  row->type = omc_stmt_dup_text (stmt, 1);
  row->id = omc_stmt_dup_text (stmt, 2);
  row->patient = omc_stmt_get_integer (stmt, 3);
  row->kind = (OmcResourceKind)omc_stmt_get_integer (stmt, 4);
  row->event_us = omc_stmt_get_integer (stmt, 5);
  row->state = (OmcRowState)omc_stmt_get_integer (stmt, 6);
  row->dirty = omc_stmt_get_integer (stmt, 7) != 0;
  row->counter = omc_stmt_get_integer (stmt, 8);
  row->server_version = omc_stmt_dup_text (stmt, 9);
  row->server_updated = omc_stmt_dup_text (stmt, 10);
  row->created_us = omc_stmt_get_integer (stmt, 11);
  row->original_size = omc_stmt_get_integer (stmt, 12);
  row->stored_size = omc_stmt_get_integer (stmt, 13);

  return TRUE;
}

static void
bind_id (OmcStmt *stmt, const char *type, const char *id)
{
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, id);
  omc_stmt_bind_integer (stmt, 3, omc_search_index_id_key (type, id));
}

gboolean
omc_resource_dao_find (OmcSession *session,
                       const char *type,
                       const char *id,
                       OmcResourceRow *row,
                       GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_by_id, error);

  if (stmt == NULL)
    return FALSE;
  bind_id (stmt, type, id);

  return read_row (stmt, row, error);
}

gboolean
omc_resource_dao_find_pk (OmcSession *session, gint64 pk, OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_by_pk, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, pk);

  return read_row (stmt, row, error);
}

static gboolean
is_evicted (OmcSession *session, const char *type, const char *id)
{
  gboolean evicted;

  return omc_evicted_dao_contains (session, type, id, &evicted, NULL) && evicted;
}

static void
set_absent_error (OmcSession *session,
                  const char *type,
                  const char *id,
                  gboolean deleted,
                  GError **error)
{
  if (!deleted)
    {
      g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_tombstone, error);

      if (stmt == NULL)
        return;
      omc_stmt_bind_text (stmt, 1, type);
      omc_stmt_bind_text (stmt, 2, id);
      deleted = omc_stmt_step (stmt, NULL) == OMC_STEP_ROW;
    }
  if (deleted)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED, _ ("This %s was deleted."), type);
  else if (is_evicted (session, type, id))
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                 _ ("This %s was removed from this device to make room. The server has it; it "
                    "comes back when it is asked for."),
                 type);
  else
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                 _ ("There is no such %s on this device. It may not be synchronised yet."), type);
}

OmcResource *
omc_resource_dao_read (OmcSession *session, const char *type, const char *id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_payload, error);
  g_autofree char *place = NULL;
  gconstpointer data;
  gsize length;
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  bind_id (stmt, type, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ERROR)
    return NULL;
  if (step == OMC_STEP_DONE || omc_stmt_get_integer (stmt, 0) != OMC_ROW_PRESENT)
    {
      gboolean deleted = step == OMC_STEP_ROW && omc_stmt_get_integer (stmt, 0) == OMC_ROW_DELETED;

      set_absent_error (session, type, id, deleted, error);
      return NULL;
    }
  place = omc_resource_dao_place (type, id, omc_stmt_get_integer (stmt, 1));
  data = omc_stmt_get_blob (stmt, 2, &length);

  return omc_vault_open_resource (session->vault, place, data, length, error);
}

/* What was sealed; it is the vault's. */
static const GByteArray *
open_row (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_payload_by_pk, error);
  g_autofree char *place = omc_resource_dao_place (row->type, row->id, row->counter);
  gconstpointer data;
  gsize length;
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_DONE)
    set_absent_error (session, row->type, row->id, FALSE, error);
  if (step != OMC_STEP_ROW)
    return NULL;
  data = omc_stmt_get_blob (stmt, 0, &length);

  return omc_vault_open (session->vault, place, data, length, error);
}

OmcResource *
omc_resource_dao_read_row (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  const GByteArray *plain = open_row (session, row, error);

  if (plain == NULL)
    return NULL;

  return omc_resource_parse ((const char *)plain->data, (gssize)plain->len, error);
}

gboolean
omc_resource_dao_check_row (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  return open_row (session, row, error) != NULL;
}

static gboolean
find_last_run (OmcSession *session, GError **error)
{
  static const char select_run[] = "SELECT coalesce (max (id), 0) FROM sync_runs";

  return session->last_run >= 0 ||
         omc_db_get_integer (session->db, select_run, 0, &session->last_run, error);
}

static void
bind_patient (OmcStmt *stmt, int parameter, gint64 patient)
{
  if (patient != 0)
    omc_stmt_bind_integer (stmt, parameter, patient);
}

static gboolean
insert (OmcSession *session,
        OmcResourceRow *row,
        const GByteArray *sealed,
        gsize original_length,
        GError **error)
{
  OmcStmt *stmt;

  if (!find_last_run (session, error) ||
      (stmt = omc_db_prepare (session->db, insert_row, error)) == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, row->id);
  omc_stmt_bind_text (stmt, 2, row->type);
  bind_patient (stmt, 3, row->patient);
  omc_stmt_bind_integer (stmt, 4, row->kind);
  omc_stmt_bind_integer (stmt, 5, row->event_us);
  omc_stmt_bind_integer (stmt, 6, row->state);
  omc_stmt_bind_integer (stmt, 7, row->dirty);
  omc_stmt_bind_integer (stmt, 8, row->counter);
  omc_stmt_bind_text (stmt, 9, row->server_version);
  omc_stmt_bind_text (stmt, 10, row->server_updated);
  omc_stmt_bind_integer (stmt, 11, OMC_SEARCH_INDEX_GENERATION);
  omc_stmt_bind_integer (stmt, 12, session->now_us);
  omc_stmt_bind_integer (stmt, 13, (gint64)original_length);
  omc_stmt_bind_blob (stmt, 14, sealed->data, sealed->len);
  omc_stmt_bind_integer (stmt, 15, row->odd_date);
  omc_stmt_bind_integer (stmt, 16, session->last_run);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  row->pk = omc_db_get_last_row (session->db);
  row->created_us = session->now_us;

  return TRUE;
}

static gboolean
update (OmcSession *session,
        const OmcResourceRow *row,
        const GByteArray *sealed,
        gsize original_length,
        GError **error)
{
  OmcStmt *stmt;

  if (!find_last_run (session, error) ||
      (stmt = omc_db_prepare (session->db, update_row, error)) == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  bind_patient (stmt, 2, row->patient);
  omc_stmt_bind_integer (stmt, 3, row->kind);
  omc_stmt_bind_integer (stmt, 4, row->event_us);
  omc_stmt_bind_integer (stmt, 5, row->state);
  omc_stmt_bind_integer (stmt, 6, row->dirty);
  omc_stmt_bind_integer (stmt, 7, row->counter);
  omc_stmt_bind_text (stmt, 8, row->server_version);
  omc_stmt_bind_text (stmt, 9, row->server_updated);
  omc_stmt_bind_integer (stmt, 10, OMC_SEARCH_INDEX_GENERATION);
  omc_stmt_bind_integer (stmt, 11, session->now_us);
  omc_stmt_bind_integer (stmt, 12, (gint64)original_length);
  omc_stmt_bind_blob (stmt, 13, sealed->data, sealed->len);
  omc_stmt_bind_integer (stmt, 14, row->odd_date);
  omc_stmt_bind_integer (stmt, 15, session->last_run);

  return omc_stmt_run (stmt, error);
}

static gboolean
fill_facts (OmcSession *session, OmcResourceRow *row, OmcResource *resource, GError **error)
{
  const char *patient_id = omc_resource_get_patient_id (resource);
  gint64 before = row->patient;

  if (!omc_session_get_patient (session, patient_id, &row->patient, error))
    return FALSE;
  row->kind = omc_resource_facts_kind (resource);
  row->event_us = omc_resource_facts_event (resource, session->now_us);
  row->odd_date = omc_resource_facts_is_oddly_dated (resource, row->event_us);
  row->counter++;
  if (g_str_equal (row->type, "Location") && row->pk == 0)
    session->places_added = TRUE;
  else if (g_str_equal (row->type, "Location"))
    session->places_changed = TRUE;
  /* A record that moved to another patient changes two charts. */
  omc_session_touch_patient (session, before, row->kind == OMC_KIND_PATIENT);
  omc_session_touch_patient (session, row->patient, row->kind == OMC_KIND_PATIENT);
  omc_session_note (session, OMC_CHANGED_RESOURCES, patient_id);

  return TRUE;
}

static gboolean
forget_tombstone (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  gint64 any = 0;
  OmcStmt *stmt;

  if (session->no_tombstones)
    return TRUE;
  if (!omc_db_get_integer (session->db, any_tombstone, 0, &any, error))
    return FALSE;
  session->no_tombstones = any == 0;
  if (session->no_tombstones)
    return TRUE;
  stmt = omc_db_prepare (session->db, delete_tombstone, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, row->type);
  omc_stmt_bind_text (stmt, 2, row->id);

  return omc_stmt_run (stmt, error);
}

/* n: 1 comes, -1 goes */
static void
count (OmcSession *session, const OmcResourceRow *row, gint64 n)
{
  omc_storage_dao_add (session, row->type, row->patient, n, n * row->stored_size,
                       n * row->original_size);
}

gboolean
omc_resource_dao_put (OmcSession *session,
                      OmcResourceRow *row,
                      OmcResource *resource,
                      GError **error)
{
  gboolean is_new = row->pk == 0;
  g_autofree char *place = NULL;
  const GByteArray *sealed;
  gsize original_length;

  g_assert (row->type != NULL && row->id != NULL);

  if (!is_new && !omc_search_index_dao_remove (session, row, error))
    return FALSE;
  if (!is_new)
    count (session, row, -1);
  if (!fill_facts (session, row, resource, error))
    return FALSE;
  place = omc_resource_dao_place (row->type, row->id, row->counter);
  sealed = omc_vault_seal_resource (session->vault, place, resource, &original_length, error);
  if (sealed == NULL)
    return FALSE;
  if (is_new &&
      (!insert (session, row, sealed, original_length, error) ||
       !forget_tombstone (session, row, error) || !omc_evicted_dao_returned (session, row, error)))
    return FALSE;
  if (!is_new && !update (session, row, sealed, original_length, error))
    return FALSE;
  row->original_size = (gint64)original_length;
  row->stored_size = sealed->len;
  count (session, row, 1);

  return omc_search_index_dao_add (session, row, resource, error);
}

gboolean
omc_resource_dao_update_state (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, update_state, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  omc_stmt_bind_integer (stmt, 2, row->state);
  omc_stmt_bind_integer (stmt, 3, row->dirty);
  omc_stmt_bind_text (stmt, 4, row->server_version);
  omc_stmt_bind_text (stmt, 5, row->server_updated);
  omc_session_touch_patient (session, row->patient, row->kind == OMC_KIND_PATIENT);

  return omc_stmt_run (stmt, error);
}

static gboolean
take_out (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_autofree char *patient_id = NULL;
  OmcStmt *stmt;

  if (!omc_search_index_dao_remove (session, row, error) ||
      !omc_search_index_dao_remove_id (session, row, error))
    return FALSE;
  stmt = omc_db_prepare (session->db, delete_row, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  count (session, row, -1);
  if (row->patient != 0)
    patient_id = omc_session_dup_patient_id (session, row->patient, NULL);
  omc_session_touch_patient (session, row->patient, row->kind == OMC_KIND_PATIENT);
  omc_session_note (session, OMC_CHANGED_RESOURCES, patient_id);

  return TRUE;
}

gboolean
omc_resource_dao_bury (OmcSession *session,
                       const char *type,
                       const char *id,
                       gboolean by_server,
                       GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_tombstone, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, id);
  omc_stmt_bind_integer (stmt, 3, session->now_us);
  omc_stmt_bind_integer (stmt, 4, by_server);
  session->no_tombstones = FALSE;

  return omc_stmt_run (stmt, error);
}

gboolean
omc_resource_dao_remove (OmcSession *session,
                         const OmcResourceRow *row,
                         gboolean by_server,
                         GError **error)
{
  return omc_resource_dao_bury (session, row->type, row->id, by_server, error) &&
         take_out (session, row, error);
}

gboolean
omc_resource_dao_evict (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_assert (row->state == OMC_ROW_PRESENT && !row->dirty && row->patient != 0);

  return omc_evicted_dao_add (session, row, error) && take_out (session, row, error);
}

gboolean
omc_resource_dao_foreach_of_patient (OmcSession *session,
                                     gint64 patient,
                                     OmcResourceKind kind,
                                     gint64 since_us,
                                     guint limit,
                                     OmcResourceRowFunc func,
                                     gpointer data,
                                     GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_of_patient, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  omc_stmt_bind_integer (stmt, 2, kind);
  omc_stmt_bind_integer (stmt, 3, since_us);
  omc_stmt_bind_integer (stmt, 4, limit > 0 ? (gint64)limit : -1);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      g_autoptr (OmcResource) resource = NULL;
      g_autofree char *place = omc_resource_dao_place (
          omc_stmt_get_text (stmt, 0), omc_stmt_get_text (stmt, 1), omc_stmt_get_integer (stmt, 2));
      gconstpointer sealed;
      gsize length;

      sealed = omc_stmt_get_blob (stmt, 3, &length);
      resource = omc_vault_open_resource (session->vault, place, sealed, length, NULL);
      /* One damaged payload must not hide a chart; the check of the store names it. */
      if (resource == NULL)
        g_warning ("A payload of this chart fails authentication; run a check of the store");
      else if (!func (resource, data, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
collect (OmcResource *resource, gpointer data, GError **error)
{
  g_ptr_array_add (data, omc_resource_ref (resource));
  return TRUE;
}

gboolean
omc_resource_dao_list_of_patient (OmcSession *session,
                                  gint64 patient,
                                  OmcResourceKind kind,
                                  gint64 since_us,
                                  guint limit,
                                  GPtrArray *into,
                                  GError **error)
{
  return omc_resource_dao_foreach_of_patient (session, patient, kind, since_us, limit, collect,
                                              into, error);
}
