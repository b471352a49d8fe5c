/* session-case.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "session-case.h"

/* A name on this bus only, with no activation: what starts is what the case starts. */
static char *
write_bus_configuration (const char *directory)
{
  char *path = g_build_filename (directory, "bus.conf", NULL);
  g_autofree char *text = g_strdup_printf (
      "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
      "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
      "<busconfig><type>session</type><listen>unix:tmpdir=%s</listen><auth>EXTERNAL</auth>"
      "<policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/><allow "
      "eavesdrop=\"true\"/>"
      "<allow own=\"*\"/></policy></busconfig>\n",
      directory);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static gboolean
are_installed (const char *const *tools)
{
  for (; *tools != NULL; tools++)
    {
      g_autofree char *path = g_find_program_in_path (*tools);

      if (path != NULL)
        continue;
      g_autofree char *why = g_strdup_printf (
          "%s is not installed: install the packages of build-aux/packages.trixie.", *tools);
      g_test_skip (why);
      return FALSE;
    }
  return TRUE;
}

void
session_case_run (const char *name, const char *const *tools, const char *const *environment)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = NULL;
  g_autofree char *configuration = NULL;
  g_autofree char *option = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  if (!are_installed (tools))
    return;
  directory = g_dir_make_tmp ("omc-session-XXXXXX", &error);
  g_assert_no_error (error);
  configuration = write_bus_configuration (directory);
  option = g_strconcat ("--config-file=", configuration, NULL);
  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_subprocess_launcher_setenv (launcher, "HOME", directory, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", directory, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", directory, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "SECRET_BACKEND");
  for (; environment != NULL && *environment != NULL; environment++)
    {
      g_auto (GStrv) pair = g_strsplit (*environment, "=", 2);

      g_subprocess_launcher_setenv (launcher, pair[0], pair[1], TRUE);
    }
  process = g_subprocess_launcher_spawn (launcher, &error, "dbus-run-session", option, "--",
                                         program, "--case", name, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error));
  g_assert_no_error (error);
  if (!g_subprocess_get_if_exited (process) || g_subprocess_get_exit_status (process) != 0)
    {
      g_test_message ("%s", output);
      g_test_fail_printf ("the case ended with status %d", g_subprocess_get_status (process));
    }
}
