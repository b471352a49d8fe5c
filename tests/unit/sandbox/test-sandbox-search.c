/* test-sandbox-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sandbox-fixture.h"

/* n Patients p0, p1, ... and as many Observations of the first, each a second after the one before. */
static void
fill (Fixture *f, guint n)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *lines = NULL;

      lines = g_strdup_printf (
          "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"identifier\":[{\"system\":\"urn:m\","
          "\"value\":\"%u\"}],"
          "\"name\":[{\"family\":\"Fam%u\"}],\"birthDate\":\"19%02u-01-01\"}\n"
          "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\",\"code\":{"
          "\"coding\":[{\"system\":"
          "\"http://loinc.org\",\"code\":\"%s\"}]},\"subject\":{\"reference\":\"Patient/p0\"},"
          "\"effectiveDateTime\":\"2026-11-%02uT10:00:00Z\",\"valueQuantity\":{\"value\":%u,"
          "\"unit\":\"/min\"}}\n",
          i, i, i, i % 100, i, i % 2 == 0 ? "8867-4" : "9279-1", 1 + i % 28, 50 + i);
      omc_sandbox_load_text (f->sandbox, lines, -1, NULL, &error);
      g_assert_no_error (error);
      omc_clock_advance (f->clock, G_USEC_PER_SEC);
    }
}

static void
test_criteria (void)
{
  static const struct
  {
    const char *query;
    guint count;
  } rows[] = {
    { "/Patient?_id=p1", 1 },
    { "/Patient?_id=p1,p2,nobody", 2 },
    { "/Patient?identifier=urn:m%7C3", 1 },
    { "/Patient?identifier=3", 1 },
    { "/Patient?identifier=urn:other%7C3", 0 },
    { "/Patient?name=fam1", 1 },
    { "/Patient?family=FAM", 10 },
    { "/Patient?family:exact=fam1", 0 },
    { "/Patient?family:contains=am7", 1 },
    { "/Patient?birthdate=ge1905-01-01", 5 },
    { "/Patient?birthdate=lt1905-01-01&family=fam", 5 },
    { "/Observation?patient=p0", 10 },
    { "/Observation?subject=Patient/p0&code=8867-4", 5 },
    { "/Observation?code=http://loinc.org%7C9279-1", 5 },
    { "/Observation?code=8867-4,9279-1", 10 },
    { "/Observation?code:not=8867-4", 5 },
    { "/Observation?patient=p0&date=ge2026-11-09", 2 },
    { "/Observation?date=lt2026-11-02", 1 },
    { "/Observation?value-quantity=gt57", 2 },
    { "/Observation?encounter:missing=true", 10 },
    { "/Observation?subject:Patient.family=fam0", 10 },
    { "/Observation?subject:Patient.family=fam1", 0 },
    { "/Patient?_has:Observation:patient:code=8867-4", 1 },
    { "/Observation?_lastUpdated=ge2026-11-23T12:00:05.000Z", 5 },
    { "/Observation?_lastUpdated=gt2026-11-23T12:00:05.000Z", 4 },
    { "/Observation?_lastUpdated=lt2026-11-23T12:00:05.000Z", 5 },
    { "/Observation?_lastUpdated=le2026-11-23T12:00:05.000Z", 6 },
    { "/Observation?_lastUpdated=ge2026-11-23T12:00:02.000Z&_lastUpdated=lt2026-11-23T12:00:04."
      "000Z",
      2 },
    { "/Observation?_compartment=Patient/p0", 10 },
    { "/Observation?_compartment=Patient/p1", 0 },
  };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  fill (&f, 10);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Answer) answer = fixture_send (&f, "GET", rows[i].query, NULL, NULL);

      g_test_message ("%s", rows[i].query);
      g_assert_cmpuint (answer.status, ==, 200);
      g_assert_cmpuint (answer_count (&answer), ==, rows[i].count);
    }
}

static void
test_search_by_post (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) answer = { 0 };

  fixture_open (&f, "medplum");
  fill (&f, 3);
  answer = fixture_send_with (&f, "POST", "/Patient/_search", "identifier=urn%3Am%7C2",
                              "Content-Type", "application/x-www-form-urlencoded");
  g_assert_cmpuint (answer.status, ==, 200);
  g_assert_cmpstr (answer_pick (&answer, "entry.resource.id"), ==, "p2");
}

