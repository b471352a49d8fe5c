/* omc-audit-due.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-due.h"

#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-setting-dao.h"

/* So much of an entry has its first field, the time in microseconds. */
#define TIME_LENGTH 24

static const char select_entry[] = "SELECT entry FROM audit_log WHERE sequence = ?1";
static const char select_first_refused[] = "SELECT min (sequence) FROM audit_refused";
static const char count_refused[] = "SELECT count(*) FROM audit_refused";
static const char select_oldest[] =
    "SELECT sequence, substr (entry, 1, 24) FROM audit_log ORDER BY sequence LIMIT 1";
static const char select_times[] = "SELECT sequence, substr (entry, 1, 24) FROM audit_log WHERE "
                                   "sequence > ?1 AND sequence <= ?2 ORDER BY sequence";
static const char sum_segments[] =
    "SELECT count(*), coalesce (sum (bytes), 0), coalesce (max (last), 0) FROM audit_segments";

static gint64
recorded_at (const char *entry, gsize length)
{
  g_autofree char *text = g_strndup (entry, MIN (length, TIME_LENGTH));

  return g_ascii_strtoll (text, NULL, 10);
}

static gint64
get_time (OmcStmt *stmt, int column)
{
  gsize length;
  const char *entry = omc_stmt_get_blob (stmt, column, &length);

  return recorded_at (entry, length);
}

static gboolean
is_due (gint64 recorded_us, gint64 horizon_us, gint64 now_us)
{
  return recorded_us < horizon_us || recorded_us > now_us;
}

gboolean
omc_audit_due_is (const char *entry, gsize length, gint64 horizon_us, gint64 now_us)
{
  return is_due (recorded_at (entry, length), horizon_us, now_us);
}

gboolean
omc_audit_due_get_borders (OmcSession *session, gint64 *archived, gint64 *accepted, GError **error)
{
  gint64 refused;

  if (!omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, archived,
                                    error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SENT, accepted,
                                    error) ||
      !omc_db_get_integer (session->db, select_first_refused, 0, &refused, error))
    return FALSE;
  if (refused != 0)
    *accepted = MIN (*accepted, refused - 1);

  return TRUE;
}

gboolean
omc_audit_due_get_oldest (OmcSession *session, gint64 *recorded_us, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_entry, error);
  gint64 archived, accepted;
  OmcStep step;

  *recorded_us = G_MAXINT64;
  if (stmt == NULL || !omc_audit_due_get_borders (session, &archived, &accepted, error))
    return FALSE;
  if (accepted <= archived)
    return TRUE;
  omc_stmt_bind_integer (stmt, 1, archived + 1);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *recorded_us = get_time (stmt, 0);

  return step != OMC_STEP_ERROR;
}

static gboolean
read_segments (OmcSession *session, OmcAuditArchiveStatus *status, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, sum_segments, error);

  if (stmt == NULL || omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  status->n_segments = (guint)omc_stmt_get_integer (stmt, 0);
  status->n_bytes = (guint64)omc_stmt_get_integer (stmt, 1);
  status->last = (guint64)omc_stmt_get_integer (stmt, 2);

  return TRUE;
}

gboolean
omc_audit_due_read_status (OmcSession *session, OmcAuditArchiveStatus *status, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_oldest, error);
  OmcStep step;

  *status = (OmcAuditArchiveStatus){ 0 };
  if (stmt == NULL || !read_segments (session, status, error))
    return FALSE;
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      status->oldest = (guint64)omc_stmt_get_integer (stmt, 0);
      status->oldest_us = get_time (stmt, 1);
    }

  return step != OMC_STEP_ERROR;
}

/* kept: (out) the first entry behind those that are due. */
static gboolean
find_kept (OmcSession *session,
           gint64 horizon_us,
           gint64 archived,
           gint64 accepted,
           gint64 *kept,
           GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_times, error);
  gint64 now_us = omc_clock_get_now (session->clock);
  OmcStep step;

  *kept = archived + 1;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, archived);
  omc_stmt_bind_integer (stmt, 2, accepted);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW &&
         is_due (get_time (stmt, 1), horizon_us, now_us))
    *kept = omc_stmt_get_integer (stmt, 0) + 1;

  return step != OMC_STEP_ERROR;
}

gboolean
omc_audit_due_plan (OmcSession *session,
                    gint64 horizon_us,
                    OmcAuditArchivePlan *plan,
                    GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gint64 archived, accepted, kept, n_refused;
  guint64 head;

  *plan = (OmcAuditArchivePlan){ 0 };
  if (!omc_audit_due_get_borders (session, &archived, &accepted, error) ||
      !omc_audit_dao_get_head (session, &head, hash, error) ||
      !omc_db_get_integer (session->db, count_refused, 0, &n_refused, error) ||
      !find_kept (session, horizon_us, archived, accepted, &kept, error))
    return FALSE;
  accepted = MAX (accepted, archived);
  plan->n_due = (guint64)(kept - archived - 1);
  plan->n_young = (guint64)(accepted - kept + 1);
  plan->n_unsent = head > (guint64)accepted ? head - (guint64)accepted : 0;
  plan->n_refused = (guint)n_refused;

  return TRUE;
}
