/* test-kiosk.c: a kiosk that opens its store without a person
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <glib/gstdio.h>
#include <string.h>

/* The folder that systemd would give, with the credential in it. */
static char *
make_credential (OmcBedside *self)
{
  g_autofree char *passphrase = omc_world_path (self->world, "ida.txt");
  char *given = omc_world_path (self->world, "given");
  g_autofree char *path = g_build_filename (given, "omnicare-kiosk", NULL);
  g_autoptr (JsonNode) added = NULL;
  g_autoptr (JsonNode) made = NULL;

  g_assert_true (g_file_set_contents (passphrase, "ida keeps the keys", -1, NULL));
  g_assert_cmpint (g_mkdir (given, 0700), ==, 0);
  added = omc_bedside_ctl (self, "user", "add", "ida", "--role", "administrator",
                           "--new-passphrase-file", passphrase, NULL);
  made = omc_world_ctl (self->world, "bedside", 0, "--user", "ida", "--passphrase-file", passphrase,
                        "keys", "add", "credential", "--output", path, NULL);
  g_setenv ("CREDENTIALS_DIRECTORY", given, TRUE);
  return given;
}

static void
spoil (const char *given)
{
  g_autofree char *path = g_build_filename (given, "omnicare-kiosk", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  text[strlen (text) - 2] = text[strlen (text) - 2] == '0' ? '1' : '0';
  g_assert_true (
      g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

static void
test_kiosk (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *given = make_credential (self);

  omc_bedside_start (self, "--kiosk", "--user", "anna", NULL);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_gui_wait_for (self->gui, "Kiosk");
  omc_gui_picture (self->gui, "kiosk-board", "A kiosk shows its board without a person.");

  /* Somebody wants to sign in, thinks better of it, and then does. */
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Show the Ward Board");
  omc_gui_picture (self->gui, "kiosk-sign-in", "From it a person signs in, or goes back.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Show the Ward Board");
  omc_gui_wait_for (self->gui, "24 patients");
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Show the Ward Board");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "Anna Berg");
  /* Who leaves leaves the board to the kiosk. */
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Kiosk");
  omc_gui_wait_gone (self->gui, "Anna Berg");
  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "kiosk credential");

  spoil (given);
  omc_bedside_start (self, "--kiosk", "--user", "anna", NULL);
  omc_gui_wait_for (self->gui, "The kiosk credential does not open this store*");
  omc_gui_picture (self->gui, "kiosk-refused", "A credential that is not this store's is named.");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "Anna Berg");
  omc_bedside_stop (self);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/journey/kiosk/opens-without-a-person", test_kiosk);
  return g_test_run ();
}
