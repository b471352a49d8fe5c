/* test-sync-refusals.c: what each answer to one record means for it, and for all others
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-tampered.h"

#define N_GOOD 4
#define HOLD_US (30 * G_TIME_SPAN_SECOND)
#define NEWCOMER "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}"
#define EDITED                                                                                     \
  "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],"                   \
  "\"birthDate\":\"1950-01-01\",\"address\":[{\"city\":\"POISON\"}]}"

typedef enum
{
  TO_A_PERSON, /* in the first run */
  TO_A_PERSON_AT_LAST,
  LATER,
} Fate;

static OmcStoreStatus
status_of (SyncTampered *self)
{
  return omc_sync_bed_get_status (self->f.bed);
}

static void
save_good (SyncTampered *self, guint n)
{
  g_autoptr (GPtrArray) good = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autofree char *text = g_strdup_printf (NEWCOMER, "GOOD");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (good, omc_resource_parse (text, -1, NULL));
  saved = omc_store_save_sync (self->f.bed->store, self->f.bed->nurse, good, OMC_SAVE_CHART, NULL,
                               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->len, ==, n);
}

/* The one among the good ones. */
static void
save_poison (SyncTampered *self, gboolean update)
{
  g_autoptr (OmcResource) poison = NULL;

  save_good (self, N_GOOD / 2);
  poison = update ? omc_sync_bed_save (self->f.bed, EDITED, P1)
                  : omc_sync_bed_save (self->f.bed, NEWCOMER, "POISON");
  save_good (self, N_GOOD / 2);
}

