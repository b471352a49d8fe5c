/* test-store-board.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"
#include "ward-sample.h"

static GPtrArray *
board (StoreFixture *f, const char *text, OmcBoardSort sort, guint *total)
{
  OmcBoardQuery query = { .text = text, .sort = sort };
  g_autoptr (GError) error = NULL;
  GPtrArray *rows =
      omc_store_list_board_sync (f->store, f->nurse, &query, 0, 50, total, NULL, &error);

  g_assert_no_error (error);

  return rows;
}

static void
test_board (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 100, 2);
  g_autoptr (GPtrArray) by_risk = NULL;
  g_autoptr (GPtrArray) by_bed = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) started = NULL;
  guint total;

  by_risk = board (f, NULL, OMC_BOARD_SORT_RISK, &total);
  g_assert_cmpuint (total, ==, 100);
  g_assert_cmpuint (by_risk->len, ==, 50);
  for (guint i = 0; i < by_risk->len; i++)
    {
      OmcBoardRow *row = g_ptr_array_index (by_risk, i);

      g_assert_cmpstr (row->ward, ==, "Ward 7 East");
      g_assert_cmpint (row->news2, >=, 0);
      g_assert_cmpint (row->trend[OMC_BOARD_TREND - 1], ==, row->news2);
      g_assert_cmpint (row->trend[0], ==, -1);
      g_assert_cmpint (row->due_us, >, row->last_set_us);
    }
  by_bed = board (f, NULL, OMC_BOARD_SORT_BED, &total);
  g_assert_cmpstr (((OmcBoardRow *)g_ptr_array_index (by_bed, 0))->bed, ==, "01-1");
  found = board (f, "ULLER", OMC_BOARD_SORT_NAME, &total);
  g_assert_cmpuint (total, >, 0);
  for (guint i = 0; i < found->len; i++)
    g_assert_cmpstr (((OmcBoardRow *)g_ptr_array_index (found, i))->family, ==, "Müller");
  started = board (f, "1000042", OMC_BOARD_SORT_NAME, &total);
  g_assert_cmpuint (total, ==, 1);
}

static void
assert_same_people (GPtrArray *a, GPtrArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    g_assert_cmpstr (((OmcBoardRow *)g_ptr_array_index (a, i))->patient_id, ==,
                     ((OmcBoardRow *)g_ptr_array_index (b, i))->patient_id);
}

/* All numbers begin with 100: a word that everybody has changes no list, and a list's number follows who comes. */
static void
test_board_many (StoreFixture *f, gconstpointer data)
{
  static const char *const same[][2] = { { NULL, "10" },
                                         { NULL, "100" },
                                         { "müll", "100 mül" },
                                         { "mü", "10 100 mü" },
                                         { "qqq", "10 qqq" } };
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 1100, 0);
  guint n_before, n_after;

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      for (guint sort = OMC_BOARD_SORT_RISK; sort <= OMC_BOARD_SORT_DUE; sort++)
        {
          guint n_plain, n_many;
          g_autoptr (GPtrArray) plain = board (f, same[i][0], sort, &n_plain);
          g_autoptr (GPtrArray) many = board (f, same[i][1], sort, &n_many);

          g_assert_cmpuint (n_many, ==, n_plain);
          assert_same_people (many, plain);
        }
    }
  g_ptr_array_unref (board (f, "100", OMC_BOARD_SORT_NAME, &n_before));
  store_fixture_from_server (
      f, NULL,
      "{\"resourceType\":\"Patient\",\"id\":\"late\",\"meta\":{\"versionId\":\"1\"},\"identifier\":"
      "[{\"type\":{"
      "\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/"
      "v2-0203\",\"code\":\"MR\"}]},"
      "\"value\":\"1009999\"}],\"name\":[{\"family\":\"Late\"}]}",
      "{\"resourceType\":\"Encounter\",\"id\":\"stay\",\"meta\":{\"versionId\":\"1\"},\"status\":"
      "\"in-progress\","
      "\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/late\"}}",
      NULL);
  g_ptr_array_unref (board (f, "100", OMC_BOARD_SORT_NAME, &n_after));
  g_assert_cmpuint (n_before, ==, 1100);
  g_assert_cmpuint (n_after, ==, 1101);
}

static void
test_board_follows (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 1, 1);
  g_autoptr (GPtrArray) before = board (f, NULL, OMC_BOARD_SORT_RISK, NULL);
  OmcBoardRow *row = g_ptr_array_index (before, 0);
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (5, row->patient_id, STORE_FIXTURE_NOW_US + G_TIME_SPAN_MINUTE);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  after = board (f, NULL, OMC_BOARD_SORT_RISK, NULL);
  row = g_ptr_array_index (after, 0);
  g_assert_cmpint (row->last_set_us, ==, STORE_FIXTURE_NOW_US + G_TIME_SPAN_MINUTE);
  /* A person counts sets: ten items that were saved together are one. */
  g_assert_cmpuint (row->n_unsent, ==, 1);
  chart = omc_store_read_chart_sync (f->store, f->nurse, row->patient_id, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->observations->len, ==, 20);
  g_assert_cmpuint (chart->queue->len, ==, 10);
  g_assert_cmpuint (chart->encounters->len, ==, 1);
  g_assert_cmpuint (chart->conditions->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/board/orders-finds-and-scores", test_board, NULL);
  store_fixture_add ("/store/board/a-word-that-many-have-finds-them-all", test_board_many, NULL);
  store_fixture_add ("/store/board/follows-what-is-saved", test_board_follows, NULL);

  return g_test_run ();
}
