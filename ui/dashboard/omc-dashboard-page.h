/* omc-dashboard-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_DASHBOARD_PAGE (omc_dashboard_page_get_type ())

/* The store's and the sync service's own counters, live; what is out of bounds says so in words. */
G_DECLARE_FINAL_TYPE (OmcDashboardPage, omc_dashboard_page, OMC, DASHBOARD_PAGE, AdwBin)

/* session: (nullable) */
void omc_dashboard_page_set_session (OmcDashboardPage *self, OmcUiSession *session);

G_END_DECLS
