/* test-sync-other-person.c: a server that calls somebody else by the same id
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "sync-people.h"

#define ADDRESS ",\"address\":[{\"use\":\"home\",\"city\":\"Here\"}]"

static void
edit_anna (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *id = sync_people_dup_id (profile, TRUE, 17);

  sync_people_save_here (fixture, sync_people_dup (&sync_people_anna, id, ADDRESS));
}

static void
edit_value (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *id = sync_people_dup_id (profile, FALSE, 123);

  sync_people_save_here (fixture, sync_people_dup_value (id, person_id, sync_people_anna.family,
                                                         ",\"note\":[{\"text\":\"Here\"}]"));
}

static void
add_value (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);

  sync_people_save_here (fixture,
                         sync_people_dup_value (NULL, person_id, sync_people_anna.family, ""));
}

/* n: charts here. */
static void
assert_nothing_mixed_here (SyncFixture *fixture, guint n)
{
  sync_fixture_assert_here (fixture, "Patient", n);
  sync_people_assert_agree_here (fixture);
}

/* The new server has what it had. */
static void
assert_untouched_there (SyncFixture *fixture, gconstpointer profile, const SyncPerson *person)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *value_id = sync_people_dup_id (profile, FALSE, 123);
  g_autofree char *patient = omc_sandbox_dup_resource (fixture->sandbox, "Patient", person_id);
  g_autofree char *value = omc_sandbox_dup_resource (fixture->sandbox, "Observation", value_id);

  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 1);
  g_assert_nonnull (patient);
  g_assert_nonnull (value);
  g_assert_nonnull (strstr (patient, person->family));
  g_assert_nonnull (strstr (value, person->family));
  g_assert_null (strstr (patient, "Here"));
  g_assert_null (strstr (value, "Here"));
}

static GPtrArray *
list_queue (SyncFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *queue =
      omc_store_list_queue_sync (fixture->bed->store, fixture->bed->nurse, NULL, NULL, &error);

  g_assert_no_error (error);
  return queue;
}

/* All that waits waits for a person, who is told of what kind it is and nothing of whom. */
static void
assert_set_aside (SyncFixture *fixture, guint n)
{
  g_autoptr (GPtrArray) queue = list_queue (fixture);

  g_assert_cmpuint (queue->len, ==, n);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
  for (guint i = 0; i < queue->len; i++)
    {
      const OmcQueueItem *item = g_ptr_array_index (queue, i);

      g_assert_cmpint (item->state, ==, OMC_QUEUE_NEEDS_ATTENTION);
      g_assert_nonnull (item->error);
      g_assert_true (strstr (item->error, "Patient") != NULL ||
                     strstr (item->error, "Observation") != NULL);
      g_assert_null (strstr (item->error, sync_people_anna.family));
      g_assert_null (strstr (item->error, sync_people_ole.family));
    }
}

static void
sync_twice (SyncFixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

      g_assert_cmpuint (report->sent, ==, 0);
    }
}

static void
retry_all (SyncFixture *fixture)
{
  g_autoptr (GPtrArray) queue = list_queue (fixture);

  for (guint i = 0; i < queue->len; i++)
    {
      g_autoptr (GError) error = NULL;

      omc_store_retry_queue_item_sync (fixture->bed->store, fixture->bed->nurse,
                                       ((OmcQueueItem *)g_ptr_array_index (queue, i))->id, NULL,
                                       &error);
      g_assert_no_error (error);
    }
}

static void
assert_anna_here (SyncFixture *fixture, gconstpointer profile, gboolean here)
{
  g_autofree char *id = sync_people_dup_id (profile, TRUE, 17);
  g_autoptr (OmcResource) patient = omc_sync_bed_read (fixture->bed, "Patient", id);

  g_assert_cmpint (patient != NULL, ==, here);
  if (here)
    g_assert_cmpstr (sync_people_get_family (patient), ==, sync_people_anna.family);
}

