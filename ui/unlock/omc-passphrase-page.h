/* omc-passphrase-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_TYPE_PASSPHRASE_PAGE (omc_passphrase_page_get_type ())

/**
 * OmcPassphrasePage:
 *
 * Asks who came in by the recovery code for a new passphrase. Signals: `chosen` and `later`.
 */
G_DECLARE_FINAL_TYPE (OmcPassphrasePage, omc_passphrase_page, OMC, PASSPHRASE_PAGE, AdwBin)

void omc_passphrase_page_set_person (OmcPassphrasePage *self, const char *display);
/* Empties the fields. */
OmcSecret *omc_passphrase_page_take (OmcPassphrasePage *self) G_GNUC_WARN_UNUSED_RESULT;
/* message: (nullable) */
void omc_passphrase_page_show_error (OmcPassphrasePage *self, const char *message);
void omc_passphrase_page_focus (OmcPassphrasePage *self);

G_END_DECLS
