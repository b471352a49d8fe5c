/* omc-sync-places.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-sync-run.h"

G_BEGIN_DECLS

/* Asks the server for each "Type/id" of references that this run has not asked for yet, and applies what it gives: then the
 * store knows whom it means by them (omc-place.h). */
gboolean omc_sync_places_prove (OmcSyncRun *run, GHashTable *references, GError **error);
/* The same for all that resources, which the server sent, refer to. */
gboolean omc_sync_places_prove_page (OmcSyncRun *run, GPtrArray *resources, GError **error);
/* may: (out) the server means the same as this device by all that item names, so that it can be sent. What the server was not
 * asked for yet is added to unproven. refusal: (out) (nullable): why it goes to a person. */
gboolean omc_sync_places_check (OmcSyncRun *run,
                                const OmcQueueItem *item,
                                GHashTable *unproven,
                                gboolean *may,
                                GError **refusal,
                                GError **error);

G_END_DECLS
