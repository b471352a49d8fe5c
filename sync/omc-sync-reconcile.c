/* omc-sync-reconcile.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-outcome.h"
#include "omc-sync-reconcile.h"

static gboolean
covers (const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;
  const char *key;

  omc_json_iter_init (&iter, a);
  while (omc_json_iter_next (&iter, &key, &member))
    {
      if (!g_str_equal (key, "id") && !g_str_equal (key, "meta") &&
          !omc_json_value_equal (member, omc_json_value_get (b, key)))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_sync_content_equal (OmcResource *a, OmcResource *b)
{
  const OmcJsonValue *left = omc_resource_get_root (a);
  const OmcJsonValue *right = omc_resource_get_root (b);

  return covers (left, right) && covers (right, left);
}

/* The server holds remote now; what was sent went into it, or something else is there. */
static OmcPushResult *
acknowledge (OmcPlanItem *item,
             const char *id,
             const char *version,
             const char *last_updated,
             OmcResource *remote)
{
  OmcPushResult *result = omc_push_result_new (item->item->id, OMC_PUSH_ACKNOWLEDGED);

  result->server_id = g_strdup (id);
  result->version_id = g_strdup (version);
  result->last_updated = g_strdup (last_updated);
  if (remote == NULL)
    return result;
  result->remote = omc_resource_ref (remote);
  if (item->outgoing != NULL)
    result->sent = omc_resource_ref (
        omc_sync_content_equal (remote, item->outgoing) ? remote : item->outgoing);
  return result;
}

static OmcPushResult *
retry (OmcPlanItem *item, const OmcReconcileContext *context, gint64 delay_us)
{
  OmcPushResult *result = omc_push_result_new (item->item->id, OMC_PUSH_RETRY);

  result->next_attempt_us = context->now_us + delay_us;
  return result;
}

static OmcPushResult *
retry_by_policy (OmcPlanItem *item, const OmcReconcileContext *context)
{
  return retry (
      item, context,
      omc_retry_policy_get_delay (context->policy, item->item->attempts + 1, context->random));
}

static OmcPushResult *
ask (OmcPlanItem *item, char *sentence)
{
  OmcPushResult *result = omc_push_result_new (item->item->id, OMC_PUSH_NEEDS_ATTENTION);

  result->error = sentence;
  return result;
}

static OmcPushResult *
conflict (OmcPlanItem *item, OmcPushOutcome outcome, OmcResource *remote)
{
  OmcPushResult *result = omc_push_result_new (item->item->id, outcome);

  if (remote == NULL)
    return result;
  result->remote = omc_resource_ref (remote);
  result->version_id = g_strdup (omc_resource_get_version_id (remote));
  result->last_updated = g_strdup (omc_resource_get_last_updated (remote));
  return result;
}

/* A server may acknowledge without a body: then it holds what was sent. */
static OmcPushResult *
acknowledge_as_sent (OmcPlanItem *item, const OmcFhirAnswer *answer)
{
  g_autoptr (OmcResource) numbered = omc_resource_with_id (item->outgoing, answer->id);
  g_autoptr (OmcResource) remote = NULL;

  remote = omc_resource_with_meta (numbered, answer->version_id, answer->last_updated);
  return acknowledge (item, answer->id, answer->version_id, answer->last_updated, remote);
}

static gboolean
is_about (OmcPlanItem *item, const OmcFhirAnswer *answer)
{
  if (answer->resource != NULL &&
      !g_str_equal (omc_resource_get_resource_type (answer->resource), item->item->resource_type))
    return FALSE;
  return item->item->operation == OMC_OPERATION_CREATE || answer->id == NULL ||
         g_strcmp0 (answer->id, item->item->server_id) == 0;
}

static OmcReconcileAction
reconcile_success (OmcPlanItem *item, const OmcFhirAnswer *answer, OmcPushResult **result)
{
  gboolean found_there = item->item->operation == OMC_OPERATION_CREATE && answer->status != 201;

  if (item->item->operation == OMC_OPERATION_DELETE)
    {
      *result =
          acknowledge (item, item->item->server_id, answer->version_id, answer->last_updated, NULL);
      return OMC_RECONCILE_FINAL;
    }
  /* Only an answer that names this very record and its version is proof. */
  if (!is_about (item, answer) || answer->id == NULL || answer->version_id == NULL ||
      (found_there && answer->resource == NULL))
    return OMC_RECONCILE_REREAD;

  *result = answer->resource != NULL ? acknowledge (item, answer->id, answer->version_id,
                                                    answer->last_updated, answer->resource)
                                     : acknowledge_as_sent (item, answer);
  return OMC_RECONCILE_FINAL;
}

static OmcReconcileAction
reconcile_hold (OmcPlanItem *item,
                const OmcFhirAnswer *answer,
                const OmcReconcileContext *context,
                OmcPushResult **result)
{
  *result = answer->hold_us >= 0 ? retry (item, context, answer->hold_us)
                                 : retry_by_policy (item, context);
  return OMC_RECONCILE_HOLD;
}

