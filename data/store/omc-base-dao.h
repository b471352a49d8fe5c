/* omc-base-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/* The server's version that unsent work is based on. */

/* Keeps the row's present payload as base, unless there is one already or the row was never on the server. */
gboolean omc_base_dao_keep (OmcSession *session, const OmcResourceRow *row, GError **error);
/* Replaces the base by what the server has now. */
gboolean omc_base_dao_put (OmcSession *session,
                           const OmcResourceRow *row,
                           OmcResource *base,
                           const char *server_version,
                           const char *server_updated,
                           GError **error);
/* base: (out) (nullable): NULL when there is none. */
gboolean omc_base_dao_read (OmcSession *session,
                            const OmcResourceRow *row,
                            OmcResource **base,
                            char **server_version,
                            char **server_updated,
                            GError **error);
gboolean omc_base_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error);

G_END_DECLS
