/* omc-search-index-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-search-index-dao.h"

#include <string.h>

typedef enum
{
  TABLE_TOKEN,
  TABLE_REFERENCE,
  TABLE_STRING,
  TABLE_DATE,
  TABLE_QUANTITY,
  N_TABLES,
} Table;

typedef enum
{
  ACTION_ADD,
  ACTION_REMOVE,
  ACTION_PROBE,
  N_ACTIONS,
} Action;

static const char *const statements[N_TABLES][N_ACTIONS] = {
  [TABLE_TOKEN] = {
      "INSERT OR IGNORE INTO search_token (param, code, resource) VALUES (?1, ?2, ?3)",
      "DELETE FROM search_token WHERE param = ?1 AND code = ?2 AND resource = ?3",
      "SELECT 1 FROM search_token WHERE param = ?1 AND code = ?2 AND resource = ?3",
  },
  [TABLE_REFERENCE] = {
      "INSERT OR IGNORE INTO search_reference (param, target, resource) VALUES (?1, ?2, ?3)",
      "DELETE FROM search_reference WHERE param = ?1 AND target = ?2 AND resource = ?3",
      "SELECT 1 FROM search_reference WHERE param = ?1 AND target = ?2 AND resource = ?3",
  },
  [TABLE_STRING] = {
      "INSERT OR IGNORE INTO search_string (param, value, resource) VALUES (?1, ?2, ?3)",
      "DELETE FROM search_string WHERE param = ?1 AND value = ?2 AND resource = ?3",
      "SELECT 1 FROM search_string WHERE param = ?1 AND value = ?2 AND resource = ?3",
  },
  [TABLE_DATE] = {
      "INSERT OR IGNORE INTO search_date (param, start_at, end_at, resource) VALUES (?1, ?2, ?4, ?3)",
      "DELETE FROM search_date WHERE param = ?1 AND start_at = ?2 AND end_at = ?4 AND resource = ?3",
      "SELECT 1 FROM search_date WHERE param = ?1 AND start_at = ?2 AND end_at = ?4 AND resource = ?3",
  },
  [TABLE_QUANTITY] = {
      "INSERT OR IGNORE INTO search_quantity (param, value, resource) VALUES (?1, ?2, ?3)",
      "DELETE FROM search_quantity WHERE param = ?1 AND value = ?2 AND resource = ?3",
      "SELECT 1 FROM search_quantity WHERE param = ?1 AND value = ?2 AND resource = ?3",
  },
};

static const char select_param[] =
    "SELECT pk FROM search_params WHERE resource_type = ?1 AND name = ?2";
static const char insert_param[] =
    "INSERT INTO search_params (resource_type, name) VALUES (?1, ?2)";
static const char count_rows[] =
    "SELECT (SELECT count(*) FROM search_token) + (SELECT count(*) FROM search_reference)"
    " + (SELECT count(*) FROM search_string) + (SELECT count(*) FROM search_date)"
    " + (SELECT count(*) FROM search_quantity)";

/* What selects next to nothing, or what another parameter holds too: a search by these walks the rows that its other
 * parameters find, or all of the type. Pages written are what a save costs (performance.md 1). */
static const char *const unindexed[] = {
  "_id",
  "_profile",
  "_security",
  "_source",
  "_tag",
  "active",
  "combo-code",
  "combo-data-absent-reason",
  "combo-value-concept",
  "combo-value-quantity",
  "component-data-absent-reason",
  "component-value-concept",
  "component-value-quantity",
  "data-absent-reason",
  "intent",
  "method",
  "performer",
  "phonetic",
  "priority",
  "status",
  "telecom",
  "value-concept",
  "value-string",
  NULL,
};

#define NO_PARAM (-1)

typedef struct
{
  OmcSession *session;
  Action action;
  gint64 resource;
  const char *patient; /* (nullable): "Patient/id", which the row itself holds */
  guint n_rows;
  guint n_missing;
  GHashTable *seen; /* (nullable): rows already counted */
  gboolean failed;
  GError **error;
} Run;

/* FNV-1a, 64 bit: stable over versions and machines. */
gint64
omc_search_index_hash (const char *code)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  for (const char *p = code; *p != '\0'; p++)
    hash = (hash ^ (guint8)g_ascii_tolower (*p)) * G_GUINT64_CONSTANT (1099511628211);

  return (gint64)hash;
}

