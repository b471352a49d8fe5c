/* omc-sync-fetcher.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-answer.h"
#include "omc-sync-error.h"
#include "omc-sync-fetcher.h"

#define PAGES_AHEAD 2
/* Servers that filter after paging send some; nobody sends these many in a row. */
#define EMPTY_PAGES_MAX 100

struct _OmcSyncFetcher
{
  OmcFhirTransport *transport; /* (owned) */
  GPtrArray *jobs;             /* (owned) */
  gboolean together;
  GCancellable *outer; /* (owned) (nullable) */
  gulong outer_id;
  GCancellable *cancellable; /* (owned): ends with outer, or when nobody waits any more */
  GThread *thread;           /* (owned) */

  GMutex mutex;
  GCond changed;
  GQueue ready; /* OmcFetched */
  gboolean closing;
  gboolean finished;
  GError *error; /* (owned) (nullable) */
};

OmcFetchJob *
omc_fetch_job_new (const char *type, OmcSyncPageKind kind, char *url)
{
  OmcFetchJob *self = g_new0 (OmcFetchJob, 1);

  self->type = g_strdup (type);
  self->kind = kind;
  self->url = url;
  return self;
}

void
omc_fetch_job_free (OmcFetchJob *self)
{
  if (self == NULL)
    return;

  g_free (self->type);
  g_free (self->url);
  g_free (self->fallback_url);
  g_free (self->mark_name);
  g_free (self->old_mark);
  g_clear_pointer (&self->first, omc_json_unref);
  g_free (self);
}

void
omc_fetched_free (OmcFetched *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->page, omc_sync_page_free);
  g_free (self->refusal);
  g_free (self);
}

/* FALSE: nobody waits any more. */
static gboolean
hand_over (OmcSyncFetcher *self, OmcFetched *fetched)
{
  gboolean wanted;

  g_mutex_lock (&self->mutex);
  while (self->ready.length >= PAGES_AHEAD && !self->closing)
    g_cond_wait (&self->changed, &self->mutex);
  wanted = !self->closing;
  if (wanted)
    g_queue_push_tail (&self->ready, fetched);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);

  if (!wanted)
    omc_fetched_free (fetched);
  return wanted;
}

static gboolean
refuse (OmcSyncFetcher *self, OmcFetchJob *job, const GError *cause)
{
  OmcFetched *fetched = g_new0 (OmcFetched, 1);

  fetched->job = job;
  fetched->refusal = g_strdup (cause->message);
  fetched->is_last = TRUE;
  return hand_over (self, fetched);
}

static OmcSyncPage *
fetch_page (OmcSyncFetcher *self,
            OmcFetchJob *job,
            const char *url,
            GHashTable *seen,
            GError **error)
{
  g_autoptr (OmcFhirResponse) response = NULL;

  if (job->first != NULL)
    {
      g_autoptr (OmcJson) first = g_steal_pointer (&job->first);

      return omc_sync_page_new (omc_json_get_root (first), job->kind, seen, error);
    }

  response = omc_fhir_transport_get (self->transport, url, self->cancellable, error);
  if (response == NULL)
    return NULL;
  if (job->server_us == 0)
    job->server_us = response->server_us;
  return omc_sync_page_new (omc_json_get_root (response->json), job->kind, seen, error);
}

/* A page that expired or got stuck: once more from the start, where known versions cost little. */
static const char *
find_restart (const OmcFetchJob *job, const GError *error)
{
  if (g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_EXPIRED))
    return job->url;
  if (g_error_matches (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER))
    return job->fallback_url;
  return NULL;
}

/* Every page is somewhere else, and some bring something. */
static gboolean
check_progress (GHashTable *visited, const OmcSyncPage *page, guint *n_empty, GError **error)
{
  gboolean empty = page->resources->len + page->deletions->len + page->n_unreadable == 0;

  *n_empty = empty ? *n_empty + 1 : 0;
  if (page->next == NULL ||
      (*n_empty < EMPTY_PAGES_MAX && !g_hash_table_contains (visited, page->next)))
    return TRUE;
  g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_SERVER,
                       _ ("The server's pages go in a circle; they are read again by themselves."));
  return FALSE;
}

