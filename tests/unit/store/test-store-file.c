/* test-store-file.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-migrator.h"
#include "store-fixture.h"
#include "ward-sample.h"

/* The file, the disk and the process: what is opened at all, and what a commit survives. */

#define N_KILLS 30

static const char *program;

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"Doe\"}]}"

static void
assert_open_fails (StoreFixture *f, OmcKeyManager *keys, int code)
{
  g_autoptr (OmcStore) store = omc_store_new (f->directory, keys, f->clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_store_open_sync (store, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, code);
  g_assert_false (omc_store_is_open (store));
}

static void
test_wrong_key (StoreFixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("omc-keys-XXXXXX", NULL);
  g_autoptr (OmcKeyManager) other = store_fixture_new_keys (elsewhere, f->secrets);

  omc_store_close (f->store);
  assert_open_fails (f, other, OMC_STORE_ERROR_WRONG_KEY);
  store_fixture_remove_tree (elsewhere);
}

static void
test_clear_text (StoreFixture *f, gconstpointer data)
{
  char page[4096] = "SQLite format 3";
  g_autofree char *contents = NULL;
  gsize length;

  omc_store_close (f->store);
  g_file_get_contents (f->database, &contents, &length, NULL);
  g_assert_cmpuint (length, >, 0);
  g_assert_false (g_str_has_prefix (contents, "SQLite"));
  g_file_set_contents (f->database, page, sizeof page, NULL);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NOT_ENCRYPTED);
}

/* "Saved" is said after COMMIT, and a commit is on the disk. */
static void
test_durable (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  omc_db_get_integer (db, "PRAGMA synchronous", 0, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, 2); /* FULL */
  omc_db_get_integer (db, "PRAGMA foreign_keys", 0, &value, &error);
  g_assert_cmpint (value, ==, 1);
}

static void
test_missing_file (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT ("p1"));

  omc_store_close (f->store);
  g_unlink (f->database);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (f->database, G_FILE_TEST_EXISTS));
}

static void
test_newer_schema (StoreFixture *f, gconstpointer data)
{
  g_autofree char *sql =
      g_strdup_printf ("PRAGMA user_version = %u", omc_migrator_get_latest () + 1);

  omc_store_close (f->store);
  store_fixture_execute (f, sql);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NEWER);
}

static void
test_no_place (StoreFixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->directory, "a-file", NULL);
  g_autoptr (OmcStore) store = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, "x", 1, NULL);
  store = omc_store_new (file, f->keys, f->clock);
  g_assert_false (omc_store_open_sync (store, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY);
}

static void
test_full (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 n;

  omc_db_execute (db, "PRAGMA max_page_count = 1", &error);
  g_assert_no_error (error);
  g_assert_true (omc_db_begin (db, &error));
  g_assert_false (omc_db_execute (
      db,
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
      " INSERT INTO settings (name, value) SELECT 'full-' || i, hex (zeroblob (200)) FROM n",
      &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL);
  omc_db_rollback (db);
  g_clear_error (&error);
  omc_db_get_integer (db, "SELECT count(*) FROM settings", -1, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 0);
}

/* The head may have been anchored after the commit that the tear took away: then the trail says that it was cut. */
static void
assert_sound_or_cut (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  OmcAuditFinding finding = store_fixture_verify (f).finding;

  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 0);
  /* The anchor was not copied. */
  g_assert_true (finding == OMC_AUDIT_INTACT || finding == OMC_AUDIT_CUT ||
                 finding == OMC_AUDIT_UNANCHORED);
}

/* SQLite's SHARED lock, as another process sees it: without it that process takes itself for the last user of the
 * store, and removes the write-ahead log with commits in it when it ends. */
