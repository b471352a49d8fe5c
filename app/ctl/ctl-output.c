/* ctl-output.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicarectl"

#include "config.h"

#include "ctl-output.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

static gboolean
set_cannot_write (const char *path, GError **error)
{
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _ ("cannot write %s: %s"),
               path, g_strerror (errno));
  return FALSE;
}

gboolean
omc_ctl_output_open (OmcCtlOutput *self, const char *path, GError **error)
{
  gboolean special =
      g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR);
  g_autofree char *part = special ? NULL : g_strconcat (path, ".part", NULL);
  const char *name = part != NULL ? part : path;
  int fd;

  if (part != NULL && g_unlink (part) != 0 && errno != ENOENT)
    return set_cannot_write (part, error);
  fd = open (name, O_WRONLY | O_CLOEXEC | O_NOCTTY | (part != NULL ? O_CREAT | O_EXCL : 0), 0600);
  self->file = fd >= 0 ? fdopen (fd, "w") : NULL;
  if (self->file == NULL)
    return set_cannot_write (name, error);
  self->path = g_strdup (path);
  self->part = g_steal_pointer (&part);

  return TRUE;
}

gboolean
omc_ctl_output_close (OmcCtlOutput *self, gboolean done, GError **error)
{
  gboolean written = fflush (self->file) == 0 && ferror (self->file) == 0 &&
                     (self->part == NULL || fsync (fileno (self->file)) == 0);
  int failure = written ? 0 : errno;

  if (fclose (self->file) != 0 && failure == 0)
    failure = errno;
  self->file = NULL;
  if (done && failure == 0 && self->part != NULL && g_rename (self->part, self->path) != 0)
    failure = errno;
  if (done && failure != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure), _ ("cannot write %s: %s"),
                   self->path, g_strerror (failure));
      done = FALSE;
    }
  if (!done && self->part != NULL)
    g_unlink (self->part);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->part, g_free);

  return done;
}
