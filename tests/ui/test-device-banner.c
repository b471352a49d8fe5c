/* test-device-banner.c: the window says what stands ill with the device
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-sync-marks.h"
#include "window-fixture.h"

/* A server was met, and the time that this gave is over when the window looks. */
static void
run_out_of_time (WindowFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_set_lifetime (f->store.keys, G_TIME_SPAN_MILLISECOND);
  omc_key_manager_note_contact_sync (f->store.keys, FALSE, &error);
  g_assert_no_error (error);
}

static void
test_network (WindowFixture *f, gconstpointer data)
{
  run_out_of_time (f);
  window_fixture_sign_in (f, f->store.nurse);
  window_fixture_assert_says (f, "The time without the server is over*into the network.");
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, "The time without*"));
}

/* As a run has left it that was refused. */
static void
test_unheard (WindowFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  omc_store_set_mark (f->store.store, OMC_MARK_UNHEARD, "Device, Practitioner", &error);
  g_assert_no_error (error);
  run_out_of_time (f);
  window_fixture_sign_in (f, f->store.nurse);
  window_fixture_assert_says (f, "*let this device read Device, Practitioner,*Tell IT:*");
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, "*into the network*"));
  omc_ui_test_picture (GTK_WINDOW (f->window), "device-banner-unheard");
}

int
main (int argc, char **argv)
{
  /* The real one: GTK's accessibility for tests ends the program when something is announced, and none loses lists. */
  g_setenv ("GTK_A11Y", "atspi", TRUE);
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  window_fixture_add ("/ui/device-banner/asks-for-the-network", test_network, NULL);
  window_fixture_add ("/ui/device-banner/asks-for-rights-where-the-server-refuses", test_unheard,
                      NULL);

  return g_test_run ();
}
