/* omc-audit-head.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-chain.h"
#include "omc-secret-store.h"

G_BEGIN_DECLS

/**
 * OmcAuditHead:
 *
 * The head of the audit chain as kept outside of the database: authenticated, in a small file and in the secret
 * service.
 */
typedef struct
{
  guint64 sequence; /* 0: none */
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
} OmcAuditHead;

typedef enum
{
  OMC_AUDIT_HEAD_ABSENT,
  OMC_AUDIT_HEAD_GOOD,
  OMC_AUDIT_HEAD_FORGED, /* not written with this store's key */
} OmcAuditHeadState;

/* key: an HMAC key of the store. */
GBytes *omc_audit_head_to_bytes (const OmcAuditHead *head, OmcSecret *key, GError **error);
OmcAuditHeadState
omc_audit_head_parse (gconstpointer data, gsize length, OmcSecret *key, OmcAuditHead *head);

/* Both keep what is there when it is newer: a smaller sequence comes late from another program, or from a database
 * that was put back. A service that does not answer is left alone. */
gboolean omc_audit_head_anchor_file (const char *directory,
                                     OmcSecret *key,
                                     const OmcAuditHead *head,
                                     GError **error);
void omc_audit_head_anchor_service (OmcSecretStore *secrets,
                                    const char *store_id,
                                    OmcSecret *key,
                                    const OmcAuditHead *head);
gboolean omc_audit_head_has_file (const char *directory);

/* The newer of the two. disagree: one is forged, or the file is behind the service. OMC_CRYPTO_ERROR_DAMAGED when
 * nothing trustworthy is left or both name another hash for one sequence. */
gboolean omc_audit_head_read (const char *directory,
                              OmcSecretStore *secrets,
                              const char *store_id,
                              OmcSecret *key,
                              OmcAuditHead *head,
                              gboolean *disagree,
                              GError **error);

G_END_DECLS
