/* test-store-audit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-db.h"
#include "omc-stmt.h"
#include "store-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

/* Somebody has the file and its key, and knows the format; what they do not have is the key of the chain. */

#define N_ENTRIES 9

static void
fill (StoreFixture *f, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"p%u\"}", i);
      g_autoptr (OmcResource) patient = store_fixture_save (f, json);

      g_assert_nonnull (patient);
    }
}

static void
assert_found (StoreFixture *f, OmcAuditFinding finding, guint64 place)
{
  OmcAuditReport report = store_fixture_verify (f);

  g_assert_cmpint (report.finding, ==, finding);
  g_assert_cmpuint (report.place, ==, place);
}

typedef struct
{
  const char *name;
  const char *sql;
  OmcAuditFinding finding;
  guint64 place;
} Deed;

static const Deed DEEDS[] = {
  { "the-tail-removed", "DELETE FROM audit_log WHERE sequence > 6", OMC_AUDIT_CUT, 7 },
  { "all-of-it-removed", "DELETE FROM audit_log", OMC_AUDIT_CUT, 1 },
  { "a-middle-row-removed", "DELETE FROM audit_log WHERE sequence = 4", OMC_AUDIT_GAP, 4 },
  { "a-middle-row-removed-and-renumbered",
    "DELETE FROM audit_log WHERE sequence = 4; UPDATE audit_log SET sequence = sequence - 1 WHERE "
    "sequence > 4",
    OMC_AUDIT_BROKEN_HASH, 4 },
  { "two-rows-swapped",
    "UPDATE audit_log SET sequence = -1 WHERE sequence = 3; UPDATE audit_log SET sequence = 3 "
    "WHERE sequence = 7;"
    "UPDATE audit_log SET sequence = 7 WHERE sequence = -1",
    OMC_AUDIT_BROKEN_HASH, 3 },
  { "a-field-edited",
    "UPDATE audit_log SET entry = CAST (replace (CAST (entry AS TEXT), 'nurse', 'other') AS BLOB) "
    "WHERE sequence = 5",
    OMC_AUDIT_BROKEN_HASH, 5 },
  { "a-row-put-in-before",
    "INSERT INTO audit_log (sequence, entry, hash) SELECT 0, entry, hash FROM audit_log WHERE "
    "sequence = 1",
    OMC_AUDIT_GAP, 0 },
  { "a-row-repeated-at-the-end",
    "INSERT INTO audit_log (sequence, entry, hash) SELECT 10, entry, hash FROM audit_log WHERE "
    "sequence = 9",
    OMC_AUDIT_BROKEN_HASH, 10 },
  { "an-append-skipped", "DELETE FROM audit_log WHERE sequence = 9", OMC_AUDIT_CUT, 9 },
};

static void
test_deed (StoreFixture *f, gconstpointer data)
{
  const Deed *deed = data;

  fill (f, 0, N_ENTRIES);
  assert_found (f, OMC_AUDIT_INTACT, N_ENTRIES);
  store_fixture_tamper (f, deed->sql);
  assert_found (f, deed->finding, deed->place);
  /* Work that goes on does not cover it, however long. */
  fill (f, 100, 100 + 2 * N_ENTRIES);
  store_fixture_reopen (f);
  assert_found (f, deed->finding, deed->place);
}

/* With a key of one's own, from the fifth entry on. */
static void
test_rebuilt (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autoptr (OmcHmac) hmac = omc_hmac_new (key, NULL);
  g_autoptr (OmcDb) db = NULL;
  guint8 previous[OMC_AUDIT_HASH_LENGTH] = { 0 };

  fill (f, 0, N_ENTRIES);
  store_fixture_close (f);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  for (gint64 i = 5; i <= N_ENTRIES; i++)
    {
      OmcStmt *stmt = omc_db_prepare (
          db, "UPDATE audit_log SET entry = ?2, hash = ?3 WHERE sequence = ?1", NULL);
      guint8 hash[OMC_AUDIT_HASH_LENGTH];

      g_assert_true (omc_audit_chain_next (hmac, (guint64)i, previous, "nothing", 7, hash, NULL));
      omc_stmt_bind_integer (stmt, 1, i);
      omc_stmt_bind_blob (stmt, 2, "nothing", 7);
      omc_stmt_bind_blob (stmt, 3, hash, sizeof hash);
      g_assert_true (omc_stmt_run (stmt, NULL));
      memcpy (previous, hash, sizeof hash);
    }
  g_clear_pointer (&db, omc_db_close);
  store_fixture_open (f);
  assert_found (f, OMC_AUDIT_BROKEN_HASH, 5);
}

typedef struct
{
  char *database;
  gsize database_length;
  char *head;
  gsize head_length;
} Copy;

static char *
head_path (StoreFixture *f)
{
  return g_build_filename (f->directory, "audit-head", NULL);
}

static void
take_copy (StoreFixture *f, Copy *copy)
{
  g_autofree char *head = head_path (f);

  g_assert_true (g_file_get_contents (f->database, &copy->database, &copy->database_length, NULL));
  g_assert_true (g_file_get_contents (head, &copy->head, &copy->head_length, NULL));
}

