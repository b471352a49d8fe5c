/* omc-store-audit-archive.c: older entries of the audit trail leave the database
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include <unistd.h>

#include "omc-audit-archiver.h"
#include "omc-audit-due.h"
#include "omc-keyring-file.h"
#include "omc-store-audit.h"
#include "omc-store-private.h"

/* One program archives at a time. */
#define LOCK "audit-archive"
/* By itself a file is made when a day's entries are due, so that there are not many small ones. */
#define SLACK_US G_TIME_SPAN_DAY
#define LOOK_US ((guint)(15 * G_TIME_SPAN_MINUTE))
/* Without work of others for so long the device is taken as idle. */
#define IDLE_AFTER_US G_TIME_SPAN_SECOND

void
omc_store_set_audit_retention (OmcStore *self, gint64 retention_us)
{
  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (self->writer == NULL && retention_us >= 0);

  self->audit_retention_us = retention_us;
}

typedef struct
{
  OmcActor *actor;
  gint64 horizon_us;
  OmcAuditSegment segment;
  GBytes *file; /* (owned) (nullable): there was nothing */
  gboolean moved;
} ArchiveJob;

static gboolean
make (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ArchiveJob *job = data;
  g_autoptr (GError) local = NULL;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  job->file = omc_audit_archiver_make (session, job->horizon_us, &job->segment, &local);
  omc_db_rollback (session->db);
  if (local == NULL)
    return job->file == NULL || omc_audit_archiver_write (session, &job->segment, job->file, error);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

static gboolean
move (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ArchiveJob *job = data;

  return omc_audit_archiver_move (session, job->actor, &job->segment, job->file, &job->moved,
                                  error);
}

static gboolean
clean (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_audit_archiver_clean (session, error);
}

/* The next file. made: (out) there was one to be made. */
static gboolean
make_next (OmcStore *self,
           OmcActor *actor,
           gint64 horizon_us,
           OmcAuditArchiveCounts *counts,
           gboolean *made,
           GCancellable *cancellable,
           GError **error)
{
  ArchiveJob job = { .actor = actor, .horizon_us = horizon_us };
  gboolean done = omc_store_run_read (self, clean, NULL, cancellable, error) &&
                  omc_store_run_read (self, make, &job, cancellable, error) &&
                  (job.file == NULL || omc_store_run_write (self, move, &job, cancellable, error));

  *made = done && job.file != NULL && job.moved;
  g_clear_pointer (&job.file, g_bytes_unref);
  if (*made)
    {
      counts->n_segments++;
      counts->n_entries += job.segment.last - job.segment.first + 1;
      counts->n_bytes += job.segment.bytes;
    }

  return done;
}

/* The lock is given back after each file: who closes the store waits for no more. */
static gboolean
archive_next (OmcStore *self,
              OmcActor *actor,
              gint64 horizon_us,
              OmcAuditArchiveCounts *counts,
              gboolean *made,
              GCancellable *cancellable,
              GError **error)
{
  gboolean done;
  int lock = omc_keyring_file_lock (self->directory, LOCK, error);

  *made = FALSE;
  if (lock < 0)
    return FALSE;
  done = make_next (self, actor, horizon_us, counts, made, cancellable, error);
  close (lock);

  return done;
}

gboolean
omc_store_archive_audit_with_progress_sync (OmcStore *self,
                                            OmcActor *actor,
                                            gint64 retention_us,
                                            OmcAuditArchiveFunc progress,
                                            gpointer user_data,
                                            OmcAuditArchiveCounts *counts,
                                            GCancellable *cancellable,
                                            GError **error)
{
  gboolean made = TRUE;
  gint64 horizon_us;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (retention_us >= 0 && counts != NULL, FALSE);

  *counts = (OmcAuditArchiveCounts){ 0 };
  if (!omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) ||
      !omc_store_settle (self, cancellable, error))
    return FALSE;
  horizon_us = omc_clock_get_now (self->clock) - retention_us;
  while (made)
    {
      if (!archive_next (self, actor, horizon_us, counts, &made, cancellable, error))
        return FALSE;
      if (made && progress != NULL)
        progress (counts, user_data);
    }

  return TRUE;
}

