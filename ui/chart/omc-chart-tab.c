/* omc-chart-tab.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-tab.h"
#include "omc-choice-box.h"
#include "omc-ui.h"
#include "omc-vitals-chart.h"

struct _OmcChartTab
{
  AdwBin parent_instance;
  GtkWidget *range_box;
  GtkWidget *legend_label;
  GtkWidget *chart;
};

G_DEFINE_FINAL_TYPE (OmcChartTab, omc_chart_tab, ADW_TYPE_BIN)

static void
range_chosen_cb (OmcChartTab *self, GParamSpec *pspec, OmcChoiceBox *choice)
{
  omc_vitals_chart_set_hours (
      OMC_VITALS_CHART (self->chart),
      (guint)g_ascii_strtoull (omc_choice_box_get_value (choice), NULL, 10));
}

static void
omc_chart_tab_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_CHART_TAB);

  G_OBJECT_CLASS (omc_chart_tab_parent_class)->dispose (object);
}

static void
omc_chart_tab_class_init (OmcChartTabClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_chart_tab_dispose;

  g_type_ensure (OMC_TYPE_VITALS_CHART);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-chart-tab"));
  gtk_widget_class_bind_template_child (widget_class, OmcChartTab, range_box);
  gtk_widget_class_bind_template_child (widget_class, OmcChartTab, chart);
  gtk_widget_class_bind_template_child (widget_class, OmcChartTab, legend_label);
}

static void
omc_chart_tab_init (OmcChartTab *self)
{
  GtkWidget *range = omc_choice_box_new (TRUE);

  gtk_widget_init_template (GTK_WIDGET (self));

  omc_choice_box_add (OMC_CHOICE_BOX (range), "12", _ ("12 h"), _ ("Last 12 hours"), NULL);
  omc_choice_box_add (OMC_CHOICE_BOX (range), "24", _ ("24 h"), _ ("Last 24 hours"), NULL);
  omc_choice_box_add (OMC_CHOICE_BOX (range), "72", _ ("3 days"), _ ("Last 3 days"), NULL);
  omc_choice_box_set_value (OMC_CHOICE_BOX (range), "24");
  g_signal_connect_object (range, "notify::value", G_CALLBACK (range_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->range_box), range);
}

void
omc_chart_tab_set_summary (OmcChartTab *self, OmcPatientSummary *summary, gint64 now_us)
{
  OmcNews2Scope scope;

  g_return_if_fail (OMC_IS_CHART_TAB (self));
  g_return_if_fail (OMC_IS_PATIENT_SUMMARY (summary));

  scope = omc_patient_summary_get_scope (summary);
  gtk_label_set_text (
      GTK_LABEL (self->legend_label),
      scope == OMC_NEWS2_SCOPE_ADULT
          ? _ ("Behind each sign: the bands of NEWS2, 0 grey, 1 yellow, 2 orange, 3 red. A ring "
               "marks a 3.")
          : omc_news2_scope_sentence (scope));
  omc_vitals_chart_set_sets (OMC_VITALS_CHART (self->chart), omc_patient_summary_get_sets (summary),
                             scope, omc_patient_summary_get_scale (summary), now_us);
}
