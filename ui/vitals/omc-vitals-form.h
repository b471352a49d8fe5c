/* omc-vitals-form.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-vitals-draft.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_FORM (omc_vitals_form_get_type ())

/**
 * OmcVitalsForm:
 *
 * The vitals form: all signs on one screen in ABCDE order, the running NEWS2, the time of observation and Save
 * (signal `save`, only while the draft is valid). It holds no values: they are the draft's.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsForm, omc_vitals_form, OMC, VITALS_FORM, AdwBin)

void omc_vitals_form_set_draft (OmcVitalsForm *self, OmcVitalsDraft *draft, OmcClock *clock);
/* While a save is under way nothing can be typed or saved twice. */
void omc_vitals_form_set_busy (OmcVitalsForm *self, gboolean busy);

G_END_DECLS
