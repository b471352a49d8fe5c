/* test-store-search-text.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-search-candidates.h"
#include "omc-search-index-dao.h"
#include "omc-search-query.h"
#include "store-fixture.h"

/* Searches for what stands anywhere in a string find what the reference evaluation finds, whatever is asked for. */

#define N_PEOPLE 60
#define N_ROUNDS 24
#define N_QUERIES 12

static const char *const pieces[] = {
  "Lind",    "ström", "Müller",   "Strauß", "d'Arc",    "Ñandú",  "O\\\"Neil\\\"",
  "AND",     "OR ",   "NEAR",     "*",      "-",        "%",      "_",
  "\\\"",    "(",     ")",        "^",      ":",        "+",      "{a}",
  "Дмитрий", "Ольга", "Σωκράτης", "李小龙", "さくら",   "김민준", "محمد",
  "שרה",     "नमस्ते",  "𐌰𐌽𐌳",      "é",      "e\\u0301", "ﬁ",      "İstanbul",
  "ß",       "\\\\",  ",",        "|",      "$",        "anna",   "ann",
  "nan",     "aaaa",  " ",        "1000",   "St.",      "ij",     "x",
};

static char *
random_text (GRand *random, guint max)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = (guint)g_rand_int_range (random, 1, (int)max);

  for (guint i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* One in four has a string that the index cuts, anywhere in its letters. */
static OmcResource *
random_person (GRand *random, guint n)
{
  g_autofree char *family = random_text (random, g_rand_int_range (random, 0, 4) == 0 ? 40 : 4);
  g_autofree char *given = random_text (random, 4);
  g_autofree char *city = random_text (random, 3);
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"%u\"},\"name\":[{"
      "\"family\":\"%s\",\"given\":[\"%s\"]}],\"address\":[{\"city\":\"%s\"}]}",
      n, g_rand_int (random), family, given, city);

  return store_fixture_parse (text);
}

/* As a value of a query: "\" before what separates values (FHIR R4, 3.1.1.4.8). */
static char *
quote (const char *text)
{
  g_autoptr (GString) escaped = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (strchr ("\\,|$", *p) != NULL)
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *p);
    }

  return g_uri_escape_string (escaped->str, NULL, FALSE);
}

/* Some letters of somebody's name, or of nobody's. */
static char *
random_letters (GRand *random, GPtrArray *people)
{
  OmcResource *person = g_ptr_array_index (people, g_rand_int_range (random, 0, (int)people->len));
  const char *name = person != NULL && g_rand_int_range (random, 0, 4) != 0
                         ? omc_json_value_pick_string (omc_resource_get_root (person),
                                                       g_rand_boolean (random) ? "name[0].family"
                                                                               : "name[0].given[0]")
                         : "AND \"x\" OR nobody* NEAR(a -b) ^c:d";
  glong length = g_utf8_strlen (name, -1);
  glong n = g_rand_int_range (random, 0, 12) == 0 ? length : g_rand_int_range (random, 1, 7);
  glong from = length > n ? g_rand_int_range (random, 0, (int)(length - n + 1)) : 0;

  return g_utf8_substring (name, from, MIN (length, from + n));
}

static char *
join (GPtrArray *resources)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < resources->len; i++)
    g_string_append_printf (text, "%s ", omc_resource_get_id (g_ptr_array_index (resources, i)));

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* In the order in which they first came. */
static guint
assert_found (StoreFixture *f, GPtrArray *people, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) refused = NULL;
  g_autoptr (OmcSearchQuery) query = omc_search_query_parse (text, &refused);
  g_autoptr (GPtrArray) matches = g_ptr_array_new ();
  g_autoptr (OmcSearchResult) result = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;

  result = omc_store_search_sync (f->store, f->nurse, text, NULL, &error);
  /* An accent without its letter is no text. */
  if (query == NULL)
    {
      g_assert_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID);
      return 0;
    }
  g_assert_no_error (error);
  for (guint i = 0; i < people->len; i++)
    {
      OmcResource *person = g_ptr_array_index (people, i);

      if (person != NULL && omc_search_query_matches (query, person))
        g_ptr_array_add (matches, person);
    }
  expected = join (matches);
  found = join (result->matches);
  if (strcmp (found, expected) != 0)
    g_test_message ("%s", text);
  g_assert_cmpstr (found, ==, expected);

  return matches->len;
}

static guint
assert_queries (StoreFixture *f, GPtrArray *people, GRand *random)
{
  static const char *const params[] = { "name", "family", "given", "address", "address-city" };
  guint n_hits = 0;

  for (guint i = 0; i < N_QUERIES; i++)
    {
      g_autofree char *first = random_letters (random, people);
      g_autofree char *second = random_letters (random, people);
      g_autofree char *quoted = quote (first);
      g_autofree char *other = quote (second);
      const char *param = params[g_rand_int_range (random, 0, G_N_ELEMENTS (params))];
      gboolean two = g_rand_int_range (random, 0, 5) == 0;
      g_autofree char *query = g_strdup_printf ("Patient?%s:contains=%s%s%s", param, quoted,
                                                two ? "," : "", two ? other : "");

      n_hits += assert_found (f, people, query);
    }

  return n_hits;
}

