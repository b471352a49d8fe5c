/* omc-outbox-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-outbox-dao.h"

#include <glib/gi18n-lib.h>

#include "omc-search-index-dao.h"
#include "omc-uuid.h"

#define ITEM_COLUMNS                                                                               \
  "q.id, q.resource_type, q.resource_id, p.id, q.operation, q.state, q.priority, q.attempts,"      \
  " q.base_version, q.idempotency_key, q.author, q.summary, q.error, q.created_at, q.event_at,"    \
  " q.last_attempt, q.next_attempt, q.set_id,"                                                     \
  " coalesce (m.server_id, CASE WHEN r.server_version IS NOT NULL THEN q.resource_id END)"
#define ITEM_TABLES                                                                                \
  " FROM sync_queue q LEFT JOIN patients p ON p.pk = q.patient"                                    \
  " LEFT JOIN encrypted_resources r ON r.pk = q.resource"                                          \
  " LEFT JOIN id_map m ON m.resource_type = q.resource_type AND m.local_id = q.resource_id"

static const char select_all[] = "SELECT " ITEM_COLUMNS ITEM_TABLES " ORDER BY q.id";
static const char select_of_patient[] =
    "SELECT " ITEM_COLUMNS ITEM_TABLES " WHERE q.patient = ?1 ORDER BY q.id";
static const char select_by_id[] = "SELECT " ITEM_COLUMNS ITEM_TABLES " WHERE q.id = ?1";
static const char select_oldest_of_resource[] =
    "SELECT " ITEM_COLUMNS ITEM_TABLES " WHERE q.resource = ?1 ORDER BY q.id LIMIT 1";
static const char select_newest_of_resource[] =
    "SELECT " ITEM_COLUMNS ITEM_TABLES " WHERE q.resource = ?1 ORDER BY q.id DESC LIMIT 1";
/* Not while an older item of the same record is unfinished. */
static const char select_due[] =
    "SELECT " ITEM_COLUMNS ITEM_TABLES " WHERE q.state = 0 AND q.next_attempt <= ?1"
    " AND NOT EXISTS (SELECT 1 FROM sync_queue o WHERE o.resource = q.resource AND o.id < q.id)"
    " ORDER BY q.priority, q.id LIMIT ?2";
static const char select_payload[] =
    "SELECT q.resource_type, q.resource_id, CASE WHEN q.payload IS NULL THEN r.counter ELSE "
    "q.counter END,"
    " coalesce (q.payload, r.encrypted_data)"
    " FROM sync_queue q JOIN encrypted_resources r ON r.pk = q.resource WHERE q.id = ?1";
static const char keep_sent[] = "UPDATE sync_queue SET payload = (SELECT encrypted_data FROM "
                                "encrypted_resources WHERE pk = ?1),"
                                " counter = (SELECT counter FROM encrypted_resources WHERE pk = ?1)"
                                " WHERE resource = ?1 AND payload IS NULL AND (state = 1"
                                " OR (state = 0 AND operation = 0 AND attempts > 0))";
static const char insert_item[] =
    "INSERT INTO sync_queue (resource_type, resource_id, operation, state, priority, created_at, "
    "event_at, resource,"
    " patient, base_version, idempotency_key, author, summary, set_id, counter)"
    " VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
static const char squash_item[] = "UPDATE sync_queue SET operation = ?2, state = CASE WHEN state = "
                                  "2 THEN 2 ELSE 0 END, attempts = 0,"
                                  " next_attempt = 0, error = NULL, event_at = ?3, author = ?4, "
                                  "summary = ?5, set_id = ?6, counter = ?7,"
                                  " patient = ?8, payload = NULL WHERE id = ?1";
static const char update_state[] =
    "UPDATE sync_queue SET state = ?2, error = ?3, next_attempt = ?4 WHERE id = ?1";
static const char update_put_off[] = "UPDATE sync_queue SET state = 0, attempts = attempts - 1,"
                                     " next_attempt = ?2 WHERE id = ?1 AND state = 1";
static const char update_in_flight[] =
    "UPDATE sync_queue SET state = 1, attempts = attempts + 1, last_attempt = ?2, error = NULL"
    " WHERE id = ?1 AND state = 0";
