/* test-sync-audit.c: the audit trail on the server, and what the server knows of it
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-store-audit-upload.h"
#include "sync-fixture.h"

#define PERSON "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}]}"

static guint64
count_events (SyncFixture *fixture)
{
  return omc_sandbox_count_resources (fixture->sandbox, "AuditEvent");
}

static void
chart (SyncFixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("p%u", i);
      g_autoptr (OmcResource) saved = omc_sync_bed_save (fixture->bed, PERSON, id, "Doe");

      g_assert_nonnull (saved);
    }
}

static void
sync_once (SyncFixture *fixture)
{
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);

  g_assert_nonnull (report);
}

static OmcStoreStatus
status_of (SyncFixture *fixture)
{
  return omc_sync_bed_get_status (fixture->bed);
}

/* Each entry is there once, and nothing was put aside; the run itself is told of afterwards. */
static void
assert_all_there (SyncFixture *fixture)
{
  OmcStoreStatus status = status_of (fixture);

  /* A server with a quota takes a share of it at a time. */
  for (guint i = 0; i < 8 && status.audit_sent + 1 < status.audit_sequence; i++)
    {
      sync_once (fixture);
      status = status_of (fixture);
    }
  g_assert_cmpuint (status.n_audit_refused, ==, 0);
  g_assert_cmpuint (status.audit_sent + 1, ==, status.audit_sequence);
  g_assert_cmpuint (count_events (fixture), ==, status.audit_sent);
  g_assert_cmpuint (status.audit_alarm, ==, 0);
}

static void
test_goes_up (SyncFixture *fixture, gconstpointer profile)
{
  chart (fixture, 130);
  sync_once (fixture);
  sync_once (fixture);
  assert_all_there (fixture);
  chart (fixture, 3);
  sync_once (fixture);
  assert_all_there (fixture);
}

/* The answer to a batch is lost after the server took it, and one is cut off. */
static void
test_once_only (SyncFixture *fixture, gconstpointer profile)
{
  chart (fixture, 10);
  sync_once (fixture);
  chart (fixture, 10);
  sync_fixture_set_faults (fixture, "drop-after,rate=0.5,method=POST");
  for (guint i = 0; i < 8; i++)
    sync_once (fixture);
  sync_fixture_set_faults (fixture, NULL);
  sync_once (fixture);
  assert_all_there (fixture);
}

/* One entry is refused for good: it is put aside and counted, what is before and behind goes up, and so does it when somebody
 * asks again. */
static void
test_refused (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (OmcActor) nurse = omc_actor_new ("n", NULL, OMC_ROLE_NURSE, NULL, NULL);
  g_autoptr (OmcActor) auditor = omc_actor_new ("a", NULL, OMC_ROLE_AUDITOR, NULL, NULL);
  g_autoptr (GError) error = NULL;
  guint64 sent;

  chart (fixture, 1);
  sync_once (fixture);
  sent = status_of (fixture).audit_sent;
  sync_fixture_set_faults (fixture, "status,code=422,method=PUT,path=*AuditEvent*,times=1");
  sync_once (fixture);
  sync_fixture_set_faults (fixture, NULL);
  g_assert_cmpuint (status_of (fixture).n_audit_refused, ==, 1);
  g_assert_cmpuint (status_of (fixture).audit_sent, >, sent);
  chart (fixture, 3);
  sync_once (fixture);
  g_assert_cmpuint (count_events (fixture) + 1, ==, status_of (fixture).audit_sent);
  omc_store_retry_audit_sync (fixture->bed->store, nurse, &error);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  omc_store_retry_audit_sync (fixture->bed->store, auditor, &error);
  g_assert_no_error (error);
  sync_once (fixture);
  assert_all_there (fixture);
}

/* Clinical work goes on whatever the server says to the trail, of which nothing is lost. */
static void
hold_nothing_up (SyncFixture *fixture, const char *code)
{
  g_autofree char *fault = g_strdup_printf ("status,code=%s,path=*AuditEvent*", code);
  g_autofree char *state = NULL;

  chart (fixture, 1);
  sync_once (fixture);
  /* The one entry that tells of the last run goes by itself. */
  sync_fixture_set_faults (fixture, fault);
  sync_once (fixture);
  state = omc_store_get_mark (fixture->bed->store, "audit.server", NULL);
  g_assert_cmpstr (state, ==, g_str_equal (code, "403") ? "forbidden" : "unsupported");
  chart (fixture, 3);
  sync_once (fixture);
  g_assert_cmpuint (status_of (fixture).n_pending, ==, 0);
  g_assert_cmpuint (status_of (fixture).n_audit_refused, ==, 0);
  sync_fixture_set_faults (fixture, NULL);
  sync_once (fixture);
  assert_all_there (fixture);
}

