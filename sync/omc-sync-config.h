/* omc-sync-config.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-authorities.h"
#include "omc-merge3.h"
#include "omc-store-bounds.h"

G_BEGIN_DECLS

/* All authorities of a system take 0.3 MiB. */
#define OMC_SYNC_CA_FILE_MAX (4 * 1024 * 1024)

/**
 * OmcSyncConfig:
 *
 * What sync needs of the configuration, already checked (app/ reads the file).
 */
typedef struct
{
  char *server_url;    /* FHIR base; (nullable): works alone */
  char *token_url;     /* (nullable): from smart-configuration, or none */
  char *client_id;     /* (nullable): no authentication */
  char *client_secret; /* (nullable) */
  char *
      ca_file; /* (nullable): PEM of a private CA that the server's certificate must lead to, of OMC_SYNC_CA_FILE_MAX */
  OmcAuthorities *authorities; /* (nullable): of ca_file, from omc_sync_config_settle on */
  gboolean
      unbound; /* the practice ward: its server is another one each time, and nobody confirms it */
  gboolean auto_sync;
  guint interval_seconds;
  gboolean unmetered_only;
  guint max_retries;
  GHashTable *strategies; /* (nullable): type -> OmcMergeStrategy */
  GStrv types; /* (nullable): resource types in pull order; NULL: the built-in clinical order */
} OmcSyncConfig;

OmcSyncConfig *omc_sync_config_new (void);
OmcSyncConfig *omc_sync_config_copy (const OmcSyncConfig *self);
void omc_sync_config_free (OmcSyncConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSyncConfig, omc_sync_config_free)
/* Are the addresses of server and login good ones, and can ca_file be used? It is read here, once: what was looked at is what
 * is trusted. OMC_SYNC_ERROR_CONFIG. */
gboolean omc_sync_config_settle (OmcSyncConfig *self, GError **error);
/* Of a configuration that names a server, once it is settled. */
OmcServerIdentity *omc_sync_config_dup_identity (const OmcSyncConfig *self);

G_END_DECLS
