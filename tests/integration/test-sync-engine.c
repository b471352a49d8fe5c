/* test-sync-engine.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-sandbox.h"
#include "omc-sync-bed.h"
#include "omc-sync-reconcile.h"
#include "omc-test-server.h"

#define P1 "aaaaaaaa-0000-4000-8000-000000000001"
#define P2 "aaaaaaaa-0000-4000-8000-000000000002"
#define PATIENT                                                                                    \
  "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"%s\"}],\"birthDate\":"      \
  "\"1950-01-0%d\"}"
#define OBSERVATION                                                                                \
  "{\"resourceType\":\"Observation\",\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":" \
  "\"http://"                                                                                      \
  "terminology.hl7.org/CodeSystem/"                                                                \
  "observation-category\",\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{"                    \
  "\"system\":\"http://loinc.org\",\"code\":\"8310-5\"}]},\"subject\":{\"reference\":\"Patient/"   \
  "%s\"},"                                                                                         \
  "\"effectiveDateTime\":\"2026-11-23T14:%02d:00Z\",\"valueQuantity\":{\"value\":37.%d0,\"unit\":" \
  "\"Cel\",\"system\":"                                                                            \
  "\"http://unitsofmeasure.org\",\"code\":\"Cel\"}}"

typedef struct
{
  OmcSandbox *sandbox;
  OmcSyncBed *bed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer profile)
{
  const OmcSandboxOptions options = { .profile = profile,
                                      .client_id = "omnicare",
                                      .client_secret = "omnicare-secret" };
  g_autoptr (GError) error = NULL;

  fixture->sandbox = omc_sandbox_new (&options, &error);
  g_assert_no_error (error);
  omc_sandbox_start (fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->bed = omc_sync_bed_new (omc_sandbox_get_base_url (fixture->sandbox),
                                   omc_sandbox_get_token_url (fixture->sandbox));
}

static void
tear_down (Fixture *fixture, gconstpointer profile)
{
  omc_sync_bed_free (fixture->bed);
  omc_sandbox_free (fixture->sandbox);
}

/* As another client would have written it. */
static void G_GNUC_PRINTF (2, 3) put_there (Fixture *fixture, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  omc_sandbox_load_text (fixture->sandbox, text, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
set_faults (Fixture *fixture, const char *spec)
{
  const char *specs[] = { spec, NULL };
  g_autoptr (GError) error = NULL;

  omc_sandbox_set_faults (fixture->sandbox, spec != NULL ? specs : NULL, 1, &error);
  g_assert_no_error (error);
}

/* Records; the audit trail is there too. */
static guint64
count_there (Fixture *fixture)
{
  return omc_sandbox_count_resources (fixture->sandbox, NULL) -
         omc_sandbox_count_resources (fixture->sandbox, "AuditEvent");
}

static OmcResource *
read_there (Fixture *fixture, const char *type, const char *id)
{
  g_autofree char *text = id != NULL ? omc_sandbox_dup_resource (fixture->sandbox, type, id) : NULL;

  return text != NULL ? omc_resource_parse (text, -1, NULL) : NULL;
}

/* Both sides have it and mean the same. */
static void
assert_same (Fixture *fixture, OmcResource *local)
{
  const char *type = omc_resource_get_resource_type (local);
  g_autofree char *server_id = omc_sync_bed_dup_server_id (fixture->bed, local);
  g_autoptr (OmcResource) there = read_there (fixture, type, server_id);
  g_autofree char *text =
      omc_sync_bed_dup_rendered (fixture->bed, type, omc_resource_get_id (local));
  g_autoptr (OmcResource) here = NULL;

  g_assert_nonnull (server_id);
  g_assert_nonnull (there);
  g_assert_nonnull (text);
  here = omc_resource_parse (text, -1, NULL);
  if (!omc_sync_content_equal (here, there))
    {
      g_autofree char *other = omc_resource_to_string (there, NULL);

      g_test_message ("here:  %s\nthere: %s", text, other);
      g_test_fail ();
    }
}

static void
assert_complete (Fixture *fixture, guint times)
{
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync_until_complete (fixture->bed, times);

  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_true (report->complete);
  g_assert_cmpuint (report->waiting, ==, 0);
  g_assert_cmpuint (report->failed, ==, 0);
}

static void
test_first_sync_brings_all_then_nothing (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcSyncReport) first = NULL;
  g_autoptr (OmcSyncReport) second = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      put_there (fixture, PATIENT, id, "ROE", 2);
    }

  first = omc_sync_bed_sync (fixture->bed);
  g_assert_true (first->complete);
  g_assert_cmpuint (first->received, ==, 51);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  g_assert_cmpuint (ids->len, ==, 51);

  omc_sandbox_reset_counters (fixture->sandbox);
  second = omc_sync_bed_sync (fixture->bed);
  g_assert_true (second->complete);
  g_assert_cmpuint (second->received, ==, 0);
  /* issue 4: a poll with nothing new takes two requests at most. */
  g_assert_cmpuint (omc_sandbox_get_counter (fixture->sandbox, "requests"), <=, 2);
}

