/* omc-ui.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-ui"

#include "config.h"

#include "omc-resources.h"
#include "omc-ui-resources.h"
#include "omc-ui.h"

void
omc_ui_init (void)
{
  static gboolean done = FALSE;

  if (done)
    return;

  /* A static library loses constructors that nothing refers to, so that resources are registered by hand. */
  omc_resources_register_resource ();
  omc_ui_templates_register_resource ();
  adw_init ();
  done = TRUE;
}

typedef struct
{
  AdwDialog *dialog; /* (owned) */
  GtkWidget *parent; /* (owned) */
} Presenting;

static gboolean
measure_cb (gpointer user_data)
{
  Presenting *self = user_data;
  GtkWidget *child = adw_dialog_get_child (self->dialog);
  int width = adw_dialog_get_content_width (self->dialog);
  int minimum;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, MAX (width, minimum), NULL, NULL, NULL,
                      NULL);

  return G_SOURCE_REMOVE;
}

static void presenting_free (gpointer data);

static gboolean
present_cb (gpointer user_data)
{
  Presenting *self = user_data;
  Presenting *measuring;

  /* The person may have locked the screen or gone on meanwhile. */
  if (!gtk_widget_get_mapped (self->parent))
    return G_SOURCE_REMOVE;

  /* It finds its styles and sizes in a turn of its own, before the frame that also dims the window. */
  adw_dialog_present (self->dialog, self->parent);
  measuring = g_new (Presenting, 1);
  measuring->dialog = g_object_ref (self->dialog);
  measuring->parent = g_object_ref (self->parent);
  g_idle_add_full (G_PRIORITY_DEFAULT, measure_cb, measuring, presenting_free);

  return G_SOURCE_REMOVE;
}

static void
presenting_free (gpointer data)
{
  Presenting *self = data;

  g_object_unref (self->dialog);
  g_object_unref (self->parent);
  g_free (self);
}

void
omc_ui_present_dialog (AdwDialog *dialog, GtkWidget *parent)
{
  Presenting *self;

  g_return_if_fail (ADW_IS_DIALOG (dialog));
  g_return_if_fail (GTK_IS_WIDGET (parent));

  self = g_new (Presenting, 1);
  self->dialog = g_object_ref_sink (dialog);
  self->parent = g_object_ref (parent);
  g_idle_add_full (G_PRIORITY_DEFAULT, present_cb, self, presenting_free);
}

void
omc_ui_set_message (GtkWidget *label, const char *message)
{
  g_return_if_fail (GTK_IS_LABEL (label));

  gtk_widget_set_visible (label, message != NULL);
  gtk_label_set_text (GTK_LABEL (label), message ? message : "");
}
