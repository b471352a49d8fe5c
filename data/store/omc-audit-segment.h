/* omc-audit-segment.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-chain.h"
#include "omc-codec.h"

G_BEGIN_DECLS

/*
 * A segment of the audit trail as a file that no one without the key of the chain can read, make or change. Pure.
 *
 * header: "OMCAUDIT" | format 4 | length of the body 4 | first sequence 8 | last 8 | hash of the entry before the first 32 | hash of
 * the last 32 | salt 16 | code 32, which is the HMAC-SHA256 of all before it under the key of the chain; all big endian.
 *
 * body: one envelope (omc-envelope.h), sealed with a key of this file alone (HKDF-SHA256 of the key of the chain and the salt) and
 * bound to the header. In it, packed by omc-codec: for each entry the length of its text 4, the length of its list of records
 * 4 (2^32 - 1: it has none), the text, the list. The hashes between are not kept: they follow from the entries.
 */

#define OMC_AUDIT_SEGMENT_HEADER_LENGTH (8 + 4 + 4 + 8 + 8 + 32 + 32 + 16 + 32)

typedef struct
{
  guint64 first;
  guint64 last;
  guint8 previous[OMC_AUDIT_HASH_LENGTH]; /* of the entry before the first; zeros at the start */
  guint8 hash[OMC_AUDIT_HASH_LENGTH];     /* of the last */
} OmcAuditSegmentInfo;

typedef struct
{
  guint64 sequence;
  const char *entry;
  gsize length;
  const guint8 *items; /* (nullable) */
  gsize items_length;
} OmcAuditRecord;

/* Appends one to the plain form of a segment. */
void omc_audit_segment_add (GByteArray *plain, const OmcAuditRecord *record);
GBytes *omc_audit_segment_seal (const OmcAuditSegmentInfo *info,
                                const GByteArray *plain,
                                OmcSecret *key,
                                OmcCodec *codec,
                                GError **error);
/* The header alone, authenticated; length may end with it. file_length: (out) of the whole. OMC_STORE_ERROR_DAMAGED, NEWER. */
gboolean omc_audit_segment_parse (gconstpointer data,
                                  gsize length,
                                  OmcSecret *key,
                                  OmcAuditSegmentInfo *info,
                                  guint64 *file_length,
                                  GError **error);
/* The plain form; DAMAGED when anything was changed or cut. */
GByteArray *omc_audit_segment_open (gconstpointer data,
                                    gsize length,
                                    OmcSecret *key,
                                    OmcCodec *codec,
                                    OmcAuditSegmentInfo *info,
                                    GError **error);
/* The entry at position, which then is that of the next one; FALSE at the end, or when the plain form is none. The record
 * points into plain; its sequence is the caller's. */
gboolean omc_audit_segment_next (const GByteArray *plain, gsize *position, OmcAuditRecord *record);

G_END_DECLS
