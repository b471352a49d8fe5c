/* omc-sync-audit-there.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

#define OMC_SYNC_AUDIT_TYPE "AuditEvent"

/* Looks whether the server knows more of the trail than there is here, or something else: then the store and the run say so. */
gboolean omc_sync_audit_compare_head (OmcSyncRun *run, GError **error);

/**
 * omc_sync_audit_find:
 * @uploads: (element-type OmcAuditUpload): what is to be sent; of what was sent before nobody may know whether it arrived,
 *   all of it or some
 * @there: (element-type utf8 utf8): emptied, and filled with the keys of those that the server has
 */
gboolean
omc_sync_audit_find (OmcSyncRun *run, GPtrArray *uploads, GHashTable *there, GError **error);

G_END_DECLS
