/* test-sync-service.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-fhir-client.h"
#include "omc-sandbox.h"
#include "omc-sync-bed.h"
#include "omc-sync-engine.h"
#include "omc-sync-error.h"
#include "omc-sync-service-private.h"
#include "omc-test-network.h"

typedef struct
{
  OmcSandbox *sandbox;
  OmcSyncBed *bed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const OmcSandboxOptions options = { .profile = "medplum" };
  g_autoptr (GError) error = NULL;

  fixture->sandbox = omc_sandbox_new (&options, &error);
  g_assert_no_error (error);
  omc_sandbox_start (fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->bed = omc_sync_bed_new (omc_sandbox_get_base_url (fixture->sandbox), NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  omc_sync_bed_free (fixture->bed);
  omc_sandbox_free (fixture->sandbox);
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("Waited too long");
  return G_SOURCE_REMOVE;
}

/* Turns the main loop until condition holds. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint give_up = g_timeout_add_seconds (30, give_up_cb, NULL);                                  \
    while (!(condition))                                                                           \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (give_up);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
count_state_cb (OmcSyncService *service, GParamSpec *pspec, guint *n_runs)
{
  if (omc_sync_service_get_state (service) == OMC_SYNC_IDLE)
    (*n_runs)++;
}

static guint64
count_polls (Fixture *fixture)
{
  return omc_sandbox_get_counter (fixture->sandbox, "bundle");
}

static void
test_requests_coalesce (Fixture *fixture, gconstpointer data)
{
  const char *faults[] = { "latency,ms=150", NULL };
  OmcSyncService *service;
  guint64 before;

  /* A first run, so that each later one is one poll. */
  omc_sync_report_free (omc_sync_bed_sync (fixture->bed));
  service = fixture->bed->service;
  omc_sandbox_set_faults (fixture->sandbox, faults, 1, NULL);
  omc_sync_service_start (service);
  before = count_polls (fixture);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_USER);
  WAIT_FOR (omc_sync_service_get_state (service) == OMC_SYNC_PULL);
  for (guint i = 0; i < 50; i++)
    omc_sync_service_request_sync (service, i % 2 == 0 ? OMC_SYNC_REASON_USER
                                                       : OMC_SYNC_REASON_LOCAL_CHANGE);
  WAIT_FOR (count_polls (fixture) == before + 2);
  WAIT_FOR (omc_sync_service_get_state (service) == OMC_SYNC_IDLE);
  omc_sync_service_stop (service);
  /* Nothing was dropped: one more run; nothing was done fifty times. */
  g_assert_cmpuint (count_polls (fixture), ==, before + 2);
}

static double
get_progress (OmcSyncService *service)
{
  double value;

  g_object_get (service, "progress", &value, NULL);

  return value;
}

static void
note_progress_cb (OmcSyncService *service, GParamSpec *pspec, GArray *values)
{
  double value = get_progress (service);

  g_array_append_val (values, value);
}

/* A first reading of ten types says how far it is, and afterwards that nothing goes on. */
static void
test_progress_is_told (Fixture *fixture, gconstpointer data)
{
  const char *faults[] = { "latency,ms=20", NULL };
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  OmcSyncService *service = fixture->bed->service;
  guint n_between = 0;

  omc_sandbox_set_faults (fixture->sandbox, faults, 1, NULL);
  g_signal_connect (service, "notify::progress", G_CALLBACK (note_progress_cb), values);
  g_assert_cmpfloat (get_progress (service), ==, -1);
  omc_sync_service_start (service);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_USER);
  WAIT_FOR (omc_sync_service_get_last_sync (service) > 0 &&
            omc_sync_service_get_state (service) == OMC_SYNC_IDLE);
  g_assert_cmpfloat (get_progress (service), ==, -1);
  for (guint i = 0; i < values->len; i++)
    {
      double value = g_array_index (values, double, i);

      g_assert_cmpfloat (value, <=, 1);
      n_between += value > 0 && value < 1;
    }
  g_assert_cmpuint (n_between, >, 3);
  g_signal_handlers_disconnect_by_func (service, note_progress_cb, values);
  omc_sync_service_stop (service);
}

