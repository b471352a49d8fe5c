/* omc-conflict-row.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICT_ROW (omc_conflict_row_get_type ())

/* A conflict in the inbox or in the journal. */
G_DECLARE_FINAL_TYPE (OmcConflictRow, omc_conflict_row, OMC, CONFLICT_ROW, AdwBin)

GtkWidget *omc_conflict_row_new (void);
/* The sentence that a screen reader says for the row: (transfer full) */
char *omc_conflict_row_set_conflict (OmcConflictRow *self, OmcConflict *conflict);

G_END_DECLS
