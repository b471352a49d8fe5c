/* test-search-query.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-search-query.h"

static const char observation[] =
    "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"status\":\"final\",\"category\":[{"
    "\"coding\":[{\"system\":"
    "\"http://cat\",\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{\"system\":\"http://"
    "loinc.org\",\"code\":"
    "\"8310-5\"},{\"code\":\"local\"}]},\"subject\":{\"reference\":\"Patient/"
    "7\"},\"effectiveDateTime\":"
    "\"2026-11-23T10:15:00Z\",\"valueQuantity\":{\"value\":5.35,\"unit\":\"deg\",\"system\":\"http:"
    "//ucum\",\"code\":"
    "\"Cel\"}}";
static const char patient[] = "{\"resourceType\":\"Patient\",\"id\":\"7\",\"name\":[{\"family\":"
                              "\"M\xc3\xbcller, von\",\"given\":[\"Anna\","
                              "\"Maria\"]}],\"birthDate\":\"1950-05\",\"identifier\":[{\"system\":"
                              "\"urn:mrn\",\"value\":\"a|b\"}],"
                              "\"communication\":[{\"language\":{\"text\":\"x\"}}]}";
static const char plan[] =
    "{\"resourceType\":\"CarePlan\",\"period\":{\"start\":\"2026-01-10\",\"end\":\"2026-02-20\"},"
    "\"instantiatesUri\":"
    "[\"http://a/b\"],\"subject\":{\"reference\":\"http://s/fhir/Patient/7\"}}";

static const struct
{
  const char *resource;
  const char *query;
  gboolean matches;
} match_cases[] = {
  { observation, "Observation", TRUE },
  { observation, "/Observation?", TRUE },
  { observation, "Patient", FALSE },
  { observation, "Observation?patient=7", TRUE },
  { observation, "Observation?patient=Patient/7", TRUE },
  { observation, "Observation?patient=Patient%2F7", TRUE },
  { observation, "Observation?patient=8,7", TRUE },
  { observation, "Observation?patient=8,9", FALSE },
  { observation, "Observation?subject=7", TRUE },
  { observation, "Observation?subject:Patient=7", TRUE },
  { observation, "Observation?subject:Location=7", FALSE },
  { observation, "Observation?subject=Location/7", FALSE },
  { observation,
    "Observation?patient=7&category=vital-signs&date=ge2026-11-01&_sort=-date&_count=20", TRUE },
  { observation, "Observation?patient=7&category=laboratory", FALSE },
  { observation, "Observation?category=http://cat|vital-signs", TRUE },
  { observation, "Observation?category=|vital-signs", FALSE },
  { observation, "Observation?category=http://cat|", TRUE },
  { observation, "Observation?code=|local", TRUE },
  { observation, "Observation?code=http://loinc.org%7C8310-5", TRUE },
  { observation, "Observation?code:not=8310-5", FALSE },
  { observation, "Observation?code:not=other", TRUE },
  { observation, "Observation?method:not=other", TRUE },
  { observation, "Observation?code=8310-5&code=local", TRUE },
  { observation, "Observation?code=8310-5&code=other", FALSE },
  { observation, "Observation?method:missing=true", TRUE },
  { observation, "Observation?code:missing=true", FALSE },
  { observation, "Observation?code:missing=false", TRUE },
  { observation, "Observation?_id=o1", TRUE },
  { observation, "Observation?_id=o2,o3", FALSE },
  { observation, "Observation?date=2026-11-23", TRUE },
  { observation, "Observation?date=2026", TRUE },
  { observation, "Observation?date=ne2026", FALSE },
  { observation, "Observation?date=2026-11-23T10:15:00Z", TRUE },
  { observation, "Observation?date=2026-11-23T11:15:00%2B01:00", TRUE },
  { observation, "Observation?date=2026-11-23T11:15:00+01:00", TRUE },
  { observation, "Observation?date=gt2026-11-23", FALSE },
  { observation, "Observation?date=ge2026-11-23", TRUE },
  { observation, "Observation?date=lt2026-11-23", FALSE },
  { observation, "Observation?date=le2026-11-23", TRUE },
  { observation, "Observation?date=sa2026-11-22", TRUE },
  { observation, "Observation?date=sa2026-11-23", FALSE },
  { observation, "Observation?date=eb2026-11-24", TRUE },
  { observation, "Observation?value-quantity=5.4", TRUE },
  { observation, "Observation?value-quantity=5.3", FALSE },
  { observation, "Observation?value-quantity=5.35", TRUE },
  { observation, "Observation?value-quantity=5.350", TRUE },
  { observation, "Observation?value-quantity=5.34", FALSE },
  { observation, "Observation?value-quantity=5", TRUE },
  { observation, "Observation?value-quantity=1.0e1", FALSE },
  { observation, "Observation?value-quantity=1e1", TRUE },
  { observation, "Observation?value-quantity=ne5.4", FALSE },
  { observation, "Observation?value-quantity=gt5.35", FALSE },
  { observation, "Observation?value-quantity=ge5.35", TRUE },
  { observation, "Observation?value-quantity=lt5.36", TRUE },
  { observation, "Observation?value-quantity=5.35|http://ucum|Cel", TRUE },
  { observation, "Observation?value-quantity=5.35|http://ucum|deg", FALSE },
  { observation, "Observation?value-quantity=5.35||deg", TRUE },
  { observation, "Observation?value-quantity=5.35||Cel", TRUE },
  { observation, "Observation?value-quantity=5.35||K", FALSE },
  { observation, "Observation?value-string:missing=true", TRUE },
  { patient, "Patient?name=MUL", TRUE },
  { patient, "Patient?name=m%C3%BCl", TRUE },
  { patient, "Patient?name=uller", FALSE },
  { patient, "Patient?name:contains=uller", TRUE },
  { patient, "Patient?name=mari", TRUE },
  { patient, "Patient?name=mari&name=ann", TRUE },
  { patient, "Patient?family:exact=M%C3%BCller%5C%2C%20von", TRUE },
  { patient, "Patient?family:exact=muller", FALSE },
  { patient, "Patient?family=muller\\,+von", TRUE },
  { patient, "Patient?identifier=urn:mrn|a\\|b", TRUE },
  { patient, "Patient?identifier=a\\|b", TRUE },
  { patient, "Patient?identifier=a|b", FALSE },
  { patient, "Patient?birthdate=1950", TRUE },
  { patient, "Patient?birthdate=1950-05-03", FALSE },
  { patient, "Patient?birthdate=ge1950-05-03", TRUE },
  { patient, "Patient?deceased=false", TRUE },
  { patient, "Patient?gender:not=male", TRUE },
  { patient, "Patient?language:not=de", TRUE },
  { patient, "Patient?language:missing=false", TRUE },
  { plan, "CarePlan?date=2026-01", FALSE },
  { plan, "CarePlan?date=2026", TRUE },
  { plan, "CarePlan?date=gt2026-02", FALSE },
  { plan, "CarePlan?date=gt2026-02-01", TRUE },
  { plan, "CarePlan?date=lt2026-01-15", TRUE },
  { plan, "CarePlan?date=sa2026-01-01", TRUE },
  { plan, "CarePlan?date=eb2026-02-21", TRUE },
  { plan, "CarePlan?date=eb2026-02-20", FALSE },
  { plan, "CarePlan?instantiates-uri=http://a/b", TRUE },
  { plan, "CarePlan?instantiates-uri=http://a", FALSE },
  { plan, "CarePlan?patient=http://s/fhir/Patient/7", TRUE },
  { plan, "CarePlan?subject=7", TRUE },
};

static void
test_matches_follow_the_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (match_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcResource) resource = omc_resource_parse (match_cases[i].resource, -1, &error);
      g_autoptr (OmcSearchQuery) query = NULL;

      g_assert_no_error (error);
      g_test_message ("%s", match_cases[i].query);
      query = omc_search_query_parse (match_cases[i].query, &error);
      g_assert_no_error (error);
      g_assert_false (omc_search_query_has_links (query));
      g_assert_cmpint (omc_search_query_matches (query, resource), ==, match_cases[i].matches);
    }
}

static void
test_bad_queries_name_the_parameter (void)
{
  static const struct
  {
    const char *query;
    OmcFhirError code;
    const char *said;
  } cases[] = {
    { "", OMC_FHIR_ERROR_UNSUPPORTED, "type" },
    { "Patiens?name=x", OMC_FHIR_ERROR_UNSUPPORTED, "Patiens" },
    { "Patient?nme=x", OMC_FHIR_ERROR_UNSUPPORTED, "birthdate" },
    { "Patient?=x", OMC_FHIR_ERROR_UNSUPPORTED, "birthdate" },
    { "Patient?name", OMC_FHIR_ERROR_INVALID, "name" },
    { "Patient?name=", OMC_FHIR_ERROR_INVALID, "name" },
    { "Patient?name=%20", OMC_FHIR_ERROR_INVALID, "name" },
    { "Patient?name=a,,b", OMC_FHIR_ERROR_INVALID, "name" },
    { "Patient?name:fuzzy=x", OMC_FHIR_ERROR_UNSUPPORTED, ":contains" },
    { "Patient?gender:exact=x", OMC_FHIR_ERROR_UNSUPPORTED, ":not" },
    { "Patient?birthdate:not=1950", OMC_FHIR_ERROR_UNSUPPORTED, ":missing" },
    { "Patient?birthdate=195", OMC_FHIR_ERROR_INVALID, "birthdate" },
    { "Patient?birthdate=ap1950", OMC_FHIR_ERROR_INVALID, "birthdate" },
    { "Patient?name:missing=maybe", OMC_FHIR_ERROR_INVALID, "true or false" },
    { "Patient?name=%zz", OMC_FHIR_ERROR_INVALID, "percent" },
    { "Patient?name=%ff", OMC_FHIR_ERROR_INVALID, "UTF-8" },
    { "Patient?name=%00", OMC_FHIR_ERROR_INVALID, "percent" },
    { "Patient?_count=-1", OMC_FHIR_ERROR_INVALID, "_count" },
    { "Patient?_count=99999999999", OMC_FHIR_ERROR_INVALID, "_count" },
    { "Patient?_sort=nme", OMC_FHIR_ERROR_UNSUPPORTED, "nme" },
    { "Patient?_total=all", OMC_FHIR_ERROR_INVALID, "_total" },
    { "Patient?_elements=name", OMC_FHIR_ERROR_UNSUPPORTED, "_elements" },
    { "Patient?_include=organization", OMC_FHIR_ERROR_INVALID, "_include" },
    { "Patient?_include=Patient:name", OMC_FHIR_ERROR_INVALID, "reference" },
    { "Patient?_include:iterate=Patient:organization", OMC_FHIR_ERROR_UNSUPPORTED,
      "_include:iterate" },
    { "Patient?_has:Observation:patient=x", OMC_FHIR_ERROR_INVALID, "_has" },
    { "Patient?_has:Observation:code:status=x", OMC_FHIR_ERROR_INVALID, "reference" },
    { "Patient?_has:Observation:patient:_has:Task:focus:status=x", OMC_FHIR_ERROR_UNSUPPORTED,
      "one" },
    { "Observation?subject.name=x", OMC_FHIR_ERROR_INVALID, "subject:Patient.name" },
    { "Observation?subject:Patient.organization.name=x", OMC_FHIR_ERROR_UNSUPPORTED, "one" },
    { "Observation?code.name=x", OMC_FHIR_ERROR_INVALID, "reference" },
    { "Observation?code=|", OMC_FHIR_ERROR_INVALID, "code" },
    { "Observation?value-quantity=5,4|u|x", OMC_FHIR_ERROR_INVALID, "value-quantity" },
    { "Observation?value-quantity=5|mg", OMC_FHIR_ERROR_INVALID, "value-quantity" },
    { "Observation?value-quantity=1e999", OMC_FHIR_ERROR_INVALID, "value-quantity" },
    { "Observation?value-quantity=.5", OMC_FHIR_ERROR_INVALID, "value-quantity" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchQuery) query = omc_search_query_parse (cases[i].query, &error);

      g_test_message ("%s", cases[i].query);
      if (strstr (cases[i].query, "5,4|u|x"))
        {
          g_assert_no_error (error); /* two values: 5 of any unit, or 4 of unit x */
          continue;
        }
      g_assert_null (query);
      g_assert_error (error, OMC_FHIR_ERROR, (int)cases[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, cases[i].said));
    }
}

