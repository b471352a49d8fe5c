/* test-store-audit-archive.c: which entries of the audit trail go into files, and are read there
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "omc-audit-mark.h"
#include "omc-audit-segment.h"
#include "omc-stmt.h"

static void
assert_same_entries (GPtrArray *a, GPtrArray *b, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const OmcAuditEntry *one = g_ptr_array_index (a, i);
      const OmcAuditEntry *other = g_ptr_array_index (b, i);

      g_assert_cmpuint (one->sequence, ==, i + 1);
      g_assert_cmpuint (other->sequence, ==, i + 1);
      g_assert_cmpint (one->recorded_us, ==, other->recorded_us);
      g_assert_cmpstr (one->type, ==, other->type);
      g_assert_cmpstr (one->user, ==, other->user);
      g_assert_cmpstr (one->patient_id, ==, other->patient_id);
      g_assert_cmpstr (one->detail, ==, other->detail);
      g_assert_cmpuint (one->n_items, ==, other->n_items);
    }
}

/* Reading goes over the border, in pages that end anywhere. */
static void
test_reads_on (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;
  guint64 next = 1;

  audit_fixture_fill (f, 3 * STRETCH);
  before = audit_fixture_list (f, 1, 0);
  g_assert_cmpuint (before->len, ==, 3 * STRETCH);
  audit_fixture_acknowledge (f, STRETCH);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, STRETCH);
  audit_fixture_acknowledge (f, 2 * STRETCH);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, STRETCH);
  after = audit_fixture_list (f, 1, 0);
  g_assert_cmpuint (after->len, ==, 3 * STRETCH + 2);
  assert_same_entries (before, after, before->len);
  for (guint limit = 1; limit < 8; limit++)
    {
      for (next = 1; next <= after->len;)
        {
          g_autoptr (GPtrArray) page = audit_fixture_list (f, next, limit);

          g_assert_cmpuint (page->len, ==, MIN (limit, after->len - (next - 1)));
          for (guint i = 0; i < page->len; i++)
            g_assert_cmpuint (((OmcAuditEntry *)g_ptr_array_index (page, i))->sequence, ==,
                              next + i);
          next += page->len;
        }
    }
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_entries, ==, 3 * STRETCH + 2);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).n_segments, ==, 2);
}

static void
test_reads_lists (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  guint64 next;

  store_fixture_from_server (
      f, NULL, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"1\"}}",
      "{\"resourceType\":\"Patient\",\"id\":\"p2\",\"meta\":{\"versionId\":\"1\"}}", NULL);
  audit_fixture_archive_all (f);
  entries =
      omc_store_list_audit_of_patient_sync (f->store, f->auditor, "p2", 1, 10, &next, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (next, ==, 0);
  g_assert_cmpuint (entries->len, ==, 1);
  items = omc_store_list_audit_items_sync (f->store, f->auditor, 1, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_cmpstr (((OmcAuditItem *)g_ptr_array_index (items, 1))->resource_id, ==, "p2");
}

/* What the server has not accepted, refused, or what is not old enough, stays. */
static void
test_only_accepted (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) refused =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_refusal_free);
  OmcAuditRefusal *refusal = g_new0 (OmcAuditRefusal, 1);
  g_autoptr (GError) error = NULL;

  audit_fixture_fill (f, 20);
  omc_clock_advance (f->clock, 10 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 0);
  audit_fixture_acknowledge (f, 5);
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 5);
  refusal->sequence = 12;
  refusal->error = g_strdup ("no");
  g_ptr_array_add (refused, refusal);
  omc_store_acknowledge_audit (f->store, 20, refused, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 6);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 11);
  omc_store_retry_audit_sync (f->store, f->auditor, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 0);
  audit_fixture_acknowledge (f, store_fixture_status (f).audit_sequence);
  g_assert_cmpuint (audit_fixture_archive (f, 30 * G_TIME_SPAN_DAY).n_entries, ==, 0);
  /* Those about the files were made just now. */
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 9);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 20);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
}

