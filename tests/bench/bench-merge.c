/* bench-merge.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "omc-merge3.h"

/* Prints one JSON document: microseconds of a three-way merge of an ordinary resource (about 2 KB) and of large
 * ones (2,000 elements, 2,000 entries of a list), with as many runs as the first argument says. */

static OmcResource *
make_resource (guint n_components, const char *value, const char *note)
{
  GString *text =
      g_string_new ("{\"resourceType\":\"Observation\",\"id\":\"o1\",\"meta\":{\"versionId\":\"1\"}"
                    ",\"status\":\"final\","
                    "\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/"
                    "CodeSystem/observation-category\","
                    "\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{\"system\":\"http://"
                    "loinc.org\",\"code\":\"9269-2\"}],"
                    "\"text\":\"Glasgow coma scale\"},\"subject\":{\"reference\":\"Patient/doe\"},"
                    "\"effectiveDateTime\":\"2026-11-20T08:00:00+01:00\",\"performer\":[{"
                    "\"reference\":\"Practitioner/n1\"}],"
                    "\"component\":[");
  OmcResource *resource;
  g_autofree char *json = NULL;

  for (guint i = 0; i < n_components; i++)
    g_string_append_printf (text,
                            "%s{\"code\":{\"coding\":[{\"system\":\"http://"
                            "loinc.org\",\"code\":\"9267-%u\"}]},\"valueQuantity\":"
                            "{\"value\":%s,\"unit\":\"{score}\",\"system\":\"http://"
                            "unitsofmeasure.org\",\"code\":\"{score}\"}}",
                            i ? "," : "", i, i == 0 ? value : "4.0");
  g_string_append_printf (text, "],\"note\":[{\"text\":\"%s\"}]}", note);
  json = g_string_free_and_steal (text);
  resource = omc_resource_parse (json, -1, NULL);
  g_assert_nonnull (resource);
  return resource;
}

static int
compare_times (const void *a, const void *b)
{
  double x = *(const double *)a;
  double y = *(const double *)b;

  return (x > y) - (x < y);
}

static void
measure (const char *name, guint n_components, guint n_runs, gboolean last)
{
  g_autoptr (OmcResource) base = make_resource (n_components, "3.0", "first");
  g_autoptr (OmcResource) local = make_resource (n_components, "2.0", "first");
  g_autoptr (OmcResource) remote =
      make_resource (n_components, "3.0", "first, seen by the physician");
  g_autofree double *times = g_new (double, n_runs);
  gsize length;
  g_autofree char *text = omc_resource_to_string (base, &length);

  for (guint i = 0; i < n_runs; i++)
    {
      struct timespec start;
      struct timespec end;
      g_autoptr (OmcMergeResult) result = NULL;

      clock_gettime (CLOCK_MONOTONIC, &start);
      result = omc_merge3 (base, local, remote, OMC_MERGE_STRATEGY_MERGE, NULL);
      clock_gettime (CLOCK_MONOTONIC, &end);
      g_assert_true (omc_merge_result_is_clean (result));
      times[i] = (end.tv_sec - start.tv_sec) * 1e6 + (end.tv_nsec - start.tv_nsec) / 1e3;
    }
  qsort (times, n_runs, sizeof *times, compare_times);
  g_print ("\"%s\":{\"bytes\":%" G_GSIZE_FORMAT ",\"runs\":%u,\"p50_us\":%.1f,\"p99_us\":%.1f}%s",
           name, length, n_runs, times[n_runs / 2], times[n_runs * 99 / 100], last ? "" : ",");
}

int
main (int argc, char **argv)
{
  guint n_runs = argc > 1 ? MAX (100, atoi (argv[1])) : 20000;

  g_print ("{\"benchmark\":\"merge\",\"figures\":{");
  measure ("ordinary", 9, n_runs, FALSE);
  measure ("two-thousand-elements", 250, MAX (100, n_runs / 10), FALSE);
  measure ("two-thousand-entries", 2000, MAX (100, n_runs / 50), TRUE);
  g_print ("}}\n");
  return 0;
}
