/* omc-search-index-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-index-dao.h"

#include "omc-postings.h"
#include "omc-resource-facts.h"
#include "omc-search-entries.h"

/* So many keys may wait, of half as many records: each search that does not walk one patient's reads them all. */
#define MAX_PENDING 2048
#define MAX_NEW_KEYS 65536
/* Twice as many as a record has: the fewer, the farther apart they are where they come to. */
#define KEYS_MOVED_FOR_EACH 4

static const char insert_pending[] =
    "INSERT OR IGNORE INTO search_pending (key, resource) VALUES (?1, ?2)";
static const char probe_pending[] = "SELECT 1 FROM search_pending WHERE key = ?1 AND resource = ?2";
static const char any_pending[] = "SELECT 1 FROM search_pending LIMIT 1";
static const char count_pending[] = "SELECT count(*) FROM search_pending";
static const char select_pending[] = "SELECT key, resource FROM search_pending";
static const char select_pending_after[] =
    "SELECT resource FROM search_pending WHERE resource > ?1";
static const char delete_pending[] = "DELETE FROM search_pending WHERE resource = ?1";
static const char delete_all_pending[] = "DELETE FROM search_pending";
static const char select_key[] = "SELECT resource FROM search_keys WHERE key = ?1"
                                 " UNION ALL SELECT resource FROM search_keys_new WHERE key = ?1";
static const char count_new_keys[] = "SELECT count(*) FROM search_keys_new";
static const char select_last_of_piece[] =
    "SELECT max (key) FROM"
    " (SELECT key FROM search_keys_new WHERE key >= ?1 ORDER BY key LIMIT ?2)";
static const char move_piece[] =
    "INSERT OR IGNORE INTO search_keys (key, resource)"
    " SELECT key, resource FROM search_keys_new WHERE key BETWEEN ?1 AND ?2 ORDER BY key";
static const char delete_piece[] = "DELETE FROM search_keys_new WHERE key BETWEEN ?1 AND ?2";
static const char insert_key[] =
    "INSERT OR IGNORE INTO search_keys_new (key, resource) VALUES (?1, ?2)";
static const char *const delete_other_keys[] = {
  "DELETE FROM search_keys WHERE key <> ?1 AND resource = ?2",
  "DELETE FROM search_keys_new WHERE key <> ?1 AND resource = ?2",
};
static const char delete_strings[] = "DELETE FROM search_string WHERE resource = ?1";

static gboolean
run_key (OmcSession *session, const char *sql, gint64 key, gint64 resource, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, key);
  omc_stmt_bind_integer (stmt, 2, resource);

  return omc_stmt_run (stmt, error);
}

static gboolean
run_resource (OmcSession *session, const char *sql, gint64 resource, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, resource);

  return omc_stmt_run (stmt, error);
}

static gboolean
is_pending (OmcSession *session, const OmcResourceRow *row, gboolean *pending, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, probe_pending, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, omc_search_index_id_key (row->type, row->id));
  omc_stmt_bind_integer (stmt, 2, row->pk);
  step = omc_stmt_step (stmt, error);
  *pending = step == OMC_STEP_ROW;

  return step != OMC_STEP_ERROR;
}

/* --- what waits --- */

gboolean
omc_search_index_dao_add (OmcSession *session,
                          const OmcResourceRow *row,
                          OmcResource *resource,
                          GError **error)
{
  const char *key;

  if (!run_key (session, insert_pending, omc_search_index_id_key (row->type, row->id), row->pk,
                error))
    return FALSE;
  if (row->state != OMC_ROW_PRESENT)
    return TRUE;
  g_hash_table_insert (session->fresh, g_memdup2 (&row->pk, sizeof row->pk),
                       omc_resource_ref (resource));
  /* A copy of the record must not go out under its key, also just now. */
  key = omc_resource_facts_idempotency_key (resource);

  return key == NULL ||
         run_key (session, insert_pending, omc_search_index_identifier_key (key), row->pk, error);
}

