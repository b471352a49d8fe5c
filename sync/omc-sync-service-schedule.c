/* omc-sync-service-schedule.c: when a run begins; declared in omc-sync-service.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-retry-policy.h"
#include "omc-sync-service-private.h"

#define NEEDS_USER_SECONDS 300

guint
_omc_sync_service_add_timeout (OmcSyncService *self, guint milliseconds, GSourceFunc func)
{
  g_autoptr (GSource) source = g_timeout_source_new (milliseconds);

  g_source_set_callback (source, func, self, NULL);
  return g_source_attach (source, self->context);
}

void
_omc_sync_service_remove_source (OmcSyncService *self, guint *id)
{
  GSource *source = *id != 0 ? g_main_context_find_source_by_id (self->context, *id) : NULL;

  if (source != NULL)
    g_source_destroy (source);
  *id = 0;
}

static gboolean
timer_cb (gpointer user_data)
{
  OmcSyncService *self = user_data;

  self->timer_id = 0;
  omc_sync_service_request_sync (self, OMC_SYNC_REASON_TIMER);
  return G_SOURCE_REMOVE;
}

static guint
get_pause_ms (OmcSyncService *self, OmcSyncState state)
{
  gint64 hold_us = self->hold_until - g_get_monotonic_time ();
  gint64 delay_us;

  if (hold_us > 0)
    return (guint)(hold_us / G_TIME_SPAN_MILLISECOND) + 1;
  if (state == OMC_SYNC_IDLE)
    return MAX (self->config->interval_seconds, 1) * 1000;
  if (state == OMC_SYNC_NEEDS_USER)
    return MAX (self->config->interval_seconds, NEEDS_USER_SECONDS) * 1000;
  delay_us = omc_retry_policy_get_delay (&OMC_RETRY_DEFAULT, self->n_failures, g_random_double ());
  return (guint)(delay_us / G_TIME_SPAN_MILLISECOND) + 500;
}

void
_omc_sync_service_plan_next_run (OmcSyncService *self, OmcSyncState state)
{
  _omc_sync_service_remove_source (self, &self->timer_id);
  if (self->started && self->config->auto_sync && !self->paused)
    self->timer_id = _omc_sync_service_add_timeout (self, get_pause_ms (self, state), timer_cb);
}

static void
begin_run (OmcSyncService *self, gboolean all_due)
{
  _omc_sync_service_remove_source (self, &self->timer_id);
  omc_sync_worker_request (self->worker, all_due);
}

void
omc_sync_service_request_sync (OmcSyncService *self, OmcSyncReason reason)
{
  gboolean by_person = reason == OMC_SYNC_REASON_USER;

  g_return_if_fail (OMC_IS_SYNC_SERVICE (self));

  if (self->worker == NULL)
    return;
  if (self->paused && !by_person)
    {
      self->dirty_while_paused = TRUE;
      return;
    }
  if (!by_person && self->config->unmetered_only &&
      omc_connectivity_is_metered (self->connectivity))
    {
      /* Not every system tells when it costs nothing any more. */
      if (self->timer_id == 0)
        _omc_sync_service_plan_next_run (self, OMC_SYNC_IDLE);
      return;
    }
  /* Nobody overrides a server that asked to wait; a local change also leaves a running pause alone. */
  if (g_get_monotonic_time () < self->hold_until ||
      (reason == OMC_SYNC_REASON_LOCAL_CHANGE && self->n_failures > 0 && self->timer_id != 0))
    {
      if (self->timer_id == 0)
        _omc_sync_service_plan_next_run (self, OMC_SYNC_BACKOFF);
      return;
    }
  if (!by_person && !omc_connectivity_may_reach (self->connectivity))
    {
      SET_PROPERTY (self, state, OMC_SYNC_OFFLINE, PROP_STATE);
      SET_PROPERTY (self, online, FALSE, PROP_ONLINE);
      _omc_sync_service_plan_next_run (self, OMC_SYNC_IDLE);
      return;
    }
  if (by_person)
    omc_fhir_client_forget_refusal (self->client);
  begin_run (self, by_person);
}

void
omc_sync_service_set_paused (OmcSyncService *self, gboolean paused)
{
  g_return_if_fail (OMC_IS_SYNC_SERVICE (self));

  if (self->paused == !!paused)
    return;
  self->paused = !!paused;
  _omc_sync_service_notify (self, PROP_PAUSED);
  if (self->paused)
    _omc_sync_service_remove_source (self, &self->timer_id);
  else if (self->dirty_while_paused || self->config->auto_sync)
    omc_sync_service_request_sync (self, OMC_SYNC_REASON_TIMER);
  self->dirty_while_paused = FALSE;
}