/* Follows next to the end; gives how often each id came, and stores more between the pages. */
static GHashTable *
walk (Fixture *f, const char *first, guint *n_pages)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *next = g_strdup (first);
  guint n_new = 0;

  *n_pages = 0;
  while (next != NULL)
    {
      g_auto (Answer) page = fixture_send (f, "GET", next, NULL, NULL);
      g_autofree char *added = NULL;
      const OmcJsonValue *entry;
      OmcJsonIter iter;

      g_assert_cmpuint (page.status, ==, 200);
      g_assert_cmpuint (++*n_pages, <, 50);
      omc_json_iter_init (&iter, omc_json_value_get (omc_json_get_root (page.json), "entry"));
      while (omc_json_iter_next (&iter, NULL, &entry))
        {
          const char *id = omc_json_value_pick_string (entry, "resource.id");
          guint times = GPOINTER_TO_UINT (g_hash_table_lookup (seen, id));

          g_hash_table_insert (seen, g_strdup (id), GUINT_TO_POINTER (times + 1));
        }
      g_set_str (&next, answer_link (&page, "next"));

      if (n_new++ < 3)
        {
          added = g_strdup_printf (
              "{\"resourceType\":\"Observation\",\"id\":\"new%u\",\"status\":\"final\","
              "\"code\":{\"text\":\"x\"}}",
              n_new);
          omc_clock_advance (f->clock, G_USEC_PER_SEC);
          g_assert_true (omc_sandbox_load_text (f->sandbox, added, -1, NULL, NULL));
        }
    }
  return g_steal_pointer (&seen);
}

static void
test_paging_with_inserts_between (void)
{
  static const struct
  {
    const char *profile;
    const char *query;
  } rows[] = {
    { "medplum", "/Observation?_sort=_lastUpdated&_count=20" },
    { "medplum", "/Observation?_sort=_lastUpdated&_count=7" },
    { "medplum", "/Observation?_sort=date&_count=30" },
    { "hapi", "/Observation?_sort=_lastUpdated&_count=20" },
    { "hapi", "/Observation?_sort=-_lastUpdated&_count=9" },
    { "google", "/Observation?_count=15" },
    { "azure", "/Observation?_sort=-_lastUpdated&_count=8" },
    { "aidbox", "/Observation?_sort=_lastUpdated&_count=8" },
    { "strict", "/Observation?_sort=_lastUpdated" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_autoptr (GHashTable) seen = NULL;
      guint n_pages;

      g_test_message ("%s %s", rows[i].profile, rows[i].query);
      fixture_open (&f, rows[i].profile);
      fill (&f, 50);
      seen = walk (&f, rows[i].query, &n_pages);
      g_assert_cmpuint (n_pages, >, 1);
      for (guint o = 0; o < 50; o++)
        {
          g_autofree char *id = g_strdup_printf ("o%u", o);

          g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (seen, id)), ==, 1);
        }
    }
}

static void
test_page_sizes (void)
{
  static const struct
  {
    const char *profile;
    guint fallback;
  } rows[] = { { "medplum", 20 }, { "hapi", 20 }, { "azure", 10 }, { "strict", 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_auto (Answer) page = { 0 };
      g_auto (Answer) none = { 0 };

      fixture_open (&f, rows[i].profile);
      fill (&f, 25);
      page = fixture_send (&f, "GET", "/Observation", NULL, NULL);
      g_assert_cmpuint (answer_count (&page), ==, rows[i].fallback);
      none = fixture_send (&f, "GET", "/Observation?_summary=count", NULL, NULL);
      g_assert_cmpuint (answer_count (&none), ==, 0);
      g_assert_nonnull (strstr (none.text, "\"total\":25"));
    }
}

static void
test_pages_expire (void)
{
  static const char *const profiles[] = { "hapi", "google", "azure", "strict" };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_auto (Answer) page = { 0 };
      g_auto (Answer) fresh = { 0 };
      g_autofree char *next = NULL;

      fixture_open_with (&f, (OmcSandboxOptions){ .profile = profiles[i], .page_seconds = 60 });
      fill (&f, 25);
      page = fixture_send (&f, "GET", "/Observation?_count=5", NULL, NULL);
      next = g_strdup (answer_link (&page, "next"));
      g_assert_cmpuint (fixture_status (&f, "GET", next, NULL), ==, 200);
      omc_clock_advance (f.clock, 61 * G_USEC_PER_SEC);
      g_assert_cmpuint (fixture_status (&f, "GET", next, NULL), ==, 410);

      fresh = fixture_send (&f, "GET", "/Observation?_count=5", NULL, NULL);
      omc_clock_advance (f.clock, G_USEC_PER_SEC);
      g_assert_cmpuint (fixture_status (&f, "GET", answer_link (&fresh, "next"), NULL), ==, 200);
      omc_sandbox_expire_pages (f.sandbox);
      g_assert_cmpuint (fixture_status (&f, "GET", answer_link (&fresh, "next"), NULL), ==, 410);
    }
}

