/* omc-merge-value-editor.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-merge-value-editor.h"
#include "omc-ui.h"

struct _OmcMergeValueEditor
{
  AdwBin parent_instance;
  GtkWidget *entry;
  GtkWidget *drop_down;
  GtkWidget *message;
  OmcMergeSession *session; /* (owned) (nullable) */
  const char *const *codes; /* (nullable): of the list, NULL while the entry is shown */
  guint position;
};

G_DEFINE_FINAL_TYPE (OmcMergeValueEditor, omc_merge_value_editor, ADW_TYPE_BIN)

static const char *const booleans[] = { "true", "false", NULL };

enum
{
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_message (OmcMergeValueEditor *self, const char *message)
{
  omc_ui_set_message (self->message, message);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               message ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  if (message)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), message,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
changed_cb (OmcMergeValueEditor *self)
{
  show_message (self, NULL);
}

static void
apply_cb (OmcMergeValueEditor *self)
{
  g_autoptr (GError) error = NULL;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));

  if (!self->session)
    return;
  if (self->codes)
    {
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->drop_down));

      /* nothing is preselected: the first line only asks */
      text = selected > 0 && selected != GTK_INVALID_LIST_POSITION ? self->codes[selected - 1] : "";
    }
  if (omc_merge_session_edit (self->session, self->position, text, &error))
    g_signal_emit (self, signals[DONE], 0);
  else
    show_message (self, error->message);
}

static void
cancel_cb (OmcMergeValueEditor *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  cancel_cb (OMC_MERGE_VALUE_EDITOR (widget));
  return TRUE;
}

static void
omc_merge_value_editor_dispose (GObject *object)
{
  OmcMergeValueEditor *self = OMC_MERGE_VALUE_EDITOR (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (omc_merge_value_editor_parent_class)->dispose (object);
}

static void
omc_merge_value_editor_class_init (OmcMergeValueEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_merge_value_editor_dispose;
  signals[DONE] = g_signal_new ("done", OMC_TYPE_MERGE_VALUE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               OMC_TEMPLATE ("omc-merge-value-editor"));
  gtk_widget_class_bind_template_child (widget_class, OmcMergeValueEditor, entry);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeValueEditor, drop_down);
  gtk_widget_class_bind_template_child (widget_class, OmcMergeValueEditor, message);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
omc_merge_value_editor_init (OmcMergeValueEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
fill_list (OmcMergeValueEditor *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  gtk_string_list_append (list, _ ("Choose…"));
  for (guint i = 0; self->codes[i]; i++)
    gtk_string_list_append (list, self->codes == booleans ? (i == 0 ? _ ("Yes") : _ ("No"))
                                                          : self->codes[i]);
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->drop_down), G_LIST_MODEL (list));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->drop_down), 0);
}

static const char *
placeholder (OmcEditKind kind)
{
  switch (kind)
    {
    case OMC_EDIT_DATE:
      return _ ("01-May-1970");
    case OMC_EDIT_QUANTITY:
      return _ ("Number; the unit stays");
    case OMC_EDIT_WORDS:
      return _ ("Parted by commas");
    case OMC_EDIT_NONE:
    case OMC_EDIT_STRING:
    case OMC_EDIT_CODE:
    case OMC_EDIT_BOOLEAN:
    default:
      return NULL;
    }
}

void
omc_merge_value_editor_begin (OmcMergeValueEditor *self, OmcMergeSession *session, guint position)
{
  OmcMergeRow *row;
  OmcEditKind kind;
  g_autofree char *label = NULL;

  g_return_if_fail (OMC_IS_MERGE_VALUE_EDITOR (self));
  g_return_if_fail (OMC_IS_MERGE_SESSION (session));

  g_set_object (&self->session, session);
  self->position = position;
  row = omc_merge_session_get_row (session, position);
  kind = omc_merge_row_get_edit_kind (row);
  self->codes = kind == OMC_EDIT_BOOLEAN ? booleans
                : kind == OMC_EDIT_CODE  ? omc_merge_row_get_codes (row)
                                         : NULL;
  gtk_widget_set_visible (self->drop_down, self->codes != NULL);
  gtk_widget_set_visible (self->entry, self->codes == NULL);
  label = g_strdup_printf (_ ("Result for %s"), omc_merge_row_get_label (row));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->drop_down), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  if (self->codes)
    fill_list (self);
  else
    {
      g_autofree char *text = omc_merge_row_dup_edit_text (row);

      gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
      gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), placeholder (kind));
    }
  show_message (self, NULL);
  gtk_widget_grab_focus (self->codes ? self->drop_down : self->entry);
}
