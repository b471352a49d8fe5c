/* test-store-answers.c: what a server's answer, or one that never came, does to work of this device
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "push-fixture.h"

#define PATIENT(version, phone, city)                                                              \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"" version                 \
  "\"},\"name\":[{\"family\":\"Doe\"}],\"telecom\":[{\"system\":\"phone\",\"use\":\"home\","       \
  "\"value\":\"" phone "\"}],\"address\":[{\"use\":\"home\",\"city\":\"" city "\"}]}"
#define OBSERVATION(id, value)                                                                     \
  "{\"resourceType\":\"Observation\",\"id\":\"" id "\",\"status\":\"final\",\"code\":{\"text\":"   \
  "\"Pulse\"},\"subject\":{\"reference\":\"Patient/p1\"},\"valueQuantity\":{\"value\":" value "}}"

/* Sends all that waits; the number of the last item. */
static gint64
send_all (StoreFixture *f)
{
  g_autoptr (GPtrArray) items = push_fixture_send (f);

  g_assert_cmpuint (items->len, >, 0);

  return ((OmcQueueItem *)g_ptr_array_index (items, items->len - 1))->id;
}

static OmcServerCounts
answer (StoreFixture *f,
        gint64 id,
        OmcPushOutcome outcome,
        const char *server_id,
        const char *remote)
{
  OmcPushResult *result = omc_push_result_new (id, outcome);

  result->server_id = g_strdup (server_id);
  if (outcome == OMC_PUSH_ACKNOWLEDGED)
    result->version_id = g_strdup ("2");
  if (remote != NULL)
    result->remote = store_fixture_parse (remote);

  return push_fixture_answer (f, result);
}

static void
assert_text (StoreFixture *f, const char *type, const char *id, const char *at, const char *text)
{
  g_autoptr (OmcResource) resource = store_fixture_read (f, type, id);
  const OmcJsonValue *value = omc_json_value_pick (omc_resource_get_root (resource), at);
  const char *number = omc_json_value_get_number_text (value);

  g_assert_cmpstr (number != NULL ? number : omc_json_value_get_string (value), ==, text);
}

/* Taking the other record's number would make two records one, and lose one of them. */
static void
test_taken_number (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (OmcResource) other = NULL;

  store_fixture_from_server (f, NULL, OBSERVATION ("o1", "70"), NULL);
  saved = store_fixture_save (f, OBSERVATION ("o2", "80"));
  answer (f, send_all (f), OMC_PUSH_ACKNOWLEDGED, "o1", NULL);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_NEEDS_ATTENTION);
  assert_text (f, "Observation", "o1", "valueQuantity.value", "70");
  assert_text (f, "Observation", "o2", "valueQuantity.value", "80");
  store_fixture_assert_sound (f);
}

/* A newer version that is read while ours is on its way says nothing about ours. */
static void
test_read_while_in_flight (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  OmcServerCounts counts;
  gint64 id;

  store_fixture_from_server (f, NULL, PATIENT ("1", "555-1", "Here"), NULL);
  saved = store_fixture_save (f, PATIENT ("1", "555-2", "Here"));
  id = send_all (f);
  store_fixture_from_server (f, &counts, PATIENT ("2", "555-1", "There"), NULL);
  g_assert_cmpuint (counts.unchanged, ==, 1);
  g_assert_cmpuint (counts.merged, ==, 0);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_IN_FLIGHT);
  g_assert_cmpstr (item->base_version, ==, "1");

  counts = answer (f, id, OMC_PUSH_CONFLICT, NULL, PATIENT ("2", "555-1", "There"));
  g_assert_cmpuint (counts.merged, ==, 1);
  assert_text (f, "Patient", "p1", "telecom[0].value", "555-2");
  assert_text (f, "Patient", "p1", "address[0].city", "There");
  store_fixture_assert_sound (f);
}

/* If-None-Exist found what an earlier attempt made, and somebody has edited it since: neither edit is dropped unseen. */
static void
test_found_and_edited (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = store_fixture_save (f, OBSERVATION ("o1", "70"));

  answer (f, send_all (f), OMC_PUSH_RETRY, NULL, NULL);
  answer (f, send_all (f), OMC_PUSH_ACKNOWLEDGED, "srv", OBSERVATION ("srv", "75"));
  g_assert_cmpuint (store_fixture_status (f).n_conflicts, ==, 1);
  assert_text (f, "Observation", "o1", "valueQuantity.value", "70");
  store_fixture_assert_sound (f);
}

/* At the first attempt nobody can have: the server itself wrote it differently, and what it holds is the truth. */
static void
test_server_rewrites (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (OmcResource) read = NULL;

  store_fixture_from_server (f, NULL, PATIENT ("1", "555-1", "Here"), NULL);
  saved = store_fixture_save (f, PATIENT ("1", "555 2", "Here"));
  answer (f, send_all (f), OMC_PUSH_ACKNOWLEDGED, NULL, PATIENT ("2", "+44 555 2", "Here"));
  assert_text (f, "Patient", "p1", "telecom[0].value", "+44 555 2");
  read = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpstr (omc_resource_get_version_id (read), ==, "2");
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, 0);
  store_fixture_assert_sound (f);
}

static void
test_no_taking_back (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GError) error = NULL;

  answer (f, send_all (f), OMC_PUSH_RETRY, NULL, NULL);
  item = push_fixture_only_item (f);
  g_assert_false (omc_store_cancel_queue_item_sync (f->store, f->nurse, item->id, "wrong patient",
                                                    NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  assert_text (f, "Observation", "o1", "valueQuantity.value", "70");
}

/* What was taken back can be read afterwards, with the reason. */
static void
test_taken_back_is_journalled (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) saved = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (OmcQueueItem) item = push_fixture_only_item (f);
  g_autoptr (GPtrArray) journal = NULL;
  g_autoptr (OmcConflict) entry = NULL;
  g_autoptr (GError) error = NULL;

  omc_store_cancel_queue_item_sync (f->store, f->nurse, item->id, "wrong patient", NULL, &error);
  g_assert_no_error (error);
  journal = omc_store_list_conflicts_sync (f->store, f->nurse, OMC_CONFLICTS_JOURNAL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (journal->len, ==, 1);
  entry = omc_store_read_conflict_sync (
      f->store, f->nurse, ((OmcConflict *)g_ptr_array_index (journal, 0))->id, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (entry->summary, ==, "wrong patient");
  g_assert_cmpstr (omc_json_value_get_number_text (omc_json_value_pick (
                       omc_resource_get_root (entry->local), "valueQuantity.value")),
                   ==, "70");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/answers/a-number-that-another-record-has-is-not-taken",
                     test_taken_number, NULL);
  store_fixture_add ("/store/answers/a-version-read-while-ours-is-in-flight-waits",
                     test_read_while_in_flight, NULL);
  store_fixture_add ("/store/answers/a-create-found-and-edited-by-others-asks",
                     test_found_and_edited, NULL);
  store_fixture_add ("/store/answers/what-the-server-wrote-differently-is-taken-over",
                     test_server_rewrites, NULL);
  store_fixture_add ("/store/answers/what-may-have-arrived-is-not-taken-back", test_no_taking_back,
                     NULL);
  store_fixture_add ("/store/answers/what-was-taken-back-is-journalled-with-its-reason",
                     test_taken_back_is_journalled, NULL);

  return g_test_run ();
}
