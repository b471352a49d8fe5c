/* test-store-audit-checkpoint.c: how far the audit trail was verified, and who lies about it
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "audit-fixture.h"
#include "omc-audit-mark.h"
#include "omc-stmt.h"

#define N_ENTRIES 12
#define SET_CHECKPOINT                                                                             \
  "INSERT INTO sync_state (name, value) VALUES ('" OMC_AUDIT_MARK_VERIFIED "', ?1) "               \
  "ON CONFLICT (name) DO UPDATE SET value = ?1"

static void
assert_report (OmcAuditReport report, OmcAuditFinding finding, guint64 place, guint64 from)
{
  g_assert_cmpint (report.finding, ==, finding);
  g_assert_cmpuint (report.place, ==, place);
  g_assert_cmpuint (report.from, ==, from);
}

static char *
read_checkpoint (StoreFixture *f)
{
  return omc_store_get_mark (f->store, OMC_AUDIT_MARK_VERIFIED, NULL);
}

static void
write_checkpoint (StoreFixture *f, const char *text)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  OmcStmt *stmt = omc_db_prepare (db, SET_CHECKPOINT, NULL);

  g_assert_nonnull (stmt);
  omc_stmt_bind_text (stmt, 1, text);
  g_assert_true (omc_stmt_run (stmt, NULL));
}

/* How often the trail tells of a forged one. */
static guint
count_told (StoreFixture *f)
{
  g_autoptr (GPtrArray) entries = audit_fixture_list (f, 3, 0);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const OmcAuditEntry *entry = g_ptr_array_index (entries, i);

      if (strcmp (entry->subtype, "checkpoint-forged") != 0)
        continue;
      g_assert_cmpint (entry->outcome, ==, 12);
      n++;
    }

  return n;
}

/* Of what was found good once, nothing is read again. */
static void
test_resumes (StoreFixture *f, gconstpointer data)
{
  OmcAuditReport report;
  gint64 first_us;

  audit_fixture_fill (f, N_ENTRIES);
  report = audit_fixture_check (f, FALSE);
  assert_report (report, OMC_AUDIT_INTACT, N_ENTRIES, 1);
  first_us = report.full_us;
  g_assert_cmpint (first_us, >, 0);
  omc_clock_advance (f->clock, G_TIME_SPAN_HOUR);
  audit_fixture_fill (f, 3);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, N_ENTRIES + 3, N_ENTRIES + 1);
  report = audit_fixture_check (f, FALSE);
  assert_report (report, OMC_AUDIT_INTACT, N_ENTRIES + 3, N_ENTRIES + 4);
  g_assert_cmpuint (report.n_entries, ==, N_ENTRIES + 3);
  g_assert_cmpint (report.full_us, ==, first_us);
  store_fixture_reopen (f);
  audit_fixture_fill (f, 1);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, N_ENTRIES + 4, N_ENTRIES + 4);
  report = audit_fixture_check (f, TRUE);
  assert_report (report, OMC_AUDIT_INTACT, N_ENTRIES + 4, 1);
  g_assert_cmpint (report.full_us, ==, first_us + G_TIME_SPAN_HOUR);
  /* The day of the whole is kept by those that are not. */
  g_assert_cmpint (audit_fixture_check (f, FALSE).full_us, ==, report.full_us);
}

/* Over the border of the archive, too: behind the checkpoint, at it and before it. */
static void
test_resumes_over_files (StoreFixture *f, gconstpointer data)
{
  guint64 last;
  OmcAuditReport report;

  audit_fixture_fill (f, STRETCH);
  audit_fixture_archive_all (f);
  report = audit_fixture_check (f, FALSE);
  assert_report (report, OMC_AUDIT_INTACT, STRETCH + 1, 1);
  g_assert_cmpuint (report.n_segments, ==, 1);
  audit_fixture_fill (f, STRETCH);
  audit_fixture_archive_all (f);
  last = store_fixture_status (f).audit_sequence;
  report = audit_fixture_check (f, FALSE);
  assert_report (report, OMC_AUDIT_INTACT, last, STRETCH + 2);
  /* Both were looked at, and one of them was read. */
  g_assert_cmpuint (report.n_segments, >=, 2);
  audit_fixture_acknowledge (f, last);
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  g_assert_cmpuint (audit_fixture_archive (f, 0).n_segments, ==, 1);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, last + 1, last + 1);
}

