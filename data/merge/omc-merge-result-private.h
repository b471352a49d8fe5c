/* omc-merge-result-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-merge-plan.h"

G_BEGIN_DECLS

/* plan, merged: (transfer full). local is the caller's document, before contained resources were renumbered. */
OmcMergeResult *_omc_merge_result_new (OmcMergePlan *plan, OmcResource *local, OmcResource *merged);
OmcMergePlan *_omc_merge_result_get_plan (OmcMergeResult *self);

G_END_DECLS
