/* omc-push-apply.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-conflict-flow.h"

G_BEGIN_DECLS

/* One answer of the server to one item of the queue; inside the transaction. */
gboolean omc_push_apply_result (OmcSession *session,
                                OmcActor *actor,
                                const OmcPushResult *result,
                                OmcServerCounts *counts,
                                GError **error);

G_END_DECLS
