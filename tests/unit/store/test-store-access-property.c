/* test-store-access-property.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "access-ward.h"
#include "omc-break-glass.h"

/*
 * Random sequences of calls over the whole public face of the store, by people of every role with and without a
 * department, while patients move, time goes by and glasses are broken: whatever comes back is of a patient whom a second
 * encoding of the rules, which knows nothing of the store, lets this person see; and what it lets them see is not refused.
 */

#define N_STEPS 700
#define N_PEOPLE (G_N_ELEMENTS (PEOPLE))

static const struct
{
  OmcRole role;
  const char *department;
  gboolean signs_in; /* has a passphrase on the device */
} PEOPLE[] = {
  { OMC_ROLE_NURSE, NULL, FALSE },
  { OMC_ROLE_NURSE, "ward-a", TRUE },
  { OMC_ROLE_NURSE, "Location/ward-b", TRUE },
  { OMC_ROLE_CHARGE_NURSE, "ward-a", FALSE },
  { OMC_ROLE_PHYSICIAN, "ward-b", TRUE },
  { OMC_ROLE_HOME_CARE_NURSE, "ward-none", FALSE },
  { OMC_ROLE_HEALTH_CARE_ASSISTANT, "ward-a", TRUE },
  { OMC_ROLE_HEALTH_CARE_ASSISTANT, NULL, FALSE },
  { OMC_ROLE_AUDITOR, NULL, FALSE },
  { OMC_ROLE_AUDITOR, "ward-a", FALSE },
  { OMC_ROLE_ADMINISTRATOR, NULL, FALSE },
  { OMC_ROLE_KIOSK, "ward-b", FALSE },
};

typedef struct
{
  StoreFixture f;
  OmcActor *people[G_N_ELEMENTS (PEOPLE)];
  AccessWard wards[ACCESS_N_PATIENTS];
  gint64 open_until[G_N_ELEMENTS (PEOPLE)][ACCESS_N_PATIENTS];
  guint n_given;
  guint n_refused;
} World;

static gboolean
is_clinical (OmcRole role)
{
  return role == OMC_ROLE_NURSE || role == OMC_ROLE_CHARGE_NURSE || role == OMC_ROLE_PHYSICIAN ||
         role == OMC_ROLE_HOME_CARE_NURSE;
}

static gboolean
is_own (const World *world, guint person, guint patient)
{
  static const char *const names[] = { "ward-a", "ward-b" };
  const char *department = PEOPLE[person].department;

  if (department == NULL)
    return TRUE;
  /* Who has no place is in care of every department's people, and on no kiosk. */
  if (world->wards[patient] == WARD_HOME)
    return PEOPLE[person].role != OMC_ROLE_KIOSK;

  return world->wards[patient] <= WARD_B &&
         g_str_has_suffix (department, names[world->wards[patient]]);
}

static gboolean
may_see (const World *world, guint person, guint patient)
{
  OmcRole role = PEOPLE[person].role;
  gboolean reads =
      is_clinical (role) || role == OMC_ROLE_HEALTH_CARE_ASSISTANT || role == OMC_ROLE_KIOSK;

  if (is_own (world, person, patient))
    return reads;

  return is_clinical (role) &&
         omc_clock_get_now (world->f.clock) < world->open_until[person][patient];
}

/* Taking out needs a patient of one's own. */
static gboolean
may_take_out (const World *world, guint person, guint patient)
{
  return is_clinical (PEOPLE[person].role) && is_own (world, person, patient);
}

/* "p3" -> 3; -1: not about one of the patients. */
static int
number_of (const char *patient_id)
{
  return patient_id != NULL && patient_id[0] == 'p'
             ? (int)g_ascii_strtoll (patient_id + 1, NULL, 10)
             : -1;
}

static void
given (World *world, guint person, const char *how, const char *patient_id, gboolean taken_out)
{
  int patient = number_of (patient_id);

  if (patient < 0)
    return;
  world->n_given++;
  if (!(taken_out ? may_take_out : may_see) (world, person, (guint)patient))
    g_test_fail_printf ("%s gave person %u patient %d", how, person, patient);
}

static void
given_resource (World *world,
                guint person,
                const char *how,
                OmcResource *resource,
                gboolean taken_out)
{
  const char *patient_id = resource != NULL ? omc_resource_get_patient_id (resource) : NULL;

  given (world, person, how, patient_id, taken_out);
}

static void
given_list (World *world, guint person, const char *how, GPtrArray *list)
{
  for (guint i = 0; list != NULL && i < list->len; i++)
    given_resource (world, person, how, g_ptr_array_index (list, i), FALSE);
}

