/* test-config.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-config.h"

#include <string.h>

static OmcConfig *
parse (const char *text, GError **error)
{
  return omc_config_parse ("ward.json", text, strlen (text), error);
}

static void
test_built_in (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcConfig) config = parse ("{}", &error);

  g_assert_no_error (error);
  g_assert_cmpint (omc_config_get_integer (config, "sync.syncInterval"), ==, 60);
  g_assert_true (omc_config_get_boolean (config, "sync.autoSync"));
  g_assert_null (omc_config_get_string (config, "server.url"));
  g_assert_cmpstr (omc_config_get_origin (config, "sync.maxRetries"), ==, "built in");
}

static void
test_values_and_origin (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcConfig) config =
      parse ("{\"server\": {\"url\": \"http://127.0.0.1/fhir/R4\"},\n"
             " \"sync\": {\"syncInterval\": 15, \"autoSync\": false, \"resourceStrategies\":\n"
             "  {\"Patient\": {\"conflictResolution\": \"manual\"}}}}",
             &error);
  g_autoptr (OmcSyncConfig) sync = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (omc_config_get_origin (config, "sync.syncInterval"), ==, "ward.json");
  sync = omc_config_to_sync_config (config, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sync->server_url, ==, "http://127.0.0.1/fhir/R4");
  g_assert_cmpuint (sync->interval_seconds, ==, 15);
  g_assert_false (sync->auto_sync);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (sync->strategies, "Patient")), ==,
                   OMC_MERGE_STRATEGY_MANUAL);
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "{\n \"sync\": {\n  \"syncIntervall\": 5\n }\n}",
      "ward.json:3: sync.syncIntervall: there is no such key; allowed here: autoSync, "
      "backgroundSync, maxRetries, resourceStrategies, syncInterval, syncOnWifiOnly" },
    { "{\"sync\": {\"autoSync\": \"yes\"}}", "ward.json:1: sync.autoSync: must be true or false" },
    { "{\"sync\":\n\n{\"syncInterval\": 4.5}}",
      "ward.json:3: sync.syncInterval: must be a whole number from 5 to 86400" },
    { "{\"sync\": {\"syncInterval\": 0}}",
      "ward.json:1: sync.syncInterval: must be a whole number from 5 to 86400" },
    { "{\"server\": \"http://x\"}", "ward.json:1: server: must be an object" },
    { "{\"sync\": {\"resourceStrategies\": {\"Patient\": {\"conflictResolution\": \"newest\"}}}}",
      "ward.json:1: sync.resourceStrategies.Patient.conflictResolution: must be one of merge "
      "server-wins client-wins manual" },
    { "{\"sync\": {\"resourceStrategies\": {\"Person1\": {}}}}",
      "ward.json:1: sync.resourceStrategies.Person1: there is no such key; allowed here: a FHIR "
      "resource type" },
    { "[]", "ward.json:1: must be a JSON object" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].text, &error));
      g_assert_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

static void
test_not_json (void)
{
  static const char *const texts[] = { "", "{", "{'a': 1}", "{\"sync\": }", "{} {}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (texts[i], &error));
      g_assert_error (error, OMC_CONFIG_ERROR, OMC_CONFIG_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, "ward.json"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/config/built-in-values-hold-without-a-file", test_built_in);
  g_test_add_func ("/app/config/values-and-where-they-come-from", test_values_and_origin);
  g_test_add_func ("/app/config/a-wrong-key-or-value-names-file-line-and-what-is-allowed",
                   test_refusals);
  g_test_add_func ("/app/config/what-is-no-json-is-refused", test_not_json);
  return g_test_run ();
}
