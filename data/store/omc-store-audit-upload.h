/* omc-store-audit-upload.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-fhir.h"
#include "omc-store.h"

G_BEGIN_DECLS

/*
 * The audit trail on its way to the server, and what the server knows of it. Only sync/ uses this; all calls block.
 */

typedef struct
{
  OmcAuditEntry *entry; /* (owned) */
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gboolean is_head;
  gboolean is_linked; /* event refers to records, by what the server calls them */
  OmcResource *event; /* (owned): its id is the entry's key */
} OmcAuditUpload;

void omc_audit_upload_free (OmcAuditUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditUpload, omc_audit_upload_free)

/* The event without references, for a server that has what they name no more. */
OmcResource *omc_audit_upload_unlink (const OmcAuditUpload *self,
                                      const char *store_id,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many entries no server has acknowledged, and when the first of them was written (0: there is none). */
gboolean omc_store_count_unsent_audit (OmcStore *self,
                                       guint64 *n_unsent,
                                       gint64 *oldest_us,
                                       GCancellable *cancellable,
                                       GError **error);

/* The next entries that no server has acknowledged, in their order; the last one is marked as a head.
 * (element-type OmcAuditUpload) */
GPtrArray *
omc_store_take_audit (OmcStore *self, guint limit, GCancellable *cancellable, GError **error);

typedef struct
{
  guint64 sequence;
  char *error; /* (owned): a sentence */
} OmcAuditRefusal;

void omc_audit_refusal_free (OmcAuditRefusal *self);

/* Everything up to through was acknowledged by the server, one by one, or refused for good; in one transaction. refused:
 * (nullable) (element-type OmcAuditRefusal): kept, counted, and sent again when a person asks. */
gboolean omc_store_acknowledge_audit (OmcStore *self,
                                      guint64 through,
                                      GPtrArray *refused,
                                      GCancellable *cancellable,
                                      GError **error);
/* Puts what was refused, and all after it, before the next upload again. */
gboolean omc_store_retry_audit_sync (OmcStore *self, OmcActor *actor, GError **error);

/* Why nothing goes up: "unsupported", "forbidden", "refused"; NULL: it does. */
gboolean omc_store_set_audit_server (OmcStore *self, const char *state, GError **error);

/* What the server has as the newest entry of this trail. alarm: (out) TRUE when the trail here ends before it, or has another
 * entry in that place: the store was rolled back or rebuilt. That is noted in the trail once for each such head, and where it
 * is found later by who verifies. */
gboolean omc_store_compare_server_audit (OmcStore *self,
                                         guint64 sequence,
                                         const guint8 hash[OMC_AUDIT_HASH_LENGTH],
                                         gboolean *alarm,
                                         GError **error);

G_END_DECLS
