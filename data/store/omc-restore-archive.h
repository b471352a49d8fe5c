/* omc-restore-archive.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-backup-file.h"
#include "omc-session.h"

G_BEGIN_DECLS

/*
 * The files of the audit archive that a backup brings: first into a folder of their own, and into their place once the restore is
 * decided. A file that is there is never overwritten.
 */

/* Writes those that are not in the directory's archive already, and forgets them in the database. to: of the backup. goes_on: the
 * trail of the store that is here was taken over, and both share the archive; else that archive is kept as it is, beside its
 * database, and the restored store has one of its own. info: n_segments, and n_lost_segments of them that are neither in the backup
 * nor whole here, are counted. */
gboolean omc_restore_archive_stage (OmcSession *to,
                                    const char *directory,
                                    gboolean goes_on,
                                    OmcBackupInfo *info,
                                    GCancellable *cancellable,
                                    GError **error);
/* Every step may have been done before. suffix: of what is kept. FALSE with errno set. */
gboolean omc_restore_archive_settle (const char *directory, const char *suffix);
/* What was not decided. */
void omc_restore_archive_clear (const char *directory);

G_END_DECLS
