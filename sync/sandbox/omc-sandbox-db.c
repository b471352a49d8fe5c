/* omc-sandbox-db.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include <sqlcipher/sqlite3.h>

#include "omc-sandbox-db.h"
#include "omc-sandbox.h"

struct _OmcSandboxDb
{
  sqlite3 *handle;        /* (owned) */
  GHashTable *statements; /* (owned): text -> sqlite3_stmt */
};

static gboolean
fail (sqlite3 *handle, const char *doing, GError **error)
{
  g_set_error (error, OMC_SANDBOX_ERROR, OMC_SANDBOX_ERROR_FAILED,
               "the practice database failed %s: %s", doing,
               handle != NULL ? sqlite3_errmsg (handle) : "out of memory");
  return FALSE;
}

static void
finalize_statement (gpointer stmt)
{
  sqlite3_finalize (stmt);
}

OmcSandboxDb *
omc_sandbox_db_open (const char *path, GError **error)
{
  g_autoptr (OmcSandboxDb) self = g_new0 (OmcSandboxDb, 1);
  gboolean in_memory;

  g_return_val_if_fail (path != NULL, NULL);

  in_memory = g_str_equal (path, ":memory:");
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);

  if (sqlite3_open_v2 (path, &self->handle,
                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                       NULL) != SQLITE_OK)
    {
      fail (self->handle, "to open", error);
      return NULL;
    }

  if (!omc_sandbox_db_exec (self,
                            in_memory ? "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY;"
                                      : "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;"
                                        "PRAGMA synchronous=FULL;",
                            error) ||
      !omc_sandbox_db_exec (self, "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;", error))
    return NULL;

  return g_steal_pointer (&self);
}

void
omc_sandbox_db_close (OmcSandboxDb *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->statements);
  sqlite3_close (self->handle);
  g_free (self);
}

gboolean
omc_sandbox_db_exec (OmcSandboxDb *self, const char *sql, GError **error)
{
  g_return_val_if_fail (self != NULL && sql != NULL, FALSE);

  if (sqlite3_exec (self->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
    return fail (self->handle, "at a statement", error);

  return TRUE;
}

gint64
omc_sandbox_db_last_key (OmcSandboxDb *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return sqlite3_last_insert_rowid (self->handle);
}

OmcSandboxStmt *
omc_sandbox_db_prepare (OmcSandboxDb *self, const char *sql, GError **error)
{
  sqlite3_stmt *stmt;

  g_return_val_if_fail (self != NULL && sql != NULL, NULL);

  stmt = g_hash_table_lookup (self->statements, sql);
  if (stmt != NULL)
    {
      sqlite3_reset (stmt);
      sqlite3_clear_bindings (stmt);
      return stmt;
    }

  /* Searches make texts without end; those in use at the moment are never more than a few. */
  if (g_hash_table_size (self->statements) >= 256)
    g_hash_table_remove_all (self->statements);

  if (sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
      SQLITE_OK)
    {
      fail (self->handle, "to prepare", error);
      return NULL;
    }

  g_hash_table_insert (self->statements, g_strdup (sql), stmt);
  return stmt;
}

void
omc_sandbox_stmt_bind_int (OmcSandboxStmt *stmt, int column, gint64 value)
{
  sqlite3_bind_int64 (stmt, column, value);
}

void
omc_sandbox_stmt_bind_double (OmcSandboxStmt *stmt, int column, double value)
{
  sqlite3_bind_double (stmt, column, value);
}

void
omc_sandbox_stmt_bind_text (OmcSandboxStmt *stmt, int column, const char *value, gssize length)
{
  sqlite3_bind_text64 (stmt, column, value,
                       length < 0 ? (sqlite3_uint64)-1 : (sqlite3_uint64)length, SQLITE_STATIC,
                       SQLITE_UTF8);
}

gboolean
omc_sandbox_stmt_step (OmcSandboxStmt *stmt, gboolean *row, GError **error)
{
  int result;

  g_return_val_if_fail (stmt != NULL && row != NULL, FALSE);

  result = sqlite3_step (stmt);
  *row = result == SQLITE_ROW;
  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    {
      fail (sqlite3_db_handle (stmt), "at a step", error);
      sqlite3_reset (stmt);
      return FALSE;
    }

  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
omc_sandbox_stmt_run (OmcSandboxStmt *stmt, GError **error)
{
  gboolean row;

  return omc_sandbox_stmt_step (stmt, &row, error);
}

void
omc_sandbox_stmt_reset (OmcSandboxStmt *stmt)
{
  sqlite3_reset (stmt);
}

gint64
omc_sandbox_stmt_get_int (OmcSandboxStmt *stmt, int column)
{
  return sqlite3_column_int64 (stmt, column);
}

const char *
omc_sandbox_stmt_get_text (OmcSandboxStmt *stmt, int column, gsize *length)
{
  const char *text = (const char *)sqlite3_column_text (stmt, column);

  if (length != NULL)
    *length = (gsize)sqlite3_column_bytes (stmt, column);
  return text;
}
