/* omc-server-apply.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-conflict-flow.h"

G_BEGIN_DECLS

/* What came from the server, into the store; inside the transaction. */

/* strategies: (nullable): type -> OmcMergeStrategy */
gboolean omc_server_apply_resource (OmcSession *session,
                                    OmcActor *actor,
                                    OmcResource *resource,
                                    GHashTable *strategies,
                                    OmcServerCounts *counts,
                                    GError **error);
/* reference: "Type/id" of the server */
gboolean omc_server_apply_deletion (OmcSession *session,
                                    OmcActor *actor,
                                    const char *reference,
                                    OmcServerCounts *counts,
                                    GError **error);
/* With the ids that are used here, also of what the server sent: whoever is meant by its id (omc-place.h). */
OmcResource *omc_server_apply_arrival (OmcSession *session, OmcResource *resource, GError **error);
/* The same of what was sent to it. */
OmcResource *omc_server_apply_localize (OmcSession *session, OmcResource *resource, GError **error);
OmcMergeStrategy omc_server_apply_strategy (GHashTable *strategies, const char *type);

G_END_DECLS
