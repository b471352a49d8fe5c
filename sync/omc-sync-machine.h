/* omc-sync-machine.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-service.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_SYNC_EVENT_START,
  OMC_SYNC_EVENT_DONE,      /* this stage is finished */
  OMC_SYNC_EVENT_SENT,      /* requests were answered, or their answers are known to be lost */
  OMC_SYNC_EVENT_MORE,      /* there is more to send */
  OMC_SYNC_EVENT_TRANSIENT, /* goes away by itself: later */
  OMC_SYNC_EVENT_OFFLINE,
  OMC_SYNC_EVENT_USER, /* nothing goes on without a person */
  OMC_SYNC_EVENT_CANCEL,
} OmcSyncEvent;

#define OMC_SYNC_N_STATES (OMC_SYNC_NEEDS_USER + 1)
#define OMC_SYNC_N_EVENTS (OMC_SYNC_EVENT_CANCEL + 1)

/* FALSE: this event cannot happen in this state, and next is unchanged. Pure. */
gboolean omc_sync_machine_next (OmcSyncState state, OmcSyncEvent event, OmcSyncState *next);
/* Is a run going on in this state? */
gboolean omc_sync_machine_is_active (OmcSyncState state);
/* What an error of OMC_SYNC_ERROR, OMC_STORE_ERROR or G_IO_ERROR means for the run. */
OmcSyncEvent omc_sync_machine_event_for_error (const GError *error);

G_END_DECLS
