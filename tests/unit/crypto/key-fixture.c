/* key-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "key-fixture.h"

void
key_fixture_empty_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
}

void
key_fixture_remove_folder (char *folder)
{
  key_fixture_empty_folder (folder);
  g_rmdir (folder);
  g_free (folder);
}

OmcKeyManager *
key_fixture_new_manager (KeyFixture *f)
{
  return omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
}

void
key_fixture_set_up (KeyFixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("omc-keys-XXXXXX", NULL);
  f->secrets = omc_secret_store_memory_new ();
  f->keys = key_fixture_new_manager (f);
  f->passphrase = omc_secret_new ("a good passphrase", 17);
  f->other = omc_secret_new ("another passphrase", 18);
}

void
key_fixture_create (KeyFixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (
      omc_key_manager_create_sync (f->keys, "nurse", f->passphrase, &f->code, NULL, &error));
  g_assert_no_error (error);
}

void
key_fixture_set_up_created (KeyFixture *f, gconstpointer data)
{
  key_fixture_set_up (f, data);
  key_fixture_create (f);
}

void
key_fixture_tear_down (KeyFixture *f, gconstpointer data)
{
  key_fixture_remove_folder (f->directory);
  g_assert_finalize_object (f->keys);
  g_assert_finalize_object (f->secrets);
  omc_secret_unref (f->passphrase);
  omc_secret_unref (f->other);
  g_free (f->code);
}

void
key_fixture_assert_unlocks (KeyFixture *f, const char *user, OmcSecret *passphrase)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_lock (f->keys);
  g_assert_true (omc_key_manager_unlock_sync (f->keys, user, passphrase, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (omc_key_manager_is_unlocked (f->keys));
}
