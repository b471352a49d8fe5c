/* omc-patient-banner.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-patient-banner.h"
#include "omc-ui.h"
#include "omc-tip.h"

struct _OmcPatientBanner
{
  AdwBin parent_instance;
  GtkWidget *name_label;
  GtkWidget *birth_label;
  GtkWidget *gender_label;
  GtkWidget *number_label;
  GtkWidget *place_label;
  GtkWidget *allergy_box;
  GtkWidget *allergy_label;
  GtkWidget *alert_box;
  GtkWidget *alert_label;
  GtkWidget *scale_label;
};

G_DEFINE_FINAL_TYPE (OmcPatientBanner, omc_patient_banner, ADW_TYPE_BIN)

static void
omc_patient_banner_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_PATIENT_BANNER);

  G_OBJECT_CLASS (omc_patient_banner_parent_class)->dispose (object);
}

static void
omc_patient_banner_class_init (OmcPatientBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_patient_banner_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-patient-banner"));
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, name_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, birth_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, gender_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, number_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, place_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, allergy_box);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, allergy_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, alert_box);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, alert_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientBanner, scale_label);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BANNER);
}

static void
omc_patient_banner_init (OmcPatientBanner *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_patient_banner_set_summary (OmcPatientBanner *self, OmcPatientSummary *summary)
{
  const char *allergies, *alerts;
  gboolean has_allergy = FALSE;

  g_return_if_fail (OMC_IS_PATIENT_BANNER (self));
  g_return_if_fail (OMC_IS_PATIENT_SUMMARY (summary));

  allergies = omc_patient_summary_get_allergies (summary, &has_allergy);
  alerts = omc_patient_summary_get_alerts (summary);
  gtk_label_set_text (GTK_LABEL (self->name_label), omc_patient_summary_get_name (summary));
  gtk_label_set_text (GTK_LABEL (self->birth_label), omc_patient_summary_get_birth (summary));
  gtk_label_set_text (GTK_LABEL (self->gender_label), omc_patient_summary_get_gender (summary));
  gtk_label_set_text (GTK_LABEL (self->number_label), omc_patient_summary_get_number (summary));
  omc_tip_set (self->name_label, omc_patient_summary_get_name (summary));
  gtk_label_set_text (GTK_LABEL (self->place_label), omc_patient_summary_get_place (summary));
  omc_tip_set (self->place_label, omc_patient_summary_get_place (summary));
  gtk_label_set_text (GTK_LABEL (self->allergy_label), allergies);
  omc_tip_set (self->allergy_label, allergies);
  if (has_allergy)
    gtk_widget_add_css_class (self->allergy_box, "mark-allergy");
  else
    gtk_widget_remove_css_class (self->allergy_box, "mark-allergy");
  gtk_label_set_text (GTK_LABEL (self->alert_label), alerts);
  omc_tip_set (self->alert_label, alerts);
  gtk_widget_set_visible (self->alert_box, *alerts != '\0');
  gtk_label_set_text (GTK_LABEL (self->scale_label), omc_patient_summary_get_scale_text (summary));
  omc_tip_set (self->scale_label, omc_patient_summary_get_scale_text (summary));
}
