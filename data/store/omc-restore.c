/* omc-restore.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-restore.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-audit-dao.h"
#include "omc-audit-head.h"
#include "omc-backup-trail.h"
#include "omc-durable.h"
#include "omc-keyring-file.h"
#include "omc-migrator.h"
#include "omc-restore-archive.h"
#include "omc-restore-rights.h"
#include "omc-restore-swap.h"
#include "omc-restore-trail.h"
#include "omc-restore-work.h"
#include "omc-store-private.h"

#define VERIFY_FILE "verify.db"

static const OmcAuditEvent restored = { .type = "security",
                                        .subtype = "restore",
                                        .action = 'U',
                                        .detail = "restored from a backup" };

void
omc_restore_report_clear (OmcRestoreReport *self)
{
  omc_backup_info_clear (&self->backup);
  g_clear_pointer (&self->kept, g_free);
  g_clear_pointer (&self->work, g_free);
}

/* --- a backup, unpacked and checked --- */

/* What the header says is enough to refuse it before gigabytes are unpacked. */
static gboolean
check_info (const char *path, OmcKeyManager *keys, GError **error)
{
  g_auto (OmcBackupInfo) info = { 0 };

  if (!omc_backup_file_read_info (path, &info, error))
    return FALSE;
  if (g_strcmp0 (info.store_id, omc_key_manager_get_store_id (keys)) != 0)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY,
                           _ ("The backup is of another store. Restore it into an empty folder."));
      return FALSE;
    }
  if (info.kind != OMC_BACKUP_STORE)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("This file holds unsent work, not a store. 'backup work' reads it."));
      return FALSE;
    }
  if (info.schema_version > omc_migrator_get_latest ())
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER,
                   _ ("The backup was made by a newer version of this program (schema %u, this one "
                      "knows %u). Install the newer version."),
                   info.schema_version, omc_migrator_get_latest ());
      return FALSE;
    }

  return TRUE;
}

static gboolean
unpack (const char *path,
        OmcKeyManager *keys,
        const char *database,
        OmcBackupInfo *info,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (keys, OMC_KEY_BACKUP, error);
  gboolean done;
  int fd;

  if (key == NULL)
    return FALSE;
  g_unlink (database);
  fd = g_open (database, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    {
      g_set_error (error, OMC_STORE_ERROR,
                   errno == ENOSPC ? OMC_STORE_ERROR_FULL : OMC_STORE_ERROR_READ_ONLY,
                   _ ("The backup cannot be unpacked: %s."), g_strerror (errno));
      return FALSE;
    }
  done = omc_backup_file_unpack (path, key, fd, info, cancellable, error);
  close (fd);

  return done;
}

static gboolean
check_database (OmcDb *db, GError **error)
{
  g_autoptr (GPtrArray) pages = NULL;

  if (!omc_migrator_run (db, error))
    return FALSE;
  pages = omc_db_check_pages (db, error);
  if (pages == NULL)
    return FALSE;
  if (pages->len == 0)
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                       _ ("The backup holds a damaged store; nothing of it was used."));

  return FALSE;
}

/* The unpacked database, open; NULL when anything about it is wrong. */
static OmcSession *
unpack_and_check (const char *path,
                  OmcKeyManager *keys,
                  OmcClock *clock,
                  const char *database,
                  OmcBackupInfo *info,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (keys, OMC_KEY_DB, error);
  g_autoptr (OmcDb) db = NULL;
  g_autoptr (GError) local = NULL;

  if (key == NULL || !check_info (path, keys, error) ||
      !unpack (path, keys, database, info, cancellable, error))
    return NULL;
  db = omc_db_open (database, key, OMC_DB_SCRATCH, &local);
  if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY))
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_WRONG_KEY,
                         _ ("The backup is whole, and was made before the store's database key "
                            "was changed: restore it into an empty folder, with the recovery code "
                            "of that time."));
  else if (db == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (db == NULL || !check_database (db, error))
    return NULL;

  return omc_session_new (g_steal_pointer (&db), keys, clock, error);
}

gboolean
omc_restore_verify_sync (const char *path,
                         OmcKeyManager *keys,
                         const char *folder,
                         OmcBackupInfo *info,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *database = g_build_filename (folder, VERIFY_FILE, NULL);
  g_autoptr (OmcClock) clock = omc_clock_new ();
  g_autoptr (OmcSession) session = NULL;
  gboolean done;

  g_return_val_if_fail (path != NULL && folder != NULL && info != NULL, FALSE);
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (keys), FALSE);

  *info = (OmcBackupInfo){ 0 };
  session = unpack_and_check (path, keys, clock, database, info, cancellable, error);
  done = session != NULL && omc_backup_trail_check (session, info, cancellable, error);
  if (!done)
    omc_backup_info_clear (info);
  g_unlink (database);

  return done;
}

