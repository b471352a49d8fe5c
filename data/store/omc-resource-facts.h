/* omc-resource-facts.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/* What the store must know of a resource to file it. Pure. */

OmcResourceKind omc_resource_facts_kind (OmcResource *resource);
/* When it happened at the bedside; fallback when the resource does not say. */
gint64 omc_resource_facts_event (OmcResource *resource, gint64 fallback_us);
/* Is its date (the parameter by which an Observation's values are sorted) something else than the one moment event? */
gboolean omc_resource_facts_is_oddly_dated (OmcResource *resource, gint64 event_us);
/* "Temperature 98.6 degF": short, for the author's own list of what waits. */
char *omc_resource_facts_summary (OmcResource *resource);
/* Smaller goes first: who and where before what was observed there, allergies before the rest. */
int omc_resource_facts_priority (OmcResource *resource);
/* The client's UUID in an identifier of ours; NULL if there is none. */
const char *omc_resource_facts_idempotency_key (OmcResource *resource);
/* "DOE, John" of a Patient; NULL without a name. */
char *omc_resource_facts_patient_name (OmcResource *patient);
/* Lower case without marks, for comparing and sorting in any script. */
char *omc_text_fold (const char *text);

G_END_DECLS
