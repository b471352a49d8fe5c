/* omc-conflict-choice.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICT_CHOICE (omc_conflict_choice_get_type ())

/* One side of a decision: its key, whose it is, the value, and who wrote it when. */
G_DECLARE_FINAL_TYPE (OmcConflictChoice, omc_conflict_choice, OMC, CONFLICT_CHOICE, AdwBin)

void omc_conflict_choice_set (OmcConflictChoice *self,
                              const char *key,
                              const char *side,
                              const char *value,
                              const char *who_when);

G_END_DECLS
