/* omc-audit-archive.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-segment.h"
#include "omc-session.h"

G_BEGIN_DECLS

/*
 * What is older of the audit trail lies in files beside the database. An entry leaves the database in the transaction that
 * puts an entry about its file, with the file's digest, into the chain: after any crash it is in one of the two, and in no two.
 */

#define OMC_AUDIT_ARCHIVE_FOLDER "audit-archive"
#define OMC_AUDIT_ARCHIVE_SUBTYPE "archive"

/* As the database knows it. */
typedef struct
{
  guint64 first; /* 0: none */
  guint64 last;
  guint64 bytes;
  guint8 hash[OMC_AUDIT_HASH_LENGTH]; /* of the last entry */
} OmcAuditSegment;

char *omc_audit_archive_dup_path (const char *directory, const OmcAuditSegment *segment);
/* The one that holds the entry, or else the first one after it. */
gboolean omc_audit_archive_find (OmcSession *session,
                                 guint64 sequence,
                                 OmcAuditSegment *segment,
                                 GError **error);
/* Is the file whole and the one that belongs there? plain: (out) (optional) what it holds; else its header and its size alone
 * are looked at. info: (out) (optional) */
OmcAuditFinding omc_audit_archive_look (OmcSession *session,
                                        const OmcAuditSegment *segment,
                                        OmcAuditSegmentInfo *info,
                                        GByteArray **plain);
/* What it holds, for who reads; NOT_FOUND and DAMAGED name its entries. */
GByteArray *omc_audit_archive_open (OmcSession *session,
                                    const OmcAuditSegment *segment,
                                    OmcAuditSegmentInfo *info,
                                    GError **error);
/* Has the file the digest that the chain's entry about it names? entity, digest: of that entry. */
gboolean omc_audit_archive_has_digest (OmcSession *session,
                                       const char *entity,
                                       const char *digest,
                                       GError **error);

/* --- making one: these in their order, one program at a time --- */

/* The next entries from before horizon_us that the server has accepted, as the bytes of a file; NULL without error when there is
 * nothing. In a read. What does not verify is not archived: DAMAGED. */
GBytes *omc_audit_archive_make (OmcSession *session,
                                gint64 horizon_us,
                                OmcAuditSegment *segment,
                                GError **error);
/* On the disk when it returns, and read back. */
gboolean omc_audit_archive_write (OmcSession *session,
                                  const OmcAuditSegment *segment,
                                  GBytes *file,
                                  GError **error);
/* In a transaction of the writer. moved: (out) FALSE when something came in between; nothing was changed then. */
gboolean omc_audit_archive_move (OmcSession *session,
                                 OmcActor *actor,
                                 const OmcAuditSegment *segment,
                                 GBytes *file,
                                 gboolean *moved,
                                 GError **error);
/* Removes files of which a crash left all entries in the database. */
gboolean omc_audit_archive_clean (OmcSession *session, GError **error);
/* The oldest entry that is in the database was recorded then; G_MAXINT64 when the server has not accepted it. */
gboolean omc_audit_archive_get_oldest (OmcSession *session, gint64 *recorded_us, GError **error);

G_END_DECLS
