/* test-store-keys.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "keys-fixture.h"
#include "omc-envelope.h"
#include "omc-stmt.h"

/* Between two saves; the rotation runs in the pauses. */
#define PERSON_US 70000
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

/* --- every blob of every table, whatever the schema is --- */

typedef struct
{
  guint n_sealed;
  guint n_old;
  guint n_opened; /* by the old key, in the place that is tried */
} Scan;

static void
scan_value (Scan *scan, const char *table, gconstpointer data, gsize length, guint32 newest)
{
  OmcEnvelopeHeader header;

  /* Wrapped keys are sealed with another key, and hashes are no seals. */
  if (g_str_equal (table, "key_epochs") || g_str_equal (table, "audit_log") ||
      g_str_has_prefix (table, "board_") || g_str_has_prefix (table, "search_") ||
      g_str_equal (table, "ward_board") || !omc_envelope_peek (data, length, &header, NULL))
    return;
  scan->n_sealed++;
  if (header.epoch != newest)
    {
      g_test_message ("%s has epoch %u", table, header.epoch);
      scan->n_old++;
    }
}

static void
scan_table (OmcDb *db, const char *table, guint32 newest, Scan *scan)
{
  g_autofree char *columns_sql =
      g_strdup_printf ("SELECT name FROM pragma_table_info ('%s') WHERE type = 'BLOB'", table);
  g_autoptr (OmcStmt) columns = omc_db_prepare_once (db, columns_sql, NULL);

  while (omc_stmt_step (columns, NULL) == OMC_STEP_ROW)
    {
      g_autofree char *sql =
          g_strdup_printf ("SELECT \"%s\" FROM \"%s\"", omc_stmt_get_text (columns, 0), table);
      g_autoptr (OmcStmt) rows = omc_db_prepare_once (db, sql, NULL);

      while (omc_stmt_step (rows, NULL) == OMC_STEP_ROW)
        {
          gsize length;
          gconstpointer data = omc_stmt_get_blob (rows, 0, &length);

          if (data != NULL)
            scan_value (scan, table, data, length, newest);
        }
    }
}

static Scan
scan_seals (StoreFixture *f, guint32 newest)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (OmcStmt) tables =
      omc_db_prepare_once (db, "SELECT name FROM sqlite_master WHERE type = 'table'", NULL);
  Scan scan = { 0 };

  while (omc_stmt_step (tables, NULL) == OMC_STEP_ROW)
    scan_table (db, omc_stmt_get_text (tables, 0), newest, &scan);

  return scan;
}

static OmcSecret *
copy_data_key (StoreFixture *f, guint32 epoch)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (OmcStmt) stmt =
      omc_db_prepare_once (db, "SELECT wrapped_key FROM key_epochs WHERE epoch = ?1", NULL);
  g_autoptr (GBytes) wrapped = NULL;
  gconstpointer data;
  gsize length;

  omc_stmt_bind_integer (stmt, 1, epoch);
  g_assert_cmpint (omc_stmt_step (stmt, NULL), ==, OMC_STEP_ROW);
  data = omc_stmt_get_blob (stmt, 0, &length);
  wrapped = g_bytes_new (data, length);

  return omc_key_manager_unwrap_data_key (f->keys, wrapped, epoch, NULL);
}

/* How many records a copy of a data key opens, whatever epoch their head says. */
static guint
count_opened (StoreFixture *f, OmcSecret *key)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (
      db, "SELECT resource_type, id, counter, encrypted_data FROM encrypted_resources", NULL);
  guint n = 0;

  while (omc_stmt_step (stmt, NULL) == OMC_STEP_ROW)
    {
      g_autofree char *place =
          g_strdup_printf ("%s/%s/%" G_GINT64_FORMAT, omc_stmt_get_text (stmt, 0),
                           omc_stmt_get_text (stmt, 1), omc_stmt_get_integer (stmt, 2));
      g_autoptr (GByteArray) plain = g_byte_array_new ();
      OmcEnvelopeHeader header;
      gsize length;
      gconstpointer data = omc_stmt_get_blob (stmt, 3, &length);

      for (guint32 epoch = 1; epoch <= 2; epoch++)
        {
          g_autoptr (OmcSealer) sealer = omc_sealer_new (key, epoch);

          g_assert_true (omc_envelope_peek (data, length, &header, NULL));
          n += omc_sealer_open (sealer, place, strlen (place), data, length, plain, NULL);
        }
    }

  return n;
}

