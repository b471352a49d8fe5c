/* omc-bench.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* What the benchmarks have in common: times, and a store of their own. */

/* Ends the program with one line when something failed; error is optional. */
void bench_check (gboolean ok, const GError *error);

/* --- times --- */

/* Nanoseconds of this thread, which does the work of the blocking calls: a busy machine does not change them. */
gint64 bench_cpu_ns (void);
gint64 bench_wall_ns (void);

typedef struct
{
  GArray *wall; /* (owned) (element-type gint64): nanoseconds */
  GArray *cpu;  /* (owned) (element-type gint64) */
  gint64 wall_start;
  gint64 cpu_start;
} BenchTimes;

BenchTimes bench_times_new (void);
void bench_times_clear (BenchTimes *times);
void bench_times_begin (BenchTimes *times);
void bench_times_end (BenchTimes *times);
/* Of the wall clock, in microseconds. */
double bench_times_percentile (BenchTimes *times, guint percent);
/* One member of a JSON object, with a comma behind it; empties times. */
void bench_times_print (const char *name, BenchTimes *times);

/* --- stores --- */

#define BENCH_NOW_US (G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC)

typedef struct
{
  char *directory; /* (owned) */
  OmcSecretStore *secrets;
  OmcKeyManager *keys;
  OmcStore *store; /* open */
  OmcActor *nurse;
  OmcActor *device;
} BenchStore;

/* A new store in the directory, at BENCH_NOW_US when still is TRUE, else with the clock of the system. */
void bench_store_open (BenchStore *self, const char *directory, gboolean still);
/* So that the file is what the data takes, and nothing is in a cache of the program; microseconds of the opening. */
double bench_store_reopen (BenchStore *self);
void bench_store_close (BenchStore *self);
/* Bytes of a file of the store. */
gint64 bench_store_file (BenchStore *self, const char *name);

/* Runs func in a process of its own, so that it has its own peak of memory, in a new directory below parent, which is
 * removed also when it fails. */
typedef void (*BenchFunc) (const char *directory, gpointer user_data);
void bench_run_apart (const char *parent, BenchFunc func, gpointer user_data);
/* Of this process. */
long bench_peak_rss_kib (void);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BenchTimes, bench_times_clear)

G_END_DECLS
