/* test-store-migrations.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-db.h"
#include "omc-migrator.h"
#include "omc-stmt.h"
#include "store-fixture.h"
#include "ward-sample.h"

/*
 * tests/data/schemas/N.sql records what the migrations up to N make. A released one never changes: a store of every one of
 * them, filled by our own generator, is made here and must open, migrate and be whole. OMNICARE_RECORD_SCHEMA=1 writes the newest.
 */

#define N_KILLS 20
/* The newest schema that went out to anybody; 0: none. What is newer may still change in place, and is recorded again. */
#define RELEASED 0

static const char *program;

/* Tables that a virtual table makes for itself are left out. */
static const char select_schema[] =
    "SELECT m.sql FROM sqlite_master m WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite_%'"
    " AND m.name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
    " ORDER BY m.type = 'view', m.type = 'index', m.name";

static char *
schema_path (guint number)
{
  g_autofree char *name = g_strdup_printf ("%u.sql", number);

  return g_test_build_filename (G_TEST_DIST, "data", "schemas", name, NULL);
}

static char *
dump_schema (OmcDb *db)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (db, select_schema, &error);

  g_assert_no_error (error);
  while (omc_stmt_step (stmt, &error) == OMC_STEP_ROW)
    g_string_append_printf (text, "%s;\n", omc_stmt_get_text (stmt, 0));
  g_assert_no_error (error);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* By what it begins with, up to its columns: "CREATE TABLE patients ". */
static GHashTable *
by_name (const char *schema)
{
  g_auto (GStrv) parts = g_strsplit (schema, ";\n", -1);
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gsize length = strcspn (parts[i], "(\n");

      if (*parts[i] != '\0')
        g_hash_table_insert (table, g_strndup (parts[i], length), g_strdup (parts[i]));
    }

  return table;
}

static guint
tell_differences (const char *recorded, const char *made, GString *names)
{
  g_autoptr (GHashTable) before = by_name (recorded);
  g_autoptr (GHashTable) after = by_name (made);
  GHashTableIter iter;
  gpointer name, sql;
  guint n = 0;

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &name, &sql))
    {
      const char *other = g_hash_table_lookup (before, name);

      if (g_strcmp0 (other, sql) == 0)
        continue;
      n++;
      g_string_append_printf (names, " %s: %s;", other == NULL ? "new" : "changed",
                              (const char *)name);
    }
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      if (g_hash_table_contains (after, name))
        continue;
      n++;
      g_string_append_printf (names, " gone: %s;", (const char *)name);
    }

  return n;
}

static void
test_recorded (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autofree char *path = schema_path (omc_migrator_get_latest ());
  g_autofree char *made = dump_schema (db);
  g_autofree char *recorded = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (g_getenv ("OMNICARE_RECORD_SCHEMA") != NULL)
    {
      g_file_set_contents (path, made, -1, &error);
      g_assert_no_error (error);
      return;
    }
  g_file_get_contents (path, &recorded, NULL, &error);
  g_assert_no_error (error);
  if (tell_differences (recorded, made, names) == 0)
    return;
  g_test_message ("The schema is not the recorded one:%s %s", names->str,
                  omc_migrator_get_latest () <= RELEASED
                      ? "It was released: write a new migration."
                      : "Record it: OMNICARE_RECORD_SCHEMA=1 ./dev test store-migrations");
  g_test_fail ();
}

static char *
dump_current (StoreFixture *f)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);

  return dump_schema (db);
}

/* A store as the program of that schema left it; of one that was not released, as it is now. */
static void
make_store_of (StoreFixture *f, guint number)
{
  g_autofree char *path = schema_path (number);
  g_autofree char *sql = NULL;
  g_autofree char *current = number > RELEASED ? dump_current (f) : NULL;
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %u", number);
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (GError) error = NULL;

  omc_store_close (f->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_unlink (f->database);
  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  db = store_fixture_open_raw (f, OMC_DB_CREATE);
  g_assert_true (omc_db_begin (db, &error));
  omc_db_execute (db, current != NULL ? current : sql, &error);
  g_assert_no_error (error);
  omc_db_execute (db, mark, &error);
  g_assert_true (omc_db_commit (db, &error));
  g_assert_no_error (error);
}

static void
test_every_schema_opens (StoreFixture *f, gconstpointer data)
{
  for (guint number = 1; number <= omc_migrator_get_latest (); number++)
    {
      g_autoptr (GPtrArray) ward = NULL;
      g_autoptr (GPtrArray) set = ward_sample_vitals_set (1, "p1", STORE_FIXTURE_NOW_US);
      g_autoptr (GPtrArray) stored = NULL;
      g_autoptr (GError) error = NULL;

      make_store_of (f, number);
      omc_store_open_sync (f->store, NULL, &error);
      g_assert_no_error (error);
      ward = store_fixture_import_ward (f, 4, 4, 3);
      stored = omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);
      g_assert_no_error (error);
      store_fixture_reopen (f);
      g_assert_cmpuint (store_fixture_status (f).schema_version, ==, omc_migrator_get_latest ());
      g_assert_cmpuint (store_fixture_status (f).n_resources, ==, ward->len + set->len);
      g_assert_cmpuint (store_fixture_status (f).n_pending, ==, set->len);
      store_fixture_assert_sound (f);
    }
}

