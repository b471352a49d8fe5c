/* bench-audit.c: what the audit trail costs
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "omc-audit-dao.h"
#include "omc-store-private.h"

/* Appends as many entries as the first argument says, verifies them, and looks how long a read waits for its entry. */

#define PIECE 10000
#define N_READS 200

typedef struct
{
  OmcActor *actor;
  guint n;
} Append;

static gboolean
append (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  Append *job = data;

  for (guint i = 0; i < job->n; i++)
    {
      char patient[40], entity[80];
      OmcAuditEvent event = { .type = "rest",
                              .subtype = "read",
                              .action = 'R',
                              .patient_id = patient,
                              .entity = entity,
                              .purpose = "TREAT" };

      g_snprintf (patient, sizeof patient, "5a3c7d42-91be-4c07-8d11-%012u", i);
      g_snprintf (entity, sizeof entity, "Observation/0f8f10a4-20a1-4d3e-9c55-%012u", i);
      if (!omc_audit_dao_append (session, job->actor, &event, error))
        return FALSE;
    }

  return TRUE;
}

static void
check (gboolean done, GError *error)
{
  if (done)
    return;
  fprintf (stderr, "bench-audit: %s\n", error->message);
  exit (1);
}

static guint64
wait_for (OmcStore *store, guint64 sequence)
{
  OmcStoreStatus status;
  GError *error = NULL;

  do
    check (omc_store_get_status_sync (store, &status, NULL, &error), error);
  while (status.audit_sequence < sequence);

  return status.audit_sequence;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

/* From the answer of a read to its entry in the file, with nothing else going on. */
static void
measure_reads (OmcStore *store, OmcActor *nurse, double *p50, double *p99)
{
  double ms[N_READS];
  GError *error = NULL;
  guint64 sequence = wait_for (store, 0);

  for (guint i = 0; i < N_READS; i++)
    {
      OmcSearchResult *result =
          omc_store_search_sync (store, nurse, "Location?name=x", NULL, &error);
      gint64 start = g_get_monotonic_time ();

      check (result != NULL, error);
      omc_search_result_unref (result);
      sequence = wait_for (store, sequence + 1);
      ms[i] = (double)(g_get_monotonic_time () - start) / 1000;
    }
  qsort (ms, N_READS, sizeof *ms, compare);
  *p50 = ms[N_READS / 2];
  *p99 = ms[N_READS * 99 / 100];
}

int
main (int argc, char *argv[])
{
  guint n = argc > 1 ? (guint)atoi (argv[1]) : 1000000;
  g_autofree char *directory = g_dir_make_tmp ("omc-bench-audit-XXXXXX", NULL);
  g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();
  g_autoptr (OmcKeyManager) keys = omc_key_manager_new (directory, secrets, &OMC_KDF_FLOOR);
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("a passphrase", 12);
  g_autoptr (OmcClock) clock = omc_clock_new ();
  g_autoptr (OmcStore) store = omc_store_new (directory, keys, clock);
  g_autoptr (OmcActor) nurse = omc_actor_new ("bench", NULL, OMC_ROLE_NURSE, NULL, NULL);
  g_autofree char *code = NULL;
  GError *error = NULL;
  OmcAuditReport report;
  double append_s, verify_s, p50, p99;
  gint64 start;

  check (omc_key_manager_create_sync (keys, "bench", passphrase, &code, NULL, &error), error);
  check (omc_store_open_sync (store, NULL, &error), error);
  measure_reads (store, nurse, &p50, &p99);
  start = g_get_monotonic_time ();
  for (guint left = n; left > 0;)
    {
      Append job = { nurse, MIN (left, PIECE) };

      check (omc_store_run_write (store, append, &job, NULL, &error), error);
      left -= job.n;
    }
  append_s = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  start = g_get_monotonic_time ();
  check (omc_store_verify_audit_sync (store, &report, NULL, &error), error);
  verify_s = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  printf ("{\"bench\":\"audit\",\"entries\":%" G_GUINT64_FORMAT ",\"intact\":%s,\"append_s\":%.2f,"
          "\"append_us_per_entry\":%.2f,\"verify_s\":%.2f,\"read_to_durable_ms\":{\"p50\":%.1f,"
          "\"p99\":%.1f}}\n",
          report.n_entries, report.finding == OMC_AUDIT_INTACT ? "true" : "false", append_s,
          append_s * 1e6 / n, verify_s, p50, p99);
  omc_store_close (store);
  return 0;
}
