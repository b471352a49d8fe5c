/* omc-vitals-check.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_CHECK_OK,
  OMC_CHECK_CONFIRM, /* saved once a person says that it was measured so */
  OMC_CHECK_SUGGEST, /* a likely slip with another reading on offer */
  OMC_CHECK_HARD,    /* cannot be saved */
} OmcCheckLevel;

/**
 * OmcVitalsCheck:
 *
 * What is to be said about a typed value. With a suggestion, replacing text and unit by it is on offer; it is never
 * done unasked.
 */
typedef struct
{
  OmcCheckLevel level;
  gboolean refused;       /* cannot be saved as typed, not even confirmed */
  char *message;          /* (nullable) one sentence, translated */
  char *suggested_text;   /* (nullable) */
  char *suggested_unit;   /* (nullable) UCUM */
  gboolean suggests_swap; /* systolic and diastolic in each other's place */
} OmcVitalsCheck;

/* What else is known while a value is typed. texts: as typed; units: UCUM, NULL is the usual one. */
typedef struct
{
  const char *texts[OMC_VITAL_N_KINDS];
  const char *units[OMC_VITAL_N_KINDS];
  GPtrArray *history; /* (nullable) (element-type OmcVitalsSet), newest first */
  gint64 taken_at_us;
  gboolean child;     /* no signed-off table of confirm limits for children: hard limits only */
  gboolean high_flow; /* oxygen by high-flow nasal cannula */
} OmcVitalsEntry;

/**
 * omc_vitals_check:
 *
 * Limits, likely slips and jumps against the last set, clinical.md 3. An empty text is OK.
 */
OmcVitalsCheck *omc_vitals_check (OmcVitalKind kind,
                                  const OmcVitalsEntry *entry) G_GNUC_WARN_UNUSED_RESULT;
void omc_vitals_check_free (OmcVitalsCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcVitalsCheck, omc_vitals_check_free)

const char *
omc_check_level_to_string (OmcCheckLevel level); /* "ok", "confirm", "suggest", "hard" */

G_END_DECLS