/* What cannot be migrated is left as it was, and opens once the reason is gone. */
static void
test_failed_migration (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n = -1, version = -1;

  omc_store_close (f->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_unlink (f->database);
  db = store_fixture_open_raw (f, OMC_DB_CREATE);
  /* The last table of the first migration is there already, against all rules. */
  omc_db_execute (db, "CREATE TABLE users (x INTEGER)", &error);
  g_assert_no_error (error);
  g_test_expect_message ("omc-store", G_LOG_LEVEL_CRITICAL, "*already exists*");
  g_assert_false (omc_store_open_sync (f->store, NULL, &error));
  g_test_assert_expected_messages ();
  g_assert_nonnull (error);
  g_clear_error (&error);
  omc_db_get_integer (db, "SELECT count(*) FROM sqlite_master", -1, &n, &error);
  omc_db_get_integer (db, "PRAGMA user_version", -1, &version, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 1);
  g_assert_cmpint (version, ==, 0);
  omc_db_execute (db, "DROP TABLE users", &error);
  g_assert_no_error (error);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  store_fixture_assert_sound (f);
}

static void
test_newer (StoreFixture *f, gconstpointer data)
{
  g_autofree char *sql =
      g_strdup_printf ("PRAGMA user_version = %u", omc_migrator_get_latest () + 1);
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (GError) error = NULL;

  omc_store_close (f->store);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  omc_db_execute (db, sql, &error);
  g_assert_no_error (error);
  g_assert_false (omc_store_open_sync (f->store, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER);
  g_assert_nonnull (strstr (error->message, "Install the newer version"));
}

/* --- kill -9 --- */

static int
child_main (const char *directory)
{
  StoreFixture f = { 0 };

  store_fixture_set_up_alone (&f, directory);
  g_print ("begun\n");
  fflush (stdout);
  if (!omc_store_open_sync (f.store, NULL, NULL))
    return 1;

  return 0;
}

static void
test_kill (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree char *folder = g_dir_make_tmp ("omc-migrate-XXXXXX", NULL);
  StoreFixture f = { 0 };
  guint n_made = 0;

  store_fixture_set_up_alone (&f, folder);
  for (guint i = 0; i < N_KILLS; i++)
    {
      const char *const arguments[] = { program, "--child", folder, NULL };
      g_autofree char *wal = g_strconcat (f.database, "-wal", NULL);
      g_autofree char *shm = g_strconcat (f.database, "-shm", NULL);
      g_autofree char *words = NULL;
      g_autoptr (GError) error = NULL;
      GStatBuf info;

      g_unlink (f.database);
      g_unlink (wal);
      g_unlink (shm);
      words = store_fixture_run_and_kill (arguments, folder,
                                          (gulong)g_rand_int_range (random, 0, 12000));
      n_made += g_stat (f.database, &info) == 0 && info.st_size > 0;
      omc_store_open_sync (f.store, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (store_fixture_status (&f).schema_version, ==, omc_migrator_get_latest ());
      store_fixture_assert_sound (&f);
      omc_store_close (f.store);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  g_test_message ("%u of %d killed migrations had begun", n_made, N_KILLS);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    _exit (child_main (argv[2])); /* nothing is freed */

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/migrations/the-schema-is-the-recorded-one", test_recorded, NULL);
  store_fixture_add ("/store/migrations/a-store-of-every-schema-opens-and-is-whole",
                     test_every_schema_opens, NULL);
  store_fixture_add ("/store/migrations/what-fails-is-left-as-it-was", test_failed_migration, NULL);
  store_fixture_add ("/store/migrations/a-newer-store-is-refused-by-a-sentence", test_newer, NULL);
  g_test_add_func ("/store/migrations/what-was-killed-is-done-at-the-next-opening", test_kill);

  return g_test_run ();
}
