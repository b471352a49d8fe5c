/* test-merge-editor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "omc-conflict-card.h"
#include "omc-conflicts-page.h"
#include "omc-lazy.h"
#include "omc-merge-editor.h"
#include "omc-merge-row-view.h"
#include "omc-ui.h"
#include "store-fixture.h"

#define TIME_LIMIT_US (10 * G_USEC_PER_SEC)

#define PATIENT(version, birth_date, gender, family)                                               \
  "{\"resourceType\":\"Patient\",\"id\":\"doe\",\"meta\":{\"versionId\":\"" version "\"},"         \
  "\"name\":[{\"use\":\"official\",\"family\":\"" family                                           \
  "\",\"given\":[\"John\"]}],\"gender\":\"" gender "\","                                           \
  "\"telecom\":[{\"system\":\"phone\",\"use\":\"home\",\"value\":\"555-0100\"}],"                  \
  "\"maritalStatus\":{\"text\":\"Married\"},\"birthDate\":\"" birth_date "\"}"

typedef struct
{
  StoreFixture store;
  GtkWidget *window;
  OmcConflictsPage *page;
} Fixture;

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
}

/* With OMNICARE_TOUR_DIR set: a PNG of the window. */
static void
picture (Fixture *f, const char *name)
{
  const char *dir = g_getenv ("OMNICARE_TOUR_DIR");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (!dir)
    return;
  run_for (300);
  paintable = gtk_widget_paintable_new (f->window);
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (f->window),
                          gtk_widget_get_height (f->window));
  node = gtk_snapshot_to_node (snapshot);
  texture =
      gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (f->window)), node, NULL);
  path = g_strdup_printf ("%s/%s.png", dir, name);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

/* --- the widgets on the page --- */

static GtkWidget *
child_of (gpointer widget, const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_true (GTK_IS_WIDGET (child));
  return GTK_WIDGET (child);
}

static GtkWidget *
get_card (Fixture *f)
{
  return omc_lazy_get (OMC_LAZY (child_of (f->page, "card")));
}

static GtkWidget *
get_editor (Fixture *f)
{
  return omc_lazy_get (OMC_LAZY (child_of (f->page, "editor")));
}

static const char *
page_name (Fixture *f)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (child_of (f->page, "stack")));
}

static const char *
card_page (Fixture *f)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (child_of (get_card (f), "stack")));
}

static void
wait_for_page (Fixture *f, const char *name)
{
  gint64 end = g_get_monotonic_time () + TIME_LIMIT_US;

  while (g_strcmp0 (page_name (f), name) != 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}

static guint
count_listed (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (
      GTK_LIST_VIEW (child_of (child_of (f->page, "inbox"), "list_view")))));
}

static void
wait_for_listed (Fixture *f, guint n)
{
  gint64 end = g_get_monotonic_time () + TIME_LIMIT_US;

  while (count_listed (f) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
}

/* The button of an action, NULL: none. */
static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  if (GTK_IS_ACTIONABLE (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, action);

      if (found)
        return found;
    }
  return NULL;
}

/* As a key or button would; FALSE: its button is switched off. */
static gboolean
act (GtkWidget *widget, const char *action)
{
  GtkWidget *button = find_button (widget, action);
  gboolean enabled = !button || gtk_widget_is_sensitive (button);

  gtk_widget_activate_action (widget, action, NULL);
  run_for (20);
  return enabled;
}

static gboolean
is_enabled (GtkWidget *widget, const char *button)
{
  return gtk_widget_is_sensitive (child_of (widget, button));
}

/* --- set up --- */

static void
set_up (Fixture *f, gconstpointer data)
{
  store_fixture_set_up (&f->store, NULL);
  f->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1024, 768);
  gtk_window_set_title (GTK_WINDOW (f->window), "OmniCare");
}

static void
show_page (Fixture *f)
{
  f->page = g_object_new (OMC_TYPE_CONFLICTS_PAGE, NULL);
  omc_conflicts_page_set_store (f->page, f->store.store, f->store.nurse);
  adw_window_set_content (ADW_WINDOW (f->window), GTK_WIDGET (f->page));
  gtk_window_present (GTK_WINDOW (f->window));
  wait_for_page (f, "inbox");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  run_for (50);
  store_fixture_tear_down (&f->store, NULL);
}

/* Base from the server, an edit here, another one there. */
static void
make_conflict (Fixture *f, const char *base, const char *local, const char *remote)
{
  OmcServerCounts counts = { 0 };
  g_autoptr (OmcResource) saved = NULL;

  store_fixture_from_server (&f->store, NULL, base, NULL);
  saved = store_fixture_save (&f->store, local);
  store_fixture_from_server (&f->store, &counts, remote, NULL);
  g_assert_cmpuint (counts.conflicts, ==, 1);
}

