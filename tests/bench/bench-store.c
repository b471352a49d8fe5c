/* bench-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "bench-store-text.h"
#include "omc-store.h"
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
#define N_READS 3000
#define N_SAVES 200
#define N_PAGES 200
#define MAX_SAMPLE 20000
/* As much as the write-ahead log takes for a set. */
#define PROBE_BYTES (16 * 4096)
#define LOG_PAGE_BYTES (4096 + 24)
#define PROBE_FILE_BYTES (256 * PROBE_BYTES)
#define NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

typedef struct
{
  const char *directory;
  OmcStore *store;
  OmcActor *nurse;
  OmcActor *device;
  GPtrArray *texts;    /* (owned) (element-type utf8): made, and to be imported */
  GPtrArray *ids;      /* "Type/id" of some that were imported, evenly */
  GPtrArray *patients; /* ids of some, evenly */
  guint n_patients;
  guint id_step;         /* one of so many resources is in ids */
  guint patient_step;    /* and of so many patients */
  int probe;             /* a file for measuring the disk */
  GAsyncQueue *batches;  /* (owned) (element-type GPtrArray): parsed, for the importer */
  GAsyncQueue *imported; /* (owned): a token for each that is done */
  gint64 import_us;      /* without what making the texts takes */
  gint64 parse_cpu_us;
  gint64 import_cpu_us;
  guint n;
} Bench;

typedef struct
{
  GArray *wall; /* (element-type gint64): microseconds */
  GArray *cpu;
  gint64 wall_start_us;
  gint64 cpu_start_us;
} Times;

static void
check (gboolean ok, GError *error)
{
  if (ok)
    return;
  g_printerr ("bench-store: %s\n", error != NULL ? error->message : "failed");
  exit (1);
}

/* --- times --- */

/* Of this thread, which does the work of the blocking calls: a busy machine does not change it. */
static gint64
cpu_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static Times
times_new (void)
{
  return (Times){ g_array_new (FALSE, FALSE, sizeof (gint64)),
                  g_array_new (FALSE, FALSE, sizeof (gint64)), 0, 0 };
}

static void
begin_time (Times *times)
{
  times->cpu_start_us = cpu_now ();
  times->wall_start_us = g_get_monotonic_time ();
}

static void
end_time (Times *times)
{
  gint64 wall_us = g_get_monotonic_time () - times->wall_start_us;
  gint64 cpu_us = cpu_now () - times->cpu_start_us;

  g_array_append_val (times->wall, wall_us);
  g_array_append_val (times->cpu, cpu_us);
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static gint64
percentile (GArray *times, guint percent)
{
  return g_array_index (times, gint64, times->len * percent / 100);
}

static void
print_times (const char *name, Times *times)
{
  g_array_sort (times->wall, compare_times);
  g_array_sort (times->cpu, compare_times);
  g_print ("    \"%s_us\": {\"p50\": %" G_GINT64_FORMAT ", \"p95\": %" G_GINT64_FORMAT
           ", \"p99\": %" G_GINT64_FORMAT ", \"cpu_p50\": %" G_GINT64_FORMAT
           ", \"cpu_p95\": %" G_GINT64_FORMAT "},\n",
           name, percentile (times->wall, 50), percentile (times->wall, 95),
           percentile (times->wall, 99), percentile (times->cpu, 50), percentile (times->cpu, 95));
  g_array_unref (times->wall);
  g_array_unref (times->cpu);
}

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

      check (omc_store_import_sync (bench->store, bench->device, batch, OMC_IMPORT_SERVER_STATE,
                                    NULL, NULL, &error),
             error);
      g_ptr_array_unref (batch);
      g_async_queue_push (bench->imported, bench);
    }
  g_ptr_array_unref (batch);
  bench->import_cpu_us = cpu_now ();

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

      check (resource != NULL, error);
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
  gint64 start_us = g_get_monotonic_time ();
  gint64 cpu_start_us = cpu_now ();
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
  bench->import_us += g_get_monotonic_time () - start_us;
  bench->parse_cpu_us += cpu_now () - cpu_start_us;
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
  g_print ("    \"import_per_second\": %.0f,\n", bench->n * 1e6 / (double)bench->import_us);
  g_print ("    \"import_cpu_us_each\": %.1f,\n", (double)bench->import_cpu_us / bench->n);
  g_print ("    \"parse_cpu_us_each\": %.1f,\n", (double)bench->parse_cpu_us / bench->n);
}

static gint64
file_bytes (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

/* Closes and opens, so that the file is what the data takes and nothing is in a cache of the program. */
static void
reopen (Bench *bench, gint64 *open_us)
{
  g_autoptr (GError) error = NULL;
  gint64 start_us;

  omc_store_close (bench->store);
  start_us = g_get_monotonic_time ();
  check (omc_store_open_sync (bench->store, NULL, &error), error);
  *open_us = g_get_monotonic_time () - start_us;
}

/* --- reading --- */

static void
bench_reads (Bench *bench)
{
  Times times = times_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < N_READS; i++)
    {
      const char *reference =
          g_ptr_array_index (bench->ids, g_rand_int_range (random, 0, (int)bench->ids->len));
      g_auto (GStrv) parts = g_strsplit (reference, "/", 2);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcResource) resource = NULL;

      begin_time (&times);
      resource =
          omc_store_read_sync (bench->store, bench->device, parts[0], parts[1], NULL, &error);
      end_time (&times);
      check (resource != NULL, error);
    }
  print_times ("read_by_id", &times);
}

