/* omc-sync-circle.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-sync-answer.h"
#include "omc-sync-circle.h"

/* An entry that every server refuses, beside one that is always good. */
static OmcFhirRequest *
make_probe (void)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_request_free);
  g_autoptr (OmcResource) wrong = omc_resource_parse ("{\"resourceType\":\"Patient\"}", -1, NULL);

  g_ptr_array_add (entries, omc_fhir_request_new ("GET", "Patient?_count=1", NULL));
  g_ptr_array_add (entries, omc_fhir_request_new ("POST", "Observation", wrong));
  return omc_fhir_request_new_bundle ("transaction", entries);
}

gboolean
omc_sync_circle_is_possible (OmcSyncRun *run, OmcFhirAnswer **refusal, GError **error)
{
  OmcServerProfile *profile = run->profile;
  g_autoptr (OmcFhirRequest) probe = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autofree char *text = NULL;

  if (profile->transaction != OMC_TRANSACTION_PROBE)
    return profile->transaction == OMC_TRANSACTION_YES;

  probe = make_probe ();
  response = omc_fhir_transport_send (run->transport, probe, run->cancellable, error);
  if (response == NULL)
    return FALSE;
  if (response->status == 401 || response->status == 429 || response->status >= 500)
    {
      omc_fhir_response_set_error (response, error);
      return FALSE;
    }
  /* Who may not write at all has learnt nothing of transactions. */
  if (response->status == 403)
    {
      *refusal = omc_fhir_answer_new_from_response (response);
      return FALSE;
    }
  /* Medplum without the project feature answers 200 with a partial result (fhir-servers.md 5). */
  profile->transaction = response->status >= 400 ? OMC_TRANSACTION_YES : OMC_TRANSACTION_NO;
  text = omc_server_profile_to_string (profile);
  return omc_store_set_mark (run->store, "server/profile", text, error) &&
         profile->transaction == OMC_TRANSACTION_YES;
}

static char *
map_reference (const char *reference, gpointer user_data)
{
  return g_strdup (g_hash_table_lookup (user_data, reference));
}

static GHashTable *
new_map (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static char *
dup_local_key (const OmcPlanItem *item)
{
  return g_strconcat (item->item->resource_type, "/", item->item->resource_id, NULL);
}

void
omc_sync_circle_close (const OmcPlanRequest *request, GPtrArray *entries)
{
  g_autoptr (GHashTable) urls = new_map ();

  for (guint i = 0; i < entries->len; i++)
    {
      const OmcPlanItem *item = g_ptr_array_index (request->items, i);
      OmcFhirRequest *entry = g_ptr_array_index (entries, i);

      if (item->item->operation != OMC_OPERATION_CREATE)
        continue;
      entry->full_url = g_strconcat ("urn:uuid:", item->item->idempotency_key, NULL);
      g_hash_table_insert (urls, dup_local_key (item), g_strdup (entry->full_url));
    }

  for (guint i = 0; i < entries->len; i++)
    {
      OmcFhirRequest *entry = g_ptr_array_index (entries, i);
      OmcResource *mapped;

      if (entry->resource == NULL)
        continue;
      mapped = omc_resource_map_references (entry->resource, map_reference, urls);
      omc_resource_unref (entry->resource);
      entry->resource = mapped;
    }
}

void
omc_sync_circle_open (OmcPlanRequest *request, GPtrArray *answers)
{
  g_autoptr (GHashTable) ids = new_map ();

  for (guint i = 0; i < request->items->len; i++)
    {
      const OmcPlanItem *item = g_ptr_array_index (request->items, i);
      const OmcFhirAnswer *answer = g_ptr_array_index (answers, i);

      if (answer->id != NULL)
        g_hash_table_insert (ids, dup_local_key (item),
                             g_strconcat (item->item->resource_type, "/", answer->id, NULL));
    }

  for (guint i = 0; i < request->items->len; i++)
    {
      OmcPlanItem *item = g_ptr_array_index (request->items, i);
      OmcResource *mapped;

      if (item->outgoing == NULL)
        continue;
      mapped = omc_resource_map_references (item->outgoing, map_reference, ids);
      omc_resource_unref (item->outgoing);
      item->outgoing = mapped;
    }
}
