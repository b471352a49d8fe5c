/* omc-sync-run.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-plan.h"
#include "omc-sync-run.h"

/* The Date header has whole seconds: a smaller difference says nothing. */
#define CLOCK_TOLERANCE_US (2 * G_TIME_SPAN_SECOND)

void
omc_sync_run_note (OmcSyncRun *self, const char *sentence)
{
  if (self->note == NULL)
    self->note = g_strdup (sentence);
}

void
omc_sync_run_note_poll (OmcSyncRun *self)
{
  self->deletions_polled = omc_clock_get_monotonic (omc_store_get_clock (self->store));
}

gint64
omc_sync_run_get_poll_age (OmcSyncRun *self)
{
  return omc_clock_get_monotonic (omc_store_get_clock (self->store)) - self->deletions_polled;
}

void
omc_sync_run_add_counts (OmcSyncRun *self, const OmcServerCounts *counts)
{
  self->down.created += counts->created;
  self->down.updated += counts->updated;
  self->down.unchanged += counts->unchanged;
  self->down.deleted += counts->deleted;
  self->down.merged += counts->merged;
  self->down.conflicts += counts->conflicts;
}

void
omc_sync_run_add_work (OmcSyncRun *self, double pieces)
{
  self->total += pieces;
}

void
omc_sync_run_work_done (OmcSyncRun *self, double pieces)
{
  self->done += pieces;
  if (self->progress_func != NULL)
    self->progress_func (self, self->progress_data);
}

double
omc_sync_run_get_progress (OmcSyncRun *self, int *eta_seconds)
{
  double fraction = self->total > 0 ? CLAMP (self->done / self->total, 0, 1) : 0;
  double elapsed = (g_get_monotonic_time () - self->started) / (double)G_TIME_SPAN_SECOND;

  /* The first moments say too little. */
  *eta_seconds =
      fraction > 0.02 && elapsed > 0.5 ? (int)(elapsed * (1 - fraction) / fraction + 0.5) : -1;
  return fraction;
}

void
omc_sync_run_see_server_time (OmcSyncRun *self, gint64 server_us)
{
  OmcClock *clock = omc_store_get_clock (self->store);

  if (server_us == 0 || self->server_us != 0)
    return;

  self->server_us = server_us;
  if (!omc_clock_has_server_time (clock) ||
      ABS (omc_clock_get_now (clock) - server_us) > CLOCK_TOLERANCE_US)
    omc_clock_set_server_time (clock, server_us);
}

GStrv
omc_sync_run_list_types (OmcSyncRun *self)
{
  const char *const *wanted = (const char *const *)self->config->types;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (wanted == NULL)
    wanted = omc_sync_plan_list_types ();
  if (!g_strv_contains (wanted, OMC_SYNC_PEOPLE) &&
      omc_server_profile_has_type (self->profile, OMC_SYNC_PEOPLE))
    g_strv_builder_add (builder, OMC_SYNC_PEOPLE);
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      if (omc_server_profile_has_type (self->profile, wanted[i]))
        g_strv_builder_add (builder, wanted[i]);
    }

  return g_strv_builder_end (builder);
}
