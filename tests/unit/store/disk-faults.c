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
static char unsynced[4096], renamed_from[4096], renamed_to[4096], replaced[4096], made[4096];

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

int
disk_faults_get_left (void)
{
  return MAX (g_atomic_int_get (&left), 0);
}

int
disk_faults_run_until (const char *program, const char *option, const char *directory, int n)
{
  g_autofree char *number = g_strdup_printf ("%d", n);
  const char *arguments[] = { program, option, directory, number, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  return status;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      syscall (SYS_unlinkat, AT_FDCWD, path, 0);
    }
  syscall (SYS_unlinkat, AT_FDCWD, folder, AT_REMOVEDIR);
}

static void
die (void)
{
  if (*unsynced != '\0')
    syscall (SYS_truncate, unsynced, 0);
  if (*renamed_to != '\0')
    {
      syscall (SYS_renameat2, AT_FDCWD, renamed_to, AT_FDCWD, renamed_from, 0);
      syscall (SYS_renameat2, AT_FDCWD, replaced, AT_FDCWD, renamed_to, 0);
    }
  if (*made != '\0')
    remove_folder (made);
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

static gboolean
is_same (int fd, const char *path)
{
  struct stat a, b;

  return fstat (fd, &a) == 0 && stat (path, &b) == 0 && a.st_dev == b.st_dev &&
         a.st_ino == b.st_ino;
}

static void
forget_if_in (char *path, int folder)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (*path != '\0' && is_same (folder, parent))
    *path = '\0';
}

/* What it replaces may come back. */
static void
watch_rename (const char *from, const char *to)
{
  g_autofree char *name = g_strdup_printf ("omc-replaced-%d", (int)getpid ());
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);

  g_strlcpy (replaced, path, sizeof replaced);
  syscall (SYS_unlinkat, AT_FDCWD, path, 0);
  if (syscall (SYS_linkat, AT_FDCWD, to, AT_FDCWD, path, 0) != 0)
    errno = 0;
  g_strlcpy (renamed_from, from, sizeof renamed_from);
  g_strlcpy (renamed_to, to, sizeof renamed_to);
  if (strcmp (unsynced, from) == 0)
    g_strlcpy (unsynced, to, sizeof unsynced);
}

int
rename (const char *from, const char *to)
{
  if (step (EROFS))
    return -1;
  if (is_watched () && access (from, F_OK) == 0)
    watch_rename (from, to);

  return (int)syscall (SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
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
      if (*unsynced != '\0' && is_same (fd, unsynced))
        *unsynced = '\0';
      forget_if_in (renamed_to, fd);
      if (*renamed_to == '\0' && *replaced != '\0')
        syscall (SYS_unlinkat, AT_FDCWD, replaced, 0);
      forget_if_in (made, fd);
    }

  return result;
}

int
fdatasync (int fd)
{
  return step (EIO) ? -1 : (int)syscall (SYS_fdatasync, fd);
}

static void
watch_write (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, unsynced, sizeof unsynced - 1);

  unsynced[MAX (length, 0)] = '\0';
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
        watch_write (fd);
    }

  return (ssize_t)syscall (SYS_write, fd, data, length);
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return step (ENOSPC) ? -1 : (ssize_t)syscall (SYS_pwrite64, fd, data, length, offset);
}
