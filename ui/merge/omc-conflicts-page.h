/* omc-conflicts-page.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "omc-store.h"

G_BEGIN_DECLS

#define OMC_TYPE_CONFLICTS_PAGE (omc_conflicts_page_get_type ())

/**
 * OmcConflictsPage:
 *
 * The inbox of conflicts, most dangerous first, the journal of what was merged, and the screens that decide one: the
 * card and the three-pane editor. Decisions are parked in the store as they are made.
 */
G_DECLARE_FINAL_TYPE (OmcConflictsPage, omc_conflicts_page, OMC, CONFLICTS_PAGE, AdwBin)

/* Once: whose conflicts, and who decides. */
void omc_conflicts_page_set_store (OmcConflictsPage *self, OmcStore *store, OmcActor *actor);
/* Shows one conflict in place of the inbox. */
void omc_conflicts_page_open (OmcConflictsPage *self, gint64 conflict_id);
/* Back to the inbox; what was decided is parked. */
void omc_conflicts_page_show_inbox (OmcConflictsPage *self);

G_END_DECLS