static void
test_offline_work_reaches_the_server (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) patient = omc_sync_bed_save (
      fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  const char *id = omc_resource_get_id (patient);
  g_autoptr (OmcResource) encounter = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"system\":\"http://"
      "terminology.hl7.org/"
      "CodeSystem/v3-ActCode\",\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/%s\"}}",
      id);
  g_autoptr (OmcResource) observation = omc_sync_bed_save (fixture->bed, OBSERVATION, id, 1, 5);
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (fixture->bed);
  g_autofree char *server_id = omc_sync_bed_dup_server_id (fixture->bed, observation);
  g_autofree char *text = NULL;

  g_assert_true (report->complete);
  g_assert_cmpuint (report->sent, ==, 3);
  assert_same (fixture, patient);
  assert_same (fixture, encounter);
  assert_same (fixture, observation);
  g_assert_cmpuint (count_there (fixture), ==, 3);
  text = omc_sandbox_dup_resource (fixture->sandbox, "Observation", server_id);
  g_assert_null (strstr (text, "urn:uuid"));
  /* The echo of the own work is no news. */
  {
    g_autoptr (OmcSyncReport) again = omc_sync_bed_sync (fixture->bed);

    g_assert_cmpuint (again->received + again->merged + again->conflicts + again->sent, ==, 0);
  }
}

static void
test_lost_answer_makes_no_second_copy (Fixture *fixture, gconstpointer profile)
{
  static const char *const faults[] = { "drop-after,times=1,method=POST,path=*R4",
                                        "drop-after,times=1,method=POST,path=*Observation",
                                        "drop-before,times=1,method=POST,path=*R4" };
  g_autoptr (OmcResource) patient = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (OmcResource) one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 1);
      g_autoptr (OmcResource) two =
          i != 1 ? omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 2) : NULL;

      set_faults (fixture, faults[i]);
      assert_complete (fixture, 4);
      set_faults (fixture, NULL);
      assert_same (fixture, one);
      if (two != NULL)
        assert_same (fixture, two);
    }
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 5);
}

static OmcResource *
edit_birth_date (Fixture *fixture, const char *id, const char *date)
{
  return omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"DOE\"}],"
      "\"birthDate\":\"%s\"}",
      id, date);
}

static void
test_lost_412_success_is_acknowledged (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  OmcStoreStatus status;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  edited = edit_birth_date (fixture, P1, "1950-02-02");
  set_faults (fixture, "drop-after,times=1,method=PUT");
  assert_complete (fixture, 4);
  set_faults (fixture, NULL);
  assert_same (fixture, edited);
  status = omc_sync_bed_get_status (fixture->bed);
  g_assert_cmpuint (status.n_conflicts, ==, 0);
  g_assert_cmpuint (status.n_pending, ==, 0);
}

static void
test_both_edit_other_things_merges (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *text = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  edited = omc_sync_bed_save (
      fixture->bed,
      "{\"resourceType\":\"Patient\",\"id\":\"" P1
      "\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":\"1950-01-01\",\"address\":[{\"use\":"
      "\"home\",\"city\":\"Here\"}]}");
  put_there (
      fixture,
      "{\"resourceType\":\"Patient\",\"id\":\"" P1
      "\",\"name\":[{\"family\":\"DOE\"}],\"birthDate\":\"1950-01-01\",\"telecom\":[{\"system\":"
      "\"phone\",\"use\":\"home\",\"value\":\"42\"}]}");
  report = omc_sync_bed_sync_until_complete (fixture->bed, 2);
  g_assert_true (report->complete);
  text = omc_sandbox_dup_resource (fixture->sandbox, "Patient", P1);
  g_assert_nonnull (strstr (text, "Here"));
  g_assert_nonnull (strstr (text, "42"));
  assert_same (fixture, edited);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 0);
}

