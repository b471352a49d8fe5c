/* omc-lazy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_LAZY (omc_lazy_get_type ())
G_DECLARE_FINAL_TYPE (OmcLazy, omc_lazy, OMC, LAZY, AdwBin)

/* A place for a part of the screen that may never be looked at: its widget, of the type that the property "widget-type"
 * names, is made when the place is shown for the first time. What is not looked at costs style, layout and memory all the
 * same, and more of it than what is. The signal "built" comes with the new widget, before it is shown. */

/**
 * omc_lazy_get:
 *
 * Returns: (transfer none): the widget, made now when there was none
 */
GtkWidget *omc_lazy_get (OmcLazy *self);

/**
 * omc_lazy_peek:
 *
 * Returns: (transfer none) (nullable): the widget, when somebody has looked at it
 */
GtkWidget *omc_lazy_peek (OmcLazy *self);

typedef void (*OmcLazyReady) (gpointer user_data);

/**
 * omc_lazy_prepare:
 * @ready: (scope async): called when the widget can be shown; not when the place is destroyed or dropped before
 *
 * Makes the widget and lets it find its styles and sizes while it is hidden, each in a turn of the main loop of its own:
 * a large part of the screen shown at once would hold up a frame.
 */
void omc_lazy_prepare (OmcLazy *self, OmcLazyReady ready, gpointer user_data);

/* Destroys the widget; the next look makes a new one. */
void omc_lazy_drop (OmcLazy *self);

G_END_DECLS