static gboolean
collect_stored (OmcSession *session, OmcSearchEntries *entries, gint64 pk, GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (OmcResource) stored = NULL;

  if (!omc_resource_dao_find_pk (session, pk, &row, error))
    return FALSE;
  if (row.pk == 0 || row.state != OMC_ROW_PRESENT)
    return TRUE;
  /* A damaged payload is found by the check of the store, and by no search. */
  stored = omc_resource_dao_read_row (session, &row, NULL);

  return stored == NULL || omc_search_entries_collect (entries, pk, stored, error);
}

/* stmt is bound; it is reset. */
static gboolean
list_resources (OmcStmt *stmt, GArray *resources, GError **error)
{
  OmcStep step;

  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 resource = omc_stmt_get_integer (stmt, 0);

      g_array_append_val (resources, resource);
    }
  omc_stmt_reset (stmt);

  return step == OMC_STEP_DONE;
}

static gboolean
collect_keys (OmcSession *session, OmcSearchEntries *entries, GArray *resources, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_pending, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 resource = omc_stmt_get_integer (stmt, 1);

      omc_search_entries_add_key (entries, omc_stmt_get_integer (stmt, 0), resource);
      g_array_append_val (resources, resource);
    }
  omc_postings_sort_resources (resources);

  return step == OMC_STEP_DONE;
}

/* Neighbours together, each time those that follow the last ones: were it always the lowest, those that come would all
 * be lower than what stays, and each would go to a page of its own. */
static gboolean
move_keys (OmcSession *session, guint n, GError **error)
{
  gint64 first = session->keys_moved < G_MAXINT64 ? session->keys_moved + 1 : G_MININT64;
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_last_of_piece, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, first);
  omc_stmt_bind_integer (stmt, 2, n);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  session->keys_moved = omc_stmt_is_null (stmt, 0) ? G_MAXINT64 : omc_stmt_get_integer (stmt, 0);

  return run_key (session, move_piece, first, session->keys_moved, error) &&
         run_key (session, delete_piece, first, session->keys_moved, error);
}

static gboolean
bound_new_keys (OmcSession *session, guint n_brought, GError **error)
{
  gint64 n;

  return omc_db_get_integer (session->db, count_new_keys, 0, &n, error) &&
         (n <= MAX_NEW_KEYS || move_keys (session, KEYS_MOVED_FOR_EACH * n_brought, error));
}

gboolean
omc_search_index_dao_settle (OmcSession *session, GError **error)
{
  g_autoptr (OmcSearchEntries) entries = omc_search_entries_new (session);
  g_autoptr (GArray) resources = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!collect_keys (session, entries, resources, error))
    return FALSE;
  for (guint i = 0; i < resources->len; i++)
    {
      gint64 pk = g_array_index (resources, gint64, i);
      OmcResource *fresh = g_hash_table_lookup (session->fresh, &pk);

      if (fresh != NULL ? !omc_search_entries_collect (entries, pk, fresh, error)
                        : !collect_stored (session, entries, pk, error))
        return FALSE;
    }
  g_hash_table_remove_all (session->fresh);

  return resources->len == 0 || (omc_search_entries_write (entries, error) &&
                                 omc_db_execute (session->db, delete_all_pending, error) &&
                                 bound_new_keys (session, resources->len, error));
}

gboolean
omc_search_index_dao_has_pending (OmcSession *session, gboolean *pending, GError **error)
{
  gint64 any;

  if (!omc_db_get_integer (session->db, any_pending, 0, &any, error))
    return FALSE;
  *pending = any != 0;

  return TRUE;
}

gboolean
omc_search_index_dao_bound_pending (OmcSession *session, GError **error)
{
  gint64 n;

  if (g_hash_table_size (session->fresh) == 0)
    return TRUE;

  return omc_db_get_integer (session->db, count_pending, 0, &n, error) &&
         (n <= MAX_PENDING || omc_search_index_dao_settle (session, error));
}

gboolean
omc_search_index_dao_list_pending (OmcSession *session,
                                   gint64 after,
                                   GArray *resources,
                                   GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, select_pending_after, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, after);

  return list_resources (stmt, resources, error);
}

gboolean
omc_search_index_dao_list_key (OmcSession *session, gint64 key, GArray *resources, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, select_key, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, key);

  return list_resources (stmt, resources, error);
}

