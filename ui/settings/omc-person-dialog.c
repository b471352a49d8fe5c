/* omc-person-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-settings"

#include "config.h"

#include <string.h>

#include "omc-passphrase-rule.h"
#include "omc-person-dialog.h"
#include "omc-ui.h"

struct _OmcPersonDialog
{
  AdwDialog parent_instance;
  GtkWidget *user_row;
  GtkWidget *display_row;
  GtkWidget *role_row;
  GtkWidget *passphrase_row;
  GtkWidget *repeat_row;
  GtkWidget *error_label;
  GtkWidget *add_button;
  OmcGate *gate;   /* (owned) */
  OmcActor *actor; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcPersonDialog, omc_person_dialog, ADW_TYPE_DIALOG)

enum
{
  ADDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
edited_cb (OmcPersonDialog *self)
{
  const char *obstacle =
      omc_passphrase_find_obstacle (get_text (self->passphrase_row), get_text (self->repeat_row));

  gtk_widget_set_sensitive (self->add_button, !obstacle && *get_text (self->user_row) &&
                                                  *get_text (self->display_row));
  omc_ui_set_message (self->error_label, obstacle && *obstacle ? obstacle : NULL);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcPersonDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = omc_gate_add_person_finish (OMC_GATE (source), result, &error);

  if (!self->add_button)
    return;

  if (done)
    {
      g_signal_emit (self, signals[ADDED], 0);
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }
  adw_dialog_set_can_close (ADW_DIALOG (self), TRUE);
  edited_cb (self);
  omc_ui_set_message (self->error_label, error->message);
}

static void
add_cb (OmcPersonDialog *self)
{
  OmcGateRequest *person;

  if (!gtk_widget_get_sensitive (self->add_button))
    return;

  person = omc_gate_request_new (OMC_GATE_BY_PASSPHRASE);
  person->user = g_strstrip (g_strdup (get_text (self->user_row)));
  person->display = g_strstrip (g_strdup (get_text (self->display_row)));
  person->role = (OmcRole)adw_combo_row_get_selected (ADW_COMBO_ROW (self->role_row));
  person->passphrase =
      omc_secret_new (get_text (self->passphrase_row), strlen (get_text (self->passphrase_row)));
  gtk_widget_set_sensitive (self->add_button, FALSE);
  adw_dialog_set_can_close (ADW_DIALOG (self), FALSE);
  omc_gate_add_person_async (self->gate, self->actor, person, NULL, added_cb, g_object_ref (self));
}

static void
cancel_cb (OmcPersonDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
omc_person_dialog_dispose (GObject *object)
{
  OmcPersonDialog *self = OMC_PERSON_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_PERSON_DIALOG);
  g_clear_object (&self->gate);
  g_clear_object (&self->actor);

  G_OBJECT_CLASS (omc_person_dialog_parent_class)->dispose (object);
}

static void
omc_person_dialog_class_init (OmcPersonDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_person_dialog_dispose;

  signals[ADDED] = g_signal_new ("added", OMC_TYPE_PERSON_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-person-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, display_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, role_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, passphrase_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, repeat_row);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPersonDialog, add_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
omc_person_dialog_init (OmcPersonDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
omc_person_dialog_new (OmcGate *gate, OmcActor *actor)
{
  OmcPersonDialog *self;

  g_return_val_if_fail (OMC_IS_GATE (gate), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  self = g_object_new (OMC_TYPE_PERSON_DIALOG, NULL);
  self->gate = g_object_ref (gate);
  self->actor = g_object_ref (actor);

  return ADW_DIALOG (self);
}
