/* test-key-manager.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "key-fixture.h"

static char *
path_of (KeyFixture *f, const char *name)
{
  return g_build_filename (f->directory, name, NULL);
}

static void
reopen (KeyFixture *f)
{
  g_object_unref (f->keys);
  f->keys = omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
}

static void
assert_unlocks_not (KeyFixture *f, const char *user, OmcSecret *passphrase, int code)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_lock (f->keys);
  g_assert_false (omc_key_manager_unlock_sync (f->keys, user, passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, code);
  g_assert_false (omc_key_manager_is_unlocked (f->keys));
}

static guint
slot_of (KeyFixture *f, OmcKeySlotKind kind, const char *user, gboolean *bound)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (f->keys, NULL);

  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *info = g_ptr_array_index (slots, i);

      if (info->kind == kind && g_strcmp0 (info->user, user) == 0)
        {
          if (bound != NULL)
            *bound = info->device_bound;
          return info->id;
        }
    }
  return 0;
}

/* --- a service that says it keeps a secret, and gives back another --- */
#define TEST_TYPE_LYING_STORE (test_lying_store_get_type ())
G_DECLARE_FINAL_TYPE (TestLyingStore, test_lying_store, TEST, LYING_STORE, OmcSecretStore)

struct _TestLyingStore
{
  OmcSecretStore parent_instance;

  gboolean stored;
};

G_DEFINE_FINAL_TYPE (TestLyingStore, test_lying_store, OMC_TYPE_SECRET_STORE)

static OmcSecretState
test_lying_store_lookup (OmcSecretStore *self,
                         const char *scope,
                         const char *name,
                         OmcSecret **secret,
                         GCancellable *cancellable,
                         GError **error)
{
  if (!TEST_LYING_STORE (self)->stored)
    return OMC_SECRET_ABSENT;
  *secret = omc_secret_new_random (32);

  return OMC_SECRET_FOUND;
}

static gboolean
test_lying_store_store (OmcSecretStore *self,
                        const char *scope,
                        const char *name,
                        const char *label,
                        OmcSecret *secret,
                        GCancellable *cancellable,
                        GError **error)
{
  TEST_LYING_STORE (self)->stored = TRUE;

  return TRUE;
}

static gboolean
test_lying_store_clear (OmcSecretStore *self,
                        const char *scope,
                        const char *name,
                        GCancellable *cancellable,
                        GError **error)
{
  return TRUE;
}

static void
test_lying_store_class_init (TestLyingStoreClass *klass)
{
  OmcSecretStoreClass *store_class = OMC_SECRET_STORE_CLASS (klass);

  store_class->lookup = test_lying_store_lookup;
  store_class->store = test_lying_store_store;
  store_class->clear = test_lying_store_clear;
}

static void
test_lying_store_init (TestLyingStore *self)
{
}

static void
set_up_lying (KeyFixture *f, gconstpointer data)
{
  key_fixture_set_up (f, data);
  g_object_unref (f->keys);
  g_object_unref (f->secrets);
  f->secrets = g_object_new (TEST_TYPE_LYING_STORE, NULL);
  f->keys = omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
  key_fixture_create (f);
}

/* A slot bound to a secret that does not come back would lock everybody out. */
static void
test_secret_that_does_not_come_back (KeyFixture *f, gconstpointer data)
{
  gboolean bound = TRUE;

  g_assert_cmpuint (slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", &bound), !=, 0);
  g_assert_false (bound);
  reopen (f);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
}

static void
test_create_and_unlock (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) audit = omc_key_manager_dup_key (f->keys, OMC_KEY_AUDIT, NULL);
  g_autoptr (OmcSecret) again = NULL;
  gboolean bound = FALSE;

  g_assert_cmpuint (omc_secret_get_length (key), ==, 32);
  g_assert_false (omc_secret_equal (key, audit));
  g_assert_true (g_uuid_string_is_valid (omc_key_manager_get_store_id (f->keys)));
  g_assert_null (omc_key_manager_get_notice (f->keys));
  g_assert_cmpuint (slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", &bound), !=, 0);
  g_assert_true (bound);
  reopen (f);
  g_assert_true (omc_key_manager_exists (f->keys));
  g_assert_false (omc_key_manager_is_unlocked (f->keys));
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  again = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_assert_true (omc_secret_equal (key, again));
}

static void
test_wrong (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) almost = omc_secret_new ("a good passphrase ", 18);
  g_autoptr (OmcSecret) empty = omc_secret_new ("", 0);

  assert_unlocks_not (f, "nurse", f->other, OMC_CRYPTO_ERROR_WRONG_SECRET);
  assert_unlocks_not (f, "nurse", almost, OMC_CRYPTO_ERROR_WRONG_SECRET);
  assert_unlocks_not (f, "nurse", empty, OMC_CRYPTO_ERROR_WRONG_SECRET);
  assert_unlocks_not (f, "somebody", f->passphrase, OMC_CRYPTO_ERROR_NO_SLOT);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
}