static void
test_both_edit_the_same_asks (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *there = NULL;
  OmcStoreStatus status;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  edited = edit_birth_date (fixture, P1, "1951-11-11");
  put_there (fixture, PATIENT, P1, "DOE", 9);
  report = omc_sync_bed_sync (fixture->bed);
  status = omc_sync_bed_get_status (fixture->bed);
  g_assert_cmpuint (status.n_conflicts, ==, 1);
  g_assert_cmpuint (status.n_blocked, ==, 1);
  there = omc_sandbox_dup_resource (fixture->sandbox, "Patient", P1);
  g_assert_nonnull (strstr (there, "1950-01-09")); /* nobody's work was overwritten there */
}

static void
test_deletions_arrive (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) gone = NULL;
  g_autoptr (GError) error = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  put_there (fixture, PATIENT, P2, "ROE", 2);
  assert_complete (fixture, 1);
  omc_sandbox_delete_resource (fixture->sandbox, "Patient", P1, &error);
  g_assert_no_error (error);
  assert_complete (fixture, 1);
  gone = omc_sync_bed_read (fixture->bed, "Patient", P1);
  g_assert_null (gone);
  gone = omc_sync_bed_read (fixture->bed, "Patient", P2);
  g_assert_nonnull (gone);
}

static void
test_edit_does_not_bring_back_the_deleted (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  edited = edit_birth_date (fixture, P1, "1951-11-11");
  omc_sandbox_delete_resource (fixture->sandbox, "Patient", P1, &error);
  g_assert_no_error (error);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_conflicts, ==, 1);
}

static void
test_delete_is_sent (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (GError) error = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  omc_store_delete_sync (fixture->bed->store, fixture->bed->nurse, "Patient", P1, NULL, &error);
  g_assert_no_error (error);
  assert_complete (fixture, 1);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, 0);
}

static void
test_poison_item_holds_up_nothing (Fixture *fixture, gconstpointer profile)
{
  g_autofree char *huge = g_strnfill (1200 * 1024, 'x');
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (OmcResource) poison = NULL;
  OmcStoreStatus status;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (OmcResource) good = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, i, 1);

      /* More than either server takes. */
      if (i == 10)
        poison = omc_sync_bed_save (
            fixture->bed,
            "{\"resourceType\":\"Flag\",\"status\":\"active\",\"code\":{\"text\":\"%s\"},"
            "\"subject\":{\"reference\":\"Patient/" P1 "\"}}",
            huge);
    }
  report = omc_sync_bed_sync (fixture->bed);
  status = omc_sync_bed_get_status (fixture->bed);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 20);
  g_assert_cmpuint (report->sent, ==, 20);
  g_assert_cmpuint (report->failed, ==, 1);
  g_assert_cmpuint (status.n_attention, ==, 1);
  g_assert_cmpuint (status.n_pending, ==, 0);
}

static void
test_faults_are_survived (Fixture *fixture, gconstpointer profile)
{
  static const struct
  {
    const char *fault;
    gboolean sent_at_once; /* the first run already gets through */
  } cases[] = {
    { "status,code=500,times=2", FALSE },
    { "status,code=503,times=1", FALSE },
    { "throttle,seconds=1,times=1", FALSE },
    { "truncate,times=1", FALSE },
    { "portal,times=3", FALSE },
    { "unauthorized,times=1", TRUE },
    { "duplicate,times=2", TRUE },
    { "latency,ms=30,times=3", TRUE },
    { "drop-before,times=1", FALSE },
    { "drop-after,times=1", FALSE },
    { "skew,seconds=86400,times=50", TRUE },
  };
  guint n = 0;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcResource) one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 1);
      g_autoptr (OmcResource) two = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 2);
      g_autoptr (OmcSyncReport) report = NULL;

      n += 2;
      g_test_message ("fault %s", cases[i].fault);
      set_faults (fixture, cases[i].fault);
      report = omc_sync_bed_sync (fixture->bed);
      if (cases[i].sent_at_once)
        g_assert_true (report->complete);
      g_assert_cmpint (report->complete, ==, report->error == NULL);
      assert_complete (fixture, 6);
      set_faults (fixture, NULL);
      assert_same (fixture, one);
      assert_same (fixture, two);
      g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, n);
    }
}

