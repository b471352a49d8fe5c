/* audit-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "audit-fixture.h"

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
