/* omc-conflict-flow.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-change-writer.h"
#include "omc-conflict-dao.h"

G_BEGIN_DECLS

/* What the server has, in local ids. */
typedef struct
{
  OmcResource *resource; /* (nullable): deleted there */
  const char *version;   /* (nullable) */
  const char *updated;   /* (nullable) */
  OmcMergeStrategy strategy;
} OmcRemoteVersion;

/* The server has moved under unsent work: merges, or puts the question to a person. Inside the transaction. */
gboolean omc_conflict_flow_remote_moved (OmcSession *session,
                                         OmcActor *actor,
                                         OmcResourceRow *row,
                                         const OmcRemoteVersion *remote,
                                         OmcServerCounts *counts,
                                         GError **error);
/* A person went on with work whose conflict is open: the question is put anew. */
gboolean omc_conflict_flow_local_moved (OmcSession *session,
                                        OmcActor *actor,
                                        OmcResourceRow *row,
                                        GError **error);
/* merged NULL: the deletion is accepted. */
gboolean omc_conflict_flow_resolve (OmcSession *session,
                                    OmcActor *actor,
                                    gint64 id,
                                    OmcResource *merged,
                                    OmcJson *decisions,
                                    GError **error);
/* Keeps a payload that a person took back, with the reason. */
gboolean omc_conflict_flow_journal_cancel (OmcSession *session,
                                           OmcActor *actor,
                                           const OmcResourceRow *row,
                                           OmcResource *payload,
                                           const char *reason,
                                           GError **error);

/* The work on a record waits for a person, who is told why; nothing is asked about it any more. */
gboolean omc_conflict_flow_set_aside (OmcSession *session,
                                      const OmcResourceRow *row,
                                      const char *reason,
                                      GError **error);

G_END_DECLS
