/* omc-sync-service.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"
#include "omc-sync-config.h"

G_BEGIN_DECLS

typedef enum
{
  OMC_SYNC_IDLE,
  OMC_SYNC_AUTH,
  OMC_SYNC_PULL,
  OMC_SYNC_RESOLVE,
  OMC_SYNC_PUSH,
  OMC_SYNC_RECONCILE,
  OMC_SYNC_BACKOFF,
  OMC_SYNC_OFFLINE,
  OMC_SYNC_NEEDS_USER,
} OmcSyncState;

#define OMC_TYPE_SYNC_STATE (omc_sync_state_get_type ())
GType omc_sync_state_get_type (void);
const char *omc_sync_state_to_string (OmcSyncState state);

typedef enum
{
  OMC_SYNC_REASON_USER,
  OMC_SYNC_REASON_LOCAL_CHANGE,
  OMC_SYNC_REASON_TIMER,
  OMC_SYNC_REASON_NETWORK,
} OmcSyncReason;

typedef struct
{
  gboolean complete; /* all types pulled, nothing that could be sent is left */
  guint received;    /* created + updated + deleted */
  guint merged;
  guint conflicts;
  guint sent;    /* acknowledged one by one */
  guint failed;  /* put to needs-attention in this run */
  guint waiting; /* still in the queue */
  char *error;   /* (nullable): a sentence: what, and what to do */
} OmcSyncReport;

void omc_sync_report_free (OmcSyncReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncReport, omc_sync_report_free)

#define OMC_TYPE_SYNC_SERVICE (omc_sync_service_get_type ())

/**
 * OmcSyncService:
 *
 * The face of synchronisation for the user interface and for omnicarectl.
 *
 * Properties, all changing on the thread that made the service: `state` ([enum@SyncState]), `online` (boolean),
 * `pending-count` (sets of work not yet on the server), `conflict-count`, `attention-count`, `progress` (0..1, -1 when
 * idle), `eta-seconds` (-1: unknown), `last-sync` (gint64 microseconds, 0 never), `last-contact`, `message` (nullable
 * sentence for a person), `paused`. Nothing here blocks and nothing here exposes HTTP or SQL.
 */
G_DECLARE_FINAL_TYPE (OmcSyncService, omc_sync_service, OMC, SYNC_SERVICE, GObject)

OmcSyncService *omc_sync_service_new (OmcStore *store,
                                      const OmcSyncConfig *config) G_GNUC_WARN_UNUSED_RESULT;
/* Begins to follow the store, the network and the timer. */
void omc_sync_service_start (OmcSyncService *self);
/* Ends a run at the next safe place and the thread; waits for it. */
void omc_sync_service_stop (OmcSyncService *self);
/* Requests coalesce: a request during a run makes one more run. */
void omc_sync_service_request_sync (OmcSyncService *self, OmcSyncReason reason);
void omc_sync_service_set_paused (OmcSyncService *self, gboolean paused);
OmcSyncState omc_sync_service_get_state (OmcSyncService *self);
gboolean omc_sync_service_get_online (OmcSyncService *self);
guint omc_sync_service_get_pending_count (OmcSyncService *self);
guint omc_sync_service_get_conflict_count (OmcSyncService *self);
guint omc_sync_service_get_attention_count (OmcSyncService *self);
gint64 omc_sync_service_get_last_sync (OmcSyncService *self);
const char *omc_sync_service_get_message (OmcSyncService *self);

/* One run, now, on this thread (which must have no window). resource: (nullable) "Type/id" to restrict it to. */
OmcSyncReport *omc_sync_service_run_sync (OmcSyncService *self,
                                          const char *resource,
                                          gboolean dry_run,
                                          GCancellable *cancellable,
                                          GError **error);
/* Asks the server, now and on this thread, who may still work with this device, and reads and sends no records. FALSE: it
 * was not met, or did not say so to the end. */
gboolean
omc_sync_service_meet_sync (OmcSyncService *self, GCancellable *cancellable, GError **error);

G_END_DECLS
