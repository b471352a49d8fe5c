/* test-store-secrecy.c: what a person may not read changes nothing of what they find
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "access-ward.h"

/*
 * Two stores, alike in ward A and different in all of ward B: who is there, when born, what they have, what refers to whom.
 * A nurse of ward A asks both the same questions, by every kind of link, sort and count, and must get the same answers to
 * the letter. A person of the whole device must not, or the questions would prove nothing.
 */

static const char *const QUERIES[] = {
  "Patient",
  "Patient?_sort=birthdate",
  "Patient?_sort=-birthdate&_count=2",
  "Patient?_sort=-family&_total=accurate",
  "Patient?_count=0",
  "Patient?_total=accurate&_count=1",
  "Patient?birthdate=ge1900",
  "Patient?name=stranger",
  "Patient?name:contains=trange",
  "Patient?gender=male&_total=accurate",
  "Patient?_has:Observation:patient:code=8310-5",
  "Patient?_has:Condition:patient:code=secret",
  "Patient?_has:Condition:patient:encounter=Encounter/e3",
  "Patient?_revinclude=Observation:subject&_sort=birthdate",
  "Patient?_revinclude=Condition:evidence-detail",
  "Observation?_sort=-date",
  "Observation?_sort=-date&_count=3&_total=accurate",
  "Observation?_sort=date&_count=3",
  "Observation?code=8310-5&_total=accurate",
  "Observation?patient=p3",
  "Observation?patient=p4&_total=accurate&_count=0",
  "Observation?patient.name=wardian",
  "Observation?patient.name=stranger",
  "Observation?patient.birthdate=2001-02-03",
  "Observation?subject:Patient.gender=male",
  "Observation?date=ge2026-11-01&_sort=-date&_count=5",
  "Observation?value-quantity=gt200",
  "Observation?_include=Observation:subject",
  "Observation?_include=Observation:has-member",
  "Observation?_include=Observation:encounter",
  "Observation?encounter.status=cancelled",
  "Observation?encounter.status=in-progress&_total=accurate",
  "Observation?has-member:Observation.status=final",
  "Observation?has-member:Observation.code=8310-5",
  "Observation?_has:Observation:has-member:status=final",
  "Condition?encounter.status=cancelled",
  "Condition?encounter.status=in-progress",
  "Condition?_include=Condition:encounter&_include=Condition:subject",
  "Condition?code=secret&_total=accurate",
  "Encounter?status=cancelled&_total=accurate",
  "Encounter?status=in-progress&_count=0",
  "Encounter?location=Location/bed-b",
  "Encounter?_sort=-date",
  "Encounter?_revinclude=Condition:encounter",
  "Encounter?_revinclude=Observation:encounter",
  "Location?_revinclude=Encounter:location",
  "Location?_has:Encounter:location:status=in-progress",
  "Location?_has:Encounter:location:status=cancelled",
  "Location?_has:Encounter:location:subject=Patient/p3",
};

/* Of ward A in both stores: they point at what is in ward B, whatever that is. */
static const char *const POINTERS[] = {
  "{\"resourceType\":\"Observation\",\"id\":\"pointer-1\",\"meta\":{\"versionId\":\"1\"},"
  "\"status\":"
  "\"final\",\"code\":{\"coding\":[{\"code\":\"panel\"}]},\"subject\":{\"reference\":\"Patient/"
  "p0\"},"
  "\"encounter\":{\"reference\":\"Encounter/e3\"},\"effectiveDateTime\":\"2026-11-20T09:00:00Z\","
  "\"hasMember\":[{\"reference\":\"Observation/o3-0\"},{\"reference\":\"Observation/o3-9\"}]}",
  "{\"resourceType\":\"Condition\",\"id\":\"pointer-2\",\"meta\":{\"versionId\":\"1\"},\"code\":"
  "{\"text\":\"y\"},\"subject\":{\"reference\":\"Patient/p1\"},\"encounter\":{\"reference\":"
  "\"Encounter/e4\"}}",
};

/* Of ward B, in the second store only. */
static const char *const DIFFERENCES[] = {
  "{\"resourceType\":\"Patient\",\"id\":\"p3\",\"meta\":{\"versionId\":\"2\"},\"name\":[{"
  "\"family\":"
  "\"Stranger\"}],\"gender\":\"male\",\"birthDate\":\"2001-02-03\"}",
  "{\"resourceType\":\"Patient\",\"id\":\"p4\",\"meta\":{\"versionId\":\"2\"},\"name\":[{"
  "\"family\":"
  "\"Aardvark\"}],\"gender\":\"male\",\"birthDate\":\"1901-01-01\"}",
  "{\"resourceType\":\"Observation\",\"id\":\"o3-0\",\"meta\":{\"versionId\":\"2\"},\"status\":"
  "\"amended\",\"code\":{\"coding\":[{\"code\":\"8310-5\"}]},\"subject\":{\"reference\":"
  "\"Patient/p3\"},\"effectiveDateTime\":\"2026-11-22T23:00:00Z\",\"valueQuantity\":{\"value\":"
  "250}}",
  "{\"resourceType\":\"Observation\",\"id\":\"o3-9\",\"meta\":{\"versionId\":\"1\"},\"status\":"
  "\"final\",\"code\":{\"coding\":[{\"code\":\"8310-5\"}]},\"subject\":{\"reference\":"
  "\"Patient/p3\"},\"effectiveDateTime\":\"2026-11-19T00:00:00Z\",\"hasMember\":[{\"reference\":"
  "\"Observation/o0-0\"},{\"reference\":\"Observation/pointer-1\"}]}",
  "{\"resourceType\":\"Condition\",\"id\":\"secret\",\"meta\":{\"versionId\":\"1\"},\"code\":"
  "{\"coding\":[{\"code\":\"secret\"}]},\"subject\":{\"reference\":\"Patient/p4\"},\"encounter\":"
  "{\"reference\":\"Encounter/e0\"},\"evidence\":[{\"detail\":[{\"reference\":\"Patient/p0\"}]}]}",
};