/* Nothing unsent: the one chart goes out of sight, the other one comes under ids of its own. */
static void
test_clean (SyncFixture *fixture, gconstpointer profile)
{
  sync_people_move (fixture, profile, NULL, &sync_people_ole);
  sync_fixture_assert_complete (fixture, 1);
  assert_nothing_mixed_here (fixture, 1);
  assert_anna_here (fixture, profile, FALSE);
  sync_fixture_assert_here (fixture, "Observation", 1);
  assert_untouched_there (fixture, profile, &sync_people_ole);
  /* And stays so. */
  sync_fixture_assert_complete (fixture, 1);
  assert_nothing_mixed_here (fixture, 1);
}

static void
check_unsent (SyncFixture *fixture, gconstpointer profile, const char *types, guint n_charts)
{
  edit_anna (fixture, profile);
  edit_value (fixture, profile);
  add_value (fixture, profile);
  sync_people_move (fixture, profile, types, &sync_people_ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 3);
  assert_untouched_there (fixture, profile, &sync_people_ole);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, n_charts);
  /* What is added to such a chart stays here just as well, and so does what is sent again. */
  add_value (fixture, profile);
  retry_all (fixture);
  sync_twice (fixture);
  assert_set_aside (fixture, 4);
  assert_untouched_there (fixture, profile, &sync_people_ole);
  assert_nothing_mixed_here (fixture, n_charts);
}

static void
test_unsent (SyncFixture *fixture, gconstpointer profile)
{
  check_unsent (fixture, profile, NULL, 2);
}

/* The same when the device reads nothing of it: whom the server means is asked before anything is sent. */
static void
test_unsent_unread (SyncFixture *fixture, gconstpointer profile)
{
  check_unsent (fixture, profile, "Encounter", 2);
}

/* A child alone: its person is asked for first. */
static void
test_child (SyncFixture *fixture, gconstpointer profile)
{
  add_value (fixture, profile);
  sync_people_move (fixture, profile, "Encounter", &sync_people_ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 1);
  assert_untouched_there (fixture, profile, &sync_people_ole);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, 2);
}

static void
test_deleted (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *value_id = sync_people_dup_id (profile, FALSE, 123);
  g_autoptr (GError) error = NULL;

  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Observation", value_id, NULL,
                         &error);
  g_assert_no_error (error);
  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Patient", person_id, NULL,
                         &error);
  g_assert_no_error (error);
  sync_people_move (fixture, profile, NULL, &sync_people_ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 2);
  assert_untouched_there (fixture, profile, &sync_people_ole);
  assert_nothing_mixed_here (fixture, 1);
}

/* The same person: all goes where it belongs, without a question. */
static void
check_same (SyncFixture *fixture, gconstpointer profile, const char *types)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *patient = NULL;

  edit_anna (fixture, profile);
  edit_value (fixture, profile);
  add_value (fixture, profile);
  sync_people_move (fixture, profile, types, &sync_people_anna);
  sync_fixture_assert_complete (fixture, 4);
  patient = omc_sandbox_dup_resource (fixture->sandbox, "Patient", person_id);
  g_assert_nonnull (strstr (patient, "Here"));
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 2);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, 1);
  assert_set_aside (fixture, 0);
}

static void
test_same (SyncFixture *fixture, gconstpointer profile)
{
  check_same (fixture, profile, NULL);
}

static void
test_same_unread (SyncFixture *fixture, gconstpointer profile)
{
  check_same (fixture, profile, "Encounter");
}

/* Whom the server does not show it cannot be asked for: the work waits, and goes when it can. */
static void
test_not_there (SyncFixture *fixture, gconstpointer profile)
{
  add_value (fixture, profile);
  sync_people_move (fixture, profile, NULL, NULL);
  sync_twice (fixture);
  assert_set_aside (fixture, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 0);
  sync_people_put_chart_there (fixture, profile, &sync_people_anna);
  retry_all (fixture);
  sync_fixture_assert_complete (fixture, 3);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 2);
  assert_nothing_mixed_here (fixture, 1);
}

