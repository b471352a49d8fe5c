/* omc-merge-editor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-merge-editor.h"
#include "omc-merge-row-view.h"
#include "omc-merge-words.h"
#include "omc-ui.h"

struct _OmcMergeEditor
{
  AdwBin parent_instance;
  GtkWidget *list_view;
  GtkWidget *base_toggle;
  GtkWidget *unchanged_toggle;
  GtkWidget *base_heading;
  GtkWidget *local_label;
  GtkWidget *remote_label;
  GtkWidget *message_label;
  OmcMergeSession *session;      /* (owned) (nullable) */
  GtkFilter *filter;             /* (owned) */
  GtkFilterListModel *rows;      /* (owned) (nullable) */
  GtkSingleSelection *selection; /* (owned) (nullable) */
  GPtrArray *views;              /* (owned): bound row views, borrowed */
};

G_DEFINE_FINAL_TYPE (OmcMergeEditor, omc_merge_editor, ADW_TYPE_BIN)

enum
{
  SAVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* --- rows --- */

static gboolean
is_row_shown (gpointer item, gpointer data)
{
  OmcMergeEditor *self = data;

  return omc_merge_row_get_state (item) != OMC_ROW_UNCHANGED ||
         gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->unchanged_toggle));
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *item, OmcMergeEditor *self)
{
  gtk_list_item_set_child (item, omc_merge_row_view_new ());
}

/* The sentence of the list's row follows the decision. */
static void
name_item (GtkListItem *item, GParamSpec *pspec, OmcMergeRow *row)
{
  g_autofree char *question = omc_merge_words_question (row);

  gtk_list_item_set_accessible_label (item, question);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *item, OmcMergeEditor *self)
{
  OmcMergeRowView *view = OMC_MERGE_ROW_VIEW (gtk_list_item_get_child (item));
  OmcMergeRow *row = gtk_list_item_get_item (item);

  omc_merge_row_view_set_row (view, self->session, row);
  omc_merge_row_view_set_show_base (
      view, gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->base_toggle)));
  g_signal_connect_object (row, "notify::decision", G_CALLBACK (name_item), item,
                           G_CONNECT_SWAPPED);
  name_item (item, NULL, row);
  g_ptr_array_add (self->views, view);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *item, OmcMergeEditor *self)
{
  OmcMergeRowView *view = OMC_MERGE_ROW_VIEW (gtk_list_item_get_child (item));

  g_ptr_array_remove_fast (self->views, view);
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), name_item, item);
  omc_merge_row_view_set_row (view, NULL, NULL);
}

static void
setup_header_cb (GtkListItemFactory *factory, GtkListHeader *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 6);
  gtk_list_header_set_child (header, label);
}

static void
bind_header_cb (GtkListItemFactory *factory, GtkListHeader *header)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_header_get_child (header)),
                      omc_merge_row_get_section (gtk_list_header_get_item (header)));
}

static int
compare_sections (gconstpointer a, gconstpointer b, gpointer data)
{
  return (int)omc_merge_row_get_section_order ((gpointer)a) -
         (int)omc_merge_row_get_section_order ((gpointer)b);
}

static void
show_rows (OmcMergeEditor *self)
{
  GtkSortListModel *sorted;

  g_clear_object (&self->rows);
  g_clear_object (&self->selection);
  if (self->session)
    {
      self->rows = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->session)),
                                              g_object_ref (self->filter));
      sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)), NULL);
      gtk_sort_list_model_set_section_sorter (
          sorted, GTK_SORTER (gtk_custom_sorter_new (compare_sections, NULL, NULL)));
      self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
    }
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list_view), GTK_SELECTION_MODEL (self->selection));
}

static void
base_toggled_cb (OmcMergeEditor *self)
{
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->base_toggle));

  gtk_widget_set_visible (self->base_heading, active);
  for (guint i = 0; i < self->views->len; i++)
    omc_merge_row_view_set_show_base (g_ptr_array_index (self->views, i), active);
}

static void
unchanged_toggled_cb (OmcMergeEditor *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- walking and deciding --- */

static guint
find_shown (OmcMergeEditor *self, OmcMergeRow *row)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    {
      g_autoptr (OmcMergeRow) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (item == row)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

/* The selected row as a position in the session, G_MAXUINT: none. */
static guint
get_position (OmcMergeEditor *self)
{
  OmcMergeRow *row =
      self->selection ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  for (guint i = 0; row && i < g_list_model_get_n_items (G_LIST_MODEL (self->session)); i++)
    if (omc_merge_session_get_row (self->session, i) == row)
      return i;
  return G_MAXUINT;
}

static void
go_to (OmcMergeEditor *self, guint position)
{
  guint shown;

  if (position == G_MAXUINT)
    return;
  shown = find_shown (self, omc_merge_session_get_row (self->session, position));
  if (shown != GTK_INVALID_LIST_POSITION)
    gtk_list_view_scroll_to (GTK_LIST_VIEW (self->list_view), shown,
                             GTK_LIST_SCROLL_SELECT | GTK_LIST_SCROLL_FOCUS, NULL);
}

static void
walk (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (widget);
  guint position = get_position (self);

  go_to (self, g_str_has_suffix (action, "next")
                   ? omc_merge_session_find_next (self->session, position, FALSE)
                   : omc_merge_session_find_previous (self->session, position, FALSE));
}

static OmcMergeDecision
decision_of (const char *action)
{
  if (g_str_has_suffix (action, "local"))
    return OMC_DECISION_LOCAL;
  return g_str_has_suffix (action, "remote") ? OMC_DECISION_REMOTE : OMC_DECISION_BASE;
}

static void
decide (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (widget);
  guint position = get_position (self);

  if (position == G_MAXUINT ||
      !omc_merge_session_decide (self->session, position, decision_of (action)))
    gtk_widget_error_bell (widget);
}

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (widget);
  OmcMergeRow *row =
      self->selection ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  for (guint i = 0; row && i < self->views->len; i++)
    if (omc_merge_row_view_begin_edit (g_ptr_array_index (self->views, i), row))
      return;
  gtk_widget_error_bell (widget);
}

static void
undo_or_redo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (widget);

  if (g_str_has_suffix (action, "undo"))
    omc_merge_session_undo (self->session);
  else
    omc_merge_session_redo (self->session);
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_signal_emit (widget, signals[SAVE], 0);
}

