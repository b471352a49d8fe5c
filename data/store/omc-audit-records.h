/* omc-audit-records.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-segment.h"
#include "omc-session.h"

G_BEGIN_DECLS

/* The entries of the audit trail, wherever they are: in files of the archive, then in the database. */

typedef gboolean (*OmcAuditRecordFunc) (const OmcAuditRecord *record,
                                        gpointer user_data,
                                        GError **error);
/* Up to max entries from a sequence number on, of one moment. n: (out) how many there were; fewer than max: no more are there.
 * A file that is missing or damaged is an error that names its entries. */
gboolean omc_audit_records_read (OmcSession *session,
                                 guint64 from,
                                 guint max,
                                 OmcAuditRecordFunc func,
                                 gpointer user_data,
                                 guint *n,
                                 GError **error);
/* Of one entry; found FALSE when there is none, or its file cannot be read. */
gboolean omc_audit_records_get_hash (OmcSession *session,
                                     guint64 sequence,
                                     guint8 hash[OMC_AUDIT_HASH_LENGTH],
                                     gboolean *found,
                                     GError **error);
/* Are the records that stand beside the entry those that it speaks of? */
gboolean omc_audit_record_has_its_items (const OmcAuditRecord *record);
/* Of a row of sequence, entry, hash and items. The hash, NULL when it is none or the items are not those of the entry. Both
 * live as long as the row. */
const guint8 *omc_audit_record_read_row (OmcAuditRecord *record, OmcStmt *stmt);

G_END_DECLS
