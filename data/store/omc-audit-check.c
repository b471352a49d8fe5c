/* omc-audit-check.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-check.h"

#include <string.h>

#include "omc-audit-anchor.h"
#include "omc-audit-archive.h"
#include "omc-audit-dao.h"
#include "omc-audit-records.h"

/* What an entry about a file of the archive is recognised by. */
#define ARCHIVE_MARK "\x1fsecurity\x1f" OMC_AUDIT_ARCHIVE_SUBTYPE "\x1f"

static const char select_entries[] = "SELECT sequence, entry, hash, items FROM audit_log WHERE "
                                     "sequence >= ?1 ORDER BY sequence LIMIT "
                                     "?2";
static const char count_entries[] =
    "SELECT count(*), min (sequence) FROM audit_log WHERE sequence <= ?1";

struct _OmcAuditCheck
{
  OmcAuditVerifier *verifier; /* (owned) */
  guint64 from;               /* the first entry that is looked at */
  guint64 through;            /* the end of what is broken, when that is more than one entry */
  guint n_segments;
  guint64 lost; /* where an anchor was lost first; 0: never */
  OmcAuditFinding lost_as;
  gint64 full_us; /* of the checkpoint that this one goes on from */
  OmcAuditCheckpoint
      kept;              /* as it was at first; sequence 0: there is none, or it was gone on from */
  gboolean contradicted; /* ... and what it found good is not there any more */
  gboolean forged;
  gboolean in_table;
};

/* --- going on from a checkpoint --- */

static gboolean
fail (OmcAuditCheck *self, OmcAuditFinding finding, guint64 place, guint64 through)
{
  if (!omc_audit_verifier_has_failed (self->verifier))
    self->through = through;
  omc_audit_verifier_fail (self->verifier, finding, place);

  return FALSE;
}

/* Is each file there, whole as far as its header tells, and in its place? last: (out) the last entry that is in one. */
static gboolean
look_at_segments (OmcAuditCheck *self, OmcSession *session, guint64 *last, GError **error)
{
  guint8 previous[OMC_AUDIT_HASH_LENGTH] = { 0 };
  OmcAuditSegment segment;

  *last = 0;
  while (!omc_audit_verifier_has_failed (self->verifier))
    {
      OmcAuditSegmentInfo info;
      OmcAuditFinding finding;

      if (!omc_audit_archive_find (session, *last + 1, &segment, error))
        return FALSE;
      if (segment.first == 0)
        return TRUE;
      finding = omc_audit_archive_look (session, &segment, &info, NULL);
      if (finding == OMC_AUDIT_INTACT && !omc_hash_equal (info.previous, previous))
        finding = OMC_AUDIT_SEGMENT_FOREIGN;
      if (segment.first != *last + 1)
        fail (self, OMC_AUDIT_GAP, *last + 1, segment.first - 1);
      else if (finding != OMC_AUDIT_INTACT)
        fail (self, finding, segment.first, segment.last);
      memcpy (previous, segment.hash, sizeof previous);
      *last = segment.last;
      self->n_segments++;
    }

  return TRUE;
}

/* Are as many entries in the table up to the checkpoint as there must be? */
static gboolean
count_table (OmcSession *session, guint64 archived, guint64 until, gboolean *whole, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, count_entries, error);
  guint64 n, first;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)until);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  n = (guint64)omc_stmt_get_integer (stmt, 0);
  first = (guint64)omc_stmt_get_integer (stmt, 1);
  *whole = n == (until > archived ? until - archived : 0) && (n == 0 || first == archived + 1);

  return TRUE;
}

/* Of this trail, with all that it found good still there? If not, the whole is read, which tells what is wrong. */
static gboolean
fits (OmcSession *session,
      const OmcAuditCheckpoint *checkpoint,
      guint64 archived,
      gboolean *does,
      GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];

  *does = FALSE;
  if (!omc_audit_records_get_hash (session, checkpoint->sequence, hash, does, error))
    return FALSE;
  *does = *does && omc_hash_equal (hash, checkpoint->hash);

  return !*does || count_table (session, archived, checkpoint->sequence, does, error);
}

