/* test-store-cache.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-store-budget.h"
#include "omc-store-cache.h"
#include "store-fixture.h"
#include "ward-sample.h"

/*
 * Wards of random patients, each with or without what protects a chart. OMNICARE_CACHE_SEED: another ward.
 */

#define N_PATIENTS 24
#define N_WARDS 4
#define DAY G_TIME_SPAN_DAY

typedef enum
{
  UNSENT = 1 << 0,
  CONFLICT = 1 << 1,
  DRAFT = 1 << 2,
  PINNED = 1 << 3,
  ON_WARD = 1 << 4,
  UNCONFIRMED = 1 << 5,
  RECENT = 1 << 6,
  JOURNAL = 1 << 7, /* protects the one record that the journal names */
} Trait;

#define PROTECTED (UNSENT | CONFLICT | DRAFT | PINNED | ON_WARD | UNCONFIRMED | RECENT)

typedef struct
{
  StoreFixture f;
  GRand *random;
  guint traits[N_PATIENTS];
} Ward;

static char *
patient_json (guint n, guint version, const char *birth_date, const char *more)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"%u\"},"
      "\"name\":[{\"family\":\"Evict%u\"}],\"birthDate\":\"%s\"%s}",
      n, version, n, birth_date, more);
}

static void
send_one (Ward *self, char *json)
{
  store_fixture_from_server (&self->f, NULL, json, NULL);
  g_free (json);
}

static void
send_observations (Ward *self, guint n, guint from, guint to)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  OmcServerBatch batch = { .resources = page };
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  for (guint i = from; i < to; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *json = NULL;

      for (guint j = 0; j < 30; j++)
        g_string_append_printf (text, "%08x", g_rand_int (self->random));
      json = g_strdup_printf (
          "{\"resourceType\":\"Observation\",\"id\":\"o%u-%u\",\"meta\":{\"versionId\":\"1\"},"
          "\"status\":\"final\",\"code\":{\"text\":\"c%u\"},\"subject\":{\"reference\":\"Patient/"
          "p%u\"},"
          "\"effectiveDateTime\":\"2026-10-%02uT10:00:00Z\",\"valueString\":\"%s\"}",
          n, i, i % 7, n, 1 + i % 28, text->str);
      g_ptr_array_add (page, store_fixture_parse (json));
    }
  omc_store_apply_server_batch (self->f.store, self->f.device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
}

static void
send_patient (Ward *self, guint n, guint n_observations)
{
  send_one (self, patient_json (n, 1, "1950-01-01", ""));
  send_one (self,
            g_strdup_printf (
                "{\"resourceType\":\"Encounter\",\"id\":\"e%u\",\"meta\":{\"versionId\":\"1\"},"
                "\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},"
                "\"subject\":{\"reference\":\"Patient/p%u\"}}",
                n, (self->traits[n] & ON_WARD) != 0 ? "in-progress" : "finished", n));
  send_observations (self, n, 0, n_observations);
}

static void
confirm (Ward *self)
{
  g_autoptr (GError) error = NULL;

  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
  omc_store_record_run (self->f.store, self->f.device, 0, omc_clock_get_now (self->f.clock), TRUE,
                        NULL, 0, NULL, &error);
  g_assert_no_error (error);
  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
}

/* A person's work and a server's, merged by rule, and sent: what is left is the journal. */
static void
make_journal (Ward *self, guint n)
{
  g_autofree char *edit =
      patient_json (n, 1, "1950-01-01", ",\"telecom\":[{\"system\":\"phone\",\"value\":\"1\"}]");
  g_autoptr (OmcResource) stored = store_fixture_save (&self->f, edit);
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  send_one (self, patient_json (n, 2, "1950-01-01", ",\"address\":[{\"city\":\"Oslo\"}]"));
  items = omc_store_take_queue (self->f.store, G_MAXINT64, 100, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);
      OmcPushResult *result = omc_push_result_new (item->id, OMC_PUSH_ACKNOWLEDGED);

      result->server_id = g_strdup (item->resource_id);
      result->version_id = g_strdup ("3");
      result->sent = omc_resource_ref (item->payload);
      result->remote = omc_resource_with_meta (item->payload, "3", NULL);
      g_ptr_array_add (results, result);
    }
  omc_store_apply_push_results (self->f.store, self->f.device, results, &counts, NULL, &error);
  g_assert_no_error (error);
}

