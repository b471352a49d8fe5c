/* bench-use.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "bench-use.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-store-keys.h"
#include "omc-store-private.h"
#include "ward-sample.h"

#define N_READS 3000
#define N_PAGES 200
#define N_SAVES 200
#define N_PAUSED_SAVES 60
#define PAUSE_US 150000
#define N_COUNTED 21
#define N_UNCHANGED 1000
#define N_WORK 200
#define READS_A_SAVE 5
#define WORK_PAUSE_US 10000
#define POLL_US 20000
#define PROBE_PLACES 64
/* A page with the head of its frame. */
#define LOG_PAGE_BYTES (4096 + 24)

/* --- reading --- */

static void
read_one (BenchStore *bench, const char *reference, BenchTimes *times)
{
  g_auto (GStrv) parts = g_strsplit (reference, "/", 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = NULL;

  bench_times_begin (times);
  resource = omc_store_read_sync (bench->store, bench->device, parts[0], parts[1], NULL, &error);
  bench_times_end (times);
  bench_check (resource != NULL, error);
}

void
bench_use_reads (BenchStore *bench, GPtrArray *ids)
{
  g_auto (BenchTimes) times = bench_times_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < N_READS; i++)
    read_one (bench, g_ptr_array_index (ids, g_rand_int_range (random, 0, (int)ids->len)), &times);
  bench_times_print ("read_by_id", &times);
}

static const char *
choose_patient (GPtrArray *patients, guint i)
{
  return g_ptr_array_index (patients, (i * 7919) % patients->len);
}

void
bench_use_search (BenchStore *bench, const char *name, const char *format, GPtrArray *patients)
{
  g_auto (BenchTimes) times = bench_times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GString) query = g_string_new (format);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result = NULL;

      g_string_replace (query, "@", choose_patient (patients, i), 0);
      bench_times_begin (&times);
      result = omc_store_search_sync (bench->store, bench->device, query->str, NULL, &error);
      bench_times_end (&times);
      bench_check (result != NULL, error);
    }
  bench_times_print (name, &times);
}

void
bench_use_charts (BenchStore *bench, GPtrArray *patients)
{
  g_auto (BenchTimes) times = bench_times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcChart) chart = NULL;

      bench_times_begin (&times);
      chart = omc_store_read_chart_sync (bench->store, bench->device, choose_patient (patients, i),
                                         0, NULL, &error);
      bench_times_end (&times);
      bench_check (chart != NULL, error);
    }
  bench_times_print ("chart", &times);
}

void
bench_use_board (BenchStore *bench, const char *name, OmcBoardQuery *query, guint offset)
{
  g_auto (BenchTimes) times = bench_times_new ();

  for (guint i = 0; i < N_PAGES; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      guint total;

      bench_times_begin (&times);
      rows = omc_store_list_board_sync (bench->store, bench->device, query, offset, 50, &total,
                                        NULL, &error);
      bench_times_end (&times);
      bench_check (rows != NULL, error);
    }
  bench_times_print (name, &times);
}

/* --- saving --- */

/* As much as the write-ahead log takes for n pages, again and again at another place of a file that is there already. */
typedef struct
{
  int file;
  gsize length;
  char *bytes; /* (owned) */
} Probe;

static void
open_probe (BenchStore *bench, guint n_pages, Probe *probe)
{
  g_autofree char *path = g_build_filename (bench->directory, "probe", NULL);
  gboolean made = TRUE;

  probe->length = (gsize)n_pages * LOG_PAGE_BYTES;
  probe->bytes = g_malloc0 (probe->length);
  probe->file = g_open (path, O_CLOEXEC | O_RDWR | O_CREAT, 0600);
  bench_check (probe->file >= 0, NULL);
  for (guint i = 0; i < PROBE_PLACES; i++)
    made = made && write (probe->file, probe->bytes, probe->length) == (gssize)probe->length;
  bench_check (made && fsync (probe->file) == 0, NULL);
  g_unlink (path);
}

/* By turns with the saves: what the disk allows just now. */
static void
probe_disk (Probe *probe, BenchTimes *times, guint i)
{
  gint64 place = (gint64)(i % PROBE_PLACES) * (gint64)probe->length;

  bench_times_begin (times);
  bench_check (pwrite (probe->file, probe->bytes, probe->length, place) == (gssize)probe->length &&
                   fdatasync (probe->file) == 0,
               NULL);
  bench_times_end (times);
}

