/* omc-board-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_BOARD_PAGE (omc_board_page_get_type ())

/**
 * OmcBoardPage:
 *
 * The ward board: who is here, how ill, and what is due. Typing searches. Opening a patient activates
 * `win.open-patient` with the patient's id.
 */
G_DECLARE_FINAL_TYPE (OmcBoardPage, omc_board_page, OMC, BOARD_PAGE, AdwBin)

/* session: (nullable): shows nothing and keeps nothing */
void omc_board_page_set_session (OmcBoardPage *self, OmcUiSession *session);
void omc_board_page_focus_search (OmcBoardPage *self);

G_END_DECLS
