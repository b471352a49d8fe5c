/* omc-patient-summary.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-display.h"
#include "omc-store-types.h"
#include "omc-vitals.h"

G_BEGIN_DECLS

#define OMC_TYPE_PATIENT_SUMMARY (omc_patient_summary_get_type ())

/**
 * OmcPatientSummary:
 *
 * A chart in the words and numbers that the patient banner, the vitals form and the tabs show. Immutable.
 */
G_DECLARE_FINAL_TYPE (OmcPatientSummary, omc_patient_summary, OMC, PATIENT_SUMMARY, GObject)

OmcPatientSummary *omc_patient_summary_new (OmcChart *chart,
                                            gint64 now_us) G_GNUC_WARN_UNUSED_RESULT;
OmcChart *omc_patient_summary_get_chart (OmcPatientSummary *self);
const char *omc_patient_summary_get_name (OmcPatientSummary *self);  /* "DOE, John" */
const char *omc_patient_summary_get_birth (OmcPatientSummary *self); /* "02-Mar-1954 (72 y)" */
const char *omc_patient_summary_get_age (OmcPatientSummary *self);
const char *omc_patient_summary_get_gender (OmcPatientSummary *self);
const char *omc_patient_summary_get_number (OmcPatientSummary *self); /* "943 476 5919" */
const char *omc_patient_summary_get_place (OmcPatientSummary *self);  /* "Ward 4, bed 7" */
/* "Penicillin, latex"; "No known allergies"; "Allergies not recorded". has: whether there is a real one. */
const char *omc_patient_summary_get_allergies (OmcPatientSummary *self, gboolean *has);
const char *
omc_patient_summary_get_problems (OmcPatientSummary *self); /* active ones in a line, "" for none */
const char *omc_patient_summary_get_alerts (OmcPatientSummary *self); /* "" for none */
/* "SpO2 scale 2, by Dr Lee, 20-Nov 09:10" */
const char *omc_patient_summary_get_scale_text (OmcPatientSummary *self);
int omc_patient_summary_get_scale (OmcPatientSummary *self);
OmcNews2Scope omc_patient_summary_get_scope (OmcPatientSummary *self);
gint64 omc_patient_summary_get_admitted (OmcPatientSummary *self); /* 0: unknown */
const char *
omc_patient_summary_get_encounter (OmcPatientSummary *self); /* (nullable): id of the active one */
/* (transfer none) (element-type OmcVitalsSet), newest first */
GPtrArray *omc_patient_summary_get_sets (OmcPatientSummary *self);

G_END_DECLS
