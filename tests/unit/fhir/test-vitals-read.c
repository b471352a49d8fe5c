/* test-vitals-read.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-sbar.h"
#include "omc-test-fixtures.h"
#include "omc-vitals.h"

static const OmcVitalsContext adult = { OMC_NEWS2_SCOPE_ADULT, NULL };

/* Apostrophes stand for quotes. */
static OmcResource *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (json, -1, &error);

  g_assert_no_error (error);

  return resource;
}

static GPtrArray *
parse_all (const char *const *texts)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (; *texts != NULL; texts++)
    g_ptr_array_add (all, parse (*texts));

  return all;
}

#define QUANTITY(value_, code_)                                                                    \
  "{'value':" value_ ",'unit':'u','system':'http://unitsofmeasure.org','code':'" code_ "'}"
#define CODE(code_) "{'coding':[{'system':'http://loinc.org','code':'" code_ "'}]}"
#define SNOMED(code_) "{'coding':[{'system':'http://snomed.info/sct','code':'" code_ "'}]}"
#define HEAD(id_, status_, time_)                                                                  \
  "{'resourceType':'Observation','id':'" id_ "','status':'" status_                                \
  "','subject':{'reference':'Patient/1'},"                                                         \
  "'effectiveDateTime':'" time_ "','issued':'" time_ "',"
#define NUMBER_AT(id_, status_, time_, loinc_, value_, unit_)                                      \
  HEAD (id_, status_, time_)                                                                       \
  "'code':" CODE (loinc_) ",'valueQuantity':" QUANTITY (value_, unit_) "}"
#define TEN "2026-11-23T10:00:00Z"

#define SEVEN_SIGNS(time_)                                                                               \
  NUMBER_AT ("rr-1", "final", time_, "9279-1", "18", "{breaths}/min"),                                   \
      NUMBER_AT ("sat-1", "final", time_, "59408-5", "93", "%"),                                         \
      NUMBER_AT ("hr-1", "final", time_, "8867-4", "95", "{beats}/min"),                                 \
      NUMBER_AT ("t-1", "final", time_, "8331-1", "95.1", "[degF]"),                                     \
      HEAD ("bp-1", "final", time_) "'code':" CODE ("55284-4") ",'component':[{'code':" CODE (           \
          "8462-4") ",'valueQuantity':" QUANTITY ("80",                                                  \
                                                  "mm[Hg]") "},{'code':" CODE ("8480-6") ",'"            \
                                                                                         "valueQu"       \
                                                                                         "antity'"       \
                                                                                         ":" QUANTITY (  \
                                                                                             "10"        \
                                                                                             "5",        \
                                                                                             "mm["       \
                                                                                             "Hg"        \
                                                                                             "]") "}]}", \
      HEAD ("av-1", "final",                                                                             \
            time_) "'code':" CODE ("80288-4") ",'valueCodeableConcept':" CODE ("LA9340-6") "}",          \
      HEAD ("ox-1", "final",                                                                             \
            time_) "'code':{'text':'Air or Oxygen "                                                      \
                   "Observation'},'valueCodeableConcept':" SNOMED ("371825009") "}"

static const OmcVitalsSet *
only_set (GPtrArray *sets)
{
  g_assert_cmpuint (sets->len, ==, 1);

  return g_ptr_array_index (sets, 0);
}

static void
test_foreign_codes (void)
{
  const char *const texts[] = { SEVEN_SIGNS (TEN), NULL };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  const OmcVitalsSet *set = only_set (sets);

  /* 18: 0, 93 %: 2, oxygen: 2, 105: 1, 95: 1, alert: 0, 95.1 degF = 35.1 degC: 1. */
  g_assert_cmpint (set->news2.total, ==, 7);
  g_assert_cmpint (set->stored_total, ==, -1);
  g_assert_cmpstr (omc_vitals_set_get (set, OMC_VITAL_SYSTOLIC)->text, ==, "105");
  g_assert_cmpstr (omc_vitals_set_get (set, OMC_VITAL_DIASTOLIC)->text, ==, "80");
}

