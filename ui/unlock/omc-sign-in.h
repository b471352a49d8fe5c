/* omc-sign-in.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_SIGN_IN (omc_sign_in_get_type ())

/**
 * OmcSignIn:
 *
 * The people of this device, their PIN where they have one, their passphrase, or the recovery code. Signals: `submitted`, `board-wanted` (on a kiosk).
 */
G_DECLARE_FINAL_TYPE (OmcSignIn, omc_sign_in, OMC, SIGN_IN, AdwBin)

/* preferred: (nullable) the person who is chosen at first; without one the people are listed */
void omc_sign_in_set_report (OmcSignIn *self,
                             const OmcGateReport *report,
                             const char *preferred,
                             gint64 now_us);
/* What was typed; the fields are emptied. */
OmcGateRequest *omc_sign_in_take_request (OmcSignIn *self) G_GNUC_WARN_UNUSED_RESULT;
/* Says why it did not open, and offers the recovery code where that is the way on. way: that was tried; error:
 * (nullable) */
void omc_sign_in_show_error (OmcSignIn *self, OmcGateWay way, const GError *error);
void omc_sign_in_focus (OmcSignIn *self);

G_END_DECLS
