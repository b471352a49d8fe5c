/* omc-conflict-card.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-merge-session.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICT_CARD (omc_conflict_card_get_type ())

/**
 * OmcConflictCard:
 *
 * One decision at a time, in clinical words: 1 this device, 2 the server, 3 another value. Nothing is preselected. A
 * conflict with wrong-patient danger has no button that decides.
 *
 * Signal `save`: all is decided and the person wants it stored.
 */
G_DECLARE_FINAL_TYPE (OmcConflictCard, omc_conflict_card, OMC, CONFLICT_CARD, AdwBin)

/* Both NULL: empties the card. */
void omc_conflict_card_set_session (OmcConflictCard *self,
                                    OmcMergeSession *session,
                                    OmcConflict *conflict);

G_END_DECLS
