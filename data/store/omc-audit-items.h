/* omc-audit-items.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-codec.h"
#include "omc-store-types.h"

G_BEGIN_DECLS

/**
 * OmcAuditItems:
 *
 * The records that one entry of the audit trail is about, when they are many: a page that a server sent is one act, and
 * one entry, and yet it is to be told of each record that it came here. Kept packed beside the entry, which holds the
 * digest of the packed bytes, so that the chain's hash covers them.
 */
OmcAuditItems *omc_audit_items_new (void) G_GNUC_WARN_UNUSED_RESULT;
void omc_audit_items_free (OmcAuditItems *self);
/* action: C, U or D. version: (nullable) of the server. patient_id: (nullable) */
void omc_audit_items_add (OmcAuditItems *self,
                          char action,
                          const char *type,
                          const char *id,
                          const char *version,
                          const char *patient_id);
guint omc_audit_items_get_size (OmcAuditItems *self);
/* As they are kept. */
GBytes *omc_audit_items_pack (OmcAuditItems *self, OmcCodec *codec, GError **error);
/* What an entry says of them: how many, and the digest of the packed bytes. */
char *omc_audit_items_describe (guint n, GBytes *packed, GError **error);
/* Are these the bytes that an entry speaks of? description: (nullable) or empty for none; data: (nullable) */
gboolean omc_audit_items_match (const char *description, gconstpointer data, gsize length);
/* (element-type OmcAuditItem). patient_id: (nullable), of this patient alone. limit: 0 for all. */
GPtrArray *omc_audit_items_unpack (OmcCodec *codec,
                                   gconstpointer data,
                                   gsize length,
                                   const char *patient_id,
                                   guint limit,
                                   GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditItems, omc_audit_items_free)

G_END_DECLS
