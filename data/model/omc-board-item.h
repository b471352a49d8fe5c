/* omc-board-item.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-display.h"
#include "omc-news2.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_BOARD_ITEM (omc_board_item_get_type ())

/**
 * OmcBoardItem:
 *
 * One row of the ward board in words, or the place of a row that is still being read (`loading`).
 */
G_DECLARE_FINAL_TYPE (OmcBoardItem, omc_board_item, OMC, BOARD_ITEM, GObject)

OmcBoardItem *omc_board_item_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* row: (nullable): goes back to loading. */
void omc_board_item_set_row (OmcBoardItem *self, OmcBoardRow *row, gint64 now_us);
/* (nullable) while loading */
OmcBoardRow *omc_board_item_get_row (OmcBoardItem *self);
/* Of the newest complete set (clinical.md 2, Chart 2). */
OmcNews2Band omc_board_item_get_band (OmcBoardItem *self);
/* Another patient in the list has the same family name. */
void omc_board_item_set_same_surname (OmcBoardItem *self, gboolean same_surname);
/* The texts that depend on the time. */
void omc_board_item_update_time (OmcBoardItem *self, gint64 now_us);

G_END_DECLS
