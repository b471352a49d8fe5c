/* test-sync-other-person.c: a server that calls somebody else by the same id
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "sync-fixture.h"

#define ADDRESS ",\"address\":[{\"use\":\"home\",\"city\":\"Here\"}]"
#define UUID_PERSON "cccccccc-0000-4000-8000-%012u"
#define UUID_VALUE "dddddddd-0000-4000-8000-%012u"
#define N_PEOPLE 6
#define N_ROUNDS 4

typedef struct
{
  const char *number;
  const char *family;
  const char *given;
  const char *gender;
  const char *birth;
} Person;

static const Person anna = { "1001", "Berg", "Anna", "female", "1950-01-01" };
static const Person ole = { "2002", "Olsen", "Ole", "male", "1962-05-05" };

/* One server counts, the other makes UUIDs. */
static gboolean
counts (gconstpointer profile)
{
  return g_strcmp0 (profile, "hapi") == 0;
}

static char *
dup_id (gconstpointer profile, gboolean person, guint n)
{
  if (counts (profile))
    return g_strdup_printf ("%u", n);

  return person ? g_strdup_printf (UUID_PERSON, n) : g_strdup_printf (UUID_VALUE, n);
}

static char *
dup_person (const Person *person, const char *id, const char *more)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"identifier\":[{\"system\":\"urn:mrn\","
      "\"value\":\"%s\"}],\"name\":[{\"family\":\"%s\",\"given\":[\"%s\"]}],\"gender\":\"%s\","
      "\"birthDate\":\"%s\"%s}",
      id, person->number, person->family, person->given, person->gender, person->birth, more);
}

/* id: (nullable): the device makes one */
static char *
dup_value (const char *id, const char *patient_id, const char *of, const char *more)
{
  g_autofree char *member = id != NULL ? g_strdup_printf ("\"id\":\"%s\",", id) : g_strdup ("");

  return g_strdup_printf (
      "{\"resourceType\":\"Observation\",%s\"status\":\"final\",\"code\":{\"text\":"
      "\"x\"},\"subject\":{\"reference\":\"Patient/%s\"},\"valueString\":\"%s\"%s}",
      member, patient_id, of, more);
}

static void
put_there (SyncFixture *fixture, char *text)
{
  sync_fixture_put_there (fixture, "%s", text);
  g_free (text);
}

static void
save_here (SyncFixture *fixture, char *text)
{
  g_autoptr (OmcResource) saved = omc_sync_bed_save (fixture->bed, "%s", text);

  g_assert_nonnull (saved);
  g_free (text);
}

static void
put_chart_there (SyncFixture *fixture, gconstpointer profile, const Person *person)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *value_id = dup_id (profile, FALSE, 123);

  put_there (fixture, dup_person (person, person_id, ""));
  put_there (fixture, dup_value (value_id, person_id, person->family, ""));
}

/* The device knows Anna, and a value of hers. */
static void
set_up (SyncFixture *fixture, gconstpointer profile)
{
  sync_fixture_set_up (fixture, profile);
  put_chart_there (fixture, profile, &anna);
  sync_fixture_assert_complete (fixture, 1);
}

/* types: (nullable): of the new server, all that the device reads */
static void
move (SyncFixture *fixture, gconstpointer profile, const char *types, const Person *person)
{
  if (types != NULL)
    fixture->bed->config->types = g_strsplit (types, ",", -1);
  sync_fixture_change_server (fixture, profile);
  if (person != NULL)
    put_chart_there (fixture, profile, person);
}

static void
edit_anna (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *id = dup_id (profile, TRUE, 17);

  save_here (fixture, dup_person (&anna, id, ADDRESS));
}

static void
edit_value (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *id = dup_id (profile, FALSE, 123);

  save_here (fixture, dup_value (id, person_id, anna.family, ",\"note\":[{\"text\":\"Here\"}]"));
}

static void
add_value (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);

  save_here (fixture, dup_value (NULL, person_id, anna.family, ""));
}

static const char *
get_family (OmcResource *patient)
{
  return omc_json_value_get_string (
      omc_json_value_pick (omc_resource_get_root (patient), "name[0].family"));
}

/* Every value says whose it is; what it refers to has to agree. */
static void
assert_values_agree_here (SyncFixture *fixture)
{
  g_autoptr (GPtrArray) values = omc_sync_bed_list_ids (fixture->bed, "Observation");

  for (guint i = 0; i < values->len; i++)
    {
      g_autoptr (OmcResource) value =
          omc_sync_bed_read (fixture->bed, "Observation", g_ptr_array_index (values, i));
      g_autofree char *patient_id = omc_resource_dup_patient_id (value);
      g_autoptr (OmcResource) patient = omc_sync_bed_read (fixture->bed, "Patient", patient_id);

      g_assert_nonnull (patient);
      g_assert_cmpstr (get_family (patient), ==,
                       omc_json_value_pick_string (omc_resource_get_root (value), "valueString"));
    }
}

