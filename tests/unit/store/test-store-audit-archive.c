/* test-store-audit-archive.c: older entries of the audit trail in files beside the database
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "omc-audit-mark.h"
#include "omc-audit-segment.h"
#include "omc-stmt.h"
#include "omc-store-audit-upload.h"
#include "omc-store-audit.h"
#include "store-fixture.h"

/* Two files of ten entries and more, and a table of ten and more behind them. */
#define STRETCH 10

static void
fill (StoreFixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *detail = g_strdup_printf ("the %uth", i);
      OmcAuditEvent event = { .type = "rest", .subtype = "test", .action = 'E', .detail = detail };

      g_assert_true (omc_store_audit_sync (f->store, f->nurse, &event, NULL, NULL));
    }
}

static void
acknowledge (StoreFixture *f, guint64 through)
{
  g_autoptr (GError) error = NULL;

  omc_store_acknowledge_audit (f->store, through, NULL, NULL, &error);
  g_assert_no_error (error);
}

static OmcAuditArchiveCounts
archive (StoreFixture *f, gint64 retention_us)
{
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts;

  omc_store_archive_audit_sync (f->store, f->administrator, retention_us, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts;
}

/* Everything up to now into one file. */
static void
archive_all (StoreFixture *f)
{
  guint64 last = store_fixture_status (f).audit_sequence;

  acknowledge (f, last);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_cmpuint (archive (f, 0).n_segments, ==, 1);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, last);
}

static void
make_trail (StoreFixture *f)
{
  fill (f, STRETCH);
  archive_all (f);
  fill (f, STRETCH);
  archive_all (f);
  fill (f, STRETCH);
}

static OmcAuditReport
check (StoreFixture *f, gboolean full)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  omc_store_check_audit_sync (f->store, full, NULL, NULL, &report, NULL, &error);
  g_assert_no_error (error);

  return report;
}

/* The files, oldest first. */
static GPtrArray *
list_files (StoreFixture *f)
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

static GPtrArray *
list (StoreFixture *f, guint64 from, guint limit)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = omc_store_list_audit_sync (f->store, f->auditor, from, limit, NULL, &error);

  g_assert_no_error (error);

  return entries;
}

/* --- what goes, and what stays --- */

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

  fill (f, 3 * STRETCH);
  before = list (f, 1, 0);
  g_assert_cmpuint (before->len, ==, 3 * STRETCH);
  acknowledge (f, STRETCH);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_cmpuint (archive (f, 0).n_entries, ==, STRETCH);
  acknowledge (f, 2 * STRETCH);
  g_assert_cmpuint (archive (f, 0).n_entries, ==, STRETCH);
  after = list (f, 1, 0);
  g_assert_cmpuint (after->len, ==, 3 * STRETCH + 2);
  assert_same_entries (before, after, before->len);
  for (guint limit = 1; limit < 8; limit++)
    {
      for (next = 1; next <= after->len;)
        {
          g_autoptr (GPtrArray) page = list (f, next, limit);

          g_assert_cmpuint (page->len, ==, MIN (limit, after->len - (next - 1)));
          for (guint i = 0; i < page->len; i++)
            g_assert_cmpuint (((OmcAuditEntry *)g_ptr_array_index (page, i))->sequence, ==,
                              next + i);
          next += page->len;
        }
    }
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (check (f, TRUE).n_entries, ==, 3 * STRETCH + 2);
  g_assert_cmpuint (check (f, TRUE).n_segments, ==, 2);
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
  archive_all (f);
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

  fill (f, 20);
  omc_clock_advance (f->clock, 10 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 0);
  acknowledge (f, 5);
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 5);
  refusal->sequence = 12;
  refusal->error = g_strdup ("no");
  g_ptr_array_add (refused, refusal);
  omc_store_acknowledge_audit (f->store, 20, refused, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 6);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 11);
  omc_store_retry_audit_sync (f->store, f->auditor, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 0);
  acknowledge (f, store_fixture_status (f).audit_sequence);
  g_assert_cmpuint (archive (f, 30 * G_TIME_SPAN_DAY).n_entries, ==, 0);
  /* Those about the files were made just now. */
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 9);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 20);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
}

