/* omc-patient-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-chart-lists.h"
#include "omc-chart-tab.h"
#include "omc-demographics-dialog.h"
#include "omc-flowsheet.h"
#include "omc-lazy.h"
#include "omc-notice.h"
#include "omc-overview.h"
#include "omc-patient-banner.h"
#include "omc-patient-page.h"
#include "omc-patient-reader.h"
#include "omc-queue-entry.h"
#include "omc-record-list.h"
#include "omc-sync-badge.h"
#include "omc-ui.h"
#include "omc-void-dialog.h"

/* The longest range of the vitals chart. */
#define HISTORY_US (3 * G_TIME_SPAN_DAY)
#define MAX_NAMED 3

struct _OmcPatientPage
{
  AdwNavigationPage parent_instance;
  GtkWidget *sync_badge;
  GtkWidget *banner;
  GtkWidget *stack;
  GtkWidget *error_page;
  GtkWidget *proof_label;
  GtkWidget *tabs;
  OmcUiSession *session;      /* (owned) */
  char *patient_id;           /* (owned) */
  OmcPatientSummary *summary; /* (owned) (nullable) */
  GHashTable *filled;         /* (owned): names of tabs that show this summary */
  GCancellable *cancellable;  /* (owned) */
  gboolean reading;
  gboolean read_again;
};

G_DEFINE_FINAL_TYPE (OmcPatientPage, omc_patient_page, ADW_TYPE_NAVIGATION_PAGE)

static void read_chart (OmcPatientPage *self);

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

  g_object_set (list, "empty-title", empty, NULL);
  omc_record_list_set_model (OMC_RECORD_LIST (list), model);
}

/* Only the tab that is looked at is filled: a chart has more than fits into one frame. */
static void
fill_tab (OmcPatientPage *self)
{
  AdwViewStack *tabs = ADW_VIEW_STACK (self->tabs);
  const char *name = adw_view_stack_get_visible_child_name (tabs);
  gint64 now = omc_ui_session_get_now (self->session);
  GtkWidget *tab;

  if (!self->summary || !name || !g_hash_table_add (self->filled, (gpointer)g_intern_string (name)))
    return;

  tab = omc_lazy_get (OMC_LAZY (adw_view_stack_get_visible_child (tabs)));
  if (OMC_IS_OVERVIEW (tab))
    omc_overview_set_summary (OMC_OVERVIEW (tab), self->summary, now);
  else if (OMC_IS_CHART_TAB (tab))
    omc_chart_tab_set_summary (OMC_CHART_TAB (tab), self->summary, now);
  else if (OMC_IS_FLOWSHEET (tab))
    omc_flowsheet_set_sets (OMC_FLOWSHEET (tab), omc_patient_summary_get_sets (self->summary), now);
  else
    fill_list (tab, name, self->summary, now);
}

static void
show_summary (OmcPatientPage *self)
{
  gint64 now = omc_ui_session_get_now (self->session);
  g_autofree char *proof = describe_proof (omc_patient_summary_get_chart (self->summary), now);

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self),
                                 omc_patient_summary_get_name (self->summary));
  omc_patient_banner_set_summary (OMC_PATIENT_BANNER (self->banner), self->summary);
  gtk_widget_set_visible (self->banner, TRUE);
  gtk_label_set_text (GTK_LABEL (self->proof_label), proof);
  g_hash_table_remove_all (self->filled);
  fill_tab (self);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "chart");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.edit-demographics", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.void-set",
                                 omc_patient_summary_get_sets (self->summary)->len > 0);
}

static void
chart_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcPatientPage) self = user_data;
  g_autoptr (OmcPatientSummary) summary = NULL;
  g_autoptr (GError) error = NULL;

  summary = omc_patient_read_finish (OMC_STORE (source), result, &error);
  if (!self->stack || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->reading = FALSE;
  if (summary)
    {
      g_set_object (&self->summary, summary);
      show_summary (self);
    }
  else
    {
      omc_notice_set_description (OMC_NOTICE (self->error_page), error->message);
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
    }

  if (self->read_again)
    read_chart (self);
}

static void
read_chart (OmcPatientPage *self)
{
  self->read_again = self->reading;
  if (self->reading)
    return;

  self->reading = TRUE;
  omc_patient_read_async (omc_ui_session_get_store (self->session),
                          omc_ui_session_get_actor (self->session), self->patient_id,
                          omc_ui_session_get_now (self->session) - HISTORY_US, self->cancellable,
                          chart_read_cb, g_object_ref (self));
}

static void
store_changed_cb (OmcPatientPage *self, OmcStoreChange *change, OmcStore *store)
{
  if (omc_store_change_concerns (change, self->patient_id))
    read_chart (self);
}

static void
add_vitals_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.add-vitals", "s", OMC_PATIENT_PAGE (widget)->patient_id);
}

static void
edit_demographics_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (widget);

  if (self->summary)
    adw_dialog_present (omc_demographics_dialog_new (
                            self->session, omc_patient_summary_get_chart (self->summary)->patient),
                        widget);
}

static void
void_set_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (widget);

  if (self->summary)
    adw_dialog_present (omc_void_dialog_new (self->session, self->summary), widget);
}

static void
omc_patient_page_dispose (GObject *object)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_PATIENT_PAGE);
  g_clear_object (&self->summary);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_patient_page_parent_class)->dispose (object);
}

static void
omc_patient_page_finalize (GObject *object)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->filled);
  g_free (self->patient_id);

  G_OBJECT_CLASS (omc_patient_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_SYNC_BADGE);
  g_type_ensure (OMC_TYPE_PATIENT_BANNER);
  g_type_ensure (OMC_TYPE_OVERVIEW);
  g_type_ensure (OMC_TYPE_CHART_TAB);
  g_type_ensure (OMC_TYPE_FLOWSHEET);
  g_type_ensure (OMC_TYPE_RECORD_LIST);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-patient-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, sync_badge);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, banner);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, proof_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, tabs);
  gtk_widget_class_bind_template_callback (widget_class, fill_tab);
}

static void
omc_patient_page_class_init (OmcPatientPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_patient_page_dispose;
  object_class->finalize = omc_patient_page_finalize;

  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "patient.add-vitals", NULL, add_vitals_cb);
  gtk_widget_class_install_action (widget_class, "patient.edit-demographics", NULL,
                                   edit_demographics_cb);
  gtk_widget_class_install_action (widget_class, "patient.void-set", NULL, void_set_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK,
                                       "patient.add-vitals", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK,
                                       "patient.edit-demographics", NULL);
}

static void
omc_patient_page_init (OmcPatientPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->filled = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.edit-demographics", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.void-set", FALSE);
}

AdwNavigationPage *
omc_patient_page_new (OmcUiSession *session, const char *patient_id)
{
  OmcPatientPage *self;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  self = g_object_new (OMC_TYPE_PATIENT_PAGE, NULL);
  self->session = g_object_ref (session);
  self->patient_id = g_strdup (patient_id);
  omc_sync_badge_set_session (OMC_SYNC_BADGE (self->sync_badge), session);
  g_signal_connect_object (omc_ui_session_get_store (session), "changed",
                           G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  read_chart (self);

  return ADW_NAVIGATION_PAGE (self);
}
