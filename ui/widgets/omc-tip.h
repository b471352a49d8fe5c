/* omc-tip.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a pointer that rests on the widget is told; NULL or "" for nothing. For text that changes often or stands on many
 * widgets: gtk_widget_set_tooltip_text() asks each time where the pointer is, and on X11 waits for the display's three
 * answers. It gives the widget no accessible name: the caller does. */
void omc_tip_set (GtkWidget *widget, const char *text);

G_END_DECLS
