/* test-medplum-router.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-fhir-client.h"
#include "omc-router-peer.h"
#include "omc-sync-bed.h"
#include "omc-sync-reconcile.h"

/* One router for all tests: it takes seconds to start. */
static OmcRouterPeer *router;
static char *why_not;

typedef struct
{
  OmcSyncBed *bed;
  OmcFhirClient *other; /* another client of the same server */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (router == NULL)
    return;
  fixture->bed = omc_sync_bed_new (omc_router_peer_get_base_url (router),
                                   omc_router_peer_get_token_url (router));
  fixture->other = omc_fhir_client_new (fixture->bed->config, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  omc_sync_bed_free (fixture->bed);
  g_clear_object (&fixture->other);
}

static gboolean
skip_if_absent (void)
{
  if (router == NULL)
    g_test_skip (why_not);
  return router == NULL;
}

/* (transfer full) (nullable): the body, where it is a resource */
static OmcResource *
ask_other (Fixture *fixture, const char *method, const char *url, const char *body, guint *status)
{
  g_autoptr (OmcResource) resource = body != NULL ? omc_resource_parse (body, -1, NULL) : NULL;
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new (method, url, resource);
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autoptr (GError) error = NULL;

  response = omc_fhir_transport_send (OMC_FHIR_TRANSPORT (fixture->other), request, NULL, &error);
  g_assert_no_error (error);
  if (status != NULL)
    *status = response->status;
  return response->json != NULL ? omc_resource_new (response->json, NULL) : NULL;
}

static char *
create_there (Fixture *fixture, const char *body)
{
  guint status;
  g_autoptr (OmcResource) stored = ask_other (fixture, "POST", "Patient", body, &status);

  g_assert_cmpuint (status, ==, 201);
  return g_strdup (omc_resource_get_id (stored));
}

static void
assert_same (Fixture *fixture, OmcResource *local)
{
  const char *type = omc_resource_get_resource_type (local);
  g_autofree char *id = omc_sync_bed_dup_server_id (fixture->bed, local);
  g_autofree char *url = g_strconcat (type, "/", id, NULL);
  g_autoptr (OmcResource) there = ask_other (fixture, "GET", url, NULL, NULL);
  g_autofree char *text =
      omc_sync_bed_dup_rendered (fixture->bed, type, omc_resource_get_id (local));
  g_autoptr (OmcResource) here = omc_resource_parse (text, -1, NULL);

  g_assert_true (omc_sync_content_equal (here, there));
}

static void
assert_complete (Fixture *fixture, guint times)
{
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync_until_complete (fixture->bed, times);

  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_true (report->complete);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) observation = NULL;
  g_autoptr (OmcResource) pulled = NULL;
  g_autofree char *id = NULL;

  if (skip_if_absent ())
    return;
  id = create_there (fixture,
                     "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":"
                     "\"1950-01-01\"}");
  assert_complete (fixture, 1);
  pulled = omc_sync_bed_read (fixture->bed, "Patient", id);
  g_assert_nonnull (pulled);
  observation = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":"
      "\"Temperature\"},\"subject\":{\"reference\":\"Patient/%s\"},\"valueQuantity\":{"
      "\"value\":98.60,\"unit\":\"degF\"}}",
      id);
  assert_complete (fixture, 1);
  assert_same (fixture, observation);
}

static void
test_new_family_of_resources (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) patient = NULL;
  g_autoptr (OmcResource) encounter = NULL;
  g_autoptr (OmcResource) observation = NULL;
  const char *id;

  if (skip_if_absent ())
    return;
  patient = omc_sync_bed_save (fixture->bed,
                               "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  id = omc_resource_get_id (patient);
  encounter = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":"
      "\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"}}",
      id);
  observation = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},"
      "\"subject\":{\"reference\":\"Patient/%s\"},\"encounter\":{\"reference\":"
      "\"Encounter/%s\"}}",
      id, omc_resource_get_id (encounter));
  assert_complete (fixture, 1);
  assert_same (fixture, patient);
  assert_same (fixture, encounter);
  assert_same (fixture, observation);
}

static void
test_lost_answers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) created = NULL;
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcResource) found = NULL;
  g_autofree char *url = NULL;
  g_autofree char *family = g_uuid_string_random ();

  if (skip_if_absent ())
    return;
  created = omc_sync_bed_save (
      fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}", family);
  omc_router_peer_drop_after (router, 1);
  assert_complete (fixture, 3);
  assert_same (fixture, created);
  edited = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}],\"gender\":"
      "\"female\"}",
      omc_resource_get_id (created), family);
  omc_router_peer_drop_after (router, 1);
  assert_complete (fixture, 3);
  assert_same (fixture, edited);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
  url = g_strdup_printf ("Patient?family=%s", family);
  found = ask_other (fixture, "GET", url, NULL, NULL);
  g_assert_cmpuint (
      omc_json_value_get_size (omc_json_value_get (omc_resource_get_root (found), "entry")), ==, 1);
}

static void
test_deleted_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) gone = NULL;
  g_autoptr (OmcResource) answer = NULL;
  g_autofree char *id = NULL;
  g_autofree char *url = NULL;

  if (skip_if_absent ())
    return;
  id = create_there (fixture, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"DOE\"}]}");
  assert_complete (fixture, 1);
  url = g_strconcat ("Patient/", id, NULL);
  answer = ask_other (fixture, "DELETE", url, NULL, NULL);
  assert_complete (fixture, 1);
  gone = omc_sync_bed_read (fixture->bed, "Patient", id);
  g_assert_null (gone);
}

static void
test_conflict (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcResource) answer = NULL;
  g_autoptr (OmcResource) there = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *id = NULL;
  g_autofree char *url = NULL;
  g_autofree char *theirs = NULL;
  guint status;

  if (skip_if_absent ())
    return;
  id = create_there (fixture,
                     "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":"
                     "\"1950-01-01\"}");
  assert_complete (fixture, 1);
  edited = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],"
      "\"birthDate\":\"1951-01-01\"}",
      id);
  url = g_strconcat ("Patient/", id, NULL);
  theirs = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],"
      "\"birthDate\":\"1952-01-01\"}",
      id);
  answer = ask_other (fixture, "PUT", url, theirs, &status);
  g_assert_cmpuint (status, ==, 200);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 1);
  there = ask_other (fixture, "GET", url, NULL, NULL);
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (there), "birthDate"), ==,
                   "1952-01-01");
}

static void
test_poison (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) good = NULL;
  g_autoptr (OmcResource) bad = NULL;
  g_autoptr (OmcSyncReport) report = NULL;

  if (skip_if_absent ())
    return;
  good = omc_sync_bed_save (fixture->bed,
                            "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"GOOD\"}]}");
  bad = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"BAD\"}],\"nonsense\":1}");
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (report->sent, ==, 1);
  g_assert_cmpuint (report->failed, ==, 1);
  assert_same (fixture, good);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/interop/medplum-router/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  router = omc_router_peer_new (&why_not, &error);
  g_assert_no_error (error);

  ADD ("round-trip", test_round_trip);
  ADD ("new-family-of-resources", test_new_family_of_resources);
  ADD ("lost-answers", test_lost_answers);
  ADD ("deleted-there", test_deleted_there);
  ADD ("conflict", test_conflict);
  ADD ("poison", test_poison);

  status = g_test_run ();
  omc_router_peer_free (router);
  g_free (why_not);
  return status;
}