gint64
omc_search_index_hash_reference (const char *reference)
{
  const char *slash = strrchr (reference, '/');

  return omc_search_index_hash (slash != NULL ? slash + 1 : reference);
}

char *
omc_search_index_cut (const char *text)
{
  const char *end;

  if (strlen (text) <= OMC_SEARCH_INDEX_MAX_STRING)
    return g_strdup (text);
  end = g_utf8_find_prev_char (text, text + OMC_SEARCH_INDEX_MAX_STRING + 1);

  return g_strndup (text, (gsize)(end - text));
}

gboolean
omc_search_index_dao_is_of_patient (const OmcSearchParam *param)
{
  return param->kind == OMC_SEARCH_REFERENCE &&
         (g_str_equal (param->name, "patient") || g_str_equal (param->name, "subject"));
}

gboolean
omc_search_index_dao_find_param (OmcSession *session,
                                 const OmcSearchParam *param,
                                 gint64 *pk,
                                 GError **error)
{
  g_autoptr (OmcStmtUse) stmt = NULL;
  OmcStep step;

  *pk = GPOINTER_TO_INT (g_hash_table_lookup (session->params, param));
  if (*pk == 0 && g_strv_contains (unindexed, param->name))
    {
      *pk = NO_PARAM;
      g_hash_table_insert (session->params, (gpointer)param, GINT_TO_POINTER (NO_PARAM));
    }
  if (*pk != 0)
    return TRUE;

  stmt = omc_db_prepare (session->db, select_param, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, param->type != NULL ? param->type : "");
  omc_stmt_bind_text (stmt, 2, param->name);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      *pk = omc_stmt_get_integer (stmt, 0);
      g_hash_table_insert (session->params, (gpointer)param, GINT_TO_POINTER ((int)*pk));
    }

  return step != OMC_STEP_ERROR;
}

static gboolean
get_param (OmcSession *session, const OmcSearchParam *param, gint64 *pk, GError **error)
{
  OmcStmt *stmt;

  if (!omc_search_index_dao_find_param (session, param, pk, error))
    return FALSE;
  if (*pk != 0)
    return TRUE;

  stmt = omc_db_prepare (session->db, insert_param, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, param->type != NULL ? param->type : "");
  omc_stmt_bind_text (stmt, 2, param->name);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  *pk = omc_db_get_last_row (session->db);
  g_hash_table_insert (session->params, (gpointer)param, GINT_TO_POINTER ((int)*pk));

  return TRUE;
}

static gboolean
choose_table (const OmcSearchEntry *entry, Table *table)
{
  switch (entry->param->kind)
    {
    case OMC_SEARCH_STRING:
      *table = TABLE_STRING;
      return entry->text != NULL;
    case OMC_SEARCH_TOKEN:
      *table = TABLE_TOKEN;
      return entry->code != NULL;
    case OMC_SEARCH_REFERENCE:
    case OMC_SEARCH_URI:
      *table = TABLE_REFERENCE;
      return entry->text != NULL;
    case OMC_SEARCH_DATE:
      *table = TABLE_DATE;
      return TRUE;
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
      *table = TABLE_QUANTITY;
      return entry->number == entry->number;
    default:
      g_assert_not_reached ();
    }
}

static void
count_once (Run *run,
            Table table,
            const OmcSearchEntry *entry,
            gint64 param,
            const char *cut,
            gboolean found)
{
  g_autofree char *key = NULL;

  if (table == TABLE_STRING)
    key = g_strdup_printf ("s%" G_GINT64_FORMAT "/%s", param, cut);
  else if (table == TABLE_DATE)
    key = g_strdup_printf ("d%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, param,
                           entry->start_us, entry->end_us);
  else if (table == TABLE_QUANTITY)
    key = g_strdup_printf ("q%" G_GINT64_FORMAT "/%a", param, entry->number);
  else
    key = g_strdup_printf ("%d%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, (int)table, param,
                           table == TABLE_TOKEN ? omc_search_index_hash (entry->code)
                                                : omc_search_index_hash_reference (entry->text));
  if (!g_hash_table_add (run->seen, g_steal_pointer (&key)))
    return;
  run->n_rows++;
  if (!found)
    run->n_missing++;
}

