/* test-store-evicted.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "cache-ward.h"

/* Evicted is not deleted. */

static void
set_up (CacheWard *self)
{
  const OmcRetention policy = { .retention_us = 30 * G_TIME_SPAN_DAY };

  store_fixture_set_up (&self->f, NULL);
  self->random = g_rand_new_with_seed (1);
  cache_ward_send_patient (self, 0, 20);
  self->traits[1] = TRAIT_ON_WARD;
  cache_ward_send_patient (self, 1, 5);
  cache_ward_confirm (self);
  cache_ward_reopen (self, &policy, 0);
  cache_ward_wait_for_first_look (self);
  omc_clock_advance (self->f.clock, 40 * G_TIME_SPAN_DAY);
}

static OmcSearchResult *
search (CacheWard *self, const char *query)
{
  g_autoptr (GError) error = NULL;
  OmcSearchResult *result =
      omc_store_search_sync (self->f.store, self->f.nurse, query, NULL, &error);

  g_assert_no_error (error);

  return result;
}

static void
assert_search (CacheWard *self, const char *query, guint n, gboolean elsewhere)
{
  g_autoptr (OmcSearchResult) result = search (self, query);

  g_assert_cmpuint (result->matches->len, ==, n);
  g_assert_cmpint (result->elsewhere, ==, elsewhere);
}

