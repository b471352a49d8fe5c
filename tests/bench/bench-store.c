/* bench-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>

#include "bench-store-text.h"
#include "bench-use.h"
#include "omc-bench.h"
#include "ward-sample.h"

/*
 * What the store costs, as one JSON document: a member for each size, and the same resources in a plain SQLCipher store
 * of JSON text.
 *
 *   bench-store [--in DIRECTORY] [--sets N] [RESOURCES...]
 */

#define DEFAULT_RESOURCES "20000"
#define DEFAULT_SETS 18
#define BATCH 2000
#define MAX_AHEAD 1
#define MADE_AHEAD (4 * BATCH)
#define MAX_TEXT_RESOURCES 100000
#define MAX_ROTATED_RESOURCES 120000
#define MAX_SAMPLE 20000

typedef struct
{
  BenchStore base;
  GPtrArray *texts;    /* (owned) (element-type utf8): made, and to be imported */
  GPtrArray *ids;      /* "Type/id" of some that were imported, evenly */
  GPtrArray *patients; /* ids of some, evenly */
  guint n_patients;
  guint id_step;         /* one of so many resources is in ids */
  guint patient_step;    /* and of so many patients */
  GAsyncQueue *batches;  /* (owned) (element-type GPtrArray): parsed, for the importer */
  GAsyncQueue *imported; /* (owned): a token for each that is done */
  gint64 import_ns;      /* without what making the texts takes */
  gint64 parse_cpu_ns;
  gint64 import_cpu_ns;
  guint n;
} Bench;

/* --- filling --- */

/* Parsing goes ahead by a batch, on a thread of its own, as synchronisation does it. */
static gpointer
import_thread (gpointer user_data)
{
  Bench *bench = user_data;
  GPtrArray *batch;

  while ((batch = g_async_queue_pop (bench->batches))->len > 0)
    {
      g_autoptr (GError) error = NULL;

      bench_check (omc_store_import_sync (bench->base.store, bench->base.device, batch,
                                          OMC_IMPORT_SERVER_STATE, NULL, NULL, &error),
                   error);
      g_ptr_array_unref (batch);
      g_async_queue_push (bench->imported, bench);
    }
  g_ptr_array_unref (batch);
  bench->import_cpu_ns = bench_cpu_ns ();

  return NULL;
}

static GPtrArray *
parse_batch (Bench *bench, guint first, guint end)
{
  GPtrArray *batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (guint i = first; i < end; i++)
    {
      g_autoptr (GError) error = NULL;
      OmcResource *resource = omc_resource_parse (g_ptr_array_index (bench->texts, i), -1, &error);

      bench_check (resource != NULL, error);
      g_ptr_array_add (batch, resource);
      if (bench->n++ % bench->id_step == 0)
        g_ptr_array_add (bench->ids, omc_resource_dup_reference (resource));
      if (g_str_equal (omc_resource_get_resource_type (resource), "Patient") &&
          bench->n_patients++ % bench->patient_step == 0)
        g_ptr_array_add (bench->patients, g_strdup (omc_resource_get_id (resource)));
    }

  return batch;
}

static void
import_texts (Bench *bench)
{
  gint64 start = bench_wall_ns ();
  gint64 cpu_start = bench_cpu_ns ();
  guint n_waiting = 0;

  for (guint i = 0; i < bench->texts->len; i += BATCH)
    {
      g_async_queue_push (bench->batches,
                          parse_batch (bench, i, MIN (i + BATCH, bench->texts->len)));
      if (++n_waiting > MAX_AHEAD)
        {
          g_async_queue_pop (bench->imported);
          n_waiting--;
        }
    }
  for (; n_waiting > 0; n_waiting--)
    g_async_queue_pop (bench->imported);
  bench->import_ns += bench_wall_ns () - start;
  bench->parse_cpu_ns += bench_cpu_ns () - cpu_start;
  g_ptr_array_set_size (bench->texts, 0);
}

static void
add (const char *json, gsize length, gpointer user_data)
{
  Bench *bench = user_data;

  g_ptr_array_add (bench->texts, g_strndup (json, length));
  if (bench->texts->len == MADE_AHEAD)
    import_texts (bench);
}

static void
fill (Bench *bench, const WardSampleOptions *options)
{
  GThread *importer;

  bench->texts = g_ptr_array_new_with_free_func (g_free);
  bench->batches = g_async_queue_new ();
  bench->imported = g_async_queue_new ();
  importer = g_thread_new ("importer", import_thread, bench);
  ward_sample_generate (options, add, bench);
  import_texts (bench);
  g_async_queue_push (bench->batches, g_ptr_array_new ());
  g_thread_join (importer);
  g_ptr_array_unref (bench->texts);
  g_async_queue_unref (bench->batches);
  g_async_queue_unref (bench->imported);
  g_print ("    \"import_per_second\": %.0f,\n", bench->n * 1e9 / (double)bench->import_ns);
  g_print ("    \"import_cpu_us_each\": %.1f,\n", (double)bench->import_cpu_ns / 1000 / bench->n);
  g_print ("    \"parse_cpu_us_each\": %.1f,\n", (double)bench->parse_cpu_ns / 1000 / bench->n);
}

/* --- the whole --- */

