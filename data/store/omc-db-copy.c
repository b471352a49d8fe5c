/* omc-db-copy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-db.h"

#include <glib/gi18n-lib.h>

#include "omc-db-private.h"

/* 1 MiB: between two of them a cancellation is seen. */
#define COPY_PAGES 256

static int
copy_pages (OmcDb *self, OmcDb *copy, GCancellable *cancellable)
{
  sqlite3_backup *backup = sqlite3_backup_init (copy->handle, "main", self->handle, "main");
  int code = SQLITE_OK;

  if (backup == NULL)
    return sqlite3_errcode (copy->handle);
  while (code == SQLITE_OK && !g_cancellable_is_cancelled (cancellable))
    code = sqlite3_backup_step (backup, COPY_PAGES);
  if (code == SQLITE_DONE)
    return sqlite3_backup_finish (backup);
  sqlite3_backup_finish (backup);

  return code == SQLITE_OK ? SQLITE_INTERRUPT : code;
}

gboolean
omc_db_copy (OmcDb *self, OmcDb *copy, GCancellable *cancellable, GError **error)
{
  gint64 unused;
  int code;

  g_return_val_if_fail (self != NULL && copy != NULL, FALSE);

  /* A read transaction that is there already is kept over all steps: the copy is of one moment, whatever is written. */
  if (!omc_db_begin_read (self, error))
    return FALSE;
  if (!omc_db_get_integer (self, "SELECT count(*) FROM sqlite_master", 0, &unused, error))
    {
      omc_db_rollback (self);
      return FALSE;
    }
  code = copy_pages (self, copy, cancellable);
  omc_db_rollback (self);
  if (code == SQLITE_OK)
    return TRUE;
  omc_db_set_error (copy, code, error);

  return FALSE;
}
