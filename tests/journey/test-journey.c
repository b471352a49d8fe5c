/* test-journey.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-gui.h"
#include "omc-world.h"

#include <string.h>

#define PATIENT "john-doe"
/* Never a time of day: 118 typed at 13:18 is asked about, as it should be. */
#define SYSTOLIC "160"

typedef struct
{
  OmcWorld *world;
  OmcGui *gui;
  const char *build;
} Journey;

static void
start_client (Journey *self)
{
  g_autofree char *program = g_build_filename (self->build, "app", "omnicare", NULL);
  g_autofree char *data = omc_world_path (self->world, "mine");
  g_autofree char *schemas = g_strdup_printf ("GSETTINGS_SCHEMA_DIR=%s/resources", self->build);
  g_autofree char *watchdog_file = omc_world_path (self->world, "watchdog.json");
  g_autofree char *watchdog = g_strdup_printf ("OMNICARE_WATCHDOG=%s", watchdog_file);

  self->gui =
      omc_gui_start ((const char *[]){ program, "--practice", "--data-dir", data, "--server",
                                       omc_world_get_server_url (self->world), NULL },
                     (const char *[]){ schemas, watchdog, NULL });
}

static void
unlock (Journey *self)
{
  omc_gui_wait_for (self->gui, "Practise as *");
  omc_gui_picture (self->gui, "unlock",
                   "Unlock: one click signs the practice nurse in; the server is not reachable.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Practise as *");
  omc_gui_wait_for (self->gui, "Search patients");
}

static void
open_patient (Journey *self)
{
  omc_gui_enter (self->gui, "Search patients", "doe");
  omc_gui_wait_for (self->gui, "*DOE, John*");
  omc_gui_picture (self->gui, "search", "Search \"doe\": the board narrows as one types.");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Add Vitals");
}

static void
chart_offline (Journey *self)
{
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Add Vitals");
  omc_gui_wait_for (self->gui, "Respiration rate");
  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Temperature in °F");
  omc_gui_enter (self->gui, "Temperature", "98.6");
  omc_gui_enter (self->gui, "Respiration rate", "22");
  omc_gui_wait_for (self->gui, "*at least 2*");
  omc_gui_picture (self->gui, "running-score",
                   "The running score says \"at least\" until the set is complete.");
  omc_gui_enter (self->gui, "Oxygen saturation", "95");
  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Breathing room air");
  omc_gui_enter (self->gui, "Systolic blood pressure", SYSTOLIC);
  omc_gui_enter (self->gui, "Diastolic blood pressure", "76");
  omc_gui_enter (self->gui, "Pulse", "88");
  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Alert");
  omc_gui_wait_for (self->gui, "NEWS2: 3*");
  omc_gui_picture (self->gui, "vitals-complete",
                   "All seven parameters: the total, no number that nobody typed.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Save");
  omc_gui_wait_for (self->gui, "*Saved offline*");
  omc_gui_picture (self->gui, "saved-offline",
                   "Saved offline: durable on this device, and said only after the commit.");
}

static gint64
pending_sets (Journey *self)
{
  g_autoptr (JsonNode) status = omc_world_ctl (self->world, "mine", 0, "status", NULL);
  g_autofree char *sets = omc_world_pick (status, "queue.pendingSets");

  return g_ascii_strtoll (sets, NULL, 10);
}

/* Everything that was typed or chosen, each as what its code says it is, and the score of it. */
static void
assert_set_on_server (Journey *self)
{
  static const struct
  {
    const char *what;
    const char *path;
    const char *value; /* (nullable) */
    const char *code;  /* of the unit, or of what was chosen */
  } typed[] = {
    { "8310-5", "valueQuantity", "98.6", "[degF]" },
    { "9279-1", "valueQuantity", "22", "/min" },
    { "2708-6", "valueQuantity", "95", "%" },
    { "8867-4", "valueQuantity", "88", "/min" },
    { "85354-9", "component[0].valueQuantity", SYSTOLIC, "mm[Hg]" },
    { "85354-9", "component[1].valueQuantity", "76", "mm[Hg]" },
    { "air-or-oxygen", "valueCodeableConcept.coding[0]", NULL, "722742002" },
    { "1104441000000107", "valueCodeableConcept.coding[0]", NULL, "248234008" },
    { "1104051000000101", "valueQuantity", "3", "{score}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autofree char *query = g_strdup_printf (
          "Observation?patient=" PATIENT "&code=%s&_sort=-date&_count=1", typed[i].what);
      g_autofree char *value_at = g_strdup_printf ("entry[0].resource.%s.value", typed[i].path);
      g_autofree char *code_at = g_strdup_printf ("entry[0].resource.%s.code", typed[i].path);
      g_autoptr (JsonNode) found = omc_world_get (self->world, query);
      g_autofree char *code = omc_world_pick (found, code_at);

      g_assert_cmpstr (code, ==, typed[i].code);
      if (typed[i].value != NULL)
        {
          g_autofree char *value = omc_world_pick (found, value_at);

          g_assert_cmpfloat (g_ascii_strtod (value, NULL), ==,
                             g_ascii_strtod (typed[i].value, NULL));
        }
    }
}

