/* omc-store-search.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include "omc-search-runner.h"
#include "omc-store-private.h"

typedef struct
{
  OmcSearchQuery *query;   /* (owned) */
  OmcAccessGuard *guard;   /* (owned) (nullable) */
  OmcSearchResult *result; /* (owned): the answer */
} SearchJob;

static void
search_job_free (SearchJob *job)
{
  g_clear_pointer (&job->query, omc_search_query_free);
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_clear_pointer (&job->result, omc_search_result_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SearchJob, search_job_free)

/* A record that is indexed meanwhile would be missed in the list of those that wait, and then in the index too. */
static gboolean
search (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SearchJob *job = data;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  job->result = omc_search_runner_run (session, job->query, job->guard, cancellable, error);
  omc_db_rollback (session->db);

  return job->result != NULL;
}

/* What was searched for may name a person: the trail tells the kind of record only. What a broken glass showed is on the disk
 * first; other searches are written together, soon. */
static gboolean
tell_searched (OmcStore *self, gpointer data)
{
  SearchJob *job = data;
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "search",
    .action = 'E',
    .entity = job->query->type,
    .purpose = omc_access_guard_get_purpose (job->guard),
  };

  if (omc_actor_get_role (job->guard->actor) == OMC_ROLE_DEVICE)
    return FALSE;
  omc_store_note_read (self, job->guard->actor, &event);

  return job->guard->glass_used;
}

static SearchJob *
prepare (OmcStore *self, OmcActor *actor, const char *query, GError **error)
{
  g_autoptr (SearchJob) job = g_new0 (SearchJob, 1);

  job->query = omc_search_query_parse (query, error);
  if (job->query == NULL ||
      !omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, job->query->type, NULL, error))
    return NULL;
  job->guard = omc_access_guard_new (self, actor);

  return g_steal_pointer (&job);
}

OmcSearchResult *
omc_store_search_sync (OmcStore *self,
                       OmcActor *actor,
                       const char *query,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (SearchJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  job = prepare (self, actor, query, error);
  if (job == NULL ||
      !omc_store_run_told_read (self, search, job, tell_searched, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->result);
}

void
omc_store_search_async (OmcStore *self,
                        OmcActor *actor,
                        const char *query,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  SearchJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (query != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_search_async);
  job = prepare (self, actor, query, &error);
  if (job == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    omc_store_push_told_read (self, task, search, job, (GDestroyNotify)search_job_free,
                              tell_searched);
}

OmcSearchResult *
omc_store_search_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  SearchJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->result) : NULL;
}
