/* omc-bounded-file.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-bounded-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-secret.h"

#define FIRST_CAPACITY 4096

static gboolean
fail (const char *path, int code, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_FILE_ERROR, (int)g_file_error_from_errno (code), _ ("Cannot read %s: %s"),
               name, g_strerror (code));
  return FALSE;
}

static gboolean
fail_long (const char *path, gsize maximum, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *limit = g_format_size_full (maximum, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
               _ ("Cannot read %s: it has more than %s, which is the limit for such a file"), name,
               limit);
  return FALSE;
}

/* What is outgrown may have been a key. */
static char *
grow (char *from, gsize length, gsize capacity)
{
  char *to = g_malloc (capacity);

  if (from != NULL)
    {
      memcpy (to, from, length);
      omc_wipe (from, length);
    }
  g_free (from);
  return to;
}

/* One byte more than may be there is asked for; it tells. */
static gboolean
read_all (int fd,
          const char *path,
          gsize maximum,
          gsize capacity,
          char **content,
          gsize *length,
          GError **error)
{
  char *data = grow (NULL, 0, capacity);
  gsize done = 0;
  ssize_t n;

  do
    {
      if (done + 1 >= capacity)
        {
          capacity = MIN (capacity * 2, maximum + 2);
          data = grow (data, done, capacity);
        }
      n = read (fd, data + done, capacity - 1 - done);
      if (n > 0)
        done += (gsize)n;
    }
  while ((n > 0 && done <= maximum) || (n < 0 && errno == EINTR));
  if (n >= 0 && done <= maximum)
    {
      data[done] = '\0';
      *content = data;
      if (length != NULL)
        *length = done;
      return TRUE;
    }
  n < 0 ? fail (path, errno, error) : fail_long (path, maximum, error);
  omc_wipe (data, done);
  g_free (data);
  return FALSE;
}

static gboolean
read_file (const char *path,
           gsize maximum,
           gboolean regular,
           char **content,
           gsize *length,
           GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (regular ? O_NONBLOCK : 0), 0);
  struct stat info;
  gsize capacity = MIN (FIRST_CAPACITY, maximum + 2);
  gboolean ok;

  if (fd < 0)
    return fail (path, errno, error);
  if (fstat (fd, &info) != 0)
    ok = fail (path, errno, error);
  else if (S_ISDIR (info.st_mode))
    ok = fail (path, EISDIR, error);
  else if (regular && !S_ISREG (info.st_mode))
    ok = fail (path, EINVAL, error);
  else if (S_ISREG (info.st_mode) && info.st_size > 0 && (guint64)info.st_size > maximum)
    ok = fail_long (path, maximum, error);
  else
    {
      if (S_ISREG (info.st_mode))
        capacity = MAX (capacity, (gsize)info.st_size + 2);
      ok = read_all (fd, path, maximum, capacity, content, length, error);
    }
  close (fd);
  return ok;
}

gboolean
omc_bounded_file_read (const char *path,
                       gsize maximum,
                       char **content,
                       gsize *length,
                       GError **error)
{
  g_return_val_if_fail (path != NULL && content != NULL, FALSE);
  g_return_val_if_fail (maximum < G_MAXSIZE / 4, FALSE);

  return read_file (path, maximum, FALSE, content, length, error);
}

gboolean
omc_bounded_file_read_regular (const char *path,
                               gsize maximum,
                               char **content,
                               gsize *length,
                               GError **error)
{
  g_return_val_if_fail (path != NULL && content != NULL, FALSE);
  g_return_val_if_fail (maximum < G_MAXSIZE / 4, FALSE);

  return read_file (path, maximum, TRUE, content, length, error);
}
