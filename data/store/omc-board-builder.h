/* omc-board-builder.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Before a ward_id: the way up from this place to its ward is not here. */
#define OMC_BOARD_LOOSE_PLACE "?"

/**
 * OmcBoardFacts:
 *
 * A board row with what only its table needs.
 */
typedef struct
{
  OmcBoardRow *row; /* (owned) (nullable): no such person here */
  gboolean active;
  char *ward_id; /* (owned) (nullable): "Location/id", or "?" and the last place on the way to it */
  int risk;      /* OmcNews2Band of the newest sets */
  gboolean deteriorating;
} OmcBoardFacts;

void omc_board_facts_clear (OmcBoardFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcBoardFacts, omc_board_facts_clear)

/* Reads the patient's chart and computes the row. */
gboolean
omc_board_build (OmcSession *session, gint64 patient, OmcBoardFacts *facts, GError **error);
/* Only where the patient is. */
gboolean omc_board_find_place (OmcSession *session,
                               gint64 patient,
                               gboolean *active,
                               char **ward_id,
                               GError **error);

G_END_DECLS