/* --- tests --- */

static void
test_rotate (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) old_key = copy_data_key (f, 1);
  g_autoptr (OmcSecret) retired = NULL;
  g_autoptr (OmcResource) before = NULL;
  g_autoptr (OmcResource) after = NULL;
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (GBytes) draft = NULL;
  g_autoptr (GError) error = NULL;
  OmcKeyStatus status;
  gint64 saved_at;
  Scan scan;

  keys_fixture_fill (f);
  keys_fixture_import_ward (f, 10);
  scan = scan_seals (f, 1);
  g_assert_cmpuint (scan.n_old, ==, 0);
  g_assert_cmpuint (scan.n_sealed, >, 300);
  g_assert_cmpuint (count_opened (f, old_key), >, 200);
  before = store_fixture_read (f, "Patient", "p1");

  keys_fixture_rotate (f);
  status = keys_fixture_status (f);
  g_assert_cmpuint (status.epoch, ==, 2);
  g_assert_cmpuint (status.n_old_keys, ==, 1);
  g_assert_cmpuint (store_fixture_status (f).key_epoch, ==, 2);
  saved = store_fixture_save (f, KEYS_PULSE ("75"));
  keys_fixture_wait_for_end (f);

  status = keys_fixture_status (f);
  g_assert_cmpuint (status.n_old_keys, ==, 0);
  g_assert_cmpuint (status.n_damaged, ==, 0);
  g_assert_cmpuint (status.done, ==, status.total);
  g_assert_cmpint (status.ended_at_us, ==, STORE_FIXTURE_NOW_US);
  scan = scan_seals (f, 2);
  g_assert_cmpuint (scan.n_old, ==, 0);
  g_assert_cmpuint (scan.n_sealed, >, 300);
  g_assert_cmpuint (count_opened (f, old_key), ==, 0);
  retired = copy_data_key (f, 1);
  g_assert_null (retired);

  after = store_fixture_read (f, "Patient", "p1");
  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (before), omc_resource_get_root (after)));
  store_fixture_assert_sound (f);
  store_fixture_reopen (f);
  draft =
      omc_store_load_draft_sync (f->store, f->nurse, "vitals/Patient/7", &saved_at, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (draft);
  store_fixture_assert_sound (f);
}

static void
test_due (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated = TRUE;

  omc_store_rotate_data_key_sync (f->store, f->device, 90 * DAY_US, &rotated, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (rotated);
  omc_clock_advance (f->clock, 90 * DAY_US);
  omc_store_rotate_data_key_sync (f->store, f->device, 90 * DAY_US, &rotated, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rotated);
  g_assert_cmpuint (keys_fixture_status (f).epoch, ==, 2);
}

/* The end of a rotation tells the readers, which a store that is closed takes away. */
static void
test_closed_meanwhile (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 30; i++)
    {
      omc_store_rotate_data_key_sync (f->store, f->device, 0, NULL, NULL, &error);
      g_assert_no_error (error);
      g_usleep ((gulong)g_test_rand_int_range (0, 4000));
      store_fixture_reopen (f);
    }
  store_fixture_assert_sound (f);
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  OmcActor *const others[] = { f->nurse, f->assistant, f->auditor };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (omc_store_rotate_data_key_sync (f->store, others[i], 0, NULL, NULL, &error));
      g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
    }
  g_assert_cmpuint (keys_fixture_status (f).epoch, ==, 1);
}

