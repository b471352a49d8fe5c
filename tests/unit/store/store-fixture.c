/* store-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "store-fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ward-sample.h"

static OmcSecret *
passphrase (void)
{
  return omc_secret_new ("a passphrase of tests", 21);
}

OmcKeyManager *
store_fixture_new_keys (const char *directory, OmcSecretStore *secrets)
{
  OmcKeyManager *keys = omc_key_manager_new (directory, secrets, &OMC_KDF_FLOOR);
  g_autoptr (OmcSecret) secret = passphrase ();
  g_autoptr (GError) error = NULL;
  g_autofree char *code = NULL;

  if (omc_key_manager_exists (keys))
    omc_key_manager_unlock_sync (keys, "nurse", secret, NULL, &error);
  else
    omc_key_manager_create_sync (keys, "nurse", secret, &code, NULL, &error);
  g_assert_no_error (error);

  return keys;
}

void
store_fixture_set_up (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->directory = g_dir_make_tmp ("omc-store-XXXXXX", &error);
  g_assert_no_error (error);
  f->database = g_build_filename (f->directory, "omnicare.db", NULL);
  f->secrets = omc_secret_store_memory_new ();
  f->keys = store_fixture_new_keys (f->directory, f->secrets);
  f->clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US);
  f->store = omc_store_new (f->directory, f->keys, f->clock);
  f->nurse = omc_actor_new ("nurse", "Nurse A.", OMC_ROLE_NURSE, NULL, "Practitioner/nurse-01");
  f->assistant = omc_actor_new ("hca", "Assistant B.", OMC_ROLE_HEALTH_CARE_ASSISTANT, NULL, NULL);
  f->auditor = omc_actor_new ("auditor", "Auditor C.", OMC_ROLE_AUDITOR, NULL, NULL);
  f->administrator = omc_actor_new ("admin", "Admin D.", OMC_ROLE_ADMINISTRATOR, NULL, NULL);
  f->device = omc_actor_new_device ();
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

void
store_fixture_set_up_alone (StoreFixture *f, const char *directory)
{
  f->directory = g_strdup (directory);
  f->database = g_build_filename (directory, "omnicare.db", NULL);
  f->secrets = omc_secret_store_memory_new ();
  /* A device secret of this process would not be in the other. */
  omc_secret_store_memory_set_state (f->secrets, OMC_SECRET_UNAVAILABLE);
  f->keys = store_fixture_new_keys (directory, f->secrets);
  f->clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US);
  f->store = omc_store_new (directory, f->keys, f->clock);
  f->nurse = omc_actor_new ("nurse", "Nurse A.", OMC_ROLE_NURSE, NULL, NULL);
  f->device = omc_actor_new_device ();
}

char *
store_fixture_run_and_kill (const char *const *arguments, const char *directory, gulong delay_us)
{
  g_autofree char *output = g_build_filename (directory, "words", NULL);
  char *text = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_open (output, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
  GPid pid;
  int status;

  g_spawn_async_with_fds (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                          &pid, -1, fd, -1, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 15000 && lseek (fd, 0, SEEK_END) == 0; i++)
    g_usleep (1000);
  g_usleep (delay_us);
  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  close (fd);
  /* Killed, or ended well before that: a failure of its own is a finding. */
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);
  g_assert_true (g_file_get_contents (output, &text, NULL, NULL));
  g_unlink (output);

  return text;
}

