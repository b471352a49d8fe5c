/* omc-sandbox-index.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-index.h"

typedef struct
{
  OmcSandboxStore *store;
  const char *type;
  gint64 key;
  gboolean removes;
  GError *error; /* (nullable): the first */
} Run;

const char *
omc_sandbox_index_schema (void)
{
  return "CREATE TABLE IF NOT EXISTS value (hash INTEGER NOT NULL, resource INTEGER NOT NULL,"
         "  PRIMARY KEY (hash, resource)) STRICT, WITHOUT ROWID;"
         "CREATE TABLE IF NOT EXISTS text (param INTEGER NOT NULL, text TEXT NOT NULL, resource "
         "INTEGER NOT NULL,"
         "  PRIMARY KEY (param, text, resource)) STRICT, WITHOUT ROWID;"
         "CREATE TABLE IF NOT EXISTS date (param INTEGER NOT NULL, start INTEGER NOT NULL, stop "
         "INTEGER NOT NULL,"
         "  resource INTEGER NOT NULL, PRIMARY KEY (param, start, stop, resource)) STRICT, WITHOUT "
         "ROWID;";
}

gint64
omc_sandbox_index_hash (const char *type, const char *param, const char *system, const char *code)
{
  char buffer[512];
  g_autofree char *heap = NULL;
  int length;

  length = g_snprintf (buffer, sizeof buffer, "%s.%s=%s%s%s", type, param,
                       system != NULL ? system : "", system != NULL ? "|" : "", code);
  if ((gsize)length < sizeof buffer)
    return omc_sandbox_store_hash (buffer, (gsize)length);

  heap = g_strdup_printf ("%s.%s=%s%s%s", type, param, system != NULL ? system : "",
                          system != NULL ? "|" : "", code);
  return omc_sandbox_store_hash (heap, strlen (heap));
}

gint64
omc_sandbox_index_param (OmcSandboxStore *store,
                         const char *type,
                         const char *param,
                         GError **error)
{
  char name[128];

  g_snprintf (name, sizeof name, "%s.%s", type, param);
  return omc_sandbox_store_name (store, name, error);
}

static void
change_value (Run *run, gint64 hash)
{
  OmcSandboxStmt *stmt;

  if (run->error != NULL)
    return;

  stmt = omc_sandbox_db_prepare (
      omc_sandbox_store_get_db (run->store),
      run->removes ? "DELETE FROM value WHERE hash = ?1 AND resource = ?2"
                   : "INSERT OR IGNORE INTO value (hash, resource) VALUES (?1, ?2)",
      &run->error);
  if (stmt == NULL)
    return;
  omc_sandbox_stmt_bind_int (stmt, 1, hash);
  omc_sandbox_stmt_bind_int (stmt, 2, run->key);
  omc_sandbox_stmt_run (stmt, &run->error);
}

static void
change_text (Run *run, const OmcSearchEntry *entry)
{
  gint64 param = omc_sandbox_index_param (run->store, run->type, entry->param->name, &run->error);
  OmcSandboxStmt *stmt;

  if (param == 0)
    return;

  stmt = omc_sandbox_db_prepare (
      omc_sandbox_store_get_db (run->store),
      run->removes ? "DELETE FROM text WHERE param = ?1 AND text = ?2 AND resource = ?3"
                   : "INSERT OR IGNORE INTO text (param, text, resource)"
                     " VALUES (?1, ?2, ?3)",
      &run->error);
  if (stmt == NULL)
    return;
  omc_sandbox_stmt_bind_int (stmt, 1, param);
  omc_sandbox_stmt_bind_text (stmt, 2, entry->text, -1);
  omc_sandbox_stmt_bind_int (stmt, 3, run->key);
  omc_sandbox_stmt_run (stmt, &run->error);
  omc_sandbox_stmt_reset (stmt);
}

