/* omc-board-dao.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-board-dao.h"

#include <string.h>

#include "omc-board-builder.h"
#include "omc-board-private.h"
#include "omc-resource-facts.h"

/* Lists show names from the board: those of so many new or changed persons are made in their transaction. */
#define MAX_PERSONS 8

/* A chart that is opened again and again is noted once in this time. */
#define USE_STEP_US G_TIME_SPAN_HOUR

static const char replace_row[] =
    "INSERT OR REPLACE INTO ward_board (patient, active, family, given, birth_date, gender, "
    "number, ward, ward_id,"
    " bed, name_key, bed_key, risk, news2, news2_partial, news2_red, trend, deteriorating, "
    "last_set_at, due_at,"
    " spo2_scale, n_allergies, allergy_nka, n_alerts, n_unsent, n_conflicts, deceased, used_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
    "?19, ?20, ?21, ?22,"
    " ?23, ?24, ?25, ?26, ?27, ?28)";
static const char update_used[] =
    "UPDATE ward_board SET used_at = ?1 WHERE patient = ?2 AND used_at < ?3";
static const char delete_row[] = "DELETE FROM ward_board WHERE patient = ?1";
static const char select_row[] =
    "SELECT " OMC_BOARD_ROW_COLUMNS
    " FROM ward_board b JOIN patients p ON p.pk = b.patient WHERE b.patient = ?1";
static const char select_is_stale[] = "SELECT 1 FROM board_stale WHERE patient = ?1";
static const char insert_stale[] = "INSERT OR IGNORE INTO board_stale (patient) VALUES (?1)";
static const char stale_active[] =
    "INSERT OR IGNORE INTO board_stale (patient) SELECT patient FROM ward_board WHERE active = 1";
/* A place that was not here before matters to those whose way up to the ward ended at it. */
static const char stale_without_ward[] =
    "INSERT OR IGNORE INTO board_stale (patient) SELECT patient FROM ward_board"
    " WHERE active = 1 AND (ward_id IS NULL OR (ward_id >= '" OMC_BOARD_LOOSE_PLACE
    "' AND ward_id < '@'))";
static const char select_stale[] = "SELECT patient FROM board_stale LIMIT ?1";
static const char delete_stale[] = "DELETE FROM board_stale WHERE patient = ?1";
static const char any_stale[] = "SELECT 1 FROM board_stale LIMIT 1";
static const char *const delete_words[] = { "DELETE FROM board_words WHERE rowid = ?1",
                                            "DELETE FROM board_starts WHERE rowid = ?1" };
static const char *const insert_words[] = {
  "INSERT INTO board_words (rowid, words) VALUES (?1, ?2)",
  "INSERT INTO board_starts (rowid, words) VALUES (?1, ?2)"
};

static gboolean
run_for (OmcSession *session, const char *sql, gint64 patient, const char *text, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, sql, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (text != NULL)
    omc_stmt_bind_text (stmt, 2, text);

  return omc_stmt_run (stmt, error);
}

OmcBoardRow *
omc_board_row_read (OmcStmt *stmt)
{
  OmcBoardRow *row;
  gconstpointer trend;
  gsize length;

  g_return_val_if_fail (stmt != NULL, NULL);

  row = g_new0 (OmcBoardRow, 1);
  g_atomic_ref_count_init (&row->ref_count);
  row->patient_id = omc_stmt_dup_text (stmt, 0);
  row->family = omc_stmt_dup_text (stmt, 1);
  row->given = omc_stmt_dup_text (stmt, 2);
  row->birth_date = omc_stmt_dup_text (stmt, 3);
  row->gender = omc_stmt_dup_text (stmt, 4);
  row->number = omc_stmt_dup_text (stmt, 5);
  row->ward = omc_stmt_dup_text (stmt, 6);
  row->bed = omc_stmt_dup_text (stmt, 7);
  row->news2 = (int)omc_stmt_get_integer (stmt, 8);
  row->news2_partial = (int)omc_stmt_get_integer (stmt, 9);
  row->news2_red = omc_stmt_get_integer (stmt, 10) != 0;
  trend = omc_stmt_get_blob (stmt, 11, &length);
  for (guint i = 0; i < OMC_BOARD_TREND; i++)
    row->trend[i] = i < length ? ((const gint8 *)trend)[i] : -1;
  row->last_set_us = omc_stmt_get_integer (stmt, 12);
  row->due_us = omc_stmt_get_integer (stmt, 13);
  row->spo2_scale = (int)omc_stmt_get_integer (stmt, 14);
  row->n_allergies = (guint)omc_stmt_get_integer (stmt, 15);
  row->allergy_nka = omc_stmt_get_integer (stmt, 16) != 0;
  row->n_alerts = (guint)omc_stmt_get_integer (stmt, 17);
  row->n_unsent = (guint)omc_stmt_get_integer (stmt, 18);
  row->n_conflicts = (guint)omc_stmt_get_integer (stmt, 19);
  row->deceased = omc_stmt_get_integer (stmt, 20) != 0;

  return row;
}

