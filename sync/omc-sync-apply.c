/* omc-sync-apply.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-apply.h"
#include "omc-sync-places.h"
#include "omc-sync-reconcile.h"

gboolean
omc_sync_apply_prepare (OmcSyncRun *run, GError **error)
{
  g_autoptr (GPtrArray) queue = NULL;

  g_clear_pointer (&run->tried_creates, g_hash_table_unref);
  queue = omc_store_list_queue_sync (run->store, run->actor, NULL, run->cancellable, error);
  if (queue == NULL)
    return FALSE;

  run->tried_creates =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)omc_queue_item_unref);
  for (guint i = 0; i < queue->len; i++)
    {
      OmcQueueItem *item = g_ptr_array_index (queue, i);

      /* Also what waits for a person: the server may hold it all the same. */
      if (item->operation == OMC_OPERATION_CREATE && item->attempts > 0)
        g_hash_table_insert (run->tried_creates, item->idempotency_key, omc_queue_item_ref (item));
    }
  return TRUE;
}

/* (transfer none) (nullable): the work that made this resource. */
static OmcQueueItem *
find_own (OmcSyncRun *run, OmcResource *resource)
{
  static const struct
  {
    const char *list;
    const char *member;
  } places[] = { { "identifier", "value" }, { "tag", "code" } };
  const OmcJsonValue *root = omc_resource_get_root (resource);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const OmcJsonValue *parent = i == 0 ? root : omc_json_value_get (root, "meta");
      const OmcJsonValue *entry;
      OmcJsonIter iter;

      omc_json_iter_init (&iter, omc_json_value_get (parent, places[i].list));
      while (omc_json_iter_next (&iter, NULL, &entry))
        {
          const char *key = omc_json_value_pick_string (entry, places[i].member);

          if (key != NULL &&
              g_strcmp0 (omc_json_value_pick_string (entry, "system"), OMC_SYNC_KEY_SYSTEM) == 0 &&
              g_hash_table_contains (run->tried_creates, key))
            return g_hash_table_lookup (run->tried_creates, key);
        }
    }

  return NULL;
}

static OmcPushResult *
acknowledge (OmcSyncRun *run, OmcQueueItem *item, OmcResource *remote, GError **error)
{
  const OmcReconcileContext context = { .policy = &run->policy };
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcResource) outgoing = NULL;
  g_autoptr (OmcPlanItem) plan_item = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autoptr (OmcFhirAnswer) answer = NULL;

  local = omc_store_read_sync (run->store, run->actor, item->resource_type, item->resource_id,
                               run->cancellable, error);
  if (local == NULL)
    return NULL;
  outgoing = omc_store_render_for_server (run->store, local, unsent, error);
  if (outgoing == NULL)
    return NULL;
  plan_item = omc_plan_item_new (item, outgoing, unsent, run->profile);
  response = omc_fhir_response_new (200, omc_resource_get_json (remote));
  answer = omc_fhir_answer_new_from_response (response);
  return omc_sync_reconcile_reread (plan_item, answer, &context);
}

/* Has a person gone on since the create was sent? */
static gboolean
is_followed (OmcSyncRun *run, OmcQueueItem *item, gboolean *followed, GError **error)
{
  g_autoptr (GPtrArray) queue =
      omc_store_list_queue_sync (run->store, run->actor, item->patient_id, run->cancellable, error);

  *followed = FALSE;
  for (guint i = 0; queue != NULL && i < queue->len; i++)
    {
      OmcQueueItem *other = g_ptr_array_index (queue, i);

      if (other->id > item->id && g_str_equal (other->resource_type, item->resource_type) &&
          g_str_equal (other->resource_id, item->resource_id))
        *followed = TRUE;
    }
  return queue != NULL;
}

static gboolean
recognise_own (OmcSyncRun *run, OmcSyncPage *page, GError **error)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);
  OmcServerCounts counts = { 0 };

  for (guint i = 0; i < page->resources->len;)
    {
      OmcResource *resource = g_ptr_array_index (page->resources, i);
      OmcQueueItem *item = find_own (run, resource);
      OmcPushResult *result;
      gboolean followed;

      if (item == NULL)
        {
          i++;
          continue;
        }
      if (!is_followed (run, item, &followed, error))
        return FALSE;
      /* What is here now is not what was sent: the push asks for the record as it was sent, and rebases what followed. */
      if (followed)
        {
          g_ptr_array_remove_index (page->resources, i);
          continue;
        }
      result = acknowledge (run, item, resource, error);
      if (result == NULL)
        return FALSE;
      g_ptr_array_add (results, result);
      g_hash_table_remove (run->tried_creates, item->idempotency_key);
      g_ptr_array_remove_index (page->resources, i);
    }

  if (results->len == 0)
    return TRUE;
  if (!omc_store_apply_push_results (run->store, run->actor, results, &counts, run->cancellable,
                                     error))
    return FALSE;
  run->n_sent += results->len;
  omc_sync_run_add_counts (run, &counts);
  return TRUE;
}

gboolean
omc_sync_apply_page (OmcSyncRun *run,
                     OmcSyncPage *page,
                     const char *mark_name,
                     const char *mark,
                     GError **error)
{
  OmcServerBatch batch = { .resources = page->resources,
                           .deletions = page->deletions,
                           .mark_name = mark_name,
                           .mark_value = mark,
                           .strategies = run->config->strategies };
  OmcServerCounts counts = { 0 };

  if (run->tried_creates != NULL && g_hash_table_size (run->tried_creates) > 0 &&
      !recognise_own (run, page, error))
    return FALSE;
  if (!omc_sync_places_prove_page (run, page->resources, error))
    return FALSE;
  if (page->resources->len == 0 && page->deletions->len == 0 && mark_name == NULL)
    return TRUE;
  if (!omc_store_apply_server_batch (run->store, run->actor, &batch, &counts, run->cancellable,
                                     error))
    return FALSE;
  omc_sync_run_add_counts (run, &counts);
  return TRUE;
}
