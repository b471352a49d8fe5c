/* test-unsaved.c: what was not saved after its screen was left is told to its person, and to nobody else
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-ui-test.h"
#include "omc-unlock-page.h"
#include "omc-window.h"
#include "store-fixture.h"

#define PATIENT "p1"

/* A way in that leads nowhere: the test signs people in. */
#define CLOSED_TYPE_GATE (closed_gate_get_type ())
G_DECLARE_FINAL_TYPE (ClosedGate, closed_gate, CLOSED, GATE, OmcGate)

struct _ClosedGate
{
  OmcGate parent_instance;
};

G_DEFINE_FINAL_TYPE (ClosedGate, closed_gate, OMC_TYPE_GATE)

static OmcGateReport *
closed_gate_examine (OmcGate *gate, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, OMC_GATE_ERROR, OMC_GATE_ERROR_FAILED, "closed");

  return NULL;
}

static void
closed_gate_class_init (ClosedGateClass *klass)
{
  OMC_GATE_CLASS (klass)->examine = closed_gate_examine;
}

static void
closed_gate_init (ClosedGate *self)
{
}

typedef struct
{
  StoreFixture store;
  OmcSyncService *sync;
  GSettings *settings;
  GtkWidget *window;
  guint n_told;
  const char *wanted; /* what is waited for */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
  g_autoptr (OmcGate) gate = g_object_new (CLOSED_TYPE_GATE, NULL);
  GtkApplication *application = (gpointer)data;

  store_fixture_set_up (&f->store, NULL);
  store_fixture_from_server (&f->store, NULL,
                             "{\"resourceType\":\"Patient\",\"id\":\"" PATIENT
                             "\",\"meta\":{\"versionId\":\"1\"},\"name\":[{\"family\":\"Doe\","
                             "\"given\":[\"John\"]}],\"birthDate\":\"1950-01-01\"}",
                             NULL);
  /* Every save fails, and drafts do not. */
  store_fixture_execute (&f->store, "CREATE TRIGGER no_work BEFORE INSERT ON sync_queue BEGIN "
                                    "SELECT RAISE (ABORT, 'no'); END");
  f->sync = omc_sync_service_new (f->store.store, config);
  f->settings = g_settings_new (OMC_APP_ID);
  f->window = GTK_WIDGET (omc_window_new (application, gate, f->settings, NULL, FALSE, FALSE));
  gtk_window_present (GTK_WINDOW (f->window));
  gtk_test_widget_wait_for_draw (f->window);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  omc_window_lock (OMC_WINDOW (f->window));
  omc_ui_test_close (GTK_WINDOW (f->window), f->window);
  omc_sync_service_stop (f->sync);
  g_clear_object (&f->sync);
  g_clear_object (&f->settings);
  store_fixture_tear_down (&f->store, NULL);
}

static GtkWidget *
find_unlock_page (GtkWidget *root)
{
  GtkWidget *found = OMC_IS_UNLOCK_PAGE (root) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_unlock_page (child);

  return found;
}

static void
told_cb (Fixture *f)
{
  f->n_told++;
}

static void
sign_in (Fixture *f, OmcActor *actor)
{
  g_autoptr (OmcUiSession) session =
      omc_ui_session_new (f->store.store, f->sync, actor, f->settings);

  g_signal_connect_swapped (session, "unsaved", G_CALLBACK (told_cb), f);
  g_signal_emit_by_name (find_unlock_page (f->window), "opened", session);
}

/* Only what can be seen, with all that it is in. */
static GtkWidget *
find_shown (Fixture *f, GType type, const char *name)
{
  GtkWidget *found = omc_ui_test_find (f->window, type, name);

  return found && gtk_widget_get_mapped (found) ? found : NULL;
}

static gboolean
says (gpointer user_data)
{
  Fixture *f = user_data;

  return find_shown (f, GTK_TYPE_LABEL, f->wanted) != NULL;
}

static void
assert_says (Fixture *f, const char *pattern)
{
  f->wanted = pattern;
  if (!omc_ui_test_wait (says, f))
    g_error ("nothing says \"%s\"", pattern);
}

