/* omc-merge-row-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-plan.h"
#include "omc-merge-row.h"

G_BEGIN_DECLS

/* For a hunk, or (hunk NULL) for an element that is the same on all sides. */
OmcMergeRow *
_omc_merge_row_new (OmcMergeResult *keeper, OmcPlanHunk *hunk, int index, const OmcPlanSlot *slot);
int _omc_merge_row_get_hunk (OmcMergeRow *self); /* -1: unchanged */
int _omc_merge_row_compare (OmcMergeRow *a, OmcMergeRow *b);
void _omc_merge_row_update (OmcMergeRow *self,
                            OmcMergeRowState state,
                            OmcMergeDecision decision,
                            const OmcJsonValue *result,
                            OmcJson *edited);
/* The value that is typed over, and the entry around it (NULL: none). */
const OmcJsonValue *_omc_merge_row_get_edited_value (OmcMergeRow *self);
const OmcJsonValue *_omc_merge_row_get_edited_entry (OmcMergeRow *self);

G_END_DECLS
