/* omc-backup-trail.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-backup-file.h"
#include "omc-session.h"

G_BEGIN_DECLS

/* The files of the audit archive in the database of a backup: column data of audit_segments. */

/* copy: of the store's database, in a session with the store's directory. A file that is missing or damaged is told and counted, and
 * stands in the way of nothing: info's n_segments and n_lost_segments. */
gboolean omc_backup_trail_take_in (OmcSession *copy,
                                   OmcBackupInfo *info,
                                   GCancellable *cancellable,
                                   GError **error);
/* The whole trail, over files and table; session: without a directory. DAMAGED names the entries. What the trail itself tells of an
 * anchor that was lost is no fault of the backup. */
gboolean omc_backup_trail_check (OmcSession *session,
                                 OmcBackupInfo *info,
                                 GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