static const char update_base[] = "UPDATE sync_queue SET state = 0, operation = ?2, base_version = "
                                  "?3, attempts = 0, next_attempt = 0, error = NULL"
                                  " WHERE id = ?1";
static const char delete_item[] = "DELETE FROM sync_queue WHERE id = ?1";
static const char reset_in_flight[] =
    "UPDATE sync_queue SET state = 0, next_attempt = 0 WHERE state = 1";
static const char find_key[] =
    "SELECT 1 FROM sync_queue WHERE idempotency_key = ?1"
    " UNION ALL SELECT 1 FROM search_keys WHERE key = ?2 AND resource <> ?3"
    " UNION ALL SELECT 1 FROM search_keys_new"
    " WHERE key = ?2 AND resource <> ?3"
    " UNION ALL SELECT 1 FROM search_pending"
    " WHERE key = ?2 AND resource <> ?3 LIMIT 1";

/* The server has the record, and nobody knows in which version: there is none to ask it for. */
static char *
dup_version (OmcStmt *stmt, int column)
{
  const char *text = omc_stmt_get_text (stmt, column);

  return text != NULL && text[0] != '\0' ? g_strdup (text) : NULL;
}

static OmcQueueItem *
read_item (OmcStmt *stmt)
{
  OmcQueueItem *item = g_new0 (OmcQueueItem, 1);

  g_atomic_ref_count_init (&item->ref_count);
  item->id = omc_stmt_get_integer (stmt, 0);
  item->resource_type = omc_stmt_dup_text (stmt, 1);
  item->resource_id = omc_stmt_dup_text (stmt, 2);
  item->patient_id = omc_stmt_dup_text (stmt, 3);
  item->operation = (OmcOperation)omc_stmt_get_integer (stmt, 4);
  item->state = (OmcQueueState)omc_stmt_get_integer (stmt, 5);
  item->priority = (int)omc_stmt_get_integer (stmt, 6);
  item->attempts = (guint)omc_stmt_get_integer (stmt, 7);
  item->base_version = dup_version (stmt, 8);
  item->idempotency_key = omc_stmt_dup_text (stmt, 9);
  item->author = omc_stmt_dup_text (stmt, 10);
  item->summary = omc_stmt_dup_text (stmt, 11);
  item->error = omc_stmt_dup_text (stmt, 12);
  item->created_us = omc_stmt_get_integer (stmt, 13);
  item->event_us = omc_stmt_get_integer (stmt, 14);
  item->last_attempt_us = omc_stmt_get_integer (stmt, 15);
  item->next_attempt_us = omc_stmt_get_integer (stmt, 16);
  item->set_id = omc_stmt_dup_text (stmt, 17);
  item->server_id = omc_stmt_dup_text (stmt, 18);

  return item;
}

/* stmt is bound and is reset by the caller. */
static GPtrArray *
read_items (OmcStmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_queue_item_unref);
  OmcStep step;

  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_ptr_array_add (items, read_item (stmt));

  return step == OMC_STEP_DONE ? g_steal_pointer (&items) : NULL;
}

gboolean
omc_outbox_dao_keep_sent (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, keep_sent, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);

  return omc_stmt_run (stmt, error);
}

/* The resource's own key while it is free: a second item of the same record needs another, and so does a copy of a
 * record, which the server would take for the record itself. */
static char *
choose_key (OmcSession *session, const OmcResourceRow *row, const char *wanted, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = NULL;
  OmcStep step;

  if (wanted == NULL || !g_uuid_string_is_valid (wanted))
    return omc_uuid_new (session->now_us);
  stmt = omc_db_prepare (session->db, find_key, error);
  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_text (stmt, 1, wanted);
  omc_stmt_bind_integer (stmt, 2, omc_search_index_identifier_key (wanted));
  omc_stmt_bind_integer (stmt, 3, row->pk);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ERROR)
    return NULL;

  return step == OMC_STEP_ROW ? omc_uuid_new (session->now_us) : g_ascii_strdown (wanted, -1);
}