static void
apply (StoreFixture *f, const char *const *texts, guint n)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  OmcServerBatch batch = { .resources = list };
  OmcServerCounts counts;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (list, store_fixture_parse (texts[i]));
  omc_store_apply_server_batch (f->store, f->device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
}

static void
append (GString *out, const char *title, GPtrArray *list)
{
  g_string_append_printf (out, " %s:", title);
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      g_autofree char *reference = omc_resource_dup_reference (g_ptr_array_index (list, i));

      g_string_append_printf (out, " %s", reference);
    }
}

/* All that an answer says. */
static char *
ask (StoreFixture *f, OmcActor *actor, const char *query)
{
  g_autoptr (GString) out = g_string_new (query);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchResult) result = omc_store_search_sync (f->store, actor, query, NULL, &error);

  if (result == NULL)
    {
      g_string_append_printf (out, " %s", error->message);
      return g_string_free (g_steal_pointer (&out), FALSE);
    }
  append (out, "matches", result->matches);
  append (out, "included", result->included);
  if (result->has_total)
    g_string_append_printf (out, " total: %u", result->total);
  g_string_append (out, result->has_more ? " and more" : "");

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
compare (StoreFixture *one, StoreFixture *other)
{
  g_autoptr (OmcActor) nurse = omc_actor_new ("anna", NULL, OMC_ROLE_NURSE, "ward-a", NULL);
  g_autoptr (OmcActor) assistant =
      omc_actor_new ("carl", NULL, OMC_ROLE_HEALTH_CARE_ASSISTANT, "ward-a", NULL);
  g_autoptr (OmcActor) kiosk = omc_actor_new ("kiosk", NULL, OMC_ROLE_KIOSK, "ward-a", NULL);
  g_autoptr (OmcActor) charge = omc_actor_new ("dora", NULL, OMC_ROLE_CHARGE_NURSE, NULL, NULL);
  OmcActor *bounded[] = { nurse, assistant, kiosk };
  guint n_told_apart = 0;

  for (guint i = 0; i < G_N_ELEMENTS (QUERIES); i++)
    {
      g_autofree char *all_one = ask (one, charge, QUERIES[i]);
      g_autofree char *all_other = ask (other, charge, QUERIES[i]);

      n_told_apart += g_str_equal (all_one, all_other) ? 0 : 1;
      if (strstr (all_one, " matches:") == NULL)
        g_test_fail_printf ("no answer: %s", all_one);
      for (guint a = 0; a < G_N_ELEMENTS (bounded); a++)
        {
          g_autofree char *here = ask (one, bounded[a], QUERIES[i]);
          g_autofree char *there = ask (other, bounded[a], QUERIES[i]);

          if (!g_str_equal (here, there))
            g_test_fail_printf ("%s learns: %s / %s", omc_actor_get_user (bounded[a]), here, there);
          if (strstr (there, "/p3") != NULL && strstr (QUERIES[i], "p3") == NULL)
            g_test_fail_printf ("%s sees: %s", omc_actor_get_user (bounded[a]), there);
        }
    }
  g_test_message ("%u of %u questions tell the stores apart for who sees all", n_told_apart,
                  (guint)G_N_ELEMENTS (QUERIES));
  g_assert_cmpuint (n_told_apart, >=, 28);
}

static void
test_search (void)
{
  StoreFixture one = { 0 };
  StoreFixture other = { 0 };

  store_fixture_set_up (&one, NULL);
  store_fixture_set_up (&other, NULL);
  access_ward_fill (&one);
  access_ward_fill (&other);
  apply (&one, POINTERS, G_N_ELEMENTS (POINTERS));
  apply (&other, POINTERS, G_N_ELEMENTS (POINTERS));
  apply (&other, DIFFERENCES, G_N_ELEMENTS (DIFFERENCES));
  compare (&one, &other);
  store_fixture_tear_down (&other, NULL);
  store_fixture_tear_down (&one, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/secrecy/searches-tell-nothing-of-what-may-not-be-read", test_search);
  return g_test_run ();
}
