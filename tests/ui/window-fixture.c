/* window-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-unlock-page.h"
#include "window-fixture.h"

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

/* One for all windows: an application that goes ends what is shared. */
static GtkApplication *
get_application (void)
{
  static GtkApplication *application = NULL;
  g_autoptr (GError) error = NULL;

  if (!application)
    {
      application = gtk_application_new (OMC_APP_ID ".Test", G_APPLICATION_NON_UNIQUE);
      g_application_register (G_APPLICATION (application), NULL, &error);
      g_assert_no_error (error);
    }

  return application;
}

static void
set_up (WindowFixture *f, gconstpointer data)
{
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();
  g_autoptr (OmcGate) gate = g_object_new (CLOSED_TYPE_GATE, NULL);

  store_fixture_set_up (&f->store, NULL);
  store_fixture_from_server (&f->store, NULL,
                             "{\"resourceType\":\"Patient\",\"id\":\"" WINDOW_FIXTURE_PATIENT
                             "\",\"meta\":{\"versionId\":\"1\"},\"name\":[{\"family\":\"Doe\","
                             "\"given\":[\"John\"]}],\"birthDate\":\"1950-01-01\"}",
                             NULL);
  f->sync = omc_sync_service_new (f->store.store, config);
  f->settings = g_settings_new (OMC_APP_ID);
  f->window =
      GTK_WIDGET (omc_window_new (get_application (), gate, f->settings, NULL, FALSE, FALSE));
  gtk_window_present (GTK_WINDOW (f->window));
  gtk_test_widget_wait_for_draw (f->window);
}

/* A page that was left may still be read in a thread. */
static gboolean
is_idle (gpointer user_data)
{
  return G_OBJECT (((WindowFixture *)user_data)->store.store)->ref_count == 1;
}

static void
tear_down (WindowFixture *f, gconstpointer data)
{
  omc_window_lock (OMC_WINDOW (f->window));
  omc_ui_test_close (GTK_WINDOW (f->window), f->window);
  omc_sync_service_stop (f->sync);
  g_clear_object (&f->sync);
  g_clear_object (&f->settings);
  g_assert_true (omc_ui_test_wait (is_idle, f));
  store_fixture_tear_down (&f->store, NULL);
}

void
window_fixture_add (const char *path, WindowFixtureFunc func, gconstpointer data)
{
  g_test_add (path, WindowFixture, data, set_up, func, tear_down);
}

void
window_fixture_refuse_saves (WindowFixture *f)
{
  store_fixture_execute (&f->store, "CREATE TRIGGER no_work BEFORE INSERT ON sync_queue BEGIN "
                                    "SELECT RAISE (ABORT, 'no'); END");
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
told_cb (WindowFixture *f)
{
  f->n_told++;
}

void
window_fixture_sign_in (WindowFixture *f, OmcActor *actor)
{
  g_autoptr (OmcUiSession) session =
      omc_ui_session_new (f->store.store, f->sync, actor, f->settings);

  g_signal_connect_swapped (session, "unsaved", G_CALLBACK (told_cb), f);
  g_signal_emit_by_name (find_unlock_page (f->window), "opened", session);
}

GtkWidget *
window_fixture_find (WindowFixture *f, GType type, const char *name)
{
  GtkWidget *found = omc_ui_test_find (f->window, type, name);

  return found && gtk_widget_get_mapped (found) ? found : NULL;
}

static gboolean
says (gpointer user_data)
{
  WindowFixture *f = user_data;

  return window_fixture_find (f, GTK_TYPE_LABEL, f->wanted) != NULL;
}

void
window_fixture_assert_says (WindowFixture *f, const char *pattern)
{
  f->wanted = pattern;
  if (!omc_ui_test_wait (says, f))
    g_error ("nothing says \"%s\"", pattern);
}