static gboolean
insert (OmcSession *session, const OmcResourceRow *row, const OmcOutboxWork *work, GError **error)
{
  g_autofree char *key = choose_key (session, row, work->idempotency_key, error);
  OmcStmt *stmt = key != NULL ? omc_db_prepare (session->db, insert_item, error) : NULL;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, row->type);
  omc_stmt_bind_text (stmt, 2, row->id);
  omc_stmt_bind_integer (stmt, 3, work->operation);
  omc_stmt_bind_integer (stmt, 4, work->priority);
  omc_stmt_bind_integer (stmt, 5, session->now_us);
  omc_stmt_bind_integer (stmt, 6, row->event_us);
  omc_stmt_bind_integer (stmt, 7, row->pk);
  if (row->patient != 0)
    omc_stmt_bind_integer (stmt, 8, row->patient);
  omc_stmt_bind_text (stmt, 9, row->server_version);
  omc_stmt_bind_text (stmt, 10, key);
  omc_stmt_bind_text (stmt, 11, omc_actor_get_user (work->actor));
  omc_stmt_bind_text (stmt, 12, work->summary);
  omc_stmt_bind_text (stmt, 13, work->set_id);
  omc_stmt_bind_integer (stmt, 14, row->counter);

  return omc_stmt_run (stmt, error);
}

static gboolean
squash (OmcSession *session,
        const OmcQueueItem *item,
        OmcOperation operation,
        const OmcResourceRow *row,
        const OmcOutboxWork *work,
        GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, squash_item, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, item->id);
  omc_stmt_bind_integer (stmt, 2, operation);
  omc_stmt_bind_integer (stmt, 3, row->event_us);
  omc_stmt_bind_text (stmt, 4, omc_actor_get_user (work->actor));
  omc_stmt_bind_text (stmt, 5, work->summary);
  omc_stmt_bind_text (stmt, 6, work->set_id);
  omc_stmt_bind_integer (stmt, 7, row->counter);
  if (row->patient != 0)
    omc_stmt_bind_integer (stmt, 8, row->patient);

  return omc_stmt_run (stmt, error);
}

/* A create whose answer did not come may be on the server as it was sent: it is asked for again as it was, under the same
 * key, and what a person did since follows it. */
static gboolean
may_be_there (const OmcQueueItem *item)
{
  return item->state == OMC_QUEUE_IN_FLIGHT ||
         (item->state == OMC_QUEUE_PENDING && item->operation == OMC_OPERATION_CREATE &&
          item->attempts > 0);
}

gboolean
omc_outbox_dao_put (OmcSession *session,
                    const OmcResourceRow *row,
                    const OmcOutboxWork *work,
                    gboolean *blocked,
                    gboolean *gone,
                    GError **error)
{
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (OmcQueueItem) oldest = NULL;
  OmcOperation operation = work->operation;

  *blocked = FALSE;
  *gone = FALSE;
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);
  /* The first version of a record that was made here has no item yet. */
  if (operation == OMC_OPERATION_CREATE && row->counter == 1)
    return insert (session, row, work, error);
  if (!omc_outbox_dao_find_of_resource (session, row->pk, TRUE, &item, error))
    return FALSE;
  if (item == NULL || may_be_there (item))
    return insert (session, row, work, error);

  *blocked = item->state == OMC_QUEUE_BLOCKED_BY_CONFLICT;
  if (!omc_outbox_dao_find_of_resource (session, row->pk, FALSE, &oldest, error))
    return FALSE;
  /* What follows an item that may have arrived has to follow it to the end. */
  if (item->operation == OMC_OPERATION_CREATE && oldest->id == item->id)
    {
      if (operation == OMC_OPERATION_DELETE && item->attempts > 0)
        return insert (session, row, work, error);
      if (operation == OMC_OPERATION_DELETE)
        {
          *gone = TRUE;
          return omc_outbox_dao_remove (session, item->id, error);
        }
      operation = OMC_OPERATION_CREATE;
    }

  return squash (session, item, operation, row, work, error);
}

GPtrArray *
omc_outbox_dao_list (OmcSession *session, gint64 patient, GError **error)
{
  g_autoptr (OmcStmtUse) stmt =
      omc_db_prepare (session->db, patient != 0 ? select_of_patient : select_all, error);

  if (stmt == NULL)
    return NULL;
  if (patient != 0)
    omc_stmt_bind_integer (stmt, 1, patient);

  return read_items (stmt, error);
}

OmcQueueItem *
omc_outbox_dao_find (OmcSession *session, gint64 id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_by_id, error);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    return read_item (stmt);
  if (step == OMC_STEP_DONE)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("That item no longer waits; it may have been sent."));

  return NULL;
}

