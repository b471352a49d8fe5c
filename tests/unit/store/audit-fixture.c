/* audit-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "audit-fixture.h"
#include "omc-restore.h"
#include "omc-store-backup.h"

void
audit_fixture_set_up_alone (StoreFixture *f, const char *directory, gint64 later_us)
{
  *f = (StoreFixture){ 0 };
  store_fixture_set_up_alone (f, directory);
  f->administrator = omc_actor_new ("admin", "Admin D.", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  f->auditor = omc_actor_new ("auditor", "Auditor C.", OMC_ROLE_AUDITOR, NULL, NULL);
  omc_clock_advance (f->clock, later_us);
}

void
audit_fixture_tear_down_alone (StoreFixture *f)
{
  audit_fixture_close (f);
  g_clear_object (&f->store);
  g_clear_object (&f->keys);
  g_clear_object (&f->secrets);
  g_clear_object (&f->clock);
  g_clear_object (&f->nurse);
  g_clear_object (&f->administrator);
  g_clear_object (&f->auditor);
  g_clear_object (&f->device);
  g_free (f->directory);
  g_free (f->database);
}

void
audit_fixture_fill (StoreFixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *detail = g_strdup_printf ("the %uth", i);
      OmcAuditEvent event = { .type = "rest", .subtype = "test", .action = 'E', .detail = detail };

      g_assert_true (omc_store_audit_sync (f->store, f->nurse, &event, NULL, NULL));
    }
}

void
audit_fixture_acknowledge (StoreFixture *f, guint64 through)
{
  g_autoptr (GError) error = NULL;

  omc_store_acknowledge_audit (f->store, through, NULL, NULL, &error);
  g_assert_no_error (error);
}

OmcAuditArchiveCounts
audit_fixture_archive (StoreFixture *f, gint64 retention_us)
{
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts;

  omc_store_archive_audit_sync (f->store, f->administrator, retention_us, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts;
}

void
audit_fixture_archive_all (StoreFixture *f)
{
  guint64 last = store_fixture_status (f).audit_sequence;

  audit_fixture_acknowledge (f, last);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_segments, ==, 1);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, last);
}

void
audit_fixture_make_trail (StoreFixture *f)
{
  audit_fixture_fill (f, STRETCH);
  audit_fixture_archive_all (f);
  audit_fixture_fill (f, STRETCH);
  audit_fixture_archive_all (f);
  audit_fixture_fill (f, STRETCH);
}

OmcAuditReport
audit_fixture_check (StoreFixture *f, gboolean full)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  omc_store_check_audit_sync (f->store, full, NULL, NULL, &report, NULL, &error);
  g_assert_no_error (error);

  return report;
}

GPtrArray *
audit_fixture_list_files (StoreFixture *f)
{
  g_autofree char *folder = g_build_filename (f->directory, "audit-archive", NULL);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (files, g_build_filename (folder, name, NULL));
  g_ptr_array_sort_values (files, (GCompareFunc)strcmp);

  return files;
}

GPtrArray *
audit_fixture_list (StoreFixture *f, guint64 from, guint limit)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = omc_store_list_audit_sync (f->store, f->auditor, from, limit, NULL, &error);

  g_assert_no_error (error);

  return entries;
}

char *
audit_fixture_take_copy (StoreFixture *f, gsize *length)
{
  char *copy = NULL;

  omc_store_close (f->store);
  g_assert_true (g_file_get_contents (f->database, &copy, length, NULL));
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));

  return copy;
}

void
audit_fixture_put_copy (StoreFixture *f, const char *copy, gsize length)
{
  omc_store_close (f->store);
  g_assert_true (g_file_set_contents (f->database, copy, (gssize)length, NULL));
  store_fixture_reopen (f);
}

void
audit_fixture_stretch (StoreFixture *f)
{
  audit_fixture_fill (f, STRETCH);
  audit_fixture_archive_all (f);
}

/* --- in backups --- */

OmcBackupInfo
audit_fixture_back_up (StoreFixture *f, const char *name, char **path)
{
  OmcBackupInfo info = { 0 };
  g_autoptr (GError) error = NULL;

  *path = g_build_filename (f->directory, name, NULL);
  omc_store_backup_sync (f->store, f->nurse, *path, &info, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&info.keyring, g_bytes_unref);

  return info;
}

void
audit_fixture_assert_verifies (StoreFixture *f, const char *path, guint n_segments)
{
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  omc_restore_verify_sync (path, f->keys, f->directory, &info, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (info.n_segments, ==, n_segments);
}

void
audit_fixture_close (StoreFixture *f)
{
  omc_store_close (f->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

gboolean
audit_fixture_restore (StoreFixture *f, const char *path)
{
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (GError) error = NULL;

  audit_fixture_close (f);
  omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, &report, NULL, &error);
  g_assert_no_error (error);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);

  return report.trail_goes_on;
}

void
audit_fixture_assert_intact (StoreFixture *f, guint n_segments)
{
  guint64 head = store_fixture_status (f).audit_sequence;
  g_autoptr (GPtrArray) entries = audit_fixture_list (f, 1, 0);
  OmcAuditReport report = audit_fixture_check (f, TRUE);
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  gint64 n_data = -1;

  g_assert_cmpint (report.finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (report.n_entries, ==, head);
  g_assert_cmpuint (report.n_segments, ==, n_segments);
  g_assert_cmpuint (entries->len, ==, head);
  for (guint i = 0; i < entries->len; i++)
    g_assert_cmpuint (((OmcAuditEntry *)g_ptr_array_index (entries, i))->sequence, ==, i + 1);
  /* A file is in a backup or beside the database, and not in both. */
  g_assert_true (omc_db_get_integer (
      db, "SELECT count(*) FROM audit_segments WHERE data IS NOT NULL", 0, &n_data, NULL));
  g_assert_cmpint (n_data, ==, 0);
}

guint
audit_fixture_count_in (StoreFixture *f, const char *folder, const char *what)
{
  g_autofree char *path = g_build_filename (f->directory, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, what) != NULL;

  return n;
}