/* All of the record, but for the server's own notes about it. */
static void
assert_devices_equal_server (Journey *self)
{
  g_autoptr (JsonNode) remote = omc_world_get (self->world, "Patient/" PATIENT);
  const char *devices[] = { "mine", "other" };

  json_object_remove_member (json_node_get_object (remote), "meta");
  for (guint d = 0; d < G_N_ELEMENTS (devices); d++)
    {
      g_autoptr (JsonNode) local =
          omc_world_ctl (self->world, devices[d], 0, "get", "Patient/" PATIENT, NULL);

      json_object_remove_member (json_node_get_object (local), "meta");
      g_assert_true (json_node_equal (local, remote));
    }
}

static void
assert_on_server (Journey *self, const char *path, const char *expected)
{
  g_autoptr (JsonNode) remote = omc_world_get (self->world, "Patient/" PATIENT);
  g_autofree char *value = omc_world_pick (remote, path);

  g_assert_cmpstr (value, ==, expected);
}

/* Polls through omnicarectl: the client synchronises by itself. */
static void
wait_until_sent (Journey *self)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (pending_sets (self) > 0 && g_get_monotonic_time () < end)
    g_usleep (200000);
  g_assert_cmpint (pending_sets (self), ==, 0);
}

static void
edit_here (Journey *self, const char *field, const char *value)
{
  omc_gui_press (self->gui, "<Control>e");
  omc_gui_enter (self->gui, field, value);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Save Changes");
  omc_gui_wait_gone (self->gui, "Save Changes");
}

static void
merge_without_asking (Journey *self)
{
  g_autoptr (JsonNode) journal = NULL;
  g_autofree char *status = NULL;

  omc_world_edit_patient (self->world, "other", PATIENT, "telecom",
                          "[{\"system\": \"phone\", \"use\": \"home\", \"value\": \"555-0142\"}]");
  omc_world_sync (self->world, "other");
  edit_here (self, "Address line", "7 Harbour Street");
  wait_until_sent (self);
  journal = omc_world_ctl (self->world, "mine", 0, "conflicts", "list", "--all", NULL);
  status = omc_world_pick (journal, JSON_NODE_HOLDS_ARRAY (journal) ? "[0].status" : "status");
  g_assert_cmpstr (status, ==, "auto-merged");
  g_assert_false (omc_gui_sees (self->gui, "*Needs you*"));
  omc_world_sync (self->world, "other");
  assert_on_server (self, "telecom[0].value", "555-0142");
  assert_on_server (self, "address[0].line[0]", "7 Harbour Street");
  assert_devices_equal_server (self);
  omc_gui_picture (self->gui, "merged",
                   "Another device changed the telephone, this one the address: merged without a "
                   "question, journalled.");
}

static void
open_conflict (Journey *self)
{
  omc_gui_wait_for (self->gui, "*Needs you*");
  omc_gui_press (self->gui, "<Alt>Left");
  omc_gui_wait_for (self->gui, "Search patients");
  omc_gui_press (self->gui, "<Alt>3");
  omc_gui_wait_for (self->gui, "To decide");
  omc_gui_wait_for (self->gui, "Date of birth*");
  omc_gui_picture (self->gui, "conflict-inbox",
                   "The inbox: what only a person may decide, the most dangerous first.");
  omc_gui_press (self->gui, "Return");
  omc_gui_wait_for (self->gui, "Side by side*");
  omc_gui_picture (self->gui, "conflict-card",
                   "Both changed the birth date: one decision at a time, nothing preselected.");
}

static void
decide_by_keyboard (Journey *self)
{
  omc_gui_press (self->gui, "F4");
  omc_gui_wait_for (self->gui, "Next open decision");
  g_assert_false (omc_gui_is_sensitive (self->gui, "Save"));
  omc_gui_picture (
      self->gui, "three-panes",
      "One key away: this device, the result, the server; what it was before on demand.");
  omc_gui_press (self->gui, "1");
  omc_gui_picture (self->gui, "decided", "Decided by keyboard; only now can it be saved.");
  omc_gui_press (self->gui, "<Control>s");
  omc_gui_wait_gone (self->gui, "Next open decision");
}