static void
test_unsupported (SyncFixture *fixture, gconstpointer data)
{
  hold_nothing_up (fixture, "405");
}

static void
test_forbidden (SyncFixture *fixture, gconstpointer data)
{
  hold_nothing_up (fixture, "403");
}

static OmcAuditReport
verify (SyncFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  omc_store_verify_audit_sync (fixture->bed->store, &report, NULL, &error);
  g_assert_no_error (error);

  return report;
}

static char *
path_of (SyncFixture *fixture, const char *name)
{
  return g_build_filename (omc_store_get_directory (fixture->bed->store), name, NULL);
}

/* The whole store of yesterday is put back, with its keyring, its head and what the secret service knew: nothing on the
 * device can tell, but the server can. */
static void
test_rollback_is_told (SyncFixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "omnicare.db", "audit-head" };
  char *copies[G_N_ELEMENTS (files)];
  gsize lengths[G_N_ELEMENTS (files)];
  g_autoptr (OmcSyncReport) report = NULL;
  guint64 before, head;

  chart (fixture, 5);
  sync_once (fixture);
  omc_store_close (fixture->bed->store);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = path_of (fixture, files[i]);

      g_assert_true (g_file_get_contents (path, &copies[i], &lengths[i], NULL));
    }
  omc_sync_bed_restart (fixture->bed);
  before = status_of (fixture).audit_sequence;
  chart (fixture, 40);
  sync_once (fixture);
  head = status_of (fixture).audit_sent;
  g_assert_cmpuint (head, >, before + 40);

  omc_store_close (fixture->bed->store);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = path_of (fixture, files[i]);

      g_assert_true (g_file_set_contents (path, copies[i], (gssize)lengths[i], NULL));
      g_free (copies[i]);
    }
  omc_secret_store_clear_sync (fixture->bed->secrets,
                               omc_key_manager_get_store_id (fixture->bed->keys), "audit-head",
                               NULL, NULL);
  omc_sync_bed_restart (fixture->bed);
  g_assert_cmpint (verify (fixture).finding, ==, OMC_AUDIT_INTACT);
  chart (fixture, 2);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_nonnull (report->error);
  g_assert_nonnull (strstr (report->error, "rolled back or rebuilt"));
  g_assert_cmpuint (status_of (fixture).audit_alarm, ==, head);
  g_assert_cmpint (verify (fixture).finding, ==, OMC_AUDIT_CUT);
  g_assert_cmpuint (verify (fixture).place, >, before);
  g_assert_cmpuint (verify (fixture).place, <, head);
  /* Work goes on, and what the server has of the first trail is not overwritten. */
  g_assert_cmpuint (status_of (fixture).n_pending, ==, 0);
  g_assert_cmpuint (count_events (fixture), >, head);
}

/* As if all that is in the trail were on the server. */
static void
skip_audit (SyncFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  omc_store_acknowledge_audit (fixture->bed->store, status_of (fixture).audit_sequence, NULL, NULL,
                               &error);
  g_assert_no_error (error);
}

static OmcAuditUpload *
find_linked (GPtrArray *uploads)
{
  for (guint i = 0; i < uploads->len; i++)
    {
      OmcAuditUpload *upload = g_ptr_array_index (uploads, i);

      if (upload->is_linked)
        return upload;
    }

  return NULL;
}

