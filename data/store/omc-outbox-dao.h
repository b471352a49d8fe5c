/* omc-outbox-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-resource-dao.h"

G_BEGIN_DECLS

/**
 * OmcOutboxWork:
 *
 * What a person did to a resource, as it is put into the queue.
 */
typedef struct
{
  OmcOperation operation;
  OmcActor *actor;
  const char *set_id; /* (nullable) */
  const char *summary;
  const char *idempotency_key; /* (nullable): of the resource itself */
  int priority;
} OmcOutboxWork;

/* Before the row's payload is replaced: what is in flight keeps the payload that was sent. */
gboolean omc_outbox_dao_keep_sent (OmcSession *session, const OmcResourceRow *row, GError **error);
/* After the row was written. Squashes into the waiting item unless that is in flight. blocked: (out) the item waits
 * for a conflict. gone: (out) the work undid itself: never sent, and deleted. */
gboolean omc_outbox_dao_put (OmcSession *session,
                             const OmcResourceRow *row,
                             const OmcOutboxWork *work,
                             gboolean *blocked,
                             gboolean *gone,
                             GError **error);

/* patient 0: all. Oldest first. (element-type OmcQueueItem) */
GPtrArray *omc_outbox_dao_list (OmcSession *session, gint64 patient, GError **error);
OmcQueueItem *omc_outbox_dao_find (OmcSession *session, gint64 id, GError **error);
/* NULL without an error when there is none; the oldest of the resource, or the newest. */
gboolean omc_outbox_dao_find_of_resource (OmcSession *session,
                                          gint64 resource,
                                          gboolean newest,
                                          OmcQueueItem **item,
                                          GError **error);
/* The items to send now, with payloads. */
GPtrArray *omc_outbox_dao_take (OmcSession *session, gint64 now_us, guint limit, GError **error);
OmcResource *omc_outbox_dao_read_payload (OmcSession *session, gint64 id, GError **error);

gboolean omc_outbox_dao_set_state (OmcSession *session,
                                   gint64 id,
                                   OmcQueueState state,
                                   const char *error_text,
                                   gint64 next_attempt_us,
                                   GError **error);
/* What was in flight is pending, as if it had not been sent this time. */
gboolean
omc_outbox_dao_put_off (OmcSession *session, gint64 id, gint64 next_attempt_us, GError **error);
gboolean omc_outbox_dao_mark_in_flight (OmcSession *session, gint64 id, GError **error);
/* The item is now based on that version of the server; pending, as if new. */
gboolean omc_outbox_dao_rebase (OmcSession *session,
                                gint64 id,
                                OmcOperation operation,
                                const char *base_version,
                                GError **error);
/* The items of a resource become one again, the oldest, that carries the newest state. item: (out) (nullable) */
gboolean
omc_outbox_dao_collapse (OmcSession *session, gint64 resource, OmcQueueItem **item, GError **error);
gboolean omc_outbox_dao_remove (OmcSession *session, gint64 id, GError **error);
gboolean omc_outbox_dao_reset_in_flight (OmcSession *session, guint *n_reset, GError **error);

G_END_DECLS
