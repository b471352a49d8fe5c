/* test-store-restore-crash.c: a restore over a store with an audit archive, ended or refused at each of its file operations
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
#include "omc-restore.h"

#define STEPS_MAX 10000
/* The last ones, from the writing of the files on, each; those before, which fill the database that is not one yet, now and then. */
#define N_LAST 28
#define STRIDE 16
#define BACKUP "a.omcbackup"

static const char *program;

/* What is done to the store between its backup and the restore. */
typedef struct
{
  const char *name;
  void (*spoil) (StoreFixture *f);
  gboolean opens;   /* before the restore */
  guint n_segments; /* after it */
} Case;

static void
lose_a_file (StoreFixture *f)
{
  g_autoptr (GPtrArray) files = NULL;

  audit_fixture_stretch (f);
  files = audit_fixture_list_files (f);
  g_assert_cmpint (g_unlink (g_ptr_array_index (files, 0)), ==, 0);
}

static void
edit_a_file (StoreFixture *f)
{
  g_autoptr (GPtrArray) files = audit_fixture_list_files (f);

  audit_fixture_fill (f, 2);
  g_assert_true (g_file_set_contents (g_ptr_array_index (files, 1), "nothing", -1, NULL));
}

static void
lose_the_database (StoreFixture *f)
{
  g_autofree char *garbage = g_strnfill (65536, 'x');

  omc_store_close (f->store);
  g_assert_true (g_file_set_contents (f->database, garbage, 65536, NULL));
}

static const Case CASES[] = {
  { "a-missing-file", lose_a_file, TRUE, 3 },
  { "a-spoilt-file", edit_a_file, TRUE, 2 },
  { "garbage", lose_the_database, FALSE, 2 },
};

static void
open_alone (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

static void
make (StoreFixture *f, const char *directory, const Case *how)
{
  g_autofree char *path = NULL;

  audit_fixture_set_up_alone (f, directory, 0);
  open_alone (f);
  audit_fixture_make_trail (f);
  audit_fixture_back_up (f, BACKUP, &path);
  how->spoil (f);
  audit_fixture_close (f);
}

static gboolean
run_restore (StoreFixture *f, GError **error)
{
  g_autofree char *path = g_build_filename (f->directory, BACKUP, NULL);
  g_auto (OmcRestoreReport) report = { { 0 } };

  return omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, &report, NULL, error);
}

static int
child_restore (const char *directory, int n)
{
  StoreFixture f;
  gboolean done;

  audit_fixture_set_up_alone (&f, directory, G_TIME_SPAN_DAY);
  disk_faults_die_at (n);
  done = run_restore (&f, NULL);
  disk_faults_die_at (0);

  return done ? 0 : 3;
}

/* Fewer steps may be needed than before, when its threads meet otherwise. */
static gboolean
restore_until (const char *directory, int n)
{
  int status = disk_faults_run_until (program, "--restore", directory, n);

  return WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0;
}

static void
assert_restored (StoreFixture *f, const Case *how)
{
  OmcAuditReport report = audit_fixture_check (f, TRUE);

  g_assert_cmpuint (report.n_segments, ==, how->n_segments);
  g_assert_cmpuint (report.n_entries, ==, store_fixture_status (f).audit_sequence);
  if (how->opens)
    g_assert_cmpint (report.finding, ==, OMC_AUDIT_INTACT);
  else
    g_assert_cmpint (report.finding, <, OMC_AUDIT_SEGMENT_MISSING);
}

/* One or the other, whole: TRUE when it is the restored one. */
static gboolean
is_restored (StoreFixture *f, const Case *how)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  if (!omc_store_open_sync (f->store, NULL, &error))
    {
      g_assert_false (how->opens);
      g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY);
      g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ""), ==, 2);
      return FALSE;
    }
  report = audit_fixture_check (f, TRUE);
  if (how->opens && report.finding != OMC_AUDIT_INTACT)
    {
      g_assert_cmpint (report.finding, >=, OMC_AUDIT_SEGMENT_MISSING);
      return FALSE;
    }
  assert_restored (f, how);

  return TRUE;
}

