/* omc-audit-chain.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-hash.h"
#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_AUDIT_HASH_LENGTH 32

/* hash = HMAC-SHA256 (key, length(entry) || entry || sequence || previous); the first entry has sequence 1 and a
 * previous of zeros. hmac: under that key, made once for many. Pure. */
gboolean omc_audit_chain_next (OmcHmac *hmac,
                               guint64 sequence,
                               const guint8 previous[OMC_AUDIT_HASH_LENGTH],
                               gconstpointer entry,
                               gsize entry_length,
                               guint8 hash[OMC_AUDIT_HASH_LENGTH],
                               GError **error);

typedef enum
{
  OMC_AUDIT_INTACT,
  OMC_AUDIT_GAP,          /* a sequence number is missing or repeated */
  OMC_AUDIT_BROKEN_HASH,  /* an entry was changed, swapped or inserted */
  OMC_AUDIT_CUT,          /* the chain ends before the anchored head */
  OMC_AUDIT_HEAD_DIFFERS, /* the entry at the anchored head has another hash */
  OMC_AUDIT_UNANCHORED, /* the anchor was missing or changed: what is before may have been taken back */
  OMC_AUDIT_SEGMENT_MISSING, /* the file that holds these entries is not there */
  OMC_AUDIT_SEGMENT_DAMAGED, /* it was cut or changed */
  OMC_AUDIT_SEGMENT_FOREIGN, /* it is one of ours, and not the one that belongs there */
} OmcAuditFinding;

/**
 * OmcAuditVerifier:
 *
 * Verifies a chain entry by entry, in order and in bounded memory.
 */
typedef struct _OmcAuditVerifier OmcAuditVerifier;

/* anchor_hash: (nullable) */
OmcAuditVerifier *omc_audit_verifier_new (OmcSecret *key,
                                          guint64 anchor_sequence,
                                          const guint8 *anchor_hash) G_GNUC_WARN_UNUSED_RESULT;
void omc_audit_verifier_free (OmcAuditVerifier *self);
/* FALSE at the first broken place; what is fed after that is ignored. */
gboolean omc_audit_verifier_feed (OmcAuditVerifier *self,
                                  guint64 sequence,
                                  gconstpointer entry,
                                  gsize entry_length,
                                  const guint8 hash[OMC_AUDIT_HASH_LENGTH]);
/* The same for an entry of which no hash was kept: what comes after it has to fit. */
gboolean omc_audit_verifier_follow (OmcAuditVerifier *self,
                                    guint64 sequence,
                                    gconstpointer entry,
                                    gsize entry_length);
/* Before the first entry: goes on after one that is known to be good. */
void omc_audit_verifier_go_on (OmcAuditVerifier *self,
                               guint64 sequence,
                               const guint8 hash[OMC_AUDIT_HASH_LENGTH]);
/* Found by who feeds. */
void omc_audit_verifier_fail (OmcAuditVerifier *self, OmcAuditFinding finding, guint64 place);
gboolean omc_audit_verifier_has_failed (OmcAuditVerifier *self);
/* The last entry that was found good; 0 and zeros before the first. hash: (out) (optional) */
guint64 omc_audit_verifier_get_last (OmcAuditVerifier *self, guint8 *hash);
/* place: the first broken sequence number, or the last verified one when intact. */
OmcAuditFinding omc_audit_verifier_end (OmcAuditVerifier *self, guint64 *place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditVerifier, omc_audit_verifier_free)

G_END_DECLS
