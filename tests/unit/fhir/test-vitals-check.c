/* test-vitals-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-clock.h"
#include "omc-vitals-check.h"

typedef struct
{
  OmcVitalKind kind;
  const char *text;
  const char *unit;
  const char *level;
  const char *suggested_text;
  const char *suggested_unit;
} Case;

/* Limits and slips of clinical.md 3 for a value alone in the form. */
static const Case cases[] = {
  { OMC_VITAL_RESPIRATION, "", NULL, "ok" },
  { OMC_VITAL_RESPIRATION, "16", NULL, "ok" },
  { OMC_VITAL_RESPIRATION, "6", NULL, "ok" },
  { OMC_VITAL_RESPIRATION, "40", NULL, "ok" },
  { OMC_VITAL_RESPIRATION, "5", NULL, "confirm" },
  { OMC_VITAL_RESPIRATION, "41", NULL, "confirm" },
  { OMC_VITAL_RESPIRATION, "0", NULL, "confirm" },
  { OMC_VITAL_RESPIRATION, "99", NULL, "confirm" },
  { OMC_VITAL_RESPIRATION, "100", NULL, "suggest", "10", "/min" },
  { OMC_VITAL_RESPIRATION, "160", NULL, "suggest", "16", "/min" },
  { OMC_VITAL_RESPIRATION, "999", NULL, "hard" },
  { OMC_VITAL_RESPIRATION, "16.5", NULL, "hard" },
  { OMC_VITAL_RESPIRATION, "-3", NULL, "hard" },
  { OMC_VITAL_RESPIRATION, "many", NULL, "hard" },
  { OMC_VITAL_RESPIRATION, "16", "Cel", "hard" },
  { OMC_VITAL_SPO2, "100", NULL, "ok" },
  { OMC_VITAL_SPO2, "75", NULL, "ok" },
  { OMC_VITAL_SPO2, "74", NULL, "confirm" },
  { OMC_VITAL_SPO2, "20", NULL, "confirm" },
  { OMC_VITAL_SPO2, "19", NULL, "hard" },
  { OMC_VITAL_SPO2, "101", NULL, "hard" },
  { OMC_VITAL_SPO2, "9,7", NULL, "suggest", "97", "%" },
  { OMC_VITAL_SPO2, "977", NULL, "suggest", "97", "%" },
  { OMC_VITAL_PULSE, "35", NULL, "ok" },
  { OMC_VITAL_PULSE, "34", NULL, "confirm" },
  { OMC_VITAL_PULSE, "180", NULL, "ok" },
  { OMC_VITAL_PULSE, "181", NULL, "confirm" },
  { OMC_VITAL_PULSE, "0", NULL, "confirm" },
  { OMC_VITAL_PULSE, "300", NULL, "confirm" },
  { OMC_VITAL_PULSE, "301", NULL, "hard" },
  { OMC_VITAL_PULSE, "722", NULL, "suggest", "72", "/min" },
  { OMC_VITAL_SYSTOLIC, "70", NULL, "ok" },
  { OMC_VITAL_SYSTOLIC, "69", NULL, "confirm" },
  { OMC_VITAL_SYSTOLIC, "220", NULL, "ok" },
  { OMC_VITAL_SYSTOLIC, "221", NULL, "confirm" },
  { OMC_VITAL_SYSTOLIC, "12", NULL, "suggest", "120", "mm[Hg]" },
  { OMC_VITAL_SYSTOLIC, "0", NULL, "hard" },
  { OMC_VITAL_SYSTOLIC, "301", NULL, "hard" },
  { OMC_VITAL_DIASTOLIC, "35", NULL, "ok" },
  { OMC_VITAL_DIASTOLIC, "34", NULL, "confirm" },
  { OMC_VITAL_DIASTOLIC, "131", NULL, "confirm" },
  { OMC_VITAL_DIASTOLIC, "4", NULL, "suggest", "40", "mm[Hg]" },
  { OMC_VITAL_TEMPERATURE, "37", NULL, "ok" },
  { OMC_VITAL_TEMPERATURE, "34.0", NULL, "ok" },
  { OMC_VITAL_TEMPERATURE, "33.9", NULL, "confirm" },
  { OMC_VITAL_TEMPERATURE, "40,5", NULL, "ok" },
  { OMC_VITAL_TEMPERATURE, "40.6", NULL, "confirm" },
  { OMC_VITAL_TEMPERATURE, "25.0", NULL, "confirm" },
  { OMC_VITAL_TEMPERATURE, "24.9", NULL, "hard" },
  { OMC_VITAL_TEMPERATURE, "45.1", NULL, "hard" },
  { OMC_VITAL_TEMPERATURE, "37.05", NULL, "hard" },
  { OMC_VITAL_TEMPERATURE, "98.6", "Cel", "suggest", "98.6", "[degF]" },
  { OMC_VITAL_TEMPERATURE, "86", "Cel", "suggest", "86", "[degF]" },
  { OMC_VITAL_TEMPERATURE, "113", "Cel", "suggest", "113", "[degF]" },
  { OMC_VITAL_TEMPERATURE, "115", "Cel", "hard" },
  { OMC_VITAL_TEMPERATURE, "368", "Cel", "suggest", "36.8", "Cel" },
  { OMC_VITAL_TEMPERATURE, "986", "Cel", "suggest", "98.6", "[degF]" },
  { OMC_VITAL_TEMPERATURE, "36.8", "[degF]", "suggest", "36.8", "Cel" },
  { OMC_VITAL_TEMPERATURE, "986", "[degF]", "suggest", "98.6", "[degF]" },
  { OMC_VITAL_TEMPERATURE, "98.6", "[degF]", "ok" },
  { OMC_VITAL_TEMPERATURE, "93.1", "[degF]", "confirm" },
  { OMC_VITAL_TEMPERATURE, "105", "[degF]", "confirm" },
  { OMC_VITAL_TEMPERATURE, "0", "[degF]", "hard" },
  { OMC_VITAL_PAIN, "10", NULL, "ok" },
  { OMC_VITAL_PAIN, "11", NULL, "suggest", "1", "{score}" },
  { OMC_VITAL_PAIN, "5.5", NULL, "hard" },
  { OMC_VITAL_GLUCOSE, "5.6", NULL, "ok" },
  { OMC_VITAL_GLUCOSE, "2.9", NULL, "confirm" },
  { OMC_VITAL_GLUCOSE, "25.1", NULL, "confirm" },
  { OMC_VITAL_GLUCOSE, "0.5", NULL, "hard" },
  { OMC_VITAL_GLUCOSE, "126", "mmol/L", "suggest", "126", "mg/dL" },
  { OMC_VITAL_GLUCOSE, "7", "mg/dL", "suggest", "7", "mmol/L" },
  { OMC_VITAL_GLUCOSE, "126", "mg/dL", "ok" },
  { OMC_VITAL_GLUCOSE, "53", "mg/dL", "confirm" },
  { OMC_VITAL_GLUCOSE, "<1.1", NULL, "confirm" },
  { OMC_VITAL_GLUCOSE, ">33.3", NULL, "confirm" },
  { OMC_VITAL_GLUCOSE, ">99", NULL, "hard" },
  { OMC_VITAL_GLUCOSE, "HI", NULL, "hard" },
  { OMC_VITAL_GLUCOSE, "<", NULL, "hard" },
  { OMC_VITAL_PULSE, "<40", NULL, "hard" },
  { OMC_VITAL_WEIGHT, "80", NULL, "ok" },
  { OMC_VITAL_WEIGHT, "34.9", NULL, "confirm" },
  { OMC_VITAL_WEIGHT, "-1", NULL, "hard" },
  { OMC_VITAL_WEIGHT, "180.1", NULL, "confirm" },
  { OMC_VITAL_HEIGHT, "172", NULL, "ok" },
  { OMC_VITAL_HEIGHT, "1.75", NULL, "suggest", "175", "cm" },
  { OMC_VITAL_HEIGHT, "5'11\"", NULL, "suggest", "71", "[in_i]" },
  { OMC_VITAL_HEIGHT, "6'", NULL, "suggest", "72", "[in_i]" },
  { OMC_VITAL_HEIGHT, "206", NULL, "confirm" },
  { OMC_VITAL_URINE, "1500", NULL, "ok" },
  { OMC_VITAL_URINE, "1501", NULL, "confirm" },
  { OMC_VITAL_URINE, "5001", NULL, "suggest", "500", "mL" },
  { OMC_VITAL_GCS_EYE, "4", NULL, "ok" },
  { OMC_VITAL_GCS_EYE, "5", NULL, "hard" },
  { OMC_VITAL_GCS_VERBAL, "t", NULL, "ok" },
  { OMC_VITAL_GCS_MOTOR, "T", NULL, "hard" },
  { OMC_VITAL_CONSCIOUSNESS, "V", NULL, "ok" },
  { OMC_VITAL_CONSCIOUSNESS, "X", NULL, "hard" },
  { OMC_VITAL_OXYGEN, "air", NULL, "ok" },
  { OMC_VITAL_OXYGEN, "yes", NULL, "hard" },
  { OMC_VITAL_OXYGEN_FLOW, "2", NULL, "hard" },
  { OMC_VITAL_FIO2, "28", NULL, "hard" },
  { OMC_VITAL_OXYGEN_DEVICE, "mask", NULL, "hard" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      OmcVitalsEntry entry = { .taken_at_us = 1000 };

      entry.texts[cases[i].kind] = cases[i].text;
      entry.units[cases[i].kind] = cases[i].unit;
      g_autoptr (OmcVitalsCheck) check = omc_vitals_check (cases[i].kind, &entry);

      g_test_message ("%s '%s' %s: %s", omc_vital_get_info (cases[i].kind)->id, cases[i].text,
                      cases[i].unit, check->message);
      g_assert_cmpstr (omc_check_level_to_string (check->level), ==, cases[i].level);
      g_assert_cmpstr (check->suggested_text, ==, cases[i].suggested_text);
      g_assert_cmpstr (check->suggested_unit, ==, cases[i].suggested_unit);
      g_assert_true ((check->message == NULL) == (check->level == OMC_CHECK_OK));
      if (check->level == OMC_CHECK_HARD)
        g_assert_true (check->refused);
      if (check->level <= OMC_CHECK_CONFIRM)
        g_assert_false (check->refused);
    }
}