/* US Core: the flow is a component of the saturation, and says that there is oxygen. */
static void
test_us_core_oxygen (void)
{
  static const struct
  {
    const char *component;
    const char *state;
  } cases[] = {
    { "{'code':" CODE ("3151-8") ",'valueQuantity':" QUANTITY ("6", "L/min") "}", "oxygen" },
    { "{'code':" CODE ("3151-8") ",'valueQuantity':" QUANTITY ("0", "L/min") "}", "air" },
    { "{'code':" CODE ("3150-6") ",'valueQuantity':" QUANTITY ("40", "%") "}", "oxygen" },
    { "{'code':" CODE ("3150-6") ",'valueQuantity':" QUANTITY ("0.21", "1") "}", "air" },
    { "{'code':" CODE ("3151-8") ",'dataAbsentReason':{'text':'?'}}", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strconcat (HEAD ("a", "final", TEN) "'code':" CODE ("2708-6") ",'valueQuantity':",
                       QUANTITY ("95", "%"), ",'component':[", cases[i].component, "]}", NULL);
      const char *const texts[] = { text, NULL };
      g_autoptr (GPtrArray) observations = parse_all (texts);
      g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
      const OmcVitalsValue *oxygen = omc_vitals_set_get (only_set (sets), OMC_VITAL_OXYGEN);

      g_assert_cmpstr (oxygen != NULL ? oxygen->text : NULL, ==, cases[i].state);
    }
}

static void
test_other_oxygen_forms (void)
{
  static const struct
  {
    const char *text;
    const char *state;
    const char *flow;
  } cases[] = {
    { HEAD ("a", "final", TEN) "'code':" SNOMED ("722742002") "}", "air", NULL },
    { HEAD ("a", "final",
            TEN) "'code':" SNOMED ("371825009") ",'valueQuantity':" QUANTITY ("2", "L/min") "}",
      "oxygen", "2" },
    { HEAD ("a", "final", TEN) "'code':" SNOMED ("371825009") ",'valueBoolean':false}", NULL,
      NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const texts[] = { cases[i].text, NULL };
      g_autoptr (GPtrArray) observations = parse_all (texts);
      g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);

      if (cases[i].state == NULL)
        {
          g_assert_cmpuint (sets->len, ==, 0);
          continue;
        }
      const OmcVitalsValue *flow = omc_vitals_set_get (only_set (sets), OMC_VITAL_OXYGEN_FLOW);
      g_assert_cmpstr (omc_vitals_set_get (only_set (sets), OMC_VITAL_OXYGEN)->text, ==,
                       cases[i].state);
      g_assert_cmpstr (flow != NULL ? flow->text : NULL, ==, cases[i].flow);
    }
}

/* An error struck out is shown, never counted; a score is not carried by what is gone. */
static void
test_entered_in_error (void)
{
  const char *const texts[] = { SEVEN_SIGNS (TEN), NULL };
  g_autoptr (GPtrArray) observations = parse_all (texts);

  g_ptr_array_remove_index (observations, 0);
  g_ptr_array_add (observations,
                   parse (NUMBER_AT ("rr", "entered-in-error", TEN, "9279-1", "18", "/min")));
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  const OmcVitalsSet *set = only_set (sets);

  g_assert_null (omc_vitals_set_get (set, OMC_VITAL_RESPIRATION));
  g_assert_nonnull (set->values[OMC_VITAL_RESPIRATION]);
  g_assert_true (set->values[OMC_VITAL_RESPIRATION]->voided);
  g_assert_cmpint (set->news2.total, ==, -1);
  g_assert_cmpint (set->news2.partial, ==, 7);
  g_assert_false (set->voided);
}

static void
test_time_binds_and_parts (void)
{
  const char *const texts[] = {
    NUMBER_AT ("a", "final", "2026-11-23T10:00:00Z", "8867-4", "70", "/min"),
    NUMBER_AT ("b", "final", "2026-11-23T10:10:00Z", "9279-1", "16", "/min"),
    NUMBER_AT ("c", "final", "2026-11-23T10:12:00Z", "8867-4", "75", "/min"),
    NUMBER_AT ("d", "final", "2026-11-23T10:40:00Z", "2708-6", "97", "%"),
    NUMBER_AT ("e", "final", "2026-11-23T10:40:00Z", "2708-6", "96", "%"),
    NUMBER_AT ("x", "final", "2026-11-23T10:40:00Z", "2339-0", "100", "mg/dL"),
    NULL,
  };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  guint n_values = 0;
  gint64 last = G_MAXINT64;

  g_assert_cmpuint (sets->len, ==, 4);
  for (guint i = 0; i < sets->len; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (sets, i);

      g_assert_cmpint (set->time_us, <=, last);
      last = set->time_us;
      for (guint k = 0; k < OMC_VITAL_N_KINDS; k++)
        n_values += set->values[k] != NULL;
    }
  /* Nothing lost, nothing twice; a laboratory glucose is no bedside sign. */
  g_assert_cmpuint (n_values, ==, 5);
}

static void
test_panel_binds (void)
{
  const char *const texts[] = {
    NUMBER_AT ("a", "final", "2026-11-23T10:00:00Z", "8867-4", "70", "/min"),
    NUMBER_AT ("b", "final", "2026-11-23T10:50:00Z", "9279-1", "16", "/min"),
    NUMBER_AT ("c", "final", "2026-11-23T10:00:00Z", "9279-1", "17", "/min"),
    HEAD ("p", "final", "2026-11-23T10:50:00Z") "'code':" CODE (
        "85353-1") ",'hasMember':[{'reference':'Observation/a'},{'reference':'https://h.example/"
                   "fhir/Observation/b/_history/3'},"
                   "{'reference':'Observation/gone'}]}",
    NULL,
  };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  const OmcVitalsSet *panel = g_ptr_array_index (sets, 0);

  g_assert_cmpuint (sets->len, ==, 2);
  g_assert_cmpstr (panel->panel_id, ==, "p");
  g_assert_cmpstr (omc_vitals_set_get (panel, OMC_VITAL_PULSE)->text, ==, "70");
  g_assert_cmpstr (omc_vitals_set_get (panel, OMC_VITAL_RESPIRATION)->text, ==, "16");
  g_assert_cmpuint (panel->news2.n_present, ==, 2);
}

/* A panel may bind what is hours apart; a score may not. */
static void
test_no_score_over_an_hour (void)
{
  const char *const texts[] = {
    NUMBER_AT ("a", "final", "2026-11-23T09:00:00Z", "8867-4", "140", "/min"),
    NUMBER_AT ("b", "final", "2026-11-23T10:00:01Z", "9279-1", "16", "/min"),
    HEAD ("p", "final", "2026-11-23T10:00:00Z") "'code':" CODE (
        "85353-1") ",'hasMember':[{'reference':'Observation/a'},{'reference':'Observation/b'}]}",
    NULL,
  };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  const OmcVitalsSet *set = only_set (sets);

  g_assert_nonnull (omc_vitals_set_get (set, OMC_VITAL_PULSE));
  g_assert_cmpint (set->news2.scores[OMC_NEWS2_PULSE], ==, -1);
  g_assert_cmpint (set->news2.scores[OMC_NEWS2_RESPIRATION], ==, 0);
}

#define FLAG(status_, start_, end_)                                                                \
  "{'resourceType':'Flag','id':'f','status':'" status_ "','code':{'coding':[{'system':"            \
  "'https://omnicare.org/fhir/CodeSystem/"                                                         \
  "flag','code':'spo2-scale-2'}]},'subject':{'reference':'Patient/1'},"                            \
  "'author':{'display':'Dr. Lung'},'period':{'start':'" start_ "'" end_ "}}"

static void
test_scale (void)
{
  static const struct
  {
    const char *flag;
    int scale;
  } cases[] = {
    { FLAG ("active", "2026-11-22T08:00:00Z", ""), 2 },
    { FLAG ("active", "2026-11-23T11:00:00Z", ""), 1 },
    { FLAG ("inactive", "2026-11-22T08:00:00Z", ",'end':'2026-11-24T08:00:00Z'"), 2 },
    { FLAG ("inactive", "2026-11-22T08:00:00Z", ",'end':'2026-11-23T08:00:00Z'"), 1 },
    { FLAG ("inactive", "2026-11-22T08:00:00Z", ""), 1 },
    { FLAG ("entered-in-error", "2026-11-22T08:00:00Z", ""), 1 },
    { "{'resourceType':'Flag','status':'active','code':{'text':'SpO2 scale "
      "2'},'subject':{'reference':'Patient/1'}}",
      1 },
  };
  const char *const signs[] = { SEVEN_SIGNS (TEN), NULL };
  g_autoptr (GPtrArray) observations = parse_all (signs);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const texts[] = { cases[i].flag, NULL };
      g_autoptr (GPtrArray) flags = parse_all (texts);
      const OmcVitalsContext context = { OMC_NEWS2_SCOPE_ADULT, flags };
      g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &context);
      g_autofree char *author = NULL;
      gint64 at, since;

      g_assert_cmpint (only_set (sets)->news2.scale, ==, cases[i].scale);
      /* 93 % on oxygen is 2 on scale 1 and 1 on scale 2. */
      g_assert_cmpint (only_set (sets)->news2.total, ==, cases[i].scale == 2 ? 6 : 7);
      g_assert_true (omc_instant_parse_range (TEN, &at, NULL));
      g_assert_cmpint (omc_vitals_read_scale (flags, at, &author, &since), ==, cases[i].scale);
      g_assert_cmpstr (author, ==, cases[i].scale == 2 ? "Dr. Lung" : NULL);
    }
}

