/* omc-overview.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-summary.h"

G_BEGIN_DECLS

#define OMC_TYPE_OVERVIEW (omc_overview_get_type ())

/* The newest set with its score, the problems and the medication of a patient at a glance. */
G_DECLARE_FINAL_TYPE (OmcOverview, omc_overview, OMC, OVERVIEW, AdwBin)

void omc_overview_set_summary (OmcOverview *self, OmcPatientSummary *summary, gint64 now_us);

G_END_DECLS
