/* omc-keyring-file.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-bounded-file.h"
#include "omc-keyring-file.h"

static gboolean
fail_write (GError **error, const char *directory, const char *name)
{
  int code = errno;
  g_autofree char *folder = g_filename_display_name (directory);

  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FULL,
                 _ ("There is no room on the disk for the file “%s” in %s. Free some room, then "
                    "try again."),
                 name, folder);
  else
    g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                 _ ("Cannot write the file “%s” of the store: %s"), name, g_strerror (code));
  return FALSE;
}

gboolean
omc_keyring_file_exists (const char *directory)
{
  g_autofree char *current = g_build_filename (directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *previous = g_build_filename (directory, OMC_KEYRING_FILE_PREVIOUS, NULL);

  return g_file_test (current, G_FILE_TEST_EXISTS) || g_file_test (previous, G_FILE_TEST_EXISTS);
}

int
omc_keyring_file_lock (const char *directory, const char *name, GError **error)
{
  g_autofree char *file = g_strconcat (name, ".lock", NULL);
  g_autofree char *path = g_build_filename (directory, file, NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd >= 0)
    {
      while (flock (fd, LOCK_EX) != 0)
        if (errno != EINTR)
          {
            fail_write (error, directory, file);
            close (fd);
            return -1;
          }
      return fd;
    }
  fail_write (error, directory, file);
  return -1;
}

static gboolean
write_all (int fd, GBytes *content)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (content, &left);

  while (left > 0)
    {
      ssize_t n = write (fd, data, left);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      left -= (gsize)n;
    }
  return fsync (fd) == 0;
}

gboolean
omc_keyring_file_replace (const char *directory, const char *name, GBytes *content, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *temporary = g_strconcat (path, ".tmp", NULL);
  int folder;
  int fd;
  gboolean ok;

  g_return_val_if_fail (content != NULL, FALSE);

  /* What a crash left behind is of no use to anybody. */
  g_unlink (temporary);
  fd = g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_write (error, directory, name);
  ok = write_all (fd, content);
  if (close (fd) != 0)
    ok = FALSE;
  if (!ok || g_rename (temporary, path) != 0)
    {
      fail_write (error, directory, name);
      g_unlink (temporary);
      return FALSE;
    }

  folder = g_open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  ok = folder >= 0 && fsync (folder) == 0;
  if (!ok)
    fail_write (error, directory, name);
  if (folder >= 0)
    close (folder);
  return ok;
}

static OmcKeyring *
load_one (const char *directory, const char *name, GBytes **content, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) local = NULL;
  OmcKeyring *keyring;
  gsize length;

  if (!omc_bounded_file_read_regular (path, OMC_KEYRING_LENGTH_MAX, &data, &length, &local))
    {
      gboolean missing = g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
                         g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOTDIR);

      if (missing)
        g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                             _ ("There is no keyring file in the folder of the store"));
      else if (g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_INVAL))
        g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                             _ ("The keyring file is damaged"));
      else
        g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                     _ ("Cannot read the keyring file (%s)"), name);
      return NULL;
    }
  keyring = omc_keyring_parse (data, length, error);
  if (keyring != NULL && content != NULL)
    *content = g_bytes_new (data, length);
  return keyring;
}

OmcKeyring *
omc_keyring_file_load (const char *directory, gboolean *from_previous, GError **error)
{
  g_autoptr (OmcKeyring) keyring = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (directory != NULL, NULL);

  if (from_previous != NULL)
    *from_previous = FALSE;
  keyring = load_one (directory, OMC_KEYRING_FILE, NULL, &local);
  if (keyring == NULL && (g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED) ||
                          g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT)))
    {
      keyring = load_one (directory, OMC_KEYRING_FILE_PREVIOUS, NULL, NULL);
      if (keyring != NULL && from_previous != NULL)
        *from_previous = TRUE;
    }
  if (keyring == NULL)
    {
      /* With the current one missing and the one before unreadable there was a keyring, and it is damaged. */
      if (g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT) &&
          omc_keyring_file_exists (directory))
        {
          g_clear_error (&local);
          g_set_error_literal (&local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                               _ ("The keyring file is damaged"));
        }
      g_propagate_error (error, g_steal_pointer (&local));
    }
  return g_steal_pointer (&keyring);
}

/* Only what can be read is worth keeping; a damaged current one must not push out a whole one before it. */
static gboolean
keep_current (const char *directory, GError **error)
{
  g_autoptr (GBytes) before = NULL;
  g_autoptr (OmcKeyring) old = load_one (directory, OMC_KEYRING_FILE, &before, NULL);

  return old == NULL ||
         omc_keyring_file_replace (directory, OMC_KEYRING_FILE_PREVIOUS, before, error);
}

gboolean
omc_keyring_file_save (const char *directory,
                       OmcKeyring *keyring,
                       gboolean forget_previous,
                       GError **error)
{
  g_autoptr (GBytes) content = NULL;

  g_return_val_if_fail (directory != NULL && keyring != NULL, FALSE);

  keyring->generation++;
  content = omc_keyring_to_bytes (keyring, error);
  if (content == NULL)
    return FALSE;

  /* What is to be forgotten goes before the new one is in force: an end between the two changes nothing. */
  return (forget_previous
              ? omc_keyring_file_replace (directory, OMC_KEYRING_FILE_PREVIOUS, content, error)
              : keep_current (directory, error)) &&
         omc_keyring_file_replace (directory, OMC_KEYRING_FILE, content, error);
}
