/* omc-db-rekey.c: a copy of a database under another key; declared in omc-db.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-db.h"

#include <glib/gi18n-lib.h>

#include "omc-db-private.h"

static gboolean
run_bound (OmcDb *self, const char *sql, const char *path, const char *key_text, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int code = sqlite3_prepare_v3 (self->handle, sql, -1, 0, &stmt, NULL);

  if (code == SQLITE_OK)
    {
      sqlite3_bind_text (stmt, 1, path, -1, SQLITE_STATIC);
      sqlite3_bind_text (stmt, 2, key_text, -1, SQLITE_STATIC);
      do
        code = sqlite3_step (stmt);
      while (code == SQLITE_ROW);
    }
  sqlite3_finalize (stmt);
  if (code == SQLITE_DONE)
    return TRUE;
  omc_db_set_error (self, code, error);

  return FALSE;
}

/* sqlcipher_export () leaves the version out. A failure removes nothing: the caller knows what is there. */
static gboolean
export_attached (OmcDb *self, GError **error)
{
  g_autofree char *set_version = NULL;
  gint64 version;

  if (!omc_db_get_integer (self, "PRAGMA main.user_version", 0, &version, error))
    return FALSE;
  set_version = g_strdup_printf ("PRAGMA copy.user_version = %d", (int)version);

  return omc_db_execute (self,
                         "PRAGMA copy.journal_mode = OFF; PRAGMA copy.synchronous = FULL;"
                         "BEGIN; SELECT sqlcipher_export ('copy'); COMMIT",
                         error) &&
         omc_db_execute (self, set_version, error);
}

gboolean
omc_db_copy_to (OmcDb *self, const char *path, OmcSecret *key, GError **error)
{
  char key_text[OMC_DB_KEY_TEXT_LENGTH + 1];
  gboolean done;

  g_return_val_if_fail (self != NULL && path != NULL && key != NULL, FALSE);

  if (!omc_db_format_key (key, key_text))
    return FALSE;
  done = run_bound (self, "ATTACH ?1 AS copy KEY ?2", path, key_text, error);
  omc_wipe (key_text, sizeof key_text);
  if (!done)
    return FALSE;
  done = export_attached (self, error);
  if (!done)
    omc_db_rollback (self);

  return omc_db_execute (self, "DETACH copy", done ? error : NULL) && done;
}

static gboolean
same_texts (OmcDb *a, OmcDb *b, const char *sql, GPtrArray *first, GError **error)
{
  g_autoptr (OmcStmt) left = omc_db_prepare_once (a, sql, error);
  g_autoptr (OmcStmt) right = left != NULL ? omc_db_prepare_once (b, sql, error) : NULL;
  OmcStep step;

  if (right == NULL)
    return FALSE;
  while ((step = omc_stmt_step (left, error)) == OMC_STEP_ROW)
    {
      if (omc_stmt_step (right, error) != OMC_STEP_ROW ||
          g_strcmp0 (omc_stmt_get_text (left, 0), omc_stmt_get_text (right, 0)) != 0 ||
          g_strcmp0 (omc_stmt_get_text (left, 1), omc_stmt_get_text (right, 1)) != 0)
        return FALSE;
      if (first != NULL)
        g_ptr_array_add (first, omc_stmt_dup_text (left, 0));
    }

  return step == OMC_STEP_DONE && omc_stmt_step (right, error) == OMC_STEP_DONE;
}

gboolean
omc_db_is_copy (OmcDb *self, OmcDb *copy, GError **error)
{
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) damaged = omc_db_check_pages (copy, error);
  g_autoptr (GError) local_error = NULL;
  gboolean same;

  if (damaged == NULL)
    return FALSE;
  same = damaged->len == 0 &&
         same_texts (self, copy, "SELECT user_version, 1 FROM pragma_user_version", NULL,
                     &local_error) &&
         same_texts (self, copy, "SELECT name, sql FROM sqlite_master ORDER BY type, name", NULL,
                     &local_error) &&
         same_texts (self, copy,
                     "SELECT name, type FROM sqlite_master WHERE type = 'table' ORDER BY name",
                     tables, &local_error);
  for (guint i = 0; same && i < tables->len; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*), 1 FROM \"%s\"",
                                              (const char *)g_ptr_array_index (tables, i));

      same = same_texts (self, copy, sql, NULL, &local_error);
    }
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (!same)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                         _ ("The copy of the store is not equal to it and was not taken."));

  return same;
}
