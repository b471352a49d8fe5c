/* omc-tip.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-widgets"

#include "config.h"

#include "omc-tip.h"

static GQuark
tip_quark (void)
{
  return g_quark_from_static_string ("omc-tip");
}

static gboolean
query_tooltip_cb (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  gtk_tooltip_set_text (tooltip, g_object_get_qdata (G_OBJECT (widget), tip_quark ()));

  return TRUE;
}

void
omc_tip_set (GtkWidget *widget, const char *text)
{
  const char *before;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (text && !*text)
    text = NULL;
  before = g_object_get_qdata (G_OBJECT (widget), tip_quark ());
  if (g_strcmp0 (before, text) == 0)
    return;

  g_signal_handlers_disconnect_by_func (widget, query_tooltip_cb, NULL);
  g_object_set_qdata_full (G_OBJECT (widget), tip_quark (), g_strdup (text), g_free);
  if (text)
    g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
  gtk_widget_set_has_tooltip (widget, text != NULL);
}
