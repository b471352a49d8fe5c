/* test-store-damage.c
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

#include "omc-db.h"
#include "omc-migrator.h"
#include "omc-stmt.h"
#include "store-fixture.h"
#include "ward-sample.h"

#define N_KILLS 30

static const char *program;

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"Doe\"}]}"

/* What somebody does who holds the database's key but not the program. */
static void
tamper (StoreFixture *f, const char *sql)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  omc_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

static void
assert_open_fails (StoreFixture *f, OmcKeyManager *keys, int code)
{
  g_autoptr (OmcStore) store = omc_store_new (f->directory, keys, f->clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_store_open_sync (store, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, code);
  g_assert_false (omc_store_is_open (store));
}

static void
test_wrong_key (StoreFixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("omc-keys-XXXXXX", NULL);
  g_autoptr (OmcKeyManager) other = store_fixture_new_keys (elsewhere, f->secrets);

  omc_store_close (f->store);
  assert_open_fails (f, other, OMC_STORE_ERROR_WRONG_KEY);
  store_fixture_remove_tree (elsewhere);
}

static void
test_clear_text (StoreFixture *f, gconstpointer data)
{
  char page[4096] = "SQLite format 3";
  g_autofree char *contents = NULL;
  gsize length;

  omc_store_close (f->store);
  g_file_get_contents (f->database, &contents, &length, NULL);
  g_assert_cmpuint (length, >, 0);
  g_assert_false (g_str_has_prefix (contents, "SQLite"));
  g_file_set_contents (f->database, page, sizeof page, NULL);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NOT_ENCRYPTED);
}

/* "Saved" is said after COMMIT, and a commit is on the disk. */
static void
test_durable (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  omc_db_get_integer (db, "PRAGMA synchronous", 0, &value, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value, ==, 2); /* FULL */
  omc_db_get_integer (db, "PRAGMA foreign_keys", 0, &value, &error);
  g_assert_cmpint (value, ==, 1);
}

/* The tables and columns that the user's guide names. */
static void
test_tables_by_name (StoreFixture *f, gconstpointer data)
{
#define COUNT(columns, table) "SELECT count(*) FROM (SELECT " columns " FROM " table ")"
  static const struct
  {
    const char *sql; /* the connection knows its statements by their address */
    int n;
  } queries[] = {
    { COUNT ("id, resource_type, encrypted_data, metadata, search_index, created_at, updated_at",
             "encrypted_resources"),
      1 },
    { COUNT ("id, resource_type, resource_id, operation, priority, attempts, last_attempt, error,"
             " created_at",
             "sync_queue"),
      1 },
    { COUNT ("id, resource_type, resource_id, local_version, remote_version, status, resolution,"
             " created_at, resolved_at",
             "conflicts"),
      0 },
    { COUNT ("patient_id, id", "observations_by_patient"), 0 },
    { COUNT ("patient_id, id", "encounters_active"), 0 },
  };
#undef COUNT
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT ("p1"));
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 n = -1;

      omc_db_get_integer (db, queries[i].sql, -1, &n, &error);
      g_assert_no_error (error);
      g_assert_cmpint (n, ==, queries[i].n);
    }
}

static void
test_missing_file (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT ("p1"));

  omc_store_close (f->store);
  g_unlink (f->database);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (f->database, G_FILE_TEST_EXISTS));
}

static void
test_newer_schema (StoreFixture *f, gconstpointer data)
{
  g_autofree char *sql =
      g_strdup_printf ("PRAGMA user_version = %u", omc_migrator_get_latest () + 1);

  omc_store_close (f->store);
  tamper (f, sql);
  assert_open_fails (f, f->keys, OMC_STORE_ERROR_NEWER);
}

static void
test_no_place (StoreFixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->directory, "a-file", NULL);
  g_autoptr (OmcStore) store = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (file, "x", 1, NULL);
  store = omc_store_new (file, f->keys, f->clock);
  g_assert_false (omc_store_open_sync (store, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY);
}

