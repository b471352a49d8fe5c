/* omc-glass-bar.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-chart"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-glass-bar.h"
#include "omc-ui.h"

struct _OmcGlassBar
{
  AdwBin parent_instance;
  GtkWidget *text_label;
  OmcUiSession *session; /* (owned) (nullable): before it is started */
  gint64 until_us;
  guint source;
};

G_DEFINE_FINAL_TYPE (OmcGlassBar, omc_glass_bar, ADW_TYPE_BIN)

enum
{
  END,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Seconds only in the last minute: a number that changes all the time draws the eye from the chart. */
static void
show_left (OmcGlassBar *self, guint seconds)
{
  g_autofree char *text = NULL;

  if (seconds > 60)
    text = g_strdup_printf (ngettext ("Emergency access for %u more minute. It will be reviewed.",
                                      "Emergency access for %u more minutes. It will be reviewed.",
                                      (seconds + 59) / 60),
                            (seconds + 59) / 60);
  else
    text = g_strdup_printf (ngettext ("Emergency access for %u more second. It will be reviewed.",
                                      "Emergency access for %u more seconds. It will be reviewed.",
                                      seconds),
                            seconds);
  if (g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->text_label))) != 0)
    gtk_label_set_text (GTK_LABEL (self->text_label), text);
}

static gboolean
tick_cb (gpointer user_data)
{
  OmcGlassBar *self = user_data;
  /* By the clock that the store goes by, which also went on while the computer slept. */
  gint64 left = self->until_us - omc_ui_session_get_now (self->session);

  if (left > 0)
    {
      show_left (self, (guint)((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
      return G_SOURCE_CONTINUE;
    }
  self->source = 0;
  g_signal_emit (self, signals[ENDED], 0);

  return G_SOURCE_REMOVE;
}

static void
end_cb (OmcGlassBar *self)
{
  g_signal_emit (self, signals[END], 0);
}

static void
omc_glass_bar_dispose (GObject *object)
{
  OmcGlassBar *self = OMC_GLASS_BAR (object);

  g_clear_handle_id (&self->source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), OMC_TYPE_GLASS_BAR);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_glass_bar_parent_class)->dispose (object);
}

static void
omc_glass_bar_class_init (OmcGlassBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = omc_glass_bar_dispose;

  signals[END] = g_signal_new ("end", OMC_TYPE_GLASS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", OMC_TYPE_GLASS_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, OMC_TEMPLATE ("omc-glass-bar"));
  gtk_widget_class_bind_template_child (widget_class, OmcGlassBar, text_label);
  gtk_widget_class_bind_template_callback (widget_class, end_cb);
}

static void
omc_glass_bar_init (OmcGlassBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
omc_glass_bar_start (OmcGlassBar *self, OmcUiSession *session, gint64 until_us)
{
  g_return_if_fail (OMC_IS_GLASS_BAR (self));
  g_return_if_fail (OMC_IS_UI_SESSION (session));

  g_clear_handle_id (&self->source, g_source_remove);
  g_set_object (&self->session, session);
  self->until_us = until_us;
  self->source = g_timeout_add_seconds (1, tick_cb, self);
  tick_cb (self);
}
