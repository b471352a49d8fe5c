/* test-store-audit-crash.c: archiving of the audit trail, ended or refused at each of its file operations
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "disk-faults.h"

#define STEPS_MAX 120
/* Without archiving there is nothing to end: what writes the file, and what commits. */
#define STEPS_MIN 10

static const char *program;

static void
open_alone (StoreFixture *f, const char *directory, gint64 later_us)
{
  g_autoptr (GError) error = NULL;

  audit_fixture_set_up_alone (f, directory, later_us);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

/* The process that is killed: archives, with the nth file operation as its last. */
static int
child_archive (const char *directory, int n)
{
  OmcAuditArchiveCounts counts;
  StoreFixture f;
  gboolean done;

  open_alone (&f, directory, G_TIME_SPAN_DAY);
  disk_faults_die_at (n);
  done = omc_store_archive_audit_sync (f.store, f.administrator, 0, &counts, NULL, NULL);
  disk_faults_die_at (0);

  return done && counts.n_segments == 1 ? 0 : 3;
}

/* TRUE: it was killed. */
static gboolean
archive_until (const char *directory, int n)
{
  int status = disk_faults_run_until (program, "--archive", directory, n);

  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);

  return WIFSIGNALED (status);
}

/* Each entry once, all of the chain good, and no file but those that the store knows of. */
static void
assert_whole (StoreFixture *f, gboolean no_strays)
{
  guint64 head = store_fixture_status (f).audit_sequence;
  g_autoptr (GPtrArray) entries = audit_fixture_list (f, 1, 0);
  g_autoptr (GPtrArray) files = audit_fixture_list_files (f);
  OmcAuditReport report = audit_fixture_check (f, TRUE);

  g_assert_cmpint (report.finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (report.n_entries, ==, head);
  g_assert_cmpuint (entries->len, ==, head);
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpuint (((OmcAuditEntry *)g_ptr_array_index (entries, i))->sequence, ==, i + 1);
  g_assert_cmpuint (files->len, >=, report.n_segments);
  if (no_strays)
    g_assert_cmpuint (files->len, ==, report.n_segments);
}

static gint64
count_rows (StoreFixture *f, gint64 archived)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM audit_log WHERE sequence <= %" G_GINT64_FORMAT, archived);
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  gint64 n = -1;

  g_assert_true (omc_db_get_integer (db, sql, 0, &n, NULL));

  return n;
}

static void
examine (const char *directory, guint64 due)
{
  guint64 archived;
  StoreFixture f;

  open_alone (&f, directory, 2 * G_TIME_SPAN_DAY);
  archived = store_fixture_status (&f).audit_archived;
  assert_whole (&f, FALSE);
  store_fixture_assert_sound (&f);
  /* In no two places. */
  g_assert_cmpint (count_rows (&f, (gint64)archived), ==, 0);
  if (archived < due)
    g_assert_cmpuint (audit_fixture_archive (&f, 0).n_segments, ==, 1);
  else
    {
      audit_fixture_acknowledge (&f, archived + 1);
      g_assert_cmpuint (audit_fixture_archive (&f, 0).n_entries, ==, 1);
    }
  g_assert_cmpuint (store_fixture_status (&f).audit_archived, >=, due);
  assert_whole (&f, TRUE);
  audit_fixture_tear_down_alone (&f);
}