static void
make_unsent (Ward *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (n, id, omc_clock_get_now (self->f.clock) - 60 * G_USEC_PER_SEC);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (self->f.store, self->f.nurse, set, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
}

static void
make_conflict (Ward *self, guint n)
{
  g_autofree char *edit = patient_json (n, 1, "1951-01-01", "");
  g_autoptr (OmcResource) stored = store_fixture_save (&self->f, edit);

  send_one (self, patient_json (n, 2, "1952-01-01", ""));
}

static void
make_draft (Ward *self, guint n)
{
  g_autofree char *key = g_strdup_printf ("vitals/Patient/p%u", n);
  g_autoptr (GBytes) draft = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (self->f.store, self->f.nurse, key, draft, NULL, &error);
  g_assert_no_error (error);
}

static void
make_pin (Ward *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GError) error = NULL;

  omc_store_pin_patient_sync (self->f.store, self->f.nurse, id, TRUE, NULL, &error);
  g_assert_no_error (error);
}

static void
make_recent (Ward *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcChart) chart =
      omc_store_read_chart_sync (self->f.store, self->f.nurse, id, 0, NULL, &error);

  g_assert_no_error (error);
}

static void
for_each (Ward *self, Trait trait, void (*make) (Ward *self, guint n))
{
  for (guint n = 0; n < N_PATIENTS; n++)
    {
      if ((self->traits[n] & trait) != 0)
        make (self, n);
    }
}

static void
make_unconfirmed (Ward *self, guint n)
{
  send_observations (self, n, 1000, 1002);
}

/* Opens the store with that policy and limit, 0: that of the store. */
static void
reopen_with (Ward *self, const OmcRetention *policy, gint64 max_bytes)
{
  g_autoptr (GError) error = NULL;

  omc_store_close (self->f.store);
  omc_store_set_retention (self->f.store, policy);
  if (max_bytes > 0)
    omc_store_set_max_size (self->f.store, max_bytes);
  omc_store_open_sync (self->f.store, NULL, &error);
  g_assert_no_error (error);
}

/* The idle writer looks once when the store is opened; what happens after that is the test's. */
static void
wait_for_first_look (Ward *self)
{
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status = { 0 };

  for (guint i = 0; i < 20000 && status.last_pass_us == 0; i++)
    {
      g_usleep (1000);
      omc_store_get_cache_status_sync (self->f.store, &status, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (status.last_pass_us, !=, 0);
}

static void
ward_set_up (Ward *self, guint32 seed, guint traits, const OmcRetention *policy)
{
  store_fixture_set_up (&self->f, NULL);
  self->random = g_rand_new_with_seed (seed);
  for (guint n = 0; n < N_PATIENTS; n++)
    {
      /* About half of them have nothing that protects them. */
      self->traits[n] =
          g_rand_boolean (self->random) ? 0 : (1u << g_rand_int_range (self->random, 0, 8));
      self->traits[n] |= g_rand_int_range (self->random, 0, 6) == 0 ? JOURNAL : 0;
      if ((self->traits[n] & CONFLICT) != 0)
        self->traits[n] &= ~(guint)JOURNAL;
      self->traits[n] = traits != 0 ? traits : self->traits[n];
      send_patient (self, n, (guint)g_rand_int_range (self->random, 3, 60));
    }
  for_each (self, JOURNAL, make_journal);
  confirm (self);
  for_each (self, UNCONFIRMED, make_unconfirmed);
  for_each (self, UNSENT, make_unsent);
  for_each (self, CONFLICT, make_conflict);
  for_each (self, DRAFT, make_draft);
  for_each (self, PINNED, make_pin);
  if (policy != NULL)
    {
      reopen_with (self, policy, 0);
      wait_for_first_look (self);
    }
  /* What is to be computed of the charts is, while they are new. */
  store_fixture_assert_sound (&self->f);
  omc_clock_advance (self->f.clock, 40 * DAY);
  for_each (self, RECENT, make_recent);
}

static void
ward_tear_down (Ward *self)
{
  g_rand_free (self->random);
  store_fixture_tear_down (&self->f, NULL);
}

static gboolean
collect (OmcResource *resource, gpointer user_data, GError **error)
{
  g_hash_table_insert (user_data,
                       g_strdup_printf ("%s/%s", omc_resource_get_resource_type (resource),
                                        omc_resource_get_id (resource)),
                       omc_resource_ref (resource));

  return TRUE;
}

static GHashTable *
list_all (Ward *self)
{
  GHashTable *all =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;

  omc_store_foreach_sync (self->f.store, self->f.device, NULL, NULL, collect, all, NULL, &error);
  g_assert_no_error (error);

  return all;
}

static guint
patient_of (OmcResource *resource)
{
  g_autofree char *id = omc_resource_dup_patient_id (resource);

  return (guint)g_ascii_strtoull (id + 1, NULL, 10);
}

static GHashTable *
list_evicted (Ward *self)
{
  static const char *const types[] = { "Patient", "Encounter", "Observation" };
  GHashTable *all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GHashTable) ids = omc_store_list_evicted (self->f.store, types[i], FALSE, &error);
      GHashTableIter iter;
      gpointer id;

      g_assert_no_error (error);
      g_hash_table_iter_init (&iter, ids);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        g_hash_table_add (all, g_strdup_printf ("%s/%s", types[i], (char *)id));
    }

  return all;
}

