/* omc-restore-swap.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore-swap.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-bounded-file.h"
#include "omc-durable.h"
#include "omc-keyring-file.h"
#include "omc-restore-archive.h"
#include "omc-store-private.h"

#define NOTE "restoring"
#define LOCK "restore"
/* The bytes that SQLite's connections lock in a database: every open one holds a shared lock in a log's mode. */
#define LOCK_START 0x40000000
#define LOCK_LENGTH 512

static gboolean
fail (GError **error)
{
  int code = errno;

  g_set_error (error, OMC_STORE_ERROR,
               code == ENOSPC || code == EDQUOT ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
               _ ("The store cannot be replaced: %s. Nothing is lost; try again."),
               g_strerror (code));

  return FALSE;
}

static gboolean
fail_busy (GError **error)
{
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
                       _ ("The store is being restored. Try again in a moment."));

  return FALSE;
}

static gboolean
exists (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

int
omc_restore_swap_lock (const char *directory, GError **error)
{
  return omc_keyring_file_lock (directory, LOCK, error);
}

gboolean
omc_restore_swap_check_free (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, OMC_STORE_FILE, NULL);
  struct flock lock = {
    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_START, .l_len = LOCK_LENGTH
  };
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean is_free;

  if (fd < 0)
    return errno == ENOENT || fail (error);
  is_free = fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
  close (fd);
  if (!is_free)
    g_set_error_literal (
        error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
        _ ("A program has the store open. Close it, then restore; nothing was changed."));

  return is_free;
}

static gboolean
move (const char *from, const char *to)
{
  return !exists (from) || g_rename (from, to) == 0;
}

/* Every step may have been done before. */
static gboolean
finish (const char *directory, const char *note, GError **error)
{
  g_autofree char *database = g_build_filename (directory, OMC_STORE_FILE, NULL);
  g_autofree char *log = g_strconcat (database, "-wal", NULL);
  g_autofree char *memory = g_strconcat (database, "-shm", NULL);
  g_autofree char *restored = g_build_filename (directory, OMC_RESTORE_DATABASE, NULL);
  g_autofree char *restored_keyring = g_build_filename (directory, OMC_RESTORE_KEYRING, NULL);
  g_autofree char *keyring = g_build_filename (directory, OMC_KEYRING_FILE, NULL);
  g_autofree char *name = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *kept_log = NULL;

  if (!omc_bounded_file_read_regular (note, NAME_MAX, &name, NULL, error))
    return FALSE;
  kept = g_build_filename (directory, name, NULL);
  kept_log = g_strconcat (kept, "-wal", NULL);
  /* First what the restored store is to find. */
  if (!omc_restore_archive_settle (directory, name + MIN (strlen (OMC_STORE_FILE), strlen (name))))
    return fail (error);
  if (exists (restored))
    {
      if (!move (log, kept_log) || !move (database, kept))
        return fail (error);
      g_unlink (memory);
      if (!exists (keyring) && !move (restored_keyring, keyring))
        return fail (error);
      if (!omc_durable_sync_folder (directory) || !omc_durable_rename (restored, database))
        return fail (error);
    }
  g_unlink (restored_keyring);
  if (g_unlink (note) != 0 || !omc_durable_sync_folder (directory))
    return fail (error);

  return TRUE;
}

gboolean
omc_restore_swap_run (const char *directory, const char *kept, GError **error)
{
  g_autofree char *note = g_build_filename (directory, NOTE, NULL);
  g_autoptr (GBytes) name = g_bytes_new (kept, strlen (kept));

  if (!omc_durable_replace (directory, NOTE, name, error))
    return FALSE;
  /* Whoever opened it before the note was there is seen here; whoever opens it from now on sees the note. */
  if (!omc_restore_swap_check_free (directory, error))
    {
      g_unlink (note);
      return FALSE;
    }

  return finish (directory, note, error);
}

gboolean
omc_restore_swap_clean (const char *directory, GError **error)
{
  g_autofree char *note = g_build_filename (directory, NOTE, NULL);
  g_autofree char *restored = g_build_filename (directory, OMC_RESTORE_DATABASE, NULL);
  g_autofree char *keyring = g_build_filename (directory, OMC_RESTORE_KEYRING, NULL);

  if (exists (note))
    return finish (directory, note, error);
  g_unlink (restored);
  g_unlink (keyring);
  omc_restore_archive_clear (directory);

  return TRUE;
}

gboolean
omc_restore_swap_resume (const char *directory, GError **error)
{
  g_autofree char *note = g_build_filename (directory, NOTE, NULL);
  g_autofree char *path = g_build_filename (directory, LOCK ".lock", NULL);
  gboolean done;
  int fd;

  if (!exists (note))
    return TRUE;
  fd = g_open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error);
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    done = omc_restore_swap_clean (directory, error);
  else
    done = fail_busy (error);
  close (fd);

  return done;
}

gboolean
omc_restore_swap_check_none (const char *directory, GError **error)
{
  g_autofree char *note = g_build_filename (directory, NOTE, NULL);

  return !exists (note) || fail_busy (error);
}
