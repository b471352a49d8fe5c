/* bench-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <glib/gstdio.h>

#include "omc-store.h"
#include "ward-sample.h"

/*
 * What the store costs, as one JSON document.
 *
 *   bench-store [RESOURCES [DIRECTORY]]
 */

#define DEFAULT_RESOURCES 20000
#define BATCH 5000
#define N_READS 3000
#define N_SAVES 100
#define N_PAGES 50
#define NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

typedef struct
{
  OmcStore *store;
  OmcActor *nurse;
  OmcActor *device;
  GPtrArray *batch;
  GPtrArray *ids; /* "Type/id" of what was imported */
  GPtrArray *patients;
  gint64 import_us;
  gint64 import_cpu_us;
  guint n;
} Bench;

static void
check (gboolean ok, GError *error)
{
  if (ok)
    return;
  g_printerr ("bench-store: %s\n", error != NULL ? error->message : "failed");
  exit (1);
}

/* Of this thread, which does the work of the blocking calls: a busy machine does not change it. */
static gint64 cpu_start_us;
static GArray *cpu_times;

static gint64
cpu_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
begin_time (void)
{
  cpu_start_us = cpu_now ();

  return g_get_monotonic_time ();
}

static void
flush (Bench *bench)
{
  g_autoptr (GError) error = NULL;
  gint64 start_us = begin_time ();

  check (omc_store_import_sync (bench->store, bench->device, bench->batch, OMC_IMPORT_SERVER_STATE,
                                NULL, NULL, &error),
         error);
  bench->import_us += g_get_monotonic_time () - start_us;
  bench->import_cpu_us += cpu_now () - cpu_start_us;
  bench->n += bench->batch->len;
  g_ptr_array_set_size (bench->batch, 0);
}

/* Parsing belongs to the import: it is timed with it. */
static void
add (const char *json, gsize length, gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GError) error = NULL;
  gint64 start_us = g_get_monotonic_time ();
  OmcResource *resource = omc_resource_parse (json, (gssize)length, &error);

  bench->import_us += g_get_monotonic_time () - start_us;
  check (resource != NULL, error);
  g_ptr_array_add (bench->batch, resource);
  g_ptr_array_add (bench->ids, omc_resource_dup_reference (resource));
  if (g_str_equal (omc_resource_get_resource_type (resource), "Patient"))
    g_ptr_array_add (bench->patients, g_strdup (omc_resource_get_id (resource)));
  if (bench->batch->len == BATCH)
    flush (bench);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static void
add_time (GArray *times, gint64 start_us)
{
  gint64 us = g_get_monotonic_time () - start_us;
  gint64 cpu_us = cpu_now () - cpu_start_us;

  if (cpu_times == NULL)
    cpu_times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (times, us);
  g_array_append_val (cpu_times, cpu_us);
}

static void
print_times (const char *name, GArray *times)
{
  g_array_sort (times, compare_times);
  g_array_sort (cpu_times, compare_times);
  g_print ("  \"%s_us\": {\"p50\": %" G_GINT64_FORMAT ", \"p95\": %" G_GINT64_FORMAT
           ", \"p99\": %" G_GINT64_FORMAT ", \"cpu_p50\": %" G_GINT64_FORMAT
           ", \"cpu_p95\": %" G_GINT64_FORMAT "},\n",
           name, g_array_index (times, gint64, times->len / 2),
           g_array_index (times, gint64, times->len * 95 / 100),
           g_array_index (times, gint64, times->len * 99 / 100),
           g_array_index (cpu_times, gint64, cpu_times->len / 2),
           g_array_index (cpu_times, gint64, cpu_times->len * 95 / 100));
  g_array_set_size (cpu_times, 0);
}

static void
bench_reads (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < N_READS; i++)
    {
      const char *reference =
          g_ptr_array_index (bench->ids, g_rand_int_range (random, 0, (int)bench->ids->len));
      g_auto (GStrv) parts = g_strsplit (reference, "/", 2);
      gint64 start_us = begin_time ();
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcResource) resource =
          omc_store_read_sync (bench->store, bench->device, parts[0], parts[1], NULL, &error);

      add_time (times, start_us);
      check (resource != NULL, error);
    }
  print_times ("read_by_id", times);
}

static void
bench_saves (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_SAVES; i++)
    {
      const char *patient = g_ptr_array_index (bench->patients, i % bench->patients->len);
      g_autoptr (GPtrArray) set = ward_sample_vitals_set (90000 + i, patient, NOW_US + i);
      g_autoptr (GPtrArray) stored = NULL;
      g_autoptr (GError) error = NULL;
      gint64 start_us = begin_time ();

      stored = omc_store_save_sync (bench->store, bench->nurse, set, OMC_SAVE_CHART, NULL, &error);
      add_time (times, start_us);
      check (stored != NULL, error);
    }
  print_times ("save_vitals_set", times);
}

static void
bench_searches (Bench *bench, const char *name, const char *format)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_PAGES; i++)
    {
      const char *patient = g_ptr_array_index (bench->patients, (i * 7) % bench->patients->len);
      g_autoptr (GString) query = g_string_new (format);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result = NULL;
      gint64 start_us;

      g_string_replace (query, "@", patient, 0);
      start_us = begin_time ();
      result = omc_store_search_sync (bench->store, bench->device, query->str, NULL, &error);
      add_time (times, start_us);
      check (result != NULL, error);
    }
  print_times (name, times);
}

