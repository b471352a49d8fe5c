/* omc-board-line.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-board-item.h"

G_BEGIN_DECLS

#define OMC_TYPE_BOARD_LINE (omc_board_line_get_type ())

/**
 * OmcBoardLine:
 *
 * One line of the ward board: shows an [class@BoardItem] (property `item`) and follows it; with the property `heading`
 * it is the line of titles over the others.
 *
 * It arranges its columns and draws their plain texts itself. A widget for each of these would make forty a line, and a
 * list keeps up to two hundred lines ready.
 */
G_DECLARE_FINAL_TYPE (OmcBoardLine, omc_board_line, OMC, BOARD_LINE, GtkWidget)

G_END_DECLS
