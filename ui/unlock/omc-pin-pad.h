/* omc-pin-pad.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_TYPE_PIN_PAD (omc_pin_pad_get_type ())

/**
 * OmcPinPad:
 *
 * An entry for a PIN and keys that a finger can hit, for where there is no keyboard. Signals: `changed`, `entered`.
 */
G_DECLARE_FINAL_TYPE (OmcPinPad, omc_pin_pad, OMC, PIN_PAD, AdwBin)

gboolean omc_pin_pad_is_empty (OmcPinPad *self);
/* What was typed; the entry is emptied. */
OmcSecret *omc_pin_pad_take (OmcPinPad *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
