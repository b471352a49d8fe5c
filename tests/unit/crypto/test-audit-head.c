/* test-audit-head.c: where the newest audit entry is anchored
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "key-fixture.h"

static void
anchor (KeyFixture *f, guint64 sequence)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (GError) error = NULL;
  guint8 bytes[32];

  memset (bytes, (int)sequence, sizeof bytes);
  hash = g_bytes_new (bytes, sizeof bytes);
  g_assert_true (omc_key_manager_anchor_audit_head_sync (f->keys, sequence, hash, &error));
  g_assert_no_error (error);
}

static void
assert_head (KeyFixture *f, guint64 expected)
{
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (GError) error = NULL;
  guint64 sequence;

  g_assert_true (omc_key_manager_read_audit_head_sync (f->keys, &sequence, &hash, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sequence, ==, expected);
  if (expected == 0)
    g_assert_null (hash);
  else
    g_assert_cmpuint (((const guint8 *)g_bytes_get_data (hash, NULL))[31], ==, expected);
}

static void
test_audit_head (KeyFixture *f, gconstpointer data)
{
  assert_head (f, 0);
  anchor (f, 1);
  anchor (f, 7);
  assert_head (f, 7);
  anchor (f, 5);
  assert_head (f, 7);
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  assert_head (f, 7);
  g_assert_null (omc_key_manager_get_notice (f->keys));
}

static void
test_audit_head_put_back (KeyFixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "audit-head", NULL);
  g_autofree char *old = NULL;
  gsize length;

  anchor (f, 1);
  g_assert_true (g_file_get_contents (path, &old, &length, NULL));
  key_fixture_assert_unlocks (f, "nurse",
                              f->passphrase); /* the service is asked again after each unlock */
  anchor (f, 9);

  g_assert_true (g_file_set_contents (path, old, (gssize)length, NULL));
  assert_head (f, 9);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));
  key_fixture_assert_unlocks (f, "nurse", f->passphrase);
  g_unlink (path);
  assert_head (f, 9);
  g_assert_nonnull (omc_key_manager_get_notice (f->keys));
}

static void
test_audit_head_forged (KeyFixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "audit-head", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GBytes) hash = NULL;
  g_autoptr (GError) error = NULL;
  guint64 sequence;
  gsize length;

  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  anchor (f, 3);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      content[i] ^= 0x10;
      g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
      g_assert_false (omc_key_manager_read_audit_head_sync (f->keys, &sequence, &hash, &error));
      g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED);
      g_clear_error (&error);
      content[i] ^= 0x10;
    }
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  assert_head (f, 3);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/crypto/key-manager/" path, KeyFixture, NULL, key_fixture_set_up_created, func,     \
              key_fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("audit-head-only-grows", test_audit_head);
  ADD ("audit-head-put-back-is-reported", test_audit_head_put_back);
  ADD ("audit-head-forged-is-refused", test_audit_head_forged);
  return g_test_run ();
}
