/* test-store-sync.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "push-fixture.h"

#define PATIENT_V(version, phone, city)                                                            \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"" version                 \
  "\",\"lastUpdated\":"                                                                            \
  "\"2026-11-18T0" version                                                                         \
  ":00:00Z\"},\"name\":[{\"family\":\"Doe\",\"given\":[\"John\"]}],\"telecom\":"                   \
  "[{\"system\":\"phone\",\"use\":\"home\",\"value\":\"" phone                                     \
  "\"}],\"address\":[{\"use\":\"home\",\"city\":"                                                  \
  "\"" city "\"}],\"birthDate\":\"1960-01-02\",\"gender\":\"male\"}"
#define OBSERVATION(id, value)                                                                     \
  "{\"resourceType\":\"Observation\",\"id\":\"" id                                                 \
  "\",\"status\":\"final\",\"code\":{\"text\":\"Pulse\"},"                                         \
  "\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"2026-11-18T10:00:00Z\","     \
  "\"valueQuantity\":{\"value\":" value ",\"unit\":\"/min\"}}"

static OmcPushResult *
acknowledged (gint64 id, const char *server_id, const char *version)
{
  OmcPushResult *result = omc_push_result_new (id, OMC_PUSH_ACKNOWLEDGED);

  result->server_id = g_strdup (server_id);
  result->version_id = g_strdup (version);
  result->last_updated = g_strdup ("2026-11-18T12:00:00Z");

  return result;
}

static const char *
value_of (OmcResource *resource)
{
  return omc_json_value_get_number_text (
      omc_json_value_pick (omc_resource_get_root (resource), "valueQuantity.value"));
}

static void
assert_value (StoreFixture *f, const char *id, const char *value)
{
  g_autoptr (OmcResource) resource = store_fixture_read (f, "Observation", id);

  g_assert_cmpstr (value_of (resource), ==, value);
}

static void
test_squash (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (OmcQueueItem) first = push_fixture_only_item (f);
  g_autoptr (OmcResource) b = store_fixture_save (f, OBSERVATION ("o1", "72.0"));
  g_autoptr (OmcQueueItem) second = push_fixture_only_item (f);
  g_autoptr (GPtrArray) items = NULL;

  g_assert_cmpint (first->id, ==, second->id);
  g_assert_cmpstr (first->idempotency_key, ==, second->idempotency_key);
  g_assert_cmpint (second->operation, ==, OMC_OPERATION_CREATE);
  items = push_fixture_send (f);
  g_assert_cmpstr (value_of (((OmcQueueItem *)g_ptr_array_index (items, 0))->payload), ==, "72.0");
  store_fixture_assert_sound (f);
}

static void
test_edit_in_flight (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcResource) b = store_fixture_save (f, OBSERVATION ("o1", "80"));
  g_autoptr (GPtrArray) items = store_fixture_queue (f);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) next = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GError) error = NULL;
  OmcQueueItem *flying = g_ptr_array_index (sent, 0);

  g_assert_cmpuint (items->len, ==, 2);
  /* The newer edit waits for the answer to the older. */
  none = omc_store_take_queue (f->store, STORE_FIXTURE_NOW_US, 100, NULL, &error);
  g_assert_cmpuint (none->len, ==, 0);
  push_fixture_answer (f, acknowledged (flying->id, "srv-9", "1"));
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->id, !=, flying->id);
  g_assert_cmpint (item->operation, ==, OMC_OPERATION_UPDATE);
  g_assert_cmpstr (item->base_version, ==, "1");
  g_assert_cmpstr (item->server_id, ==, "srv-9");
  assert_value (f, "o1", "80");
  next = push_fixture_send (f);
  g_assert_cmpstr (value_of (((OmcQueueItem *)g_ptr_array_index (next, 0))->payload), ==, "80");
  push_fixture_answer (f, acknowledged (item->id, NULL, "2"));
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, 0);
  store_fixture_assert_sound (f);
}

