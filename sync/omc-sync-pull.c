/* omc-sync-pull.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-store-slots.h"
#include "omc-sync-apply.h"
#include "omc-sync-error.h"
#include "omc-sync-fetcher.h"
#include "omc-sync-idset.h"
#include "omc-sync-mark.h"
#include "omc-sync-pull.h"

/* First pages that come together are small, so that one answer holds them all. */
#define TOGETHER_PAGE 200

/* What a type needs until its mark may move. */
typedef struct
{
  gint64 server_us; /* when its reading began */
  gint64 device_us;
  gint64 newest_us; /* lastUpdated */
  gboolean broken;
  gboolean saw_something;
} TypeState;

static char *
make_deletions_url (OmcSyncRun *run,
                    const char *type,
                    const char *mark,
                    guint page_size,
                    OmcSyncPageKind *kind)
{
  if (run->profile->deletions == OMC_DELETIONS_BY_HISTORY)
    {
      *kind = OMC_PAGE_HISTORY;
      return g_strdup_printf ("%s/_history?_since=%s&_count=%u", type, mark, page_size);
    }
  *kind = OMC_PAGE_DELETED;
  return g_strdup_printf ("%s?_deleted=true&_lastUpdated=ge%s&_sort=_lastUpdated&_count=%u", type,
                          mark, page_size);
}

static OmcFetchJob *
add_job (GPtrArray *jobs, const char *type, OmcSyncPageKind kind, char *url)
{
  OmcFetchJob *job = omc_fetch_job_new (type, kind, url);

  g_ptr_array_add (jobs, job);
  return job;
}

/* A first reading brings the vitals of the last day before years of older ones. */
static void
add_recent_vitals (OmcSyncRun *run, GPtrArray *jobs)
{
  gint64 since = omc_clock_get_now (omc_store_get_clock (run->store)) - G_TIME_SPAN_DAY;
  g_autofree char *text = omc_instant_format (since);

  add_job (
      jobs, "Observation", OMC_PAGE_RESOURCES,
      g_strdup_printf ("Observation?category=vital-signs&date=ge%s&_sort=_lastUpdated&_count=%u",
                       text, run->profile->page_size));
}

static void
add_jobs_of_type (OmcSyncRun *run,
                  GPtrArray *jobs,
                  const char *type,
                  const char *mark,
                  guint page_size)
{
  g_autofree char *base = omc_sync_mark_query (type, mark, page_size);
  g_autofree char *filter =
      mark != NULL ? g_strdup_printf ("_lastUpdated=ge%s&", mark) : g_strdup ("");
  OmcFetchJob *job;
  OmcSyncPageKind kind;
  char *url;

  if (mark == NULL && g_str_equal (type, "Observation"))
    add_recent_vitals (run, jobs);
  job = add_job (jobs, type, OMC_PAGE_RESOURCES, g_steal_pointer (&base));
  job->fallback_url =
      g_strdup_printf ("%s?%s_sort=_lastUpdated,_id&_count=%u", type, filter, page_size);
  if (mark != NULL && run->profile->deletions != OMC_DELETIONS_BY_ID_SET)
    {
      url = make_deletions_url (run, type, mark, page_size, &kind);
      job = add_job (jobs, type, kind, url);
    }
  job->mark_name = omc_sync_mark_name (type);
  job->old_mark = g_strdup (mark);
}

/* The entry of this device alone. */
static void
add_own_device (OmcSyncRun *run, GPtrArray *jobs)
{
  const char *store_id = omc_key_manager_get_store_id (omc_store_get_key_manager (run->store));
  g_autofree char *token = g_strconcat (OMC_DEVICE_SYSTEM "|", store_id, NULL);
  g_autofree char *escaped = g_uri_escape_string (token, NULL, FALSE);

  if (omc_server_profile_has_type (run->profile, OMC_SYNC_DEVICES))
    add_job (jobs, OMC_SYNC_DEVICES, OMC_PAGE_RESOURCES,
             g_strconcat (OMC_SYNC_DEVICES "?identifier=", escaped, NULL));
}

static GPtrArray *
make_jobs (OmcSyncRun *run, gboolean *together, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fetch_job_free);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) types = omc_sync_run_list_types (run);

  *together =
      run->profile->search_in_batch && 2 * g_strv_length (types) < run->profile->max_entries;
  for (guint i = 0; types[i] != NULL; i++)
    {
      g_autofree char *name = omc_sync_mark_name (types[i]);
      g_autoptr (GError) cause = NULL;
      char *mark = omc_store_get_mark (run->store, name, &cause);

      if (cause != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return NULL;
        }
      g_ptr_array_add (marks, mark);
      *together = *together && mark != NULL;
    }

  for (guint i = 0; types[i] != NULL; i++)
    add_jobs_of_type (run, jobs, types[i], g_ptr_array_index (marks, i),
                      *together ? MIN (TOGETHER_PAGE, run->profile->page_size)
                                : run->profile->page_size);
  if (!g_strv_contains ((const char *const *)types, OMC_SYNC_DEVICES))
    add_own_device (run, jobs);
  omc_sync_run_add_work (run, jobs->len);
  return g_steal_pointer (&jobs);
}

