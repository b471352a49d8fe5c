/* test-sync-cache.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-cache.h"
#include "sync-fixture.h"

#define N_OBSERVATIONS 60
#define DAY G_TIME_SPAN_DAY

static void
put_observation (SyncFixture *self, guint n)
{
  sync_fixture_put_there (
      self,
      "{\"resourceType\":\"Observation\",\"id\":\"bbbbbbbb-0000-4000-8000-%012u\","
      "\"status\":\"final\",\"code\":{\"text\":\"x\"},"
      "\"subject\":{\"reference\":\"Patient/" P1 "\"},\"valueInteger\":%u}",
      n, n);
}

static guint
count_evicted (SyncFixture *self, const char *type)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) ids = omc_store_list_evicted (self->bed->store, type, FALSE, &error);

  g_assert_no_error (error);

  return g_hash_table_size (ids);
}

/* What was read a month ago is in no overlap of a reading. */
static void
move_marks (SyncFixture *self)
{
  static const char *const marks[] = { "pull/Patient", "pull/Observation" };
  g_autofree char *later = omc_instant_format (omc_clock_get_now (self->bed->clock) + DAY);

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      g_autoptr (GError) error = NULL;

      omc_store_set_mark (self->bed->store, marks[i], later, &error);
      g_assert_no_error (error);
    }
}

/* As the administrator asks for it when charts have become old. */
static void
evict_later (SyncFixture *self)
{
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("it", "IT", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  OmcEvictionCounts counts;
  g_autoptr (GError) error = NULL;

  omc_clock_set_server_time (self->bed->clock, omc_clock_get_now (self->bed->clock) + 40 * DAY);
  omc_store_evict_sync (self->bed->store, administrator, &counts, NULL, &error);
  g_assert_no_error (error);
}

/* A patient who left, one whom the nurse works with, and a month later. */
static void
set_up (SyncFixture *self, gconstpointer profile)
{
  const OmcRetention policy = { .retention_us = 30 * DAY };
  OmcAuditReport report;
  g_autoptr (GError) error = NULL;

  sync_fixture_set_up (self, profile);
  sync_fixture_put_there (self, "{\"resourceType\":\"Patient\",\"id\":\"" P1
                                "\",\"birthDate\":\"1950-01-01\"}");
  sync_fixture_put_there (self, "{\"resourceType\":\"Patient\",\"id\":\"" P2
                                "\",\"birthDate\":\"1951-01-01\"}");
  for (guint i = 0; i < N_OBSERVATIONS; i++)
    put_observation (self, i);
  sync_fixture_assert_complete (self, 2);
  move_marks (self);
  omc_store_pin_patient_sync (self->bed->store, self->bed->nurse, P2, TRUE, NULL, &error);
  g_assert_no_error (error);
  omc_store_close (self->bed->store);
  omc_store_set_retention (self->bed->store, &policy);
  omc_store_open_sync (self->bed->store, NULL, &error);
  g_assert_no_error (error);
  /* What is to be computed of the charts is, while they are new. */
  omc_store_verify_audit_sync (self->bed->store, &report, NULL, &error);
  g_assert_no_error (error);
  evict_later (self);
  sync_fixture_assert_here (self, "Patient", 1);
  sync_fixture_assert_here (self, "Observation", 0);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, N_OBSERVATIONS);
}

/* Long ago, so that the next run compares. */
static void
make_comparison_due (SyncFixture *self)
{
  static const char *const marks[] = { "idset/Patient", "idset/Observation" };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      g_autoptr (GError) error = NULL;

      omc_store_set_mark (self->bed->store, marks[i], "2020-01-01T00:00:00Z", &error);
      g_assert_no_error (error);
    }
}

static void
test_comparison (SyncFixture *self, gconstpointer profile)
{
  g_autofree char *mark = NULL;

  make_comparison_due (self);
  sync_fixture_assert_complete (self, 2);
  mark = omc_store_get_mark (self->bed->store, "idset/Observation", NULL);
  g_assert_cmpstr (mark, !=, "2020-01-01T00:00:00Z");
  /* Nothing is brought back, and nothing is believed to be deleted. */
  sync_fixture_assert_here (self, "Patient", 1);
  sync_fixture_assert_here (self, "Observation", 0);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, N_OBSERVATIONS);
  g_assert_cmpuint (omc_sync_bed_get_status (self->bed).n_pending, ==, 0);
}