static void
test_hostile (void)
{
  const char *const texts[] = {
    HEAD ("a", "final", TEN) "'code':" CODE ("8867-4") ",'valueQuantity':" QUANTITY ("1e400",
                                                                                     "/min") "}",
    HEAD ("b", "final", TEN) "'code':" CODE ("9279-1") ",'valueQuantity':{'value':16}}",
    HEAD ("c", "final",
          "yesterday") "'code':" CODE ("2708-6") ",'valueQuantity':" QUANTITY ("-97", "%") "}",
    HEAD ("d", "final", TEN) "'code':" CODE ("8480-6") ",'valueQuantity':" QUANTITY ("99999999999",
                                                                                     "mm[Hg]") "}",
    HEAD ("e", "final", TEN) "'code':" CODE ("8310-5") ",'valueString':'hot'}",
    HEAD ("f", "final",
          TEN) "'code':" CODE ("85353-1") ",'hasMember':[{'reference':'Observation/f'},{},7,null]}",
    "{'resourceType':'Observation','code':7,'component':'x'}",
    "{'resourceType':'Patient'}",
    NULL,
  };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);

  for (guint i = 0; i < sets->len; i++)
    {
      const OmcVitalsSet *set = g_ptr_array_index (sets, i);

      g_assert_cmpuint (set->news2.n_present, ==, 0);
      for (guint k = 0; k < OMC_VITAL_N_KINDS; k++)
        {
          g_autofree char *display = omc_vitals_set_dup_display (set, k);
          g_assert_nonnull (display);
        }
    }
}

