/* bench-audit.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-audit-dao.h"
#include "omc-bench.h"
#include "omc-store-audit-upload.h"
#include "omc-store-audit.h"
#include "omc-store-private.h"

/* What the audit trail costs: appends as many entries as the arguments say (a run for each), verifies them, and looks
 * how long a read waits for its entry. Then all goes into the archive, while somebody works, and is verified there. */

#define DEFAULT_ENTRIES 1000000
#define PIECE 10000
#define N_READS 200
#define PAUSE_US 20000

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
           "    \"append_us_each\": %.2f,\n    \"verify_s\": %.2f,\n",
           report.n_entries, report.finding == OMC_AUDIT_INTACT ? "true" : "false",
           append_s * 1e6 / n, verify_s);
}

/* --- the archive --- */

typedef struct
{
  OmcStore *store;
  OmcActor *actor;
  OmcAuditArchiveCounts counts;
  gint64 started_ns;
  gint64 ended_ns;
  int ended; /* atomic */
} Archive;

static gpointer
archive (gpointer data)
{
  Archive *self = data;
  g_autoptr (GError) error = NULL;

  self->started_ns = bench_wall_ns ();
  bench_check (
      omc_store_archive_audit_sync (self->store, self->actor, 0, &self->counts, NULL, &error),
      error);
  self->ended_ns = bench_wall_ns ();
  g_atomic_int_set (&self->ended, 1);

  return NULL;
}

/* What others wait for a durable entry meanwhile. */
static void
measure_archive (BenchStore *bench)
{
  static const OmcAuditEvent event = { .type = "rest", .subtype = "bench", .action = 'E' };
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("admin", "Admin", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  g_auto (BenchTimes) times = bench_times_new ();
  Archive job = { .store = bench->store, .actor = administrator };
  g_autoptr (GError) error = NULL;
  GThread *thread;
  double seconds;

  bench_check (
      omc_store_acknowledge_audit (bench->store, wait_for (bench->store, 0), NULL, NULL, &error),
      error);
  thread = g_thread_new ("archive", archive, &job);
  while (!g_atomic_int_get (&job.ended))
    {
      bench_times_begin (&times);
      bench_check (omc_store_audit_sync (bench->store, bench->nurse, &event, NULL, &error), error);
      bench_times_end (&times);
      g_usleep (PAUSE_US);
    }
  g_thread_join (thread);
  seconds = (double)(job.ended_ns - job.started_ns) / 1e9;
  bench_times_print ("write_while_archiving", &times);
  g_print ("    \"archived\": %" G_GUINT64_FORMAT ",\n    \"archive_files\": %u,\n"
           "    \"archive_entries_per_s\": %.0f,\n    \"archive_ms_a_file\": %.1f,\n"
           "    \"archive_bytes_an_entry\": %.1f,\n",
           job.counts.n_entries, job.counts.n_segments, (double)job.counts.n_entries / seconds,
           seconds * 1e3 / MAX (job.counts.n_segments, 1),
           (double)job.counts.n_bytes / (double)MAX (job.counts.n_entries, 1));
}

static double
verify (BenchStore *bench, gboolean full, OmcAuditReport *report)
{
  g_autoptr (GError) error = NULL;
  gint64 start = bench_wall_ns ();

  bench_check (omc_store_check_audit_sync (bench->store, full, NULL, NULL, report, NULL, &error),
               error);

  return (double)(bench_wall_ns () - start) / 1e9;
}

static void
measure_archived (BenchStore *bench)
{
  OmcAuditReport report;
  double full_s = verify (bench, TRUE, &report);
  double resumed_s = verify (bench, FALSE, &report);

  g_print ("    \"archived_intact\": %s,\n    \"archived_verify_s\": %.2f,\n"
           "    \"archived_resumed_verify_s\": %.4f",
           report.finding == OMC_AUDIT_INTACT ? "true" : "false", full_s, resumed_s);
}

static void
run (const char *directory, gpointer user_data)
{
  BenchStore bench;

  bench_store_open (&bench, directory, FALSE);
  measure_reads (&bench);
  measure_trail (&bench, *(guint *)user_data);
  measure_archive (&bench);
  measure_archived (&bench);
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
