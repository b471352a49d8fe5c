/* omc-id-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Local ids are for ever; the server's are noted where they differ. (transfer full) (nullable) */
gboolean omc_id_dao_find_server_id (OmcSession *session,
                                    const char *type,
                                    const char *local_id,
                                    char **server_id,
                                    GError **error);
/* The local id of what the server calls so; its own id when nothing else is noted. */
gboolean omc_id_dao_find_local_id (OmcSession *session,
                                   const char *type,
                                   const char *server_id,
                                   char **local_id,
                                   GError **error);
gboolean omc_id_dao_put (OmcSession *session,
                         const char *type,
                         const char *local_id,
                         const char *server_id,
                         GError **error);
/* What the server calls so is noted under no other id any more. */
gboolean
omc_id_dao_forget (OmcSession *session, const char *type, const char *server_id, GError **error);
gboolean omc_id_dao_is_empty (OmcSession *session, gboolean *empty, GError **error);

G_END_DECLS
