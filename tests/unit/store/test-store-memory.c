/* test-store-memory.c: what a core image of a locked program holds
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "omc-key-manager-private.h"
#include "omc-stmt.h"
#include "omc-store-keys.h"
#include "store-fixture.h"
#include "ward-sample.h"

#define KEY_LENGTH 32
#define MASK 0xa5
#define MAX_KEYS 8
#define WINDOW (1024 * 1024)

/* The keys that are looked for are kept in another form, so that the search does not find itself. */
typedef struct
{
  const char *name;
  guint8 masked[KEY_LENGTH];
} Wanted;

static Wanted wanted[MAX_KEYS];
static guint n_wanted;

static void
look_for (const char *name, OmcSecret *key)
{
  const guint8 *data = omc_secret_get_data (key, NULL);

  g_assert_cmpuint (n_wanted, <, MAX_KEYS);
  g_assert_cmpuint (omc_secret_get_length (key), ==, KEY_LENGTH);
  wanted[n_wanted].name = name;
  for (guint i = 0; i < KEY_LENGTH; i++)
    wanted[n_wanted].masked[i] = data[i] ^ MASK;
  n_wanted++;
}

static gboolean
is_at (const guint8 *memory, const Wanted *key)
{
  for (guint i = 0; i < KEY_LENGTH; i++)
    if ((memory[i] ^ MASK) != key->masked[i])
      return FALSE;
  return TRUE;
}

static guint
scan_window (const guint8 *memory, gsize length, const char *line)
{
  guint n = 0;

  for (gsize i = 0; i + KEY_LENGTH <= length; i++)
    for (guint k = 0; k < n_wanted; k++)
      if (is_at (memory + i, &wanted[k]))
        {
          g_test_message ("%s in %s", wanted[k].name, line);
          n++;
        }
  return n;
}

/* The buffer of the search is left out: it holds what was read just before. */
static guint
scan_mapping (int memory, guint64 start, guint64 end, guint8 *buffer, const char *line)
{
  guint n = 0;

  for (guint64 at = start; at < end; at += WINDOW - KEY_LENGTH)
    {
      gssize got;

      if (at < (guint64)(gsize)buffer + WINDOW && at + WINDOW > (guint64)(gsize)buffer)
        continue;
      got = pread (memory, buffer, MIN (WINDOW, end - at), (off_t)at);
      if (got > 0)
        n += scan_window (buffer, (gsize)got, line);
    }
  return n;
}

static guint
scan_process (void)
{
  FILE *maps = fopen ("/proc/self/maps", "re");
  int memory = open ("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  guint8 *buffer = g_malloc (WINDOW);
  char line[512];
  guint n = 0;

  g_assert_nonnull (maps);
  g_assert_cmpint (memory, >=, 0);
  while (fgets (line, sizeof line, maps) != NULL)
    {
      unsigned long start, end;
      char rights[8];

      if (sscanf (line, "%lx-%lx %7s", &start, &end, rights) == 3 && rights[1] == 'w')
        n += scan_mapping (memory, start, end, buffer, g_strchomp (line));
    }
  fclose (maps);
  close (memory);
  g_free (buffer);
  return n;
}

static void
look_for_data_key (StoreFixture *f, const char *name, guint32 epoch)
{
  g_autoptr (OmcSecret) database = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcDb) db = omc_db_open (f->database, database, OMC_DB_READ_WRITE, NULL);
  g_autoptr (OmcStmt) stmt =
      omc_db_prepare_once (db, "SELECT wrapped_key FROM key_epochs WHERE epoch = ?1", NULL);
  g_autoptr (GBytes) wrapped = NULL;
  g_autoptr (OmcSecret) key = NULL;
  gconstpointer data;
  gsize length;

  omc_stmt_bind_integer (stmt, 1, epoch);
  g_assert_cmpint (omc_stmt_step (stmt, NULL), ==, OMC_STEP_ROW);
  data = omc_stmt_get_blob (stmt, 0, &length);
  wrapped = g_bytes_new (data, length);
  key = omc_key_manager_unwrap_data_key (f->keys, wrapped, epoch, NULL);
  g_assert_nonnull (key);
  look_for (name, key);
}

static void
work (StoreFixture *f)
{
  const WardSampleOptions options = {
    .seed = 5, .n_patients = 3, .n_sets = 3, .end_us = STORE_FIXTURE_NOW_US
  };
  g_autoptr (GPtrArray) ward = ward_sample_resources (&options);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  OmcImportCounts counts;

  omc_store_import_sync (f->store, f->device, ward, OMC_IMPORT_SERVER_STATE, &counts, NULL, &error);
  g_assert_no_error (error);
  findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  g_assert_no_error (error);
}

static void
test_locked (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) pin = omc_secret_new ("830417", 6);
  g_autoptr (GError) error = NULL;

#ifdef __SANITIZE_ADDRESS__
  g_test_skip (
      "The address sanitizer keeps what was freed, and maps more than can be read: run this in a "
      "build without it.");
  return;
#endif

  work (f);
  look_for_data_key (f, "the first data key", 1);
  {
    g_autoptr (OmcSecret) master = _omc_key_manager_dup_master (f->keys, NULL);
    g_autoptr (OmcSecret) database = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
    g_autoptr (OmcSecret) audit = omc_key_manager_dup_key (f->keys, OMC_KEY_AUDIT, NULL);

    look_for ("the first master key", master);
    look_for ("the database key", database);
    look_for ("the audit key", audit);
  }
  /* The search finds what is there. */
  g_assert_cmpuint (scan_process (), >, 0);

  omc_store_rotate_data_key_sync (f->store, f->administrator, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  look_for_data_key (f, "the second data key", 2);
  omc_key_manager_rotate_master_sync (f->keys, &error);
  g_assert_no_error (error);
  {
    g_autoptr (OmcSecret) master = _omc_key_manager_dup_master (f->keys, NULL);

    look_for ("the second master key", master);
  }
  omc_key_manager_set_pin_sync (f->keys, "nurse", pin, &error);
  g_assert_no_error (error);
  omc_store_close (f->store);
  omc_key_manager_lock (f->keys);
  g_assert_cmpuint (scan_process (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  store_fixture_add ("/store/memory/a-locked-program-holds-no-key", test_locked, NULL);

  return g_test_run ();
}
