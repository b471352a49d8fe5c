/* omc-store-bounds.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store.h"

G_BEGIN_DECLS

/* The configuration is a file, which others than the ward's administrators may be able to write. What it says about the
 * server, and about the time without it, holds up to the first contact; from then on this store keeps both, and another
 * server or more time needs somebody who manages the device. */

/* DENIED: the device met another server than that, and nobody confirmed the new one. */
gboolean omc_store_check_server_sync (OmcStore *self, const char *url, GError **error);
/* What is configured is meant so. lifetime_us: 0: without end, but never beyond the access policy in force; server_url:
 * (nullable). Recorded. DENIED to who may not manage the device. */
gboolean omc_store_confirm_bounds_sync (OmcStore *self,
                                        OmcActor *actor,
                                        gint64 lifetime_us,
                                        const char *server_url,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
