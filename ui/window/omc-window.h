/* omc-window.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_WINDOW (omc_window_get_type ())

/**
 * OmcWindow:
 *
 * The one window: the gate, and behind it the ward board, a patient, the vitals form and the other screens.
 *
 * Actions of others: `win.open-patient` (s: id), `win.add-vitals` (s: id), `win.toast` (s: text), `win.show-sync`,
 * `win.lock`. Signals: `signed-in (OmcUiSession)`, `locked (OmcActor)`.
 */
G_DECLARE_FINAL_TYPE (OmcWindow, omc_window, OMC, WINDOW, AdwApplicationWindow)

/* user: (nullable) who is chosen at first. kiosk: full screen, no way out, large controls. */
OmcWindow *omc_window_new (GtkApplication *application,
                           OmcGate *gate,
                           GSettings *settings,
                           const char *user,
                           gboolean practice,
                           gboolean kiosk) G_GNUC_WARN_UNUSED_RESULT;
/* Whether the practice banner stands above everything. */
void omc_window_set_practice (OmcWindow *self, gboolean practice);
/* What the next person to sign in is told of what the site has set; (nullable). */
void omc_window_set_notice (OmcWindow *self, const char *notice);
/* Back to the gate; what was typed and not saved stays as the person's encrypted draft. */
void omc_window_lock (OmcWindow *self);
/* (nullable) while locked */
OmcUiSession *omc_window_get_session (OmcWindow *self);
void omc_window_add_toast (OmcWindow *self, AdwToast *toast);

G_END_DECLS
