/* test-pin-unlock.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "omc-bedside.h"

#include <glib/gstdio.h>
#include <string.h>

#define PIN "830417"
#define WRONG_PIN "830418"
#define ATTEMPTS 10
#define FREE_ATTEMPTS 5

static void
open_security (OmcBedside *self)
{
  omc_gui_press (self->gui, "<Control>,");
  omc_gui_wait_for (self->gui, "Preferences");
  omc_gui_select_page (self->gui, "Security");
  omc_gui_wait_for (self->gui, "Quick Unlock");
}

static void
fill_pin (OmcBedside *self, const char *passphrase, const char *pin, const char *repeat)
{
  omc_gui_enter (self->gui, "Your passphrase", passphrase);
  omc_gui_enter (self->gui, "New PIN, 6 digits or more", pin);
  omc_gui_enter (self->gui, "The same PIN again", repeat);
}

static void
set_pin (OmcBedside *self)
{
  open_security (self);
  omc_gui_wait_for (self->gui, "Not set");
  omc_gui_picture (self->gui, "security", "How one comes in, and what protects the records.");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Set a PIN…");
  omc_gui_wait_for (self->gui, "A PIN unlocks this device quickly*");
  fill_pin (self, OMC_BEDSIDE_PASSPHRASE, "123456", "");
  g_assert_false (omc_gui_is_sensitive (self->gui, "Set PIN"));
  omc_gui_picture (self->gui, "pin-easy", "A PIN that is tried first is refused as it is typed.");
  fill_pin (self, OMC_BEDSIDE_PASSPHRASE, PIN, WRONG_PIN);
  omc_gui_wait_for (self->gui, "The two PINs differ.");
  fill_pin (self, "not her passphrase", PIN, PIN);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Set PIN");
  omc_gui_wait_for (self->gui, "Wrong passphrase.*");
  omc_gui_enter (self->gui, "Your passphrase", OMC_BEDSIDE_PASSPHRASE);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Set PIN");
  omc_gui_wait_for (self->gui, "Set, until this computer is started again");
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, "Quick Unlock");
}

static void
lock (OmcBedside *self)
{
  omc_gui_press (self->gui, "<Control>l");
  omc_gui_wait_for (self->gui, "Sign In");
}

static guint
count_digits (OmcBedside *self)
{
  g_autoptr (AtspiAccessible) field = omc_gui_find (self->gui, ATSPI_ROLE_TEXT, "PIN");
  AtspiText *text = atspi_accessible_get_text_iface (field);
  int n = atspi_text_get_character_count (text, NULL);

  g_object_unref (text);
  return (guint)MAX (0, n);
}

/* A button that is activated, not clicked, stays down for a moment and takes no second press meanwhile. */
static void
type_keys (OmcBedside *self, const char *digits)
{
  for (guint i = 0; digits[i]; i++)
    {
      const char name[2] = { digits[i], '\0' };

      omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, name);
      for (guint waited = 0; count_digits (self) <= i && waited < 100; waited++)
        g_usleep (50000);
      g_assert_cmpuint (count_digits (self), ==, i + 1);
    }
}

static void
try_wrong (OmcBedside *self, guint left)
{
  g_autofree char *told = g_strdup_printf ("Wrong PIN. %u attempts are left*", left);

  omc_gui_enter (self->gui, "PIN", WRONG_PIN);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
  omc_gui_wait_for (self->gui, told);
}

/* The count of the wrong ones is gone, as if somebody had wanted more attempts. */
static void
take_count_away (OmcBedside *self)
{
  g_autofree char *folder = omc_world_path (self->world, "bedside");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n_removed = 0;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_prefix (name, "pin.") && g_unlink (path) == 0)
        n_removed++;
    }
  g_assert_cmpuint (n_removed, >=, 1);
}

static void
test_pin (void)
{
  g_autoptr (OmcBedside) self = omc_bedside_new (24);
  g_autofree char *code = omc_bedside_enrol (self);
  gint64 started;

  omc_world_stop_server (self->world);
  omc_bedside_start (self, "--user", "anna", NULL);
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");
  set_pin (self);

  /* By touch alone. */
  lock (self);
  omc_gui_wait_for (self->gui, "Take back the last digit");
  omc_gui_picture (self->gui, "pin", "A PIN: keys for a finger, or the keyboard.");
  type_keys (self, PIN "1");
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Take back the last digit");
  started = g_get_monotonic_time ();
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
  omc_gui_wait_for (self->gui, "24 patients");
  g_test_message ("unlocked by PIN, as seen from outside: %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - started) / 1000);

  /* Wrong ones are told, then cost time; the passphrase goes on. */
  lock (self);
  try_wrong (self, ATTEMPTS - 1);
  omc_gui_picture (self->gui, "pin-wrong", "A wrong PIN says how many attempts are left.");
  for (guint i = 2; i <= FREE_ATTEMPTS; i++)
    try_wrong (self, ATTEMPTS - i);
  omc_gui_wait_for (self->gui, "The PIN can be tried again in *");
  omc_gui_enter (self->gui, "PIN", PIN);
  g_assert_false (omc_gui_is_sensitive (self->gui, "Unlock"));
  omc_gui_picture (self->gui, "pin-wait", "Five wrong ones: the time to wait counts down.");
  omc_gui_click (self->gui, ATSPI_ROLE_TOGGLE_BUTTON, "Use the Passphrase");
  omc_gui_wait_gone (self->gui, "The PIN can be tried again in *");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");

  /* A new one counts anew; one whose count was tampered with is destroyed. */
  open_security (self);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Change…");
  omc_gui_wait_for (self->gui, "A PIN unlocks this device quickly*");
  fill_pin (self, OMC_BEDSIDE_PASSPHRASE, PIN, PIN);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Set PIN");
  omc_gui_wait_gone (self->gui, "A PIN unlocks this device quickly*");
  omc_gui_press (self->gui, "Escape");
  omc_gui_wait_gone (self->gui, "Quick Unlock");
  lock (self);
  omc_gui_wait_for (self->gui, "Take back the last digit");
  take_count_away (self);
  omc_gui_enter (self->gui, "PIN", PIN);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Unlock");
  omc_gui_wait_for (self->gui, "The PIN was wrong too often and is destroyed*");
  omc_gui_wait_for (self->gui, "Passphrase");
  g_assert_false (omc_gui_sees (self->gui, "Take back the last digit"));
  omc_gui_picture (self->gui, "pin-destroyed", "Destroyed: the passphrase is asked for.");
  omc_bedside_sign_in (self, OMC_BEDSIDE_PASSPHRASE);
  omc_gui_wait_for (self->gui, "24 patients");

  set_pin (self);
  open_security (self);
  omc_gui_click (self->gui, ATSPI_ROLE_BUTTON, "Remove PIN");
  omc_gui_wait_for (self->gui, "Not set");
  omc_gui_press (self->gui, "Escape");
  omc_bedside_stop (self);
  omc_bedside_assert_audited (self, "\"subtype\":\"key-slot-added\"");
  omc_bedside_assert_audited (self, "\"subtype\":\"key-slot-removed\"");
  omc_bedside_assert_audited (self, "\"detail\":\"PIN\"");
}

int
main (int argc, char **argv)
{
  omc_world_init (&argc, &argv);
  g_test_add_func ("/pin/unlocks-warns-waits-and-is-destroyed", test_pin);
  return g_test_run ();
}
