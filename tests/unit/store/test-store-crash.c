/* test-store-crash.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "crash-worker.h"
#include "omc-restore.h"
#include "omc-store-backup.h"
#include "omc-store-cache.h"
#include "store-fixture.h"

/*
 * A process works on a store with all that writes, says what was acknowledged, and is killed at a random point; then the store is
 * opened and examined. OMNICARE_CRASHES: how often; OMNICARE_CRASH_SEED: which random points.
 */

#define CRASHES 60
#define SEED 20261123
/* A new store after so many, so that the examination stays short. */
#define CRASHES_A_STORE 20
#define MAX_LIFE_US 120000
/* As many stores are killed while they are made. */
#define CREATIONS_PART 4
#define MAX_CREATION_US 60000

static const char *program;

typedef struct
{
  StoreFixture f;
  GHashTable *known;   /* ids that must be there -> whether it may have left the queue */
  GHashTable *numbers; /* "patient p3", "draft", "mark" -> the newest number */
  GPtrArray *backups;
  guint n_crashes;
  guint n_acknowledged;
  guint n_backups;
  guint n_evicted;
} Examination;

static void
set_up (Examination *self)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-crash-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  memset (&self->f, 0, sizeof self->f);
  store_fixture_set_up_alone (&self->f, folder);
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->backups = g_ptr_array_new_with_free_func (g_free);
  omc_store_open_sync (self->f.store, NULL, &error);
  g_assert_no_error (error);
  for (int i = 0; i < CRASH_N_PATIENTS; i++)
    {
      g_autofree char *json = crash_worker_dup_patient (i, 0);
      g_autoptr (OmcResource) stored = store_fixture_save (&self->f, json);

      g_assert_nonnull (stored);
      omc_store_pin_patient_sync (self->f.store, self->f.nurse, omc_resource_get_id (stored), TRUE,
                                  NULL, &error);
      g_assert_no_error (error);
    }
  omc_store_close (self->f.store);
}

static void
tear_down (Examination *self)
{
  self->n_acknowledged += g_hash_table_size (self->known);
  store_fixture_tear_down (&self->f, NULL);
  g_hash_table_unref (self->known);
  g_hash_table_unref (self->numbers);
  g_ptr_array_unref (self->backups);
}

static void
forget_backups (Examination *self)
{
  for (guint i = 0; i < self->backups->len; i++)
    g_unlink (g_ptr_array_index (self->backups, i));
  g_ptr_array_set_size (self->backups, 0);
}

static void
hear (Examination *self, const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);

  /* What comes after the last end of line was not said whole. */
  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      char *what = strrchr (lines[i], ' ');

      g_assert_nonnull (what);
      *what++ = '\0';
      if (g_str_equal (lines[i], "saved"))
        g_hash_table_insert (self->known, g_strdup (what), NULL);
      else if (g_str_equal (lines[i], "came") || g_str_equal (lines[i], "sending"))
        g_hash_table_insert (self->known, g_strdup (what), GINT_TO_POINTER (TRUE));
      else if (g_str_equal (lines[i], "rekeying"))
        forget_backups (self);
      else if (g_str_equal (lines[i], "backup"))
        g_ptr_array_add (self->backups, g_strdup (what));
      else
        g_hash_table_insert (self->numbers, g_strdup (lines[i]),
                             GUINT_TO_POINTER (strtoul (what, NULL, 10)));
    }
}

static gboolean
collect (OmcResource *resource, gpointer user_data, GError **error)
{
  g_hash_table_insert (user_data, g_strdup (omc_resource_get_id (resource)),
                       omc_resource_ref (resource));

  return TRUE;
}

static guint
newest (Examination *self, const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, name));
}

static void
examine_numbers (Examination *self, GHashTable *there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) draft =
      omc_store_load_draft_sync (self->f.store, self->f.nurse, "vitals", NULL, NULL, &error);
  g_autofree char *mark = omc_store_get_mark (self->f.store, "crash", &error);

  g_assert_no_error (error);
  if (newest (self, "draft") > 0)
    {
      g_autofree char *text = g_strndup (g_bytes_get_data (draft, NULL), g_bytes_get_size (draft));

      g_assert_cmpuint (strtoul (text, NULL, 10), >=, newest (self, "draft"));
    }
  if (newest (self, "mark") > 0)
    g_assert_cmpuint (strtoul (mark, NULL, 10), >=, newest (self, "mark"));
  for (int i = 0; i < CRASH_N_PATIENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("patient p%d", i);
      OmcResource *patient = g_hash_table_lookup (there, strchr (name, ' ') + 1);
      g_autofree char *text = omc_resource_to_string (patient, NULL);

      g_assert_cmpuint (strtoul (strstr (text, ":\"v") + 3, NULL, 10), >=, newest (self, name));
    }
}

/* Each entry of the trail is there once, in a file or in the database; store_fixture_assert_sound verified them all. */
static void
examine_trail (Examination *self)
{
  OmcStoreStatus status = store_fixture_status (&self->f);
  g_autoptr (OmcDb) db = store_fixture_open_raw (&self->f, OMC_DB_READ_WRITE);
  gint64 first = -1;

  g_assert_cmpuint (status.audit_archived, >=, newest (self, "archived"));
  g_assert_cmpuint (status.audit_archived, <=, newest (self, "acknowledging"));
  g_assert_true (omc_db_get_integer (db, "SELECT min (sequence) FROM audit_log", 0, &first, NULL));
  g_assert_cmpuint ((guint64)first, ==, status.audit_archived + 1);
}

