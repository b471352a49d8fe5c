/* test-store-backup.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-migrator.h"
#include "omc-restore.h"
#include "omc-store-backup.h"
#include "store-fixture.h"
#include "ward-sample.h"

#define N_KILLS 10

static const char *program;

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"Doe\"}]}"

static char *
file_of (StoreFixture *f, const char *name)
{
  return g_build_filename (f->directory, name, NULL);
}

static void
save_set (StoreFixture *f, guint32 seed, const char *patient)
{
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (seed, patient, STORE_FIXTURE_NOW_US + (gint64)seed);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) stored =
      omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);

  g_assert_no_error (error);
}

static char *
back_up (StoreFixture *f, const char *name)
{
  char *path = file_of (f, name);
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  omc_store_backup_sync (f->store, f->nurse, path, &info, NULL, &error);
  g_assert_no_error (error);

  return path;
}

/* Another program, as far as the files can tell. */
static void
restore (StoreFixture *f, const char *path, OmcRestoreReport *report)
{
  g_autoptr (GError) error = NULL;

  store_fixture_close (f);
  omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, report, NULL, &error);
  g_assert_no_error (error);
  store_fixture_open (f);
}

static void
test_round_trip (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) first = store_fixture_save (f, PATIENT ("p1"));
  g_autofree char *path = back_up (f, "a.omcbackup");
  g_autoptr (OmcResource) second = store_fixture_save (f, PATIENT ("p2"));
  g_autoptr (OmcResource) found = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (OmcBackupInfo) info = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autofree char *text = NULL;
  gsize length;

  omc_restore_verify_sync (path, f->keys, f->directory, &info, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info.n_resources, ==, 1);
  g_assert_cmpuint (info.n_unsent, ==, 1);
  g_assert_cmpuint (info.schema_version, ==, omc_migrator_get_latest ());
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_null (memmem (text, length, "SQLite", 6));
  g_assert_null (memmem (text, length, "resourceType", 12));
  restore (f, path, &report);
  found = store_fixture_read (f, "Patient", "p1");
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "p2", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  /* The audit trail was not taken back: it knows of both records, the backup and the restore. */
  g_assert_true (report.trail_goes_on);
  store_fixture_assert_sound (f);
  g_assert_cmpuint (store_fixture_status (f).audit_sequence, >=, 4);
}

/* A whole set or nothing of it, however the writer and the backup meet. */
static gpointer
write_sets (gpointer user_data)
{
  for (guint i = 0; i < 60; i++)
    save_set (user_data, 1000 + i, "p1");

  return NULL;
}

static void
test_online (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT ("p1"));
  GThread *writer;

  for (guint i = 0; i < 60; i++)
    save_set (f, i, "p1");
  writer = g_thread_new ("writer", write_sets, f);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.omcbackup", i);
      g_autofree char *path = back_up (f, name);
    }
  g_thread_join (writer);
  store_fixture_close (f);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.omcbackup", i);
      g_autofree char *path = file_of (f, name);
      g_auto (OmcRestoreReport) report = { { 0 } };
      g_autoptr (GError) error = NULL;

      omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, &report, NULL, &error);
      g_assert_no_error (error);
      omc_store_open_sync (f->store, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (store_fixture_status (f).n_resources % 10, ==, 1);
      g_assert_cmpuint (store_fixture_status (f).n_resources, >=, 601);
      store_fixture_assert_sound (f);
      store_fixture_close (f);
    }
}

/* Brings back what a restore put aside. */
static void
test_unsent_work (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) first = store_fixture_save (f, PATIENT ("p1"));
  g_autofree char *path = back_up (f, "a.omcbackup");
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_auto (OmcBackupInfo) info = { 0 };
  g_autofree char *work = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *raw = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  save_set (f, 5, "p1");
  restore (f, path, &report);
  g_assert_cmpuint (report.n_work, ==, 11);
  g_assert_cmpuint (report.n_work_unreadable, ==, 0);
  g_assert_nonnull (report.kept);
  kept = file_of (f, report.kept);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  work = file_of (f, report.work);
  g_assert_true (g_file_get_contents (work, &raw, &length, NULL));
  g_assert_null (memmem (raw, length, "Observation", 11));
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, 1);
  bytes = omc_restore_read_work (work, f->keys, &info, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] == '{'; i++)
    {
      g_autoptr (GPtrArray) one = store_fixture_list (lines[i], NULL);
      OmcImportCounts counts;

      omc_store_import_sync (f->store, f->nurse, one, OMC_IMPORT_LOCAL_WORK, &counts, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, 11);
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, 11);
  store_fixture_assert_sound (f);
}

