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
  OmcSaveDialog parent_instance;
  GtkWidget *person_label;
  GtkWidget *telephone_row;
  GtkWidget *line_row;
  GtkWidget *city_row;
  GtkWidget *postal_row;
  GtkWidget *birth_row;
  GtkWidget *error_label;
  GtkWidget *save_button;
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (OmcDemographicsDialog, omc_demographics_dialog, OMC_TYPE_SAVE_DIALOG)

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
  OmcUiSession *session = omc_save_dialog_get_session (OMC_SAVE_DIALOG (self));
  g_autofree char *birth = dup_row (self->birth_row);
  gboolean valid;

  if (!self->ready)
    return;

  valid =
      *birth == '\0' || omc_demographics_check_birth_date (birth, omc_ui_session_get_now (session));
  gtk_widget_set_sensitive (self->save_button,
                            valid && !omc_save_dialog_is_saving (OMC_SAVE_DIALOG (self)));
  omc_ui_set_message (
      self->error_label,
      valid ? NULL : _ ("The birth date is year-month-day, not in the future: 1954-03-02"));
}

static void
save_cb (OmcDemographicsDialog *self)
{
  OmcPatientSummary *summary = omc_save_dialog_get_summary (OMC_SAVE_DIALOG (self));
  g_autoptr (OmcDemographics) form = read_form (self);
  g_autoptr (GPtrArray) resources =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  g_autoptr (GError) error = NULL;
  g_autofree char *undone = NULL;
  OmcResource *patient =
      omc_demographics_apply (omc_patient_summary_get_chart (summary)->patient, form, &error);

  if (!patient)
    {
      omc_ui_set_message (self->error_label, error->message);
      return;
    }

  g_ptr_array_add (resources, patient);
  undone = g_strdup_printf (_ ("The details of %s were not changed and have to be typed again."),
                            omc_patient_summary_get_name (summary));
  omc_save_dialog_save (OMC_SAVE_DIALOG (self), resources, OMC_SAVE_DEMOGRAPHICS,
                        _ ("Demographics saved on this device"), undone);
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

  G_OBJECT_CLASS (omc_demographics_dialog_parent_class)->dispose (object);
}

static void
omc_demographics_dialog_class_init (OmcDemographicsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_demographics_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               OMC_TEMPLATE ("omc-demographics-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcDemographicsDialog, person_label);
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
omc_demographics_dialog_new (OmcUiSession *session, OmcPatientSummary *summary)
{
  OmcDemographicsDialog *self;
  g_autoptr (OmcDemographics) form = NULL;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (summary), NULL);

  self = g_object_new (OMC_TYPE_DEMOGRAPHICS_DIALOG, NULL);
  omc_save_dialog_set_up (OMC_SAVE_DIALOG (self), session, summary, self->person_label,
                          self->error_label);
  form = omc_demographics_read (omc_patient_summary_get_chart (summary)->patient);
  gtk_editable_set_text (GTK_EDITABLE (self->telephone_row), form->telephone);
  gtk_editable_set_text (GTK_EDITABLE (self->line_row), form->line);
  gtk_editable_set_text (GTK_EDITABLE (self->city_row), form->city);
  gtk_editable_set_text (GTK_EDITABLE (self->postal_row), form->postal_code);
  gtk_editable_set_text (GTK_EDITABLE (self->birth_row), form->birth_date);
  self->ready = TRUE;

  return ADW_DIALOG (self);
}