static void
test_local_work_goes_out_by_itself (Fixture *fixture, gconstpointer data)
{
  guint n_idle = 0;
  g_autoptr (OmcResource) saved = NULL;
  OmcSyncService *service;

  fixture->bed->config->auto_sync = TRUE;
  fixture->bed->config->interval_seconds = 3600;
  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  g_signal_connect (service, "notify::state", G_CALLBACK (count_state_cb), &n_idle);
  omc_sync_service_start (service);
  WAIT_FOR (omc_sync_service_get_online (service) && n_idle > 0);
  saved = omc_sync_bed_save (fixture->bed,
                             "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  WAIT_FOR (omc_sync_service_get_pending_count (service) == 1);
  WAIT_FOR (omc_sandbox_count_resources (fixture->sandbox, "Patient") == 1);
  WAIT_FOR (omc_sync_service_get_pending_count (service) == 0);
  g_assert_cmpint (omc_sync_service_get_last_sync (service), >, 0);
  g_assert_cmpstr (omc_sync_service_get_message (service), ==, NULL);
  g_signal_handlers_disconnect_by_func (service, count_state_cb, &n_idle);
  omc_sync_service_stop (service);
}

static void
test_outage_is_seen_and_survived (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcResource) saved = NULL;
  OmcSyncService *service;
  g_autoptr (GError) error = NULL;

  fixture->bed->config->auto_sync = TRUE;
  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  omc_sync_service_start (service);
  WAIT_FOR (omc_sync_service_get_online (service));
  omc_sandbox_stop (fixture->sandbox);
  saved = omc_sync_bed_save (fixture->bed,
                             "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"NEW\"}]}");
  WAIT_FOR (omc_sync_service_get_state (service) == OMC_SYNC_OFFLINE);
  WAIT_FOR (!omc_sync_service_get_online (service));
  g_assert_nonnull (omc_sync_service_get_message (service));
  g_assert_cmpuint (omc_sync_service_get_pending_count (service), ==, 1);
  omc_sandbox_start (fixture->sandbox, &error);
  g_assert_no_error (error);
  /* By itself, without anybody asking. */
  WAIT_FOR (omc_sandbox_count_resources (fixture->sandbox, "Patient") == 1);
  WAIT_FOR (omc_sync_service_get_online (service));
  omc_sync_service_stop (service);
}

static void
test_paused_means_paused (Fixture *fixture, gconstpointer data)
{
  OmcSyncService *service = fixture->bed->service;

  omc_sync_service_set_paused (service, TRUE);
  omc_sync_service_start (service);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_TIMER);
  /* Kept for later, with nothing on its way that could begin it. */
  g_assert_true (service->dirty_while_paused);
  g_assert_cmpuint (service->timer_id, ==, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (omc_sandbox_get_counter (fixture->sandbox, "requests"), ==, 0);
  omc_sync_service_set_paused (service, FALSE);
  WAIT_FOR (omc_sync_service_get_online (service));
  omc_sync_service_stop (service);
  g_assert_cmpuint (omc_sandbox_get_counter (fixture->sandbox, "metadata"), ==, 1);
}

/* A network that costs: nothing goes by itself, and it is looked again, for not every system tells of the change. */
static void
test_metered_is_looked_at_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcTestNetwork) network = g_object_new (OMC_TYPE_TEST_NETWORK, NULL);
  OmcSyncService *service;

  network->available = network->metered = TRUE;
  fixture->bed->config->auto_sync = TRUE;
  fixture->bed->config->unmetered_only = TRUE;
  fixture->bed->config->interval_seconds = 1;
  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  g_object_unref (service->connectivity);
  service->connectivity =
      omc_connectivity_new ("https://server.example/fhir", G_NETWORK_MONITOR (network));
  omc_sync_service_start (service);
  g_assert_cmpuint (service->timer_id, !=, 0);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_LOCAL_CHANGE);
  g_assert_cmpuint (service->timer_id, !=, 0);
  g_assert_cmpuint (omc_sandbox_get_counter (fixture->sandbox, "requests"), ==, 0);
  network->metered = FALSE;
  WAIT_FOR (omc_sync_service_get_last_sync (service) > 0);
  omc_sync_service_stop (service);
}

