/* test-store-keys.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-envelope.h"
#include "omc-stmt.h"
#include "omc-store-keys.h"
#include "store-fixture.h"
#include "ward-sample.h"

#define N_KILLS 20
/* Between two saves; the rotation runs in the pauses. */
#define PERSON_US 70000
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

static const char *program;

#define PATIENT_V(version, city)                                                                   \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"" version                 \
  "\",\"lastUpdated\":\"2026-11-18T0" version ":00:00Z\"},\"name\":[{\"family\":\"Doe\"}],"        \
  "\"address\":[{\"use\":\"home\",\"city\":\"" city "\"}],\"birthDate\":\"1960-01-02\"}"
#define PATIENT(city)                                                                              \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Doe\"}],"                   \
  "\"address\":[{\"use\":\"home\",\"city\":\"" city "\"}],\"birthDate\":\"1960-01-02\"}"
#define PULSE(value)                                                                               \
  "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"code\":{\"text\":"       \
  "\"Pulse\"},\"subject\":{\"reference\":\"Patient/p1\"},"                                         \
  "\"effectiveDateTime\":\"2026-11-18T10:00:00Z\",\"valueQuantity\":{\"value\":" value             \
  ",\"unit\":\"/min\"}}"

static OmcKeyStatus
key_status (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcKeyStatus status;

  omc_store_get_key_status_sync (f->store, &status, NULL, &error);
  g_assert_no_error (error);

  return status;
}

static void
rotate (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated = FALSE;

  omc_store_rotate_data_key_sync (f->store, f->administrator, 0, &rotated, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rotated);
}

static void
wait_for_end (StoreFixture *f)
{
  for (guint i = 0; i < 20000 && key_status (f).resealing; i++)
    g_usleep (1000);
  g_assert_false (key_status (f).resealing);
}

/* Something sealed in every column that holds seals: records, a base version, a payload in flight, the documents of a
 * conflict, drafts. */
static void
fill (StoreFixture *f)
{
  g_autoptr (GBytes) form = g_bytes_new_static ("half a form", 11);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (OmcResource) mine = NULL;
  g_autoptr (OmcResource) pulse = NULL;
  g_autoptr (OmcResource) later = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts = { 0 };

  store_fixture_from_server (f, &counts, PATIENT_V ("1", "Berlin"), NULL);
  mine = store_fixture_save (f, PATIENT ("Bonn"));
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "Kiel"), NULL);
  pulse = store_fixture_save (f, PULSE ("70"));
  items = omc_store_take_queue (f->store, STORE_FIXTURE_NOW_US, 100, NULL, &error);
  g_assert_no_error (error);
  omc_store_mark_in_flight (f->store, items, NULL, &error);
  g_assert_no_error (error);
  later = store_fixture_save (f, PULSE ("72.0"));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("vitals/Patient/%u", i);

      omc_store_save_draft_sync (f->store, f->nurse, key, form, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
import_ward (StoreFixture *f, guint n_patients)
{
  const WardSampleOptions options = {
    .seed = 5, .n_patients = n_patients, .n_sets = 3, .end_us = STORE_FIXTURE_NOW_US
  };
  g_autoptr (GPtrArray) ward = ward_sample_resources (&options);
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;

  omc_store_import_sync (f->store, f->device, ward, OMC_IMPORT_SERVER_STATE, &counts, NULL, &error);
  g_assert_no_error (error);
}

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

  fill (f);
  import_ward (f, 10);
  scan = scan_seals (f, 1);
  g_assert_cmpuint (scan.n_old, ==, 0);
  g_assert_cmpuint (scan.n_sealed, >, 300);
  g_assert_cmpuint (count_opened (f, old_key), >, 200);
  before = store_fixture_read (f, "Patient", "p1");

  rotate (f);
  status = key_status (f);
  g_assert_cmpuint (status.epoch, ==, 2);
  g_assert_cmpuint (status.n_old_keys, ==, 1);
  g_assert_cmpuint (store_fixture_status (f).key_epoch, ==, 2);
  saved = store_fixture_save (f, PULSE ("75"));
  wait_for_end (f);

  status = key_status (f);
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
  g_assert_cmpuint (key_status (f).epoch, ==, 2);
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
  g_assert_cmpuint (key_status (f).epoch, ==, 1);
}

