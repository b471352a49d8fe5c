/* omc-recovery-code.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_RECOVERY_CODE (omc_recovery_code_get_type ())

/* Shows a new store's recovery code once, large enough to print or to copy by hand. Signal: `done`. */
G_DECLARE_FINAL_TYPE (OmcRecoveryCode, omc_recovery_code, OMC, RECOVERY_CODE, AdwBin)

void omc_recovery_code_set_code (OmcRecoveryCode *self, const char *code);

G_END_DECLS