/* --- the store that is here --- */

typedef struct
{
  const char *directory;
  OmcKeyManager *keys;
  OmcClock *clock;
  OmcActor *actor;
  OmcRestoreReport *report;
  GCancellable *cancellable;
  char *stamp;      /* (owned): of the names of what is put aside */
  int use_lock;     /* nobody else has the store open */
  gboolean is_told; /* the trail of the store that was here ends with the restore */
} Restore;

static gboolean
check_allowed (Restore *self, OmcStore *store, GError **error)
{
  return omc_access_policy_check (store->policy, self->actor, OMC_ACCESS_IMPORT, NULL, TRUE) ==
             OMC_ACCESS_ALLOW ||
         omc_store_check_access (store, self->actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error);
}

/* What cannot be read any more is what a restore is for; a disk that takes nothing now is no reason to leave anything behind. */
static gboolean
is_in_the_way (const GError *error)
{
  return g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL) ||
         g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_READ_ONLY) ||
         g_error_matches (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static OmcSession *
open_own (Restore *self, GError **error)
{
  g_autofree char *database = g_build_filename (self->directory, OMC_STORE_FILE, NULL);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (self->keys, OMC_KEY_DB, error);
  OmcDb *db = key != NULL ? omc_db_open (database, key, OMC_DB_QUERY_ONLY, error) : NULL;
  OmcSession *session = db != NULL ? omc_session_new (db, self->keys, self->clock, error) : NULL;

  if (session != NULL)
    session->directory = g_strdup (self->directory);

  return session;
}

/* The restored store says it itself when this one takes no entry any more. */
static void
tell_store (Restore *self, OmcStore *store)
{
  g_autoptr (GError) error = NULL;

  self->is_told = omc_store_audit_sync (store, self->actor, &restored, self->cancellable, &error) &&
                  omc_store_settle (store, self->cancellable, &error);
}

static gboolean
take_over (Restore *self, OmcSession *to, GError **error)
{
  g_autoptr (GError) of_trail = NULL;
  g_autoptr (GError) of_rights = NULL;
  g_autoptr (OmcSession) from = open_own (self, &of_trail);

  if (from == NULL ||
      !omc_restore_take_over_trail (from, to, &self->report->trail_goes_on, &of_trail))
    g_message ("The audit trail was not taken over: %s", of_trail->message);
  if (is_in_the_way (of_trail))
    {
      g_propagate_error (error, g_steal_pointer (&of_trail));
      return FALSE;
    }
  if (from == NULL || omc_restore_take_over_rights (from->db, to->db, &of_rights))
    return TRUE;
  g_message ("Access policy and people are those of the backup: %s", of_rights->message);
  if (!is_in_the_way (of_rights))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&of_rights));

  return FALSE;
}

static gboolean
save_work_and_trail (Restore *self, OmcStore *store, OmcSession *to, GError **error)
{
  g_autofree char *name = g_strdup_printf ("unsent-%s.omcwork", self->stamp);

  if (!check_allowed (self, store, error) ||
      !omc_restore_work_save (store, name, self->report, self->cancellable, error))
    return FALSE;
  tell_store (self, store);

  return take_over (self, to, error);
}

/* One that cannot be opened is kept as it is. */
static gboolean
put_aside (Restore *self, OmcSession *to, GError **error)
{
  g_autofree char *database = g_build_filename (self->directory, OMC_STORE_FILE, NULL);
  g_autoptr (OmcStore) store = NULL;
  g_autoptr (GError) local = NULL;
  gboolean done;

  if (!g_file_test (database, G_FILE_TEST_EXISTS))
    return TRUE;
  self->report->kept = g_strdup_printf ("%s.before-%s", OMC_STORE_FILE, self->stamp);
  store = omc_store_new (self->directory, self->keys, self->clock);
  omc_store_use_with (store, self->use_lock);
  if (!omc_store_open_sync (store, self->cancellable, &local))
    {
      if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY) ||
          g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      return TRUE;
    }
  done = save_work_and_trail (self, store, to, error);
  omc_store_close (store);

  return done;
}