static void
test_retry_keeps_payload (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcResource) b = store_fixture_save (f, OBSERVATION ("o1", "80"));
  g_autoptr (GPtrArray) again = NULL;
  OmcPushResult *retry =
      omc_push_result_new (((OmcQueueItem *)g_ptr_array_index (sent, 0))->id, OMC_PUSH_RETRY);

  retry->error = g_strdup ("No answer.");
  push_fixture_answer (f, retry);
  again = push_fixture_send (f);
  g_assert_cmpuint (again->len, ==, 1);
  g_assert_cmpstr (value_of (((OmcQueueItem *)g_ptr_array_index (again, 0))->payload), ==, "70");
  g_assert_cmpuint (((OmcQueueItem *)g_ptr_array_index (again, 0))->attempts, ==, 1);
}

static void
test_killed_in_flight (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  store_fixture_reopen (f);
  omc_store_reset_in_flight (f->store, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_PENDING);
  g_assert_cmpuint (item->attempts, ==, 1);
}

static void
test_answer_twice (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  gint64 id = ((OmcQueueItem *)g_ptr_array_index (sent, 0))->id;

  push_fixture_answer (f, acknowledged (id, "srv", "1"));
  push_fixture_answer (f, acknowledged (id, "srv", "1"));
  assert_value (f, "o1", "70");
  store_fixture_assert_sound (f);
}

static void
test_precision_survives (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) a = store_fixture_save (f, OBSERVATION ("o1", "1.10"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcResource) read = NULL;
  OmcPushResult *result =
      acknowledged (((OmcQueueItem *)g_ptr_array_index (sent, 0))->id, "srv", "1");

  /* Medplum drops the zero: fhir-servers.md 2. */
  result->remote = store_fixture_parse (
      "{\"resourceType\":\"Observation\",\"id\":\"srv\",\"meta\":{\"versionId\":\"1\",\"source\":"
      "\"#x\"},\"status\":"
      "\"final\",\"code\":{\"text\":\"Pulse\"},\"subject\":{\"reference\":\"Patient/"
      "p1\"},\"effectiveDateTime\":"
      "\"2026-11-18T10:00:00Z\",\"valueQuantity\":{\"value\":1.1,\"unit\":\"/min\"}}");
  push_fixture_answer (f, result);
  read = store_fixture_read (f, "Observation", "o1");
  g_assert_cmpstr (value_of (read), ==, "1.10");
  g_assert_cmpstr (omc_resource_get_version_id (read), ==, "1");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (read), "meta.source"), ==,
                   "#x");
  g_assert_cmpuint (store_fixture_status (f).n_conflicts, ==, 0);
}

static void
test_ids_and_references (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) patient = store_fixture_save (
      f, "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Doe\"}]}");
  g_autoptr (OmcResource) observation = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcResource) early = NULL;
  g_autoptr (OmcResource) late = NULL;
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *server_id = NULL;

  early = omc_store_render_for_server (f->store, observation, unsent, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (unsent->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (unsent, 0), ==, "Patient/p1");
  push_fixture_answer (
      f, acknowledged (((OmcQueueItem *)g_ptr_array_index (sent, 0))->id, "srv-p", "1"));
  g_ptr_array_set_size (unsent, 0);
  late = omc_store_render_for_server (f->store, observation, unsent, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (unsent->len, ==, 0);
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (late), "subject.reference"),
                   ==, "Patient/srv-p");
  server_id = omc_store_dup_server_id (f->store, "Patient", "p1", &error);
  g_assert_cmpstr (server_id, ==, "srv-p");
  /* What comes back speaks of srv-p and is filed under p1. */
  store_fixture_from_server (
      f, NULL,
      "{\"resourceType\":\"Flag\",\"id\":\"f1\",\"meta\":{\"versionId\":\"1\"},\"status\":"
      "\"active\",\"code\":{\"text\":\"Falls\"},\"subject\":{\"reference\":\"Patient/srv-p\"}}",
      NULL);
  read = store_fixture_read (f, "Flag", "f1");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (read), "subject.reference"),
                   ==, "Patient/p1");
  store_fixture_assert_sound (f);
}

