/* omc-restore-rights.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore-rights.h"

#include "omc-stmt.h"
#include "omc-store-private.h"

static const char select_version[] =
    "SELECT coalesce (max (CAST (value AS INTEGER)), 0) FROM settings"
    " WHERE name = '" OMC_STORE_POLICY_VERSION "'";
static const char select_policy[] =
    "SELECT name, value FROM settings"
    " WHERE name IN ('" OMC_STORE_POLICY_SETTINGS "', '" OMC_STORE_POLICY_VERSION "')";
static const char put_setting[] = "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)";
static const char select_users[] =
    "SELECT user, display, role, department, practitioner, disabled, created_at FROM users";
static const char put_user[] =
    "INSERT OR REPLACE INTO users (user, display, role, department, practitioner, disabled,"
    " created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

#define N_TEXTS 5
#define N_COLUMNS 7

/* The first n_texts columns are texts, those after them numbers. */
static gboolean
copy_rows (OmcDb *from,
           OmcDb *to,
           const char *select,
           const char *put,
           int n_texts,
           int n_columns,
           GError **error)
{
  g_autoptr (OmcStmtUse) rows = omc_db_prepare (from, select, error);
  OmcStep step;

  if (rows == NULL)
    return FALSE;
  while ((step = omc_stmt_step (rows, error)) == OMC_STEP_ROW)
    {
      OmcStmt *stmt = omc_db_prepare (to, put, error);

      if (stmt == NULL)
        return FALSE;
      for (int i = 0; i < n_columns; i++)
        if (i < n_texts)
          omc_stmt_bind_text (stmt, i + 1, omc_stmt_get_text (rows, i));
        else
          omc_stmt_bind_integer (stmt, i + 1, omc_stmt_get_integer (rows, i));
      if (!omc_stmt_run (stmt, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
copy_rights (OmcDb *from, OmcDb *to, GError **error)
{
  gint64 here, restored;

  return omc_db_get_integer (from, select_version, 0, &here, error) &&
         omc_db_get_integer (to, select_version, 0, &restored, error) &&
         (here <= restored || copy_rows (from, to, select_policy, put_setting, 2, 2, error)) &&
         copy_rows (from, to, select_users, put_user, N_TEXTS, N_COLUMNS, error);
}

gboolean
omc_restore_take_over_rights (OmcDb *from, OmcDb *to, GError **error)
{
  if (!omc_db_begin (to, error))
    return FALSE;
  if (copy_rights (from, to, error) && omc_db_commit (to, error))
    return TRUE;
  omc_db_rollback (to);

  return FALSE;
}
