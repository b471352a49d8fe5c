/* omc-connectivity.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_TYPE_CONNECTIVITY (omc_connectivity_get_type ())

/**
 * OmcConnectivity:
 *
 * What the system says of the network: a hint when to try, never proof that a server answers. A server on this
 * machine needs no network.
 *
 * # Signals
 *
 * `changed (OmcConnectivity *)` when one of the answers below may have changed.
 */
G_DECLARE_FINAL_TYPE (OmcConnectivity, omc_connectivity, OMC, CONNECTIVITY, GObject)

/* monitor: (nullable): that of the system. */
OmcConnectivity *omc_connectivity_new (const char *server_url,
                                       GNetworkMonitor *monitor) G_GNUC_WARN_UNUSED_RESULT;
gboolean omc_connectivity_may_reach (OmcConnectivity *self);
gboolean omc_connectivity_is_metered (OmcConnectivity *self);

G_END_DECLS
