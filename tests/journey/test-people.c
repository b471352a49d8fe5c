/* test-people.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <string.h>

#define PASSPHRASE "dora is new here"

static void
open_page (OmcBedside *self, const char *page)
{
  omc_gui_press (self->gui, "<Control>,");
  omc_gui_wait_for (self->gui, "Preferences");
  omc_gui_select_page (self->gui, page);
}

static void
close_preferences (OmcBedside *self, const char *sign)
{
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, sign);
}

static void
add_dora (OmcBedside *self)
{
  open_page (self, "People");
  omc_gui_wait_for (self->gui, "Bert Cole");
  omc_gui_picture (self->gui, "people", "Who can sign in here.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Add a Person…");
  omc_gui_wait_for (self->gui, "First passphrase*");
  omc_gui_enter (self->gui, "User name", "bert");
  omc_gui_enter (self->gui, "Full name", "Dora Eck");
  omc_gui_enter (self->gui, "First passphrase*", PASSPHRASE);
  g_assert_false (omc_gui_is_sensitive (self->gui, "Add"));
  omc_gui_enter (self->gui, "The same passphrase again", PASSPHRASE);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Add");
  omc_gui_wait_for (self->gui, "bert is on this device already*");
  omc_gui_picture (self->gui, "person", "Another person: nobody is overwritten.");
  omc_gui_enter (self->gui, "User name", "dora");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Add");
  omc_gui_wait_for (self->gui, "dora * Nurse");
  close_preferences (self, "People of This Device");
}

static void
look_at_security (OmcBedside *self)
{
  open_page (self, "Security");
  omc_gui_wait_for (self->gui, "Number 1; rotated again in * days");
  omc_gui_wait_for (self->gui, "*your site has set none*");
  /* A charge nurse leads the ward; the keys are the administrator's. */
  g_assert_false (omc_gui_sees (self->gui, "Rotate Now"));
  omc_gui_picture (self->gui, "keys", "The keys of the records, and the site's time of the lock.");
  close_preferences (self, "Quick Unlock");
}

/* The filter of who was here before is gone, and its button says so. */
static void
assert_whole_ward (OmcBedside *self)
{
  g_autoptr (AtspiAccessible) all = NULL;
  g_autoptr (AtspiStateSet) states = NULL;

  omc_gui_wait_for (self->gui, "24 patients");
  all = omc_gui_find (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "All");
  states = atspi_accessible_get_state_set (all);
  g_assert_true (atspi_state_set_contains (states, ATSPI_STATE_PRESSED) ||
                 atspi_state_set_contains (states, ATSPI_STATE_CHECKED));
}

static void
test_people (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  gint64 started, taken;

  omc_world_stop_server (self->world);
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  add_dora (self);
  look_at_security (self);

  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Not sent");
  omc_gui_wait_for (self->gui, "Nobody in This List");
  omc_gui_press (self->gui, "<Control><Shift>l");
  omc_gui_wait_for (self->gui, "People of this device");
  g_assert_true (omc_gui_sees (self->gui, "bert"));
  g_assert_false (omc_gui_sees (self->gui, "Search patients"));
  omc_gui_picture (self->gui, "switch", "Whoever comes chooses the own name.");
  /* The list is in the order of the people's slots. */
  omc_gui_press (self->gui, "Down");
  omc_gui_press (self->gui, "Down");
  omc_gui_press (self->gui, "Return");
  omc_gui_enter (self->gui, "Passphrase", PASSPHRASE);
  started = g_get_monotonic_time ();
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
  omc_gui_wait_for (self->gui, "Dora Eck");
  taken = (g_get_monotonic_time () - started) / 1000;
  assert_whole_ward (self);
  g_test_message ("another person is in, as seen from outside: %" G_GINT64_FORMAT " ms", taken);

  /* Two presses of the shortcuts key are one window; a nurse manages nobody. */
  omc_gui_press (self->gui, "<Control>?");
  omc_gui_wait_for (self->gui, "Shortcuts");
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, "Shortcuts");
  omc_gui_press (self->gui, "<Control>,");
  omc_gui_wait_for (self->gui, "Security");
  g_assert_false (omc_gui_sees (self->gui, "People"));
  omc_gui_press (self->gui, "Escape");
  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "\"user\":\"dora\"");
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/people/are-added-and-switch", test_people);
  return g_test_run ();
}
