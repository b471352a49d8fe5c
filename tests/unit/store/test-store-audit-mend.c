/* test-store-audit-mend.c: spoilt files of the audit archive, other trails, and what a backup makes of them
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "omc-restore.h"

static char *
find_kept (StoreFixture *f, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && !g_str_has_suffix (name, "-wal"))
      return g_build_filename (f->directory, name, NULL);

  return NULL;
}

/* --- hostile: what was done to the files before a restore --- */

static void
spoil_remove (GPtrArray *files)
{
  g_assert_cmpint (g_unlink (g_ptr_array_index (files, 0)), ==, 0);
}

static void
change (const char *path, gsize place, gssize length)
{
  g_autofree char *text = NULL;
  gsize whole;

  g_assert_true (g_file_get_contents (path, &text, &whole, NULL));
  text[place] ^= 1;
  g_assert_true (g_file_set_contents (path, text, length < 0 ? (gssize)whole : length, NULL));
}

static void
spoil_cut (GPtrArray *files)
{
  change (g_ptr_array_index (files, 0), 0, 100);
}

static void
spoil_body (GPtrArray *files)
{
  change (g_ptr_array_index (files, 1), 300, -1);
}

static void
spoil_rename (GPtrArray *files)
{
  g_autofree char *aside = g_strconcat (g_ptr_array_index (files, 0), "-", NULL);

  g_assert_cmpint (g_rename (g_ptr_array_index (files, 0), aside), ==, 0);
}

static void
spoil_swap (GPtrArray *files)
{
  g_autofree char *aside = g_strconcat (g_ptr_array_index (files, 0), "-", NULL);

  g_assert_cmpint (g_rename (g_ptr_array_index (files, 0), aside), ==, 0);
  g_assert_cmpint (g_rename (g_ptr_array_index (files, 1), g_ptr_array_index (files, 0)), ==, 0);
  g_assert_cmpint (g_rename (aside, g_ptr_array_index (files, 1)), ==, 0);
}

static void
spoil_repeat (GPtrArray *files)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (g_ptr_array_index (files, 0), &text, &length, NULL));
  g_assert_true (g_file_set_contents (g_ptr_array_index (files, 1), text, (gssize)length, NULL));
}

static void
spoil_folder (GPtrArray *files)
{
  g_autofree char *folder = g_path_get_dirname (g_ptr_array_index (files, 0));

  store_fixture_remove_tree (folder);
}

typedef struct
{
  const char *name;
  void (*spoil) (GPtrArray *files);
  guint n_lost; /* for a backup that is made after it */
  guint n_kept; /* beside the restored ones */
} Deed;

static const Deed DEEDS[] = {
  { "a-missing-file", spoil_remove, 1, 0 },   { "a-cut-file", spoil_cut, 1, 1 },
  { "an-edited-file", spoil_body, 1, 1 },     { "a-renamed-file", spoil_rename, 1, 0 },
  { "swapped-files", spoil_swap, 2, 2 },      { "a-repeated-file", spoil_repeat, 1, 1 },
  { "a-missing-folder", spoil_folder, 2, 0 },
};

/* The backup of before brings the files back; what was in their place is kept. */
static void
test_mended (StoreFixture *f, gconstpointer data)
{
  const Deed *deed = data;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) files = NULL;

  audit_fixture_make_trail (f);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  files = audit_fixture_list_files (f);
  deed->spoil (files);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, !=, OMC_AUDIT_INTACT);
  audit_fixture_fill (f, 3);
  g_assert_true (audit_fixture_restore (f, path));
  audit_fixture_assert_intact (f, 2);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ".before-"), ==, deed->n_kept);
}

