/* omc-merge-row-view.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-merge-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_MERGE_ROW_VIEW (omc_merge_row_view_get_type ())

/**
 * OmcMergeRowView:
 *
 * One unit in the three-pane editor: this device, result, server, and the base on demand. The buttons between the
 * panes take one side; the result can be typed where its type allows it.
 */
G_DECLARE_FINAL_TYPE (OmcMergeRowView, omc_merge_row_view, OMC, MERGE_ROW_VIEW, AdwBin)

GtkWidget *omc_merge_row_view_new (void);
/* row: (nullable): unbinds */
void omc_merge_row_view_set_row (OmcMergeRowView *self, OmcMergeSession *session, OmcMergeRow *row);
/* Starts typing when the view shows row and its result can be typed. */
gboolean omc_merge_row_view_begin_edit (OmcMergeRowView *self, OmcMergeRow *row);
void omc_merge_row_view_set_show_base (OmcMergeRowView *self, gboolean show_base);

G_END_DECLS