static TypeState *
get_state (GHashTable *states, const OmcFetchJob *job)
{
  TypeState *state = g_hash_table_lookup (states, job->type);

  if (state == NULL)
    {
      state = g_new0 (TypeState, 1);
      g_hash_table_insert (states, g_strdup (job->type), state);
    }
  return state;
}

static void
see_page (TypeState *state, const OmcFetched *fetched)
{
  const OmcSyncPage *page = fetched->page;

  if (state->server_us == 0)
    {
      state->server_us = fetched->server_us;
      state->device_us = g_get_real_time ();
    }
  state->saw_something |= page->resources->len > 0 || page->deletions->len > 0;
  for (guint i = 0; i < page->resources->len; i++)
    {
      const char *text = omc_resource_get_last_updated (g_ptr_array_index (page->resources, i));
      gint64 when_us;

      if (text != NULL && omc_instant_parse_range (text, &when_us, NULL))
        state->newest_us = MAX (state->newest_us, when_us);
    }
}

/* A refusal says nothing of who was withdrawn, and so gives nobody more time. */
static char *
describe_refusal (OmcSyncRun *run, const OmcFetched *fetched)
{
  const char *type = fetched->job->type;
  g_autofree char *before = NULL;

  if (!g_str_equal (type, OMC_SYNC_PEOPLE) && !g_str_equal (type, OMC_SYNC_DEVICES))
    return g_strdup_printf ("%s: %s", type, fetched->refusal);
  before = g_steal_pointer (&run->unheard);
  if (before == NULL)
    run->unheard = g_strdup (type);
  else if (strstr (before, type) != NULL)
    run->unheard = g_steal_pointer (&before);
  else
    run->unheard = g_strjoin (", ", before, type, NULL);
  /* Translators: the name of a FHIR type, Practitioner or Device */
  return g_strdup_printf (
      _ ("The server does not let this device read %s, where it says who may still work here. Ask "
         "IT to grant that, or the time for which passphrases open this device runs out."),
      type);
}

/* NULL: it stays. When nothing came the old mark is as good as a new one and costs no write. */
static char *
dup_new_mark (OmcSyncRun *run, const OmcFetched *fetched, const TypeState *state)
{
  const OmcFetchJob *job = fetched->job;
  g_autofree char *mark = NULL;

  if (!fetched->is_last || job->mark_name == NULL || state->broken ||
      (!state->saw_something && job->old_mark != NULL))
    return NULL;
  mark = omc_sync_mark_value (state->server_us, state->device_us, state->newest_us,
                              run->profile->overlap_seconds);
  return omc_sync_mark_is_later (job->old_mark, mark) ? g_steal_pointer (&mark) : NULL;
}

static gboolean
apply_fetched (OmcSyncRun *run, const OmcFetched *fetched, GHashTable *states, GError **error)
{
  TypeState *state = get_state (states, fetched->job);
  OmcSyncPage *page = fetched->page;
  g_autofree char *mark = NULL;

  if (page == NULL)
    {
      g_autofree char *note = describe_refusal (run, fetched);

      state->broken = TRUE;
      run->pulled = FALSE;
      omc_sync_run_note (run, note);
      omc_sync_run_work_done (run, 1);
      return TRUE;
    }

  omc_sync_run_see_server_time (run, fetched->server_us);
  see_page (state, fetched);
  if (page->n_unreadable > 0)
    {
      state->broken = TRUE;
      run->pulled = FALSE;
      omc_sync_run_note (
          run,
          _ ("The server sent entries that cannot be read; they are asked for again: tell IT."));
    }

  mark = dup_new_mark (run, fetched, state);
  if (!omc_sync_apply_page (run, page, mark != NULL ? fetched->job->mark_name : NULL, mark, error))
    return FALSE;
  if (fetched->is_first && page->total > (gint64)page->resources->len)
    omc_sync_run_add_work (run, (double)page->total / run->profile->page_size);
  omc_sync_run_work_done (run, 1);
  return TRUE;
}

/* What was not asked for, broke off, was refused or could not be read was not heard. */
static gboolean
is_heard (OmcSyncRun *run, GHashTable *states, const char *type)
{
  const TypeState *state = g_hash_table_lookup (states, type);

  return !omc_server_profile_has_type (run->profile, type) || (state != NULL && !state->broken);
}

