/* omc-merge-contained.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-plan.h"

G_BEGIN_DECLS

/* Contained resources go with the reference that uses them (clinical.md 5, rule 11). */

/* local, with those contained resources renamed that both sides added under the same id with other content; a new
 * reference to local itself when there are none. */
OmcResource *
omc_merge_contained_renumber (OmcResource *base, OmcResource *local, OmcResource *remote);
/* Puts back contained resources that the merged document refers to, and drops those that lost their last reference
 * by the merge. */
void omc_merge_contained_repair (OmcJsonBuilder *builder, OmcJsonNode *root, OmcMergePlan *plan);

G_END_DECLS
