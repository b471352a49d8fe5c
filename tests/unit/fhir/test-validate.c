/* test-validate.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fhir-fixtures.h"
#include "omc-validate.h"

/* The first error as "expression code", or "". */
static char *
dup_first_error (OmcResource *resource, OmcValidateLevel level)
{
  g_autoptr (GPtrArray) issues = omc_validate (resource, level);

  for (guint i = 0; i < issues->len; i++)
    {
      const OmcIssue *issue = issues->pdata[i];

      g_assert_cmpstr (issue->message, !=, "");
      if (issue->severity == OMC_ISSUE_ERROR)
        return g_strdup_printf ("%s %s", issue->expression, issue->code);
    }

  return g_strdup ("");
}

static void
check_fixture (const char *name, const char *text, gsize length, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = omc_resource_parse (text, length, &error);
  g_autofree char *first = NULL;
  g_autofree char *lenient = NULL;

  g_assert_no_error (error);
  first = dup_first_error (resource, OMC_VALIDATE_STRICT);
  lenient = dup_first_error (resource, OMC_VALIDATE_LENIENT);
  g_test_message ("%s", name);
  if (g_str_has_suffix (name, "us-core/diagnosticreport-cbc.json"))
    {
      /* The published example has a narrative without its div, which FHIR requires. */
      g_assert_cmpstr (first, ==, "DiagnosticReport.text.div required");
      return;
    }
  g_assert_cmpstr (first, ==, "");
  g_assert_cmpstr (lenient, ==, "");
}

static void
test_fixtures_are_accepted (void)
{
  fhir_fixtures_foreach (NULL, check_fixture, NULL);
}

#define OBS "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"}"
#define VITAL                                                                                      \
  OBS ",\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/"           \
      "observation-category\","                                                                    \
      "\"code\":\"vital-signs\"}]}]"
#define PATIENT "{\"resourceType\":\"Patient\""
#define SUBJECT ",\"subject\":{\"reference\":\"Patient/1\"}"
#define CONDITION "{\"resourceType\":\"Condition\"" SUBJECT
#define ALLERGY "{\"resourceType\":\"AllergyIntolerance\",\"patient\":{\"reference\":\"Patient/1\"}"
#define CONCEPT(system, code)                                                                      \
  "{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/" system "\",\"code\":\"" code \
  "\"}]}"