/* fhir-servers.md 4: a page of one instant and no end to it. */
static void
test_medplum_cursor_stalls (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (GString) bundle =
      g_string_new ("{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[");

  fixture_open (&f, "medplum");
  for (guint i = 0; i < 25; i++)
    g_string_append_printf (bundle,
                            "%s{\"request\":{\"method\":\"POST\",\"url\":\"Basic\"},\"resource\":{"
                            "\"resourceType\":\"Basic\",\"code\":{\"text\":\"%u\"}}}",
                            i > 0 ? "," : "", i);
  g_string_append (bundle, "]}");
  g_assert_cmpuint (fixture_status (&f, "POST", "", bundle->str), ==, 200);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Basic?_sort=_lastUpdated&_count=20", NULL), ==,
                    500);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Basic?_sort=_lastUpdated,_id&_count=20", NULL), ==,
                    200);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Basic?_sort=_lastUpdated&_count=1000", NULL), ==,
                    200);
}

static void
test_deletions_are_found (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) gone = { 0 };
  g_auto (Answer) left = { 0 };
  g_auto (Answer) with_more = { 0 };

  fixture_open (&f, "medplum");
  fill (&f, 3);
  g_assert_cmpuint (fixture_status (&f, "DELETE", "/Patient/p1", NULL), ==, 200);
  gone = fixture_send (
      &f, "GET",
      "/Patient?_deleted=true&_lastUpdated=ge2026-11-23T12:00:03.000Z&_sort=_lastUpdated", NULL,
      NULL);
  g_assert_cmpuint (answer_count (&gone), ==, 1);
  g_assert_cmpstr (answer_pick (&gone, "entry.resource.id"), ==, "p1");
  g_assert_cmpstr (answer_pick (&gone, "entry.resource.meta.lastUpdated"), ==,
                   "2026-11-23T12:00:03.000Z");
  g_assert_null (answer_pick (&gone, "entry.resource.meta.versionId"));
  left = fixture_send (&f, "GET", "/Patient", NULL, NULL);
  g_assert_cmpuint (answer_count (&left), ==, 2);
  with_more = fixture_send (&f, "GET", "/Patient?_deleted=true&identifier=urn:m%7C1", NULL, NULL);
  g_assert_cmpuint (answer_count (&with_more), ==, 0);
}

static void
test_type_history_since (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) answer = { 0 };
  g_auto (Answer) page = { 0 };

  fixture_open (&f, "azure");
  fill (&f, 4);
  g_assert_cmpuint (fixture_status (&f, "DELETE", "/Patient/p0", NULL), ==, 204);
  answer =
      fixture_send (&f, "GET", "/Patient/_history?_since=2026-11-23T12:00:03.000Z", NULL, NULL);
  g_assert_cmpuint (answer_count (&answer), ==, 2);
  g_assert_cmpstr (answer_pick (&answer, "entry[0].request.method"), ==, "DELETE");
  g_assert_cmpstr (answer_pick (&answer, "entry[1].resource.id"), ==, "p3");
  page = fixture_send (&f, "GET", "/_history?_count=3", NULL, NULL);
  g_assert_cmpuint (answer_count (&page), ==, 3);
  g_assert_nonnull (answer_link (&page, "next"));
  g_assert_cmpuint (fixture_status (&f, "GET", answer_link (&page, "next"), NULL), ==, 200);
}