/* The row as it was last made. */
static gboolean
find_made (OmcSession *session, gint64 patient, OmcBoardRow **row, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_row, error);
  OmcStep step;

  *row = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *row = omc_board_row_read (stmt);

  return step != OMC_STEP_ERROR;
}

gboolean
omc_board_dao_find (OmcSession *session, gint64 patient, OmcBoardRow **row, GError **error)
{
  g_auto (OmcBoardFacts) facts = { 0 };
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_is_stale, error);
  OmcStep step;

  *row = NULL;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  step = omc_stmt_step (stmt, error);
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE && find_made (session, patient, row, error);
  if (!omc_board_build (session, patient, &facts, error))
    return FALSE;
  *row = g_steal_pointer (&facts.row);

  return TRUE;
}

/* --- writing --- */

static char *
words_of (const OmcBoardRow *row)
{
  g_autofree char *text =
      g_strdup_printf ("%s %s %s %s", row->family, row->given,
                       row->number != NULL ? row->number : "", row->bed != NULL ? row->bed : "");

  return omc_text_fold (text);
}

/* "10-2" after "9-1": runs of digits get one length. */
static char *
bed_key_of (const char *bed)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autofree char *folded = NULL;

  /* Who has no bed comes last. */
  if (bed == NULL)
    return g_strdup ("\xf4\x8f\xbf\xbd");
  folded = omc_text_fold (bed);
  for (const char *p = folded; *p != '\0';)
    {
      gsize digits = strspn (p, "0123456789");

      if (digits == 0)
        {
          g_string_append_c (key, *p++);
          continue;
        }
      for (gsize i = digits; i < 8; i++)
        g_string_append_c (key, '0');
      g_string_append_len (key, p, (gssize)digits);
      p += digits;
    }

  return g_string_free (g_steal_pointer (&key), FALSE);
}

static gboolean
write_row (OmcSession *session, gint64 patient, const OmcBoardFacts *facts, GError **error)
{
  const OmcBoardRow *row = facts->row;
  g_autofree char *name = g_strconcat (row->family, " ", row->given, NULL);
  g_autofree char *name_key = omc_text_fold (name);
  g_autofree char *bed_key = bed_key_of (row->bed);
  gint8 trend[OMC_BOARD_TREND];
  OmcStmt *stmt = omc_db_prepare (session->db, replace_row, error);

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < OMC_BOARD_TREND; i++)
    trend[i] = (gint8)row->trend[i];
  omc_stmt_bind_integer (stmt, 1, patient);
  omc_stmt_bind_integer (stmt, 2, facts->active);
  omc_stmt_bind_text (stmt, 3, row->family);
  omc_stmt_bind_text (stmt, 4, row->given);
  omc_stmt_bind_text (stmt, 5, row->birth_date);
  omc_stmt_bind_text (stmt, 6, row->gender);
  omc_stmt_bind_text (stmt, 7, row->number);
  omc_stmt_bind_text (stmt, 8, row->ward);
  omc_stmt_bind_text (stmt, 9, facts->ward_id);
  omc_stmt_bind_text (stmt, 10, row->bed);
  omc_stmt_bind_text (stmt, 11, name_key);
  omc_stmt_bind_text (stmt, 12, bed_key);
  omc_stmt_bind_integer (stmt, 13, facts->risk);
  omc_stmt_bind_integer (stmt, 14, row->news2);
  omc_stmt_bind_integer (stmt, 15, row->news2_partial);
  omc_stmt_bind_integer (stmt, 16, row->news2_red);
  omc_stmt_bind_blob (stmt, 17, trend, sizeof trend);
  omc_stmt_bind_integer (stmt, 18, facts->deteriorating);
  omc_stmt_bind_integer (stmt, 19, row->last_set_us);
  omc_stmt_bind_integer (stmt, 20, row->due_us);
  omc_stmt_bind_integer (stmt, 21, row->spo2_scale);
  omc_stmt_bind_integer (stmt, 22, row->n_allergies);
  omc_stmt_bind_integer (stmt, 23, row->allergy_nka);
  omc_stmt_bind_integer (stmt, 24, row->n_alerts);
  omc_stmt_bind_integer (stmt, 25, row->n_unsent);
  omc_stmt_bind_integer (stmt, 26, row->n_conflicts);
  omc_stmt_bind_integer (stmt, 27, row->deceased);
  omc_stmt_bind_integer (stmt, 28, session->now_us);

  return omc_stmt_run (stmt, error);
}

