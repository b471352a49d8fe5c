/* test-vitals-draft.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-vitals-draft.h"

#define MINUTE (60 * (gint64)G_USEC_PER_SEC)
#define NOW_TEXT "2026-11-23T14:02:07.123+01:00"

typedef struct
{
  OmcClock *clock;
  OmcVitalsDraft *draft;
  gint64 now;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_setenv ("TZ", "+01:00", TRUE);
  g_assert_true (omc_instant_parse_range (NOW_TEXT, &fixture->now, NULL));
  fixture->clock = omc_clock_new_manual (fixture->now);
  fixture->draft = omc_vitals_draft_new (fixture->clock);
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 1, NULL, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->draft);
  g_clear_object (&fixture->clock);
}

static void
type_set (OmcVitalsDraft *draft)
{
  g_object_set (draft, "respiration", "18", "spo2", "96", "oxygen", "air", "systolic", "120",
                "diastolic", "80", "pulse", "72", "consciousness", "A", "temperature-unit",
                "[degF]", "temperature", "98.6", NULL);
}

static GPtrArray *
make (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *resources =
      omc_vitals_draft_to_resources (fixture->draft, "john-doe", "enc-1", "Practitioner/nurse-1",
                                     "Nora Nurse", FALSE, fixture->now, &error);

  g_assert_no_error (error);
  g_assert_nonnull (resources);

  return resources;
}

/* UUIDs in order of appearance become "uuid-1", ...; one pretty document a resource. */
static char *
golden_text (GPtrArray *resources)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < resources->len; i++)
    {
      g_autofree char *text =
          omc_json_to_string (omc_resource_get_json (g_ptr_array_index (resources, i)), TRUE, NULL);

      g_string_append (all, text);
      g_string_append_c (all, '\n');
    }
  for (guint i = 0; i < resources->len; i++)
    {
      const char *id = omc_resource_get_id (g_ptr_array_index (resources, i));
      g_autofree char *name = g_strdup_printf ("uuid-%u", i + 1);

      g_assert_true (g_uuid_string_is_valid (id));
      g_autofree char *lower = g_ascii_strdown (id, -1);
      g_assert_cmpstr (id, ==, lower);
      g_string_replace (all, id, name, 0);
    }

  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
assert_golden (GPtrArray *resources, const char *name)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "unit", "fhir", "golden", name, NULL);
  g_autofree char *actual = golden_text (resources);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("OMNICARE_UPDATE_GOLDEN") != NULL)
    g_file_set_contents (path, actual, -1, NULL);
  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (actual, ==, expected);
}

static void
test_full_set (Fixture *fixture, gconstpointer data)
{
  type_set (fixture->draft);
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
  g_assert_cmpint (omc_vitals_draft_get_news2 (fixture->draft)->total, ==, 0);

  g_autoptr (GPtrArray) resources = make (fixture);
  assert_golden (resources, "vitals-full-set.json");
}

static void
test_unusual_set (Fixture *fixture, gconstpointer data)
{
  OmcVitalsDraft *draft = fixture->draft;

  omc_vitals_draft_set_patient (draft, OMC_NEWS2_SCOPE_ADULT, 2, NULL, 0);
  g_object_set (draft, "respiration", "26", "spo2", "89", "oxygen", "oxygen", "oxygen-device",
                "Venturi mask", "oxygen-flow", "2,50", "fio2", "28", "systolic", "95", "pulse",
                "128", "consciousness", "c", "temperature-unable", "refused", "glucose-unit",
                "mg/dL", "glucose", "126", "gcs-eye", "4", "gcs-verbal", "T", "gcs-motor", "6",
                "pain", "10", "weight-unit", "[lb_av]", "weight", "176.0", NULL);
  /* Two decimals are more than a flow meter shows. */
  g_assert_false (omc_vitals_draft_get_valid (draft));
  g_object_set (draft, "oxygen-flow", "2,5", "taken-at", fixture->now - 90 * MINUTE, NULL);
  g_assert_false (omc_vitals_draft_get_valid (draft));
  g_object_set (draft, "late-reason", "Ward round", "note", "Refuses the thermometer", NULL);
  g_assert_true (omc_vitals_draft_get_valid (draft));

  g_autoptr (GPtrArray) resources = make (fixture);
  assert_golden (resources, "vitals-unusual-set.json");
}

