/* omc-glass-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-glass-dao.h"

#include <glib/gi18n-lib.h>

#define COLUMNS                                                                                    \
  "g.id, g.user, g.role, p.id, g.reason, g.words, g.opened_at, g.expires_at, g.reviewed_at,"       \
  " g.reviewed_by, g.verdict, g.review, b.family, b.given, b.birth_date"
#define TABLES                                                                                     \
  " FROM break_glass g JOIN patients p ON p.pk = g.patient"                                        \
  " LEFT JOIN ward_board b ON b.patient = g.patient"

/* By two clocks: the one on the wall, which may be set, and what passed since the computer was started. What was opened before
 * that start is closed. ?1: the time, ?2: the user, ?3, ?4: which start, and so long ago */
#define IS_OPEN                                                                                    \
  "user = ?2 AND opened_at <= ?1 AND expires_at > ?1 AND start_id = ?3"                            \
  " AND ?4 - opened_run BETWEEN 0 AND expires_at - opened_at - 1"

static const char select_open[] = "SELECT DISTINCT patient FROM break_glass WHERE " IS_OPEN;
static const char select_end[] = "SELECT coalesce (max (expires_at), 0) FROM break_glass"
                                 " WHERE patient = ?5 AND " IS_OPEN;
static const char insert_glass[] =
    "INSERT INTO break_glass (user, role, patient, reason, words, opened_at, expires_at, start_id,"
    " opened_run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
static const char close_glass[] = "UPDATE break_glass SET expires_at = ?1 WHERE user = ?2"
                                  " AND (?3 = 0 OR patient = ?3) AND expires_at > ?1";
static const char select_waiting[] =
    "SELECT " COLUMNS TABLES " WHERE g.reviewed_at = 0 ORDER BY g.id";
static const char select_all[] = "SELECT " COLUMNS TABLES " ORDER BY g.id DESC LIMIT 1000";
static const char select_one[] = "SELECT " COLUMNS TABLES " WHERE g.id = ?1";
static const char review_glass[] = "UPDATE break_glass SET reviewed_at = ?2, reviewed_by = ?3,"
                                   " verdict = ?4, review = ?5 WHERE id = ?1 AND reviewed_at = 0";

static void
bind_open (OmcSession *session, OmcStmt *stmt, const char *user)
{
  omc_stmt_bind_integer (stmt, 1, omc_clock_get_now (session->clock));
  omc_stmt_bind_text (stmt, 2, user);
  omc_stmt_bind_text (stmt, 3, omc_clock_get_start_id (session->clock));
  omc_stmt_bind_integer (stmt, 4, omc_clock_get_monotonic (session->clock));
}

char *
omc_glass_dao_list_open (OmcSession *session, const char *user)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_open, NULL);
  g_autoptr (GString) list = g_string_new (NULL);

  if (stmt != NULL)
    bind_open (session, stmt, user);
  while (stmt != NULL && omc_stmt_step (stmt, NULL) == OMC_STEP_ROW)
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT, list->len > 0 ? "," : "",
                            omc_stmt_get_integer (stmt, 0));

  return g_string_free (g_steal_pointer (&list), FALSE);
}

gboolean
omc_glass_dao_find_end (OmcSession *session,
                        const char *user,
                        gint64 patient,
                        gint64 *expires_us,
                        GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_end, error);

  if (stmt == NULL)
    return FALSE;
  bind_open (session, stmt, user);
  omc_stmt_bind_integer (stmt, 5, patient);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  *expires_us = omc_stmt_get_integer (stmt, 0);

  return TRUE;
}

gboolean
omc_glass_dao_is_broken (OmcSession *session,
                         const char *user,
                         gint64 patient,
                         gboolean *broken,
                         GError **error)
{
  gint64 expires_us;

  if (!omc_glass_dao_find_end (session, user, patient, &expires_us, error))
    return FALSE;
  *broken = expires_us != 0;

  return TRUE;
}

