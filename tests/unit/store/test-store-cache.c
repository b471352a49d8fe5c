/* test-store-cache.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "cache-ward.h"

/*
 * Wards of random patients, each with or without what protects a chart. OMNICARE_CACHE_SEED: another ward.
 */

#define N_WARDS 4

static void
make_conflict (CacheWard *self, guint n)
{
  g_autofree char *edit = cache_ward_dup_patient (n, 1, "1951-01-01", "");
  g_autoptr (OmcResource) stored = store_fixture_save (&self->f, edit);

  cache_ward_send (self, cache_ward_dup_patient (n, 2, "1952-01-01", ""));
}

static void
make_draft (CacheWard *self, guint n)
{
  g_autofree char *key = g_strdup_printf ("vitals/Patient/p%u", n);
  g_autoptr (GBytes) draft = g_bytes_new_static ("x", 1);
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (self->f.store, self->f.nurse, key, draft, NULL, &error);
  g_assert_no_error (error);
}

static void
make_pin (CacheWard *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GError) error = NULL;

  omc_store_pin_patient_sync (self->f.store, self->f.nurse, id, TRUE, NULL, &error);
  g_assert_no_error (error);
}

static void
make_recent (CacheWard *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcChart) chart =
      omc_store_read_chart_sync (self->f.store, self->f.nurse, id, 0, NULL, &error);

  g_assert_no_error (error);
}

static void
for_each (CacheWard *self, CacheTrait trait, void (*make) (CacheWard *self, guint n))
{
  for (guint n = 0; n < CACHE_N_PATIENTS; n++)
    {
      if ((self->traits[n] & trait) != 0)
        make (self, n);
    }
}

static void
make_unconfirmed (CacheWard *self, guint n)
{
  cache_ward_send_observations (self, n, 1000, 1002);
}

static void
set_up (CacheWard *self, guint32 seed, guint traits, const OmcRetention *policy)
{
  store_fixture_set_up (&self->f, NULL);
  self->random = g_rand_new_with_seed (seed);
  for (guint n = 0; n < CACHE_N_PATIENTS; n++)
    {
      /* About half of them have nothing that protects them. */
      self->traits[n] =
          g_rand_boolean (self->random) ? 0 : (1u << g_rand_int_range (self->random, 0, 8));
      self->traits[n] |= g_rand_int_range (self->random, 0, 6) == 0 ? TRAIT_JOURNAL : 0;
      if ((self->traits[n] & TRAIT_CONFLICT) != 0)
        self->traits[n] &= ~(guint)TRAIT_JOURNAL;
      self->traits[n] = traits != 0 ? traits : self->traits[n];
      cache_ward_send_patient (self, n, (guint)g_rand_int_range (self->random, 3, 60));
    }
  for_each (self, TRAIT_JOURNAL, cache_ward_make_journal);
  cache_ward_confirm (self);
  for_each (self, TRAIT_UNCONFIRMED, make_unconfirmed);
  for_each (self, TRAIT_UNSENT, cache_ward_make_unsent);
  for_each (self, TRAIT_CONFLICT, make_conflict);
  for_each (self, TRAIT_DRAFT, make_draft);
  for_each (self, TRAIT_PINNED, make_pin);
  if (policy != NULL)
    {
      cache_ward_reopen (self, policy, 0);
      cache_ward_wait_for_first_look (self);
    }
  /* What is to be computed of the charts is, while they are new. */
  store_fixture_assert_sound (&self->f);
  omc_clock_advance (self->f.clock, 40 * G_TIME_SPAN_DAY);
  for_each (self, TRAIT_RECENT, make_recent);
}

static guint32
get_seed (guint i)
{
  const char *text = g_getenv ("OMNICARE_CACHE_SEED");

  return (text != NULL ? (guint32)g_ascii_strtoull (text, NULL, 10) : 20261123) + i;
}

static void
assert_plan (CacheWard *self, guint n_charts)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = omc_store_plan_eviction_sync (self->f.store, device, NULL, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const OmcEvictionRow *row = g_ptr_array_index (rows, i);
      guint traits = self->traits[g_ascii_strtoull (row->patient_id + 1, NULL, 10)];

      g_test_message ("%s: %x, %s", row->patient_id, traits, omc_keep_to_string (row->keep));
      g_assert_cmpint ((traits & TRAIT_PROTECTED) == 0, ==, row->keep == OMC_KEEP_NOTHING);
      n += row->keep == OMC_KEEP_NOTHING;
    }
  g_assert_cmpuint (n, ==, n_charts);
}