/* An old entry that is edited later is for the whole to find; and then for all, until somebody mends it. */
static void
test_old_entry (StoreFixture *f, gconstpointer data)
{
  audit_fixture_fill (f, N_ENTRIES);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, N_ENTRIES, 1);
  store_fixture_execute (
      f, "UPDATE audit_log SET entry = CAST (replace (CAST (entry AS TEXT), 'nurse', 'other') AS "
         "BLOB) WHERE sequence = 4");
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, N_ENTRIES, N_ENTRIES + 1);
  assert_report (audit_fixture_check (f, TRUE), OMC_AUDIT_BROKEN_HASH, 4, 1);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_BROKEN_HASH, 4, 1);
  g_assert_cmpint (audit_fixture_check (f, TRUE).full_us, ==, 0);
}

/* That it is gone is seen at once: older entries are counted. */
static void
test_old_entry_removed (StoreFixture *f, gconstpointer data)
{
  audit_fixture_fill (f, N_ENTRIES);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, N_ENTRIES, 1);
  store_fixture_execute (f, "DELETE FROM audit_log WHERE sequence = 4");
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_GAP, 4, 1);
}

typedef struct
{
  const char *name;
  void (*forge) (GString *text);
} Forgery;

static void
edit (GString *text, gsize at)
{
  g_autofree guchar *raw = NULL;
  g_autofree char *coded = NULL;
  gsize length;

  raw = g_base64_decode (text->str, &length);
  raw[at < length ? at : length - 1] ^= 1;
  coded = g_base64_encode (raw, length);
  g_string_assign (text, coded);
}

static void
edit_sequence (GString *text)
{
  edit (text, 15);
}

static void
edit_hash (GString *text)
{
  edit (text, 50);
}

static void
edit_code (GString *text)
{
  edit (text, G_MAXSIZE);
}

static void
cut_short (GString *text)
{
  g_string_truncate (text, text->len / 2);
}

static void
write_words (GString *text)
{
  g_string_assign (text, "verified, all of it");
}

static void
write_nothing (GString *text)
{
  g_string_truncate (text, 0);
}

static const Forgery FORGERIES[] = {
  { "its-sequence", edit_sequence }, { "its-hash", edit_hash },
  { "its-code", edit_code },         { "cut", cut_short },
  { "other-words", write_words },    { "nothing", write_nothing },
};

/* It hides nothing: the whole is read. And it is told, once, in the trail itself. */
static void
test_forged (StoreFixture *f, gconstpointer data)
{
  const Forgery *forgery = data;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *before = NULL;
  OmcAuditReport report;

  audit_fixture_fill (f, N_ENTRIES);
  g_assert_false (audit_fixture_check (f, FALSE).checkpoint_forged);
  before = read_checkpoint (f);
  g_string_assign (text, before);
  forgery->forge (text);
  write_checkpoint (f, text->str);
  store_fixture_execute (f, "UPDATE audit_log SET entry = CAST ('x' AS BLOB) WHERE sequence = 2");
  report = audit_fixture_check (f, FALSE);
  assert_report (report, OMC_AUDIT_BROKEN_HASH, 2, 1);
  g_assert_true (report.checkpoint_forged);
  g_assert_false (audit_fixture_check (f, FALSE).checkpoint_forged);
  g_assert_cmpuint (count_told (f), ==, 1);
}

