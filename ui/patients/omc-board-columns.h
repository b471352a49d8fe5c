/* omc-board-columns.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Between a column's edge and what is in it, and between two things in it. Pixels. */
#define OMC_BOARD_GAP 8

typedef enum
{
  OMC_COLUMN_BED,
  OMC_COLUMN_PATIENT,
  OMC_COLUMN_SCORE,
  OMC_COLUMN_DUE,
  OMC_COLUMN_LAST_SET,
  OMC_COLUMN_MARKS,
  OMC_N_COLUMNS,
} OmcBoardColumn;

/* The name over a column. */
const char *omc_board_column_get_title (OmcBoardColumn column);
/* Where each column lies in a line of the board, without the gaps at its edges; the order follows the direction. */
void omc_board_columns_arrange (GtkWidget *line, graphene_rect_t areas[OMC_N_COLUMNS]);

G_END_DECLS
