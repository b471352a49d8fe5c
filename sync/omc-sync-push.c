/* omc-sync-push.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-circle.h"
#include "omc-sync-error.h"
#include "omc-sync-forbidden.h"
#include "omc-sync-places.h"
#include "omc-sync-pull.h"
#include "omc-sync-push.h"
#include "omc-sync-send.h"
#include "omc-sync-verdict.h"

#define TAKE 500
/* Within one run: a conflict that merges by itself is sent again, but not for ever. */
#define MAX_TRIES 3
#define NEVER_AGAIN G_MAXUINT
/* A deletion poll older than this is repeated before something is written that could undo a deletion. */
#define DELETIONS_FRESH_US (20 * G_TIME_SPAN_SECOND)
#define MAX_SERVER_FAILURES 2

struct _OmcSyncPush
{
  OmcSyncRun *run;   /* (unowned) */
  OmcSyncPlan *plan; /* (owned) (nullable) */
  guint next_request;
  GHashTable *tries;           /* (owned): queue id -> times sent in this run */
  GHashTable *in_flight;       /* (owned): set of queue ids */
  GHashTable *unproven;        /* (owned): set of "Type/id" to ask for before it is sent */
  OmcSendState sent;           /* of the request under way */
  OmcSyncForbidden *forbidden; /* (owned) */
  gboolean prepared;
  guint n_server_failures; /* one after the other */
};

OmcSyncPush *
omc_sync_push_new (OmcSyncRun *run)
{
  OmcSyncPush *self = g_new0 (OmcSyncPush, 1);

  self->run = run;
  self->forbidden = omc_sync_forbidden_new (run);
  self->tries = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->unproven = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->in_flight = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

void
omc_sync_push_free (OmcSyncPush *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->plan, omc_sync_plan_free);
  omc_sync_forbidden_free (self->forbidden);
  g_hash_table_unref (self->tries);
  g_hash_table_unref (self->in_flight);
  g_hash_table_unref (self->unproven);
  omc_send_state_clear (&self->sent);
  g_free (self);
}

static guint
get_tries (OmcSyncPush *self, gint64 id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->tries, &id));
}

static void
set_tries (OmcSyncPush *self, gint64 id, guint tries)
{
  g_hash_table_replace (self->tries, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (tries));
}

static gboolean
is_wanted (OmcSyncPush *self, const OmcQueueItem *item)
{
  if (get_tries (self, item->id) >= MAX_TRIES)
    return FALSE;
  /* The store makes an update only of what the server has. */
  if (item->operation != OMC_OPERATION_CREATE && item->server_id == NULL)
    return FALSE;
  return self->run->resource_type == NULL ||
         (g_str_equal (item->resource_type, self->run->resource_type) &&
          g_str_equal (item->resource_id, self->run->resource_id));
}

/* What cannot even be rendered goes to a person and holds up nothing else. */
static gboolean
set_aside (OmcSyncPush *self, const OmcQueueItem *item, const GError *cause, GError **error)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  OmcPushResult *result = omc_push_result_new (item->id, OMC_PUSH_NEEDS_ATTENTION);
  OmcServerCounts counts = { 0 };

  result->error = g_strdup (cause->message);
  g_ptr_array_add (results, result);
  set_tries (self, item->id, NEVER_AGAIN);
  self->run->n_failed++;
  return omc_store_apply_push_results (self->run->store, self->run->actor, results, &counts, NULL,
                                       error);
}

static gboolean
add_plan_item (OmcSyncPush *self, GPtrArray *items, OmcQueueItem *item, GError **error)
{
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcResource) outgoing = NULL;
  g_autoptr (GError) cause = NULL;
  gboolean may;

  if (!omc_sync_places_check (self->run, item, self->unproven, &may, &cause, error))
    return FALSE;
  if (!may)
    return cause == NULL || self->run->dry || set_aside (self, item, cause, error);
  if (item->operation != OMC_OPERATION_DELETE)
    {
      if (item->payload != NULL)
        outgoing = omc_store_render_for_server (self->run->store, item->payload, unsent, &cause);
      else
        g_set_error_literal (
            &cause, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED,
            _ ("The entry's content cannot be read here. Open it, check it and save it again."));
      if (outgoing == NULL)
        return set_aside (self, item, cause, error);
    }

  g_ptr_array_add (items, omc_plan_item_new (item, outgoing, unsent, self->run->profile));
  return TRUE;
}

