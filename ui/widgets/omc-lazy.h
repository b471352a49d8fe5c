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

/* Destroys the widget; the next look makes a new one. */
void omc_lazy_drop (OmcLazy *self);

G_END_DECLS
