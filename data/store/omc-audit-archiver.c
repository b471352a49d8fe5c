/* omc-audit-archiver.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-archiver.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-dao.h"
#include "omc-audit-due.h"
#include "omc-audit-mark.h"
#include "omc-audit-records.h"
#include "omc-durable.h"
#include "omc-setting-dao.h"

/* A segment is held in memory, and the entries of one leave the database in one transaction. */
#define MAX_ENTRIES 8192
#define MAX_PLAIN (8 * 1024 * 1024)
#define PART_SUFFIX ".tmp"

static const char insert_segment[] =
    "INSERT INTO audit_segments (first, last, hash, bytes) VALUES (?1, ?2, ?3, ?4)";
static const char select_last_hash[] =
    "SELECT hash FROM audit_segments ORDER BY first DESC LIMIT 1";
static const char delete_entries[] = "DELETE FROM audit_log WHERE sequence <= ?1";
static const char select_entries[] = "SELECT sequence, entry, hash, items FROM audit_log WHERE "
                                     "sequence > ?1 AND sequence <= ?2 ORDER BY sequence";

/* --- making one --- */

typedef struct
{
  OmcSession *session;
  OmcAuditVerifier *verifier; /* (owned) */
  GByteArray *plain;          /* (owned) */
  OmcAuditSegmentInfo info;
  gint64 horizon_us;
  gint64 now_us;
} Maker;

static gboolean
read_last_hash (OmcSession *session, guint8 hash[OMC_AUDIT_HASH_LENGTH], GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_last_hash, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  memset (hash, 0, OMC_AUDIT_HASH_LENGTH);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    {
      gsize length;
      gconstpointer data = omc_stmt_get_blob (stmt, 0, &length);

      memcpy (hash, data, MIN (length, OMC_AUDIT_HASH_LENGTH));
    }

  return step != OMC_STEP_ERROR;
}

static gboolean
take_row (Maker *self, OmcStmt *stmt, gboolean *enough, GError **error)
{
  OmcAuditRecord record;
  const guint8 *hash = omc_audit_record_read_row (&record, stmt);

  *enough = !omc_audit_due_is (record.entry, record.length, self->horizon_us, self->now_us) ||
            (self->plain->len > 0 &&
             (self->plain->len + record.length + record.items_length > MAX_PLAIN ||
              record.sequence - self->info.first >= MAX_ENTRIES));
  if (*enough)
    return TRUE;
  if (hash == NULL ||
      !omc_audit_verifier_feed (self->verifier, record.sequence, record.entry, record.length, hash))
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                   _ ("The audit trail is broken at entry %" G_GUINT64_FORMAT
                      ", so that it was not archived. Run 'omnicarectl audit verify'."),
                   record.sequence);
      return FALSE;
    }
  omc_audit_segment_add (self->plain, &record);

  return TRUE;
}

static gboolean
take_rows (Maker *self, gint64 archived, gint64 accepted, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (self->session->db, select_entries, error);
  gboolean enough = FALSE;
  OmcStep step = OMC_STEP_DONE;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, archived);
  omc_stmt_bind_integer (stmt, 2, accepted);
  while (!enough && (step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      if (!take_row (self, stmt, &enough, error))
        return FALSE;
    }

  return step != OMC_STEP_ERROR;
}

static GBytes *
seal (Maker *self, OmcAuditSegment *segment, GError **error)
{
  GBytes *file;

  self->info.last = omc_audit_verifier_get_last (self->verifier, self->info.hash);
  file = omc_audit_segment_seal (&self->info, self->plain, self->session->audit_key,
                                 omc_vault_get_codec (self->session->vault), error);
  if (file == NULL)
    return NULL;
  segment->first = self->info.first;
  segment->last = self->info.last;
  segment->bytes = g_bytes_get_size (file);
  memcpy (segment->hash, self->info.hash, sizeof segment->hash);

  return file;
}

GBytes *
omc_audit_archiver_make (OmcSession *session,
                         gint64 horizon_us,
                         OmcAuditSegment *segment,
                         GError **error)
{
  Maker self = { .session = session,
                 .horizon_us = horizon_us,
                 .now_us = omc_clock_get_now (session->clock) };
  gint64 archived, accepted;
  GBytes *file = NULL;

  *segment = (OmcAuditSegment){ 0 };
  if (!omc_audit_due_get_borders (session, &archived, &accepted, error) || accepted <= archived ||
      !read_last_hash (session, self.info.previous, error))
    return NULL;
  self.info.first = (guint64)archived + 1;
  self.plain = g_byte_array_new ();
  self.verifier = omc_audit_verifier_new (session->audit_key, 0, NULL);
  omc_audit_verifier_go_on (self.verifier, (guint64)archived, self.info.previous);
  if (take_rows (&self, archived, accepted, error) && self.plain->len > 0)
    file = seal (&self, segment, error);
  omc_audit_verifier_free (self.verifier);
  g_byte_array_unref (self.plain);

  return file;
}