static void
refused (World *world, guint person, guint patient, gboolean allowed, const GError *error)
{
  world->n_refused++;
  if (allowed && (g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED) ||
                  g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BREAK_GLASS)))
    g_test_fail_printf ("person %u was refused patient %u: %s", person, patient, error->message);
}

/* --- the calls --- */

static void
call_read (World *world, GRand *rand, guint person, guint patient)
{
  static const struct
  {
    const char *type;
    const char *id;
  } records[] = { { "Patient", "p%u" },
                  { "Encounter", "e%u" },
                  { "Condition", "c%u" },
                  { "Observation", "o%u-0" },
                  { "Observation", "o%u-1" } };
  guint n = (guint)g_rand_int_range (rand, 0, G_N_ELEMENTS (records));
  g_autoptr (GString) id = g_string_new (records[n].id);
  g_autofree char *number = g_strdup_printf ("%u", patient);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = NULL;

  g_string_replace (id, "%u", number, 0);
  resource = omc_store_read_sync (world->f.store, world->people[person], records[n].type, id->str,
                                  NULL, &error);
  if (resource != NULL)
    given_resource (world, person, "read", resource, FALSE);
  else
    refused (world, person, patient, may_see (world, person, patient), error);
}

static void
call_search (World *world, GRand *rand, guint person, guint patient)
{
  static const char *const queries[] = {
    "Patient?name=wardian",
    "Patient?_sort=birthdate&_count=3&_revinclude=Observation:subject",
    "Patient?_has:Observation:patient:code=8867-4",
    "Observation?patient=p%u&category=vital-signs&_sort=-date&_count=20",
    "Observation?patient=p%u&_include=Observation:subject",
    "Observation?code=8867-4&_total=accurate",
    "Observation?patient.name=wardian%u",
    "Condition?_include=Condition:encounter&_include=Condition:subject",
    "Encounter?status=in-progress&_count=0",
    "Encounter?location=Location/bed-b",
    "Location?_revinclude=Encounter:location",
    "Location?_has:Encounter:location:status=in-progress",
  };
  g_autoptr (GString) query =
      g_string_new (queries[g_rand_int_range (rand, 0, G_N_ELEMENTS (queries))]);
  g_autofree char *number = g_strdup_printf ("%u", patient);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchResult) result = NULL;
  guint n_seen = 0;

  g_string_replace (query, "%u", number, 0);
  result = omc_store_search_sync (world->f.store, world->people[person], query->str, NULL, &error);
  if (result == NULL)
    {
      refused (world, person, patient, FALSE, error);
      return;
    }
  given_list (world, person, query->str, result->matches);
  given_list (world, person, query->str, result->included);
  /* Nor does a number tell of those who are not to be seen. */
  for (guint p = 0; p < ACCESS_N_PATIENTS; p++)
    n_seen += may_see (world, person, p) ? 1 : 0;
  if (result->has_total && g_str_has_prefix (query->str, "Encounter?status"))
    g_assert_cmpuint (result->total, <=, n_seen);
  if (g_str_equal (query->str, "Patient?name=wardian"))
    g_assert_cmpuint (result->matches->len, ==, n_seen);
}

static void
call_board (World *world, GRand *rand, guint person, guint patient)
{
  OmcBoardQuery query = { .sort = (OmcBoardSort)g_rand_int_range (rand, 0, 4),
                          .all_patients = g_rand_boolean (rand),
                          .text = g_rand_boolean (rand) ? "wardian" : NULL,
                          .beyond = g_rand_boolean (rand) };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint total = 0;

  rows = omc_store_list_board_sync (world->f.store, world->people[person], &query,
                                    (guint)g_rand_int_range (rand, 0, 3), 10, &total, NULL, &error);
  if (rows == NULL)
    {
      refused (world, person, patient, FALSE, error);
      return;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      OmcBoardRow *row = g_ptr_array_index (rows, i);

      if (!row->needs_glass)
        given (world, person, "board", row->patient_id, FALSE);
      else if (!query.beyond || query.text == NULL || !is_clinical (PEOPLE[person].role) ||
               row->last_set_us != 0 || row->news2_partial != -1 || row->n_unsent != 0)
        g_test_fail_printf ("the board told person %u of %s", person, row->patient_id);
    }
}

static void
call_chart (World *world, GRand *rand, guint person, guint patient)
{
  g_autofree char *id = g_strdup_printf ("p%u", patient);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcChart) chart =
      omc_store_read_chart_sync (world->f.store, world->people[person], id, 0, NULL, &error);
  g_autoptr (GError) proof_error = NULL;
  g_autoptr (OmcPatientProof) proof =
      omc_store_read_proof_sync (world->f.store, world->people[person], id, NULL, &proof_error);

  g_assert_true ((chart == NULL) == (proof == NULL));
  if (chart == NULL)
    {
      refused (world, person, patient, may_see (world, person, patient), error);
      return;
    }
  given_resource (world, person, "chart", chart->patient, FALSE);
  given_list (world, person, "chart", chart->observations);
  given_list (world, person, "chart", chart->conditions);
  given_list (world, person, "chart", chart->encounters);
  g_assert_true ((chart->glass_until_us != 0) == !is_own (world, person, patient));
}

