/* omc-evicted-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-evicted-dao.h"

static const char insert_record[] =
    "INSERT OR IGNORE INTO evicted (resource_type, id, patient) VALUES (?1, ?2, ?3)";
static const char insert_patient[] =
    "INSERT INTO evicted_patients (patient, n, evicted_at) VALUES (?1, 1, ?2)"
    " ON CONFLICT (patient) DO UPDATE SET n = n + 1, evicted_at = excluded.evicted_at";
static const char delete_record[] = "DELETE FROM evicted WHERE resource_type = ?1 AND id = ?2";
static const char find_record[] =
    "SELECT patient FROM evicted WHERE resource_type = ?1 AND id = ?2";
static const char count_down[] = "UPDATE evicted_patients SET n = n - 1 WHERE patient = ?1";
static const char delete_patient[] = "DELETE FROM evicted_patients WHERE patient = ?1 AND n <= 0";
static const char ask_patient[] =
    "UPDATE evicted_patients SET asked_at = ?2 WHERE patient = ?1 AND asked_at = 0";
static const char any_patient[] = "SELECT 1 FROM evicted_patients LIMIT 1";
static const char any_of_type[] = "SELECT 1 FROM evicted WHERE resource_type = ?1 LIMIT 1";
static const char any_of_patient[] =
    "SELECT 1 FROM evicted WHERE resource_type = ?1 AND patient = ?2 LIMIT 1";
static const char count_of[] = "SELECT n FROM evicted_patients WHERE patient = ?1";
static const char select_all[] =
    "SELECT coalesce (m.server_id, e.id) FROM evicted e LEFT JOIN id_map m"
    " ON m.resource_type = e.resource_type AND m.local_id = e.id WHERE e.resource_type = ?1";
static const char select_wanted[] =
    "SELECT coalesce (m.server_id, e.id) FROM evicted_patients p CROSS JOIN evicted e"
    " ON e.resource_type = ?1 AND e.patient = p.patient LEFT JOIN id_map m"
    " ON m.resource_type = e.resource_type AND m.local_id = e.id WHERE p.asked_at <> 0";
static const char select_wanted_types[] =
    "SELECT DISTINCT e.resource_type FROM evicted_patients p CROSS JOIN evicted e"
    " ON e.patient = p.patient WHERE p.asked_at <> 0";
static const char insert_pin[] =
    "INSERT OR IGNORE INTO pinned_patients (patient, user, pinned_at) VALUES (?1, ?2, ?3)";
static const char delete_pin[] = "DELETE FROM pinned_patients WHERE patient = ?1";

static gboolean
run_for (OmcSession *session, const char *sql, gint64 patient, gint64 time_us, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (time_us != 0)
    omc_stmt_bind_integer (stmt, 2, time_us);

  return omc_stmt_run (stmt, error);
}

gboolean
omc_evicted_dao_add (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_record, error);

  session->no_evicted = FALSE;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, row->type);
  omc_stmt_bind_text (stmt, 2, row->id);
  omc_stmt_bind_integer (stmt, 3, row->patient);
  if (!omc_stmt_run (stmt, error))
    return FALSE;

  return omc_db_get_changes (session->db) == 0 ||
         run_for (session, insert_patient, row->patient, session->now_us, error);
}

static gboolean
take_out (OmcSession *session, const char *type, const char *id, gint64 patient, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, delete_record, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, id);

  return omc_stmt_run (stmt, error) && run_for (session, count_down, patient, 0, error) &&
         run_for (session, delete_patient, patient, 0, error);
}

gboolean
omc_evicted_dao_is_empty (OmcSession *session, gboolean *empty, GError **error)
{
  gint64 any = 0;

  if (!session->no_evicted && !omc_db_get_integer (session->db, any_patient, 0, &any, error))
    return FALSE;
  *empty = any == 0;

  return TRUE;
}

static gboolean
find (OmcSession *session, const char *type, const char *id, gint64 *patient, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, find_record, error);
  OmcStep step;

  *patient = 0;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  omc_stmt_bind_text (stmt, 2, id);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *patient = omc_stmt_get_integer (stmt, 0);

  return step != OMC_STEP_ERROR;
}

gboolean
omc_evicted_dao_forget (OmcSession *session,
                        const char *type,
                        const char *id,
                        gboolean *was,
                        GError **error)
{
  gint64 patient;

  *was = FALSE;
  if (!find (session, type, id, &patient, error))
    return FALSE;
  *was = patient != 0;

  return !*was || take_out (session, type, id, patient, error);
}

gboolean
omc_evicted_dao_returned (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  gboolean was;

  if (!omc_evicted_dao_is_empty (session, &session->no_evicted, error))
    return FALSE;

  /* It may be another patient's by now. */
  return session->no_evicted ||
         (omc_evicted_dao_forget (session, row->type, row->id, &was, error) &&
          (row->patient == 0 ||
           run_for (session, ask_patient, row->patient, session->now_us, error)));
}

gboolean
omc_evicted_dao_contains (OmcSession *session,
                          const char *type,
                          const char *id,
                          gboolean *contains,
                          GError **error)
{
  gint64 patient;

  if (!find (session, type, id, &patient, error))
    return FALSE;
  *contains = patient != 0;

  return TRUE;
}

gboolean
omc_evicted_dao_count_of (OmcSession *session, gint64 patient, guint *n, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, count_of, error);
  OmcStep step;

  *n = 0;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *n = (guint)omc_stmt_get_integer (stmt, 0);

  return step != OMC_STEP_ERROR;
}

gboolean
omc_evicted_dao_ask (OmcSession *session, gint64 patient, gboolean *wanted, GError **error)
{
  guint n;

  if (!omc_evicted_dao_count_of (session, patient, &n, error))
    return FALSE;
  *wanted = n > 0;

  return n == 0 || run_for (session, ask_patient, patient, session->now_us, error);
}

gboolean
omc_evicted_dao_has_type (OmcSession *session,
                          const char *type,
                          gint64 patient,
                          gboolean *has,
                          GError **error)
{
  g_autoptr (OmcStmtUse) stmt =
      omc_db_prepare (session->db, patient != 0 ? any_of_patient : any_of_type, error);
  OmcStep step;

  *has = FALSE;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  if (patient != 0)
    omc_stmt_bind_integer (stmt, 2, patient);
  step = omc_stmt_step (stmt, error);
  *has = step == OMC_STEP_ROW;

  return step != OMC_STEP_ERROR;
}

gboolean
omc_evicted_dao_list (OmcSession *session,
                      const char *type,
                      gboolean wanted,
                      GHashTable *ids,
                      GError **error)
{
  g_autoptr (OmcStmtUse) stmt =
      omc_db_prepare (session->db, wanted ? select_wanted : select_all, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_text (stmt, 1, type);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_hash_table_add (ids, omc_stmt_dup_text (stmt, 0));

  return step == OMC_STEP_DONE;
}

gboolean
omc_evicted_dao_list_wanted_types (OmcSession *session, GHashTable *types, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_wanted_types, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    g_hash_table_add (types, omc_stmt_dup_text (stmt, 0));

  return step == OMC_STEP_DONE;
}

gboolean
omc_pin_dao_set (OmcSession *session,
                 gint64 patient,
                 const char *user,
                 gboolean pinned,
                 GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, pinned ? insert_pin : delete_pin, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (pinned)
    {
      omc_stmt_bind_text (stmt, 2, user);
      omc_stmt_bind_integer (stmt, 3, session->now_us);
    }

  return omc_stmt_run (stmt, error);
}