static void
test_return (void)
{
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) versions = NULL;
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (GHashTable) left = NULL;
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;
  gboolean asked;
  CacheWard self = { 0 };

  set_up (&self);
  before = cache_ward_list_all (&self);
  assert_search (&self, "Observation?patient=p0&_count=100", 20, FALSE);
  g_assert_cmpuint (cache_ward_evict (&self).n_records, ==, 22);
  cache_ward_assert_only_unprotected_went (&self, before);
  /* Neither of the two lists takes it for the other. */
  versions = omc_store_list_versions (self.f.store, "Observation", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (versions), ==, 5);
  assert_search (&self, "Observation?patient=p0", 0, TRUE);
  assert_search (&self, "Observation?patient=p1", 5, FALSE);
  assert_search (&self, "Patient?name=evict", 1, TRUE);
  chart = omc_store_read_chart_sync (self.f.store, self.f.nurse, "p0", 0, NULL, &error);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "server"));
  g_clear_error (&error);

  omc_store_recall_patient_sync (self.f.store, self.f.nurse, "p1", &asked, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (asked);
  omc_store_recall_patient_sync (self.f.store, self.f.nurse, "p0", &asked, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (asked);
  wanted = omc_store_list_evicted (self.f.store, "Observation", TRUE, &error);
  g_assert_cmpuint (g_hash_table_size (wanted), ==, 20);
  /* In part here, it says so, and is not taken away again. */
  cache_ward_send (&self, cache_ward_dup_patient (0, 1, "1950-01-01", ""));
  chart = omc_store_read_chart_sync (self.f.store, self.f.nurse, "p0", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 21);
  omc_clock_advance (self.f.clock, 40 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (cache_ward_evict (&self).n_records, ==, 0);
  self.random = (g_rand_free (self.random), g_rand_new_with_seed (1));
  cache_ward_send_patient (&self, 0, 20);
  cache_ward_assert_only_unprotected_went (&self, before);
  left = cache_ward_list_evicted (&self);
  g_assert_cmpuint (g_hash_table_size (left), ==, 0);
  assert_search (&self, "Observation?patient=p0&_count=100", 20, FALSE);
  cache_ward_tear_down (&self);
}

static void
test_news_of_evicted (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (GHashTable) evicted = NULL;
  g_autoptr (GPtrArray) deleted = g_ptr_array_new ();
  g_autoptr (GPtrArray) hidden = g_ptr_array_new ();
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  OmcServerBatch batch = { .resources = none, .deletions = deleted };
  OmcServerCounts counts;
  CacheWard self = { 0 };

  set_up (&self);
  cache_ward_evict (&self);
  /* Deleted there: said so here, and no longer asked for. */
  g_ptr_array_add (deleted, (gpointer) "Observation/o0-3");
  omc_store_apply_server_batch (self.f.store, self.f.device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.deleted, ==, 1);
  g_assert_null (
      omc_store_read_sync (self.f.store, self.f.nurse, "Observation", "o0-3", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED);
  g_clear_error (&error);
  /* No longer shown to this device: forgotten. */
  g_ptr_array_add (hidden, (gpointer) "o0-4");
  omc_store_hide (self.f.store, "Observation", hidden, &error);
  g_assert_no_error (error);
  evicted = omc_store_list_evicted (self.f.store, "Observation", FALSE, &error);
  g_assert_cmpuint (g_hash_table_size (evicted), ==, 18);
  /* A result that comes for who went: the rest is wanted, too. */
  wanted = omc_store_list_evicted (self.f.store, "Observation", TRUE, &error);
  g_assert_cmpuint (g_hash_table_size (wanted), ==, 0);
  cache_ward_send_observations (&self, 0, 500, 501);
  g_clear_pointer (&wanted, g_hash_table_unref);
  wanted = omc_store_list_evicted (self.f.store, "Observation", TRUE, &error);
  g_assert_cmpuint (g_hash_table_size (wanted), ==, 18);
  store_fixture_assert_sound (&self.f);
  cache_ward_tear_down (&self);
}

/* A chart that is here in part, since its Patient is in the journal or came back first: who opens it gets the rest. */
static void
test_opened (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (OmcChart) chart = NULL;
  CacheWard self = { 0 };

  set_up (&self);
  cache_ward_make_journal (&self, 0);
  cache_ward_confirm (&self);
  omc_clock_advance (self.f.clock, 40 * G_TIME_SPAN_DAY);
  g_assert_cmpuint (cache_ward_evict (&self).n_records, ==, 21);
  wanted = omc_store_list_wanted_types (self.f.store, &error);
  g_assert_cmpuint (g_hash_table_size (wanted), ==, 0);
  chart = omc_store_read_chart_sync (self.f.store, self.f.nurse, "p0", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 21);
  g_clear_pointer (&wanted, g_hash_table_unref);
  wanted = omc_store_list_wanted_types (self.f.store, &error);
  g_assert_no_error (error);
  g_assert_true (g_hash_table_contains (wanted, "Observation"));
  g_assert_true (g_hash_table_contains (wanted, "Encounter"));
  cache_ward_tear_down (&self);
}

/* The server gave a record to another patient meanwhile: it is here, and no longer counted as gone. */
static void
test_moved (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) evicted = NULL;
  g_autoptr (OmcChart) chart = NULL;
  OmcCacheStatus status;
  CacheWard self = { 0 };

  set_up (&self);
  cache_ward_evict (&self);
  cache_ward_send (
      &self, g_strdup ("{\"resourceType\":\"Observation\",\"id\":\"o0-3\",\"meta\":{\"versionId\":"
                       "\"2\"},\"status\":\"final\",\"code\":{\"text\":\"c\"},"
                       "\"subject\":{\"reference\":\"Patient/p1\"}}"));
  cache_ward_send (
      &self, g_strdup ("{\"resourceType\":\"Observation\",\"id\":\"o0-4\",\"meta\":{"
                       "\"versionId\":\"2\"},\"status\":\"final\",\"code\":{\"text\":\"c\"}}"));
  evicted = omc_store_list_evicted (self.f.store, "Observation", FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (evicted), ==, 18);
  omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status.n_evicted_records, ==, 20);
  chart = omc_store_read_chart_sync (self.f.store, self.f.nurse, "p1", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 0);
  cache_ward_tear_down (&self);
}

/* A form that was open for weeks must not make a second record of what the server has. */
static void
test_stale_edit (void)
{
  g_autofree char *edit = cache_ward_dup_patient (0, 1, "1951-01-01", "");
  g_autoptr (GPtrArray) list = store_fixture_list (edit, NULL);
  g_autoptr (GError) error = NULL;
  CacheWard self = { 0 };

  set_up (&self);
  cache_ward_evict (&self);
  g_assert_null (
      omc_store_save_sync (self.f.store, self.f.nurse, list, OMC_SAVE_CHART, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_cmpuint (store_fixture_status (&self.f).n_pending, ==, 0);
  cache_ward_tear_down (&self);
}

static void
test_audited_and_counted (void)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status;
  OmcEvictionCounts counts;
  guint n_audited = 0;
  CacheWard self = { 0 };

  set_up (&self);
  g_assert_false (omc_store_evict_sync (self.f.store, self.f.nurse, &counts, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  cache_ward_evict (&self);
  omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status.total_charts, ==, 1);
  g_assert_cmpuint (status.total_records, ==, 22);
  g_assert_cmpuint (status.n_evicted_charts, ==, 1);
  g_assert_cmpuint (status.n_evicted_records, ==, 22);
  g_assert_cmpint (status.last_pass_us, ==, omc_clock_get_now (self.f.clock));
  entries = omc_store_list_audit_sync (self.f.store, self.f.auditor, 1, 1000, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++)
    {
      const OmcAuditEntry *entry = g_ptr_array_index (entries, i);

      if (g_str_equal (entry->subtype, "cache-evict"))
        {
          g_assert_cmpstr (entry->patient_id, ==, "p0");
          n_audited++;
        }
    }
  g_assert_cmpuint (n_audited, >=, 1);
  cache_ward_tear_down (&self);
}

/* The idle writer does it by itself, and a save goes on meanwhile. */
static void
test_idle (void)
{
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status = { 0 };
  CacheWard self = { 0 };

  set_up (&self);
  /* It goes by a time that a server told. */
  omc_clock_set_server_time (self.f.clock, omc_clock_get_now (self.f.clock));
  cache_ward_make_unsent (&self, 1);
  cache_ward_reopen (&self, &(OmcRetention){ .retention_us = 30 * G_TIME_SPAN_DAY }, 0);
  for (guint i = 0; i < 20000 && status.n_evicted_records < 22; i++)
    {
      g_usleep (1000);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (status.n_evicted_records, ==, 22);
  store_fixture_assert_sound (&self.f);
  cache_ward_tear_down (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/cache/what-went-comes-back", test_return);
  g_test_add_func ("/store/cache/the-server-deletes-hides-and-adds-to-what-went",
                   test_news_of_evicted);
  g_test_add_func ("/store/cache/what-went-may-come-back-as-somebody-elses", test_moved);
  g_test_add_func ("/store/cache/who-opens-a-part-of-a-chart-gets-the-rest", test_opened);
  g_test_add_func ("/store/cache/an-edit-of-what-went-is-refused", test_stale_edit);
  g_test_add_func ("/store/cache/removal-is-audited-by-patient-and-counted",
                   test_audited_and_counted);
  g_test_add_func ("/store/cache/the-idle-writer-removes", test_idle);

  return g_test_run ();
}
