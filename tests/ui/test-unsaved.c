/* test-unsaved.c: what was not saved after its screen was left is told to its person, and to nobody else
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "window-fixture.h"

static gboolean
has_entry (gpointer user_data)
{
  return window_fixture_find (user_data, GTK_TYPE_ENTRY, "Pulse") != NULL;
}

static gboolean
was_told (gpointer user_data)
{
  return ((WindowFixture *)user_data)->n_told > 0;
}

/* Saves a pulse and is somewhere else before the store has answered. */
static void
save_and (WindowFixture *f, const char *leave)
{
  GtkWidget *entry;

  window_fixture_refuse_saves (f);
  gtk_widget_activate_action (f->window, "win.add-vitals", "s", WINDOW_FIXTURE_PATIENT);
  g_assert_true (omc_ui_test_wait (has_entry, f));
  entry = window_fixture_find (f, GTK_TYPE_ENTRY, "Pulse");
  gtk_editable_set_text (GTK_EDITABLE (entry), "76");
  gtk_widget_activate_action (entry, "vitals.save", NULL);
  gtk_widget_activate_action (entry, leave, NULL);
}

static void
test_told_and_brought_back (WindowFixture *f, gconstpointer data)
{
  GtkWidget *button;

  window_fixture_sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  window_fixture_assert_says (f,
                              "The vitals of DOE, John were not saved. They wait as your draft.*");
  button = window_fixture_find (f, GTK_TYPE_BUTTON, "Back to the Form");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (omc_ui_test_wait (has_entry, f));
  g_assert_cmpstr (
      gtk_editable_get_text (GTK_EDITABLE (window_fixture_find (f, GTK_TYPE_ENTRY, "Pulse"))), ==,
      "76");
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, "The vitals of *"));
}

/* Whoever goes to the form by themselves has no more to be told. */
static void
test_told_until_gone_there (WindowFixture *f, gconstpointer data)
{
  window_fixture_sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  window_fixture_assert_says (f, "The vitals of DOE, John were not saved*");
  gtk_widget_activate_action (f->window, "win.add-vitals", "s", WINDOW_FIXTURE_PATIENT);
  g_assert_true (omc_ui_test_wait (has_entry, f));
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, "The vitals of *"));
}

static void
test_never_told_to_others (WindowFixture *f, gconstpointer data)
{
  window_fixture_sign_in (f, f->store.nurse);
  save_and (f, "win.lock");
  g_assert_true (omc_ui_test_wait (was_told, f));
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*DOE*not saved*"));

  window_fixture_sign_in (f, f->store.assistant);
  gtk_test_widget_wait_for_draw (f->window);
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*not saved*"));
  omc_window_lock (OMC_WINDOW (f->window));

  window_fixture_sign_in (f, f->store.nurse);
  window_fixture_assert_says (f,
                              "The vitals of DOE, John were not saved. They wait as your draft.*");
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*not saved*"));
}

/* What cannot be kept as a draft either is not said to be one. */
static void
test_says_what_is_lost (WindowFixture *f, gconstpointer data)
{
  store_fixture_execute (&f->store, "CREATE TRIGGER no_draft BEFORE INSERT ON drafts BEGIN "
                                    "SELECT RAISE (ABORT, 'no'); END");
  g_test_expect_message ("omc-vitals", G_LOG_LEVEL_WARNING, "Cannot keep a draft*");
  window_fixture_sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  window_fixture_assert_says (
      f, "The vitals of DOE, John were not saved and have to be typed again.*");
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  window_fixture_add ("/ui/unsaved/is-told-with-a-way-back", test_told_and_brought_back, NULL);
  window_fixture_add ("/ui/unsaved/is-told-until-one-has-gone-there", test_told_until_gone_there,
                      NULL);
  window_fixture_add ("/ui/unsaved/is-never-told-to-the-next-person", test_never_told_to_others,
                      NULL);
  window_fixture_add ("/ui/unsaved/is-no-draft-when-none-could-be-kept", test_says_what_is_lost,
                      NULL);

  return g_test_run ();
}
