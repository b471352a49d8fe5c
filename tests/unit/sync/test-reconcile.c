/* test-reconcile.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-sync-reconcile.h"

#define C OMC_OPERATION_CREATE
#define U OMC_OPERATION_UPDATE
#define D OMC_OPERATION_DELETE

static const char outgoing_text[] =
    "{\"resourceType\":\"Observation\",\"status\":\"final\",\"valueQuantity\":{\"value\":98.60}}";
static const char echo[] =
    "{\"resourceType\":\"Observation\",\"id\":\"s1\",\"meta\":{\"versionId\":\"v2\","
    "\"lastUpdated\":"
    "\"2026-11-23T14:00:00.000Z\",\"source\":\"#x\"},\"status\":\"final\",\"valueQuantity\":{"
    "\"value\":98.6}}";
static const char foreign[] =
    "{\"resourceType\":\"Observation\",\"id\":\"s1\",\"meta\":{\"versionId\":\"v3\"},\"status\":"
    "\"amended\",\"valueQuantity\":{\"value\":99}}";
static const char unchanged[] =
    "{\"resourceType\":\"Observation\",\"id\":\"s1\",\"meta\":{\"versionId\":\"v1\"},"
    "\"status\":\"preliminary\"}";
static const char other_record[] =
    "{\"resourceType\":\"Observation\",\"id\":\"s9\",\"meta\":{\"versionId\":\"v2\"},"
    "\"status\":\"final\"}";
static const char other_type[] =
    "{\"resourceType\":\"Patient\",\"id\":\"s1\",\"meta\":{\"versionId\":\"v2\"}}";

static const OmcReconcileContext context = { &OMC_RETRY_DEFAULT, 1000000, 0.5, FALSE, FALSE };

static OmcPlanItem *
make_item (OmcOperation operation, guint attempts)
{
  OmcQueueItem *work = g_new0 (OmcQueueItem, 1);
  g_autoptr (OmcResource) outgoing = omc_resource_parse (outgoing_text, -1, NULL);
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");
  OmcPlanItem *item;

  g_atomic_ref_count_init (&work->ref_count);
  work->id = 7;
  work->resource_type = g_strdup ("Observation");
  work->resource_id = g_strdup ("l1");
  work->operation = operation;
  work->attempts = attempts;
  work->idempotency_key = g_strdup ("00000000-0000-4000-8000-000000000001");
  if (operation != C)
    {
      work->server_id = g_strdup ("s1");
      work->base_version = g_strdup ("v1");
    }
  item = omc_plan_item_new (work, operation != D ? outgoing : NULL, NULL, profile);
  if (operation == C)
    {
      /* The server's echo has the key too; these tables leave it out on both sides. */
      omc_resource_unref (item->outgoing);
      item->outgoing = omc_resource_ref (outgoing);
    }
  omc_queue_item_unref (work);
  return item;
}

static OmcFhirAnswer *
make_answer (guint status, const char *body, const char *location, const char *etag)
{
  g_autoptr (OmcJson) json = body != NULL ? omc_json_parse (body, -1, NULL) : NULL;
  g_autoptr (OmcFhirResponse) response = omc_fhir_response_new (status, json);

  g_assert_true (body == NULL || json != NULL);
  response->location = g_strdup (location);
  response->etag = g_strdup (etag);
  return omc_fhir_answer_new_from_response (response);
}

