/* omc-audit-anchor.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* At every start, in the transaction of the start: does the trail go on where it was anchored? When it does not, an entry
 * says so for good: the anchor itself moves on with the trail. had_anchor: an anchor was there, read before the
 * transaction began, as another program may append meanwhile. */
typedef struct
{
  gboolean found;  /* there is a place that keeps an anchor, and it has one */
  gboolean forged; /* it is not one of ours */
  guint64 sequence;
  GBytes *hash; /* (owned) (nullable) */
} OmcAuditAnchor;

void omc_audit_anchor_clear (OmcAuditAnchor *anchor);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcAuditAnchor, omc_audit_anchor_clear)
void omc_audit_anchor_read (OmcKeyManager *keys, OmcAuditAnchor *anchor);
gboolean
omc_audit_anchor_compare (OmcSession *session, const OmcAuditAnchor *anchor, GError **error);

/* The same for the head that the server has. lost: (out) it is not here. */
gboolean omc_audit_server_head_compare (OmcSession *session,
                                        guint64 sequence,
                                        const guint8 *hash,
                                        gboolean *lost,
                                        GError **error);

/* Where an entry says that an anchor was lost, and how; 0: it says nothing of that. */
guint64 omc_audit_lost_parse (const char *entry, gsize length, OmcAuditFinding *finding);

G_END_DECLS
