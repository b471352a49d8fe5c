/* omc-sync-apply.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-page.h"
#include "omc-sync-run.h"

G_BEGIN_DECLS

/* Stores a page, and with it the mark (nullable), in one transaction. What carries the key of a create of this device
 * whose answer was lost is its acknowledgement, never a second resource. */
gboolean omc_sync_apply_page (OmcSyncRun *run,
                              OmcSyncPage *page,
                              const char *mark_name,
                              const char *mark,
                              GError **error);
/* Finds the creates that were tried before; to be called before the first page of a run. */
gboolean omc_sync_apply_prepare (OmcSyncRun *run, GError **error);

G_END_DECLS
