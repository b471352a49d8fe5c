/* omc-vitals-saved.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-summary.h"
#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_SAVED (omc_vitals_saved_get_type ())

/**
 * OmcVitalsSaved:
 *
 * What follows a saved set: the score, what it asks for, a text to read out, and how far the set has come, from the
 * queue itself: "Saved offline", "Sending", "Synced" or "Needs you". Signal: `done`.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsSaved, omc_vitals_saved, OMC, VITALS_SAVED, AdwBin)

/* resources: (element-type OmcResource) as the store gave them back. */
void omc_vitals_saved_set (OmcVitalsSaved *self,
                           OmcUiSession *session,
                           OmcPatientSummary *summary,
                           const char *patient_id,
                           GPtrArray *resources);

G_END_DECLS
