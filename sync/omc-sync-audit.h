/* omc-sync-audit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* After the work of people: sends the audit trail as AuditEvents, and looks whether the server knows more of it than there is
 * here. It ends when anything else waits, it takes no time from the next run, and whatever goes wrong in it is no failure of
 * the run. compared: (inout) the server's head was looked at already since the store was opened. */
void omc_sync_audit (OmcSyncRun *run, gboolean *compared);

G_END_DECLS
