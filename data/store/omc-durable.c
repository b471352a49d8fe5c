/* omc-durable.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-durable.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-keyring-file.h"
#include "omc-store-types.h"

gboolean
omc_durable_write (int fd, gconstpointer data, gsize length)
{
  const guint8 *p = data;

  while (length > 0)
    {
      ssize_t n = write (fd, p, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      p += n;
      length -= (gsize)n;
    }

  return TRUE;
}

static gboolean
sync_path (const char *path, int flags)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | flags, 0);
  gboolean done = fd >= 0 && fsync (fd) == 0;
  int code = errno;

  if (fd >= 0)
    close (fd);
  errno = code;

  return done;
}

gboolean
omc_durable_sync_folder (const char *directory)
{
  return sync_path (directory, O_DIRECTORY);
}

gboolean
omc_durable_sync_file (const char *path)
{
  return sync_path (path, 0);
}

gboolean
omc_durable_replace (const char *directory, const char *name, GBytes *content, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (omc_keyring_file_replace (directory, name, content, &local))
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR,
                       g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FULL)
                           ? OMC_STORE_ERROR_FULL
                           : OMC_STORE_ERROR_READ_ONLY,
                       local->message);

  return FALSE;
}

gboolean
omc_durable_rename (const char *from, const char *to)
{
  g_autofree char *folder = g_path_get_dirname (to);

  return g_rename (from, to) == 0 && omc_durable_sync_folder (folder);
}
