/* omc-patient-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_PATIENT_PAGE (omc_patient_page_get_type ())

/**
 * OmcPatientPage:
 *
 * A patient's chart: the banner, what the server has confirmed of it, and its tabs. It reads itself again when the
 * store says that something of this patient has changed.
 */
G_DECLARE_FINAL_TYPE (OmcPatientPage, omc_patient_page, OMC, PATIENT_PAGE, AdwNavigationPage)

AdwNavigationPage *omc_patient_page_new (OmcUiSession *session,
                                         const char *patient_id) G_GNUC_WARN_UNUSED_RESULT;
gboolean omc_patient_page_is_of (OmcPatientPage *self, const char *patient_id);

G_END_DECLS