/* A file that was made of the same entries another time. */
static void
test_replayed (StoreFixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *path = NULL;
  g_autofree char *bad = NULL;
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  gsize before_length, after_length;
  OmcAuditReport report;

  audit_fixture_fill (f, STRETCH);
  audit_fixture_acknowledge (f, STRETCH);
  before = audit_fixture_take_copy (f, &before_length);
  audit_fixture_archive_all (f);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  after = audit_fixture_take_copy (f, &after_length);
  audit_fixture_put_copy (f, before, before_length);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, STRETCH);
  audit_fixture_put_copy (f, after, after_length);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_SEGMENT_FOREIGN);
  audit_fixture_back_up (f, "bad.omcbackup", &bad);
  g_assert_false (omc_restore_verify_sync (bad, f->keys, f->directory, &info, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "1 to 10"));
  g_assert_true (audit_fixture_restore (f, path));
  report = audit_fixture_check (f, TRUE);
  /* That it was rolled back is all that is to be found. */
  g_assert_cmpint (report.finding, <, OMC_AUDIT_SEGMENT_MISSING);
  g_assert_cmpuint (report.n_entries, ==, store_fixture_status (f).audit_sequence);
  g_assert_cmpuint (report.n_segments, ==, 1);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ".before-"), ==, 1);
}

/* A backup is made all the same, says what is not in it, and brings the rest back. */
static void
test_without (StoreFixture *f, gconstpointer data)
{
  const Deed *deed = data;
  g_autofree char *path = NULL;
  g_autofree char *old = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_auto (OmcBackupInfo) verified = { 0 };
  g_autoptr (GError) error = NULL;
  OmcBackupInfo info;

  audit_fixture_make_trail (f);
  audit_fixture_back_up (f, "old.omcbackup", &old);
  files = audit_fixture_list_files (f);
  deed->spoil (files);
  info = audit_fixture_back_up (f, "a.omcbackup", &path);
  g_assert_cmpuint (info.n_segments, ==, 2);
  g_assert_cmpuint (info.n_lost_segments, ==, deed->n_lost);
  g_assert_false (omc_restore_verify_sync (path, f->keys, f->directory, &verified, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, deed->spoil == spoil_body || deed->spoil == spoil_repeat
                                                ? "11 to 21"
                                                : "1 to 10"));
  /* The files come from the older backup, whatever the newer one lacks. */
  g_assert_true (audit_fixture_restore (f, path));
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, !=, OMC_AUDIT_INTACT);
  g_assert_true (audit_fixture_restore (f, old));
  audit_fixture_assert_intact (f, 2);
}

/* --- another trail --- */

static void
assert_kept (StoreFixture *f, guint64 head)
{
  g_autofree char *kept = find_kept (f, "omnicare.db.before-");
  g_autofree char *kept_archive = find_kept (f, "audit-archive.before-");
  g_autofree char *archive = g_build_filename (f->directory, "audit-archive", NULL);
  OmcAuditReport report;

  g_assert_nonnull (kept);
  g_assert_nonnull (kept_archive);
  audit_fixture_close (f);
  store_fixture_remove_tree (archive);
  g_assert_cmpint (g_rename (kept, f->database), ==, 0);
  g_assert_cmpint (g_rename (kept_archive, archive), ==, 0);
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));
  report = audit_fixture_check (f, TRUE);
  g_assert_cmpuint (report.n_entries, >=, head);
  g_assert_cmpuint (report.n_segments, ==, 2);
  /* That it was rolled back once is all that is to be found. */
  g_assert_cmpint (report.finding, ==, OMC_AUDIT_CUT);
}

/* A backup whose end is not in the store's trail: both stay as they are, each with its files. */
static void
test_other_branch (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *copy = NULL;
  g_autoptr (GPtrArray) uploads = NULL;
  OmcAuditReport report;
  guint64 head;
  gsize length;

  audit_fixture_stretch (f);
  copy = audit_fixture_take_copy (f, &length);
  audit_fixture_stretch (f);
  audit_fixture_stretch (f);
  audit_fixture_fill (f, 3);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  audit_fixture_put_copy (f, copy, length);
  audit_fixture_stretch (f);
  audit_fixture_fill (f, 7);
  head = store_fixture_status (f).audit_sequence;
  g_assert_false (audit_fixture_restore (f, path));
  report = audit_fixture_check (f, TRUE);
  g_assert_cmpuint (report.n_segments, ==, 3);
  g_assert_cmpuint (report.n_entries, ==, store_fixture_status (f).audit_sequence);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ""), ==, 3);
  /* What the restored store has not sent, by its own word, goes up. */
  uploads = omc_store_take_audit (f->store, 1, NULL, NULL);
  g_assert_cmpuint (((OmcAuditUpload *)g_ptr_array_index (uploads, 0))->entry->sequence, ==,
                    store_fixture_status (f).audit_archived + 1);
  audit_fixture_archive_all (f);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_segments, ==, 4);
  assert_kept (f, head - 7);
}