static void
test_time (void)
{
  const OmcRetention policy = { .retention_us = 30 * G_TIME_SPAN_DAY };

  for (guint i = 0; i < N_WARDS; i++)
    {
      g_autoptr (GHashTable) before = NULL;
      g_autoptr (GHashTable) after = NULL;
      CacheWard self = { 0 };
      OmcEvictionCounts counts;
      GHashTableIter iter;
      gpointer is;
      guint n_free = 0;

      g_test_message ("seed %u", get_seed (i));
      set_up (&self, get_seed (i), 0, &policy);
      before = cache_ward_list_all (&self);
      for (guint n = 0; n < CACHE_N_PATIENTS; n++)
        n_free += (self.traits[n] & TRAIT_PROTECTED) == 0;
      assert_plan (&self, n_free);
      counts = cache_ward_evict (&self);
      g_assert_cmpuint (counts.n_charts, ==, n_free);
      g_assert_cmpint (counts.short_of_bytes, ==, 0);
      cache_ward_assert_only_unprotected_went (&self, before);
      /* All that may go, went. */
      after = cache_ward_list_all (&self);
      g_hash_table_iter_init (&iter, after);
      while (g_hash_table_iter_next (&iter, NULL, &is))
        {
          guint traits = self.traits[cache_ward_patient_of (is)];

          g_assert_true ((traits & TRAIT_PROTECTED) != 0 ||
                         ((traits & TRAIT_JOURNAL) != 0 &&
                          g_str_equal (omc_resource_get_resource_type (is), "Patient")));
        }
      /* Another pass finds nothing more. */
      g_assert_cmpuint (cache_ward_evict (&self).n_records, ==, 0);
      cache_ward_tear_down (&self);
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
      CacheWard self = { 0 };
      OmcEvictionCounts counts;
      OmcCacheStatus status;

      g_test_message ("seed %u", get_seed (i));
      /* In the last ward nothing may go. */
      set_up (&self, get_seed (i), i == N_WARDS - 1 ? TRAIT_PINNED : 0, NULL);
      before = cache_ward_list_all (&self);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
      g_assert_false (status.enabled);
      cache_ward_reopen (&self, &policy, status.used_bytes * 100 / 88);
      counts = cache_ward_evict (&self);
      omc_store_get_cache_status_sync (self.f.store, &status, NULL, &error);
      g_assert_no_error (error);
      cache_ward_assert_only_unprotected_went (&self, before);
      /* There is room, or nothing is left that may go, and it is said. */
      g_assert_cmpint (counts.short_of_bytes, ==, status.short_of_bytes);
      if (counts.short_of_bytes == 0)
        g_assert_cmpint (status.used_bytes, <=, status.max_bytes / 100 * 75 + 64 * 4096);
      else
        {
          g_autoptr (OmcActor) device = omc_actor_new_device ();
          g_autoptr (GPtrArray) rows =
              omc_store_plan_eviction_sync (self.f.store, device, NULL, &error);

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
      cache_ward_tear_down (&self);
    }
}

/* Who manages the device need not know who is a patient: the numbers are enough. */
static void
test_names (void)
{
  const OmcRetention policy = { .retention_us = 30 * G_TIME_SPAN_DAY };
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GPtrArray) named = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  CacheWard self = { 0 };

  set_up (&self, get_seed (0), 0, &policy);
  named = omc_store_plan_eviction_sync (self.f.store, device, NULL, &error);
  g_assert_no_error (error);
  rows = omc_store_plan_eviction_sync (self.f.store, self.f.administrator, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, named->len);
  g_assert_cmpuint (rows->len, >, 0);
  for (guint i = 0; i < rows->len; i++)
    {
      const OmcEvictionRow *row = g_ptr_array_index (rows, i);
      const OmcEvictionRow *same = g_ptr_array_index (named, i);

      g_assert_null (row->patient_id);
      g_assert_nonnull (same->patient_id);
      g_assert_cmpint (row->keep, ==, same->keep);
      g_assert_cmpuint (row->n_records, ==, same->n_records);
    }
  cache_ward_tear_down (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/cache/charts-whose-time-is-over-go-and-nothing-protected", test_time);
  g_test_add_func ("/store/cache/a-plan-names-patients-to-who-may-see-them", test_names);
  g_test_add_func ("/store/cache/room-is-made-or-it-is-said-that-it-is-not", test_room);

  return g_test_run ();
}