static gboolean
go_on (OmcAuditCheck *self, OmcSession *session, GError **error)
{
  const OmcAuditCheckpoint checkpoint = self->kept;
  guint64 archived;
  gboolean does;

  if (checkpoint.sequence == 0)
    return TRUE;
  if (!look_at_segments (self, session, &archived, error))
    return FALSE;
  if (omc_audit_verifier_has_failed (self->verifier))
    return TRUE;
  if (!fits (session, &checkpoint, archived, &does, error))
    return FALSE;
  if (!does)
    {
      self->n_segments = 0;
      return TRUE;
    }
  omc_audit_verifier_go_on (self->verifier, checkpoint.sequence, checkpoint.hash);
  self->kept.sequence = 0;
  self->from = checkpoint.sequence + 1;
  self->lost = checkpoint.lost;
  self->lost_as = checkpoint.lost_as;
  self->full_us = checkpoint.full_us;
  self->in_table = checkpoint.sequence >= archived;

  return TRUE;
}

/* --- the whole --- */

static gboolean
read_anchor (OmcAuditCheck *self, OmcSession *session, GError **error)
{
  g_autoptr (GBytes) anchor = NULL;
  g_autoptr (GError) local_error = NULL;
  guint64 anchored = 0;
  gconstpointer data = NULL;
  gsize length = 0;

  /* A backup's trail ends where it was made. */
  if (session->directory == NULL)
    {
      self->verifier = omc_audit_verifier_new (session->audit_key, 0, NULL);
      return TRUE;
    }
  /* An anchor that is not one of ours is a finding, and no reason to look no further. */
  if (!omc_key_manager_read_audit_head_sync (session->keys, &anchored, &anchor, &local_error))
    {
      if (!g_error_matches (local_error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      self->forged = TRUE;
    }
  if (anchor != NULL)
    data = g_bytes_get_data (anchor, &length);
  self->verifier = omc_audit_verifier_new (session->audit_key, anchored,
                                           length == OMC_AUDIT_HASH_LENGTH ? data : NULL);

  return TRUE;
}

OmcAuditCheck *
omc_audit_check_new (OmcSession *session, gboolean full, GError **error)
{
  g_autoptr (OmcAuditCheck) self = g_new0 (OmcAuditCheck, 1);
  gboolean done = TRUE;

  self->from = 1;
  if (!read_anchor (self, session, error) ||
      !omc_audit_checkpoint_load (session, &self->kept, error))
    return NULL;
  if (!full)
    {
      if (!omc_db_begin_read (session->db, error))
        return NULL;
      done = go_on (self, session, error);
      omc_db_rollback (session->db);
    }

  return done ? g_steal_pointer (&self) : NULL;
}

void
omc_audit_check_free (OmcAuditCheck *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->verifier, omc_audit_verifier_free);
  g_free (self);
}

/* Entries of the chain, so that nobody without its key wrote them. */
static void
note_lost (OmcAuditCheck *self, const OmcAuditRecord *record)
{
  OmcAuditFinding finding;
  guint64 place = omc_audit_lost_parse (record->entry, record->length, &finding);

  if (place == 0 || self->lost != 0)
    return;
  self->lost = place;
  self->lost_as = finding;
}

/* The file that the entry tells of must be that file. FALSE: it is not, or the error is set. */
static gboolean
check_archived (OmcAuditCheck *self,
                OmcSession *session,
                const OmcAuditRecord *record,
                GError **error)
{
  g_autoptr (OmcAuditEntry) entry = NULL;
  g_autoptr (GError) local = NULL;
  const char *place;
  char *end;
  guint64 first;

  if (memmem (record->entry, record->length, ARCHIVE_MARK, strlen (ARCHIVE_MARK)) == NULL)
    return TRUE;
  entry = omc_audit_dao_parse (record->sequence, record->entry, record->length);
  if (g_strcmp0 (entry->subtype, OMC_AUDIT_ARCHIVE_SUBTYPE) != 0 || entry->entity == NULL ||
      omc_audit_archive_has_digest (session, entry->entity, entry->detail, &local))
    return TRUE;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  place = strchr (entry->entity, '/');
  first = place != NULL ? g_ascii_strtoull (place + 1, &end, 10) : record->sequence;

  return fail (self, OMC_AUDIT_SEGMENT_FOREIGN, first,
               place != NULL && *end == '-' ? g_ascii_strtoull (end + 1, NULL, 10) : first);
}

/* It was found good when it was another one: the chain was taken back and made anew behind that. */
static gboolean
compare_kept (OmcAuditCheck *self, guint64 sequence)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];

  if (sequence != self->kept.sequence)
    return TRUE;
  omc_audit_verifier_get_last (self->verifier, hash);
  self->contradicted = !omc_hash_equal (hash, self->kept.hash);

  return !self->contradicted || fail (self, OMC_AUDIT_HEAD_DIFFERS, sequence, sequence);
}