/* What is on offer is itself fine. */
static void
test_suggestions_hold (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      OmcVitalsEntry entry = { .taken_at_us = 1000 };

      if (cases[i].suggested_text == NULL)
        continue;
      entry.texts[cases[i].kind] = cases[i].suggested_text;
      entry.units[cases[i].kind] = cases[i].suggested_unit;
      g_autoptr (OmcVitalsCheck) check = omc_vitals_check (cases[i].kind, &entry);

      g_test_message ("%s", cases[i].suggested_text);
      g_assert_cmpint (check->level, <=, OMC_CHECK_CONFIRM);
    }
}

static void
test_sentence (void)
{
  OmcVitalsEntry entry = { .texts = { [OMC_VITAL_TEMPERATURE] = "98.6" } };
  g_autoptr (OmcVitalsCheck) check = omc_vitals_check (OMC_VITAL_TEMPERATURE, &entry);

  g_assert_cmpstr (check->message, ==, "98.6\u00a0°C? Did you mean 98.6\u00a0°F = 37.0\u00a0°C?");
  g_assert_true (check->refused);
}

static void
test_pressure (void)
{
  static const struct
  {
    const char *systolic;
    const char *diastolic;
    const char *level;
    gboolean swap;
  } pairs[] = {
    { "120", "80", "ok", FALSE },     { "80", "120", "suggest", TRUE },
    { "100", "100", "hard", FALSE },  { "120", "", "ok", FALSE },
    { "120", "x", "ok", FALSE },      { "20", "190", "hard", FALSE },
    { "72", "180", "suggest", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      OmcVitalsEntry entry = { .texts = { [OMC_VITAL_SYSTOLIC] = pairs[i].systolic,
                                          [OMC_VITAL_DIASTOLIC] = pairs[i].diastolic } };
      g_autoptr (OmcVitalsCheck) check = omc_vitals_check (OMC_VITAL_SYSTOLIC, &entry);

      g_assert_cmpstr (omc_check_level_to_string (check->level), ==, pairs[i].level);
      g_assert_cmpint (check->suggests_swap, ==, pairs[i].swap);
    }
}

static void
test_oxygen_goes_together (void)
{
  OmcVitalsEntry entry = { .texts = { [OMC_VITAL_OXYGEN] = "oxygen",
                                      [OMC_VITAL_OXYGEN_FLOW] = "60",
                                      [OMC_VITAL_OXYGEN_DEVICE] = "Nasal cannula" } };
  g_autoptr (OmcVitalsCheck) much = omc_vitals_check (OMC_VITAL_OXYGEN_FLOW, &entry);
  g_autoptr (OmcVitalsCheck) device = omc_vitals_check (OMC_VITAL_OXYGEN_DEVICE, &entry);
  entry.high_flow = TRUE;
  g_autoptr (OmcVitalsCheck) high = omc_vitals_check (OMC_VITAL_OXYGEN_FLOW, &entry);
  entry.texts[OMC_VITAL_OXYGEN] = "air";
  g_autoptr (OmcVitalsCheck) air = omc_vitals_check (OMC_VITAL_OXYGEN_FLOW, &entry);

  g_assert_cmpint (much->level, ==, OMC_CHECK_CONFIRM);
  g_assert_cmpint (device->level, ==, OMC_CHECK_OK);
  g_assert_cmpint (high->level, ==, OMC_CHECK_OK);
  g_assert_cmpint (air->level, ==, OMC_CHECK_HARD);
}

#define OBSERVATION(id_, code_, value_, unit_)                                                     \
  "{\"resourceType\":\"Observation\",\"id\":\"" id_                                                \
  "\",\"status\":\"final\",\"code\":{\"coding\":[{"                                                \
  "\"system\":\"http://loinc.org\",\"code\":\"" code_                                              \
  "\"}]},\"subject\":{\"reference\":\"Patient/1\"},"                                               \
  "\"effectiveDateTime\":\"2026-11-23T10:00:00Z\",\"valueQuantity\":{\"value\":" value_            \
  ",\"unit\":\"x\","                                                                               \
  "\"system\":\"http://unitsofmeasure.org\",\"code\":\"" unit_ "\"}}"

static GPtrArray *
make_history (void)
{
  static const char *const texts[] = {
    OBSERVATION ("a", "8867-4", "72", "/min"),   OBSERVATION ("b", "9279-1", "16", "/min"),
    OBSERVATION ("c", "2708-6", "97", "%"),      OBSERVATION ("d", "8480-6", "120", "mm[Hg]"),
    OBSERVATION ("e", "8462-4", "80", "mm[Hg]"), OBSERVATION ("f", "8310-5", "98.6", "[degF]"),
    OBSERVATION ("g", "29463-7", "80", "kg"),
  };
  g_autoptr (GPtrArray) observations =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      OmcResource *resource = omc_resource_parse (texts[i], -1, &error);

      g_assert_no_error (error);
      g_ptr_array_add (observations, resource);
    }

  return omc_vitals_read_sets (observations, NULL);
}

