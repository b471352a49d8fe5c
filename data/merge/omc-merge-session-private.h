/* omc-merge-session-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-plan.h"
#include "omc-merge-session.h"

G_BEGIN_DECLS

typedef struct
{
  guint hunk;
  OmcMergeDecision before;
  OmcMergeDecision after;
  OmcJson *value_before; /* (owned) (nullable) */
  OmcJson *value_after;  /* (owned) (nullable) */
} OmcMergeStep;

void _omc_merge_step_free (OmcMergeStep *step);

OmcMergePlan *_omc_merge_session_get_plan (OmcMergeSession *self);
GPtrArray *_omc_merge_session_get_steps (OmcMergeSession *self, guint *n_done);
/* edited: (out) (nullable): borrowed */
OmcMergeDecision
_omc_merge_session_get_decision (OmcMergeSession *self, guint index, OmcJson **edited);
/* Without announcing: */
void _omc_merge_session_push (OmcMergeSession *self,
                              guint index,
                              OmcMergeDecision decision,
                              OmcJson *value);
void _omc_merge_session_clear (OmcMergeSession *self);
void _omc_merge_session_announce (OmcMergeSession *self);

G_END_DECLS