static OmcQueueItem *
dup_only_item (SyncTampered *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queue =
      omc_store_list_queue_sync (self->f.bed->store, self->f.bed->nurse, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (queue->len, ==, 1);
  return omc_queue_item_ref (g_ptr_array_index (queue, 0));
}

/* The sentence for the person is there, and the work. */
static void
assert_set_aside (SyncTampered *self)
{
  g_autoptr (OmcQueueItem) item = dup_only_item (self);

  g_assert_cmpint (item->state, ==, OMC_QUEUE_NEEDS_ATTENTION);
  g_assert_nonnull (item->error);
  g_assert_cmpuint (status_of (self).n_pending + status_of (self).n_conflicts, ==, 0);
}

/* As a person sends it again when the cause is gone. */
static void
send_again (SyncTampered *self)
{
  g_autoptr (OmcQueueItem) item = dup_only_item (self);
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;

  self->server->match = NULL;
  self->server->read_status = 0;
  if (item->state == OMC_QUEUE_NEEDS_ATTENTION)
    omc_store_retry_queue_item_sync (self->f.bed->store, self->f.bed->nurse, item->id, NULL,
                                     &error);
  g_assert_no_error (error);
  report = sync_tampered_run (self, TRUE);
  g_assert_true (report->complete);
  g_assert_cmpuint (report->sent, ==, 1);
}

static void
drain (SyncTampered *self, guint n_left)
{
  for (guint i = 0; i < 6 && status_of (self).n_pending > n_left; i++)
    omc_sync_report_free (sync_tampered_run (self, TRUE));
  g_assert_cmpuint (status_of (self).n_pending, ==, n_left);
}

static void
meet_fate (SyncTampered *self, Fate fate, guint n_there)
{
  for (guint run = 0; run < 8; run++)
    {
      g_autoptr (OmcSyncReport) report = sync_tampered_run (self, TRUE);

      /* Nobody waits for it longer than for the next run. */
      if (run == 1)
        g_assert_cmpuint (omc_sandbox_count_resources (self->f.sandbox, "Patient"), ==, n_there);
      if (fate == TO_A_PERSON && run == 0)
        assert_set_aside (self);
      if (fate != LATER && status_of (self).n_attention > 0)
        break;
      /* Others go on working, which shows that the server is well. */
      if (run > 0)
        save_good (self, 1);
    }
  drain (self, fate == LATER ? 1 : 0);
  if (fate != LATER)
    assert_set_aside (self);
}

static void
test_each_answer (SyncTampered *self, gconstpointer profile)
{
  static const struct
  {
    guint status;
    Fate create;
    Fate update;
  } cases[] = {
    { 400, TO_A_PERSON, TO_A_PERSON },
    /* The bundle was let in: this is about the record. */
    { 401, TO_A_PERSON, TO_A_PERSON },
    { 403, TO_A_PERSON, TO_A_PERSON },
    { 405, TO_A_PERSON, TO_A_PERSON },
    { 406, TO_A_PERSON, TO_A_PERSON },
    { 413, TO_A_PERSON, TO_A_PERSON },
    { 415, TO_A_PERSON, TO_A_PERSON },
    { 418, TO_A_PERSON, TO_A_PERSON },
    { 422, TO_A_PERSON, TO_A_PERSON },
    /* A read finds the record as it was: the refusal may pass, but not for ever. */
    { 404, TO_A_PERSON, TO_A_PERSON_AT_LAST },
    { 409, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 410, TO_A_PERSON, TO_A_PERSON_AT_LAST },
    { 412, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 408, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 425, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 500, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 501, TO_A_PERSON_AT_LAST, TO_A_PERSON_AT_LAST },
    { 429, LATER, LATER },
    { 503, LATER, LATER },
  };

  for (guint c = 0; c < 2 * G_N_ELEMENTS (cases); c++)
    {
      gboolean update = c % 2 == 1;
      guint64 there = omc_sandbox_count_resources (self->f.sandbox, "Patient");

      g_test_message ("%u to %s", cases[c / 2].status, update ? "an update" : "a create");
      save_poison (self, update);
      self->server->match = "POISON";
      self->server->status = cases[c / 2].status;
      meet_fate (self, update ? cases[c / 2].update : cases[c / 2].create, (guint)there + N_GOOD);
      send_again (self);
      g_assert_cmpuint (status_of (self).n_conflicts, ==, 0);
      if (update)
        {
          g_autoptr (OmcResource) plain = omc_sync_bed_save (self->f.bed, PATIENT, P1, "DOE", 1);
          g_autoptr (OmcSyncReport) report = sync_tampered_run (self, TRUE);

          g_assert_true (report->complete);
          sync_fixture_assert_same (&self->f, plain);
        }
    }
}

/* What is read to settle a refusal is refused as well. */
static void
test_reading_again_is_answered (SyncTampered *self, gconstpointer profile)
{
  static const struct
  {
    guint status;
    guint read_status;
    Fate fate;
    gboolean holds; /* ... and says for how long */
  } cases[] = {
    { 412, 400, TO_A_PERSON_AT_LAST, FALSE },
    { 412, 403, TO_A_PERSON_AT_LAST, FALSE },
    { 412, 500, TO_A_PERSON_AT_LAST, FALSE },
    { 412, 429, LATER, TRUE },
    { 412, 503, LATER, TRUE },
  };

  for (guint c = 0; c < 2 * G_N_ELEMENTS (cases); c++)
    {
      gboolean update = c % 2 == 1;
      guint64 there = omc_sandbox_count_resources (self->f.sandbox, "Patient");

      g_test_message ("%u, then %u, to %s", cases[c / 2].status, cases[c / 2].read_status,
                      update ? "an update" : "a create");
      save_poison (self, update);
      self->server->match = "POISON";
      self->server->status = cases[c / 2].status;
      self->server->read_status = cases[c / 2].read_status;
      self->server->hold_us = cases[c / 2].holds ? HOLD_US : -1;
      meet_fate (self, cases[c / 2].fate, (guint)there + N_GOOD);
      if (cases[c / 2].holds)
        {
          omc_sync_report_free (sync_tampered_run (self, TRUE));
          g_assert_cmpint (omc_sync_engine_get_hold (self->engine), ==, HOLD_US);
        }
      self->server->hold_us = -1;
      send_again (self);
      if (update)
        {
          g_autoptr (OmcResource) plain = omc_sync_bed_save (self->f.bed, PATIENT, P1, "DOE", 1);
          g_autoptr (OmcSyncReport) report = sync_tampered_run (self, TRUE);

          g_assert_true (report->complete);
        }
    }
}

static void
write_between (OmcSyncState state, double fraction, int eta_seconds, gpointer user_data)
{
  SyncTampered *self = user_data;

  if (state != OMC_SYNC_PUSH)
    return;
  omc_sync_engine_set_notify (self->engine, NULL, NULL);
  sync_fixture_put_there (&self->f, "{\"resourceType\":\"Patient\",\"id\":\"" P1 "\",\"name\":"
                                    "[{\"family\":\"DOE\"}],\"birthDate\":\"1950-01-01\","
                                    "\"gender\":\"female\"}");
}

/* Somebody writes after all was read and before this device does: only the precondition keeps what they wrote. */
static void
test_write_in_between (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (OmcResource) edit = sync_fixture_edit_birth_date (&self->f, P1, "1950-02-02");
  g_autofree char *there = NULL;

  g_assert_nonnull (edit);
  omc_sync_engine_set_notify (self->engine, write_between, self);
  for (guint run = 0; run < 2; run++)
    omc_sync_report_free (sync_tampered_run (self, TRUE));
  g_assert_cmpuint (status_of (self).n_pending, ==, 0);
  there = omc_sandbox_dup_resource (self->f.sandbox, "Patient", P1);
  g_assert_nonnull (strstr (there, "female"));
  g_assert_nonnull (strstr (there, "1950-02-02"));
}

#define ADD(profile, name, func)                                                                   \
  g_test_add ("/sync/refusals/" profile "/" name, SyncTampered, profile,                           \
              sync_tampered_set_up_known, func, sync_tampered_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("medplum", "a-write-in-between-is-kept", test_write_in_between);
  ADD ("hapi", "a-write-in-between-is-kept", test_write_in_between);
  ADD ("medplum", "each-answer-holds-up-nobody-else", test_each_answer);
  ADD ("hapi", "each-answer-holds-up-nobody-else", test_each_answer);
  ADD ("medplum", "reading-again-that-fails-holds-up-nobody-else", test_reading_again_is_answered);
  ADD ("hapi", "reading-again-that-fails-holds-up-nobody-else", test_reading_again_is_answered);

  return g_test_run ();
}