static void
test_locks_held (StoreFixture *f, gconstpointer data)
{
  struct flock lock = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510
  };
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      int fd = open (f->database, O_RDWR | O_CLOEXEC);

      _exit (fd >= 0 && fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
test_torn_log (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = g_dir_make_tmp ("omc-torn-XXXXXX", NULL);
  g_autofree char *wal = g_strconcat (f->database, "-wal", NULL);
  g_autofree char *log = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *keyring = g_build_filename (f->directory, "keyring", NULL);
  g_autofree char *keys_text = NULL;
  gsize length, log_length, keys_length;
  StoreFixture torn = *f;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *json = g_strdup_printf (PATIENT ("p%u"), i);
      g_autoptr (OmcResource) patient = store_fixture_save (f, json);

      g_assert_nonnull (patient);
    }
  g_assert_true (g_file_get_contents (f->database, &contents, &length, NULL));
  g_assert_true (g_file_get_contents (wal, &log, &log_length, NULL));
  g_assert_true (g_file_get_contents (keyring, &keys_text, &keys_length, NULL));
  torn.directory = copy;
  torn.database = g_build_filename (copy, "omnicare.db", NULL);
  {
    g_autofree char *torn_wal = g_strconcat (torn.database, "-wal", NULL);
    g_autofree char *torn_keyring = g_build_filename (copy, "keyring", NULL);

    /* Power went in the middle of a page. */
    g_file_set_contents (torn.database, contents, (gssize)length, NULL);
    g_file_set_contents (torn_wal, log, (gssize)(log_length - 2000), NULL);
    g_file_set_contents (torn_keyring, keys_text, (gssize)keys_length, NULL);
  }
  torn.keys = store_fixture_new_keys (copy, f->secrets);
  torn.store = omc_store_new (copy, torn.keys, f->clock);
  omc_store_open_sync (torn.store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_fixture_status (&torn).n_resources, >=, 15);
  assert_sound_or_cut (&torn);
  omc_store_close (torn.store);
  g_object_unref (torn.store);
  g_object_unref (torn.keys);
  g_free (torn.database);
  store_fixture_remove_tree (copy);
}

/* --- kill -9 --- */

/* Saves until it is killed and names each set that was acknowledged. */
static int
child_main (const char *directory)
{
  StoreFixture f = { 0 };
  g_autoptr (GError) error = NULL;

  store_fixture_set_up_alone (&f, directory);
  if (!omc_store_open_sync (f.store, NULL, &error))
    return 1;
  for (guint i = 0;; i++)
    {
      g_autoptr (GPtrArray) set =
          ward_sample_vitals_set ((guint32)getpid () * 1000 + i, "p1", STORE_FIXTURE_NOW_US + i);
      g_autoptr (GPtrArray) stored =
          omc_store_save_sync (f.store, f.nurse, set, OMC_SAVE_CHART, NULL, &error);

      if (stored == NULL)
        return 1;
      for (guint n = 0; n < stored->len; n++)
        g_print ("%s\n", omc_resource_get_id (g_ptr_array_index (stored, n)));
      fflush (stdout);
    }
}

static void
kill_one (const char *directory, gulong delay_us, GPtrArray *acknowledged)
{
  const char *const arguments[] = { program, "--child", directory, NULL };
  g_autofree char *words = store_fixture_run_and_kill (arguments, directory, delay_us);
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_uuid_string_is_valid (lines[i]))
        g_ptr_array_add (acknowledged, g_strdup (lines[i]));
    }
}

static void
test_kill (void)
{
  g_autofree char *directory = g_dir_make_tmp ("omc-kill-XXXXXX", NULL);
  StoreFixture f = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_set_up_alone (&f, directory);
  for (guint i = 0; i < N_KILLS; i++)
    kill_one (directory, (gulong)g_rand_int_range (random, 0, 30000), acknowledged);
  g_test_message ("%u acknowledged records", acknowledged->len);
  g_assert_cmpuint (acknowledged->len, >=, N_KILLS);
  omc_store_open_sync (f.store, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < acknowledged->len; i++)
    {
      g_autoptr (OmcResource) resource =
          store_fixture_read (&f, "Observation", g_ptr_array_index (acknowledged, i));
    }
  items = store_fixture_queue (&f);
  g_assert_cmpuint (items->len, ==, store_fixture_status (&f).n_resources);
  g_assert_cmpuint (items->len % 10, ==, 0);
  g_assert_cmpuint (items->len, >=, acknowledged->len);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/damage/other-keys-open-nothing", test_wrong_key, NULL);
  store_fixture_add ("/store/damage/a-file-in-clear-text-is-refused", test_clear_text, NULL);
  store_fixture_add ("/store/damage/a-commit-is-on-the-disk", test_durable, NULL);
  store_fixture_add ("/store/damage/a-missing-file-is-not-made-anew", test_missing_file, NULL);
  store_fixture_add ("/store/damage/a-newer-schema-is-refused", test_newer_schema, NULL);
  store_fixture_add ("/store/damage/a-place-that-cannot-be-written-is-told", test_no_place, NULL);
  store_fixture_add ("/store/damage/a-full-disk-changes-nothing", test_full, NULL);
  store_fixture_add ("/store/damage/a-torn-log-opens-at-the-last-whole-commit", test_torn_log,
                     NULL);
  store_fixture_add ("/store/damage/other-programs-see-that-the-store-is-in-use", test_locks_held,
                     NULL);
  g_test_add_func ("/store/damage/kill-loses-nothing-acknowledged", test_kill);

  return g_test_run ();
}
