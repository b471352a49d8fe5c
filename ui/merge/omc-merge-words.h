/* omc-merge-words.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-session.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

/* Sentences of the conflict screens. All are translated. */

/* "Prescription" for MedicationRequest; the FHIR name of a type without a word of its own. */
const char *omc_merge_words_type (const char *resource_type);
/* "DOE, John · Measurement: Temperature"; what it is about only when the documents were read. */
char *omc_merge_words_title (const OmcConflict *conflict);
/* "Nurse Joy, 20-Nov-2026 08:05"; us 0 and author NULL: unknown. */
char *omc_merge_words_who_when (const char *author, gint64 us);
/* The same of one side of a conflict, with when and how a measurement was made. */
char *omc_merge_words_local_side (const OmcConflict *conflict);
char *omc_merge_words_remote_side (const OmcConflict *conflict);
/* The value, or "nothing". */
const char *omc_merge_words_value (const char *text);
/* One sentence for a screen reader: what is to be decided, between what. */
char *omc_merge_words_question (OmcMergeRow *row);
/* "Take this device's value for Home telephone: 555-0100" */
char *omc_merge_words_take (OmcMergeRow *row, OmcMergeDecision decision);
/* "Decided: this device" */
const char *omc_merge_words_state (OmcMergeRow *row);
/* The labels of the units in an OmcConflict's summary, joined by commas. */
char *omc_merge_words_summary (const OmcConflict *conflict);
const char *omc_merge_words_severity (int severity);       /* (nullable) */
const char *omc_merge_words_severity_class (int severity); /* (nullable): of style */

G_END_DECLS
