/* bench-audit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-audit-dao.h"
#include "omc-bench.h"
#include "omc-store-private.h"

/* What the audit trail costs: appends as many entries as the arguments say (a run for each), verifies them, and looks
 * how long a read waits for its entry. */

#define DEFAULT_ENTRIES 1000000
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

static guint64
wait_for (OmcStore *store, guint64 sequence)
{
  OmcStoreStatus status;
  GError *error = NULL;

  do
    bench_check (omc_store_get_status_sync (store, &status, NULL, &error), error);
  while (status.audit_sequence < sequence);

  return status.audit_sequence;
}

/* From the answer of a read to its entry in the file, with nothing else going on. */
static void
measure_reads (BenchStore *bench)
{
  g_auto (BenchTimes) times = bench_times_new ();
  guint64 sequence = wait_for (bench->store, 0);

  for (guint i = 0; i < N_READS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result =
          omc_store_search_sync (bench->store, bench->nurse, "Location?name=x", NULL, &error);

      bench_check (result != NULL, error);
      bench_times_begin (&times);
      sequence = wait_for (bench->store, sequence + 1);
      bench_times_end (&times);
    }
  bench_times_print ("read_to_durable", &times);
}

static void
measure_trail (BenchStore *bench, guint n)
{
  OmcAuditReport report;
  g_autoptr (GError) error = NULL;
  gint64 start = bench_wall_ns ();
  double append_s, verify_s;

  for (guint left = n; left > 0;)
    {
      Append job = { bench->nurse, MIN (left, PIECE) };

      bench_check (omc_store_run_write (bench->store, append, &job, NULL, &error), error);
      left -= job.n;
    }
  append_s = (double)(bench_wall_ns () - start) / 1e9;
  start = bench_wall_ns ();
  bench_check (omc_store_verify_audit_sync (bench->store, &report, NULL, &error), error);
  verify_s = (double)(bench_wall_ns () - start) / 1e9;
  g_print ("    \"entries\": %" G_GUINT64_FORMAT ",\n    \"intact\": %s,\n"
           "    \"append_us_each\": %.2f,\n    \"verify_s\": %.2f",
           report.n_entries, report.finding == OMC_AUDIT_INTACT ? "true" : "false",
           append_s * 1e6 / n, verify_s);
}

static void
run (const char *directory, gpointer user_data)
{
  BenchStore bench;

  bench_store_open (&bench, directory, FALSE);
  measure_reads (&bench);
  measure_trail (&bench, *(guint *)user_data);
  bench_store_close (&bench);
}

int
main (int argc, char *argv[])
{
  g_print ("{\n  \"benchmark\": \"audit\",\n  \"runs\": [\n");
  for (int i = 1; i < MAX (argc, 2); i++)
    {
      guint n = argc > 1 ? (guint)g_ascii_strtoull (argv[i], NULL, 10) : DEFAULT_ENTRIES;

      g_print ("  {\n");
      bench_run_apart (g_get_tmp_dir (), run, &n);
      g_print ("\n  }%s\n", i + 1 < argc ? "," : "");
    }
  g_print ("  ]\n}\n");

  return 0;
}