/* Who asks for it by hand pays for it. */
static void
test_metered_by_hand (Fixture *fixture, gconstpointer data)
{
  g_autoptr (OmcTestNetwork) network = g_object_new (OMC_TYPE_TEST_NETWORK, NULL);
  OmcSyncService *service;

  network->available = network->metered = TRUE;
  fixture->bed->config->unmetered_only = TRUE;
  omc_sync_bed_reconfigure (fixture->bed);
  service = fixture->bed->service;
  g_object_unref (service->connectivity);
  service->connectivity =
      omc_connectivity_new ("https://server.example/fhir", G_NETWORK_MONITOR (network));
  omc_sync_service_start (service);
  omc_sync_service_request_sync (service, OMC_SYNC_REASON_USER);
  WAIT_FOR (omc_sync_service_get_last_sync (service) > 0);
  omc_sync_service_stop (service);
}

static void
test_stop_ends_a_run_at_once (Fixture *fixture, gconstpointer data)
{
  const char *faults[] = { "latency,ms=20000", NULL };
  gint64 before;

  omc_sandbox_set_faults (fixture->sandbox, faults, 1, NULL);
  omc_sync_service_start (fixture->bed->service);
  omc_sync_service_request_sync (fixture->bed->service, OMC_SYNC_REASON_USER);
  WAIT_FOR (omc_sync_service_get_state (fixture->bed->service) == OMC_SYNC_AUTH);
  before = g_get_monotonic_time ();
  omc_sync_service_stop (fixture->bed->service);
  g_assert_cmpint (g_get_monotonic_time () - before, <, 10 * G_TIME_SPAN_SECOND);
  omc_sandbox_set_faults (fixture->sandbox, NULL, 1, NULL);
}

static void
test_without_a_server_it_works_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->bed->config->server_url, g_free);
  omc_sync_bed_reconfigure (fixture->bed);
  omc_sync_service_start (fixture->bed->service);
  omc_sync_service_request_sync (fixture->bed->service, OMC_SYNC_REASON_USER);
  g_assert_cmpint (omc_sync_service_get_state (fixture->bed->service), ==, OMC_SYNC_IDLE);
  g_assert_false (omc_sync_service_get_online (fixture->bed->service));
  g_assert_null (omc_sync_service_run_sync (fixture->bed->service, NULL, FALSE, NULL, &error));
  g_assert_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG);
  g_set_str (&fixture->bed->config->server_url, "http://server.example/fhir");
  omc_sync_bed_reconfigure (fixture->bed);
  g_assert_cmpint (omc_sync_service_get_state (fixture->bed->service), ==, OMC_SYNC_NEEDS_USER);
  g_assert_nonnull (omc_sync_service_get_message (fixture->bed->service));
}

static void
test_one_actor_at_a_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_store_lock_sync_actor (fixture->bed->store, &error));
  g_assert_null (omc_sync_service_run_sync (fixture->bed->service, NULL, FALSE, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  omc_store_unlock_sync_actor (fixture->bed->store);
  omc_sync_report_free (omc_sync_bed_sync (fixture->bed));
}

/* --- a server that chokes on one entry --- */
#define OMC_TYPE_CHOKING_TRANSPORT (omc_choking_transport_get_type ())
G_DECLARE_FINAL_TYPE (OmcChokingTransport,
                      omc_choking_transport,
                      OMC,
                      CHOKING_TRANSPORT,
                      OmcFhirTransport)

struct _OmcChokingTransport
{
  OmcFhirTransport parent_instance;
  OmcFhirTransport *real;
  guint bundle_status; /* for a bundle that holds the poison */
  guint single_status; /* 0: the connection dies */
  guint n_bundles;
};

G_DEFINE_FINAL_TYPE (OmcChokingTransport, omc_choking_transport, OMC_TYPE_FHIR_TRANSPORT)

static OmcFhirResponse *
omc_choking_transport_send (OmcFhirTransport *transport,
                            const OmcFhirRequest *request,
                            GCancellable *cancellable,
                            GError **error)
{
  OmcChokingTransport *self = OMC_CHOKING_TRANSPORT (transport);
  g_autofree char *text = NULL;

  if (request->body != NULL)
    text = g_strndup (g_bytes_get_data (request->body, NULL), g_bytes_get_size (request->body));
  else if (request->resource != NULL)
    text = omc_resource_to_string (request->resource, NULL);
  if (text == NULL || strstr (text, "POISON") == NULL)
    return omc_fhir_transport_send (self->real, request, cancellable, error);
  if (request->body != NULL)
    {
      self->n_bundles++;
      return omc_fhir_response_new (self->bundle_status, NULL);
    }
  if (self->single_status != 0)
    return omc_fhir_response_new (self->single_status, NULL);
  g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE, "The connection died");
  return NULL;
}

