/* test-sync-faults.c: runs against networks and servers that go wrong
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-fixture.h"
#include "omc-test-server.h"

static void
test_lost_answer_makes_no_second_copy (SyncFixture *fixture, gconstpointer profile)
{
  static const char *const faults[] = { "drop-after,times=1,method=POST,path=*R4",
                                        "drop-after,times=1,method=POST,path=*Observation",
                                        "drop-before,times=1,method=POST,path=*R4" };
  g_autoptr (OmcResource) patient = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (OmcResource) one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 1);
      g_autoptr (OmcResource) two =
          i != 1 ? omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 2) : NULL;

      sync_fixture_set_faults (fixture, faults[i]);
      sync_fixture_assert_complete (fixture, 4);
      sync_fixture_set_faults (fixture, NULL);
      sync_fixture_assert_same (fixture, one);
      if (two != NULL)
        sync_fixture_assert_same (fixture, two);
    }
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 5);
}

static void
test_lost_412_success_is_acknowledged (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) edited = NULL;
  OmcStoreStatus status;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  edited = sync_fixture_edit_birth_date (fixture, P1, "1950-02-02");
  sync_fixture_set_faults (fixture, "drop-after,times=1,method=PUT");
  sync_fixture_assert_complete (fixture, 4);
  sync_fixture_set_faults (fixture, NULL);
  sync_fixture_assert_same (fixture, edited);
  status = omc_sync_bed_get_status (fixture->bed);
  g_assert_cmpuint (status.n_conflicts, ==, 0);
  g_assert_cmpuint (status.n_pending, ==, 0);
}

static void
test_poison_item_holds_up_nothing (SyncFixture *fixture, gconstpointer profile)
{
  g_autofree char *huge = g_strnfill (1200 * 1024, 'x');
  g_autoptr (OmcSyncReport) report = NULL;
  g_autoptr (OmcResource) poison = NULL;
  OmcStoreStatus status;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
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
test_faults_are_survived (SyncFixture *fixture, gconstpointer profile)
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

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcResource) one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 1);
      g_autoptr (OmcResource) two = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 2);
      g_autoptr (OmcSyncReport) report = NULL;

      n += 2;
      g_test_message ("fault %s", cases[i].fault);
      sync_fixture_set_faults (fixture, cases[i].fault);
      report = omc_sync_bed_sync (fixture->bed);
      if (cases[i].sent_at_once)
        g_assert_true (report->complete);
      g_assert_cmpint (report->complete, ==, report->error == NULL);
      sync_fixture_assert_complete (fixture, 6);
      sync_fixture_set_faults (fixture, NULL);
      sync_fixture_assert_same (fixture, one);
      sync_fixture_assert_same (fixture, two);
      g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, n);
    }
}

/* A token may be withdrawn at any moment of a run: one new one is asked for, and the run goes on; when that is refused as well
 * the run says so, and what it was about is sent by a later one. */
static void
test_withdrawn_token (SyncFixture *fixture, gconstpointer profile)
{
  static const char *const places[] = { "method=GET,path=*Patient*", "method=PUT",
                                        "method=POST,path=*R4*" };

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (places); i++)
    {
      gboolean again = i % 2 == 1;
      g_autofree char *date = g_strdup_printf ("1950-03-%02u", i + 1);
      g_autofree char *fault =
          g_strdup_printf ("unauthorized,times=%d,%s", again ? 2 : 1, places[i / 2]);
      g_autoptr (OmcSyncReport) report = NULL;
      g_autoptr (OmcResource) edited = NULL;
      g_autoptr (OmcResource) one = NULL;
      g_autoptr (OmcResource) two = NULL;
      g_autoptr (GError) error = NULL;

      /* One write goes alone, several go in a bundle where the server takes one. */
      edited = sync_fixture_edit_birth_date (fixture, P1, date);
      if (i / 2 == 2)
        {
          one = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 1);
          two = omc_sync_bed_save (fixture->bed, OBSERVATION, P1, (int)i, 2);
        }
      omc_store_set_mark (fixture->bed->store, "pull/Patient", NULL, &error);
      g_assert_no_error (error);
      sync_fixture_set_faults (fixture, fault);
      report = omc_sync_bed_sync (fixture->bed);
      g_test_message ("%s: %s", fault, report->error);
      g_assert_cmpint (report->complete, ==, !again);
      if (again)
        g_assert_nonnull (strstr (report->error, "does not accept this device's login"));
      else
        g_assert_cmpstr (report->error, ==, NULL);
      g_assert_cmpuint (report->failed, ==, 0);
      sync_fixture_set_faults (fixture, NULL);
      sync_fixture_assert_complete (fixture, 2);
      sync_fixture_assert_same (fixture, edited);
    }
}

