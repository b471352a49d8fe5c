/* omc-db-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-db.h"
#include "omc-stmt.h"

#define CHECK_PASSES 4
#define CHECK_PAUSE_US 100000

/* Every row of a check but "ok"; NULL on an error that is no damage. */
static GPtrArray *
run_check (OmcDb *self, const char *sql, GError **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (OmcStmt) stmt = omc_db_prepare_once (self, sql, &local);
  OmcStep step = OMC_STEP_ERROR;

  while (stmt != NULL && (step = omc_stmt_step (stmt, &local)) == OMC_STEP_ROW)
    {
      if (g_strcmp0 (omc_stmt_get_text (stmt, 0), "ok") != 0)
        g_ptr_array_add (findings, omc_stmt_dup_text (stmt, 0));
    }
  if (step == OMC_STEP_ERROR)
    {
      if (!g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      g_ptr_array_add (findings, g_strdup ("a page that the check could not pass"));
    }

  return g_steal_pointer (&findings);
}

/* A cursor on a full-text index makes SQLite (3.46) drop what the connection remembers of it; its check does not, and
 * takes the work of another connection for damage. */
static void
look_at_indexes (OmcDb *self)
{
  g_autoptr (OmcStmt) names = omc_db_prepare_once (
      self, "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'", NULL);

  /* What fails here the check finds and names. */
  while (names != NULL && omc_stmt_step (names, NULL) == OMC_STEP_ROW)
    {
      g_autofree char *sql =
          g_strdup_printf ("SELECT rowid FROM \"%s\" LIMIT 1", omc_stmt_get_text (names, 0));
      g_autoptr (OmcStmt) rows = omc_db_prepare_once (self, sql, NULL);

      if (rows != NULL)
        omc_stmt_step (rows, NULL);
    }
}

static GPtrArray *
check_structure (OmcDb *self, GError **error)
{
  GPtrArray *findings;

  if (!omc_db_begin_read (self, error))
    return NULL;
  look_at_indexes (self);
  findings = run_check (self, "PRAGMA quick_check(20)", error);
  omc_db_rollback (self);

  return findings;
}

GPtrArray *
omc_db_check_pages (OmcDb *self, GError **error)
{
  g_autoptr (GPtrArray) pages = NULL;
  g_autoptr (GPtrArray) structure = NULL;
  g_autoptr (GError) local = NULL;

  /* SQLCipher reads the file past the log and all locks: a page that is in the log only, or that a checkpoint is just
   * writing, looks damaged. Damage stays. */
  for (guint i = 0; i < CHECK_PASSES; i++)
    {
      g_clear_pointer (&pages, g_ptr_array_unref);
      if (!omc_db_checkpoint (self, FALSE, error))
        return NULL;
      pages = run_check (self, "PRAGMA cipher_integrity_check", error);
      if (pages == NULL)
        return NULL;
      if (pages->len == 0)
        break;
      g_usleep (CHECK_PAUSE_US);
    }
  structure = check_structure (self, &local);
  /* Where a page of a full-text index is damaged the check of the structure fails as a whole, and with no code of damage. */
  if (structure == NULL &&
      (pages->len == 0 || !g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED)))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (structure != NULL)
    g_ptr_array_extend_and_steal (pages, g_steal_pointer (&structure));

  return g_steal_pointer (&pages);
}