/* One that cannot be opened: what the backup has takes its place, and its files are kept with it. */
static void
test_over_damage (StoreFixture *f, gconstpointer data)
{
  const char *how = data;
  g_autofree char *path = NULL;
  g_autofree char *garbage = g_strnfill (65536, 'x');
  g_autofree char *kept = NULL;
  guint64 head;

  audit_fixture_stretch (f);
  audit_fixture_fill (f, 3);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  head = store_fixture_status (f).audit_sequence;
  audit_fixture_stretch (f);
  audit_fixture_close (f);
  if (g_str_equal (how, "missing"))
    g_unlink (f->database);
  else
    g_assert_true (g_file_set_contents (f->database, garbage, 65536, NULL));
  g_assert_false (audit_fixture_restore (f, path));
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_segments, ==, 1);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).place, >=, head);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ""), ==, 1);
  kept = find_kept (f, "audit-archive.before-");
  g_assert_nonnull (kept);
  g_assert_cmpuint (audit_fixture_count_in (f, strrchr (kept, '/') + 1, ""), ==, 2);
  /* A second time, too. */
  g_unlink (path);
  g_free (g_steal_pointer (&path));
  audit_fixture_back_up (f, "b.omcbackup", &path);
  audit_fixture_close (f);
  g_unlink (f->database);
  g_assert_false (audit_fixture_restore (f, path));
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_segments, ==, 1);
}

/* Where the backup lacks a file that is here. */
static void
test_file_from_here (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GPtrArray) files = NULL;

  audit_fixture_make_trail (f);
  files = audit_fixture_list_files (f);
  aside = g_build_filename (f->directory, "aside", NULL);
  g_assert_cmpint (g_rename (g_ptr_array_index (files, 0), aside), ==, 0);
  g_assert_cmpuint (audit_fixture_back_up (f, "a.omcbackup", &path).n_lost_segments, ==, 1);
  g_assert_cmpint (g_rename (aside, g_ptr_array_index (files, 0)), ==, 0);
  audit_fixture_close (f);
  g_unlink (f->database);
  g_assert_false (audit_fixture_restore (f, path));
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_segments, ==, 2);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_entries, ==,
                    store_fixture_status (f).audit_sequence);
}

static void
add_test (const char *path, gconstpointer data, void (*func) (StoreFixture *f, gconstpointer data))
{
  g_test_add (path, StoreFixture, data, store_fixture_set_up, func, store_fixture_tear_down);
}

#define PREFIX "/store/audit-backup/"

static void
add_named (const char *what, const Deed *deed, void (*func) (StoreFixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat (PREFIX, what, "/", deed->name, NULL);

  add_test (path, deed, func);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    {
      add_named ("a-restore-mends", &DEEDS[i], test_mended);
      add_named ("a-backup-tells-of", &DEEDS[i], test_without);
    }
  add_test (PREFIX "a-restore-mends/a-file-made-another-time", NULL, test_replayed);
  add_test (PREFIX "another-branch-is-kept-whole", NULL, test_other_branch);
  add_test (PREFIX "over-a-store-of-garbage", "garbage", test_over_damage);
  add_test (PREFIX "over-a-missing-store", "missing", test_over_damage);
  add_test (PREFIX "a-file-that-only-this-device-has", NULL, test_file_from_here);

  return g_test_run ();
}
