/* omc-warm-up.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * omc_warm_up:
 * @window: a window that is shown
 * @page: a part of it that is hidden as yet
 *
 * While somebody types a passphrase: loads the glyphs of the texts to come and finds the styles and sizes of the hidden
 * page, a little in each idle turn of the main loop. Done the first time a text of a size is shown, it would hold up the
 * first frame of the ward board. Then, where the processor paints (GSK's cairo renderer), gives the window the style class
 * "software", for which style.css has lines in place of blurred shadows. Ends by itself, also when the window goes.
 */
void omc_warm_up (GtkWidget *window, GtkWidget *page);

/**
 * omc_warm_up_styles:
 * @widget: a window that is not shown yet, or what is hidden in one that is
 * @width: how wide it will be, in pixels
 *
 * Finds styles and sizes of @widget now: its first frame would do it else. For a moment in which nobody waits for a frame.
 */
void omc_warm_up_styles (GtkWidget *widget, int width);

G_END_DECLS
