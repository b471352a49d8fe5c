/* omc-audit-archive.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-archive.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-bounded-file.h"

#define NAME_HASH_BYTES 8
#define NAME_FORMAT "%012" G_GUINT64_FORMAT "-%012" G_GUINT64_FORMAT "-"
#define SUFFIX ".omcaudit"

static const char select_segment[] =
    "SELECT first, last, bytes, hash FROM audit_segments WHERE last >= ?1 ORDER BY first LIMIT 1";
static const char select_data[] = "SELECT data FROM audit_segments WHERE first = ?1";

/* --- files --- */

static char *
hex_of (const guint8 *data, gsize length)
{
  GString *text = g_string_sized_new (2 * length + 1);

  omc_hash_append_hex (text, data, length);

  return g_string_free (text, FALSE);
}

/* The hash in the name keeps the files of two branches of one trail apart, as a restore may leave them. */
char *
omc_audit_archive_dup_name (const OmcAuditSegment *segment)
{
  g_autofree char *hash = hex_of (segment->hash, NAME_HASH_BYTES);

  return g_strdup_printf (NAME_FORMAT "%s" SUFFIX, segment->first, segment->last, hash);
}

char *
omc_audit_archive_dup_path (const char *directory, const OmcAuditSegment *segment)
{
  g_autofree char *name = omc_audit_archive_dup_name (segment);

  return g_build_filename (directory, OMC_AUDIT_ARCHIVE_FOLDER, name, NULL);
}

static gboolean
fill_segment (OmcStmt *stmt, OmcAuditSegment *segment, GError **error)
{
  OmcStep step = omc_stmt_step (stmt, error);
  gconstpointer hash;
  gsize length;

  *segment = (OmcAuditSegment){ 0 };
  if (step != OMC_STEP_ROW)
    return step == OMC_STEP_DONE;
  segment->first = (guint64)omc_stmt_get_integer (stmt, 0);
  segment->last = (guint64)omc_stmt_get_integer (stmt, 1);
  segment->bytes = (guint64)omc_stmt_get_integer (stmt, 2);
  hash = omc_stmt_get_blob (stmt, 3, &length);
  memcpy (segment->hash, hash, MIN (length, sizeof segment->hash));

  return TRUE;
}

gboolean
omc_audit_archive_find (OmcSession *session,
                        guint64 sequence,
                        OmcAuditSegment *segment,
                        GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_segment, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, (gint64)sequence);

  return fill_segment (stmt, segment, error);
}

static gboolean
belongs (const OmcAuditSegment *segment, const OmcAuditSegmentInfo *info)
{
  return info->first == segment->first && info->last == segment->last &&
         omc_hash_equal (info->hash, segment->hash);
}

static GBytes *
read_row (OmcSession *session, const OmcAuditSegment *segment)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_data, NULL);
  gconstpointer data;
  gsize length;

  if (stmt == NULL)
    return NULL;
  omc_stmt_bind_integer (stmt, 1, (gint64)segment->first);
  if (omc_stmt_step (stmt, NULL) != OMC_STEP_ROW)
    return NULL;
  data = omc_stmt_get_blob (stmt, 0, &length);

  return data != NULL ? g_bytes_new (data, length) : NULL;
}

GBytes *
omc_audit_archive_read_file (const char *directory, const OmcAuditSegment *segment, GError **error)
{
  g_autofree char *path = omc_audit_archive_dup_path (directory, segment);
  char *data;
  gsize length;

  return omc_bounded_file_read_regular (path, OMC_AUDIT_ARCHIVE_FILE_MAX, &data, &length, error)
             ? g_bytes_new_take (data, length)
             : NULL;
}

GBytes *
omc_audit_archive_read (OmcSession *session, const OmcAuditSegment *segment)
{
  g_autoptr (GError) error = NULL;
  GBytes *file;

  if (session->directory == NULL)
    return read_row (session, segment);
  file = omc_audit_archive_read_file (session->directory, segment, &error);
  if (file == NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_message ("%s", error->message);

  return file;
}

static OmcAuditFinding
judge (OmcSession *session,
       const OmcAuditSegment *segment,
       gconstpointer start,
       gsize start_length,
       guint64 file_length,
       OmcAuditSegmentInfo *info)
{
  guint64 wanted = 0;

  if (!omc_audit_segment_parse (start, start_length, session->audit_key, info, &wanted, NULL) ||
      wanted != file_length)
    return OMC_AUDIT_SEGMENT_DAMAGED;

  return belongs (segment, info) ? OMC_AUDIT_INTACT : OMC_AUDIT_SEGMENT_FOREIGN;
}

static OmcAuditFinding
look_at_header (OmcSession *session, const OmcAuditSegment *segment, OmcAuditSegmentInfo *info)
{
  g_autofree char *path = omc_audit_archive_dup_path (session->directory, segment);
  guint8 header[OMC_AUDIT_SEGMENT_HEADER_LENGTH];
  GStatBuf found;
  ssize_t length;
  /* A pipe that somebody put there is not waited for. */
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);

  if (fd < 0)
    return errno == ENOENT || errno == ENOTDIR ? OMC_AUDIT_SEGMENT_MISSING
                                               : OMC_AUDIT_SEGMENT_DAMAGED;
  length = pread (fd, header, sizeof header, 0);
  if (fstat (fd, &found) != 0 || !S_ISREG (found.st_mode))
    found.st_size = 0;
  close (fd);

  return judge (session, segment, header, (gsize)MAX (length, 0), (guint64)found.st_size, info);
}

