/* test-slot-crash.c: a change of the ways in, ended before each of its file operations
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key-fixture.h"
#include "omc-key-manager.h"
#include "omc-keyring-file.h"

#define DIED 42
#define STEPS_MAX 60

/* 0: nobody dies */
static guint die_at;

/* In place of the C library's, for GLib too: the program ends before one of them. */
static void
step (void)
{
  if (die_at > 0 && --die_at == 0)
    _exit (DIED);
}

int
rename (const char *from, const char *to)
{
  step ();
  return (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
fsync (int fd)
{
  step ();
  return (int)syscall (SYS_fsync, fd);
}

int
unlink (const char *path)
{
  step ();
  return (int)syscall (SYS_unlinkat, AT_FDCWD, path, 0);
}

typedef struct
{
  char *directory;
  OmcSecretStore *secrets;
  OmcSecret *old_passphrase;
  OmcSecret *new_passphrase;
  OmcSecret *pin;
  OmcSecret *root; /* what all keys of the store show */
  char *code;
} Fixture;

typedef gboolean (*Act) (Fixture *f, OmcKeyManager *keys);

static gboolean
add_person (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_set_passphrase_sync (keys, "bob", f->new_passphrase, NULL, NULL);
}

static gboolean
change_passphrase (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_set_passphrase_sync (keys, "nurse", f->new_passphrase, NULL, NULL);
}

static gboolean
add_pin (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_set_pin_sync (keys, "nurse", f->pin, NULL);
}

static gboolean
remove_person (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_remove_slot_sync (keys, 1, NULL, NULL);
}

static gboolean
block_person (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_block_user_sync (keys, "nurse", TRUE, NULL);
}

static gboolean
rotate_master (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_rotate_master_sync (keys, NULL);
}

static gboolean
meet_server (Fixture *f, OmcKeyManager *keys)
{
  return omc_key_manager_note_contact_sync (keys, FALSE, NULL);
}

static const struct
{
  const char *name;
  Act act;
} ACTS[] = {
  { "add-a-person", add_person },     { "change-a-passphrase", change_passphrase },
  { "add-a-pin", add_pin },           { "remove-a-person", remove_person },
  { "block-a-person", block_person }, { "rotate-the-master-key", rotate_master },
  { "meet-a-server", meet_server },
};

static OmcKeyManager *
new_manager (Fixture *f)
{
  return omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = NULL;
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("omc-slots-XXXXXX", NULL);
  f->secrets = omc_secret_store_memory_new ();
  f->old_passphrase = omc_secret_new ("a good passphrase", 17);
  f->new_passphrase = omc_secret_new ("a better passphrase", 19);
  f->pin = omc_secret_new ("830417", 6);
  keys = new_manager (f);
  omc_key_manager_create_sync (keys, "nurse", f->old_passphrase, &f->code, NULL, &error);
  g_assert_no_error (error);
  f->root = omc_key_manager_dup_key (keys, OMC_KEY_AUDIT, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  key_fixture_empty_folder (f->directory);
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->code);
  g_assert_finalize_object (f->secrets);
  omc_secret_unref (f->old_passphrase);
  omc_secret_unref (f->new_passphrase);
  omc_secret_unref (f->pin);
  omc_secret_unref (f->root);
}

/* The code opens after each end; the passphrase does unless the act is there to end that. */
static void
assert_opens (Fixture *f, Act act, gboolean passphrase)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (OmcSecret) root = NULL;
  g_autoptr (GError) error = NULL;

  omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, &error);
  g_assert_no_error (error);
  root = omc_key_manager_dup_key (keys, OMC_KEY_AUDIT, NULL);
  g_assert_true (omc_secret_equal (root, f->root));
  omc_key_manager_lock (keys);
  if (passphrase && act != remove_person && act != block_person)
    g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->old_passphrase, NULL, NULL) ||
                   omc_key_manager_unlock_sync (keys, "nurse", f->new_passphrase, NULL, NULL));
}

static gboolean
opens_for_nurse (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);

  return omc_key_manager_unlock_sync (keys, "nurse", f->old_passphrase, NULL, NULL);
}

/* Who is locked out by the keyring is not let in by the one before, put in its place. */
static void
assert_forgotten (Fixture *f)
{
  g_autofree char *keyring = g_build_filename (f->directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *aside = g_strconcat (keyring, ".aside", NULL);

  if (opens_for_nurse (f))
    return;
  g_assert_cmpint (g_rename (keyring, aside), ==, 0);
  g_assert_false (opens_for_nurse (f));
  g_assert_cmpint (g_rename (aside, keyring), ==, 0);
}

/* TRUE: it died. */
static gboolean
act_until (Fixture *f, Act act, guint n)
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      OmcKeyManager *keys = new_manager (f);

      if (!omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, NULL))
        _exit (3);
      die_at = n;
      _exit (act (f, keys) ? 0 : 4);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status));
  g_assert_true (WEXITSTATUS (status) == DIED || WEXITSTATUS (status) == 0);
  return WEXITSTATUS (status) == DIED;
}

static void
test_act (Fixture *f, gconstpointer data)
{
  Act act = ACTS[GPOINTER_TO_UINT (data)].act;
  g_autofree char *keyring = g_build_filename (f->directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *content = NULL;
  gsize length;
  guint n = 1;

  g_assert_true (g_file_get_contents (keyring, &content, &length, NULL));
  for (; act_until (f, act, n); n++)
    {
      g_assert_cmpuint (n, <, STEPS_MAX);
      assert_opens (f, act, n % 3 == 0);
      if (act == remove_person || act == block_person)
        assert_forgotten (f);
      /* From the start again; every other time on what the crash left behind. */
      if (n % 2 == 0)
        key_fixture_empty_folder (f->directory);
      g_assert_true (g_file_set_contents (keyring, content, (gssize)length, NULL));
    }
  g_test_message ("%u ends", n - 1);
  g_assert_cmpuint (n, >, 6);
  assert_opens (f, act, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ACTS); i++)
    {
      g_autofree char *path = g_strconcat ("/crypto/slot-crash/", ACTS[i].name, NULL);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test_act, tear_down);
    }
  return g_test_run ();
}