static void
test_includes_and_everything (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) with_patient = { 0 };
  g_auto (Answer) with_observations = { 0 };
  g_auto (Answer) everything = { 0 };
  g_auto (Answer) typed = { 0 };
  g_auto (Answer) elements = { 0 };

  fixture_open (&f, "medplum");
  fill (&f, 5);
  with_patient =
      fixture_send (&f, "GET", "/Observation?_include=Observation:subject&_count=3", NULL, NULL);
  g_assert_cmpuint (answer_count (&with_patient), ==, 4);
  g_assert_cmpstr (answer_pick (&with_patient, "entry[3].search.mode"), ==, "include");
  g_assert_cmpstr (answer_pick (&with_patient, "entry[3].resource.id"), ==, "p0");
  with_observations =
      fixture_send (&f, "GET", "/Patient?_id=p0&_revinclude=Observation:subject", NULL, NULL);
  g_assert_cmpuint (answer_count (&with_observations), ==, 6);
  everything = fixture_send (&f, "GET", "/Patient/p0/$everything", NULL, NULL);
  g_assert_cmpuint (answer_count (&everything), ==, 6);
  g_assert_cmpstr (answer_pick (&everything, "entry[0].resource.resourceType"), ==, "Patient");
  typed = fixture_send (&f, "GET",
                        "/Patient/p0/$everything?_type=Observation&_since=2026-11-23T12:00:02.000Z",
                        NULL, NULL);
  g_assert_cmpuint (answer_count (&typed), ==, 3);
  g_assert_cmpuint (fixture_status (&f, "GET", "/Patient/nobody/$everything", NULL), ==, 404);

  elements = fixture_send (&f, "GET", "/Patient?_elements=id,meta&_count=1", NULL, NULL);
  g_assert_cmpstr (answer_pick (&elements, "entry.resource.id"), ==, "p0");
  g_assert_null (answer_pick (&elements, "entry.resource.name.family"));
  g_assert_cmpstr (answer_pick (&elements, "entry.resource.meta.tag.code"), ==, "SUBSETTED");
}

static void
test_index_follows_changes (void)
{
  g_auto (Fixture) f = { 0 };
  g_auto (Answer) before = { 0 };
  g_auto (Answer) after = { 0 };

  fixture_open (&f, "hapi");
  fill (&f, 3);
  g_assert_cmpuint (
      fixture_status (
          &f, "PUT", "/Patient/p1",
          "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Other\"}]}"),
      ==, 200);
  before = fixture_send (&f, "GET", "/Patient?family=fam1", NULL, NULL);
  after = fixture_send (&f, "GET", "/Patient?family=other", NULL, NULL);
  g_assert_cmpuint (answer_count (&before), ==, 0);
  g_assert_cmpuint (answer_count (&after), ==, 1);
  /* Still referred to: p0 stays, p1 may go. */
  g_assert_cmpuint (fixture_status (&f, "DELETE", "/Patient/p0", NULL), ==, 409);
  g_assert_cmpuint (fixture_status (&f, "DELETE", "/Patient/p1", NULL), ==, 200);
}

static void
test_wrong_queries_are_refused (void)
{
  static const char *const queries[] = {
    "/Patient?shoe-size=44",  "/Patient?_sort=shoe-size",       "/Patient?birthdate=soon",
    "/Patient?_count=many",   "/Patient?name:like=x",           "/Patient?_cursor=nonsense",
    "/Patient?_offset=20000", "/Patient?_include=Nothing:here", "/Patient?_summary=text",
  };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  fill (&f, 1);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_auto (Answer) answer = fixture_send (&f, "GET", queries[i], NULL, NULL);

      g_test_message ("%s", queries[i]);
      g_assert_cmpuint (answer.status, ==, 400);
      g_assert_cmpstr (answer_pick (&answer, "resourceType"), ==, "OperationOutcome");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/search/criteria-find-what-they-say", test_criteria);
  g_test_add_func ("/sandbox/search/a-form-is-a-query", test_search_by_post);
  g_test_add_func ("/sandbox/search/pages-miss-nothing-while-more-is-stored",
                   test_paging_with_inserts_between);
  g_test_add_func ("/sandbox/search/page-sizes-are-those-of-the-profile", test_page_sizes);
  g_test_add_func ("/sandbox/search/pages-expire", test_pages_expire);
  g_test_add_func ("/sandbox/search/medplum-cursor-stalls", test_medplum_cursor_stalls);
  g_test_add_func ("/sandbox/search/deletions-are-found", test_deletions_are_found);
  g_test_add_func ("/sandbox/search/type-history-since", test_type_history_since);
  g_test_add_func ("/sandbox/search/includes-and-everything", test_includes_and_everything);
  g_test_add_func ("/sandbox/search/the-index-follows-changes", test_index_follows_changes);
  g_test_add_func ("/sandbox/search/wrong-queries-are-refused", test_wrong_queries_are_refused);
  return g_test_run ();
}
