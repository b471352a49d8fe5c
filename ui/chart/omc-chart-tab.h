/* omc-chart-tab.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-patient-summary.h"

G_BEGIN_DECLS

#define OMC_TYPE_CHART_TAB (omc_chart_tab_get_type ())

/* The vitals chart with the choice of its time range. */
G_DECLARE_FINAL_TYPE (OmcChartTab, omc_chart_tab, OMC, CHART_TAB, AdwBin)

void omc_chart_tab_set_summary (OmcChartTab *self, OmcPatientSummary *summary, gint64 now_us);

G_END_DECLS
