/* test-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-test-fixtures.h"
#include "store-fixture.h"
#include "ward-sample.h"

/* Numbers that a double would change, and elements that nobody knows. */
#define ODD_OBSERVATION                                                                            \
  "{\"resourceType\":\"Observation\",\"id\":\"odd\",\"status\":\"final\",\"code\":{\"text\":"      \
  "\"Odd\"},"                                                                                      \
  "\"subject\":{\"reference\":\"Patient/p1\"},\"effectiveDateTime\":\"2026-11-18T10:00:00Z\","     \
  "\"valueQuantity\":{\"value\":98.60,\"unit\":\"degF\"},\"extension\":[{\"url\":\"http://"        \
  "x.example/e\","                                                                                 \
  "\"valueDecimal\":1.000000000000000000E-245}],\"unknownElement\":{\"deep\":[1E-22,"              \
  "18446744073709551616,null]}}"
#define PATIENT                                                                                    \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Doe\",\"given\":[\"John\"]" \
  "}],"                                                                                            \
  "\"birthDate\":\"1960-01-02\"}"

static void
test_save_and_read (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) given = store_fixture_parse (ODD_OBSERVATION);
  g_autoptr (OmcResource) stored = store_fixture_save (f, ODD_OBSERVATION);
  g_autoptr (OmcResource) read = NULL;

  read = store_fixture_read (f, "Observation", "odd");
  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (given), omc_resource_get_root (read)));
  store_fixture_reopen (f);
  g_clear_pointer (&read, omc_resource_unref);
  read = store_fixture_read (f, "Observation", "odd");
  g_assert_true (
      omc_json_value_identical (omc_resource_get_root (given), omc_resource_get_root (read)));
}

static void
test_create_gets_id (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) stored =
      store_fixture_save (f, "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"New\"}]}");
  g_autoptr (OmcResource) read = NULL;

  g_assert_true (g_uuid_string_is_valid (omc_resource_get_id (stored)));
  read = store_fixture_read (f, "Patient", omc_resource_get_id (stored));
  g_assert_true (omc_resource_equal_content (stored, read));
}

static void
test_absent (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Patient", "nobody", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
}

static void
test_set_counts_once (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) set = ward_sample_vitals_set (7, "p1", STORE_FIXTURE_NOW_US);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (OmcResource) patient = store_fixture_save (f, PATIENT);
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;
  OmcQueueItem *item;

  stored = omc_store_save_sync (f->store, f->nurse, set, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  status = store_fixture_status (f);
  g_assert_cmpuint (status.n_resources, ==, 11);
  g_assert_cmpuint (status.n_patients, ==, 1);
  g_assert_cmpuint (status.n_pending, ==, 11);
  g_assert_cmpuint (status.n_pending_sets, ==, 2);
  items = store_fixture_queue (f);
  g_assert_cmpuint (items->len, ==, 11);
  item = g_ptr_array_index (items, 1);
  g_assert_cmpstr (item->patient_id, ==, "p1");
  g_assert_cmpstr (item->author, ==, "nurse");
  g_assert_cmpint (item->operation, ==, OMC_OPERATION_CREATE);
  g_assert_true (g_str_has_prefix (item->summary, "Respiratory rate "));
  g_assert_cmpint (item->event_us, ==, STORE_FIXTURE_NOW_US);
}

static void
test_all_or_nothing (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) list = store_fixture_list (
      PATIENT, "{\"resourceType\":\"Location\",\"id\":\"l\",\"name\":\"X\"}", NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;

  /* A nurse does not keep places: the second of them is refused. */
  stored = omc_store_save_sync (f->store, f->nurse, list, OMC_SAVE_CHART, NULL, &error);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_null (stored);
  status = store_fixture_status (f);
  g_assert_cmpuint (status.n_resources, ==, 0);
  g_assert_cmpuint (status.n_pending, ==, 0);
}

static void
test_import (StoreFixture *f, gconstpointer data)
{
  WardSampleOptions options = { 3, 5, 3, STORE_FIXTURE_NOW_US, TRUE };
  g_autoptr (GPtrArray) resources = ward_sample_resources (&options);
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;
  OmcStoreStatus status;

  omc_store_import_sync (f->store, f->device, resources, OMC_IMPORT_SERVER_STATE, &counts, NULL,
                         &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.created, ==, resources->len);
  status = store_fixture_status (f);
  g_assert_cmpuint (status.n_resources, ==, resources->len);
  g_assert_cmpuint (status.n_patients, ==, 5);
  g_assert_cmpuint (status.n_pending, ==, 0);
  omc_store_import_sync (f->store, f->device, resources, OMC_IMPORT_SERVER_STATE, &counts, NULL,
                         &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.unchanged, ==, resources->len);
}

static char *
dup_ward_of_first (StoreFixture *f)
{
  OmcBoardQuery query = { .sort = OMC_BOARD_SORT_NAME };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows =
      omc_store_list_board_sync (f->store, f->nurse, &query, 0, 10, NULL, NULL, &error);
  OmcBoardRow *row;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);

  return g_strdup (row->ward);
}

