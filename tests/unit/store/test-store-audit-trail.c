/* test-store-audit-trail.c: what the trail can tell, and when
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-db.h"
#include "omc-stmt.h"
#include "omc-store-audit.h"
#include "store-fixture.h"

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"meta\":{\"versionId\":\"v1\"}}"
#define PULSE(id, patient)                                                                         \
  "{\"resourceType\":\"Observation\",\"id\":\"" id "\",\"meta\":{\"versionId\":\"v-" id "\"},"     \
  "\"status\":\"final\",\"code\":{\"text\":\"pulse\"},\"subject\":{\"reference\":"                 \
  "\"Patient/" patient "\"}}"

/* What another process sees in the file at this moment, as after a kill. */
static gint64
count_in_file (StoreFixture *f, const char *text)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) FROM audit_log WHERE instr (CAST (entry AS TEXT), '%s') > 0", text);
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;
  gint64 n;

  omc_db_get_integer (db, sql, 0, &n, &error);
  g_assert_no_error (error);

  return n;
}

static void
receive (StoreFixture *f)
{
  store_fixture_from_server (f, NULL, PATIENT ("p1"), PATIENT ("p2"), PULSE ("o1", "p1"),
                             PULSE ("o2", "p2"), PULSE ("o3", "p1"), NULL);
  store_fixture_from_server (f, NULL, PULSE ("o4", "p2"), NULL);
}

static GPtrArray *
list_of (StoreFixture *f, const char *patient, guint64 from, guint limit, guint64 *next)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *entries = omc_store_list_audit_of_patient_sync (f->store, f->auditor, patient, from,
                                                             limit, next, NULL, &error);

  g_assert_no_error (error);

  return entries;
}

/* What goes out of sight is told like what came in: who looks for it finds when. */
static void
test_hidden (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  const OmcAuditEntry *entry;
  const OmcAuditItem *item;
  guint64 next;

  receive (f);
  g_ptr_array_add (ids, (gpointer) "o1");
  g_ptr_array_add (ids, (gpointer) "never-here");
  omc_store_hide (f->store, "Observation", ids, &error);
  g_assert_no_error (error);
  entries = list_of (f, "p1", 1, 100, &next);
  g_assert_cmpuint (entries->len, ==, 2);
  entry = g_ptr_array_index (entries, 1);
  g_assert_cmpstr (entry->subtype, ==, "sync-hide");
  g_assert_cmpuint (entry->n_items, ==, 1);
  items = omc_store_list_audit_items_sync (f->store, f->auditor, entry->sequence, NULL, 0, NULL,
                                           &error);
  g_assert_no_error (error);
  item = g_ptr_array_index (items, 0);
  g_assert_cmpint (item->action, ==, 'D');
  g_assert_cmpstr (item->resource_id, ==, "o1");
  /* A second time there is nothing to do, and nothing to tell. */
  omc_store_hide (f->store, "Observation", ids, &error);
  g_assert_no_error (error);
  again = list_of (f, "p1", 1, 100, &next);
  g_assert_cmpuint (again->len, ==, 2);
  store_fixture_assert_sound (f);
}

/* A page is one entry, and it tells of each record, in which version it came. */
static void
test_names_records (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  const OmcAuditItem *item;
  guint64 next;

  receive (f);
  entries = list_of (f, "p1", 1, 10, &next);
  g_assert_cmpuint (next, ==, 0);
  g_assert_cmpuint (entries->len, ==, 1);
  g_assert_cmpuint (((OmcAuditEntry *)g_ptr_array_index (entries, 0))->n_items, ==, 5);
  items = omc_store_list_audit_items_sync (
      f->store, f->auditor, ((OmcAuditEntry *)g_ptr_array_index (entries, 0))->sequence, "p1", 0,
      NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 3);
  item = g_ptr_array_index (items, 2);
  g_assert_cmpstr (item->resource_type, ==, "Observation");
  g_assert_cmpstr (item->resource_id, ==, "o3");
  g_assert_cmpstr (item->version_id, ==, "v-o3");
  g_assert_cmpstr (item->patient_id, ==, "p1");
  g_assert_cmpint (item->action, ==, 'C');
  all = omc_store_list_audit_items_sync (f->store, f->auditor, 1, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->len, ==, 5);
  /* The same page again brings nothing, and so is none. */
  receive (f);
  g_assert_cmpuint (store_fixture_status (f).audit_sequence, ==, 2);
}

static void
test_pages (StoreFixture *f, gconstpointer data)
{
  guint64 from = 1;
  guint n = 0;

  receive (f);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (OmcChart) chart =
          omc_store_read_chart_sync (f->store, f->nurse, i % 2 == 0 ? "p2" : "p1", 0, NULL, NULL);

      g_assert_nonnull (chart);
    }
  do
    {
      g_autoptr (GPtrArray) entries = list_of (f, "p2", from, 2, &from);

      g_assert_cmpuint (entries->len, <=, 2);
      n += entries->len;
    }
  while (from != 0);
  g_assert_cmpuint (n, ==, 2 + 3);
}

