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
/* Of one file; those that are made end near 8 MiB before they are packed. */
#define OMC_AUDIT_ARCHIVE_FILE_MAX (64 * 1024 * 1024)

/* As the database knows it. */
typedef struct
{
  guint64 first; /* 0: none */
  guint64 last;
  guint64 bytes;
  guint8 hash[OMC_AUDIT_HASH_LENGTH]; /* of the last entry */
} OmcAuditSegment;

/* Of its file, in the folder. */
char *omc_audit_archive_dup_name (const OmcAuditSegment *segment);
char *omc_audit_archive_dup_path (const char *directory, const OmcAuditSegment *segment);
/* The one that holds the entry, or else the first one after it. */
gboolean omc_audit_archive_find (OmcSession *session,
                                 guint64 sequence,
                                 OmcAuditSegment *segment,
                                 GError **error);
/* The one of the folder; NULL when it cannot be read, is no file, or is longer than any of ours. */
GBytes *
omc_audit_archive_read_file (const char *directory, const OmcAuditSegment *segment, GError **error);
/* Its file; NULL when it is not there, and the log says why when it is there and cannot be read. A session without a directory is that of a backup's database, which holds the files in
 * itself. */
GBytes *omc_audit_archive_read (OmcSession *session, const OmcAuditSegment *segment);
/* Is the file whole and the one that belongs there? plain: (out) (optional) what it holds; else its header and its size alone
 * are looked at. info: (out) (optional) */
OmcAuditFinding omc_audit_archive_look (OmcSession *session,
                                        const OmcAuditSegment *segment,
                                        OmcAuditSegmentInfo *info,
                                        GByteArray **plain);
/* The same of a file that was read. */
OmcAuditFinding omc_audit_archive_judge (OmcSession *session,
                                         const OmcAuditSegment *segment,
                                         GBytes *file,
                                         OmcAuditSegmentInfo *info,
                                         GByteArray **plain);
/* What it holds, for who reads; NOT_FOUND and DAMAGED name its entries. */
GByteArray *omc_audit_archive_open (OmcSession *session,
                                    const OmcAuditSegment *segment,
                                    OmcAuditSegmentInfo *info,
                                    GError **error);
/* What the chain's entry about it says: which entries, and the digest of the file. */
char *omc_audit_archive_dup_entity (const OmcAuditSegment *segment);
char *omc_audit_archive_dup_digest (GBytes *file, GError **error);
/* Has the file the digest that the chain's entry about it names? entity, digest: of that entry. */
gboolean omc_audit_archive_has_digest (OmcSession *session,
                                       const char *entity,
                                       const char *digest,
                                       GError **error);

G_END_DECLS
