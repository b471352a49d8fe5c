/* omc-watchdog.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* With OMNICARE_WATCHDOG=FILE: measures how long one turn of the main loop takes to come round: by the clock, of its own
 * (less the time when it was ready and other programs had all processors) and in processor time, and writes the longest of
 * each to the file as JSON at the end: {"maxBlockMs": 7.9, "over16": 0, "maxBlockOwnMs": 7.3, "over16Own": 0,
 * "maxBlockCpuMs": 6.9, "over16Cpu": 0, "samples": 9000}. Does nothing without it. */
void omc_watchdog_start (void);
/* From the window's first frame on: what the program does before that blocks nobody. */
void omc_watchdog_arm (GtkWidget *window);
void omc_watchdog_finish (void);

G_END_DECLS
