/* test-keyring.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "omc-hash.h"
#include "omc-key-slot.h"
#include "key-fixture.h"
#include "omc-keyring-file.h"

typedef struct
{
  char *directory;
  OmcSecret *master;
  OmcSecret *code;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->directory = g_dir_make_tmp ("omc-keyring-XXXXXX", NULL);
  f->master = omc_secret_new_random (32);
  f->code = omc_secret_new ("01234567890123456789", 20);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  key_fixture_remove_folder (f->directory);
  omc_secret_unref (f->master);
  omc_secret_unref (f->code);
}

/* Recovery slots, for they cost no Argon2. */
static void
add_slot (Fixture *f, OmcKeyring *keyring)
{
  OmcKeySlot *slot;

  slot =
      omc_key_slot_new_recovery (keyring->store_id, keyring->next_id++, f->code, f->master, NULL);
  g_assert_nonnull (slot);
  g_ptr_array_add (keyring->slots, slot);
}

static OmcKeyring *
make_keyring (Fixture *f)
{
  OmcKeyring *keyring = omc_keyring_new ();

  add_slot (f, keyring);
  add_slot (f, keyring);
  ((OmcKeySlot *)g_ptr_array_index (keyring->slots, 1))->info.user = g_strdup ("Ærøskøbing");
  return keyring;
}

static void
save (Fixture *f, OmcKeyring *keyring, gboolean forget)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_keyring_file_save (f->directory, keyring, forget, &error));
  g_assert_no_error (error);
}

static void
assert_loads (Fixture *f, guint64 generation, gboolean from_previous)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;
  gboolean previous;

  keyring = omc_keyring_file_load (f->directory, &previous, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keyring->generation, ==, generation);
  g_assert_true (previous == from_previous);
}

static void
assert_loads_not (Fixture *f, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (omc_keyring_file_load (f->directory, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, code);
}

static void
write_file (Fixture *f, const char *name, const void *data, gsize length)
{
  g_autofree char *path = g_build_filename (f->directory, name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
}

static void
remove_file (Fixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->directory, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autoptr (GBytes) bytes = omc_keyring_to_bytes (keyring, NULL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (OmcKeyring) back = NULL;
  g_autoptr (OmcSecret) master = NULL;
  OmcKeySlot *slot;
  gsize length;
  gconstpointer content = g_bytes_get_data (bytes, &length);

  back = omc_keyring_parse (content, length, NULL);
  g_assert_nonnull (back);
  g_assert_cmpstr (back->store_id, ==, keyring->store_id);
  g_assert_cmpuint (back->next_id, ==, 3);
  slot = omc_keyring_find (back, OMC_KEY_SLOT_RECOVERY, "Ærøskøbing");
  g_assert_nonnull (slot);
  slot = omc_keyring_find (back, OMC_KEY_SLOT_RECOVERY, NULL);
  master = omc_key_slot_open (slot, back->store_id, f->code, NULL, NULL);
  g_assert_true (omc_secret_equal (master, f->master));
  again = omc_keyring_to_bytes (back, NULL);
  g_assert_true (g_bytes_equal (bytes, again));
}

static void
test_mode (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autofree char *path = g_build_filename (f->directory, OMC_KEYRING_FILE, NULL);
  GStatBuf info;

  save (f, keyring, FALSE);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_every_byte_and_cut (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autoptr (GBytes) bytes = omc_keyring_to_bytes (keyring, NULL);
  gsize length;
  gconstpointer content = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *copy = g_memdup2 (content, length);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GError) error = NULL;

      copy[i] ^= (guint8)(1 << i % 8);
      g_assert_null (omc_keyring_parse (copy, length, &error));
      g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED);
      copy[i] ^= (guint8)(1 << i % 8);
      g_assert_null (omc_keyring_parse (copy, i, NULL));
    }
  g_assert_null (omc_keyring_parse (NULL, 0, NULL));
}

static void
reseal (guint8 *content, gsize length)
{
  g_assert_true (omc_hash_sha256 (content, length - OMC_HASH_LENGTH,
                                  content + length - OMC_HASH_LENGTH, NULL));
}

/* Changed with a checksum that fits: parses or not, never crashes, and no slot opens that was changed. */
static void
test_changed_with_checksum (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autoptr (GBytes) bytes = omc_keyring_to_bytes (keyring, NULL);
  gsize length;
  gconstpointer content = g_bytes_get_data (bytes, &length);
  g_autofree guint8 *copy = g_memdup2 (content, length);
  guint opened = 0;

  /* The first slot begins after magic, version, generation, store id, next id and count. */
  for (gsize i = 8 + 4; i < length - OMC_HASH_LENGTH; i++)
    {
      g_autoptr (OmcKeyring) back = NULL;

      copy[i] ^= 0x01;
      reseal (copy, length);
      back = omc_keyring_parse (copy, length, NULL);
      copy[i] ^= 0x01;
      for (guint s = 0; back != NULL && s < back->slots->len; s++)
        {
          g_autoptr (OmcSecret) master = NULL;
          OmcKeySlot *slot = g_ptr_array_index (back->slots, s);

          if (slot->info.kind != OMC_KEY_SLOT_RECOVERY)
            continue;
          master = omc_key_slot_open (slot, back->store_id, f->code, NULL, NULL);
          if (master != NULL)
            {
              g_assert_true (omc_secret_equal (master, f->master));
              opened++;
            }
        }
    }
  g_assert_cmpuint (opened, >, 0);
}

static void
test_newer (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *copy = NULL;
  gconstpointer content;
  gsize length;

  save (f, keyring, FALSE);
  save (f, keyring, FALSE);
  bytes = omc_keyring_to_bytes (keyring, NULL);
  content = g_bytes_get_data (bytes, &length);
  copy = g_memdup2 (content, length);
  copy[11]++;
  reseal (copy, length);
  write_file (f, OMC_KEYRING_FILE, copy, length);
  /* The older generation could be read, and would throw away what the newer program knew. */
  assert_loads_not (f, OMC_CRYPTO_ERROR_UNSUPPORTED);
}

static void
test_generations (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);

  assert_loads_not (f, OMC_CRYPTO_ERROR_NO_SLOT);
  save (f, keyring, FALSE);
  assert_loads (f, 1, FALSE);
  save (f, keyring, FALSE);
  assert_loads (f, 2, FALSE);

  write_file (f, OMC_KEYRING_FILE, "damaged", 7);
  assert_loads (f, 1, TRUE);
  remove_file (f, OMC_KEYRING_FILE);
  assert_loads (f, 1, TRUE);
  g_assert_true (omc_keyring_file_exists (f->directory));

  write_file (f, OMC_KEYRING_FILE_PREVIOUS, "damaged", 7);
  assert_loads_not (f, OMC_CRYPTO_ERROR_DAMAGED);
  write_file (f, OMC_KEYRING_FILE, "", 0);
  assert_loads_not (f, OMC_CRYPTO_ERROR_DAMAGED);
}

