/* omc-queue-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync-ui"

#include "config.h"

#include "omc-queue-row.h"
#include "omc-ui.h"

struct _OmcQueueRow
{
  AdwBin parent_instance;
  GtkWidget *icon;
  GtkWidget *title_label;
  GtkWidget *state_label;
  GtkWidget *reason_label;
  GtkWidget *time_label;
  GtkWidget *open_button;
  OmcQueueEntry *entry; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (OmcQueueRow, omc_queue_row, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_ENTRY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_entry (OmcQueueRow *self, OmcQueueEntry *entry)
{
  OmcQueueItem *item;
  g_autofree char *title = NULL;
  g_autofree char *state = NULL;
  g_autofree char *time = NULL;
  g_autofree char *reason = NULL;
  gboolean free_to_act;

  if (!g_set_object (&self->entry, entry) || !entry)
    return;

  item = omc_queue_entry_get_item (entry);
  g_object_get (entry, "title", &title, "state-text", &state, "time-text", &time, "reason", &reason,
                NULL);
  gtk_label_set_text (GTK_LABEL (self->title_label), title);
  gtk_label_set_text (GTK_LABEL (self->state_label), state);
  gtk_label_set_text (GTK_LABEL (self->time_label), time);
  gtk_label_set_text (GTK_LABEL (self->reason_label), reason);
  gtk_widget_set_visible (self->reason_label, *reason != '\0');
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), item->state == OMC_QUEUE_PENDING ||
                                                                item->state == OMC_QUEUE_IN_FLIGHT
                                                            ? "omc-unsent-symbolic"
                                                            : "omc-conflict-symbolic");
  gtk_widget_set_visible (self->open_button, item->patient_id != NULL);
  if (item->patient_id)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (self->open_button), "s", item->patient_id);
  free_to_act = item->state == OMC_QUEUE_PENDING || item->state == OMC_QUEUE_NEEDS_ATTENTION;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.retry", free_to_act);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "queue.cancel", free_to_act);
}

static void
retry_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "sync.retry", "x",
                              omc_queue_entry_get_item (OMC_QUEUE_ROW (widget)->entry)->id);
}

static void
cancel_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "sync.cancel", "x",
                              omc_queue_entry_get_item (OMC_QUEUE_ROW (widget)->entry)->id);
}

static void
omc_queue_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_ENTRY)
    set_entry (OMC_QUEUE_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_queue_row_dispose (GObject *object)
{
  g_clear_object (&OMC_QUEUE_ROW (object)->entry);
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_QUEUE_ROW);

  G_OBJECT_CLASS (omc_queue_row_parent_class)->dispose (object);
}

static void
omc_queue_row_class_init (OmcQueueRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_queue_row_dispose;
  object_class->set_property = omc_queue_row_set_property;

  properties[PROP_ENTRY] = g_param_spec_object ("entry", NULL, NULL, OMC_TYPE_QUEUE_ENTRY,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-queue-row"));
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, icon);
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, reason_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, time_label);
  gtk_widget_class_bind_template_child (widget_class, OmcQueueRow, open_button);
  gtk_widget_class_install_action (widget_class, "queue.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "queue.cancel", NULL, cancel_cb);
}

static void
omc_queue_row_init (OmcQueueRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
