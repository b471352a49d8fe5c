/* omc-board-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* What a row is made of, of ward_board b and patients p. */
#define OMC_BOARD_ROW_COLUMNS                                                                      \
  "p.id, b.family, b.given, b.birth_date, b.gender, b.number, b.ward, b.bed, b.news2,"             \
  " b.news2_partial, b.news2_red, b.trend, b.last_set_at, b.due_at, b.spo2_scale, b.n_allergies,"  \
  " b.allergy_nka, b.n_alerts, b.n_unsent, b.n_conflicts, b.deceased"

/* From a statement that selects these first. */
OmcBoardRow *omc_board_row_read (OmcStmt *stmt) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