static void
test_locked_gives_nothing (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autoptr (GBytes) hash = g_bytes_new_static ("01234567890123456789012345678901", 32);
  g_autoptr (GError) error = NULL;

  omc_key_manager_lock (f->keys);
  g_assert_null (omc_key_manager_dup_key (f->keys, OMC_KEY_DB, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_null (omc_key_manager_wrap_data_key (f->keys, key, 1, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_false (omc_key_manager_set_passphrase_sync (f->keys, "x", f->passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_false (omc_key_manager_remove_slot_sync (f->keys, 1, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
  g_clear_error (&error);
  g_assert_false (omc_key_manager_anchor_audit_head_sync (f->keys, 1, hash, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED);
}

/* Nothing is ever made anew over what is there, whatever state it is in. */
static void
test_create_refuses (KeyFixture *f, gconstpointer data)
{
  static const char *const files[] = { "keyring", "keyring.1", "omnicare.db" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = path_of (f, files[i]);
      g_autofree char *content = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, "rubbish", -1, NULL));
      g_assert_false (
          omc_key_manager_create_sync (f->keys, "nurse", f->passphrase, &f->code, NULL, &error));
      g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS);
      g_assert_null (f->code);
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "rubbish");
      g_unlink (path);
    }
}

static void
test_recovery (KeyFixture *f, gconstpointer data)
{
  g_autofree char *lower = g_ascii_strdown (f->code, -1);
  g_autofree char *wrong = g_strdup (f->code);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) again = NULL;
  g_autoptr (GError) error = NULL;

  omc_key_manager_lock (f->keys);
  g_strdelimit (lower, "-", ' ');
  g_assert_true (omc_key_manager_unlock_recovery_sync (f->keys, lower, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (omc_key_manager_get_notice (f->keys));
  again = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_assert_true (omc_secret_equal (key, again));

  omc_key_manager_lock (f->keys);
  wrong[0] = wrong[0] == 'A' ? 'B' : 'A';
  g_assert_false (omc_key_manager_unlock_recovery_sync (f->keys, wrong, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
}

static void
test_recovery_of_other_store (KeyFixture *f, gconstpointer data)
{
  KeyFixture other = { 0 };
  g_autoptr (GError) error = NULL;

  key_fixture_set_up_created (&other, NULL);
  omc_key_manager_lock (f->keys);
  g_assert_false (omc_key_manager_unlock_recovery_sync (f->keys, other.code, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
  key_fixture_tear_down (&other, NULL);
}

/* The three states of the login keyring: nothing is made anew, the recovery code opens. */
static void
test_device_secret_states (KeyFixture *f, gconstpointer data)
{
  static const OmcSecretState states[] = { OMC_SECRET_LOCKED, OMC_SECRET_UNAVAILABLE };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GError) error = NULL;

      omc_secret_store_memory_set_state (f->secrets, states[i]);
      assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_DEVICE_SECRET);
      g_assert_true (omc_key_manager_unlock_recovery_sync (f->keys, f->code, NULL, &error));
      g_assert_no_error (error);
      g_assert_nonnull (omc_key_manager_get_notice (f->keys));
      omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_FOUND);
      key_fixture_assert_unlocks (f, "nurse", f->passphrase);
      g_assert_null (omc_key_manager_get_notice (f->keys));
    }
}

static void
test_device_secret_lost (KeyFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean bound = FALSE;

  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_ABSENT);
  assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_assert_true (omc_key_manager_unlock_recovery_sync (f->keys, f->code, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));

  /* Another secret now: the old slot says so rather than "wrong passphrase". */
  assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_assert_true (omc_key_manager_unlock_recovery_sync (f->keys, f->code, NULL, NULL));
  g_assert_true (
      omc_key_manager_set_passphrase_sync (f->keys, "nurse", f->passphrase, NULL, &error));
  g_assert_no_error (error);
  slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", &bound);
  g_assert_true (bound);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  g_assert_null (omc_key_manager_get_notice (f->keys));
}

static void
test_created_without_service (KeyFixture *f, gconstpointer data)
{
  gboolean bound = TRUE;

  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  key_fixture_create (f);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));
  slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", &bound);
  g_assert_false (bound);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));

  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_FOUND);
  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "nurse", f->passphrase, NULL, NULL));
  slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", &bound);
  g_assert_true (bound);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  g_assert_null (omc_key_manager_get_notice (f->keys));
}

static void
test_slots (KeyFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint old = slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", NULL);

  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "charge", f->other, NULL, &error));
  key_fixture_assert_unlocks (f, "charge", f->other);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);

  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "nurse", f->other, NULL, &error));
  g_assert_cmpuint (slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", NULL), !=, old);
  assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_WRONG_SECRET);
  key_fixture_assert_unlocks (f, "nurse", f->other);

  g_assert_false (omc_key_manager_remove_slot_sync (f->keys, old, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT);
  g_clear_error (&error);
  g_assert_true (omc_key_manager_remove_slot_sync (
      f->keys, slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "charge", NULL), NULL, &error));
  g_assert_true (omc_key_manager_remove_slot_sync (
      f->keys, slot_of (f, OMC_KEY_SLOT_RECOVERY, NULL, NULL), NULL, &error));
  g_assert_false (omc_key_manager_remove_slot_sync (
      f->keys, slot_of (f, OMC_KEY_SLOT_PASSPHRASE, "nurse", NULL), NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS);
  key_fixture_assert_unlocks (f, "nurse", f->other);
  assert_unlocks_not (f, "charge", f->other, OMC_CRYPTO_ERROR_NO_SLOT);
}