/* A clock that was years ahead for a while holds nothing up. */
static void
test_wrong_clock (StoreFixture *f, gconstpointer data)
{
  gint64 now_us = omc_clock_get_now (f->clock);

  fill (f, 3);
  omc_clock_set_server_time (f->clock, now_us + 3650 * G_TIME_SPAN_DAY);
  fill (f, 3);
  omc_clock_set_server_time (f->clock, now_us + 10 * G_TIME_SPAN_DAY);
  fill (f, 3);
  acknowledge (f, 9);
  g_assert_cmpuint (archive (f, G_TIME_SPAN_DAY).n_entries, ==, 6);
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  OmcAuditArchiveCounts counts;

  fill (f, 3);
  acknowledge (f, 3);
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

  fill (f, 9);
  acknowledge (f, 9);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_assert_true (omc_db_execute (
      db, "UPDATE audit_log SET entry = CAST ('x' AS BLOB) WHERE sequence = 5", NULL));
  g_assert_false (
      omc_store_archive_audit_sync (f->store, f->administrator, 0, &counts, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  g_assert_nonnull (strstr (error->message, "entry 5"));
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 0);
  g_assert_cmpuint (check (f, TRUE).place, ==, 5);
}

/* Without anybody who asks, once a day's entries are due. */
static void
test_by_itself (StoreFixture *f, gconstpointer data)
{
  fill (f, 9);
  acknowledge (f, 9);
  omc_clock_advance (f->clock, 9 * G_TIME_SPAN_DAY);
  fill (f, 2);
  omc_store_close (f->store);
  omc_store_set_audit_retention (f->store, 7 * G_TIME_SPAN_DAY);
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));
  for (guint i = 0; i < 5000 && store_fixture_status (f).audit_archived == 0; i++)
    g_usleep (1000);
  g_assert_cmpuint (store_fixture_status (f).audit_archived, ==, 9);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
}

/* --- what is done to the files --- */

static void
remove_first (GPtrArray *files)
{
  g_assert_cmpint (g_unlink (g_ptr_array_index (files, 0)), ==, 0);
}

static void
remove_second (GPtrArray *files)
{
  g_assert_cmpint (g_unlink (g_ptr_array_index (files, 1)), ==, 0);
}

static void
cut_to (const char *path, gsize (*shorter) (gsize length))
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (path, text, (gssize)shorter (length), NULL));
}

static gsize
by_one (gsize length)
{
  return length - 1;
}

static gsize
to_header (gsize length)
{
  return OMC_AUDIT_SEGMENT_HEADER_LENGTH;
}

static gsize
to_nothing (gsize length)
{
  return 0;
}

static void
cut_second (GPtrArray *files)
{
  cut_to (g_ptr_array_index (files, 1), by_one);
}

static void
cut_to_header (GPtrArray *files)
{
  cut_to (g_ptr_array_index (files, 0), to_header);
}

static void
cut_to_nothing (GPtrArray *files)
{
  cut_to (g_ptr_array_index (files, 0), to_nothing);
}

static void
flip (const char *path, gsize at)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  text[MIN (at, length - 1)] ^= 1;
  g_assert_true (g_file_set_contents (path, text, (gssize)length, NULL));
}

static void
edit_header (GPtrArray *files)
{
  flip (g_ptr_array_index (files, 1), 30);
}

static void
edit_code (GPtrArray *files)
{
  flip (g_ptr_array_index (files, 1), OMC_AUDIT_SEGMENT_HEADER_LENGTH - 1);
}

static void
edit_body (GPtrArray *files)
{
  flip (g_ptr_array_index (files, 1), OMC_AUDIT_SEGMENT_HEADER_LENGTH + 60);
}

