/* bench-patients.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>

#include "bench-use.h"
#include "omc-ward.h"

/*
 * What lists of people cost, as one JSON document: the ward board in its orders and the search for names, among so many
 * patients who all lie in a bed. They are those of the practice ward, without what was observed of them.
 *
 *   bench-patients [PATIENTS...]
 */

#define DEFAULT_PATIENTS "10000"
#define BATCH 2000
#define MAX_SAMPLE 5000

typedef struct
{
  BenchStore base;
  GPtrArray *batch;    /* (owned) (element-type OmcResource) */
  GPtrArray *patients; /* (owned) (element-type utf8): ids of some */
  guint n_patients;
  guint n;
} Bench;

static void
flush (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  bench_check (omc_store_import_sync (bench->base.store, bench->base.device, bench->batch,
                                      OMC_IMPORT_SERVER_STATE, NULL, NULL, &error),
               error);
  bench->n += bench->batch->len;
  g_ptr_array_set_size (bench->batch, 0);
}

static gboolean
add (const char *json, gsize length, gpointer user_data, GError **error)
{
  static const char *const types[] = { "Location", "Patient", "Encounter", NULL };
  Bench *bench = user_data;
  g_autoptr (OmcResource) resource = omc_resource_parse (json, (gssize)length, error);
  const char *type;

  if (resource == NULL)
    return FALSE;
  type = omc_resource_get_resource_type (resource);
  if (!g_strv_contains (types, type))
    return TRUE;
  if (g_str_equal (type, "Patient") && bench->patients->len < MAX_SAMPLE)
    g_ptr_array_add (bench->patients, g_strdup (omc_resource_get_id (resource)));
  g_ptr_array_add (bench->batch, g_steal_pointer (&resource));
  if (bench->batch->len == BATCH)
    flush (bench);

  return TRUE;
}

static void
fill (Bench *bench)
{
  const OmcWardOptions options = { bench->n_patients, 5, BENCH_NOW_US, 60, 0 };
  OmcBoardQuery risk = { .sort = OMC_BOARD_SORT_RISK };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;
  guint total;

  bench_check (omc_ward_generate (&options, add, bench, NULL, &error), error);
  flush (bench);
  start = bench_wall_ns ();
  rows = omc_store_list_board_sync (bench->base.store, bench->base.device, &risk, 0, 1, &total,
                                    NULL, &error);
  bench_check (rows != NULL, error);
  g_print ("    \"resources\": %u,\n    \"on_the_board\": %u,\n    \"board_settle_us\": %.0f,\n",
           bench->n, total, (double)(bench_wall_ns () - start) / 1000);
}

static void
bench_boards (Bench *bench)
{
  static const struct
  {
    const char *name;
    OmcBoardSort sort;
    const char *text;
    guint part; /* of a hundred, where the page is */
  } pages[] = {
    { "board_by_risk", OMC_BOARD_SORT_RISK, NULL, 0 },
    { "board_by_risk_in_the_middle", OMC_BOARD_SORT_RISK, NULL, 50 },
    { "board_by_due", OMC_BOARD_SORT_DUE, NULL, 0 },
    { "board_by_name_in_the_middle", OMC_BOARD_SORT_NAME, NULL, 50 },
    { "board_by_bed_at_the_end", OMC_BOARD_SORT_BED, NULL, 99 },
    { "board_name_start", OMC_BOARD_SORT_NAME, "ma", 0 },
    { "board_name_middle", OMC_BOARD_SORT_NAME, "ndst", 0 },
    { "board_name_two_words", OMC_BOARD_SORT_NAME, "bjorn lind", 0 },
    { "board_name_nobody", OMC_BOARD_SORT_NAME, "qqqq", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      OmcBoardQuery query = { .sort = pages[i].sort, .text = pages[i].text };

      bench_use_board (&bench->base, pages[i].name, &query,
                       bench->n_patients / 100 * pages[i].part);
    }
}

static void
run (const char *directory, gpointer user_data)
{
  Bench bench = { .batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref),
                  .patients = g_ptr_array_new_with_free_func (g_free),
                  .n_patients = *(guint *)user_data };

  bench_store_open (&bench.base, directory, TRUE);
  fill (&bench);
  g_print ("    \"open_us\": %.0f,\n", bench_store_reopen (&bench.base));
  bench_boards (&bench);
  bench_use_search (&bench.base, "patients_by_name_start", "Patient?name=lind&_count=20",
                    bench.patients);
  bench_use_search (&bench.base, "patients_by_name_middle", "Patient?name:contains=ndst&_count=20",
                    bench.patients);
  bench_use_saves (&bench.base, bench.patients);
  bench_store_close (&bench.base);
  g_print ("    \"peak_rss_kib\": %ld", bench_peak_rss_kib ());
  g_ptr_array_unref (bench.batch);
  g_ptr_array_unref (bench.patients);
}

int
main (int argc, char **argv)
{
  const char *defaults[] = { argv[0], DEFAULT_PATIENTS, NULL };
  const char **sizes = argc > 1 ? (const char **)argv : defaults;

  setvbuf (stdout, NULL, _IOLBF, 0);
  g_print ("{\n  \"benchmark\": \"patients\",\n  \"runs\": [\n");
  for (guint i = 1; sizes[i] != NULL; i++)
    {
      guint n = (guint)g_ascii_strtoull (sizes[i], NULL, 10);

      g_print ("  {\n    \"patients\": %u,\n", n);
      bench_run_apart (g_get_tmp_dir (), run, &n);
      g_print ("\n  }%s\n", sizes[i + 1] != NULL ? "," : "");
    }
  g_print ("  ]\n}\n");

  return 0;
}
