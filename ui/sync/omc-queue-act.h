/* omc-queue-act.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-ui-session.h"

G_BEGIN_DECLS

/* The store's two calls for a person's hand on the queue, off the main thread. reason NULL: try again; else take the
 * work back for that reason. */
void omc_queue_act_async (OmcUiSession *session,
                          gint64 queue_id,
                          const char *reason,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
gboolean omc_queue_act_finish (GAsyncResult *result, GError **error);

G_END_DECLS
