/* omc-sync-engine.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-fhir-transport.h"
#include "omc-store-sync.h"
#include "omc-sync-service.h"

G_BEGIN_DECLS

#define OMC_TYPE_SYNC_ENGINE (omc_sync_engine_get_type ())

/**
 * OmcSyncEngine:
 *
 * One run of synchronisation as an explicit state machine, on the thread that calls.
 */
G_DECLARE_FINAL_TYPE (OmcSyncEngine, omc_sync_engine, OMC, SYNC_ENGINE, GObject)

OmcSyncEngine *omc_sync_engine_new (OmcStore *store,
                                    OmcFhirTransport *transport,
                                    const OmcSyncConfig *config) G_GNUC_WARN_UNUSED_RESULT;

/* progress: 0..1; eta_seconds: -1 not known. On the thread of the run. */
typedef void (*OmcSyncNotifyFunc) (OmcSyncState state,
                                   double progress,
                                   int eta_seconds,
                                   gpointer user_data);
void omc_sync_engine_set_notify (OmcSyncEngine *self, OmcSyncNotifyFunc func, gpointer user_data);

typedef struct
{
  const char *resource; /* (nullable): "Type/id" */
  gboolean dry_run;
  gboolean all_due; /* a person asks: what waits for its next attempt goes too */
  /* Only whom the server lets work here, and whether this device still may; a contact is recorded when it said so to the
   * end, and nothing else is. */
  gboolean people_only;
} OmcSyncRunOptions;

/* What the run did, also when it failed on the way (then report->error is set). NULL with an error when it could not
 * begin: another program synchronises, or the request cannot be. Runs of one engine do not overlap. */
OmcSyncReport *omc_sync_engine_run (OmcSyncEngine *self,
                                    const OmcSyncRunOptions *options,
                                    GCancellable *cancellable,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* After a run: where it ended, how long the server asked to wait (-1: it did not), and whether it answered at all. */
OmcSyncState omc_sync_engine_get_state (OmcSyncEngine *self);
gint64 omc_sync_engine_get_hold (OmcSyncEngine *self);
gboolean omc_sync_engine_had_contact (OmcSyncEngine *self);

G_END_DECLS