static void
test_clean_merge (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GPtrArray) journal = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  local = store_fixture_save (f, PATIENT_V ("1", "555-2", "Here"));
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "555-1", "There"), NULL);
  g_assert_cmpuint (counts.merged, ==, 1);
  read = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (read), "telecom[0].value"),
                   ==, "555-2");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (read), "address[0].city"), ==,
                   "There");
  item = push_fixture_only_item (f);
  g_assert_cmpstr (item->base_version, ==, "2");
  g_assert_cmpint (item->state, ==, OMC_QUEUE_PENDING);
  journal = omc_store_list_conflicts_sync (f->store, f->nurse, OMC_CONFLICTS_JOURNAL, NULL, &error);
  g_assert_cmpuint (journal->len, ==, 1);
  g_assert_cmpint (((OmcConflict *)g_ptr_array_index (journal, 0))->status, ==,
                   OMC_CONFLICT_AUTO_MERGED);
  store_fixture_assert_sound (f);
}

static gint64
open_conflict (StoreFixture *f)
{
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  local = store_fixture_save (f, PATIENT_V ("1", "555-2", "Here"));
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "555-3", "Here"), NULL);
  g_assert_cmpuint (counts.conflicts, ==, 1);
  open = omc_store_list_conflicts_sync (f->store, f->nurse, OMC_CONFLICTS_OPEN, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (open->len, ==, 1);

  return ((OmcConflict *)g_ptr_array_index (open, 0))->id;
}

static void
test_conflict_resolved (StoreFixture *f, gconstpointer data)
{
  gint64 id = open_conflict (f);
  g_autoptr (OmcQueueItem) blocked = push_fixture_only_item (f);
  g_autoptr (OmcQueueItem) freed = NULL;
  g_autoptr (OmcConflict) conflict = NULL;
  g_autoptr (OmcResource) decision = store_fixture_parse (PATIENT_V ("2", "555-2", "Here"));
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  g_assert_cmpint (blocked->state, ==, OMC_QUEUE_BLOCKED_BY_CONFLICT);
  none = omc_store_take_queue (f->store, STORE_FIXTURE_NOW_US, 100, NULL, &error);
  g_assert_cmpuint (none->len, ==, 0);
  conflict = omc_store_read_conflict_sync (f->store, f->nurse, id, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (conflict->base);
  g_assert_nonnull (conflict->local);
  g_assert_nonnull (conflict->remote);
  g_assert_cmpstr (conflict->patient_name, ==, "DOE, John");
  /* The same version again asks nothing again. */
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "555-3", "Here"), NULL);
  g_assert_cmpuint (counts.unchanged, ==, 1);
  omc_store_resolve_conflict_sync (f->store, f->nurse, id, decision, NULL, NULL, &error);
  g_assert_no_error (error);
  freed = push_fixture_only_item (f);
  g_assert_cmpint (freed->state, ==, OMC_QUEUE_PENDING);
  g_assert_cmpstr (freed->base_version, ==, "2");
  g_assert_cmpuint (store_fixture_status (f).n_conflicts, ==, 0);
  g_assert_false (
      omc_store_resolve_conflict_sync (f->store, f->nurse, id, decision, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE);
  store_fixture_assert_sound (f);
}

static void
test_conflict_stale (StoreFixture *f, gconstpointer data)
{
  gint64 id = open_conflict (f);
  g_autoptr (OmcResource) decision = store_fixture_parse (PATIENT_V ("2", "555-2", "Here"));
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GError) error = NULL;

  store_fixture_from_server (f, NULL, PATIENT_V ("3", "555-4", "Here"), NULL);
  g_assert_false (
      omc_store_resolve_conflict_sync (f->store, f->nurse, id, decision, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE);
  g_clear_error (&error);
  open = omc_store_list_conflicts_sync (f->store, f->nurse, OMC_CONFLICTS_OPEN, NULL, &error);
  g_assert_cmpuint (open->len, ==, 1);
  g_assert_cmpstr (((OmcConflict *)g_ptr_array_index (open, 0))->remote_version, ==, "3");
}

