/* omc-board-pages.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Whose patients a page shows. */
typedef struct
{
  const char *ward; /* (nullable): "Location/id"; NULL: all */
  const char *user; /* and those for whom this user has broken the glass */
} OmcBoardScope;

/* A page and the number of all rows. (element-type OmcBoardRow) */
GPtrArray *omc_board_pages_list (OmcSession *session,
                                 const OmcBoardQuery *query,
                                 const OmcBoardScope *scope,
                                 guint offset,
                                 guint limit,
                                 guint *total,
                                 GError **error);

G_END_DECLS
