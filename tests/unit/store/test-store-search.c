/* test-store-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-search-query.h"
#include "store-fixture.h"
#include "ward-sample.h"

static GPtrArray *
fill (StoreFixture *f, guint n_patients, guint n_sets)
{
  WardSampleOptions options = { 11, n_patients, n_sets, STORE_FIXTURE_NOW_US, TRUE };
  GPtrArray *resources = ward_sample_resources (&options);
  g_autoptr (GError) error = NULL;

  omc_store_import_sync (f->store, f->device, resources, OMC_IMPORT_SERVER_STATE, NULL, NULL,
                         &error);
  g_assert_no_error (error);

  return resources;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static char *
join_ids (GPtrArray *resources)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < resources->len; i++)
    g_ptr_array_add (ids, omc_resource_dup_reference (g_ptr_array_index (resources, i)));
  g_ptr_array_sort (ids, compare_texts);
  g_ptr_array_add (ids, NULL);

  return g_strjoinv (" ", (char **)ids->pdata);
}

static char *
search_ids (StoreFixture *f, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchResult) result =
      omc_store_search_sync (f->store, f->nurse, query, NULL, &error);

  g_assert_no_error (error);

  return join_ids (result->matches);
}

/* By the reference evaluation over everything. */
static char *
expected_ids (GPtrArray *resources, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchQuery) query = omc_search_query_parse (text, &error);
  g_autoptr (GPtrArray) matches = g_ptr_array_new ();

  g_assert_no_error (error);
  for (guint i = 0; i < resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (resources, i);

      if (strcmp (omc_resource_get_resource_type (resource), query->type) == 0 &&
          omc_search_query_matches (query, resource))
        g_ptr_array_add (matches, resource);
    }

  return join_ids (matches);
}

static char *
random_criterion (GRand *random, OmcResource *patient, gboolean of_observation)
{
  static const char *const prefixes[] = { "eq", "ne", "gt", "ge", "lt", "le", "sa", "eb" };
  const char *prefix = prefixes[g_rand_int_range (random, 0, G_N_ELEMENTS (prefixes))];
  guint day = (guint)g_rand_int_range (random, 17, 20);

  if (of_observation)
    switch (g_rand_int_range (random, 0, 9))
      {
      case 0:
        return g_strdup_printf ("patient=%s", omc_resource_get_id (patient));
      case 1:
        return g_strdup_printf ("subject=Patient/%s", omc_resource_get_id (patient));
      case 2:
        return g_strdup ("category=vital-signs");
      case 3:
        return g_strdup (g_rand_boolean (random) ? "code=8867-4,8310-5"
                                                 : "code=http://loinc.org|9279-1");
      case 4:
        return g_strdup_printf ("date=%s2026-11-%02u", prefix, day);
      case 5:
        return g_strdup_printf ("value-quantity=%s%u", prefix,
                                (guint)g_rand_int_range (random, 10, 120));
      case 6:
        return g_strdup_printf ("date=%s2026-11-%02uT1%u:00:00Z", prefix, day,
                                (guint)g_rand_int_range (random, 0, 9));
      case 7:
        return g_strdup ("code:not=8867-4");
      default:
        return g_strdup_printf ("value-quantity:missing=%s",
                                g_rand_boolean (random) ? "true" : "false");
      }
  switch (g_rand_int_range (random, 0, 7))
    {
    case 0:
      return g_strdup ("family=m");
    case 1:
      return g_strdup ("name:contains=an");
    case 2:
      return g_strdup ("family:exact=Müller");
    case 3:
      return g_strdup_printf ("birthdate=%s19%u", prefix, (guint)g_rand_int_range (random, 25, 99));
    case 4:
      return g_strdup ("gender=female");
    case 5:
      return g_strdup_printf ("_id=%s", omc_resource_get_id (patient));
    default:
      return g_strdup_printf ("identifier=%u", 1000000 + (guint)g_rand_int_range (random, 0, 12));
    }
}