/* --- what must be refused, and change nothing --- */

static void
assert_refused (StoreFixture *f, const char *path, int code)
{
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) verify_error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  g_assert_true (g_file_get_contents (f->database, &before, &before_length, NULL));
  g_assert_false (
      omc_restore_verify_sync (path, f->keys, f->directory, &info, NULL, &verify_error));
  g_assert_error (verify_error, OMC_STORE_ERROR, code);
  g_assert_false (
      omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, &report, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, code);
  g_assert_cmpstr (error->message, ==, verify_error->message);
  g_assert_true (g_file_get_contents (f->database, &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
}

static void
assert_nothing_left (StoreFixture *f)
{
  static const char *const names[] = { "restore.db", "restore.keyring", "restoring", "verify.db" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = file_of (f, names[i]);

      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

static void
test_damaged_backups (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) first = store_fixture_save (f, PATIENT ("p1"));
  g_autofree char *path = back_up (f, "a.omcbackup");
  g_autofree char *bad = file_of (f, "bad.omcbackup");
  g_autofree char *contents = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (OmcResource) found = NULL;
  gsize length;

  store_fixture_close (f);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *copy = g_memdup2 (contents, length + 1);
      /* Every part of the header once and more, and anywhere behind it. */
      gsize place = i < 20 ? 16 + i * 6 : (gsize)g_rand_int_range (random, 0, (gint32)length);
      gboolean cut = i % 5 == 4;
      g_autoptr (GError) error = NULL;
      g_auto (OmcBackupInfo) info = { 0 };

      copy[place] = (char)(copy[place] ^ (1 << (i % 8)));
      g_file_set_contents (bad, copy, cut ? (gssize)place : (gssize)length, NULL);
      g_assert_false (omc_restore_verify_sync (bad, f->keys, f->directory, &info, NULL, &error));
      g_assert_true (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED) ||
                     g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY) ||
                     g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER) ||
                     g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID));
    }
  g_file_set_contents (bad, contents, (gssize)length - 1, NULL);
  assert_refused (f, bad, OMC_STORE_ERROR_DAMAGED);
  contents[length] = 'x';
  g_file_set_contents (bad, contents, (gssize)length + 1, NULL);
  assert_refused (f, bad, OMC_STORE_ERROR_DAMAGED);
  contents[length - 5] ^= 1;
  g_file_set_contents (bad, contents, (gssize)length, NULL);
  assert_refused (f, bad, OMC_STORE_ERROR_DAMAGED);
  contents[8 + 3]++;
  g_file_set_contents (bad, contents, (gssize)length, NULL);
  assert_refused (f, bad, OMC_STORE_ERROR_NEWER);
  g_file_set_contents (bad, "", 0, NULL);
  assert_refused (f, bad, OMC_STORE_ERROR_INVALID);
  assert_refused (f, f->directory, OMC_STORE_ERROR_INVALID);
  g_unlink (bad);
  assert_refused (f, bad, OMC_STORE_ERROR_NOT_FOUND);
  assert_nothing_left (f);
  omc_store_open_sync (f->store, NULL, NULL);
  found = store_fixture_read (f, "Patient", "p1");
  store_fixture_assert_sound (f);
}

static void
test_foreign_and_newer (StoreFixture *f, gconstpointer data)
{
  StoreFixture other = { 0 };
  g_autofree char *foreign = NULL;
  g_autofree char *newer = file_of (f, "newer.omcbackup");
  g_autofree char *path = back_up (f, "a.omcbackup");
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->keys, OMC_KEY_BACKUP, NULL);
  g_autoptr (GError) error = NULL;
  FILE *content = tmpfile ();

  store_fixture_set_up (&other, NULL);
  foreign = back_up (&other, "b.omcbackup");
  store_fixture_close (f);
  assert_refused (f, foreign, OMC_STORE_ERROR_WRONG_KEY);
  store_fixture_tear_down (&other, NULL);

  omc_backup_file_read_info (path, &info, &error);
  g_assert_no_error (error);
  info.schema_version++;
  omc_backup_file_write (newer, key, &info, fileno (content), NULL, &error);
  g_assert_no_error (error);
  fclose (content);
  assert_refused (f, newer, OMC_STORE_ERROR_NEWER);
  g_assert_false (omc_backup_file_write (newer, key, &info, -1, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID);
}

