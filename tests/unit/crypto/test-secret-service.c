/* test-secret-service.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "omc-key-manager.h"
#include "session-case.h"

/*
 * The real thing: each case has a bus of its own and, where it says so, a gnome-keyring-daemon with an own folder.
 * The program runs itself again as --case inside dbus-run-session.
 */

#define TIMEOUT_MS 4000

static OmcSecret *
text_secret (const char *text)
{
  return omc_secret_new (text, strlen (text));
}

static GPid
start_daemon (const char *password, int *input)
{
  const char *unlock[] = { "gnome-keyring-daemon", "--foreground", "--unlock",
                           "--components=secrets", NULL };
  const char *locked[] = { "gnome-keyring-daemon", "--foreground", "--components=secrets", NULL };
  /* The daemon warns when an item is replaced: its warnings are not ours to die of. */
  g_auto (GStrv) environment = g_environ_unsetenv (g_get_environ (), "G_DEBUG");
  GError *error = NULL;
  GPid pid = 0;

  g_spawn_async_with_pipes (NULL, (char **)(password != NULL ? unlock : locked), environment,
                            G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                            NULL, NULL, &pid, input, NULL, NULL, &error);
  g_assert_no_error (error);
  /* A trailing newline would be part of the password. */
  if (password != NULL)
    g_assert_cmpint (write (*input, password, strlen (password)), ==, (gssize)strlen (password));
  close (*input);
  return pid;
}

static gboolean
has_owner (void)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_autoptr (GVariant) reply = NULL;
  gboolean owned = FALSE;

  reply =
      g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "NameHasOwner", g_variant_new ("(s)", "org.freedesktop.secrets"),
                                   NULL, G_DBUS_CALL_FLAGS_NONE, 2000, NULL, NULL);
  if (reply != NULL)
    g_variant_get (reply, "(b)", &owned);
  return owned;
}

static void
wait_for_owner (gboolean owned)
{
  for (guint i = 0; i < 200 && has_owner () != owned; i++)
    g_usleep (20 * 1000);
  g_assert_true (has_owner () == owned);
}

static void
stop_daemon (GPid pid)
{
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
  wait_for_owner (FALSE);
}

static GPid
start_daemon_and_wait (const char *password)
{
  int input;
  GPid pid = start_daemon (password, &input);

  wait_for_owner (TRUE);
  return pid;
}

static void
case_unlocked (void)
{
  GPid pid = start_daemon_and_wait ("pw");
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (TIMEOUT_MS);
  g_autoptr (OmcSecret) secret = omc_secret_new ("with\0nul\xff", 9);
  g_autoptr (OmcSecret) newer = text_secret ("newer");
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-1", "a", &back, NULL, &error), ==,
                   OMC_SECRET_ABSENT);
  g_assert_no_error (error);
  g_assert_null (back);
  g_assert_true (omc_secret_store_store_sync (store, "store-1", "a", "Test", secret, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-1", "a", &back, NULL, &error), ==,
                   OMC_SECRET_FOUND);
  g_assert_true (omc_secret_equal (secret, back));
  g_clear_pointer (&back, omc_secret_unref);

  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-2", "a", &back, NULL, NULL), ==,
                   OMC_SECRET_ABSENT);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-1", "b", &back, NULL, NULL), ==,
                   OMC_SECRET_ABSENT);
  g_assert_true (omc_secret_store_store_sync (store, "store-1", "a", "Test", newer, NULL, NULL));
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-1", "a", &back, NULL, NULL), ==,
                   OMC_SECRET_FOUND);
  g_assert_true (omc_secret_equal (newer, back));
  g_clear_pointer (&back, omc_secret_unref);

  g_assert_true (omc_secret_store_clear_sync (store, "store-1", "a", NULL, &error));
  g_assert_true (omc_secret_store_clear_sync (store, "store-1", "a", NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "store-1", "a", &back, NULL, NULL), ==,
                   OMC_SECRET_ABSENT);
  stop_daemon (pid);
}

