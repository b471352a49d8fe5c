/* test-store-integrity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-codec.h"
#include "omc-db.h"
#include "omc-envelope.h"
#include "omc-restore.h"
#include "omc-stmt.h"
#include "omc-store-backup.h"
#include "store-fixture.h"
#include "ward-sample.h"

#define PAGE 4096

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"Doe\"}]}"
#define FROM_SERVER                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"s1\",\"meta\":{\"versionId\":\"7\"},\"active\":true}"

/* --- a disk that does not sync --- */

static int failing_syncs;

/* In place of the C library's, for this program alone. */
int fsync (int fd);
int fdatasync (int fd);

static int
sync_fd (long number, int fd)
{
  if (g_atomic_int_get (&failing_syncs))
    {
      errno = EIO;
      return -1;
    }

  return (int)syscall (number, fd);
}

int
fsync (int fd)
{
  return sync_fd (SYS_fsync, fd);
}

int
fdatasync (int fd)
{
  return sync_fd (SYS_fdatasync, fd);
}

/* --- helpers --- */

static GPtrArray *
check (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = omc_store_check_sync (f->store, TRUE, NULL, &error);

  g_assert_no_error (error);

  return findings;
}

static void
assert_damaged (StoreFixture *f, const char *type, const char *id, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_store_read_sync (f->store, f->nurse, type, id, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, code);
}

/* --- pages --- */

/* Flips a bit in the middle of a page; what the store then does at each page of it. */
static void
test_corrupt_pages (StoreFixture *f, gconstpointer data)
{
  g_autofree char *backup = g_build_filename (f->directory, "a.omcbackup", NULL);
  g_autofree char *whole = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  guint n_open = 0;
  gsize length;

  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (GPtrArray) set = ward_sample_vitals_set (i, "p1", STORE_FIXTURE_NOW_US);
      g_autoptr (GPtrArray) stored =
          omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);

      g_assert_no_error (error);
    }
  omc_store_backup_sync (f->store, f->nurse, backup, &info, NULL, &error);
  g_assert_no_error (error);
  store_fixture_close (f);
  g_assert_true (g_file_get_contents (f->database, &whole, &length, NULL));
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *damaged = g_memdup2 (whole, length);
      gsize page = i == 0 ? 0 : (gsize)g_rand_int_range (random, 1, (gint32)(length / PAGE));
      g_autoptr (GError) open_error = NULL;
      g_autoptr (GPtrArray) findings = NULL;
      g_auto (OmcRestoreReport) report = { { 0 } };

      damaged[page * PAGE + 1000] ^= 4;
      g_file_set_contents (f->database, damaged, (gssize)length, NULL);
      if (omc_store_open_sync (f->store, NULL, &open_error))
        {
          n_open++;
          findings = check (f);
          g_assert_cmpuint (findings->len, >, 0);
          g_assert_true (((OmcStoreFinding *)g_ptr_array_index (findings, 0))->fatal);
          store_fixture_close (f);
        }
      else
        g_assert_true (g_error_matches (open_error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED) ||
                       g_error_matches (open_error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY));
      /* From the backup; the damaged file is kept, with all that it may still hold. */
      omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, backup, &report, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (report.kept);
      store_fixture_open (f);
      g_assert_cmpuint (store_fixture_status (f).n_resources, ==, 300);
      g_clear_pointer (&findings, g_ptr_array_unref);
      findings = check (f);
      g_assert_cmpuint (findings->len, ==, 0);
      store_fixture_close (f);
    }
  g_test_message ("%u of 12 damaged stores opened", n_open);
}

/* --- payloads --- */

static void
damage_payload (StoreFixture *f, const char *sql)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  omc_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

/* Unsent work beside it is not touched; the server's version, sent again, repairs it. */
static void
test_payload_from_server (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) mine = store_fixture_save (f, PATIENT ("p1"));
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (OmcResource) still = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, &counts, FROM_SERVER, NULL);
  damage_payload (f,
                  "UPDATE encrypted_resources SET encrypted_data ="
                  " CAST (substr (encrypted_data, 1, length (encrypted_data) - 1) || x'00' AS BLOB)"
                  " WHERE id = 's1'");
  assert_damaged (f, "Patient", "s1", OMC_STORE_ERROR_DAMAGED);
  findings = check (f);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (((OmcStoreFinding *)g_ptr_array_index (findings, 0))->place, ==, "Patient/s1");
  still = store_fixture_read (f, "Patient", "p1");
  store_fixture_from_server (f, &counts, FROM_SERVER, NULL);
  g_assert_cmpuint (counts.updated, ==, 1);
  read = store_fixture_read (f, "Patient", "s1");
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, 1);
  store_fixture_assert_sound (f);
  store_fixture_from_server (f, &counts, FROM_SERVER, NULL);
  g_assert_cmpuint (counts.unchanged, ==, 1);
}

