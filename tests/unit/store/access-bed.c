/* access-bed.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "access-bed.h"

static void
set_up (Bed *bed, gconstpointer data)
{
  store_fixture_set_up (&bed->f, data);
  access_ward_fill (&bed->f);
  bed->nurse_a = access_ward_person (&bed->f, "anna", OMC_ROLE_NURSE, "ward-a");
  bed->nurse_b = omc_actor_new ("berta", NULL, OMC_ROLE_NURSE, "Location/ward-b", NULL);
  bed->assistant_a = access_ward_person (&bed->f, "carl", OMC_ROLE_HEALTH_CARE_ASSISTANT, "ward-a");
  bed->charge = omc_actor_new ("dora", NULL, OMC_ROLE_CHARGE_NURSE, NULL, NULL);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  g_clear_object (&bed->nurse_a);
  g_clear_object (&bed->nurse_b);
  g_clear_object (&bed->assistant_a);
  g_clear_object (&bed->charge);
  store_fixture_tear_down (&bed->f, data);
}

int
bed_read (Bed *bed, OmcActor *actor, const char *type, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource =
      omc_store_read_sync (bed->f.store, actor, type, id, NULL, &error);

  g_assert_true ((resource == NULL) == (error != NULL));

  return error != NULL ? error->code : -1;
}

int
bed_save (Bed *bed, OmcActor *actor, OmcResource *resource)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (list, resource);
  stored = omc_store_save_sync (bed->f.store, actor, list, OMC_SAVE_CHART, NULL, &error);

  return error != NULL ? error->code : -1;
}

/* Of the entries that fit, the newest one's purpose; NULL: there is none. */
static char *
dup_purpose (Bed *bed, const char *user, const char *subtype, const char *patient, int outcome)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (bed->f.store, bed->f.auditor, 1, 0, NULL, &error);

  g_assert_no_error (error);
  for (guint i = entries->len; i > 0; i--)
    {
      OmcAuditEntry *entry = g_ptr_array_index (entries, i - 1);

      if (g_strcmp0 (entry->user, user) == 0 && g_strcmp0 (entry->subtype, subtype) == 0 &&
          g_strcmp0 (entry->patient_id, patient) == 0 && entry->outcome == outcome)
        return g_strdup (entry->purpose != NULL ? entry->purpose : "");
    }

  return NULL;
}

void
bed_assert_purpose (Bed *bed,
                    const char *user,
                    const char *subtype,
                    const char *patient,
                    int outcome,
                    const char *purpose)
{
  g_autofree char *found = dup_purpose (bed, user, subtype, patient, outcome);

  g_assert_cmpstr (found, ==, purpose);
}

void
bed_add (const char *path, BedFunc func)
{
  g_test_add (path, Bed, NULL, set_up, func, tear_down);
}