static void
test_jumps (void)
{
  static const struct
  {
    OmcVitalKind kind;
    const char *text;
    const char *unit;
    int hours;
    const char *level;
    const char *suggested_unit;
  } jumps[] = {
    { OMC_VITAL_PULSE, "121", NULL, 1, "ok" },
    { OMC_VITAL_PULSE, "122", NULL, 1, "confirm" },
    { OMC_VITAL_PULSE, "122", NULL, 25, "ok" },
    { OMC_VITAL_SYSTOLIC, "170", NULL, 1, "confirm" },
    { OMC_VITAL_SYSTOLIC, "71", NULL, 1, "ok" },
    { OMC_VITAL_RESPIRATION, "31", NULL, 1, "confirm" },
    { OMC_VITAL_RESPIRATION, "30", NULL, 1, "ok" },
    { OMC_VITAL_SPO2, "87", NULL, 1, "confirm" },
    { OMC_VITAL_SPO2, "88", NULL, 1, "ok" },
    /* 98.6 degF is 37.0 degC. */
    { OMC_VITAL_TEMPERATURE, "39.0", NULL, 1, "confirm" },
    { OMC_VITAL_TEMPERATURE, "38.9", NULL, 1, "ok" },
    { OMC_VITAL_TEMPERATURE, "102.2", "[degF]", 1, "confirm" },
    { OMC_VITAL_WEIGHT, "88", NULL, 48, "ok" },
    { OMC_VITAL_WEIGHT, "88.1", NULL, 48, "confirm" },
    { OMC_VITAL_WEIGHT, "88.1", NULL, 24 * 8, "ok" },
    { OMC_VITAL_WEIGHT, "176", NULL, 48, "suggest", "[lb_av]" },
    { OMC_VITAL_WEIGHT, "80", "[lb_av]", 48, "suggest", "kg" },
  };
  g_autoptr (GPtrArray) history = make_history ();
  gint64 then;

  g_assert_cmpuint (history->len, ==, 1);
  g_assert_true (omc_instant_parse_range ("2026-11-23T10:00:00Z", &then, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      OmcVitalsEntry entry = { .history = history,
                               .taken_at_us =
                                   then + jumps[i].hours * 3600 * (gint64)G_USEC_PER_SEC };

      entry.texts[jumps[i].kind] = jumps[i].text;
      entry.units[jumps[i].kind] = jumps[i].unit;
      g_autoptr (OmcVitalsCheck) check = omc_vitals_check (jumps[i].kind, &entry);

      g_test_message ("%s %s after %d h: %s", omc_vital_get_info (jumps[i].kind)->id, jumps[i].text,
                      jumps[i].hours, check->message);
      g_assert_cmpstr (omc_check_level_to_string (check->level), ==, jumps[i].level);
      g_assert_cmpstr (check->suggested_unit, ==, jumps[i].suggested_unit);
      /* Children have no limits to confirm and no jumps. */
      if (check->level == OMC_CHECK_CONFIRM)
        {
          entry.child = TRUE;
          g_autoptr (OmcVitalsCheck) child = omc_vitals_check (jumps[i].kind, &entry);
          g_assert_cmpint (child->level, ==, OMC_CHECK_OK);
        }
    }
}

static void
test_rows_and_copies (void)
{
  g_autoptr (GPtrArray) history = make_history ();
  OmcVitalsEntry row = { .texts = { [OMC_VITAL_PULSE] = "97", [OMC_VITAL_SPO2] = "97" } };
  OmcVitalsEntry copy = { .history = history,
                          .texts = { [OMC_VITAL_RESPIRATION] = "16",
                                     [OMC_VITAL_SPO2] = "97",
                                     [OMC_VITAL_SYSTOLIC] = "120",
                                     [OMC_VITAL_DIASTOLIC] = "80",
                                     [OMC_VITAL_PULSE] = "72",
                                     [OMC_VITAL_TEMPERATURE] = "98.60" } };
  g_autoptr (OmcVitalsCheck) pulse = omc_vitals_check (OMC_VITAL_PULSE, &row);
  g_autoptr (OmcVitalsCheck) spo2 = omc_vitals_check (OMC_VITAL_SPO2, &row);
  g_autoptr (OmcVitalsCheck) copied = omc_vitals_check (OMC_VITAL_RESPIRATION, &copy);

  g_assert_cmpint (pulse->level, ==, OMC_CHECK_CONFIRM);
  g_assert_cmpint (spo2->level, ==, OMC_CHECK_OK);
  g_assert_cmpint (copied->level, ==, OMC_CHECK_CONFIRM);
  copy.texts[OMC_VITAL_PULSE] = "73";
  g_autoptr (OmcVitalsCheck) fresh = omc_vitals_check (OMC_VITAL_RESPIRATION, &copy);
  g_assert_cmpint (fresh->level, ==, OMC_CHECK_OK);
}

static void
test_clock_digits (void)
{
  gint64 taken;

  g_setenv ("TZ", "UTC", TRUE);
  g_assert_true (omc_instant_parse_range ("2026-11-23T01:42:00Z", &taken, NULL));
  OmcVitalsEntry entry = { .texts = { [OMC_VITAL_SYSTOLIC] = "142" }, .taken_at_us = taken };
  g_autoptr (OmcVitalsCheck) check = omc_vitals_check (OMC_VITAL_SYSTOLIC, &entry);

  g_assert_cmpint (check->level, ==, OMC_CHECK_CONFIRM);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/vitals-check/limits-and-slips", test_table);
  g_test_add_func ("/fhir/vitals-check/suggestions-hold", test_suggestions_hold);
  g_test_add_func ("/fhir/vitals-check/fahrenheit-sentence", test_sentence);
  g_test_add_func ("/fhir/vitals-check/pressure-in-order", test_pressure);
  g_test_add_func ("/fhir/vitals-check/oxygen-goes-together", test_oxygen_goes_together);
  g_test_add_func ("/fhir/vitals-check/jumps-against-last-set", test_jumps);
  g_test_add_func ("/fhir/vitals-check/wrong-row-and-copied-set", test_rows_and_copies);
  g_test_add_func ("/fhir/vitals-check/clock-typed-as-value", test_clock_digits);

  return g_test_run ();
}
