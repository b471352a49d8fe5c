/* omc-glass-bar.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_GLASS_BAR (omc_glass_bar_get_type ())

/* Stands above a chart that is open by emergency access, and counts its time down. Signals: `ended` by the time, `end` by
 * the person. */
G_DECLARE_FINAL_TYPE (OmcGlassBar, omc_glass_bar, OMC, GLASS_BAR, AdwBin)

void omc_glass_bar_start (OmcGlassBar *self, OmcUiSession *session, gint64 until_us);

G_END_DECLS
