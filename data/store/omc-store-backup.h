/* omc-store-backup.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-backup-file.h"
#include "omc-store.h"

G_BEGIN_DECLS

/* Makes one encrypted file of the store as it is at one moment, with the files of its audit archive, while others go on reading and
 * writing, reads it back and authenticates every piece. Blocks; needs twice the store's and the archive's size in the file's folder. An existing file is refused. For
 * whoever may export or manage the device; audited. */
gboolean omc_store_backup_sync (OmcStore *self,
                                OmcActor *actor,
                                const char *path,
                                OmcBackupInfo *info,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
