/* test-ward.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-validate.h"
#include "omc-vitals.h"
#include "omc-ward.h"

typedef struct
{
  GPtrArray *resources; /* (owned) (element-type OmcResource) */
  GHashTable *seen;     /* (owned) references */
  GChecksum *checksum;  /* (owned) */
  guint n;
  guint stop_at;
} Taken;

static void
taken_free (Taken *taken)
{
  g_clear_pointer (&taken->resources, g_ptr_array_unref);
  g_clear_pointer (&taken->seen, g_hash_table_unref);
  g_clear_pointer (&taken->checksum, g_checksum_free);
  g_free (taken);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taken, taken_free)

static gboolean
take (const char *json, gsize length, gpointer user_data, GError **error)
{
  Taken *taken = user_data;

  g_assert_null (memchr (json, '\n', length));
  g_checksum_update (taken->checksum, (const guchar *)json, (gssize)length);
  taken->n++;
  if (taken->n == taken->stop_at)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
      return FALSE;
    }
  if (taken->resources != NULL)
    {
      OmcResource *resource = omc_resource_parse (json, (gssize)length, error);

      if (resource == NULL)
        return FALSE;
      g_ptr_array_add (taken->resources, resource);
    }

  return TRUE;
}

static OmcWardOptions
make_options (guint patients, guint64 seed)
{
  OmcWardOptions options = { patients, seed, 0, 60, -1 };

  g_assert_true (omc_instant_parse_range ("2026-11-23T14:00:00+01:00", &options.now_us, NULL));

  return options;
}

static Taken *
generate (const OmcWardOptions *options, gboolean keep)
{
  Taken *taken = g_new0 (Taken, 1);
  g_autoptr (GError) error = NULL;
  guint64 n;

  taken->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  taken->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (keep)
    taken->resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_assert_true (omc_ward_generate (options, take, taken, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, taken->n);

  return taken;
}

static void
assert_seen (const char *reference, gpointer user_data)
{
  GHashTable *seen = user_data;

  g_assert_true (g_hash_table_contains (seen, reference));
}

static void
test_valid_and_in_order (void)
{
  OmcWardOptions options = make_options (48, 7);
  g_autoptr (Taken) taken = generate (&options, TRUE);

  for (guint i = 0; i < taken->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (taken->resources, i);
      g_autoptr (GError) error = NULL;

      omc_validate_check (resource, OMC_VALIDATE_STRICT, &error);
      g_assert_no_error (error);
      omc_resource_foreach_reference (resource, assert_seen, taken->seen);
      g_assert_true (g_hash_table_add (taken->seen, omc_resource_dup_reference (resource)));
    }
  g_assert_true (g_hash_table_contains (taken->seen, "Patient/john-doe"));
  g_assert_true (g_hash_table_contains (taken->seen, "Location/ward-2-bed-24"));
}

static void
test_same_seed_same_bytes (void)
{
  OmcWardOptions options = make_options (30, 7);
  OmcWardOptions other = make_options (30, 8);
  g_autoptr (Taken) first = generate (&options, FALSE);
  g_autoptr (Taken) second = generate (&options, FALSE);
  g_autoptr (Taken) third = generate (&other, FALSE);

  g_assert_cmpstr (g_checksum_get_string (first->checksum), ==,
                   g_checksum_get_string (second->checksum));
  g_assert_cmpstr (g_checksum_get_string (first->checksum), !=,
                   g_checksum_get_string (third->checksum));
}

typedef struct
{
  OmcResource *patient;
  GPtrArray *observations; /* (owned) */
  GPtrArray *flags;        /* (owned) */
} Person;

static void
person_free (Person *person)
{
  g_ptr_array_unref (person->observations);
  g_ptr_array_unref (person->flags);
  g_free (person);
}

static GHashTable *
group_by_patient (Taken *taken)
{
  GHashTable *people =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)person_free);

  for (guint i = 0; i < taken->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (taken->resources, i);
      const char *type = omc_resource_get_resource_type (resource);
      const char *id = omc_resource_get_patient_id (resource);

      if (g_str_equal (type, "Patient"))
        {
          Person *person = g_new0 (Person, 1);

          person->patient = resource;
          person->observations = g_ptr_array_new ();
          person->flags = g_ptr_array_new ();
          g_hash_table_insert (people, g_strdup (id), person);
        }
      else if (g_str_equal (type, "Observation"))
        g_ptr_array_add (((Person *)g_hash_table_lookup (people, id))->observations, resource);
      else if (g_str_equal (type, "Flag"))
        g_ptr_array_add (((Person *)g_hash_table_lookup (people, id))->flags, resource);
    }

  return people;
}