void
store_fixture_copy_tree (const char *from, const char *to)
{
  const char *arguments[] = { "cp", "-a", from, to, NULL };
  int status;

  g_assert_true (g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

void
store_fixture_remove_tree (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        store_fixture_remove_tree (path);
      else
        g_unlink (path);
    }
  g_rmdir (directory);
}

void
store_fixture_tear_down (StoreFixture *f, gconstpointer data)
{
  if (f->store != NULL)
    omc_store_close (f->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&f->nurse);
  g_clear_object (&f->assistant);
  g_clear_object (&f->auditor);
  g_clear_object (&f->administrator);
  g_clear_object (&f->device);
  if (f->store != NULL)
    g_assert_finalize_object (f->store);
  g_clear_object (&f->keys);
  g_clear_object (&f->secrets);
  g_clear_object (&f->clock);
  store_fixture_remove_tree (f->directory);
  g_free (f->directory);
  g_free (f->database);
}

void
store_fixture_add (const char *path, StoreFixtureFunc func, gconstpointer data)
{
  g_test_add (path, StoreFixture, data, store_fixture_set_up, func, store_fixture_tear_down);
}

void
store_fixture_close (StoreFixture *f)
{
  omc_store_close (f->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
store_fixture_open (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

void
store_fixture_reopen (StoreFixture *f)
{
  store_fixture_close (f);
  g_assert_finalize_object (f->store);
  g_clear_object (&f->keys);
  f->keys = store_fixture_new_keys (f->directory, f->secrets);
  f->store = omc_store_new (f->directory, f->keys, f->clock);
  store_fixture_open (f);
}

OmcDb *
store_fixture_open_raw (StoreFixture *f, OmcDbFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->keys, OMC_KEY_DB, &error);
  OmcDb *db;

  g_assert_no_error (error);
  db = omc_db_open (f->database, key, flags, &error);
  g_assert_no_error (error);

  return db;
}

void
store_fixture_execute (StoreFixture *f, const char *sql)
{
  g_autoptr (OmcDb) db = store_fixture_open_raw (f, OMC_DB_READ_WRITE);
  g_autoptr (GError) error = NULL;

  omc_db_execute (db, sql, &error);
  g_assert_no_error (error);
}

void
store_fixture_tamper (StoreFixture *f, const char *sql)
{
  g_auto (GStrv) statements = g_strsplit (sql, ";", -1);

  store_fixture_close (f);
  for (guint i = 0; statements[i] != NULL; i++)
    store_fixture_execute (f, statements[i]);
  store_fixture_open (f);
}

OmcResource *
store_fixture_parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (json, -1, &error);

  g_assert_no_error (error);

  return resource;
}

static GPtrArray *
list_of (const char *first, va_list arguments)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (const char *json = first; json != NULL; json = va_arg (arguments, const char *))
    g_ptr_array_add (list, store_fixture_parse (json));

  return list;
}

GPtrArray *
store_fixture_list (const char *json, ...)
{
  GPtrArray *list;
  va_list arguments;

  va_start (arguments, json);
  list = list_of (json, arguments);
  va_end (arguments);

  return list;
}

OmcResource *
store_fixture_save (StoreFixture *f, const char *json)
{
  g_autoptr (GPtrArray) list = store_fixture_list (json, NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (f->store, f->nurse, list, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored->len, ==, 1);

  return omc_resource_ref (g_ptr_array_index (stored, 0));
}

void
store_fixture_from_server (StoreFixture *f, OmcServerCounts *counts, const char *json, ...)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  OmcServerBatch batch = { 0 };
  OmcServerCounts unused;
  va_list arguments;

  va_start (arguments, json);
  list = list_of (json, arguments);
  va_end (arguments);
  batch.resources = list;
  omc_store_apply_server_batch (f->store, f->device, &batch, counts != NULL ? counts : &unused,
                                NULL, &error);
  g_assert_no_error (error);
}

GPtrArray *
store_fixture_import_ward (StoreFixture *f, guint32 seed, guint n_patients, guint n_sets)
{
  WardSampleOptions options = { seed, n_patients, n_sets, STORE_FIXTURE_NOW_US, TRUE };
  GPtrArray *resources = ward_sample_resources (&options);
  g_autoptr (GError) error = NULL;

  omc_store_import_sync (f->store, f->device, resources, OMC_IMPORT_SERVER_STATE, NULL, NULL,
                         &error);
  g_assert_no_error (error);

  return resources;
}

OmcResource *
store_fixture_read (StoreFixture *f, const char *type, const char *id)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_store_read_sync (f->store, f->nurse, type, id, NULL, &error);

  g_assert_no_error (error);

  return resource;
}

GPtrArray *
store_fixture_queue (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = omc_store_list_queue_sync (f->store, f->nurse, NULL, NULL, &error);

  g_assert_no_error (error);

  return items;
}

OmcStoreStatus
store_fixture_status (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status;

  omc_store_get_status_sync (f->store, &status, NULL, &error);
  g_assert_no_error (error);

  return status;
}

OmcAuditReport
store_fixture_verify (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcAuditReport report;

  omc_store_verify_audit_sync (f->store, &report, NULL, &error);
  g_assert_no_error (error);

  return report;
}

void
store_fixture_assert_sound (StoreFixture *f)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (store_fixture_verify (f).finding, ==, OMC_AUDIT_INTACT);
  findings = omc_store_check_sync (f->store, TRUE, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    {
      OmcStoreFinding *finding = g_ptr_array_index (findings, i);

      g_test_message ("%s: %s", finding->place, finding->problem);
    }
  g_assert_cmpuint (findings->len, ==, 0);
}