/* A clock that was years ahead for a while holds nothing up. */
static void
test_wrong_clock (StoreFixture *f, gconstpointer data)
{
  gint64 now_us = omc_clock_get_now (f->clock);

  audit_fixture_fill (f, 3);
  omc_clock_set_server_time (f->clock, now_us + 3650 * G_TIME_SPAN_DAY);
  audit_fixture_fill (f, 3);
  omc_clock_set_server_time (f->clock, now_us + 10 * G_TIME_SPAN_DAY);
  audit_fixture_fill (f, 3);
  audit_fixture_acknowledge (f, 9);
  g_assert_cmpuint (audit_fixture_archive (f, G_TIME_SPAN_DAY).n_entries, ==, 6);
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts;

  audit_fixture_fill (f, 3);
  audit_fixture_acknowledge (f, 3);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_false (omc_store_archive_audit_sync (f->store, f->nurse, 0, &counts, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 0);
}

/* A broken trail is not put away. */
static void
test_broken_stays (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts;

  audit_fixture_fill (f, 9);
  audit_fixture_acknowledge (f, 9);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_assert_true (omc_db_execute (
      db, "UPDATE audit_log SET entry = CAST ('x' AS BLOB) WHERE sequence = 5", NULL));
  g_assert_false (
      omc_store_archive_audit_sync (f->store, f->administrator, 0, &counts, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "entry 5"));
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 0);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).place, ==, 5);
}

/* Without anybody who asks, once a day's entries are due. */
static void
test_by_itself (StoreFixture *f, gconstpointer data)
{
  audit_fixture_fill (f, 9);
  audit_fixture_acknowledge (f, 9);
  omc_clock_advance (f->clock, 9 * G_TIME_SPAN_DAY);
  audit_fixture_fill (f, 2);
  omc_store_close (f->store);
  omc_store_set_audit_retention (f->store, 7 * G_TIME_SPAN_DAY);
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));
  for (guint i = 0; i < 5000 && store_fixture_status (f).audit_archived == 0; i++)
    g_usleep (1000);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 9);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
}

/* What a crash left of an archive that was not finished goes away; another store's file does not. */
static void
test_left_over (StoreFixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *part = g_build_filename (f->directory, "audit-archive", "x.tmp", NULL);
  g_autofree char *other = g_build_filename (
      f->directory, "audit-archive", "000000000001-000000000007-0123456789abcdef.omcaudit", NULL);
  g_autoptr (GPtrArray) files = NULL;
  gsize length;

  audit_fixture_fill (f, STRETCH);
  before = audit_fixture_take_copy (f, &length);
  audit_fixture_archive_all (f);
  audit_fixture_put_copy (f, before, length);
  g_assert_true (g_file_set_contents (part, "x", 1, NULL));
  g_assert_true (g_file_set_contents (other, "x", 1, NULL));
  audit_fixture_acknowledge (f, 4);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, 4);
  files = audit_fixture_list_files (f);
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/audit-archive/reading-goes-over-the-border", test_reads_on, NULL);
  store_fixture_add ("/store/audit-archive/lists-of-records-are-kept", test_reads_lists, NULL);
  store_fixture_add ("/store/audit-archive/only-what-the-server-accepted-and-old-enough",
                     test_only_accepted, NULL);
  store_fixture_add ("/store/audit-archive/a-clock-ahead-holds-nothing-up", test_wrong_clock, NULL);
  store_fixture_add ("/store/audit-archive/only-for-those-who-may", test_denied, NULL);
  store_fixture_add ("/store/audit-archive/what-is-broken-stays", test_broken_stays, NULL);
  store_fixture_add ("/store/audit-archive/by-itself", test_by_itself, NULL);
  store_fixture_add ("/store/audit-archive/what-a-crash-left-goes", test_left_over, NULL);

  return g_test_run ();
}
