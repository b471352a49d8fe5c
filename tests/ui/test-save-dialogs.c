/* test-save-dialogs.c: what is done in a dialog over a chart is saved, or its person is told
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "window-fixture.h"

typedef struct
{
  const char *action;
  const char *button;
  const char *row; /* what is typed, and where */
  const char *text;
  const char *undone;
} Dialog;

static const Dialog voiding = { "patient.void-set", "Mark as Error", "Reason*", "wrong patient",
                                "The set of DOE, John of * still counts*" };
static const Dialog demographics = { "patient.edit-demographics", "Save Changes", "City", "Ulm",
                                     "The details of DOE, John *typed again*" };

static const char pulse[] =
    "{\"resourceType\":\"Observation\",\"id\":\"o1\",\"meta\":{\"versionId\":\"1\"},"
    "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\","
    "\"code\":\"8867-4\"}]},\"subject\":{\"reference\":\"Patient/" WINDOW_FIXTURE_PATIENT "\"},"
    "\"effectiveDateTime\":\"2026-11-18T10:06:40Z\",\"valueQuantity\":{\"value\":76,"
    "\"unit\":\"/min\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"/min\"}}";

static gboolean
has_chart (gpointer user_data)
{
  return window_fixture_find (user_data, GTK_TYPE_LABEL, "*confirmed by the server*") != NULL;
}

static gboolean
has_dialog (gpointer user_data)
{
  WindowFixture *f = user_data;

  return window_fixture_find (f, GTK_TYPE_BUTTON, f->wanted) != NULL;
}

static AdwDialog *
get_dialog (WindowFixture *f)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (f->window));
}

static void
open_dialog (WindowFixture *f, const Dialog *what)
{
  store_fixture_from_server (&f->store, NULL, pulse, NULL);
  window_fixture_sign_in (f, f->store.nurse);
  gtk_widget_activate_action (f->window, "win.open-patient", "s", WINDOW_FIXTURE_PATIENT);
  g_assert_true (omc_ui_test_wait (has_chart, f));
  gtk_widget_activate_action (window_fixture_find (f, GTK_TYPE_LABEL, "*confirmed by the server*"),
                              what->action, NULL);
  f->wanted = what->button;
  g_assert_true (omc_ui_test_wait (has_dialog, f));
}

static GtkEditable *
find_row (WindowFixture *f, const Dialog *what)
{
  GtkWidget *title = window_fixture_find (f, GTK_TYPE_LABEL, what->row);

  g_assert_nonnull (title);

  return GTK_EDITABLE (gtk_widget_get_ancestor (title, ADW_TYPE_ENTRY_ROW));
}

static void
press_save (WindowFixture *f, const Dialog *what)
{
  GtkWidget *button = window_fixture_find (f, GTK_TYPE_BUTTON, what->button);

  gtk_editable_set_text (find_row (f, what), what->text);
  g_assert_true (gtk_widget_is_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static gboolean
may_save_again (gpointer user_data)
{
  WindowFixture *f = user_data;

  return gtk_widget_is_sensitive (window_fixture_find (f, GTK_TYPE_BUTTON, f->wanted));
}

/* The store answers on the main loop, which does not run between the press and the wait. */
static void
test_stays_until_answered (WindowFixture *f, gconstpointer data)
{
  const Dialog *what = data;
  AdwDialog *dialog;

  open_dialog (f, what);
  window_fixture_refuse_saves (f);
  press_save (f, what);
  dialog = get_dialog (f);
  g_assert_nonnull (dialog);
  g_assert_nonnull (window_fixture_find (f, GTK_TYPE_LABEL, "DOE, John · 01-Jan-1950 *"));
  g_signal_emit_by_name (window_fixture_find (f, GTK_TYPE_BUTTON, "Cancel"), "clicked");
  g_assert_true (get_dialog (f) == dialog);
  g_assert_nonnull (window_fixture_find (f, GTK_TYPE_LABEL, "Being saved*"));
  gtk_editable_set_text (find_row (f, what), "Bonn");
  g_assert_false (may_save_again (f));

  g_assert_true (omc_ui_test_wait (may_save_again, f));
  g_assert_true (get_dialog (f) == dialog);
  window_fixture_assert_says (f, "*no*");
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, "Being saved*"));
  g_assert_cmpuint (f->n_told, ==, 0);
  g_signal_emit_by_name (window_fixture_find (f, GTK_TYPE_BUTTON, "Cancel"), "clicked");
  g_assert_null (get_dialog (f));
}

