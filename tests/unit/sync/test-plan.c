/* test-plan.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-sync-plan.h"

/* "C Observation/o1 -> Encounter/e1,Patient/p1": operation, local key, what it needs and has no id yet. */
typedef struct
{
  const char *key;
  OmcOperation operation;
  const char *needs; /* (nullable): comma-separated */
  int priority;
  guint attempts;
  gsize padding;
  gboolean no_base; /* nobody knows which version the server has */
} Work;

static OmcQueueItem *
make_queue_item (const Work *work, gint64 id)
{
  OmcQueueItem *item = g_new0 (OmcQueueItem, 1);
  g_auto (GStrv) parts = g_strsplit (work->key, "/", 2);

  g_atomic_ref_count_init (&item->ref_count);
  item->id = id;
  item->resource_type = g_strdup (parts[0]);
  item->resource_id = g_strdup (parts[1]);
  item->operation = work->operation;
  item->priority = work->priority;
  item->attempts = work->attempts;
  item->created_us = id;
  item->idempotency_key = g_strdup_printf ("00000000-0000-4000-8000-%012d", (int)id);
  item->server_id = work->operation != OMC_OPERATION_CREATE ? g_strdup (parts[1]) : NULL;
  if (work->operation != OMC_OPERATION_CREATE && !work->no_base)
    item->base_version = g_strdup ("1");
  return item;
}

static OmcPlanItem *
make_item (const Work *work, gint64 id, const OmcServerProfile *profile)
{
  g_autoptr (OmcQueueItem) item = make_queue_item (work, id);
  g_autoptr (GPtrArray) unsent = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) needs = g_strsplit (work->needs != NULL ? work->needs : "", ",", -1);
  g_autofree char *padding = g_strnfill (work->padding, 'x');
  g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"%s\",\"language\":\"%s\"}",
                                           item->resource_type, padding);
  g_autoptr (OmcResource) resource = omc_resource_parse (text, -1, NULL);

  g_assert_nonnull (resource);
  for (guint i = 0; needs[i] != NULL; i++)
    g_ptr_array_add (unsent, g_strdup (needs[i]));
  return omc_plan_item_new (item, work->operation != OMC_OPERATION_DELETE ? resource : NULL, unsent,
                            profile);
}

static OmcSyncPlan *
make_plan (const Work *work, guint n, const OmcServerProfile *profile)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_plan_item_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, make_item (&work[i], i + 1, profile));
  return omc_sync_plan_new (items, profile);
}

/* "Patient/p1 Encounter/e1 | !A/1 B/2 ; later: ... ; stuck: ..." where ! is a transaction. */
static char *
describe (const OmcSyncPlan *plan)
{
  GString *text = g_string_new (NULL);
  const GPtrArray *lists[] = { plan->later, plan->stuck };

  for (guint r = 0; r < plan->requests->len; r++)
    {
      const OmcPlanRequest *request = g_ptr_array_index (plan->requests, r);

      g_string_append (text, r > 0 ? " | " : "");
      g_string_append (text, request->transaction ? "!" : "");
      for (guint i = 0; i < request->items->len; i++)
        {
          const OmcPlanItem *item = g_ptr_array_index (request->items, i);

          g_string_append_printf (text, "%s%s/%s", i > 0 ? " " : "", item->item->resource_type,
                                  item->item->resource_id);
        }
    }
  for (guint l = 0; l < 2; l++)
    {
      g_string_append (text, l == 0 ? "; later:" : "; stuck:");
      for (guint i = 0; i < lists[l]->len; i++)
        {
          const OmcPlanItem *item = g_ptr_array_index (lists[l], i);

          g_string_append_printf (text, " %s/%s", item->item->resource_type,
                                  item->item->resource_id);
        }
    }

  return g_string_free (text, FALSE);
}

#define C OMC_OPERATION_CREATE
#define U OMC_OPERATION_UPDATE
#define D OMC_OPERATION_DELETE