static void
test_pages_that_expire_leave_no_hole (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) ids = NULL;

  for (guint i = 0; i < 2500; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      g_string_append_printf (text, PATIENT "\n", id, "ROE", 3);
    }
  put_there (fixture, "%s", text->str);
  set_faults (fixture, "expired-page,times=1");
  assert_complete (fixture, 4);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  g_assert_cmpuint (ids->len, ==, 2500);
}

/* A reading that ends in the middle has read nothing to its end: the mark stays where it was. */
static void
test_interrupted_reading_moves_no_mark (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (OmcSyncReport) cut = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_autofree char *mark = NULL;

  for (guint i = 0; i < 1500; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      g_string_append_printf (text, PATIENT "\n", id, "ROE", 3);
    }
  put_there (fixture, "%s", text->str);
  /* The second page: HAPI's are at the address of the server itself. */
  set_faults (fixture, g_str_equal (profile, "medplum")
                           ? "status,code=503,method=GET,nth=2,path=*/Patient"
                           : "status,code=503,method=GET,nth=1,path=*/R4");
  cut = omc_sync_bed_sync (fixture->bed);
  g_assert_false (cut->complete);
  g_assert_cmpuint (cut->received, >, 0);
  mark = omc_store_get_mark (fixture->bed->store, "pull/Patient", NULL);
  g_assert_null (mark);
  set_faults (fixture, NULL);
  assert_complete (fixture, 2);
  mark = omc_store_get_mark (fixture->bed->store, "pull/Patient", NULL);
  g_assert_nonnull (mark);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  g_assert_cmpuint (ids->len, ==, 1500);
}

/* --- a server that answers as it is told --- */

#define CAPABILITY                                                                                 \
  "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"4.0.1\",\"rest\":[{\"mode\":"       \
  "\"server\",\"resource\":[{\"type\":\"Patient\",\"interaction\":[{\"code\":\"read\"},"           \
  "{\"code\":\"search-type\"}]}]}]}"
#define PAGE_WITH_A_BAD_ENTRY                                                                      \
  "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":{"                 \
  "\"resourceType\":"                                                                              \
  "\"Patient\",\"id\":\"good\",\"meta\":{\"versionId\":\"1\",\"lastUpdated\":"                     \
  "\"2026-11-23T10:00:00Z\"}}},{\"resource\":{\"resourceType\":\"Patient\",\"id\":7}}]}"

/* What cannot be read is not passed over: it is asked for again until it can be, and the rest is here meanwhile. */
static void
test_unreadable_entry_is_asked_for_again (void)
{
  g_autoptr (OmcTestServer) server = omc_test_server_new (FALSE);
  g_autofree char *url = g_strconcat (omc_test_server_get_url (server), "/fhir", NULL);
  g_autoptr (OmcSyncBed) bed = omc_sync_bed_new (url, NULL);
  g_autoptr (OmcResource) good = NULL;

  omc_test_server_add (server,
                       &(OmcTestReply){ .path = "*/metadata*", .status = 200, .body = CAPABILITY });
  omc_test_server_add (
      server,
      &(OmcTestReply){ .path = "*/Patient?*", .status = 200, .body = PAGE_WITH_A_BAD_ENTRY });
  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (bed);
      g_autofree char *mark = omc_store_get_mark (bed->store, "pull/Patient", NULL);

      g_assert_false (report->complete);
      g_assert_nonnull (report->error);
      g_assert_null (mark);
    }
  good = omc_sync_bed_read (bed, "Patient", "good");
  g_assert_nonnull (good);
}

static void
add_empty_page (OmcTestServer *server, const char *path, const char *next)
{
  g_autofree char *body = g_strdup_printf ("{\"resourceType\":\"Bundle\",\"type\":\"searchset\","
                                           "\"link\":[{\"relation\":\"next\",\"url\":"
                                           "\"%s/fhir/%s\"}]}",
                                           omc_test_server_get_url (server), next);

  omc_test_server_add (server,
                       &(OmcTestReply){ .path = path, .status = 200, .body = body, .times = 20 });
}

