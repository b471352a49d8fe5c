/* omc-first-run.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_FIRST_RUN (omc_first_run_get_type ())

/* The first page on a device without a store. Signals: `practise`, `enrol`. */
G_DECLARE_FINAL_TYPE (OmcFirstRun, omc_first_run, OMC, FIRST_RUN, AdwBin)

G_END_DECLS
