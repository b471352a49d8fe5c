/* omc-store-bounds.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-server-identity.h"
#include "omc-store.h"

G_BEGIN_DECLS

/* The configuration is a file, which others than the ward's administrators may be able to write. What it says about the
 * server, and about the time without it, holds up to the first contact; from then on this store keeps both, and another
 * server, another place for the device's secret, other authorities or more time need somebody who manages the device. */

/* The server that was named at enrolment, for where the configuration names none. */
#define OMC_SETTING_SERVER "server-url"

/* DENIED: the device knows its server by other marks than these, and nobody confirmed the new ones. */
gboolean
omc_store_check_server_sync (OmcStore *self, const OmcServerIdentity *server, GError **error);
/* Whom this device knows. known: (out) (nullable): it met nobody, and nobody was confirmed. */
gboolean omc_store_get_server_sync (OmcStore *self, OmcServerIdentity **known, GError **error);
/* It took the device's login: is kept where no server was met before, for what the first contact binds. */
gboolean
omc_store_note_server_sync (OmcStore *self, const OmcServerIdentity *server, GError **error);
/* What is configured is meant so. lifetime_us: 0: without end, but never beyond the access policy in force; server:
 * (nullable): nothing is said of it. Recorded. DENIED to who may not manage the device. */
gboolean omc_store_confirm_bounds_sync (OmcStore *self,
                                        OmcActor *actor,
                                        gint64 lifetime_us,
                                        const OmcServerIdentity *server,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
