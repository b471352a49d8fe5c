/* test-store-plain-sqlite.c: the files that know SQLite, linked to one that does not encrypt
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "omc-db.h"
#include "omc-store-types.h"

#include <sqlcipher/sqlite3.h>

/* Of the store's library only what opens a database is here, and of SQLCipher nothing. */
G_DEFINE_QUARK (omc-store-error-quark, omc_store_error)

int
sqlite3_key (sqlite3 *db, const void *key, int length)
{
  return SQLITE_OK;
}

static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-plain-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "omnicare.db", NULL);
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_null (omc_db_open (path, key, OMC_DB_CREATE, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_ENCRYPTED);
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, ==, 0);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/plain-sqlite/is-refused-before-a-byte-is-written", test_refused);

  return g_test_run ();
}
