/* omc-base-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-base-dao.h"

/* A payload that was stored keeps its place; a base that came from the server gets a place of its own. */
#define SERVER_COUNTER 0

static const char keep_base[] =
    "INSERT OR IGNORE INTO base_versions (resource, counter, server_version, server_updated, "
    "encrypted_data)"
    " SELECT pk, counter, server_version, server_updated, encrypted_data FROM encrypted_resources"
    " WHERE pk = ?1 AND server_version IS NOT NULL AND sync_status = 0";
static const char replace_base[] = "INSERT OR REPLACE INTO base_versions (resource, counter, "
                                   "server_version, server_updated, encrypted_data)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5)";
static const char select_base[] = "SELECT counter, server_version, server_updated, encrypted_data "
                                  "FROM base_versions WHERE resource = ?1";
static const char delete_base[] = "DELETE FROM base_versions WHERE resource = ?1";

gboolean
omc_base_dao_keep (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, keep_base, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_base_dao_put (OmcSession *session,
                  const OmcResourceRow *row,
                  OmcResource *base,
                  const char *server_version,
                  const char *server_updated,
                  GError **error)
{
  g_autofree char *place = omc_resource_dao_place (row->type, row->id, SERVER_COUNTER);
  const GByteArray *sealed;
  gsize original_length;
  OmcStmt *stmt;

  sealed = omc_vault_seal_resource (session->vault, place, base, &original_length, error);
  stmt = sealed != NULL ? omc_db_prepare (session->db, replace_base, error) : NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  omc_stmt_bind_integer (stmt, 2, SERVER_COUNTER);
  omc_stmt_bind_text (stmt, 3, server_version);
  omc_stmt_bind_text (stmt, 4, server_updated);
  omc_stmt_bind_blob (stmt, 5, sealed->data, sealed->len);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_base_dao_read (OmcSession *session,
                   const OmcResourceRow *row,
                   OmcResource **base,
                   char **server_version,
                   char **server_updated,
                   GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_base, error);
  g_autofree char *place = NULL;
  gconstpointer data;
  gsize length;
  OmcStep step;

  *base = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  place = omc_resource_dao_place (row->type, row->id, omc_stmt_get_integer (stmt, 0));
  data = omc_stmt_get_blob (stmt, 3, &length);
  *base = omc_vault_open_resource (session->vault, place, data, length, error);
  if (*base == NULL)
    return FALSE;
  if (server_version != NULL)
    *server_version = omc_stmt_dup_text (stmt, 1);
  if (server_updated != NULL)
    *server_updated = omc_stmt_dup_text (stmt, 2);

  return TRUE;
}

gboolean
omc_base_dao_remove (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, delete_base, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->pk);

  return omc_stmt_run (stmt, error);
}
