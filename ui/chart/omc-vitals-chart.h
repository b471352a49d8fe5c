/* omc-vitals-chart.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "omc-vitals.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_CHART (omc_vitals_chart_get_type ())

/**
 * OmcVitalsChart:
 *
 * The observation chart: one strip a sign in ABCDE order, the bands of NEWS2 behind, a real time axis below.
 *
 * A point is a measurement; a line joins two that follow each other. Where a set has no value, or nothing was measured
 * for long, there is no line: a gap is shown as a gap (clinical.md 2). Each point carries its number, and a 3 is
 * ringed, so that nothing depends on colour.
 *
 * # Accessibility
 *
 * Role image; the description says for each sign the last value, its time, and the range of the time shown.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsChart, omc_vitals_chart, OMC, VITALS_CHART, GtkWidget)

/* sets: (element-type OmcVitalsSet), newest first */
void omc_vitals_chart_set_sets (OmcVitalsChart *self,
                                GPtrArray *sets,
                                OmcNews2Scope scope,
                                int spo2_scale,
                                gint64 now_us);
void omc_vitals_chart_set_hours (OmcVitalsChart *self, guint hours);

G_END_DECLS
