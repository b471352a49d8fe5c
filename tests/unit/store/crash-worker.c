/* crash-worker.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "crash-worker.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "omc-store-audit-upload.h"
#include "omc-store-audit.h"
#include "omc-store-backup.h"
#include "omc-store-cache.h"
#include "omc-store-keys.h"
#include "push-fixture.h"
#include "ward-sample.h"

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
      g_strdup_printf ("p%d", g_rand_int_range (self->random, 0, CRASH_N_PATIENTS));
  g_autoptr (GPtrArray) set =
      ward_sample_vitals_set (self->number, patient, STORE_FIXTURE_NOW_US + self->number);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (self->f.store, self->f.nurse, set, OMC_SAVE_CHART, NULL, &error);
  check (error);
  for (guint i = 0; i < stored->len; i++)
    say ("saved", omc_resource_get_id (g_ptr_array_index (stored, i)));
}

char *
crash_worker_dup_patient (int n, guint32 number)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"name\":[{\"family\":\"v%u\"}]}", n, number);
}

static void
save_patient (Worker *self)
{
  int n = g_rand_int_range (self->random, 0, CRASH_N_PATIENTS);
  g_autofree char *json = crash_worker_dup_patient (n, self->number);
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
          self->number, i, i % CRASH_N_PATIENTS, i);

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
  g_autofree char *version = g_strdup_printf ("%u", self->number);
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

      if (g_rand_boolean (self->random))
        continue;
      say ("sending", item->resource_id);
      g_ptr_array_add (results, push_fixture_taken (item, version));
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

/* What the server has of the trail goes into a file. */
static void
archive (Worker *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) administrator =
      omc_actor_new ("admin", "Admin D.", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  g_autoptr (GPtrArray) uploads = omc_store_take_audit (self->f.store, 500, NULL, &error);
  OmcAuditArchiveCounts counts;

  check (error);
  if (uploads->len > 0)
    {
      OmcAuditUpload *last = g_ptr_array_index (uploads, uploads->len - 1);

      say_number ("acknowledging", (guint32)last->entry->sequence);
      omc_store_acknowledge_audit (self->f.store, last->entry->sequence, NULL, NULL, &error);
      check (error);
    }
  omc_clock_advance (self->f.clock, G_USEC_PER_SEC);
  omc_store_archive_audit_sync (self->f.store, administrator, 0, &counts, NULL, &error);
  check (error);
  if (counts.n_segments > 0)
    say_number ("archived", (guint32)store_fixture_status (&self->f).audit_archived);
}

void
crash_worker_main (const char *directory, guint32 seed)
{
  /* So often in a hundred. */
  static const struct
  {
    void (*act) (Worker *self);
    int share;
  } acts[] = {
    { save_vitals, 23 }, { save_patient, 16 }, { pull, 8 },   { import, 5 },
    { push, 14 },        { save_draft, 4 },    { rotate, 6 }, { back_up, 5 },
    { rekey, 3 },        { leave, 6 },         { evict, 4 },  { archive, 6 },
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

void
crash_creator_main (const char *directory)
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