/* hash: (nullable) what was kept of it. FALSE: it is broken, or the error is set. */
static gboolean
feed (OmcAuditCheck *self,
      OmcSession *session,
      const OmcAuditRecord *record,
      const guint8 *hash,
      GError **error)
{
  gboolean good = hash != NULL ? omc_audit_verifier_feed (self->verifier, record->sequence,
                                                          record->entry, record->length, hash)
                               : omc_audit_verifier_follow (self->verifier, record->sequence,
                                                            record->entry, record->length);

  if (good)
    {
      note_lost (self, record);
      return compare_kept (self, record->sequence) && check_archived (self, session, record, error);
    }
  /* Chained as it should be, but in the place of the one that was anchored. */
  if (omc_audit_verifier_end (self->verifier, NULL) == OMC_AUDIT_HEAD_DIFFERS)
    note_lost (self, record);

  return FALSE;
}

static gboolean
feed_segment (OmcAuditCheck *self,
              OmcSession *session,
              const OmcAuditSegment *segment,
              const GByteArray *plain,
              GError **error)
{
  OmcAuditRecord record = { .sequence = segment->first };
  guint64 next = omc_audit_verifier_get_last (self->verifier, NULL) + 1;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gsize position = 0;

  for (; record.sequence <= segment->last; record.sequence++)
    {
      if (!omc_audit_segment_next (plain, &position, &record) ||
          !omc_audit_record_has_its_items (&record))
        return fail (self, OMC_AUDIT_BROKEN_HASH, record.sequence, record.sequence);
      if (record.sequence >= next && !feed (self, session, &record, NULL, error))
        return FALSE;
    }
  omc_audit_verifier_get_last (self->verifier, hash);
  if (position != plain->len || !omc_hash_equal (hash, segment->hash))
    return fail (self, OMC_AUDIT_SEGMENT_FOREIGN, segment->first, segment->last);

  return TRUE;
}

static gboolean
check_segment (OmcAuditCheck *self,
               OmcSession *session,
               const OmcAuditSegment *segment,
               GError **error)
{
  g_autoptr (GByteArray) plain = NULL;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint64 next = omc_audit_verifier_get_last (self->verifier, hash) + 1;
  OmcAuditSegmentInfo info;
  OmcAuditFinding finding;

  if (segment->first > next)
    return fail (self, OMC_AUDIT_GAP, next, segment->first - 1);
  finding = omc_audit_archive_look (session, segment, &info, &plain);
  if (finding == OMC_AUDIT_INTACT && segment->first == next &&
      !omc_hash_equal (info.previous, hash))
    finding = OMC_AUDIT_SEGMENT_FOREIGN;
  if (finding != OMC_AUDIT_INTACT)
    return fail (self, finding, segment->first, segment->last);
  self->n_segments++;

  return feed_segment (self, session, segment, plain, error);
}

static gboolean
check_row (OmcAuditCheck *self, OmcSession *session, OmcStmt *stmt, GError **error)
{
  static const guint8 none[OMC_AUDIT_HASH_LENGTH];
  OmcAuditRecord record;
  const guint8 *hash = omc_audit_record_read_row (&record, stmt);

  return feed (self, session, &record, hash != NULL ? hash : none, error);
}