/* A payload of a newer program, whose dictionary this one does not have. */
static void
test_missing_dictionary (StoreFixture *f, gconstpointer data)
{
  static const char text[] = PATIENT ("s1");
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (OmcStmt) stmt = NULL;
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (OmcCodec) codec = NULL;
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *place = NULL;
  gconstpointer blob;
  gsize length;
  guint16 dictionary;
  guint8 method;

  store_fixture_from_server (f, NULL, FROM_SERVER, NULL);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  stmt = omc_db_prepare_once (db,
                              "SELECT k.wrapped_key, r.counter FROM key_epochs k,"
                              " encrypted_resources r WHERE r.id = 's1'",
                              &error);
  g_assert_no_error (error);
  g_assert_cmpint (omc_stmt_step (stmt, &error), ==, OMC_STEP_ROW);
  blob = omc_stmt_get_blob (stmt, 0, &length);
  wrapped = g_bytes_new (blob, length);
  place = g_strdup_printf ("Patient/s1/%" G_GINT64_FORMAT, omc_stmt_get_integer (stmt, 1));
  g_clear_pointer (&stmt, omc_stmt_free);
  key = omc_key_manager_unwrap_data_key (f->keys, wrapped, 1, &error);
  g_assert_no_error (error);
  sealer = omc_sealer_new (key, 1);
  codec = omc_codec_new (&error);
  g_assert_true (
      omc_codec_encode (codec, text, strlen (text), packed, &method, &dictionary, &error));
  g_assert_true (omc_sealer_seal (sealer, OMC_CODEC_ZSTD, 99, place, strlen (place), packed->data,
                                  packed->len, sealed, &error));
  stmt = omc_db_prepare_once (
      db, "UPDATE encrypted_resources SET encrypted_data = ?1 WHERE id = 's1'", &error);
  omc_stmt_bind_blob (stmt, 1, sealed->data, sealed->len);
  g_assert_true (omc_stmt_run (stmt, &error));
  g_clear_pointer (&stmt, omc_stmt_free);

  assert_damaged (f, "Patient", "s1", OMC_STORE_ERROR_NEWER);
  findings = check (f);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_nonnull (
      strstr (((OmcStoreFinding *)g_ptr_array_index (findings, 0))->problem, "dictionary 99"));
}

/* --- syncs --- */

/* What is not on the disk is not acknowledged, and what is said to have failed is not there later. */
static void
test_failed_sync (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) before = store_fixture_save (f, PATIENT ("p1"));
  g_autoptr (GPtrArray) list = store_fixture_list (PATIENT ("p2"), NULL);
  g_autoptr (OmcResource) after = NULL;
  g_autoptr (OmcResource) first = NULL;
  g_autoptr (OmcResource) second = NULL;
  g_autoptr (GError) error = NULL;

  g_atomic_int_set (&failing_syncs, 1);
  g_assert_null (omc_store_save_sync (f->store, f->nurse, list, OMC_SAVE_CHART, NULL, &error));
  g_atomic_int_set (&failing_syncs, 0);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "p2", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  after = store_fixture_save (f, PATIENT ("p3"));
  store_fixture_reopen (f);
  first = store_fixture_read (f, "Patient", "p1");
  second = store_fixture_read (f, "Patient", "p3");
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, 2);
  store_fixture_assert_sound (f);
}

/* --- a database that was put back --- */

static void
test_rolled_back (StoreFixture *f, gconstpointer data)
{
  g_autofree char *old = NULL;
  g_autofree char *backup = g_build_filename (f->directory, "a.omcbackup", NULL);
  g_auto (OmcBackupInfo) info = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (OmcResource) first = store_fixture_save (f, PATIENT ("p1"));
  g_autoptr (OmcResource) second = NULL;
  g_autoptr (OmcResource) found = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  store_fixture_close (f);
  g_assert_true (g_file_get_contents (f->database, &old, &length, NULL));
  store_fixture_open (f);
  second = store_fixture_save (f, PATIENT ("p2"));
  omc_store_backup_sync (f->store, f->nurse, backup, &info, NULL, &error);
  g_assert_no_error (error);
  store_fixture_close (f);
  g_file_set_contents (f->database, old, (gssize)length, NULL);
  store_fixture_open (f);
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_CUT);
  /* The newer backup repairs it; the trail of what was put back does not go on in it. */
  store_fixture_close (f);
  omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, backup, &report, NULL, &error);
  g_assert_no_error (error);
  store_fixture_open (f);
  found = store_fixture_read (f, "Patient", "p2");
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_INTACT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/integrity/a-corrupt-page-is-found-and-repaired-from-the-backup",
                     test_corrupt_pages, NULL);
  store_fixture_add ("/store/integrity/a-corrupt-payload-is-contained-and-repaired-from-the-server",
                     test_payload_from_server, NULL);
  store_fixture_add ("/store/integrity/a-missing-dictionary-is-named", test_missing_dictionary,
                     NULL);
  store_fixture_add ("/store/integrity/a-failed-sync-acknowledges-nothing", test_failed_sync, NULL);
  store_fixture_add ("/store/integrity/a-database-that-was-put-back-is-found", test_rolled_back,
                     NULL);

  return g_test_run ();
}
