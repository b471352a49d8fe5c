/* test-corrections.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <string.h>

#define REASON "charted on the wrong patient"
#define TEMPERATURES "Observation?patient=" OMC_BEDSIDE_PATIENT "&code=8310-5&_sort=-date&_count=1"

static gint64
count_pending (OmcBedside *self, const char *what)
{
  g_autoptr (JsonNode) status = omc_bedside_ctl (self, "status", NULL);
  g_autofree char *path = g_strdup_printf ("queue.%s", what);
  g_autofree char *number = omc_world_pick (status, path);

  return g_ascii_strtoll (number, NULL, 10);
}

static void
wait_until_sent (OmcBedside *self)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (count_pending (self, "pendingSets") > 0 && g_get_monotonic_time () < end)
    g_usleep (200000);
  g_assert_cmpint (count_pending (self, "pendingSets"), ==, 0);
}

static void
chart_set (OmcBedside *self)
{
  omc_bedside_add_vitals (self);
  omc_gui_enter (self->gui, "Temperature", "38.4");
  omc_gui_enter (self->gui, "Respiration rate", "17");
  /* Never a time of day, which is asked about. */
  omc_gui_enter (self->gui, "Systolic blood pressure", "160");
  omc_gui_enter (self->gui, "Diastolic blood pressure", "67");
  omc_gui_enter (self->gui, "Pulse", "91");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Save");
  omc_gui_wait_for (self->gui, "Done");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Done");
  omc_gui_wait_for (self->gui, "Patient menu");
}

/* A label with that text; does a line go through it? */
static gboolean
is_struck (OmcGui *gui, const char *pattern)
{
  g_autoptr (AtspiAccessible) node = omc_gui_find (gui, ATSPI_ROLE_LABEL, pattern);
  AtspiText *text = atspi_accessible_get_text_iface (node);
  int start, end;
  g_autoptr (GHashTable) attributes = NULL;
  const char *line;

  g_assert_nonnull (text);
  attributes = atspi_text_get_attribute_run (text, 0, FALSE, &start, &end, NULL);
  g_object_unref (text);
  line = attributes != NULL ? g_hash_table_lookup (attributes, "strikethrough") : NULL;
  return g_strcmp0 (line, "true") == 0;
}

static void
open_dialog (OmcBedside *self)
{
  g_autoptr (AtspiAccessible) menu = NULL;

  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Patient menu");
  menu = omc_gui_find (self->gui, ATSPI_ROLE_MENU, "Patient menu");
  omc_gui_press (self->gui, "Down");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Mark as Error");
}

static void
void_newest_set (OmcBedside *self)
{
  open_dialog (self);
  g_assert_false (omc_gui_is_sensitive (self->gui, "Mark as Error"));
  omc_gui_enter (self->gui, "Reason*", "   ");
  g_assert_false (omc_gui_is_sensitive (self->gui, "Mark as Error"));
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Cancel");
  omc_gui_wait_gone (self->gui, "Mark as Error");
  g_assert_cmpint (count_pending (self, "pendingSets"), ==, 0);

  open_dialog (self);
  omc_gui_enter (self->gui, "Reason*", REASON);
  omc_gui_picture (self->gui, "void-dialog",
                   "Entered in error: which set and why; without a reason it does not go on.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Mark as Error");
  omc_gui_wait_gone (self->gui, "Mark as Error");
}

static void
assert_shown_struck (OmcBedside *self)
{
  omc_gui_select_page (self->gui, "Timeline");
  omc_gui_wait_for (self->gui, "entered in error");
  g_assert_true (is_struck (self->gui, "Temperature: 38.4*"));
  g_assert_true (is_struck (self->gui, "Blood pressure: 160/67*mmHg*"));
  omc_gui_picture (self->gui, "void-timeline",
                   "Struck through and marked in the timeline, never erased.");
  omc_gui_select_page (self->gui, "Flowsheet");
  g_assert_true (is_struck (self->gui, "38.4*"));
  g_assert_true (is_struck (self->gui, "160/67*mmHg*"));
  omc_gui_picture (self->gui, "void-flowsheet",
                   "The same in the flowsheet; the set scores no more.");
  omc_gui_select_page (self->gui, "Overview");
  omc_gui_wait_gone (self->gui, "Temperature: 38.4*");
}

static void
assert_queued (OmcBedside *self)
{
  g_assert_cmpint (count_pending (self, "pendingSets"), ==, 1);
  omc_gui_press (self->gui, "<Alt>Left");
  omc_gui_wait_for (self->gui, "Search patients");
  omc_gui_wait_for (self->gui, "1 set not sent");
  omc_gui_wait_for (self->gui, "Saved offline: 1 set");
  omc_gui_select_page (self->gui, "Sync");
  omc_gui_wait_for (self->gui, "1 set waits");
  omc_gui_picture (self->gui, "void-queued",
                   "One set waits: board, badge and queue count the same way.");
}

static void
assert_on_server (OmcBedside *self, gint64 n_voided)
{
  g_autoptr (JsonNode) newest = omc_world_get (self->world, TEMPERATURES);
  g_autoptr (JsonNode) voided =
      omc_world_get (self->world, "Observation?patient=" OMC_BEDSIDE_PATIENT
                                  "&status=entered-in-error&_summary=count");
  g_autofree char *value = omc_world_pick (newest, "entry[0].resource.valueQuantity.value");
  g_autofree char *status = omc_world_pick (newest, "entry[0].resource.status");
  g_autofree char *reason = omc_world_pick (newest, "entry[0].resource.note[0].text");
  g_autofree char *author = omc_world_pick (newest, "entry[0].resource.note[0].authorString");
  g_autofree char *total = omc_world_pick (voided, "total");

  g_assert_cmpfloat (g_ascii_strtod (value, NULL), ==, 38.4);
  g_assert_cmpstr (status, ==, "entered-in-error");
  g_assert_cmpstr (reason, ==, REASON);
  g_assert_cmpstr (author, ==, "Anna Berg");
  g_assert_cmpint (g_ascii_strtoll (total, NULL, 10), ==, n_voided);
}

static void
test_void (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autoptr (JsonNode) before = NULL;
  g_autofree char *status = NULL;
  gint64 n_items;

  omc_bedside_start (self, "--user", "anna", "--server", omc_world_get_server_url (self->world),
                     NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_bedside_open_patient (self);
  chart_set (self);
  wait_until_sent (self);
  before = omc_world_get (self->world, TEMPERATURES);
  status = omc_world_pick (before, "entry[0].resource.status");
  g_assert_cmpstr (status, ==, "final");

  omc_world_stop_server (self->world);
  omc_gui_wait_for (self->gui, "Blood pressure: 160/67*mmHg*");
  g_assert_false (omc_gui_sees (self->gui, "Diastolic blood pressure: *"));
  void_newest_set (self);
  assert_shown_struck (self);
  assert_queued (self);
  n_items = count_pending (self, "pending");
  g_assert_cmpint (n_items, >=, 4);

  omc_world_start_server (self->world);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Sync Now");
  wait_until_sent (self);
  assert_on_server (self, n_items);
  omc_bedside_stop (self);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/corrections/a-set-entered-in-error-is-struck-here-and-on-the-server",
                   test_void);
  return g_test_run ();
}