static void
omc_choking_transport_finalize (GObject *object)
{
  g_clear_object (&OMC_CHOKING_TRANSPORT (object)->real);
  G_OBJECT_CLASS (omc_choking_transport_parent_class)->finalize (object);
}

static void
omc_choking_transport_class_init (OmcChokingTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_choking_transport_finalize;
  OMC_FHIR_TRANSPORT_CLASS (klass)->send = omc_choking_transport_send;
}

static void
omc_choking_transport_init (OmcChokingTransport *self)
{
}

static void
test_bad_entry_is_isolated (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint bundle_status;
    guint single_status;
    guint max_runs;
    gboolean to_a_person;
  } cases[] = {
    { 400, 422, 1, TRUE }, /* divided within the run */
    { 413, 413, 1, TRUE },
    { 500, 422, 8, TRUE },  /* smaller company from run to run */
    { 500, 500, 12, TRUE }, /* fails alone while others get through */
  };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      g_autoptr (OmcChokingTransport) choking = g_object_new (OMC_TYPE_CHOKING_TRANSPORT, NULL);
      g_autoptr (OmcSyncEngine) engine = NULL;
      const OmcSyncRunOptions options = { .all_due = TRUE };

      choking->real = OMC_FHIR_TRANSPORT (omc_fhir_client_new (fixture->bed->config, &error));
      choking->bundle_status = cases[c].bundle_status;
      choking->single_status = cases[c].single_status;
      engine = omc_sync_engine_new (fixture->bed->store, OMC_FHIR_TRANSPORT (choking),
                                    fixture->bed->config);
      for (guint i = 0; i < 33; i++)
        {
          omc_resource_unref (omc_sync_bed_save (
              fixture->bed, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]}",
              i == 17 ? "POISON" : "GOOD"));
          n += i != 17 ? 1 : 0;
        }
      for (guint run = 0;
           run < cases[c].max_runs && omc_sync_bed_get_status (fixture->bed).n_attention <= c;
           run++)
        {
          g_autoptr (OmcSyncReport) report = NULL;

          /* Others go on working, which shows that the server is well. */
          if (run > 3)
            {
              omc_resource_unref (
                  omc_sync_bed_save (fixture->bed, "{\"resourceType\":\"Patient\"}"));
              n++;
            }
          report = omc_sync_engine_run (engine, &options, NULL, &error);
          g_assert_no_error (error);
          g_test_message ("case %u, run %u: %u sent, %u failed, %u waiting, %u bundles: %s", c, run,
                          report->sent, report->failed, report->waiting, choking->n_bundles,
                          report->error);
        }
      g_assert_cmpuint (omc_sandbox_count_resources (fixture->sandbox, "Patient"), ==, n);
      g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_attention, ==, c + 1);
      g_assert_cmpuint (omc_sync_bed_get_status (fixture->bed).n_pending, ==, 0);
    }
}

static void
test_loopback_needs_no_network (void)
{
  g_autoptr (OmcConnectivity) here = omc_connectivity_new ("http://127.0.0.1:8103/fhir", NULL);
  g_autoptr (OmcConnectivity) six = omc_connectivity_new ("http://[::1]:8103/fhir", NULL);

  g_assert_true (omc_connectivity_may_reach (here));
  g_assert_true (omc_connectivity_may_reach (six));
  g_assert_false (omc_connectivity_is_metered (here));
}

#define ADD(name, func) g_test_add ("/sync/service/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("requests-coalesce", test_requests_coalesce);
  ADD ("progress-is-told", test_progress_is_told);
  ADD ("local-work-goes-out-by-itself", test_local_work_goes_out_by_itself);
  ADD ("outage-is-seen-and-survived", test_outage_is_seen_and_survived);
  ADD ("paused-means-paused", test_paused_means_paused);
  ADD ("metered-is-looked-at-again", test_metered_is_looked_at_again);
  ADD ("metered-goes-by-hand", test_metered_by_hand);
  ADD ("stop-ends-a-run-at-once", test_stop_ends_a_run_at_once);
  ADD ("without-a-server-it-works-alone", test_without_a_server_it_works_alone);
  ADD ("one-actor-at-a-time", test_one_actor_at_a_time);
  ADD ("bad-entry-is-isolated", test_bad_entry_is_isolated);
  g_test_add_func ("/sync/connectivity/loopback-needs-no-network", test_loopback_needs_no_network);

  return g_test_run ();
}
