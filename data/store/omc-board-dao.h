/* omc-board-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Makes the board rows of the patients that the transaction touched, or notes them for later when they are many. */
gboolean omc_board_dao_update_touched (OmcSession *session, GError **error);
/* Makes the noted ones. */
gboolean omc_board_dao_update_stale (OmcSession *session, GError **error);
gboolean omc_board_dao_has_stale (OmcSession *session, gboolean *stale, GError **error);
/* A page and the number of all rows. (element-type OmcBoardRow) */
GPtrArray *omc_board_dao_list (OmcSession *session, const OmcBoardQuery *query, guint offset, guint limit,
                               guint *total, GError **error);
/* NULL without an error when the patient has none. */
gboolean omc_board_dao_find (OmcSession *session, gint64 patient, OmcBoardRow **row, GError **error);

G_END_DECLS