static void
test_pages_that_expire_leave_no_hole (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) ids = NULL;

  for (guint i = 0; i < 2500; i++)
    {
      g_autofree char *id = g_uuid_string_random ();

      g_string_append_printf (text, PATIENT "\n", id, "ROE", 3);
    }
  sync_fixture_put_there (fixture, "%s", text->str);
  sync_fixture_set_faults (fixture, "expired-page,times=1");
  sync_fixture_assert_complete (fixture, 4);
  ids = omc_sync_bed_list_ids (fixture->bed, "Patient");
  g_assert_cmpuint (ids->len, ==, 2500);
}

/* A reading that ends in the middle has read nothing to its end: the mark stays where it was. */
static void
test_interrupted_reading_moves_no_mark (SyncFixture *fixture, gconstpointer profile)
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
  sync_fixture_put_there (fixture, "%s", text->str);
  /* The second page: HAPI's are at the address of the server itself. */
  sync_fixture_set_faults (fixture, g_str_equal (profile, "medplum")
                                        ? "status,code=503,method=GET,nth=2,path=*/Patient"
                                        : "status,code=503,method=GET,nth=1,path=*/R4");
  cut = omc_sync_bed_sync (fixture->bed);
  g_assert_false (cut->complete);
  g_assert_cmpuint (cut->received, >, 0);
  mark = omc_store_get_mark (fixture->bed->store, "pull/Patient", NULL);
  g_assert_null (mark);
  sync_fixture_set_faults (fixture, NULL);
  sync_fixture_assert_complete (fixture, 2);
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

/* A list of ids that comes round again, or that holds what cannot be read, ends and says nothing. */
static void
test_list_of_ids (gconstpointer data)
{
  gboolean circle = GPOINTER_TO_INT (data);
  g_autoptr (OmcTestServer) server = omc_test_server_new (FALSE);
  g_autofree char *url = g_strconcat (omc_test_server_get_url (server), "/fhir", NULL);
  g_autoptr (OmcSyncBed) bed = omc_sync_bed_new (url, NULL);
  g_autoptr (OmcSyncReport) report = NULL;
  g_autofree char *mark = NULL;

  omc_test_server_add (server,
                       &(OmcTestReply){ .path = "*/metadata*", .status = 200, .body = CAPABILITY });
  if (circle)
    {
      add_empty_page (server, "*/Patient?_elements*", "a0");
      add_empty_page (server, "*/a0", "a1");
      add_empty_page (server, "*/a1", "a0");
    }
  else
    omc_test_server_add (server, &(OmcTestReply){ .path = "*/Patient?_elements*",
                                                  .status = 200,
                                                  .body = PAGE_WITH_A_BAD_ENTRY });
  omc_test_server_add (server, &(OmcTestReply){ .path = "*/Patient?*",
                                                .status = 200,
                                                .body = "{\"resourceType\":\"Bundle\",\"type\":"
                                                        "\"searchset\"}" });
  omc_store_set_mark (bed->store, "idset/Patient", "2020-01-01T00:00:00Z", NULL);
  report = omc_sync_bed_sync (bed);
  g_assert_cmpuint (omc_test_server_count (server, "GET */Patient?_elements*"), ==, 1);
  g_assert_cmpuint (omc_test_server_count (server, "GET */a*"), <=, 30);
  mark = omc_store_get_mark (bed->store, "idset/Patient", NULL);
  g_assert_cmpstr (mark, ==, "2020-01-01T00:00:00Z");
}

