/* omc-window.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_WINDOW (omc_window_get_type ())

G_DECLARE_FINAL_TYPE (OmcWindow, omc_window, OMC, WINDOW, AdwApplicationWindow)

OmcWindow *omc_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