static void
update (OmcMergeEditor *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean open = self->session && omc_merge_session_get_n_undecided (self->session) > 0;
  gboolean stop = self->session && omc_merge_session_is_stop (self->session);
  const char *message = self->session ? omc_merge_session_get_message (self->session) : NULL;

  gtk_label_set_text (GTK_LABEL (self->message_label), message ? message : _ ("All decided"));
  gtk_widget_action_set_enabled (widget, "editor.next", open);
  gtk_widget_action_set_enabled (widget, "editor.previous", open);
  gtk_widget_action_set_enabled (widget, "editor.take-local", self->session && !stop);
  gtk_widget_action_set_enabled (widget, "editor.take-remote", self->session && !stop);
  gtk_widget_action_set_enabled (widget, "editor.take-base", self->session && !stop);
  gtk_widget_action_set_enabled (widget, "editor.edit", self->session && !stop);
  gtk_widget_action_set_enabled (widget, "editor.undo",
                                 self->session && omc_merge_session_can_undo (self->session));
  gtk_widget_action_set_enabled (widget, "editor.redo",
                                 self->session && omc_merge_session_can_redo (self->session));
  gtk_widget_action_set_enabled (widget, "editor.save",
                                 self->session && omc_merge_session_can_save (self->session));
}

static gboolean
omc_merge_editor_grab_focus (GtkWidget *widget)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (widget);

  return gtk_widget_grab_focus (self->list_view);
}

static void
omc_merge_editor_dispose (GObject *object)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->rows);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (omc_merge_editor_parent_class)->dispose (object);
}

static void
omc_merge_editor_finalize (GObject *object)
{
  OmcMergeEditor *self = OMC_MERGE_EDITOR (object);

  g_clear_pointer (&self->views, g_ptr_array_unref);
  G_OBJECT_CLASS (omc_merge_editor_parent_class)->finalize (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc func;
    guint key;
    GdkModifierType modifiers;
    guint keypad; /* 0: none */
  } actions[] = {
    { "editor.take-local", decide, GDK_KEY_1, 0, GDK_KEY_KP_1 },
    { "editor.take-remote", decide, GDK_KEY_2, 0, GDK_KEY_KP_2 },
    { "editor.take-base", decide, GDK_KEY_0, 0, GDK_KEY_KP_0 },
    { "editor.edit", edit, GDK_KEY_3, 0, GDK_KEY_KP_3 },
    { "editor.next", walk, GDK_KEY_Down, GDK_ALT_MASK },
    { "editor.previous", walk, GDK_KEY_Up, GDK_ALT_MASK },
    { "editor.undo", undo_or_redo, GDK_KEY_z, GDK_CONTROL_MASK },
    { "editor.redo", undo_or_redo, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "editor.save", save, GDK_KEY_s, GDK_CONTROL_MASK },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].func);
      gtk_widget_class_add_binding_action (widget_class, actions[i].key, actions[i].modifiers,
                                           actions[i].name, NULL);
      if (actions[i].keypad)
        gtk_widget_class_add_binding_action (widget_class, actions[i].keypad, 0, actions[i].name,
                                             NULL);
    }
}

static void
omc_merge_editor_class_init (OmcMergeEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_merge_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = omc_merge_editor_finalize;
  widget_class->grab_focus = omc_merge_editor_grab_focus;
  signals[SAVE] = g_signal_new ("save", OMC_TYPE_MERGE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-merge-editor"));
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, list_view);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, base_toggle);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, unchanged_toggle);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, base_heading);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, local_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, remote_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeEditor, message_label);
  gtk_widget_class_bind_template_callback (widget_class, base_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, unchanged_toggled_cb);
  install_actions (widget_class);
}

static void
omc_merge_editor_init (OmcMergeEditor *self)
{
  g_autoptr (GtkListItemFactory) rows = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) headers = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->views = g_ptr_array_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_row_shown, self, NULL));
  g_signal_connect_object (rows, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (rows, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (rows, "unbind", G_CALLBACK (unbind_cb), self, 0);
  g_signal_connect (headers, "setup", G_CALLBACK (setup_header_cb), NULL);
  g_signal_connect (headers, "bind", G_CALLBACK (bind_header_cb), NULL);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list_view), rows);
  gtk_list_view_set_header_factory (GTK_LIST_VIEW (self->list_view), headers);
  update (self);
}

void
omc_merge_editor_set_session (OmcMergeEditor *self, OmcMergeSession *session, OmcConflict *conflict)
{
  g_return_if_fail (OMC_IS_MERGE_EDITOR (self));
  g_return_if_fail ((session == NULL) == (conflict == NULL));

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  show_rows (self);
  if (session)
    {
      g_autofree char *local = omc_merge_words_local_side (conflict);
      g_autofree char *remote = omc_merge_words_remote_side (conflict);

      gtk_label_set_text (GTK_LABEL (self->local_label), local);
      gtk_label_set_text (GTK_LABEL (self->remote_label), remote);
      g_signal_connect_object (session, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}
