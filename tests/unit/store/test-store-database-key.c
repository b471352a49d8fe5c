/* test-store-database-key.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "keys-fixture.h"

static void
rotate_database (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_rotate_database_key_sync (f->store, f->administrator, NULL, &error);
  g_assert_no_error (error);
}

static void
test_database_key (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) before = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) after = NULL;
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (OmcResource) patient = NULL;
  g_autoptr (GError) error = NULL;
  guint n_records, n_waiting;

  keys_fixture_fill (f);
  keys_fixture_import_ward (f, 10);
  n_records = store_fixture_status (f).n_resources;
  n_waiting = store_fixture_status (f).n_pending;
  rotate_database (f);
  after = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, NULL);
  g_assert_false (omc_secret_equal (before, after));
  db = omc_db_open (f->database, before, OMC_DB_READ_WRITE, &error);
  g_assert_null (db);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY);
  patient = store_fixture_read (f, "Patient", "p1");
  g_assert_cmpuint (store_fixture_status (f).n_resources, ==, n_records);
  g_assert_cmpuint (store_fixture_status (f).n_pending, ==, n_waiting);
  store_fixture_assert_sound (f);
  store_fixture_reopen (f);
  keys_fixture_rotate (f);
  keys_fixture_wait_for_end (f);
  store_fixture_assert_sound (f);
}

static void
test_database_in_use (StoreFixture *f, gconstpointer data)
{
  g_autoptr (OmcStore) other = omc_store_new (f->directory, f->keys, f->clock);
  g_autoptr (OmcResource) saved = NULL;
  g_autoptr (GError) error = NULL;

  omc_store_open_sync (other, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (omc_store_rotate_database_key_sync (f->store, f->administrator, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY);
  saved = store_fixture_save (f, KEYS_PULSE ("70"));
  omc_store_close (other);
  rotate_database (f);
  store_fixture_assert_sound (f);
}

/* Each order in which a crash can leave keyring and database. */
static void
test_database_interrupted (StoreFixture *f, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (f->database, ".new", NULL);
  g_autoptr (GError) error = NULL;

  keys_fixture_fill (f);
  /* The keyring knows two keys, and half a copy is there. */
  omc_store_close (f->store);
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (copy, "half", 4, NULL));
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  store_fixture_assert_sound (f);

  /* The copy is in place, and the keyring does not know yet. */
  omc_store_close (f->store);
  omc_key_manager_begin_database_key_sync (f->keys, &error);
  g_assert_no_error (error);
  {
    g_autoptr (OmcSecret) next = omc_key_manager_dup_key (f->keys, OMC_KEY_NEXT_DB, NULL);
    g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);

    g_assert_true (g_file_set_contents (copy, "", 0, NULL));
    g_assert_true (omc_db_copy_to (db, copy, next, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpint (g_rename (copy, f->database), ==, 0);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  store_fixture_assert_sound (f);
  store_fixture_reopen (f);
  store_fixture_assert_sound (f);
}

/* --- kill -9 --- */

/* Changes the key again and again, and works meanwhile, until it is killed. */
static void
work (StoreFixture *f, gpointer data)
{
  g_autoptr (OmcResource) saved = store_fixture_save (f, KEYS_PULSE ("70"));

  omc_key_manager_rotate_master_sync (f->keys, NULL);
  rotate_database (f);
}

static void
test_kill_database (void)
{
  const KeysFixtureKills kills = { .seed = 12, .n_patients = 5, .max_delay_us = 200000 };
  StoreFixture f = { 0 };

  keys_fixture_survive_kills (&f, &kills, NULL, NULL);
  store_fixture_assert_sound (&f);
  store_fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  keys_fixture_init (&argc, &argv, work);
  store_fixture_add ("/store/keys/a-new-database-key-opens-an-equal-store", test_database_key,
                     NULL);
  store_fixture_add ("/store/keys/the-database-key-stays-while-others-use-the-store",
                     test_database_in_use, NULL);
  store_fixture_add ("/store/keys/an-interrupted-change-of-the-database-key-is-settled",
                     test_database_interrupted, NULL);
  g_test_add_func ("/store/keys/kill-while-the-database-changes-its-key", test_kill_database);

  return g_test_run ();
}