static void
change_some (StoreFixture *f, GPtrArray *people, GRand *random, guint n)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      guint who = people->len < N_PEOPLE ? people->len
                                         : (guint)g_rand_int_range (random, 0, (int)people->len);
      OmcResource *person = random_person (random, who);

      if (who < people->len && g_ptr_array_index (people, who) == NULL)
        {
          omc_resource_unref (person);
          continue;
        }
      if (who == people->len)
        g_ptr_array_add (people, NULL);
      g_clear_pointer (&g_ptr_array_index (people, who), omc_resource_unref);
      g_ptr_array_index (people, who) = omc_resource_ref (person);
      g_ptr_array_add (page, person);
    }
  omc_store_import_sync (f->store, f->device, page, OMC_IMPORT_SERVER_STATE, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_anywhere (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);
  g_autoptr (GPtrArray) people = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  guint n_hits = 0;

  for (guint round = 0; round < N_ROUNDS; round++)
    {
      guint gone = (guint)g_rand_int_range (random, 0, N_PEOPLE);

      change_some (f, people, random, round == 0 ? N_PEOPLE : 6);
      if (round > 0 && round % 4 == 0 && g_ptr_array_index (people, gone) != NULL)
        {
          g_autofree char *id = g_strdup_printf ("p%u", gone);

          omc_store_delete_sync (f->store, f->nurse, "Patient", id, NULL, &error);
          g_assert_no_error (error);
          g_clear_pointer (&g_ptr_array_index (people, gone), omc_resource_unref);
        }
      n_hits += assert_queries (f, people, random);
      /* Lists of the audit settle what waits. */
      if (round % 2 == 0)
        {
          g_autoptr (GPtrArray) entries =
              omc_store_list_audit_sync (f->store, f->auditor, 0, 1, NULL, &error);

          g_assert_no_error (error);
          n_hits += assert_queries (f, people, random);
        }
      if (round % 6 == 5)
        store_fixture_assert_sound (f);
    }
  for (guint i = 0; i < people->len; i++)
    g_clear_pointer (&g_ptr_array_index (people, i), omc_resource_unref);
  /* Searches that find nothing prove little. */
  g_assert_cmpuint (n_hits, >, 1000);
}

/* The groups that a search looks up are among those of each string that has it. */
static void
test_triples (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 2000; round++)
    {
      g_autofree char *text = random_text (random, 8);
      glong length = g_utf8_strlen (text, -1);
      glong from = g_rand_int_range (random, 0, (int)length);
      g_autofree char *part = g_utf8_substring (
          text, from, from + g_rand_int_range (random, 0, (int)(length - from) + 1));
      glong n = g_utf8_strlen (part, -1);
      g_autoptr (GArray) all = omc_search_index_list_triples (text, 1);
      g_autoptr (GArray) asked = omc_search_index_list_triples (part, 3);

      g_assert_cmpint (asked->len, <=, n < 3 ? 0 : (n + 2) / 3);
      g_assert_true (n < 3 || asked->len > 0);
      for (guint i = 0; i < asked->len; i++)
        {
          gboolean known = FALSE;

          g_assert_cmpint (g_array_index (asked, gint64, i), !=, OMC_SEARCH_INDEX_GOES_ON);
          for (guint j = 0; j < all->len; j++)
            known = known || g_array_index (all, gint64, j) == g_array_index (asked, gint64, i);
          g_assert_true (known);
        }
    }
}

/* What is looked at grows with what is found, not with what is there. */
static void
test_few_candidates (StoreFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *query;
    guint max;
  } cases[] = {
    { "Patient?name:contains=illow", 1 },  { "Patient?name:contains=llo", 1 },
    { "Patient?family:contains=low", 1 },  { "Patient?name:contains=wolliw", 0 },
    { "Patient?given:contains=illow", 0 }, { "Patient?name:contains=erson 1", 1110 },
    { "Patient?name:contains=qqq", 0 },    { "Patient?name:contains=\"llo\"", 0 },
    { "Patient?name:contains=llo*", 0 },
  };
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;
  OmcSession *session;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *text = g_strdup_printf (
          "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"1\"},"
          "\"name\":[{\"family\":\"%s%u\"}]}",
          i, i == 500 ? "Willow " : "Person ", i / 10);

      g_ptr_array_add (page, store_fixture_parse (text));
    }
  omc_store_import_sync (f->store, f->device, page, OMC_IMPORT_SERVER_STATE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (omc_store_list_audit_sync (f->store, f->auditor, 0, 1, NULL, &error));
  g_assert_no_error (error);
  session =
      omc_session_new (store_fixture_open_raw (f, OMC_DB_READ_WRITE), f->keys, f->clock, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSearchQuery) query = omc_search_query_parse (cases[i].query, &error);
      g_autoptr (GArray) found = NULL;

      g_assert_no_error (error);
      found = omc_search_candidates_list (session, query, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_test_message ("%s: %u", cases[i].query, found->len);
      g_assert_cmpuint (found->len, <=, cases[i].max);
    }
  omc_session_free (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/search/groups-of-a-part-are-those-of-the-whole", test_triples);
  store_fixture_add ("/store/search/finds-what-stands-anywhere", test_anywhere, NULL);
  store_fixture_add ("/store/search/looks-at-few-for-the-middle-of-a-word", test_few_candidates,
                     NULL);

  return g_test_run ();
}
