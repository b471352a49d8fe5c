/* omc-restore-archive.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore-archive.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-archive.h"
#include "omc-durable.h"

/* Files that are added to the archive; or all that takes its place. */
#define PART_FOLDER "restore.audit"
#define WHOLE_FOLDER "restore.audit-whole"

static const char forget_data[] = "UPDATE audit_segments SET data = NULL";

/* --- before it is decided --- */

typedef struct
{
  OmcSession *to;
  const char *directory;
  char *folder; /* (owned) */
  gboolean whole;
  OmcBackupInfo *info;
} Stage;

/* One that the backup has not got, and that is whole here. (nullable) */
static GBytes *
find_here (Stage *self, const OmcAuditSegment *segment)
{
  g_autoptr (GBytes) file = omc_audit_archive_read_file (self->directory, segment, NULL);
  g_autoptr (GByteArray) plain = NULL;
  OmcAuditSegmentInfo info;

  return file != NULL && omc_audit_archive_judge (self->to, segment, file, &info, &plain) ==
                             OMC_AUDIT_INTACT
             ? g_steal_pointer (&file)
             : NULL;
}

static gboolean
make_folder (Stage *self, GError **error)
{
  if ((g_mkdir (self->folder, 0700) == 0 || errno == EEXIST) &&
      omc_durable_sync_folder (self->directory))
    return TRUE;
  g_set_error (error, OMC_STORE_ERROR,
               errno == ENOSPC ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
               _ ("The files of the audit archive cannot be unpacked: %s. Nothing was changed."),
               g_strerror (errno));

  return FALSE;
}

static gboolean
stage_one (Stage *self, const OmcAuditSegment *segment, GError **error)
{
  g_autoptr (GBytes) file = omc_audit_archive_read (self->to, segment);
  g_autofree char *name = omc_audit_archive_dup_name (segment);

  self->info->n_segments++;
  if (file == NULL)
    {
      file = find_here (self, segment);
      if (file == NULL)
        self->info->n_lost_segments++;
      if (!self->whole)
        return TRUE;
    }
  else if (!self->whole)
    {
      g_autoptr (GBytes) here = omc_audit_archive_read_file (self->directory, segment, NULL);

      if (here != NULL && g_bytes_equal (here, file))
        return TRUE;
    }

  return file == NULL ||
         (make_folder (self, error) && omc_durable_replace (self->folder, name, file, error));
}

static gboolean
stage_all (Stage *self, GCancellable *cancellable, GError **error)
{
  OmcAuditSegment segment = { 0 };

  for (;;)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !omc_audit_archive_find (self->to, segment.last + 1, &segment, error))
        return FALSE;
      if (segment.first == 0)
        return TRUE;
      if (!stage_one (self, &segment, error))
        return FALSE;
    }
}

gboolean
omc_restore_archive_stage (OmcSession *to,
                           const char *directory,
                           gboolean goes_on,
                           OmcBackupInfo *info,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autofree char *archive = NULL;
  g_autofree char *folder = NULL;
  Stage self = { .to = to, .directory = directory, .info = info };

  g_return_val_if_fail (to != NULL && to->directory == NULL, FALSE);
  g_return_val_if_fail (directory != NULL && info != NULL, FALSE);

  archive = g_build_filename (directory, OMC_AUDIT_ARCHIVE_FOLDER, NULL);
  self.whole = !goes_on && g_file_test (archive, G_FILE_TEST_EXISTS);
  self.folder = folder =
      g_build_filename (directory, self.whole ? WHOLE_FOLDER : PART_FOLDER, NULL);

  return (!self.whole || make_folder (&self, error)) && stage_all (&self, cancellable, error) &&
         omc_db_execute (to->db, forget_data, error);
}

/* --- once it is --- */

static gboolean
settle_one (const char *from, const char *archive, const char *name, const char *suffix)
{
  g_autofree char *path = g_build_filename (from, name, NULL);
  g_autofree char *target = g_build_filename (archive, name, NULL);
  g_autofree char *kept = g_strconcat (target, suffix, NULL);

  if (g_rename (target, kept) != 0 && errno != ENOENT)
    return FALSE;

  return g_rename (path, target) == 0;
}

static gboolean
settle_all (const char *from, const char *archive, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (!settle_one (from, archive, name, suffix))
        return FALSE;
    }

  return TRUE;
}

static gboolean
settle_part (const char *directory, const char *archive, const char *suffix)
{
  g_autofree char *from = g_build_filename (directory, PART_FOLDER, NULL);

  if (!g_file_test (from, G_FILE_TEST_IS_DIR))
    return TRUE;

  return (g_mkdir (archive, 0700) == 0 || errno == EEXIST) && omc_durable_sync_folder (directory) &&
         settle_all (from, archive, suffix) && omc_durable_sync_folder (archive) &&
         g_rmdir (from) == 0;
}

static gboolean
settle_whole (const char *directory, const char *archive, const char *suffix)
{
  g_autofree char *from = g_build_filename (directory, WHOLE_FOLDER, NULL);
  g_autofree char *kept = g_strconcat (archive, suffix, NULL);

  if (!g_file_test (from, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_rename (archive, kept) != 0 && errno != ENOENT)
    return FALSE;

  return omc_durable_rename (from, archive);
}

gboolean
omc_restore_archive_settle (const char *directory, const char *suffix)
{
  g_autofree char *archive = g_build_filename (directory, OMC_AUDIT_ARCHIVE_FOLDER, NULL);

  return settle_part (directory, archive, suffix) && settle_whole (directory, archive, suffix);
}

static void
clear_folder (const char *directory, const char *folder_name)
{
  g_autofree char *folder = g_build_filename (directory, folder_name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

void
omc_restore_archive_clear (const char *directory)
{
  clear_folder (directory, PART_FOLDER);
  clear_folder (directory, WHOLE_FOLDER);
}