static void
case_absent (void)
{
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (TIMEOUT_MS);
  g_autoptr (OmcSecret) secret = text_secret ("x");
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (has_owner ());
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, NULL, &error), ==,
                   OMC_SECRET_UNAVAILABLE);
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (omc_secret_store_store_sync (store, "s", "a", "Test", secret, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
}

/* The same keyring file, first open, then not: what is in it is "locked", never "absent", and nothing waits. */
static void
case_locked (void)
{
  GPid pid = start_daemon_and_wait ("pw");
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (TIMEOUT_MS);
  g_autoptr (OmcSecret) secret = text_secret ("x");
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start;

  g_assert_true (omc_secret_store_store_sync (store, "s", "a", "Test", secret, NULL, &error));
  g_assert_no_error (error);
  stop_daemon (pid);

  pid = start_daemon_and_wait (NULL);
  start = g_get_monotonic_time ();
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, NULL, &error), ==,
                   OMC_SECRET_LOCKED);
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "never-stored", &back, NULL, NULL), ==,
                   OMC_SECRET_LOCKED);
  g_assert_false (omc_secret_store_store_sync (store, "s", "a", "Test", secret, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * TIMEOUT_MS * 1000);
  stop_daemon (pid);

  /* And after all of that the secret is still there. */
  pid = start_daemon_and_wait ("pw");
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, NULL, NULL), ==,
                   OMC_SECRET_FOUND);
  g_assert_true (omc_secret_equal (secret, back));
  stop_daemon (pid);
}

/* A service that is stopped in the middle (as a hung one is) costs the time limit and no more. */
static void
case_hung (void)
{
  GPid pid = start_daemon_and_wait ("pw");
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (500);
  g_autoptr (OmcSecret) secret = text_secret ("x");
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_secret_store_store_sync (store, "s", "a", "Test", secret, NULL, &error));
  kill (pid, SIGSTOP);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, NULL, &error), ==,
                   OMC_SECRET_UNAVAILABLE);
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED);
  kill (pid, SIGCONT);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, NULL, NULL), ==,
                   OMC_SECRET_FOUND);
  stop_daemon (pid);
}

static void
case_cancelled (void)
{
  GPid pid = start_daemon_and_wait ("pw");
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (TIMEOUT_MS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (OmcSecret) back = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_cmpint (omc_secret_store_lookup_sync (store, "s", "a", &back, cancellable, &error), ==,
                   OMC_SECRET_UNAVAILABLE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  stop_daemon (pid);
}

/* A whole key hierarchy over the real service, which then loses everything. */
static void
case_key_manager (void)
{
  GPid pid = start_daemon_and_wait ("pw");
  g_autoptr (OmcSecretStore) store = omc_secret_store_libsecret_new (TIMEOUT_MS);
  g_autofree char *directory = g_dir_make_tmp ("omc-XXXXXX", NULL);
  g_autoptr (OmcKeyManager) keys = omc_key_manager_new (directory, store, &OMC_KDF_FLOOR);
  g_autoptr (OmcSecret) passphrase = text_secret ("a good passphrase");
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_key_manager_create_sync (keys, "nurse", passphrase, &code, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (omc_key_manager_get_notice (keys));
  omc_key_manager_lock (keys);
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", passphrase, NULL, &error));
  omc_key_manager_lock (keys);
  stop_daemon (pid);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_clear_error (&error);
  g_assert_true (omc_key_manager_unlock_recovery_sync (keys, code, NULL, &error));
  g_assert_no_error (error);
  g_assert_nonnull (omc_key_manager_get_notice (keys));
}

static const struct
{
  const char *name;
  void (*run) (void);
} CASES[] = {
  { "unlocked", case_unlocked },   { "absent", case_absent },
  { "locked", case_locked },       { "hung", case_hung },
  { "cancelled", case_cancelled }, { "key-manager", case_key_manager },
};

static int
run_case (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    if (g_str_equal (name, CASES[i].name))
      {
        CASES[i].run ();
        return 0;
      }
  return 2;
}

static void
test_case (gconstpointer data)
{
  static const char *const tools[] = { "dbus-run-session", "gnome-keyring-daemon", NULL };

  session_case_run (data, tools, NULL);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && g_str_equal (argv[1], "--case"))
    return run_case (argv[2]);

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_strconcat ("/crypto/secret-service/", CASES[i].name, NULL);

      g_test_add_data_func (path, CASES[i].name, test_case);
    }
  return g_test_run ();
}
