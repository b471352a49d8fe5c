/* omc-board-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-board-dao.h"

gboolean
omc_board_dao_update_touched (OmcSession *session, GError **error)
{
  return TRUE;
}

gboolean
omc_board_dao_update_stale (OmcSession *session, GError **error)
{
  return TRUE;
}

gboolean
omc_board_dao_has_stale (OmcSession *session, gboolean *stale, GError **error)
{
  *stale = FALSE;
  return TRUE;
}
