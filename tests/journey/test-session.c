/* test-session.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <string.h>

#define LIMIT_SECONDS 20

static char *
write_site_configuration (OmcBedside *self)
{
  char *path = omc_world_path (self->world, "site.json");
  g_autofree char *text =
      g_strdup_printf ("{\"session\": {\"autoLockSeconds\": %d}}\n", LIMIT_SECONDS);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static char *
read_field (OmcGui *gui, const char *name)
{
  g_autoptr (AtspiAccessible) node = omc_gui_find (gui, ATSPI_ROLE_TEXT, name);
  AtspiText *text = atspi_accessible_get_text_iface (node);
  char *content;

  g_assert_nonnull (text);
  content = atspi_text_get_text (text, 0, atspi_text_get_character_count (text, NULL), NULL);
  g_object_unref (text);
  return content;
}

/* Nothing of a patient may be left on the screen. */
static void
assert_hidden (OmcGui *gui)
{
  g_autofree char *dump = omc_gui_dump (gui);

  g_assert_null (strstr (dump, "DOE"));
  g_assert_null (strstr (dump, "Respiration rate"));
  g_assert_nonnull (strstr (dump, "Sign In"));
}

/* The one who was here last is chosen already; key: to the next or the one before in the list. */
static void
choose_person (OmcGui *gui, const char *key)
{
  omc_gui_press (gui, "<Shift>Tab");
  omc_gui_press (gui, "space");
  omc_gui_press (gui, key);
  omc_gui_press (gui, "Return");
}

static void
test_auto_lock (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  g_autofree char *site = write_site_configuration (self);
  g_autofree char *draft = NULL;
  g_autofree char *foreign = NULL;
  gint64 alive;

  omc_world_stop_server (self->world);
  omc_bedside_start (self, "--config", site, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_bedside_open_patient (self);
  omc_bedside_add_vitals (self);
  omc_gui_enter (self->gui, "Respiration rate", "23");

  /* A key while the warning shows goes on with the work. */
  omc_gui_wait_for (self->gui, "Locking in *");
  omc_gui_picture (self->gui, "lock-warning",
                   "Idle: a warning before the screen locks; any key goes on.");
  omc_gui_press (self->gui, "Tab");
  alive = g_get_monotonic_time ();
  omc_gui_wait_gone (self->gui, "Locking in *");
  g_assert_true (omc_gui_sees (self->gui, "*DOE, John*"));

  omc_gui_wait_for (self->gui, "Locking in *");
  omc_gui_wait_for (self->gui, "Sign In");
  g_assert_cmpint ((g_get_monotonic_time () - alive) / G_USEC_PER_SEC, >=, LIMIT_SECONDS - 2);
  assert_hidden (self->gui);
  omc_gui_picture (
      self->gui, "locked",
      "Locked after the time that the site has set: nothing of a patient is left to see.");

  /* Another person starts with an empty form. */
  choose_person (self->gui, "Down");
  omc_bedside_sign_in (self, OMC_BEDSIDE_OTHER_PASSPHRASE);
  omc_gui_wait_for (self->gui, "Bert Cole");
  omc_bedside_open_patient (self);
  omc_bedside_add_vitals (self);
  foreign = read_field (self->gui, "Respiration rate");
  g_assert_cmpstr (foreign, ==, "");
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Sign In");

  /* Whose draft it is finds it again. */
  choose_person (self->gui, "Up");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "Anna Berg");
  omc_bedside_open_patient (self);
  omc_bedside_add_vitals (self);
  omc_gui_wait_for (self->gui, "Your draft of *");
  draft = read_field (self->gui, "Respiration rate");
  g_assert_cmpstr (draft, ==, "23");
  omc_gui_picture (self->gui, "draft-back",
                   "The draft is back for the person who typed it, and for nobody else.");

  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "\"subtype\":\"lock\"");
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/session/locks-by-itself-and-parks-drafts-per-person", test_auto_lock);
  return g_test_run ();
}
