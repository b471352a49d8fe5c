/* omc-vitals-field.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-vitals-draft.h"

G_BEGIN_DECLS

#define OMC_TYPE_VITALS_FIELD (omc_vitals_field_get_type ())

/**
 * OmcVitalsField:
 *
 * One sign of the vitals form: its editor, unit, sub-score, last value, and what is to be said about it. Property
 * `kind` (the sign's id, "temperature"). It decides nothing: what is right is the draft's to say.
 */
G_DECLARE_FINAL_TYPE (OmcVitalsField, omc_vitals_field, OMC, VITALS_FIELD, AdwBin)

void omc_vitals_field_set_draft (OmcVitalsField *self, OmcVitalsDraft *draft);

G_END_DECLS
