/* test-store-crash.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-restore.h"
#include "omc-store-cache.h"
#include "omc-store-backup.h"
#include "omc-store-keys.h"
#include "store-fixture.h"
#include "ward-sample.h"

/*
 * A process works on a store with all that writes, says what was acknowledged, and is killed at a random point; then the store is
 * opened and examined. OMNICARE_CRASHES: how often; OMNICARE_CRASH_SEED: which random points.
 */

#define CRASHES 60
#define SEED 20261123
/* A new store after so many, so that the examination stays short. */
#define CRASHES_A_STORE 20
#define MAX_LIFE_US 120000
#define N_PATIENTS 8
/* As many stores are killed while they are made. */
#define CREATIONS_PART 4
#define MAX_CREATION_US 60000

static const char *program;

/* --- the process that is killed --- */

typedef struct
{
  StoreFixture f;
  GRand *random;
  guint32 number; /* grows with everything that is done */
  const char *directory;
} Worker;

static void
say (const char *word, const char *what)
{
  g_print ("%s %s\n", word, what);
  fflush (stdout);
}

static void
say_number (const char *word, guint32 number)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  say (word, text);
}

/* Every save of the child must be taken: a refusal is a finding. */
static void
check (const GError *error)
{
  if (error != NULL)
    {
      g_printerr ("refused: %s\n", error->message);
      _exit (3);
    }
}

static void
save_vitals (Worker *self)
{
  g_autofree char *patient =
      g_strdup_printf ("p%d", g_rand_int_range (self->random, 0, N_PATIENTS));
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (self->number, patient, STORE_FIXTURE_NOW_US + self->number);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (self->f.store, self->f.nurse, set, OMC_SAVE_CHART, NULL, &error);
  check (error);
  for (guint i = 0; i < stored->len; i++)
    say ("saved", omc_resource_get_id (g_ptr_array_index (stored, i)));
}

static char *
patient_text (int n, guint32 number)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"name\":[{\"family\":\"v%u\"}]}", n, number);
}

static void
save_patient (Worker *self)
{
  int n = g_rand_int_range (self->random, 0, N_PATIENTS);
  g_autofree char *json = patient_text (n, self->number);
  g_autofree char *word = g_strdup_printf ("patient p%d", n);
  g_autoptr (OmcResource) stored = store_fixture_save (&self->f, json);

  say_number (word, self->number);
}

static GPtrArray *
server_page (Worker *self)
{
  GPtrArray *page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *json = g_strdup_printf (
          "{\"resourceType\":\"Observation\",\"id\":\"s%u-%u\",\"meta\":{\"versionId\":\"1\"},"
          "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":"
          "\"Patient/p%u\"},\"valueInteger\":%u}",
          self->number, i, i % N_PATIENTS, i);

      g_ptr_array_add (page, store_fixture_parse (json));
    }

  return page;
}

static void
say_page (GPtrArray *page)
{
  for (guint i = 0; i < page->len; i++)
    say ("came", omc_resource_get_id (g_ptr_array_index (page, i)));
}

static void
import (Worker *self)
{
  g_autoptr (GPtrArray) page = server_page (self);
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;

  omc_store_import_sync (self->f.store, self->f.device, page, OMC_IMPORT_SERVER_STATE, &counts,
                         NULL, &error);
  check (error);
  say_page (page);
}

static void
pull (Worker *self)
{
  g_autoptr (GPtrArray) page = server_page (self);
  g_autofree char *mark = g_strdup_printf ("%u", self->number);
  OmcServerBatch batch = { .resources = page, .mark_name = "crash", .mark_value = mark };
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  omc_store_apply_server_batch (self->f.store, self->f.device, &batch, &counts, NULL, &error);
  check (error);
  say_page (page);
  say ("mark", mark);
}

/* What the server confirms leaves the queue; whatever is not confirmed stays. */
static void
push (Worker *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = omc_store_take_queue (self->f.store, G_MAXINT64, 20, NULL, &error);
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  OmcServerCounts counts;
  guint n_reset;

  check (error);
  omc_store_mark_in_flight (self->f.store, items, NULL, &error);
  check (error);
  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (items, i);
      OmcPushResult *result;

      if (g_rand_boolean (self->random))
        continue;
      say ("sending", item->resource_id);
      result = omc_push_result_new (item->id, OMC_PUSH_ACKNOWLEDGED);
      result->server_id = g_strdup (item->resource_id);
      result->version_id = g_strdup_printf ("%u", self->number);
      result->sent = omc_resource_ref (item->payload);
      result->remote = omc_resource_with_meta (item->payload, result->version_id, NULL);
      g_ptr_array_add (results, result);
    }
  omc_store_apply_push_results (self->f.store, self->f.device, results, &counts, NULL, &error);
  check (error);
  omc_store_reset_in_flight (self->f.store, &n_reset, NULL, &error);
  check (error);
}

static void
save_draft (Worker *self)
{
  g_autofree char *text = g_strdup_printf ("%u", self->number);
  g_autoptr (GBytes) draft = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  omc_store_save_draft_sync (self->f.store, self->f.nurse, "vitals", draft, NULL, &error);
  check (error);
  say ("draft", text);
}

