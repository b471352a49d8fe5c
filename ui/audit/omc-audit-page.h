/* omc-audit-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_AUDIT_PAGE (omc_audit_page_get_type ())

/* The audit trail, newest first, and the proof that it is whole. Entries are read when the page is looked at. */
G_DECLARE_FINAL_TYPE (OmcAuditPage, omc_audit_page, OMC, AUDIT_PAGE, AdwBin)

/* session: (nullable) */
void omc_audit_page_set_session (OmcAuditPage *self, OmcUiSession *session);

G_END_DECLS