/* A server whose pages never end, or come round again, does not hold up everything for ever. */
static void
test_pages_without_end (gconstpointer data)
{
  gboolean circle = GPOINTER_TO_INT (data);
  g_autoptr (OmcTestServer) server = omc_test_server_new (FALSE);
  g_autofree char *url = g_strconcat (omc_test_server_get_url (server), "/fhir", NULL);
  g_autoptr (OmcSyncBed) bed = omc_sync_bed_new (url, NULL);
  g_autoptr (OmcSyncReport) report = NULL;

  omc_test_server_add (server,
                       &(OmcTestReply){ .path = "*/metadata*", .status = 200, .body = CAPABILITY });
  add_empty_page (server, "*/Patient?*", "a0");
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *path = g_strdup_printf ("*/a%u", i);
      g_autofree char *next = g_strdup_printf ("a%u", circle ? (i + 1) % 3 : i + 1);

      add_empty_page (server, path, next);
    }
  report = omc_sync_bed_sync (bed);
  g_assert_false (report->complete);
  g_assert_nonnull (report->error);
  g_assert_cmpuint (omc_test_server_count (server, "GET */a*"), <=, circle ? 8 : 300);
}

static void
test_restart_in_the_middle_loses_nothing (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (GPtrArray) saved = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (OmcSyncReport) cut = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  for (int i = 0; i < 30; i++)
    g_ptr_array_add (saved, omc_sync_bed_save (fixture->bed, OBSERVATION, P1, i, 1));
  set_faults (fixture, "drop-after,times=1,method=POST,path=*R4");
  cut = omc_sync_bed_sync (fixture->bed);
  omc_sync_bed_restart (fixture->bed);
  set_faults (fixture, NULL);
  assert_complete (fixture, 3);
  for (guint i = 0; i < saved->len; i++)
    assert_same (fixture, g_ptr_array_index (saved, i));
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 30);
}

static void
test_one_resource_alone (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = NULL;
  g_autoptr (OmcResource) two = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (OmcSyncReport) wrong = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 1, 1);
  two = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 2, 2);
  name = omc_resource_dup_reference (one);
  report = omc_sync_service_run_sync (fixture->bed->service, name, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report->error, ==, NULL);
  g_assert_cmpuint (report->sent, ==, 1);
  g_assert_cmpuint (report->waiting, ==, 1);
  g_assert_false (report->complete);
  assert_same (fixture, one);
  wrong = omc_sync_service_run_sync (fixture->bed->service, "nonsense", FALSE, NULL, &error);
  g_assert_null (wrong);
  g_assert_nonnull (error);
}

static void
test_dry_run_changes_nothing (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  put_there (fixture, PATIENT, P2, "ROE", 1);
  one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, 1, 1);
  report = omc_sync_service_run_sync (fixture->bed->service, NULL, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->sent, ==, 1);
  g_assert_cmpuint (report->received, >=, 1);
  g_assert_false (report->complete);
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 0);
  g_assert_null (omc_sync_bed_read (fixture->bed, "Patient", P2));
  g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_pending, ==, 1);
}

static void
test_wrong_credentials_need_a_person (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) one = omc_sync_bed_save (
      fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  g_autoptr (OmcSyncReport) report = NULL;

  g_set_str (&fixture->bed->config->client_secret, "wrong");
  omc_sync_bed_reconfigure (fixture->bed);
  report = omc_sync_bed_sync (fixture->bed);
  g_assert_false (report->complete);
  g_assert_nonnull (report->error);
  g_assert_cmpuint (report->waiting, ==, 1);
  g_set_str (&fixture->bed->config->client_secret, "omnicare-secret");
  omc_sync_bed_reconfigure (fixture->bed);
  assert_complete (fixture, 1);
  assert_same (fixture, one);
}

