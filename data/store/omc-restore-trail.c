/* omc-restore-trail.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore-trail.h"

#include <string.h>

#include "omc-audit-archive.h"
#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-audit-records.h"
#include "omc-setting-dao.h"

static const char select_last[] = "SELECT coalesce (max (last), 0) FROM audit_segments";
static const char insert_segment[] =
    "INSERT INTO audit_segments (first, last, hash, bytes) VALUES (?1, ?2, ?3, ?4)";
static const char delete_entries[] = "DELETE FROM audit_log WHERE sequence <= ?1";
static const char select_tail[] =
    "SELECT sequence, entry, hash, items FROM audit_log WHERE sequence > ?1 ORDER BY sequence";
static const char insert_entry[] =
    "INSERT INTO audit_log (sequence, entry, hash, items) VALUES (?1, ?2, ?3, ?4)";
static const char delete_refused[] = "DELETE FROM audit_refused";
static const char select_refused[] = "SELECT sequence, refused_at, error FROM audit_refused";
static const char insert_refused[] =
    "INSERT INTO audit_refused (sequence, refused_at, error) VALUES (?1, ?2, ?3)";

/* OMC_AUDIT_MARK_ARCHIVED follows from the files. */
static const char *const MARKS[] = {
  OMC_AUDIT_MARK_SENT,   OMC_AUDIT_MARK_EXPORTED, OMC_AUDIT_MARK_VERIFIED,
  OMC_AUDIT_MARK_SERVER, OMC_AUDIT_MARK_ALARM,
};

/* TRUE when the end of one trail is in the other. */
static gboolean
ends_in (OmcSession *from, OmcSession *to, guint64 *end, gboolean *does, GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH], there[OMC_AUDIT_HASH_LENGTH];

  if (!omc_audit_dao_get_head (to, end, hash, error))
    return FALSE;
  *does = *end == 0;
  if (*does)
    return TRUE;
  if (!omc_audit_records_get_hash (from, *end, there, does, error))
    return FALSE;
  *does = *does && omc_hash_equal (hash, there);

  return TRUE;
}

static gboolean
copy_segment (OmcSession *to, const OmcAuditSegment *segment, GError **error)
{
  OmcStmt *insert = omc_db_prepare (to->db, insert_segment, error);

  if (insert == NULL)
    return FALSE;
  omc_stmt_bind_integer (insert, 1, (gint64)segment->first);
  omc_stmt_bind_integer (insert, 2, (gint64)segment->last);
  omc_stmt_bind_blob (insert, 3, segment->hash, sizeof segment->hash);
  omc_stmt_bind_integer (insert, 4, (gint64)segment->bytes);

  return omc_stmt_run (insert, error);
}

/* Those of the backup stay: they bring their files. archived: (out) all up to there is in files. */
static gboolean
copy_segments (OmcSession *from, OmcSession *to, gint64 *archived, GError **error)
{
  OmcAuditSegment segment;

  if (!omc_db_get_integer (to->db, select_last, 0, archived, error))
    return FALSE;
  for (;;)
    {
      if (!omc_audit_archive_find (from, (guint64)*archived + 1, &segment, error))
        return FALSE;
      if (segment.first != (guint64)*archived + 1)
        return TRUE;
      if (!copy_segment (to, &segment, error))
        return FALSE;
      *archived = (gint64)segment.last;
    }
}

static gboolean
delete_through (OmcSession *to, gint64 last, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (to->db, delete_entries, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, last);

  return omc_stmt_run (stmt, error);
}

static gboolean
copy_entries (OmcDb *from, OmcDb *to, gint64 after, GError **error)
{
  g_autoptr (OmcStmtUse) tail = omc_db_prepare (from, select_tail, error);
  OmcStep step;

  if (tail == NULL)
    return FALSE;
  omc_stmt_bind_integer (tail, 1, after);
  while ((step = omc_stmt_step (tail, error)) == OMC_STEP_ROW)
    {
      OmcStmt *insert = omc_db_prepare (to, insert_entry, error);
      gconstpointer data;
      gsize length;

      if (insert == NULL)
        return FALSE;
      omc_stmt_bind_integer (insert, 1, omc_stmt_get_integer (tail, 0));
      data = omc_stmt_get_blob (tail, 1, &length);
      omc_stmt_bind_blob (insert, 2, data, length);
      data = omc_stmt_get_blob (tail, 2, &length);
      omc_stmt_bind_blob (insert, 3, data, length);
      data = omc_stmt_get_blob (tail, 3, &length);
      omc_stmt_bind_blob (insert, 4, data, length);
      if (!omc_stmt_run (insert, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
copy_refused (OmcDb *from, OmcDb *to, GError **error)
{
  g_autoptr (OmcStmtUse) rows = omc_db_prepare (from, select_refused, error);
  OmcStep step;

  if (rows == NULL || !omc_db_execute (to, delete_refused, error))
    return FALSE;
  while ((step = omc_stmt_step (rows, error)) == OMC_STEP_ROW)
    {
      OmcStmt *insert = omc_db_prepare (to, insert_refused, error);

      if (insert == NULL)
        return FALSE;
      omc_stmt_bind_integer (insert, 1, omc_stmt_get_integer (rows, 0));
      omc_stmt_bind_integer (insert, 2, omc_stmt_get_integer (rows, 1));
      omc_stmt_bind_text (insert, 3, omc_stmt_get_text (rows, 2));
      if (!omc_stmt_run (insert, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
copy_marks (OmcSession *from, OmcSession *to, gint64 archived, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (MARKS); i++)
    {
      g_autofree char *value = NULL;

      if (!omc_setting_dao_get (from, OMC_TEXTS_SYNC, MARKS[i], &value, error) ||
          !omc_setting_dao_set (to, OMC_TEXTS_SYNC, MARKS[i], value, error))
        return FALSE;
    }

  return omc_setting_dao_set_integer (to, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, archived, error);
}

/* In one transaction of to. */
static gboolean
copy_all (OmcSession *from, OmcSession *to, guint64 end, GError **error)
{
  gint64 archived;

  return copy_segments (from, to, &archived, error) && delete_through (to, archived, error) &&
         copy_entries (from->db, to->db, MAX (archived, (gint64)end), error) &&
         copy_refused (from->db, to->db, error) && copy_marks (from, to, archived, error);
}

static gboolean
take_over (OmcSession *from, OmcSession *to, gboolean *goes_on, GError **error)
{
  gboolean does;
  guint64 end;

  if (!ends_in (from, to, &end, &does, error))
    return FALSE;
  if (!does)
    return TRUE;
  if (!omc_db_begin (to->db, error))
    return FALSE;
  *goes_on = copy_all (from, to, end, error) && omc_db_commit (to->db, error);
  if (!*goes_on)
    omc_db_rollback (to->db);

  return *goes_on;
}

gboolean
omc_restore_take_over_trail (OmcSession *from, OmcSession *to, gboolean *goes_on, GError **error)
{
  gboolean done;

  g_return_val_if_fail (from != NULL && to != NULL && goes_on != NULL, FALSE);

  *goes_on = FALSE;
  if (!omc_db_begin_read (from->db, error))
    return FALSE;
  done = take_over (from, to, goes_on, error);
  omc_db_rollback (from->db);

  return done;
}