static gboolean
run_jobs (OmcSyncRun *run, GPtrArray *jobs, gboolean together, GError **error)
{
  g_autoptr (GHashTable) states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (OmcSyncFetcher) fetcher =
      omc_sync_fetcher_new (run->transport, jobs, together, run->cancellable);

  for (;;)
    {
      g_autoptr (GError) cause = NULL;
      g_autoptr (OmcFetched) fetched = omc_sync_fetcher_next (fetcher, &cause);

      if (cause != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (fetched == NULL)
        {
          run->heard_people |=
              is_heard (run, states, OMC_SYNC_PEOPLE) && is_heard (run, states, OMC_SYNC_DEVICES);
          return TRUE;
        }
      if (!apply_fetched (run, fetched, states, error))
        return FALSE;
    }
}

gboolean
omc_sync_pull (OmcSyncRun *run, GError **error)
{
  g_autoptr (GPtrArray) jobs = NULL;
  gboolean together;

  run->pulled = TRUE;
  omc_sync_run_note_poll (run);
  jobs = omc_sync_apply_prepare (run, error) ? make_jobs (run, &together, error) : NULL;
  if (jobs == NULL || !run_jobs (run, jobs, together, error))
    {
      run->pulled = FALSE;
      return FALSE;
    }
  return omc_sync_idset_recall (run, error) && omc_sync_idset_check_due (run, error);
}

gboolean
omc_sync_pull_people (OmcSyncRun *run, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fetch_job_free);
  g_autofree char *name = omc_sync_mark_name (OMC_SYNC_PEOPLE);
  g_autofree char *mark = NULL;
  g_autoptr (GError) cause = NULL;

  mark = omc_store_get_mark (run->store, name, &cause);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (omc_server_profile_has_type (run->profile, OMC_SYNC_PEOPLE))
    add_job (jobs, OMC_SYNC_PEOPLE, OMC_PAGE_RESOURCES,
             omc_sync_mark_query (OMC_SYNC_PEOPLE, mark, run->profile->page_size));
  add_own_device (run, jobs);

  return omc_sync_apply_prepare (run, error) && run_jobs (run, jobs, FALSE, error);
}

gboolean
omc_sync_pull_deletions (OmcSyncRun *run, GHashTable *types, GError **error)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fetch_job_free);
  GHashTableIter iter;
  gpointer type;

  g_hash_table_iter_init (&iter, types);
  while (g_hash_table_iter_next (&iter, &type, NULL))
    {
      g_autofree char *name = omc_sync_mark_name (type);
      g_autofree char *mark = omc_store_get_mark (run->store, name, error);
      OmcSyncPageKind kind;
      char *url;

      if (mark == NULL || run->profile->deletions == OMC_DELETIONS_BY_ID_SET)
        continue;
      url = make_deletions_url (run, type, mark, run->profile->page_size, &kind);
      add_job (jobs, type, kind, url);
    }

  omc_sync_run_note_poll (run);
  return run_jobs (run, jobs, FALSE, error);
}

gboolean
omc_sync_pull_count (OmcSyncRun *run, guint *count, GError **error)
{
  g_auto (GStrv) types = omc_sync_run_list_types (run);

  *count = 0;
  for (guint i = 0; types[i] != NULL; i++)
    {
      g_autofree char *name = omc_sync_mark_name (types[i]);
      g_autofree char *mark = omc_store_get_mark (run->store, name, NULL);
      g_autofree char *url = NULL;
      g_autoptr (OmcFhirResponse) response = NULL;
      g_autoptr (OmcSyncPage) page = NULL;

      url = mark != NULL ? g_strdup_printf ("%s?_lastUpdated=ge%s&_summary=count", types[i], mark)
                         : g_strdup_printf ("%s?_summary=count", types[i]);
      response = omc_fhir_transport_get (run->transport, url, run->cancellable, error);
      if (response == NULL)
        return FALSE;
      page =
          omc_sync_page_new (omc_json_get_root (response->json), OMC_PAGE_RESOURCES, NULL, error);
      if (page == NULL)
        return FALSE;
      *count += (guint)MAX (page->total, 0);
    }

  return TRUE;
}

gboolean
omc_sync_pull_one (OmcSyncRun *run, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *server_id = NULL;
  g_autofree char *url = NULL;
  g_autoptr (OmcFhirRequest) request = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  OmcSyncPage page = { .resources =
                           g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref),
                       .deletions = g_ptr_array_new_with_free_func (g_free) };
  gboolean well = TRUE;

  server_id = omc_store_dup_server_id (run->store, run->resource_type, run->resource_id, &cause);
  if (cause == NULL && server_id != NULL)
    {
      url = g_strconcat (run->resource_type, "/", server_id, NULL);
      request = omc_fhir_request_new ("GET", url, NULL);
      response = omc_fhir_transport_send (run->transport, request, run->cancellable, &cause);
    }
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      well = FALSE;
    }
  else if (response != NULL)
    {
      omc_sync_run_see_server_time (run, response->server_us);
      if (response->status == 200 && response->json != NULL)
        {
          OmcResource *resource = omc_resource_new (response->json, error);

          well = resource != NULL;
          if (well)
            g_ptr_array_add (page.resources, resource);
        }
      else if (response->status == 410)
        g_ptr_array_add (page.deletions, g_strdup (url));
      else if (response->status == 404)
        g_ptr_array_add (ids, g_strdup (server_id));
      else
        {
          omc_fhir_response_set_error (response, error);
          well = FALSE;
        }
      well = well && omc_sync_apply_page (run, &page, NULL, NULL, error);
      if (well && ids->len > 0)
        well = omc_store_hide (run->store, run->resource_type, ids, error);
    }

  run->pulled = well;
  omc_sync_run_note_poll (run);
  g_ptr_array_unref (page.resources);
  g_ptr_array_unref (page.deletions);
  return well;
}