static gboolean
make_plan_of_known (OmcSyncPush *self, GError **error)
{
  OmcSyncRun *run = self->run;
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);
  gint64 now = run->all_due ? G_MAXINT64 : omc_clock_get_now (omc_store_get_clock (run->store));
  /* What is skipped must not crowd out what is not. */
  guint limit = TAKE + g_hash_table_size (self->tries) + run->n_stuck;
  g_autoptr (GPtrArray) queue =
      omc_store_take_queue (run->store, now, limit, run->cancellable, error);

  if (queue == NULL)
    return FALSE;
  g_hash_table_remove_all (self->unproven);
  for (guint i = 0; i < queue->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (queue, i);

      if (is_wanted (self, item) && !add_plan_item (self, items, item, error))
        return FALSE;
    }

  g_clear_pointer (&self->plan, omc_sync_plan_free);
  self->plan = omc_sync_plan_new (items, run->profile);
  self->next_request = 0;
  run->n_stuck = self->plan->stuck->len;
  return TRUE;
}

/* A store that has no room learns nothing: what refers to it waits. */
static gboolean
make_plan (OmcSyncPush *self, GError **error)
{
  OmcSyncRun *run = self->run;

  if (!make_plan_of_known (self, error))
    return FALSE;
  if (g_hash_table_size (self->unproven) == 0 || run->dry || run->no_room != NULL)
    return TRUE;

  return omc_sync_places_prove (run, self->unproven, error) && make_plan_of_known (self, error);
}

/* Types of updates that could bring a deleted resource back (fhir-servers.md 2). */
static GHashTable *
list_endangered_types (OmcSyncPush *self)
{
  GHashTable *types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint r = 0; r < self->plan->requests->len; r++)
    {
      const OmcPlanRequest *request = g_ptr_array_index (self->plan->requests, r);

      for (guint i = 0; i < request->items->len; i++)
        {
          const OmcPlanItem *item = g_ptr_array_index (request->items, i);

          if (item->item->operation == OMC_OPERATION_UPDATE)
            g_hash_table_add (types, g_strdup (item->item->resource_type));
        }
    }

  return types;
}

guint
omc_sync_push_count_planned (OmcSyncPush *self)
{
  guint n = self->plan->later->len;

  for (guint r = 0; r < self->plan->requests->len; r++)
    n += ((const OmcPlanRequest *)g_ptr_array_index (self->plan->requests, r))->items->len;
  return n;
}

static gboolean
mark_in_flight (OmcSyncPush *self, const OmcPlanRequest *request, GError **error)
{
  g_autoptr (GPtrArray) fresh = g_ptr_array_new ();

  for (guint i = 0; i < request->items->len; i++)
    {
      OmcQueueItem *item = ((OmcPlanItem *)g_ptr_array_index (request->items, i))->item;

      if (g_hash_table_add (self->in_flight, g_memdup2 (&item->id, sizeof item->id)))
        g_ptr_array_add (fresh, item);
      set_tries (self, item->id, get_tries (self, item->id) + 1);
    }

  return fresh->len == 0 ||
         omc_store_mark_in_flight (self->run->store, fresh, self->run->cancellable, error);
}

gboolean
omc_sync_push_send (OmcSyncPush *self, GError **error)
{
  OmcPlanRequest *request = g_ptr_array_index (self->plan->requests, self->next_request);

  omc_send_state_clear (&self->sent);
  if (request->transaction &&
      !omc_sync_circle_is_possible (self->run, &self->sent.rejection, &self->sent.error))
    {
      self->sent.impossible = self->sent.error == NULL && self->sent.rejection == NULL;
      return TRUE;
    }
  if (!mark_in_flight (self, request, error))
    return FALSE;
  omc_sync_send (self->run, request, &self->sent);
  return TRUE;
}

/* A batch that is refused as a whole holds something bad: halves, down to the one. */
static void
bisect (OmcSyncPush *self, const OmcPlanRequest *request)
{
  guint half = request->items->len / 2;

  for (guint part = 0; part < 2; part++)
    {
      OmcPlanRequest *piece = g_new0 (OmcPlanRequest, 1);

      piece->items = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);
      for (guint i = part == 0 ? 0 : half; i < (part == 0 ? half : request->items->len); i++)
        g_ptr_array_add (piece->items, omc_plan_item_ref (g_ptr_array_index (request->items, i)));
      g_ptr_array_insert (self->plan->requests, (int)(self->next_request + 1 + part), piece);
    }

  for (guint i = 0; i < request->items->len; i++)
    {
      const OmcPlanItem *item = g_ptr_array_index (request->items, i);

      /* Being divided is not another try. */
      set_tries (self, item->item->id, get_tries (self, item->item->id) - 1);
    }
  omc_sync_run_add_work (self->run, 2);
}

static void
note_results (OmcSyncPush *self, GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      const OmcPushResult *result = g_ptr_array_index (results, i);

      g_hash_table_remove (self->in_flight, &result->queue_id);
      if (result->outcome == OMC_PUSH_ACKNOWLEDGED)
        self->run->n_sent++;
      else if (result->outcome == OMC_PUSH_NEEDS_ATTENTION)
        self->run->n_failed++;
      if (result->outcome == OMC_PUSH_RETRY || result->outcome == OMC_PUSH_PUT_OFF ||
          result->outcome == OMC_PUSH_NEEDS_ATTENTION)
        set_tries (self, result->queue_id, NEVER_AGAIN);
      if (result->outcome == OMC_PUSH_RETRY)
        omc_sync_run_note (
            self->run,
            _ ("Some entries could not be sent yet; they are sent again by themselves."));
    }
}