static const struct
{
  const char *text;
  const char *strict; /* first error, "" when there is none */
  gboolean lenient;   /* found at that level, too */
} cases[] = {
  { OBS "}", "", FALSE },
  { PATIENT "}", "", FALSE },
  /* form */
  { PATIENT ",\"gender\":\"\"}", "Patient.gender structure", TRUE },
  { PATIENT ",\"name\":[]}", "Patient.name structure", TRUE },
  { PATIENT ",\"maritalStatus\":{}}", "Patient.maritalStatus structure", TRUE },
  { PATIENT ",\"gender\":null}", "Patient.gender structure", TRUE },
  { PATIENT ",\"name\":[null]}", "Patient.name[0] structure", TRUE },
  { PATIENT ",\"name\":[{\"given\":[\"a\",null]}]}", "Patient.name[0].given[1] structure", TRUE },
  { PATIENT ",\"name\":[{\"given\":[\"a\",null],\"_given\":[null,{\"id\":\"x\"}]}]}", "", FALSE },
  { PATIENT ",\"name\":[{\"given\":[\"a\"],\"_given\":[null]}]}", "", FALSE },
  { PATIENT ",\"Active\":true}", "Patient.Active structure", TRUE },
  { PATIENT ",\"name\":[[{\"text\":\"x\"}]]}", "Patient.name[0] structure", TRUE },
  { PATIENT ",\"id\":\"a_b\"}", "Patient.id value", TRUE },
  { PATIENT ",\"meta\":{\"lastUpdated\":\"2026-11-23\"}}", "Patient.meta.lastUpdated value", TRUE },
  { PATIENT ",\"text\":{\"status\":\"generated\",\"div\":\"x\"}}", "Patient.text.div value", TRUE },
  /* elements */
  { PATIENT ",\"nam\":\"x\"}", "Patient.nam structure", FALSE },
  { PATIENT ",\"name\":{\"text\":\"x\"}}", "Patient.name structure", FALSE },
  { PATIENT ",\"name\":[\"x\"]}", "Patient.name[0] structure", FALSE },
  { PATIENT ",\"name\":[{\"first\":\"x\"}]}", "Patient.name[0].first structure", FALSE },
  { PATIENT ",\"gender\":[\"male\"]}", "Patient.gender structure", FALSE },
  { PATIENT ",\"gender\":\"m\"}", "Patient.gender code-invalid", FALSE },
  { PATIENT ",\"active\":\"true\"}", "Patient.active value", FALSE },
  { PATIENT ",\"deceasedBoolean\":true,\"deceasedDateTime\":\"2026\"}",
    "Patient.deceasedDateTime structure", FALSE },
  { PATIENT ",\"deceasedString\":\"x\"}", "Patient.deceasedString structure", FALSE },
  { PATIENT ",\"deceased\":true}", "Patient.deceased structure", FALSE },
  { PATIENT ",\"contact\":[{\"phone\":\"x\"}]}", "Patient.contact[0].phone structure", FALSE },
  { PATIENT ",\"link\":[{\"type\":\"refer\"}]}", "Patient.link[0].other required", FALSE },
  { PATIENT ",\"_name\":{\"id\":\"x\"}}", "Patient._name structure", FALSE },
  { PATIENT ",\"_gender\":{\"value\":\"x\"}}", "Patient._gender.value structure", FALSE },
  { PATIENT ",\"_gender\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"x\"}]}}", "", FALSE },
  { PATIENT ",\"_gender\":{\"extension\":[{\"valueCode\":\"x\"}]}}",
    "Patient._gender.extension[0].url required", FALSE },
  { PATIENT ",\"extension\":[{\"url\":\"u\"}]}", "Patient.extension[0] invariant", FALSE },
  { PATIENT ",\"extension\":[{\"url\":\"u\",\"valuePatient\":{\"id\":\"x\"}}]}",
    "Patient.extension[0].valuePatient structure", FALSE },
  { PATIENT ",\"contained\":[{\"resourceType\":\"Task\",\"id\":\"t\"}]}",
    "Patient.contained[0].status required", FALSE },
  { PATIENT ",\"contained\":[{\"id\":\"t\"}]}", "Patient.contained[0].resourceType structure",
    FALSE },
  { "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"x\"}}", "Observation.status required",
    FALSE },
  { "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"x\"},\"_status\":{\"id\":\"x\"}}", "",
    FALSE },
  { "{\"resourceType\":\"Observation\",\"status\":\"done\",\"code\":{\"text\":\"x\"}}",
    "Observation.status code-invalid", FALSE },
  { "{\"resourceType\":\"Basic\",\"anything\":[{\"goes\":1}]}", "", FALSE },
  /* primitives */
  { PATIENT ",\"birthDate\":\"2026-02-29\"}", "Patient.birthDate value", FALSE },
  { PATIENT ",\"birthDate\":\"2026-1-1\"}", "Patient.birthDate value", FALSE },
  { PATIENT ",\"birthDate\":\"2026-01-01T10:00:00Z\"}", "Patient.birthDate value", FALSE },
  { PATIENT ",\"birthDate\":2026}", "Patient.birthDate value", FALSE },
  { PATIENT ",\"birthDate\":\"2026-01\"}", "", FALSE },
  { PATIENT ",\"multipleBirthInteger\":1.5}", "Patient.multipleBirthInteger value", FALSE },
  { PATIENT ",\"multipleBirthInteger\":3000000000}", "Patient.multipleBirthInteger value", FALSE },
  { PATIENT ",\"telecom\":[{\"rank\":0}]}", "Patient.telecom[0].rank value", FALSE },
  { PATIENT ",\"photo\":[{\"data\":\"abc\"}]}", "Patient.photo[0].data value", FALSE },
  { PATIENT ",\"photo\":[{\"data\":\"YWJj\",\"url\":\"a b\"}]}", "Patient.photo[0].url value",
    FALSE },
  { PATIENT ",\"language\":\" de\"}", "Patient.language value", TRUE },
  { OBS ",\"effectiveDateTime\":\"2026-11-23T10:00\"}", "Observation.effectiveDateTime value",
    FALSE },
  { OBS ",\"effectiveDateTime\":\"2026-11-23T10:00:00\"}", "Observation.effectiveDateTime value",
    FALSE },
  { OBS ",\"effectiveDateTime\":\"2026-11-23T10:00:00.5+01:00\"}", "", FALSE },
  { OBS ",\"effectiveInstant\":\"2026-11-23\"}", "Observation.effectiveInstant value", FALSE },
  { OBS ",\"valueTime\":\"24:00:00\"}", "Observation.valueTime value", FALSE },
  { OBS ",\"valueQuantity\":{\"value\":\"98.6\"}}", "Observation.valueQuantity.value value",
    FALSE },
  { OBS ",\"valueQuantity\":{\"value\":98.60}}", "", FALSE },
  /* references */
  { OBS ",\"subject\":{\"reference\":\"Patient\"}}", "Observation.subject.reference value", FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patiens/1\"}}", "Observation.subject.reference value",
    FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patient/1/2\"}}", "Observation.subject.reference value",
    FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patient/a b\"}}", "Observation.subject.reference value",
    FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patient/1\",\"type\":\"Group\"}}",
    "Observation.subject.reference value", FALSE },
  { OBS ",\"subject\":{\"reference\":\"#x\"}}", "Observation.subject.reference invariant", FALSE },
  { OBS ",\"subject\":{\"reference\":\"#x\"},\"contained\":[{\"resourceType\":\"Patient\",\"id\":"
        "\"x\"}]}",
    "", FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patient?identifier=x|y\"}}", "", FALSE },
  { OBS ",\"subject\":{\"reference\":\"Patient/1/_history/2\"}}", "", FALSE },
  { OBS ",\"subject\":{\"reference\":\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\"}}", "",
    FALSE },
  { OBS ",\"subject\":{\"reference\":\"https://x.org/fhir/Patient/1\"}}", "", FALSE },
  /* invariants */
  { OBS ",\"valueString\":\"x\",\"dataAbsentReason\":{\"text\":\"x\"}}", "Observation invariant",
    FALSE },
  { "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":" CONCEPT (
        "a",
        "b") ",\"valueString\":\"x\","
             "\"component\":[{\"code\":" CONCEPT ("a", "b") "}]}",
    "Observation.component invariant", FALSE },
  { VITAL "}", "Observation invariant", FALSE },
  { VITAL ",\"dataAbsentReason\":{\"text\":\"x\"}}", "", FALSE },
  { VITAL ",\"component\":[{\"code\":{\"text\":\"x\"}}]}", "Observation.component invariant",
    FALSE },
  { OBS ",\"valueQuantity\":{\"value\":1,\"code\":\"mg\"}}",
    "Observation.valueQuantity.system invariant", FALSE },
  { OBS ",\"effectivePeriod\":{\"start\":\"2026-02\",\"end\":\"2026-01-31\"}}",
    "Observation.effectivePeriod invariant", FALSE },
  { OBS ",\"effectivePeriod\":{\"start\":\"2026-02-10\",\"end\":\"2026-02\"}}", "", FALSE },
  { CONDITION ",\"abatementDateTime\":\"2026\",\"clinicalStatus\":" CONCEPT ("condition-clinical",
                                                                             "active") "}",
    "Condition.clinicalStatus invariant", FALSE },
  { CONDITION ",\"abatementDateTime\":\"2026\",\"clinicalStatus\":" CONCEPT ("condition-clinical",
                                                                             "resolved") "}",
    "", FALSE },
  { CONDITION ",\"clinicalStatus\":" CONCEPT (
        "condition-clinical",
        "active") ",\"verificationStatus\":" CONCEPT ("condition-ver-status",
                                                      "entered-in-error") "}",
    "Condition.clinicalStatus invariant", FALSE },
  { CONDITION ",\"clinicalStatus\":" CONCEPT ("condition-clinical", "sleeping") "}",
    "Condition.clinicalStatus code-invalid", FALSE },
  { ALLERGY "}", "AllergyIntolerance.clinicalStatus invariant", FALSE },
  { ALLERGY ",\"clinicalStatus\":" CONCEPT ("allergyintolerance-clinical", "active") "}", "",
    FALSE },
  { ALLERGY
    ",\"verificationStatus\":" CONCEPT ("allergyintolerance-verification", "entered-in-error") "}",
    "", FALSE },
  { ALLERGY ",\"clinicalStatus\":" CONCEPT (
        "allergyintolerance-clinical",
        "active") ",\"verificationStatus\":" CONCEPT ("allergyintolerance-verification",
                                                      "entered-in-error") "}",
    "AllergyIntolerance.clinicalStatus invariant", FALSE },
  { "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":" OBS SUBJECT
    ",\"x\":1}}]}",
    "Bundle.entry[0].resource.x structure", FALSE },
};

