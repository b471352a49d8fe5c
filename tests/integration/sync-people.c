/* sync-people.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "sync-people.h"

#define UUID_PERSON "cccccccc-0000-4000-8000-%012u"
#define UUID_VALUE "dddddddd-0000-4000-8000-%012u"

const SyncPerson sync_people_anna = { "1001", "Berg", "Anna", "female", "1950-01-01" };
const SyncPerson sync_people_ole = { "2002", "Olsen", "Ole", "male", "1962-05-05" };

/* One server counts, the other makes UUIDs. */
static gboolean
counts (gconstpointer profile)
{
  return g_strcmp0 (profile, "hapi") == 0;
}

char *
sync_people_dup_id (gconstpointer profile, gboolean person, guint n)
{
  if (counts (profile))
    return g_strdup_printf ("%u", n);

  return person ? g_strdup_printf (UUID_PERSON, n) : g_strdup_printf (UUID_VALUE, n);
}

char *
sync_people_dup (const SyncPerson *person, const char *id, const char *more)
{
  return g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"identifier\":[{\"system\":\"urn:mrn\","
      "\"value\":\"%s\"}],\"name\":[{\"family\":\"%s\",\"given\":[\"%s\"]}],\"gender\":\"%s\","
      "\"birthDate\":\"%s\"%s}",
      id, person->number, person->family, person->given, person->gender, person->birth, more);
}

char *
sync_people_dup_value (const char *id, const char *patient_id, const char *of, const char *more)
{
  g_autofree char *member = id != NULL ? g_strdup_printf ("\"id\":\"%s\",", id) : g_strdup ("");

  return g_strdup_printf (
      "{\"resourceType\":\"Observation\",%s\"status\":\"final\",\"code\":{\"text\":"
      "\"x\"},\"subject\":{\"reference\":\"Patient/%s\"},\"valueString\":\"%s\"%s}",
      member, patient_id, of, more);
}

void
sync_people_put_there (SyncFixture *fixture, char *text)
{
  sync_fixture_put_there (fixture, "%s", text);
  g_free (text);
}

void
sync_people_save_here (SyncFixture *fixture, char *text)
{
  g_autoptr (OmcResource) saved = omc_sync_bed_save (fixture->bed, "%s", text);

  g_assert_nonnull (saved);
  g_free (text);
}

void
sync_people_put_chart_there (SyncFixture *fixture, gconstpointer profile, const SyncPerson *person)
{
  g_autofree char *person_id = sync_people_dup_id (profile, TRUE, 17);
  g_autofree char *value_id = sync_people_dup_id (profile, FALSE, 123);

  sync_people_put_there (fixture, sync_people_dup (person, person_id, ""));
  sync_people_put_there (fixture, sync_people_dup_value (value_id, person_id, person->family, ""));
}

void
sync_people_set_up (SyncFixture *fixture, gconstpointer profile)
{
  sync_fixture_set_up (fixture, profile);
  sync_people_put_chart_there (fixture, profile, &sync_people_anna);
  sync_fixture_assert_complete (fixture, 1);
}

void
sync_people_move (SyncFixture *fixture,
                  gconstpointer profile,
                  const char *types,
                  const SyncPerson *person)
{
  if (types != NULL)
    fixture->bed->config->types = g_strsplit (types, ",", -1);
  sync_fixture_change_server (fixture, profile);
  if (person != NULL)
    sync_people_put_chart_there (fixture, profile, person);
}

const char *
sync_people_get_family (OmcResource *patient)
{
  return omc_json_value_get_string (
      omc_json_value_pick (omc_resource_get_root (patient), "name[0].family"));
}

void
sync_people_assert_agree_here (SyncFixture *fixture)
{
  g_autoptr (GPtrArray) values = omc_sync_bed_list_ids (fixture->bed, "Observation");

  for (guint i = 0; i < values->len; i++)
    {
      g_autoptr (OmcResource) value =
          omc_sync_bed_read (fixture->bed, "Observation", g_ptr_array_index (values, i));
      const char *patient_id = omc_resource_get_patient_id (value);
      g_autoptr (OmcResource) patient = omc_sync_bed_read (fixture->bed, "Patient", patient_id);

      g_assert_nonnull (patient);
      g_assert_cmpstr (sync_people_get_family (patient), ==,
                       omc_json_value_pick_string (omc_resource_get_root (value), "valueString"));
    }
}