static void
rotate (Worker *self)
{
  g_autoptr (GError) error = NULL;

  omc_store_rotate_data_key_sync (self->f.store, self->f.device, 0, NULL, NULL, &error);
  check (error);
}

static void
back_up (Worker *self)
{
  g_autofree char *name = g_strdup_printf ("%u.omcbackup", self->number);
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  g_auto (OmcBackupInfo) info = { 0 };
  g_autoptr (GError) error = NULL;

  omc_store_backup_sync (self->f.store, self->f.nurse, path, &info, NULL, &error);
  check (error);
  say ("backup", path);
}

/* The database's key may be another one from now on: what was backed up before opens with the recovery code alone. */
static void
rekey (Worker *self)
{
  g_autoptr (GError) error = NULL;

  say ("rekeying", "database");
  omc_store_rotate_database_key_sync (self->f.store, self->f.device, NULL, &error);
  check (error);
}

/* A patient of the server who stays an hour. */
static void
leave (Worker *self)
{
  g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autofree char *person = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"e%u\",\"meta\":{\"versionId\":\"1\"}}", self->number);
  OmcServerBatch batch = { .resources = page };
  g_autoptr (GError) error = NULL;
  OmcServerCounts counts;

  g_ptr_array_add (page, store_fixture_parse (person));
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *json = g_strdup_printf (
          "{\"resourceType\":\"Observation\",\"id\":\"e%u-%u\",\"meta\":{\"versionId\":\"1\"},"
          "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":"
          "\"Patient/e%u\"},\"valueInteger\":%u}",
          self->number, i, self->number, i);

      g_ptr_array_add (page, store_fixture_parse (json));
    }
  omc_store_apply_server_batch (self->f.store, self->f.device, &batch, &counts, NULL, &error);
  check (error);
  say_page (page);
}

/* Of those who left before, once the server has confirmed them. */
static void
evict (Worker *self)
{
  g_autoptr (GError) error = NULL;
  OmcEvictionCounts counts;

  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
  omc_store_record_run (self->f.store, self->f.device, 0, omc_clock_get_now (self->f.clock), TRUE,
                        NULL, 0, NULL, &error);
  check (error);
  omc_clock_advance (self->f.clock, 2 * G_TIME_SPAN_DAY);
  omc_store_evict_sync (self->f.store, self->f.device, &counts, NULL, &error);
  check (error);
}

static G_NORETURN void
worker_main (const char *directory, guint32 seed)
{
  /* So often in a hundred. */
  static const struct
  {
    void (*act) (Worker *self);
    int share;
  } acts[] = {
    { save_vitals, 26 }, { save_patient, 16 }, { pull, 8 },   { import, 5 },
    { push, 14 },        { save_draft, 4 },    { rotate, 6 }, { back_up, 5 },
    { rekey, 3 },        { leave, 8 },         { evict, 5 },
  };
  const OmcRetention policy = { .retention_us = G_TIME_SPAN_DAY };
  Worker self = { .random = g_rand_new_with_seed (seed), .directory = directory };
  g_autoptr (GError) error = NULL;

  self.number = seed % 1000000 * 1000;
  store_fixture_set_up_alone (&self.f, directory);
  /* Later than whoever worked here before. */
  omc_clock_advance (self.f.clock, (gint64)seed * 100 * G_TIME_SPAN_DAY);
  omc_store_set_retention (self.f.store, &policy);
  omc_store_open_sync (self.f.store, NULL, &error);
  check (error);
  say ("begun", "");
  for (;; self.number++)
    {
      int draw = g_rand_int_range (self.random, 0, 100);
      guint i = 0;

      while (draw >= acts[i].share)
        draw -= acts[i++].share;
      acts[i].act (&self);
    }
}

/* --- the examination --- */

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
  for (int i = 0; i < N_PATIENTS; i++)
    {
      g_autofree char *json = patient_text (i, 0);
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
  for (int i = 0; i < N_PATIENTS; i++)
    {
      g_autofree char *name = g_strdup_printf ("patient p%d", i);
      OmcResource *patient = g_hash_table_lookup (there, strchr (name, ' ') + 1);
      g_autofree char *text = omc_resource_to_string (patient, NULL);

      g_assert_cmpuint (strtoul (strstr (text, ":\"v") + 3, NULL, 10), >=, newest (self, name));
    }
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

static G_NORETURN void
creator_main (const char *directory)
{
  StoreFixture f = { 0 };
  g_autoptr (GError) error = NULL;

  say ("begun", "");
  store_fixture_set_up_alone (&f, directory);
  omc_store_open_sync (f.store, NULL, &error);
  check (error);
  omc_store_close (f.store);
  _exit (0);
}

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
    worker_main (argv[2], (guint32)strtoul (argv[3], NULL, 10));

  if (argc == 3 && strcmp (argv[1], "--creator") == 0)
    creator_main (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/crash/nothing-acknowledged-is-lost-at-any-point", test_crashes);
  g_test_add_func ("/store/crash/a-store-is-made-whole-after-any-interruption", test_creations);

  return g_test_run ();
}
