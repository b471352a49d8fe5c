/* omc-merge-union.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-json-diff.h"

G_BEGIN_DECLS

/* Unions of lists that both sides changed. The nodes belong to the builder; NULL: they cannot be united. */

/* Append-only: nothing is dropped but what a side re-worded while the other left it alone; keys: (nullable) tell
 * that two entries are wordings of the same (clinical.md 5, rule 9). An entry without key counts as re-worded only
 * when the other side did not touch the list. */
OmcJsonNode *
omc_merge_union_append (OmcJsonBuilder *builder, const OmcTriple *arrays, const char *keys);
/* Did a side take out an entry that it did not re-word? */
gboolean omc_merge_union_drops (const OmcTriple *arrays, const char *keys);
/* A set to which both sides only added. */
OmcJsonNode *omc_merge_union_set (OmcJsonBuilder *builder, const OmcTriple *arrays);
/* Translations that both sides added to a CodeableConcept whose first coding and text stay. */
OmcJsonNode *omc_merge_union_concept (OmcJsonBuilder *builder, const OmcTriple *concepts);
/* Does each side of a CodeableConcept have all that base has, and at most further codings? */
gboolean omc_merge_only_adds_codings (const OmcTriple *concepts);

G_END_DECLS