/* A program that had the store open before another one rotated. */
static void
test_two_programs (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcStore) other = omc_store_new (f->directory, f->keys, f->clock);
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (GPtrArray) list = store_fixture_list (PULSE ("81"), NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;
  Scan scan;

  fill (f);
  omc_store_open_sync (other, NULL, &error);
  g_assert_no_error (error);
  rotate (f);
  wait_for_end (f);
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
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (OmcSecret) kept = NULL;
  g_autoptr (GError) error = NULL;

  fill (f);
  /* The board is made before, so that nobody else reads what is damaged. */
  store_fixture_reopen (f);
  db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  omc_db_execute (db,
                  "UPDATE encrypted_resources SET counter = counter + 100 WHERE resource_type = "
                  "'Patient'",
                  &error);
  g_assert_no_error (error);
  rotate (f);
  wait_for_end (f);
  g_assert_cmpuint (key_status (f).n_damaged, ==, 1);
  g_assert_cmpuint (key_status (f).n_old_keys, ==, 1);
  kept = copy_data_key (f, 1);
  g_assert_nonnull (kept);
  omc_db_execute (db,
                  "UPDATE encrypted_resources SET counter = counter - 100 WHERE resource_type = "
                  "'Patient'",
                  &error);
  g_assert_no_error (error);
  store_fixture_assert_sound (f);
  rotate (f);
  wait_for_end (f);
  g_assert_cmpuint (key_status (f).n_old_keys, ==, 0);
  g_assert_cmpuint (scan_seals (f, 3).n_old, ==, 0);
  store_fixture_assert_sound (f);
}

/* --- the database's key --- */

static void
rotate_database (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_rotate_database_key_sync (f->store, f->administrator, NULL, &error);
  g_assert_no_error (error);
}

static void
test_database_key (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) before = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) after = NULL;
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (OmcResource) patient = NULL;
  g_autoptr (GError) error = NULL;
  guint n_records, n_waiting;

  fill (f);
  import_ward (f, 10);
  n_records = store_fixture_status (f).n_resources;
  n_waiting = store_fixture_status (f).n_pending;
  rotate_database (f);
  after = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_assert_false (omc_secret_equal (before, after));
  db = omc_db_open (f->database, before, OMC_DB_READ_WRITE, &error);
  g_assert_null (db);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY);
  patient = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, n_records);
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, n_waiting);
  store_fixture_assert_sound (f);
  store_fixture_reopen (f);
  rotate (f);
  wait_for_end (f);
  store_fixture_assert_sound (f);
}

