/* omc-sbar.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-vitals.h"

G_BEGIN_DECLS

/* A line of the escalation checklist. id for the record, text for people (translated). */
typedef struct
{
  const char *id;
  const char *text;
} OmcEscalationStep;

/* What Chart 4 of NEWS2 asks for at this score, in order; ends with id NULL; empty when nothing is asked. */
const OmcEscalationStep *omc_sbar_list_steps (const OmcNews2Result *result);
gboolean omc_sbar_needs_escalation (const OmcNews2Result *result);

typedef struct
{
  const char *patient;   /* "DOE, John" */
  const char *age;       /* (nullable) "78 years" */
  const char *number;    /* (nullable) record number */
  const char *place;     /* (nullable) "Ward 4, bed 7" */
  const char *problems;  /* (nullable) */
  const char *allergies; /* (nullable) */
  const char *caller;    /* (nullable) */
  const OmcVitalsSet *set;
  const OmcVitalsSet *previous; /* (nullable) */
} OmcSbarInput;

/* Situation, background, assessment, recommendation: a text to read out or to copy, translated. */
char *omc_sbar_dup_text (const OmcSbarInput *input);

G_END_DECLS
