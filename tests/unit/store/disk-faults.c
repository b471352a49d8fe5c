/* disk-faults.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "disk-faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int left;
static gboolean deadly;
/* What a power cut may take back. */
static int unsynced_fd = -1;
static char renamed_from[4096], renamed_to[4096], made[4096];

void
disk_faults_die_at (int n)
{
  deadly = TRUE;
  g_atomic_int_set (&left, n);
}

void
disk_faults_fail_at (int n)
{
  deadly = FALSE;
  g_atomic_int_set (&left, n);
}

gboolean
disk_faults_pending (void)
{
  return g_atomic_int_get (&left) > 0;
}

static void
die (void)
{
  if (unsynced_fd >= 0)
    syscall (SYS_ftruncate, unsynced_fd, 0);
  if (*renamed_to != '\0')
    syscall (SYS_renameat2, AT_FDCWD, renamed_to, AT_FDCWD, renamed_from, 0);
  if (*made != '\0')
    {
      g_autofree char *gone = g_strconcat (made, ".gone", NULL);

      syscall (SYS_renameat2, AT_FDCWD, made, AT_FDCWD, gone, 0);
    }
  kill (getpid (), SIGKILL);
}

/* TRUE: it fails. */
static gboolean
step (int code)
{
  if (g_atomic_int_get (&left) <= 0 || !g_atomic_int_dec_and_test (&left))
    return FALSE;
  if (deadly)
    die ();
  errno = code;

  return TRUE;
}

static gboolean
is_watched (void)
{
  return deadly && g_atomic_int_get (&left) > 0;
}

static void
forget_if_in (char *path, int folder)
{
  g_autofree char *parent = g_path_get_dirname (path);
  struct stat a, b;

  if (*path != '\0' && fstat (folder, &a) == 0 && stat (parent, &b) == 0 && a.st_ino == b.st_ino)
    *path = '\0';
}

int
rename (const char *from, const char *to)
{
  int result;

  if (step (EROFS))
    return -1;
  result = (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  if (result == 0 && is_watched ())
    {
      g_strlcpy (renamed_from, from, sizeof renamed_from);
      g_strlcpy (renamed_to, to, sizeof renamed_to);
    }

  return result;
}

int
mkdir (const char *path, mode_t mode)
{
  int result;

  if (step (EROFS))
    return -1;
  result = (int)syscall (SYS_mkdirat, AT_FDCWD, path, mode);
  if (result == 0 && is_watched ())
    g_strlcpy (made, path, sizeof made);

  return result;
}

int
unlink (const char *path)
{
  return step (EROFS) ? -1 : (int)syscall (SYS_unlinkat, AT_FDCWD, path, 0);
}

int
fsync (int fd)
{
  int result;

  if (step (EIO))
    return -1;
  result = (int)syscall (SYS_fsync, fd);
  if (result == 0 && is_watched ())
    {
      unsynced_fd = unsynced_fd == fd ? -1 : unsynced_fd;
      forget_if_in (renamed_to, fd);
      forget_if_in (made, fd);
    }

  return result;
}

int
fdatasync (int fd)
{
  return step (EIO) ? -1 : (int)syscall (SYS_fdatasync, fd);
}

ssize_t
write (int fd, const void *data, size_t length)
{
  struct stat info;

  /* Not the words of the process. */
  if (fd > STDERR_FILENO && fstat (fd, &info) == 0 && S_ISREG (info.st_mode))
    {
      if (step (ENOSPC))
        return -1;
      if (is_watched ())
        unsynced_fd = fd;
    }

  return (ssize_t)syscall (SYS_write, fd, data, length);
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return step (ENOSPC) ? -1 : (ssize_t)syscall (SYS_pwrite64, fd, data, length, offset);
}