static void
print_sizes (Bench *bench, double open_us)
{
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  gint64 bytes = bench_store_file (&bench->base, "omnicare.db");

  bench_check (omc_store_get_status_sync (bench->base.store, &status, NULL, &error), error);
  g_print ("    \"patients\": %u,\n", status.n_patients);
  g_print ("    \"json_bytes_per_resource\": %.0f,\n", (double)status.original_bytes / bench->n);
  g_print ("    \"payload_bytes_per_resource\": %.0f,\n", (double)status.payload_bytes / bench->n);
  g_print ("    \"file_bytes_per_resource\": %.0f,\n", (double)bytes / bench->n);
  g_print ("    \"open_us\": %.0f,\n", open_us);
}

static void
run (Bench *bench, const WardSampleOptions *options)
{
  OmcBoardQuery risk = { .sort = OMC_BOARD_SORT_RISK };
  OmcBoardQuery name = { .sort = OMC_BOARD_SORT_NAME, .text = "mül" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64 start;
  double open_us;
  guint total;

  fill (bench, options);
  start = bench_wall_ns ();
  rows = omc_store_list_board_sync (bench->base.store, bench->base.device, &risk, 0, 1, &total,
                                    NULL, &error);
  bench_check (rows != NULL, error);
  g_print ("    \"board_settle_us\": %.0f,\n", (double)(bench_wall_ns () - start) / 1000);
  open_us = bench_store_reopen (&bench->base);
  bench_use_reads (&bench->base, bench->ids);
  print_sizes (bench, open_us);
  bench_use_search (&bench->base, "latest_20_vitals",
                    "Observation?patient=@&category=vital-signs&_sort=-date&_count=20",
                    bench->patients);
  bench_use_search (&bench->base, "one_kind_of_a_patient",
                    "Observation?patient=@&code=8867-4&_sort=-date&_count=20", bench->patients);
  bench_use_search (&bench->base, "one_kind_of_all", "Observation?code=8867-4&_count=20",
                    bench->patients);
  bench_use_search (&bench->base, "patients_by_name", "Patient?name=mul&_count=20",
                    bench->patients);
  bench_use_charts (&bench->base, bench->patients);
  bench_use_board (&bench->base, "board_page", &risk, 0);
  bench_use_board (&bench->base, "board_page_in_the_middle", &risk, total / 2);
  bench_use_board (&bench->base, "board_by_text", &name, 0);
  bench_use_unchanged (&bench->base, bench->ids);
  bench_use_saves (&bench->base, bench->patients);
  if (bench->n <= MAX_ROTATED_RESOURCES)
    bench_use_rotation (&bench->base, bench->ids, bench->patients);
}

typedef struct
{
  WardSampleOptions options;
  guint n_resources;
} Work;

static void
bench_store (const char *directory, gpointer user_data)
{
  const Work *work = user_data;
  Bench bench = { .ids = g_ptr_array_new_with_free_func (g_free),
                  .patients = g_ptr_array_new_with_free_func (g_free),
                  .id_step = MAX (1, work->n_resources / MAX_SAMPLE),
                  .patient_step = MAX (1, work->options.n_patients / MAX_SAMPLE) };

  bench_store_open (&bench.base, directory, TRUE);
  run (&bench, &work->options);
  bench_store_close (&bench.base);
  g_print ("    \"peak_rss_kib\": %ld", bench_peak_rss_kib ());
  g_ptr_array_unref (bench.ids);
  g_ptr_array_unref (bench.patients);
}

static void
bench_text (const char *directory, gpointer user_data)
{
  const Work *work = user_data;

  bench_store_text (directory, &work->options, BATCH);
}

int
main (int argc, char **argv)
{
  g_autofree char *parent = g_strdup (g_get_tmp_dir ());
  g_auto (GStrv) sizes = NULL;
  int n_sets = DEFAULT_SETS;
  const GOptionEntry entries[] = {
    { "in", 0, 0, G_OPTION_ARG_FILENAME, &parent, "where the stores are made", "DIRECTORY" },
    { "sets", 0, 0, G_OPTION_ARG_INT, &n_sets, "sets of vital signs a patient", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &sizes, NULL, "RESOURCES..." },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  bench_check (g_option_context_parse (context, &argc, &argv, &error), error);
  if (sizes == NULL)
    sizes = g_strsplit (DEFAULT_RESOURCES, " ", -1);
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_print ("{\n  \"benchmark\": \"store\",\n  \"runs\": [\n");
  for (guint i = 0; sizes[i] != NULL; i++)
    {
      guint n = (guint)g_ascii_strtoull (sizes[i], NULL, 10);
      /* 4 records of the person and ten of each set; the beds come on top. */
      Work work = { { 5, MAX (1, n / (4 + 10 * (guint)n_sets)), (guint)n_sets, BENCH_NOW_US, TRUE },
                    n };

      g_print ("  {\n    \"resources\": %u,\n", n);
      bench_run_apart (parent, bench_store, &work);
      /* It takes minutes for more. */
      if (n <= MAX_TEXT_RESOURCES)
        bench_run_apart (parent, bench_text, &work);
      g_print ("\n  }%s\n", sizes[i + 1] != NULL ? "," : "");
    }
  g_print ("  ]\n}\n");

  return 0;
}