/* An outage is nobody's fault: only what fails again and again while other work gets through is put aside. */
static OmcPushResult *
retry_or_ask (OmcPlanItem *item, const OmcReconcileContext *context)
{
  if (!context->server_well ||
      !omc_retry_policy_is_exhausted (context->policy, item->item->attempts + 1))
    return retry_by_policy (item, context);
  return ask (
      item,
      g_strdup (_ ("The server fails on this entry again and again. Open it, check it and send it "
                   "again, or ask IT.")));
}

/* A word on this very item, which may pass: said again and again it is the last one. */
static OmcPushResult *
retry_or_tell (OmcPlanItem *item, const OmcFhirAnswer *answer, const OmcReconcileContext *context)
{
  if (!omc_retry_policy_is_exhausted (context->policy, item->item->attempts + 1))
    return retry_by_policy (item, context);
  return ask (item, omc_sync_outcome_to_sentence (answer->outcome, answer->status));
}

OmcReconcileAction
omc_sync_reconcile (OmcPlanItem *item,
                    const OmcFhirAnswer *answer,
                    const OmcReconcileContext *context,
                    OmcPushResult **result)
{
  OmcOperation operation;

  g_return_val_if_fail (item != NULL && answer != NULL && context != NULL, OMC_RECONCILE_FINAL);

  *result = NULL;
  operation = item->item->operation;
  if (answer->status >= 200 && answer->status < 300)
    return reconcile_success (item, answer, result);

  switch (answer->status)
    {
    case 401:
      if (context->let_in)
        break;
      *result = retry (item, context, 0);
      return OMC_RECONCILE_LOGIN;
    case 404:
    case 410:
      if (operation == OMC_OPERATION_DELETE)
        return reconcile_success (item, answer, result);
      /* A read tells "deleted" from "not visible"; a create has nothing to read. */
      if (operation == OMC_OPERATION_UPDATE)
        return OMC_RECONCILE_REREAD;
      break;
    case 409:
      if (operation != OMC_OPERATION_CREATE)
        return OMC_RECONCILE_REREAD;
      *result = retry_or_ask (item, context);
      return OMC_RECONCILE_FINAL;
    case 412:
      return OMC_RECONCILE_REREAD;
    case 429:
    case 503:
      return reconcile_hold (item, answer, context, result);
    case 0:
    case 408:
    case 425:
      *result = retry_or_ask (item, context);
      return OMC_RECONCILE_FINAL;
    default:
      if (answer->status < 500)
        break;
      *result = retry_or_ask (item, context);
      return OMC_RECONCILE_FINAL;
    }

  *result = ask (item, omc_sync_outcome_to_sentence (answer->outcome, answer->status));
  return answer->status == 401 || answer->status == 403 ? OMC_RECONCILE_FORBIDDEN
                                                        : OMC_RECONCILE_FINAL;
}

static OmcPushResult *
reread_found (OmcPlanItem *item, const OmcFhirAnswer *current, const OmcReconcileContext *context)
{
  OmcResource *remote = current->resource;

  if (remote == NULL || !is_about (item, current))
    return retry_or_ask (item, context);
  /* Created by an earlier attempt whose answer was lost; others may have edited it since. */
  if (item->item->operation == OMC_OPERATION_CREATE)
    return acknowledge (item, current->id, current->version_id, current->last_updated, remote);
  /* Nothing new there: the refusal was a passing one (HAPI and Medplum answer 409 to writes at the same moment). */
  if (current->version_id != NULL && g_strcmp0 (current->version_id, item->item->base_version) == 0)
    return retry_or_ask (item, context);
  if (item->outgoing != NULL && omc_sync_content_equal (remote, item->outgoing))
    return acknowledge (item, current->id, current->version_id, current->last_updated, remote);
  return conflict (item, OMC_PUSH_CONFLICT, remote);
}

OmcPushResult *
omc_sync_reconcile_reread (OmcPlanItem *item,
                           const OmcFhirAnswer *current,
                           const OmcReconcileContext *context)
{
  g_return_val_if_fail (item != NULL && current != NULL && context != NULL, NULL);

  if (current->status >= 200 && current->status < 300)
    return reread_found (item, current, context);
  if (item->item->operation == OMC_OPERATION_DELETE &&
      (current->status == 404 || current->status == 410))
    return acknowledge (item, item->item->server_id, NULL, NULL, NULL);
  if (item->item->operation == OMC_OPERATION_UPDATE && current->status == 410)
    return conflict (item, OMC_PUSH_GONE, NULL);
  if (item->item->operation == OMC_OPERATION_UPDATE && current->status == 404)
    return ask (
        item,
        g_strdup (_ (
            "The server no longer shows this record to this device. Your entry is kept here; ask "
            "who looks after the patient now.")));
  /* 404: not under its key, or not yet. */
  if (current->status >= 400 && current->status < 500 && current->status != 404 &&
      current->status != 408 && current->status != 425)
    return retry_or_tell (item, current, context);
  return retry_or_ask (item, context);
}

OmcPushResult *
omc_sync_reconcile_lost (OmcPlanItem *item, const OmcReconcileContext *context)
{
  g_return_val_if_fail (item != NULL && context != NULL, NULL);

  /* The network comes back by itself, and then at once. */
  return retry (item, context, 0);
}
