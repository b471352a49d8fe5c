/* omc-patient-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-actor-label.h"
#include "omc-demographics-dialog.h"
#include "omc-glass-bar.h"
#include "omc-glass-dialog.h"
#include "omc-lazy.h"
#include "omc-notice.h"
#include "omc-patient-banner.h"
#include "omc-patient-chart.h"
#include "omc-patient-page.h"
#include "omc-patient-reader.h"
#include "omc-store-cache.h"
#include "omc-sync-badge.h"
#include "omc-ui.h"
#include "omc-void-dialog.h"

/* The longest range of the vitals chart. */
#define HISTORY_US (3 * G_TIME_SPAN_DAY)

struct _OmcPatientPage
{
  AdwNavigationPage parent_instance;
  GtkWidget *sync_badge;
  GtkWidget *actor_label;
  GtkWidget *glass_bar; /* OmcLazy */
  GtkWidget *banner;
  GtkWidget *stack;
  GtkWidget *error_page;
  GtkWidget *glass_page;
  GtkWidget *chart;           /* OmcLazy */
  OmcUiSession *session;      /* (owned) */
  char *patient_id;           /* (owned) */
  OmcPatientSummary *summary; /* (owned) (nullable) */
  GCancellable *cancellable;  /* (owned) */
  gboolean reading;
  gboolean read_again;
  gboolean evicted; /* the whole of it is on the server only, as far as is known */
  gboolean asked;   /* for what of the chart is on the server only */
};

G_DEFINE_FINAL_TYPE (OmcPatientPage, omc_patient_page, ADW_TYPE_NAVIGATION_PAGE)

static void read_chart (OmcPatientPage *self);

static void
fill_chart (OmcPatientPage *self, GtkWidget *chart)
{
  omc_patient_chart_set_summary (OMC_PATIENT_CHART (chart), self->summary,
                                 omc_ui_session_get_now (self->session));
}

static void
chart_built_cb (OmcPatientPage *self, GtkWidget *chart)
{
  fill_chart (self, chart);
}

static void
reveal_chart (gpointer user_data)
{
  gtk_stack_set_visible_child_name (GTK_STACK (OMC_PATIENT_PAGE (user_data)->stack), "chart");
}

static void
show_glass (OmcPatientPage *self, gint64 until_us)
{
  if (until_us)
    omc_glass_bar_start (OMC_GLASS_BAR (omc_lazy_get (OMC_LAZY (self->glass_bar))), self->session,
                         until_us);
  else
    omc_lazy_drop (OMC_LAZY (self->glass_bar));
  gtk_widget_set_visible (self->glass_bar, until_us != 0);
}

static gboolean
has_set_that_counts (OmcPatientSummary *summary)
{
  GPtrArray *sets = omc_patient_summary_get_sets (summary);

  for (guint i = 0; i < sets->len; i++)
    if (!((OmcVitalsSet *)sets->pdata[i])->voided)
      return TRUE;

  return FALSE;
}

static void
show_summary (OmcPatientPage *self)
{
  GtkWidget *chart = omc_lazy_peek (OMC_LAZY (self->chart));

  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self),
                                 omc_patient_summary_get_name (self->summary));
  omc_patient_banner_set_summary (OMC_PATIENT_BANNER (self->banner), self->summary);
  gtk_widget_set_visible (self->banner, TRUE);
  show_glass (self, omc_patient_summary_get_chart (self->summary)->glass_until_us);
  if (chart)
    fill_chart (self, chart);
  omc_lazy_prepare (OMC_LAZY (self->chart), reveal_chart, self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.add-vitals", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.edit-demographics", TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.void-set",
                                 has_set_that_counts (self->summary));
}

/* That the chart was opened has asked for the rest of it: the next run brings it. */
static void
fetch_rest (OmcPatientPage *self)
{
  if (self->asked || omc_patient_summary_get_chart (self->summary)->n_elsewhere == 0)
    return;

  self->asked = TRUE;
  omc_sync_service_request_sync (omc_ui_session_get_sync (self->session), OMC_SYNC_REASON_USER);
}

/* What the person may not see any more goes from the screen. */
static void
show_refusal (OmcPatientPage *self, const GError *error)
{
  gboolean glass = g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BREAK_GLASS);

  self->evicted = g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND);
  omc_notice_set_button_label (OMC_NOTICE (self->error_page),
                               self->evicted ? _ ("Ask the Server for It") : _ ("Try Again"));
  omc_notice_set_description (OMC_NOTICE (glass ? self->glass_page : self->error_page),
                              error->message);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), glass ? "glass" : "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.add-vitals", !glass);
  if (!glass)
    return;

  show_glass (self, 0);
  gtk_widget_set_visible (self->banner, FALSE);
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (self), _ ("Patient"));
  omc_lazy_drop (OMC_LAZY (self->chart));
  g_clear_object (&self->summary);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.edit-demographics", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "patient.void-set", FALSE);
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
      fetch_rest (self);
    }
  else
    {
      show_refusal (self, error);
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

/* --- a chart that was removed from this device --- */

typedef struct
{
  OmcUiSession *session; /* (owned) */
  char *patient_id;      /* (owned) */
} Recall;

static void
recall_free (Recall *self)
{
  g_object_unref (self->session);
  g_free (self->patient_id);
  g_free (self);
}

static void
recall_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Recall *recall = data;
  GError *error = NULL;
  gboolean wanted;

  if (omc_store_recall_patient_sync (omc_ui_session_get_store (recall->session),
                                     omc_ui_session_get_actor (recall->session), recall->patient_id,
                                     &wanted, cancellable, &error))
    g_task_return_boolean (task, wanted);
  else
    g_task_return_error (task, error);
}