static void
change_date (Run *run, const OmcSearchEntry *entry)
{
  gint64 param = omc_sandbox_index_param (run->store, run->type, entry->param->name, &run->error);
  OmcSandboxStmt *stmt;

  if (param == 0)
    return;

  stmt = omc_sandbox_db_prepare (
      omc_sandbox_store_get_db (run->store),
      run->removes ? "DELETE FROM date WHERE param = ?1 AND start = ?2 AND stop = ?3"
                     " AND resource = ?4"
                   : "INSERT OR IGNORE INTO date (param, start, stop, resource)"
                     " VALUES (?1, ?2, ?3, ?4)",
      &run->error);
  if (stmt == NULL)
    return;
  omc_sandbox_stmt_bind_int (stmt, 1, param);
  omc_sandbox_stmt_bind_int (stmt, 2, entry->start_us);
  omc_sandbox_stmt_bind_int (stmt, 3, entry->end_us);
  omc_sandbox_stmt_bind_int (stmt, 4, run->key);
  omc_sandbox_stmt_run (stmt, &run->error);
}

static void
change_entry (const OmcSearchEntry *entry, gpointer user_data)
{
  Run *run = user_data;
  const char *name = entry->param->name;

  if (run->error != NULL)
    return;

  switch (entry->param->kind)
    {
    case OMC_SEARCH_TOKEN:
      if (entry->code == NULL)
        break;
      change_value (run, omc_sandbox_index_hash (run->type, name, NULL, entry->code));
      change_value (run, omc_sandbox_index_hash (run->type, name,
                                                 entry->system != NULL ? entry->system : "",
                                                 entry->code));
      break;
    case OMC_SEARCH_REFERENCE:
      change_value (run, omc_sandbox_index_hash (run->type, name, NULL, entry->text));
      /* By whatever parameter: what a deletion asks. */
      change_value (run, omc_sandbox_index_hash ("", "", NULL, entry->text));
      break;
    case OMC_SEARCH_URI:
      change_value (run, omc_sandbox_index_hash (run->type, name, NULL, entry->text));
      break;
    case OMC_SEARCH_STRING:
      change_text (run, entry);
      break;
    case OMC_SEARCH_DATE:
      change_date (run, entry);
      break;
    case OMC_SEARCH_QUANTITY:
    case OMC_SEARCH_NUMBER:
    default:
      break;
    }
}

static gboolean
change (OmcSandboxStore *store, gint64 key, OmcResource *resource, gboolean removes, GError **error)
{
  Run run = { .store = store,
              .type = omc_resource_get_resource_type (resource),
              .key = key,
              .removes = removes };

  omc_search_extract (resource, change_entry, &run);
  if (run.error == NULL)
    return TRUE;

  g_propagate_error (error, run.error);
  return FALSE;
}

gboolean
omc_sandbox_index_add (OmcSandboxStore *store, gint64 key, OmcResource *resource, GError **error)
{
  return change (store, key, resource, FALSE, error);
}

gboolean
omc_sandbox_index_remove (OmcSandboxStore *store, gint64 key, OmcResource *resource, GError **error)
{
  return change (store, key, resource, TRUE, error);
}

gboolean
omc_sandbox_index_is_referred (OmcSandboxStore *store,
                               const char *type,
                               const char *id,
                               gint64 key,
                               gboolean *referred,
                               GError **error)
{
  g_autofree char *reference = g_strdup_printf ("%s/%s", type, id);
  OmcSandboxStmt *stmt;

  stmt = omc_sandbox_db_prepare (omc_sandbox_store_get_db (store),
                                 "SELECT 1 FROM value WHERE hash = ?1 AND resource <> ?2 LIMIT 1",
                                 error);
  if (stmt == NULL)
    return FALSE;
  omc_sandbox_stmt_bind_int (stmt, 1, omc_sandbox_index_hash ("", "", NULL, reference));
  omc_sandbox_stmt_bind_int (stmt, 2, key);
  if (!omc_sandbox_stmt_step (stmt, referred, error))
    return FALSE;
  if (*referred)
    omc_sandbox_stmt_reset (stmt);
  return TRUE;
}