static gboolean
write_words (OmcSession *session,
             gint64 patient,
             const char *before,
             const char *after,
             GError **error)
{
  if (g_strcmp0 (before, after) == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (delete_words); i++)
    {
      if ((before != NULL && !run_for (session, delete_words[i], patient, NULL, error)) ||
          (after != NULL && !run_for (session, insert_words[i], patient, after, error)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
update_one (OmcSession *session, gint64 patient, GError **error)
{
  g_auto (OmcBoardFacts) facts = { 0 };
  g_autoptr (OmcBoardRow) before = NULL;
  g_autofree char *words_before = NULL;
  g_autofree char *words_after = NULL;

  if (!find_made (session, patient, &before, error) ||
      !omc_board_build (session, patient, &facts, error))
    return FALSE;
  words_before = before != NULL ? words_of (before) : NULL;
  words_after = facts.row != NULL ? words_of (facts.row) : NULL;
  if (!write_words (session, patient, words_before, words_after, error))
    return FALSE;
  if (facts.row == NULL)
    return before == NULL || run_for (session, delete_row, patient, NULL, error);

  return write_row (session, patient, &facts, error);
}

gboolean
omc_board_dao_mark_touched (OmcSession *session, GError **error)
{
  gboolean few = g_hash_table_size (session->touched) <= MAX_PERSONS;
  GHashTableIter iter;
  gpointer patient, person;

  if ((session->places_changed && !omc_db_execute (session->db, stale_active, error)) ||
      (session->places_added && !omc_db_execute (session->db, stale_without_ward, error)))
    return FALSE;
  g_hash_table_iter_init (&iter, session->touched);
  while (g_hash_table_iter_next (&iter, &patient, &person))
    {
      if (few && GPOINTER_TO_INT (person)
              ? !update_one (session, *(gint64 *)patient, error)
              : !run_for (session, insert_stale, *(gint64 *)patient, NULL, error))
        return FALSE;
    }

  return TRUE;
}

static GArray *
list_stale (OmcSession *session, guint limit, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_stale, error);
  g_autoptr (GArray) patients = g_array_new (FALSE, FALSE, sizeof (gint64));
  OmcStep step;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, limit > 0 ? (gint64)limit : -1);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 patient = omc_stmt_get_integer (stmt, 0);

      g_array_append_val (patients, patient);
    }

  return step == OMC_STEP_DONE ? g_steal_pointer (&patients) : NULL;
}

gboolean
omc_board_dao_update_stale (OmcSession *session, guint limit, GError **error)
{
  g_autoptr (GArray) patients = list_stale (session, limit, error);

  if (patients == NULL)
    return FALSE;
  for (guint i = 0; i < patients->len; i++)
    {
      gint64 patient = g_array_index (patients, gint64, i);

      g_autofree char *id = NULL;

      if (!update_one (session, patient, error) ||
          !run_for (session, delete_stale, patient, NULL, error) ||
          (id = omc_session_dup_patient_id (session, patient, error)) == NULL)
        return FALSE;
      omc_session_note (session, OMC_CHANGED_RESOURCES, id);
    }

  return TRUE;
}

gboolean
omc_board_dao_has_stale (OmcSession *session, gboolean *stale, GError **error)
{
  gint64 any;

  if (!omc_db_get_integer (session->db, any_stale, 0, &any, error))
    return FALSE;
  *stale = any != 0;

  return TRUE;
}

gboolean
omc_board_dao_note_used (OmcSession *session, const char *patient_id, GError **error)
{
  gint64 patient;
  OmcStmt *stmt;

  if (!omc_session_find_patient (session, patient_id, &patient, error))
    return FALSE;
  stmt = omc_db_prepare (session->db, update_used, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, session->now_us);
  omc_stmt_bind_integer (stmt, 2, patient);
  omc_stmt_bind_integer (stmt, 3, session->now_us - USE_STEP_US);

  return omc_stmt_run (stmt, error);
}
