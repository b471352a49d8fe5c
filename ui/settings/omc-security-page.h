/* omc-security-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_SECURITY_PAGE (omc_security_page_get_type ())

/* The page of the preferences about how one comes in and what protects the records. */
G_DECLARE_FINAL_TYPE (OmcSecurityPage, omc_security_page, OMC, SECURITY_PAGE, AdwPreferencesPage)

AdwPreferencesPage *omc_security_page_new (OmcGate *gate,
                                           OmcUiSession *session) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