static void
test_full (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 n;

  omc_db_execute (db, "PRAGMA max_page_count = 1", &error);
  g_assert_no_error (error);
  g_assert_true (omc_db_begin (db, &error));
  g_assert_false (omc_db_execute (
      db,
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
      " INSERT INTO settings (name, value) SELECT 'full-' || i, hex (zeroblob (200)) FROM n",
      &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL);
  omc_db_rollback (db);
  g_clear_error (&error);
  omc_db_get_integer (db, "SELECT count(*) FROM settings", -1, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 0);
}

/* The head may have been anchored after the commit that the tear took away: then the trail says that it was cut. */
static void
assert_sound_or_cut (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  OmcAuditReport report;

  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 0);
  omc_store_verify_audit_sync (f->store, &report, NULL, &error);
  g_assert_no_error (error);
  /* The anchor was not copied. */
  g_assert_true (report.finding == OMC_AUDIT_INTACT || report.finding == OMC_AUDIT_CUT ||
                 report.finding == OMC_AUDIT_UNANCHORED);
}

/* SQLite's SHARED lock, as another process sees it: without it that process takes itself for the last user of the
 * store, and removes the write-ahead log with commits in it when it ends. */
static void
test_locks_held (StoreFixture *f, gconstpointer data)
{
  struct flock lock = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510
  };
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      int fd = open (f->database, O_RDWR | O_CLOEXEC);

      _exit (fd >= 0 && fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type == F_RDLCK ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
test_torn_log (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = g_dir_make_tmp ("omc-torn-XXXXXX", NULL);
  g_autofree char *wal = g_strconcat (f->database, "-wal", NULL);
  g_autofree char *log = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *keyring = g_build_filename (f->directory, "keyring", NULL);
  g_autofree char *keys_text = NULL;
  gsize length, log_length, keys_length;
  StoreFixture torn = *f;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *json = g_strdup_printf (PATIENT ("p%u"), i);
      g_autoptr (OmcResource) patient = store_fixture_save (f, json);

      g_assert_nonnull (patient);
    }
  g_assert_true (g_file_get_contents (f->database, &contents, &length, NULL));
  g_assert_true (g_file_get_contents (wal, &log, &log_length, NULL));
  g_assert_true (g_file_get_contents (keyring, &keys_text, &keys_length, NULL));
  torn.directory = copy;
  torn.database = g_build_filename (copy, "omnicare.db", NULL);
  {
    g_autofree char *torn_wal = g_strconcat (torn.database, "-wal", NULL);
    g_autofree char *torn_keyring = g_build_filename (copy, "keyring", NULL);

    /* Power went in the middle of a page. */
    g_file_set_contents (torn.database, contents, (gssize)length, NULL);
    g_file_set_contents (torn_wal, log, (gssize)(log_length - 2000), NULL);
    g_file_set_contents (torn_keyring, keys_text, (gssize)keys_length, NULL);
  }
  torn.keys = store_fixture_new_keys (copy, f->secrets);
  torn.store = omc_store_new (copy, torn.keys, f->clock);
  omc_store_open_sync (torn.store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (store_fixture_status (&torn).n_resources, >=, 15);
  assert_sound_or_cut (&torn);
  omc_store_close (torn.store);
  g_object_unref (torn.store);
  g_object_unref (torn.keys);
  g_free (torn.database);
  store_fixture_remove_tree (copy);
}

static OmcAuditReport
verify (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  omc_store_verify_audit_sync (f->store, &report, NULL, &error);
  g_assert_no_error (error);

  return report;
}

static void
test_audit_tampering (StoreFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *sql;
    OmcAuditFinding finding;
  } cases[] = {
    { "UPDATE audit_log SET entry = CAST ('x' AS BLOB) WHERE sequence = 2", OMC_AUDIT_BROKEN_HASH },
    { "DELETE FROM audit_log WHERE sequence = 2", OMC_AUDIT_GAP },
    { "DELETE FROM audit_log WHERE sequence >= 3", OMC_AUDIT_CUT },
  };
  const char *how = data;
  guint n = (guint)(how[0] - '0');

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *json = g_strdup_printf (PATIENT ("p%u"), i);
      g_autoptr (OmcResource) patient = store_fixture_save (f, json);

      g_assert_nonnull (patient);
    }
  g_assert_cmpint (verify (f).finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (verify (f).n_entries, ==, 5);
  /* Closing anchors the head. */
  omc_store_close (f->store);
  tamper (f, cases[n].sql);
  omc_store_open_sync (f->store, NULL, NULL);
  g_assert_cmpint (verify (f).finding, ==, cases[n].finding);
}