static gboolean
was_told (gpointer user_data)
{
  return ((WindowFixture *)user_data)->n_told > 0;
}

static void
test_told_after_lock (WindowFixture *f, gconstpointer data)
{
  const Dialog *what = data;

  open_dialog (f, what);
  window_fixture_refuse_saves (f);
  press_save (f, what);
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_null (get_dialog (f));
  g_assert_true (omc_ui_test_wait (was_told, f));
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, what->undone));

  window_fixture_sign_in (f, f->store.assistant);
  gtk_test_widget_wait_for_draw (f->window);
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, what->undone));
  omc_window_lock (OMC_WINDOW (f->window));

  window_fixture_sign_in (f, f->store.nurse);
  window_fixture_assert_says (f, what->undone);
  g_signal_emit_by_name (window_fixture_find (f, GTK_TYPE_BUTTON, "Open the Chart"), "clicked");
  g_assert_true (omc_ui_test_wait (has_chart, f));
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, what->undone));
}

static gboolean
has_queued (gpointer user_data)
{
  g_autoptr (GPtrArray) queue = store_fixture_queue (&((WindowFixture *)user_data)->store);

  return queue->len > 0;
}

/* What is in the store needs no word, and whoever comes next is not told of it. */
static void
test_silent_when_saved (WindowFixture *f, gconstpointer data)
{
  const Dialog *what = data;

  open_dialog (f, what);
  press_save (f, what);
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_true (omc_ui_test_wait (has_queued, f));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (f->n_told, ==, 0);
}

/* Two that failed for one patient are two. */
static void
test_each_is_told (WindowFixture *f, gconstpointer data)
{
  open_dialog (f, &voiding);
  window_fixture_refuse_saves (f);
  press_save (f, &voiding);
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_true (omc_ui_test_wait (was_told, f));
  f->n_told = 0;
  open_dialog (f, &demographics);
  press_save (f, &demographics);
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_true (omc_ui_test_wait (was_told, f));

  window_fixture_sign_in (f, f->store.nurse);
  window_fixture_assert_says (f, voiding.undone);
  g_signal_emit_by_name (window_fixture_find (f, GTK_TYPE_BUTTON, "Open the Chart"), "clicked");
  window_fixture_assert_says (f, demographics.undone);
  g_signal_emit_by_name (window_fixture_find (f, GTK_TYPE_BUTTON, "Open the Chart"), "clicked");
  g_assert_null (window_fixture_find (f, GTK_TYPE_LABEL, demographics.undone));
}

static void
add_both (const char *path, WindowFixtureFunc func)
{
  g_autofree char *first = g_strconcat (path, "/entered-in-error", NULL);
  g_autofree char *second = g_strconcat (path, "/demographics", NULL);

  window_fixture_add (first, func, &voiding);
  window_fixture_add (second, func, &demographics);
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  add_both ("/ui/save-dialogs/stays-until-the-store-has-answered", test_stays_until_answered);
  add_both ("/ui/save-dialogs/tells-its-person-when-locked-meanwhile", test_told_after_lock);
  add_both ("/ui/save-dialogs/says-nothing-when-saved-after-all", test_silent_when_saved);
  window_fixture_add ("/ui/save-dialogs/each-that-failed-is-told", test_each_is_told, NULL);

  return g_test_run ();
}