OmcAuditFinding
omc_audit_archive_judge (OmcSession *session,
                         const OmcAuditSegment *segment,
                         GBytes *file,
                         OmcAuditSegmentInfo *info,
                         GByteArray **plain)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (file, &length);
  OmcAuditFinding finding = judge (session, segment, data, length, length, info);

  if (finding != OMC_AUDIT_INTACT)
    return finding;
  *plain = omc_audit_segment_open (data, length, session->audit_key,
                                   omc_vault_get_codec (session->vault), info, NULL);

  return *plain != NULL ? OMC_AUDIT_INTACT : OMC_AUDIT_SEGMENT_DAMAGED;
}

OmcAuditFinding
omc_audit_archive_look (OmcSession *session,
                        const OmcAuditSegment *segment,
                        OmcAuditSegmentInfo *info,
                        GByteArray **plain)
{
  g_autoptr (GBytes) file = NULL;
  OmcAuditSegmentInfo own;
  OmcAuditFinding finding;

  if (info == NULL)
    info = &own;
  finding = session->directory != NULL ? look_at_header (session, segment, info) : OMC_AUDIT_INTACT;
  if (finding != OMC_AUDIT_INTACT || (plain == NULL && session->directory != NULL))
    return finding;
  file = omc_audit_archive_read (session, segment);
  if (file == NULL)
    return session->directory != NULL ? OMC_AUDIT_SEGMENT_DAMAGED : OMC_AUDIT_SEGMENT_MISSING;
  if (plain != NULL)
    return omc_audit_archive_judge (session, segment, file, info, plain);

  return judge (session, segment, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                g_bytes_get_size (file), info);
}

GByteArray *
omc_audit_archive_open (OmcSession *session,
                        const OmcAuditSegment *segment,
                        OmcAuditSegmentInfo *info,
                        GError **error)
{
  GByteArray *plain = NULL;
  OmcAuditFinding finding = omc_audit_archive_look (session, segment, info, &plain);

  if (finding == OMC_AUDIT_SEGMENT_MISSING)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                 _ ("The file of the audit archive with the entries %" G_GUINT64_FORMAT
                    " to %" G_GUINT64_FORMAT " is missing. Put it back from a backup."),
                 segment->first, segment->last);
  else if (finding != OMC_AUDIT_INTACT)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                 _ ("The file of the audit archive with the entries %" G_GUINT64_FORMAT
                    " to %" G_GUINT64_FORMAT
                    " was cut, changed or replaced. Put it back from a backup."),
                 segment->first, segment->last);

  return plain;
}

char *
omc_audit_archive_dup_digest (GBytes *file, GError **error)
{
  guint8 digest[OMC_HASH_LENGTH];
  gsize length;
  gconstpointer data = g_bytes_get_data (file, &length);

  return omc_hash_sha256 (data, length, digest, error) ? hex_of (digest, sizeof digest) : NULL;
}

char *
omc_audit_archive_dup_entity (const OmcAuditSegment *segment)
{
  return g_strdup_printf ("audit/%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT, segment->first,
                          segment->last);
}

gboolean
omc_audit_archive_has_digest (OmcSession *session,
                              const char *entity,
                              const char *digest,
                              GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GBytes) file = NULL;
  OmcAuditSegment segment;

  if (!g_str_has_prefix (entity, "audit/") ||
      !omc_audit_archive_find (session, g_ascii_strtoull (entity + strlen ("audit/"), NULL, 10),
                               &segment, error))
    return FALSE;
  wanted = omc_audit_archive_dup_entity (&segment);
  file = strcmp (wanted, entity) == 0 ? omc_audit_archive_read (session, &segment) : NULL;
  found = file != NULL ? omc_audit_archive_dup_digest (file, error) : NULL;

  return found != NULL && g_strcmp0 (found, digest) == 0;
}
