/* omc-sync-service-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-connectivity.h"
#include "omc-fhir-client.h"
#include "omc-sync-engine.h"
#include "omc-sync-service.h"
#include "omc-sync-worker.h"

G_BEGIN_DECLS

/* The inside of the service, for the files that it is made of and for nobody else. */
struct _OmcSyncService
{
  GObject parent_instance;
  OmcStore *store;               /* (owned) */
  OmcSyncConfig *config;         /* (owned) */
  OmcFhirClient *client;         /* (owned) (nullable): none without a server */
  OmcSyncEngine *engine;         /* (owned) (nullable) */
  OmcConnectivity *connectivity; /* (owned) (nullable) */
  OmcSyncWorker *worker;         /* (owned) (nullable): between start and stop */
  GMainContext *context;         /* (owned): of the thread that made this */
  GCancellable *reading;         /* (owned): of the status */
  char *setup_error;             /* (owned) (nullable) */

  guint debounce_id;
  guint timer_id; /* next run by itself */
  guint stale_id;
  guint n_failures;  /* runs in a row that did not reach their end */
  gint64 hold_until; /* monotonic: the server asked to wait */
  gboolean started;
  gboolean paused;
  gboolean dirty_while_paused;
  gboolean status_running;
  gboolean status_wanted;
  gboolean status_known;

  OmcSyncState state;
  gboolean online;
  guint pending_count; /* sets, as a person counts */
  guint n_pending;     /* items */
  guint conflict_count;
  guint attention_count;
  double progress;
  int eta_seconds;
  gint64 last_sync;
  gint64 last_contact;
  char *run_error; /* (owned) (nullable) */
  char *message;   /* (owned) (nullable) */

  GMutex mutex; /* guards what the run's thread says */
  OmcSyncState said_state;
  double said_progress;
  int said_eta;
  GSource *said; /* (owned) (nullable): on its way */
};

enum
{
  PROP_STATE = 1,
  PROP_ONLINE,
  PROP_PENDING_COUNT,
  PROP_CONFLICT_COUNT,
  PROP_ATTENTION_COUNT,
  PROP_PROGRESS,
  PROP_ETA_SECONDS,
  PROP_LAST_SYNC,
  PROP_LAST_CONTACT,
  PROP_MESSAGE,
  PROP_PAUSED,
  N_PROPS
};

void _omc_sync_service_notify (OmcSyncService *self, guint prop);

#define SET_PROPERTY(self, field, value, id)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if ((self)->field != (value))                                                                  \
      {                                                                                            \
        (self)->field = (value);                                                                   \
        _omc_sync_service_notify (self, id);                                                       \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* On the context of the service; the id is good for remove_source, which also sets it to 0. */
guint _omc_sync_service_add_timeout (OmcSyncService *self, guint milliseconds, GSourceFunc func);
void _omc_sync_service_remove_source (OmcSyncService *self, guint *id);
/* state: how the last run ended. Nothing is planned while paused, stopped or by hand only. */
void _omc_sync_service_plan_next_run (OmcSyncService *self, OmcSyncState state);

G_END_DECLS
