/* omc-demographics-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-edit.h"
#include "omc-demographics-dialog.h"
#include "omc-ui.h"

struct _OmcDemographicsDialog
{
  AdwDialog parent_instance;
  GtkWidget *telephone_row;
  GtkWidget *line_row;
  GtkWidget *city_row;
  GtkWidget *postal_row;
  GtkWidget *birth_row;
  GtkWidget *error_label;
  GtkWidget *save_button;
  OmcUiSession *session; /* (owned) */
  OmcResource *patient;  /* (owned) */
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (OmcDemographicsDialog, omc_demographics_dialog, ADW_TYPE_DIALOG)

static char *
dup_row (GtkWidget *row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static OmcDemographics *
read_form (OmcDemographicsDialog *self)
{
  OmcDemographics *form = g_new0 (OmcDemographics, 1);

  form->telephone = dup_row (self->telephone_row);
  form->line = dup_row (self->line_row);
  form->city = dup_row (self->city_row);
  form->postal_code = dup_row (self->postal_row);
  form->birth_date = dup_row (self->birth_row);

  return form;
}

static void
edited_cb (OmcDemographicsDialog *self)
{
  g_autofree char *birth = dup_row (self->birth_row);
  gboolean valid;

  if (!self->ready)
    return;

  valid = *birth == '\0' ||
          omc_demographics_check_birth_date (birth, omc_ui_session_get_now (self->session));
  gtk_widget_set_sensitive (self->save_button, valid);
  omc_ui_set_message (
      self->error_label,
      valid ? NULL : _ ("The birth date is year-month-day, not in the future: 1954-03-02"));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcDemographicsDialog) self = user_data;
  g_autoptr (GPtrArray) saved = NULL;
  g_autoptr (GError) error = NULL;

  saved = omc_store_save_finish (OMC_STORE (source), result, &error);
  if (!self->save_button)
    return;

  if (saved)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                  _ ("Demographics saved on this device"));
      adw_dialog_force_close (ADW_DIALOG (self));
      return;
    }

  omc_ui_set_message (self->error_label,
                      g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE)
                          ? _ ("The record has changed meanwhile. Close this and open it again.")
                          : error->message);
  gtk_widget_set_sensitive (self->save_button, TRUE);
}

static void
save_cb (OmcDemographicsDialog *self)
{
  g_autoptr (OmcDemographics) form = read_form (self);
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;
  OmcResource *patient = omc_demographics_apply (self->patient, form, &error);

  if (!patient)
    {
      omc_ui_set_message (self->error_label, error->message);
      return;
    }

  gtk_widget_set_sensitive (self->save_button, FALSE);
  g_ptr_array_add (resources, patient);
  omc_store_save_async (omc_ui_session_get_store (self->session),
                        omc_ui_session_get_actor (self->session), resources, OMC_SAVE_DEMOGRAPHICS,
                        NULL, NULL, saved_cb, g_object_ref (self));
}

static void
cancel_cb (OmcDemographicsDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
omc_demographics_dialog_dispose (GObject *object)
{
  OmcDemographicsDialog *self = OMC_DEMOGRAPHICS_DIALOG (object);

  self->ready = FALSE;
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_DEMOGRAPHICS_DIALOG);
  g_clear_object (&self->session);
  g_clear_pointer (&self->patient, omc_resource_unref);

  G_OBJECT_CLASS (omc_demographics_dialog_parent_class)->dispose (object);
}

static void
omc_demographics_dialog_class_init (OmcDemographicsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_demographics_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               OMC_TEMPLATE ("omc-demographics-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, telephone_row);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, line_row);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, city_row);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, postal_row);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, birth_row);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, save_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
omc_demographics_dialog_init (OmcDemographicsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
omc_demographics_dialog_new (OmcUiSession *session, OmcResource *patient)
{
  OmcDemographicsDialog *self;
  g_autoptr (OmcDemographics) form = NULL;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (patient != NULL, NULL);

  self = g_object_new (OMC_TYPE_DEMOGRAPHICS_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->patient = omc_resource_ref (patient);
  form = omc_demographics_read (patient);
  gtk_editable_set_text (GTK_EDITABLE (self->telephone_row), form->telephone);
  gtk_editable_set_text (GTK_EDITABLE (self->line_row), form->line);
  gtk_editable_set_text (GTK_EDITABLE (self->city_row), form->city);
  gtk_editable_set_text (GTK_EDITABLE (self->postal_row), form->postal_code);
  gtk_editable_set_text (GTK_EDITABLE (self->birth_row), form->birth_date);
  self->ready = TRUE;

  return ADW_DIALOG (self);
}