static gboolean
is_pregnant (Person *person)
{
  for (guint i = 0; i < person->flags->len; i++)
    if (g_strcmp0 (omc_json_value_pick_string (
                       omc_resource_get_root (g_ptr_array_index (person->flags, i)),
                       "code.coding[0].code"),
                   "pregnant") == 0)
      return TRUE;

  return FALSE;
}

/* Every stored score is what its set scores when it is read, and all courses are there. */
static void
test_scores_hold (void)
{
  OmcWardOptions options = make_options (96, 3);
  g_autoptr (Taken) taken = generate (&options, TRUE);
  g_autoptr (GHashTable) people = group_by_patient (taken);
  GHashTableIter iter;
  Person *person;
  guint bands[OMC_NEWS2_BAND_HIGH + 1] = { 0 };
  guint scopes[OMC_NEWS2_SCOPE_UNKNOWN + 1] = { 0 };
  guint n_scale_2 = 0, n_refused = 0, n_fahrenheit = 0;

  g_assert_cmpuint (g_hash_table_size (people), ==, 96);
  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&person))
    {
      const char *birth_date =
          omc_json_value_pick_string (omc_resource_get_root (person->patient), "birthDate");
      OmcVitalsContext context = {
        omc_news2_scope (birth_date, is_pregnant (person), options.now_us), person->flags
      };
      g_autoptr (GPtrArray) sets = omc_vitals_read_sets (person->observations, &context);

      scopes[context.scope]++;
      g_assert_cmpuint (sets->len, >=, 3);
      for (guint i = 0; i < sets->len; i++)
        {
          const OmcVitalsSet *set = g_ptr_array_index (sets, i);
          const OmcVitalsValue *temperature = omc_vitals_set_get (set, OMC_VITAL_TEMPERATURE);

          g_assert_nonnull (set->panel_id);
          g_assert_cmpint (set->time_us, <=, options.now_us);
          g_assert_cmpint (set->stored_total, ==, set->news2.total);
          bands[set->news2.band]++;
          n_scale_2 += set->news2.scale == 2;
          n_refused += temperature == NULL;
          n_fahrenheit += temperature != NULL && g_str_equal (temperature->ucum, "[degF]");
        }
    }
  for (int band = OMC_NEWS2_BAND_LOW; band <= OMC_NEWS2_BAND_HIGH; band++)
    g_assert_cmpuint (bands[band], >, 2);
  g_assert_cmpuint (scopes[OMC_NEWS2_SCOPE_CHILD], >=, 1);
  g_assert_cmpuint (scopes[OMC_NEWS2_SCOPE_PREGNANT], ==, 1);
  g_assert_cmpuint (scopes[OMC_NEWS2_SCOPE_UNKNOWN], ==, 0);
  g_assert_cmpuint (n_scale_2, >, 10);
  g_assert_cmpuint (n_refused, >, 5);
  g_assert_cmpuint (n_fahrenheit, >, 5);
}

static void
test_john_doe (void)
{
  OmcWardOptions options = make_options (24, 99);
  g_autoptr (Taken) taken = generate (&options, TRUE);
  g_autoptr (GHashTable) people = group_by_patient (taken);
  Person *john = g_hash_table_lookup (people, "john-doe");
  const OmcJsonValue *root = omc_resource_get_root (john->patient);
  const OmcVitalsContext context = { OMC_NEWS2_SCOPE_ADULT, john->flags };
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (john->observations, &context);

  g_assert_cmpstr (omc_json_value_pick_string (root, "name[0].family"), ==, "Doe");
  g_assert_cmpstr (omc_json_value_pick_string (root, "name[0].given[0]"), ==, "John");
  g_assert_cmpstr (omc_json_value_pick_string (root, "telecom[0].use"), ==, "home");
  g_assert_nonnull (omc_json_value_pick_string (root, "address[0].line[0]"));
  for (guint i = 0; i < sets->len; i++)
    g_assert_cmpint (((OmcVitalsSet *)g_ptr_array_index (sets, i))->news2.total, <=, 4);
}

