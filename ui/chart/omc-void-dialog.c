/* omc-void-dialog.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-edit.h"
#include "omc-ui.h"
#include "omc-void-dialog.h"

struct _OmcVoidDialog
{
  OmcSaveDialog parent_instance;
  GtkWidget *person_label;
  GtkWidget *set_row;
  GtkWidget *reason_row;
  GtkWidget *error_label;
  GtkWidget *void_button;
  GPtrArray *sets; /* (owned): those that still count */
};

G_DEFINE_FINAL_TYPE (OmcVoidDialog, omc_void_dialog, OMC_TYPE_SAVE_DIALOG)

static void
edited_cb (OmcVoidDialog *self)
{
  g_autofree char *reason =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason_row))));

  gtk_widget_set_sensitive (self->void_button,
                            *reason != '\0' && self->sets && self->sets->len > 0 &&
                                !omc_save_dialog_is_saving (OMC_SAVE_DIALOG (self)));
}

static char *
describe_undone (OmcPatientSummary *summary, const OmcVitalsSet *set, gint64 now_us)
{
  g_autofree char *time = omc_display_time (set->time_us, now_us);

  /* Translators: a patient's name and a time */
  return g_strdup_printf (
      _ ("The set of %s of %s was not marked as entered in error: it still counts."),
      omc_patient_summary_get_name (summary), time);
}

static void
void_cb (OmcVoidDialog *self)
{
  guint selected = adw_combo_row_get_selected (ADW_COMBO_ROW (self->set_row));
  OmcUiSession *session = omc_save_dialog_get_session (OMC_SAVE_DIALOG (self));
  OmcPatientSummary *summary = omc_save_dialog_get_summary (OMC_SAVE_DIALOG (self));
  gint64 now_us = omc_ui_session_get_now (session);
  g_autoptr (GPtrArray) resources = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *undone = NULL;

  if (selected >= self->sets->len)
    return;

  resources = omc_vitals_set_to_error (
      omc_patient_summary_get_chart (summary), self->sets->pdata[selected],
      gtk_editable_get_text (GTK_EDITABLE (self->reason_row)),
      omc_actor_get_display (omc_ui_session_get_actor (session)), now_us, &error);
  if (!resources || resources->len == 0)
    {
      omc_ui_set_message (
          self->error_label,
          error ? error->message
                : _ ("This set is not on this device any more. Close this and look again."));
      return;
    }

  undone = describe_undone (summary, self->sets->pdata[selected], now_us);
  omc_save_dialog_save (OMC_SAVE_DIALOG (self), resources, OMC_SAVE_CORRECTION,
                        _ ("Set marked as entered in error"), undone);
}

static void
cancel_cb (OmcVoidDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
omc_void_dialog_dispose (GObject *object)
{
  OmcVoidDialog *self = OMC_VOID_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_VOID_DIALOG);
  g_clear_pointer (&self->sets, g_ptr_array_unref);

  G_OBJECT_CLASS (omc_void_dialog_parent_class)->dispose (object);
}

static void
omc_void_dialog_class_init (OmcVoidDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_void_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-void-dialog"));
  gtk_widget_class_bind_template_child (widget_class, OmcVoidDialog, person_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVoidDialog, set_row);
  gtk_widget_class_bind_template_child (widget_class, OmcVoidDialog, reason_row);
  gtk_widget_class_bind_template_child (widget_class, OmcVoidDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVoidDialog, void_button);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, void_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
omc_void_dialog_init (OmcVoidDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
list_sets (OmcVoidDialog *self, OmcPatientSummary *summary, gint64 now_us)
{
  GPtrArray *sets = omc_patient_summary_get_sets (summary);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_vitals_set_unref);
  for (guint i = 0; i < sets->len; i++)
    {
      OmcVitalsSet *set = sets->pdata[i];
      g_autofree char *time = omc_display_time (set->time_us, now_us);
      g_autofree char *score = omc_news2_dup_summary (&set->news2);

      if (set->voided)
        continue;
      gtk_string_list_take (names, g_strdup_printf (_ ("%s, NEWS2 %s, by %s"), time, score,
                                                    set->author ? set->author : "–"));
      g_ptr_array_add (self->sets, omc_vitals_set_ref (set));
    }
  adw_combo_row_set_model (ADW_COMBO_ROW (self->set_row), G_LIST_MODEL (names));
}

AdwDialog *
omc_void_dialog_new (OmcUiSession *session, OmcPatientSummary *summary)
{
  OmcVoidDialog *self;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (OMC_IS_PATIENT_SUMMARY (summary), NULL);

  self = g_object_new (OMC_TYPE_VOID_DIALOG, NULL);
  omc_save_dialog_set_up (OMC_SAVE_DIALOG (self), session, summary, self->person_label,
                          self->error_label);
  list_sets (self, summary, omc_ui_session_get_now (session));

  return ADW_DIALOG (self);
}
