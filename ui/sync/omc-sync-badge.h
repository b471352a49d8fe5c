/* omc-sync-badge.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "omc-ui-session.h"

G_BEGIN_DECLS

#define OMC_TYPE_SYNC_BADGE (omc_sync_badge_get_type ())

/**
 * OmcSyncBadge:
 *
 * The state of sync in words, in the header of every screen. Activates `win.show-sync`.
 */
G_DECLARE_FINAL_TYPE (OmcSyncBadge, omc_sync_badge, OMC, SYNC_BADGE, GtkWidget)

/* session: (nullable): says nothing */
void omc_sync_badge_set_session (OmcSyncBadge *self, OmcUiSession *session);

G_END_DECLS
