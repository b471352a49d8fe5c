/* omc-concept.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/* Has a CodeableConcept, or one of a list of them, a coding of that code? system: (nullable) NULL: of any. */
gboolean omc_concept_has (const OmcJsonValue *concept, const char *system, const char *code);

G_END_DECLS
