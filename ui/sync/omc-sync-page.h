/* omc-sync-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_SYNC_PAGE (omc_sync_page_get_type ())

/* What waits to be sent, why and until when; progress; retry and cancel with a reason. */
G_DECLARE_FINAL_TYPE (OmcSyncPage, omc_sync_page, OMC, SYNC_PAGE, AdwBin)

/* session: (nullable) */
void omc_sync_page_set_session (OmcSyncPage *self, OmcUiSession *session);

G_END_DECLS
