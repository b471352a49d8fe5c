/* omc-sync-verdict.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-outcome.h"
#include "omc-sync-reconcile.h"
#include "omc-sync-verdict.h"

typedef struct
{
  OmcSyncVerdict *verdict;       /* (unowned) */
  OmcSyncRun *run;               /* (unowned) */
  OmcSyncForbidden *forbidden;   /* (unowned) */
  const OmcPlanRequest *request; /* (unowned) */
  OmcReconcileContext context;
} Judge;

/* Who may not read now, or asks to wait, says nothing about the item. */
static OmcReconcileAction
reconcile_current (OmcPlanItem *item,
                   const OmcFhirAnswer *current,
                   const OmcReconcileContext *context,
                   OmcPushResult **result)
{
  OmcReconcileContext alone = *context;

  alone.let_in = FALSE;
  if (current->status == 401 || current->status == 429 || current->status == 503)
    return omc_sync_reconcile (item, current, &alone, result);
  *result = omc_sync_reconcile_reread (item, current, &alone);
  return current->status == 403 && (*result)->outcome == OMC_PUSH_NEEDS_ATTENTION
             ? OMC_RECONCILE_FORBIDDEN
             : OMC_RECONCILE_FINAL;
}

/* answer: to the item itself, or what was read in its place. */
static void
take_result (Judge *judge,
             OmcReconcileAction action,
             const OmcFhirAnswer *answer,
             OmcPushResult *result)
{
  OmcSyncVerdict *verdict = judge->verdict;

  if (action == OMC_RECONCILE_FORBIDDEN)
    {
      omc_sync_forbidden_add (judge->forbidden, result);
      return;
    }
  if (action == OMC_RECONCILE_HOLD)
    {
      verdict->hold = TRUE;
      verdict->hold_us = MAX (verdict->hold_us, answer->hold_us);
    }
  verdict->login |= action == OMC_RECONCILE_LOGIN;
  judge->context.server_well |= result->outcome == OMC_PUSH_ACKNOWLEDGED;
  g_ptr_array_add (verdict->results, result);
}

static void
judge_item (Judge *judge, OmcPlanItem *item, const OmcFhirAnswer *answer)
{
  OmcSyncVerdict *verdict = judge->verdict;
  OmcPushResult *result = NULL;
  OmcReconcileAction action = omc_sync_reconcile (item, answer, &judge->context, &result);
  g_autoptr (OmcFhirAnswer) current = NULL;

  if (action != OMC_RECONCILE_REREAD)
    {
      take_result (judge, action, answer, result);
      return;
    }
  if (verdict->lost == NULL)
    current = omc_sync_send_reread (judge->run, item, &verdict->lost);
  if (current != NULL)
    action = reconcile_current (item, current, &judge->context, &result);
  else
    result = omc_sync_reconcile_lost (item, &judge->context);
  take_result (judge, action, current, result);
}

static void
judge_answers (Judge *judge, const OmcSendState *sent)
{
  const OmcPlanRequest *request = judge->request;

  judge->context.let_in = request->items->len > 1;
  for (guint i = 0; i < request->items->len; i++)
    {
      OmcPlanItem *item = g_ptr_array_index (request->items, i);

      if (sent->answers != NULL)
        judge_item (judge, item, g_ptr_array_index (sent->answers, i));
      else
        {
          OmcPushResult *result = NULL;
          OmcReconcileAction action =
              reconcile_current (item, sent->current, &judge->context, &result);

          take_result (judge, action, sent->current, result);
        }
    }
}

static void
add_for_all (Judge *judge, OmcPushOutcome outcome, const char *sentence, gint64 next_attempt_us)
{
  for (guint i = 0; i < judge->request->items->len; i++)
    {
      const OmcPlanItem *item = g_ptr_array_index (judge->request->items, i);
      OmcPushResult *result = omc_push_result_new (item->item->id, outcome);

      result->error = g_strdup (sentence);
      result->next_attempt_us = next_attempt_us;
      g_ptr_array_add (judge->verdict->results, result);
    }
}

static void
judge_rejection (Judge *judge, const OmcFhirAnswer *answer)
{
  OmcSyncVerdict *verdict = judge->verdict;
  gint64 now = judge->context.now_us;
  gint64 delay = omc_retry_policy_get_delay (judge->context.policy, 1, judge->context.random);
  g_autofree char *sentence = NULL;

  if (answer->status == 401)
    {
      verdict->login = TRUE;
      add_for_all (judge, OMC_PUSH_RETRY, NULL, now);
    }
  else if (answer->status == 429 || answer->status == 503)
    {
      verdict->hold = TRUE;
      verdict->hold_us = answer->hold_us;
      add_for_all (judge, OMC_PUSH_RETRY, NULL, now + MAX (answer->hold_us, 0));
    }
  else if (answer->status >= 500 || answer->status == 408 ||
           (judge->request->transaction && answer->status == 409))
    {
      verdict->failed = TRUE;
      add_for_all (judge, OMC_PUSH_RETRY, NULL, now + delay);
    }
  else if (!judge->request->transaction)
    verdict->divide = TRUE;
  else
    {
      sentence = omc_sync_outcome_to_sentence (answer->outcome, answer->status);
      add_for_all (judge, OMC_PUSH_NEEDS_ATTENTION, sentence, 0);
      while (answer->status == 403 && verdict->results->len > 0)
        omc_sync_forbidden_add (judge->forbidden, g_ptr_array_steal_index (verdict->results, 0));
    }
}

void
omc_sync_verdict_init (OmcSyncVerdict *self,
                       OmcSyncRun *run,
                       OmcSyncForbidden *forbidden,
                       const OmcPlanRequest *request,
                       const OmcSendState *sent)
{
  Judge judge = { .verdict = self, .run = run, .forbidden = forbidden, .request = request };

  judge.context.policy = &run->policy;
  judge.context.now_us = omc_clock_get_now (omc_store_get_clock (run->store));
  judge.context.random = g_rand_double (run->random);
  judge.context.server_well = run->n_sent > 0;
  *self = (OmcSyncVerdict){ .hold_us = -1 };
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);

  if (sent->impossible)
    add_for_all (
        &judge, OMC_PUSH_NEEDS_ATTENTION,
        _ ("These entries refer to each other, and the server cannot take them together. Ask IT."),
        0);
  else if (sent->rejection != NULL)
    judge_rejection (&judge, sent->rejection);
  else if (sent->answers != NULL || sent->current != NULL)
    judge_answers (&judge, sent);
  else
    add_for_all (&judge, OMC_PUSH_RETRY, NULL, judge.context.now_us);
}

void
omc_sync_verdict_clear (OmcSyncVerdict *self)
{
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_clear_error (&self->lost);
}