static void
test_circle_goes_as_one_or_asks (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *e = g_uuid_string_random ();
  g_autofree char *c = g_uuid_string_random ();
  g_autofree char *encounter =
      g_strdup_printf ("{\"resourceType\":\"Encounter\",\"id\":\"%s\",\"status\":\"in-progress\","
                       "\"class\":{\"code\":"
                       "\"IMP\"},\"subject\":{\"reference\":\"Patient/" P1
                       "\"},\"diagnosis\":[{\"condition\":{\"reference\":\"Condition/%s\"}}]}",
                       e, c);
  g_autofree char *condition = g_strdup_printf (
      "{\"resourceType\":\"Condition\",\"id\":\"%s\",\"code\":{\"text\":\"x\"},\"subject\":{"
      "\"reference\":\"Patient/" P1 "\"},\"encounter\":{\"reference\":\"Encounter/%s\"}}",
      c, e);

  put_there (fixture, PATIENT, P1, "DOE", 1);
  assert_complete (fixture, 1);
  g_ptr_array_add (resources, omc_resource_parse (encounter, -1, NULL));
  g_ptr_array_add (resources, omc_resource_parse (condition, -1, NULL));
  saved = omc_store_save_sync (fixture->bed->store, fixture->bed->nurse, resources, OMC_SAVE_CHART,
                               NULL, &error);
  g_assert_no_error (error);
  report = omc_sync_bed_sync (fixture->bed);
  if (g_str_equal (profile, "medplum"))
    {
      /* Without the project feature a "transaction" there is none (fhir-servers.md 5). */
      g_assert_cmpuint (report->failed, ==, 2);
      g_assert_cmpuint (count_there (fixture), ==, 1);
    }
  else
    {
      g_assert_cmpuint (report->sent, ==, 2);
      assert_same (fixture, g_ptr_array_index (saved, 0));
      assert_same (fixture, g_ptr_array_index (saved, 1));
    }
}

static void
test_wrong_date_leaves_no_hole (Fixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) arrived = NULL;

  put_there (fixture, PATIENT, P1, "DOE", 1);
  set_faults (fixture, "skew,seconds=86400");
  assert_complete (fixture, 1);
  set_faults (fixture, NULL);
  put_there (fixture, PATIENT, P2, "ROE", 1);
  assert_complete (fixture, 1);
  arrived = omc_sync_bed_read (fixture->bed, "Patient", P2);
  g_assert_nonnull (arrived);
}

#define ADD(name, func)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_test_add ("/sync/engine/medplum/" name, Fixture, "medplum", set_up, func, tear_down);        \
    g_test_add ("/sync/engine/hapi/" name, Fixture, "hapi", set_up, func, tear_down);              \
  }                                                                                                \
  G_STMT_END

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("first-sync-brings-all-then-nothing", test_first_sync_brings_all_then_nothing);
  ADD ("offline-work-reaches-the-server", test_offline_work_reaches_the_server);
  ADD ("lost-answer-makes-no-second-copy", test_lost_answer_makes_no_second_copy);
  ADD ("lost-412-success-is-acknowledged", test_lost_412_success_is_acknowledged);
  ADD ("both-edit-other-things-merges", test_both_edit_other_things_merges);
  ADD ("both-edit-the-same-asks", test_both_edit_the_same_asks);
  ADD ("deletions-arrive", test_deletions_arrive);
  ADD ("edit-does-not-bring-back-the-deleted", test_edit_does_not_bring_back_the_deleted);
  ADD ("delete-is-sent", test_delete_is_sent);
  ADD ("wrong-date-leaves-no-hole", test_wrong_date_leaves_no_hole);
  g_test_add ("/sync/engine/medplum/poison-item-holds-up-nothing", Fixture, "medplum", set_up,
              test_poison_item_holds_up_nothing, tear_down);
  ADD ("faults-are-survived", test_faults_are_survived);
  ADD ("pages-that-expire-leave-no-hole", test_pages_that_expire_leave_no_hole);
  ADD ("interrupted-reading-moves-no-mark", test_interrupted_reading_moves_no_mark);
  g_test_add_func ("/sync/engine/unreadable-entry-is-asked-for-again",
                   test_unreadable_entry_is_asked_for_again);
  g_test_add_data_func ("/sync/engine/pages-in-a-circle-end", GINT_TO_POINTER (TRUE),
                        test_pages_without_end);
  g_test_add_data_func ("/sync/engine/empty-pages-without-end-end", GINT_TO_POINTER (FALSE),
                        test_pages_without_end);
  ADD ("restart-in-the-middle-loses-nothing", test_restart_in_the_middle_loses_nothing);
  ADD ("one-resource-alone", test_one_resource_alone);
  ADD ("dry-run-changes-nothing", test_dry_run_changes_nothing);
  ADD ("wrong-credentials-need-a-person", test_wrong_credentials_need_a_person);
  ADD ("circle-goes-as-one-or-asks", test_circle_goes_as_one_or_asks);

  return g_test_run ();
}
