/* omc-sync-verdict.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-forbidden.h"
#include "omc-sync-send.h"

G_BEGIN_DECLS

/**
 * OmcSyncVerdict:
 *
 * What came of one request: for each of its items, and for all that is still to be sent.
 */
typedef struct
{
  GPtrArray
      *results; /* (owned) (element-type OmcPushResult): none for what omc-sync-forbidden keeps */
  gboolean divide; /* the bundle as a whole holds something bad: its halves tell what */
  gboolean failed; /* the server has a problem of its own */
  gboolean login;  /* it does not accept who is asking */
  gboolean hold;   /* it asks to wait */
  gint64 hold_us;  /* so long, -1: it does not say */
  GError *lost;    /* (owned) (nullable): why a reading again failed */
} OmcSyncVerdict;

/* Reads again what an answer leaves open; writes nothing. */
void omc_sync_verdict_init (OmcSyncVerdict *self,
                            OmcSyncRun *run,
                            OmcSyncForbidden *forbidden,
                            const OmcPlanRequest *request,
                            const OmcSendState *sent);
void omc_sync_verdict_clear (OmcSyncVerdict *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcSyncVerdict, omc_sync_verdict_clear)

G_END_DECLS
