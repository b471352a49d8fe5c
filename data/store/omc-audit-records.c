/* omc-audit-records.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-records.h"

#include <string.h>

#include "omc-audit-archive.h"
#include "omc-audit-dao.h"
#include "omc-audit-items.h"

static const char select_records[] =
    "SELECT sequence, entry, items FROM audit_log WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2";
static const char select_hash[] = "SELECT hash FROM audit_log WHERE sequence = ?1";

gboolean
omc_audit_record_has_its_items (const OmcAuditRecord *record)
{
  const char *last = record->length > 0
                         ? memrchr (record->entry, OMC_AUDIT_FIELD_SEPARATOR, record->length)
                         : NULL;
  const char *end = record->entry + record->length;
  g_autofree char *described = NULL;

  if (last == NULL || (record->items == NULL && last + 1 == end))
    return record->items == NULL;
  described = g_strndup (last + 1, (gsize)(end - (last + 1)));

  return omc_audit_items_match (described, record->items, record->items_length);
}

const guint8 *
omc_audit_record_read_row (OmcAuditRecord *record, OmcStmt *stmt)
{
  const guint8 *hash;
  gsize length;

  record->sequence = (guint64)omc_stmt_get_integer (stmt, 0);
  record->entry = omc_stmt_get_blob (stmt, 1, &record->length);
  hash = omc_stmt_get_blob (stmt, 2, &length);
  record->items = omc_stmt_get_blob (stmt, 3, &record->items_length);

  return length == OMC_AUDIT_HASH_LENGTH && omc_audit_record_has_its_items (record) ? hash : NULL;
}

static gboolean
read_segment (OmcSession *session,
              const OmcAuditSegment *segment,
              guint64 *from,
              guint max,
              OmcAuditRecordFunc func,
              gpointer user_data,
              guint *n,
              GError **error)
{
  g_autoptr (GByteArray) plain = omc_audit_archive_open (session, segment, NULL, error);
  OmcAuditRecord record = { .sequence = segment->first };
  gsize position = 0;

  if (plain == NULL)
    return FALSE;
  for (; *n < max && omc_audit_segment_next (plain, &position, &record); record.sequence++)
    {
      if (record.sequence < *from)
        continue;
      if (!func (&record, user_data, error))
        return FALSE;
      (*n)++;
    }
  *from = segment->last + 1;

  return TRUE;
}

static gboolean
read_table (OmcSession *session,
            guint64 from,
            guint max,
            OmcAuditRecordFunc func,
            gpointer user_data,
            guint *n,
            GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_records, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)from);
  omc_stmt_bind_integer (stmt, 2, max - *n);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      OmcAuditRecord record = { .sequence = (guint64)omc_stmt_get_integer (stmt, 0) };

      record.entry = omc_stmt_get_blob (stmt, 1, &record.length);
      record.items = omc_stmt_get_blob (stmt, 2, &record.items_length);
      if (!func (&record, user_data, error))
        return FALSE;
      (*n)++;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
read_all (OmcSession *session,
          guint64 from,
          guint max,
          OmcAuditRecordFunc func,
          gpointer user_data,
          guint *n,
          GError **error)
{
  OmcAuditSegment segment;

  for (;;)
    {
      if (*n == max)
        return TRUE;
      if (!omc_audit_archive_find (session, from, &segment, error))
        return FALSE;
      if (segment.first == 0)
        return read_table (session, from, max, func, user_data, n, error);
      if (!read_segment (session, &segment, &from, max, func, user_data, n, error))
        return FALSE;
    }
}

gboolean
omc_audit_records_read (OmcSession *session,
                        guint64 from,
                        guint max,
                        OmcAuditRecordFunc func,
                        gpointer user_data,
                        guint *n,
                        GError **error)
{
  gboolean own = !omc_db_is_in_transaction (session->db);
  gboolean done;

  *n = 0;
  /* An entry that moves meanwhile is seen in one place. */
  if (own && !omc_db_begin_read (session->db, error))
    return FALSE;
  done = read_all (session, from, max, func, user_data, n, error);
  if (own)
    omc_db_rollback (session->db);

  return done;
}

/* --- one hash --- */

/* The hashes within a segment follow from the one before it. */
static gboolean
hash_in_segment (OmcSession *session,
                 const OmcAuditSegment *segment,
                 guint64 sequence,
                 guint8 hash[OMC_AUDIT_HASH_LENGTH])
{
  g_autoptr (OmcAuditVerifier) verifier = omc_audit_verifier_new (session->audit_key, 0, NULL);
  g_autoptr (GByteArray) plain = NULL;
  OmcAuditRecord record = { .sequence = segment->first };
  OmcAuditSegmentInfo info;
  gsize position = 0;

  if (omc_audit_archive_look (session, segment, &info, &plain) != OMC_AUDIT_INTACT)
    return FALSE;
  omc_audit_verifier_go_on (verifier, info.first - 1, info.previous);
  for (; record.sequence <= sequence; record.sequence++)
    {
      if (!omc_audit_segment_next (plain, &position, &record) ||
          !omc_audit_verifier_follow (verifier, record.sequence, record.entry, record.length))
        return FALSE;
    }
  omc_audit_verifier_get_last (verifier, hash);

  return TRUE;
}

static gboolean
hash_in_table (OmcSession *session,
               guint64 sequence,
               guint8 hash[OMC_AUDIT_HASH_LENGTH],
               gboolean *found,
               GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_hash, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)sequence);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      gsize length;
      gconstpointer data = omc_stmt_get_blob (stmt, 0, &length);

      *found = length == OMC_AUDIT_HASH_LENGTH;
      if (*found)
        memcpy (hash, data, length);
    }

  return step != OMC_STEP_ERROR;
}

gboolean
omc_audit_records_get_hash (OmcSession *session,
                            guint64 sequence,
                            guint8 hash[OMC_AUDIT_HASH_LENGTH],
                            gboolean *found,
                            GError **error)
{
  OmcAuditSegment segment;

  *found = FALSE;
  if (!omc_audit_archive_find (session, sequence, &segment, error))
    return FALSE;
  if (segment.first == 0 || segment.first > sequence)
    return hash_in_table (session, sequence, hash, found, error);
  *found = hash_in_segment (session, &segment, sequence, hash);

  return TRUE;
}
