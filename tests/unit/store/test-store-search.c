/* test-store-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-search-query.h"
#include "store-fixture.h"

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
  static const char *const parts[] = { "a",    "an", "ann", "ÜLL",    "ulle", "uller",
                                       "anna", "er", "*er", "\"an\"", "-ann", "AND" };
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
      return g_strdup_printf ("name:contains=%s",
                              parts[g_rand_int_range (random, 0, G_N_ELEMENTS (parts))]);
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
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 12, 3);
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

static void
test_sort_and_page (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 3, 3);
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
  g_autoptr (GPtrArray) resources = store_fixture_import_ward (f, 11, 6, 1);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/search/finds-what-the-reference-evaluation-finds", test_oracle, NULL);
  store_fixture_add ("/store/search/sorts-and-pages", test_sort_and_page, NULL);
  store_fixture_add ("/store/search/follows-links-and-includes", test_links, NULL);
  store_fixture_add ("/store/search/unknown-parameters-are-an-error", test_unknown_parameter, NULL);

  return g_test_run ();
}