static void
test_double_record (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, PATIENT ("a"));
  g_autoptr (OmcResource) b = store_fixture_save (f, PATIENT ("b"));
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  guint n_doubles = 0;

  store_fixture_assert_sound (f);
  tamper (f,
          "INSERT INTO encrypted_resources (id, resource_type, patient, kind, event_at, odd_date,"
          " state, sync_status, counter, search_index, created_at, updated_at, original_size,"
          " encrypted_data) SELECT id, resource_type, patient, kind, event_at, odd_date, state,"
          " sync_status, counter, search_index, created_at, updated_at, original_size,"
          " encrypted_data FROM encrypted_resources WHERE id = 'a'");
  findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    {
      const OmcStoreFinding *finding = g_ptr_array_index (findings, i);

      if (strstr (finding->problem, "more than once") != NULL)
        {
          g_assert_cmpstr (finding->place, ==, "Patient/a");
          n_doubles++;
        }
    }
  g_assert_cmpuint (n_doubles, ==, 1);
}

static void
test_swapped_payloads (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, PATIENT ("a"));
  g_autoptr (OmcResource) b = store_fixture_save (f, PATIENT ("b"));
  g_autoptr (OmcResource) c = store_fixture_save (f, PATIENT ("c"));
  g_autoptr (OmcResource) fine = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;

  tamper (f, "UPDATE encrypted_resources SET encrypted_data ="
             " (SELECT encrypted_data FROM encrypted_resources WHERE id = 'b') WHERE id = 'a'");
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "a", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  g_clear_error (&error);
  fine = store_fixture_read (f, "Patient", "c");
  findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (((OmcStoreFinding *)g_ptr_array_index (findings, 0))->place, ==, "Patient/a");
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT ("p1"));
  g_autoptr (GPtrArray) final = store_fixture_list (
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}}", NULL);
  g_autoptr (GPtrArray) preliminary = store_fixture_list (
      "{\"resourceType\":\"Observation\",\"status\":\"preliminary\",\"code\":{\"text\":\"x\"}}",
      NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  guint n_denied = 0;

  g_assert_null (omc_store_read_sync (f->store, f->administrator, "Patient", "p1", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (omc_store_save_sync (f->store, f->assistant, final, OMC_SAVE_CHART, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  stored = omc_store_save_sync (f->store, f->assistant, preliminary, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_list_audit_sync (f->store, f->nurse, 0, 100, NULL, &error));
  g_clear_error (&error);
  entries = omc_store_list_audit_sync (f->store, f->auditor, 0, 100, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    n_denied +=
        g_strcmp0 (((OmcAuditEntry *)g_ptr_array_index (entries, i))->detail, "denied") == 0;
  g_assert_cmpuint (n_denied, ==, 3);
}

static void
test_drafts (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GBytes) draft = g_bytes_new_static ("half a form", 11);
  g_autoptr (GBytes) loaded = NULL;
  g_autoptr (GBytes) others = NULL;
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  gint64 saved_at_us;

  omc_store_save_draft_sync (f->store, f->nurse, "vitals/Patient/7", draft, NULL, &error);
  g_assert_no_error (error);
  store_fixture_reopen (f);
  loaded = omc_store_load_draft_sync (f->store, f->nurse, "vitals/Patient/7", &saved_at_us, NULL,
                                      &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (draft, loaded));
  g_assert_cmpint (saved_at_us, ==, STORE_FIXTURE_NOW_US);
  others =
      omc_store_load_draft_sync (f->store, f->assistant, "vitals/Patient/7", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (others);
  /* Nor does a draft open that was put under another name. */
  g_clear_error (&error);
  sql = g_strdup_printf ("UPDATE drafts SET user = '%s'", omc_actor_get_user (f->assistant));
  tamper (f, sql);
  g_assert_null (
      omc_store_load_draft_sync (f->store, f->assistant, "vitals/Patient/7", NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
}

/* Nothing that a screen waits for reads a whole table. */
static void
test_query_plans (StoreFixture *f, gconstpointer data)
{
  static const char *const hot[] = {
    "SELECT encrypted_data FROM (SELECT resource FROM search_keys WHERE key = 5 UNION ALL"
    " SELECT resource FROM search_keys_new WHERE key = 5 UNION ALL"
    " SELECT resource FROM search_pending WHERE key = 5) CROSS JOIN encrypted_resources"
    " ON pk = resource WHERE resource_type = 'Patient' AND id = 'x'",
    "SELECT pk FROM encrypted_resources WHERE patient = 1 AND kind = 8 ORDER BY event_at DESC",
    "SELECT pk FROM encrypted_resources WHERE patient = 1 AND odd_date = 1",
    "SELECT pk FROM encrypted_resources WHERE patient = 1 AND kind = 8 AND event_at >= 0 AND state "
    "= 0"
    " ORDER BY event_at DESC LIMIT 20",
    "SELECT q.id FROM sync_queue q WHERE q.state = 0 AND q.next_attempt <= 5 AND NOT EXISTS"
    " (SELECT 1 FROM sync_queue o WHERE o.resource = q.resource AND o.id < q.id) ORDER BY "
    "q.priority, q.id LIMIT 5",
    "SELECT patient FROM ward_board WHERE active = 1 AND due_at > 0 AND due_at < 5"
    " ORDER BY risk DESC, news2 DESC, due_at, patient LIMIT 50",
    "SELECT patient FROM ward_board WHERE active = 1 ORDER BY name_key, patient LIMIT 50",
    "SELECT patient FROM ward_board WHERE active = 1 ORDER BY bed_key, patient LIMIT 50",
    "SELECT first, rest FROM search_postings WHERE param = 3 AND value = 5 AND first <= 7"
    " ORDER BY first DESC LIMIT 1",
    "SELECT first, rest FROM search_postings WHERE param = 3 AND value BETWEEN 5 AND 6"
    " ORDER BY value, first",
    "SELECT resource FROM search_string WHERE param = 3 AND value >= 'a' AND value < 'b'",
    "SELECT id FROM conflicts WHERE resource = 4 AND status IN (0, 1)",
    "SELECT sequence, hash FROM audit_log WHERE sequence >= 5 ORDER BY sequence LIMIT 10",
    "SELECT patient, used_at FROM ward_board INDEXED BY board_by_use WHERE active = 0 AND used_at "
    "<= 5"
    " AND (used_at, patient) > (1, 2) ORDER BY used_at, patient LIMIT 1",
    "SELECT 1 FROM evicted WHERE resource_type = 'Observation' LIMIT 1",
    "SELECT 1 FROM evicted WHERE resource_type = 'Observation' AND patient = 3 LIMIT 1",
  };
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);

  for (gsize i = 0; i < G_N_ELEMENTS (hot); i++)
    {
      g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ", hot[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcStmt) stmt = omc_db_prepare_once (db, sql, &error);

      g_assert_no_error (error);
      while (omc_stmt_step (stmt, &error) == OMC_STEP_ROW)
        {
          const char *detail = omc_stmt_get_text (stmt, 3);

          if (strstr (detail, "SCAN") != NULL || strstr (detail, "TEMP B-TREE") != NULL)
            g_test_message ("%s: %s", hot[i], detail);
          g_assert_null (strstr (detail, "SCAN"));
          g_assert_null (strstr (detail, "TEMP B-TREE"));
        }
    }
}

static gboolean
count_one (OmcResource *resource, gpointer user_data, GError **error)
{
  (*(guint *)user_data)++;
  return TRUE;
}

static void
test_fixtures (StoreFixture *f, gconstpointer data)
{
  static const char *const folders[] = { "hl7-r4-examples", "us-core", "au-core", "patients" };
  const char *root = g_getenv ("OMNICARE_FIXTURES");
  guint n_files = 0, n_stored = 0, n_exported = 0;
  g_autoptr (GError) error = NULL;

  if (root == NULL || !g_file_test (root, G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("The fixtures are not here: set OMNICARE_FIXTURES.");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (root, folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *file = g_build_filename (path, name, NULL);
          g_autofree char *text = NULL;
          g_autoptr (OmcResource) resource = NULL;
          g_autoptr (OmcResource) read = NULL;
          g_autoptr (GPtrArray) list = g_ptr_array_new ();
          OmcImportCounts counts;
          gsize length;

          if (!g_str_has_suffix (name, ".json") ||
              !g_file_get_contents (file, &text, &length, NULL))
            continue;
          resource = omc_resource_parse (text, (gssize)length, NULL);
          if (resource == NULL || omc_resource_get_id (resource) == NULL)
            continue;
          n_files++;
          g_ptr_array_add (list, resource);
          omc_store_import_sync (f->store, f->device, list, OMC_IMPORT_LOCAL_WORK, &counts, NULL,
                                 &error);
          g_assert_no_error (error);
          n_stored += counts.created;
          read =
              omc_store_read_sync (f->store, f->device, omc_resource_get_resource_type (resource),
                                   omc_resource_get_id (resource), NULL, &error);
          g_assert_no_error (error);
          g_assert_true (omc_json_value_identical (omc_resource_get_root (resource),
                                                   omc_resource_get_root (read)));
        }
    }
  g_test_message ("%u files, %u records", n_files, n_stored);
  g_assert_cmpuint (n_files, >, 50);
  omc_store_foreach_sync (f->store, f->device, NULL, NULL, count_one, &n_exported, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_exported, ==, n_stored);
  store_fixture_assert_sound (f);
}

/* --- kill -9 --- */

/* Saves until it is killed and names each set that was acknowledged. */
static int
child_main (const char *directory)
{
  StoreFixture f = { .directory = g_strdup (directory) };
  g_autoptr (GError) error = NULL;

  f.secrets = omc_secret_store_memory_new ();
  omc_secret_store_memory_set_state (f.secrets, OMC_SECRET_UNAVAILABLE);
  f.keys = store_fixture_new_keys (directory, f.secrets);
  f.clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US);
  f.store = omc_store_new (directory, f.keys, f.clock);
  f.nurse = omc_actor_new ("nurse", "Nurse A.", OMC_ROLE_NURSE, NULL, NULL);
  if (!omc_store_open_sync (f.store, NULL, &error))
    return 1;
  for (guint i = 0;; i++)
    {
      g_autoptr (GPtrArray) set =
          ward_sample_vitals_set ((guint32)getpid () * 1000 + i, "p1", STORE_FIXTURE_NOW_US + i);
      g_autoptr (GPtrArray) stored =
          omc_store_save_sync (f.store, f.nurse, set, OMC_SAVE_CHART, NULL, &error);

      if (stored == NULL)
        return 1;
      for (guint n = 0; n < stored->len; n++)
        g_print ("%s\n", omc_resource_get_id (g_ptr_array_index (stored, n)));
      fflush (stdout);
    }
}

static void
kill_one (const char *directory, gulong delay_us, GPtrArray *acknowledged)
{
  const char *const arguments[] = { program, "--child", directory, NULL };
  g_autofree char *output = g_build_filename (directory, "acknowledged", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_open (output, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
  GPid pid;
  int status;

  g_spawn_async_with_fds (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                          &pid, -1, fd, -1, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 1000 && lseek (fd, 0, SEEK_END) == 0; i++)
    g_usleep (2000);
  g_usleep (delay_us);
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  close (fd);
  g_file_get_contents (output, &text, NULL, NULL);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_uuid_string_is_valid (lines[i]))
        g_ptr_array_add (acknowledged, g_strdup (lines[i]));
    }
}

static void
test_kill (void)
{
  StoreFixture f = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GPtrArray) acknowledged = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  f.directory = g_dir_make_tmp ("omc-kill-XXXXXX", NULL);
  f.database = g_build_filename (f.directory, "omnicare.db", NULL);
  f.secrets = omc_secret_store_memory_new ();
  /* The device secret of this process is not in the child. */
  omc_secret_store_memory_set_state (f.secrets, OMC_SECRET_UNAVAILABLE);
  f.keys = store_fixture_new_keys (f.directory, f.secrets);
  f.clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US);
  for (guint i = 0; i < N_KILLS; i++)
    kill_one (f.directory, (gulong)g_rand_int_range (random, 0, 30000), acknowledged);
  g_test_message ("%u acknowledged records", acknowledged->len);
  g_assert_cmpuint (acknowledged->len, >=, N_KILLS);
  f.nurse = omc_actor_new ("nurse", "Nurse A.", OMC_ROLE_NURSE, NULL, NULL);
  f.store = omc_store_new (f.directory, f.keys, f.clock);
  omc_store_open_sync (f.store, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < acknowledged->len; i++)
    {
      g_autoptr (OmcResource) resource =
          store_fixture_read (&f, "Observation", g_ptr_array_index (acknowledged, i));
    }
  items = store_fixture_queue (&f);
  g_assert_cmpuint (items->len, ==, store_fixture_status (&f).n_resources);
  g_assert_cmpuint (items->len % 10, ==, 0);
  g_assert_cmpuint (items->len, >=, acknowledged->len);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func, data)                                                                      \
  g_test_add ("/store/damage/" path, StoreFixture, data, store_fixture_set_up, func,               \
              store_fixture_tear_down)
  ADD ("other-keys-open-nothing", test_wrong_key, NULL);
  ADD ("a-file-in-clear-text-is-refused", test_clear_text, NULL);
  ADD ("a-commit-is-on-the-disk", test_durable, NULL);
  ADD ("tables-and-columns-have-their-names", test_tables_by_name, NULL);
  ADD ("a-missing-file-is-not-made-anew", test_missing_file, NULL);
  ADD ("a-newer-schema-is-refused", test_newer_schema, NULL);
  ADD ("a-place-that-cannot-be-written-is-told", test_no_place, NULL);
  ADD ("a-full-disk-changes-nothing", test_full, NULL);
  ADD ("a-torn-log-opens-at-the-last-whole-commit", test_torn_log, NULL);
  ADD ("other-programs-see-that-the-store-is-in-use", test_locks_held, NULL);
  ADD ("a-changed-audit-entry-is-found", test_audit_tampering, "0");
  ADD ("a-removed-audit-entry-is-found", test_audit_tampering, "1");
  ADD ("a-cut-audit-chain-is-found", test_audit_tampering, "2");
  ADD ("a-swapped-payload-is-found-and-the-rest-works", test_swapped_payloads, NULL);
  ADD ("a-record-that-stands-twice-is-found", test_double_record, NULL);
  ADD ("what-a-role-may-not-do-is-denied-and-audited", test_denied, NULL);
  ADD ("drafts-survive-and-belong-to-one-person", test_drafts, NULL);
  ADD ("hot-statements-use-indexes", test_query_plans, NULL);
  ADD ("every-fixture-comes-back-as-it-was", test_fixtures, NULL);
#undef ADD
  g_test_add_func ("/store/damage/kill-loses-nothing-acknowledged", test_kill);

  return g_test_run ();
}
