/* sync-tampered.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-engine.h"
#include "omc-tamper-transport.h"
#include "sync-fixture.h"

G_BEGIN_DECLS

/* A device and a server that answers single writes as the test says. */
typedef struct
{
  SyncFixture f;
  OmcTamperTransport *server; /* (owned) */
  OmcSyncEngine *engine;      /* (owned) */
} SyncTampered;

void sync_tampered_set_up (SyncTampered *self, gconstpointer profile);
/* The device knows P1, of the family DOE. */
void sync_tampered_set_up_known (SyncTampered *self, gconstpointer profile);
void sync_tampered_tear_down (SyncTampered *self, gconstpointer profile);
/* What is in memory alone is gone, as for another program. */
void sync_tampered_restart (SyncTampered *self);
OmcSyncReport *sync_tampered_run (SyncTampered *self, gboolean by_person) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