static void
recalled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (source);
  g_autoptr (GError) error = NULL;
  gboolean wanted = g_task_propagate_boolean (G_TASK (result), &error);

  if (!self->stack || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  omc_notice_set_button_label (OMC_NOTICE (self->error_page), NULL);
  omc_notice_set_description (
      OMC_NOTICE (self->error_page),
      error    ? error->message
      : wanted ? _ ("It was asked for, and comes as soon as the server is reached.")
               : _ ("Nothing of this chart was removed from this device."));
  if (wanted)
    omc_sync_service_request_sync (omc_ui_session_get_sync (self->session), OMC_SYNC_REASON_USER);
}

static void
error_button_cb (OmcPatientPage *self)
{
  g_autoptr (GTask) task = NULL;
  Recall *recall;

  if (!self->evicted)
    {
      read_chart (self);
      return;
    }

  recall = g_new0 (Recall, 1);
  recall->session = g_object_ref (self->session);
  recall->patient_id = g_strdup (self->patient_id);
  task = g_task_new (self, self->cancellable, recalled_cb, NULL);
  g_task_set_source_tag (task, error_button_cb);
  g_task_set_task_data (task, recall, (GDestroyNotify)recall_free);
  g_task_run_in_thread (task, recall_thread);
}

static void
store_changed_cb (OmcPatientPage *self, OmcStoreChange *change, OmcStore *store)
{
  if (omc_store_change_concerns (change, self->patient_id))
    read_chart (self);
}

static void
closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcPatientPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!omc_store_close_glass_finish (OMC_STORE (source), result, &error) && self->stack)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
}

static void
end_glass_cb (OmcPatientPage *self)
{
  omc_store_close_glass_async (omc_ui_session_get_store (self->session),
                               omc_ui_session_get_actor (self->session), self->patient_id, NULL,
                               closed_cb, g_object_ref (self));
}

static void
glass_bar_built_cb (OmcPatientPage *self, GtkWidget *bar)
{
  g_signal_connect_object (bar, "end", G_CALLBACK (end_glass_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (bar, "ended", G_CALLBACK (read_chart), self, G_CONNECT_SWAPPED);
}

static void
break_glass_cb (OmcPatientPage *self)
{
  AdwDialog *dialog = omc_glass_dialog_new (self->session, self->patient_id);

  g_signal_connect_object (dialog, "opened", G_CALLBACK (read_chart), self, G_CONNECT_SWAPPED);
  omc_ui_present_dialog (dialog, GTK_WIDGET (self));
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
    omc_ui_present_dialog (omc_demographics_dialog_new (self->session, self->summary), widget);
}

static void
void_set_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcPatientPage *self = OMC_PATIENT_PAGE (widget);

  if (self->summary)
    omc_ui_present_dialog (omc_void_dialog_new (self->session, self->summary), widget);
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
  g_free (self->patient_id);

  G_OBJECT_CLASS (omc_patient_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (OMC_TYPE_LAZY);
  g_type_ensure (OMC_TYPE_GLASS_BAR);
  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_SYNC_BADGE);
  g_type_ensure (OMC_TYPE_PATIENT_BANNER);
  g_type_ensure (OMC_TYPE_PATIENT_CHART);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-patient-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, sync_badge);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, actor_label);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, glass_bar);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, banner);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, glass_page);
  gtk_widget_class_bind_template_child (widget_class, OmcPatientPage, chart);
  gtk_widget_class_bind_template_callback (widget_class, chart_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, glass_bar_built_cb);
  gtk_widget_class_bind_template_callback (widget_class, break_glass_cb);
  gtk_widget_class_bind_template_callback (widget_class, error_button_cb);
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
  omc_actor_label_show (GTK_LABEL (self->actor_label), omc_ui_session_get_actor (session), TRUE);
  g_signal_connect_object (omc_ui_session_get_store (session), "changed",
                           G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  read_chart (self);

  return ADW_NAVIGATION_PAGE (self);
}

gboolean
omc_patient_page_is_of (OmcPatientPage *self, const char *patient_id)
{
  g_return_val_if_fail (OMC_IS_PATIENT_PAGE (self), FALSE);

  return g_strcmp0 (self->patient_id, patient_id) == 0;
}
