/* test-sync-engine.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "sync-fixture.h"

static void
test_first_sync_brings_all_then_nothing (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) first = NULL;
  g_autoptr (OmcSyncReport) second = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      sync_fixture_put_there (fixture, PATIENT, id, "ROE", 2);
    }

  first = omc_sync_bed_sync (fixture->bed);
  g_assert_true (first->complete);
  g_assert_cmpuint (first->received, ==, 51);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  g_assert_cmpuint (ids->len, ==, 51);

  omc_sandbox_reset_counters (fixture->sandbox);
  second = omc_sync_bed_sync (fixture->bed);
  g_assert_true (second->complete);
  g_assert_cmpuint (second->received, ==, 0);
  /* issue 4: a poll with nothing new takes two requests at most. */
  g_assert_cmpuint (omc_sandbox_get_counter (fixture->sandbox, "requests"), <=, 2);
}

static void
test_offline_work_reaches_the_server (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) patient = omc_sync_bed_save (
      fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  const char *id = omc_resource_get_id (patient);
  g_autoptr (OmcResource) encounter = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"system\":\"http://"
      "terminology.hl7.org/"
      "CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"}}",
      id);
  g_autoptr (OmcResource) observation = omc_sync_bed_save (fixture->bed, OBSERVATION, id, 1, 5);
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);
  g_autofree char *server_id = omc_sync_bed_dup_server_id (fixture->bed, observation);
  g_autofree char *text = NULL;

  g_assert_true (report->complete);
  g_assert_cmpuint (report->sent, ==, 3);
  sync_fixture_assert_same (fixture, patient);
  sync_fixture_assert_same (fixture, encounter);
  sync_fixture_assert_same (fixture, observation);
  g_assert_cmpuint (sync_fixture_count_there (fixture), ==, 3);
  text = omc_sandbox_dup_resource (fixture->sandbox, "Observation", server_id);
  g_assert_null (strstr (text, "urn:uuid"));
  /* The echo of the own work is no news. */
  {
    g_autoptr (OmcSyncReport) again = omc_sync_bed_sync (fixture->bed);

    g_assert_cmpuint (again->received + again->merged + again->conflicts + again->sent, ==, 0);
  }
}

static void
test_both_edit_other_things_merges (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *text = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  edited = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"" P1
      "\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":\"1950-01-01\",\"address\":[{\"use\":"
      "\"home\",\"city\":\"Here\"}]}");
  sync_fixture_put_there (
      fixture,
      "{\"resourceType\":\"Patient\",\"id\":\"" P1
      "\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":\"1950-01-01\",\"telecom\":[{\"system\":"
      "\"phone\",\"use\":\"home\",\"value\":\"42\"}]}");
  report = omc_sync_bed_sync_until_complete (fixture->bed, 2);
  g_assert_true (report->complete);
  text = omc_sandbox_dup_resource (fixture->sandbox, "Patient", P1);
  g_assert_nonnull (strstr (text, "Here"));
  g_assert_nonnull (strstr (text, "42"));
  sync_fixture_assert_same (fixture, edited);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
}

static void
test_both_edit_the_same_asks (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *there = NULL;
  OmcStoreStatus status;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  edited = sync_fixture_edit_birth_date (fixture, P1, "1951-11-11");
  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 9);
  report = omc_sync_bed_sync (fixture->bed);
  status = omc_sync_bed_get_status (fixture->bed);
  g_assert_cmpuint (status.n_conflicts, ==, 1);
  g_assert_cmpuint (status.n_blocked, ==, 1);
  there = omc_sandbox_dup_resource (fixture->sandbox, "Patient", P1);
  g_assert_nonnull (strstr (there, "1950-01-09")); /* nobody's work was overwritten there */
}

static void
test_deletions_arrive (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) gone = NULL;
  g_autoptr (GError) error = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_put_there (fixture, PATIENT, P2, "ROE", 2);
  sync_fixture_assert_complete (fixture, 1);
  omc_sandbox_delete_resource (fixture->sandbox, "Patient", P1, &error);
  g_assert_no_error (error);
  sync_fixture_assert_complete (fixture, 1);
  gone = omc_sync_bed_read (fixture->bed, "Patient", P1);
  g_assert_null (gone);
  gone = omc_sync_bed_read (fixture->bed, "Patient", P2);
  g_assert_nonnull (gone);
}

static void
test_edit_does_not_bring_back_the_deleted (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  edited = sync_fixture_edit_birth_date (fixture, P1, "1951-11-11");
  omc_sandbox_delete_resource (fixture->sandbox, "Patient", P1, &error);
  g_assert_no_error (error);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 1);
}