/* "patient text" of every resource of a type; at is where its text stands. */
static GHashTable *
texts_of (Taken *taken, const char *type, const char *at)
{
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < taken->resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (taken->resources, i);

      if (g_str_equal (omc_resource_get_resource_type (resource), type))
        {
          const char *patient = omc_resource_get_patient_id (resource);

          g_assert_true (g_hash_table_add (
              texts, g_strconcat (patient, " ",
                                  omc_json_value_pick_string (omc_resource_get_root (resource), at),
                                  NULL)));
        }
    }

  return texts;
}

static gboolean
has_text (GHashTable *texts, const char *patient, const char *text)
{
  g_autofree char *key = g_strconcat (patient, " ", text, NULL);

  return g_hash_table_contains (texts, key);
}

/* Nobody has a medicine twice (texts_of), one without its reason, or one that would do harm. */
static void
test_medication_fits (void)
{
  static const char *const reasons[][3] = {
    { "Amoxicillin", "Pneumonia", "Urinary tract infectious disease" },
    { "Furosemide", "Heart failure", NULL },
    { "Metformin", "Type 2 diabetes mellitus", NULL },
    { "Ramipril", "Hypertensive disorder", NULL },
    { "Bisoprolol", "Atrial fibrillation", NULL },
    { "Salbutamol", "Asthma", "Chronic obstructive pulmonary disease" },
  };
  OmcWardOptions options = make_options (960, 11);
  options.vitals_sets = 0;
  g_autoptr (Taken) taken = generate (&options, TRUE);
  g_autoptr (GHashTable) people = group_by_patient (taken);
  g_autoptr (GHashTable) medicines =
      texts_of (taken, "MedicationRequest", "medicationCodeableConcept.text");
  g_autoptr (GHashTable) problems = texts_of (taken, "Condition", "code.text");
  g_autoptr (GHashTable) allergies = texts_of (taken, "AllergyIntolerance", "code.text");
  guint n_found[G_N_ELEMENTS (reasons)] = { 0 };
  GHashTableIter iter;
  const char *patient;
  Person *person;

  g_hash_table_iter_init (&iter, people);
  while (g_hash_table_iter_next (&iter, (gpointer *)&patient, (gpointer *)&person))
    {
      for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
        {
          if (!has_text (medicines, patient, reasons[i][0]))
            continue;
          n_found[i]++;
          g_assert_true (has_text (problems, patient, reasons[i][1]) ||
                         (reasons[i][2] != NULL && has_text (problems, patient, reasons[i][2])));
          g_assert_false (is_pregnant (person));
        }
      g_assert_false (has_text (medicines, patient, "Amoxicillin") &&
                      (has_text (allergies, patient, "Allergy to penicillin") ||
                       has_text (allergies, patient, "Allergy to amoxicillin")));
    }
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    g_assert_cmpuint (n_found[i], >, 0);
}

/* A patient is the same in a small house and in a large one. */
static void
test_many_and_few_sets (void)
{
  OmcWardOptions options = make_options (600, 5);
  g_autoptr (Taken) two_sets = generate (&options, FALSE);
  options.vitals_sets = 0;
  g_autoptr (Taken) none = generate (&options, FALSE);

  g_assert_cmpuint (two_sets->n, >, none->n + 600 * 9);
  g_assert_cmpuint (two_sets->n, <, none->n + 600 * 21);
  g_assert_cmpuint (none->n, >, 600 * 6);
}

static void
test_full_disk_is_told (void)
{
  OmcWardOptions options = make_options (24, 5);
  g_autoptr (Taken) taken = g_new0 (Taken, 1);
  g_autoptr (GError) error = NULL;

  taken->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  taken->stop_at = 100;
  g_assert_false (omc_ward_generate (&options, take, taken, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpuint (taken->n, ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/ward/valid-and-in-order-of-reference", test_valid_and_in_order);
  g_test_add_func ("/fhir/ward/same-seed-same-bytes", test_same_seed_same_bytes);
  g_test_add_func ("/fhir/ward/stored-scores-hold", test_scores_hold);
  g_test_add_func ("/fhir/ward/john-doe-is-stable", test_john_doe);
  g_test_add_func ("/fhir/ward/medication-fits-the-patient", test_medication_fits);
  g_test_add_func ("/fhir/ward/many-and-few-sets", test_many_and_few_sets);
  g_test_add_func ("/fhir/ward/full-disk-is-told", test_full_disk_is_told);

  return g_test_run ();
}