static void
decide_conflict (Journey *self)
{
  omc_world_edit_patient (self->world, "other", PATIENT, "birthDate", "\"1958-04-11\"");
  omc_world_sync (self->world, "other");
  edit_here (self, "Birth date*", "1958-04-13");
  open_conflict (self);
  decide_by_keyboard (self);
  wait_until_sent (self);
  omc_gui_wait_for (self->gui, "Synced*");
  assert_on_server (self, "birthDate", "1958-04-13");
  omc_world_sync (self->world, "other");
  assert_devices_equal_server (self);
  omc_gui_select_page (self->gui, "Journal");
  omc_gui_wait_for (self->gui, "*Merged by rule*");
  omc_gui_picture (self->gui, "journal",
                   "Synced: what was decided, and what was merged by rule, stays on record.");
}

static void
assert_trail (Journey *self)
{
  static const char *const steps[] = { "login",  "search",    "read",      "create",
                                       "update", "sync-pull", "sync-push", "conflict-decision" };
  g_autoptr (JsonNode) report = omc_world_ctl (self->world, "mine", 0, "audit", "verify", NULL);
  g_autoptr (JsonNode) entries = omc_world_ctl (self->world, "mine", 0, "audit", "list", NULL);
  g_autofree char *intact = omc_world_pick (report, "intact");
  g_autofree char *text = json_to_string (entries, FALSE);

  g_assert_cmpstr (intact, ==, "true");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *step = g_strdup_printf ("\"subtype\":\"%s\"", steps[i]);

      if (strstr (text, step) == NULL)
        g_error ("the trail does not name the step \"%s\"", steps[i]);
    }
  g_assert_nonnull (strstr (text, "\"detail\":\"merged by rule\""));
}

/* How long the main thread was blocked at most: a figure for the log, which depends on the machine and is not judged here. */
static void
report_blocked (Journey *self)
{
  g_autofree char *file = omc_world_path (self->world, "watchdog.json");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (file, &text, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("watchdog: %s", text);
}

static void
test_journey (void)
{
  g_autoptr (OmcWorld) world = omc_world_new (g_getenv ("OMNICARE_BUILD"), 24);
  Journey self = { world, NULL, g_getenv ("OMNICARE_BUILD") };
  g_autoptr (JsonNode) mine = omc_world_ctl (world, "mine", 0, "init", "--practice", NULL);
  g_autoptr (JsonNode) other = omc_world_ctl (world, "other", 0, "init", "--practice", NULL);

  omc_world_start_server (world);
  omc_world_sync (world, "mine");
  omc_world_sync (world, "other");
  omc_world_stop_server (world);

  start_client (&self);
  unlock (&self);
  omc_gui_picture (
      self.gui, "ward-board",
      "The ward board works without the server: who is sickest and who is due stand on top.");
  open_patient (&self);
  omc_gui_picture (self.gui, "patient",
                   "John Doe's chart, with the proof of what the server has confirmed.");
  chart_offline (&self);
  g_assert_cmpint (pending_sets (&self), ==, 1);

  omc_gui_kill (self.gui);
  g_clear_pointer (&self.gui, omc_gui_free);
  start_client (&self);
  unlock (&self);
  g_assert_cmpint (pending_sets (&self), ==, 1);
  omc_gui_wait_for (self.gui, "*Saved offline*");
  omc_gui_picture (self.gui, "after-kill",
                   "After kill -9 and a new start: the set is there, and still unsent.");
  omc_gui_select_page (self.gui, "Sync");
  omc_gui_wait_for (self.gui, "1 set waits");
  omc_gui_wait_for (self.gui, "*98.6 °F*");
  omc_gui_picture (self.gui, "queue",
                   "The queue says what is not on the server yet, for whom and why.");
  omc_gui_select_page (self.gui, "Ward Board");

  omc_world_start_server (world);
  omc_gui_wait_for (self.gui, "Synced*");
  wait_until_sent (&self);
  assert_set_on_server (&self);
  omc_gui_picture (
      self.gui, "synced",
      "The server is back: synced, said only after the server's own answer for each item.");

  open_patient (&self);
  merge_without_asking (&self);
  decide_conflict (&self);
  g_assert_cmpint (omc_gui_quit (self.gui), ==, 0);
  assert_trail (&self);
  report_blocked (&self);
  g_clear_pointer (&self.gui, omc_gui_free);
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/journey/a-nurse-charts-without-a-network-and-it-reaches-the-server",
                   test_journey);
  return g_test_run ();
}
