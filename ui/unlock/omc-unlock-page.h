/* omc-unlock-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_UNLOCK_PAGE (omc_unlock_page_get_type ())

/**
 * OmcUnlockPage:
 *
 * All that happens before a person is signed in. Signal: `opened (OmcUiSession)`.
 */
G_DECLARE_FINAL_TYPE (OmcUnlockPage, omc_unlock_page, OMC, UNLOCK_PAGE, AdwBin)

/* user: (nullable) who is chosen at first */
void omc_unlock_page_set_gate (OmcUnlockPage *self, OmcGate *gate, const char *user);
/* Looks at what is on the device and shows the screen for it. */
void omc_unlock_page_examine (OmcUnlockPage *self);
/* The same, but nobody is chosen yet. */
void omc_unlock_page_choose_person (OmcUnlockPage *self);
/* Who was let in by the recovery code and left the question for a new passphrase alone is not in any more. A new recovery
 * code, which is shown once, stays. */
void omc_unlock_page_abandon (OmcUnlockPage *self);

G_END_DECLS
