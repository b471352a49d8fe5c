/* omc-setting-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-setting-dao.h"

static const char *const set_text[] = {
  "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)",
  "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?1, ?2)",
};
static const char *const delete_text[] = {
  "DELETE FROM settings WHERE name = ?1",
  "DELETE FROM sync_state WHERE name = ?1",
};
static const char *const select_text[] = {
  "SELECT value FROM settings WHERE name = ?1",
  "SELECT value FROM sync_state WHERE name = ?1",
};
static const char upsert_user[] =
    "INSERT INTO users (user, display, role, department, practitioner, disabled, created_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (user) DO UPDATE SET display = ?2, role = "
    "?3, department = ?4,"
    " practitioner = ?5, disabled = ?6";
static const char select_users[] = "SELECT user, display, role, department, practitioner, disabled "
                                   "FROM users ORDER BY display, user";
static const char upsert_draft[] =
    "INSERT OR REPLACE INTO drafts (user, key, saved_at, encrypted_data) VALUES (?1, ?2, ?3, ?4)";
static const char delete_draft[] = "DELETE FROM drafts WHERE user = ?1 AND key = ?2";
static const char select_draft[] =
    "SELECT saved_at, encrypted_data FROM drafts WHERE user = ?1 AND key = ?2";

gboolean
omc_setting_dao_set (OmcSession *session,
                     OmcTexts texts,
                     const char *name,
                     const char *value,
                     GError **error)
{
  OmcStmt *stmt =
      omc_db_prepare (session->db, value != NULL ? set_text[texts] : delete_text[texts], error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, name);
  if (value != NULL)
    omc_stmt_bind_text (stmt, 2, value);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_setting_dao_get (OmcSession *session,
                     OmcTexts texts,
                     const char *name,
                     char **value,
                     GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_text[texts], error);
  OmcStep step;

  *value = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, name);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *value = omc_stmt_dup_text (stmt, 0);

  return step != OMC_STEP_ERROR;
}

gboolean
omc_setting_dao_get_integer (OmcSession *session,
                             OmcTexts texts,
                             const char *name,
                             gint64 *value,
                             GError **error)
{
  g_autofree char *text = NULL;

  if (!omc_setting_dao_get (session, texts, name, &text, error))
    return FALSE;
  *value = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;

  return TRUE;
}

gboolean
omc_setting_dao_set_integer (OmcSession *session,
                             OmcTexts texts,
                             const char *name,
                             gint64 value,
                             GError **error)
{
  char text[32];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, value);

  return omc_setting_dao_set (session, texts, name, text, error);
}

gboolean
omc_user_dao_put (OmcSession *session, OmcActor *user, gboolean disabled, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, upsert_user, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, omc_actor_get_user (user));
  omc_stmt_bind_text (stmt, 2, omc_actor_get_display (user));
  omc_stmt_bind_text (stmt, 3, omc_role_to_string (omc_actor_get_role (user)));
  omc_stmt_bind_text (stmt, 4, omc_actor_get_department (user));
  omc_stmt_bind_text (stmt, 5, omc_actor_get_practitioner (user));
  omc_stmt_bind_integer (stmt, 6, disabled);
  omc_stmt_bind_integer (stmt, 7, session->now_us);

  return omc_stmt_run (stmt, error);
}

GPtrArray *
omc_user_dao_list (OmcSession *session, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_users, error);
  g_autoptr (GPtrArray) users =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_store_user_free);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      OmcStoreUser *user;
      OmcRole role;

      /* A role of a newer program: nobody may act in it here. */
      if (!omc_role_from_string (omc_stmt_get_text (stmt, 2), &role))
        continue;
      user = g_new0 (OmcStoreUser, 1);
      user->actor = omc_actor_new (omc_stmt_get_text (stmt, 0), omc_stmt_get_text (stmt, 1), role,
                                   omc_stmt_get_text (stmt, 3), omc_stmt_get_text (stmt, 4));
      user->disabled = omc_stmt_get_integer (stmt, 5) != 0;
      g_ptr_array_add (users, user);
    }

  return step == OMC_STEP_DONE ? g_steal_pointer (&users) : NULL;
}

char *
omc_draft_dao_place (const char *user, const char *key)
{
  return g_strconcat ("draft/", user, "/", key, NULL);
}

gboolean
omc_draft_dao_put (OmcSession *session,
                   const char *user,
                   const char *key,
                   GBytes *draft,
                   GError **error)
{
  g_autofree char *place = omc_draft_dao_place (user, key);
  const GByteArray *sealed = NULL;
  gconstpointer data;
  gsize length;
  OmcStmt *stmt;

  if (draft != NULL)
    {
      data = g_bytes_get_data (draft, &length);
      sealed = omc_vault_seal (session->vault, place, data, length, error);
      if (sealed == NULL)
        return FALSE;
    }
  stmt = omc_db_prepare (session->db, draft != NULL ? upsert_draft : delete_draft, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, user);
  omc_stmt_bind_text (stmt, 2, key);
  if (sealed != NULL)
    {
      omc_stmt_bind_integer (stmt, 3, session->now_us);
      omc_stmt_bind_blob (stmt, 4, sealed->data, sealed->len);
    }

  return omc_stmt_run (stmt, error);
}

gboolean
omc_draft_dao_get (OmcSession *session,
                   const char *user,
                   const char *key,
                   GBytes **draft,
                   gint64 *saved_at_us,
                   GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_draft, error);
  g_autofree char *place = omc_draft_dao_place (user, key);
  const GByteArray *plain;
  gconstpointer data;
  gsize length;
  OmcStep step;

  *draft = NULL;
  *saved_at_us = 0;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, user);
  omc_stmt_bind_text (stmt, 2, key);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  data = omc_stmt_get_blob (stmt, 1, &length);
  plain = omc_vault_open (session->vault, place, data, length, error);
  if (plain == NULL)
    return FALSE;
  *draft = g_bytes_new (plain->data, plain->len);
  *saved_at_us = omc_stmt_get_integer (stmt, 0);

  return TRUE;
}
