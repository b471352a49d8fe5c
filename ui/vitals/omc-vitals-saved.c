/* omc-vitals-saved.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-vitals"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-news2-chip.h"
#include "omc-sbar.h"
#include "omc-ui.h"
#include "omc-vitals-saved.h"

struct _OmcVitalsSaved
{
  AdwBin parent_instance;
  GtkWidget *state_icon;
  GtkWidget *state_label;
  GtkWidget *phone_box;
  GtkWidget *chip;
  GtkWidget *band_label;
  GtkWidget *response_label;
  GtkWidget *due_label;
  GtkWidget *steps_box;
  GtkWidget *sbar_view;
  GtkWidget *done_button;
  OmcUiSession *session; /* (owned) (nullable) */
  char *patient_id;      /* (owned) */
  GHashTable *ids;       /* (owned): of the resources of the set */
  gboolean escalates;
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (OmcVitalsSaved, omc_vitals_saved, ADW_TYPE_BIN)

enum
{
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
show_state (OmcVitalsSaved *self, guint waiting, guint stuck)
{
  OmcSyncState state = omc_sync_service_get_state (omc_ui_session_get_sync (self->session));
  g_autofree char *time = NULL;
  g_autofree char *text = NULL;

  if (stuck > 0)
    {
      text = g_strdup (_ ("Needs you: the server did not take this set. See Sync."));
      gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), "omc-conflict-symbolic");
    }
  else if (waiting > 0)
    {
      text = g_strdup (state == OMC_SYNC_PUSH || state == OMC_SYNC_RECONCILE ? _ ("Sending")
                                                                             : _ ("Saved offline"));
      gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), "omc-unsent-symbolic");
    }
  else
    {
      gint64 now = omc_ui_session_get_now (self->session);

      time = omc_display_time (now, now);
      text = g_strdup_printf (_ ("Synced %s"), time);
      gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), "omc-synced-symbolic");
    }

  gtk_widget_set_visible (self->phone_box, self->escalates && waiting > 0);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->state_label)), text) == 0)
    return;

  gtk_label_set_text (GTK_LABEL (self->state_label), text);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcVitalsSaved) self = user_data;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  guint waiting = 0, stuck = 0;

  items = omc_store_list_queue_finish (OMC_STORE (source), result, &error);
  if (!self->session || !items)
    return;

  for (guint i = 0; i < items->len; i++)
    {
      OmcQueueItem *item = items->pdata[i];

      if (!g_hash_table_contains (self->ids, item->resource_id))
        continue;
      if (item->state == OMC_QUEUE_NEEDS_ATTENTION || item->state == OMC_QUEUE_BLOCKED_BY_CONFLICT)
        stuck++;
      waiting++;
    }
  show_state (self, waiting, stuck);
}

static void
look_at_queue (OmcVitalsSaved *self)
{
  if (self->session)
    omc_store_list_queue_async (omc_ui_session_get_store (self->session),
                                omc_ui_session_get_actor (self->session), self->patient_id,
                                self->cancellable, listed_cb, g_object_ref (self));
}

static void
show_steps (OmcVitalsSaved *self, const OmcNews2Result *news2)
{
  for (const OmcEscalationStep *step = omc_sbar_list_steps (news2); step->id; step++)
    gtk_box_append (GTK_BOX (self->steps_box), gtk_check_button_new_with_label (step->text));
}

static void
show_score (OmcVitalsSaved *self, const OmcVitalsSet *set, gint64 now_us)
{
  int interval = omc_news2_interval_minutes (&set->news2);
  gint64 due_us = interval > 0 ? set->time_us + interval * G_TIME_SPAN_MINUTE : 0;
  g_autofree char *time = omc_display_time (due_us, now_us);
  g_autofree char *due =
      due_us ? g_strdup_printf (_ ("Next set due %s (%s)"), time,
                                omc_news2_monitoring_label (&set->news2))
             : g_strdup (_ ("This set plans no next one: the plan before it holds."));
  g_autofree char *title = omc_display_news2 (&set->news2);

  omc_news2_chip_set_result (OMC_NEWS2_CHIP (self->chip), &set->news2);
  gtk_label_set_text (GTK_LABEL (self->band_label), title);
  gtk_label_set_text (GTK_LABEL (self->response_label), omc_news2_response (&set->news2));
  gtk_label_set_text (GTK_LABEL (self->due_label), due);
  show_steps (self, &set->news2);
}