static void
test_links_and_results_are_parsed (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchQuery) query =
      omc_search_query_parse ("Observation?subject:Patient.name=a,b&patient.birthdate=lt1950&_has:"
                              "Provenance:target:recorded=ge2026&"
                              "_sort=-date,_id&_include=Observation:subject:Patient&_include="
                              "Observation:*&_revinclude=Provenance:target&"
                              "_count=0&_offset=40&_total=accurate",
                              &error);
  OmcSearchCriterion *criterion;
  OmcSearchInclude *include;

  g_assert_no_error (error);
  g_assert_true (omc_search_query_has_links (query));
  g_assert_cmpuint (query->criteria->len, ==, 3);
  criterion = query->criteria->pdata[0];
  g_assert_cmpint (criterion->link, ==, OMC_SEARCH_CHAIN);
  g_assert_cmpstr (criterion->linked_type, ==, "Patient");
  g_assert_cmpstr (criterion->linked->param->name, ==, "name");
  g_assert_cmpuint (criterion->linked->values->len, ==, 2);
  criterion = query->criteria->pdata[1];
  g_assert_cmpstr (criterion->linked_type, ==, "Patient");
  criterion = query->criteria->pdata[2];
  g_assert_cmpint (criterion->link, ==, OMC_SEARCH_HAS);
  g_assert_cmpstr (criterion->param->name, ==, "target");
  g_assert_cmpstr (criterion->linked->param->type, ==, "Provenance");
  g_assert_cmpuint (query->sort->len, ==, 2);
  g_assert_true (g_array_index (query->sort, OmcSearchSort, 0).descending);
  g_assert_cmpuint (query->includes->len, ==, 3);
  include = query->includes->pdata[0];
  g_assert_cmpstr (include->target_type, ==, "Patient");
  g_assert_null (((OmcSearchInclude *)query->includes->pdata[1])->param);
  include = query->includes->pdata[2];
  g_assert_true (include->reverse);
  g_assert_cmpstr (include->source_type, ==, "Provenance");
  g_assert_cmpint (query->count, ==, 0);
  g_assert_cmpuint (query->offset, ==, 40);
  g_assert_cmpint (query->total, ==, OMC_SEARCH_TOTAL_ACCURATE);
}