static void
test_order_and_waiting (void)
{
  static const struct
  {
    const char *name;
    Work work[6];
    const char *plan;
  } cases[] = {
    { "nothing", { { 0 } }, "; later:; stuck:" },
    { "parents go first, children wait for their ids",
      { { "Observation/o", C, "Patient/p,Encounter/e" },
        { "Encounter/e", C, "Patient/p" },
        { "Patient/p", C } },
      "Patient/p; later: Encounter/e Observation/o; stuck:" },
    { "what needs something that is not here waits, and so what needs that",
      { { "Encounter/e", C, "Patient/blocked" },
        { "Observation/o", C, "Encounter/e" },
        { "Flag/f", C } },
      "Flag/f; later:; stuck: Encounter/e Observation/o" },
    { "an update does not wait for its own pending parent's update",
      { { "Observation/o", U }, { "Patient/p", U } },
      "Patient/p Observation/o; later:; stuck:" },
    { "an update that refers to something new waits",
      { { "Patient/p", U, "Practitioner/d" }, { "Practitioner/d", C } },
      "Practitioner/d; later: Patient/p; stuck:" },
    { "a circle goes as one transaction",
      { { "Encounter/e", C, "Condition/c" },
        { "Condition/c", C, "Encounter/e" },
        { "Observation/o", C, "Encounter/e" } },
      "!Condition/c Encounter/e; later: Observation/o; stuck:" },
    { "a circle that needs something else waits whole",
      { { "Encounter/e", C, "Condition/c" },
        { "Condition/c", C, "Encounter/e,Patient/p" },
        { "Patient/p", C } },
      "Patient/p; later: Condition/c Encounter/e; stuck:" },
    { "a circle around something blocked is stuck whole",
      { { "Encounter/e", C, "Condition/c,Patient/x" }, { "Condition/c", C, "Encounter/e" } },
      "; later:; stuck: Condition/c Encounter/e" },
    { "itself", { { "Task/t", C, "Task/t" } }, "!Task/t; later:; stuck:" },
    { "priority before clinical order",
      { { "Patient/p", C, NULL, 5 }, { "Observation/o", C, NULL, 1 } },
      "Observation/o Patient/p; later:; stuck:" },
    { "clinical order before age",
      { { "Procedure/x", C }, { "AllergyIntolerance/a", C }, { "Patient/p", C } },
      "Patient/p AllergyIntolerance/a Procedure/x; later:; stuck:" },
    { "deletes go last, alone, children first",
      { { "Patient/p", D }, { "Observation/o", D }, { "Flag/f", C } },
      "Flag/f | Observation/o | Patient/p; later:; stuck:" },
    { "one state of a thing at a time",
      { { "Patient/p", U }, { "Patient/p", U } },
      "Patient/p; later: Patient/p; stuck:" },
    { "what fails again and again travels last and alone",
      { { "Flag/a", C }, { "Flag/b", C, NULL, 0, 3 }, { "Flag/c", C } },
      "Flag/a Flag/c | Flag/b; later:; stuck:" },
  };
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcSyncPlan) plan = NULL;
      g_autofree char *text = NULL;
      guint n = 0;

      while (n < G_N_ELEMENTS (cases[i].work) && cases[i].work[n].key != NULL)
        n++;
      plan = make_plan (cases[i].work, n, profile);
      text = describe (plan);
      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (text, ==, cases[i].plan);
    }
}

static void
test_batches_fit_the_server (void)
{
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");
  g_autofree Work *work = g_new0 (Work, 250);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcSyncPlan) plan = NULL;
  guint n = 0;

  profile->max_bytes = 64 * 1024;
  for (guint i = 0; i < 250; i++)
    {
      g_ptr_array_add (keys, g_strdup_printf ("Observation/o%u", i));
      work[i].key = g_ptr_array_index (keys, i);
      work[i].operation = C;
      work[i].padding = i == 100 ? 100 * 1024 : i > 200 ? 5000 : 10;
    }
  plan = make_plan (work, 250, profile);
  for (guint r = 0; r < plan->requests->len; r++)
    {
      const OmcPlanRequest *request = g_ptr_array_index (plan->requests, r);
      gsize bytes = 0;

      g_assert_cmpuint (request->items->len, <=, profile->max_entries);
      for (guint i = 0; i < request->items->len; i++)
        bytes += ((OmcPlanItem *)g_ptr_array_index (request->items, i))->size;
      if (request->items->len > 1)
        g_assert_cmpuint (bytes, <=, profile->max_bytes);
      n += request->items->len;
    }
  g_assert_cmpuint (n, ==, 250);
}