static void
test_restart_in_the_middle_loses_nothing (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (GPtrArray) saved = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (OmcSyncReport) cut = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_assert_complete (fixture, 1);
  for (int i = 0; i < 30; i++)
    g_ptr_array_add (saved, omc_sync_bed_save (fixture->bed, OBSERVATION, P1, i, 1));
  sync_fixture_set_faults (fixture, "drop-after,times=1,method=POST,path=*R4");
  cut = omc_sync_bed_sync (fixture->bed);
  omc_sync_bed_restart (fixture->bed);
  sync_fixture_set_faults (fixture, NULL);
  sync_fixture_assert_complete (fixture, 3);
  for (guint i = 0; i < saved->len; i++)
    sync_fixture_assert_same (fixture, g_ptr_array_index (saved, i));
  g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Observation"), ==, 30);
}

static void
test_wrong_date_leaves_no_hole (SyncFixture *fixture, gconstpointer profile)
{
  g_autoptr (OmcResource) arrived = NULL;

  sync_fixture_put_there (fixture, PATIENT, P1, "DOE", 1);
  sync_fixture_set_faults (fixture, "skew,seconds=86400");
  sync_fixture_assert_complete (fixture, 1);
  sync_fixture_set_faults (fixture, NULL);
  sync_fixture_put_there (fixture, PATIENT, P2, "ROE", 1);
  sync_fixture_assert_complete (fixture, 1);
  arrived = omc_sync_bed_read (fixture->bed, "Patient", P2);
  g_assert_nonnull (arrived);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  sync_fixture_add ("/sync/engine/*/lost-answer-makes-no-second-copy", sync_fixture_set_up,
                    test_lost_answer_makes_no_second_copy);
  sync_fixture_add ("/sync/engine/*/lost-412-success-is-acknowledged", sync_fixture_set_up,
                    test_lost_412_success_is_acknowledged);
  sync_fixture_add ("/sync/engine/*/wrong-date-leaves-no-hole", sync_fixture_set_up,
                    test_wrong_date_leaves_no_hole);
  g_test_add ("/sync/engine/medplum/poison-item-holds-up-nothing", SyncFixture, "medplum",
              sync_fixture_set_up, test_poison_item_holds_up_nothing, sync_fixture_tear_down);
  sync_fixture_add ("/sync/engine/*/faults-are-survived", sync_fixture_set_up,
                    test_faults_are_survived);
  sync_fixture_add ("/sync/engine/*/a-withdrawn-token-is-replaced-once", sync_fixture_set_up,
                    test_withdrawn_token);
  sync_fixture_add ("/sync/engine/*/pages-that-expire-leave-no-hole", sync_fixture_set_up,
                    test_pages_that_expire_leave_no_hole);
  sync_fixture_add ("/sync/engine/*/interrupted-reading-moves-no-mark", sync_fixture_set_up,
                    test_interrupted_reading_moves_no_mark);
  g_test_add_func ("/sync/engine/unreadable-entry-is-asked-for-again",
                   test_unreadable_entry_is_asked_for_again);
  g_test_add_data_func ("/sync/engine/pages-in-a-circle-end", GINT_TO_POINTER (TRUE),
                        test_pages_without_end);
  g_test_add_data_func ("/sync/engine/empty-pages-without-end-end", GINT_TO_POINTER (FALSE),
                        test_pages_without_end);
  g_test_add_data_func ("/sync/engine/a-list-of-ids-in-a-circle-ends", GINT_TO_POINTER (TRUE),
                        test_list_of_ids);
  g_test_add_data_func ("/sync/engine/a-list-of-ids-that-cannot-be-read-says-nothing",
                        GINT_TO_POINTER (FALSE), test_list_of_ids);
  sync_fixture_add ("/sync/engine/*/restart-in-the-middle-loses-nothing", sync_fixture_set_up,
                    test_restart_in_the_middle_loses_nothing);

  return g_test_run ();
}
