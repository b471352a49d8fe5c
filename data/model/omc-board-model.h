/* omc-board-model.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-board-item.h"
#include "omc-store.h"

G_BEGIN_DECLS

#define OMC_BOARD_PAGE_SIZE 64

#define OMC_TYPE_BOARD_MODEL (omc_board_model_get_type ())

/**
 * OmcBoardModel:
 *
 * The ward board as a list of [class@BoardItem] that is read page by page when a row is asked for.
 *
 * A row that is not there yet is an item that says `loading` and fills itself later, so that scrolling never
 * waits. What the store says has changed is read again in place: positions and items stay, nothing flickers.
 * Only the pages that were used last are kept. A new list grows by a few rows a frame; `total` says at once how many
 * it will be. Main thread only.
 *
 * Properties: `total` (rows of the query), `loading` (no answer to this query yet), `error` (nullable sentence).
 */
G_DECLARE_FINAL_TYPE (OmcBoardModel, omc_board_model, OMC, BOARD_MODEL, GObject)

OmcBoardModel *omc_board_model_new (OmcStore *store, OmcActor *actor) G_GNUC_WARN_UNUSED_RESULT;
void omc_board_model_set_text (OmcBoardModel *self, const char *text);
void omc_board_model_set_sort (OmcBoardModel *self, OmcBoardSort sort);
void omc_board_model_set_filter (OmcBoardModel *self, OmcBoardFilter filter);
/* Also patients of other departments, by who and where they are alone, once there is a text to search for. */
void omc_board_model_set_beyond (OmcBoardModel *self, gboolean beyond);
/* Reads the query anew, also after an error. */
void omc_board_model_reload (OmcBoardModel *self);
/* Each minute: the texts that depend on the time. */
void omc_board_model_tick (OmcBoardModel *self);

G_END_DECLS
