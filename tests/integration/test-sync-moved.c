/* test-sync-moved.c: what was evicted, one record alone, and the audit trail, at another server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-store-audit.h"
#include "omc-store-cache.h"
#include "sync-people.h"

#define DAY G_TIME_SPAN_DAY

static void
reopen_with_retention (SyncFixture *fixture)
{
  const OmcRetention policy = { .retention_us = 30 * DAY };
  OmcAuditReport report;
  g_autoptr (GError) error = NULL;

  omc_store_close (fixture->bed->store);
  omc_store_set_retention (fixture->bed->store, &policy);
  omc_store_open_sync (fixture->bed->store, NULL, &error);
  g_assert_no_error (error);
  /* What is to be computed of the charts is, while they are new. */
  omc_store_verify_audit_sync (fixture->bed->store, &report, NULL, &error);
  g_assert_no_error (error);
}

static void
evict_all (SyncFixture *fixture)
{
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("it", "IT", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  OmcEvictionCounts counts;
  g_autoptr (GError) error = NULL;

  reopen_with_retention (fixture);
  omc_clock_set_server_time (fixture->bed->clock,
                             omc_clock_get_now (fixture->bed->clock) + 40 * DAY);
  omc_store_evict_sync (fixture->bed->store, administrator, &counts, NULL, &error);
  g_assert_no_error (error);
  sync_fixture_assert_here (fixture, "Patient", 0);
  sync_fixture_assert_here (fixture, "Observation", 0);
}

/* Who was removed from here was somebody of the server before: whoever has that id now comes with the whole chart. */
static void
check_evicted (SyncFixture *fixture, gconstpointer profile, const SyncPerson *person)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (OmcResource) patient = NULL;
  g_autoptr (GError) error = NULL;

  evict_all (fixture);
  sync_people_move (fixture, profile, NULL, person);
  sync_fixture_assert_complete (fixture, 2);
  sync_fixture_assert_complete (fixture, 2);
  sync_fixture_assert_here (fixture, "Patient", 1);
  sync_fixture_assert_here (fixture, "Observation", 1);
  sync_people_assert_agree_here (fixture);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  patient = omc_sync_bed_read (fixture->bed, "Patient", g_ptr_array_index (ids, 0));
  g_assert_cmpstr (sync_people_get_family (patient), ==, person->family);
  chart = omc_store_read_chart_sync (fixture->bed->store, fixture->bed->nurse,
                                     g_ptr_array_index (ids, 0), 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 0);
}

static void
test_evicted_other (SyncFixture *fixture, gconstpointer profile)
{
  check_evicted (fixture, profile, &sync_people_ole);
}

static void
test_evicted_same (SyncFixture *fixture, gconstpointer profile)
{
  check_evicted (fixture, profile, &sync_people_anna);
}

/* Nobody's work is sent to somebody else because it is asked for alone, before anything was read of the new server. */
static void
test_alone (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *value_id = sync_people_dup_id (profile, FALSE, 123);
  g_autofree char *person = g_strconcat ("Patient/", person_id, NULL);
  g_autofree char *value = g_strconcat ("Observation/", value_id, NULL);
  const char *const wanted[] = { value, person };

  sync_people_save_here (fixture,
                         sync_people_dup_value (value_id, person_id, sync_people_anna.family,
                                                ",\"note\":[{\"text\":\"Here\"}]"));
  sync_people_save_here (fixture, sync_people_dup (&sync_people_anna, person_id,
                                                   ",\"address\":[{\"city\":\"Here\"}]"));
  sync_people_move (fixture, profile, NULL, &sync_people_ole);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSyncReport) report =
          omc_sync_service_run_sync (fixture->bed->service, wanted[i], FALSE, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (report->sent, ==, 0);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);
      g_autofree char *text = omc_sandbox_dup_resource (fixture->sandbox, "Patient", person_id);
      g_autofree char *other = omc_sandbox_dup_resource (fixture->sandbox, "Observation", value_id);

      g_assert_cmpuint (report->sent, ==, 0);
      g_assert_nonnull (strstr (text, sync_people_ole.family));
      g_assert_null (strstr (text, "Here"));
      g_assert_nonnull (strstr (other, sync_people_ole.family));
      g_assert_null (strstr (other, "Here"));
    }
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_attention, ==, 2);
}

