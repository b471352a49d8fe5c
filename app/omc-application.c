/* omc-application.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include "omc-application.h"
#include "omc-ui.h"
#include "omc-window.h"

struct _OmcApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (OmcApplication, omc_application, ADW_TYPE_APPLICATION)

static void
omc_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (!window)
    window = GTK_WINDOW (omc_window_new (GTK_APPLICATION (application)));

  gtk_window_present (window);
}

static void
omc_application_startup (GApplication *application)
{
  omc_ui_init ();

  G_APPLICATION_CLASS (omc_application_parent_class)->startup (application);
}

static void
omc_application_class_init (OmcApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = omc_application_activate;
  application_class->startup = omc_application_startup;
}

static void
omc_application_init (OmcApplication *self)
{
}

OmcApplication *
omc_application_new (void)
{
  return g_object_new (OMC_TYPE_APPLICATION, "application-id", OMC_APP_ID, "flags", G_APPLICATION_NON_UNIQUE,
                       "resource-base-path", OMC_RESOURCE_PATH, NULL);
}