static gboolean
read_back (OmcSession *session, const OmcAuditSegment *segment, GBytes *file, GError **error)
{
  g_autoptr (GBytes) found = omc_audit_archive_read (session, segment);

  if (found != NULL && g_bytes_equal (found, file))
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                       _ ("The file of the audit archive that was just written reads differently; "
                          "nothing left the store. Check the disk."));

  return FALSE;
}

static gboolean
make_folder (OmcSession *session, const char *folder, GError **error)
{
  /* Also when it is there: whoever made it may not have come to this. */
  if ((g_mkdir (folder, 0700) == 0 || errno == EEXIST) &&
      omc_durable_sync_folder (session->directory))
    return TRUE;
  g_set_error (error, OMC_STORE_ERROR,
               errno == ENOSPC ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
               _ ("The folder of the audit archive cannot be made: %s."), g_strerror (errno));

  return FALSE;
}

gboolean
omc_audit_archiver_write (OmcSession *session,
                          const OmcAuditSegment *segment,
                          GBytes *file,
                          GError **error)
{
  g_autofree char *folder = g_build_filename (session->directory, OMC_AUDIT_ARCHIVE_FOLDER, NULL);
  g_autofree char *name = omc_audit_archive_dup_name (segment);

  return make_folder (session, folder, error) && omc_durable_replace (folder, name, file, error) &&
         read_back (session, segment, file, error);
}

static gboolean
insert_row (OmcSession *session, const OmcAuditSegment *segment, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, insert_segment, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)segment->first);
  omc_stmt_bind_integer (stmt, 2, (gint64)segment->last);
  omc_stmt_bind_blob (stmt, 3, segment->hash, sizeof segment->hash);
  omc_stmt_bind_integer (stmt, 4, (gint64)segment->bytes);

  return omc_stmt_run (stmt, error);
}

static gboolean
delete_through (OmcSession *session, guint64 last, GError **error)
{
  OmcStmt *stmt = omc_db_prepare (session->db, delete_entries, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)last);

  return omc_stmt_run (stmt, error);
}

static gboolean
append_entry (OmcSession *session,
              OmcActor *actor,
              const OmcAuditSegment *segment,
              GBytes *file,
              GError **error)
{
  g_autofree char *digest = omc_audit_archive_dup_digest (file, error);
  g_autofree char *entity = omc_audit_archive_dup_entity (segment);
  const OmcAuditEvent event = { .type = "security",
                                .subtype = OMC_AUDIT_ARCHIVE_SUBTYPE,
                                .action = 'E',
                                .entity = entity,
                                .detail = digest };

  return digest != NULL && omc_audit_dao_append (session, actor, &event, error);
}

gboolean
omc_audit_archiver_move (OmcSession *session,
                         OmcActor *actor,
                         const OmcAuditSegment *segment,
                         GBytes *file,
                         gboolean *moved,
                         GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gint64 archived, accepted;
  gboolean found;

  *moved = FALSE;
  if (!omc_audit_due_get_borders (session, &archived, &accepted, error) ||
      !omc_audit_records_get_hash (session, segment->last, hash, &found, error))
    return FALSE;
  if ((guint64)archived + 1 != segment->first || (guint64)accepted < segment->last || !found ||
      memcmp (hash, segment->hash, sizeof hash) != 0)
    return TRUE;
  *moved = TRUE;

  return append_entry (session, actor, segment, file, error) &&
         insert_row (session, segment, error) && delete_through (session, segment->last, error) &&
         omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED,
                                      (gint64)segment->last, error);
}

/* --- what a crash left --- */

/* Its name, as the database would give it. */
static gboolean
is_left_over (OmcSession *session, const char *name, gint64 archived, GError **error)
{
  g_autofree char *own = NULL;
  OmcAuditSegment segment = { 0 };
  gboolean found;
  char *end;

  segment.first = g_ascii_strtoull (name, &end, 10);
  if (*end != '-')
    return FALSE;
  segment.last = g_ascii_strtoull (end + 1, &end, 10);
  if (segment.first <= (guint64)archived || segment.last < segment.first ||
      !omc_audit_records_get_hash (session, segment.last, segment.hash, &found, error) || !found)
    return FALSE;
  own = omc_audit_archive_dup_name (&segment);

  return strcmp (own, name) == 0;
}

gboolean
omc_audit_archiver_clean (OmcSession *session, GError **error)
{
  g_autofree char *folder = g_build_filename (session->directory, OMC_AUDIT_ARCHIVE_FOLDER, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GError) local = NULL;
  const char *name;
  gint64 archived;

  if (dir == NULL)
    return TRUE;
  if (!omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, &archived,
                                    error))
    return FALSE;
  while (local == NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, PART_SUFFIX) || is_left_over (session, name, archived, &local))
        g_unlink (path);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}
