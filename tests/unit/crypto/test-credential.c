/* test-credential.c: the kiosk's slot and the file that systemd gives
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "key-fixture.h"
#include "omc-credential.h"
#include "omc-key-manager.h"

typedef struct
{
  char *store;
  char *given; /* as $CREDENTIALS_DIRECTORY */
  char *file;
  OmcSecretStore *secrets;
  OmcKeyManager *keys;
  OmcSecret *passphrase;
  char *code;
} Fixture;

static OmcKeyManager *
new_manager (Fixture *f)
{
  return omc_key_manager_new (f->store, f->secrets, &OMC_KDF_FLOOR);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->store = g_dir_make_tmp ("omc-kiosk-XXXXXX", NULL);
  f->given = g_dir_make_tmp ("omc-given-XXXXXX", NULL);
  f->file = g_build_filename (f->given, OMC_CREDENTIAL_NAME, NULL);
  f->secrets = omc_secret_store_memory_new ();
  f->passphrase = omc_secret_new ("a good passphrase", 17);
  f->keys = new_manager (f);
  omc_key_manager_create_sync (f->keys, "nurse", f->passphrase, &f->code, NULL, &error);
  g_assert_no_error (error);
  g_setenv ("CREDENTIALS_DIRECTORY", f->given, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  key_fixture_remove_folder (f->store);
  key_fixture_remove_folder (f->given);
  g_free (f->file);
  g_free (f->code);
  g_assert_finalize_object (f->keys);
  g_assert_finalize_object (f->secrets);
  omc_secret_unref (f->passphrase);
}

static void
put (Fixture *f, gconstpointer text, gsize length, int mode)
{
  g_remove (f->file);
  g_assert_true (g_file_set_contents_full (f->file, text, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                           mode, NULL));
  g_assert_no_errno (g_chmod (f->file, mode));
}

static void
put_secret (Fixture *f, OmcSecret *credential)
{
  g_autoptr (OmcSecret) text = omc_credential_format (credential);
  gsize length;
  gconstpointer data = omc_secret_get_data (text, &length);

  put (f, data, length, 0400);
}

static OmcSecret *
make_slot (Fixture *f, gboolean bind)
{
  g_autoptr (GError) error = NULL;
  OmcSecret *credential = omc_secret_new_random (OMC_CREDENTIAL_LENGTH);

  omc_key_manager_set_credential_sync (f->keys, bind, credential, NULL, &error);
  g_assert_no_error (error);
  return credential;
}

/* -1: it opened, and to the same keys. */
static int
try_given (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) credential = omc_credential_read (&error);

  if (credential != NULL && omc_key_manager_unlock_credential_sync (keys, credential, NULL, &error))
    {
      g_autoptr (OmcSecret) here = omc_key_manager_dup_key (keys, OMC_KEY_DB, NULL);
      g_autoptr (OmcSecret) there = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);

      g_assert_true (omc_secret_equal (here, there));
      return -1;
    }
  g_assert_error (error, OMC_CRYPTO_ERROR, error->code);
  g_assert_cmpuint (strlen (error->message), >, 20);
  g_assert_false (omc_key_manager_is_unlocked (keys));
  return error->code;
}

/* The passphrase and the code go on whatever the credential does. */
static void
check_other_ways (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;

  omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, &error);
  g_assert_no_error (error);
  omc_key_manager_lock (keys);
  omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, &error);
  g_assert_no_error (error);
}

static void
test_opens (Fixture *f, gconstpointer data)
{
  gboolean bind = GPOINTER_TO_INT (data);
  g_autoptr (OmcSecret) credential = make_slot (f, bind);
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (f->keys, NULL);
  const OmcKeySlotInfo *slot = g_ptr_array_index (slots, slots->len - 1);

  g_assert_cmpint (slot->kind, ==, OMC_KEY_SLOT_CREDENTIAL);
  g_assert_cmpint (slot->device_bound, ==, bind);
  g_assert_false (omc_credential_is_given ());
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_NO_SLOT);
  put_secret (f, credential);
  g_assert_true (omc_credential_is_given ());
  g_assert_cmpint (try_given (f), ==, -1);
  check_other_ways (f);
}

static void
test_survives_rotation (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) credential = make_slot (f, FALSE);
  g_autoptr (GError) error = NULL;

  put_secret (f, credential);
  omc_key_manager_rotate_master_sync (f->keys, &error);
  g_assert_no_error (error);
  g_assert_cmpint (try_given (f), ==, -1);
}

static void
test_wrong (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) strange = omc_secret_new_random (OMC_CREDENTIAL_LENGTH);
  g_autoptr (OmcSecret) first = NULL;
  g_autoptr (OmcSecret) second = NULL;

  put_secret (f, strange);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_NO_SLOT);
  first = make_slot (f, FALSE);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
  put_secret (f, first);
  g_assert_cmpint (try_given (f), ==, -1);
  /* One slot a store: the new one takes the place of the old one, also in the generation before. */
  second = make_slot (f, FALSE);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
  put_secret (f, second);
  g_assert_cmpint (try_given (f), ==, -1);
  check_other_ways (f);
}

