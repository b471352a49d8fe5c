/* omc-flowsheet.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-vitals.h"

G_BEGIN_DECLS

#define OMC_TYPE_FLOWSHEET (omc_flowsheet_get_type ())

/* Vital signs as a table: a row a sign, a column a set, the newest beside the names. */
G_DECLARE_FINAL_TYPE (OmcFlowsheet, omc_flowsheet, OMC, FLOWSHEET, AdwBin)

GtkWidget *omc_flowsheet_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* sets: (element-type OmcVitalsSet), newest first */
void omc_flowsheet_set_sets (OmcFlowsheet *self, GPtrArray *sets, gint64 now_us);

G_END_DECLS