/* What was typed is what the record reads back. */
static void
test_read_back (Fixture *fixture, gconstpointer data)
{
  const OmcVitalsContext context = { OMC_NEWS2_SCOPE_ADULT, NULL };

  type_set (fixture->draft);
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 2, NULL, 0);
  g_autoptr (GPtrArray) resources = make (fixture);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (resources, &context);

  g_assert_cmpuint (sets->len, ==, 1);
  OmcVitalsSet *set = g_ptr_array_index (sets, 0);
  g_autofree char *temperature = omc_vitals_set_dup_display (set, OMC_VITAL_TEMPERATURE);
  g_autofree char *pressure = omc_vitals_set_dup_display (set, OMC_VITAL_SYSTOLIC);
  double celsius;

  g_assert_cmpstr (temperature, ==, "98.6\u00a0°F");
  g_assert_cmpstr (pressure, ==, "120/80\u00a0mmHg");
  g_assert_true (omc_vitals_set_get_number (set, OMC_VITAL_TEMPERATURE, "Cel", &celsius));
  g_assert_cmpfloat (celsius, ==, 37.0);
  g_assert_cmpint (set->time_us, ==, fixture->now);
  g_assert_cmpint (set->news2.total, ==, 0);
  g_assert_cmpint (set->stored_total, ==, 0);
  /* The scale is that of the stored score, though no flag says so. */
  g_assert_cmpint (set->news2.scale, ==, 2);
  g_assert_cmpstr (set->author, ==, "Nora Nurse");
  g_assert_false (set->preliminary);
  g_assert_nonnull (set->panel_id);
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
test_running_score (Fixture *fixture, gconstpointer data)
{
  guint n_news2 = 0;
  int score;
  g_autofree char *summary = NULL;
  g_autofree char *message = NULL;

  g_signal_connect (fixture->draft, "notify::news2", G_CALLBACK (count_cb), &n_news2);
  g_object_set (fixture->draft, "respiration", "26", NULL);
  g_assert_cmpuint (n_news2, ==, 1);
  g_object_set (fixture->draft, "respiration", "26", NULL);
  g_assert_cmpuint (n_news2, ==, 1);
  g_object_set (fixture->draft, "oxygen", "oxygen", NULL);
  g_object_get (fixture->draft, "news2-summary", &summary, "respiration-score", &score, NULL);
  g_assert_cmpstr (summary, ==, "at least 5 (2 of 7)");
  g_assert_cmpint (score, ==, 3);

  /* A value that cannot be has no score. */
  g_object_set (fixture->draft, "temperature", "98.6", NULL);
  g_object_get (fixture->draft, "temperature-score", &score, "temperature-message", &message, NULL);
  g_assert_cmpint (score, ==, -1);
  g_assert_cmpstr (message, ==, "98.6\u00a0°C? Did you mean 98.6\u00a0°F = 37.0\u00a0°C?");
  omc_vitals_draft_accept_suggestion (fixture->draft, OMC_VITAL_TEMPERATURE);
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "98.6");
  g_assert_cmpstr (omc_vitals_draft_get_unit (fixture->draft, OMC_VITAL_TEMPERATURE), ==, "[degF]");
  g_object_get (fixture->draft, "temperature-score", &score, NULL);
  g_assert_cmpint (score, ==, 0);
}

static void
test_questions_block (Fixture *fixture, gconstpointer data)
{
  g_autofree char *level = NULL;
  g_autofree char *obstacle = omc_vitals_draft_dup_obstacle (fixture->draft);
  g_autoptr (GError) error = NULL;

  /* Nothing entered. */
  g_assert_nonnull (obstacle);
  g_assert_false (omc_vitals_draft_get_dirty (fixture->draft));

  omc_vitals_draft_set_text (fixture->draft, OMC_VITAL_PULSE, "42");
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
  omc_vitals_draft_set_text (fixture->draft, OMC_VITAL_PULSE, "34");
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
  g_assert_null (omc_vitals_draft_to_resources (fixture->draft, "1", NULL, NULL, NULL, FALSE,
                                                fixture->now, &error));
  g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
  g_assert_null (strstr (error->message, "34"));

  omc_vitals_draft_confirm (fixture->draft, OMC_VITAL_PULSE);
  g_object_get (fixture->draft, "pulse-level", &level, NULL);
  g_assert_cmpstr (level, ==, "ok");
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
  g_autoptr (GPtrArray) resources = make (fixture);
  g_assert_nonnull (omc_json_value_pick (omc_resource_get_root (g_ptr_array_index (resources, 0)),
                                         "note[0].text"));

  /* Typing takes the confirmation back; a hard limit cannot be confirmed away. */
  omc_vitals_draft_set_text (fixture->draft, OMC_VITAL_PULSE, "33");
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
  omc_vitals_draft_set_text (fixture->draft, OMC_VITAL_PULSE, "301");
  omc_vitals_draft_confirm (fixture->draft, OMC_VITAL_PULSE);
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
}

