/* omc-backup-trail.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-backup-trail.h"

#include <glib/gi18n-lib.h>

#include "omc-audit-archive.h"
#include "omc-audit-check.h"

#define PIECE 4096

static const char put_data[] = "UPDATE audit_segments SET data = ?2 WHERE first = ?1";

/* --- into the backup --- */

static gboolean
put (OmcSession *copy, const OmcAuditSegment *segment, GBytes *file, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (copy->db, put_data, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)segment->first);
  omc_stmt_bind_blob (stmt, 2, g_bytes_get_data (file, NULL), g_bytes_get_size (file));

  return omc_stmt_run (stmt, error);
}

static gboolean
take_one (OmcSession *copy, const OmcAuditSegment *segment, OmcBackupInfo *info, GError **error)
{
  g_autoptr (GBytes) file = omc_audit_archive_read (copy, segment);
  g_autoptr (GByteArray) plain = NULL;
  OmcAuditSegmentInfo header;

  info->n_segments++;
  if (file != NULL &&
      omc_audit_archive_judge (copy, segment, file, &header, &plain) == OMC_AUDIT_INTACT)
    return put (copy, segment, file, error);
  info->n_lost_segments++;
  g_message ("The backup is made without the entries %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
             " of the audit trail: their file is missing or damaged. Run 'omnicarectl audit "
             "verify'.",
             segment->first, segment->last);

  return TRUE;
}

static gboolean
take_all (OmcSession *copy, OmcBackupInfo *info, GCancellable *cancellable, GError **error)
{
  OmcAuditSegment segment = { 0 };

  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !omc_audit_archive_find (copy, segment.last + 1, &segment, error))
        return FALSE;
      if (segment.first == 0)
        return TRUE;
      if (!take_one (copy, &segment, info, error))
        return FALSE;
    }
}

gboolean
omc_backup_trail_take_in (OmcSession *copy,
                          OmcBackupInfo *info,
                          GCancellable *cancellable,
                          GError **error)
{
  g_return_val_if_fail (copy != NULL && copy->directory != NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  if (!omc_db_begin (copy->db, error))
    return FALSE;
  if (take_all (copy, info, cancellable, error) && omc_db_commit (copy->db, error))
    return TRUE;
  omc_db_rollback (copy->db);

  return FALSE;
}

/* --- in the backup --- */

static gboolean
fail (const OmcAuditReport *report, GError **error)
{
  if (report->finding == OMC_AUDIT_SEGMENT_MISSING ||
      report->finding == OMC_AUDIT_SEGMENT_DAMAGED || report->finding == OMC_AUDIT_SEGMENT_FOREIGN)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                 _ ("The backup lacks the entries %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                    " of the audit trail: their file was missing, damaged or another one when it "
                    "was made. All else can be restored."),
                 report->place, report->through);
  else
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                 _ ("The audit trail in the backup is broken at entry %" G_GUINT64_FORMAT
                    ": it was when the backup was made. All else can be restored."),
                 report->place);

  return FALSE;
}

gboolean
omc_backup_trail_check (OmcSession *session,
                        OmcBackupInfo *info,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (OmcAuditCheck) check = NULL;
  OmcAuditCheckpoint good;
  OmcAuditReport report;
  gboolean done = FALSE;

  g_return_val_if_fail (session != NULL && session->directory == NULL, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  check = omc_audit_check_new (session, TRUE, error);
  if (check == NULL)
    return FALSE;
  while (!done)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !omc_audit_check_step (check, session, PIECE, &done, error))
        return FALSE;
    }
  omc_audit_check_end (check, &report);
  info->n_segments = report.n_segments;

  return omc_audit_check_get_checkpoint (check, &good) || fail (&report, error);
}