static void
examine_queue (Examination *self)
{
  g_autoptr (GPtrArray) items = store_fixture_queue (&self->f);
  g_autoptr (GHashTable) queued = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer id, may_be_gone;

  for (guint i = 0; i < items->len; i++)
    g_hash_table_add (queued, ((OmcQueueItem *)g_ptr_array_index (items, i))->resource_id);
  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &id, &may_be_gone))
    g_assert_true (may_be_gone != NULL || g_hash_table_contains (queued, id));
}

static void
examine_backups (Examination *self)
{
  for (guint i = 0; i < self->backups->len; i++)
    {
      const char *path = g_ptr_array_index (self->backups, i);
      g_auto (OmcBackupInfo) info = { 0 };
      g_autoptr (GError) error = NULL;

      omc_restore_verify_sync (path, self->f.keys, self->f.directory, &info, NULL, &error);
      g_assert_no_error (error);
      g_unlink (path);
      self->n_backups++;
    }
  g_ptr_array_set_size (self->backups, 0);
}

/* What was removed from this device is known by its id. */
static void
add_evicted (Examination *self, GHashTable *there)
{
  static const char *const types[] = { "Patient", "Observation" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GHashTable) ids = omc_store_list_evicted (self->f.store, types[i], FALSE, &error);
      GHashTableIter iter;
      gpointer id;

      g_assert_no_error (error);
      g_hash_table_iter_init (&iter, ids);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        {
          g_assert_false (g_hash_table_contains (there, id));
          /* Only those who left go. */
          g_assert_cmpint (*(char *)id, ==, 'e');
          g_hash_table_insert (there, g_strdup (id), NULL);
          self->n_evicted++;
        }
    }
}

/* As the next program does: with the keys as they are now, by the person's passphrase. */
static void
open_anew (Examination *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (self->f.store);
  g_clear_object (&self->f.keys);
  self->f.keys = store_fixture_new_keys (self->f.directory, self->f.secrets);
  self->f.store = omc_store_new (self->f.directory, self->f.keys, self->f.clock);
  omc_store_open_sync (self->f.store, NULL, &error);
  g_assert_no_error (error);
}

static void
unref_if_there (gpointer resource)
{
  g_clear_pointer ((OmcResource **)&resource, omc_resource_unref);
}

static void
examine (Examination *self)
{
  g_autoptr (GHashTable) there =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_if_there);
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer id;

  open_anew (self);
  store_fixture_assert_sound (&self->f);
  omc_store_foreach_sync (self->f.store, self->f.device, NULL, NULL, collect, there, NULL, &error);
  g_assert_no_error (error);
  add_evicted (self, there);
  g_hash_table_iter_init (&iter, self->known);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_assert_true (g_hash_table_contains (there, id));
  examine_numbers (self, there);
  examine_queue (self);
  examine_trail (self);
  examine_backups (self);
  omc_store_close (self->f.store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static guint32
get_number (const char *name, guint32 fallback)
{
  const char *text = g_getenv (name);

  return text != NULL && *text != '\0' ? (guint32)strtoul (text, NULL, 10) : fallback;
}

static void
test_crashes (void)
{
  guint n_crashes = get_number ("OMNICARE_CRASHES", CRASHES);
  guint32 seed = get_number ("OMNICARE_CRASH_SEED", SEED);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  Examination self = { 0 };

  for (guint i = 0; i < n_crashes; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i + 1);
      const char *arguments[] = { program, "--worker", NULL, text, NULL };
      g_autofree char *words = NULL;

      if (i % CRASHES_A_STORE == 0)
        set_up (&self);
      arguments[2] = self.f.directory;
      words = store_fixture_run_and_kill (arguments, self.f.directory,
                                          (gulong)g_rand_int_range (random, 0, MAX_LIFE_US));
      g_test_message ("crash %u of seed %u", i + 1, seed);
      hear (&self, words);
      examine (&self);
      if (i % CRASHES_A_STORE == CRASHES_A_STORE - 1 || i + 1 == n_crashes)
        tear_down (&self);
    }
  g_test_message ("%u crashes, %u acknowledged records, %u backups, %u times a removed record",
                  n_crashes, self.n_acknowledged, self.n_backups, self.n_evicted);
  g_assert_cmpuint (self.n_acknowledged, >=, n_crashes);
}

/* --- the making of a store --- */

/* Whatever of it is there, the next program ends it: keys, schema, all migrations. */
static void
test_creations (void)
{
  guint n = get_number ("OMNICARE_CRASHES", CRASHES) / CREATIONS_PART;
  g_autoptr (GRand) random = g_rand_new_with_seed (get_number ("OMNICARE_CRASH_SEED", SEED));

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *folder = g_dir_make_tmp ("omc-creation-XXXXXX", NULL);
      const char *arguments[] = { program, "--creator", folder, NULL };
      g_autofree char *words = NULL;
      g_autoptr (OmcResource) stored = NULL;
      g_autoptr (GError) error = NULL;
      StoreFixture f = { 0 };

      words = store_fixture_run_and_kill (arguments, folder,
                                          (gulong)g_rand_int_range (random, 0, MAX_CREATION_US));
      store_fixture_set_up_alone (&f, folder);
      omc_store_open_sync (f.store, NULL, &error);
      g_assert_no_error (error);
      stored = store_fixture_save (&f, "{\"resourceType\":\"Patient\",\"id\":\"p\"}");
      store_fixture_assert_sound (&f);
      store_fixture_tear_down (&f, NULL);
    }
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--worker") == 0)
    crash_worker_main (argv[2], (guint32)strtoul (argv[3], NULL, 10));

  if (argc == 3 && strcmp (argv[1], "--creator") == 0)
    crash_creator_main (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/crash/nothing-acknowledged-is-lost-at-any-point", test_crashes);
  g_test_add_func ("/store/crash/a-store-is-made-whole-after-any-interruption", test_creations);

  return g_test_run ();
}