static gint64
first_conflict (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = omc_store_list_conflicts_sync (f->store.store, f->store.nurse,
                                                              OMC_CONFLICTS_OPEN, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  return ((OmcConflict *)g_ptr_array_index (list, 0))->id;
}

static void
open_first (Fixture *f)
{
  show_page (f);
  wait_for_listed (f, 1);
  omc_conflicts_page_open (f->page, first_conflict (f));
  wait_for_page (f, "conflict");
}

static void
make_birth_date_conflict (Fixture *f)
{
  make_conflict (f, PATIENT ("1", "1970-05-01", "male", "Doe"),
                 PATIENT ("1", "1970-05-02", "male", "Doe"),
                 PATIENT ("2", "1971-05-01", "male", "Doe"));
}

/* --- tests --- */

static void
test_empty_inbox (Fixture *f, gconstpointer data)
{
  show_page (f);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (
                       GTK_STACK (child_of (child_of (f->page, "inbox"), "list_stack"))),
                   ==, "empty");
  picture (f, "merge-empty");
}

static void
test_decide_on_the_card (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcResource) stored = NULL;

  make_birth_date_conflict (f);
  show_page (f);
  wait_for_listed (f, 1);
  picture (f, "merge-inbox");
  omc_conflicts_page_open (f->page, first_conflict (f));
  wait_for_page (f, "conflict");
  picture (f, "merge-card");

  g_assert_cmpstr (card_page (f), ==, "decide");
  g_assert_false (act (get_card (f), "card.save"));
  gtk_test_accessible_assert_property (child_of (get_card (f), "local_button"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Take this device’s value for Date of birth: 02-May-1970");
  gtk_test_accessible_assert_property (child_of (get_card (f), "remote_button"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Take the server’s value for Date of birth: 01-May-1971");

  g_assert_true (act (get_card (f), "card.take-local"));
  g_assert_cmpstr (card_page (f), ==, "done");
  picture (f, "merge-done");
  g_assert_true (act (get_card (f), "card.save"));
  wait_for_page (f, "inbox");
  wait_for_listed (f, 0);
  stored = store_fixture_read (&f->store, "Patient", "doe");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (stored), "birthDate"), ==,
                   "1970-05-02");
}

static void
test_type_a_value (Fixture *f, gconstpointer data)
{
  GtkWidget *value_editor;
  g_autoptr (OmcResource) stored = NULL;

  make_birth_date_conflict (f);
  open_first (f);
  g_assert_true (act (get_card (f), "card.edit"));
  value_editor = child_of (get_card (f), "value_editor");
  gtk_editable_set_text (GTK_EDITABLE (child_of (value_editor, "entry")), "31-Feb-1970");
  g_signal_emit_by_name (child_of (value_editor, "entry"), "activate");
  run_for (20);
  g_assert_true (gtk_widget_get_visible (child_of (value_editor, "message")));
  g_assert_cmpstr (card_page (f), ==, "decide");
  picture (f, "merge-typing");
  gtk_editable_set_text (GTK_EDITABLE (child_of (value_editor, "entry")), "3-May-1970");
  g_signal_emit_by_name (child_of (value_editor, "entry"), "activate");
  run_for (300);
  g_assert_cmpstr (card_page (f), ==, "done");
  act (get_card (f), "card.save");
  wait_for_page (f, "inbox");
  stored = store_fixture_read (&f->store, "Patient", "doe");
  g_assert_cmpstr (omc_json_value_pick_string (omc_resource_get_root (stored), "birthDate"), ==,
                   "1970-05-03");
}

static void
test_side_by_side (Fixture *f, gconstpointer data)
{
  make_birth_date_conflict (f);
  open_first (f);
  g_assert_true (act (GTK_WIDGET (f->page), "conflict.toggle-view"));
  g_assert_false (act (get_editor (f), "editor.save"));
  g_assert_false (act (get_editor (f), "editor.undo"));
  g_assert_true (act (get_editor (f), "editor.next"));
  picture (f, "merge-editor");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child_of (get_editor (f), "base_toggle")), TRUE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (child_of (get_editor (f), "unchanged_toggle")),
                                TRUE);
  g_assert_true (act (get_editor (f), "editor.take-remote"));
  g_assert_true (
      gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (f->window)), get_editor (f)));
  picture (f, "merge-editor-base");
  g_assert_false (act (get_editor (f), "editor.next"));
  g_assert_true (act (get_editor (f), "editor.undo"));
  g_assert_false (act (get_editor (f), "editor.save"));
  g_assert_true (act (get_editor (f), "editor.redo"));
  g_assert_true (act (get_editor (f), "editor.save"));
  wait_for_page (f, "inbox");
  wait_for_listed (f, 0);
}

