/* test-store-audit-backup.c: archived entries of the audit trail in backups, and out of them
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "omc-keyring-file.h"
#include "omc-restore.h"
#include "omc-store-keys.h"

/* --- whole --- */

static void
test_round_trip (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *archive = g_build_filename (f->directory, "audit-archive", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *raw = NULL;
  g_autoptr (GPtrArray) files = NULL;
  gsize before_length, after_length, raw_length;
  OmcBackupInfo info;

  audit_fixture_make_trail (f);
  info = audit_fixture_back_up (f, "a.omcbackup", &path);
  g_assert_cmpuint (info.n_segments, ==, 2);
  g_assert_cmpuint (info.n_lost_segments, ==, 0);
  audit_fixture_assert_verifies (f, path, 2);
  files = audit_fixture_list_files (f);
  g_assert_true (g_file_get_contents (g_ptr_array_index (files, 0), &before, &before_length, NULL));
  g_assert_true (g_file_get_contents (path, &raw, &raw_length, NULL));
  g_assert_null (memmem (raw, raw_length, "OMCAUDIT", 8));
  store_fixture_remove_tree (archive);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_SEGMENT_MISSING);
  g_assert_true (audit_fixture_restore (f, path));
  audit_fixture_assert_intact (f, 2);
  g_assert_true (g_file_get_contents (g_ptr_array_index (files, 0), &after, &after_length, NULL));
  g_assert_cmpmem (before, before_length, after, after_length);
  audit_fixture_archive_all (f);
  audit_fixture_assert_intact (f, 3);
}

/* Where there was no store. */
static void
test_new_device (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *folder = g_dir_make_tmp ("omc-new-XXXXXX", NULL);
  g_auto (OmcBackupInfo) info = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (GError) error = NULL;
  g_autofree char *old_folder = NULL;

  audit_fixture_make_trail (f);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  omc_backup_file_read_info (path, &info, &error);
  g_assert_no_error (error);
  omc_keyring_file_replace (folder, OMC_KEYRING_FILE, info.keyring, &error);
  g_assert_no_error (error);
  audit_fixture_close (f);
  g_assert_finalize_object (f->store);
  g_clear_object (&f->keys);
  old_folder = g_steal_pointer (&f->directory);
  f->directory = g_strdup (folder);
  g_free (f->database);
  f->database = g_build_filename (folder, "omnicare.db", NULL);
  f->keys = store_fixture_new_keys (folder, f->secrets);
  f->store = omc_store_new (folder, f->keys, f->clock);
  omc_restore_sync (folder, f->keys, f->clock, f->nurse, path, &report, NULL, &error);
  g_assert_no_error (error);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  audit_fixture_assert_intact (f, 2);
  audit_fixture_archive_all (f);
  audit_fixture_assert_intact (f, 3);
  store_fixture_remove_tree (old_folder);
}

/* --- over a store that went on: at every moment of it --- */

typedef struct
{
  const char *name;
  guint stretches;  /* archived when the backup is made */
  gboolean pending; /* with entries behind them */
  gboolean to_end;  /* one that ends where the backup does */
  guint more;       /* archived after it */
} Moment;

static const Moment MOMENTS[] = {
  { "before-the-first-entry", 0, FALSE, FALSE, 2 },
  { "before-the-first-file", 0, TRUE, FALSE, 1 },
  { "before-two-files", 0, TRUE, FALSE, 2 },
  { "between-files", 1, TRUE, FALSE, 1 },
  { "at-the-end-of-the-first-file", 0, TRUE, TRUE, 0 },
  { "at-the-end-of-a-file", 1, TRUE, TRUE, 1 },
  { "after-the-files", 2, TRUE, FALSE, 0 },
  { "after-the-files-at-the-end", 2, FALSE, FALSE, 0 },
};

static void
test_moment (StoreFixture *f, gconstpointer data)
{
  const Moment *moment = data;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) uploads = NULL;
  guint n_segments = moment->stretches + moment->to_end + moment->more;
  guint64 sent, archived, head;

  for (guint i = 0; i < moment->stretches; i++)
    audit_fixture_stretch (f);
  if (moment->pending)
    audit_fixture_fill (f, STRETCH / 2);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  audit_fixture_assert_verifies (f, path, moment->stretches);
  if (moment->to_end)
    audit_fixture_archive_all (f);
  for (guint i = 0; i < moment->more; i++)
    audit_fixture_stretch (f);
  audit_fixture_fill (f, 3);
  head = store_fixture_status (f).audit_sequence;
  sent = head - 1;
  audit_fixture_acknowledge (f, sent);
  archived = store_fixture_status (f).audit_archived;
  g_assert_true (audit_fixture_restore (f, path));
  audit_fixture_assert_intact (f, n_segments);
  store_fixture_assert_sound (f);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, archived);
  /* What is sent stays so, and what is not goes up. */
  uploads = omc_store_take_audit (f->store, 100, NULL, NULL);
  g_assert_cmpuint (uploads->len, ==, store_fixture_status (f).audit_sequence - sent);
  g_assert_cmpuint (((OmcAuditUpload *)g_ptr_array_index (uploads, 0))->entry->sequence, ==, head);
  g_assert_cmpuint (audit_fixture_count_in (f, "audit-archive", ".before"), ==, 0);
  audit_fixture_stretch (f);
  audit_fixture_assert_intact (f, n_segments + 1);
}