static void
swap (GPtrArray *files)
{
  const char *one = g_ptr_array_index (files, 0);
  const char *other = g_ptr_array_index (files, 1);
  g_autofree char *aside = g_strconcat (one, "-", NULL);

  g_assert_cmpint (g_rename (one, aside), ==, 0);
  g_assert_cmpint (g_rename (other, one), ==, 0);
  g_assert_cmpint (g_rename (aside, other), ==, 0);
}

static void
repeat (GPtrArray *files)
{
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (g_ptr_array_index (files, 0), &text, &length, NULL));
  g_assert_true (g_file_set_contents (g_ptr_array_index (files, 1), text, (gssize)length, NULL));
}

/* By somebody who knows the format and has a key of their own. */
static void
rebuild (GPtrArray *files)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autoptr (OmcCodec) codec = omc_codec_new (NULL);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  const OmcAuditSegmentInfo info = { .first = 11, .last = 21 };
  const OmcAuditRecord record = { .entry = "nothing", .length = 7 };
  g_autoptr (GBytes) file = NULL;

  for (guint i = 0; i < 11; i++)
    omc_audit_segment_add (plain, &record);
  file = omc_audit_segment_seal (&info, plain, key, codec, NULL);
  g_assert_true (g_file_set_contents (g_ptr_array_index (files, 1), g_bytes_get_data (file, NULL),
                                      (gssize)g_bytes_get_size (file), NULL));
}

typedef struct
{
  const char *name;
  void (*spoil) (GPtrArray *files);
  OmcAuditFinding finding;
  guint64 place;
  guint64 through;
  gboolean full_only; /* what a file holds is not read every day */
} FileDeed;