static gint
compare_counts (gconstpointer a, gconstpointer b)
{
  const guint *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static gboolean
count_log_pages (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  *(guint *)data = omc_db_get_log_pages (session->db);

  return TRUE;
}

static void
save (BenchStore *bench, GPtrArray *patients, guint i, BenchTimes *times)
{
  g_autoptr (GPtrArray) set = ward_sample_vitals_set (90000 + i, choose_patient (patients, i),
                                                      BENCH_NOW_US + (gint64)i * G_USEC_PER_SEC);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  bench_times_begin (times);
  stored = omc_store_save_sync (bench->store, bench->nurse, set, OMC_SAVE_CHART, NULL, &error);
  bench_times_end (times);
  bench_check (stored != NULL, error);
}

/* Of one save, the median of some. */
static guint
measure_log_pages (BenchStore *bench, GPtrArray *patients)
{
  g_auto (BenchTimes) times = bench_times_new ();
  guint n[N_COUNTED], before, after;

  for (guint i = 0; i < N_COUNTED; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done = omc_store_run_write (bench->store, count_log_pages, &before, NULL, &error);

      save (bench, patients, 5000 + i, &times);
      done = done && omc_store_run_write (bench->store, count_log_pages, &after, NULL, &error);
      bench_check (done, error);
      n[i] = after - before;
    }
  qsort (n, N_COUNTED, sizeof *n, compare_counts);

  return n[N_COUNTED / 2];
}

/* By turns with the disk. Without a pause the writer's housekeeping is put off, and what waits for it is more pages. */
static void
measure_saves (BenchStore *bench,
               GPtrArray *patients,
               Probe *probe,
               guint n,
               gulong pause_us,
               const char *name)
{
  g_auto (BenchTimes) times = bench_times_new ();
  g_auto (BenchTimes) disk = bench_times_new ();
  g_autofree char *disk_name = g_strconcat ("fdatasync_beside_", name, NULL);

  for (guint i = 0; i < n; i++)
    {
      g_usleep (pause_us);
      probe_disk (probe, &disk, i);
      save (bench, patients, i + (pause_us > 0 ? N_SAVES : 0), &times);
    }
  g_print ("    \"%s_per_fdatasync\": %.2f,\n", name,
           bench_times_percentile (&times, 50) / bench_times_percentile (&disk, 50));
  bench_times_print (name, &times);
  bench_times_print (disk_name, &disk);
}

void
bench_use_saves (BenchStore *bench, GPtrArray *patients)
{
  guint n_pages = measure_log_pages (bench, patients);
  Probe probe;

  open_probe (bench, n_pages, &probe);
  g_print ("    \"log_pages_per_save\": %u,\n", n_pages);
  measure_saves (bench, patients, &probe, N_SAVES, 0, "save_vitals_set");
  measure_saves (bench, patients, &probe, N_PAUSED_SAVES, PAUSE_US, "save_after_a_pause");
  close (probe.file);
  g_free (probe.bytes);
}

void
bench_use_unchanged (BenchStore *bench, GPtrArray *ids)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;
  gint64 start, cpu_start;

  for (guint i = 0; i < MIN (N_UNCHANGED, ids->len); i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (ids, i), "/", 2);
      OmcResource *resource =
          omc_store_read_sync (bench->store, bench->device, parts[0], parts[1], NULL, &error);

      bench_check (resource != NULL, error);
      g_ptr_array_add (batch, resource);
    }
  start = bench_wall_ns ();
  cpu_start = bench_cpu_ns ();
  bench_check (omc_store_import_sync (bench->store, bench->device, batch, OMC_IMPORT_SERVER_STATE,
                                      &counts, NULL, &error) &&
                   counts.unchanged == batch->len,
               error);
  g_print ("    \"unchanged_us_each\": %.1f,\n    \"unchanged_cpu_us_each\": %.1f,\n",
           (double)(bench_wall_ns () - start) / 1000 / batch->len,
           (double)(bench_cpu_ns () - cpu_start) / 1000 / batch->len);
}

/* --- rotation --- */

typedef struct
{
  BenchStore *bench;
  GPtrArray *ids;
  GPtrArray *patients;
  guint n;
} Ward;

static gboolean
is_rotating (BenchStore *bench)
{
  OmcKeyStatus status;
  g_autoptr (GError) error = NULL;

  bench_check (omc_store_get_key_status_sync (bench->store, &status, NULL, &error), error);

  return status.resealing;
}

static void
begin_rotation (BenchStore *bench)
{
  g_autoptr (OmcActor) admin = omc_actor_new ("admin", "Admin", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  g_autoptr (GError) error = NULL;

  bench_check (omc_store_rotate_data_key_sync (bench->store, admin, 0, NULL, NULL, &error), error);
}

/* Somebody who reads and saves without much pause. */
static void
work (Ward *ward, const char *read_name, const char *save_name, gboolean while_rotating)
{
  g_auto (BenchTimes) reads = bench_times_new ();
  g_auto (BenchTimes) saves = bench_times_new ();

  for (guint i = 0; i < N_WORK && (!while_rotating || is_rotating (ward->bench)); i++, ward->n++)
    {
      for (guint j = 0; j < READS_A_SAVE; j++)
        read_one (
            ward->bench,
            g_ptr_array_index (ward->ids, (ward->n * READS_A_SAVE + j) * 7919U % ward->ids->len),
            &reads);
      save (ward->bench, ward->patients, 10000 + ward->n, &saves);
      g_usleep (WORK_PAUSE_US);
    }
  bench_times_print (read_name, &reads);
  bench_times_print (save_name, &saves);
}

void
bench_use_rotation (BenchStore *bench, GPtrArray *ids, GPtrArray *patients)
{
  Ward ward = { bench, ids, patients, 0 };
  gint64 start = bench_wall_ns ();

  begin_rotation (bench);
  while (is_rotating (bench))
    g_usleep (POLL_US);
  g_print ("    \"rotation_s\": %.2f,\n", (double)(bench_wall_ns () - start) / 1e9);
  work (&ward, "read_at_rest", "save_at_rest", FALSE);
  begin_rotation (bench);
  work (&ward, "read_while_rotating", "save_while_rotating", TRUE);
  while (is_rotating (bench))
    g_usleep (POLL_US);
}
