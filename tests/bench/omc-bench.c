/* omc-bench.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

void
bench_check (gboolean ok, const GError *error)
{
  if (ok)
    return;
  g_printerr ("%s: %s\n", g_get_prgname (), error != NULL ? error->message : "failed");
  exit (1);
}

/* --- times --- */

static gint64
now_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);

  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

gint64
bench_cpu_ns (void)
{
  return now_ns (CLOCK_THREAD_CPUTIME_ID);
}

gint64
bench_wall_ns (void)
{
  return now_ns (CLOCK_MONOTONIC);
}

BenchTimes
bench_times_new (void)
{
  return (BenchTimes){ g_array_new (FALSE, FALSE, sizeof (gint64)),
                       g_array_new (FALSE, FALSE, sizeof (gint64)), 0, 0 };
}

void
bench_times_clear (BenchTimes *times)
{
  g_clear_pointer (&times->wall, g_array_unref);
  g_clear_pointer (&times->cpu, g_array_unref);
}

void
bench_times_begin (BenchTimes *times)
{
  times->cpu_start = bench_cpu_ns ();
  times->wall_start = bench_wall_ns ();
}

void
bench_times_end (BenchTimes *times)
{
  gint64 wall = bench_wall_ns () - times->wall_start;
  gint64 cpu = bench_cpu_ns () - times->cpu_start;

  g_array_append_val (times->wall, wall);
  g_array_append_val (times->cpu, cpu);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static double
quantile_us (GArray *sorted, guint percent)
{
  return (double)g_array_index (sorted, gint64, (guint64)sorted->len * percent / 100) / 1000;
}

double
bench_times_percentile (BenchTimes *times, guint percent)
{
  g_array_sort (times->wall, compare);

  return quantile_us (times->wall, percent);
}

void
bench_times_print (const char *name, BenchTimes *times)
{
  g_array_sort (times->wall, compare);
  g_array_sort (times->cpu, compare);
  g_print ("    \"%s_us\": {\"p50\": %.1f, \"p95\": %.1f, \"p99\": %.1f, \"cpu_p50\": %.1f, "
           "\"cpu_p95\": %.1f, \"cpu_p99\": %.1f},\n",
           name, quantile_us (times->wall, 50), quantile_us (times->wall, 95),
           quantile_us (times->wall, 99), quantile_us (times->cpu, 50),
           quantile_us (times->cpu, 95), quantile_us (times->cpu, 99));
  g_array_set_size (times->wall, 0);
  g_array_set_size (times->cpu, 0);
}

/* --- stores --- */

void
bench_store_open (BenchStore *self, const char *directory, gboolean still)
{
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("bench", 5);
  g_autoptr (OmcClock) clock = still ? omc_clock_new_manual (BENCH_NOW_US) : omc_clock_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;

  self->directory = g_strdup (directory);
  self->secrets = omc_secret_store_memory_new ();
  self->keys = omc_key_manager_new (directory, self->secrets, &OMC_KDF_FLOOR);
  bench_check (omc_key_manager_create_sync (self->keys, "bench", passphrase, &code, NULL, &error),
               error);
  self->store = omc_store_new (directory, self->keys, clock);
  self->nurse = omc_actor_new ("bench", "Bench", OMC_ROLE_NURSE, NULL, NULL);
  self->device = omc_actor_new_device ();
  bench_check (omc_store_open_sync (self->store, NULL, &error), error);
}

double
bench_store_reopen (BenchStore *self)
{
  g_autoptr (GError) error = NULL;
  gint64 start;

  omc_store_close (self->store);
  start = bench_wall_ns ();
  bench_check (omc_store_open_sync (self->store, NULL, &error), error);

  return (double)(bench_wall_ns () - start) / 1000;
}

void
bench_store_close (BenchStore *self)
{
  omc_store_close (self->store);
  g_clear_object (&self->store);
  g_clear_object (&self->keys);
  g_clear_object (&self->secrets);
  g_clear_object (&self->nurse);
  g_clear_object (&self->device);
  g_clear_pointer (&self->directory, g_free);
}

gint64
bench_store_file (BenchStore *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
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

void
bench_run_apart (const char *parent, BenchFunc func, gpointer user_data)
{
  g_autofree char *directory = g_build_filename (parent, "omc-bench-XXXXXX", NULL);
  int status = 1;
  pid_t child;

  bench_check (g_mkdtemp (directory) != NULL, NULL);
  fflush (stdout);
  child = fork ();
  if (child == 0)
    {
      func (directory, user_data);
      exit (0);
    }
  bench_check (child > 0 && waitpid (child, &status, 0) == child, NULL);
  remove_directory (directory);
  bench_check (status == 0, NULL);
}

long
bench_peak_rss_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);

  return usage.ru_maxrss;
}
