/* omc-store-backup.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-bounded-file.h"
#include "omc-backup-trail.h"
#include "omc-keyring-file.h"
#include "omc-migrator.h"
#include "omc-store-private.h"

/* The copy of the moment, beside the backup; encrypted as the database is. */
#define COPY_SUFFIX ".db-part"

static gboolean
check_allowed (OmcStore *self, OmcActor *actor, GError **error)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);

  return omc_access_policy_check (policy, actor, OMC_ACCESS_EXPORT, NULL, TRUE) ==
             OMC_ACCESS_ALLOW ||
         omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error);
}

static gboolean
read_counts (OmcDb *copy, OmcBackupInfo *info, GError **error)
{
  gint64 n_resources, n_unsent, sequence;

  if (!omc_db_get_integer (copy, "SELECT count(*) FROM encrypted_resources WHERE state = 0", 0,
                           &n_resources, error) ||
      !omc_db_get_integer (copy, "SELECT count(*) FROM sync_queue", 0, &n_unsent, error) ||
      !omc_db_get_integer (copy, "SELECT max(sequence) FROM audit_log", 0, &sequence, error) ||
      !omc_migrator_get_version (copy, &info->schema_version, error))
    return FALSE;
  info->n_resources = (guint)n_resources;
  info->n_unsent = (guint)n_unsent;
  info->audit_sequence = (guint64)sequence;

  return TRUE;
}

static gboolean
check_copy (OmcDb *copy, GError **error)
{
  g_autoptr (GPtrArray) pages = omc_db_check_pages (copy, error);

  if (pages == NULL)
    return FALSE;
  if (pages->len == 0)
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                       _ ("A page of the store is damaged, so that no backup was made. Run a check "
                          "of the store, then restore the last backup."));

  return FALSE;
}

static gboolean
make_copy (OmcStore *self, const char *path, OmcBackupInfo *info, GCancellable *c, GError **error)
{
  g_autofree char *database = g_build_filename (self->directory, OMC_STORE_FILE, NULL);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (self->keys, OMC_KEY_DB, error);
  g_autoptr (OmcDb) source = NULL;
  g_autoptr (OmcSession) session = NULL;
  OmcDb *copy;

  if (key == NULL)
    return FALSE;
  /* A connection of its own: the readers stay free for people. */
  source = omc_db_open (database, key, OMC_DB_QUERY_ONLY, error);
  copy = source != NULL ? omc_db_open (path, key, OMC_DB_CREATE | OMC_DB_SCRATCH, error) : NULL;
  session = copy != NULL ? omc_session_new (copy, self->keys, self->clock, error) : NULL;
  if (session == NULL)
    return FALSE;
  session->directory = g_strdup (self->directory);

  return omc_db_copy (source, copy, c, error) &&
         omc_backup_trail_take_in (session, info, c, error) && check_copy (copy, error) &&
         read_counts (copy, info, error);
}

static gboolean
read_keyring (OmcStore *self, OmcBackupInfo *info, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, OMC_KEYRING_FILE, NULL);
  char *data;
  gsize length;

  if (!omc_bounded_file_read_regular (path, OMC_KEYRING_LENGTH_MAX, &data, &length, error))
    return FALSE;
  info->keyring = g_bytes_new_take (data, length);

  return TRUE;
}

static gboolean
write_file (OmcStore *self,
            const char *path,
            const char *copy,
            OmcBackupInfo *info,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (self->keys, OMC_KEY_BACKUP, error);
  g_auto (OmcBackupInfo) read_back = { 0 };
  gboolean done;
  int fd;

  if (key == NULL)
    return FALSE;
  fd = g_open (copy, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                   _ ("The copy of the store cannot be read: %s."), g_strerror (errno));
      return FALSE;
    }
  done = omc_backup_file_write (path, key, info, fd, cancellable, error);
  close (fd);
  if (!done)
    return FALSE;
  if (omc_backup_file_unpack (path, key, -1, &read_back, cancellable, error))
    return TRUE;
  g_unlink (path);

  return FALSE;
}

gboolean
omc_store_backup_sync (OmcStore *self,
                       OmcActor *actor,
                       const char *path,
                       OmcBackupInfo *info,
                       GCancellable *cancellable,
                       GError **error)
{
  static const OmcAuditEvent event = { .type = "export", .subtype = "backup", .action = 'R' };
  g_autofree char *copy = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (path != NULL && info != NULL, FALSE);

  *info = (OmcBackupInfo){ .kind = OMC_BACKUP_STORE };
  if (!check_allowed (self, actor, error))
    return FALSE;
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("There is a file of that name already. Choose another name."));
      return FALSE;
    }
  info->created_us = omc_clock_get_now (self->clock);
  g_strlcpy (info->store_id, omc_key_manager_get_store_id (self->keys), sizeof info->store_id);
  copy = g_strconcat (path, COPY_SUFFIX, NULL);
  g_unlink (copy);
  done = omc_store_audit_sync (self, actor, &event, cancellable, error) &&
         read_keyring (self, info, error) && make_copy (self, copy, info, cancellable, error) &&
         write_file (self, path, copy, info, cancellable, error);
  g_unlink (copy);
  if (!done)
    omc_backup_info_clear (info);

  return done;
}
