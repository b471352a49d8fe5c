/* omc-startup-trace.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For benchmarks: with OMNICARE_TRACE_STARTUP=FILE the moments start, unlocked and board-interactive are written
 * there as JSON (microseconds of the monotonic clock), once all three are known. */
void omc_startup_trace_begin (void);
void omc_startup_trace_unlocked (void);
/* The board has rows: interactive with the next frame that is drawn. */
void omc_startup_trace_board_shown (GtkWidget *board);

G_END_DECLS