static void
bench_charts (Bench *bench)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_PAGES; i++)
    {
      const char *patient = g_ptr_array_index (bench->patients, (i * 7) % bench->patients->len);
      gint64 start_us = begin_time ();
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcChart) chart =
          omc_store_read_chart_sync (bench->store, bench->device, patient, 0, NULL, &error);

      add_time (times, start_us);
      check (chart != NULL, error);
    }
  print_times ("chart", times);
}

static void
bench_board (Bench *bench, const char *name, OmcBoardQuery *query, guint offset)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < N_PAGES; i++)
    {
      gint64 start_us = begin_time ();
      g_autoptr (GError) error = NULL;
      guint total;
      g_autoptr (GPtrArray) rows = omc_store_list_board_sync (bench->store, bench->device, query,
                                                              offset, 50, &total, NULL, &error);

      add_time (times, start_us);
      check (rows != NULL, error);
    }
  print_times (name, times);
}

static void
run (Bench *bench, guint n_resources, guint n_sets)
{
  /* 14 records of the person and ten of each set; the beds come on top. */
  WardSampleOptions options = { 5, MAX (1, n_resources / (4 + 10 * n_sets)), n_sets, NOW_US, TRUE };
  OmcBoardQuery risk = { .sort = OMC_BOARD_SORT_RISK };
  OmcBoardQuery name = { .sort = OMC_BOARD_SORT_NAME, .text = "mül" };
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  gint64 start_us;
  guint total;
  g_autoptr (GPtrArray) rows = NULL;

  ward_sample_generate (&options, add, bench);
  flush (bench);
  start_us = g_get_monotonic_time ();
  rows = omc_store_list_board_sync (bench->store, bench->device, &risk, 0, 1, &total, NULL, &error);
  check (rows != NULL, error);
  g_print ("  \"board_settle_us\": %" G_GINT64_FORMAT ",\n", g_get_monotonic_time () - start_us);
  check (omc_store_get_status_sync (bench->store, &status, NULL, &error), error);
  g_print ("  \"resources\": %u,\n  \"patients\": %u,\n", bench->n, status.n_patients);
  g_print ("  \"import_per_second\": %.0f,\n", bench->n * 1e6 / (double)bench->import_us);
  g_print ("  \"json_bytes_per_resource\": %.0f,\n", (double)status.original_bytes / bench->n);
  g_print ("  \"payload_bytes_per_resource\": %.0f,\n", (double)status.payload_bytes / bench->n);
  g_print ("  \"file_bytes_per_resource\": %.0f,\n", (double)status.file_bytes / bench->n);
  bench_reads (bench);
  bench_searches (bench, "latest_20_vitals",
                  "Observation?patient=@&category=vital-signs&_sort=-date&_count=20");
  bench_searches (bench, "patients_by_name", "Patient?name=mul&_count=20");
  bench_charts (bench);
  bench_board (bench, "board_page", &risk, 0);
  bench_board (bench, "board_page_in_the_middle", &risk, total / 2);
  bench_board (bench, "board_by_text", &name, 0);
  bench_saves (bench);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : DEFAULT_RESOURCES;
  guint n_sets = argc > 3 ? (guint)g_ascii_strtoull (argv[3], NULL, 10) : 18;
  g_autofree char *directory = argc > 2
                                   ? g_build_filename (argv[2], "omc-bench-XXXXXX", NULL)
                                   : g_build_filename (g_get_tmp_dir (), "omc-bench-XXXXXX", NULL);
  g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("bench", 5);
  g_autoptr (OmcClock) clock = omc_clock_new_manual (NOW_US);
  g_autoptr (OmcKeyManager) keys = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  struct rusage usage;
  Bench bench = { 0 };
  gint64 start_us;

  check (g_mkdtemp (directory) != NULL, NULL);
  keys = omc_key_manager_new (directory, secrets, &OMC_KDF_FLOOR);
  check (omc_key_manager_create_sync (keys, "bench", passphrase, &code, NULL, &error), error);
  bench.store = omc_store_new (directory, keys, clock);
  bench.nurse = omc_actor_new ("bench", "Bench", OMC_ROLE_NURSE, NULL, NULL);
  bench.device = omc_actor_new_device ();
  bench.batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  bench.ids = g_ptr_array_new_with_free_func (g_free);
  bench.patients = g_ptr_array_new_with_free_func (g_free);
  check (omc_store_open_sync (bench.store, NULL, &error), error);
  g_print ("{\n  \"benchmark\": \"store\",\n");
  run (&bench, n, n_sets);
  omc_store_close (bench.store);
  start_us = g_get_monotonic_time ();
  check (omc_store_open_sync (bench.store, NULL, &error), error);
  g_print ("  \"open_us\": %" G_GINT64_FORMAT ",\n", g_get_monotonic_time () - start_us);
  omc_store_close (bench.store);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("  \"peak_rss_kib\": %ld\n}\n", usage.ru_maxrss);

  g_object_unref (bench.store);
  g_object_unref (bench.nurse);
  g_object_unref (bench.device);
  g_ptr_array_unref (bench.batch);
  g_ptr_array_unref (bench.ids);
  g_ptr_array_unref (bench.patients);
  {
    static const char *const files[] = { "omnicare.db", "omnicare.db-wal", "omnicare.db-shm" };

    for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
      {
        g_autofree char *path = g_build_filename (directory, files[i], NULL);

        g_unlink (path);
      }
  }

  return 0;
}
