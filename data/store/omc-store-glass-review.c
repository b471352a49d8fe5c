/* omc-store-glass-review.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-audit-dao.h"
#include "omc-glass-dao.h"
#include "omc-store-private.h"

typedef struct
{
  OmcActor *actor; /* (owned) */
  gboolean all;
  gint64 id;
  gboolean justified;
  char *words;     /* (owned) (nullable) */
  GPtrArray *list; /* (owned): the answer */
} ReviewJob;

static ReviewJob *
review_job_new (OmcActor *actor, const char *words)
{
  ReviewJob *job = g_new0 (ReviewJob, 1);

  job->actor = g_object_ref (actor);
  job->words = g_strdup (words);

  return job;
}

static void
review_job_free (ReviewJob *job)
{
  g_clear_object (&job->actor);
  g_clear_pointer (&job->list, g_ptr_array_unref);
  g_free (job->words);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReviewJob, review_job_free)

/* Gives the task back when the policy lets its actor read the trail. */
static GTask *
start_review (OmcStore *self,
              OmcActor *actor,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, start_review);

  return omc_store_check_task (self, task, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL)
             ? g_steal_pointer (&task)
             : NULL;
}

static gboolean
list_glass (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ReviewJob *job = data;

  g_clear_pointer (&job->list, g_ptr_array_unref);
  job->list = omc_glass_dao_list (session, job->all, error);

  return job->list != NULL;
}

static void
note_list (OmcStore *self, OmcActor *actor)
{
  const OmcAuditEvent event = { .type = "security", .subtype = "read-audit", .action = 'R' };

  omc_store_note_read (self, actor, &event);
}

GPtrArray *
omc_store_list_glass_sync (OmcStore *self,
                           OmcActor *actor,
                           gboolean all,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (ReviewJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);

  job = review_job_new (actor, NULL);
  job->all = all;
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) ||
      !omc_store_run_read (self, list_glass, job, cancellable, error))
    return NULL;
  note_list (self, actor);

  return g_steal_pointer (&job->list);
}

void
omc_store_list_glass_async (OmcStore *self,
                            OmcActor *actor,
                            gboolean all,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ReviewJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = start_review (self, actor, cancellable, callback, user_data);
  if (task == NULL)
    return;
  job = review_job_new (actor, NULL);
  job->all = all;
  note_list (self, actor);
  omc_store_push_read (self, task, list_glass, job, (GDestroyNotify)review_job_free);
}

GPtrArray *
omc_store_list_glass_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ReviewJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->list) : NULL;
}

static gboolean
review_glass (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ReviewJob *job = data;
  const char *verdict = job->justified ? "justified" : "unjustified";
  g_autoptr (OmcGlass) glass = omc_glass_dao_find (session, job->id, error);
  g_autofree char *entity =
      glass != NULL ? g_strdup_printf ("break-glass/%" G_GINT64_FORMAT, job->id) : NULL;
  OmcAuditEvent event = {
    .type = "security",
    .subtype = "break-glass-review",
    .action = 'U',
    .patient_id = glass != NULL ? glass->patient_id : NULL,
    .entity = entity,
    .detail = verdict,
  };

  if (glass == NULL)
    return FALSE;
  if (g_strcmp0 (glass->user, omc_actor_get_user (job->actor)) == 0)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED,
                           _ ("Nobody reviews their own emergency access; ask somebody else."));
      return FALSE;
    }

  return omc_glass_dao_review (session, job->id, omc_actor_get_user (job->actor), verdict,
                               job->words, error) &&
         omc_audit_dao_append (session, job->actor, &event, error);
}

gboolean
omc_store_review_glass_sync (OmcStore *self,
                             OmcActor *actor,
                             gint64 id,
                             gboolean justified,
                             const char *words,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (ReviewJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  job = review_job_new (actor, words);
  job->id = id;
  job->justified = justified;

  return omc_store_check_access (self, actor, OMC_ACCESS_READ_AUDIT, NULL, NULL, error) &&
         omc_store_run_write (self, review_glass, job, cancellable, error);
}

void
omc_store_review_glass_async (OmcStore *self,
                              OmcActor *actor,
                              gint64 id,
                              gboolean justified,
                              const char *words,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ReviewJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));

  task = start_review (self, actor, cancellable, callback, user_data);
  if (task == NULL)
    return;
  job = review_job_new (actor, words);
  job->id = id;
  job->justified = justified;
  omc_store_push_write (self, task, review_glass, job, (GDestroyNotify)review_job_free);
}

gboolean
omc_store_review_glass_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
