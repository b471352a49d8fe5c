/* omc-conflict-card.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-conflict-card.h"
#include "omc-conflict-choice.h"
#include "omc-merge-value-editor.h"
#include "omc-merge-words.h"
#include "omc-ui.h"

struct _OmcConflictCard
{
  AdwBin parent_instance;
  GtkWidget *progress_label;
  GtkWidget *severity_label;
  GtkWidget *title_label;
  GtkWidget *reason_label;
  GtkWidget *base_label;
  GtkWidget *stack;
  GtkWidget *local_button;
  GtkWidget *remote_button;
  GtkWidget *edit_button;
  GtkWidget *local_choice;
  GtkWidget *remote_choice;
  GtkWidget *value_editor;
  GtkWidget *results;
  GtkWidget *message_label;
  GtkWidget *save_button;
  GtkWidget *stop_values;
  OmcMergeSession *session; /* (owned) (nullable) */
  OmcConflict *conflict;    /* (owned) (nullable) */
  guint n_questions;        /* that a person has to decide, when the session was opened */
  guint position;           /* of the row on the card, G_MAXUINT: none */
};

G_DEFINE_FINAL_TYPE (OmcConflictCard, omc_conflict_card, ADW_TYPE_BIN)

enum
{
  SAVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
set_label (GtkWidget *label, const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text ? text : "");
  gtk_widget_set_visible (label, text && *text);
}

static void
name_widget (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* While the editor is shown instead, the focus is there and stays there. */
static void
take_focus (OmcConflictCard *self, GtkWidget *widget)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (widget);
}

static void
show_severity (OmcConflictCard *self, int severity)
{
  const char *classes[] = { "heading", omc_merge_words_severity_class (severity), NULL };

  set_label (self->severity_label, omc_merge_words_severity (severity));
  gtk_widget_set_css_classes (self->severity_label, classes);
}

/* --- one question --- */

static void
show_sides (OmcConflictCard *self, OmcMergeRow *row)
{
  g_autofree char *local = omc_merge_words_local_side (self->conflict);
  g_autofree char *remote = omc_merge_words_remote_side (self->conflict);
  g_autofree char *take_local = omc_merge_words_take (row, OMC_DECISION_LOCAL);
  g_autofree char *take_remote = omc_merge_words_take (row, OMC_DECISION_REMOTE);

  omc_conflict_choice_set (OMC_CONFLICT_CHOICE (self->local_choice), "1", _ ("This device"),
                           omc_merge_words_value (omc_merge_row_get_local_text (row)), local);
  omc_conflict_choice_set (OMC_CONFLICT_CHOICE (self->remote_choice), "2", _ ("Server"),
                           omc_merge_words_value (omc_merge_row_get_remote_text (row)), remote);
  name_widget (self->local_button, take_local);
  name_widget (self->remote_button, take_remote);
}

