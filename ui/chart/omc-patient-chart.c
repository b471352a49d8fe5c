/* omc-patient-chart.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-lists.h"
#include "omc-chart-tab.h"
#include "omc-flowsheet.h"
#include "omc-lazy.h"
#include "omc-overview.h"
#include "omc-patient-chart.h"
#include "omc-queue-entry.h"
#include "omc-record-list.h"
#include "omc-ui.h"

#define MAX_NAMED 3

struct _OmcPatientChart
{
  AdwBin parent_instance;
  GtkWidget *proof_label;
  GtkWidget *tabs;
  OmcPatientSummary *summary; /* (owned) (nullable) */
  gint64 now_us;
  GHashTable *filled; /* (owned): names of tabs that show this summary */
};

G_DEFINE_FINAL_TYPE (OmcPatientChart, omc_patient_chart, ADW_TYPE_BIN)

/* "Chart confirmed by the server at 14:02. 2 sets wait: BP 120/80 ...": from acknowledged versions only. */
static char *
describe_proof (OmcChart *chart, gint64 now_us)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *time = omc_display_time (chart->confirmed_us, now_us);
  guint n_sets = omc_queue_count_sets (chart->queue);

  if (chart->confirmed_us)
    g_string_append_printf (text, _ ("Chart confirmed by the server at %s."), time);
  else
    g_string_append (text, _ ("Never confirmed by the server."));

  if (chart->n_elsewhere > 0)
    {
      g_string_append_c (text, ' ');
      g_string_append_printf (
          text,
          ngettext ("%u record of it is on the server only and comes back when it is reached.",
                    "%u records of it are on the server only and come back when it is reached.",
                    chart->n_elsewhere),
          chart->n_elsewhere);
    }

  if (chart->queue->len == 0)
    return g_string_free_and_steal (g_steal_pointer (&text));

  g_string_append_c (text, ' ');
  g_string_append_printf (text, ngettext ("%u set waits:", "%u sets wait:", n_sets), n_sets);
  for (guint i = 0; i < MIN (chart->queue->len, MAX_NAMED); i++)
    {
      OmcQueueItem *item = chart->queue->pdata[i];
      g_autofree char *when = omc_display_time (item->event_us, now_us);

      g_string_append_printf (text, "%s %s (%s)", i ? "," : "",
                              item->summary ? item->summary : item->resource_type, when);
    }
  if (chart->queue->len > MAX_NAMED)
    g_string_append (text, " …");

  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
fill_list (GtkWidget *list, const char *name, OmcPatientSummary *summary, gint64 now_us)
{
  OmcChart *chart = omc_patient_summary_get_chart (summary);
  g_autoptr (GListModel) model = NULL;
  const char *empty;

  if (g_str_equal (name, "medication"))
    {
      model = omc_chart_list_medication (chart, now_us);
      empty = _ ("No Medication Recorded");
    }
  else if (g_str_equal (name, "problems"))
    {
      model = omc_chart_list_problems (chart, now_us);
      empty = _ ("No Problems Recorded");
    }
  else if (g_str_equal (name, "allergies"))
    {
      model = omc_chart_list_allergies (chart, now_us);
      empty = _ ("Allergies Not Recorded");
    }
  else
    {
      model = omc_chart_list_timeline (omc_patient_summary_get_sets (summary), now_us);
      empty = _ ("Nothing Measured in the Last Days");
    }

  if (chart->n_elsewhere > 0)
    empty = _ ("Not All of This Chart Is on This Device");
  g_object_set (list, "empty-title", empty, NULL);
  omc_record_list_set_model (OMC_RECORD_LIST (list), model);
}

/* Only the tab that is looked at is filled: a chart has more than fits into one frame. */
static void
fill_tab (OmcPatientChart *self)
{
  AdwViewStack *tabs = ADW_VIEW_STACK (self->tabs);
  const char *name = adw_view_stack_get_visible_child_name (tabs);
  GtkWidget *tab;

  if (!self->summary || !name || !g_hash_table_add (self->filled, (gpointer)g_intern_string (name)))
    return;

  tab = omc_lazy_get (OMC_LAZY (adw_view_stack_get_visible_child (tabs)));
  if (OMC_IS_OVERVIEW (tab))
    omc_overview_set_summary (OMC_OVERVIEW (tab), self->summary, self->now_us);
  else if (OMC_IS_CHART_TAB (tab))
    omc_chart_tab_set_summary (OMC_CHART_TAB (tab), self->summary, self->now_us);
  else if (OMC_IS_FLOWSHEET (tab))
    omc_flowsheet_set_sets (OMC_FLOWSHEET (tab), omc_patient_summary_get_sets (self->summary),
                            self->now_us);
  else
    fill_list (tab, name, self->summary, self->now_us);
}

static void
omc_patient_chart_dispose (GObject *object)
{
  OmcPatientChart *self = OMC_PATIENT_CHART (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_PATIENT_CHART);
  g_clear_object (&self->summary);

  G_OBJECT_CLASS (omc_patient_chart_parent_class)->dispose (object);
}

static void
omc_patient_chart_finalize (GObject *object)
{
  g_hash_table_unref (OMC_PATIENT_CHART (object)->filled);

  G_OBJECT_CLASS (omc_patient_chart_parent_class)->finalize (object);
}

static void
omc_patient_chart_class_init (OmcPatientChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_patient_chart_dispose;
  object_class->finalize = omc_patient_chart_finalize;

  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_OVERVIEW);
  g_type_ensure (OMC_TYPE_CHART_TAB);
  g_type_ensure (OMC_TYPE_FLOWSHEET);
  g_type_ensure (OMC_TYPE_RECORD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-patient-chart"));
  gtk_widget_class_bind_template_child (widget_class, OmcPatientChart, proof_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientChart, tabs);
  gtk_widget_class_bind_template_callback (widget_class, fill_tab);
}

static void
omc_patient_chart_init (OmcPatientChart *self)
{
  self->filled = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_patient_chart_set_summary (OmcPatientChart *self, OmcPatientSummary *summary, gint64 now_us)
{
  g_autofree char *proof = NULL;

  g_return_if_fail (OMC_IS_PATIENT_CHART (self));
  g_return_if_fail (OMC_IS_PATIENT_SUMMARY (summary));

  g_set_object (&self->summary, summary);
  self->now_us = now_us;
  proof = describe_proof (omc_patient_summary_get_chart (summary), now_us);
  gtk_label_set_text (GTK_LABEL (self->proof_label), proof);
  g_hash_table_remove_all (self->filled);
  fill_tab (self);
}
