/* test-server-profile.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-server-profile.h"
#include "omc-sync-error.h"

static OmcServerProfile *
from_text (const char *text, GError **error)
{
  g_autoptr (OmcJson) json = omc_json_parse (text, -1, NULL);

  g_assert_nonnull (json);
  return omc_server_profile_new_from_capability (omc_json_get_root (json), error);
}

static void
test_vendor_is_known_by_its_software (void)
{
  static const struct
  {
    const char *software;
    const char *vendor;
    OmcDeletionSource deletions;
  } cases[] = {
    { "medplum", "medplum", OMC_DELETIONS_BY_PARAMETER },
    { "practice, Medplum 5.0.10 manner", "medplum", OMC_DELETIONS_BY_PARAMETER },
    { "HAPI FHIR Server", "hapi", OMC_DELETIONS_BY_HISTORY },
    { "Google Cloud Healthcare API", "google", OMC_DELETIONS_BY_ID_SET },
    { "Azure Healthcare APIs", "azure", OMC_DELETIONS_BY_HISTORY },
    { "Aidbox", "aidbox", OMC_DELETIONS_BY_HISTORY },
    { "Something new", "generic", OMC_DELETIONS_BY_ID_SET },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\","
                           "\"software\":{\"name\":\"%s\","
                           "\"version\":\"9\"},\"rest\":[{\"interaction\":[{\"code\":"
                           "\"transaction\"},{\"code\":\"batch\"}],"
                           "\"resource\":[{\"type\":\"Patient\"}]}]}",
                           cases[i].software);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcServerProfile) profile = from_text (text, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (profile->vendor, ==, cases[i].vendor);
      g_assert_cmpstr (profile->software_version, ==, "9");
      g_assert_cmpint (profile->deletions, ==, cases[i].deletions);
      g_assert_true (profile->batch);
      g_assert_true (omc_server_profile_has_type (profile, "Patient"));
      g_assert_false (omc_server_profile_has_type (profile, "Observation"));
    }
}

static void
test_no_vendor_is_trusted_blindly (void)
{
  static const char *const vendors[] = {
    "medplum", "hapi", "google", "azure", "aidbox", "generic"
  };

  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++)
    {
      g_autoptr (OmcServerProfile) profile = omc_server_profile_new (vendors[i]);

      g_test_message ("%s", vendors[i]);
      g_assert_cmpstr (profile->vendor, ==, vendors[i]);
      g_assert_cmpuint (profile->page_size, >=, 20); /* Medplum's cursor paging needs it */
      g_assert_cmpuint (profile->page_size, <=, 1000);
      g_assert_cmpuint (profile->overlap_seconds, >=, 120); /* fhir-servers.md 4: 2 to 5 minutes */
      g_assert_cmpuint (profile->overlap_seconds, <=, 300);
      g_assert_cmpuint (profile->max_entries, >, 0);
      g_assert_cmpuint (profile->max_bytes, >, 0);
      g_assert_cmpuint (profile->id_set_seconds, >, 0);
    }
  {
    g_autoptr (OmcServerProfile) medplum = omc_server_profile_new ("medplum");

    g_assert_cmpint (medplum->transaction, ==, OMC_TRANSACTION_PROBE);
    g_assert_cmpuint (medplum->max_bytes, <, 1024 * 1024);
    g_assert_cmpuint (medplum->max_transaction_entries, ==, 8);
    g_assert_false (medplum->put_creates);
    g_assert_true (medplum->put_restores_deleted);
  }
}

static void
test_generic_is_filled_from_what_it_says (void)
{
  g_autoptr (OmcServerProfile) able =
      from_text ("{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{"
                 "\"interaction\":[{\"code\":"
                 "\"batch\"}],\"resource\":[{\"type\":\"Patient\",\"conditionalCreate\":true,"
                 "\"updateCreate\":true,"
                 "\"interaction\":[{\"code\":\"history-type\"}]}]}]}",
                 NULL);
  g_autoptr (OmcServerProfile) bare = from_text (
      "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{}]}", NULL);

  g_assert_cmpint (able->conditional_create, ==, OMC_CONDITIONAL_IDENTIFIER);
  g_assert_cmpint (able->deletions, ==, OMC_DELETIONS_BY_HISTORY);
  g_assert_cmpint (able->transaction, ==, OMC_TRANSACTION_NO);
  g_assert_true (able->put_creates);
  g_assert_cmpint (bare->conditional_create, ==, OMC_CONDITIONAL_NONE);
  g_assert_false (bare->batch);
  g_assert_true (omc_server_profile_has_type (bare, "Observation"));
}

static void
test_what_is_no_server_is_refused (void)
{
  static const struct
  {
    const char *text;
    int code;
  } cases[] = {
    { "{\"resourceType\":\"Patient\"}", OMC_SYNC_ERROR_NOT_FHIR },
    { "{}", OMC_SYNC_ERROR_NOT_FHIR },
    { "[]", OMC_SYNC_ERROR_NOT_FHIR },
    { "{\"resourceType\":\"CapabilityStatement\"}", OMC_SYNC_ERROR_CONFIG },
    { "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"3.0.2\"}",
      OMC_SYNC_ERROR_CONFIG },
    { "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"5.0.0\"}",
      OMC_SYNC_ERROR_CONFIG },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcServerProfile) profile = from_text (cases[i].text, &error);

      g_assert_null (profile);
      g_assert_error (error, OMC_SYNC_ERROR, cases[i].code);
    }
}

static void
test_survives_the_store (void)
{
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");
  g_autoptr (OmcServerProfile) back = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  profile->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (profile->types, g_strdup ("Patient"));
  profile->transaction = OMC_TRANSACTION_NO;
  text = omc_server_profile_to_string (profile);
  back = omc_server_profile_new_from_string (text);
  g_assert_nonnull (back);
  again = omc_server_profile_to_string (back);
  g_assert_cmpstr (text, ==, again);
  g_assert_cmpint (back->transaction, ==, OMC_TRANSACTION_NO);
  g_assert_null (omc_server_profile_new_from_string (""));
  g_assert_null (
      omc_server_profile_new_from_string ("[server]\nvendor=medplum\npage_size=99999999999999\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/server-profile/vendor-is-known-by-its-software",
                   test_vendor_is_known_by_its_software);
  g_test_add_func ("/sync/server-profile/no-vendor-is-trusted-blindly",
                   test_no_vendor_is_trusted_blindly);
  g_test_add_func ("/sync/server-profile/generic-is-filled-from-what-it-says",
                   test_generic_is_filled_from_what_it_says);
  g_test_add_func ("/sync/server-profile/what-is-no-server-is-refused",
                   test_what_is_no_server_is_refused);
  g_test_add_func ("/sync/server-profile/survives-the-store", test_survives_the_store);

  return g_test_run ();
}
