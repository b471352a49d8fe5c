/* omc-sync-idset.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* Compares what the server shows with what is here, for the types whose time has come: deletions on servers with no
 * feed of them, and access that was lost or given (fhir-servers.md 3: "gone from my view" is in no feed). What is
 * missing there is read once more before anything is believed: 410 deletes, 404 hides, all else changes nothing. */
gboolean omc_sync_idset_check_due (OmcSyncRun *run, GError **error);

/* Reads again what was removed from this device and is wanted back (omc-store-cache.h). */
gboolean omc_sync_idset_recall (OmcSyncRun *run, GError **error);

/* Fetches what the server has of ids. */
gboolean omc_sync_idset_fetch (OmcSyncRun *run, const char *type, GHashTable *ids, GError **error);
/* What only one list suffers from; all else ends the run. */
gboolean omc_sync_idset_is_refusal (const GError *error);

G_END_DECLS