static void
test_swap (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->draft, "systolic", "80", "diastolic", "120", NULL);
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
  omc_vitals_draft_accept_suggestion (fixture->draft, OMC_VITAL_SYSTOLIC);
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_SYSTOLIC), ==, "120");
  g_assert_cmpstr (omc_vitals_draft_get_text (fixture->draft, OMC_VITAL_DIASTOLIC), ==, "80");
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    int minutes_ago;
    gboolean valid;
  } cases[] = { { 0, TRUE },  { 60, TRUE },  { 61, FALSE },
                { -2, TRUE }, { -3, FALSE }, { 24 * 60 + 1, FALSE } };

  omc_vitals_draft_set_text (fixture->draft, OMC_VITAL_PULSE, "72");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      omc_vitals_draft_set_taken_at (fixture->draft, fixture->now - cases[i].minutes_ago * MINUTE);
      g_assert_cmpint (omc_vitals_draft_get_valid (fixture->draft), ==, cases[i].valid);
    }
  omc_vitals_draft_set_taken_at (fixture->draft, fixture->now - 120 * MINUTE);
  omc_vitals_draft_set_late_reason (fixture->draft, "Emergency next door");
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 1, NULL,
                                fixture->now - 119 * MINUTE);
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));

  /* Time passes while the form is open. */
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 1, NULL, 0);
  omc_vitals_draft_set_late_reason (fixture->draft, NULL);
  omc_vitals_draft_set_taken_at (fixture->draft, fixture->now);
  g_assert_true (omc_vitals_draft_get_valid (fixture->draft));
  omc_clock_advance (fixture->clock, 61 * MINUTE);
  omc_vitals_draft_refresh (fixture->draft);
  g_assert_false (omc_vitals_draft_get_valid (fixture->draft));
}

static void
test_park_and_return (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcVitalsDraft) other = omc_vitals_draft_new (fixture->clock);
  g_autoptr (GError) error = NULL;

  type_set (fixture->draft);
  g_object_set (fixture->draft, "pulse", "34", "spo2-unable", "equipment-failed", "note", "\"ü\"",
                "height", "1.7", "taken-at", fixture->now - 5 * MINUTE, NULL);
  omc_vitals_draft_confirm (fixture->draft, OMC_VITAL_PULSE);
  g_autoptr (GBytes) parked = omc_vitals_draft_serialize (fixture->draft);

  omc_vitals_draft_set_patient (other, OMC_NEWS2_SCOPE_ADULT, 1, NULL, 0);
  g_assert_true (omc_vitals_draft_load (other, parked, &error));
  g_assert_no_error (error);
  g_autoptr (GBytes) again = omc_vitals_draft_serialize (other);
  g_assert_true (g_bytes_equal (parked, again));
  g_assert_cmpstr (omc_vitals_draft_get_text (other, OMC_VITAL_HEIGHT), ==, "1.7");
  g_assert_cmpint (omc_vitals_draft_get_unable (other, OMC_VITAL_SPO2), ==,
                   OMC_UNABLE_EQUIPMENT_FAILED);
  g_assert_true (omc_vitals_draft_is_confirmed (other, OMC_VITAL_PULSE));
  g_assert_true (omc_vitals_draft_get_dirty (other));

  omc_vitals_draft_clear (other);
  g_assert_false (omc_vitals_draft_get_dirty (other));
  g_assert_cmpstr (omc_vitals_draft_get_unit (other, OMC_VITAL_TEMPERATURE), ==, "[degF]");
}

static void
test_damaged_draft_changes_nothing (Fixture *fixture, gconstpointer data)
{
  static const char *const damaged[] = {
    "",
    "{",
    "[]",
    "null",
    "{\"version\":2,\"fields\":{}}",
    "{\"version\":1}",
    "{\"version\":1,\"fields\":{\"pulse\":{\"text\":\"1\",\"unit\":\"Cel\"}}}",
    "{\"version\":1,\"fields\":{\"pulse\":{\"unable\":\"lazy\"}}}",
    "{\"version\":1,\"fields\":{\"pulse\":{\"text\":\"1\",\"unable\":\"refused\"}}}",
    "{\"version\":1,\"takenAt\":-5,\"fields\":{}}",
  };

  type_set (fixture->draft);
  g_autoptr (GBytes) before = omc_vitals_draft_serialize (fixture->draft);
  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (damaged[i], strlen (damaged[i]));
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", damaged[i]);
      g_assert_false (omc_vitals_draft_load (fixture->draft, bytes, &error));
      g_assert_nonnull (error);
    }
  g_autoptr (GBytes) after = omc_vitals_draft_serialize (fixture->draft);
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_preliminary_and_scope (Fixture *fixture, gconstpointer data)
{
  const OmcVitalsContext context = { OMC_NEWS2_SCOPE_CHILD, NULL };
  g_autoptr (GError) error = NULL;

  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_CHILD, 1, NULL, 0);
  type_set (fixture->draft);
  g_assert_cmpint (omc_vitals_draft_get_news2 (fixture->draft)->total, ==, -1);
  g_autoptr (GPtrArray) resources = omc_vitals_draft_to_resources (
      fixture->draft, "7", NULL, NULL, "A. Assistant", TRUE, fixture->now, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (resources, &context);
  OmcVitalsSet *set = g_ptr_array_index (sets, 0);

  g_assert_cmpuint (sets->len, ==, 1);
  g_assert_true (set->preliminary);
  /* No score of a child in the record. */
  g_assert_cmpint (set->stored_total, ==, -1);
  g_assert_cmpint (set->news2.total, ==, -1);
}