/* A server sends them in any order, and each in a transaction of its own. */
static void
test_place_comes_later (StoreFixture *f, gconstpointer data)
{
  static const char bed[] =
      "{\"resourceType\":\"Location\",\"id\":\"bed\",\"name\":\"7\",\"partOf\":{\"reference\":"
      "\"Location/ward\"},\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},\"meta\":{"
      "\"versionId\":\"1\"}}";
  static const char ward[] = "{\"resourceType\":\"Location\",\"id\":\"ward\",\"name\":\"%s\","
                             "\"physicalType\":{\"coding\":["
                             "{\"code\":\"wa\"}]},\"meta\":{\"versionId\":\"%d\"}}";
  g_autofree char *first = g_strdup_printf (ward, "Cedar", 1);
  g_autofree char *renamed = g_strdup_printf (ward, "Birch", 2);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *later = NULL;

  store_fixture_from_server (
      f, NULL,
      "{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Doe\"}],\"meta\":{"
      "\"versionId\":\"1\"}}",
      "{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"in-progress\",\"class\":{\"code\":"
      "\"IMP\"},\"subject\":{\"reference\":\"Patient/"
      "p\"},\"location\":[{\"location\":{\"reference\":"
      "\"Location/bed\"},\"status\":\"active\"}],\"meta\":{\"versionId\":\"1\"}}",
      NULL);
  before = dup_ward_of_first (f);
  g_assert_null (before);
  store_fixture_from_server (f, NULL, bed, NULL);
  store_fixture_from_server (f, NULL, first, NULL);
  after = dup_ward_of_first (f);
  g_assert_cmpstr (after, ==, "Cedar");
  store_fixture_from_server (f, NULL, renamed, NULL);
  later = dup_ward_of_first (f);
  g_assert_cmpstr (later, ==, "Birch");
}

static gboolean
count_one (OmcResource *resource, gpointer user_data, GError **error)
{
  (*(guint *)user_data)++;
  return TRUE;
}

static void
test_fixtures (StoreFixture *f, gconstpointer data)
{
  static const char *const folders[] = { "hl7-r4-examples", "us-core", "au-core", "patients" };
  g_autofree char *root = omc_test_dup_fixtures (NULL);
  guint n_files = 0, n_stored = 0, n_exported = 0;
  g_autoptr (GError) error = NULL;

  if (root == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (root, folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *file = g_build_filename (path, name, NULL);
          g_autofree char *text = NULL;
          g_autoptr (OmcResource) resource = NULL;
          g_autoptr (OmcResource) read = NULL;
          g_autoptr (GPtrArray) list = g_ptr_array_new ();
          OmcImportCounts counts;
          gsize length;

          if (!g_str_has_suffix (name, ".json") ||
              !g_file_get_contents (file, &text, &length, NULL))
            continue;
          resource = omc_resource_parse (text, (gssize)length, NULL);
          if (resource == NULL || omc_resource_get_id (resource) == NULL)
            continue;
          n_files++;
          g_ptr_array_add (list, resource);
          omc_store_import_sync (f->store, f->device, list, OMC_IMPORT_LOCAL_WORK, &counts, NULL,
                                 &error);
          g_assert_no_error (error);
          n_stored += counts.created;
          read =
              omc_store_read_sync (f->store, f->device, omc_resource_get_resource_type (resource),
                                   omc_resource_get_id (resource), NULL, &error);
          g_assert_no_error (error);
          g_assert_true (omc_json_value_identical (omc_resource_get_root (resource),
                                                   omc_resource_get_root (read)));
        }
    }
  g_test_message ("%u files, %u records", n_files, n_stored);
  g_assert_cmpuint (n_files, >, 50);
  omc_store_foreach_sync (f->store, f->device, NULL, NULL, count_one, &n_exported, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_exported, ==, n_stored);
  store_fixture_assert_sound (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/store/save-and-read-keep-numbers-and-unknown-elements",
                     test_save_and_read, NULL);
  store_fixture_add ("/store/store/create-without-id-gets-a-uuid", test_create_gets_id, NULL);
  store_fixture_add ("/store/store/absent-is-not-found", test_absent, NULL);
  store_fixture_add ("/store/store/a-set-saved-together-counts-once", test_set_counts_once, NULL);
  store_fixture_add ("/store/store/save-is-all-or-nothing", test_all_or_nothing, NULL);
  store_fixture_add ("/store/store/import-of-server-state-is-clean-and-repeats", test_import, NULL);
  store_fixture_add ("/store/store/a-ward-that-comes-after-its-patients-is-shown",
                     test_place_comes_later, NULL);
  store_fixture_add ("/store/damage/every-fixture-comes-back-as-it-was", test_fixtures, NULL);

  return g_test_run ();
}