static void
show_sbar (OmcVitalsSaved *self, OmcPatientSummary *summary, const OmcVitalsSet *set)
{
  GPtrArray *before = omc_patient_summary_get_sets (summary);
  const OmcSbarInput input = {
    .patient = omc_patient_summary_get_name (summary),
    .age = omc_patient_summary_get_age (summary),
    .number = omc_patient_summary_get_number (summary),
    .place = omc_patient_summary_get_place (summary),
    .problems = omc_patient_summary_get_problems (summary),
    .allergies = omc_patient_summary_get_allergies (summary, NULL),
    .caller = omc_actor_get_display (omc_ui_session_get_actor (self->session)),
    .set = set,
    .previous = before->len > 0 ? before->pdata[0] : NULL,
  };
  g_autofree char *text = omc_sbar_dup_text (&input);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->sbar_view)), text, -1);
}

static void
copy_cb (OmcVitalsSaved *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->sbar_view));
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", _ ("SBAR text copied"));
}

static void
done_cb (OmcVitalsSaved *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static gboolean
omc_vitals_saved_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (OMC_VITALS_SAVED (widget)->done_button);
}

static void
omc_vitals_saved_dispose (GObject *object)
{
  OmcVitalsSaved *self = OMC_VITALS_SAVED (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_VITALS_SAVED);

  G_OBJECT_CLASS (omc_vitals_saved_parent_class)->dispose (object);
}

static void
omc_vitals_saved_finalize (GObject *object)
{
  OmcVitalsSaved *self = OMC_VITALS_SAVED (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->ids);
  g_free (self->patient_id);

  G_OBJECT_CLASS (omc_vitals_saved_parent_class)->finalize (object);
}

static void
omc_vitals_saved_class_init (OmcVitalsSavedClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_vitals_saved_dispose;
  object_class->finalize = omc_vitals_saved_finalize;
  widget_class->grab_focus = omc_vitals_saved_grab_focus;

  signals[DONE] = g_signal_new ("done", OMC_TYPE_VITALS_SAVED, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  g_type_ensure (OMC_TYPE_NEWS2_CHIP);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-vitals-saved"));
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, state_icon);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, state_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, phone_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, chip);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, band_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, response_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, due_label);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, steps_box);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, sbar_view);
  gtk_widget_class_bind_template_child (widget_class, OmcVitalsSaved, done_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
}

static void
omc_vitals_saved_init (OmcVitalsSaved *self)
{
  self->cancellable = g_cancellable_new ();
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_vitals_saved_set (OmcVitalsSaved *self,
                      OmcUiSession *session,
                      OmcPatientSummary *summary,
                      const char *patient_id,
                      GPtrArray *resources)
{
  OmcVitalsContext context;
  g_autoptr (GPtrArray) sets = NULL;

  g_return_if_fail (OMC_IS_VITALS_SAVED (self));
  g_return_if_fail (OMC_IS_UI_SESSION (session));
  g_return_if_fail (!self->session);

  self->session = g_object_ref (session);
  self->patient_id = g_strdup (patient_id);
  for (guint i = 0; i < resources->len; i++)
    g_hash_table_add (self->ids, g_strdup (omc_resource_get_id (resources->pdata[i])));

  context.scope = omc_patient_summary_get_scope (summary);
  context.flags = omc_patient_summary_get_chart (summary)->flags;
  sets = omc_vitals_read_sets (resources, &context);
  if (sets->len > 0)
    {
      const OmcVitalsSet *set = sets->pdata[0];

      self->escalates = omc_sbar_needs_escalation (&set->news2);
      show_score (self, set, omc_ui_session_get_now (session));
      show_sbar (self, summary, set);
    }

  /* It has just been committed: until the queue says otherwise it waits. */
  show_state (self, resources->len, 0);
  g_signal_connect_object (omc_ui_session_get_store (session), "changed",
                           G_CALLBACK (look_at_queue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (omc_ui_session_get_sync (session), "notify::state",
                           G_CALLBACK (look_at_queue), self, G_CONNECT_SWAPPED);
  look_at_queue (self);
}