/* What is there is as it was; what is not there is known to be on the server; nothing protected went. */
static void
assert_only_unprotected_went (Ward *self, GHashTable *before)
{
  g_autoptr (GHashTable) after = list_all (self);
  g_autoptr (GHashTable) evicted = list_evicted (self);
  GHashTableIter iter;
  gpointer name, was;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &was))
    {
      OmcResource *is = g_hash_table_lookup (after, name);
      guint traits = self->traits[patient_of (was)];

      if (is != NULL)
        g_assert_true (
            omc_json_value_identical (omc_resource_get_root (was), omc_resource_get_root (is)));
      g_assert_cmpint (is == NULL, ==, g_hash_table_contains (evicted, name));
      g_assert_true (is != NULL || (traits & PROTECTED) == 0);
      g_assert_true (is != NULL || (traits & JOURNAL) == 0 || !g_str_has_prefix (name, "Patient/"));
    }
  g_assert_cmpuint (g_hash_table_size (after) + g_hash_table_size (evicted), ==,
                    g_hash_table_size (before));
  store_fixture_assert_sound (&self->f);
}

static OmcEvictionCounts
evict (Ward *self)
{
  g_autoptr (GError) error = NULL;
  OmcEvictionCounts counts;

  omc_store_evict_sync (self->f.store, self->f.administrator, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts;
}

static guint32
get_seed (guint i)
{
  const char *text = g_getenv ("OMNICARE_CACHE_SEED");

  return (text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : 20261123) + i;
}

static void
assert_plan (Ward *self, guint n_charts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows =
      omc_store_plan_eviction_sync (self->f.store, self->f.administrator, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const OmcEvictionRow *row = g_ptr_array_index (rows, i);
      guint traits = self->traits[g_ascii_strtoull (row->patient_id + 1, NULL, 10)];

      g_test_message ("%s: %x, %s", row->patient_id, traits, omc_keep_to_string (row->keep));
      g_assert_cmpint ((traits & PROTECTED) == 0, ==, row->keep == OMC_KEEP_NOTHING);
      n += row->keep == OMC_KEEP_NOTHING;
    }
  g_assert_cmpuint (n, ==, n_charts);
}

static void
test_time (void)
{
  const OmcRetention policy = { .retention_us = 30 * DAY };

  for (guint i = 0; i < N_WARDS; i++)
    {
      g_autoptr (GHashTable) before = NULL;
      g_autoptr (GHashTable) after = NULL;
      Ward self = { 0 };
      OmcEvictionCounts counts;
      GHashTableIter iter;
      gpointer is;
      guint n_free = 0;

      g_test_message ("seed %u", get_seed (i));
      ward_set_up (&self, get_seed (i), 0, &policy);
      before = list_all (&self);
      for (guint n = 0; n < N_PATIENTS; n++)
        n_free += (self.traits[n] & PROTECTED) == 0;
      assert_plan (&self, n_free);
      counts = evict (&self);
      g_assert_cmpuint (counts.n_charts, ==, n_free);
      g_assert_cmpint (counts.short_of_bytes, ==, 0);
      assert_only_unprotected_went (&self, before);
      /* All that may go, went. */
      after = list_all (&self);
      g_hash_table_iter_init (&iter, after);
      while (g_hash_table_iter_next (&iter, NULL, &is))
        {
          guint traits = self.traits[patient_of (is)];

          g_assert_true ((traits & PROTECTED) != 0 ||
                         ((traits & JOURNAL) != 0 &&
                          g_str_equal (omc_resource_get_resource_type (is), "Patient")));
        }
      /* Another pass finds nothing more. */
      g_assert_cmpuint (evict (&self).n_records, ==, 0);
      ward_tear_down (&self);
    }
}

static void
test_room (void)
{
  const OmcRetention policy = { .retention_us = 0 };

  for (guint i = 0; i < N_WARDS; i++)
    {
      g_autoptr (GHashTable) before = NULL;
      g_autoptr (GError) error = NULL;
      Ward self = { 0 };
      OmcEvictionCounts counts;
      OmcCacheStatus status;

      g_test_message ("seed %u", get_seed (i));
      /* In the last ward nothing may go. */
      ward_set_up (&self, get_seed (i), i == N_WARDS - 1 ? PINNED : 0, NULL);
      before = list_all (&self);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (status.enabled);
      reopen_with (&self, &policy, status.used_bytes * 100 / 88);
      counts = evict (&self);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
      assert_only_unprotected_went (&self, before);
      /* There is room, or nothing is left that may go, and it is said. */
      g_assert_cmpint (counts.short_of_bytes, ==, status.short_of_bytes);
      if (counts.short_of_bytes == 0)
        g_assert_cmpint (status.used_bytes, <=, status.max_bytes / 100 * 75 + 64 * 4096);
      else
        {
          g_autoptr (GPtrArray) rows =
              omc_store_plan_eviction_sync (self.f.store, self.f.administrator, NULL, &error);

          g_assert_no_error (error);
          for (guint j = 0; j < rows->len; j++)
            {
              const OmcEvictionRow *row = g_ptr_array_index (rows, j);

              g_test_message ("%s: %s", row->patient_id, omc_keep_to_string (row->keep));
              g_assert_true (row->keep != OMC_KEEP_NOTHING || row->n_records == 0);
            }
        }
      g_test_message ("%u charts, used %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                      ", short of %" G_GINT64_FORMAT,
                      status.n_evicted_charts, status.used_bytes, status.max_bytes,
                      status.short_of_bytes);
      g_assert_cmpint (status.total_records > 0, ==, i < N_WARDS - 1);
      ward_tear_down (&self);
    }
}

/* --- evicted is not deleted --- */

static void
free_ward_set_up (Ward *self)
{
  const OmcRetention policy = { .retention_us = 30 * DAY };

  store_fixture_set_up (&self->f, NULL);
  self->random = g_rand_new_with_seed (1);
  send_patient (self, 0, 20);
  self->traits[1] = ON_WARD;
  send_patient (self, 1, 5);
  confirm (self);
  reopen_with (self, &policy, 0);
  wait_for_first_look (self);
  omc_clock_advance (self->f.clock, 40 * DAY);
}

static OmcSearchResult *
search (Ward *self, const char *query)
{
  g_autoptr (GError) error = NULL;
  OmcSearchResult *result =
      omc_store_search_sync (self->f.store, self->f.nurse, query, NULL, &error);

  g_assert_no_error (error);

  return result;
}

static void
assert_search (Ward *self, const char *query, guint n, gboolean elsewhere)
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
  Ward self = { 0 };

  free_ward_set_up (&self);
  before = list_all (&self);
  assert_search (&self, "Observation?patient=p0&_count=100", 20, FALSE);
  g_assert_cmpuint (evict (&self).n_records, ==, 22);
  assert_only_unprotected_went (&self, before);
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
  send_one (&self, patient_json (0, 1, "1950-01-01", ""));
  chart = omc_store_read_chart_sync (self.f.store, self.f.nurse, "p0", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (chart->n_elsewhere, ==, 21);
  omc_clock_advance (self.f.clock, 40 * DAY);
  g_assert_cmpuint (evict (&self).n_records, ==, 0);
  self.random = (g_rand_free (self.random), g_rand_new_with_seed (1));
  send_patient (&self, 0, 20);
  assert_only_unprotected_went (&self, before);
  left = list_evicted (&self);
  g_assert_cmpuint (g_hash_table_size (left), ==, 0);
  assert_search (&self, "Observation?patient=p0&_count=100", 20, FALSE);
  ward_tear_down (&self);
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
  Ward self = { 0 };

  free_ward_set_up (&self);
  evict (&self);
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
  send_observations (&self, 0, 500, 501);
  g_clear_pointer (&wanted, g_hash_table_unref);
  wanted = omc_store_list_evicted (self.f.store, "Observation", TRUE, &error);
  g_assert_cmpuint (g_hash_table_size (wanted), ==, 18);
  store_fixture_assert_sound (&self.f);
  ward_tear_down (&self);
}

/* A chart that is here in part, since its Patient is in the journal or came back first: who opens it gets the rest. */
static void
test_opened (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) wanted = NULL;
  g_autoptr (OmcChart) chart = NULL;
  Ward self = { 0 };

  free_ward_set_up (&self);
  make_journal (&self, 0);
  confirm (&self);
  omc_clock_advance (self.f.clock, 40 * DAY);
  g_assert_cmpuint (evict (&self).n_records, ==, 21);
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
  ward_tear_down (&self);
}