static const FileDeed FILE_DEEDS[] = {
  { "a-first-file-removed", remove_first, OMC_AUDIT_SEGMENT_MISSING, 1, 10, FALSE },
  { "a-last-file-removed", remove_second, OMC_AUDIT_SEGMENT_MISSING, 11, 21, FALSE },
  { "a-file-cut", cut_second, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
  { "a-file-cut-to-its-header", cut_to_header, OMC_AUDIT_SEGMENT_DAMAGED, 1, 10, FALSE },
  { "an-empty-file", cut_to_nothing, OMC_AUDIT_SEGMENT_DAMAGED, 1, 10, FALSE },
  { "a-header-edited", edit_header, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
  { "a-code-edited", edit_code, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
  { "a-body-edited", edit_body, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, TRUE },
  { "two-files-swapped", swap, OMC_AUDIT_SEGMENT_FOREIGN, 1, 10, FALSE },
  { "a-file-repeated", repeat, OMC_AUDIT_SEGMENT_FOREIGN, 11, 21, FALSE },
  { "a-file-rebuilt-without-the-key", rebuild, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
};

static void
assert_report (OmcAuditReport report, OmcAuditFinding finding, guint64 place, guint64 through)
{
  g_assert_cmpint (report.finding, ==, finding);
  g_assert_cmpuint (report.place, ==, place);
  g_assert_cmpuint (report.through, ==, through);
}

static void
test_file_deed (StoreFixture *f, gconstpointer data)
{
  const FileDeed *deed = data;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) behind = NULL;
  OmcAuditReport report;

  make_trail (f);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  files = list_files (f);
  g_assert_cmpuint (files->len, ==, 2);
  deed->spoil (files);
  if (!deed->full_only)
    {
      assert_report (check (f, FALSE), deed->finding, deed->place, deed->through);
      g_assert_true (omc_store_look_at_audit_archive_sync (f->store, &report, NULL, NULL));
      assert_report (report, deed->finding, deed->place, deed->through);
    }
  assert_report (check (f, TRUE), deed->finding, deed->place, deed->through);
  /* Found once, the everyday look does not forget it; and work goes on. */
  assert_report (check (f, FALSE), deed->finding, deed->place, deed->through);
  fill (f, STRETCH);
  store_fixture_reopen (f);
  assert_report (check (f, TRUE), deed->finding, deed->place, deed->through);
  behind = list (f, 22, 5);
  g_assert_cmpuint (behind->len, ==, 5);
}

/* Who reads is told which entries cannot be had. */
static void
test_reading_names_the_file (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  make_trail (f);
  files = list_files (f);
  remove_second (files);
  g_assert_null (omc_store_list_audit_sync (f->store, f->auditor, 5, 0, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "11 to 21"));
}

/* --- what is done to the database around the border --- */

typedef struct
{
  const char *name;
  const char *sql;
  OmcAuditFinding finding;
  guint64 place;
} Deed;

static const Deed DEEDS[] = {
  { "the-tail-removed", "DELETE FROM audit_log WHERE sequence > 25", OMC_AUDIT_CUT, 26 },
  { "all-that-is-not-archived-removed", "DELETE FROM audit_log", OMC_AUDIT_CUT, 22 },
  { "the-first-behind-the-border-removed", "DELETE FROM audit_log WHERE sequence = 22",
    OMC_AUDIT_GAP, 22 },
  { "a-middle-row-removed", "DELETE FROM audit_log WHERE sequence = 25", OMC_AUDIT_GAP, 25 },
  { "rows-swapped",
    "UPDATE audit_log SET sequence = -1 WHERE sequence = 22;"
    "UPDATE audit_log SET sequence = 22 WHERE sequence = 26;"
    "UPDATE audit_log SET sequence = 26 WHERE sequence = -1",
    OMC_AUDIT_BROKEN_HASH, 22 },
  { "a-field-edited",
    "UPDATE audit_log SET entry = CAST (replace (CAST (entry AS TEXT), 'nurse', 'other') AS BLOB) "
    "WHERE sequence = 24",
    OMC_AUDIT_BROKEN_HASH, 24 },
  { "an-archived-entry-put-back",
    "INSERT INTO audit_log (sequence, entry, hash) SELECT 21, entry, hash FROM audit_log WHERE "
    "sequence = 22",
    OMC_AUDIT_GAP, 21 },
  { "an-entry-before-the-archive",
    "INSERT INTO audit_log (sequence, entry, hash) SELECT 0, entry, hash FROM audit_log WHERE "
    "sequence = 22",
    OMC_AUDIT_GAP, 0 },
  { "a-file-forgotten", "DELETE FROM audit_segments WHERE first = 1", OMC_AUDIT_GAP, 1 },
  { "the-last-file-forgotten", "DELETE FROM audit_segments WHERE first = 11", OMC_AUDIT_GAP, 11 },
  { "all-files-forgotten", "DELETE FROM audit_segments", OMC_AUDIT_GAP, 1 },
  { "another-hash-of-a-file", "UPDATE audit_segments SET hash = zeroblob (32) WHERE first = 11",
    OMC_AUDIT_SEGMENT_MISSING, 11 },
  { "a-file-of-more-entries", "UPDATE audit_segments SET last = 22 WHERE first = 11",
    OMC_AUDIT_SEGMENT_MISSING, 11 },
};

static void
test_deed (StoreFixture *f, gconstpointer data)
{
  const Deed *deed = data;
  g_auto (GStrv) steps = g_strsplit (deed->sql, ";", -1);
  g_autoptr (OmcDb) db = NULL;
  OmcAuditReport report;

  make_trail (f);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  omc_store_close (f->store);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  for (guint i = 0; steps[i] != NULL; i++)
    g_assert_true (omc_db_execute (db, steps[i], NULL));
  g_clear_pointer (&db, omc_db_close);
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));
  report = check (f, TRUE);
  g_assert_cmpint (report.finding, ==, deed->finding);
  g_assert_cmpuint (report.place, ==, deed->place);
  fill (f, STRETCH);
  store_fixture_reopen (f);
  report = check (f, TRUE);
  g_assert_cmpint (report.finding, ==, deed->finding);
  g_assert_cmpuint (report.place, ==, deed->place);
}

/* --- copies of another day --- */

static char *
take_copy (StoreFixture *f, gsize *length)
{
  char *copy = NULL;

  omc_store_close (f->store);
  g_assert_true (g_file_get_contents (f->database, &copy, length, NULL));
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));

  return copy;
}

