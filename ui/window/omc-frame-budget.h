/* omc-frame-budget.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where the processor paints, a new page costs one frame twice: its layout, and a picture of the whole window. When the
 * layout alone has taken its part of a frame, the window shows its last picture once more and paints the new one in a
 * frame after, so that no turn of the main loop does both. At most twice in a row: a window that is laid out in every
 * frame still paints every third. The first picture of all is the empty window. With a graphics processor nothing is ever held back. */

typedef struct _OmcFrameBudget OmcFrameBudget;

/**
 * omc_frame_budget_new:
 * @window: a realized native widget; outlives the budget
 *
 * Returns: (transfer full): free with omc_frame_budget_free() before @window is unrealized
 */
OmcFrameBudget *omc_frame_budget_new (GtkWidget *window);
void omc_frame_budget_free (OmcFrameBudget *self);

/**
 * omc_frame_budget_snapshot:
 * @draw: (scope call): the snapshot function of the window's parent class
 *
 * The whole of the window's own snapshot function.
 */
void omc_frame_budget_snapshot (OmcFrameBudget *self,
                                GtkSnapshot *snapshot,
                                void (*draw) (GtkWidget *window, GtkSnapshot *snapshot));

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcFrameBudget, omc_frame_budget_free)

G_END_DECLS
