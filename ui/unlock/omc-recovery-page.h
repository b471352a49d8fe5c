/* omc-recovery-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_RECOVERY_PAGE (omc_recovery_page_get_type ())

/* Shows a new store's recovery code once, large enough to print or to copy by hand. Signal: `done`. */
G_DECLARE_FINAL_TYPE (OmcRecoveryPage, omc_recovery_page, OMC, RECOVERY_PAGE, AdwBin)

void omc_recovery_page_set_code (OmcRecoveryPage *self, const char *code);
void omc_recovery_page_focus (OmcRecoveryPage *self);

G_END_DECLS
