/* test-sync-audit-refusals.c: the audit trail and servers that take it in part, later or not at all
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-audit-upload.h"
#include "sync-tampered.h"

/* Enough for an upload that nobody asks for. */
#define N_ENTRIES 60
#define HOLD_US (30 * G_TIME_SPAN_SECOND)

static void
run_once (SyncTampered *self, gboolean by_person)
{
  g_autoptr (OmcSyncReport) report = sync_tampered_run (self, by_person);

  g_assert_cmpuint (report->failed, ==, 0);
}

static OmcStoreStatus
status_of (SyncTampered *self)
{
  return omc_sync_bed_get_status (self->f.bed);
}

static guint64
count_there (SyncTampered *self)
{
  return omc_sandbox_count_resources (self->f.sandbox, "AuditEvent");
}

/* In one transaction: one entry of the trail for each. */
static void
chart (SyncTampered *self)
{
  g_autoptr (GPtrArray) people =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_ENTRIES; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"language\":\"en\"}", i);

      g_ptr_array_add (people, omc_resource_parse (text, -1, NULL));
    }
  saved = omc_store_save_sync (self->f.bed->store, self->f.bed->nurse, people, OMC_SAVE_CHART, NULL,
                               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->len, ==, N_ENTRIES);
}

/* Nothing left out, nothing twice; what tells of the last run is not there yet. */
static void
assert_all_there (SyncTampered *self)
{
  for (guint i = 0; i < 8 && status_of (self).audit_sent + 1 < status_of (self).audit_sequence; i++)
    run_once (self, TRUE);
  g_assert_cmpuint (status_of (self).audit_sent + 1, ==, status_of (self).audit_sequence);
  g_assert_cmpuint (status_of (self).n_audit_refused, ==, 0);
  g_assert_cmpuint (count_there (self), ==, status_of (self).audit_sent);
}