/* Recorded also when the run is being stopped: an answer that came is never thrown away. */
static gboolean
apply_results (OmcSyncPush *self, GPtrArray *results, GError **error)
{
  OmcServerCounts counts = { 0 };

  if (results->len == 0)
    return TRUE;
  if (!omc_store_apply_push_results (self->run->store, self->run->actor, results, &counts, NULL,
                                     error))
    return FALSE;
  note_results (self, results);
  omc_sync_run_add_counts (self->run, &counts);
  return TRUE;
}

/* When nothing is due any more: what the answers of the run mean together. */
static gboolean
make_plan_or_conclude (OmcSyncPush *self, GError **error)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);

  if ((!self->prepared && !omc_sync_forbidden_load (self->forbidden, error)) ||
      !make_plan (self, error))
    return FALSE;
  self->prepared = TRUE;
  if (self->plan->requests->len == 0 && omc_sync_forbidden_wants_probe (self->forbidden))
    {
      self->run->all_due = TRUE;
      if (!make_plan (self, error))
        return FALSE;
    }
  if (self->plan->requests->len > 0)
    return TRUE;

  omc_sync_forbidden_conclude (self->forbidden, results);
  return apply_results (self, results, error) &&
         omc_sync_forbidden_may_go_on (self->forbidden, error);
}

gboolean
omc_sync_push_plan (OmcSyncPush *self, gboolean *more, GError **error)
{
  OmcSyncRun *run = self->run;

  if (!make_plan_or_conclude (self, error))
    return FALSE;
  if (run->profile->put_restores_deleted && omc_sync_run_get_poll_age (run) > DELETIONS_FRESH_US)
    {
      g_autoptr (GHashTable) types = list_endangered_types (self);

      if (g_hash_table_size (types) > 0 &&
          (!omc_sync_pull_deletions (run, types, error) || !make_plan (self, error)))
        return FALSE;
    }

  *more = self->plan->requests->len > 0;
  omc_sync_run_add_work (run, self->plan->requests->len + (self->plan->later->len > 0 ? 1 : 0));
  return TRUE;
}

static gboolean
may_go_on (OmcSyncPush *self, OmcSyncVerdict *verdict, GError **error)
{
  if (self->sent.error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->sent.error));
  else if (verdict->lost != NULL)
    g_propagate_error (error, g_steal_pointer (&verdict->lost));
  else if (verdict->login)
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_AUTH,
        _ ("The server does not accept this device's login: ask IT to check its credentials."));
  else if (verdict->hold)
    {
      self->run->hold_us = verdict->hold_us;
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_THROTTLED,
                           _ ("The server is busy and asks to wait; sending goes on by itself."));
    }
  else if (self->n_server_failures >= MAX_SERVER_FAILURES)
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
                         _ ("The server has a problem; what waits is sent again by itself."));
  else
    return TRUE;
  return FALSE;
}

/* The pieces of a divided bundle that are not reached any more: none of it was stored. */
static gboolean
release_rest (OmcSyncPush *self, GError **error)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->in_flight);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (results, omc_push_result_new (*(gint64 *)id, OMC_PUSH_PUT_OFF));
  return apply_results (self, results, error);
}

gboolean
omc_sync_push_reconcile (OmcSyncPush *self, gboolean *more, GError **error)
{
  OmcSyncRun *run = self->run;
  const OmcPlanRequest *request = g_ptr_array_index (self->plan->requests, self->next_request);
  g_auto (OmcSyncVerdict) verdict = { 0 };
  g_autoptr (GError) end = NULL;
  gboolean ends;

  omc_sync_verdict_init (&verdict, run, self->forbidden, request, &self->sent);
  if (verdict.divide)
    bisect (self, request);
  if (verdict.failed)
    self->n_server_failures++;
  else if (self->sent.answers != NULL || self->sent.current != NULL)
    self->n_server_failures = 0;

  ends = !may_go_on (self, &verdict, &end);
  if (!omc_sync_forbidden_judge (self->forbidden, verdict.results, ends, error) ||
      !apply_results (self, verdict.results, error))
    return FALSE;
  self->next_request++;
  omc_sync_run_work_done (run, 1);
  *more = self->next_request < self->plan->requests->len;
  if (!ends && omc_sync_forbidden_may_go_on (self->forbidden, &end))
    return TRUE;
  if (release_rest (self, error))
    g_propagate_error (error, g_steal_pointer (&end));
  return FALSE;
}