/* n: charts here. */
static void
assert_nothing_mixed_here (SyncFixture *fixture, guint n)
{
  sync_fixture_assert_here (fixture, "Patient", n);
  assert_values_agree_here (fixture);
}

/* The new server has what it had. */
static void
assert_untouched_there (SyncFixture *fixture, gconstpointer profile, const Person *person)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *value_id = dup_id (profile, FALSE, 123);
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
      g_assert_null (strstr (item->error, anna.family));
      g_assert_null (strstr (item->error, ole.family));
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
  g_autofree char *id = dup_id (profile, TRUE, 17);
  g_autoptr (OmcResource) patient = omc_sync_bed_read (fixture->bed, "Patient", id);

  g_assert_cmpint (patient != NULL, ==, here);
  if (here)
    g_assert_cmpstr (get_family (patient), ==, anna.family);
}

/* Nothing unsent: the one chart goes out of sight, the other one comes under ids of its own. */
static void
test_clean (SyncFixture *fixture, gconstpointer profile)
{
  move (fixture, profile, NULL, &ole);
  sync_fixture_assert_complete (fixture, 1);
  assert_nothing_mixed_here (fixture, 1);
  assert_anna_here (fixture, profile, FALSE);
  sync_fixture_assert_here (fixture, "Observation", 1);
  assert_untouched_there (fixture, profile, &ole);
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
  move (fixture, profile, types, &ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 3);
  assert_untouched_there (fixture, profile, &ole);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, n_charts);
  /* What is added to such a chart stays here just as well, and so does what is sent again. */
  add_value (fixture, profile);
  retry_all (fixture);
  sync_twice (fixture);
  assert_set_aside (fixture, 4);
  assert_untouched_there (fixture, profile, &ole);
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
  move (fixture, profile, "Encounter", &ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 1);
  assert_untouched_there (fixture, profile, &ole);
  assert_anna_here (fixture, profile, TRUE);
  assert_nothing_mixed_here (fixture, 2);
}

static void
test_deleted (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *value_id = dup_id (profile, FALSE, 123);
  g_autoptr (GError) error = NULL;

  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Observation", value_id, NULL,
                         &error);
  g_assert_no_error (error);
  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Patient", person_id, NULL,
                         &error);
  g_assert_no_error (error);
  move (fixture, profile, NULL, &ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 2);
  assert_untouched_there (fixture, profile, &ole);
  assert_nothing_mixed_here (fixture, 1);
}

/* The same person: all goes where it belongs, without a question. */
static void
check_same (SyncFixture *fixture, gconstpointer profile, const char *types)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *patient = NULL;

  edit_anna (fixture, profile);
  edit_value (fixture, profile);
  add_value (fixture, profile);
  move (fixture, profile, types, &anna);
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
  move (fixture, profile, NULL, NULL);
  sync_twice (fixture);
  assert_set_aside (fixture, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 0);
  put_chart_there (fixture, profile, &anna);
  retry_all (fixture);
  sync_fixture_assert_complete (fixture, 3);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 2);
  assert_nothing_mixed_here (fixture, 1);
}

/* It was the wrong server: back at the first one nothing is lost. */
static void
test_back (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autofree char *patient = NULL;

  edit_anna (fixture, profile);
  add_value (fixture, profile);
  move (fixture, profile, NULL, &ole);
  sync_twice (fixture);
  assert_set_aside (fixture, 2);
  move (fixture, profile, NULL, &anna);
  {
    g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

    g_assert_cmpstr (report->error, ==, NULL);
  }
  retry_all (fixture);
  sync_fixture_assert_complete (fixture, 3);
  patient = omc_sandbox_dup_resource (fixture->sandbox, "Patient", person_id);
  g_assert_nonnull (strstr (patient, "Here"));
  g_assert_null (strstr (patient, ole.family));
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
  move (fixture, profile, NULL, &ole);
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
  g_autofree char *person_id = dup_id (profile, TRUE, 17);
  g_autoptr (GPtrArray) deletions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) error = NULL;
  OmcServerBatch batch = { .deletions = deletions };

  if (!counts (profile))
    {
      g_test_skip ("a UUID is the same record everywhere");
      return;
    }
  edit_anna (fixture, profile);
  omc_store_forget_versions (fixture->bed->store, &error);
  g_assert_no_error (error);
  g_ptr_array_add (deletions, g_strconcat ("Patient/", person_id, NULL));
  omc_store_apply_server_batch (fixture->bed->store, device, &batch, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_anna_here (fixture, profile, TRUE);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
}

/* --- any mixture of people, moved any number of times --- */

static Person
make_person (guint n, char **number, char **family)
{
  static const char *const genders[] = { "female", "male" };
  static const char *const births[] = { "1950-01-01", "1961-02-02", "1972-03-03", "1983-04-04",
                                        "1994-05-05" };

  *number = g_strdup_printf ("9%03u", n);
  *family = g_strdup_printf ("Family%u", n);

  return (Person){ *number, *family, *family, genders[n % 2], births[n % 5] };
}