/* It was the wrong server: back at the first one nothing is lost. */
static void
test_back (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *patient = NULL;

  edit_anna (fixture, profile);
  add_value (fixture, profile);
  sync_people_move (fixture, profile, NULL, &sync_people_ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 2);
  sync_people_move (fixture, profile, NULL, &sync_people_anna);
  {
    g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

    g_assert_cmpstr (report->error, ==, NULL);
  }
  retry_all (fixture);
  sync_fixture_assert_complete (fixture, 3);
  patient = omc_sandbox_dup_resource (fixture->sandbox, "Patient", person_id);
  g_assert_nonnull (strstr (patient, "Here"));
  g_assert_null (strstr (patient, sync_people_ole.family));
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 2);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, 1);
}

/* With the last work on it, the chart of whom the server does not have goes out of sight. */
static void
test_taken_back (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (GPtrArray) queue = NULL;

  edit_anna (fixture, profile);
  add_value (fixture, profile);
  sync_people_move (fixture, profile, NULL, &sync_people_ole);
  sync_twice (fixture);
  queue = list_queue (fixture);
  g_assert_cmpuint (queue->len, ==, 2);
  for (guint i = 0; i < queue->len; i++)
    {
      g_autoptr (GError) error = NULL;

      assert_anna_here (fixture, profile, TRUE);
      omc_store_cancel_queue_item_sync (fixture->bed->store, fixture->bed->nurse,
                                        ((OmcQueueItem *)g_ptr_array_index (queue, i))->id,
                                        "another person", NULL, &error);
      g_assert_no_error (error);
    }
  assert_anna_here (fixture, profile, FALSE);
  assert_nothing_mixed_here (fixture, 1);
}

/* What the new server deletes under an id that it counted says nothing of the record here. */
static void
test_deleted_there (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autoptr (GPtrArray) deletions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) error = NULL;
  OmcServerBatch batch = { .deletions = deletions };

  edit_anna (fixture, profile);
  omc_store_forget_versions (fixture->bed->store, &error);
  g_assert_no_error (error);
  g_ptr_array_add (deletions, g_strconcat ("Patient/", person_id, NULL));
  omc_store_apply_server_batch (fixture->bed->store, device, &batch, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_anna_here (fixture, profile, TRUE);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/other-person/*/clean-chart-gives-way", sync_people_set_up, test_clean);
  sync_fixture_add ("/sync/other-person/*/unsent-work-stays-here", sync_people_set_up, test_unsent);
  sync_fixture_add ("/sync/other-person/*/unsent-work-stays-here-unread", sync_people_set_up,
                    test_unsent_unread);
  sync_fixture_add ("/sync/other-person/*/a-value-alone-stays-here", sync_people_set_up,
                    test_child);
  sync_fixture_add ("/sync/other-person/*/nobody-is-deleted-for-another", sync_people_set_up,
                    test_deleted);
  sync_fixture_add ("/sync/other-person/*/the-same-person-is-merged", sync_people_set_up,
                    test_same);
  sync_fixture_add ("/sync/other-person/*/the-same-person-is-asked-for", sync_people_set_up,
                    test_same_unread);
  sync_fixture_add ("/sync/other-person/*/who-is-not-there-is-waited-for", sync_people_set_up,
                    test_not_there);
  sync_fixture_add ("/sync/other-person/*/back-at-the-first-server", sync_people_set_up, test_back);
  sync_fixture_add ("/sync/other-person/*/work-that-is-taken-back", sync_people_set_up,
                    test_taken_back);
  /* A UUID is the same record everywhere. */
  sync_fixture_add_one ("/sync/other-person/*/deleted-under-a-counted-id", "hapi",
                        sync_people_set_up, test_deleted_there);

  return g_test_run ();
}