gboolean
omc_store_archive_audit_sync (OmcStore *self,
                              OmcActor *actor,
                              gint64 retention_us,
                              OmcAuditArchiveCounts *counts,
                              GCancellable *cancellable,
                              GError **error)
{
  return omc_store_archive_audit_with_progress_sync (self, actor, retention_us, NULL, NULL, counts,
                                                     cancellable, error);
}

/* --- files that are not there --- */

typedef struct
{
  guint n;
  OmcAuditReport *report;
} LookJob;

static gboolean
look (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  LookJob *job = data;
  OmcAuditSegment segment = { 0 };

  for (;;)
    {
      OmcAuditFinding finding;

      if (!omc_audit_archive_find (session, segment.last + 1, &segment, error))
        return FALSE;
      if (segment.first == 0)
        return TRUE;
      job->n++;
      finding = omc_audit_archive_look (session, &segment, NULL, NULL);
      if (finding == OMC_AUDIT_INTACT)
        continue;
      *job->report =
          (OmcAuditReport){ .finding = finding, .place = segment.first, .through = segment.last };
      return TRUE;
    }
}

gboolean
omc_store_look_at_audit_archive_sync (OmcStore *self,
                                      OmcAuditReport *report,
                                      GCancellable *cancellable,
                                      GError **error)
{
  LookJob job = { .report = report };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (report != NULL, FALSE);

  *report = (OmcAuditReport){ 0 };
  if (!omc_store_run_read (self, look, &job, cancellable, error))
    return FALSE;
  report->n_segments = job.n;

  return TRUE;
}

/* --- in the background --- */

/* One file a turn: the next one waits until nobody works again. */
void
omc_store_archive_later (gpointer data, gpointer store)
{
  OmcStore *self = store;
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  OmcAuditArchiveCounts counts = { 0 };
  gint64 horizon_us = omc_clock_get_now (self->clock) - self->audit_retention_us;
  g_autoptr (GError) error = NULL;
  gboolean made;

  if (!archive_next (self, device, horizon_us, &counts, &made, self->archive_end, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_message ("The audit trail was not archived: %s", error->message);
  g_mutex_lock (&self->lock);
  self->archiving = FALSE;
  if (made)
    self->archive_looked_at = 0;
  g_mutex_unlock (&self->lock);
  if (made)
    omc_store_thread_wake (self->writer);
}

static gboolean
is_time (OmcStore *self, gint64 now_us)
{
  gboolean time;

  g_mutex_lock (&self->lock);
  time = !self->archiving &&
         (self->archive_looked_at == 0 || now_us - self->archive_looked_at >= LOOK_US);
  if (time)
    self->archive_looked_at = now_us;
  g_mutex_unlock (&self->lock);

  return time;
}

guint
omc_store_archive_soon (OmcStore *self, OmcSession *session, gint64 idle_us)
{
  gint64 due_us = omc_clock_get_now (self->clock) - self->audit_retention_us - SLACK_US;
  g_autoptr (GError) error = NULL;
  gint64 oldest_us;

  if (self->audit_retention_us == 0)
    return 0;
  if (idle_us < IDLE_AFTER_US)
    return (guint)(IDLE_AFTER_US - idle_us);
  if (!is_time (self, g_get_monotonic_time ()))
    return LOOK_US;
  if (!omc_audit_due_get_oldest (session, &oldest_us, &error))
    {
      g_message ("The audit trail was not archived: %s", error->message);
      return LOOK_US;
    }
  g_mutex_lock (&self->lock);
  if (oldest_us < due_us && self->archivist != NULL)
    {
      self->archiving = TRUE;
      g_thread_pool_push (self->archivist, self, NULL);
    }
  g_mutex_unlock (&self->lock);

  return LOOK_US;
}
