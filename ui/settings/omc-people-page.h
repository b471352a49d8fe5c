/* omc-people-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-gate.h"

G_BEGIN_DECLS

#define OMC_TYPE_PEOPLE_PAGE (omc_people_page_get_type ())

/* The page of the preferences with the people of this device, for those who manage them. */
G_DECLARE_FINAL_TYPE (OmcPeoplePage, omc_people_page, OMC, PEOPLE_PAGE, AdwPreferencesPage)

AdwPreferencesPage *omc_people_page_new (OmcGate *gate,
                                         OmcUiSession *session) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
