/* test-device.c: what stands ill with a device is said on the board
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

static void
copy_folder (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char *[]){ (char *)"cp", (char *)"-rT", (char *)from, (char *)to, NULL },
                NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-r", (char *)path, NULL }, NULL,
                G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* The folder of yesterday in place of that of today: the server remembers. */
static void
test_rolled_back (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *folder = omc_world_path (self->world, "bedside");
  g_autofree char *kept = omc_world_path (self->world, "bedside.kept");

  copy_folder (folder, kept);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (JsonNode) read = omc_bedside_ctl (self, "get", "Patient/john-doe", NULL);
      g_autoptr (JsonNode) run = omc_bedside_ctl (self, "sync", "--once", "--server",
                                                  omc_world_get_server_url (self->world), NULL);

      g_assert_nonnull (read);
      g_assert_nonnull (run);
    }
  remove_folder (folder);
  copy_folder (kept, folder);

  omc_bedside_start (self, "--user", "anna", "--server", omc_world_get_server_url (self->world),
                     NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_gui_press (self->gui, "<Control>r");
  omc_gui_wait_for (self->gui, "The server knows more of this device*");
  omc_gui_picture (self->gui, "rolled-back", "A store that was set back is told on the board.");
  /* Nobody puts that away; beside a patient it stands as well. */
  g_assert_false (omc_gui_sees (self->gui, "Got It"));
  omc_bedside_open_patient (self);
  g_assert_true (omc_gui_sees (self->gui, "The server knows more of this device*"));
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Sign In");
  g_assert_false (omc_gui_sees (self->gui, "The server knows more of this device*"));
  omc_bedside_stop (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  atspi_init ();
  g_test_add_func ("/device/a-store-that-was-set-back-is-told-on-the-board", test_rolled_back);
  return g_test_run ();
}
