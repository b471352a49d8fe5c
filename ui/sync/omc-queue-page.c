/* omc-queue-page.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync-ui"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-notice.h"
#include "omc-queue-act.h"
#include "omc-queue-row.h"
#include "omc-queue-page.h"
#include "omc-sync-words.h"
#include "omc-ui.h"

struct _OmcQueuePage
{
  AdwBin parent_instance;
  GtkWidget *state_icon;
  GtkWidget *state_label;
  GtkWidget *detail_label;
  GtkWidget *pause_switch;
  GtkWidget *progress_box;
  GtkWidget *progress_bar;
  GtkWidget *eta_label;
  GtkWidget *queue_label;
  GtkWidget *stack;
  GtkWidget *error_page;
  GtkWidget *list_view;
  GListStore *entries;       /* (owned): OmcQueueEntry */
  OmcUiSession *session;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable) */
  gint64 cancel_id;          /* the item whose cancellation is being asked about */
};

G_DEFINE_FINAL_TYPE (OmcQueuePage, omc_queue_page, ADW_TYPE_BIN)

static void
update_state (OmcQueuePage *self)
{
  g_autoptr (OmcSyncWords) words = NULL;
  g_autofree char *eta_text = NULL;
  double progress = -1;
  int eta = -1;

  if (!self->session)
    return;

  words = omc_sync_words_new (omc_ui_session_get_sync (self->session),
                              omc_ui_session_get_now (self->session));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), words->icon);
  gtk_label_set_text (GTK_LABEL (self->state_label), words->text);
  gtk_label_set_text (GTK_LABEL (self->detail_label), words->detail);
  gtk_widget_set_visible (self->detail_label, *words->detail != '\0');

  g_object_get (omc_ui_session_get_sync (self->session), "progress", &progress, "eta-seconds", &eta,
                NULL);
  gtk_widget_set_visible (self->progress_box, progress >= 0);
  if (progress < 0)
    return;

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress_bar), CLAMP (progress, 0.0, 1.0));
  eta_text = eta >= 0
                 ? g_strdup_printf (
                       ngettext ("about %d second left", "about %d seconds left", (gulong)eta), eta)
                 : g_strdup (_ ("time left not known yet"));
  gtk_label_set_text (GTK_LABEL (self->eta_label), eta_text);
}

static void
show_queue (OmcQueuePage *self, GPtrArray *items)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = NULL;
  gint64 now = omc_ui_session_get_now (self->session);
  guint n_sets = omc_queue_count_sets (items);

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (fresh, omc_queue_entry_new (items->pdata[i], now));
  g_list_store_splice (self->entries, 0, g_list_model_get_n_items (G_LIST_MODEL (self->entries)),
                       fresh->pdata, fresh->len);
  text = g_strdup_printf (ngettext ("%u set waits", "%u sets wait", n_sets), n_sets);
  gtk_label_set_text (GTK_LABEL (self->queue_label), text);
  gtk_widget_set_visible (self->queue_label, items->len > 0);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), items->len > 0 ? "list" : "empty");
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcQueuePage) self = user_data;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;

  items = omc_store_list_queue_finish (OMC_STORE (source), result, &error);
  if (!self->session || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (items)
    {
      show_queue (self, items);
      return;
    }
  omc_notice_set_description (OMC_NOTICE (self->error_page), error->message);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
}

static void
read_queue (OmcQueuePage *self)
{
  omc_store_list_queue_async (omc_ui_session_get_store (self->session),
                              omc_ui_session_get_actor (self->session), NULL, self->cancellable,
                              listed_cb, g_object_ref (self));
}

static void
store_changed_cb (OmcQueuePage *self, OmcStoreChange *change, OmcStore *store)
{
  if (change->flags & (OMC_CHANGED_QUEUE | OMC_CHANGED_CONFLICTS))
    read_queue (self);
}

static void
acted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcQueuePage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!omc_queue_act_finish (result, &error))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s", error->message);
  else if (self->session)
    omc_sync_service_request_sync (omc_ui_session_get_sync (self->session), OMC_SYNC_REASON_USER);
}

