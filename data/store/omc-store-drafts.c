/* omc-store-drafts.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-setting-dao.h"
#include "omc-store-private.h"

typedef struct
{
  OmcActor *actor; /* (owned) */
  char *key;       /* (owned) */
  GBytes *draft;   /* (owned) (nullable) */
  gint64 saved_at_us;
} DraftJob;

static DraftJob *
draft_job_new (OmcActor *actor, const char *key, GBytes *draft)
{
  DraftJob *job = g_new0 (DraftJob, 1);

  job->actor = g_object_ref (actor);
  job->key = g_strdup (key);
  job->draft = draft != NULL ? g_bytes_ref (draft) : NULL;

  return job;
}

static void
draft_job_free (DraftJob *job)
{
  g_clear_object (&job->actor);
  g_free (job->key);
  g_clear_pointer (&job->draft, g_bytes_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DraftJob, draft_job_free)

static gboolean
save_draft (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  DraftJob *job = data;

  return omc_draft_dao_put (session, omc_actor_get_user (job->actor), job->key, job->draft, error);
}

static gboolean
load_draft (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  DraftJob *job = data;

  return omc_draft_dao_get (session, omc_actor_get_user (job->actor), job->key, &job->draft,
                            &job->saved_at_us, error);
}

void
omc_store_save_draft_async (OmcStore *self,
                            OmcActor *actor,
                            const char *key,
                            GBytes *draft,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_save_draft_async);
  omc_store_push_write (self, task, save_draft, draft_job_new (actor, key, draft),
                        (GDestroyNotify)draft_job_free);
}

gboolean
omc_store_save_draft_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
omc_store_load_draft_async (OmcStore *self,
                            OmcActor *actor,
                            const char *key,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_load_draft_async);
  omc_store_push_read (self, task, load_draft, draft_job_new (actor, key, NULL),
                       (GDestroyNotify)draft_job_free);
}

GBytes *
omc_store_load_draft_finish (OmcStore *self,
                             GAsyncResult *result,
                             gint64 *saved_at_us,
                             GError **error)
{
  DraftJob *job = omc_store_finish_job (self, result, error);

  if (job == NULL)
    return NULL;
  if (saved_at_us != NULL)
    *saved_at_us = job->saved_at_us;

  return g_steal_pointer (&job->draft);
}

gboolean
omc_store_save_draft_sync (OmcStore *self,
                           OmcActor *actor,
                           const char *key,
                           GBytes *draft,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (DraftJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  job = draft_job_new (actor, key, draft);

  return omc_store_run_write (self, save_draft, job, cancellable, error);
}

GBytes *
omc_store_load_draft_sync (OmcStore *self,
                           OmcActor *actor,
                           const char *key,
                           gint64 *saved_at_us,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (DraftJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (key != NULL, NULL);

  job = draft_job_new (actor, key, NULL);
  if (!omc_store_run_read (self, load_draft, job, cancellable, error))
    return NULL;
  if (saved_at_us != NULL)
    *saved_at_us = job->saved_at_us;

  return g_steal_pointer (&job->draft);
}