/* A damaged current file does not push out the whole one before it. */
static void
test_damaged_keeps_previous (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);

  save (f, keyring, FALSE);
  save (f, keyring, FALSE);
  write_file (f, OMC_KEYRING_FILE, "damaged", 7);
  save (f, keyring, FALSE);
  assert_loads (f, 3, FALSE);
  remove_file (f, OMC_KEYRING_FILE);
  assert_loads (f, 1, TRUE);
}

/* Every place where the power can fail while the second generation is written: one of the two opens, always. */
static void
test_crash_orders (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autofree char *current = g_build_filename (f->directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *temporary = g_strconcat (current, ".tmp", NULL);
  g_autofree char *content = NULL;
  gsize length;

  save (f, keyring, FALSE);
  g_assert_true (g_file_get_contents (current, &content, &length, NULL));

  /* temporary of the previous generation begun, half, whole */
  write_file (f, "keyring.1.tmp", content, 0);
  assert_loads (f, 1, FALSE);
  write_file (f, "keyring.1.tmp", content, length / 2);
  assert_loads (f, 1, FALSE);
  /* previous renamed, temporary of the new one begun, half, whole but not renamed */
  write_file (f, OMC_KEYRING_FILE_PREVIOUS, content, length);
  write_file (f, "keyring.tmp", content, length / 2);
  assert_loads (f, 1, FALSE);
  /* the rename reached the disk, the content did not */
  write_file (f, OMC_KEYRING_FILE, content, 0);
  assert_loads (f, 1, TRUE);

  /* And the next write goes through what was left behind. */
  save (f, keyring, FALSE);
  assert_loads (f, 2, FALSE);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
}

static void
test_forget (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);

  save (f, keyring, FALSE);
  save (f, keyring, TRUE);
  remove_file (f, OMC_KEYRING_FILE);
  assert_loads (f, 2, TRUE);
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyring) keyring = make_keyring (f);
  g_autofree char *nowhere = g_build_filename (f->directory, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_keyring_file_save (nowhere, keyring, FALSE, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
}

static void
test_huge (Fixture *f, gconstpointer data)
{
  g_autofree char *huge = g_malloc0 (2 * 1024 * 1024);

  write_file (f, OMC_KEYRING_FILE, huge, 2 * 1024 * 1024);
  assert_loads_not (f, OMC_CRYPTO_ERROR_DAMAGED);
}

#define ADD(path, func) g_test_add ("/crypto/keyring/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("round-trip", test_round_trip);
  ADD ("only-the-owner-may-read", test_mode);
  ADD ("every-changed-byte-and-cut-is-found", test_every_byte_and_cut);
  ADD ("changed-with-a-fitting-checksum", test_changed_with_checksum);
  ADD ("newer-version-is-not-papered-over", test_newer);
  ADD ("falls-back-one-generation", test_generations);
  ADD ("damaged-keeps-the-one-before", test_damaged_keeps_previous);
  ADD ("crash-orders", test_crash_orders);
  ADD ("forgets-the-one-before", test_forget);
  ADD ("unwritable-folder", test_unwritable);
  ADD ("huge-file", test_huge);
  return g_test_run ();
}
