/* test-sandbox-bundle.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sandbox-fixture.h"

#define URN "urn:uuid:11111111-2222-4333-8444-555555555555"

/* A Patient and an Observation that refers to it; the second of them first when turned. */
static char *
make_graph (const char *type, gboolean turned, gboolean broken)
{
  const char *patient =
      "{\"fullUrl\":\"" URN "\",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},"
      "\"resource\":{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"Doe\"}]}}";
  const char *bad =
      "{\"fullUrl\":\"" URN "\",\"request\":{\"method\":\"POST\",\"url\":\"Patient\"},"
      "\"resource\":{\"resourceType\":\"Condition\"}}";
  const char *observation =
      "{\"request\":{\"method\":\"POST\",\"url\":\"Observation\"},\"resource\":{"
      "\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
      "\"subject\":{\"reference\":\"" URN "\"}}}";
  const char *first = broken ? bad : patient;

  return g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[%s,%s]}", type,
                          turned ? observation : first, turned ? first : observation);
}

static void
test_transaction_links_entries (void)
{
  static const char *const profiles[] = { "hapi", "google", "azure", "aidbox", "strict" };

  for (guint i = 0; i < G_N_ELEMENTS (profiles) * 2; i++)
    {
      g_auto (Fixture) f = { 0 };
      g_autofree char *graph = make_graph ("transaction", i % 2 == 1, FALSE);
      g_auto (Answer) answer = { 0 };
      g_auto (Answer) found = { 0 };
      g_autofree char *subject = NULL;
      g_autofree char *query = NULL;

      g_test_message ("%s", profiles[i / 2]);
      fixture_open (&f, profiles[i / 2]);
      answer = fixture_send (&f, "POST", "", graph, NULL);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_cmpstr (answer_pick (&answer, "type"), ==, "transaction-response");
      g_assert_cmpstr (answer_pick (&answer, "entry[0].response.status"), ==, "201");
      g_assert_cmpstr (answer_pick (&answer, "entry[1].response.status"), ==, "201");
      g_assert_nonnull (answer_pick (&answer, "entry[1].response.etag"));
      subject = g_strdup (
          answer_pick (&answer, i % 2 == 1 ? "entry[1].resource.id" : "entry[0].resource.id"));
      query = g_strdup_printf ("/Observation?subject=Patient/%s", subject);
      found = fixture_send (&f, "GET", query, NULL, NULL);
      g_assert_cmpuint (answer_count (&found), ==, 1);
    }
}

static void
test_transaction_is_all_or_nothing (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *graph = make_graph ("transaction", TRUE, TRUE);
  g_auto (Answer) answer = { 0 };

  fixture_open_with (&f, (OmcSandboxOptions){ .profile = "medplum", .atomic_transactions = TRUE });
  answer = fixture_send (&f, "POST", "", graph, NULL);
  g_assert_cmpuint (answer.status, ==, 400);
  g_assert_cmpstr (answer_pick (&answer, "resourceType"), ==, "OperationOutcome");
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
}

/* fhir-servers.md 5: without the feature Medplum says transaction and does a batch. */
static void
test_medplum_silent_batch (void)
{
  g_auto (Fixture) f = { 0 };
  g_autofree char *graph = make_graph ("transaction", FALSE, TRUE);
  g_auto (Answer) answer = { 0 };

  fixture_open (&f, "medplum");
  answer = fixture_send (&f, "POST", "", graph, NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_pick (&answer, "type"), ==, "transaction-response");
  g_assert_cmpstr (answer_pick (&answer, "entry[0].response.status"), ==, "400");
  g_assert_cmpstr (answer_pick (&answer, "entry[0].response.outcome.resourceType"), ==,
                   "OperationOutcome");
  g_assert_cmpstr (answer_pick (&answer, "entry[1].response.status"), ==, "201");
  g_assert_null (answer_pick (&answer, "entry[1].response.etag"));
  /* Written all the same, with a reference to nothing. */
  g_assert_true (
      g_str_has_prefix (answer_pick (&answer, "entry[1].resource.subject.reference"), "Patient/"));
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 1);
}