/* A passphrase that was taken away must not come back by damaging the current file. */
static void
test_removed_is_gone_from_both (KeyFixture *f, gconstpointer data)
{
  g_autofree char *path = path_of (f, "keyring");

  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "nurse", f->other, NULL, NULL));
  g_unlink (path);
  assert_unlocks_not (f, "nurse", f->passphrase, OMC_CRYPTO_ERROR_WRONG_SECRET);
  key_fixture_assert_unlocks (f, "nurse", f->other);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));
}

static void
test_composed_accents (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) composed = omc_secret_new ("caf\xc3\xa9 cr\xc3\xa8me", 12);
  g_autoptr (OmcSecret) decomposed = omc_secret_new ("cafe\xcc\x81 cre\xcc\x80me", 14);

  g_assert_true (omc_key_manager_set_passphrase_sync (f->keys, "nurse", composed, NULL, NULL));
  key_fixture_assert_unlocks (f, "nurse", decomposed);
}

static void
test_data_keys (KeyFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GBytes) wrapped = omc_key_manager_wrap_data_key (f->keys, key, 3, NULL);
  g_autoptr (GError) error = NULL;
  KeyFixture other = { 0 };

  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  back = omc_key_manager_unwrap_data_key (f->keys, wrapped, 3, &error);
  g_assert_no_error (error);
  g_assert_true (omc_secret_equal (key, back));
  g_assert_null (omc_key_manager_unwrap_data_key (f->keys, wrapped, 4, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED);
  g_clear_error (&error);
  key_fixture_set_up_created (&other, NULL);
  g_assert_null (omc_key_manager_unwrap_data_key (other.keys, wrapped, 3, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED);
  key_fixture_tear_down (&other, NULL);
}

static void
result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
test_async (KeyFixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  omc_key_manager_lock (f->keys);
  g_cancellable_cancel (cancellable);
  omc_key_manager_unlock_async (f->keys, "nurse", f->passphrase, cancellable, result_cb,
                                &cancelled);
  while (cancelled == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (omc_key_manager_unlock_finish (f->keys, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (omc_key_manager_is_unlocked (f->keys));
  g_clear_error (&error);

  omc_key_manager_unlock_async (f->keys, "nurse", f->passphrase, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (omc_key_manager_unlock_finish (f->keys, result, &error));
  g_assert_no_error (error);
  g_assert_true (omc_key_manager_is_unlocked (f->keys));

  /* The threads of the tasks let go of the manager a moment after they have answered. */
  g_clear_object (&result);
  g_clear_object (&cancelled);
  for (guint i = 0; i < 5000 && g_atomic_int_get ((int *)&G_OBJECT (f->keys)->ref_count) > 1; i++)
    g_usleep (1000);
}

#define ADD(path, up, func)                                                                        \
  g_test_add ("/crypto/key-manager/" path, KeyFixture, NULL, up, func, key_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create-then-unlock-gives-the-same-keys", key_fixture_set_up_created,
       test_create_and_unlock);
  ADD ("wrong-passphrase-or-person", key_fixture_set_up_created, test_wrong);
  ADD ("locked-gives-nothing", key_fixture_set_up_created, test_locked_gives_nothing);
  ADD ("create-never-replaces", key_fixture_set_up, test_create_refuses);
  ADD ("recovery-code-opens", key_fixture_set_up_created, test_recovery);
  ADD ("recovery-code-of-another-store-does-not", key_fixture_set_up_created,
       test_recovery_of_other_store);
  ADD ("login-keyring-locked-or-away", key_fixture_set_up_created, test_device_secret_states);
  ADD ("login-keyring-reset", key_fixture_set_up_created, test_device_secret_lost);
  ADD ("created-without-login-keyring", key_fixture_set_up, test_created_without_service);
  ADD ("slots-are-added-replaced-removed", key_fixture_set_up_created, test_slots);
  ADD ("removed-passphrase-is-in-no-generation", key_fixture_set_up_created,
       test_removed_is_gone_from_both);
  ADD ("accents-composed-or-not", key_fixture_set_up_created, test_composed_accents);
  ADD ("data-keys-are-bound-to-epoch-and-store", key_fixture_set_up_created, test_data_keys);
  ADD ("secret-that-does-not-come-back-binds-nothing", set_up_lying,
       test_secret_that_does_not_come_back);
  ADD ("unlock-async-and-cancelled", key_fixture_set_up_created, test_async);
  return g_test_run ();
}
