/* omc-ui.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_RESOURCE_PATH "/org/omnicare/OmniCare"
#define OMC_TEMPLATE(name) OMC_RESOURCE_PATH "/ui/" name ".ui"

/* Registers templates, icons and styles, and GTK's and libadwaita's types; once, before the first window. */
void omc_ui_init (void);

/* Presents a dialog that was just built in the next turn of the main loop: both in one would hold up a frame. */
void omc_ui_present_dialog (AdwDialog *dialog, GtkWidget *parent);

/* What a label says that is there only while it says something. message: (nullable) */
void omc_ui_set_message (GtkWidget *label, const char *message);

G_END_DECLS