static void
test_oracle (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = fill (f, 12, 3);
  g_autoptr (GPtrArray) patients = g_ptr_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (20261123);
  guint n_hits = 0;

  for (guint i = 0; i < resources->len; i++)
    {
      OmcResource *resource = g_ptr_array_index (resources, i);

      if (strcmp (omc_resource_get_resource_type (resource), "Patient") == 0)
        g_ptr_array_add (patients, resource);
    }
  for (guint i = 0; i < 400; i++)
    {
      gboolean of_observation = g_rand_int_range (random, 0, 3) != 0;
      g_autoptr (GString) query = g_string_new (of_observation ? "Observation?" : "Patient?");
      guint n = (guint)g_rand_int_range (random, 1, 4);
      g_autofree char *found = NULL;
      g_autofree char *expected = NULL;

      for (guint c = 0; c < n; c++)
        {
          OmcResource *patient =
              g_ptr_array_index (patients, g_rand_int_range (random, 0, (int)patients->len));
          g_autofree char *criterion = random_criterion (random, patient, of_observation);

          g_string_append_printf (query, "%s%s", c > 0 ? "&" : "", criterion);
        }
      found = search_ids (f, query->str);
      expected = expected_ids (resources, query->str);
      n_hits += *expected != '\0';
      if (strcmp (found, expected) != 0)
        g_test_message ("%s", query->str);
      g_assert_cmpstr (found, ==, expected);
    }
  /* Queries that find nothing prove little. */
  g_assert_cmpuint (n_hits, >, 100);
}

/* --- what waits to be indexed, changes and goes --- */

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

static void
test_sort_and_page (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = fill (f, 3, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchResult) first = NULL;
  g_autoptr (OmcSearchResult) second = NULL;
  const char *newest = NULL;

  first = omc_store_search_sync (f->store, f->nurse,
                                 "Observation?code=8867-4&_sort=-date&_count=5&_total=accurate",
                                 NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->matches->len, ==, 5);
  g_assert_true (first->has_total);
  g_assert_cmpuint (first->total, ==, 9);
  g_assert_true (first->has_more);
  for (guint i = 0; i < first->matches->len; i++)
    {
      const char *date = omc_json_value_pick_string (
          omc_resource_get_root (g_ptr_array_index (first->matches, i)), "effectiveDateTime");

      if (newest != NULL)
        g_assert_cmpstr (date, <=, newest);
      newest = date;
    }
  second = omc_store_search_sync (
      f->store, f->nurse, "Observation?code=8867-4&_sort=-date&_count=5&_offset=5", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (second->matches->len, ==, 4);
  g_assert_false (second->has_more);
}

static void
test_links (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = fill (f, 6, 1);
  g_autofree char *chained =
      search_ids (f, "Observation?subject:Patient.identifier=1000002&code=8867-4");
  g_autofree char *direct = NULL;
  g_autofree char *having = NULL;
  g_auto (GStrv) ids = NULL;
  g_autoptr (OmcSearchResult) included = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchResult) person =
      omc_store_search_sync (f->store, f->nurse, "Patient?identifier=1000002", NULL, &error);
  g_autofree char *query = NULL;
  OmcResource *patient;

  g_assert_cmpuint (person->matches->len, ==, 1);
  patient = g_ptr_array_index (person->matches, 0);
  query = g_strdup_printf ("Observation?patient=%s&code=8867-4", omc_resource_get_id (patient));
  direct = search_ids (f, query);
  g_assert_cmpstr (chained, ==, direct);
  having = search_ids (f, "Patient?_has:AllergyIntolerance:patient:clinical-status=active");
  /* Each third person of the sample. */
  ids = g_strsplit (having, " ", -1);
  g_assert_cmpuint (g_strv_length (ids), ==, 2);
  included = omc_store_search_sync (
      f->store, f->nurse, "Patient?identifier=1000002&_revinclude=Encounter:patient", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (included->included->len, ==, 1);
}

static void
test_unknown_parameter (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_store_search_sync (f->store, f->nurse, "Patient?shoe-size=44", NULL, &error));
  g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED);
}

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
  g_autoptr (GPtrArray) resources = fill (f, 100, 2);
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
  g_autoptr (GPtrArray) resources = fill (f, 1100, 0);
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
  g_autoptr (GPtrArray) resources = fill (f, 1, 1);
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

#define ADD(path, func)                                                                            \
  g_test_add (path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)
  ADD ("/store/search/finds-what-the-reference-evaluation-finds", test_oracle);
  ADD ("/store/search/follows-what-comes-changes-and-goes", test_changing);
  ADD ("/store/search/finds-one-of-very-many", test_many_keys);
  ADD ("/store/search/all-of-a-type-are-read", test_all_of_a_type);
  ADD ("/store/search/what-is-here-is-found-at-every-moment", test_found_at_every_moment);
  ADD ("/store/search/sorts-and-pages", test_sort_and_page);
  ADD ("/store/search/follows-links-and-includes", test_links);
  ADD ("/store/search/unknown-parameters-are-an-error", test_unknown_parameter);
  ADD ("/store/board/orders-finds-and-scores", test_board);
  ADD ("/store/board/a-word-that-many-have-finds-them-all", test_board_many);
  ADD ("/store/board/follows-what-is-saved", test_board_follows);
#undef ADD

  return g_test_run ();
}
