/* omc-store-use.c: who has the store open, and the change of its database key while nobody has
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-store-keys.h"
#include "omc-store-private.h"

/* A file of its own: closing a descriptor of the database would drop SQLite's locks. */
#define USE_FILE "omnicare.use"
#define COPY_SUFFIX ".new"
#define WAIT_STEP_US (20 * 1000)
#define WAIT_STEPS 250
#define SPARE_BYTES (32 * 1024 * 1024)

static const char *const file_suffixes[] = { "", "-wal", "-shm", "-journal" };

static gboolean
try_lock (OmcStore *self, int operation)
{
  int code;

  do
    code = flock (self->use_lock, operation | LOCK_NB);
  while (code != 0 && errno == EINTR);

  return code == 0;
}

static void
set_busy (GError **error)
{
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
                       _ ("Another program has the store open. Close it and try again."));
}

static void
remove_copy (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (file_suffixes); i++)
    {
      g_autofree char *name = g_strconcat (path, COPY_SUFFIX, file_suffixes[i], NULL);

      g_unlink (name);
    }
}

/* --- opening --- */

static gboolean
fits (const char *path, OmcSecret *key, gboolean *fitting, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (OmcDb) db = omc_db_open (path, key, OMC_DB_READ_WRITE, &local_error);

  *fitting = db != NULL;
  if (db != NULL || g_error_matches (local_error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}

/* A change of the database key was interrupted: the file says which of the two keys is in force. */
static gboolean
settle_interrupted (OmcStore *self, const char *path, OmcSecret *next, GError **error)
{
  gboolean changed = FALSE;

  if (!try_lock (self, LOCK_EX))
    {
      set_busy (error);
      return FALSE;
    }
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !fits (path, next, &changed, error))
    return FALSE;
  if (!omc_key_manager_end_database_key_sync (self->keys, changed, error))
    return FALSE;
  remove_copy (path);
  g_message (changed ? "An interrupted change of the database key was completed"
                     : "An interrupted change of the database key was undone");

  return TRUE;
}

static int
open_use (const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, USE_FILE, NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    g_set_error (error, OMC_STORE_ERROR,
                 errno == ENOSPC ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
                 _ ("The store's folder cannot be written: %s."), g_strerror (errno));

  return fd;
}

int
omc_store_use_alone (const char *directory, GError **error)
{
  int fd = open_use (directory, error);
  int code;

  if (fd < 0)
    return -1;
  do
    code = flock (fd, LOCK_EX | LOCK_NB);
  while (code != 0 && errno == EINTR);
  if (code == 0)
    return fd;
  close (fd);
  set_busy (error);

  return -1;
}

void
omc_store_use_with (OmcStore *self, int use_lock)
{
  g_assert (self->use_lock < 0);

  self->use_lock = dup (use_lock);
}

gboolean
omc_store_enter (OmcStore *self, const char *path, GError **error)
{
  gboolean alone = self->use_lock >= 0;
  g_autoptr (OmcSecret) next = NULL;

  if (!alone && (self->use_lock = open_use (self->directory, error)) < 0)
    return FALSE;
  next = omc_key_manager_dup_key (self->keys, OMC_KEY_NEXT_DB, NULL);
  if (next != NULL && !settle_interrupted (self, path, next, error))
    return FALSE;
  if (alone)
    return TRUE;
  for (guint i = 0; i < WAIT_STEPS; i++)
    {
      if (try_lock (self, LOCK_SH))
        return TRUE;
      g_usleep (WAIT_STEP_US);
    }
  set_busy (error);

  return FALSE;
}

void
omc_store_leave (OmcStore *self)
{
  if (self->use_lock >= 0)
    close (self->use_lock);
  self->use_lock = -1;
}

/* --- a new database key --- */

static gboolean
check_room (OmcStore *self, const char *path, GError **error)
{
  struct statvfs disk;
  GStatBuf info;
  guint64 wanted;

  if (g_stat (path, &info) != 0 || statvfs (self->directory, &disk) != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                   _ ("The store's file cannot be looked at: %s."), g_strerror (errno));
      return FALSE;
    }
  wanted = (guint64)info.st_size + (guint64)info.st_size / 8 + SPARE_BYTES;
  if ((guint64)disk.f_bavail * disk.f_frsize >= wanted)
    return TRUE;
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL,
               _ ("A copy of the store needs %" G_GUINT64_FORMAT
                  " MB of free room on its disk. Nothing was changed."),
               wanted / 1000000);

  return FALSE;
}

