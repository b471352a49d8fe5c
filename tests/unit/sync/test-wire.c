/* test-wire.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-sync-answer.h"
#include "omc-sync-error.h"
#include "omc-sync-outcome.h"
#include "omc-sync-page.h"

static OmcJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  OmcJson *json = omc_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return json;
}

/* --- OperationOutcome --- */
static void
test_sentence_holds_no_patient_data (void)
{
  static const struct
  {
    const char *text;
    guint status;
    const char *holds; /* (nullable) */
  } cases[] = {
    { "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
      "\"structure\",\"details\":{"
      "\"text\":\"Bad value SECRET for "
      "DOE\"},\"diagnostics\":\"SECRET\",\"expression\":[\"Observation."
      "effectiveDateTime\"]}]}",
      400, "Observation.effectiveDateTime" },
    { "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
      "\"invalid\",\"expression\":["
      "\"Patient.name.where(family='SECRET')\"]}]}",
      422, "Patient.name.where" },
    { "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":"
      "\"SECRET\",\"expression\":["
      "\"SECRET\"]}]}",
      418, NULL },
    { "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"information\",\"code\":"
      "\"informational\"},{"
      "\"severity\":\"error\",\"code\":\"forbidden\"}]}",
      403, "may not" },
    { "{\"resourceType\":\"OperationOutcome\",\"issue\":[]}", 413, "too large" },
    { "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"SECRET\"}]}", 400, "400" },
    { "{\"msg\":\"SECRET\"}", 405, "405" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcJson) json = parse (cases[i].text);
      g_autofree char *sentence =
          omc_sync_outcome_to_sentence (omc_json_get_root (json), cases[i].status);

      g_test_message ("%s", sentence);
      g_assert_null (strstr (sentence, i == 2 ? "where" : "SECRET"));
      if (cases[i].holds != NULL)
        g_assert_nonnull (strstr (sentence, cases[i].holds));
    }
}

/* --- answers --- */
static void
test_entries_are_read_one_by_one (void)
{
  g_autoptr (OmcJson) json = parse (
      "{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":["
      "{\"response\":{\"status\":\"201\",\"location\":\"Observation/7/_history/v1\"}},"
      "{\"response\":{\"status\":\"200 "
      "OK\",\"etag\":\"W/\\\"5\\\"\"},\"resource\":{\"resourceType\":\"Patient\","
      "\"id\":\"p\",\"meta\":{\"versionId\":\"6\",\"lastUpdated\":\"2026-11-23T14:00:00Z\"}}},"
      "{\"response\":{\"status\":\"429\"}},"
      "{\"response\":{\"status\":\"400\",\"outcome\":{\"resourceType\":\"OperationOutcome\","
      "\"issue\":[{\"severity\":"
      "\"error\",\"code\":\"structure\"}]}}},"
      "{\"response\":{\"status\":\"412\"},\"resource\":{\"resourceType\":\"OperationOutcome\","
      "\"issue\":[{\"severity\":"
      "\"error\",\"code\":\"processing\"}]}},{}]}");
  g_autoptr (OmcFhirResponse) response = omc_fhir_response_new (200, json);
  g_autoptr (GPtrArray) answers = omc_fhir_answer_list_from_bundle (response, 6, NULL);
  const OmcFhirAnswer *answer;

  g_assert_nonnull (answers);
  answer = g_ptr_array_index (answers, 0);
  g_assert_cmpuint (answer->status, ==, 201);
  g_assert_cmpstr (answer->id, ==, "7");
  g_assert_cmpstr (answer->version_id, ==, "v1");
  answer = g_ptr_array_index (answers, 1);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->version_id, ==, "6"); /* the body wins */
  g_assert_cmpstr (answer->last_updated, ==, "2026-11-23T14:00:00Z");
  g_assert_cmpuint (((OmcFhirAnswer *)g_ptr_array_index (answers, 2))->status, ==, 429);
  answer = g_ptr_array_index (answers, 3);
  g_assert_cmpstr (omc_sync_outcome_get_code (answer->outcome), ==, "structure");
  answer = g_ptr_array_index (answers, 4);
  g_assert_null (answer->resource);
  g_assert_cmpstr (omc_sync_outcome_get_code (answer->outcome), ==, "processing");
  g_assert_cmpuint (((OmcFhirAnswer *)g_ptr_array_index (answers, 5))->status, ==, 0);
}

