/* omc-help-window.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_HELP_WINDOW (omc_help_window_get_type ())

/* The lessons of the training modules; part of the program, so that they are there without a network. */
G_DECLARE_FINAL_TYPE (OmcHelpWindow, omc_help_window, OMC, HELP_WINDOW, AdwWindow)

OmcHelpWindow *omc_help_window_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