static void
test_urns_in_a_batch (void)
{
  static const struct
  {
    const char *profile;
    const char *prefix;
  } rows[] = { { "medplum", "Patient/" }, { "aidbox", "urn:uuid:" }, { "azure", "urn:uuid:" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_autofree char *graph = make_graph ("batch", FALSE, FALSE);
      g_auto (Answer) answer = { 0 };

      fixture_open (&f, rows[i].profile);
      answer = fixture_send (&f, "POST", "", graph, NULL);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_true (g_str_has_prefix (answer_pick (&answer, "entry[1].resource.subject.reference"),
                                       rows[i].prefix));
    }
}

static void
test_batch_entries_stand_alone (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) answer = { 0 };
  const char *operations = "[{\"op\":\"add\",\"path\":\"/active\",\"value\":true}]";
  g_autofree char *patch = g_base64_encode ((const guchar *)operations, strlen (operations));
  g_autofree char *bundle = NULL;

  fixture_open (&f, "azure");
  g_assert_cmpuint (
      fixture_status (&f, "PUT", "/Patient/p1", "{\"resourceType\":\"Patient\",\"id\":\"p1\"}"), ==,
      201);
  bundle = g_strdup_printf (
      "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
      "{\"request\":{\"method\":\"GET\",\"url\":\"Patient/p1\"}},"
      "{\"request\":{\"method\":\"PATCH\",\"url\":\"Patient/"
      "p1\"},\"resource\":{\"resourceType\":\"Binary\","
      "\"contentType\":\"application/json-patch+json\",\"data\":\"%s\"}},"
      "{\"request\":{\"method\":\"PUT\",\"url\":\"Patient/p1\",\"ifMatch\":\"W/\\\"77\\\"\"},"
      "\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\"}},"
      "{\"request\":{\"method\":\"GET\",\"url\":\"Patient?_id=p1\"}},"
      "{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/never\"}},"
      "{\"request\":{\"url\":\"Patient\"}},"
      "{\"request\":{\"method\":\"POST\",\"url\":\"\"}}]}",
      patch);
  answer = fixture_send (&f, "POST", "", bundle, NULL);
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpuint (answer_count (&answer), ==, 7);
  /* What reads comes last. */
  g_assert_cmpstr (answer_pick (&answer, "entry[0].response.status"), ==, "200");
  g_assert_nonnull (strstr (answer.text, "\"active\":true"));
  g_assert_cmpstr (answer_pick (&answer, "entry[1].response.status"), ==, "200");
  g_assert_cmpstr (answer_pick (&answer, "entry[2].response.status"), ==, "412");
  g_assert_cmpstr (answer_pick (&answer, "entry[3].resource.type"), ==, "searchset");
  g_assert_cmpstr (answer_pick (&answer, "entry[4].response.status"), ==, "204");
  g_assert_cmpstr (answer_pick (&answer, "entry[5].response.status"), ==, "400");
  g_assert_cmpstr (answer_pick (&answer, "entry[6].response.status"), ==, "400");
}

static char *
many (const char *type, const char *method, guint n)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[", type);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (
        text,
        "%s{\"request\":{\"method\":\"%s\",\"url\":\"Basic%s\"},\"resource\":{"
        "\"resourceType\":\"Basic\",\"id\":\"b%u\",\"code\":{\"text\":\"%u\"}}}",
        i > 0 ? "," : "", method, g_str_equal (method, "PUT") ? "/b" : "", i, i);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

static void
test_limits_of_transactions (void)
{
  static const struct
  {
    const char *profile;
    const char *method;
    guint n;
    guint status;
  } rows[] = {
    { "medplum", "PUT", 51, 400 }, { "medplum", "POST", 300, 200 }, { "azure", "POST", 500, 200 },
    { "azure", "POST", 501, 413 }, { "hapi", "POST", 0, 400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_autofree char *bundle = many ("transaction", rows[i].method, rows[i].n);

      fixture_open_with (
          &f, (OmcSandboxOptions){ .profile = rows[i].profile, .atomic_transactions = TRUE });
      g_test_message ("%s %u", rows[i].profile, rows[i].n);
      g_assert_cmpuint (fixture_status (&f, "POST", "", bundle), ==, rows[i].status);
    }
}

static void
test_conditional_entries (void)
{
  static const char bundle[] =
      "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
      "{\"fullUrl\":\"" URN "\",\"request\":{\"method\":\"POST\",\"url\":\"Patient\","
      "\"ifNoneExist\":\"identifier=urn:m|1\"},\"resource\":{\"resourceType\":\"Patient\","
      "\"identifier\":[{\"system\":\"urn:m\",\"value\":\"1\"}]}},"
      "{\"request\":{\"method\":\"POST\",\"url\":\"Observation\"},\"resource\":{"
      "\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
      "\"subject\":{\"reference\":\"" URN "\"}}}]}";
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) first = { 0 };
  g_auto (Answer) second = { 0 };

  fixture_open_with (&f, (OmcSandboxOptions){ .profile = "medplum", .atomic_transactions = TRUE });
  first = fixture_send (&f, "POST", "", bundle, NULL);
  second = fixture_send (&f, "POST", "", bundle, NULL);
  g_assert_cmpstr (answer_pick (&first, "entry[0].response.status"), ==, "201");
  g_assert_cmpstr (answer_pick (&second, "entry[0].response.status"), ==, "200");
  g_assert_cmpstr (answer_pick (&second, "entry[1].resource.subject.reference"), ==,
                   answer_pick (&first, "entry[1].resource.subject.reference"));
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, "Patient"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/bundle/a-transaction-links-its-entries",
                   test_transaction_links_entries);
  g_test_add_func ("/sandbox/bundle/a-transaction-is-all-or-nothing",
                   test_transaction_is_all_or_nothing);
  g_test_add_func ("/sandbox/bundle/medplum-may-silently-batch", test_medplum_silent_batch);
  g_test_add_func ("/sandbox/bundle/urns-in-a-batch", test_urns_in_a_batch);
  g_test_add_func ("/sandbox/bundle/entries-of-a-batch-stand-alone",
                   test_batch_entries_stand_alone);
  g_test_add_func ("/sandbox/bundle/limits-of-transactions", test_limits_of_transactions);
  g_test_add_func ("/sandbox/bundle/conditional-entries-are-found-again", test_conditional_entries);
  return g_test_run ();
}