static void
test_what_does_not_match_is_no_answer (void)
{
  static const char *const wrong[] = {
    "{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":[{}]}",
    "{\"resourceType\":\"Bundle\",\"type\":\"batch-response\",\"entry\":[{},{},{}]}",
    "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{},{}]}",
    "{\"resourceType\":\"OperationOutcome\"}",
    "[]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (OmcJson) json = parse (wrong[i]);
      g_autoptr (OmcFhirResponse) response = omc_fhir_response_new (200, json);
      g_autoptr (GError) error = NULL;

      g_assert_null (omc_fhir_answer_list_from_bundle (response, 2, &error));
      g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER);
    }
}

static void
test_headers_tell_id_and_version (void)
{
  static const struct
  {
    const char *location;
    const char *etag;
    const char *id;
    const char *version;
  } cases[] = {
    { "http://127.0.0.1/fhir/R4/Patient/a/_history/2", NULL, "a", "2" },
    { "Patient/a", "W/\"3\"", "a", "3" },
    { "Patient/a/_history/2", "\"3\"", "a", "3" },
    { "Patient/a", "30", "a", "30" },
    { "nonsense", NULL, NULL, NULL },
    { "Patient/a b", NULL, NULL, NULL },
    { "Patient/", NULL, NULL, NULL },
    { "Patient/../_history/2", NULL, NULL, "2" },
    { "/", "", NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcFhirResponse) response = omc_fhir_response_new (201, NULL);
      g_autoptr (OmcFhirAnswer) answer = NULL;

      response->location = g_strdup (cases[i].location);
      response->etag = g_strdup (cases[i].etag);
      answer = omc_fhir_answer_new_from_response (response);
      g_assert_cmpstr (answer->id, ==, cases[i].id);
      g_assert_cmpstr (answer->version_id, ==, cases[i].version);
    }
}

static void
test_bundle_keeps_preconditions_and_numbers (void)
{
  g_autoptr (GPtrArray) requests =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_request_free);
  g_autoptr (OmcResource) body = omc_resource_parse (
      "{\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1.00}}", -1, NULL);
  OmcFhirRequest *put = omc_fhir_request_new ("PUT", "Observation/7", body);
  OmcFhirRequest *post = omc_fhir_request_new ("POST", "Observation", body);
  g_autoptr (OmcFhirRequest) bundle = NULL;
  const char *text;
  gsize length;
  g_autofree char *copy = NULL;

  put->if_match = g_strdup ("W/\"5\"");
  post->if_none_exist = g_strdup ("identifier=a|b");
  post->full_url = g_strdup ("urn:uuid:x");
  g_ptr_array_add (requests, put);
  g_ptr_array_add (requests, post);
  bundle = omc_fhir_request_new_bundle ("transaction", requests);
  text = g_bytes_get_data (bundle->body, &length);
  copy = g_strndup (text, length);
  g_assert_cmpstr (
      copy, ==,
      "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"resource\":{"
      "\"resourceType\":"
      "\"Observation\",\"valueQuantity\":{\"value\":1.00}},\"request\":{\"method\":\"PUT\",\"url\":"
      "\"Observation/7\",\"ifMatch\":\"W/\\\"5\\\"\"}},{\"fullUrl\":\"urn:uuid:x\",\"resource\":{"
      "\"resourceType\":\"Observation\",\"valueQuantity\":{\"value\":1.00}},\"request\":{"
      "\"method\":"
      "\"POST\",\"url\":\"Observation\",\"ifNoneExist\":\"identifier=a|b\"}}]}");
}

