/* omc-board-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Notes the patients whom the transaction touched: their board rows are made after it, so that no save waits for them. The
 * rows of persons who are new or have another name are made at once, unless they are many. */
gboolean omc_board_dao_mark_touched (OmcSession *session, GError **error);
/* Makes up to limit of the noted ones, 0: all. */
gboolean omc_board_dao_update_stale (OmcSession *session, guint limit, GError **error);
gboolean omc_board_dao_has_stale (OmcSession *session, gboolean *stale, GError **error);
/* The chart was opened. */
gboolean omc_board_dao_note_used (OmcSession *session, const char *patient_id, GError **error);
/* As it is now, also when its making still waits. NULL without an error when the patient has none. */
gboolean
omc_board_dao_find (OmcSession *session, gint64 patient, OmcBoardRow **row, GError **error);

G_END_DECLS
