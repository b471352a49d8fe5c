/* keys-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "keys-fixture.h"

#include <stdio.h>
#include <string.h>

#include "push-fixture.h"
#include "ward-sample.h"

#define PATIENT_V(version, city)                                                                   \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"meta\":{\"versionId\":\"" version                 \
  "\",\"lastUpdated\":\"2026-11-18T0" version ":00:00Z\"},\"name\":[{\"family\":\"Doe\"}],"        \
  "\"address\":[{\"use\":\"home\",\"city\":\"" city "\"}],\"birthDate\":\"1960-01-02\"}"
#define PATIENT(city)                                                                              \
  "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"name\":[{\"family\":\"Doe\"}],"                   \
  "\"address\":[{\"use\":\"home\",\"city\":\"" city "\"}],\"birthDate\":\"1960-01-02\"}"

OmcKeyStatus
keys_fixture_status (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcKeyStatus status;

  omc_store_get_key_status_sync (f->store, &status, NULL, &error);
  g_assert_no_error (error);

  return status;
}

void
keys_fixture_rotate (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated = FALSE;

  omc_store_rotate_data_key_sync (f->store, f->administrator, 0, &rotated, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rotated);
}

void
keys_fixture_wait_for_end (StoreFixture *f)
{
  for (guint i = 0; i < 20000 && keys_fixture_status (f).resealing; i++)
    g_usleep (1000);
  g_assert_false (keys_fixture_status (f).resealing);
}

void
keys_fixture_fill (StoreFixture *f)
{
  g_autoptr (GBytes) form = g_bytes_new_static ("half a form", 11);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (OmcResource) mine = NULL;
  g_autoptr (OmcResource) pulse = NULL;
  g_autoptr (OmcResource) later = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts = { 0 };

  store_fixture_from_server (f, &counts, PATIENT_V ("1", "Berlin"), NULL);
  mine = store_fixture_save (f, PATIENT ("Bonn"));
  store_fixture_from_server (f, &counts, PATIENT_V ("2", "Kiel"), NULL);
  pulse = store_fixture_save (f, KEYS_PULSE ("70"));
  items = push_fixture_send (f);
  later = store_fixture_save (f, KEYS_PULSE ("72.0"));
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *key = g_strdup_printf ("vitals/Patient/%u", i);

      omc_store_save_draft_sync (f->store, f->nurse, key, form, NULL, &error);
      g_assert_no_error (error);
    }
}

void
keys_fixture_import_ward (StoreFixture *f, guint n_patients)
{
  const WardSampleOptions options = {
    .seed = 5, .n_patients = n_patients, .n_sets = 3, .end_us = STORE_FIXTURE_NOW_US
  };
  g_autoptr (GPtrArray) ward = ward_sample_resources (&options);
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;

  omc_store_import_sync (f->store, f->device, ward, OMC_IMPORT_SERVER_STATE, &counts, NULL, &error);
  g_assert_no_error (error);
}

/* --- kill -9 --- */

static const char *program;

/* The store of a folder that other processes open, too. */
static void
open_shared (StoreFixture *f, const char *directory)
{
  g_autoptr (GError) error = NULL;

  store_fixture_set_up_alone (f, directory);
  f->administrator = omc_actor_new ("admin", "Admin D.", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

void
keys_fixture_init (int *argc, char ***argv, KeysFixtureFunc work)
{
  if (*argc == 3 && strcmp ((*argv)[1], "--child") == 0)
    {
      StoreFixture f = { 0 };

      open_shared (&f, (*argv)[2]);
      g_print ("open\n");
      fflush (stdout);
      for (;;)
        work (&f, NULL);
    }
  program = (*argv)[0];
  g_test_init (argc, argv, NULL);
}

static void
kill_child (const char *directory, gulong delay_us)
{
  const char *const arguments[] = { program, "--child", directory, NULL };
  g_autofree char *words = store_fixture_run_and_kill (arguments, directory, delay_us);

  g_assert_cmpstr (words, ==, "open\n");
}

void
keys_fixture_survive_kills (StoreFixture *f,
                            const KeysFixtureKills *kills,
                            KeysFixtureFunc look,
                            gpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("omc-kill-XXXXXX", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (kills->seed);
  guint n_records;

  open_shared (f, directory);
  keys_fixture_fill (f);
  keys_fixture_import_ward (f, kills->n_patients);
  n_records = store_fixture_status (f).n_resources;
  omc_store_close (f->store);
  for (guint i = 0; i < KEYS_FIXTURE_N_KILLS; i++)
    {
      kill_child (directory, (gulong)g_rand_int_range (random, 0, kills->max_delay_us));
      store_fixture_reopen (f);
      if (look != NULL)
        look (f, data);
      g_assert_cmpuint (store_fixture_status (f).n_resources, ==, n_records);
      if (i % 8 == 7)
        store_fixture_assert_sound (f);
      omc_store_close (f->store);
    }
  store_fixture_reopen (f);
}
