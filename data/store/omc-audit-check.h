/* omc-audit-check.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-audit-checkpoint.h"

G_BEGIN_DECLS

/**
 * OmcAuditCheck:
 *
 * The trail, verified entry by entry in pieces, from the files of its archive on into the database: no connection is held longer
 * than a piece takes, memory does not grow with the trail, and who stops in between goes on where it stopped.
 */
typedef struct _OmcAuditCheck OmcAuditCheck;

/* Reads where the head is anchored, and how far an earlier one came: what that found good must be there. full: from the first entry on; else from the checkpoint, when there is one of this trail: then
 * of the archive's files only header and size are looked at, and of older entries only whether they are there. */
OmcAuditCheck *
omc_audit_check_new (OmcSession *session, gboolean full, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_audit_check_free (OmcAuditCheck *self);
/* Up to max entries, or a file of the archive; done: nothing is left, or the first broken place was found. */
gboolean omc_audit_check_step (OmcAuditCheck *self,
                               OmcSession *session,
                               guint max,
                               gboolean *done,
                               GError **error);
guint64 omc_audit_check_get_done (OmcAuditCheck *self);
/* It began with the first entry. */
gboolean omc_audit_check_reads_all (OmcAuditCheck *self);
/* The checkpoint that was there at first tells of entries that are not there any more, or are others now. */
gboolean omc_audit_check_is_contradicted (OmcAuditCheck *self);
/* How far it came; FALSE once something was found. */
gboolean omc_audit_check_get_checkpoint (OmcAuditCheck *self, OmcAuditCheckpoint *checkpoint);
/* After the last step. */
void omc_audit_check_end (OmcAuditCheck *self, OmcAuditReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuditCheck, omc_audit_check_free)

G_END_DECLS