static void
test_delete_is_sent (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Patient", P1, NULL, &error);
  g_assert_no_error (error);
  sync_fixture_assert_complete (fixture, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
}

static void
test_one_resource_alone (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = NULL;
  g_autoptr (OmcResource) two = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (OmcSyncReport) wrong = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 1, 1);
  two = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 2, 2);
  name = omc_resource_dup_reference (one);
  report = omc_sync_service_run_sync (fixture->bed->service, name, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_cmpuint (report->sent, ==, 1);
  g_assert_cmpuint (report->waiting, ==, 1);
  g_assert_false (report->complete);
  sync_fixture_assert_same (fixture, one);
  wrong = omc_sync_service_run_sync (fixture->bed->service, "nonsense", FALSE, NULL, &error);
  g_assert_null (wrong);
  g_assert_nonnull (error);
}

static void
test_dry_run_changes_nothing (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  sync_fixture_put_there (fixture, PATIENT, P2, "ROE", 1);
  one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 1, 1);
  report = omc_sync_service_run_sync (fixture->bed->service, NULL, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->sent, ==, 1);
  g_assert_cmpuint (report->received, >=, 1);
  g_assert_false (report->complete);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 0);
  g_assert_null (omc_sync_bed_read (fixture->bed, "Patient", P2));
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_pending, ==, 1);
}

static void
test_wrong_credentials_need_a_person (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = omc_sync_bed_save (
      fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  g_autoptr (OmcSyncReport) report = NULL;

  g_set_str (&fixture->bed->config->client_secret, "wrong");
  omc_sync_bed_reconfigure (fixture->bed);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_false (report->complete);
  g_assert_nonnull (report->error);
  g_assert_cmpuint (report->waiting, ==, 1);
  g_set_str (&fixture->bed->config->client_secret, "omnicare-secret");
  omc_sync_bed_reconfigure (fixture->bed);
  sync_fixture_assert_complete (fixture, 1);
  sync_fixture_assert_same (fixture, one);
}

static void
test_circle_goes_as_one_or_asks (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *e = g_uuid_string_random ();
  g_autofree char *c = g_uuid_string_random ();
  g_autofree char *encounter =
      g_strdup_printf ("{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"in-progress\","
                       "\"class\":{\"code\":"
                       "\"IMP\"},\"subject\":{\"reference\":\"Patient/" P1
                       "\"},\"diagnosis\":[{\"condition\":{\"reference\":\"Condition/%s\"}}]}",
                       e, c);
  g_autofree char *condition = g_strdup_printf (
      "{\"resourceType\":\"Condition\",\"id\":\"%s\",\"code\":{\"text\":\"x\"},\"subject\":{"
      "\"reference\":\"Patient/" P1 "\"},\"encounter\":{\"reference\":\"Encounter/%s\"}}",
      c, e);

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  g_ptr_array_add (resources, omc_resource_parse (encounter, -1, NULL));
  g_ptr_array_add (resources, omc_resource_parse (condition, -1, NULL));
  saved = omc_store_save_sync (fixture->bed->store, fixture->bed->nurse, resources, OMC_SAVE_CHART,
                               NULL, &error);
  g_assert_no_error (error);
  report = omc_sync_bed_sync (fixture->bed);
  if (g_str_equal (profile, "medplum"))
    {
      /* Without the project feature a "transaction" there is none (fhir-servers.md 5). */
      g_assert_cmpuint (report->failed, ==, 2);
      g_assert_cmpuint (sync_fixture_count_there (fixture), ==, 1);
    }
  else
    {
      g_assert_cmpuint (report->sent, ==, 2);
      sync_fixture_assert_same (fixture, g_ptr_array_index (saved, 0));
      sync_fixture_assert_same (fixture, g_ptr_array_index (saved, 1));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/engine/*/first-sync-brings-all-then-nothing", sync_fixture_set_up,
                    test_first_sync_brings_all_then_nothing);
  sync_fixture_add ("/sync/engine/*/offline-work-reaches-the-server", sync_fixture_set_up,
                    test_offline_work_reaches_the_server);
  sync_fixture_add ("/sync/engine/*/both-edit-other-things-merges", sync_fixture_set_up,
                    test_both_edit_other_things_merges);
  sync_fixture_add ("/sync/engine/*/both-edit-the-same-asks", sync_fixture_set_up,
                    test_both_edit_the_same_asks);
  sync_fixture_add ("/sync/engine/*/deletions-arrive", sync_fixture_set_up, test_deletions_arrive);
  sync_fixture_add ("/sync/engine/*/edit-does-not-bring-back-the-deleted", sync_fixture_set_up,
                    test_edit_does_not_bring_back_the_deleted);
  sync_fixture_add ("/sync/engine/*/delete-is-sent", sync_fixture_set_up, test_delete_is_sent);
  sync_fixture_add ("/sync/engine/*/one-resource-alone", sync_fixture_set_up,
                    test_one_resource_alone);
  sync_fixture_add ("/sync/engine/*/dry-run-changes-nothing", sync_fixture_set_up,
                    test_dry_run_changes_nothing);
  sync_fixture_add ("/sync/engine/*/wrong-credentials-need-a-person", sync_fixture_set_up,
                    test_wrong_credentials_need_a_person);
  sync_fixture_add ("/sync/engine/*/circle-goes-as-one-or-asks", sync_fixture_set_up,
                    test_circle_goes_as_one_or_asks);

  return g_test_run ();
}
