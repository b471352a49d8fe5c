/* omc-audit-due.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-session.h"

G_BEGIN_DECLS

/* Which entries of the audit trail may leave the database: in their order, so that one that stays keeps all after it. */

/* archived: (out) all up to here is in files; accepted: (out) all up to here is on the server. One that it refused, and all
 * after it, is not. */
gboolean
omc_audit_due_get_borders (OmcSession *session, gint64 *archived, gint64 *accepted, GError **error);
/* Is the entry from before horizon_us? One from a time to come is, too: a clock that was ahead for a while holds nothing up. */
gboolean omc_audit_due_is (const char *entry, gsize length, gint64 horizon_us, gint64 now_us);
/* The oldest entry that is in the database was recorded then; G_MAXINT64 when the server has not accepted it. */
gboolean omc_audit_due_get_oldest (OmcSession *session, gint64 *recorded_us, GError **error);

/* The same for who asks. Both in a read. */
gboolean
omc_audit_due_read_status (OmcSession *session, OmcAuditArchiveStatus *status, GError **error);
gboolean omc_audit_due_plan (OmcSession *session,
                             gint64 horizon_us,
                             OmcAuditArchivePlan *plan,
                             GError **error);

G_END_DECLS
