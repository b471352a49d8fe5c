/* test-resource.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fhir-fixtures.h"
#include "omc-resource.h"

static OmcResource *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (text, -1, &error);

  g_assert_no_error (error);
  return resource;
}

static void
test_what_is_no_resource_is_refused (void)
{
  static const char *const bad[] = {
    "[]",
    "{}",
    "{\"resourceType\":7}",
    "{\"resourceType\":\"Patiens\"}",
    "{\"resourceType\":\"DomainResource\"}",
    "{\"resourceType\":\"Patient\",\"id\":7}",
    "{\"resourceType\":\"Patient\",\"id\":\"\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"..\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"../../metadata\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"7?_cascade=delete\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"7 8\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"\\u00fc\"}",
    "{\"resourceType\":\"Patient\",\"id\":"
    "\"12345678901234567890123456789012345678901234567890123456789012345\"}",
    "{\"resourceType\":\"Patient\",\"meta\":[]}",
    "{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":1}}",
    "{\"resourceType\":\"Patient\",\"meta\":{\"lastUpdated\":null}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (omc_resource_parse (bad[i], -1, &error));
      g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
    }
}

static void
test_copies_change_only_what_is_asked (void)
{
  g_autoptr (OmcResource) first = parse ("{\"id\":\"7\",\"resourceType\":\"Patient\",\"meta\":{"
                                         "\"versionId\":\"3\",\"tag\":[{\"code\":\"x\"}]},"
                                         "\"x\":1.00}");
  g_autoptr (OmcResource) moved = omc_resource_with_id (first, "8");
  g_autoptr (OmcResource) nameless = omc_resource_with_id (first, NULL);
  g_autoptr (OmcResource) stamped = omc_resource_with_meta (moved, "4", "2026-11-23T10:00:00.000Z");
  g_autoptr (OmcResource) bare = omc_resource_with_meta (moved, NULL, NULL);
  g_autofree char *text = omc_resource_to_string (stamped, NULL);
  g_autofree char *bare_text = omc_resource_to_string (bare, NULL);
  g_autofree char *reference = omc_resource_dup_reference (moved);

  g_assert_cmpstr (reference, ==, "Patient/8");
  g_assert_null (omc_resource_get_id (nameless));
  g_assert_null (omc_resource_dup_reference (nameless));
  g_assert_cmpstr (omc_resource_get_version_id (first), ==, "3");
  g_assert_cmpstr (
      text, ==,
      "{\"resourceType\":\"Patient\",\"id\":\"8\",\"meta\":{\"versionId\":\"4\","
      "\"lastUpdated\":\"2026-11-23T10:00:00.000Z\",\"tag\":[{\"code\":\"x\"}]},\"x\":1.00}");
  g_assert_cmpstr (
      bare_text, ==,
      "{\"resourceType\":\"Patient\",\"id\":\"8\",\"meta\":{\"tag\":[{\"code\":\"x\"}]},"
      "\"x\":1.00}");
  g_assert_true (omc_resource_equal_content (first, stamped));
  g_assert_true (omc_resource_equal_content (bare, stamped));
}

static void
test_content_differs_by_tag_and_value (void)
{
  g_autoptr (OmcResource) a = parse ("{\"resourceType\":\"Patient\",\"active\":true}");
  g_autoptr (OmcResource) b = parse (
      "{\"resourceType\":\"Patient\",\"active\":true,\"meta\":{\"tag\":[{\"code\":\"x\"}]}}");
  g_autoptr (OmcResource) c = parse ("{\"resourceType\":\"Patient\",\"active\":false}");
  g_autoptr (OmcResource) d = parse (
      "{\"resourceType\":\"Patient\",\"active\":true,\"meta\":{\"versionId\":\"9\"},\"name\":[]}");

  g_assert_false (omc_resource_equal_content (a, b));
  g_assert_false (omc_resource_equal_content (a, c));
  g_assert_true (omc_resource_equal_content (a, d));
}

static char *
map_urn (const char *reference, gpointer user_data)
{
  return strcmp (reference, "urn:uuid:1") == 0 ? g_strdup ("Patient/1") : NULL;
}

static void
collect (const char *reference, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (reference));
}

static void
test_references_are_mapped_everywhere (void)
{
  g_autoptr (OmcResource) resource = parse (
      "{\"resourceType\":\"Observation\",\"contained\":[{\"resourceType\":\"Specimen\",\"subject\":"
      "{\"reference\":\"urn:uuid:1\"}}],\"specimen\":{\"reference\":\"#s\"},\"subject\":{"
      "\"reference\":"
      "\"urn:uuid:1\",\"_reference\":{\"id\":\"x\"}},\"performer\":[{\"reference\":\"Practitioner/"
      "2\"},"
      "{\"identifier\":{\"value\":\"reference\"}}],\"extension\":[{\"url\":\"u\","
      "\"valueReference\":"
      "{\"reference\":\"urn:uuid:1\"}}]}");
  g_autoptr (OmcResource) mapped = omc_resource_map_references (resource, map_urn, NULL);
  g_autoptr (GPtrArray) found = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  g_autofree char *joined = NULL;

  omc_resource_foreach_reference (mapped, collect, found);
  joined = g_strjoinv (" ", (char **)found->pdata);
  g_assert_cmpstr (joined, ==, "Patient/1 Patient/1 Practitioner/2 Patient/1");
  g_assert_cmpstr (
      omc_json_value_pick_string (omc_resource_get_root (mapped), "specimen.reference"), ==, "#s");
}

static void
test_patient_is_found (void)
{
  static const struct
  {
    const char *text;
    const char *patient;
  } cases[] = {
    { "{\"resourceType\":\"Patient\",\"id\":\"7\"}", "7" },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/7\"}}", "7" },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient/7/_history/2\"}}",
      "7" },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Patient?identifier=7\"}}",
      NULL },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"Location/7\"}}", NULL },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"reference\":\"http://a/fhir/Patient/7\"}}",
      NULL },
    { "{\"resourceType\":\"Observation\",\"subject\":{\"display\":\"x\"}}", NULL },
    { "{\"resourceType\":\"AllergyIntolerance\",\"patient\":{\"reference\":\"Patient/7\"}}", "7" },
    { "{\"resourceType\":\"Coverage\",\"beneficiary\":{\"reference\":\"Patient/7\"}}", "7" },
    { "{\"resourceType\":\"Task\",\"for\":{\"reference\":\"Patient/7\"}}", "7" },
    { "{\"resourceType\":\"Provenance\",\"target\":[{\"reference\":\"Task/1\"},{\"reference\":"
      "\"Patient/7\"}]}",
      "7" },
    { "{\"resourceType\":\"Appointment\",\"participant\":[{\"actor\":{\"reference\":\"Location/"
      "1\"}},"
      "{\"actor\":{\"reference\":\"Patient/7\"}}]}",
      "7" },
    { "{\"resourceType\":\"Practitioner\",\"id\":\"1\"}", NULL },
    { "{\"resourceType\":\"Observation\",\"subject\":\"Patient/7\"}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcResource) resource = parse (cases[i].text);
      const char *patient = omc_resource_get_patient_id (resource);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (patient, ==, cases[i].patient);
    }
}

static void
check_fixture (const char *name, const char *text, gsize length, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = omc_resource_parse (text, length, &error);
  g_autoptr (OmcResource) mapped = NULL;
  g_autoptr (OmcResource) renamed = NULL;

  g_assert_no_error (error);
  mapped = omc_resource_map_references (resource, map_urn, NULL);
  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (resource), omc_resource_get_root (mapped)));
  renamed = omc_resource_with_id (resource, "other");
  g_assert_true (omc_resource_equal_content (resource, renamed));
}

static void
test_fixtures_survive_a_rewrite (void)
{
  fhir_fixtures_foreach (NULL, check_fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/resource/what-is-no-resource-is-refused",
                   test_what_is_no_resource_is_refused);
  g_test_add_func ("/fhir/resource/copies-change-only-what-is-asked",
                   test_copies_change_only_what_is_asked);
  g_test_add_func ("/fhir/resource/content-differs-by-tag-and-value",
                   test_content_differs_by_tag_and_value);
  g_test_add_func ("/fhir/resource/references-are-mapped-everywhere",
                   test_references_are_mapped_everywhere);
  g_test_add_func ("/fhir/resource/patient-is-found", test_patient_is_found);
  g_test_add_func ("/fhir/resource/fixtures-survive-a-rewrite", test_fixtures_survive_a_rewrite);

  return g_test_run ();
}
