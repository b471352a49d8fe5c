/* test-emergency.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <string.h>

#define PASSPHRASE "cleo on the ward"
/* Somebody of the same name is somebody else. */
#define WHO "DOE, John · 07-Mar-1948"

/* Of the second ward; John Doe lies on the first. */
static void
add_cleo (OmcBedside *self)
{
  g_autofree char *file = omc_world_path (self->world, "cleo.txt");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) added = NULL;

  g_file_set_contents (file, PASSPHRASE, -1, &error);
  g_assert_no_error (error);
  added = omc_bedside_ctl (self, "user", "add", "cleo", "--role", "nurse", "--display", "Cleo Dahl",
                           "--department", "ward-2", "--new-passphrase-file", file, NULL);
}

static void
assert_chart_gone (OmcBedside *self)
{
  omc_gui_wait_for (self->gui, "Another Department’s Patient");
  g_assert_false (omc_gui_sees (self->gui, "*DOE, John*"));
  g_assert_false (omc_gui_sees (self->gui, "Emergency access for *"));
}

static void
find_beyond (OmcBedside *self)
{
  omc_gui_wait_for (self->gui, "24 patients");
  omc_gui_press (self->gui, "<Control>f");
  omc_gui_enter (self->gui, "Search patients", "doe");
  omc_gui_wait_for (self->gui, "No Patient Found");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Look in Other Departments");
  omc_gui_wait_for (self->gui, "elsewhere");
  omc_gui_picture (self->gui, "beyond", "Another department's patient: who and where, no more.");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Another Department’s Patient");
}

static void
fill_reason (OmcBedside *self, const char *passphrase)
{
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Emergency Access…");
  omc_gui_wait_for (self->gui, "In your own words*");
  omc_gui_wait_for (self->gui, WHO);
  /* The reason has the focus. */
  omc_gui_press (self->gui, "space");
  omc_gui_press (self->gui, "Down");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Emergency: this person*");
  omc_gui_enter (self->gui, "In your own words*", "Short");
  omc_gui_enter (self->gui, "Your passphrase", passphrase);
  g_assert_false (omc_gui_is_sensitive (self->gui, "Open the Chart"));
  omc_gui_enter (self->gui, "In your own words*", "He fell in our corridor and bleeds");
}

static void
break_glass (OmcBedside *self)
{
  fill_reason (self, "not her passphrase");
  omc_gui_picture (self->gui, "emergency", "A reason, own words and the sign-in anew.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Open the Chart");
  omc_gui_wait_for (self->gui, "Wrong passphrase; capitals matter*");
  omc_gui_enter (self->gui, "Your passphrase", PASSPHRASE);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Open the Chart");
  omc_gui_wait_for (self->gui, "Emergency access for 30 more minutes*");
  omc_gui_wait_for (self->gui, "*DOE, John*");
}

/* By somebody else: what was done is shown, the verdict is recorded. */
static void
review (OmcBedside *self)
{
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "48 patients");
  omc_gui_select_page (self->gui, "Audit");
  omc_gui_enter (self->gui, "Search the trail", "BREAK-glass-end");
  omc_gui_wait_for (self->gui, "Ended an emergency access*");
  omc_gui_wait_gone (self->gui, "Signed in*");
  omc_gui_picture (self->gui, "search", "The trail, searched to its beginning.");
  omc_gui_enter (self->gui, "Search the trail", "");
  omc_gui_wait_for (self->gui, "Signed in*");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Emergency Access…");
  omc_gui_wait_for (self->gui, "cleo (Nurse) opened the chart of " WHO);
  /* The first of two. */
  omc_gui_press (self->gui, "Tab");
  omc_gui_press (self->gui, "space");
  omc_gui_wait_for (self->gui, "He fell in our corridor and bleeds");
  omc_gui_wait_for (self->gui, "*Opened a patient’s chart*");
  omc_gui_picture (self->gui, "review", "Who, whom, why, and what was done; then the verdict.");
  omc_gui_enter (self->gui, "Your reason", "Asked her, and saw the fall");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Justified");
  omc_gui_wait_gone (self->gui, "Your reason");
  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "\"subtype\":\"break-glass-review\"");
}

static void
test_emergency (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (48);
  g_autofree char *code = omc_bedside_enrol (self);

  add_cleo (self);
  omc_world_stop_server (self->world);
  omc_bedside_start (self, "--user", "cleo", NULL);
  omc_bedside_sign_in (self, PASSPHRASE);
  find_beyond (self);
  omc_gui_picture (self->gui, "refused", "The chart stays closed; emergency access is offered.");
  break_glass (self);
  omc_gui_picture (self->gui, "broken", "Open for half an hour, and above it says so.");

  /* It ends by hand, by locking, and is never somebody else's. */
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "End Emergency Access");
  assert_chart_gone (self);
  fill_reason (self, PASSPHRASE);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Open the Chart");
  omc_gui_wait_for (self->gui, "Emergency access for 30 more minutes*");
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Sign In");
  omc_bedside_sign_in (self, PASSPHRASE);
  find_beyond (self);
  assert_chart_gone (self);
  /* A nurse does not read the trail. */
  g_assert_false (omc_gui_sees (self->gui, "Audit"));
  omc_bedside_stop (self);

  omc_bedside_assert_audited (self, "\"subtype\":\"break-glass\"");
  omc_bedside_assert_audited (self, "\"subtype\":\"break-glass-end\"");
  omc_bedside_assert_audited (self, "\"purpose\":\"BTG\"");
  omc_bedside_assert_audited (self, "\"detail\":\"passphrase not accepted\"");
  review (self);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/emergency/opens-for-a-while-says-so-and-ends", test_emergency);
  return g_test_run ();
}
