/* omc-pin-dialog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_PIN_DIALOG (omc_pin_dialog_get_type ())

/* A new PIN for who acts, typed twice, after the passphrase. Signal: `set`. */
G_DECLARE_FINAL_TYPE (OmcPinDialog, omc_pin_dialog, OMC, PIN_DIALOG, AdwDialog)

AdwDialog *omc_pin_dialog_new (OmcGate *gate, OmcActor *actor) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