static void
test_sorting_puts_absent_values_last (void)
{
  static const char *const dates[] = {
    NULL, "2026-01-02", "2025", "2026-01-01", NULL, "2026-01-02"
  };
  static const struct
  {
    const char *query;
    const char *order;
  } cases[] = {
    { "Observation?_sort=date", "231504" },
    { "Observation?_sort=-date", "153204" },
    { "Observation?_sort=-date,-_id", "513240" },
    { "Observation", "012345" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSearchQuery) query = omc_search_query_parse (cases[i].query, NULL);
      g_autoptr (GPtrArray) list =
          g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
      g_autoptr (GString) order = g_string_new (NULL);

      for (guint j = 0; j < G_N_ELEMENTS (dates); j++)
        {
          g_autofree char *date = dates[j]
                                      ? g_strdup_printf (",\"effectiveDateTime\":\"%s\"", dates[j])
                                      : g_strdup ("");
          g_autofree char *text =
              g_strdup_printf ("{\"resourceType\":\"Observation\",\"id\":\"%u\"%s}", j, date);

          g_ptr_array_add (list, omc_resource_parse (text, -1, NULL));
        }
      omc_search_query_sort (query, list);
      for (guint j = 0; j < list->len; j++)
        g_string_append (order, omc_resource_get_id (list->pdata[j]));
      g_assert_cmpstr (order->str, ==, cases[i].order);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/search-query/matches-follow-the-table", test_matches_follow_the_table);
  g_test_add_func ("/fhir/search-query/bad-queries-name-the-parameter",
                   test_bad_queries_name_the_parameter);
  g_test_add_func ("/fhir/search-query/links-and-results-are-parsed",
                   test_links_and_results_are_parsed);
  g_test_add_func ("/fhir/search-query/sorting-puts-absent-values-last",
                   test_sorting_puts_absent_values_last);

  return g_test_run ();
}
