/* omc-restore-work.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore-work.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-durable.h"
#include "omc-migrator.h"

/* Records in memory only: they must not touch a disk in clear text. */
static int
open_memory (GError **error)
{
  int fd = memfd_create ("omc-work", MFD_CLOEXEC);

  if (fd < 0)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                 _ ("The unsent work cannot be collected: %s. Nothing was changed."),
                 g_strerror (errno));

  return fd;
}

/* One record may have several items that wait: its newest state has them all. */
static gboolean
write_records (OmcStore *store,
               GPtrArray *items,
               int fd,
               OmcRestoreReport *report,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  for (guint i = 0; i < items->len; i++)
    {
      const OmcQueueItem *item = g_ptr_array_index (items, i);
      char *name = g_strdup_printf ("%s/%s", item->resource_type, item->resource_id);
      g_autoptr (OmcResource) resource = NULL;
      g_autoptr (GError) local = NULL;
      g_autofree char *text = NULL;
      gsize length;

      if (!g_hash_table_add (seen, name) || item->operation == OMC_OPERATION_DELETE)
        continue;
      resource = omc_store_read_sync (store, device, item->resource_type, item->resource_id,
                                      cancellable, &local);
      if (resource == NULL && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (resource == NULL)
        {
          report->n_work_unreadable++;
          continue;
        }
      text = omc_resource_to_string (resource, &length);
      if (!omc_durable_write (fd, text, length) || !omc_durable_write (fd, "\n", 1))
        {
          g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                       _ ("The unsent work cannot be collected: %s. Nothing was changed."),
                       g_strerror (errno));
          return FALSE;
        }
      report->n_work++;
    }

  return TRUE;
}

static gboolean
seal (OmcStore *store,
      const char *name,
      int fd,
      OmcRestoreReport *report,
      GCancellable *c,
      GError **error)
{
  OmcKeyManager *keys = omc_store_get_key_manager (store);
  g_autofree char *path = g_build_filename (omc_store_get_directory (store), name, NULL);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (keys, OMC_KEY_BACKUP, error);
  g_auto (OmcBackupInfo) info = {
    .kind = OMC_BACKUP_WORK,
    .schema_version = omc_migrator_get_latest (),
    .created_us = omc_clock_get_now (omc_store_get_clock (store)),
    .n_resources = report->n_work,
    .n_unsent = report->n_work,
  };
  g_auto (OmcBackupInfo) read_back = { 0 };

  g_strlcpy (info.store_id, omc_key_manager_get_store_id (keys), sizeof info.store_id);
  if (key == NULL || !omc_backup_file_write (path, key, &info, fd, c, error) ||
      !omc_backup_file_unpack (path, key, -1, &read_back, c, error))
    return FALSE;
  report->work = g_strdup (name);

  return TRUE;
}

gboolean
omc_restore_work_save (OmcStore *store,
                       const char *name,
                       OmcRestoreReport *report,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) items =
      omc_store_list_queue_sync (store, device, NULL, cancellable, &local);
  gboolean done;
  int fd;

  /* Damage is what a restore is for. */
  report->queue_damaged = g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED);
  if (report->queue_damaged)
    return TRUE;
  if (items == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (items->len == 0)
    return TRUE;
  fd = open_memory (error);
  if (fd < 0)
    return FALSE;
  done = write_records (store, items, fd, report, cancellable, error) &&
         (report->n_work == 0 || seal (store, name, fd, report, cancellable, error));
  close (fd);

  return done;
}

GBytes *
omc_restore_read_work (const char *path, OmcKeyManager *keys, OmcBackupInfo *info, GError **error)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (keys, OMC_KEY_BACKUP, error);
  g_autofree char *text = NULL;
  gsize length;
  int fd;

  *info = (OmcBackupInfo){ 0 };
  fd = key != NULL ? open_memory (error) : -1;
  if (fd < 0)
    return NULL;
  if (omc_backup_file_unpack (path, key, fd, info, NULL, error))
    {
      length = (gsize)info->content_length;
      text = g_try_malloc (length + 1);
      if (info->kind != OMC_BACKUP_WORK)
        g_set_error_literal (
            error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
            _ ("This is a backup of a whole store. 'backup restore' puts it in place."));
      else if (text == NULL || pread (fd, text, length, 0) != (ssize_t)length)
        g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                             _ ("The unsent work is too large for this computer's memory."));
      else
        {
          close (fd);
          return g_bytes_new_take (g_steal_pointer (&text), length);
        }
    }
  close (fd);
  omc_backup_info_clear (info);

  return NULL;
}
