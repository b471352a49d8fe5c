/* omc-vitals-check-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals-check.h"

G_BEGIN_DECLS

/* All comparisons are made in ten-thousandths of the unit. */
#define SCALE 4
#define ONE 10000

/* A number under judgement. */
typedef struct
{
  OmcVitalKind kind;
  const OmcVitalsEntry *entry;
  const OmcVitalUnit *unit;
  char *text;   /* (owned) normalised number */
  gint64 value; /* in 1/ONE */
} OmcVitalsTyped;

/* message: (transfer full) (nullable) */
OmcVitalsCheck *_omc_vitals_finding_new (OmcCheckLevel level,
                                         char *message) G_GNUC_WARN_UNUSED_RESULT;
/* text: a number of our own tables. */
gint64 _omc_vitals_number_of (const char *text);
gboolean _omc_vitals_is_between (gint64 value, const char *min, const char *max);
/* Within the limits beyond which a person is asked. */
gboolean _omc_vitals_is_plausible (const OmcVitalUnit *unit, gint64 value);
/* The newest value of that kind not older than max_age, in the unit asked for; NULL if there is none. */
const OmcVitalsValue *_omc_vitals_find_last (const OmcVitalsTyped *typed,
                                             OmcVitalKind kind,
                                             gint64 max_age_us,
                                             const char *ucum,
                                             gint64 *value);

/* NULL if nothing looks like a slip. */
OmcVitalsCheck *_omc_vitals_check_slips (const OmcVitalsTyped *typed);
/* For either of the two blood pressures. */
OmcVitalsCheck *_omc_vitals_check_pressure_slip (const OmcVitalsTyped *typed);

G_END_DECLS
