/* test-vitals-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-ui-test.h"
#include "omc-vitals-page.h"
#include "store-fixture.h"

#define PATIENT "p1"
#define DRAFT_KEY "vitals/Patient/" PATIENT

typedef struct
{
  StoreFixture store;
  OmcSyncService *sync;
  GSettings *settings;
  OmcUiSession *session;
  GtkWidget *view;
  GtkWindow *window;
} Fixture;

static gboolean
has_entry (gpointer user_data)
{
  Fixture *f = user_data;

  return omc_ui_test_find (f->view, GTK_TYPE_ENTRY, "Pulse") != NULL;
}

static void
open_page (Fixture *f, OmcActor *actor)
{
  AdwNavigationPage *page;

  f->session = omc_ui_session_new (f->store.store, f->sync, actor, f->settings);
  page = omc_vitals_page_new (f->session, PATIENT);
  f->view = adw_navigation_view_new ();
  adw_navigation_view_push (ADW_NAVIGATION_VIEW (f->view), page);
  f->window = omc_ui_test_show (f->view, 1280, 720, NULL);
  g_assert_true (omc_ui_test_wait (has_entry, f));
}

static void
close_page (Fixture *f)
{
  omc_ui_test_close (f->window, f->view);
  g_clear_object (&f->session);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSyncConfig) config = omc_sync_config_new ();

  store_fixture_set_up (&f->store, NULL);
  store_fixture_from_server (&f->store, NULL,
                             "{\"resourceType\":\"Patient\",\"id\":\"" PATIENT
                             "\",\"meta\":{\"versionId\":\"1\"},\"name\":[{\"family\":\"Doe\"}],"
                             "\"birthDate\":\"1950-01-01\"}",
                             NULL);
  f->sync = omc_sync_service_new (f->store.store, config);
  f->settings = g_settings_new (OMC_APP_ID);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  omc_sync_service_stop (f->sync);
  g_clear_object (&f->sync);
  g_clear_object (&f->settings);
  store_fixture_tear_down (&f->store, NULL);
}

static void
type (Fixture *f, const char *name, const char *text)
{
  GtkWidget *entry = omc_ui_test_find (f->view, GTK_TYPE_ENTRY, name);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
}

static gboolean
has_draft (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      omc_store_load_draft_sync (f->store.store, f->store.nurse, DRAFT_KEY, NULL, NULL, &error);

  g_assert_no_error (error);
  return bytes != NULL;
}

static void
test_draft_is_kept_while_typing (Fixture *f, gconstpointer data)
{
  open_page (f, f->store.nurse);
  g_assert_false (has_draft (f));
  type (f, "Pulse", "76");
  g_assert_true (omc_ui_test_wait (has_draft, f));
  close_page (f);
}

static void
test_draft_is_kept_on_leaving (Fixture *f, gconstpointer data)
{
  open_page (f, f->store.nurse);
  type (f, "Pulse", "76");
  close_page (f);
  g_assert_true (omc_ui_test_wait (has_draft, f));

  open_page (f, f->store.nurse);
  g_assert_cmpstr (
      gtk_editable_get_text (GTK_EDITABLE (omc_ui_test_find (f->view, GTK_TYPE_ENTRY, "Pulse"))),
      ==, "76");
  close_page (f);
}

static gboolean
has_queued (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GPtrArray) queue = store_fixture_queue (&f->store);

  return queue->len > 0;
}

static void
assert_queued_status (Fixture *f, const char *status)
{
  g_autoptr (GPtrArray) queue = store_fixture_queue (&f->store);

  g_assert_cmpuint (queue->len, >, 0);
  for (guint i = 0; i < queue->len; i++)
    {
      const OmcQueueItem *item = queue->pdata[i];
      g_autoptr (OmcResource) resource =
          store_fixture_read (&f->store, item->resource_type, item->resource_id);

      g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (resource), "status"), ==,
                       status);
    }
}

static void
save_pulse (Fixture *f, OmcActor *actor)
{
  open_page (f, actor);
  type (f, "Pulse", "76");
  gtk_widget_activate_action (omc_ui_test_find (f->view, GTK_TYPE_ENTRY, "Pulse"), "vitals.save",
                              NULL);
  g_assert_true (omc_ui_test_wait (has_queued, f));
  close_page (f);
}

static void
test_nurse_charts_final (Fixture *f, gconstpointer data)
{
  save_pulse (f, f->store.nurse);
  assert_queued_status (f, "final");
}

/* What was saved does not come back as something to be saved, whenever the page went. */
static void
test_saved_is_no_draft (Fixture *f, gconstpointer data)
{
  const gboolean kept_before = GPOINTER_TO_INT (data);

  open_page (f, f->store.nurse);
  type (f, "Pulse", "76");
  if (kept_before)
    g_assert_true (omc_ui_test_wait (has_draft, f));
  gtk_widget_activate_action (omc_ui_test_find (f->view, GTK_TYPE_ENTRY, "Pulse"), "vitals.save",
                              NULL);
  close_page (f);
  g_assert_true (omc_ui_test_wait (has_queued, f));
  g_assert_false (has_draft (f));

  open_page (f, f->store.nurse);
  g_assert_cmpstr (
      gtk_editable_get_text (GTK_EDITABLE (omc_ui_test_find (f->view, GTK_TYPE_ENTRY, "Pulse"))),
      ==, "");
  close_page (f);
}

/* Somebody who signs for it makes it final. */
static void
test_assistant_charts_preliminary (Fixture *f, gconstpointer data)
{
  save_pulse (f, f->store.assistant);
  assert_queued_status (f, "preliminary");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/ui/vitals-page/a-draft-is-kept-while-one-types", test_draft_is_kept_while_typing },
    { "/ui/vitals-page/a-draft-is-kept-when-the-page-is-left", test_draft_is_kept_on_leaving },
    { "/ui/vitals-page/a-nurse-charts-final", test_nurse_charts_final },
    { "/ui/vitals-page/an-assistant-charts-preliminary", test_assistant_charts_preliminary },
  };

  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add ("/ui/vitals-page/what-was-saved-is-no-draft/typed-just-now", Fixture,
              GINT_TO_POINTER (FALSE), set_up, test_saved_is_no_draft, tear_down);
  g_test_add ("/ui/vitals-page/what-was-saved-is-no-draft/typed-before", Fixture,
              GINT_TO_POINTER (TRUE), set_up, test_saved_is_no_draft, tear_down);

  return g_test_run ();
}