static void
assert_nothing_left (StoreFixture *f)
{
  g_assert_cmpuint (audit_fixture_count_in (f, ".", "restore."), ==, 1);
  g_assert_cmpuint (audit_fixture_count_in (f, ".", "restore.lock"), ==, 1);
  g_assert_cmpuint (audit_fixture_count_in (f, ".", "restoring"), ==, 0);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ".tmp"), ==, 0);
}

static void
examine (StoreFixture *f, const Case *how, guint *n_decided)
{
  g_autoptr (GError) error = NULL;

  if (is_restored (f, how))
    {
      (*n_decided)++;
      g_assert_cmpuint (audit_fixture_count_in (f, ".", "restoring"), ==, 0);
    }
  audit_fixture_close (f);
  run_restore (f, &error);
  g_assert_no_error (error);
  open_alone (f);
  assert_restored (f, how);
  assert_nothing_left (f);
}

static int
count_steps (const char *pristine, const char *directory)
{
  StoreFixture f;
  int n;

  store_fixture_copy_tree (pristine, directory);
  audit_fixture_set_up_alone (&f, directory, G_TIME_SPAN_DAY);
  disk_faults_die_at (STEPS_MAX);
  g_assert_true (run_restore (&f, NULL));
  n = STEPS_MAX - disk_faults_get_left ();
  disk_faults_die_at (0);
  audit_fixture_tear_down_alone (&f);
  store_fixture_remove_tree (directory);

  return n;
}

/* With a disk that refuses once: what it says is a sentence. */
static void
refuse (StoreFixture *f, int n)
{
  g_autoptr (GError) error = NULL;

  disk_faults_fail_at (n);
  if (!run_restore (f, &error))
    {
      g_assert_nonnull (error);
      g_assert_cmpuint (strlen (error->message), >, 0);
    }
  disk_faults_fail_at (0);
}

static void
test_steps (const Case *how, gboolean killed)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-restore-XXXXXX", NULL);
  g_autofree char *pristine = g_build_filename (folder, "pristine", NULL);
  g_autofree char *directory = g_build_filename (folder, "store", NULL);
  guint n_decided = 0, n_ends = 0;
  StoreFixture f;
  int n_steps;

  g_assert_cmpint (g_mkdir (pristine, 0700), ==, 0);
  make (&f, pristine, how);
  audit_fixture_tear_down_alone (&f);
  n_steps = count_steps (pristine, directory);
  for (int n = 1; n <= n_steps; n += n < n_steps - N_LAST - STRIDE ? STRIDE : 1, n_ends++)
    {
      store_fixture_copy_tree (pristine, directory);
      if (killed)
        g_assert_true (restore_until (directory, n));
      audit_fixture_set_up_alone (&f, directory, 2 * G_TIME_SPAN_DAY);
      if (!killed)
        refuse (&f, n);
      examine (&f, how, &n_decided);
      audit_fixture_tear_down_alone (&f);
      store_fixture_remove_tree (directory);
    }
  g_test_message ("%u of %d steps, %u after it was decided", n_ends, n_steps, n_decided);
  g_assert_cmpuint (n_decided, >, 3);
  g_assert_cmpuint (n_decided, <, n_ends);
  store_fixture_remove_tree (folder);
}

static void
test_killed (gconstpointer data)
{
  test_steps (data, TRUE);
}

static void
test_refused (gconstpointer data)
{
  test_steps (data, FALSE);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--restore") == 0)
    _exit (child_restore (argv[2], atoi (argv[3]))); /* nothing is freed */

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *killed = g_strconcat ("/store/restore-crash/killed/", CASES[i].name, NULL);
      g_autofree char *refused = g_strconcat ("/store/restore-crash/refused/", CASES[i].name, NULL);

      g_test_add_data_func (killed, &CASES[i], test_killed);
      g_test_add_data_func (refused, &CASES[i], test_refused);
    }

  return g_test_run ();
}
