/* omc-store-board.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include "omc-board-dao.h"
#include "omc-store-private.h"

typedef struct
{
  char *text;     /* (owned) (nullable) */
  char *location; /* (owned) (nullable) */
  OmcBoardQuery query;
  guint offset;
  guint limit;
  guint total;
  gboolean stale;
  GPtrArray *rows; /* (owned): the answer */
} BoardJob;

static BoardJob *
board_job_new (const OmcBoardQuery *query, guint offset, guint limit)
{
  BoardJob *job = g_new0 (BoardJob, 1);

  job->query = *query;
  job->query.text = job->text = g_strdup (query->text);
  job->query.location = job->location = g_strdup (query->location);
  job->offset = offset;
  job->limit = limit;

  return job;
}

static void
board_job_free (BoardJob *job)
{
  g_free (job->text);
  g_free (job->location);
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BoardJob, board_job_free)

static gboolean
list_board (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  BoardJob *job = data;

  g_clear_pointer (&job->rows, g_ptr_array_unref);
  job->rows =
      omc_board_dao_list (session, &job->query, job->offset, job->limit, &job->total, error);

  return job->rows != NULL;
}

/* On the writer: rows that wait are made before they are shown. */
static gboolean
settle_and_list (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  return omc_board_dao_update_stale (session, 0, error) &&
         list_board (session, data, cancellable, error);
}

static gboolean
find_stale (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  BoardJob *job = data;

  return omc_board_dao_has_stale (session, &job->stale, error) &&
         (job->stale || list_board (session, data, cancellable, error));
}

static void
note_list (OmcStore *self, OmcActor *actor, guint offset)
{
  OmcAuditEvent event = {
    .type = "rest", .subtype = "search", .action = 'E', .entity = "Patient", .detail = "board"
  };

  /* Turning pages is the same look at the board. */
  if (offset == 0 && omc_actor_get_role (actor) != OMC_ROLE_DEVICE)
    omc_store_note_read (self, actor, &event);
}

GPtrArray *
omc_store_list_board_sync (OmcStore *self,
                           OmcActor *actor,
                           const OmcBoardQuery *query,
                           guint offset,
                           guint limit,
                           guint *total,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (BoardJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, "Patient", NULL, error))
    return NULL;
  job = board_job_new (query, offset, limit);
  if (!omc_store_run_read (self, find_stale, job, cancellable, error) ||
      (job->stale && !omc_store_run_write (self, settle_and_list, job, cancellable, error)))
    return NULL;
  note_list (self, actor, offset);
  if (total != NULL)
    *total = job->total;

  return g_steal_pointer (&job->rows);
}

void
omc_store_list_board_async (OmcStore *self,
                            OmcActor *actor,
                            const OmcBoardQuery *query,
                            guint offset,
                            guint limit,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (query != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_board_async);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, "Patient", NULL, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  note_list (self, actor, offset);
  /* The idle writer makes waiting rows and tells by a change notice: a window need not wait for them. */
  omc_store_push_read (self, task, list_board, board_job_new (query, offset, limit),
                       (GDestroyNotify)board_job_free);
}

GPtrArray *
omc_store_list_board_finish (OmcStore *self, GAsyncResult *result, guint *total, GError **error)
{
  BoardJob *job;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  job = g_task_get_task_data (G_TASK (result));
  if (total != NULL)
    *total = job->total;

  return g_steal_pointer (&job->rows);
}