static void
assert_nothing_lost (SyncTampered *self)
{
  OmcAuditReport report;
  guint64 n_unsent;
  gint64 oldest_us;
  g_autoptr (GError) error = NULL;

  omc_store_verify_audit_sync (self->f.bed->store, &report, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (report.finding, ==, OMC_AUDIT_INTACT);
  omc_store_count_unsent_audit (self->f.bed->store, &n_unsent, &oldest_us, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_unsent, ==, status_of (self).audit_sequence - status_of (self).audit_sent);
}

static void
assert_server (SyncTampered *self, const char *wanted)
{
  g_autofree char *state = omc_store_get_mark (self->f.bed->store, "audit.server", NULL);

  g_assert_cmpstr (state, ==, wanted);
}

/* One of many must wait, and what came after it is there already: it does not go again, and the one is not passed over. */
static void
test_one_waits (SyncTampered *self, gconstpointer profile)
{
  static const guint statuses[] = { 429, 503, 408, 500 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      guint64 sent = status_of (self).audit_sent;

      chart (self);
      self->server->match = "audit-entry";
      self->server->nth = 5;
      self->server->n_seen = 0;
      self->server->status = statuses[i];
      run_once (self, TRUE);
      g_assert_cmpuint (self->server->n_seen, >=, 5);
      g_assert_cmpuint (status_of (self).audit_sent, ==, sent + 4);
      /* Once more, with those behind it there. */
      self->server->nth = 1;
      self->server->n_seen = 0;
      run_once (self, TRUE);
      g_assert_cmpuint (self->server->n_seen, >=, 1);
      g_assert_cmpuint (status_of (self).audit_sent, ==, sent + 4);
      self->server->match = NULL;
      assert_all_there (self);
      assert_nothing_lost (self);
    }
}

/* Whether it says so of the whole bundle or of one entry, it is left alone for as long as it asks. */
static void
test_waits_as_asked (SyncTampered *self, gconstpointer profile)
{
  for (guint whole = 0; whole < 2; whole++)
    {
      chart (self);
      self->server->match = "audit-entry";
      self->server->nth = 3;
      self->server->n_seen = self->server->n_requests = 0;
      self->server->status = 429;
      self->server->bundle_status = whole ? 429 : 0;
      self->server->hold_us = HOLD_US;
      run_once (self, TRUE);
      g_assert_cmpuint (self->server->n_requests, ==, 1);
      g_assert_cmpint (omc_sync_engine_get_hold (self->engine), ==, HOLD_US);
      g_assert_cmpint (omc_sync_engine_get_state (self->engine), ==, OMC_SYNC_IDLE);
      g_assert_cmpuint (status_of (self).n_pending, ==, 0);
      self->server->match = NULL;
      self->server->hold_us = -1;
      assert_all_there (self);
      g_assert_cmpint (omc_sync_engine_get_hold (self->engine), ==, -1);
    }
}

/* A server with a problem has not refused the bundle: its entries do not go to it one by one. */
static void
test_bundle_fails (SyncTampered *self, gconstpointer profile)
{
  static const guint statuses[] = { 500, 502, 408 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      guint64 sent = status_of (self).audit_sent;

      chart (self);
      self->server->match = "audit-entry";
      self->server->bundle_status = statuses[i];
      self->server->n_requests = 0;
      run_once (self, TRUE);
      g_assert_cmpuint (self->server->n_requests, ==, 1);
      g_assert_cmpuint (status_of (self).audit_sent, ==, sent);
      self->server->match = NULL;
      assert_all_there (self);
      assert_nothing_lost (self);
    }
}

/* Of the nth entry that waits. */
static char *
dup_key (SyncTampered *self, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) uploads = omc_store_take_audit (self->f.bed->store, n + 1, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (uploads->len, ==, n + 1);
  return g_strdup (omc_resource_get_id (((OmcAuditUpload *)g_ptr_array_index (uploads, n))->event));
}

/* Put before the next upload once more by a person, long after newer ones went up. */
static void
test_asked_again (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (OmcActor) auditor = omc_actor_new ("a", NULL, OMC_ROLE_AUDITOR, NULL, NULL);
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  chart (self);
  key = dup_key (self, 5);
  self->server->match = key;
  self->server->status = 422;
  run_once (self, TRUE);
  self->server->match = NULL;
  g_assert_cmpuint (status_of (self).n_audit_refused, ==, 1);
  for (guint i = 0; i < 4; i++)
    {
      chart (self);
      run_once (self, TRUE);
    }
  g_assert_cmpuint (status_of (self).audit_sent, >, 4 * N_ENTRIES);
  omc_store_retry_audit_sync (self->f.bed->store, auditor, &error);
  g_assert_no_error (error);
  run_once (self, TRUE);
  assert_all_there (self);
}

/* A server that does not name the type is not asked to take one; status says so and nothing goes. */
static void
test_not_named (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  self->server->hidden = "AuditEvent";
  self->server->match = "audit-entry";
  self->server->status = 405;
  for (guint i = 0; i < 3; i++)
    {
      chart (self);
      run_once (self, i == 1);
      assert_server (self, "unsupported");
      assert_nothing_lost (self);
    }
  g_assert_cmpuint (self->server->n_seen, ==, 0);
  g_assert_cmpuint (status_of (self).audit_sent, ==, 0);
  g_assert_cmpuint (status_of (self).n_pending, ==, 0);
  /* It learns to: all of it goes, from the first entry on. */
  self->server->hidden = NULL;
  self->server->match = NULL;
  omc_store_set_mark (self->f.bed->store, "server/seen", NULL, &error);
  g_assert_no_error (error);
  run_once (self, FALSE);
  assert_server (self, NULL);
  assert_all_there (self);
}

/* One that names it and takes none is not asked with every run, and never with more than a few entries. */
static void
test_takes_none (SyncTampered *self, gconstpointer profile)
{
  static const struct
  {
    guint status;
    const char *state;
  } cases[] = {
    { 405, "unsupported" }, { 501, "unsupported" }, { 403, "forbidden" }, { 422, "refused" }
  };

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      self->server->match = "audit-entry";
      self->server->status = cases[c].status;
      chart (self);
      run_once (self, TRUE);
      assert_server (self, cases[c].state);
      self->server->n_requests = self->server->n_seen = 0;
      for (guint i = 0; i < 4; i++)
        {
          chart (self);
          run_once (self, FALSE);
        }
      g_assert_cmpuint (self->server->n_requests, ==, 0);
      assert_server (self, cases[c].state);
      run_once (self, TRUE);
      g_assert_cmpuint (self->server->n_seen, >, 0);
      g_assert_cmpuint (self->server->n_seen, <=, 3);
      assert_server (self, cases[c].state);
      g_assert_cmpuint (status_of (self).n_audit_refused, ==, 0);
      assert_nothing_lost (self);
      self->server->match = NULL;
      run_once (self, TRUE);
      assert_server (self, NULL);
      assert_all_there (self);
    }
}

#define ADD(profile, name, func)                                                                   \
  g_test_add ("/sync/audit-refusals/" profile "/" name, SyncTampered, profile,                     \
              sync_tampered_set_up, func, sync_tampered_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("hapi", "one-that-waits-doubles-nothing", test_one_waits);
  ADD ("google", "one-that-waits-doubles-nothing", test_one_waits);
  ADD ("strict", "one-that-waits-doubles-nothing", test_one_waits);
  ADD ("hapi", "it-waits-as-long-as-asked", test_waits_as_asked);
  ADD ("google", "it-waits-as-long-as-asked", test_waits_as_asked);
  ADD ("hapi", "a-bundle-that-fails-goes-again-as-a-bundle", test_bundle_fails);
  ADD ("google", "a-bundle-that-fails-goes-again-as-a-bundle", test_bundle_fails);
  ADD ("hapi", "what-is-asked-for-again-doubles-nothing", test_asked_again);
  ADD ("google", "what-is-asked-for-again-doubles-nothing", test_asked_again);
  ADD ("hapi", "who-does-not-name-it-is-not-asked", test_not_named);
  ADD ("hapi", "who-takes-none-is-not-asked-for-ever", test_takes_none);
  ADD ("google", "who-takes-none-is-not-asked-for-ever", test_takes_none);

  return g_test_run ();
}