static const char *
choose_patient (Bench *bench, guint i)
{
  return g_ptr_array_index (bench->patients, (i * 7919) % bench->patients->len);
}

static void
bench_searches (Bench *bench, const char *name, const char *format)
{
  Times times = times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GString) query = g_string_new (format);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result = NULL;

      g_string_replace (query, "@", choose_patient (bench, i), 0);
      begin_time (&times);
      result = omc_store_search_sync (bench->store, bench->device, query->str, NULL, &error);
      end_time (&times);
      check (result != NULL, error);
    }
  print_times (name, &times);
}

static void
bench_charts (Bench *bench)
{
  Times times = times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcChart) chart = NULL;

      begin_time (&times);
      chart = omc_store_read_chart_sync (bench->store, bench->device, choose_patient (bench, i), 0,
                                         NULL, &error);
      end_time (&times);
      check (chart != NULL, error);
    }
  print_times ("chart", &times);
}

static void
bench_board (Bench *bench, const char *name, OmcBoardQuery *query, guint offset)
{
  Times times = times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      guint total;

      begin_time (&times);
      rows = omc_store_list_board_sync (bench->store, bench->device, query, offset, 50, &total,
                                        NULL, &error);
      end_time (&times);
      check (rows != NULL, error);
    }
  print_times (name, &times);
}

/* --- saving --- */

static void
open_probe (Bench *bench)
{
  g_autofree char *path = g_build_filename (bench->directory, "probe", NULL);
  g_autofree char *zeros = g_malloc0 (PROBE_FILE_BYTES);

  bench->probe = g_open (path, O_CLOEXEC | O_RDWR | O_CREAT, 0600);
  check (bench->probe >= 0 &&
             write (bench->probe, zeros, PROBE_FILE_BYTES) == (gssize)PROBE_FILE_BYTES &&
             fsync (bench->probe) == 0,
         NULL);
  g_unlink (path);
}

/* One fdatasync of as many bytes, by turns with the saves: what the disk allows just now. */
static void
probe_disk (Bench *bench, Times *times, guint i)
{
  static const char bytes[PROBE_BYTES];

  begin_time (times);
  check (pwrite (bench->probe, bytes, sizeof bytes, i % 256 * PROBE_BYTES) == sizeof bytes &&
             fdatasync (bench->probe) == 0,
         NULL);
  end_time (times);
}

static void
bench_saves (Bench *bench)
{
  Times times = times_new (), disk = times_new ();
  gint64 log_bytes = file_bytes (bench->directory, "omnicare.db-wal");
  double ratio;

  open_probe (bench);
  for (guint i = 0; i < N_SAVES; i++)
    {
      g_autoptr (GPtrArray) set =
          ward_sample_vitals_set (90000 + i, choose_patient (bench, i), NOW_US + i);
      g_autoptr (GPtrArray) stored = NULL;
      g_autoptr (GError) error = NULL;

      probe_disk (bench, &disk, i);
      begin_time (&times);
      stored = omc_store_save_sync (bench->store, bench->nurse, set, OMC_SAVE_CHART, NULL, &error);
      end_time (&times);
      check (stored != NULL, error);
    }
  close (bench->probe);
  log_bytes = file_bytes (bench->directory, "omnicare.db-wal") - log_bytes;
  g_array_sort (times.wall, compare_times);
  g_array_sort (disk.wall, compare_times);
  ratio = (double)percentile (times.wall, 50) / (double)percentile (disk.wall, 50);
  print_times ("save_vitals_set", &times);
  print_times ("fdatasync", &disk);
  g_print ("    \"save_per_fdatasync\": %.2f,\n", ratio);
  /* Not when the log began anew meanwhile. */
  if (log_bytes > 0)
    g_print ("    \"log_pages_per_save\": %.1f,\n", (double)log_bytes / LOG_PAGE_BYTES / N_SAVES);
}

/* --- the whole --- */

static void
print_sizes (Bench *bench, gint64 open_us)
{
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  gint64 bytes = file_bytes (bench->directory, "omnicare.db");

  check (omc_store_get_status_sync (bench->store, &status, NULL, &error), error);
  g_print ("    \"patients\": %u,\n", status.n_patients);
  g_print ("    \"json_bytes_per_resource\": %.0f,\n", (double)status.original_bytes / bench->n);
  g_print ("    \"payload_bytes_per_resource\": %.0f,\n", (double)status.payload_bytes / bench->n);
  g_print ("    \"file_bytes_per_resource\": %.0f,\n", (double)bytes / bench->n);
  g_print ("    \"open_us\": %" G_GINT64_FORMAT ",\n", open_us);
}

