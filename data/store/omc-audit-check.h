/* omc-audit-check.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/**
 * OmcAuditCheck:
 *
 * The trail, verified entry by entry in pieces: no connection is held longer than a piece takes, memory does not grow with
 * the trail, and who stops in between goes on where it stopped.
 */
typedef struct _OmcAuditCheck OmcAuditCheck;

/* Reads where the head is anchored. */
OmcAuditCheck *omc_audit_check_new (OmcSession *session, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_audit_check_free (OmcAuditCheck *self);
/* Up to max entries; done: nothing is left, or the first broken place was found. */
gboolean omc_audit_check_step (OmcAuditCheck *self,
                               OmcSession *session,
                               guint max,
                               gboolean *done,
                               GError **error);
/* After the last step. */
void omc_audit_check_end (OmcAuditCheck *self, OmcAuditReport *report);

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditCheck, omc_audit_check_free)

G_END_DECLS
