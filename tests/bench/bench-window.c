/* bench-window.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include <json-glib/json-glib.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "omc-gui.h"

/*
 * From unlocking to a ward board that can be worked with, and the memory of the client, with a small and a large
 * ward, as one JSON document. Needs a display: build-aux/run-bench runs it in a session of its own.
 *
 *   bench-window [PATIENTS...]
 *
 * The stores of large wards are kept in $OMNICARE_KEEP for the next time.
 */

#define RUNS 5
#define LARGE 1000
#define READY_MS 120000
#define SETTLE_MS 1500
/* A virtual display has no graphics processor: the compiler of the software driver, some 65 MB of library, would count
 * as memory of the client. */
#define NO_SOFTWARE_GL "GDK_DISABLE=gl,vulkan"

typedef struct
{
  const char *build;
  char *folder; /* (owned) */
  GArray *board_ms;
  GArray *start_ms;
  GArray *block_ms;
  GArray *block_own_ms;
  GArray *block_cpu_ms;
  GArray *peak_kib;
  GArray *private_kib;
} Bench;

static void
check (gboolean ok, const GError *error)
{
  if (ok)
    return;
  g_printerr ("bench-window: %s\n", error != NULL ? error->message : "failed");
  exit (1);
}

static void
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);

  check (process != NULL && g_subprocess_wait_check (process, NULL, &error), error);
}

/* A store with a ward in it that needs no server. */
static void
make_store (Bench *bench, guint n_patients, const char *store)
{
  g_autofree char *generator = g_build_filename (bench->build, "tools", "omnicare-gen-ward", NULL);
  g_autofree char *ctl = g_build_filename (bench->build, "app", "ctl", "omnicarectl", NULL);
  g_autofree char *ward = g_build_filename (bench->folder, "ward.ndjson.gz", NULL);
  g_autofree char *count = g_strdup_printf ("%u", n_patients);
  g_autofree char *partial = g_strconcat (store, ".partial", NULL);

  run ((const char *[]){ "rm", "-rf", partial, NULL });
  run ((const char *[]){ generator, "--patients", count, "--seed", "7", "--vitals-sets",
                         n_patients < LARGE ? "18" : "1", "--output", ward, NULL });
  run ((const char *[]){ ctl, "--data-dir", partial, "init", "--practice", NULL });
  run ((const char *[]){ ctl, "--data-dir", partial, "import", "--from-server", ward, NULL });
  g_unlink (ward);
  check (g_rename (partial, store) == 0, NULL);
}

/* One that was kept by an older tree may have tables that this one does not know. */
static gboolean
can_open (Bench *bench, const char *store)
{
  g_autofree char *ctl = g_build_filename (bench->build, "app", "ctl", "omnicarectl", NULL);
  const char *status[] = { ctl, "--data-dir", store, "status", NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (store, G_FILE_TEST_EXISTS))
    return FALSE;
  process = g_subprocess_newv (
      status, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  check (process != NULL, error);
  if (g_subprocess_wait_check (process, NULL, NULL))
    return TRUE;
  run ((const char *[]){ "rm", "-rf", store, NULL });

  return FALSE;
}

static char *
find_store (Bench *bench, guint n_patients)
{
  const char *keep = g_getenv ("OMNICARE_KEEP");
  g_autofree char *name = g_strdup_printf ("bench-window-%u", n_patients);
  char *store =
      g_build_filename (n_patients < LARGE || keep == NULL ? bench->folder : keep, name, NULL);

  if (!can_open (bench, store))
    make_store (bench, n_patients, store);

  return store;
}

static JsonObject *
wait_for_json (const char *path)
{
  gint64 end = g_get_monotonic_time () + READY_MS * G_GINT64_CONSTANT (1000);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  while (!g_file_test (path, G_FILE_TEST_EXISTS) && g_get_monotonic_time () < end)
    g_usleep (5000);
  {
    g_autofree char *text = NULL;

    check (g_file_get_contents (path, &text, NULL, &error), error);
    node = json_from_string (text, &error);
  }
  check (node != NULL, error);

  return json_node_dup_object (node);
}

/* "VmHWM:     94712 kB" */
static double
read_status (GPid pid, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int)pid);
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, name);

  return line != NULL ? g_ascii_strtod (line + strlen (name) + 1, NULL) : 0;
}

static void
take_figures (Bench *bench, JsonObject *trace, JsonObject *watchdog)
{
  double unlocked = json_object_get_double_member (trace, "unlocked");
  double board = (json_object_get_double_member (trace, "boardInteractive") - unlocked) / 1000;
  double block = json_object_get_double_member (watchdog, "maxBlockMs");
  double block_own = json_object_get_double_member (watchdog, "maxBlockOwnMs");
  double block_cpu = json_object_get_double_member (watchdog, "maxBlockCpuMs");

  g_array_append_val (bench->board_ms, board);
  g_array_append_val (bench->block_ms, block);
  g_array_append_val (bench->block_own_ms, block_own);
  g_array_append_val (bench->block_cpu_ms, block_cpu);
}