/* What failed once may be the bad one of its bundle: it travels with few, and after a second time alone. */
static void
test_what_failed_travels_in_small_company (void)
{
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("hapi");
  g_autofree Work *work = g_new0 (Work, 60);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OmcSyncPlan) plan = NULL;

  g_assert_cmpuint (profile->max_entries, >=, 16);
  for (guint i = 0; i < 60; i++)
    {
      g_ptr_array_add (keys, g_strdup_printf ("Observation/o%u", i));
      work[i].key = g_ptr_array_index (keys, i);
      work[i].operation = U;
      work[i].attempts = i / 20;
    }
  plan = make_plan (work, 60, profile);
  for (guint r = 0; r < plan->requests->len; r++)
    {
      const OmcPlanRequest *request = g_ptr_array_index (plan->requests, r);

      for (guint i = 0; i < request->items->len; i++)
        {
          guint attempts = ((OmcPlanItem *)g_ptr_array_index (request->items, i))->item->attempts;

          if (attempts > 0)
            g_assert_cmpuint (request->items->len, <=,
                              attempts == 1 ? profile->max_entries / 8 : 1);
        }
    }
}

/* It is read before it is written, which a batch cannot. */
static void
test_update_without_a_base_travels_alone (void)
{
  static const Work work[] = {
    { "Flag/a", U }, { "Flag/b", U, .no_base = TRUE }, { "Flag/c", U }, { "Flag/d", U }
  };
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");
  g_autoptr (OmcSyncPlan) plan = make_plan (work, G_N_ELEMENTS (work), profile);
  g_autofree char *text = describe (plan);

  g_assert_cmpstr (text, ==, "Flag/a | Flag/b | Flag/c Flag/d; later:; stuck:");
}

static void
test_server_without_batch_gets_singles (void)
{
  static const Work work[] = { { "Flag/a", C }, { "Flag/b", C } };
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("generic");
  g_autoptr (OmcSyncPlan) plan = make_plan (work, 2, profile);
  g_autofree char *text = describe (plan);

  g_assert_cmpstr (text, ==, "Flag/a | Flag/b; later:; stuck:");
}

/* Random graphs: every item comes out once; nothing goes before what it needs; nothing that can go is held back. */
static void
test_random_graphs (void)
{
  g_autoptr (OmcServerProfile) profile = omc_server_profile_new ("medplum");

  for (guint32 seed = 0; seed < 200; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
      g_autofree Work *work = g_new0 (Work, 40);
      g_autoptr (GHashTable) ready = g_hash_table_new (g_str_hash, g_str_equal);
      g_autoptr (OmcSyncPlan) plan = NULL;
      guint n = (guint)g_rand_int_range (rand, 1, 40);
      guint total = 0;
      gboolean something = FALSE;

      for (guint i = 0; i < n; i++)
        {
          GString *needs = g_string_new (NULL);

          /* One in eight points backwards or at itself (a circle), one in sixteen nowhere. */
          for (guint e = 0; e < 2; e++)
            {
              gint target = g_rand_int_range (rand, 0, 8) == 0
                                ? g_rand_int_range (rand, 0, (gint32)n)
                            : i > 0 ? g_rand_int_range (rand, 0, (gint32)i)
                                    : -1;

              if (g_rand_int_range (rand, 0, 16) == 0)
                target = 1000;
              if (target >= 0 && g_rand_boolean (rand))
                g_string_append_printf (needs, "%sFlag/f%d", needs->len > 0 ? "," : "", target);
            }
          g_ptr_array_add (texts, g_strdup_printf ("Flag/f%u", i));
          work[i].key = g_ptr_array_index (texts, texts->len - 1);
          g_ptr_array_add (texts, g_string_free (needs, FALSE));
          work[i].needs = g_ptr_array_index (texts, texts->len - 1);
          work[i].needs = work[i].needs[0] != '\0' ? work[i].needs : NULL;
        }

      g_test_message ("seed %u", seed);
      plan = make_plan (work, n, profile);
      for (guint r = 0; r < plan->requests->len; r++)
        {
          const OmcPlanRequest *request = g_ptr_array_index (plan->requests, r);
          g_autoptr (GHashTable) mates =
              g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

          for (guint i = 0; i < request->items->len; i++)
            {
              const OmcPlanItem *item = g_ptr_array_index (request->items, i);

              g_hash_table_add (mates, g_strconcat ("Flag/", item->item->resource_id, NULL));
              something = TRUE;
              total++;
            }
          for (guint i = 0; i < request->items->len; i++)
            {
              const OmcPlanItem *item = g_ptr_array_index (request->items, i);

              for (guint u = 0; u < item->unsent->len; u++)
                g_assert_true (request->transaction &&
                               g_hash_table_contains (mates, g_ptr_array_index (item->unsent, u)));
            }
        }
      total += plan->later->len + plan->stuck->len;
      g_assert_cmpuint (total, ==, n);
      /* What waits must wait for something that goes. */
      if (plan->later->len > 0)
        g_assert_true (something);
    }
}