static void
fill_at_random (SyncFixture *fixture, gconstpointer profile, GRand *random, guint *whose)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      g_autofree char *person_id = dup_id (profile, TRUE, i + 1);
      g_autofree char *number = NULL;
      g_autofree char *family = NULL;
      Person person;

      /* The one who was there before, or somebody else. */
      if (whose[i] == 0 || g_rand_int_range (random, 0, 3) > 0)
        whose[i] += N_PEOPLE + (guint)g_rand_int_range (random, 1, 3);
      person = make_person (whose[i], &number, &family);
      put_there (fixture, dup_person (&person, person_id, ""));
      for (guint k = 0; k < 2; k++)
        {
          g_autofree char *id =
              dup_id (profile, FALSE, 100 + (guint)g_rand_int_range (random, 0, 20));

          put_there (fixture, dup_value (id, person_id, family, ""));
        }
    }
}

static void
work_at_random (SyncFixture *fixture, GRand *random)
{
  g_autoptr (GPtrArray) people = omc_sync_bed_list_ids (fixture->bed, "Patient");

  for (guint i = 0; i < people->len; i++)
    {
      g_autoptr (OmcResource) patient =
          omc_sync_bed_read (fixture->bed, "Patient", g_ptr_array_index (people, i));

      if (g_rand_boolean (random))
        save_here (fixture,
                   dup_value (NULL, omc_resource_get_id (patient), get_family (patient), ""));
    }
}

static void
assert_nothing_mixed_there (SyncFixture *fixture)
{
  g_autoptr (GPtrArray) values = omc_sync_bed_list_ids (fixture->bed, "Observation");

  for (guint i = 0; i < values->len; i++)
    {
      g_autoptr (OmcResource) value =
          omc_sync_bed_read (fixture->bed, "Observation", g_ptr_array_index (values, i));
      g_autofree char *id = omc_sync_bed_dup_server_id (fixture->bed, value);
      g_autofree char *text =
          id != NULL ? omc_sandbox_dup_resource (fixture->sandbox, "Observation", id) : NULL;
      g_autoptr (OmcResource) there = text != NULL ? omc_resource_parse (text, -1, NULL) : NULL;
      g_autofree char *patient_id = NULL;
      g_autofree char *patient = NULL;
      g_autofree char *family = NULL;

      if (there == NULL)
        continue;
      patient_id = omc_resource_dup_patient_id (there);
      patient = omc_sandbox_dup_resource (fixture->sandbox, "Patient", patient_id);
      g_assert_nonnull (patient);
      family = g_strdup_printf (
          "\"%s\"", omc_json_value_pick_string (omc_resource_get_root (there), "valueString"));
      g_assert_nonnull (strstr (patient, family));
    }
}

static void
test_at_random (SyncFixture *fixture, gconstpointer profile)
{
  guint seed = g_test_rand_int_range (1, 1000000);
  GRand *random = g_rand_new_with_seed (seed);
  guint whose[N_PEOPLE] = { 0 };

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      move (fixture, profile, NULL, NULL);
      fill_at_random (fixture, profile, random, whose);
      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

          g_assert_cmpstr (report->error, ==, NULL);
          assert_values_agree_here (fixture);
          assert_nothing_mixed_there (fixture);
        }
      work_at_random (fixture, random);
    }
  g_rand_free (random);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/other-person/*/clean-chart-gives-way", set_up, test_clean);
  sync_fixture_add ("/sync/other-person/*/unsent-work-stays-here", set_up, test_unsent);
  sync_fixture_add ("/sync/other-person/*/unsent-work-stays-here-unread", set_up,
                    test_unsent_unread);
  sync_fixture_add ("/sync/other-person/*/a-value-alone-stays-here", set_up, test_child);
  sync_fixture_add ("/sync/other-person/*/nobody-is-deleted-for-another", set_up, test_deleted);
  sync_fixture_add ("/sync/other-person/*/the-same-person-is-merged", set_up, test_same);
  sync_fixture_add ("/sync/other-person/*/the-same-person-is-asked-for", set_up, test_same_unread);
  sync_fixture_add ("/sync/other-person/*/who-is-not-there-is-waited-for", set_up, test_not_there);
  sync_fixture_add ("/sync/other-person/*/back-at-the-first-server", set_up, test_back);
  sync_fixture_add ("/sync/other-person/*/work-that-is-taken-back", set_up, test_taken_back);
  sync_fixture_add ("/sync/other-person/*/deleted-under-a-counted-id", set_up, test_deleted_there);
  sync_fixture_add ("/sync/other-person/*/nothing-is-ever-mixed", sync_fixture_set_up,
                    test_at_random);

  return g_test_run ();
}
