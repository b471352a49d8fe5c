/* omc-first-run.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-unlock"

#include "config.h"

#include "omc-first-run.h"
#include "omc-ui.h"

struct _OmcFirstRun
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (OmcFirstRun, omc_first_run, ADW_TYPE_BIN)

enum
{
  PRACTISE,
  ENROL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
practise_cb (OmcFirstRun *self)
{
  g_signal_emit (self, signals[PRACTISE], 0);
}

static void
enrol_cb (OmcFirstRun *self)
{
  g_signal_emit (self, signals[ENROL], 0);
}

static void
omc_first_run_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), OMC_TYPE_FIRST_RUN);

  G_OBJECT_CLASS (omc_first_run_parent_class)->dispose (object);
}

static void
omc_first_run_class_init (OmcFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_first_run_dispose;

  signals[PRACTISE] = g_signal_new ("practise", OMC_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 0);
  signals[ENROL] = g_signal_new ("enrol", OMC_TYPE_FIRST_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-first-run"));
  gtk_widget_class_bind_template_callback (widget_class, practise_cb);
  gtk_widget_class_bind_template_callback (widget_class, enrol_cb);
}

static void
omc_first_run_init (OmcFirstRun *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