static void
test_take_server_side (StoreFixture *f, gconstpointer data)
{
  gint64 id = open_conflict (f);
  g_autoptr (OmcConflict) conflict = NULL;
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;

  conflict = omc_store_read_conflict_sync (f->store, f->nurse, id, NULL, &error);
  omc_store_resolve_conflict_sync (f->store, f->nurse, id, conflict->remote, NULL, NULL, &error);
  g_assert_no_error (error);
  status = store_fixture_status (f);
  g_assert_cmpuint (status.n_pending + status.n_blocked, ==, 0);
  read = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpstr (omc_resource_get_version_id (read), ==, "2");
  g_clear_pointer (&conflict, omc_conflict_unref);
  /* The losing side is kept. */
  conflict = omc_store_read_conflict_sync (f->store, f->nurse, id, NULL, &error);
  g_assert_cmpstr (
      omc_json_value_pick_string (omc_resource_get_root (conflict->local), "telecom[0].value"), ==,
      "555-2");
  g_assert_cmpstr (conflict->resolved_by, ==, "nurse");
}

static void
test_deleted_there (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) deletions = g_ptr_array_new ();
  OmcServerBatch batch = { .deletions = deletions };
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcResource) kept = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  local = store_fixture_save (f, PATIENT_V ("1", "555-2", "Here"));
  g_ptr_array_add (deletions, "Patient/p1");
  omc_store_apply_server_batch (f->store, f->device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.conflicts, ==, 1);
  kept = store_fixture_read (f, "Patient", "p1");
  open = omc_store_list_conflicts_sync (f->store, f->nurse, OMC_CONFLICTS_OPEN, NULL, &error);
  g_assert_cmpuint (open->len, ==, 1);
  omc_store_resolve_conflict_sync (f->store, f->nurse,
                                   ((OmcConflict *)g_ptr_array_index (open, 0))->id, local, NULL,
                                   NULL, &error);
  g_assert_no_error (error);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->operation, ==, OMC_OPERATION_CREATE);
  g_assert_null (item->base_version);
}

static void
test_deleted_here (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (OmcResource) back = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  omc_store_delete_sync (f->store, f->nurse, "Patient", "p1", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "p1", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED);
  g_clear_error (&error);
  /* Their edit stays against my delete. */
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "555-9", "Here"), NULL);
  g_assert_cmpuint (counts.merged, ==, 1);
  back = store_fixture_read (f, "Patient", "p1");
  items = store_fixture_queue (f);
  g_assert_cmpuint (items->len, ==, 0);
  store_fixture_assert_sound (f);
}

/* A server writes a record anew without changing it, or another one has it: what I deleted is what it is. */
static void
test_deleted_here_and_touched_there (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  omc_store_delete_sync (f->store, f->nurse, "Patient", "p1", NULL, &error);
  g_assert_no_error (error);
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "555-1", "Here"), NULL);
  g_assert_cmpuint (counts.merged + counts.conflicts, ==, 0);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->operation, ==, OMC_OPERATION_DELETE);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_PENDING);
  g_assert_cmpstr (item->base_version, ==, "2");
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "p1", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED);
  store_fixture_assert_sound (f);
}

static void
test_cancel (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) created = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (OmcResource) changed = NULL;
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (OmcQueueItem) item = push_fixture_only_item (f);
  g_autoptr (GError) error = NULL;

  omc_store_cancel_queue_item_sync (f->store, f->nurse, item->id, "typed on the wrong chart", NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Observation", "o1", NULL, &error));
  g_clear_error (&error);

  store_fixture_from_server (f, NULL, PATIENT_V ("1", "555-1", "Here"), NULL);
  changed = store_fixture_save (f, PATIENT_V ("1", "555-2", "Here"));
  g_clear_pointer (&item, omc_queue_item_unref);
  item = push_fixture_only_item (f);
  omc_store_cancel_queue_item_sync (f->store, f->nurse, item->id, "not needed", NULL, &error);
  g_assert_no_error (error);
  read = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (read), "telecom[0].value"),
                   ==, "555-1");
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, 0);
  store_fixture_assert_sound (f);
}

static void
test_cancel_in_flight (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) created = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_store_cancel_queue_item_sync (
      f->store, f->nurse, ((OmcQueueItem *)g_ptr_array_index (sent, 0))->id, "late", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  assert_value (f, "o1", "70");
}

