/* omc-audit-dao.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Between the fields of an entry. */
#define OMC_AUDIT_FIELD_SEPARATOR '\x1f'

/* Appends one entry to the chain; inside a transaction. */
gboolean omc_audit_dao_append (OmcSession *session,
                               OmcActor *actor,
                               const OmcAuditEvent *event,
                               GError **error);
/* An entry as it is kept; one that is damaged says so as its type. */
OmcAuditEntry *omc_audit_dao_parse (guint64 sequence, const char *data, gsize length);
/* (element-type OmcAuditEntry) */
GPtrArray *omc_audit_dao_list (OmcSession *session, guint64 from, guint limit, GError **error);
/* Adds what is about the patient among the next max entries. next: (inout) where to look on. (element-type OmcAuditEntry) */
gboolean omc_audit_dao_list_of_patient (OmcSession *session,
                                        const char *patient_id,
                                        guint max,
                                        GPtrArray *entries,
                                        guint64 *next,
                                        gboolean *ended,
                                        GError **error);
/* Empty for an entry without. (element-type OmcAuditItem) */
GPtrArray *omc_audit_dao_list_items (OmcSession *session,
                                     guint64 sequence,
                                     const char *patient_id,
                                     guint limit,
                                     GError **error);
/* The newest entry; sequence 0 in an empty log. */
gboolean
omc_audit_dao_get_head (OmcSession *session, guint64 *sequence, guint8 hash[32], GError **error);

G_END_DECLS
