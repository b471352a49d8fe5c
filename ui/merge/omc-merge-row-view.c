/* omc-merge-row-view.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-merge-row-view.h"
#include "omc-merge-value-editor.h"
#include "omc-merge-words.h"
#include "omc-ui.h"
#include "omc-tip.h"

struct _OmcMergeRowView
{
  AdwBin parent_instance;
  GtkWidget *title_label;
  GtkWidget *state_label;
  GtkWidget *reason_label;
  GtkWidget *base_label;
  GtkWidget *local_label;
  GtkWidget *local_button;
  GtkWidget *result_box;
  GtkWidget *result_label;
  GtkWidget *edit_button;
  GtkWidget *value_editor;
  GtkWidget *remote_label;
  GtkWidget *remote_button;
  OmcMergeSession *session; /* (owned) (nullable) */
  OmcMergeRow *row;         /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (OmcMergeRowView, omc_merge_row_view, ADW_TYPE_BIN)

static guint
find_position (OmcMergeRowView *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->session)); i++)
    if (omc_merge_session_get_row (self->session, i) == self->row)
      return i;
  g_return_val_if_reached (0);
}

static void
name_widget (GtkWidget *widget, const char *name)
{
  omc_tip_set (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
show_value (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), omc_merge_words_value (text));
  omc_tip_set (label, text && *text ? text : NULL);
}

static void
mark (GtkWidget *widget, const char *style, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, style);
  else
    gtk_widget_remove_css_class (widget, style);
}

static void
show_state (OmcMergeRowView *self)
{
  OmcMergeRowState state = omc_merge_row_get_state (self->row);
  gboolean open = state == OMC_ROW_UNDECIDED || state == OMC_ROW_STOPPED;
  const char *severity = omc_merge_words_severity_class (omc_merge_row_get_severity (self->row));
  const char *classes[] = { "caption", NULL, NULL };
  const char *words = omc_merge_words_state (self->row);

  classes[1] = open                       ? (severity ? severity : "warning")
               : state == OMC_ROW_DECIDED ? "accent"
                                          : "dim-label";
  gtk_widget_set_css_classes (self->state_label, classes);
  gtk_label_set_text (GTK_LABEL (self->state_label), words);
  gtk_label_set_text (GTK_LABEL (self->reason_label), omc_merge_row_get_reason (self->row));
  gtk_widget_set_visible (self->reason_label, state != OMC_ROW_UNCHANGED);
  if (open)
    gtk_label_set_text (GTK_LABEL (self->result_label), words);
  else
    show_value (self->result_label, omc_merge_row_get_result_text (self->row));
  mark (self->result_label, "dim-label", open);
  mark (self->local_label, "heading", omc_merge_row_get_decision (self->row) == OMC_DECISION_LOCAL);
  mark (self->remote_label, "heading",
        omc_merge_row_get_decision (self->row) == OMC_DECISION_REMOTE);
}

static void
update (OmcMergeRowView *self)
{
  gboolean decidable = omc_merge_row_is_decidable (self->row);
  g_autofree char *question = omc_merge_words_question (self->row);
  g_autofree char *edit =
      g_strdup_printf (_ ("Type the result for %s"), omc_merge_row_get_label (self->row));
  g_autofree char *take_local = omc_merge_words_take (self->row, OMC_DECISION_LOCAL);
  g_autofree char *take_remote = omc_merge_words_take (self->row, OMC_DECISION_REMOTE);

  gtk_label_set_text (GTK_LABEL (self->title_label), omc_merge_row_get_label (self->row));
  show_value (self->base_label, omc_merge_row_get_base_text (self->row));
  show_value (self->local_label, omc_merge_row_get_local_text (self->row));
  show_value (self->remote_label, omc_merge_row_get_remote_text (self->row));
  show_state (self);
  gtk_widget_set_visible (self->local_button, decidable);
  gtk_widget_set_visible (self->remote_button, decidable);
  gtk_widget_set_visible (self->edit_button,
                          omc_merge_row_get_edit_kind (self->row) != OMC_EDIT_NONE);
  name_widget (self->local_button, take_local);
  name_widget (self->remote_button, take_remote);
  name_widget (self->edit_button, edit);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, question,
                                  -1);
}

static void
take_local_cb (OmcMergeRowView *self)
{
  omc_merge_session_decide (self->session, find_position (self), OMC_DECISION_LOCAL);
}

static void
take_remote_cb (OmcMergeRowView *self)
{
  omc_merge_session_decide (self->session, find_position (self), OMC_DECISION_REMOTE);
}

static void
edit_cb (OmcMergeRowView *self)
{
  gtk_widget_set_visible (self->result_box, FALSE);
  gtk_widget_set_visible (self->value_editor, TRUE);
  omc_merge_value_editor_begin (OMC_MERGE_VALUE_EDITOR (self->value_editor), self->session,
                                find_position (self));
}

static void
edit_done_cb (OmcMergeRowView *self)
{
  gtk_widget_set_visible (self->value_editor, FALSE);
  gtk_widget_set_visible (self->result_box, TRUE);
  gtk_widget_grab_focus (self->edit_button);
}

static void
unbind (OmcMergeRowView *self)
{
  if (self->row)
    g_signal_handlers_disconnect_by_data (self->row, self);
  g_clear_object (&self->row);
  g_clear_object (&self->session);
}

static void
omc_merge_row_view_dispose (GObject *object)
{
  unbind (OMC_MERGE_ROW_VIEW (object));
  G_OBJECT_CLASS (omc_merge_row_view_parent_class)->dispose (object);
}

static void
omc_merge_row_view_class_init (OmcMergeRowViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (OMC_TYPE_MERGE_VALUE_EDITOR);
  G_OBJECT_CLASS (klass)->dispose = omc_merge_row_view_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-merge-row-view"));
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, title_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, state_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, reason_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, base_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, local_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, local_button);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, result_box);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, result_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, edit_button);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, value_editor);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, remote_label);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeRowView, remote_button);
  gtk_widget_class_bind_template_callback (widget_class, take_local_cb);
  gtk_widget_class_bind_template_callback (widget_class, take_remote_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_done_cb);
}

static void
omc_merge_row_view_init (OmcMergeRowView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
omc_merge_row_view_new (void)
{
  return g_object_new (OMC_TYPE_MERGE_ROW_VIEW, NULL);
}

void
omc_merge_row_view_set_row (OmcMergeRowView *self, OmcMergeSession *session, OmcMergeRow *row)
{
  g_return_if_fail (OMC_IS_MERGE_ROW_VIEW (self));

  unbind (self);
  if (!row)
    return;
  self->session = g_object_ref (session);
  self->row = g_object_ref (row);
  gtk_widget_set_visible (self->value_editor, FALSE);
  gtk_widget_set_visible (self->result_box, TRUE);
  g_signal_connect_object (row, "notify::decision", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
omc_merge_row_view_set_show_base (OmcMergeRowView *self, gboolean show_base)
{
  g_return_if_fail (OMC_IS_MERGE_ROW_VIEW (self));

  gtk_widget_set_visible (self->base_label, show_base);
}

gboolean
omc_merge_row_view_begin_edit (OmcMergeRowView *self, OmcMergeRow *row)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW_VIEW (self), FALSE);

  if (self->row != row || omc_merge_row_get_edit_kind (row) == OMC_EDIT_NONE)
    return FALSE;
  edit_cb (self);
  return TRUE;
}