static void
test_deleted_there (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  omc_sandbox_delete_resource (self->sandbox, "Observation", "bbbbbbbb-0000-4000-8000-000000000007",
                               &error);
  g_assert_no_error (error);
  make_comparison_due (self);
  sync_fixture_assert_complete (self, 2);
  sync_fixture_assert_here (self, "Observation", 0);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, N_OBSERVATIONS - 1);
}

static void
test_recall (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcChart) chart = NULL;
  gboolean wanted;

  /* One goes while it is not here: asked for, it is found out. */
  omc_sandbox_delete_resource (self->sandbox, "Observation", "bbbbbbbb-0000-4000-8000-000000000007",
                               &error);
  g_assert_no_error (error);
  omc_store_recall_patient_sync (self->bed->store, self->bed->nurse, P1, &wanted, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (wanted);
  sync_fixture_assert_complete (self, 2);
  sync_fixture_assert_here (self, "Patient", 2);
  sync_fixture_assert_here (self, "Observation", N_OBSERVATIONS - 1);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, 0);
  g_assert_cmpuint (count_evicted (self, "Patient"), ==, 0);
  chart = omc_store_read_chart_sync (self->bed->store, self->bed->nurse, P1, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 0);
}

/* The patient comes back to the ward: one new record, and the chart is whole again without being asked for. */
static void
test_return (SyncFixture *self, gconstpointer profile)
{
  sync_fixture_put_there (
      self, "{\"resourceType\":\"Encounter\",\"id\":\"cccccccc-0000-4000-8000-000000000001\","
            "\"status\":\"in-progress\",\"class\":{\"code\":\"IMP\"},"
            "\"subject\":{\"reference\":\"Patient/" P1 "\"}}");
  sync_fixture_assert_complete (self, 2);
  sync_fixture_assert_here (self, "Patient", 2);
  sync_fixture_assert_here (self, "Encounter", 1);
  sync_fixture_assert_here (self, "Observation", N_OBSERVATIONS);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, 0);
}

/* A type that the device reads no more, or never did, comes back all the same. */
static void
test_other_types (SyncFixture *self, gconstpointer profile)
{
  static const char *const types[] = { "Patient", NULL };
  g_autoptr (GError) error = NULL;
  gboolean wanted;

  self->bed->config->types = g_strdupv ((char **)types);
  omc_sync_bed_reconfigure (self->bed);
  omc_store_recall_patient_sync (self->bed->store, self->bed->nurse, P1, &wanted, NULL, &error);
  g_assert_no_error (error);
  sync_fixture_assert_complete (self, 2);
  sync_fixture_assert_here (self, "Patient", 2);
  sync_fixture_assert_here (self, "Observation", N_OBSERVATIONS);
  g_assert_cmpuint (count_evicted (self, "Observation"), ==, 0);
}

/* Another server was named, and it does not have what the one before had: the only copy stays. */
static void
test_other_server (SyncFixture *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  sync_fixture_change_server (self, profile);
  sync_fixture_assert_complete (self, 2);
  omc_store_pin_patient_sync (self->bed->store, self->bed->nurse, P2, FALSE, NULL, &error);
  g_assert_no_error (error);
  evict_later (self);
  sync_fixture_assert_here (self, "Patient", 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/integration/sync-cache/*/the-comparison-leaves-it-where-it-is", set_up,
                    test_comparison);
  sync_fixture_add ("/integration/sync-cache/*/a-deletion-there-is-noticed", set_up,
                    test_deleted_there);
  sync_fixture_add ("/integration/sync-cache/*/what-is-asked-for-comes-back", set_up, test_recall);
  sync_fixture_add ("/integration/sync-cache/*/so-does-a-type-that-is-not-read", set_up,
                    test_other_types);
  sync_fixture_add ("/integration/sync-cache/*/another-server-confirms-only-what-it-has", set_up,
                    test_other_server);
  sync_fixture_add ("/integration/sync-cache/*/a-patient-who-returns-has-a-whole-chart", set_up,
                    test_return);

  return g_test_run ();
}