gboolean
omc_outbox_dao_find_of_resource (OmcSession *session,
                                 gint64 resource,
                                 gboolean newest,
                                 OmcQueueItem **item,
                                 GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (
      session->db, newest ? select_newest_of_resource : select_oldest_of_resource, error);
  OmcStep step;

  *item = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *item = read_item (stmt);

  return step != OMC_STEP_ERROR;
}

OmcResource *
omc_outbox_dao_read_payload (OmcSession *session, gint64 id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_payload, error);
  g_autofree char *place = NULL;
  gconstpointer data;
  gsize length;
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_DONE)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("That item no longer waits; it may have been sent."));
  if (step != OMC_STEP_ROW)
    return NULL;
  place = omc_resource_dao_place (omc_stmt_get_text (stmt, 0), omc_stmt_get_text (stmt, 1),
                                  omc_stmt_get_integer (stmt, 2));
  data = omc_stmt_get_blob (stmt, 3, &length);

  return omc_vault_open_resource (session->vault, place, data, length, error);
}

GPtrArray *
omc_outbox_dao_take (OmcSession *session, gint64 now_us, guint limit, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_due, error);
  g_autoptr (GPtrArray) items = NULL;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, now_us);
  omc_stmt_bind_integer (stmt, 2, limit > 0 ? (gint64)limit : -1);
  items = read_items (stmt, error);
  if (items == NULL)
    return NULL;
  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);
      g_autoptr (GError) local_error = NULL;

      item->payload = omc_outbox_dao_read_payload (session, item->id, &local_error);
      /* One damaged payload must not hold up the others: an item without payload needs attention. */
      if (item->payload == NULL &&
          !g_error_matches (local_error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }

  return g_steal_pointer (&items);
}

gboolean
omc_outbox_dao_set_state (OmcSession *session,
                          gint64 id,
                          OmcQueueState state,
                          const char *error_text,
                          gint64 next_attempt_us,
                          GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, update_state, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, state);
  omc_stmt_bind_text (stmt, 3, error_text);
  omc_stmt_bind_integer (stmt, 4, next_attempt_us);
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_outbox_dao_put_off (OmcSession *session, gint64 id, gint64 next_attempt_us, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, update_put_off, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, next_attempt_us);
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_outbox_dao_mark_in_flight (OmcSession *session, gint64 id, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, update_in_flight, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, session->now_us);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  if (omc_db_get_changes (session->db) != 1)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE,
          _ ("An item changed while it was being sent; it is sent in the next run."));
      return FALSE;
    }
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return TRUE;
}

gboolean
omc_outbox_dao_rebase (OmcSession *session,
                       gint64 id,
                       OmcOperation operation,
                       const char *base_version,
                       GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, update_base, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, operation);
  omc_stmt_bind_text (stmt, 3, base_version);
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_outbox_dao_remove (OmcSession *session, gint64 id, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, delete_item, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_outbox_dao_reset_in_flight (OmcSession *session, guint *n_reset, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, reset_in_flight, error);

  if (stmt == NULL || !omc_stmt_run (stmt, error))
    return FALSE;
  *n_reset = (guint)omc_db_get_changes (session->db);
  if (*n_reset > 0)
    omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return TRUE;
}

gboolean
omc_outbox_dao_collapse (OmcSession *session, gint64 resource, OmcQueueItem **item, GError **error)
{
  static const char *const sql[] = {
    /* The newest says what is to be done, unless the server has never heard of the record. */
    "UPDATE sync_queue SET payload = NULL, operation = CASE WHEN operation = 0 THEN 0 ELSE"
    " (SELECT operation FROM sync_queue WHERE resource = ?1 ORDER BY id DESC LIMIT 1) END"
    " WHERE id = (SELECT min (id) FROM sync_queue WHERE resource = ?1)",
    "DELETE FROM sync_queue WHERE resource = ?1 AND id > (SELECT min (id) FROM sync_queue WHERE "
    "resource = ?1)",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sql); i++)
    {
      OmcStmt *stmt = omc_db_prepare (session->db, sql[i], error);

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_integer (stmt, 1, resource);
      if (!omc_stmt_run (stmt, error))
        return FALSE;
    }

  return omc_outbox_dao_find_of_resource (session, resource, FALSE, item, error);
}