/* What the server refused waits for a person after the restore as before it, and is not archived. */
static void
test_refused_stays (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) refused =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_refusal_free);
  OmcAuditRefusal *refusal = g_new0 (OmcAuditRefusal, 1);
  g_autoptr (GPtrArray) uploads = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  audit_fixture_back_up (f, "a.omcbackup", &path);
  audit_fixture_fill (f, 20);
  refusal->sequence = 12;
  refusal->error = g_strdup ("no");
  g_ptr_array_add (refused, refusal);
  omc_store_acknowledge_audit (f->store, 20, refused, NULL, &error);
  g_assert_no_error (error);
  omc_clock_advance (f->clock, G_TIME_SPAN_DAY);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, 11);
  g_assert_true (audit_fixture_restore (f, path));
  audit_fixture_assert_intact (f, 1);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, 0);
  omc_store_retry_audit_sync (f->store, f->auditor, &error);
  g_assert_no_error (error);
  uploads = omc_store_take_audit (f->store, 1, NULL, NULL);
  g_assert_cmpuint (((OmcAuditUpload *)g_ptr_array_index (uploads, 0))->entry->sequence, ==, 12);
}

/* --- while archiving goes on --- */

static gpointer
archive_on (gpointer data)
{
  StoreFixture *f = data;

  for (guint i = 0; i < 25; i++)
    {
      audit_fixture_fill (f, 4);
      audit_fixture_acknowledge (f, store_fixture_status (f).audit_sequence);
      omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
      audit_fixture_archive (f, 0);
    }

  return NULL;
}

/* An entry that moves is in one place of the backup, whenever that is made. */
static void
test_online (StoreFixture *f, gconstpointer data)
{
  GThread *thread;

  audit_fixture_stretch (f);
  thread = g_thread_new ("archiver", archive_on, f);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.omcbackup", i);
      g_autofree char *path = NULL;
      OmcBackupInfo info = audit_fixture_back_up (f, name, &path);

      g_assert_cmpuint (info.n_lost_segments, ==, 0);
      audit_fixture_assert_verifies (f, path, info.n_segments);
    }
  g_thread_join (thread);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.omcbackup", i);
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_assert_true (audit_fixture_restore (f, path));
      audit_fixture_assert_intact (f, 26);
    }
}

/* --- keys --- */

static void
rotate_all (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated = FALSE;

  omc_store_rotate_data_key_sync (f->store, f->device, 0, &rotated, NULL, &error);
  g_assert_no_error (error);
  omc_store_rotate_database_key_sync (f->store, f->device, NULL, &error);
  g_assert_no_error (error);
  omc_key_manager_rotate_master_sync (f->keys, &error);
  g_assert_no_error (error);
  store_fixture_reopen (f);
}

static void
test_rotations (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  audit_fixture_stretch (f);
  rotate_all (f);
  audit_fixture_assert_intact (f, 1);
  audit_fixture_stretch (f);
  rotate_all (f);
  audit_fixture_assert_intact (f, 2);
  audit_fixture_back_up (f, "a.omcbackup", &path);
  audit_fixture_assert_verifies (f, path, 2);
  g_assert_true (audit_fixture_restore (f, path));
  audit_fixture_assert_intact (f, 2);
}

static void
add_test (const char *path, gconstpointer data, void (*func) (StoreFixture *f, gconstpointer data))
{
  g_test_add (path, StoreFixture, data, store_fixture_set_up, func, store_fixture_tear_down);
}

#define PREFIX "/store/audit-backup/"

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test (PREFIX "the-files-come-back", NULL, test_round_trip);
  add_test (PREFIX "a-new-device-has-the-files", NULL, test_new_device);
  for (gsize i = 0; i < G_N_ELEMENTS (MOMENTS); i++)
    {
      g_autofree char *path =
          g_strconcat (PREFIX, "over-a-store-that-went-on/", MOMENTS[i].name, NULL);

      add_test (path, &MOMENTS[i], test_moment);
    }
  add_test (PREFIX "is-of-one-moment-while-archiving-goes-on", NULL, test_online);
  add_test (PREFIX "what-was-refused-waits-on", NULL, test_refused_stays);
  add_test (PREFIX "no-rotation-of-keys-hides-a-file", NULL, test_rotations);

  return g_test_run ();
}
