/* omc-sparkline.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define OMC_TYPE_SPARKLINE (omc_sparkline_get_type ())

/**
 * OmcSparkline:
 *
 * The last NEWS2 totals as a small line, on a fixed scale of 0 to 20 so that two patients can be compared.
 *
 * It has the role of an image, and its accessible label reads the numbers out. It cannot be operated.
 */
G_DECLARE_FINAL_TYPE (OmcSparkline, omc_sparkline, OMC, SPARKLINE, GtkWidget)

GtkWidget *omc_sparkline_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Oldest first; -1 is a gap. */
void omc_sparkline_set_values (OmcSparkline *self, const int *values, guint n_values);

G_END_DECLS
