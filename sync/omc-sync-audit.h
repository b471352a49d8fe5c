/* omc-sync-audit.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* From one run to the next, while the store is open. */
typedef struct
{
  gboolean compared;  /* the server's head was looked at */
  gint64 turned_away; /* monotonic: it took none of the trail; 0: it does */
} OmcSyncAuditMemory;

/* After the work of people: sends the audit trail as AuditEvents, and looks whether the server knows more of it than there is
 * here. It ends when anything else waits, it takes no time from the next run, and whatever goes wrong in it is no failure of
 * the run; a server that asks to wait is left alone in the run's hold_us. */
void omc_sync_audit (OmcSyncRun *run, OmcSyncAuditMemory *memory);

G_END_DECLS