static void
test_key_travels_from_the_first_attempt (void)
{
  static const struct
  {
    const char *key;
    const char *search;
    const char *body;
  } cases[] = {
    { "Observation/o", "identifier=" OMC_SYSTEM_IDEMPOTENCY "|00000000-0000-4000-8000-000000000001",
      "{\"resourceType\":\"Observation\",\"language\":\"\",\"identifier\":[{\"system\":"
      "\"" OMC_SYSTEM_IDEMPOTENCY "\","
      "\"value\":\"00000000-0000-4000-8000-000000000001\"}]}" },
    { "Provenance/o", "_tag=" OMC_SYSTEM_IDEMPOTENCY "|00000000-0000-4000-8000-000000000001",
      "{\"resourceType\":\"Provenance\",\"language\":\"\",\"meta\":{\"tag\":[{\"system\":"
      "\"" OMC_SYSTEM_IDEMPOTENCY "\","
      "\"code\":\"00000000-0000-4000-8000-000000000001\"}]}}" },
  };
  g_autoptr (OmcServerProfile) medplum = omc_server_profile_new ("medplum");
  g_autoptr (OmcServerProfile) google = omc_server_profile_new ("google");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Work work = { cases[i].key, C };
      g_autoptr (OmcPlanItem) item = make_item (&work, 1, medplum);
      g_autoptr (OmcPlanItem) elsewhere = make_item (&work, 1, google);
      g_autoptr (OmcPlanItem) again = omc_plan_item_new (item->item, item->outgoing, NULL, medplum);
      g_autofree char *text = omc_resource_to_string (item->outgoing, NULL);
      g_autofree char *same = omc_resource_to_string (again->outgoing, NULL);

      g_assert_cmpstr (item->key_search, ==, cases[i].search);
      g_assert_cmpstr (text, ==, cases[i].body);
      g_assert_cmpstr (same, ==, text);
      g_assert_true (item->conditional);
      /* Google takes an identifier only (fhir-servers.md 9). */
      g_assert_cmpint (elsewhere->conditional, ==, i == 0);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/plan/order-and-waiting", test_order_and_waiting);
  g_test_add_func ("/sync/plan/batches-fit-the-server", test_batches_fit_the_server);
  g_test_add_func ("/sync/plan/what-failed-travels-in-small-company",
                   test_what_failed_travels_in_small_company);
  g_test_add_func ("/sync/plan/update-without-a-base-travels-alone",
                   test_update_without_a_base_travels_alone);
  g_test_add_func ("/sync/plan/server-without-batch-gets-singles",
                   test_server_without_batch_gets_singles);
  g_test_add_func ("/sync/plan/random-graphs", test_random_graphs);
  g_test_add_func ("/sync/plan/key-travels-from-the-first-attempt",
                   test_key_travels_from_the_first_attempt);

  return g_test_run ();
}