static void
call_lists (World *world, GRand *rand, guint person, guint patient)
{
  g_autoptr (GPtrArray) items =
      omc_store_list_queue_sync (world->f.store, world->people[person], NULL, NULL, NULL);
  g_autoptr (GPtrArray) conflicts = omc_store_list_conflicts_sync (
      world->f.store, world->people[person], OMC_CONFLICTS_ALL, NULL, NULL);

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);

      /* One's own work stays to be seen. */
      if (g_strcmp0 (item->author, omc_actor_get_user (world->people[person])) != 0)
        given (world, person, "queue", item->patient_id, FALSE);
    }
  for (guint i = 0; conflicts != NULL && i < conflicts->len; i++)
    given (world, person, "conflicts",
           ((OmcConflict *)g_ptr_array_index (conflicts, i))->patient_id, FALSE);
  for (gint64 id = 1; id <= 3; id++)
    {
      g_autoptr (OmcConflict) conflict =
          omc_store_read_conflict_sync (world->f.store, world->people[person], id, NULL, NULL);

      if (conflict != NULL)
        {
          given_resource (world, person, "conflict", conflict->local, FALSE);
          given_resource (world, person, "conflict", conflict->remote, FALSE);
          given_resource (world, person, "conflict", conflict->base, FALSE);
        }
    }
}

typedef struct
{
  World *world;
  guint person;
} Export;

static gboolean
exported (OmcResource *resource, gpointer data, GError **error)
{
  Export *export = data;

  given_resource (export->world, export->person, "export", resource, TRUE);

  return TRUE;
}

static void
call_export (World *world, GRand *rand, guint person, guint patient)
{
  Export export = { world, person };
  g_autofree char *id = g_rand_boolean (rand) ? g_strdup_printf ("p%u", patient) : NULL;
  g_autoptr (GError) error = NULL;

  if (!omc_store_foreach_sync (world->f.store, world->people[person],
                               g_rand_boolean (rand) ? "Observation" : NULL, id, exported, &export,
                               NULL, &error))
    refused (world, person, patient, id != NULL && may_take_out (world, person, patient), error);
}

static void
call_save (World *world, GRand *rand, guint person, guint patient)
{
  gboolean preliminary = g_rand_boolean (rand);
  g_autoptr (OmcResource) resource =
      access_ward_observation (patient, NULL, preliminary ? "preliminary" : "final");
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;
  OmcRole role = PEOPLE[person].role;
  gboolean writes = is_clinical (role) || (role == OMC_ROLE_HEALTH_CARE_ASSISTANT && preliminary);

  g_ptr_array_add (list, resource);
  stored = omc_store_save_sync (world->f.store, world->people[person], list, OMC_SAVE_CHART, NULL,
                                &error);
  g_assert_true ((stored != NULL) == (writes && may_see (world, person, patient)));
}

/* Somebody else's record, made one's own patient's. */
static void
call_steal (World *world, GRand *rand, guint person, guint patient)
{
  guint other = (guint)g_rand_int_range (rand, 0, ACCESS_N_PATIENTS);
  g_autofree char *id = g_strdup_printf ("o%u-0", other);
  g_autoptr (OmcResource) resource = access_ward_observation (patient, id, "final");
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;
  gboolean done;

  if (other == patient)
    return;
  g_ptr_array_add (list, resource);
  /* Done, it would only move a record between one's own patients: that is not what is looked for here. */
  if (is_own (world, person, other) && is_own (world, person, patient))
    return;
  done =
      omc_store_import_sync (world->f.store, world->people[person], list,
                             (OmcImportMode)g_rand_int_range (rand, 0, 2), &counts, NULL, &error);
  g_assert_false (done);
}

static void
call_break (World *world, GRand *rand, guint person, guint patient)
{
  g_autoptr (OmcSecret) secret = NULL;
  g_autofree char *id = g_strdup_printf ("p%u", patient);
  g_autoptr (GError) error = NULL;
  gint64 until_us;

  if (!PEOPLE[person].signs_in || g_rand_int_range (rand, 0, 3) != 0)
    return;
  secret = access_ward_passphrase (omc_actor_get_user (world->people[person]));
  if (omc_store_break_glass_sync (world->f.store, world->people[person], id, "emergency",
                                  "needed at once, nobody else is here", OMC_KEY_SLOT_PASSPHRASE,
                                  secret, &until_us, NULL, &error))
    {
      g_assert_true (is_clinical (PEOPLE[person].role) && !is_own (world, person, patient));
      world->open_until[person][patient] = until_us;
    }
  else
    g_assert_false (is_clinical (PEOPLE[person].role) && !is_own (world, person, patient));
}