/* A store that cannot be opened any more is kept as it is, and the backup takes its place. */
static void
test_over_damage (StoreFixture *f, gconstpointer data)
{
  const char *how = data;
  g_autoptr (OmcResource) first = store_fixture_save (f, PATIENT ("p1"));
  g_autofree char *path = back_up (f, "a.omcbackup");
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (OmcResource) found = NULL;
  g_autofree char *garbage = g_malloc0 (65536);

  store_fixture_close (f);
  memset (garbage, 'x', 65536);
  if (g_str_equal (how, "missing"))
    g_unlink (f->database);
  else
    g_file_set_contents (f->database, garbage, 65536, NULL);
  restore (f, path, &report);
  g_assert_true ((report.kept == NULL) == g_str_equal (how, "missing"));
  g_assert_null (report.work);
  found = store_fixture_read (f, "Patient", "p1");
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = file_of (f, "a.omcbackup");
  g_auto (OmcBackupInfo) info = { 0 };
  g_auto (OmcBackupInfo) made = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_store_backup_sync (f->store, f->auditor, path, &info, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  omc_store_backup_sync (f->store, f->administrator, path, &made, NULL, &error);
  g_assert_no_error (error);
  store_fixture_close (f);
  g_assert_false (
      omc_restore_sync (f->directory, f->keys, f->clock, f->auditor, path, &report, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
}

/* --- kill -9 --- */

/* Makes one backup after another, named after the number of records, until it is killed. */
static int
child_backup (const char *directory)
{
  StoreFixture f = { 0 };

  store_fixture_set_up_alone (&f, directory);
  if (!omc_store_open_sync (f.store, NULL, NULL))
    return 1;
  for (guint i = 0;; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d-%u.omcbackup", (int)getpid (), i);
      g_autofree char *path = NULL;

      save_set (&f, (guint32)getpid () * 1000 + i, "p1");
      path = back_up (&f, name);
      g_print ("%s\n", path);
      fflush (stdout);
    }
}

static int
child_restore (const char *directory, const char *path)
{
  StoreFixture f = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (GError) error = NULL;

  store_fixture_set_up_alone (&f, directory);
  g_print ("begun\n");
  fflush (stdout);
  if (omc_restore_sync (f.directory, f.keys, f.clock, f.nurse, path, &report, NULL, &error))
    return 0;
  g_printerr ("%s\n", error->message);

  return 1 + error->code;
}

static void
begin_kill_test (StoreFixture *f)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_set_up_alone (f, folder = g_dir_make_tmp ("omc-kill-XXXXXX", NULL));
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 40; i++)
    save_set (f, i, "p1");
}

static void
test_in_use (void)
{
  StoreFixture f = { 0 };
  g_autofree char *path = NULL;
  const char *arguments[] = { program, "--restore", NULL, NULL, NULL };
  g_autoptr (OmcResource) second = NULL;
  int status;

  begin_kill_test (&f);
  path = back_up (&f, "a.omcbackup");
  arguments[2] = f.directory;
  arguments[3] = path;
  g_spawn_sync (NULL, (char **)arguments, NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, NULL);
  g_assert_cmpint (WEXITSTATUS (status), ==, 1 + OMC_STORE_ERROR_BUSY);
  assert_nothing_left (&f);
  second = store_fixture_save (&f, PATIENT ("p2"));
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

/* Every backup that was announced is whole; every file that bears a backup's name, too. */
static void
test_kill_backup (void)
{
  StoreFixture f = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint n_whole = 0;

  begin_kill_test (&f);
  store_fixture_close (&f);
  for (guint i = 0; i < N_KILLS; i++)
    {
      const char *const arguments[] = { program, "--backup", f.directory, NULL };
      g_autofree char *words = NULL;
      g_autoptr (GDir) dir = NULL;
      const char *name;

      words = store_fixture_run_and_kill (arguments, f.directory,
                                          (gulong)g_rand_int_range (random, 0, 40000));
      dir = g_dir_open (f.directory, 0, NULL);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = file_of (&f, name);
          g_auto (OmcBackupInfo) info = { 0 };
          g_autoptr (GError) error = NULL;

          if (!g_str_has_suffix (name, ".omcbackup"))
            continue;
          omc_restore_verify_sync (path, f.keys, f.directory, &info, NULL, &error);
          g_assert_no_error (error);
          g_unlink (path);
          n_whole++;
        }
    }
  g_test_message ("%u whole backups of %d killed makers", n_whole, N_KILLS);
  g_assert_cmpuint (n_whole, >=, N_KILLS);
  omc_store_open_sync (f.store, NULL, NULL);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

/* The store before, with what was saved since the backup, or the restored one with that work in a sealed file. */
static gboolean
is_restored (StoreFixture *f, guint n_all, guint n_backup)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  guint n = store_fixture_status (f).n_resources;
  guint best = 0;
  const char *name;

  if (n == n_all)
    return FALSE;
  g_assert_cmpuint (n, ==, n_backup);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = file_of (f, name);
      g_auto (OmcBackupInfo) info = { 0 };
      g_autoptr (GBytes) work = NULL;
      g_autoptr (GError) error = NULL;

      if (!g_str_has_suffix (name, ".omcwork"))
        continue;
      work = omc_restore_read_work (path, f->keys, &info, &error);
      g_assert_no_error (error);
      best = MAX (best, info.n_resources);
      g_unlink (path);
    }
  g_assert_cmpuint (best, ==, n_all);

  return TRUE;
}

