/* omc-stmt.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-stmt.h"

#include "omc-db-private.h"

void
omc_stmt_bind_integer (OmcStmt *self, int parameter, gint64 value)
{
  int code = sqlite3_bind_int64 (self->handle, parameter, value);

  g_return_if_fail (code == SQLITE_OK);
}

void
omc_stmt_bind_double (OmcStmt *self, int parameter, double value)
{
  int code = sqlite3_bind_double (self->handle, parameter, value);

  g_return_if_fail (code == SQLITE_OK);
}

void
omc_stmt_bind_text (OmcStmt *self, int parameter, const char *text)
{
  int code = sqlite3_bind_text (self->handle, parameter, text, -1, SQLITE_STATIC);

  g_return_if_fail (code == SQLITE_OK);
}

void
omc_stmt_bind_blob (OmcStmt *self, int parameter, gconstpointer data, gsize length)
{
  int code = sqlite3_bind_blob64 (self->handle, parameter, data, length, SQLITE_STATIC);

  g_return_if_fail (code == SQLITE_OK);
}

void
omc_stmt_bind_null (OmcStmt *self, int parameter)
{
  int code = sqlite3_bind_null (self->handle, parameter);

  g_return_if_fail (code == SQLITE_OK);
}

OmcStep
omc_stmt_step (OmcStmt *self, GError **error)
{
  int code;

  g_return_val_if_fail (self != NULL, OMC_STEP_ERROR);

  code = sqlite3_step (self->handle);
  if (code == SQLITE_ROW)
    return OMC_STEP_ROW;
  if (code == SQLITE_DONE)
    return OMC_STEP_DONE;

  omc_db_set_error (self->db, code, error);
  return OMC_STEP_ERROR;
}

gboolean
omc_stmt_run (OmcStmt *self, GError **error)
{
  OmcStep step = omc_stmt_step (self, error);

  omc_stmt_reset (self);
  g_return_val_if_fail (step != OMC_STEP_ROW, FALSE);

  return step == OMC_STEP_DONE;
}

void
omc_stmt_reset (OmcStmt *self)
{
  if (self == NULL)
    return;
  if (self->once)
    {
      omc_stmt_free (self);
      return;
    }

  sqlite3_reset (self->handle);
  sqlite3_clear_bindings (self->handle);
  self->in_use = FALSE;
}

void
omc_stmt_free (OmcStmt *self)
{
  if (self == NULL)
    return;

  sqlite3_finalize (self->handle);
  g_free (self);
}

gint64
omc_stmt_get_integer (OmcStmt *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}

double
omc_stmt_get_double (OmcStmt *self, int column)
{
  return sqlite3_column_double (self->handle, column);
}

const char *
omc_stmt_get_text (OmcStmt *self, int column)
{
  return (const char *)sqlite3_column_text (self->handle, column);
}

char *
omc_stmt_dup_text (OmcStmt *self, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (self->handle, column));
}

gconstpointer
omc_stmt_get_blob (OmcStmt *self, int column, gsize *length)
{
  gconstpointer data = sqlite3_column_blob (self->handle, column);

  *length = (gsize)sqlite3_column_bytes (self->handle, column);
  return data;
}

gboolean
omc_stmt_is_null (OmcStmt *self, int column)
{
  return sqlite3_column_type (self->handle, column) == SQLITE_NULL;
}
