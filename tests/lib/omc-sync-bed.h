/* omc-sync-bed.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-sync.h"
#include "omc-sync-service.h"

G_BEGIN_DECLS

/**
 * OmcSyncBed:
 *
 * A device for a test: a real store in a folder of its own, a nurse, and a sync service that runs when told to.
 */
typedef struct
{
  char *folder;
  OmcSecretStore *secrets;
  OmcClock *clock;
  OmcKeyManager *keys;
  OmcStore *store;
  OmcActor *nurse;
  OmcSyncConfig *config;
  OmcSyncService *service;
} OmcSyncBed;

OmcSyncBed *omc_sync_bed_new (const char *server_url,
                              const char *token_url) G_GNUC_WARN_UNUSED_RESULT;
void omc_sync_bed_free (OmcSyncBed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncBed, omc_sync_bed_free)
/* Closes all and opens it again, as after a restart of the program. */
void omc_sync_bed_restart (OmcSyncBed *self);
/* Replaces the service by one with the configuration as it is now. */
void omc_sync_bed_reconfigure (OmcSyncBed *self);

/* One run; the report is never NULL. */
OmcSyncReport *omc_sync_bed_sync (OmcSyncBed *self) G_GNUC_WARN_UNUSED_RESULT;
/* Runs until complete, at most times; the last report. */
OmcSyncReport *omc_sync_bed_sync_until_complete (OmcSyncBed *self,
                                                 guint times) G_GNUC_WARN_UNUSED_RESULT;

/* Saves as the nurse; printf-style JSON text. Gives the resource as stored. */
OmcResource *omc_sync_bed_save (OmcSyncBed *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* NULL when it is not here, or no more. */
OmcResource *omc_sync_bed_read (OmcSyncBed *self, const char *type, const char *id);
/* As the server would have it: server ids, no meta. NULL when it is not here. */
char *omc_sync_bed_dup_rendered (OmcSyncBed *self, const char *type, const char *id);
char *omc_sync_bed_dup_server_id (OmcSyncBed *self, OmcResource *resource);
OmcStoreStatus omc_sync_bed_get_status (OmcSyncBed *self);
/* Ids of a type that are here now. (element-type utf8) */
GPtrArray *omc_sync_bed_list_ids (OmcSyncBed *self, const char *type);

G_END_DECLS
