/* test-server-contact.c: the mark of the last contact, and who is withdrawn by the server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "lifetime-fixture.h"

static char *
mark_path (LifetimeFixture *f)
{
  return g_build_filename (f->k.directory, "server-contact", NULL);
}

static void
test_mark_taken_away (LifetimeFixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);

  lifetime_fixture_meet (f);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_assert_masters_open (f);
  lifetime_fixture_meet (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
}

static void
test_mark_forged (LifetimeFixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);
  g_autofree char *content = NULL;
  gsize length;

  lifetime_fixture_meet (f);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      content[i] ^= 1;
      g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
      content[i] ^= 1;
      if (i % 16 == 15)
        g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
    }
  g_assert_true (g_file_set_contents (path, content, (gssize)length - 1, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
}

/* A mark of another store, or of an older day of this one, grants nothing. */
static void
test_mark_replayed (LifetimeFixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);
  g_autofree char *content = NULL;
  gsize length;

  lifetime_fixture_meet (f);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  lifetime_fixture_pass (f, 80 * HOUR);
  lifetime_fixture_meet (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_extended (LifetimeFixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 100 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->k.keys, 24 * HOUR, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_pass (f, 24 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  /* Also where the mark was lost. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->k.keys, 24 * HOUR, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_for_contact (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 100 * HOUR);
  g_assert_true (
      omc_key_manager_unlock_for_contact_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_note_contact_sync (keys, FALSE, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
}

static void
test_device_withdrawn (LifetimeFixture *f, gconstpointer data)
{
  g_assert_true (omc_key_manager_note_contact_sync (f->k.keys, TRUE, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->k.keys, 24 * HOUR, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  lifetime_fixture_assert_masters_open (f);
  lifetime_fixture_meet (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
}

/* New keys of every kind change nothing of it. */
static void
test_rotated (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  g_assert_true (omc_key_manager_rotate_master_sync (f->k.keys, NULL));
  g_assert_true (omc_key_manager_begin_database_key_sync (f->k.keys, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_true (omc_key_manager_end_database_key_sync (f->k.keys, TRUE, NULL));
  lifetime_fixture_pass (f, 71 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_blocked_person (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = NULL;

  g_assert_true (omc_key_manager_block_user_sync (f->k.keys, "nurse", TRUE, NULL));
  for (guint i = 0; i < 12; i++)
    g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  lifetime_fixture_assert_masters_open (f);
  slots = omc_key_manager_list_slots (f->k.keys, NULL);
  g_assert_cmpuint (slots->len, ==, 4);
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      g_assert_true (slot->blocked == (g_strcmp0 (slot->user, "nurse") == 0));
    }
  /* A rotation does not give the key back, and neither does a new secret. */
  g_assert_true (omc_key_manager_rotate_master_sync (f->k.keys, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_false (
      omc_key_manager_set_passphrase_sync (f->k.keys, "nurse", f->k.passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_false (omc_key_manager_set_pin_sync (f->k.keys, "nurse", f->pin, NULL));
  g_assert_true (omc_key_manager_block_user_sync (f->k.keys, "nurse", FALSE, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, -1);
}

static void
test_new_recovery_code (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);
  g_autofree char *code = NULL;

  g_assert_true (omc_key_manager_renew_recovery_sync (f->k.keys, &code, NULL));
  g_assert_cmpstr (code, !=, f->k.code);
  g_assert_false (omc_key_manager_unlock_recovery_sync (keys, f->k.code, NULL, NULL));
  g_assert_true (omc_key_manager_unlock_recovery_sync (keys, code, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  lifetime_fixture_add ("/crypto/key-lifetime/a-mark-taken-away-grants-nothing",
                        test_mark_taken_away);
  lifetime_fixture_add ("/crypto/key-lifetime/a-forged-mark-grants-nothing", test_mark_forged);
  lifetime_fixture_add ("/crypto/key-lifetime/an-older-mark-grants-nothing", test_mark_replayed);
  lifetime_fixture_add ("/crypto/key-lifetime/can-be-extended", test_extended);
  lifetime_fixture_add ("/crypto/key-lifetime/lets-a-contact-through", test_for_contact);
  lifetime_fixture_add ("/crypto/key-lifetime/a-withdrawn-device-opens-for-nobody",
                        test_device_withdrawn);
  lifetime_fixture_add ("/crypto/key-lifetime/outlives-new-keys", test_rotated);
  lifetime_fixture_add ("/crypto/key-lifetime/a-blocked-person-keeps-the-slot",
                        test_blocked_person);
  lifetime_fixture_add ("/crypto/key-lifetime/a-new-recovery-code-ends-the-old-one",
                        test_new_recovery_code);
  return g_test_run ();
}
