/* omc-news2-codes.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-news2.h"

G_BEGIN_DECLS

/* What NEWS2 and its answers are called in records (clinical.md 1). */

typedef struct
{
  const char *snomed;
  const char *loinc; /* (nullable): no part of the score has one */
  const char *text;  /* English: it goes out beside the codes */
} OmcNews2Code;

/* scale: of SpO2, 1 or 2 */
const OmcNews2Code *omc_news2_parameter_get_code (OmcNews2Parameter parameter, int scale);
/* (nullable): NULL for OMC_CONSCIOUSNESS_UNKNOWN, which no record says */
const OmcNews2Code *omc_consciousness_get_code (OmcConsciousness consciousness);

G_END_DECLS