static void
entry_cb (const OmcSearchEntry *entry, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr (OmcStmtUse) stmt = NULL;
  g_autofree char *cut = NULL;
  Table table;
  gint64 param;
  OmcStep step;

  if (run->failed || !choose_table (entry, &table))
    return;
  if (run->patient != NULL && omc_search_index_dao_is_of_patient (entry->param) &&
      g_strcmp0 (entry->text, run->patient) == 0)
    return;
  run->failed = TRUE;
  if (!get_param (run->session, entry->param, &param, run->error))
    return;
  if (param == NO_PARAM)
    {
      run->failed = FALSE;
      return;
    }
  stmt = omc_db_prepare (run->session->db, statements[table][run->action], run->error);
  if (stmt == NULL)
    return;
  omc_stmt_bind_integer (stmt, 1, param);
  omc_stmt_bind_integer (stmt, 3, run->resource);
  if (table == TABLE_STRING)
    omc_stmt_bind_text (stmt, 2, cut = omc_search_index_cut (entry->text));
  else if (table == TABLE_TOKEN)
    omc_stmt_bind_integer (stmt, 2, omc_search_index_hash (entry->code));
  else if (table == TABLE_REFERENCE)
    omc_stmt_bind_integer (stmt, 2, omc_search_index_hash_reference (entry->text));
  else if (table == TABLE_QUANTITY)
    omc_stmt_bind_double (stmt, 2, entry->number);
  else
    {
      omc_stmt_bind_integer (stmt, 2, entry->start_us);
      omc_stmt_bind_integer (stmt, 4, entry->end_us);
    }
  step = omc_stmt_step (stmt, run->error);
  if (run->action == ACTION_PROBE && step != OMC_STEP_ERROR)
    count_once (run, table, entry, param, cut, step == OMC_STEP_ROW);
  run->failed = step == OMC_STEP_ERROR;
}

static gboolean
run_entries (Run *run, OmcResource *resource)
{
  g_autofree char *patient_id = omc_resource_dup_patient_id (resource);
  g_autofree char *patient = patient_id != NULL ? g_strconcat ("Patient/", patient_id, NULL) : NULL;

  run->patient = patient;
  omc_search_extract (resource, entry_cb, run);

  return !run->failed;
}

gboolean
omc_search_index_dao_add (OmcSession *session,
                          const OmcResourceRow *row,
                          OmcResource *resource,
                          GError **error)
{
  Run run = { session, ACTION_ADD, row->pk, .error = error };

  return run_entries (&run, resource);
}

/* Without a payload that can be read its rows are found the slow way. */
static gboolean
remove_by_scan (OmcSession *session, gint64 resource, GError **error)
{
  static const char *const deletes[] = {
    "DELETE FROM search_token WHERE resource = ?1",
    "DELETE FROM search_reference WHERE resource = ?1",
    "DELETE FROM search_string WHERE resource = ?1",
    "DELETE FROM search_date WHERE resource = ?1",
    "DELETE FROM search_quantity WHERE resource = ?1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (deletes); i++)
    {
      OmcStmt *stmt = omc_db_prepare (session->db, deletes[i], error);

      if (stmt == NULL)
        return FALSE;
      omc_stmt_bind_integer (stmt, 1, resource);
      if (!omc_stmt_run (stmt, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_search_index_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  Run run = { session, ACTION_REMOVE, row->pk, .error = error };
  g_autoptr (OmcResource) stored = NULL;

  if (row->state != OMC_ROW_PRESENT)
    return TRUE;
  stored = omc_resource_dao_read_row (session, row, NULL);
  if (stored == NULL)
    return remove_by_scan (session, row->pk, error);

  return run_entries (&run, stored);
}

gboolean
omc_search_index_dao_count_missing (OmcSession *session,
                                    const OmcResourceRow *row,
                                    OmcResource *resource,
                                    guint *n_rows,
                                    guint *n_missing,
                                    GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Run run = { session, ACTION_PROBE, row->pk, .seen = seen, .error = error };

  if (!run_entries (&run, resource))
    return FALSE;
  *n_rows = run.n_rows;
  *n_missing = run.n_missing;

  return TRUE;
}

gboolean
omc_search_index_dao_count_rows (OmcSession *session, guint64 *n_rows, GError **error)
{
  gint64 n;

  if (!omc_db_get_integer (session->db, count_rows, 0, &n, error))
    return FALSE;
  *n_rows = (guint64)n;

  return TRUE;
}