/* --- pages --- */
static void
test_page_keeps_what_it_can_and_counts_the_rest (void)
{
  g_autoptr (OmcJson) json = parse (
      "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"total\":42,\"link\":[{\"relation\":"
      "\"self\",\"url\":\"s\"}"
      ",{\"relation\":\"next\",\"url\":\"n\"}],\"entry\":[{\"resource\":{\"resourceType\":"
      "\"Patient\",\"id\":\"a\"}},"
      "{\"search\":{\"mode\":\"outcome\"},\"resource\":{\"resourceType\":\"OperationOutcome\"}},"
      "{\"resource\":{\"resourceType\":\"Nonsense\",\"id\":\"x\"}},{\"resource\":{\"resourceType\":"
      "\"Patient\"}},{}]}");
  g_autoptr (OmcSyncPage) page =
      omc_sync_page_new (omc_json_get_root (json), OMC_PAGE_RESOURCES, NULL, NULL);

  g_assert_cmpuint (page->resources->len, ==, 1);
  g_assert_cmpuint (page->n_unreadable, ==, 3);
  g_assert_cmpstr (page->next, ==, "n");
  g_assert_cmpint (page->total, ==, 42);
}

static void
test_history_newest_word_counts (void)
{
  g_autoptr (OmcJson) json =
      parse ("{\"resourceType\":\"Bundle\",\"type\":\"history\",\"entry\":["
             "{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/"
             "back\"},\"resource\":{\"resourceType\":\"Patient\",\"id\":"
             "\"back\"}},"
             "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/back\"}},"
             "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/gone/_history/3\"}},"
             "{\"fullUrl\":\"http://x/fhir/Patient/gone2\",\"response\":{\"status\":\"410 Gone\"}},"
             "{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/"
             "gone\"},\"resource\":{\"resourceType\":\"Patient\",\"id\":"
             "\"gone\"}},{\"request\":{\"method\":\"DELETE\"}}]}");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (OmcSyncPage) page =
      omc_sync_page_new (omc_json_get_root (json), OMC_PAGE_HISTORY, seen, NULL);
  g_autoptr (OmcSyncPage) second =
      omc_sync_page_new (omc_json_get_root (json), OMC_PAGE_HISTORY, seen, NULL);

  g_assert_cmpuint (page->deletions->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (page->deletions, 0), ==, "Patient/gone");
  g_assert_cmpstr (g_ptr_array_index (page->deletions, 1), ==, "Patient/gone2");
  g_assert_cmpuint (page->n_unreadable, ==, 1);
  g_assert_cmpuint (second->deletions->len, ==, 0);
}

static void
test_deleted_page_lists_ids (void)
{
  g_autoptr (OmcJson) json =
      parse ("{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":"
             "\"Observation\",\"id\":\"o\",\"meta\":{}}},{}]}");
  g_autoptr (OmcJson) none = parse ("{\"resourceType\":\"OperationOutcome\"}");
  g_autoptr (OmcSyncPage) page =
      omc_sync_page_new (omc_json_get_root (json), OMC_PAGE_DELETED, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (page->deletions->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (page->deletions, 0), ==, "Observation/o");
  g_assert_cmpuint (page->n_unreadable, ==, 1);
  g_assert_null (omc_sync_page_new (omc_json_get_root (none), OMC_PAGE_DELETED, NULL, &error));
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/outcome/sentence-holds-no-patient-data",
                   test_sentence_holds_no_patient_data);
  g_test_add_func ("/sync/answer/entries-are-read-one-by-one", test_entries_are_read_one_by_one);
  g_test_add_func ("/sync/answer/what-does-not-match-is-no-answer",
                   test_what_does_not_match_is_no_answer);
  g_test_add_func ("/sync/answer/headers-tell-id-and-version", test_headers_tell_id_and_version);
  g_test_add_func ("/sync/answer/bundle-keeps-preconditions-and-numbers",
                   test_bundle_keeps_preconditions_and_numbers);
  g_test_add_func ("/sync/page/keeps-what-it-can-and-counts-the-rest",
                   test_page_keeps_what_it_can_and_counts_the_rest);
  g_test_add_func ("/sync/page/history-newest-word-counts", test_history_newest_word_counts);
  g_test_add_func ("/sync/page/deleted-page-lists-ids", test_deleted_page_lists_ids);

  return g_test_run ();
}
