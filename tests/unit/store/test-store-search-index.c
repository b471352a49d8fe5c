/* test-store-search-index.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-search-query.h"
#include "store-fixture.h"

/* What waits to be indexed, changes and goes. */

static char *
observation_text (GRand *random, guint n)
{
  g_autofree char *date = NULL;
  guint hour = (guint)g_rand_int_range (random, 0, 24);

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      date = g_strdup ("");
      break;
    case 1:
      date = g_strdup_printf (",\"effectivePeriod\":{\"start\":\"2026-11-18T%02u:00:00Z\"}", hour);
      break;
    case 2:
      date = g_strdup_printf (",\"effectivePeriod\":{\"end\":\"2026-11-18T%02u:00:00Z\"},"
                              "\"issued\":\"2026-11-18T%02u:30:00Z\"",
                              hour, (hour + 7) % 24);
      break;
    case 3:
      date = g_strdup_printf (",\"effectiveTiming\":{\"event\":[\"2026-11-18T%02u:00:00Z\","
                              "\"2026-11-17\"]}",
                              hour);
      break;
    default:
      /* Many of one time. */
      date = g_strdup_printf (",\"effectiveDateTime\":\"2026-11-18T%02u:00:00Z\"", hour / 4 * 4);
      break;
    }

  return g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"meta\":{\"versionId\":\"%u\"},"
      "\"status\":\"final\",\"category\":[{\"coding\":[{\"code\":\"%s\"}]}],"
      "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"c%d\"}]},"
      "\"subject\":{\"reference\":\"%sPatient/p%d\"},\"valueQuantity\":{\"value\":%d}%s}",
      n, g_rand_int (random), g_rand_int_range (random, 0, 4) == 0 ? "laboratory" : "vital-signs",
      g_rand_int_range (random, 0, 3),
      g_rand_int_range (random, 0, 9) == 0 ? "http://elsewhere/fhir/" : "",
      g_rand_int_range (random, 0, 3), g_rand_int_range (random, -5, 40), date);
}

static char *
join_in_order (GPtrArray *resources)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < resources->len; i++)
    g_string_append_printf (text, "%s ", omc_resource_get_id (g_ptr_array_index (resources, i)));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The page that the reference evaluation gives; resources stand in the order in which they first came. */
static char *
expected_page (GPtrArray *resources, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchQuery) query = omc_search_query_parse (text, &error);
  g_autoptr (GPtrArray) matches = g_ptr_array_new ();
  guint offset;

  g_assert_no_error (error);
  for (guint i = 0; i < resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (resources, i);

      if (resource != NULL && omc_search_query_matches (query, resource))
        g_ptr_array_add (matches, resource);
    }
  omc_search_query_sort (query, matches);
  offset = MIN (query->offset, matches->len);
  if (offset > 0)
    g_ptr_array_remove_range (matches, 0, offset);
  if (query->count >= 0 && matches->len > (guint)query->count)
    g_ptr_array_set_size (matches, query->count);

  return join_in_order (matches);
}

static void
assert_pages (StoreFixture *f, GPtrArray *resources, GRand *random)
{
  static const char *const queries[] = {
    "Observation?patient=p1&category=vital-signs&_sort=-date&_count=5",
    "Observation?subject=Patient/p2&_sort=-date&_count=7",
    "Observation?patient=p0&code=c1&_sort=-date&_count=4",
    "Observation?patient=p1&_sort=date&_count=6",
    "Observation?patient=http://elsewhere/fhir/Patient/p1&_sort=-date",
    "Observation?code=c2&_count=5",
    "Observation?date=ge2026-11-18T10:00:00Z&_count=50",
    "Observation?date=lt2026-11-18T06:00:00Z",
    "Observation?date=eb2026-11-18T06:00:00Z",
    "Observation?date=2026-11-18&value-quantity=lt3",
    "Observation?value-quantity=gt-2&code=c0",
    "Observation?_id=o3,o9,o200",
    "Observation?_sort=-date&_count=9",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      guint offset = g_rand_boolean (random) ? 0 : (guint)g_rand_int_range (random, 0, 9);
      g_autofree char *query = g_strdup_printf ("%s&_offset=%u", queries[i], offset);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result =
          omc_store_search_sync (f->store, f->nurse, query, NULL, &error);
      g_autofree char *found = NULL;
      g_autofree char *expected = expected_page (resources, query);

      g_assert_no_error (error);
      found = join_in_order (result->matches);
      if (strcmp (found, expected) != 0)
        g_test_message ("%s", query);
      g_assert_cmpstr (found, ==, expected);
    }
}