static void
test_planted_faults_are_found (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcResource) resource = omc_resource_parse (cases[i].text, -1, &error);
      g_autofree char *strict = NULL;
      g_autofree char *lenient = NULL;

      g_assert_no_error (error);
      strict = dup_first_error (resource, OMC_VALIDATE_STRICT);
      lenient = dup_first_error (resource, OMC_VALIDATE_LENIENT);
      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (strict, ==, cases[i].strict);
      g_assert_cmpstr (lenient, ==, cases[i].lenient ? cases[i].strict : "");
      g_assert_cmpint (omc_validate_check (resource, OMC_VALIDATE_STRICT, &error), ==,
                       *strict == '\0');
    }
}

static void
test_best_practice_is_a_warning (void)
{
  g_autoptr (OmcResource) resource = omc_resource_parse (
      CONDITION ",\"category\":[" CONCEPT ("condition-category", "problem-list-item") "]}", -1,
      NULL);
  g_autoptr (GPtrArray) issues = omc_validate (resource, OMC_VALIDATE_STRICT);

  g_assert_cmpuint (issues->len, ==, 1);
  g_assert_false (omc_validate_has_error (issues));
  g_assert_true (omc_validate_check (resource, OMC_VALIDATE_STRICT, NULL));
}

static void
test_outcomes_are_valid (void)
{
  static const char *const texts[] = { PATIENT "}", PATIENT ",\"nam\":1,\"gender\":\"m\"}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (OmcResource) resource = omc_resource_parse (texts[i], -1, NULL);
      g_autoptr (GPtrArray) issues = omc_validate (resource, OMC_VALIDATE_STRICT);
      g_autoptr (OmcResource) outcome = omc_validate_to_outcome (issues);
      g_autofree char *first = dup_first_error (outcome, OMC_VALIDATE_STRICT);

      g_assert_cmpuint (issues->len, ==, i * 2);
      g_assert_cmpstr (first, ==, "");
      g_assert_cmpuint (
          omc_json_value_get_size (omc_json_value_get (omc_resource_get_root (outcome), "issue")),
          ==, i + 1);
    }
}

static void
test_hostile_resources_have_bounded_issues (void)
{
  g_autoptr (GString) text = g_string_new (PATIENT);
  g_autoptr (OmcResource) resource = NULL;
  g_autoptr (GPtrArray) issues = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, ",\"x%u\":\"\"", i);
  g_string_append_c (text, '}');
  resource = omc_resource_parse (text->str, text->len, NULL);
  issues = omc_validate (resource, OMC_VALIDATE_STRICT);
  g_assert_cmpuint (issues->len, ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/validate/fixtures-are-accepted", test_fixtures_are_accepted);

  g_test_add_func ("/fhir/validate/planted-faults-are-found", test_planted_faults_are_found);
  g_test_add_func ("/fhir/validate/best-practice-is-a-warning", test_best_practice_is_a_warning);
  g_test_add_func ("/fhir/validate/outcomes-are-valid", test_outcomes_are_valid);
  g_test_add_func ("/fhir/validate/hostile-resources-have-bounded-issues",
                   test_hostile_resources_have_bounded_issues);

  return g_test_run ();
}