static void
test_kill_restore (void)
{
  StoreFixture f = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autofree char *path = NULL;
  guint n_restored = 0, n_backup;

  begin_kill_test (&f);
  path = back_up (&f, "a.omcbackup");
  n_backup = store_fixture_status (&f).n_resources;
  for (guint i = 0; i < N_KILLS; i++)
    {
      const char *const arguments[] = { program, "--restore", f.directory, path, NULL };
      g_autofree char *words = NULL;
      g_autoptr (GError) error = NULL;
      guint n_all;

      save_set (&f, 2000 + i, "p1");
      n_all = store_fixture_status (&f).n_resources;
      store_fixture_close (&f);
      words = store_fixture_run_and_kill (arguments, f.directory,
                                          (gulong)g_rand_int_range (random, 0, 60000));
      omc_store_open_sync (f.store, NULL, &error);
      g_assert_no_error (error);
      n_restored += is_restored (&f, n_all, n_backup);
      store_fixture_assert_sound (&f);
    }
  g_test_message ("%u of %d killed restores had been decided", n_restored, N_KILLS);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--backup") == 0)
    return child_backup (argv[2]);
  if (argc == 4 && strcmp (argv[1], "--restore") == 0)
    _exit (child_restore (argv[2], argv[3])); /* nothing is freed */

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/backup/what-was-backed-up-comes-back-and-the-trail-goes-on",
                     test_round_trip, NULL);
  store_fixture_add ("/store/backup/is-of-one-moment-while-writing-goes-on", test_online, NULL);
  store_fixture_add ("/store/backup/unsent-work-is-put-aside-and-can-be-brought-back",
                     test_unsent_work, NULL);
  store_fixture_add ("/store/backup/a-damaged-backup-is-refused-and-changes-nothing",
                     test_damaged_backups, NULL);
  store_fixture_add ("/store/backup/a-foreign-or-newer-backup-is-refused", test_foreign_and_newer,
                     NULL);
  store_fixture_add ("/store/backup/an-unreadable-store-is-kept-and-replaced", test_over_damage,
                     "garbage");
  store_fixture_add ("/store/backup/a-missing-store-is-replaced", test_over_damage, "missing");
  store_fixture_add ("/store/backup/who-may-not-is-denied", test_denied, NULL);
  g_test_add_func ("/store/backup/a-store-in-use-is-not-replaced", test_in_use);
  g_test_add_func ("/store/backup/a-killed-backup-leaves-whole-files", test_kill_backup);
  g_test_add_func ("/store/backup/a-killed-restore-leaves-one-store-or-the-other",
                   test_kill_restore);

  return g_test_run ();
}