/* Nor does a true one of an earlier day: it is only less far. */
static void
test_replayed (StoreFixture *f, gconstpointer data)
{
  g_autofree char *early = NULL;

  audit_fixture_fill (f, 3);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, 3, 1);
  early = read_checkpoint (f);
  audit_fixture_fill (f, N_ENTRIES);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, 3 + N_ENTRIES, 4);
  write_checkpoint (f, early);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, 3 + N_ENTRIES, 4);
  store_fixture_execute (f, "DELETE FROM sync_state WHERE name = '" OMC_AUDIT_MARK_VERIFIED "'");
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, 3 + N_ENTRIES, 1);
}

/* The end of the trail and its anchor were taken back together, by somebody who has copies of both: what was found good once
 * is missing now. */
static void
test_ahead (StoreFixture *f, gconstpointer data)
{
  g_autofree char *anchor = g_build_filename (f->directory, "audit-head", NULL);
  g_autofree char *copy = NULL;
  gsize length;

  audit_fixture_fill (f, 5);
  store_fixture_reopen (f);
  g_assert_true (g_file_get_contents (anchor, &copy, &length, NULL));
  audit_fixture_fill (f, N_ENTRIES);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_INTACT, 5 + N_ENTRIES, 1);
  omc_store_close (f->store);
  g_assert_true (g_file_set_contents (anchor, copy, (gssize)length, NULL));
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  store_fixture_execute (f, "DELETE FROM audit_log WHERE sequence > 5");
  g_assert_true (omc_store_open_sync (f->store, NULL, NULL));
  for (guint i = 0; i < 2; i++)
    {
      assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_CUT, 6, 1);
      assert_report (audit_fixture_check (f, TRUE), OMC_AUDIT_CUT, 6, 1);
    }
  /* When it has grown past that again, other entries are in their places. */
  omc_clock_advance (f->clock, G_TIME_SPAN_SECOND);
  audit_fixture_fill (f, 2 * N_ENTRIES);
  assert_report (audit_fixture_check (f, FALSE), OMC_AUDIT_HEAD_DIFFERS, 5 + N_ENTRIES, 1);
  assert_report (audit_fixture_check (f, TRUE), OMC_AUDIT_HEAD_DIFFERS, 5 + N_ENTRIES, 1);
}

static void
test_progress_to (guint64 done, guint64 total, gpointer user_data)
{
  guint64 *seen = user_data;

  g_assert_cmpuint (done, <=, total);
  g_assert_cmpuint (done, >=, seen[0]);
  seen[0] = done;
  seen[1]++;
}

static void
test_progress (StoreFixture *f, gconstpointer data)
{
  guint64 seen[2] = { 0 };
  OmcAuditReport report;

  audit_fixture_make_trail (f);
  g_assert_true (
      omc_store_check_audit_sync (f->store, TRUE, test_progress_to, seen, &report, NULL, NULL));
  g_assert_cmpuint (seen[0], ==, store_fixture_status (f).audit_sequence);
  g_assert_cmpuint (seen[1], >=, 3);
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
  add_test ("/store/audit-checkpoint/only-what-is-new-is-read", NULL, test_resumes);
  add_test ("/store/audit-checkpoint/over-files-of-the-archive", NULL, test_resumes_over_files);
  add_test ("/store/audit-checkpoint/an-old-entry-that-was-edited-is-for-the-whole", NULL,
            test_old_entry);
  add_test ("/store/audit-checkpoint/an-old-entry-that-is-gone-is-seen", NULL,
            test_old_entry_removed);
  for (gsize i = 0; i < G_N_ELEMENTS (FORGERIES); i++)
    {
      g_autofree char *path =
          g_strconcat ("/store/audit-checkpoint/forged/", FORGERIES[i].name, NULL);

      add_test (path, &FORGERIES[i], test_forged);
    }
  add_test ("/store/audit-checkpoint/an-earlier-one-hides-nothing", NULL, test_replayed);
  add_test ("/store/audit-checkpoint/one-that-is-ahead-of-the-trail-tells-of-a-cut", NULL,
            test_ahead);
  add_test ("/store/audit-checkpoint/progress-ends-at-the-end", NULL, test_progress);

  return g_test_run ();
}
