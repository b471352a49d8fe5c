/* test-secret-states.c: the store opens by another slot whatever the secret service does
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "omc-device-secret.h"
#include "omc-key-manager.h"
#include "secret-script.h"
#include "session-case.h"

/*
 * A case is this program on a bus of its own. It makes a store whose passphrase needs the secret of a keyring that works,
 * then the same service goes wrong in one way: the passphrase says so in time, the recovery code opens the store and says
 * what is to be done, and nothing is made anew.
 */

#define TIMEOUT_MS 700
#define PASSPHRASE "a good passphrase"
#define OTHER_32 "thirty-two bytes of another time"
#define OTHER_64 OTHER_32 OTHER_32

typedef struct
{
  SecretScript script;
  gboolean portal;
  gboolean opens;     /* the passphrase does: nothing is wrong */
  const char *says;   /* in the passphrase's error */
  const char *notice; /* in what is said after the recovery code */
} Case;

static const char RESET[] = "may have been reset";
static const char SILENT[] = "does not answer";
static const char WAIT[] = "is locked or does not answer";
static const char RENEWED[] = "got a new one";
static const char NOT_KEPT[] = "could not keep a new secret";

/* clang-format off */
static const Case CASES[] = {
  { { "right" }, .opens = TRUE },
  { { "never-answers", .silent_at = "*" }, .says = SILENT, .notice = WAIT },
  { { "silent-at-search", .silent_at = "SearchItems" }, .says = SILENT, .notice = WAIT },
  { { "silent-at-session", .silent_at = "OpenSession" }, .says = SILENT, .notice = WAIT },
  { { "silent-at-secret", .silent_at = "GetSecret" }, .says = SILENT, .notice = WAIT },
  { { "dies-at-search", .dies_at = "SearchItems" }, .says = SILENT, .notice = WAIT },
  { { "dies-at-session", .dies_at = "OpenSession" }, .says = SILENT, .notice = WAIT },
  { { "dies-at-secret", .dies_at = "GetSecret" }, .says = SILENT, .notice = WAIT },
  { { "garbage-at-search", .garbage_at = "SearchItems" }, .says = SILENT, .notice = WAIT },
  { { "garbage-at-session", .garbage_at = "OpenSession" }, .says = SILENT, .notice = WAIT },
  { { "garbage-at-secret", .garbage_at = "GetSecret" }, .says = SILENT, .notice = WAIT },
  { { "another-secret", .secret = OTHER_32 }, .says = "no longer holds", .notice = "another secret" },
  { { "short-secret", .secret = "short" }, .says = RESET, .notice = NOT_KEPT },
  { { "no-bytes", .secret = "" }, .says = RESET, .notice = NOT_KEPT },
  { { "locked", .locked = TRUE }, .says = "is locked", .notice = WAIT },
  /* The service would ask a person for the new secret's place, and nobody is there. */
  { { "reset", .empty = TRUE }, .says = RESET, .notice = NOT_KEPT },
  { { "reset-then-dies", .empty = TRUE, .dies_at = "CreateItem" }, .says = RESET, .notice = NOT_KEPT },
  { { "reset-then-garbage", .empty = TRUE, .garbage_at = "CreateItem" }, .says = RESET, .notice = NOT_KEPT },

  { { "portal-right" }, .portal = TRUE, .opens = TRUE },
  { { "portal-never-answers", .silent_at = "*" }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  { { "portal-dies", .dies_at = "RetrieveSecret" }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  { { "portal-garbage", .garbage_at = "RetrieveSecret" }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  { { "portal-refuses", .response = 2 }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  { { "portal-is-cancelled", .response = 1 }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  { { "portal-short-secret", .secret = "short" }, .portal = TRUE, .says = SILENT, .notice = WAIT },
  /* What its file holds is not for this secret: as good as a new one. */
  { { "portal-another-secret", .secret = OTHER_64 }, .portal = TRUE, .says = RESET, .notice = RENEWED },
};
/* clang-format on */

static const Case *
find_case (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    if (g_str_equal (CASES[i].script.name, name))
      return &CASES[i];
  g_assert_not_reached ();
}

static GPid
start (const char *option, const char *name)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { program, option, name, NULL };
  GPid pid;
  GError *error = NULL;

  g_spawn_async (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

static void
stop (GPid pid)
{
  kill (pid, SIGTERM);
  waitpid (pid, NULL, 0);
}

static void
wait_for_name (const char *name, gboolean wanted)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  gboolean owned = !wanted;

  for (guint i = 0; i < 500 && owned != wanted; i++)
    {
      g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
          bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
          g_variant_new ("(s)", name), NULL, G_DBUS_CALL_FLAGS_NONE, 2000, NULL, NULL);

      g_variant_get (reply, "(b)", &owned);
      if (owned != wanted)
        g_usleep (10 * 1000);
    }
  g_assert_true (owned == wanted);
}

static OmcKeyManager *
new_manager (OmcSecretStore *secrets)
{
  return omc_key_manager_new (g_getenv ("OMC_STORE"), secrets, &OMC_KDF_FLOOR);
}

/* Makes the store; the recovery code goes into a file. */
static void
create_with (OmcSecretStore *secrets)
{
  g_autoptr (OmcKeyManager) keys = new_manager (secrets);
  g_autoptr (OmcSecret) passphrase = omc_secret_new (PASSPHRASE, strlen (PASSPHRASE));
  g_autofree char *path = g_build_filename (g_getenv ("OMC_STORE"), "code", NULL);
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  omc_key_manager_create_sync (keys, "nurse", passphrase, &code, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_key_manager_get_notice (keys));
  g_assert_true (g_file_set_contents (path, code, -1, NULL));
}

/* With a keyring in memory, whose secret the script is told. */
static void
create_for_service (void)
{
  g_autoptr (OmcSecretStore) secrets = omc_secret_store_memory_new ();
  g_autoptr (OmcKeyManager) keys = NULL;
  g_autoptr (OmcSecret) secret = NULL;
  g_autoptr (GString) hex = g_string_new (NULL);
  const guint8 *bytes;
  gsize length;

  create_with (secrets);
  keys = new_manager (secrets);
  g_assert_cmpint (
      omc_device_secret_lookup (secrets, omc_key_manager_get_store_id (keys), &secret, NULL), ==,
      OMC_SECRET_FOUND);
  bytes = omc_secret_get_data (secret, &length);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  g_setenv ("OMC_SCRIPT_SECRET", hex->str, TRUE);
}

/* In a process of its own: libsecret keeps the file open that it once could read. */
static void
create_for_portal (void)
{
  GPid portal = start ("--serve", "portal-right");
  GPid maker;
  int status;

  wait_for_name ("org.freedesktop.portal.Desktop", TRUE);
  maker = start ("--create", "store");
  g_assert_cmpint (waitpid (maker, &status, 0), ==, maker);
  g_assert_cmpint (status, ==, 0);
  stop (portal);
  wait_for_name ("org.freedesktop.portal.Desktop", FALSE);
}

static void
check_passphrase (const Case *wanted, OmcSecretStore *secrets)
{
  g_autoptr (OmcKeyManager) keys = new_manager (secrets);
  g_autoptr (OmcSecret) passphrase = omc_secret_new (PASSPHRASE, strlen (PASSPHRASE));
  g_autoptr (GError) error = NULL;

  omc_key_manager_unlock_sync (keys, "nurse", passphrase, NULL, &error);
  if (wanted->opens)
    {
      g_assert_no_error (error);
      return;
    }
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET);
  g_test_message ("passphrase: %s", error->message);
  g_assert_nonnull (strstr (error->message, wanted->says));
  g_assert_nonnull (strstr (error->message, "recovery code"));
  g_assert_false (omc_key_manager_is_unlocked (keys));
}

static void
check_recovery (const Case *wanted, OmcSecretStore *secrets)
{
  g_autoptr (OmcKeyManager) keys = new_manager (secrets);
  g_autofree char *path = g_build_filename (g_getenv ("OMC_STORE"), "code", NULL);
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;
  const char *notice;

  g_assert_true (g_file_get_contents (path, &code, NULL, NULL));
  omc_key_manager_unlock_recovery_sync (keys, code, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (omc_key_manager_is_unlocked (keys));
  notice = omc_key_manager_get_notice (keys);
  g_test_message ("notice: %s", notice != NULL ? notice : "-");
  if (wanted->notice == NULL)
    g_assert_null (notice);
  else
    g_assert_nonnull (strstr (notice, wanted->notice));
}

/* Nothing of the service's makes a new hierarchy where one is, or where only the database is left. */
static void
check_nothing_new (OmcSecretStore *secrets)
{
  static const char *const names[] = { "keyring", "keyring.1" };
  g_autoptr (OmcKeyManager) keys = new_manager (secrets);
  g_autoptr (OmcSecret) passphrase = omc_secret_new (PASSPHRASE, strlen (PASSPHRASE));
  g_autofree char *database = g_build_filename (g_getenv ("OMC_STORE"), "omnicare.db", NULL);
  g_autofree char *code = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (omc_key_manager_create_sync (keys, "nurse", passphrase, &code, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (database, "records", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("OMC_STORE"), names[i], NULL);

      unlink (path);
    }
  g_assert_false (omc_key_manager_create_sync (keys, "nurse", passphrase, &code, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS);
  g_assert_false (omc_key_manager_exists (keys));
}

/* The service is started anew before each: some leave at the first call. */
static GPid
serve_case (const Case *wanted)
{
  GPid pid = start ("--serve", wanted->script.name);

  wait_for_name (wanted->portal ? "org.freedesktop.portal.Desktop" : "org.freedesktop.secrets",
                 TRUE);
  return pid;
}

static int
run_case (const char *name)
{
  const Case *wanted = find_case (name);
  g_autoptr (OmcSecretStore) secrets = NULL;
  g_autofree char *store = g_build_filename (g_getenv ("HOME"), "store", NULL);
  gint64 begin;
  GPid pid;

  g_setenv ("OMC_STORE", store, TRUE);
  if (wanted->portal)
    create_for_portal ();
  else
    create_for_service ();
  secrets = omc_secret_store_libsecret_new (TIMEOUT_MS);
  begin = g_get_monotonic_time ();
  pid = serve_case (wanted);
  check_passphrase (wanted, secrets);
  stop (pid);
  pid = serve_case (wanted);
  check_recovery (wanted, secrets);
  check_nothing_new (secrets);
  stop (pid);
  /* Each call of the service ends by itself; a person would have given up long after. */
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 30 * G_USEC_PER_SEC);
  return 0;
}

static int
run_part (const char *option, const char *name)
{
  g_autoptr (OmcSecretStore) secrets = NULL;
  const Case *wanted;

  if (g_str_equal (option, "--case"))
    return run_case (name);
  if (g_str_equal (option, "--serve"))
    {
      wanted = find_case (name);
      return wanted->portal ? portal_script_serve (&wanted->script)
                            : secret_script_serve (&wanted->script);
    }
  secrets = omc_secret_store_libsecret_new (4000);
  create_with (secrets);
  return 0;
}

/* libsecret takes a file and the portal inside a sandbox; a snap is one that can be had by a variable. */
static void
test_case (gconstpointer data)
{
  static const char *const tools[] = { "dbus-run-session", NULL };
  static const char *const sandbox[] = { "SECRET_BACKEND=file", "SNAP_NAME=omnicare", NULL };
  const Case *wanted = data;

  session_case_run (wanted->script.name, tools, wanted->portal ? sandbox : NULL);
}

int
main (int argc, char *argv[])
{
  if (argc == 3 && argv[2][0] != '-')
    return run_part (argv[1], argv[2]);

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *path = g_strconcat ("/crypto/secret-states/", CASES[i].script.name, NULL);

      g_test_add_data_func (path, &CASES[i], test_case);
    }
  return g_test_run ();
}