static void
test_parked_and_taken_up (Fixture *f, gconstpointer data)
{
  make_conflict (f, PATIENT ("1", "1970-05-01", "male", "Doe"),
                 PATIENT ("1", "1970-05-02", "other", "Doe"),
                 PATIENT ("2", "1971-05-01", "male", "Doe"));
  open_first (f);
  g_assert_true (act (get_card (f), "card.take-remote"));
  g_assert_cmpstr (card_page (f), ==, "done");
  act (GTK_WIDGET (f->page), "conflict.back");
  wait_for_page (f, "inbox");
  run_for (200);
  omc_conflicts_page_open (f->page, first_conflict (f));
  wait_for_page (f, "conflict");
  g_assert_cmpstr (card_page (f), ==, "done");
}

#define MEASUREMENT(version, value, note)                                                          \
  "{\"resourceType\":\"Observation\",\"id\":\"t1\",\"meta\":{\"versionId\":\"" version "\"},"      \
  "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://"                               \
  "loinc.org\",\"code\":\"8310-5\"}],"                                                             \
  "\"text\":\"Temperature\"},\"subject\":{\"reference\":\"Patient/doe\"},"                         \
  "\"effectiveDateTime\":\"2026-11-18T08:00:00Z\",\"note\":[{\"text\":\"" note "\"}],"             \
  "\"valueQuantity\":{\"value\":" value                                                            \
  ",\"unit\":\"degrees C\",\"system\":\"http://unitsofmeasure.org\","                              \
  "\"code\":\"Cel\"}}"

static void
test_typed_number_keeps_its_text (Fixture *f, gconstpointer data)
{
  GtkWidget *value_editor;
  g_autoptr (OmcResource) stored = NULL;
  const OmcJsonValue *quantity;

  make_conflict (f, MEASUREMENT ("1", "37.20", "a"), MEASUREMENT ("1", "38.20", "a"),
                 MEASUREMENT ("2", "38.40", "a"));
  open_first (f);
  picture (f, "merge-measurement");
  act (get_card (f), "card.edit");
  value_editor = child_of (get_card (f), "value_editor");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child_of (value_editor, "entry"))), ==,
                   "38.40");
  gtk_editable_set_text (GTK_EDITABLE (child_of (value_editor, "entry")), "38,30");
  g_signal_emit_by_name (child_of (value_editor, "entry"), "activate");
  run_for (50);
  act (get_card (f), "card.save");
  wait_for_page (f, "inbox");
  stored = store_fixture_read (&f->store, "Observation", "t1");
  quantity = omc_json_value_pick (omc_resource_get_root (stored), "valueQuantity");
  g_assert_cmpstr (omc_json_value_get_number_text (omc_json_value_get (quantity, "value")), ==,
                   "38.30");
  g_assert_cmpstr (omc_json_value_pick_string (quantity, "code"), ==, "Cel");
}

static void
test_stop_has_no_merge_button (Fixture *f, gconstpointer data)
{
  make_conflict (f, PATIENT ("1", "1970-05-01", "male", "Doe"),
                 PATIENT ("1", "1970-05-02", "male", "Doe"),
                 PATIENT ("2", "1988-01-01", "female", "Roe"));
  open_first (f);
  g_assert_cmpstr (card_page (f), ==, "stop");
  picture (f, "merge-stop");
  g_assert_false (act (get_card (f), "card.take-local"));
  g_assert_false (act (get_card (f), "card.take-remote"));
  g_assert_false (act (get_card (f), "card.edit"));
  g_assert_false (act (get_card (f), "card.save"));
  g_assert_false (gtk_widget_get_visible (child_of (f->page, "editor_toggle")));
  g_assert_false (is_enabled (get_card (f), "local_button"));
  g_assert_false (gtk_widget_get_mapped (child_of (get_card (f), "local_button")));
}

#define TEST(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  omc_ui_init ();
  if (g_getenv ("OMNICARE_TOUR_DARK"))
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                        ADW_COLOR_SCHEME_FORCE_DARK);

  TEST ("/ui/merge/empty-inbox", test_empty_inbox);
  TEST ("/ui/merge/decide-on-the-card", test_decide_on_the_card);
  TEST ("/ui/merge/type-a-value", test_type_a_value);
  TEST ("/ui/merge/typed-number-keeps-its-text", test_typed_number_keeps_its_text);
  TEST ("/ui/merge/side-by-side", test_side_by_side);
  TEST ("/ui/merge/parked-and-taken-up", test_parked_and_taken_up);
  TEST ("/ui/merge/stop-has-no-merge-button", test_stop_has_no_merge_button);
  return g_test_run ();
}