/* segments: how many are there before the one whose making is ended. */
static void
test_killed (gconstpointer data)
{
  guint segments = GPOINTER_TO_UINT (data);
  g_autofree char *folder = g_dir_make_tmp ("omc-archive-XXXXXX", NULL);
  g_autofree char *pristine = g_build_filename (folder, "pristine", NULL);
  g_autofree char *directory = g_build_filename (folder, "store", NULL);
  StoreFixture f;
  guint64 due;
  int n = 1;

  g_assert_cmpint (g_mkdir (pristine, 0700), ==, 0);
  open_alone (&f, pristine, 0);
  audit_fixture_fill (&f, STRETCH);
  for (guint i = 0; i < segments; i++)
    {
      audit_fixture_archive_all (&f);
      audit_fixture_fill (&f, STRETCH);
    }
  due = store_fixture_status (&f).audit_sequence;
  audit_fixture_acknowledge (&f, due);
  audit_fixture_tear_down_alone (&f);
  for (gboolean killed = TRUE; killed; n++)
    {
      g_assert_cmpint (n, <, STEPS_MAX);
      store_fixture_copy_tree (pristine, directory);
      killed = archive_until (directory, n);
      examine (directory, due);
      store_fixture_remove_tree (directory);
    }
  g_test_message ("%d ends", n - 2);
  g_assert_cmpint (n, >, STEPS_MIN);
  store_fixture_remove_tree (folder);
}

/* A disk without room, read-only or broken, at each operation: nothing is changed, or all is; and once it is well, it goes on. */
static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-archive-XXXXXX", NULL);
  guint n_failures = 0;
  guint n_full = 0;
  gboolean pending = FALSE;
  StoreFixture f;

  open_alone (&f, folder, 0);
  for (int n = 1; !pending; n++)
    {
      OmcAuditArchiveCounts counts;
      g_autoptr (GError) error = NULL;
      guint64 before = store_fixture_status (&f).audit_archived;
      guint64 due;

      g_assert_cmpint (n, <, STEPS_MAX);
      audit_fixture_fill (&f, 3);
      due = store_fixture_status (&f).audit_sequence;
      audit_fixture_acknowledge (&f, due);
      omc_clock_advance (f.clock, G_TIME_SPAN_SECOND);
      disk_faults_fail_at (n);
      if (!omc_store_archive_audit_sync (f.store, f.administrator, 0, &counts, NULL, &error))
        {
          g_assert_nonnull (error);
          g_assert_cmpuint (strlen (error->message), >, 0);
          /* No fault of a key, whatever the disk says. */
          g_assert_cmpstr (g_quark_to_string (error->domain), ==,
                           g_quark_to_string (OMC_STORE_ERROR));
          n_failures++;
          if (strstr (error->message, ".omcaudit") != NULL && error->code == OMC_STORE_ERROR_FULL &&
              strstr (error->message, folder) != NULL && strstr (error->message, "Free") != NULL)
            n_full++;
        }
      pending = disk_faults_get_left () > 0;
      disk_faults_fail_at (0);
      assert_whole (&f, FALSE);
      if (error != NULL)
        g_assert_cmpuint (store_fixture_status (&f).audit_archived, ==, before);
      else
        g_assert_cmpuint (store_fixture_status (&f).audit_archived, ==, due);
      if (error != NULL)
        g_assert_cmpuint (audit_fixture_archive (&f, 0).n_segments, ==, 1);
      g_assert_cmpuint (store_fixture_status (&f).audit_archived, >=, due);
      assert_whole (&f, TRUE);
    }
  g_test_message ("%u refusals", n_failures);
  g_assert_cmpuint (n_failures, >, 4);
  g_assert_cmpuint (n_full, >, 0);
  audit_fixture_tear_down_alone (&f);
  open_alone (&f, folder, G_TIME_SPAN_DAY);
  assert_whole (&f, TRUE);
  store_fixture_assert_sound (&f);
  audit_fixture_tear_down_alone (&f);
  store_fixture_remove_tree (folder);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--archive") == 0)
    _exit (child_archive (argv[2], atoi (argv[3]))); /* nothing is freed */

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/audit-crash/the-first-file", GUINT_TO_POINTER (0), test_killed);
  g_test_add_data_func ("/store/audit-crash/a-later-file", GUINT_TO_POINTER (2), test_killed);
  g_test_add_func ("/store/audit-crash/a-disk-that-refuses", test_refused);

  return g_test_run ();
}