static void
test_hints (Fixture *fixture, gconstpointer data)
{
  const OmcVitalsContext context = { OMC_NEWS2_SCOPE_ADULT, NULL };
  g_autofree char *systolic = NULL;
  g_autofree char *temperature = NULL;
  g_autofree char *pain = NULL;

  type_set (fixture->draft);
  g_autoptr (GPtrArray) resources = make (fixture);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (resources, &context);
  omc_clock_advance (fixture->clock, 3 * 60 * MINUTE);
  omc_vitals_draft_clear (fixture->draft);
  omc_vitals_draft_set_patient (fixture->draft, OMC_NEWS2_SCOPE_ADULT, 1, sets, 0);
  g_object_get (fixture->draft, "systolic-hint", &systolic, "temperature-hint", &temperature,
                "pain-hint", &pain, NULL);
  g_assert_cmpstr (systolic, ==, "120 (3 h ago)");
  g_assert_cmpstr (temperature, ==, "98.6\u00a0°F (3 h ago)");
  g_assert_cmpstr (pain, ==, "");
}

/* Whatever is typed where, nothing crashes, a draft that says it is valid makes resources, and no number changes. */
static void
test_random_typing (Fixture *fixture, gconstpointer data)
{
  static const char *const words[] = { "",    "16",  "98.6",   "37,5", "120",
                                       "80",  "air", "oxygen", "A",    "V",
                                       "T",   "0",   "<1.1",   "-5",   "1e3",
                                       "abc", "999", "5'11\"", "٣٧",   "\xf0\x9f\x8c\xa1" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  guint n_made = 0;

  for (int i = 0; i < 3000; i++)
    {
      guint kind = (guint)g_rand_int_range (rand, 0, OMC_VITAL_GCS);

      if (i % 40 == 0)
        omc_vitals_draft_clear (fixture->draft);
      switch (g_rand_int_range (rand, 0, 5))
        {
        case 0:
          omc_vitals_draft_confirm (fixture->draft, kind);
          break;
        case 1:
          omc_vitals_draft_accept_suggestion (fixture->draft, kind);
          break;
        case 2:
          omc_vitals_draft_set_unable (fixture->draft, kind,
                                       (OmcUnable)g_rand_int_range (rand, 0, OMC_UNABLE_N_REASONS));
          break;
        default:
          omc_vitals_draft_set_text (fixture->draft, kind,
                                     words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
        }
      if (omc_vitals_draft_get_valid (fixture->draft))
        {
          g_autoptr (GPtrArray) resources = make (fixture);

          g_assert_cmpuint (resources->len, >=, 2);
          n_made++;
        }
      g_autofree char *obstacle = omc_vitals_draft_dup_obstacle (fixture->draft);
      g_assert_true ((obstacle == NULL) == omc_vitals_draft_get_valid (fixture->draft));
    }
  g_assert_cmpuint (n_made, >, 30);
}

#define ADD(path, function)                                                                        \
  g_test_add ("/fhir/vitals-draft/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("full-set-is-as-in-the-golden-file", test_full_set);
  ADD ("unusual-set-is-as-in-the-golden-file", test_unusual_set);
  ADD ("what-was-typed-reads-back", test_read_back);
  ADD ("running-score-while-typing", test_running_score);
  ADD ("questions-block-until-answered", test_questions_block);
  ADD ("swapped-pressure", test_swap);
  ADD ("time-of-observation", test_times);
  ADD ("park-and-return", test_park_and_return);
  ADD ("damaged-draft-changes-nothing", test_damaged_draft_changes_nothing);
  ADD ("preliminary-and-out-of-scope", test_preliminary_and_scope);
  ADD ("hints-from-last-set", test_hints);
  ADD ("random-typing-never-saves-what-is-invalid", test_random_typing);

  return g_test_run ();
}