/* --- under the same address --- */

static void
work_here (SyncFixture *fixture)
{
  sync_people_save_here (fixture, sync_people_dup_value ("123", "17", sync_people_anna.family,
                                                         ",\"note\":[{\"text\":\"Here\"}]"));
  sync_people_save_here (
      fixture, sync_people_dup (&sync_people_anna, "17", ",\"address\":[{\"city\":\"Here\"}]"));
}

static void
check_there (SyncFixture *fixture, const SyncPerson *person, gboolean sent)
{
  g_autofree char *text = omc_sandbox_dup_resource (fixture->sandbox, "Patient", "17");
  g_autofree char *value = omc_sandbox_dup_resource (fixture->sandbox, "Observation", "123");

  g_assert_nonnull (strstr (text, person->family));
  g_assert_nonnull (strstr (value, person->family));
  g_assert_true ((strstr (text, "Here") != NULL) == sent);
  g_assert_true ((strstr (value, "Here") != NULL) == sent);
}

/* Version 1 of Patient/17 is somebody else's version 1. */
static void
test_rebuilt_for_others (SyncFixture *fixture, gconstpointer profile)
{
  work_here (fixture);
  sync_fixture_rebuild_server (fixture, profile);
  sync_people_put_chart_there (fixture, profile, &sync_people_ole);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

      g_assert_cmpuint (report->sent, ==, 0);
      check_there (fixture, &sync_people_ole, FALSE);
      sync_people_assert_agree_here (fixture);
    }
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_attention, ==, 2);
}

static void
test_rebuilt_for_the_same (SyncFixture *fixture, gconstpointer profile)
{
  work_here (fixture);
  sync_fixture_rebuild_server (fixture, profile);
  sync_people_put_chart_there (fixture, profile, &sync_people_anna);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

      g_assert_cmpuint (report->sent, ==, i == 0 ? 2 : 0);
    }
  check_there (fixture, &sync_people_anna, TRUE);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_attention, ==, 0);
}

/* What was version 2 is version 1 of somebody else; nothing waits here, and nobody becomes another person. */
static void
test_set_back (SyncFixture *fixture, gconstpointer profile)
{
  work_here (fixture);
  sync_fixture_assert_complete (fixture, 2);
  check_there (fixture, &sync_people_anna, TRUE);
  sync_fixture_rebuild_server (fixture, profile);
  sync_people_put_chart_there (fixture, profile, &sync_people_ole);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);
      g_autoptr (OmcResource) patient = NULL;
      g_autoptr (GPtrArray) ids = omc_sync_bed_list_ids (fixture->bed, "Patient");

      g_assert_cmpuint (report->sent, ==, 0);
      g_assert_cmpuint (ids->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (ids, 0), !=, "17");
      patient = omc_sync_bed_read (fixture->bed, "Patient", g_ptr_array_index (ids, 0));
      g_assert_cmpstr (sync_people_get_family (patient), ==, sync_people_ole.family);
      sync_people_assert_agree_here (fixture);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/moved/*/an-evicted-chart-hides-nobody-else", sync_people_set_up,
                    test_evicted_other);
  sync_fixture_add ("/sync/moved/*/an-evicted-chart-is-known-again", sync_people_set_up,
                    test_evicted_same);
  sync_fixture_add ("/sync/moved/*/one-record-alone-goes-to-nobody-else", sync_people_set_up,
                    test_alone);
  sync_fixture_add_one ("/sync/moved/*/a-server-set-up-anew-is-another-one", "hapi",
                        sync_people_set_up, test_rebuilt_for_others);
  sync_fixture_add_one ("/sync/moved/*/a-server-set-up-anew-may-know-the-same", "hapi",
                        sync_people_set_up, test_rebuilt_for_the_same);
  sync_fixture_add_one ("/sync/moved/*/a-server-set-back-makes-nobody-another", "hapi",
                        sync_people_set_up, test_set_back);

  return g_test_run ();
}
