/* omc-sync-worker.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-engine.h"

G_BEGIN_DECLS

/**
 * OmcSyncWorker:
 *
 * The one thread on which runs happen. A request during a run makes one more run, however many there were.
 */
typedef struct _OmcSyncWorker OmcSyncWorker;

typedef struct
{
  OmcSyncReport *report; /* (owned) (nullable) */
  GError *error;         /* (owned) (nullable): the run could not begin */
  OmcSyncState state;    /* where it ended */
  gint64 hold_us;
  gboolean had_contact;
} OmcSyncFinish;

typedef void (*OmcSyncFinishFunc) (const OmcSyncFinish *finish, gpointer user_data);

/* finished runs in context, once for each run; func is not called any more after free. */
OmcSyncWorker *omc_sync_worker_new (OmcSyncEngine *engine,
                                    GMainContext *context,
                                    OmcSyncFinishFunc finished,
                                    gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* Cancels the run under way and waits for the thread. */
void omc_sync_worker_free (OmcSyncWorker *self);
void omc_sync_worker_request (OmcSyncWorker *self, gboolean all_due);

G_END_DECLS
