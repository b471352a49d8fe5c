/* test-unlock.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <string.h>

#define WRONG_CODE "0000-0000-0000-0000-0000-0000-0000-0000-0"
#define NEW_PASSPHRASE "anna starts again"

/* The one text on the screen that has the shape of a recovery code. */
static char *
read_code (OmcGui *gui)
{
  g_autofree char *dump = omc_gui_dump (gui);
  g_autoptr (GRegex) regex = g_regex_new ("([0-9A-Z]{4}-){8}[0-9A-Z]", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, dump, 0, &match))
    g_error ("no recovery code in:\n%s", dump);
  return g_match_info_fetch (match, 0);
}

static void
fill_enrolment (OmcBedside *self)
{
  omc_gui_enter (self->gui, "FHIR server address*", "not an address");
  omc_gui_wait_for (self->gui, "The server address is not a web address*");
  omc_gui_enter (self->gui, "FHIR server address*", omc_world_get_server_url (self->world));
  omc_gui_enter (self->gui, "User name", "anna");
  omc_gui_enter (self->gui, "Full name", "Anna Berg");
  omc_gui_enter (self->gui, "Passphrase, 8 characters or more", "short");
  omc_gui_wait_for (self->gui, "The passphrase needs 8 characters or more.");
  omc_gui_enter (self->gui, "Passphrase, 8 characters or more", OMC_BEDSIDE_PASSPHRASE);
  omc_gui_enter (self->gui, "The same passphrase again", "something else");
  omc_gui_wait_for (self->gui, "The two passphrases differ.");
  g_assert_false (omc_gui_is_sensitive (self->gui, "Enrol"));
  omc_gui_enter (self->gui, "The same passphrase again", OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_gone (self->gui, "The two passphrases differ.");
}

static void
test_first_run (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = NULL;

  omc_bedside_start (self, NULL);
  omc_gui_wait_for (self->gui, "Welcome to OmniCare");
  omc_gui_picture (self->gui, "first-run", "A new device: practise, or enrol it.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Enrol This Device");
  fill_enrolment (self);
  omc_gui_picture (
      self->gui, "enrolment",
      "Enrolment: the server and the first person; nothing goes on before it is complete.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Enrol");

  omc_gui_wait_for (self->gui, "Keep This Recovery Code");
  code = read_code (self->gui);
  g_assert_false (omc_gui_is_sensitive (self->gui, "Go On"));
  omc_gui_picture (self->gui, "recovery-code",
                   "The recovery code is shown once, and noting it is confirmed.");
  /* The button to print has the focus. */
  omc_gui_press (self->gui, "Tab");
  omc_gui_press (self->gui, "space");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Go On");

  /* The ward comes from the server that was named. */
  omc_gui_wait_for (self->gui, "Anna Berg");
  omc_gui_wait_for (self->gui, "24 patients");
  omc_gui_wait_for (self->gui, "Synced*");
  g_assert_false (omc_gui_sees (self->gui, code));
  g_assert_false (omc_gui_sees (self->gui, "Practice ward*"));
  omc_gui_picture (self->gui, "enrolled", "Enrolled: the ward of the server stands on the board.");
  omc_bedside_stop (self);

  omc_bedside_start (self, NULL);
  omc_bedside_sign_in (self, "not her passphrase");
  omc_gui_wait_for (self->gui, "Wrong passphrase.*");
  g_assert_false (omc_gui_sees (self->gui, "Search patients"));
  omc_gui_picture (self->gui, "wrong-passphrase",
                   "A wrong passphrase is refused with a sentence that says what to do.");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_bedside_stop (self);
}

static void
enter_code (OmcBedside *self, const char *code)
{
  omc_gui_enter (self->gui, "Recovery code", code);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
}

static void
assert_slot_is_bound (OmcBedside *self)
{
  g_autoptr (JsonNode) status = omc_bedside_ctl (self, "keys", "status", NULL);
  g_autofree char *text = json_to_string (status, FALSE);

  g_assert_nonnull (strstr (text, "\"user\":\"anna\""));
  g_assert_nonnull (strstr (text, "\"deviceBound\":true"));
}

static void
test_lost_keyring (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *passphrase_file = omc_world_path (self->world, "anna.txt");
  g_autoptr (GError) error = NULL;

  assert_slot_is_bound (self);
  omc_bedside_lose_keyring (self);
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "The system’s keyring does not give this device’s secret.*");
  omc_gui_picture (self->gui, "keyring-lost",
                   "The keyring has lost this device's secret: the sentence says so, and the way "
                   "of the code is open.");

  enter_code (self, "too short");
  omc_gui_wait_for (self->gui, "This is not a recovery code*");
  enter_code (self, WRONG_CODE);
  omc_gui_wait_for (self->gui, "This recovery code does not open the store");
  g_assert_false (omc_gui_sees (self->gui, "Search patients"));

  enter_code (self, code);
  omc_gui_wait_for (self->gui, "Choose a New Passphrase");
  omc_gui_picture (self->gui, "new-passphrase",
                   "The recovery code lets in and asks for a new passphrase.");
  omc_gui_enter (self->gui, "New passphrase, 8 characters or more", NEW_PASSPHRASE);
  omc_gui_enter (self->gui, "The same passphrase again", NEW_PASSPHRASE);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Set Passphrase");
  omc_gui_wait_for (self->gui, "24 patients");
  omc_bedside_stop (self);

  /* Enrolled again: the passphrase alone opens it, and the keyring takes part. */
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, NEW_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_bedside_stop (self);
  g_file_set_contents (passphrase_file, NEW_PASSPHRASE, -1, &error);
  g_assert_no_error (error);
  assert_slot_is_bound (self);
  omc_bedside_assert_audited (self, "\"detail\":\"recovery code\"");
  omc_bedside_assert_audited (self, "\"subtype\":\"key-slot-changed\"");
}

