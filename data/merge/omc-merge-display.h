/* omc-merge-display.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json.h"

G_BEGIN_DECLS

/* A FHIR value in the words of a person: dates as DD-Mmm-YYYY, codes by their text, quantities with their unit.
 * element: (nullable) the name of the element, which tells a code from a free text. Never NULL. */
char *omc_merge_display_value (const char *element, const OmcJsonValue *value);
/* "20-Nov-2026 08:00" of any FHIR date, in the zone in which it was written; other texts as they are. */
char *omc_merge_display_date (const char *text);

G_END_DECLS
