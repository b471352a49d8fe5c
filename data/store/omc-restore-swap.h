/* omc-restore-swap.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-store-types.h"

G_BEGIN_DECLS

#define OMC_RESTORE_DATABASE "restore.db"
#define OMC_RESTORE_KEYRING "restore.keyring"

/*
 * Puts a database in the place of another so that a crash leaves one or the other, whole. A note in the folder says that it
 * is decided; whoever opens the store next finishes what it says.
 */

/* Waits for other restores; the descriptor ends it. -1 on failure. */
int omc_restore_swap_lock (const char *directory, GError **error);
/* BUSY when a program has the store open. Not to be asked while this process has it open itself. */
gboolean omc_restore_swap_check_free (const char *directory, GError **error);
/* With the lock. OMC_RESTORE_DATABASE (and OMC_RESTORE_KEYRING, where there is no keyring) and what omc_restore_archive_stage wrote
 * take their places; the database that was there gets the name kept (that of a store's file and more), its log the same with "-wal". */
gboolean omc_restore_swap_run (const char *directory, const char *kept, GError **error);
/* With the lock: finishes what was decided, and removes what was not. */
gboolean omc_restore_swap_clean (const char *directory, GError **error);
/* When the store is opened: finishes, or BUSY while somebody is at it. */
gboolean omc_restore_swap_resume (const char *directory, GError **error);
/* After the store was opened, once more: BUSY when it is being replaced. */
gboolean omc_restore_swap_check_none (const char *directory, GError **error);

G_END_DECLS
