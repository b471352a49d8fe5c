/* omc-sync-idset.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include "omc-sync-apply.h"
#include "omc-sync-error.h"
#include "omc-sync-idset.h"
#include "omc-sync-mark.h"
#include "omc-sync-page.h"
#include "omc-sync-plan.h"

/* More is looked at in the next run. */
#define MAX_MISSING 200
/* Ids of one search for what is there and not here. */
#define IDS_A_SEARCH 50
/* Pages one after the other that bring no id: it is a circle, or has no end. */
#define IDLE_PAGES_MAX 20

static gboolean
read_due (OmcSyncRun *run, const char *mark_name, gboolean *due, gboolean *first, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *last = omc_store_get_mark (run->store, mark_name, &cause);
  gint64 last_us = 0;

  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  *first = last == NULL || !omc_instant_parse_range (last, &last_us, NULL);
  *due = *first || run->server_us - last_us >= run->profile->id_set_seconds * G_TIME_SPAN_SECOND;
  return TRUE;
}

/* What only this list suffers from; all else ends the run. */
gboolean
omc_sync_idset_is_refusal (const GError *error)
{
  return g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED) ||
         g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_EXPIRED) ||
         g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER);
}

/* whole: FALSE when the list could not be read to its end, so that it says nothing. */
static gboolean
list_there (OmcSyncRun *run, const char *type, GHashTable *there, gboolean *whole, GError **error)
{
  g_autofree char *url = g_strdup_printf ("%s?_elements=id&_sort=_lastUpdated&_count=%u", type,
                                          run->profile->page_size);
  guint n_idle = 0;

  *whole = FALSE;
  while (url != NULL)
    {
      g_autoptr (GError) cause = NULL;
      g_autoptr (OmcSyncPage) page = NULL;
      g_autoptr (OmcFhirResponse) response =
          omc_fhir_transport_get (run->transport, url, run->cancellable, &cause);

      if (response != NULL)
        page = omc_sync_page_new (omc_json_get_root (response->json), OMC_PAGE_RESOURCES, NULL,
                                  &cause);
      if (page == NULL)
        {
          if (omc_sync_idset_is_refusal (cause))
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (page->n_unreadable > 0)
        return TRUE;
      n_idle++;
      for (guint i = 0; i < page->resources->len; i++)
        {
          const char *id = omc_resource_get_id (g_ptr_array_index (page->resources, i));

          if (g_hash_table_add (there, g_strdup (id)))
            n_idle = 0;
        }
      if (n_idle > IDLE_PAGES_MAX)
        return TRUE;
      g_set_str (&url, page->next);
    }

  *whole = TRUE;
  return TRUE;
}

/* later: TRUE when the server cannot say now. */
static gboolean
judge_missing (OmcSyncRun *run,
               const char *type,
               const char *id,
               GPtrArray *deleted,
               GPtrArray *hidden,
               gboolean *later,
               GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *url = g_strconcat (type, "/", id, NULL);
  g_autoptr (OmcFhirRequest) request = omc_fhir_request_new ("GET", url, NULL);
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_send (run->transport, request, run->cancellable, error);

  if (response == NULL)
    return FALSE;
  if (response->status == 410)
    g_ptr_array_add (deleted, g_steal_pointer (&url));
  else if (response->status == 404)
    g_ptr_array_add (hidden, g_strdup (id));
  else if (response->status >= 300)
    omc_fhir_response_set_error (response, &cause);

  *later = g_error_matches (cause, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER);
  if (cause == NULL || omc_sync_idset_is_refusal (cause))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
settle_missing (OmcSyncRun *run,
                const char *type,
                GHashTable *here,
                GHashTable *there,
                gboolean *all,
                GError **error)
{
  g_autoptr (GPtrArray) deleted = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) hidden = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  OmcServerBatch batch = { .resources = none,
                           .deletions = deleted,
                           .strategies = run->config->strategies };
  OmcServerCounts counts = { 0 };
  GHashTableIter iter;
  gpointer id;

  *all = TRUE;
  g_hash_table_iter_init (&iter, here);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      gboolean later;

      if (g_hash_table_contains (there, id))
        continue;
      if (deleted->len + hidden->len >= MAX_MISSING)
        {
          *all = FALSE;
          break;
        }
      if (!judge_missing (run, type, id, deleted, hidden, &later, error))
        return FALSE;
      *all = *all && !later;
    }

  if (deleted->len > 0 && !omc_store_apply_server_batch (run->store, run->actor, &batch, &counts,
                                                         run->cancellable, error))
    return FALSE;
  omc_sync_run_add_counts (run, &counts);
  return hidden->len == 0 || omc_store_hide (run->store, type, hidden, error);
}

static gboolean
fetch_ids (OmcSyncRun *run, const char *type, GString *ids, GError **error)
{
  g_autofree char *url = g_strdup_printf ("%s?_id=%s&_count=%d", type, ids->str, IDS_A_SEARCH);
  g_autoptr (OmcFhirResponse) response =
      omc_fhir_transport_get (run->transport, url, run->cancellable, error);
  g_autoptr (OmcSyncPage) page = NULL;

  if (response == NULL)
    return FALSE;
  page = omc_sync_page_new (omc_json_get_root (response->json), OMC_PAGE_RESOURCES, NULL, error);
  if (page == NULL || !omc_sync_apply_page (run, page, NULL, NULL, error))
    return FALSE;
  g_string_truncate (ids, 0);
  return TRUE;
}