static void
show_question (OmcConflictCard *self)
{
  OmcMergeRow *row = omc_merge_session_get_row (self->session, self->position);
  guint left = omc_merge_session_get_n_undecided (self->session);
  g_autofree char *progress =
      g_strdup_printf (_ ("Decision %u of %u"), self->n_questions - left + 1, self->n_questions);
  g_autofree char *before =
      omc_merge_row_has_base (row)
          ? g_strdup_printf (_ ("Before: %s"),
                             omc_merge_words_value (omc_merge_row_get_base_text (row)))
          : NULL;
  g_autofree char *question = omc_merge_words_question (row);

  set_label (self->progress_label, progress);
  set_label (self->title_label, omc_merge_row_get_label (row));
  set_label (self->reason_label, omc_merge_row_get_reason (row));
  set_label (self->base_label, before);
  show_severity (self, omc_merge_row_get_severity (row));
  show_sides (self, row);
  gtk_widget_set_visible (self->value_editor, FALSE);
  gtk_widget_set_visible (self->edit_button, omc_merge_row_get_edit_kind (row) != OMC_EDIT_NONE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "decide");
  take_focus (self, self->local_button);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_accessible_announce (GTK_ACCESSIBLE (self), question,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* --- lists of values --- */

static void
add_value (GtkWidget *list, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_add_css_class (row, "property");
  gtk_list_box_append (GTK_LIST_BOX (list), row);
}

static void
show_results (OmcConflictCard *self)
{
  const char *message = omc_merge_session_get_message (self->session);

  gtk_list_box_remove_all (GTK_LIST_BOX (self->results));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->session)); i++)
    {
      OmcMergeRow *row = omc_merge_session_get_row (self->session, i);
      g_autofree char *title = NULL;

      if (omc_merge_row_get_state (row) == OMC_ROW_UNCHANGED)
        continue;
      title =
          g_strdup_printf ("%s · %s", omc_merge_row_get_label (row), omc_merge_words_state (row));
      add_value (self->results, title, omc_merge_words_value (omc_merge_row_get_result_text (row)));
    }
  set_label (self->progress_label, NULL);
  set_label (self->title_label, message ? _ ("Not Ready to Save") : _ ("All Decided"));
  set_label (self->reason_label,
             message ? NULL : _ ("This is what will be saved and sent to the server."));
  set_label (self->base_label, NULL);
  set_label (self->message_label, message);
  show_severity (self, OMC_SEVERITY_INFO);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "done");
  if (!message)
    take_focus (self, self->save_button);
}

static void
add_stopped (OmcConflictCard *self, OmcMergeRow *row, guint *n)
{
  g_autofree char *values = NULL;

  if (omc_merge_row_get_state (row) != OMC_ROW_STOPPED)
    return;
  values = g_strdup_printf (_ ("This device: %s\nServer: %s\nBefore: %s"),
                            omc_merge_words_value (omc_merge_row_get_local_text (row)),
                            omc_merge_words_value (omc_merge_row_get_remote_text (row)),
                            omc_merge_words_value (omc_merge_row_get_base_text (row)));
  add_value (self->stop_values, omc_merge_row_get_label (row), values);
  if ((*n)++ == 0)
    set_label (self->reason_label, omc_merge_row_get_reason (row));
}

static void
show_stop (OmcConflictCard *self)
{
  guint n = 0;

  gtk_list_box_remove_all (GTK_LIST_BOX (self->stop_values));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->session)); i++)
    add_stopped (self, omc_merge_session_get_row (self->session, i), &n);
  set_label (self->progress_label, NULL);
  set_label (self->title_label, _ ("Stop: Check the Patient"));
  set_label (self->base_label,
             _ ("Nothing of this record is sent until the identity has been checked."));
  show_severity (self, OMC_SEVERITY_DANGER);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "stop");
}

/* --- what is shown --- */

static void
update_actions (OmcConflictCard *self)
{
  gboolean open = self->session && self->position != G_MAXUINT;
  OmcMergeRow *row = open ? omc_merge_session_get_row (self->session, self->position) : NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.take-local", open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.take-remote", open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.edit",
                                 open && omc_merge_row_get_edit_kind (row) != OMC_EDIT_NONE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "card.save",
                                 self->session && omc_merge_session_can_save (self->session));
}

static void
update (OmcConflictCard *self)
{
  gboolean stop = self->session && omc_merge_session_is_stop (self->session);

  self->position = self->session && !stop
                       ? omc_merge_session_find_next (self->session, G_MAXUINT, FALSE)
                       : G_MAXUINT;
  /* before the focus moves: a button that is switched off cannot take it */
  update_actions (self);
  if (stop)
    show_stop (self);
  else if (self->position != G_MAXUINT)
    show_question (self);
  else if (self->session)
    show_results (self);
}

static void
edit_done_cb (OmcConflictCard *self)
{
  gtk_widget_set_visible (self->value_editor, FALSE);
  if (self->position != G_MAXUINT)
    gtk_widget_grab_focus (self->local_button);
}

