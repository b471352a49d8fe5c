/* omc-record-list.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_RECORD_LIST (omc_record_list_get_type ())

/* A list of OmcRecordItem, and a sentence when it is empty (property `empty-title`). */
G_DECLARE_FINAL_TYPE (OmcRecordList, omc_record_list, OMC, RECORD_LIST, AdwBin)

/* model: (nullable) (transfer none) */
void omc_record_list_set_model (OmcRecordList *self, GListModel *model);

#define OMC_TYPE_RECORD_ROW (omc_record_row_get_type ())

/* One entry of the list; what was entered in error is struck through and says so. Property `item`. */
G_DECLARE_FINAL_TYPE (OmcRecordRow, omc_record_row, OMC, RECORD_ROW, GtkWidget)

G_END_DECLS