/* Shown to this device only now: older than every mark, so no poll would bring it. */
static gboolean
fetch_unknown (OmcSyncRun *run,
               const char *type,
               GHashTable *here,
               GHashTable *there,
               GError **error)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  GHashTableIter iter;
  gpointer id;
  guint n = 0;

  g_hash_table_iter_init (&iter, there);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      if (g_hash_table_contains (here, id))
        continue;
      g_string_append_printf (ids, "%s%s", ids->len > 0 ? "," : "", (const char *)id);
      if (++n % IDS_A_SEARCH == 0 && !fetch_ids (run, type, ids, error))
        return FALSE;
    }

  return ids->len == 0 || fetch_ids (run, type, ids, error);
}

gboolean
omc_sync_idset_fetch (OmcSyncRun *run, const char *type, GHashTable *ids, GError **error)
{
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);

  return fetch_unknown (run, type, nothing, ids, error);
}

/* What this device does not keep is missing nowhere, and a deletion of it is news. */
static gboolean
add_evicted (OmcSyncRun *run, const char *type, GHashTable *here, GError **error)
{
  g_autoptr (GHashTable) evicted = omc_store_list_evicted (run->store, type, FALSE, error);
  GHashTableIter iter;
  gpointer id;

  if (evicted == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, evicted);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_insert (here, g_strdup (id), NULL);

  return TRUE;
}

/* all: TRUE when nothing is left for the next run. */
static gboolean
check_type (OmcSyncRun *run, const char *type, gboolean *all, GError **error)
{
  /* What is here is listed first: what arrives meanwhile is then no loss. */
  g_autoptr (GHashTable) here = omc_store_list_versions (run->store, type, error);
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (here == NULL || !add_evicted (run, type, here, error) ||
      !list_there (run, type, there, all, error))
    return FALSE;
  if (!*all)
    return TRUE;
  return settle_missing (run, type, here, there, all, error) &&
         fetch_unknown (run, type, here, there, error);
}

static gboolean
check_if_due (OmcSyncRun *run, const char *type, GError **error)
{
  g_autofree char *mark_name = g_strconcat ("idset/", type, NULL);
  g_autofree char *now = NULL;
  gboolean all = TRUE;
  gboolean due;
  gboolean first;

  if (!read_due (run, mark_name, &due, &first, error))
    return FALSE;
  /* The first reading of a type has just listed all that is there. */
  if (due && !first && !check_type (run, type, &all, error))
    return FALSE;
  if (!due || !all)
    return TRUE;
  now = omc_instant_format (run->server_us);
  return omc_store_set_mark (run->store, mark_name, now, error);
}

/* What the server did not give may be deleted there; what it has and did not give is asked for again in the next run. */
static gboolean
recall_type (OmcSyncRun *run, const char *type, GError **error)
{
  g_autoptr (GHashTable) nothing = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) wanted = omc_store_list_evicted (run->store, type, TRUE, error);
  g_autoptr (GHashTable) missing = NULL;
  gboolean all;

  if (wanted == NULL || !omc_sync_idset_fetch (run, type, wanted, error))
    return FALSE;
  if (g_hash_table_size (wanted) == 0)
    return TRUE;
  missing = omc_store_list_evicted (run->store, type, TRUE, error);

  return missing != NULL && settle_missing (run, type, missing, nothing, &all, error);
}

static int
compare_types (gconstpointer a, gconstpointer b)
{
  const char *left = *(const char *const *)a;
  const char *right = *(const char *const *)b;
  guint left_rank = omc_sync_plan_type_rank (left);
  guint right_rank = omc_sync_plan_type_rank (right);

  return left_rank != right_rank ? (left_rank < right_rank ? -1 : 1) : strcmp (left, right);
}

/* Also what is not read otherwise: a device that made such records and no longer keeps them can have them back. */
gboolean
omc_sync_idset_recall (OmcSyncRun *run, GError **error)
{
  g_autoptr (GHashTable) wanted = omc_store_list_wanted_types (run->store, error);
  g_autoptr (GPtrArray) types = NULL;

  if (wanted == NULL)
    return FALSE;
  types = g_hash_table_get_keys_as_ptr_array (wanted);
  g_ptr_array_sort (types, compare_types);
  for (guint i = 0; i < types->len; i++)
    {
      const char *type = g_ptr_array_index (types, i);
      g_autoptr (GError) cause = NULL;
      g_autofree char *note = NULL;

      if (recall_type (run, type, &cause))
        continue;
      if (!omc_sync_idset_is_refusal (cause))
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      note = g_strdup_printf ("%s: %s", type, cause->message);
      omc_sync_run_note (run, note);
      run->pulled = FALSE;
    }

  return TRUE;
}

gboolean
omc_sync_idset_check_due (OmcSyncRun *run, GError **error)
{
  g_auto (GStrv) types = omc_sync_run_list_types (run);

  /* Without the server's time nothing is known to be due; a type that is not read has nothing to compare. */
  for (guint i = 0; run->server_us > 0 && run->pulled && types[i] != NULL; i++)
    {
      if (!check_if_due (run, types[i], error))
        return FALSE;
    }

  return TRUE;
}
