/* test-store-schema.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-stmt.h"
#include "store-fixture.h"

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
  g_autoptr (OmcResource) patient =
      store_fixture_save (f, "{\"resourceType\":\"Patient\",\"id\":\"p1\"}");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/damage/tables-and-columns-have-their-names", test_tables_by_name,
                     NULL);
  store_fixture_add ("/store/damage/hot-statements-use-indexes", test_query_plans, NULL);

  return g_test_run ();
}
