/* omc-patient-chart.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-reader.h"

G_BEGIN_DECLS

#define OMC_TYPE_PATIENT_CHART (omc_patient_chart_get_type ())

/* What the server has confirmed of a chart, and its tabs from the overview to the timeline. */
G_DECLARE_FINAL_TYPE (OmcPatientChart, omc_patient_chart, OMC, PATIENT_CHART, AdwBin)

void
omc_patient_chart_set_summary (OmcPatientChart *self, OmcPatientSummary *summary, gint64 now_us);

G_END_DECLS