static void
test_sbar (void)
{
  const char *const texts[] = { SEVEN_SIGNS (TEN), NULL };
  g_autoptr (GPtrArray) observations = parse_all (texts);
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  const OmcSbarInput input = { .patient = "DOE, John",
                               .place = "Ward 4, bed 7",
                               .set = only_set (sets) };
  g_autofree char *text = omc_sbar_dup_text (&input);
  const char *last = text;

  for (const char *const *part =
           (const char *const[]){ "Situation", "DOE, John", "NEWS2 is 7", "Background",
                                  "Assessment", "105/80", "Recommendation", "Emergency",
                                  "Continuous", NULL };
       *part != NULL; part++)
    {
      last = strstr (last, *part);
      g_assert_nonnull (last);
    }
  g_assert_true (omc_sbar_needs_escalation (&input.set->news2));
  const OmcEscalationStep *steps = omc_sbar_list_steps (&input.set->news2);
  g_assert_cmpstr (steps[0].id, ==, "registrar-informed");

  OmcNews2Result calm = { .complete = TRUE, .n_present = 7, .band = OMC_NEWS2_BAND_LOW };
  g_assert_null (omc_sbar_list_steps (&calm)[0].id);
  g_assert_false (omc_sbar_needs_escalation (&calm));

  g_ptr_array_remove_index (observations, 0);
  g_autoptr (GPtrArray) fewer = omc_vitals_read_sets (observations, &adult);
  const OmcSbarInput incomplete = { .set = only_set (fewer) };
  g_autofree char *other = omc_sbar_dup_text (&incomplete);
  g_assert_nonnull (strstr (other, "Respiration: not measured"));
  g_assert_nonnull (strstr (other, "at least 7 (6 of 7)"));
}

/* Every Observation of the fixtures: none is lost, none counts twice, the old pressure code shows. */
static void
test_fixtures (void)
{
  g_autofree char *folder = omc_test_dup_fixtures ("us-core");
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  g_autoptr (GPtrArray) observations =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  guint n_values = 0;

  if (dir == NULL)
    return;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *text = NULL;
      gsize length;

      if (!g_str_has_suffix (name, ".json") || !g_file_get_contents (path, &text, &length, NULL))
        continue;
      OmcResource *resource = omc_resource_parse (text, (gssize)length, NULL);
      if (resource != NULL)
        g_ptr_array_add (observations, resource);
    }
  g_autoptr (GPtrArray) sets = omc_vitals_read_sets (observations, &adult);
  for (guint i = 0; i < sets->len; i++)
    for (guint k = 0; k < OMC_VITAL_N_KINDS; k++)
      n_values += ((OmcVitalsSet *)g_ptr_array_index (sets, i))->values[k] != NULL;
  g_test_message ("%u resources, %u sets, %u values", observations->len, sets->len, n_values);
  g_assert_cmpuint (n_values, >=, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/vitals-read/foreign-codes-score", test_foreign_codes);
  g_test_add_func ("/fhir/vitals-read/us-core-oxygen", test_us_core_oxygen);
  g_test_add_func ("/fhir/vitals-read/other-oxygen-forms", test_other_oxygen_forms);
  g_test_add_func ("/fhir/vitals-read/entered-in-error-does-not-count", test_entered_in_error);
  g_test_add_func ("/fhir/vitals-read/time-binds-and-parts", test_time_binds_and_parts);
  g_test_add_func ("/fhir/vitals-read/panel-binds", test_panel_binds);
  g_test_add_func ("/fhir/vitals-read/no-score-over-an-hour", test_no_score_over_an_hour);
  g_test_add_func ("/fhir/vitals-read/scale-2-by-flag-only", test_scale);
  g_test_add_func ("/fhir/vitals-read/hostile-observations", test_hostile);
  g_test_add_func ("/fhir/vitals-read/us-core-fixtures", test_fixtures);
  g_test_add_func ("/fhir/sbar/text-and-steps", test_sbar);

  return g_test_run ();
}