static void
run (Bench *bench, const WardSampleOptions *options)
{
  OmcBoardQuery risk = { .sort = OMC_BOARD_SORT_RISK };
  OmcBoardQuery name = { .sort = OMC_BOARD_SORT_NAME, .text = "mül" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gint64 start_us, open_us;
  guint total;

  fill (bench, options);
  start_us = g_get_monotonic_time ();
  rows = omc_store_list_board_sync (bench->store, bench->device, &risk, 0, 1, &total, NULL, &error);
  check (rows != NULL, error);
  g_print ("    \"board_settle_us\": %" G_GINT64_FORMAT ",\n", g_get_monotonic_time () - start_us);
  reopen (bench, &open_us);
  bench_reads (bench);
  print_sizes (bench, open_us);
  bench_searches (bench, "latest_20_vitals",
                  "Observation?patient=@&category=vital-signs&_sort=-date&_count=20");
  bench_searches (bench, "one_kind_of_a_patient",
                  "Observation?patient=@&code=8867-4&_sort=-date&_count=20");
  bench_searches (bench, "one_kind_of_all", "Observation?code=8867-4&_count=20");
  bench_searches (bench, "patients_by_name", "Patient?name=mul&_count=20");
  bench_charts (bench);
  bench_board (bench, "board_page", &risk, 0);
  bench_board (bench, "board_page_in_the_middle", &risk, total / 2);
  bench_board (bench, "board_by_text", &name, 0);
  bench_saves (bench);
}

static void
bench_store (const char *directory, const WardSampleOptions *options, guint n_resources)
{
  g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("bench", 5);
  g_autoptr (OmcClock) clock = omc_clock_new_manual (NOW_US);
  g_autoptr (OmcKeyManager) keys = omc_key_manager_new (directory, secrets, &OMC_KDF_FLOOR);
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;
  struct rusage usage;
  Bench bench = { .directory = directory };

  check (omc_key_manager_create_sync (keys, "bench", passphrase, &code, NULL, &error), error);
  bench.store = omc_store_new (directory, keys, clock);
  bench.nurse = omc_actor_new ("bench", "Bench", OMC_ROLE_NURSE, NULL, NULL);
  bench.device = omc_actor_new_device ();
  bench.ids = g_ptr_array_new_with_free_func (g_free);
  bench.patients = g_ptr_array_new_with_free_func (g_free);
  bench.id_step = MAX (1, n_resources / MAX_SAMPLE);
  bench.patient_step = MAX (1, options->n_patients / MAX_SAMPLE);
  check (omc_store_open_sync (bench.store, NULL, &error), error);
  run (&bench, options);
  omc_store_close (bench.store);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("    \"peak_rss_kib\": %ld", usage.ru_maxrss);
  g_object_unref (bench.store);
  g_object_unref (bench.nurse);
  g_object_unref (bench.device);
  g_ptr_array_unref (bench.ids);
  g_ptr_array_unref (bench.patients);
}

static void
remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/* In a process of its own, so that each has its own peak of memory; what it leaves is removed also when it fails. */
static void
run_apart (const char *parent, const WardSampleOptions *options, guint n_resources, gboolean text)
{
  g_autofree char *directory = g_build_filename (parent, "omc-bench-XXXXXX", NULL);
  int status = 1;
  pid_t child;

  check (g_mkdtemp (directory) != NULL, NULL);
  child = fork ();
  if (child == 0)
    {
      if (text)
        bench_store_text (directory, options, BATCH);
      else
        bench_store (directory, options, n_resources);
      exit (0);
    }
  check (child > 0 && waitpid (child, &status, 0) == child, NULL);
  remove_directory (directory);
  check (status == 0, NULL);
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
  check (g_option_context_parse (context, &argc, &argv, &error), error);
  if (sizes == NULL)
    sizes = g_strsplit (DEFAULT_RESOURCES, " ", -1);
  setvbuf (stdout, NULL, _IOLBF, 0);
  g_print ("{\n  \"benchmark\": \"store\",\n  \"runs\": [\n");
  for (guint i = 0; sizes[i] != NULL; i++)
    {
      guint n = (guint)g_ascii_strtoull (sizes[i], NULL, 10);
      /* 4 records of the person and ten of each set; the beds come on top. */
      WardSampleOptions options = { 5, MAX (1, n / (4 + 10 * (guint)n_sets)), (guint)n_sets, NOW_US,
                                    TRUE };

      g_print ("  {\n    \"resources\": %u,\n", n);
      run_apart (parent, &options, n, FALSE);
      /* It takes minutes for more. */
      if (n <= MAX_TEXT_RESOURCES)
        run_apart (parent, &options, n, TRUE);
      g_print ("\n  }%s\n", sizes[i + 1] != NULL ? "," : "");
    }
  g_print ("  ]\n}\n");

  return 0;
}