static void
put_copy (StoreFixture *f, const char *copy, gsize length)
{
  omc_store_close (f->store);
  g_assert_true (g_file_set_contents (f->database, copy, (gssize)length, NULL));
  store_fixture_reopen (f);
}

/* The database of before the archive: its entries are there, and the file that is there too is in nobody's way. */
static void
test_rollback (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = NULL;
  g_autoptr (GPtrArray) files = NULL;
  gsize length;

  fill (f, STRETCH);
  acknowledge (f, STRETCH);
  copy = take_copy (f, &length);
  archive_all (f);
  fill (f, STRETCH);
  put_copy (f, copy, length);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_CUT);
  g_assert_cmpuint (check (f, TRUE).place, ==, STRETCH + 1);
  archive_all (f);
  files = list_files (f);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpint (check (f, TRUE).finding, ==, OMC_AUDIT_CUT);
  g_assert_cmpuint (check (f, TRUE).place, ==, STRETCH + 1);
}

/* A file that was made of the same entries another time is not the one that the chain names. */
static void
test_replayed (StoreFixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  fill (f, STRETCH);
  acknowledge (f, STRETCH);
  before = take_copy (f, &before_length);
  archive_all (f);
  after = take_copy (f, &after_length);
  put_copy (f, before, before_length);
  g_assert_cmpuint (archive (f, 0).n_entries, ==, STRETCH);
  put_copy (f, after, after_length);
  assert_report (check (f, TRUE), OMC_AUDIT_SEGMENT_FOREIGN, 1, STRETCH);
  assert_report (check (f, FALSE), OMC_AUDIT_SEGMENT_FOREIGN, 1, STRETCH);
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

  fill (f, STRETCH);
  before = take_copy (f, &length);
  archive_all (f);
  put_copy (f, before, length);
  g_assert_true (g_file_set_contents (part, "x", 1, NULL));
  g_assert_true (g_file_set_contents (other, "x", 1, NULL));
  acknowledge (f, 4);
  g_assert_cmpuint (archive (f, 0).n_entries, ==, 4);
  files = list_files (f);
  g_assert_cmpuint (files->len, ==, 2);
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
add_test (const char *path, gconstpointer data, void (*func) (StoreFixture *f, gconstpointer data))
{
  g_test_add (path, StoreFixture, data, store_fixture_set_up, func, store_fixture_tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/audit-archive/reading-goes-over-the-border", NULL, test_reads_on);
  add_test ("/store/audit-archive/lists-of-records-are-kept", NULL, test_reads_lists);
  add_test ("/store/audit-archive/only-what-the-server-accepted-and-old-enough", NULL,
            test_only_accepted);
  add_test ("/store/audit-archive/a-clock-ahead-holds-nothing-up", NULL, test_wrong_clock);
  add_test ("/store/audit-archive/only-for-those-who-may", NULL, test_denied);
  add_test ("/store/audit-archive/what-is-broken-stays", NULL, test_broken_stays);
  add_test ("/store/audit-archive/by-itself", NULL, test_by_itself);
  for (gsize i = 0; i < G_N_ELEMENTS (FILE_DEEDS); i++)
    {
      g_autofree char *path = g_strconcat ("/store/audit-archive/finds/", FILE_DEEDS[i].name, NULL);

      add_test (path, &FILE_DEEDS[i], test_file_deed);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    {
      g_autofree char *path = g_strconcat ("/store/audit-archive/finds/", DEEDS[i].name, NULL);

      add_test (path, &DEEDS[i], test_deed);
    }
  add_test ("/store/audit-archive/finds/a-rollback-over-the-border", NULL, test_rollback);
  add_test ("/store/audit-archive/finds/a-file-made-another-time", NULL, test_replayed);
  add_test ("/store/audit-archive/what-a-crash-left-goes", NULL, test_left_over);
  add_test ("/store/audit-archive/reading-names-a-missing-file", NULL, test_reading_names_the_file);

  return g_test_run ();
}