static const struct
{
  OmcOperation operation;
  guint status;
  const char *body;
  const char *location;
  const char *etag;
  OmcReconcileAction action;
  int outcome; /* -1: none yet */
} answer_cases[] = {
  /* creates */
  { C, 201, echo, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { C, 201, NULL, "Observation/s1/_history/v2", NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { C, 201, NULL, "http://x/Observation/s1", "W/\"v2\"", OMC_RECONCILE_FINAL,
    OMC_PUSH_ACKNOWLEDGED },
  { C, 201, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { C, 201, NULL, "Observation/s1", NULL, OMC_RECONCILE_REREAD, -1 },
  { C, 201, other_type, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { C, 200, echo, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { C, 200, foreign, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { C, 200, NULL, "Observation/s1/_history/v2", NULL, OMC_RECONCILE_REREAD, -1 },
  { C, 412, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { C, 409, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_RETRY },
  { C, 404, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_NEEDS_ATTENTION },
  { C, 400, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_NEEDS_ATTENTION },
  { C, 422, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_NEEDS_ATTENTION },
  /* updates */
  { U, 200, echo, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { U, 200, other_record, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 200, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 204, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 409, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 412, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 404, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 410, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  { U, 403, NULL, NULL, NULL, OMC_RECONCILE_FORBIDDEN, OMC_PUSH_NEEDS_ATTENTION },
  { U, 413, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_NEEDS_ATTENTION },
  { U, 418, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_NEEDS_ATTENTION },
  /* deletes: any 2xx, and what is gone already */
  { D, 200, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { D, 204, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { D, 404, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { D, 410, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_ACKNOWLEDGED },
  { D, 409, NULL, NULL, NULL, OMC_RECONCILE_REREAD, -1 },
  /* all */
  { C, 0, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_RETRY },
  { U, 408, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_RETRY },
  { C, 500, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_RETRY },
  { U, 502, NULL, NULL, NULL, OMC_RECONCILE_FINAL, OMC_PUSH_RETRY },
  { U, 503, NULL, NULL, NULL, OMC_RECONCILE_HOLD, OMC_PUSH_RETRY },
  { C, 429, NULL, NULL, NULL, OMC_RECONCILE_HOLD, OMC_PUSH_RETRY },
  { D, 401, NULL, NULL, NULL, OMC_RECONCILE_LOGIN, OMC_PUSH_RETRY },
};

static void
test_every_answer (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answer_cases); i++)
    {
      g_autoptr (OmcPlanItem) item = make_item (answer_cases[i].operation, 0);
      g_autoptr (OmcFhirAnswer) answer =
          make_answer (answer_cases[i].status, answer_cases[i].body, answer_cases[i].location,
                       answer_cases[i].etag);
      g_autoptr (OmcPushResult) result = NULL;
      OmcReconcileAction action = omc_sync_reconcile (item, answer, &context, &result);

      g_test_message ("case %u: %s %u", i, omc_operation_to_string (answer_cases[i].operation),
                      answer_cases[i].status);
      g_assert_cmpint (action, ==, answer_cases[i].action);
      g_assert_cmpint (result != NULL ? (int)result->outcome : -1, ==, answer_cases[i].outcome);
      if (result == NULL)
        continue;
      g_assert_cmpint (result->queue_id, ==, 7);
      g_assert_cmpint (result->error != NULL, ==, result->outcome == OMC_PUSH_NEEDS_ATTENTION);
      if (result->outcome == OMC_PUSH_ACKNOWLEDGED && answer_cases[i].operation != D)
        {
          g_assert_cmpstr (result->server_id, ==, "s1");
          g_assert_nonnull (result->version_id);
          g_assert_nonnull (result->remote);
          g_assert_cmpstr (omc_resource_get_version_id (result->remote), ==, result->version_id);
          /* Equal content means: nothing to merge; another's edit must be seen. */
          g_assert_cmpint (omc_resource_equal_content (result->remote, result->sent), ==,
                           answer_cases[i].body != foreign);
        }
    }
}

static void
test_rereading_settles (void)
{
  static const struct
  {
    OmcOperation operation;
    guint status;
    const char *body;
    OmcPushOutcome outcome;
  } cases[] = {
    { U, 200, echo, OMC_PUSH_ACKNOWLEDGED }, /* our own lost success */
    { U, 200, foreign, OMC_PUSH_CONFLICT },
    { U, 200, unchanged, OMC_PUSH_RETRY }, /* still the base: a passing refusal */
    { U, 200, other_record, OMC_PUSH_RETRY },
    { U, 404, NULL, OMC_PUSH_NEEDS_ATTENTION }, /* not visible: unsent work is kept */
    { U, 410, NULL, OMC_PUSH_GONE },
    { U, 500, NULL, OMC_PUSH_RETRY },
    { C, 200, echo, OMC_PUSH_ACKNOWLEDGED },
    { C, 200, foreign, OMC_PUSH_ACKNOWLEDGED },
    { C, 404, NULL, OMC_PUSH_RETRY },
    { D, 200, foreign, OMC_PUSH_CONFLICT },
    { D, 200, unchanged, OMC_PUSH_RETRY },
    { D, 404, NULL, OMC_PUSH_ACKNOWLEDGED },
    { D, 410, NULL, OMC_PUSH_ACKNOWLEDGED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcPlanItem) item = make_item (cases[i].operation, 0);
      g_autoptr (OmcFhirAnswer) answer = make_answer (cases[i].status, cases[i].body, NULL, NULL);
      g_autoptr (OmcPushResult) result = omc_sync_reconcile_reread (item, answer, &context);

      g_test_message ("case %u", i);
      g_assert_cmpint (result->outcome, ==, cases[i].outcome);
      if (result->outcome == OMC_PUSH_CONFLICT)
        g_assert_nonnull (result->remote);
    }
}

static void
test_an_outage_is_nobodys_fault (void)
{
  g_autoptr (OmcPlanItem) item = make_item (U, 50);
  g_autoptr (OmcFhirAnswer) answer = make_answer (500, NULL, NULL, NULL);
  g_autoptr (OmcPushResult) down = NULL;
  g_autoptr (OmcPushResult) poison = NULL;
  OmcReconcileContext well = context;

  omc_sync_reconcile (item, answer, &context, &down);
  g_assert_cmpint (down->outcome, ==, OMC_PUSH_RETRY);
  well.server_well = TRUE;
  omc_sync_reconcile (item, answer, &well, &poison);
  g_assert_cmpint (poison->outcome, ==, OMC_PUSH_NEEDS_ATTENTION);
}

/* Whoever was let in is told about this very entry. */
static void
test_a_401_of_one_entry_is_its_own (void)
{
  g_autoptr (OmcPlanItem) item = make_item (U, 0);
  g_autoptr (OmcFhirAnswer) answer = make_answer (401, NULL, NULL, NULL);
  g_autoptr (OmcPushResult) result = NULL;
  OmcReconcileContext let_in = context;

  let_in.let_in = TRUE;
  g_assert_cmpint (omc_sync_reconcile (item, answer, &let_in, &result), ==,
                   OMC_RECONCILE_FORBIDDEN);
  g_assert_cmpint (result->outcome, ==, OMC_PUSH_NEEDS_ATTENTION);
  g_assert_nonnull (result->error);
}

/* A passing refusal that does not pass is put before a person; while the server is not well it is none of the item's. */
static void
test_nothing_is_tried_for_ever (void)
{
  static const struct
  {
    OmcOperation operation;
    guint status;
    gboolean reread;
    const char *body;
    gboolean alone; /* also when nothing else gets through: it is a word on the item */
  } cases[] = {
    { C, 409, FALSE, NULL, FALSE },     { U, 408, FALSE, NULL, FALSE },
    { U, 425, FALSE, NULL, FALSE },     { C, 0, FALSE, NULL, FALSE },
    { U, 200, TRUE, unchanged, FALSE }, { U, 200, TRUE, other_record, FALSE },
    { C, 404, TRUE, NULL, FALSE },      { U, 500, TRUE, NULL, FALSE },
    { U, 403, TRUE, NULL, TRUE },       { C, 400, TRUE, NULL, TRUE },
    { D, 403, TRUE, NULL, TRUE },
  };

  for (guint c = 0; c < 4 * G_N_ELEMENTS (cases); c++)
    {
      guint i = c / 4;
      gboolean worn = c % 2 == 1;
      OmcReconcileContext here = context;
      g_autoptr (OmcPlanItem) item = make_item (cases[i].operation, worn ? 50 : 0);
      g_autoptr (OmcFhirAnswer) answer = make_answer (cases[i].status, cases[i].body, NULL, NULL);
      g_autoptr (OmcPushResult) result = NULL;

      here.server_well = c % 4 >= 2;
      g_test_message ("case %u, tried %s, server %s", i, worn ? "often" : "once",
                      here.server_well ? "well" : "not well");
      if (cases[i].reread)
        result = omc_sync_reconcile_reread (item, answer, &here);
      else
        omc_sync_reconcile (item, answer, &here, &result);
      g_assert_cmpint (result->outcome, ==,
                       worn && (here.server_well || cases[i].alone) ? OMC_PUSH_NEEDS_ATTENTION
                                                                    : OMC_PUSH_RETRY);
    }
}

static void
test_waiting_is_as_long_as_asked (void)
{
  g_autoptr (OmcPlanItem) item = make_item (C, 2);
  g_autoptr (OmcFhirAnswer) answer = make_answer (429, NULL, NULL, NULL);
  g_autoptr (OmcPushResult) told = NULL;
  g_autoptr (OmcPushResult) untold = NULL;
  g_autoptr (OmcPushResult) lost = omc_sync_reconcile_lost (item, &context);

  omc_sync_reconcile (item, answer, &context, &untold);
  g_assert_cmpint (untold->next_attempt_us, ==, context.now_us + 2000 * 1000);
  answer->hold_us = 12 * G_TIME_SPAN_SECOND;
  omc_sync_reconcile (item, answer, &context, &told);
  g_assert_cmpint (told->next_attempt_us, ==, context.now_us + 12 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (lost->outcome, ==, OMC_PUSH_RETRY);
  g_assert_cmpint (lost->next_attempt_us, ==, context.now_us);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/reconcile/every-answer", test_every_answer);
  g_test_add_func ("/sync/reconcile/rereading-settles", test_rereading_settles);
  g_test_add_func ("/sync/reconcile/an-outage-is-nobodys-fault", test_an_outage_is_nobodys_fault);
  g_test_add_func ("/sync/reconcile/a-401-of-one-entry-is-its-own",
                   test_a_401_of_one_entry_is_its_own);
  g_test_add_func ("/sync/reconcile/nothing-is-tried-for-ever", test_nothing_is_tried_for_ever);
  g_test_add_func ("/sync/reconcile/waiting-is-as-long-as-asked", test_waiting_is_as_long_as_asked);

  return g_test_run ();
}
