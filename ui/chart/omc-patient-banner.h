/* omc-patient-banner.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-summary.h"

G_BEGIN_DECLS

#define OMC_TYPE_PATIENT_BANNER (omc_patient_banner_get_type ())

/**
 * OmcPatientBanner:
 *
 * Who this is, on every screen of a patient, in the order of the NHS patient banner (clinical.md 4): LAST, First; birth
 * date (age); sex; number; place; allergies; alerts; SpO2 scale. It is always whole: nothing in it can be closed.
 */
G_DECLARE_FINAL_TYPE (OmcPatientBanner, omc_patient_banner, OMC, PATIENT_BANNER, AdwBin)

void omc_patient_banner_set_summary (OmcPatientBanner *self, OmcPatientSummary *summary);

G_END_DECLS