/* A program that had the store open before another one rotated. */
static void
test_two_programs (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcStore) other = omc_store_new (f->directory, f->keys, f->clock);
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (GPtrArray) list = store_fixture_list (KEYS_PULSE ("81"), NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;
  Scan scan;

  keys_fixture_fill (f);
  omc_store_open_sync (other, NULL, &error);
  g_assert_no_error (error);
  keys_fixture_rotate (f);
  keys_fixture_wait_for_end (f);
  read = omc_store_read_sync (other, f->nurse, "Patient", "p1", NULL, &error);
  g_assert_no_error (error);
  stored = omc_store_save_sync (other, f->nurse, list, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  scan = scan_seals (f, 2);
  g_assert_cmpuint (scan.n_old, ==, 0);
  omc_store_close (other);
  store_fixture_assert_sound (f);
}

/* What cannot be opened is not touched, and its key stays until it is dealt with. */
static void
test_damaged (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) kept = NULL;

  keys_fixture_fill (f);
  /* The board is made before, so that nobody else reads what is damaged. */
  store_fixture_reopen (f);
  store_fixture_execute (
      f, "UPDATE encrypted_resources SET counter = counter + 100 WHERE resource_type = "
         "'Patient'");
  keys_fixture_rotate (f);
  keys_fixture_wait_for_end (f);
  g_assert_cmpuint (keys_fixture_status (f).n_damaged, ==, 1);
  g_assert_cmpuint (keys_fixture_status (f).n_old_keys, ==, 1);
  kept = copy_data_key (f, 1);
  g_assert_nonnull (kept);
  store_fixture_execute (
      f, "UPDATE encrypted_resources SET counter = counter - 100 WHERE resource_type = "
         "'Patient'");
  store_fixture_assert_sound (f);
  keys_fixture_rotate (f);
  keys_fixture_wait_for_end (f);
  g_assert_cmpuint (keys_fixture_status (f).n_old_keys, ==, 0);
  g_assert_cmpuint (scan_seals (f, 3).n_old, ==, 0);
  store_fixture_assert_sound (f);
}

/* --- kill -9 --- */

/* Rotates whenever the last one has ended, and works meanwhile, until it is killed. */
static void
work (StoreFixture *f, gpointer data)
{
  g_autoptr (OmcResource) saved = NULL;

  if (!keys_fixture_status (f).resealing)
    keys_fixture_rotate (f);
  saved = store_fixture_save (f, KEYS_PULSE ("70"));
  g_usleep (PERSON_US);
}

static void
count_running (StoreFixture *f, gpointer n_running)
{
  *(guint *)n_running += keys_fixture_status (f).resealing;
}

static void
test_kill (void)
{
  const KeysFixtureKills kills = { .seed = 11, .n_patients = 12, .max_delay_us = 300000 };
  StoreFixture f = { 0 };
  guint n_running = 0;
  guint32 epoch;

  keys_fixture_survive_kills (&f, &kills, count_running, &n_running);
  keys_fixture_wait_for_end (&f);
  epoch = keys_fixture_status (&f).epoch;
  g_test_message ("%u of %u kills in the middle of a rotation; epoch %u", n_running,
                  KEYS_FIXTURE_N_KILLS, epoch);
  g_assert_cmpuint (n_running, >, KEYS_FIXTURE_N_KILLS / 4);
  g_assert_cmpuint (epoch, >, 2);
  g_assert_cmpuint (keys_fixture_status (&f).n_old_keys, ==, 0);
  g_assert_cmpuint (scan_seals (&f, epoch).n_old, ==, 0);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  keys_fixture_init (&argc, &argv, work);
  store_fixture_add ("/store/keys/after-a-rotation-the-old-key-opens-nothing", test_rotate, NULL);
  store_fixture_add ("/store/keys/a-key-is-rotated-when-it-is-old-enough", test_due, NULL);
  store_fixture_add ("/store/keys/a-store-closes-while-a-rotation-ends", test_closed_meanwhile,
                     NULL);
  store_fixture_add ("/store/keys/who-may-not-manage-keys-rotates-none", test_denied, NULL);
  store_fixture_add ("/store/keys/another-program-follows-to-the-new-key", test_two_programs, NULL);
  store_fixture_add ("/store/keys/a-damaged-payload-keeps-its-key", test_damaged, NULL);
  g_test_add_func ("/store/keys/kill-at-any-point-of-a-rotation-resumes", test_kill);

  return g_test_run ();
}