static gboolean
has_entry (gpointer user_data)
{
  return find_shown (user_data, GTK_TYPE_ENTRY, "Pulse") != NULL;
}

static gboolean
was_told (gpointer user_data)
{
  return ((Fixture *)user_data)->n_told > 0;
}

/* Saves a pulse and is somewhere else before the store has answered. */
static void
save_and (Fixture *f, const char *leave)
{
  GtkWidget *entry;

  gtk_widget_activate_action (f->window, "win.add-vitals", "s", PATIENT);
  g_assert_true (omc_ui_test_wait (has_entry, f));
  entry = find_shown (f, GTK_TYPE_ENTRY, "Pulse");
  gtk_editable_set_text (GTK_EDITABLE (entry), "76");
  gtk_widget_activate_action (entry, "vitals.save", NULL);
  gtk_widget_activate_action (entry, leave, NULL);
}

static void
test_told_and_brought_back (Fixture *f, gconstpointer data)
{
  GtkWidget *button;

  sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  assert_says (f, "The vitals of DOE, John were not saved. They wait as your draft.*");
  button = find_shown (f, GTK_TYPE_BUTTON, "Back to the Form");
  g_assert_nonnull (button);
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (omc_ui_test_wait (has_entry, f));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_shown (f, GTK_TYPE_ENTRY, "Pulse"))),
                   ==, "76");
  g_assert_null (find_shown (f, GTK_TYPE_LABEL, "The vitals of *"));
}

/* Whoever goes to the form by themselves has no more to be told. */
static void
test_told_until_gone_there (Fixture *f, gconstpointer data)
{
  sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  assert_says (f, "The vitals of DOE, John were not saved*");
  gtk_widget_activate_action (f->window, "win.add-vitals", "s", PATIENT);
  g_assert_true (omc_ui_test_wait (has_entry, f));
  g_assert_null (find_shown (f, GTK_TYPE_LABEL, "The vitals of *"));
}

static void
test_never_told_to_others (Fixture *f, gconstpointer data)
{
  sign_in (f, f->store.nurse);
  save_and (f, "win.lock");
  g_assert_true (omc_ui_test_wait (was_told, f));
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*DOE*not saved*"));

  sign_in (f, f->store.assistant);
  gtk_test_widget_wait_for_draw (f->window);
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*not saved*"));
  omc_window_lock (OMC_WINDOW (f->window));

  sign_in (f, f->store.nurse);
  assert_says (f, "The vitals of DOE, John were not saved. They wait as your draft.*");
  omc_window_lock (OMC_WINDOW (f->window));
  g_assert_null (omc_ui_test_find (f->window, GTK_TYPE_LABEL, "*not saved*"));
}

/* What cannot be kept as a draft either is not said to be one. */
static void
test_says_what_is_lost (Fixture *f, gconstpointer data)
{
  store_fixture_execute (&f->store, "CREATE TRIGGER no_draft BEFORE INSERT ON drafts BEGIN "
                                    "SELECT RAISE (ABORT, 'no'); END");
  g_test_expect_message ("omc-vitals", G_LOG_LEVEL_WARNING, "Cannot keep a draft*");
  sign_in (f, f->store.nurse);
  save_and (f, "navigation.pop");
  assert_says (f, "The vitals of DOE, John were not saved and have to be typed again.*");
  g_test_assert_expected_messages ();
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/unsaved/is-told-with-a-way-back", test_told_and_brought_back },
    { "/ui/unsaved/is-told-until-one-has-gone-there", test_told_until_gone_there },
    { "/ui/unsaved/is-never-told-to-the-next-person", test_never_told_to_others },
    { "/ui/unsaved/is-no-draft-when-none-could-be-kept", test_says_what_is_lost },
  };

  g_autoptr (GtkApplication) application = NULL;
  g_autoptr (GError) error = NULL;

  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  application = gtk_application_new (OMC_APP_ID ".Test", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, application, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
