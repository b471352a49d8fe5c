/* omc-bedside.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <signal.h>
#include <string.h>

#define KEYRING_PASSWORD "login password"

static char *
write_passphrase (OmcBedside *self, const char *name, const char *passphrase)
{
  char *path = omc_world_path (self->world, name);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, passphrase, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
stop_keyring (OmcBedside *self)
{
  if (self->keyring == NULL)
    return;
  g_subprocess_send_signal (self->keyring, SIGTERM);
  g_subprocess_wait (self->keyring, NULL, NULL);
  g_clear_object (&self->keyring);
}

static gboolean
has_owner (GDBusConnection *bus)
{
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus",
                                   "NameHasOwner", g_variant_new ("(s)", "org.freedesktop.secrets"),
                                   NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  gboolean has = FALSE;

  g_assert_nonnull (answer);
  g_variant_get (answer, "(b)", &has);
  return has;
}

void
omc_bedside_start_keyring (OmcBedside *self, gboolean open)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);

  g_assert_no_error (error);
  stop_keyring (self);
  g_subprocess_launcher_set_child_setup (launcher, omc_gui_die_with_parent, NULL, NULL);
  self->keyring =
      g_subprocess_launcher_spawn (launcher, &error, "gnome-keyring-daemon", "--foreground",
                                   "--components=secrets", open ? "--unlock" : NULL, NULL);
  g_assert_no_error (error);
  if (open)
    g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->keyring), KEYRING_PASSWORD,
                               strlen (KEYRING_PASSWORD), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->keyring), NULL, NULL);
  for (guint i = 0; i < 100 && !has_owner (bus); i++)
    g_usleep (50000);
  g_assert_true (has_owner (bus));
}

void
omc_bedside_lose_keyring (OmcBedside *self)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "keyrings", NULL);
  g_autoptr (GError) error = NULL;

  stop_keyring (self);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-r", folder, NULL }, NULL,
                G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  omc_bedside_start_keyring (self, TRUE);
}

OmcBedside *
omc_bedside_new (guint n_patients)
{
  OmcBedside *self = g_new0 (OmcBedside, 1);

  self->world = omc_world_new (g_getenv ("OMNICARE_BUILD"), n_patients);
  omc_world_start_server (self->world);
  omc_bedside_start_keyring (self, TRUE);
  return self;
}

void
omc_bedside_free (OmcBedside *self)
{
  g_clear_pointer (&self->gui, omc_gui_free);
  stop_keyring (self);
  g_unsetenv ("OMNICARE_PASSPHRASE_FILE");
  omc_world_free (self->world);
  g_free (self);
}

void
omc_bedside_start (OmcBedside *self, ...)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("OMNICARE_BUILD"), "app", "omnicare", NULL);
  g_autofree char *data = omc_world_path (self->world, "bedside");
  g_autofree char *schemas =
      g_strdup_printf ("GSETTINGS_SCHEMA_DIR=%s/resources", g_getenv ("OMNICARE_BUILD"));
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  va_list arguments;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *)"--data-dir");
  g_ptr_array_add (argv, data);
  va_start (arguments, self);
  for (const char *a = va_arg (arguments, const char *); a != NULL;
       a = va_arg (arguments, const char *))
    g_ptr_array_add (argv, (char *)a);
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  self->gui = omc_gui_start ((const char *const *)argv->pdata, (const char *[]){ schemas, NULL });
}

void
omc_bedside_stop (OmcBedside *self)
{
  g_assert_cmpint (omc_gui_quit (self->gui), ==, 0);
  g_clear_pointer (&self->gui, omc_gui_free);
}

char *
omc_bedside_enrol (OmcBedside *self)
{
  g_autofree char *mine = write_passphrase (self, "anna.txt", OMC_BEDSIDE_PASSPHRASE);
  g_autofree char *other = write_passphrase (self, "bert.txt", OMC_BEDSIDE_OTHER_PASSPHRASE);
  g_autoptr (JsonNode) made = NULL;
  g_autoptr (JsonNode) added = NULL;
  g_autoptr (JsonNode) synced = NULL;

  g_setenv ("OMNICARE_PASSPHRASE_FILE", mine, TRUE);
  made = omc_bedside_ctl (self, "init", "--display", "Anna Berg", "--role", "charge-nurse", NULL);
  added = omc_bedside_ctl (self, "user", "add", "bert", "--role", "nurse", "--display", "Bert Cole",
                           "--new-passphrase-file", other, NULL);
  synced = omc_bedside_ctl (self, "sync", "--once", "--server",
                            omc_world_get_server_url (self->world), NULL);
  return omc_world_pick (made, "recoveryCode");
}

void
omc_bedside_assert_audited (OmcBedside *self, const char *what)
{
  g_autoptr (JsonNode) entries = omc_bedside_ctl (self, "audit", "list", NULL);
  g_autofree char *text = json_to_string (entries, FALSE);

  if (strstr (text, what) == NULL)
    g_error ("the trail has no %s", what);
}

void
omc_bedside_sign_in (OmcBedside *self, const char *passphrase)
{
  omc_gui_enter (self->gui, "Passphrase", passphrase);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
}

void
omc_bedside_open_patient (OmcBedside *self)
{
  omc_gui_press (self->gui, "<Control>f");
  omc_gui_enter (self->gui, "Search patients", "doe");
  omc_gui_wait_for (self->gui, "*DOE, John*");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Add Vitals");
}

void
omc_bedside_add_vitals (OmcBedside *self)
{
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Add Vitals");
  omc_gui_wait_for (self->gui, "Respiration rate");
}