/* Signs in with one click, then opens a chart by search, so that the peak of memory is that of a client at work. */
static void
run_client (Bench *bench, const char *store)
{
  g_autofree char *program = g_build_filename (bench->build, "app", "omnicare", NULL);
  g_autofree char *trace_path = g_build_filename (bench->folder, "trace.json", NULL);
  g_autofree char *watchdog_path = g_build_filename (bench->folder, "watchdog.json", NULL);
  g_autofree char *schemas = g_strdup_printf ("GSETTINGS_SCHEMA_DIR=%s/resources", bench->build);
  g_autofree char *trace_variable = g_strdup_printf ("OMNICARE_TRACE_STARTUP=%s", trace_path);
  g_autofree char *watchdog_variable = g_strdup_printf ("OMNICARE_WATCHDOG=%s", watchdog_path);
  g_autoptr (OmcGui) gui = NULL;
  g_autoptr (JsonObject) trace = NULL;
  g_autoptr (JsonObject) watchdog = NULL;
  double start, peak, private;
  gint64 started_us = g_get_monotonic_time ();

  g_unlink (trace_path);
  g_unlink (watchdog_path);
  gui = omc_gui_start (
      (const char *[]){ program, "--practice", "--data-dir", store, NULL },
      (const char *[]){ schemas, trace_variable, watchdog_variable, NO_SOFTWARE_GL, NULL });
  omc_gui_wait_for (gui, "Practise as *");
  start = (double)(g_get_monotonic_time () - started_us) / 1000;
  g_array_append_val (bench->start_ms, start);
  omc_gui_click (gui, ATSPI_ROLE_BUTTON, "Practise as *");
  trace = wait_for_json (trace_path);
  g_usleep (SETTLE_MS * 1000);
  omc_gui_enter (gui, "Search patients", "doe");
  omc_gui_wait_for (gui, "*DOE, *");
  omc_gui_press (gui, "Return");
  omc_gui_wait_for (gui, "Add Vitals");
  peak = read_status (omc_gui_get_pid (gui), "VmHWM");
  private = read_status (omc_gui_get_pid (gui), "RssAnon");
  g_array_append_val (bench->peak_kib, peak);
  g_array_append_val (bench->private_kib, private);
  check (omc_gui_quit (gui) == 0, NULL);
  watchdog = wait_for_json (watchdog_path);
  take_figures (bench, trace, watchdog);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const double *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static void
print_values (const char *name, GArray *values, const char *end)
{
  g_array_sort (values, compare);
  g_print ("      \"%s\": {\"p50\": %.1f, \"p95\": %.1f}%s\n", name,
           g_array_index (values, double, values->len / 2),
           g_array_index (values, double, values->len - 1), end);
  g_array_set_size (values, 0);
}

static void
bench_ward (Bench *bench, guint n_patients, const char *end)
{
  g_autofree char *store = find_store (bench, n_patients);

  for (guint i = 0; i < RUNS; i++)
    run_client (bench, store);
  g_print ("    {\n      \"patients\": %u,\n      \"runs\": %d,\n", n_patients, RUNS);
  print_values ("start_to_sign_in_seen_ms", bench->start_ms, ",");
  print_values ("unlocked_to_board_ms", bench->board_ms, ",");
  print_values ("max_block_ms", bench->block_ms, ",");
  print_values ("max_block_own_ms", bench->block_own_ms, ",");
  print_values ("max_block_cpu_ms", bench->block_cpu_ms, ",");
  print_values ("peak_rss_kib", bench->peak_kib, ",");
  print_values ("rss_anonymous_kib", bench->private_kib, "");
  g_print ("    }%s\n", end);
}

static GArray *
new_values (void)
{
  return g_array_new (FALSE, FALSE, sizeof (double));
}

int
main (int argc, char **argv)
{
  static const guint wards[] = { 24, 100000 };
  g_autofree char *program = g_canonicalize_filename (argv[0], NULL);
  g_autofree char *directory = g_path_get_dirname (program);
  g_autofree char *build = g_canonicalize_filename ("../..", directory);
  g_autoptr (GError) error = NULL;
  Bench bench = { build,         g_dir_make_tmp ("omnicare-bench-XXXXXX", &error),
                  new_values (), new_values (),
                  new_values (), new_values (),
                  new_values (), new_values (),
                  new_values () };

  check (bench.folder != NULL, error);
  atspi_init ();
  g_print ("{\n  \"benchmark\": \"window\",\n  \"wards\": [\n");
  for (int i = 1; i < argc; i++)
    bench_ward (&bench, (guint)g_ascii_strtoull (argv[i], NULL, 10), i + 1 < argc ? "," : "");
  for (guint i = 0; argc < 2 && i < G_N_ELEMENTS (wards); i++)
    bench_ward (&bench, wards[i], i + 1 < G_N_ELEMENTS (wards) ? "," : "");
  g_print ("  ]\n}\n");
  run ((const char *[]){ "rm", "-rf", bench.folder, NULL });
  g_free (bench.folder);
  g_array_unref (bench.board_ms);
  g_array_unref (bench.start_ms);
  g_array_unref (bench.block_ms);
  g_array_unref (bench.block_own_ms);
  g_array_unref (bench.block_cpu_ms);
  g_array_unref (bench.peak_kib);
  g_array_unref (bench.private_kib);

  return 0;
}
