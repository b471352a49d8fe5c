/* omc-store-cache-run.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-cache.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-store-private.h"

/* So long does a save wait for a piece at most; and so many times that is left to others while there is work. */
#define PIECE_US 3000
#define BUSY_PAUSE_PIECES 5
#define IDLE_PAUSE_US 1000
/* Without work of others for so long the device is taken as idle. */
#define IDLE_AFTER_US (500 * 1000)
#define RETRY_US (30 * G_USEC_PER_SEC)
/* Also without any work the time of a chart may end. */
#define LOOK_US ((guint)(15 * G_TIME_SPAN_MINUTE))

/* --- what would go --- */

void
omc_eviction_row_free (OmcEvictionRow *self)
{
  if (self == NULL)
    return;

  g_free (self->patient_id);
  g_free (self);
}

typedef struct
{
  OmcStore *store;
  OmcAccessGuard *guard;
  GPtrArray *rows; /* (owned) */
} PlanJob;

static gboolean
plan_one (OmcSession *session,
          const OmcEvictor *evictor,
          const OmcEvictCandidate *candidate,
          PlanJob *job,
          GError **error)
{
  OmcEvictionRow *row = g_new0 (OmcEvictionRow, 1);
  gboolean named;

  g_ptr_array_add (job->rows, row);
  row->used_us = candidate->used_us;
  if (!omc_access_guard_may (job->guard, session, OMC_ACCESS_SEARCH, "Patient", candidate->patient,
                             &named, error))
    return FALSE;
  if (named)
    row->patient_id = omc_session_dup_patient_id (session, candidate->patient, error);

  return (!named || row->patient_id != NULL) &&
         omc_evictor_judge (session, evictor, candidate, &row->keep, error) &&
         omc_evictor_measure (session, candidate->patient, &row->n_records, &row->stored_bytes,
                              error);
}

/* Payloads are a part of what the pages hold: index entries go with them. */
static gint64
estimate_pages (gint64 stored_bytes, gint64 used_bytes, gint64 all_stored)
{
  return all_stored > 0 ? (gint64)((double)stored_bytes * (double)used_bytes / (double)all_stored)
                        : 0;
}

static gboolean
plan_all (OmcSession *session, OmcEvictor *evictor, PlanJob *job, GError **error)
{
  static const char sum_stored[] = "SELECT coalesce (sum (stored), 0) FROM storage_types";
  OmcEvictCandidate candidate;
  gint64 used, all_stored;
  gint64 freed = 0;

  if (!omc_evictor_get_used (session, &used, error) ||
      !omc_db_get_integer (session->db, sum_stored, 0, &all_stored, error))
    return FALSE;
  do
    {
      const OmcEvictionRow *row;

      if (!omc_evictor_next (session, evictor, &candidate, error))
        return FALSE;
      if (candidate.patient == 0)
        return TRUE;
      if (!plan_one (session, evictor, &candidate, job, error))
        return FALSE;
      row = g_ptr_array_index (job->rows, job->rows->len - 1);
      if (row->keep == OMC_KEEP_NOTHING)
        freed += estimate_pages (row->stored_bytes, used, all_stored);
    }
  while (!evictor->needed || freed < omc_retention_need (&evictor->policy, used, TRUE));

  return TRUE;
}

static gboolean
plan (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PlanJob *job = data;
  OmcEvictor evictor = { .policy = omc_store_get_retention (job->store) };
  gboolean done;

  session->now_us = omc_clock_get_now (session->clock);
  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_evictor_wake (session, &evictor, error) && plan_all (session, &evictor, job, error);
  omc_db_rollback (session->db);

  return done;
}

static gboolean
check_enabled (OmcStore *self, GError **error)
{
  if (!self->evicts)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                         _ ("Nothing is removed from this device: no server is configured that "
                            "could bring it back (server.url)."));

  return self->evicts;
}

GPtrArray *
omc_store_plan_eviction_sync (OmcStore *self,
                              OmcActor *actor,
                              GCancellable *cancellable,
                              GError **error)
{
  g_autoptr (GPtrArray) rows =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_eviction_row_free);
  g_autoptr (OmcAccessGuard) guard = NULL;
  PlanJob job = { self, NULL, rows };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  job.guard = guard = omc_access_guard_new (self, actor);
  if (!check_enabled (self, error) ||
      !omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) ||
      !omc_store_settle (self, cancellable, error) ||
      !omc_store_run_read (self, plan, &job, cancellable, error))
    return NULL;

  return g_steal_pointer (&rows);
}

/* --- a pass that is asked for --- */

static gboolean
run_some (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  OmcEvictor *evictor = data;

  session->bulk = TRUE;

  return omc_evictor_wake (session, evictor, error) &&
         omc_evictor_step (session, evictor, g_get_monotonic_time () + PIECE_US, error);
}

gboolean
omc_store_evict_sync (OmcStore *self,
                      OmcActor *actor,
                      OmcEvictionCounts *counts,
                      GCancellable *cancellable,
                      GError **error)
{
  OmcEvictor evictor = { .policy = omc_store_get_retention (self) };
  OmcCacheStatus before, after;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (counts != NULL, FALSE);

  if (!check_enabled (self, error) ||
      !omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) ||
      !omc_store_settle (self, cancellable, error) ||
      !omc_store_get_cache_status_sync (self, &before, cancellable, error))
    return FALSE;
  do
    {
      if (!omc_store_run_write (self, run_some, &evictor, cancellable, error))
        return FALSE;
    }
  while (evictor.running);
  if (!omc_store_settle (self, cancellable, error) ||
      !omc_store_get_cache_status_sync (self, &after, cancellable, error))
    return FALSE;
  *counts = (OmcEvictionCounts){
    .n_charts = (guint)(after.total_charts - before.total_charts),
    .n_records = (guint)(after.total_records - before.total_records),
    .freed_bytes = before.used_bytes - after.used_bytes,
    .short_of_bytes = after.short_of_bytes,
  };

  return TRUE;
}

/* --- in the background --- */

static gboolean
idle_piece (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  OmcEvictor *evictor = data;

  return omc_evictor_step (session, evictor, g_get_monotonic_time () + PIECE_US, error);
}

guint
omc_store_evict_some (OmcStore *self, OmcSession *session, gint64 idle_us)
{
  g_autoptr (GError) error = NULL;
  gint64 started_us = g_get_monotonic_time ();

  if (!self->evicts)
    return 0;
  self->evictor.policy = omc_store_get_retention (self);
  /* Before a server told the time a clock that is ahead would take charts that no server can bring back now. */
  if (!omc_clock_has_server_time (self->clock))
    self->evictor.policy.retention_us = 0;
  if (!omc_evictor_wake (session, &self->evictor, &error))
    {
      g_message ("Room in the store was not looked after: %s", error->message);
      return RETRY_US;
    }
  if (!self->evictor.running)
    return LOOK_US;
  if (!omc_store_do_piece (self, session, idle_piece, &self->evictor))
    return RETRY_US;

  return idle_us > IDLE_AFTER_US
             ? IDLE_PAUSE_US
             : (guint)(BUSY_PAUSE_PIECES * (g_get_monotonic_time () - started_us));
}