static void
retry_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcQueuePage *self = OMC_QUEUE_PAGE (widget);

  omc_queue_act_async (self->session, g_variant_get_int64 (parameter), NULL, NULL, acted_cb,
                       g_object_ref (self));
}

static void
reason_typed_cb (AdwAlertDialog *dialog, const char *response, OmcQueuePage *self)
{
  GtkWidget *entry = adw_alert_dialog_get_extra_child (dialog);
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  if (g_str_equal (response, "cancel-work") && self->session)
    omc_queue_act_async (self->session, self->cancel_id, reason, NULL, acted_cb,
                         g_object_ref (self));
}

static void
reason_edited_cb (GtkEditable *entry, AdwAlertDialog *dialog)
{
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_alert_dialog_set_response_enabled (dialog, "cancel-work", *reason != '\0');
}

static void
cancel_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  OmcQueuePage *self = OMC_QUEUE_PAGE (widget);
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Take This Back?"),
      _ ("It will not be sent and leaves the chart. What was typed stays in the "
         "journal with your reason."));
  GtkWidget *entry = gtk_entry_new ();

  self->cancel_id = g_variant_get_int64 (parameter);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Reason"), -1);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("Reason"));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "keep", _ ("Keep It"), "cancel-work",
                                  _ ("Take It Back"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "cancel-work",
                                            ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (dialog), "cancel-work", FALSE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "keep");
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), entry);
  g_signal_connect_object (entry, "changed", G_CALLBACK (reason_edited_cb), dialog, 0);
  g_signal_connect_object (dialog, "response", G_CALLBACK (reason_typed_cb), self, 0);
  adw_dialog_present (dialog, widget);
}

static void
pause_cb (OmcQueuePage *self)
{
  if (self->session)
    omc_sync_service_set_paused (omc_ui_session_get_sync (self->session),
                                 gtk_switch_get_active (GTK_SWITCH (self->pause_switch)));
}

static void
tick_cb (OmcQueuePage *self)
{
  update_state (self);
  read_queue (self);
}

static void
omc_queue_page_dispose (GObject *object)
{
  OmcQueuePage *self = OMC_QUEUE_PAGE (object);

  omc_queue_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_QUEUE_PAGE);
  g_clear_object (&self->entries);

  G_OBJECT_CLASS (omc_queue_page_parent_class)->dispose (object);
}

static void
omc_queue_page_class_init (OmcQueuePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_queue_page_dispose;

  g_type_ensure (OMC_TYPE_NOTICE);
  g_type_ensure (OMC_TYPE_QUEUE_ENTRY);
  g_type_ensure (OMC_TYPE_QUEUE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-queue-page"));
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, state_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, detail_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, pause_switch);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, progress_box);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, eta_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, queue_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, stack);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, error_page);
  gtk_widget_class_bind_template_child (widget_class, OmcQueuePage, list_view);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);
  gtk_widget_class_install_action (widget_class, "sync.retry", "x", retry_cb);
  gtk_widget_class_install_action (widget_class, "sync.cancel", "x", cancel_cb);
}

static void
omc_queue_page_init (OmcQueuePage *self)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->entries = g_list_store_new (OMC_TYPE_QUEUE_ENTRY);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->entries)));
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list_view), GTK_SELECTION_MODEL (selection));
}

void
omc_queue_page_set_session (OmcQueuePage *self, OmcUiSession *session)
{
  g_return_if_fail (OMC_IS_QUEUE_PAGE (self));
  g_return_if_fail (!session || OMC_IS_UI_SESSION (session));

  if (self->session == session)
    return;

  if (self->session)
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
      g_signal_handlers_disconnect_by_data (omc_ui_session_get_store (self->session), self);
      g_signal_handlers_disconnect_by_data (omc_ui_session_get_sync (self->session), self);
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_list_store_remove_all (self->entries);
    }
  g_set_object (&self->session, session);
  if (!session)
    return;

  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (omc_ui_session_get_store (session), "changed",
                           G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (omc_ui_session_get_sync (session), "notify", G_CALLBACK (update_state),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "tick", G_CALLBACK (tick_cb), self, G_CONNECT_SWAPPED);
  update_state (self);
  read_queue (self);
}
