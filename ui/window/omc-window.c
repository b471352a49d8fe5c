/* omc-window.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include "omc-ui.h"
#include "omc-window.h"

struct _OmcWindow
{
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (OmcWindow, omc_window, ADW_TYPE_APPLICATION_WINDOW)

static void
omc_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_WINDOW);

  G_OBJECT_CLASS (omc_window_parent_class)->dispose (object);
}

static void
omc_window_class_init (OmcWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = omc_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-window"));
}

static void
omc_window_init (OmcWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

OmcWindow *
omc_window_new (GtkApplication *application)
{
  g_return_val_if_fail (GTK_IS_APPLICATION (application), NULL);

  return g_object_new (OMC_TYPE_WINDOW, "application", application, NULL);
}