gboolean
omc_search_index_dao_list_type (OmcSession *session,
                                const char *type,
                                gint64 after,
                                guint max,
                                GArray *resources,
                                GError **error)
{
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 param, last = G_MAXINT64;

  if (!omc_search_entries_find_type (session, type, &param, error) ||
      (param != 0 && !omc_postings_list_after (session, param, 0, after, max, resources, error)) ||
      !omc_search_index_dao_list_pending (session, after, pending, error))
    return FALSE;
  if (resources->len >= max)
    last = g_array_index (resources, gint64, resources->len - 1);
  for (guint i = 0; i < pending->len; i++)
    {
      if (g_array_index (pending, gint64, i) <= last)
        g_array_append_val (resources, g_array_index (pending, gint64, i));
    }
  omc_postings_sort_resources (resources);

  return TRUE;
}

gboolean
omc_search_index_dao_list_type_at_once (OmcSession *session,
                                        const char *type,
                                        gint64 after,
                                        guint max,
                                        GArray *resources,
                                        GError **error)
{
  gboolean done;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_search_index_dao_list_type (session, type, after, max, resources, error);
  omc_db_rollback (session->db);

  return done;
}

/* --- taking out --- */

/* Without a payload that can be read its rows are found the slow way. */
static gboolean
remove_by_scan (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  gint64 key = omc_search_index_id_key (row->type, row->id);

  for (gsize i = 0; i < G_N_ELEMENTS (delete_other_keys); i++)
    {
      if (!run_key (session, delete_other_keys[i], key, row->pk, error))
        return FALSE;
    }

  return run_resource (session, delete_strings, row->pk, error) &&
         omc_postings_remove_resource (session, row->pk, error);
}

gboolean
omc_search_index_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcSearchEntries) entries = NULL;
  g_autoptr (OmcResource) stored = NULL;
  gboolean pending;

  g_hash_table_remove (session->fresh, &row->pk);
  if (!is_pending (session, row, &pending, error))
    return FALSE;
  if (pending)
    return run_resource (session, delete_pending, row->pk, error) &&
           run_key (session, insert_key, omc_search_index_id_key (row->type, row->id), row->pk,
                    error);
  if (row->state != OMC_ROW_PRESENT)
    return TRUE;
  stored = omc_resource_dao_read_row (session, row, NULL);
  if (stored == NULL)
    return remove_by_scan (session, row, error);
  entries = omc_search_entries_new (session);

  return omc_search_entries_collect (entries, row->pk, stored, error) &&
         omc_search_entries_remove (entries, error);
}

gboolean
omc_search_index_dao_remove_id (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  return omc_search_entries_remove_key (session, omc_search_index_id_key (row->type, row->id),
                                        row->pk, error);
}

/* --- the check --- */

gboolean
omc_search_index_dao_count_missing (OmcSession *session,
                                    const OmcResourceRow *row,
                                    OmcResource *resource,
                                    guint *n_rows,
                                    guint *n_missing,
                                    GError **error)
{
  g_autoptr (OmcSearchEntries) entries = omc_search_entries_new (session);
  gboolean pending;

  if (!is_pending (session, row, &pending, error))
    return FALSE;
  omc_search_entries_add_key (entries, omc_search_index_id_key (row->type, row->id), row->pk);
  if (!pending && row->state == OMC_ROW_PRESENT &&
      !omc_search_entries_collect (entries, row->pk, resource, error))
    return FALSE;
  if (!omc_search_entries_count (entries, n_rows, n_missing, error))
    return FALSE;
  /* One that waits may have its id in the index from before, and has nothing else there. */
  if (pending)
    {
      *n_rows -= *n_missing;
      *n_missing = 0;
    }

  return TRUE;
}

gboolean
omc_search_index_dao_count_rows (OmcSession *session, guint64 *n_rows, GError **error)
{
  static const char count_rows[] =
      "SELECT (SELECT count(*) FROM search_keys) + (SELECT count(*) FROM search_keys_new)"
      " + (SELECT count(*) FROM search_string)"
      " + (SELECT coalesce (sum (n), 0) FROM search_postings)";
  gint64 n;

  if (!omc_db_get_integer (session->db, count_rows, 0, &n, error))
    return FALSE;
  *n_rows = (guint64)n;

  return TRUE;
}
