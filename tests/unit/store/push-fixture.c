/* push-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "push-fixture.h"

OmcQueueItem *
push_fixture_only_item (StoreFixture *f)
{
  g_autoptr (GPtrArray) items = store_fixture_queue (f);

  g_assert_cmpuint (items->len, ==, 1);

  return omc_queue_item_ref (g_ptr_array_index (items, 0));
}

GPtrArray *
push_fixture_send (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = omc_store_take_queue (f->store, STORE_FIXTURE_NOW_US, 100, NULL, &error);

  g_assert_no_error (error);
  omc_store_mark_in_flight (f->store, items, NULL, &error);
  g_assert_no_error (error);

  return items;
}

static OmcServerCounts
answer_all (StoreFixture *f, GPtrArray *results)
{
  OmcServerCounts counts = { 0 };
  g_autoptr (GError) error = NULL;

  omc_store_apply_push_results (f->store, f->device, results, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts;
}

OmcServerCounts
push_fixture_answer (StoreFixture *f, OmcPushResult *result)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);

  g_ptr_array_add (results, result);

  return answer_all (f, results);
}

OmcPushResult *
push_fixture_taken (OmcQueueItem *item, const char *version)
{
  OmcPushResult *result = omc_push_result_new (item->id, OMC_PUSH_ACKNOWLEDGED);

  result->server_id = g_strdup (item->resource_id);
  result->version_id = g_strdup (version);
  result->sent = omc_resource_ref (item->payload);
  result->remote = omc_resource_with_meta (item->payload, version, NULL);

  return result;
}

void
push_fixture_take_queue (StoreFixture *f, guint max, const char *version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = omc_store_take_queue (f->store, G_MAXINT64, max, NULL, &error);
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_push_result_free);

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (results, push_fixture_taken (g_ptr_array_index (items, i), version));
  answer_all (f, results);
}