gboolean
omc_glass_dao_insert (OmcSession *session,
                      OmcActor *actor,
                      gint64 patient,
                      const char *reason,
                      const char *words,
                      gint64 expires_us,
                      GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_glass, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, omc_actor_get_user (actor));
  omc_stmt_bind_text (stmt, 2, omc_role_to_string (omc_actor_get_role (actor)));
  omc_stmt_bind_integer (stmt, 3, patient);
  omc_stmt_bind_text (stmt, 4, reason);
  omc_stmt_bind_text (stmt, 5, words);
  omc_stmt_bind_integer (stmt, 6, session->now_us);
  omc_stmt_bind_integer (stmt, 7, expires_us);
  omc_stmt_bind_text (stmt, 8, omc_clock_get_start_id (session->clock));
  omc_stmt_bind_integer (stmt, 9, omc_clock_get_monotonic (session->clock));

  return omc_stmt_run (stmt, error);
}

gboolean
omc_glass_dao_close (OmcSession *session,
                     const char *user,
                     gint64 patient,
                     gboolean *any,
                     GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, close_glass, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, session->now_us);
  omc_stmt_bind_text (stmt, 2, user);
  omc_stmt_bind_integer (stmt, 3, patient);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  *any = omc_db_get_changes (session->db) > 0;

  return TRUE;
}

static OmcGlass *
read_glass (OmcStmt *stmt)
{
  OmcGlass *glass = g_new0 (OmcGlass, 1);

  glass->id = omc_stmt_get_integer (stmt, 0);
  glass->user = omc_stmt_dup_text (stmt, 1);
  glass->role = omc_stmt_dup_text (stmt, 2);
  glass->patient_id = omc_stmt_dup_text (stmt, 3);
  glass->reason = omc_stmt_dup_text (stmt, 4);
  glass->words = omc_stmt_dup_text (stmt, 5);
  glass->opened_us = omc_stmt_get_integer (stmt, 6);
  glass->expires_us = omc_stmt_get_integer (stmt, 7);
  glass->reviewed_us = omc_stmt_get_integer (stmt, 8);
  glass->reviewed_by = omc_stmt_dup_text (stmt, 9);
  glass->verdict = omc_stmt_dup_text (stmt, 10);
  glass->review = omc_stmt_dup_text (stmt, 11);
  glass->family = omc_stmt_dup_text (stmt, 12);
  glass->given = omc_stmt_dup_text (stmt, 13);
  glass->birth_date = omc_stmt_dup_text (stmt, 14);

  return glass;
}

GPtrArray *
omc_glass_dao_list (OmcSession *session, gboolean all, GError **error)
{
  g_autoptr (OmcStmtUse) stmt =
      omc_db_prepare (session->db, all ? select_all : select_waiting, error);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_glass_free);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_ptr_array_add (list, read_glass (stmt));

  return step == OMC_STEP_DONE ? g_steal_pointer (&list) : NULL;
}

OmcGlass *
omc_glass_dao_find (OmcSession *session, gint64 id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_one, error);
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    return read_glass (stmt);
  if (step == OMC_STEP_DONE)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("There is no such emergency access."));

  return NULL;
}

gboolean
omc_glass_dao_review (OmcSession *session,
                      gint64 id,
                      const char *by,
                      const char *verdict,
                      const char *words,
                      GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, review_glass, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, id);
  omc_stmt_bind_integer (stmt, 2, session->now_us);
  omc_stmt_bind_text (stmt, 3, by);
  omc_stmt_bind_text (stmt, 4, verdict);
  omc_stmt_bind_text (stmt, 5, words);
  if (!omc_stmt_run (stmt, error))
    return FALSE;
  if (omc_db_get_changes (session->db) == 0)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE,
                           _ ("This emergency access was reviewed already."));
      return FALSE;
    }

  return TRUE;
}
