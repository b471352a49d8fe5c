/* omc-sync-push.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/**
 * OmcSyncPush:
 *
 * Sends queued work, one request at a time: plan, send, reconcile. An item leaves the queue only by the server's own
 * answer for it.
 */
typedef struct _OmcSyncPush OmcSyncPush;

OmcSyncPush *omc_sync_push_new (OmcSyncRun *run) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_push_free (OmcSyncPush *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncPush, omc_sync_push_free)

/* Takes the queue and plans. more: is there a request to send? */
gboolean omc_sync_push_plan (OmcSyncPush *self, gboolean *more, GError **error);
/* Sends the next request. An answer that is lost is no error here, but the next step's. */
gboolean omc_sync_push_send (OmcSyncPush *self, GError **error);
/* Writes down what the answer means for each item, whatever else happens; then fails when the run cannot go on.
 * more: are requests of this plan left? */
gboolean omc_sync_push_reconcile (OmcSyncPush *self, gboolean *more, GError **error);
/* Of the plan: what would go, for a dry run. */
guint omc_sync_push_count_planned (OmcSyncPush *self);

G_END_DECLS
