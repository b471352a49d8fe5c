/* omc-sync-outcome.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/* What went wrong and what to do, from an OperationOutcome (nullable) and the HTTP status: one translated sentence.
 * Free texts of the server are left out, for they may repeat what a patient's record holds; of an expression only
 * element names are kept ("Observation.effectiveDateTime"). */
char *omc_sync_outcome_to_sentence (const OmcJsonValue *outcome, guint status);
/* The first error's code ("invalid", "conflict", ...), NULL if none. */
const char *omc_sync_outcome_get_code (const OmcJsonValue *outcome);

G_END_DECLS
