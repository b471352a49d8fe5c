/* omc-sync-pull.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* Reads all types from their marks: pages, deletions, then the mark. Types that the server refuses are noted and
 * left out; run->pulled tells whether all were read. */
gboolean omc_sync_pull (OmcSyncRun *run, GError **error);
/* Practitioners and this device as the server has them; marks stay, so that the next reading misses nothing. */
gboolean omc_sync_pull_people (OmcSyncRun *run, GError **error);
/* Reads the one resource of run->resource_type and resource_id. */
gboolean omc_sync_pull_one (OmcSyncRun *run, GError **error);
/* Deletions of some types once more, just before something is written that could undo them. */
gboolean omc_sync_pull_deletions (OmcSyncRun *run, GHashTable *types, GError **error);
/* How many resources a pull would bring at most; stores nothing. */
gboolean omc_sync_pull_count (OmcSyncRun *run, guint *count, GError **error);

G_END_DECLS