static void
test_refused_then_corrected (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) created = store_fixture_save (f, OBSERVATION ("o1", "70"));
  g_autoptr (GPtrArray) sent = push_fixture_send (f);
  g_autoptr (OmcResource) corrected = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  OmcPushResult *refused = omc_push_result_new (((OmcQueueItem *)g_ptr_array_index (sent, 0))->id,
                                                OMC_PUSH_NEEDS_ATTENTION);

  refused->error = g_strdup ("The server does not take this value.");
  push_fixture_answer (f, refused);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_NEEDS_ATTENTION);
  g_assert_cmpstr (item->error, ==, "The server does not take this value.");
  corrected = store_fixture_save (f, OBSERVATION ("o1", "71"));
  g_clear_pointer (&item, omc_queue_item_unref);
  item = push_fixture_only_item (f);
  g_assert_cmpint (item->state, ==, OMC_QUEUE_PENDING);
  g_assert_null (item->error);
}

static void
test_page_and_mark (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) bad = store_fixture_list (
      PATIENT_V ("1", "5", "X"), "{\"resourceType\":\"Flag\",\"status\":\"active\"}", NULL);
  OmcServerBatch batch = { .resources = bad, .mark_name = "mark.Patient", .mark_value = "2026" };
  g_autofree char *mark = NULL;
  g_autoptr (GError) error = NULL;

  /* A page with something that cannot be stored leaves neither its records nor its mark. */
  g_assert_false (omc_store_apply_server_batch (f->store, f->device, &batch, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID);
  g_clear_error (&error);
  mark = omc_store_get_mark (f->store, "mark.Patient", &error);
  g_assert_null (mark);
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, 0);
}

static void
test_one_sync_actor (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcStore) other = omc_store_new (f->directory, f->keys, f->clock);
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_store_lock_sync_actor (f->store, &error));
  g_assert_false (omc_store_lock_sync_actor (other, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  g_clear_error (&error);
  omc_store_unlock_sync_actor (f->store);
  g_assert_true (omc_store_lock_sync_actor (other, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/sync/edits-squash-into-the-waiting-item", test_squash, NULL);
  store_fixture_add ("/store/sync/an-edit-during-flight-is-kept-and-rebased", test_edit_in_flight,
                     NULL);
  store_fixture_add ("/store/sync/a-retry-sends-what-was-sent", test_retry_keeps_payload, NULL);
  store_fixture_add ("/store/sync/what-a-killed-process-left-is-pending-again",
                     test_killed_in_flight, NULL);
  store_fixture_add ("/store/sync/an-answer-that-comes-twice-changes-nothing", test_answer_twice,
                     NULL);
  store_fixture_add ("/store/sync/the-precision-of-numbers-survives-the-server",
                     test_precision_survives, NULL);
  store_fixture_add ("/store/sync/local-ids-stay-and-references-are-rendered",
                     test_ids_and_references, NULL);
  store_fixture_add ("/store/sync/changes-of-different-units-merge", test_clean_merge, NULL);
  store_fixture_add ("/store/sync/a-conflict-blocks-until-decided", test_conflict_resolved, NULL);
  store_fixture_add ("/store/sync/a-conflict-that-moved-is-stale", test_conflict_stale, NULL);
  store_fixture_add ("/store/sync/taking-the-servers-side-ends-the-work", test_take_server_side,
                     NULL);
  store_fixture_add ("/store/sync/a-deletion-there-asks", test_deleted_there, NULL);
  store_fixture_add ("/store/sync/an-edit-there-beats-a-deletion-here", test_deleted_here, NULL);
  store_fixture_add ("/store/sync/a-touch-there-does-not-beat-a-deletion-here",
                     test_deleted_here_and_touched_there, NULL);
  store_fixture_add ("/store/sync/cancelled-work-gives-the-base-back", test_cancel, NULL);
  store_fixture_add ("/store/sync/what-is-in-flight-cannot-be-cancelled", test_cancel_in_flight,
                     NULL);
  store_fixture_add ("/store/sync/a-correction-frees-what-was-refused", test_refused_then_corrected,
                     NULL);
  store_fixture_add ("/store/sync/a-page-and-its-mark-stand-or-fall-together", test_page_and_mark,
                     NULL);
  store_fixture_add ("/store/sync/one-sync-actor-a-store", test_one_sync_actor, NULL);

  return g_test_run ();
}
