/* omc-store-budget.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-budget.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-store-private.h"

#define RESERVE_FILE "reserve"
/* Room for a thousand sets of vital signs. */
#define MAX_RESERVE (G_GINT64_CONSTANT (8) << 20)
/* Of the limit. */
#define RESERVE_PART 16
#define PAGE_BYTES 4096

static const char count_used[] = "SELECT (SELECT page_count FROM pragma_page_count ())"
                                 " - (SELECT freelist_count FROM pragma_freelist_count ())";
static const char select_types[] =
    "SELECT resource_type, n, stored, original FROM storage_types WHERE n > 0 ORDER BY stored DESC";
static const char select_patients[] =
    "SELECT id, n_resources, stored, original FROM patients WHERE n_resources > 0"
    " ORDER BY stored DESC LIMIT ?1";

void
omc_store_set_max_size (OmcStore *self, gint64 bytes)
{
  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (bytes > 0);
  g_return_if_fail (self->writer == NULL);

  self->max_bytes = bytes;
}

gboolean
omc_store_budget_limit (OmcStore *self, OmcDb *db, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %" G_GINT64_FORMAT,
                                          MAX (self->max_bytes / PAGE_BYTES, 1));

  return omc_db_execute (db, sql, error);
}

/* --- the reserve --- */

static gint64
reserve_size (OmcStore *self)
{
  return MIN (self->max_bytes / RESERVE_PART, MAX_RESERVE);
}

static char *
reserve_path (OmcStore *self)
{
  return g_build_filename (self->directory, RESERVE_FILE, NULL);
}

static gint64
reserve_bytes (OmcStore *self)
{
  g_autofree char *path = reserve_path (self);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (gint64)info.st_size : 0;
}

static gboolean
has_room (OmcStore *self, gint64 bytes)
{
  struct statvfs info;

  return statvfs (self->directory, &info) == 0 &&
         (guint64)info.f_bavail * info.f_frsize >= (guint64)bytes;
}

void
omc_store_budget_keep (OmcStore *self)
{
  g_autofree char *path = NULL;
  int fd;

  /* As much again stays free, so that it is not made and given up in turns. */
  if (reserve_bytes (self) > 0 || !has_room (self, 2 * reserve_size (self)))
    return;
  path = reserve_path (self);
  fd = g_open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return;
  if (posix_fallocate (fd, 0, reserve_size (self)) != 0)
    g_unlink (path);
  close (fd);
}

gboolean
omc_store_budget_give (OmcStore *self)
{
  g_autofree char *path = reserve_path (self);

  if (has_room (self, reserve_size (self)) || g_unlink (path) != 0)
    return FALSE;
  g_message ("The disk is full: the reserve of the store is given up for unsent work.");

  return TRUE;
}

gboolean
omc_store_budget_make_room (OmcStore *self, OmcSession *session)
{
  g_autoptr (GError) error = NULL;

  if (session->bulk || !omc_store_budget_give (self))
    return FALSE;
  /* What is in the log may move, so that the log begins anew. */
  if (!omc_db_checkpoint (session->db, FALSE, &error))
    g_message ("The store was not checkpointed: %s", error->message);

  return TRUE;
}

/* --- what is not a person's work --- */

static gboolean
read_used (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 *pages = data;

  return omc_db_get_integer (session->db, count_used, 0, pages, error);
}

gboolean
omc_store_budget_check (OmcStore *self, GError **error)
{
  g_autofree char *limit = NULL;
  gint64 pages = 0;

  if (!omc_store_run_read (self, read_used, &pages, NULL, error))
    return FALSE;
  if (pages * PAGE_BYTES >= self->max_bytes - reserve_size (self))
    {
      limit = g_format_size ((guint64)self->max_bytes);
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL,
                   _ ("The store is as large as it may be (%s): what is left is kept for unsent "
                      "work. Raise offline.storage.maxSize."),
                   limit);
      return FALSE;
    }
  if (reserve_bytes (self) == 0 && !has_room (self, reserve_size (self) / 4 * 5))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL,
                           _ ("The disk is full: what is left is kept for unsent work. Free space "
                              "on the disk."));
      return FALSE;
    }

  return TRUE;
}

/* --- storage --- */

void
omc_storage_row_free (OmcStorageRow *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self);
}

void
omc_storage_free (OmcStorage *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->types, g_ptr_array_unref);
  g_clear_pointer (&self->patients, g_ptr_array_unref);
  g_free (self);
}

static GPtrArray *
read_rows (OmcStmt *stmt, GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_storage_row_free);
  OmcStep step;

  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      OmcStorageRow *row = g_new0 (OmcStorageRow, 1);

      row->name = omc_stmt_dup_text (stmt, 0);
      row->n_resources = (guint)omc_stmt_get_integer (stmt, 1);
      row->payload_bytes = omc_stmt_get_integer (stmt, 2);
      row->original_bytes = omc_stmt_get_integer (stmt, 3);
      g_ptr_array_add (rows, row);
    }

  return step == OMC_STEP_DONE ? g_steal_pointer (&rows) : NULL;
}

typedef struct
{
  guint max_patients;
  OmcStorage *storage; /* (owned) */
} StorageJob;

static gboolean
read_storage (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  StorageJob *job = data;
  g_autoptr (OmcStmtUse) types = omc_db_prepare (session->db, select_types, error);
  g_autoptr (OmcStmtUse) patients =
      types != NULL ? omc_db_prepare (session->db, select_patients, error) : NULL;

  if (patients == NULL || !read_used (session, &job->storage->used_bytes, cancellable, error))
    return FALSE;
  job->storage->used_bytes *= PAGE_BYTES;
  omc_stmt_bind_integer (patients, 1, job->max_patients);
  job->storage->types = read_rows (types, error);
  job->storage->patients = job->storage->types != NULL ? read_rows (patients, error) : NULL;

  return job->storage->patients != NULL;
}

OmcStorage *
omc_store_read_storage_sync (OmcStore *self,
                             OmcActor *actor,
                             guint max_patients,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (OmcStorage) storage = g_new0 (OmcStorage, 1);
  g_autoptr (OmcAccessPolicy) policy = NULL;
  StorageJob job = { 0, storage };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  policy = omc_store_dup_policy (self);
  /* Who has no charts learns how much there is of what, not of whom. */
  if (omc_access_policy_check (policy, actor, OMC_ACCESS_SEARCH, "Patient", TRUE) ==
      OMC_ACCESS_ALLOW)
    job.max_patients = max_patients;
  if (!omc_store_run_read (self, read_storage, &job, cancellable, error))
    return NULL;
  storage->max_bytes = self->max_bytes;
  storage->reserve_bytes = reserve_bytes (self);

  return g_steal_pointer (&storage);
}