static void
test_denied (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 next;

  receive (f);
  g_assert_null (
      omc_store_list_audit_of_patient_sync (f->store, f->nurse, "p1", 1, 9, &next, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (omc_store_list_audit_items_sync (f->store, f->nurse, 1, NULL, 0, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
}

typedef struct
{
  const char *name;
  const char *sql;
} Deed;

static const Deed DEEDS[] = {
  { "edited", "UPDATE audit_log SET items = x'000000' WHERE sequence = 1" },
  { "removed", "UPDATE audit_log SET items = NULL WHERE sequence = 1" },
  { "swapped", "UPDATE audit_log SET items = (SELECT items FROM audit_log WHERE sequence = 2) "
               "WHERE sequence = 1" },
};

static void
test_list_spoiled (StoreFixture *f, gconstpointer data)
{
  const Deed *deed = data;
  OmcAuditReport report;

  receive (f);
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_INTACT);
  store_fixture_execute (f, deed->sql);
  report = store_fixture_verify (f);
  g_assert_cmpint (report.finding, ==, OMC_AUDIT_BROKEN_HASH);
  g_assert_cmpuint (report.place, ==, 1);
}

static void
test_list_added (StoreFixture *f, gconstpointer data)
{
  receive (f);
  g_clear_pointer (
      &(OmcChart *){ omc_store_read_chart_sync (f->store, f->nurse, "p1", 0, NULL, NULL) },
      omc_chart_unref);
  store_fixture_execute (f, "UPDATE audit_log SET items = (SELECT items FROM audit_log WHERE "
                            "sequence = 2) WHERE sequence = 3");
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_BROKEN_HASH);
  g_assert_cmpuint (store_fixture_verify (f).place, ==, 3);
}

/* --- a kill takes no look that somebody had --- */

static void
chart_cb (GObject *source_object, GAsyncResult *result, gpointer user_data)
{
  OmcChart **chart = user_data;
  g_autoptr (GError) error = NULL;

  *chart = omc_store_read_chart_finish (OMC_STORE (source_object), result, &error);
  g_assert_no_error (error);
}

static void
test_chart_is_durable (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcChart) first = NULL;
  g_autoptr (OmcChart) second = NULL;
  g_autoptr (OmcChart) third = NULL;
  g_autoptr (GError) error = NULL;

  receive (f);
  first = omc_store_read_chart_sync (f->store, f->nurse, "p1", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_in_file (f, "patient opened"), ==, 1);
  omc_store_read_chart_async (f->store, f->nurse, "p1", 0, NULL, chart_cb, &second);
  omc_store_read_chart_async (f->store, f->nurse, "p2", 0, NULL, chart_cb, &third);
  while (second == NULL || third == NULL)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (count_in_file (f, "patient opened"), >=,
                       1 + (second != NULL) + (third != NULL));
    }
}

static gboolean
look_at_trail (OmcResource *resource, gpointer user_data, GError **error)
{
  StoreFixture *f = user_data;

  g_assert_cmpint (count_in_file (f, "export"), ==, 1);

  return TRUE;
}

/* Nothing leaves the device before the trail says so. */
static void
test_export_is_durable (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  receive (f);
  omc_store_foreach_sync (f->store, f->nurse, NULL, "p1", look_at_trail, f, NULL, &error);
  g_assert_no_error (error);
}

/* The care of a person goes before the book-keeping of it, which is not lost for that. */
static void
test_chart_while_locked (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;

  receive (f);
  store_fixture_execute (f, "CREATE TRIGGER no_audit BEFORE INSERT ON audit_log BEGIN SELECT "
                            "RAISE (ABORT, 'no'); END");
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*not in the audit trail yet*");
  chart = omc_store_read_chart_sync (f->store, f->nurse, "p1", 0, NULL, &error);
  g_test_assert_expected_messages ();
  g_assert_no_error (error);
  g_assert_cmpint (count_in_file (f, "patient opened"), ==, 0);
  store_fixture_execute (f, "DROP TRIGGER no_audit");
  store_fixture_reopen (f);
  g_assert_cmpint (count_in_file (f, "patient opened"), ==, 1);
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_INTACT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/audit-trail/a-page-names-each-record", test_names_records, NULL);
  store_fixture_add ("/store/audit-trail/names-what-went-out-of-sight", test_hidden, NULL);
  store_fixture_add ("/store/audit-trail/of-one-patient-in-pages", test_pages, NULL);
  store_fixture_add ("/store/audit-trail/only-for-those-who-may", test_denied, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    {
      g_autofree char *path =
          g_strconcat ("/store/audit-trail/finds/a-list-that-was-", DEEDS[i].name, NULL);

      store_fixture_add (path, test_list_spoiled, &DEEDS[i]);
    }
  store_fixture_add ("/store/audit-trail/finds/a-list-that-was-added", test_list_added, NULL);
  store_fixture_add ("/store/audit-trail/a-chart-is-told-before-it-is-shown", test_chart_is_durable,
                     NULL);
  store_fixture_add ("/store/audit-trail/an-export-is-told-before-it-begins",
                     test_export_is_durable, NULL);
  store_fixture_add ("/store/audit-trail/a-chart-is-shown-although-nothing-can-be-written",
                     test_chart_while_locked, NULL);

  return g_test_run ();
}
