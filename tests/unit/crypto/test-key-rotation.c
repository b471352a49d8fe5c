/* test-key-rotation.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "key-fixture.h"
#include "omc-key-roots.h"
#include "omc-keyring-file.h"
#include "omc-key-slot.h"

#define N_KILLS 20

static const char *program;

static void
rotate (KeyFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_rotate_master_sync (f->keys, &error);
  g_assert_no_error (error);
}

/* Both ways in give the same keys. */
static void
assert_opens (KeyFixture *f, OmcSecret *database_key)
{
  for (guint way = 0; way < 2; way++)
    {
      g_autoptr (OmcKeyManager) keys = key_fixture_new_manager (f);
      g_autoptr (OmcSecret) key = NULL;
      g_autoptr (GError) error = NULL;

      if (way == 0)
        omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, &error);
      else
        omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, &error);
      g_assert_no_error (error);
      key = omc_key_manager_dup_key (keys, OMC_KEY_DB, &error);
      g_assert_no_error (error);
      g_assert_true (omc_secret_equal (key, database_key));
    }
}

static OmcSecret *
open_master (KeyFixture *f, OmcKeyring *keyring)
{
  g_autoptr (OmcSecret) device_secret = NULL;
  OmcKeySlot *slot = omc_keyring_find (keyring, OMC_KEY_SLOT_PASSPHRASE, "nurse");

  omc_secret_store_lookup_sync (f->secrets, keyring->store_id, "device-secret", &device_secret,
                                NULL, NULL);

  return omc_key_slot_open (slot, keyring->store_id, f->passphrase, device_secret, NULL);
}

static void
test_master (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) database_key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcKeyring) before = omc_keyring_file_load (f->directory, NULL, NULL);
  g_autoptr (OmcKeyring) after = NULL;
  g_autoptr (OmcSecret) old_master = open_master (f, before);
  g_autoptr (OmcSecret) new_master = NULL;
  gint64 started = g_get_monotonic_time ();

  rotate (f);
  g_test_message ("%" G_GINT64_FORMAT " us", g_get_monotonic_time () - started);
  after = omc_keyring_file_load (f->directory, NULL, NULL);
  new_master = open_master (f, after);
  g_assert_nonnull (old_master);
  g_assert_nonnull (new_master);
  g_assert_false (omc_secret_equal (old_master, new_master));
  g_assert_null (omc_key_roots_open (after->roots, after->store_id, old_master, NULL));
  assert_opens (f, database_key);
  /* Who did it goes on with the new one. */
  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "other", f->passphrase, NULL, NULL));
  assert_opens (f, database_key);
}

/* A program that still has the old master key makes no slot that opens nothing. */
static void
test_stale_program (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) database_key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcKeyManager) other = key_fixture_new_manager (f);
  g_autoptr (GError) error = NULL;

  omc_key_manager_unlock_sync (other, "nurse", f->passphrase, NULL, &error);
  g_assert_no_error (error);
  rotate (f);
  g_assert_false (
      omc_key_manager_set_passphrase_sync (other, "nurse", f->passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
  assert_opens (f, database_key);
}

/* What a crash between two writes leaves, and a file that was torn besides. */
static void
test_orders (KeyFixture *f, gconstpointer data)
{
  g_autofree char *current = g_build_filename (f->directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *previous = g_build_filename (f->directory, OMC_KEYRING_FILE_PREVIOUS, NULL);
  g_autofree char *temporary = g_strconcat (current, ".tmp", NULL);
  g_autoptr (OmcSecret) database_key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autofree char *old = NULL;
  g_autofree char *new = NULL;
  gsize old_length, new_length;

  g_assert_true (g_file_get_contents (current, &old, &old_length, NULL));
  rotate (f);
  g_assert_true (g_file_get_contents (current, &new, &new_length, NULL));
  for (guint state = 0; state < 8; state++)
    {
      gboolean current_is_new = (state & 1) != 0;
      gboolean previous_is_new = (state & 2) != 0;
      gboolean torn = (state & 4) != 0;
      const char *bytes = current_is_new ? new : old;
      gsize length = current_is_new ? new_length : old_length;

      g_assert_true (
          g_file_set_contents (current, bytes, (gssize)(torn ? length / 2 : length), NULL));
      g_assert_true (g_file_set_contents (previous, previous_is_new ? new : old,
                                          (gssize)(previous_is_new ? new_length : old_length),
                                          NULL));
      g_assert_true (g_file_set_contents (temporary, "left over", 9, NULL));
      assert_opens (f, database_key);
    }
}

static void
test_database_key (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) before = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) audit = omc_key_manager_dup_key (f->keys, OMC_KEY_AUDIT, NULL);
  g_autoptr (OmcSecret) next = NULL;
  g_autoptr (OmcSecret) after = NULL;
  g_autoptr (OmcSecret) none = NULL;
  g_autoptr (OmcSecret) audit_after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_key_manager_dup_key (f->keys, OMC_KEY_NEXT_DB, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT);
  g_clear_error (&error);
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  assert_opens (f, before);
  next = omc_key_manager_dup_key (f->keys, OMC_KEY_NEXT_DB, &error);
  g_assert_no_error (error);
  rotate (f);
  omc_key_manager_end_database_key_sync (f->keys, TRUE, &error);
  g_assert_no_error (error);
  after = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_assert_true (omc_secret_equal (next, after));
  assert_opens (f, after);
  audit_after = omc_key_manager_dup_key (f->keys, OMC_KEY_AUDIT, NULL);
  g_assert_true (omc_secret_equal (audit, audit_after));
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  omc_key_manager_end_database_key_sync (f->keys, FALSE, &error);
  g_assert_no_error (error);
  none = omc_key_manager_dup_key (f->keys, OMC_KEY_NEXT_DB, NULL);
  g_assert_null (none);
  assert_opens (f, after);
}

static int
child_main (const char *directory, const char *code)
{
  KeyFixture f = { .directory = g_strdup (directory), .secrets = omc_secret_store_memory_new () };

  f.keys = key_fixture_new_manager (&f);
  if (!omc_key_manager_unlock_recovery_sync (f.keys, code, NULL, NULL))
    return 1;
  g_print ("open\n");
  fflush (stdout);
  for (;;)
    if (!omc_key_manager_rotate_master_sync (f.keys, NULL))
      return 1;
}

static void
test_kill (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) database_key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  const char *const arguments[] = { program, "--child", f->directory, f->code, NULL };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < N_KILLS; i++)
    {
      g_autoptr (GError) error = NULL;
      char byte;
      GPid pid;
      int status, fd;

      g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL,
                                NULL, &pid, NULL, &fd, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (read (fd, &byte, 1), ==, 1);
      g_usleep ((gulong)g_rand_int_range (random, 0, 30000));
      kill (pid, SIGKILL);
      waitpid (pid, &status, 0);
      close (fd);
      g_assert_true (WIFSIGNALED (status));
      assert_opens (f, database_key);
    }
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return child_main (argv[2], argv[3]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add ("/crypto/key-rotation/" path, KeyFixture, NULL, key_fixture_set_up_created, func,    \
              key_fixture_tear_down)
  ADD ("a-new-master-key-keeps-every-way-in", test_master);
  ADD ("a-program-with-the-old-master-key-changes-nothing", test_stale_program);
  ADD ("every-order-of-a-crash-opens", test_orders);
  ADD ("two-database-keys-while-one-is-changed", test_database_key);
  ADD ("kill-at-any-point-keeps-every-way-in", test_kill);
#undef ADD

  return g_test_run ();
}