/* Somebody deleted there what an entry names, and nobody here knows yet. */
static void
test_unlinked (SyncFixture *fixture, gconstpointer data)
{
  static const char *const types[] = { "Observation", NULL };
  g_autoptr (OmcResource) read = NULL;
  g_autoptr (GPtrArray) uploads = NULL;
  g_autofree char *server_id = NULL;
  g_autofree char *there = NULL;
  g_autoptr (GError) error = NULL;
  OmcAuditUpload *linked;

  chart (fixture, 1);
  skip_audit (fixture);
  sync_once (fixture);
  read = omc_sync_bed_read (fixture->bed, "Patient", "p0");
  server_id = omc_sync_bed_dup_server_id (fixture->bed, read);
  omc_sandbox_delete_resource (fixture->sandbox, "Patient", server_id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
  fixture->bed->config->types = g_strdupv ((char **)types);
  omc_sync_bed_reconfigure (fixture->bed);
  g_assert_cmpint (verify (fixture).finding, ==, OMC_AUDIT_INTACT);
  uploads = omc_store_take_audit (fixture->bed->store, 10, NULL, &error);
  g_assert_no_error (error);
  linked = find_linked (uploads);
  g_assert_nonnull (linked);
  sync_once (fixture);
  g_assert_cmpuint (status_of (fixture).n_audit_refused, ==, 0);
  there = omc_sandbox_dup_resource (fixture->sandbox, "AuditEvent",
                                    omc_resource_get_id (linked->event));
  g_assert_nonnull (there);
  g_assert_null (strstr (there, "\"reference\""));
  g_assert_nonnull (strstr (there, "https://omnicare.org/fhir/sid/local-id"));
}

static void
assert_unsent (SyncFixture *fixture)
{
  g_autoptr (GPtrArray) uploads = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_unsent;
  gint64 oldest_us;

  g_assert_cmpint (verify (fixture).finding, ==, OMC_AUDIT_INTACT);
  uploads = omc_store_take_audit (fixture->bed->store, 100, NULL, &error);
  g_assert_no_error (error);
  omc_store_count_unsent_audit (fixture->bed->store, &n_unsent, &oldest_us, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_unsent, ==, uploads->len);
  if (uploads->len == 0)
    g_assert_cmpint (oldest_us, ==, 0);
  else
    g_assert_cmpint (oldest_us, ==,
                     ((OmcAuditUpload *)g_ptr_array_index (uploads, 0))->entry->recorded_us);
}

static void
test_count (SyncFixture *fixture, gconstpointer data)
{
  assert_unsent (fixture);
  chart (fixture, 7);
  assert_unsent (fixture);
  sync_once (fixture);
  assert_unsent (fixture);
  skip_audit (fixture);
  assert_unsent (fixture);
}

typedef struct
{
  const char *name;
  const char *profile;
} Server;

static const Server SERVERS[] = {
  { "medplum", "medplum" }, { "hapi", "hapi" },     { "google", "google" },
  { "azure", "azure" },     { "aidbox", "aidbox" }, { "strict", "strict" },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (SERVERS); i++)
    {
      g_autofree char *up = g_strdup_printf ("/sync/audit/%s/each-entry-goes-up", SERVERS[i].name);
      g_autofree char *once =
          g_strdup_printf ("/sync/audit/%s/a-lost-answer-doubles-nothing", SERVERS[i].name);

      g_test_add (up, SyncFixture, SERVERS[i].profile, sync_fixture_set_up, test_goes_up,
                  sync_fixture_tear_down);
      g_test_add (once, SyncFixture, SERVERS[i].profile, sync_fixture_set_up, test_once_only,
                  sync_fixture_tear_down);
    }
  g_test_add ("/sync/audit/a-rollback-is-told-by-the-server", SyncFixture, "hapi",
              sync_fixture_set_up, test_rollback_is_told, sync_fixture_tear_down);
  g_test_add ("/sync/audit/what-is-refused-is-kept-and-counted", SyncFixture, "hapi",
              sync_fixture_set_up, test_refused, sync_fixture_tear_down);

  g_test_add ("/sync/audit/what-is-deleted-there-is-named-by-its-id-here", SyncFixture, "hapi",
              sync_fixture_set_up, test_unlinked, sync_fixture_tear_down);
  g_test_add ("/sync/audit/what-waits-is-counted", SyncFixture, "hapi", sync_fixture_set_up,
              test_count, sync_fixture_tear_down);
  g_test_add ("/sync/audit/a-server-without-it-holds-nothing-up", SyncFixture, "hapi",
              sync_fixture_set_up, test_unsupported, sync_fixture_tear_down);
  g_test_add ("/sync/audit/a-server-that-forbids-it-holds-nothing-up", SyncFixture, "hapi",
              sync_fixture_set_up, test_forbidden, sync_fixture_tear_down);

  return g_test_run ();
}