static gboolean
make_copy (OmcStore *self, const char *path, const char *copy_path, GError **error)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (self->keys, OMC_KEY_DB, error);
  g_autoptr (OmcSecret) next = omc_key_manager_dup_key (self->keys, OMC_KEY_NEXT_DB, NULL);
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (OmcDb) copy = NULL;
  int fd;

  if (key == NULL || next == NULL)
    return FALSE;
  fd = g_open (copy_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
                   _ ("The store's folder cannot be written: %s."), g_strerror (errno));
      return FALSE;
    }
  close (fd);
  db = omc_db_open (path, key, OMC_DB_READ_WRITE, error);
  if (db == NULL || !omc_db_checkpoint (db, TRUE, error) ||
      !omc_db_copy_to (db, copy_path, next, error))
    return FALSE;
  copy = omc_db_open (copy_path, next, OMC_DB_READ_WRITE, error);

  return copy != NULL && omc_db_is_copy (db, copy, error);
}

static gboolean
has_log (const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf info;

  return g_stat (log, &info) == 0 && info.st_size > 0;
}

/* The log belongs to one file: one that is left over would be played into the other. */
static gboolean
put_in_place (OmcStore *self, const char *path, const char *copy_path, GError **error)
{
  int folder;
  gboolean done;

  if (has_log (path) || has_log (copy_path))
    {
      set_busy (error);
      return FALSE;
    }
  if (g_rename (copy_path, path) != 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY,
                   _ ("The store's folder cannot be written: %s."), g_strerror (errno));
      return FALSE;
    }
  folder = g_open (self->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  done = folder >= 0 && fsync (folder) == 0;
  if (!done)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                 _ ("The store's folder was not written to the disk: %s."), g_strerror (errno));
  if (folder >= 0)
    close (folder);

  return done;
}

static gboolean
swap (OmcStore *self, const char *path, GError **error)
{
  g_autofree char *copy_path = g_strconcat (path, COPY_SUFFIX, NULL);
  gboolean copied;

  remove_copy (path);
  if (!check_room (self, path, error) ||
      !omc_key_manager_begin_database_key_sync (self->keys, error))
    return FALSE;
  copied = make_copy (self, path, copy_path, error);
  if (copied && put_in_place (self, path, copy_path, error))
    return omc_key_manager_end_database_key_sync (self->keys, TRUE, error);
  /* After a failed sync of the folder either file may be there: the next opening looks. */
  if (!copied)
    {
      omc_key_manager_end_database_key_sync (self->keys, FALSE, NULL);
      remove_copy (path);
    }

  return FALSE;
}

static gboolean
swap_alone (OmcStore *self, const char *path, GError **error)
{
  g_autofree char *use_path = g_build_filename (self->directory, USE_FILE, NULL);
  gboolean done = FALSE;

  self->use_lock = g_open (use_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (self->use_lock >= 0 && try_lock (self, LOCK_EX))
    done = swap (self, path, error);
  else
    set_busy (error);
  omc_store_leave (self);

  return done;
}

gboolean
omc_store_rotate_database_key_sync (OmcStore *self,
                                    OmcActor *actor,
                                    GCancellable *cancellable,
                                    GError **error)
{
  const OmcAuditEvent event = {
    .type = "security", .subtype = "key-rotation", .action = 'E', .detail = "database key"
  };
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_KEYS, NULL, NULL, error) ||
      !omc_store_audit_sync (self, actor, &event, cancellable, error))
    return FALSE;
  omc_store_close (self);
  path = g_build_filename (self->directory, OMC_STORE_FILE, NULL);
  swap_alone (self, path, &local_error);
  if (!omc_store_open_sync (self, NULL, local_error == NULL ? error : NULL))
    g_message ("The store was not opened again after a change of its key");
  if (local_error == NULL)
    return omc_store_is_open (self);
  g_propagate_error (error, g_steal_pointer (&local_error));

  return FALSE;
}
