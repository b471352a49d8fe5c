/* test-sync-forbidden.c: a server that lets this device write nothing any more, and one that forbids single records
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-tampered.h"

#define NEWCOMER "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}"
#define EVERYTHING "resourceType"
#define N_WAITING 12

static void
forbid (SyncTampered *self, const char *match, guint bundle_status)
{
  self->server->match = match;
  self->server->status = 403;
  self->server->bundle_status = bundle_status;
  self->server->n_requests = 0;
}

/* With an engine of its own, as another program has one. */
static OmcSyncReport *
run_once (SyncTampered *self, gboolean by_person)
{
  OmcSyncReport *report;

  sync_tampered_restart (self);
  report = sync_tampered_run (self, by_person);
  g_assert_cmpint (omc_sync_engine_get_state (self->engine), ==,
                   report->error != NULL ? OMC_SYNC_NEEDS_USER : OMC_SYNC_IDLE);
  return report;
}

static void
save (SyncTampered *self, const char *family, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (OmcResource) resource = omc_sync_bed_save (self->f.bed, NEWCOMER, family);

      g_assert_nonnull (resource);
    }
}

/* All of it waits, and nothing was held against it. */
static void
assert_waiting (SyncTampered *self, guint n, guint n_attention)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queue =
      omc_store_list_queue_sync (self->f.bed->store, self->f.bed->nurse, NULL, NULL, &error);
  guint n_waiting = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (queue->len, ==, n + n_attention);
  for (guint i = 0; i < queue->len; i++)
    {
      const OmcQueueItem *item = g_ptr_array_index (queue, i);

      if (item->state == OMC_QUEUE_NEEDS_ATTENTION)
        continue;
      g_assert_cmpint (item->state, ==, OMC_QUEUE_PENDING);
      g_assert_cmpuint (item->attempts, ==, 0);
      n_waiting++;
    }
  g_assert_cmpuint (n_waiting, ==, n);
}

static void
assert_stopped (SyncTampered *self, gboolean by_person, guint n_waiting, guint n_attention)
{
  g_autoptr (OmcSyncReport) report = run_once (self, by_person);

  g_assert_cmpuint (report->sent + report->failed, ==, 0);
  g_assert_false (report->complete);
  g_assert_nonnull (strstr (report->error, "accepts nothing that this device writes"));
  assert_waiting (self, n_waiting, n_attention);
}

static void
assert_all_goes (SyncTampered *self, gboolean by_person, guint n)
{
  g_autoptr (OmcSyncReport) report = NULL;

  self->server->match = NULL;
  report = run_once (self, by_person);
  g_assert_cmpuint (report->sent, ==, n);
  g_assert_null (report->error);
  g_assert_cmpuint (omc_sync_bed_get_status (self->f.bed).n_pending, ==, 0);
}

/* bundle_status: as a gateway does that lets nothing pass. */
static void
lose_rights (SyncTampered *self, guint bundle_status)
{
  g_autoptr (OmcResource) edit = NULL;
  guint64 there = omc_sandbox_count_resources (self->f.sandbox, "Patient");

  save (self, "WAITS", N_WAITING - 1);
  edit = sync_fixture_edit_birth_date (&self->f, P1, "1950-02-02");
  forbid (self, EVERYTHING, bundle_status);
  for (guint run = 0; run < 3; run++)
    {
      assert_stopped (self, run == 1, N_WAITING, 0);
      /* It is not asked about each of them. */
      g_assert_cmpuint (self->server->n_requests, <=, (run + 1) * N_WAITING);
    }
  assert_all_goes (self, FALSE, N_WAITING);
  g_assert_cmpuint (omc_sandbox_count_resources (self->f.sandbox, "Patient"), ==,
                    there + N_WAITING - 1);
  sync_fixture_assert_same (&self->f, edit);
}

static void
test_all_is_forbidden (SyncTampered *self, gconstpointer profile)
{
  lose_rights (self, 0);
}

static void
test_gateway_lets_nothing_pass (SyncTampered *self, gconstpointer profile)
{
  lose_rights (self, 403);
}

/* One a run, as on a quiet ward: the first two may be about themselves. */
static void
test_one_after_the_other (SyncTampered *self, gconstpointer profile)
{
  forbid (self, EVERYTHING, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (OmcSyncReport) report = NULL;

      save (self, "ONE", 1);
      report = run_once (self, FALSE);
      g_assert_cmpuint (report->failed, ==, 1);
      assert_waiting (self, 0, i + 1);
    }
  for (guint i = 0; i < 4; i++)
    {
      save (self, "ONE", 1);
      assert_stopped (self, FALSE, i + 1, 2);
    }
  assert_all_goes (self, FALSE, 4);
  /* ... and the count begins anew. */
  forbid (self, EVERYTHING, 0);
  save (self, "ONE", 1);
  omc_sync_report_free (run_once (self, FALSE));
  assert_waiting (self, 0, 3);
}

/* Those that are forbidden for good come first, and are many. */
static void
test_the_rest_is_not_held_up (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) report = NULL;

  save (self, "POISON", 8);
  forbid (self, "POISON", 0);
  assert_stopped (self, FALSE, 8, 0);
  save (self, "GOOD", 2);
  report = run_once (self, FALSE);
  g_assert_null (report->error);
  g_assert_cmpuint (report->sent, ==, 2);
  g_assert_cmpuint (report->failed, ==, 8);
  assert_waiting (self, 0, 8);
}

/* Circles travel in a transaction, which a server is asked about first. */
static void
test_circle_waits_too (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (GPtrArray) circle =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 3;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"resourceType\":\"Patient\",\"id\":\"dddddddd-0000-4000-8000-00000000000%u\","
          "\"name\":[{\"family\":\"RING\"}],\"link\":[{\"other\":{\"reference\":"
          "\"Patient/dddddddd-0000-4000-8000-00000000000%u\"},\"type\":\"seealso\"}]}",
          i, (i + 1) % n);

      g_ptr_array_add (circle, omc_resource_parse (text, -1, &error));
      g_assert_no_error (error);
    }
  saved = omc_store_save_sync (self->f.bed->store, self->f.bed->nurse, circle, OMC_SAVE_CHART, NULL,
                               &error);
  g_assert_no_error (error);
  forbid (self, EVERYTHING, 403);
  assert_stopped (self, FALSE, n, 0);
  assert_stopped (self, TRUE, n, 0);
}

#define ADD(profile, name, func)                                                                   \
  g_test_add ("/sync/forbidden/" profile "/" name, SyncTampered, profile,                          \
              sync_tampered_set_up_known, func, sync_tampered_tear_down)
#define ADD_BOTH(name, func)                                                                       \
  ADD ("medplum", name, func);                                                                     \
  ADD ("hapi", name, func)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD_BOTH ("rights-that-are-gone-stop-the-run-and-blame-no-entry", test_all_is_forbidden);
  ADD_BOTH ("a-gateway-that-lets-nothing-pass-is-the-same", test_gateway_lets_nothing_pass);
  ADD_BOTH ("one-after-the-other-is-counted-over-runs", test_one_after_the_other);
  ADD_BOTH ("what-is-forbidden-for-good-holds-up-nobody-else", test_the_rest_is_not_held_up);
  ADD_BOTH ("a-circle-waits-too", test_circle_waits_too);

  return g_test_run ();
}