static void
test_locked_keyring (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);

  omc_bedside_start_keyring (self, FALSE);
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "The system’s keyring does not give this device’s secret.*");
  enter_code (self, code);
  omc_gui_wait_for (self->gui, "Choose a New Passphrase");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Not Now");
  omc_gui_wait_for (self->gui, "24 patients");
  /* What the keys fall short of is said, and may be put away. */
  omc_gui_wait_for (self->gui, "*login keyring*");
  omc_gui_picture (self->gui, "keyring-banner", "Without its keyring a device says so.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Got It");
  omc_gui_wait_gone (self->gui, "*login keyring*");
  omc_bedside_stop (self);

  /* Nothing was made anew: with the keyring open again the old passphrase is good. */
  omc_bedside_start_keyring (self, TRUE);
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  omc_bedside_stop (self);
}

/* Who was let in and left is not in: the board is a press away from nobody. */
static void
test_left_alone (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *site = omc_world_path (self->world, "site.json");
  g_autoptr (GError) error = NULL;

  g_file_set_contents (site, "{\"session\": {\"autoLockSeconds\": 15}}\n", -1, &error);
  g_assert_no_error (error);
  omc_bedside_lose_keyring (self);
  omc_bedside_start (self, "--config", site, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "The system’s keyring does not give this device’s secret.*");
  enter_code (self, code);
  omc_gui_wait_for (self->gui, "Choose a New Passphrase");
  /* The last sign of life. */
  omc_gui_press (self->gui, "Tab");
  g_usleep (8 * G_USEC_PER_SEC);
  g_assert_true (omc_gui_sees (self->gui, "Choose a New Passphrase"));
  omc_gui_wait_for (self->gui, "Sign In");
  g_assert_false (omc_gui_sees (self->gui, "Choose a New Passphrase"));
  omc_bedside_stop (self);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/unlock/a-new-device-is-enrolled-and-opens-again", test_first_run);
  g_test_add_func ("/unlock/a-lost-keyring-is-replaced-by-the-recovery-code", test_lost_keyring);
  g_test_add_func ("/unlock/a-locked-keyring-is-got-round-and-left-alone", test_locked_keyring);
  g_test_add_func ("/unlock/who-was-let-in-and-left-is-not-in", test_left_alone);
  return g_test_run ();
}