/* Where nothing was, the trail that came with the backup is where the anchor starts. */
static gboolean
anchor_trail (Restore *self, OmcSession *to, GError **error)
{
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  g_autoptr (GBytes) bytes = NULL;
  guint64 sequence;

  if (!omc_audit_dao_get_head (to, &sequence, hash, error))
    return FALSE;
  if (self->report->kept != NULL || omc_audit_head_has_file (self->directory) || sequence == 0)
    return TRUE;
  bytes = g_bytes_new (hash, sizeof hash);

  return omc_key_manager_write_audit_head_sync (self->keys, self->directory, sequence, bytes,
                                                error);
}

static gboolean
put_keyring (Restore *self, GError **error)
{
  if (omc_keyring_file_exists (self->directory) || self->report->backup.keyring == NULL)
    return TRUE;

  return omc_durable_replace (self->directory, OMC_RESTORE_KEYRING, self->report->backup.keyring,
                              error);
}

/* A store that could not be asked or told says nothing of who replaced it: the restored one does. */
static gboolean
audit_restore (Restore *self, OmcSession *to, GError **error)
{
  gboolean done;

  if (self->report->trail_goes_on && self->is_told)
    return TRUE;
  if (!omc_session_load_keys (to, error))
    return FALSE;
  omc_session_start (to);
  if (!omc_db_begin (to->db, error))
    return FALSE;
  done = omc_audit_dao_append (to, self->actor, &restored, error) && omc_db_commit (to->db, error);
  if (!done)
    omc_db_rollback (to->db);

  return done && anchor_trail (self, to, error);
}

/* All that can be done before it is decided. */
static gboolean
prepare (Restore *self, const char *path, const char *database, GError **error)
{
  g_autoptr (OmcSession) to = unpack_and_check (path, self->keys, self->clock, database,
                                                &self->report->backup, self->cancellable, error);

  if (to == NULL || !put_aside (self, to, error) || !audit_restore (self, to, error) ||
      !omc_restore_archive_stage (to, self->directory, self->report->trail_goes_on,
                                  &self->report->backup, self->cancellable, error) ||
      !put_keyring (self, error))
    return FALSE;
  g_clear_pointer (&to, omc_session_free);
  if (omc_durable_sync_file (database))
    return TRUE;
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
               _ ("The restored store is not on the disk: %s. Nothing was changed."),
               g_strerror (errno));

  return FALSE;
}

static gboolean
run (Restore *self, const char *path, GError **error)
{
  g_autofree char *database = g_build_filename (self->directory, OMC_RESTORE_DATABASE, NULL);
  g_autofree char *kept = NULL;
  g_autofree char *work = NULL;

  if (!omc_restore_swap_clean (self->directory, error) ||
      !omc_restore_swap_check_free (self->directory, error))
    return FALSE;
  kept = g_strdup_printf ("%s.before-%s", OMC_STORE_FILE, self->stamp);
  if (prepare (self, path, database, error) && omc_restore_swap_run (self->directory, kept, error))
    return TRUE;
  /* Once it is decided, what was put aside stays whatever fails after that. */
  if (omc_restore_swap_check_none (self->directory, NULL) && self->report->work != NULL)
    {
      work = g_build_filename (self->directory, self->report->work, NULL);
      g_unlink (work);
    }
  omc_restore_swap_clean (self->directory, NULL);

  return FALSE;
}

static char *
make_stamp (OmcClock *clock)
{
  g_autoptr (GDateTime) now =
      g_date_time_new_from_unix_utc (omc_clock_get_now (clock) / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *uuid = g_uuid_string_random ();

  uuid[4] = '\0';

  return g_strdup_printf ("%s-%s", text, uuid);
}

gboolean
omc_restore_sync (const char *directory,
                  OmcKeyManager *keys,
                  OmcClock *clock,
                  OmcActor *actor,
                  const char *path,
                  OmcRestoreReport *report,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *stamp = NULL;
  Restore restore = { directory, keys, clock, actor, report, cancellable, NULL, -1, FALSE };
  gboolean done = FALSE;
  int lock;

  g_return_val_if_fail (directory != NULL && path != NULL && report != NULL, FALSE);
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (keys) && OMC_IS_CLOCK (clock), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  *report = (OmcRestoreReport){ 0 };
  restore.stamp = stamp = make_stamp (clock);
  lock = omc_restore_swap_lock (directory, error);
  if (lock < 0)
    return FALSE;
  restore.use_lock = omc_store_use_alone (directory, error);
  if (restore.use_lock >= 0)
    {
      done = run (&restore, path, error);
      close (restore.use_lock);
    }
  close (lock);
  if (!done)
    omc_restore_report_clear (report);

  return done;
}
