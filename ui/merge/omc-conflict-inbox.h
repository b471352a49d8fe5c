/* omc-conflict-inbox.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICT_INBOX (omc_conflict_inbox_get_type ())

/* The list of what waits to be decided, or of what was merged: the journal. Signals: "filter-changed" when the other of the
 * two is wanted, and "opened" with the id of a conflict that a person wants to decide. */
G_DECLARE_FINAL_TYPE (OmcConflictInbox, omc_conflict_inbox, OMC, CONFLICT_INBOX, AdwBin)

gboolean omc_conflict_inbox_is_journal (OmcConflictInbox *self);
/* conflicts: (element-type OmcConflict) */
void omc_conflict_inbox_set_conflicts (OmcConflictInbox *self, GPtrArray *conflicts);

G_END_DECLS