static void
take_local (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcConflictCard *self = OMC_CONFLICT_CARD (widget);

  omc_merge_session_decide (self->session, self->position, OMC_DECISION_LOCAL);
}

static void
take_remote (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcConflictCard *self = OMC_CONFLICT_CARD (widget);

  omc_merge_session_decide (self->session, self->position, OMC_DECISION_REMOTE);
}

static void
edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  OmcConflictCard *self = OMC_CONFLICT_CARD (widget);

  gtk_widget_set_visible (self->value_editor, TRUE);
  omc_merge_value_editor_begin (OMC_MERGE_VALUE_EDITOR (self->value_editor), self->session,
                                self->position);
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_signal_emit (widget, signals[SAVE], 0);
}

static gboolean
omc_conflict_card_grab_focus (GtkWidget *widget)
{
  OmcConflictCard *self = OMC_CONFLICT_CARD (widget);

  if (self->position != G_MAXUINT)
    return gtk_widget_grab_focus (self->local_button);
  return gtk_widget_grab_focus (self->save_button);
}

static void
omc_conflict_card_dispose (GObject *object)
{
  OmcConflictCard *self = OMC_CONFLICT_CARD (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->conflict, omc_conflict_unref);
  G_OBJECT_CLASS (omc_conflict_card_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, progress_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, severity_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, title_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, reason_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, base_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, local_button);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, remote_button);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, edit_button);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, local_choice);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, remote_choice);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, value_editor);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, results);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, message_label);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, save_button);
  gtk_widget_class_bind_template_child (widget_class, OmcConflictCard, stop_values);
}

static void
omc_conflict_card_class_init (OmcConflictCardClass *klass)
{
  static const struct
  {
    guint keys[2];
    const char *action;
  } bindings[] = {
    { { GDK_KEY_1, GDK_KEY_KP_1 }, "card.take-local" },
    { { GDK_KEY_2, GDK_KEY_KP_2 }, "card.take-remote" },
    { { GDK_KEY_3, GDK_KEY_KP_3 }, "card.edit" },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (OMC_TYPE_CONFLICT_CHOICE);
  g_type_ensure (OMC_TYPE_MERGE_VALUE_EDITOR);
  G_OBJECT_CLASS (klass)->dispose = omc_conflict_card_dispose;
  widget_class->grab_focus = omc_conflict_card_grab_focus;
  signals[SAVE] = g_signal_new ("save", OMC_TYPE_CONFLICT_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-conflict-card"));
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, edit_done_cb);
  gtk_widget_class_install_action (widget_class, "card.take-local", NULL, take_local);
  gtk_widget_class_install_action (widget_class, "card.take-remote", NULL, take_remote);
  gtk_widget_class_install_action (widget_class, "card.edit", NULL, edit);
  gtk_widget_class_install_action (widget_class, "card.save", NULL, save);
  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (bindings[i].keys); k++)
      gtk_widget_class_add_binding_action (widget_class, bindings[i].keys[k], 0, bindings[i].action,
                                           NULL);
}

static void
omc_conflict_card_init (OmcConflictCard *self)
{
  self->position = G_MAXUINT;
  gtk_widget_init_template (GTK_WIDGET (self));
  update_actions (self);
}

void
omc_conflict_card_set_session (OmcConflictCard *self,
                               OmcMergeSession *session,
                               OmcConflict *conflict)
{
  g_return_if_fail (OMC_IS_CONFLICT_CARD (self));
  g_return_if_fail ((session == NULL) == (conflict == NULL));

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_clear_pointer (&self->conflict, omc_conflict_unref);
  if (session)
    {
      OmcMergeResult *result = omc_merge_session_get_result (session);

      self->conflict = omc_conflict_ref (conflict);
      self->n_questions = 0;
      for (guint i = 0; i < omc_merge_result_get_n_hunks (result); i++)
        if (omc_merge_result_get_hunk (result, i)->state == OMC_HUNK_ASK)
          self->n_questions++;
      g_signal_connect_object (session, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}
