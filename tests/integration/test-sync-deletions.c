/* test-sync-deletions.c: what is believed to be deleted on the server, and what is not
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-server-profile.h"
#include "sync-tampered.h"

#define N_OTHERS 44
#define PAGE_SIZE 20
#define N_PAGES 3
#define LIST "_elements=id"
#define LIST_MARK "idset/Patient"
#define LONG_AGO "2020-01-01T00:00:00Z"

/* The list of ids comes in pages that are small. */
static void
shrink_pages (SyncTampered *self)
{
  g_autofree char *text = omc_store_get_mark (self->f.bed->store, "server/profile", NULL);
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new_from_string (text);
  g_autofree char *small = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (profile);
  profile->page_size = PAGE_SIZE;
  small = omc_server_profile_to_string (profile);
  omc_store_set_mark (self->f.bed->store, "server/profile", small, &error);
  g_assert_no_error (error);
}

static void
set_up_list (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sync_tampered_set_up (self, profile);
  g_string_append_printf (text, PATIENT "\n", P1, "DOE", 1);
  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      g_string_append_printf (text, PATIENT "\n", id, "ROE", 3);
    }
  sync_fixture_put_there (&self->f, "%s", text->str);
  sync_fixture_assert_complete (&self->f, 1);
  shrink_pages (self);
}

static void
delete_there (SyncTampered *self)
{
  g_autoptr (GError) error = NULL;

  omc_sandbox_delete_resource (self->f.sandbox, "Patient", P1, &error);
  g_assert_no_error (error);
}

static void
make_comparison_due (SyncTampered *self)
{
  g_autoptr (GError) error = NULL;

  omc_store_set_mark (self->f.bed->store, LIST_MARK, LONG_AGO, &error);
  g_assert_no_error (error);
}

static gboolean
is_comparison_due (SyncTampered *self)
{
  g_autofree char *mark = omc_store_get_mark (self->f.bed->store, LIST_MARK, NULL);

  return g_strcmp0 (mark, LONG_AGO) == 0;
}

static void
run_once (SyncTampered *self)
{
  g_autoptr (OmcSyncReport) report = sync_tampered_run (self, TRUE);

  g_assert_cmpuint (report->failed, ==, 0);
}

/* A list that breaks off says nothing of what it did not come to, and is asked for again. */
static void
test_list_breaks_off (SyncTampered *self, gconstpointer profile)
{
  static const guint statuses[] = { 400, 403, 404, 410, 429, 500, 503 };

  delete_there (self);
  make_comparison_due (self);
  self->server->asked = LIST;
  for (guint i = 0; i < G_N_ELEMENTS (statuses) * N_PAGES; i++)
    {
      self->server->asked_status = statuses[i / N_PAGES];
      self->server->asked_nth = 1 + i % N_PAGES;
      self->server->n_asked = 0;
      g_test_message ("%u to page %u", self->server->asked_status, self->server->asked_nth);
      run_once (self);
      g_assert_cmpuint (self->server->n_asked, ==, self->server->asked_nth);
      sync_fixture_assert_here (&self->f, "Patient", N_OTHERS + 1);
      g_assert_true (is_comparison_due (self));
    }
  self->server->asked_status = self->server->n_asked = 0;
  run_once (self);
  g_assert_cmpuint (self->server->n_asked, ==, N_PAGES);
  sync_fixture_assert_here (&self->f, "Patient", N_OTHERS);
  g_assert_false (is_comparison_due (self));
}

/* What the list lacks is believed to be deleted by the server's own word on it alone; when that cannot be had now, the next run
 * asks again. */
static void
test_missing_one (SyncTampered *self, gconstpointer profile)
{
  static const struct
  {
    guint status;
    gboolean later;
  } cases[] = { { 400, FALSE }, { 403, FALSE }, { 429, TRUE }, { 500, TRUE }, { 503, TRUE } };

  delete_there (self);
  self->server->asked = "Patient/" P1;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      make_comparison_due (self);
      self->server->asked_status = cases[i].status;
      self->server->n_asked = 0;
      g_test_message ("%u", cases[i].status);
      run_once (self);
      g_assert_cmpuint (self->server->n_asked, ==, 1);
      sync_fixture_assert_here (&self->f, "Patient", N_OTHERS + 1);
      g_assert_cmpint (is_comparison_due (self), ==, cases[i].later);
    }
  self->server->asked_status = 0;
  run_once (self);
  sync_fixture_assert_here (&self->f, "Patient", N_OTHERS);
}

static void
delete_between (OmcSyncState state, double fraction, int eta_seconds, gpointer user_data)
{
  SyncTampered *self = user_data;

  if (state != OMC_SYNC_RESOLVE)
    return;
  omc_sync_engine_set_notify (self->engine, NULL, NULL);
  delete_there (self);
  omc_clock_advance (self->f.bed->clock, G_TIME_SPAN_MINUTE);
}

/* Somebody deletes after all was read, and the device sleeps before it writes: on a server that a write brings the deleted back
 * on, deletions are asked for once more. */
static void
test_deleted_in_between (SyncTampered *self, gconstpointer profile)
{
  g_autoptr (OmcResource) edit = NULL;

  g_object_unref (self->f.bed->clock);
  self->f.bed->clock = omc_clock_new_manual (g_get_real_time ());
  omc_sync_bed_restart (self->f.bed);
  sync_tampered_restart (self);
  edit = sync_fixture_edit_birth_date (&self->f, P1, "1950-02-02");
  g_assert_nonnull (edit);
  omc_sync_engine_set_notify (self->engine, delete_between, self);
  run_once (self);
  g_assert_cmpuint (omc_sandbox_count_resources (self->f.sandbox, "Patient"), ==, 0);
  g_assert_cmpuint (omc_sync_bed_get_status (self->f.bed).n_conflicts, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  /* One that has no feed of deletions. */
  g_test_add ("/sync/deletions/google/a-list-that-breaks-off-deletes-nobody", SyncTampered,
              "google", set_up_list, test_list_breaks_off, sync_tampered_tear_down);
  g_test_add ("/sync/deletions/google/who-is-missing-is-asked-for", SyncTampered, "google",
              set_up_list, test_missing_one, sync_tampered_tear_down);
  /* One that has, and that a write brings the deleted back on. */
  g_test_add ("/sync/deletions/medplum/what-is-deleted-in-between-stays-deleted", SyncTampered,
              "medplum", sync_tampered_set_up_known, test_deleted_in_between,
              sync_tampered_tear_down);

  return g_test_run ();
}
