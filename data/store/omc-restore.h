/* omc-restore.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-backup-file.h"
#include "omc-store.h"

G_BEGIN_DECLS

typedef struct
{
  OmcBackupInfo backup;
  char *kept; /* (owned) (nullable): name in the folder of the database that was here, as it was */
  char *work; /* (owned) (nullable): name in the folder of the file with its unsent work, sealed */
  guint n_work;            /* records in it */
  guint n_work_unreadable; /* damaged ones: only the kept database has them */
  gboolean queue_damaged;  /* what waits could not even be listed: the kept database alone has it */
  gboolean trail_goes_on;  /* the audit trail of the store that was here was taken over, whole */
} OmcRestoreReport;

void omc_restore_report_clear (OmcRestoreReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcRestoreReport, omc_restore_report_clear)

/* Authenticates a backup, unpacks it into folder for the time of the check, looks at every page and the schema and verifies the audit
 * trail, with the files of its archive. keys: unlocked. What is wrong is the error; nothing is changed. */
gboolean omc_restore_verify_sync (const char *path,
                                  OmcKeyManager *keys,
                                  const char *folder,
                                  OmcBackupInfo *info,
                                  GCancellable *cancellable,
                                  GError **error);

/**
 * omc_restore_sync:
 *
 * Puts a backup in the place of the store in a folder, which no program may have open. What was there is never overwritten:
 * its unsent work is sealed into a file of its own, its database is kept under another name, and its audit trail, with the
 * files of its archive, goes on in the restored one. Nothing is changed before the backup was authenticated and checked, and a crash leaves the store before or
 * the restored one.
 */
gboolean omc_restore_sync (const char *directory,
                           OmcKeyManager *keys,
                           OmcClock *clock,
                           OmcActor *actor,
                           const char *path,
                           OmcRestoreReport *report,
                           GCancellable *cancellable,
                           GError **error);

/* The unsent work of a file that a restore made: NDJSON, which import takes. */
GBytes *
omc_restore_read_work (const char *path, OmcKeyManager *keys, OmcBackupInfo *info, GError **error);

G_END_DECLS
