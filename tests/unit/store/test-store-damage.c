/* test-store-damage.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "store-fixture.h"

/* What somebody does who holds the database's key but not the program. */

#define PATIENT(id)                                                                                \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"Doe\"}]}"

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
  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_INTACT);
  g_assert_cmpuint (store_fixture_verify (f).n_entries, ==, 5);
  /* Closing anchors the head. */
  store_fixture_tamper (f, cases[n].sql);
  g_assert_cmpint (store_fixture_verify (f).finding, ==, cases[n].finding);
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
  store_fixture_execute (
      f, "INSERT INTO encrypted_resources (id, resource_type, patient, kind, event_at, odd_date,"
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

  store_fixture_execute (
      f, "UPDATE encrypted_resources SET encrypted_data ="
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
  store_fixture_execute (f, sql);
  g_assert_null (
      omc_store_load_draft_sync (f->store, f->assistant, "vitals/Patient/7", NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
}

typedef struct
{
  GPtrArray *stored;
  GError *error;
  gboolean done;
} Saved;

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Saved *saved = data;

  saved->stored = omc_store_save_finish (OMC_STORE (source), result, &saved->error);
  saved->done = TRUE;
}

static gboolean
has_draft (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) loaded =
      omc_store_load_draft_sync (f->store, f->nurse, "vitals/Patient/p1", NULL, NULL, &error);

  g_assert_no_error (error);
  return loaded != NULL;
}

/* Both would be charted twice by who takes the draft for unsaved; none would be lost. */
static void
test_draft_becomes_a_record (StoreFixture *f, gconstpointer data)
{
  static const char *const texts[] = {
    "{\"resourceType\":\"Patient\",\"id\":\"p1\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"birthDate\":\"1951-01-01\"}",
  };
  g_autoptr (GBytes) draft = g_bytes_new_static ("half a form", 11);
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (f->store, f->nurse, "vitals/Patient/p1", draft, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) list = store_fixture_list (texts[i], NULL);
      gboolean refused = i == 0;
      Saved saved = { 0 };

      if (refused)
        store_fixture_execute (f, "CREATE TRIGGER full BEFORE INSERT ON sync_queue "
                                  "BEGIN SELECT RAISE (ABORT, 'no room'); END");
      else
        store_fixture_execute (f, "DROP TRIGGER full");
      omc_store_save_async (f->store, f->nurse, list, OMC_SAVE_CHART, "vitals/Patient/p1", NULL,
                            saved_cb, &saved);
      while (!saved.done)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true ((saved.error != NULL) == refused);
      g_assert_true (has_draft (f) == refused);
      g_clear_error (&saved.error);
      g_clear_pointer (&saved.stored, g_ptr_array_unref);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/damage/a-changed-audit-entry-is-found", test_audit_tampering, "0");
  store_fixture_add ("/store/damage/a-removed-audit-entry-is-found", test_audit_tampering, "1");
  store_fixture_add ("/store/damage/a-cut-audit-chain-is-found", test_audit_tampering, "2");
  store_fixture_add ("/store/damage/a-swapped-payload-is-found-and-the-rest-works",
                     test_swapped_payloads, NULL);
  store_fixture_add ("/store/damage/a-record-that-stands-twice-is-found", test_double_record, NULL);
  store_fixture_add ("/store/damage/drafts-survive-and-belong-to-one-person", test_drafts, NULL);
  store_fixture_add ("/store/damage/a-draft-is-there-until-what-it-became-is",
                     test_draft_becomes_a_record, NULL);

  return g_test_run ();
}
