/* test-sync-mixed-people.c: any mixture of people, moved any number of times
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "sync-people.h"

#define N_PEOPLE 6
#define N_ROUNDS 4

static SyncPerson
make_person (guint n, char **number, char **family)
{
  static const char *const genders[] = { "female", "male" };
  static const char *const births[] = { "1950-01-01", "1961-02-02", "1972-03-03", "1983-04-04",
                                        "1994-05-05" };

  *number = g_strdup_printf ("9%03u", n);
  *family = g_strdup_printf ("Family%u", n);

  return (SyncPerson){ *number, *family, *family, genders[n % 2], births[n % 5] };
}

static void
fill_at_random (SyncFixture *fixture, gconstpointer profile, GRand *random, guint *whose)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      g_autofree char *person_id = sync_people_dup_id (profile, TRUE, i + 1);
      g_autofree char *number = NULL;
      g_autofree char *family = NULL;
      SyncPerson person;

      /* The one who was there before, or somebody else. */
      if (whose[i] == 0 || g_rand_int_range (random, 0, 3) > 0)
        whose[i] += N_PEOPLE + (guint)g_rand_int_range (random, 1, 3);
      person = make_person (whose[i], &number, &family);
      sync_people_put_there (fixture, sync_people_dup (&person, person_id, ""));
      for (guint k = 0; k < 2; k++)
        {
          g_autofree char *id =
              sync_people_dup_id (profile, FALSE, 100 + (guint)g_rand_int_range (random, 0, 20));

          sync_people_put_there (fixture, sync_people_dup_value (id, person_id, family, ""));
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
        sync_people_save_here (fixture,
                               sync_people_dup_value (NULL, omc_resource_get_id (patient),
                                                      sync_people_get_family (patient), ""));
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
      const char *patient_id;
      g_autofree char *patient = NULL;
      g_autofree char *family = NULL;

      if (there == NULL)
        continue;
      patient_id = omc_resource_get_patient_id (there);
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
      sync_people_move (fixture, profile, NULL, NULL);
      fill_at_random (fixture, profile, random, whose);
      for (guint i = 0; i < 3; i++)
        {
          g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

          g_assert_cmpstr (report->error, ==, NULL);
          sync_people_assert_agree_here (fixture);
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

  sync_fixture_add ("/sync/mixed-people/*/nothing-is-ever-mixed", sync_fixture_set_up,
                    test_at_random);

  return g_test_run ();
}