static void
call_close (World *world, GRand *rand, guint person, guint patient)
{
  g_autofree char *id = g_strdup_printf ("p%u", patient);

  if (omc_store_close_glass_sync (world->f.store, world->people[person], id, NULL, NULL))
    world->open_until[person][patient] = 0;
}

static void
call_watch (World *world, GRand *rand, guint person, guint patient)
{
  omc_clock_advance (world->f.clock, g_rand_int_range (rand, 0, 12 * 60) * G_USEC_PER_SEC);
}

static void
call_move (World *world, GRand *rand, guint person, guint patient)
{
  world->wards[patient] = (AccessWard)g_rand_int_range (rand, WARD_A, WARD_LOOSE + 1);
  access_ward_move (&world->f, patient, world->wards[patient]);
}

static void
call_audit (World *world, GRand *rand, guint person, guint patient)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (world->f.store, world->people[person], 1, 5, NULL, &error);
  g_autoptr (GPtrArray) glasses =
      omc_store_list_glass_sync (world->f.store, world->people[person], TRUE, NULL, NULL);
  OmcRole role = PEOPLE[person].role;

  g_assert_true ((entries != NULL) == (role == OMC_ROLE_AUDITOR || role == OMC_ROLE_CHARGE_NURSE));
  g_assert_true ((entries != NULL) == (glasses != NULL));
}

/* --- the world --- */

/* One conflict for a patient of each ward: both sides change the date of birth. */
static void
make_conflict (World *world, guint patient)
{
  g_autofree char *local = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"name\":[{\"family\":\"Wardian%u\",\"given\":["
      "\"Pat\"]}],\"gender\":\"female\",\"birthDate\":\"1950-02-02\"}",
      patient, patient);
  g_autofree char *remote =
      g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"2\"}"
                       ",\"name\":[{\"family\":\"Wardian%u\",\"given\":[\"Pat\"]}],\"gender\":"
                       "\"female\",\"birthDate\":\"1960-03-03\"}",
                       patient, patient);
  g_autoptr (OmcResource) saved = store_fixture_save (&world->f, local);

  store_fixture_from_server (&world->f, NULL, remote, NULL);
}

static void
set_up (World *world, gconstpointer data)
{
  store_fixture_set_up (&world->f, data);
  access_ward_fill (&world->f);
  for (guint i = 0; i < N_PEOPLE; i++)
    {
      g_autofree char *name = g_strdup_printf ("person%u", i);

      world->people[i] =
          PEOPLE[i].signs_in
              ? access_ward_person (&world->f, name, PEOPLE[i].role, PEOPLE[i].department)
              : omc_actor_new (name, NULL, PEOPLE[i].role, PEOPLE[i].department, NULL);
    }
  for (guint p = 0; p < ACCESS_N_PATIENTS; p++)
    world->wards[p] = access_ward_of (p);
  make_conflict (world, 1);
  make_conflict (world, 4);
}

static void
tear_down (World *world, gconstpointer data)
{
  for (guint i = 0; i < N_PEOPLE; i++)
    g_clear_object (&world->people[i]);
  store_fixture_tear_down (&world->f, data);
}

static void
test_no_sequence (World *world, gconstpointer data)
{
  static void (*const calls[]) (World *, GRand *, guint, guint) = {
    call_read,  call_read,  call_search, call_search, call_search, call_board,
    call_chart, call_chart, call_lists,  call_export, call_save,   call_steal,
    call_break, call_close, call_watch,  call_move,   call_audit,
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32)g_test_rand_int ());

  for (guint i = 0; i < N_STEPS; i++)
    {
      guint call = (guint)g_rand_int_range (rand, 0, G_N_ELEMENTS (calls));
      guint person = (guint)g_rand_int_range (rand, 0, (int)N_PEOPLE);
      guint patient = (guint)g_rand_int_range (rand, 0, ACCESS_N_PATIENTS);

      calls[call](world, rand, person, patient);
    }
  /* Both happened, or nothing was proved. */
  g_assert_cmpuint (world->n_given, >, 500);
  g_assert_cmpuint (world->n_refused, >, 50);
  store_fixture_assert_sound (&world->f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/access/no-sequence-of-calls-gives-what-is-denied", World, NULL, set_up,
              test_no_sequence, tear_down);

  return g_test_run ();
}
