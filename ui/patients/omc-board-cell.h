/* omc-board-cell.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-board-item.h"

G_BEGIN_DECLS

#define OMC_TYPE_BOARD_CELL (omc_board_cell_get_type ())

/**
 * OmcBoardCell:
 *
 * A cell of the ward board that shows an [class@BoardItem] (property `item`) and follows it.
 */
G_DECLARE_DERIVABLE_TYPE (OmcBoardCell, omc_board_cell, OMC, BOARD_CELL, AdwBin)

struct _OmcBoardCellClass
{
  AdwBinClass parent_class;

  /* The item is there or has changed; it may still be loading. */
  void (*update) (OmcBoardCell *self, OmcBoardItem *item);
};

#define OMC_TYPE_BOARD_PATIENT_CELL (omc_board_patient_cell_get_type ())
#define OMC_TYPE_BOARD_SCORE_CELL (omc_board_score_cell_get_type ())
#define OMC_TYPE_BOARD_DUE_CELL (omc_board_due_cell_get_type ())
#define OMC_TYPE_BOARD_MARKS_CELL (omc_board_marks_cell_get_type ())

G_DECLARE_FINAL_TYPE (OmcBoardPatientCell,
                      omc_board_patient_cell,
                      OMC,
                      BOARD_PATIENT_CELL,
                      OmcBoardCell)
G_DECLARE_FINAL_TYPE (OmcBoardScoreCell, omc_board_score_cell, OMC, BOARD_SCORE_CELL, OmcBoardCell)
G_DECLARE_FINAL_TYPE (OmcBoardDueCell, omc_board_due_cell, OMC, BOARD_DUE_CELL, OmcBoardCell)
G_DECLARE_FINAL_TYPE (OmcBoardMarksCell, omc_board_marks_cell, OMC, BOARD_MARKS_CELL, OmcBoardCell)

G_END_DECLS
