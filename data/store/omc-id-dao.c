/* omc-id-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-id-dao.h"

static const char select_server[] =
    "SELECT server_id FROM id_map WHERE resource_type = ?1 AND local_id = ?2";
static const char select_local[] =
    "SELECT local_id FROM id_map WHERE resource_type = ?1 AND server_id = ?2";
static const char insert_pair[] =
    "INSERT OR REPLACE INTO id_map (resource_type, local_id, server_id) VALUES (?1, ?2, ?3)";
static const char delete_pair[] = "DELETE FROM id_map WHERE resource_type = ?1 AND server_id = ?2";
static const char select_any[] = "SELECT 1 FROM id_map LIMIT 1";

static gboolean
find (OmcSession *session,
      const char *sql,
      const char *type,
      const char *id,
      char **found,
      GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, sql, error);
  OmcStep step;

  *found = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *found = omc_stmt_dup_text (stmt, 0);

  return step != OMC_STEP_ERROR;
}

gboolean
omc_id_dao_find_server_id (OmcSession *session,
                           const char *type,
                           const char *local_id,
                           char **server_id,
                           GError **error)
{
  return find (session, select_server, type, local_id, server_id, error);
}

gboolean
omc_id_dao_find_local_id (OmcSession *session,
                          const char *type,
                          const char *server_id,
                          char **local_id,
                          GError **error)
{
  if (!find (session, select_local, type, server_id, local_id, error))
    return FALSE;
  if (*local_id == NULL)
    *local_id = g_strdup (server_id);

  return TRUE;
}

gboolean
omc_id_dao_put (OmcSession *session,
                const char *type,
                const char *local_id,
                const char *server_id,
                GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_pair, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, local_id);
  omc_stmt_bind_text (stmt, 3, server_id);
  session->same_ids = FALSE;

  return omc_stmt_run (stmt, error);
}

gboolean
omc_id_dao_forget (OmcSession *session, const char *type, const char *server_id, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, delete_pair, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, server_id);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_id_dao_is_empty (OmcSession *session, gboolean *empty, GError **error)
{
  gint64 any;

  if (!omc_db_get_integer (session->db, select_any, 0, &any, error))
    return FALSE;
  *empty = any == 0;

  return TRUE;
}
