/* cache-ward.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "cache-ward.h"

#include "omc-store-budget.h"
#include "push-fixture.h"
#include "ward-sample.h"

char *
cache_ward_dup_patient (guint n, guint version, const char *birth_date, const char *more)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"%u\"},"
      "\"name\":[{\"family\":\"Evict%u\"}],\"birthDate\":\"%s\"%s}",
      n, version, n, birth_date, more);
}

void
cache_ward_send (CacheWard *self, char *json)
{
  store_fixture_from_server (&self->f, NULL, json, NULL);
  g_free (json);
}

void
cache_ward_send_observations (CacheWard *self, guint n, guint from, guint to)
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

void
cache_ward_send_patient (CacheWard *self, guint n, guint n_observations)
{
  cache_ward_send (self, cache_ward_dup_patient (n, 1, "1950-01-01", ""));
  cache_ward_send (
      self, g_strdup_printf (
                "{\"resourceType\":\"Encounter\",\"id\":\"e%u\",\"meta\":{\"versionId\":\"1\"},"
                "\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},"
                "\"subject\":{\"reference\":\"Patient/p%u\"}}",
                n, (self->traits[n] & TRAIT_ON_WARD) != 0 ? "in-progress" : "finished", n));
  cache_ward_send_observations (self, n, 0, n_observations);
}

void
cache_ward_confirm (CacheWard *self)
{
  g_autoptr (GError) error = NULL;

  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
  omc_store_record_run (self->f.store, self->f.device, 0, omc_clock_get_now (self->f.clock), TRUE,
                        NULL, 0, NULL, &error);
  g_assert_no_error (error);
  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
}

void
cache_ward_make_journal (CacheWard *self, guint n)
{
  g_autofree char *edit = cache_ward_dup_patient (
      n, 1, "1950-01-01", ",\"telecom\":[{\"system\":\"phone\",\"value\":\"1\"}]");
  g_autoptr (OmcResource) stored = store_fixture_save (&self->f, edit);

  cache_ward_send (
      self, cache_ward_dup_patient (n, 2, "1950-01-01", ",\"address\":[{\"city\":\"Oslo\"}]"));
  push_fixture_take_queue (&self->f, 100, "3");
}

void
cache_ward_make_unsent (CacheWard *self, guint n)
{
  g_autofree char *id = g_strdup_printf ("p%u", n);
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (n, id, omc_clock_get_now (self->f.clock) - 60 * G_USEC_PER_SEC);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (self->f.store, self->f.nurse, set, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
}

void
cache_ward_reopen (CacheWard *self, const OmcRetention *policy, gint64 max_bytes)
{
  g_autoptr (GError) error = NULL;

  omc_store_close (self->f.store);
  omc_store_set_retention (self->f.store, policy);
  if (max_bytes > 0)
    omc_store_set_max_size (self->f.store, max_bytes);
  omc_store_open_sync (self->f.store, NULL, &error);
  g_assert_no_error (error);
}

void
cache_ward_wait_for_first_look (CacheWard *self)
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

void
cache_ward_tear_down (CacheWard *self)
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

GHashTable *
cache_ward_list_all (CacheWard *self)
{
  GHashTable *all =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;

  omc_store_foreach_sync (self->f.store, self->f.device, NULL, NULL, collect, all, NULL, &error);
  g_assert_no_error (error);

  return all;
}

guint
cache_ward_patient_of (OmcResource *resource)
{
  const char *id = omc_resource_get_patient_id (resource);

  return (guint)g_ascii_strtoull (id + 1, NULL, 10);
}

GHashTable *
cache_ward_list_evicted (CacheWard *self)
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

void
cache_ward_assert_only_unprotected_went (CacheWard *self, GHashTable *before)
{
  g_autoptr (GHashTable) after = cache_ward_list_all (self);
  g_autoptr (GHashTable) evicted = cache_ward_list_evicted (self);
  GHashTableIter iter;
  gpointer name, was;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &name, &was))
    {
      OmcResource *is = g_hash_table_lookup (after, name);
      guint traits = self->traits[cache_ward_patient_of (was)];

      if (is != NULL)
        g_assert_true (
            omc_json_value_identical (omc_resource_get_root (was), omc_resource_get_root (is)));
      g_assert_cmpint (is == NULL, ==, g_hash_table_contains (evicted, name));
      g_assert_true (is != NULL || (traits & TRAIT_PROTECTED) == 0);
      g_assert_true (is != NULL || (traits & TRAIT_JOURNAL) == 0 ||
                     !g_str_has_prefix (name, "Patient/"));
    }
  g_assert_cmpuint (g_hash_table_size (after) + g_hash_table_size (evicted), ==,
                    g_hash_table_size (before));
  store_fixture_assert_sound (&self->f);
}

OmcEvictionCounts
cache_ward_evict (CacheWard *self)
{
  g_autoptr (GError) error = NULL;
  OmcEvictionCounts counts;

  omc_store_evict_sync (self->f.store, self->f.administrator, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts;
}
