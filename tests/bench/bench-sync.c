/* bench-sync.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "omc-fhir-client.h"
#include "omc-sandbox.h"
#include "omc-sync-bed.h"

/*
 * Synchronisation against the practice server on loopback, both in this process: 100 down, 100 offline writes up, a
 * poll with nothing new, N down (argument, 10000) and the same N fetched and parsed but not stored.
 */

#define SMALL 100
#define RUNS 5

static void
append_observation (GString *text, guint i)
{
  g_autofree char *id = g_uuid_string_random ();

  g_string_append_printf (
      text,
      "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"category\":[{"
      "\"coding\":[{\"system\":"
      "\"http://terminology.hl7.org/CodeSystem/"
      "observation-category\",\"code\":\"vital-signs\",\"display\":\"Vital "
      "Signs\"}]}],\"code\":{\"coding\":[{\"system\":\"http://"
      "loinc.org\",\"code\":\"8310-5\",\"display\":\"Body "
      "temperature\"}],\"text\":\"Body temperature\"},\"subject\":{\"reference\":\"Patient/"
      "aaaaaaaa-0000-4000-8000-%012u\"},\"effectiveDateTime\":\"2026-11-23T%02u:%02u:00Z\","
      "\"issued\":"
      "\"2026-11-23T14:00:00.000Z\",\"valueQuantity\":{\"value\":36.%u,\"unit\":\"Cel\",\"system\":"
      "\"http://unitsofmeasure.org\",\"code\":\"Cel\"}}\n",
      id, i % 200, i % 24, i % 60, i % 10);
}

static void
fill (OmcSandbox *sandbox, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    append_observation (text, i);
  if (!omc_sandbox_load_text (sandbox, text->str, (gssize)text->len, NULL, &error))
    g_error ("%s", error->message);
}

static OmcSandbox *
open_sandbox (void)
{
  const OmcSandboxOptions options = { .profile = "medplum" };
  g_autoptr (GError) error = NULL;
  OmcSandbox *sandbox = omc_sandbox_new (&options, &error);

  if (sandbox == NULL || !omc_sandbox_start (sandbox, &error))
    g_error ("%s", error->message);
  return sandbox;
}

static double
sync_ms (OmcSyncBed *bed)
{
  gint64 before = g_get_monotonic_time ();
  g_autoptr (OmcSyncReport) report = omc_sync_bed_sync (bed);
  double ms = (g_get_monotonic_time () - before) / 1000.0;

  if (!report->complete)
    g_error ("incomplete: %s", report->error);
  return ms;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a;
  double right = *(const double *)b;

  return left < right ? -1 : left > right;
}

static double
median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

/* Fetch and parse without a store: what the network and the server alone take. */
static double
plain_download_ms (const OmcSyncConfig *config, guint *n_pages)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcFhirClient) client = omc_fhir_client_new (config, &error);
  g_autofree char *url = g_strdup ("Observation?_sort=_lastUpdated&_count=1000");
  gint64 before = g_get_monotonic_time ();

  *n_pages = 0;
  while (url != NULL)
    {
      g_autoptr (OmcFhirResponse) response =
          omc_fhir_transport_get (OMC_FHIR_TRANSPORT (client), url, NULL, &error);
      const OmcJsonValue *link;
      OmcJsonIter iter;

      if (response == NULL)
        g_error ("%s", error->message);
      (*n_pages)++;
      g_clear_pointer (&url, g_free);
      omc_json_iter_init (&iter, omc_json_value_get (omc_json_get_root (response->json), "link"));
      while (omc_json_iter_next (&iter, NULL, &link))
        {
          if (g_strcmp0 (omc_json_value_pick_string (link, "relation"), "next") == 0)
            g_set_str (&url, omc_json_value_pick_string (link, "url"));
        }
    }

  return (g_get_monotonic_time () - before) / 1000.0;
}

static void
save_offline (OmcSyncBed *bed, guint n)
{
  for (guint i = 0; i < n; i++)
    omc_resource_unref (omc_sync_bed_save (
        bed,
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":"
        "\"Body temperature\"},\"valueQuantity\":{\"value\":36.%u}}",
        i % 10));
}

int
main (int argc, char *argv[])
{
  guint large = argc > 1 ? (guint)atoi (argv[1]) : 10000;
  double down[RUNS];
  double up[RUNS];
  double poll[RUNS];
  double large_ms;
  double plain_ms;
  guint n_pages;
  guint64 n_requests = 0;
  OmcSandbox *sandbox = open_sandbox ();
  OmcSyncBed *bed = omc_sync_bed_new (omc_sandbox_get_base_url (sandbox), NULL);

  sync_ms (bed);
  for (guint run = 0; run < RUNS; run++)
    {
      fill (sandbox, SMALL);
      down[run] = sync_ms (bed);
      save_offline (bed, SMALL);
      up[run] = sync_ms (bed);
      omc_sandbox_reset_counters (sandbox);
      poll[run] = sync_ms (bed);
      n_requests = omc_sandbox_get_counter (sandbox, "requests");
    }
  omc_sync_bed_free (bed);
  omc_sandbox_free (sandbox);

  sandbox = open_sandbox ();
  fill (sandbox, large);
  bed = omc_sync_bed_new (omc_sandbox_get_base_url (sandbox), NULL);
  large_ms = sync_ms (bed);
  plain_ms = plain_download_ms (bed->config, &n_pages);
  omc_sync_bed_free (bed);
  omc_sandbox_free (sandbox);

  printf ("{\"benchmark\":\"sync\",\"runs\":%d,\"down_100_ms\":%.1f,\"up_100_ms\":%.1f,\"poll_ms\":"
          "%.1f,"
          "\"poll_requests\":%" G_GUINT64_FORMAT
          ",\"large\":%u,\"large_down_ms\":%.0f,\"large_plain_download_ms\":"
          "%.0f,\"large_pages\":%u}\n",
          RUNS, median (down, RUNS), median (up, RUNS), median (poll, RUNS), n_requests, large,
          large_ms, plain_ms, n_pages);
  return 0;
}