/* At first from the very beginning of the table: there is nothing before what is next. */
static gboolean
check_table (OmcAuditCheck *self, OmcSession *session, guint max, gboolean *done, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_entries, error);
  OmcStep step = OMC_STEP_ERROR;
  guint n = 0;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (
      stmt, 1,
      self->in_table ? (gint64)omc_audit_verifier_get_last (self->verifier, NULL) + 1 : G_MININT64);
  omc_stmt_bind_integer (stmt, 2, max);
  self->in_table = TRUE;
  for (; (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW; n++)
    {
      if (!check_row (self, session, stmt, error))
        return FALSE;
    }
  *done = n < max;

  return step == OMC_STEP_DONE;
}

/* What is next may have moved into a file since the last piece. */
static gboolean
check_next (OmcAuditCheck *self, OmcSession *session, guint max, gboolean *done, GError **error)
{
  guint64 next = omc_audit_verifier_get_last (self->verifier, NULL) + 1;
  OmcAuditSegment segment;

  if (!omc_audit_archive_find (session, next, &segment, error))
    return FALSE;

  return segment.first != 0 ? check_segment (self, session, &segment, error)
                            : check_table (self, session, max, done, error);
}

/* Entries that were found good once, and that no anchor speaks of any more. */
static void
look_past_end (OmcAuditCheck *self)
{
  guint64 next = omc_audit_verifier_get_last (self->verifier, NULL) + 1;

  if (omc_audit_verifier_has_failed (self->verifier) || self->kept.sequence < next)
    return;
  self->contradicted = TRUE;
  fail (self, OMC_AUDIT_CUT, next, next);
}

gboolean
omc_audit_check_step (OmcAuditCheck *self,
                      OmcSession *session,
                      guint max,
                      gboolean *done,
                      GError **error)
{
  g_autoptr (GError) local = NULL;

  *done = omc_audit_verifier_has_failed (self->verifier);
  if (*done)
    return TRUE;
  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  if (!check_next (self, session, max, done, &local))
    *done = TRUE;
  omc_db_rollback (session->db);
  if (local == NULL)
    {
      if (*done)
        look_past_end (self);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

guint64
omc_audit_check_get_done (OmcAuditCheck *self)
{
  return omc_audit_verifier_get_last (self->verifier, NULL);
}

gboolean
omc_audit_check_reads_all (OmcAuditCheck *self)
{
  return self->from == 1;
}

gboolean
omc_audit_check_is_contradicted (OmcAuditCheck *self)
{
  return self->contradicted;
}

gboolean
omc_audit_check_get_checkpoint (OmcAuditCheck *self, OmcAuditCheckpoint *checkpoint)
{
  if (omc_audit_verifier_has_failed (self->verifier))
    return FALSE;
  *checkpoint = (OmcAuditCheckpoint){
    .lost = self->lost,
    .lost_as = self->lost_as,
    .full_us = self->full_us,
  };
  checkpoint->sequence = omc_audit_verifier_get_last (self->verifier, checkpoint->hash);

  return TRUE;
}

void
omc_audit_check_end (OmcAuditCheck *self, OmcAuditReport *report)
{
  *report = (OmcAuditReport){
    .n_entries = omc_audit_verifier_get_last (self->verifier, NULL),
    .from = self->from,
    .n_segments = self->n_segments,
    .full_us = self->full_us,
    .checkpoint_forged = self->kept.forged,
  };
  report->finding = omc_audit_verifier_end (self->verifier, &report->place);
  report->through = MAX (self->through, report->place);
  /* What was noted at a start is nearer to the deed than what the anchor says by now. */
  if (self->lost != 0 && (report->finding == OMC_AUDIT_INTACT || self->lost <= report->place))
    {
      report->finding = self->lost_as;
      report->place = report->through = self->lost;
    }
  else if (self->forged && report->finding == OMC_AUDIT_INTACT)
    report->finding = OMC_AUDIT_UNANCHORED;
}
