/* omc-board-list.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_BOARD_LIST (omc_board_list_get_type ())

/**
 * OmcBoardList:
 *
 * The columns of the ward board. Activating a row activates `win.open-patient`.
 */
G_DECLARE_FINAL_TYPE (OmcBoardList, omc_board_list, OMC, BOARD_LIST, AdwBin)

/* model: (nullable): of OmcBoardItem */
void omc_board_list_set_model (OmcBoardList *self, GListModel *model);
/* Opens the patient of that row; nothing happens while it is loading. */
void omc_board_list_open (OmcBoardList *self, guint position);

G_END_DECLS