static void
test_database_in_use (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcStore) other = omc_store_new (f->directory, f->keys, f->clock);
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (GError) error = NULL;

  omc_store_open_sync (other, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (omc_store_rotate_database_key_sync (f->store, f->administrator, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  saved = store_fixture_save (f, PULSE ("70"));
  omc_store_close (other);
  rotate_database (f);
  store_fixture_assert_sound (f);
}

/* Each order in which a crash can leave keyring and database. */
static void
test_database_interrupted (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (f->database, ".new", NULL);
  g_autoptr (GError) error = NULL;

  fill (f);
  /* The keyring knows two keys, and half a copy is there. */
  omc_store_close (f->store);
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (copy, "half", 4, NULL));
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  store_fixture_assert_sound (f);

  /* The copy is in place, and the keyring does not know yet. */
  omc_store_close (f->store);
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  {
    g_autoptr (OmcSecret) next = omc_key_manager_dup_key (f->keys, OMC_KEY_NEXT_DB, NULL);
    g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);

    g_assert_true (g_file_set_contents (copy, "", 0, NULL));
    g_assert_true (omc_db_copy_to (db, copy, next, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpint (g_rename (copy, f->database), ==, 0);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  store_fixture_assert_sound (f);
  store_fixture_reopen (f);
  store_fixture_assert_sound (f);
}

/* --- kill -9 --- */

static void
open_plainly (StoreFixture *f, const char *directory)
{
  g_autoptr (GError) error = NULL;

  f->directory = g_strdup (directory);
  f->database = g_build_filename (directory, "omnicare.db", NULL);
  f->secrets = omc_secret_store_memory_new ();
  /* The device secret of one process is not in another. */
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  f->keys = store_fixture_new_keys (directory, f->secrets);
  f->clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US);
  f->nurse = omc_actor_new ("nurse", "Nurse A.", OMC_ROLE_NURSE, NULL, NULL);
  f->administrator = omc_actor_new ("admin", "Admin D.", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  f->device = omc_actor_new_device ();
  f->store = omc_store_new (directory, f->keys, f->clock);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

/* Rotates whenever the last one has ended, and works meanwhile, until it is killed. */
static int
child_main (const char *directory, const char *what)
{
  gboolean database = g_str_equal (what, "database");
  StoreFixture f = { 0 };

  open_plainly (&f, directory);
  g_print ("open\n");
  fflush (stdout);
  while (database)
    {
      g_autoptr (OmcResource) saved = store_fixture_save (&f, PULSE ("70"));

      omc_key_manager_rotate_master_sync (f.keys, NULL);
      rotate_database (&f);
    }
  for (;;)
    {
      g_autoptr (OmcResource) saved = NULL;

      if (!key_status (&f).resealing)
        rotate (&f);
      saved = store_fixture_save (&f, PULSE ("70"));
      g_usleep (PERSON_US);
    }

  return 0;
}

static void
kill_one (const char *directory, const char *what, gulong delay_us)
{
  const char *const arguments[] = { program, "--child", directory, what, NULL };
  g_autoptr (GError) error = NULL;
  char byte;
  GPid pid;
  int status, fd;

  g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &pid, NULL, &fd, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  g_usleep (delay_us);
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  close (fd);
  g_assert_true (WIFSIGNALED (status));
}

static void
test_kill (void)
{
  g_autofree char *directory = g_dir_make_tmp ("omc-kill-XXXXXX", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  StoreFixture f = { 0 };
  guint n_records, n_running = 0;
  guint32 epoch;

  open_plainly (&f, directory);
  fill (&f);
  import_ward (&f, 12);
  n_records = store_fixture_status (&f).n_resources;
  omc_store_close (f.store);
  for (guint i = 0; i < N_KILLS; i++)
    {
      kill_one (directory, "data", (gulong)g_rand_int_range (random, 0, 300000));
      store_fixture_reopen (&f);
      n_running += key_status (&f).resealing;
      g_assert_cmpuint (store_fixture_status (&f).n_resources, ==, n_records);
      if (i % 8 == 7)
        store_fixture_assert_sound (&f);
      omc_store_close (f.store);
    }
  store_fixture_reopen (&f);
  wait_for_end (&f);
  epoch = key_status (&f).epoch;
  g_test_message ("%u of %u kills in the middle of a rotation; epoch %u", n_running, N_KILLS,
                  epoch);
  g_assert_cmpuint (n_running, >, N_KILLS / 4);
  g_assert_cmpuint (epoch, >, 2);
  g_assert_cmpuint (key_status (&f).n_old_keys, ==, 0);
  g_assert_cmpuint (scan_seals (&f, epoch).n_old, ==, 0);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

static void
test_kill_database (void)
{
  g_autofree char *directory = g_dir_make_tmp ("omc-kill-XXXXXX", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  StoreFixture f = { 0 };
  guint n_records;

  open_plainly (&f, directory);
  fill (&f);
  import_ward (&f, 5);
  n_records = store_fixture_status (&f).n_resources;
  omc_store_close (f.store);
  for (guint i = 0; i < N_KILLS; i++)
    {
      kill_one (directory, "database", (gulong)g_rand_int_range (random, 0, 200000));
      store_fixture_reopen (&f);
      g_assert_cmpuint (store_fixture_status (&f).n_resources, ==, n_records);
      if (i % 8 == 7)
        store_fixture_assert_sound (&f);
      omc_store_close (f.store);
    }
  store_fixture_reopen (&f);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/store/keys/" path, StoreFixture, NULL, store_fixture_set_up, func,                 \
              store_fixture_tear_down)
  ADD ("after-a-rotation-the-old-key-opens-nothing", test_rotate);
  ADD ("a-key-is-rotated-when-it-is-old-enough", test_due);
  ADD ("a-store-closes-while-a-rotation-ends", test_closed_meanwhile);
  ADD ("who-may-not-manage-keys-rotates-none", test_denied);
  ADD ("another-program-follows-to-the-new-key", test_two_programs);
  ADD ("a-damaged-payload-keeps-its-key", test_damaged);
  ADD ("a-new-database-key-opens-an-equal-store", test_database_key);
  ADD ("the-database-key-stays-while-others-use-the-store", test_database_in_use);
  ADD ("an-interrupted-change-of-the-database-key-is-settled", test_database_interrupted);
#undef ADD
  g_test_add_func ("/store/keys/kill-while-the-database-changes-its-key", test_kill_database);
  g_test_add_func ("/store/keys/kill-at-any-point-of-a-rotation-resumes", test_kill);

  return g_test_run ();
}
