/* omc-audit-checkpoint.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* How far the audit trail was found good: kept in the database under a code that nobody makes without the key of the chain. */
typedef struct
{
  guint64 sequence; /* 0: none */
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint64 lost; /* where an anchor was lost first, up to there; 0: never */
  OmcAuditFinding lost_as;
  gint64 full_us;  /* when the trail was last verified from its first entry on; 0: never */
  gboolean forged; /* there is one, and it is not of ours: all else is as if there was none */
} OmcAuditCheckpoint;

gboolean
omc_audit_checkpoint_load (OmcSession *session, OmcAuditCheckpoint *checkpoint, GError **error);
/* An entry of the trail that there was a forged one. In a transaction of the writer. */
gboolean omc_audit_checkpoint_tell_forged (OmcSession *session, GError **error);
/* In a transaction of the writer. NULL: none from now on. */
gboolean omc_audit_checkpoint_save (OmcSession *session,
                                    const OmcAuditCheckpoint *checkpoint,
                                    GError **error);

G_END_DECLS