static gboolean
fetch_job (OmcSyncFetcher *self, OmcFetchJob *job, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_empty = 0;
  g_autofree char *url = g_strdup (job->url);
  gboolean is_first = TRUE;
  gboolean restarted = FALSE;

  while (url != NULL)
    {
      g_autoptr (GError) cause = NULL;
      OmcSyncPage *page = fetch_page (self, job, url, seen, &cause);
      OmcFetched *fetched;

      if (page == NULL)
        {
          const char *restart = is_first || restarted ? NULL : find_restart (job, cause);

          if (restart != NULL)
            {
              restarted = TRUE;
              g_hash_table_remove_all (seen);
              g_hash_table_remove_all (visited);
              g_set_str (&url, restart);
              continue;
            }
          if (g_error_matches (cause, OMC_SYNC_ERROR, OMC_SYNC_ERROR_REFUSED) ||
              g_error_matches (cause, OMC_SYNC_ERROR, OMC_SYNC_ERROR_EXPIRED))
            return refuse (self, job, cause);
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }

      g_hash_table_add (visited, g_strdup (url));
      if (!check_progress (visited, page, &n_empty, error))
        {
          omc_sync_page_free (page);
          return FALSE;
        }
      g_set_str (&url, page->next);
      fetched = g_new0 (OmcFetched, 1);
      fetched->job = job;
      fetched->page = page;
      fetched->server_us = job->server_us;
      fetched->is_first = is_first;
      fetched->is_last = url == NULL;
      is_first = FALSE;
      if (!hand_over (self, fetched))
        return TRUE;
    }

  return TRUE;
}

/* One round trip in place of one a type. An entry that fails is simply asked for again by itself. */
static gboolean
fetch_first_pages (OmcSyncFetcher *self, GError **error)
{
  g_autoptr (GPtrArray) requests =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_fhir_request_free);
  g_autoptr (OmcFhirRequest) bundle = NULL;
  g_autoptr (OmcFhirResponse) response = NULL;
  g_autoptr (GPtrArray) answers = NULL;

  for (guint i = 0; i < self->jobs->len; i++)
    {
      const OmcFetchJob *job = g_ptr_array_index (self->jobs, i);

      g_ptr_array_add (requests, omc_fhir_request_new ("GET", job->url, NULL));
    }
  bundle = omc_fhir_request_new_bundle ("batch", requests);
  response = omc_fhir_transport_send (self->transport, bundle, self->cancellable, error);
  if (response == NULL)
    return FALSE;
  if (response->status == 401 || response->status == 429 || response->status >= 500)
    {
      omc_fhir_response_set_error (response, error);
      return FALSE;
    }
  answers = omc_fhir_answer_list_from_bundle (response, self->jobs->len, NULL);
  for (guint i = 0; answers != NULL && i < self->jobs->len; i++)
    {
      OmcFetchJob *job = g_ptr_array_index (self->jobs, i);
      const OmcFhirAnswer *answer = g_ptr_array_index (answers, i);

      if (answer->status != 200 || answer->resource == NULL)
        continue;
      job->first = omc_json_ref (omc_resource_get_json (answer->resource));
      job->server_us = response->server_us;
    }
  return TRUE;
}

static gpointer
fetch_all (gpointer data)
{
  OmcSyncFetcher *self = data;
  g_autoptr (GError) error = NULL;
  gboolean well = TRUE;

  if (self->together && self->jobs->len > 1)
    well = fetch_first_pages (self, &error);
  for (guint i = 0; well && i < self->jobs->len && !self->closing; i++)
    well = fetch_job (self, g_ptr_array_index (self->jobs, i), &error);

  g_mutex_lock (&self->mutex);
  self->finished = TRUE;
  self->error = g_steal_pointer (&error);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer inner)
{
  g_cancellable_cancel (inner);
}

OmcSyncFetcher *
omc_sync_fetcher_new (OmcFhirTransport *transport,
                      GPtrArray *jobs,
                      gboolean together,
                      GCancellable *cancellable)
{
  OmcSyncFetcher *self;

  g_return_val_if_fail (OMC_IS_FHIR_TRANSPORT (transport), NULL);

  self = g_new0 (OmcSyncFetcher, 1);
  self->transport = g_object_ref (transport);
  self->jobs = g_ptr_array_ref (jobs);
  self->together = together;
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  g_queue_init (&self->ready);
  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      self->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (outer_cancelled_cb),
                                              g_object_ref (self->cancellable), g_object_unref);
    }
  self->thread = g_thread_new ("omc-sync-fetch", fetch_all, self);
  return self;
}

void
omc_sync_fetcher_free (OmcSyncFetcher *self)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);

  if (self->outer != NULL)
    g_cancellable_disconnect (self->outer, self->outer_id);
  g_clear_object (&self->outer);
  g_queue_clear_full (&self->ready, (GDestroyNotify)omc_fetched_free);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_object_unref (self->cancellable);
  g_object_unref (self->transport);
  g_ptr_array_unref (self->jobs);
  g_free (self);
}

OmcFetched *
omc_sync_fetcher_next (OmcSyncFetcher *self, GError **error)
{
  OmcFetched *fetched;

  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->mutex);
  while (self->ready.length == 0 && !self->finished)
    g_cond_wait (&self->changed, &self->mutex);
  fetched = g_queue_pop_head (&self->ready);
  if (fetched == NULL && self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return fetched;
}
