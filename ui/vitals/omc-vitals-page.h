/* omc-vitals-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_PAGE (omc_vitals_page_get_type ())

/**
 * OmcVitalsPage:
 *
 * Adds a set of vital signs to a patient: the chart is read, a draft that was left is restored, what is typed is kept
 * as an encrypted draft of this person, and the form is emptied only after the store has committed the set.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsPage, omc_vitals_page, OMC, VITALS_PAGE, AdwNavigationPage)

AdwNavigationPage *omc_vitals_page_new (OmcUiSession *session,
                                        const char *patient_id) G_GNUC_WARN_UNUSED_RESULT;
gboolean omc_vitals_page_is_of (OmcVitalsPage *self, const char *patient_id);

G_END_DECLS