static void
test_keyring_states (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) credential = make_slot (f, TRUE);
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;

  put_secret (f, credential);
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_LOCKED);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_ABSENT);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  /* Recovery gives the keyring another secret: the slot is still bound to the one that is gone. */
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_FOUND);
  omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
}

static void
test_is_no_lasting_way (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) credential = make_slot (f, FALSE);
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (f->keys, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < slots->len; i++)
    {
      const OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind != OMC_KEY_SLOT_CREDENTIAL && error == NULL)
        omc_key_manager_remove_slot_sync (f->keys, slot->id, NULL, &error);
    }
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS);
  put_secret (f, credential);
  g_assert_cmpint (try_given (f), ==, -1);
}

static void
test_bad_files (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) credential = make_slot (f, FALSE);
  g_autoptr (OmcSecret) secret = omc_credential_format (credential);
  g_autofree char *huge = g_strnfill (1024 * 1024, 'a');
  gsize length;
  gconstpointer data_of_secret = omc_secret_get_data (secret, &length);
  g_autofree char *text = g_memdup2 (data_of_secret, length);
  g_autofree char *twice = NULL;

  put (f, "", 0, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  put (f, huge, 1024 * 1024, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  put (f, text, length - 2, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  twice = g_strdup_printf ("%.*s\n", (int)length, text);
  put (f, twice, length + 1, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  /* Without its line end it is whole. */
  put (f, text, length - 1, 0400);
  g_assert_cmpint (try_given (f), ==, -1);
  text[length - 2] = 'g';
  put (f, text, length, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  text[0] = 'O';
  put (f, text, length, 0400);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);

  g_remove (f->file);
  g_assert_no_errno (symlink ("/dev/zero", f->file));
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_remove (f->file);
  g_assert_no_errno (mkfifo (f->file, 0400));
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_remove (f->file);
  g_assert_no_errno (g_mkdir (f->file, 0700));
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_setenv ("CREDENTIALS_DIRECTORY", "given", TRUE);
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_NO_SLOT);
  check_other_ways (f);
}

/* The kernel's, all little endian. */
typedef struct
{
  guint32 version;
  struct
  {
    guint16 tag;
    guint16 permissions;
    guint32 id;
  } entries[5]; /* owner, user, owning group, mask, others */
} AccessList;

#define NOBODY G_MAXUINT32

static void
test_readable_by_others (Fixture *f, gconstpointer data)
{
  static const int modes[] = { 0440, 0404, 0444, 0420, 0402, 0410, 0401, 0644 };
  /* What systemd makes: the file is of root, the service's user may read by the list, and its mask stands as the group's. */
  AccessList list = { 2,
                      { { 0x01, 4, NOBODY },
                        { 0x02, 4, geteuid () },
                        { 0x04, 0, NOBODY },
                        { 0x10, 4, NOBODY },
                        { 0x20, 0, NOBODY } } };
  g_autoptr (OmcSecret) credential = make_slot (f, FALSE);

  put_secret (f, credential);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_assert_no_errno (g_chmod (f->file, modes[i]));
      g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
    }
  g_assert_no_errno (g_chmod (f->file, 0600));
  g_assert_cmpint (try_given (f), ==, -1);

  if (setxattr (f->file, "system.posix_acl_access", &list, sizeof list, 0) != 0)
    {
      g_test_message ("no access lists on this file system: %s", g_strerror (errno));
      return;
    }
  g_assert_cmpint (try_given (f), ==, -1);
  /* Another user, the owning group. */
  list.entries[1].id ^= 1;
  g_assert_no_errno (setxattr (f->file, "system.posix_acl_access", &list, sizeof list, 0));
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  list.entries[1].id ^= 1;
  list.entries[2].permissions = 4;
  g_assert_no_errno (setxattr (f->file, "system.posix_acl_access", &list, sizeof list, 0));
  g_assert_cmpint (try_given (f), ==, OMC_CRYPTO_ERROR_DEVICE_SECRET);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Fixture *, gconstpointer);
    gboolean data;
  } tests[] = {
    { "/crypto/credential/opens-the-store-of-a-kiosk", test_opens, FALSE },
    { "/crypto/credential/takes-the-keyring-s-secret-with-it", test_opens, TRUE },
    { "/crypto/credential/survives-a-new-master-key", test_survives_rotation, FALSE },
    { "/crypto/credential/another-or-an-old-one-opens-nothing", test_wrong, FALSE },
    { "/crypto/credential/says-what-the-keyring-lacks", test_keyring_states, FALSE },
    { "/crypto/credential/is-never-the-last-way-in", test_is_no_lasting_way, FALSE },
    { "/crypto/credential/a-file-that-is-none-is-not-read", test_bad_files, FALSE },
    { "/crypto/credential/what-others-can-read-is-not-used", test_readable_by_others, FALSE },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, GINT_TO_POINTER (tests[i].data), set_up, tests[i].run,
                tear_down);
  return g_test_run ();
}
