/* test-store-audit-segments.c: what is done to archived entries is found and located
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "omc-audit-archive.h"
#include "omc-audit-mark.h"
#include "omc-audit-segment.h"
#include "omc-stmt.h"

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

/* Whoever opened it to read would wait for ever. */
static void
put_pipe (GPtrArray *files)
{
  const char *path = g_ptr_array_index (files, 1);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
}

static void
grow (GPtrArray *files)
{
  g_assert_cmpint (truncate (g_ptr_array_index (files, 1), OMC_AUDIT_ARCHIVE_FILE_MAX + 1), ==, 0);
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
  { "a-pipe-in-place-of-a-file", put_pipe, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
  { "a-file-without-end", grow, OMC_AUDIT_SEGMENT_DAMAGED, 11, 21, FALSE },
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

  audit_fixture_make_trail (f);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  files = audit_fixture_list_files (f);
  g_assert_cmpuint (files->len, ==, 2);
  deed->spoil (files);
  if (!deed->full_only)
    {
      assert_report (audit_fixture_check (f, FALSE), deed->finding, deed->place, deed->through);
      g_assert_true (omc_store_look_at_audit_archive_sync (f->store, &report, NULL, NULL));
      assert_report (report, deed->finding, deed->place, deed->through);
    }
  assert_report (audit_fixture_check (f, TRUE), deed->finding, deed->place, deed->through);
  /* Found once, the everyday look does not forget it; and work goes on. */
  assert_report (audit_fixture_check (f, FALSE), deed->finding, deed->place, deed->through);
  audit_fixture_fill (f, STRETCH);
  store_fixture_reopen (f);
  assert_report (audit_fixture_check (f, TRUE), deed->finding, deed->place, deed->through);
  behind = audit_fixture_list (f, 22, 5);
  g_assert_cmpuint (behind->len, ==, 5);
}

/* Who reads is told which entries cannot be had. */
static void
test_reading_names_the_file (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  audit_fixture_make_trail (f);
  files = audit_fixture_list_files (f);
  remove_second (files);
  g_assert_null (omc_store_list_audit_sync (f->store, f->auditor, 5, 0, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "11 to 21"));
}

/* "...-0123456789abcdef.omcaudit" */
static void
take_hash (const char *path, guint8 *hash)
{
  const char *digits = strrchr (path, '-') + 1;

  for (guint i = 0; g_ascii_isxdigit (digits[2 * i]); i++)
    hash[i] = (guint8)(g_ascii_xdigit_value (digits[2 * i]) * 16 +
                       g_ascii_xdigit_value (digits[2 * i + 1]));
}

/* No more than the limit is ever taken into memory, and the sentence names file and limit. */
static void
test_reading_has_a_limit (StoreFixture *f, gconstpointer data)
{
  OmcAuditSegment segment = { .first = 11, .last = 21 };
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autofree char *path = NULL;
  OmcBackupInfo info;

  audit_fixture_make_trail (f);
  files = audit_fixture_list_files (f);
  take_hash (g_ptr_array_index (files, 1), segment.hash);
  file = omc_audit_archive_read_file (f->directory, &segment, NULL);
  g_assert_nonnull (file);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      (i == 0 ? grow : put_pipe) (files);
      g_assert_null (omc_audit_archive_read_file (f->directory, &segment, &error));
      g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
      g_assert_nonnull (strstr (error->message, g_ptr_array_index (files, 1)));
      if (i == 0)
        g_assert_nonnull (strstr (error->message, "64.0"));
    }
  info = audit_fixture_back_up (f, "a.omcbackup", &path);
  g_assert_cmpuint (info.n_segments, ==, 2);
  g_assert_cmpuint (info.n_lost_segments, ==, 1);
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
  OmcAuditReport report;

  audit_fixture_make_trail (f);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_INTACT);
  store_fixture_tamper (f, deed->sql);
  report = audit_fixture_check (f, TRUE);
  g_assert_cmpint (report.finding, ==, deed->finding);
  g_assert_cmpuint (report.place, ==, deed->place);
  audit_fixture_fill (f, STRETCH);
  store_fixture_reopen (f);
  report = audit_fixture_check (f, TRUE);
  g_assert_cmpint (report.finding, ==, deed->finding);
  g_assert_cmpuint (report.place, ==, deed->place);
}

/* --- copies of another day --- */

/* The database of before the archive: its entries are there, and the file that is there too is in nobody's way. */
static void
test_rollback (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = NULL;
  g_autoptr (GPtrArray) files = NULL;
  gsize length;

  audit_fixture_fill (f, STRETCH);
  audit_fixture_acknowledge (f, STRETCH);
  copy = audit_fixture_take_copy (f, &length);
  audit_fixture_archive_all (f);
  audit_fixture_fill (f, STRETCH);
  audit_fixture_put_copy (f, copy, length);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_CUT);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).place, ==, STRETCH + 1);
  audit_fixture_archive_all (f);
  files = audit_fixture_list_files (f);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpint (audit_fixture_check (f, TRUE).finding, ==, OMC_AUDIT_CUT);
  g_assert_cmpuint (audit_fixture_check (f, TRUE).place, ==, STRETCH + 1);
}

/* A file that was made of the same entries another time is not the one that the chain names. */
static void
test_replayed (StoreFixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize before_length, after_length;

  audit_fixture_fill (f, STRETCH);
  audit_fixture_acknowledge (f, STRETCH);
  before = audit_fixture_take_copy (f, &before_length);
  audit_fixture_archive_all (f);
  after = audit_fixture_take_copy (f, &after_length);
  audit_fixture_put_copy (f, before, before_length);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_entries, ==, STRETCH);
  audit_fixture_put_copy (f, after, after_length);
  assert_report (audit_fixture_check (f, TRUE), OMC_AUDIT_SEGMENT_FOREIGN, 1, STRETCH);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_SEGMENT_FOREIGN, 1, STRETCH);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (FILE_DEEDS); i++)
    {
      g_autofree char *path = g_strconcat ("/store/audit-archive/finds/", FILE_DEEDS[i].name, NULL);

      store_fixture_add (path, test_file_deed, &FILE_DEEDS[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    {
      g_autofree char *path = g_strconcat ("/store/audit-archive/finds/", DEEDS[i].name, NULL);

      store_fixture_add (path, test_deed, &DEEDS[i]);
    }
  store_fixture_add ("/store/audit-archive/finds/a-rollback-over-the-border", test_rollback, NULL);
  store_fixture_add ("/store/audit-archive/finds/a-file-made-another-time", test_replayed, NULL);
  store_fixture_add ("/store/audit-archive/reading-names-a-missing-file",
                     test_reading_names_the_file, NULL);
  store_fixture_add ("/store/audit-archive/reading-has-a-limit", test_reading_has_a_limit, NULL);

  return g_test_run ();
}