/* The server gave a record to another patient meanwhile: it is here, and no longer counted as gone. */
static void
test_moved (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) evicted = NULL;
  g_autoptr (OmcChart) chart = NULL;
  OmcCacheStatus status;
  Ward self = { 0 };

  free_ward_set_up (&self);
  evict (&self);
  send_one (&self,
            g_strdup ("{\"resourceType\":\"Observation\",\"id\":\"o0-3\",\"meta\":{\"versionId\":"
                      "\"2\"},\"status\":\"final\",\"code\":{\"text\":\"c\"},"
                      "\"subject\":{\"reference\":\"Patient/p1\"}}"));
  send_one (&self,
            g_strdup ("{\"resourceType\":\"Observation\",\"id\":\"o0-4\",\"meta\":{"
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
  ward_tear_down (&self);
}

/* A form that was open for weeks must not make a second record of what the server has. */
static void
test_stale_edit (void)
{
  g_autofree char *edit = patient_json (0, 1, "1951-01-01", "");
  g_autoptr (GPtrArray) list = store_fixture_list (edit, NULL);
  g_autoptr (GError) error = NULL;
  Ward self = { 0 };

  free_ward_set_up (&self);
  evict (&self);
  g_assert_null (
      omc_store_save_sync (self.f.store, self.f.nurse, list, OMC_SAVE_CHART, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  g_assert_cmpuint (store_fixture_status (&self.f).n_pending, ==, 0);
  ward_tear_down (&self);
}

static void
test_audited_and_counted (void)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status;
  OmcEvictionCounts counts;
  guint n_audited = 0;
  Ward self = { 0 };

  free_ward_set_up (&self);
  g_assert_false (omc_store_evict_sync (self.f.store, self.f.nurse, &counts, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  evict (&self);
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
  ward_tear_down (&self);
}

/* The idle writer does it by itself, and a save goes on meanwhile. */
static void
test_idle (void)
{
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status = { 0 };
  Ward self = { 0 };

  free_ward_set_up (&self);
  make_unsent (&self, 1);
  reopen_with (&self, &(OmcRetention){ .retention_us = 30 * DAY }, 0);
  for (guint i = 0; i < 20000 && status.n_evicted_records < 22; i++)
    {
      g_usleep (1000);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (status.n_evicted_records, ==, 22);
  store_fixture_assert_sound (&self.f);
  ward_tear_down (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/cache/charts-whose-time-is-over-go-and-nothing-protected", test_time);
  g_test_add_func ("/store/cache/room-is-made-or-it-is-said-that-it-is-not", test_room);
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
