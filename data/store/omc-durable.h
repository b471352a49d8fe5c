/* omc-durable.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Files beside the database that must survive a crash. FALSE with errno set. */

/* All of it, over interrupts. */
gboolean omc_durable_write (int fd, gconstpointer data, gsize length);
gboolean omc_durable_sync_folder (const char *directory);
gboolean omc_durable_sync_file (const char *path);
/* One small file of the store, whole or not at all, private, in place of the one of that name. OMC_STORE_ERROR_FULL: no room, and the
 * sentence says for what and where; _READ_ONLY: for any other reason. */
gboolean
omc_durable_replace (const char *directory, const char *name, GBytes *content, GError **error);
/* The rename is on the disk when it returns. */
gboolean omc_durable_rename (const char *from, const char *to);

G_END_DECLS
