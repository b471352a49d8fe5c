/* access-ward.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "access-ward.h"

#include <string.h>

static const char *const BEDS[] = { "Location/bed-a", "Location/bed-b", NULL, "Location/bed-x" };

static void
add (GPtrArray *list, char *json)
{
  g_ptr_array_add (list, store_fixture_parse (json));
  g_free (json);
}

static char *
encounter_json (guint patient, AccessWard ward)
{
  static guint version;

  return g_strdup_printf (
      "{\"resourceType\":\"Encounter\",\"id\":\"e%u\",\"meta\":{\"versionId\":\"%u\"},"
      "\"status\":\"%s\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"Patient/p%u\"}"
      "%s%s%s}",
      patient, ++version, ward == WARD_HOME ? "finished" : "in-progress", patient,
      BEDS[ward] != NULL ? ",\"location\":[{\"status\":\"active\",\"location\":{\"reference\":\""
                         : "",
      BEDS[ward] != NULL ? BEDS[ward] : "", BEDS[ward] != NULL ? "\"}}]" : "");
}

static void
apply (StoreFixture *f, GPtrArray *list)
{
  OmcServerBatch batch = { .resources = list };
  OmcServerCounts counts;
  g_autoptr (GError) error = NULL;

  omc_store_apply_server_batch (f->store, f->device, &batch, &counts, NULL, &error);
  g_assert_no_error (error);
}

AccessWard
access_ward_of (guint patient)
{
  return patient < 3 ? WARD_A : patient < 6 ? WARD_B : patient == 6 ? WARD_HOME : WARD_LOOSE;
}

OmcResource *
access_ward_observation (guint patient, const char *id, const char *status)
{
  g_autofree char *json = g_strdup_printf (
      "{\"resourceType\":\"Observation\",%s%s%s\"status\":\"%s\",\"category\":[{\"coding\":["
      "{\"code\":\"vital-signs\"}]}],\"code\":{\"coding\":[{\"system\":\"http://"
      "loinc.org\",\"code\":"
      "\"8867-4\"}]},\"subject\":{\"reference\":\"Patient/p%u\"},\"effectiveDateTime\":"
      "\"2026-11-20T08:00:00Z\",\"valueQuantity\":{\"value\":80,\"unit\":\"/min\"}}",
      id != NULL ? "\"id\":\"" : "", id != NULL ? id : "", id != NULL ? "\"," : "", status,
      patient);

  return store_fixture_parse (json);
}

static OmcResource *
stored_observation (guint patient, guint n)
{
  g_autofree char *id = g_strdup_printf ("o%u-%u", patient, n);
  g_autoptr (OmcResource) bare =
      access_ward_observation (patient, id, n == 0 ? "final" : "preliminary");

  return omc_resource_with_meta (bare, "1", NULL);
}

void
access_ward_fill (StoreFixture *f)
{
  static const char *const places[] = { "{\"resourceType\":\"Location\",\"id\":\"ward-%s\","
                                        "\"meta\":{\"versionId\":\"1\"},\"name\":\"Ward\","
                                        "\"physicalType\":{\"coding\":[{\"code\":\"wa\"}]}}",
                                        "{\"resourceType\":\"Location\",\"id\":\"bed-%s\",\"meta\":"
                                        "{\"versionId\":\"1\"},\"name\":\"Bed\","
                                        "\"physicalType\":{\"coding\":[{\"code\":\"bd\"}]},"
                                        "\"partOf\":{\"reference\":\"Location/ward-%s\"}}" };
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (guint w = 0; w < 2; w++)
    {
      const char *name = w == 0 ? "a" : "b";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      add (list, g_strdup_printf (places[0], name));
      add (list, g_strdup_printf (places[1], name, name));
#pragma GCC diagnostic pop
    }
  for (guint p = 0; p < ACCESS_N_PATIENTS; p++)
    {
      add (list, g_strdup_printf (
                     "{\"resourceType\":\"Patient\",\"id\":\"p%u\",\"meta\":{\"versionId\":\"1\"},"
                     "\"name\":[{\"family\":\"Wardian%u\",\"given\":[\"Pat\"]}],"
                     "\"gender\":\"female\",\"birthDate\":\"19%02u-01-01\"}",
                     p, p, 40 + p));
      add (list, encounter_json (p, access_ward_of (p)));
      add (list,
           g_strdup_printf (
               "{\"resourceType\":\"Condition\",\"id\":\"c%u\",\"meta\":{\"versionId\":\"1\"},"
               "\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/p%u\"},"
               "\"encounter\":{\"reference\":\"Encounter/e%u\"}}",
               p, p, p));
      g_ptr_array_add (list, stored_observation (p, 0));
      g_ptr_array_add (list, stored_observation (p, 1));
    }
  apply (f, list);
}

void
access_ward_move (StoreFixture *f, guint patient, AccessWard to)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  add (list, encounter_json (patient, to));
  apply (f, list);
}

OmcSecret *
access_ward_passphrase (const char *name)
{
  g_autofree char *text = g_strconcat ("a passphrase of ", name, NULL);

  return omc_secret_new (text, strlen (text));
}

OmcActor *
access_ward_person (StoreFixture *f, const char *name, OmcRole role, const char *department)
{
  OmcActor *actor = omc_actor_new (name, NULL, role, department, NULL);
  g_autoptr (OmcSecret) secret = access_ward_passphrase (name);
  g_autoptr (GError) error = NULL;

  omc_key_manager_set_passphrase_sync (f->keys, name, secret, NULL, &error);
  g_assert_no_error (error);
  omc_store_put_user_sync (f->store, f->device, actor, FALSE, NULL, &error);
  g_assert_no_error (error);

  return actor;
}
