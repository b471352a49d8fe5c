/* omc-overview.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-lists.h"
#include "omc-news2-chip.h"
#include "omc-overview.h"
#include "omc-record-list.h"
#include "omc-ui.h"

struct _OmcOverview
{
  AdwBin parent_instance;
  GtkWidget *chip;
  GtkWidget *score_label;
  GtkWidget *time_label;
  GtkWidget *latest_list;
  GtkWidget *problem_list;
  GtkWidget *medication_list;
};

G_DEFINE_FINAL_TYPE (OmcOverview, omc_overview, ADW_TYPE_BIN)

static OmcVitalsSet *
find_newest (GPtrArray *sets)
{
  for (guint i = 0; i < sets->len; i++)
    if (!((OmcVitalsSet *)sets->pdata[i])->voided)
      return sets->pdata[i];

  return NULL;
}

static void
show_newest (OmcOverview *self, OmcVitalsSet *set, gint64 now_us)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GListModel) values = NULL;
  g_autofree char *title = NULL;
  g_autofree char *time = NULL;
  g_autofree char *ago = NULL;
  g_autofree char *when = NULL;

  if (set)
    g_ptr_array_add (one, set);
  values = omc_chart_list_timeline (one, now_us);
  omc_record_list_set_model (OMC_RECORD_LIST (self->latest_list), values);
  if (!set)
    {
      omc_news2_chip_set_total (OMC_NEWS2_CHIP (self->chip), -1, OMC_NEWS2_BAND_NONE, FALSE);
      gtk_label_set_text (GTK_LABEL (self->score_label), _ ("No set in the last days"));
      gtk_label_set_text (GTK_LABEL (self->time_label), "");
      return;
    }

  omc_news2_chip_set_result (OMC_NEWS2_CHIP (self->chip), &set->news2);
  title = omc_display_news2 (&set->news2);
  gtk_label_set_text (GTK_LABEL (self->score_label), title);
  time = omc_display_time (set->time_us, now_us);
  ago = omc_display_ago (set->time_us, now_us);
  when = g_strdup_printf (_ ("%s, %s, by %s"), time, ago,
                          set->author ? set->author : _ ("author not known"));
  gtk_label_set_text (GTK_LABEL (self->time_label), when);
}

/* empty: (nullable): part of the chart is not here, and that there is none must not be said */
static void
show_list (GtkWidget *list, GListModel *model, const char *empty)
{
  g_object_set (list, "empty-title", empty ? empty : _ ("Not All of This Chart Is on This Device"),
                NULL);
  omc_record_list_set_model (OMC_RECORD_LIST (list), model);
}

static void
omc_overview_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_OVERVIEW);

  G_OBJECT_CLASS (omc_overview_parent_class)->dispose (object);
}

static void
omc_overview_class_init (OmcOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_overview_dispose;

  g_type_ensure (OMC_TYPE_NEWS2_CHIP);
  g_type_ensure (OMC_TYPE_RECORD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-overview"));
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, chip);
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, score_label);
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, time_label);
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, latest_list);
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, problem_list);
  gtk_widget_class_bind_template_child (widget_class, OmcOverview, medication_list);
}

static void
omc_overview_init (OmcOverview *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_overview_set_summary (OmcOverview *self, OmcPatientSummary *summary, gint64 now_us)
{
  OmcChart *chart;
  gboolean whole;
  g_autoptr (GListModel) problems = NULL;
  g_autoptr (GListModel) medication = NULL;

  g_return_if_fail (OMC_IS_OVERVIEW (self));
  g_return_if_fail (OMC_IS_PATIENT_SUMMARY (summary));

  chart = omc_patient_summary_get_chart (summary);
  whole = chart->n_elsewhere == 0;
  show_newest (self, find_newest (omc_patient_summary_get_sets (summary)), now_us);
  problems = omc_chart_list_problems (chart, now_us);
  show_list (self->problem_list, problems, whole ? _ ("No Problems Recorded") : NULL);
  medication = omc_chart_list_medication (chart, now_us);
  show_list (self->medication_list, medication, whole ? _ ("No Medication Recorded") : NULL);
}