/* Small transactions, looked at before and after the index has them; records come again with other values, and go. */
static void
test_changing (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261125);
  g_autoptr (GPtrArray) resources = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 40; round++)
    {
      g_autoptr (GPtrArray) page =
          g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
      guint gone = (guint)g_rand_int_range (random, 0, 60);

      for (guint i = 0; i < 8; i++)
        {
          guint n = resources->len > 20 && i < 4
                        ? (guint)g_rand_int_range (random, 0, (int)resources->len)
                        : resources->len;
          g_autofree char *text = observation_text (random, n);
          OmcResource *resource = store_fixture_parse (text);

          /* What is gone stays so. */
          if (n < resources->len && g_ptr_array_index (resources, n) == NULL)
            {
              omc_resource_unref (resource);
              continue;
            }
          if (n == resources->len)
            g_ptr_array_add (resources, NULL);
          else
            omc_resource_unref (g_ptr_array_index (resources, n));
          g_ptr_array_index (resources, n) = omc_resource_ref (resource);
          g_ptr_array_add (page, resource);
        }
      omc_store_import_sync (f->store, f->device, page, OMC_IMPORT_SERVER_STATE, NULL, NULL,
                             &error);
      g_assert_no_error (error);
      if (gone < resources->len && g_ptr_array_index (resources, gone) != NULL)
        {
          g_autofree char *id = g_strdup_printf ("o%u", gone);

          omc_store_delete_sync (f->store, f->nurse, "Observation", id, NULL, &error);
          g_assert_no_error (error);
          g_clear_pointer (&g_ptr_array_index (resources, gone), omc_resource_unref);
        }
      assert_pages (f, resources, random);
      /* Lists of the audit settle what waits. */
      if (round % 3 == 0)
        {
          g_autoptr (GPtrArray) entries =
              omc_store_list_audit_sync (f->store, f->auditor, 0, 1, NULL, &error);

          g_assert_no_error (error);
          assert_pages (f, resources, random);
        }
      if (round % 10 == 9)
        store_fixture_assert_sound (f);
    }
  for (guint i = 0; i < resources->len; i++)
    g_clear_pointer (&g_ptr_array_index (resources, i), omc_resource_unref);
}

static void
import_basics (StoreFixture *f, guint first, guint n)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Basic\",\"id\":\"b%u\",\"code\":{}}", i);

      g_ptr_array_add (page, store_fixture_parse (text));
    }
  omc_store_import_sync (f->store, f->device, page, OMC_IMPORT_SERVER_STATE, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* More keys than are kept as new ones, which move on by pieces after small transactions and at once after a large one. */
static void
test_many_keys (StoreFixture *f, gconstpointer data)
{
  static const guint looked_at[] = { 0, 1, 999, 40000, 65535, 65536, 68999, 71999 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 69; i++)
    import_basics (f, i * 1000, 1000);
  import_basics (f, 69000, 3000);
  for (gsize i = 0; i < G_N_ELEMENTS (looked_at); i++)
    {
      g_autofree char *id = g_strdup_printf ("b%u", looked_at[i]);
      g_autoptr (OmcResource) found = store_fixture_read (f, "Basic", id);

      g_assert_cmpstr (omc_resource_get_id (found), ==, id);
    }
  omc_store_delete_sync (f->store, f->nurse, "Basic", "b40000", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_read_sync (f->store, f->nurse, "Basic", "b40000", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED);
  store_fixture_assert_sound (f);
}

static gboolean
count_one (OmcResource *resource, gpointer user_data, GError **error)
{
  guint *n = user_data;

  *n += 1;
  return TRUE;
}

/* Pieces of what is indexed come between those of what is not yet: none is passed over. */
static void
test_all_of_a_type (StoreFixture *f, gconstpointer data)
{
  const guint n_indexed = 2500;
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (OmcResource) waiting = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i < n_indexed; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"meta\":{\"versionId\":\"1\"},"
          "\"status\":\"final\",\"code\":{\"text\":\"Pulse\"}}",
          i);

      g_ptr_array_add (many, store_fixture_parse (text));
    }
  /* So many are indexed in their transaction. */
  omc_store_import_sync (f->store, f->device, many, OMC_IMPORT_SERVER_STATE, NULL, NULL, &error);
  g_assert_no_error (error);
  waiting = store_fixture_save (f, "{\"resourceType\":\"Observation\",\"status\":\"final\","
                                   "\"code\":{\"text\":\"Pulse\"}}");
  omc_store_foreach_sync (f->store, f->device, "Observation", NULL, count_one, &n, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, n_indexed + 1);
}

typedef struct
{
  StoreFixture *fixture;
  int stop;
  guint n_searches;
  guint n_missed;
} Searcher;

static gpointer
search_on (gpointer user_data)
{
  Searcher *self = user_data;

  for (; !g_atomic_int_get (&self->stop); self->n_searches++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSearchResult) result = omc_store_search_sync (
          self->fixture->store, self->fixture->nurse, "Condition?code=here", NULL, &error);

      g_assert_no_error (error);
      self->n_missed += result->matches->len != 1;
    }

  return NULL;
}

/* A record that is saved again waits for the index, and then is in it: a search finds it at every moment. */
static void
test_found_at_every_moment (StoreFixture *f, gconstpointer data)
{
  Searcher searcher = { .fixture = f };
  GThread *thread = NULL;

  for (guint i = 0; i < 24; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"resourceType\":\"Condition\",\"id\":\"c1\",\"meta\":{\"versionId\":"
                           "\"%u\"},\"code\":{\"coding\":[{\"code\":\"here\"}]}}",
                           i + 1);

      store_fixture_from_server (f, NULL, text, NULL);
      if (thread == NULL)
        thread = g_thread_new ("searcher", search_on, &searcher);
      /* The idle writer indexes it. */
      g_usleep (80 * 1000);
    }
  g_atomic_int_set (&searcher.stop, 1);
  g_thread_join (thread);
  g_assert_cmpuint (searcher.n_searches, >, 0);
  g_assert_cmpuint (searcher.n_missed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/search/follows-what-comes-changes-and-goes", test_changing, NULL);
  store_fixture_add ("/store/search/finds-one-of-very-many", test_many_keys, NULL);
  store_fixture_add ("/store/search/all-of-a-type-are-read", test_all_of_a_type, NULL);
  store_fixture_add ("/store/search/what-is-here-is-found-at-every-moment",
                     test_found_at_every_moment, NULL);

  return g_test_run ();
}
