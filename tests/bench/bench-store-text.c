/* bench-store-text.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "bench-store-text.h"

#include <glib/gstdio.h>

#include "omc-bench.h"
#include "omc-search-params.h"
#include "omc-stmt.h"

#define KEY_LENGTH 32
#define MAX_LOG_PAGES 16384

static const char schema[] =
    "CREATE TABLE resources (type TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL,"
    " PRIMARY KEY (type, id));"
    "CREATE TABLE search (type TEXT NOT NULL, param TEXT NOT NULL, value ANY, id TEXT NOT NULL,"
    " PRIMARY KEY (type, param, value, id)) WITHOUT ROWID";
static const char insert[] = "INSERT INTO resources (type, id, json) VALUES (?1, ?2, ?3)";
static const char insert_value[] =
    "INSERT OR IGNORE INTO search (type, param, value, id) VALUES (?1, ?2, ?3, ?4)";

typedef struct
{
  OmcDb *db;
  GPtrArray *batch;      /* (owned) (element-type utf8) */
  OmcResource *resource; /* that is indexed */
  guint n_batch;
  guint n;
  gint64 ns;
  gint64 cpu_ns;
} Text;

/* All parameters, a row for each value, as servers do it that keep JSON in SQL. */
static void
add_value (const OmcSearchEntry *entry, gpointer user_data)
{
  Text *text = user_data;
  g_autoptr (GError) error = NULL;
  OmcStmt *stmt = omc_db_prepare (text->db, insert_value, &error);

  bench_check (stmt != NULL, error);
  omc_stmt_bind_text (stmt, 1, omc_resource_get_resource_type (text->resource));
  omc_stmt_bind_text (stmt, 2, entry->param->name);
  if (entry->param->kind == OMC_SEARCH_DATE)
    omc_stmt_bind_integer (stmt, 3, entry->start_us);
  else if (entry->param->kind == OMC_SEARCH_QUANTITY || entry->param->kind == OMC_SEARCH_NUMBER)
    omc_stmt_bind_double (stmt, 3, entry->number);
  else
    omc_stmt_bind_text (stmt, 3, entry->code != NULL ? entry->code : entry->text);
  omc_stmt_bind_text (stmt, 4, omc_resource_get_id (text->resource));
  bench_check (omc_stmt_run (stmt, &error), error);
}

static void
store (Text *text, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = omc_resource_parse (json, -1, &error);
  OmcStmt *stmt = omc_db_prepare (text->db, insert, &error);

  bench_check (resource != NULL && stmt != NULL, error);
  omc_stmt_bind_text (stmt, 1, omc_resource_get_resource_type (resource));
  omc_stmt_bind_text (stmt, 2, omc_resource_get_id (resource));
  omc_stmt_bind_text (stmt, 3, json);
  bench_check (omc_stmt_run (stmt, &error), error);
  text->resource = resource;
  omc_search_extract (resource, add_value, text);
}

static void
flush (Text *text)
{
  g_autoptr (GError) error = NULL;
  gint64 start = bench_wall_ns ();
  gint64 cpu_start = bench_cpu_ns ();

  bench_check (omc_db_begin (text->db, &error), error);
  for (guint i = 0; i < text->batch->len; i++)
    store (text, g_ptr_array_index (text->batch, i));
  bench_check (omc_db_commit (text->db, &error), error);
  if (omc_db_get_log_pages (text->db) > MAX_LOG_PAGES)
    bench_check (omc_db_checkpoint (text->db, FALSE, &error), error);
  text->ns += bench_wall_ns () - start;
  text->cpu_ns += bench_cpu_ns () - cpu_start;
  text->n += text->batch->len;
  g_ptr_array_set_size (text->batch, 0);
}

static void
add (const char *json, gsize length, gpointer user_data)
{
  Text *text = user_data;

  g_ptr_array_add (text->batch, g_strndup (json, length));
  if (text->batch->len == text->n_batch)
    flush (text);
}

void
bench_store_text (const char *directory, const WardSampleOptions *options, guint batch)
{
  g_autofree char *path = g_build_filename (directory, "text.db", NULL);
  g_autoptr (OmcSecret) key = omc_secret_new_random (KEY_LENGTH);
  g_autoptr (GError) error = NULL;
  GStatBuf info;
  Text text = { .db = omc_db_open (path, key, OMC_DB_CREATE, &error),
                .batch = g_ptr_array_new_with_free_func (g_free),
                .n_batch = batch };

  bench_check (text.db != NULL && omc_db_execute (text.db, schema, &error), error);
  ward_sample_generate (options, add, &text);
  flush (&text);
  omc_db_close (text.db);
  bench_check (g_stat (path, &info) == 0, NULL);
  g_print (",\n    \"text_import_per_second\": %.0f,\n", text.n * 1e9 / (double)text.ns);
  g_print ("    \"text_import_cpu_us_each\": %.1f,\n", (double)text.cpu_ns / 1000 / text.n);
  g_print ("    \"text_file_bytes_per_resource\": %.0f", (double)info.st_size / text.n);
  g_ptr_array_unref (text.batch);
}