static void
put_copy (StoreFixture *f, Copy *copy, gboolean head_too)
{
  g_autofree char *head = head_path (f);
  g_autofree char *log = g_strconcat (f->database, "-wal", NULL);

  g_unlink (log);
  g_assert_true (
      g_file_set_contents (f->database, copy->database, (gssize)copy->database_length, NULL));
  if (head_too)
    g_assert_true (g_file_set_contents (head, copy->head, (gssize)copy->head_length, NULL));
  g_free (copy->database);
  g_free (copy->head);
}

/* A computer without a secret service: the passphrase alone opens the store, and the file alone keeps the head. */
static void
lose_service (StoreFixture *f)
{
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("a passphrase of tests", 21);
  g_autoptr (GError) error = NULL;

  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  omc_key_manager_set_passphrase_sync (f->keys, "nurse", passphrase, NULL, &error);
  g_assert_no_error (error);
  store_fixture_reopen (f);
}

/* Rolled back to a copy of yesterday: "0" the file alone; "1" and the head is deleted; "2" and the head of yesterday is
 * put back, but the secret service remembers; "3" and there is no secret service, but the head is deleted. */
static void
test_rollback (StoreFixture *f, gconstpointer data)
{
  char how = *(const char *)data;
  g_autofree char *head = head_path (f);
  Copy copy = { 0 };

  if (how == '3')
    lose_service (f);
  fill (f, 0, 4);
  store_fixture_close (f);
  take_copy (f, &copy);
  store_fixture_open (f);
  fill (f, 4, N_ENTRIES);
  /* A new manager writes to the service at once. */
  store_fixture_reopen (f);
  fill (f, N_ENTRIES, N_ENTRIES + 1);
  store_fixture_close (f);
  put_copy (f, &copy, how == '2');
  if (how == '1' || how == '3')
    g_assert_cmpint (g_unlink (head), ==, 0);
  store_fixture_reopen (f);
  assert_found (f, how == '3' ? OMC_AUDIT_UNANCHORED : OMC_AUDIT_CUT, 5);
  fill (f, 200, 200 + 2 * N_ENTRIES);
  store_fixture_reopen (f);
  assert_found (f, how == '3' ? OMC_AUDIT_UNANCHORED : OMC_AUDIT_CUT, 5);
}

static void
test_head_changed (StoreFixture *f, gconstpointer data)
{
  g_autofree char *head = head_path (f);

  lose_service (f);
  fill (f, 0, 4);
  store_fixture_close (f);
  g_assert_true (g_file_set_contents (head, "OMCHEAD1 of somebody else", -1, NULL));
  store_fixture_open (f);
  fill (f, 4, 6);
  store_fixture_reopen (f);
  assert_found (f, OMC_AUDIT_UNANCHORED, 5);
}

/* A clean stop loses no look into a chart, however short before it was. */
static void
test_reads_survive_a_stop (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  guint n_reads = 0;

  fill (f, 0, 1);
  for (guint i = 0; i < 50; i++)
    g_clear_pointer (&(OmcResource *){ store_fixture_read (f, "Patient", "p0") },
                     omc_resource_unref);
  store_fixture_reopen (f);
  entries = omc_store_list_audit_sync (f->store, f->auditor, 1, 0, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    n_reads +=
        g_strcmp0 (((OmcAuditEntry *)g_ptr_array_index (entries, i))->subtype, "read") == 0 ? 1 : 0;
  g_assert_cmpuint (n_reads, ==, 50);
}

/* More than one piece; who gives up in between has learnt nothing and broken nothing. */
static void
test_pieces (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;
  OmcAuditEvent event = { .type = "rest", .subtype = "test", .action = 'E' };

  for (guint i = 0; i < 45; i++)
    g_assert_true (omc_store_audit_sync (f->store, f->nurse, &event, NULL, NULL));
  assert_found (f, OMC_AUDIT_INTACT, 45);
  g_cancellable_cancel (cancellable);
  g_assert_false (omc_store_verify_audit_sync (f->store, &report, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_found (f, OMC_AUDIT_INTACT, 45);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    {
      g_autofree char *path = g_strconcat ("/store/audit/finds/", DEEDS[i].name, NULL);

      store_fixture_add (path, test_deed, &DEEDS[i]);
    }
  store_fixture_add ("/store/audit/finds/a-chain-rebuilt-without-the-key", test_rebuilt, NULL);
  store_fixture_add ("/store/audit/finds/a-rollback", test_rollback, "0");
  store_fixture_add ("/store/audit/finds/a-rollback-with-the-head-deleted", test_rollback, "1");
  store_fixture_add ("/store/audit/finds/a-rollback-with-the-old-head", test_rollback, "2");
  store_fixture_add ("/store/audit/finds/a-rollback-with-the-head-deleted-and-no-keyring",
                     test_rollback, "3");
  store_fixture_add ("/store/audit/finds/a-head-that-was-changed", test_head_changed, NULL);
  store_fixture_add ("/store/audit/reads-survive-a-clean-stop", test_reads_survive_a_stop, NULL);
  store_fixture_add ("/store/audit/verifies-in-pieces", test_pieces, NULL);

  return g_test_run ();
}
