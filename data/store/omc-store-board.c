/* omc-store-board.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-board-dao.h"
#include "omc-board-pages.h"
#include "omc-store-private.h"

/* A look beyond the own department names who is asked for, and lists nobody. */
#define MIN_BEYOND_TEXT 3

typedef struct
{
  OmcAccessGuard *guard; /* (owned) */
  char *text;            /* (owned) (nullable) */
  char *location;        /* (owned) (nullable) */
  OmcBoardQuery query;
  guint offset;
  guint limit;
  guint total;
  gboolean stale;
  GPtrArray *rows; /* (owned): the answer */
} BoardJob;

static BoardJob *
board_job_new (OmcStore *store,
               OmcActor *actor,
               const OmcBoardQuery *query,
               guint offset,
               guint limit)
{
  BoardJob *job = g_new0 (BoardJob, 1);

  job->guard = omc_access_guard_new (store, actor);
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
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_free (job->text);
  g_free (job->location);
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BoardJob, board_job_free)

static gboolean
looks_beyond (const BoardJob *job)
{
  return job->query.beyond && omc_access_guard_is_bounded (job->guard) && job->text != NULL &&
         g_utf8_strlen (job->text, -1) >= MIN_BEYOND_TEXT;
}

/* Who and where, to be sure of the person before the glass is broken. */
static void
keep_identity (OmcBoardRow *row)
{
  row->needs_glass = TRUE;
  row->news2 = row->news2_partial = -1;
  row->news2_red = FALSE;
  for (guint i = 0; i < OMC_BOARD_TREND; i++)
    row->trend[i] = -1;
  row->last_set_us = row->due_us = 0;
  row->spo2_scale = 1;
  row->n_allergies = row->n_alerts = row->n_unsent = row->n_conflicts = 0;
  row->allergy_nka = FALSE;
}

/* A row may be of the place before: what was found is asked about once more. */
static gboolean
leave_out (BoardJob *job, OmcSession *session, GError **error)
{
  for (guint i = job->rows->len; i > 0; i--)
    {
      OmcBoardRow *row = g_ptr_array_index (job->rows, i - 1);
      OmcAccessDecision decision;
      gint64 patient;

      if (!omc_session_find_patient (session, row->patient_id, &patient, error) ||
          !omc_access_guard_ask (job->guard, session, OMC_ACCESS_SEARCH, "Patient", patient,
                                 &decision, error))
        return FALSE;
      if (decision == OMC_ACCESS_BREAK_GLASS && looks_beyond (job))
        keep_identity (row);
      else if (decision != OMC_ACCESS_ALLOW)
        {
          g_ptr_array_remove_index (job->rows, i - 1);
          job->total -= MIN (job->total, 1);
        }
    }

  return TRUE;
}

static gboolean
list_board (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  BoardJob *job = data;
  gboolean beyond = looks_beyond (job);
  OmcBoardScope scope = { beyond ? NULL : job->guard->ward,
                          omc_actor_get_user (job->guard->actor) };
  OmcBoardQuery query = job->query;

  /* What is filtered by is told too. */
  if (beyond)
    query.filter = OMC_BOARD_ALL;
  g_clear_pointer (&job->rows, g_ptr_array_unref);
  job->rows =
      omc_board_pages_list (session, &query, &scope, job->offset, job->limit, &job->total, error);

  return job->rows != NULL &&
         (!omc_access_guard_is_bounded (job->guard) || leave_out (job, session, error));
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
note_list (OmcStore *self, OmcActor *actor, const BoardJob *job)
{
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "search",
    .action = 'E',
    .entity = "Patient",
    .detail = looks_beyond (job) ? "beyond the department" : "board",
  };

  /* Turning pages is the same look at the board. */
  if (job->offset == 0 && omc_actor_get_role (actor) != OMC_ROLE_DEVICE)
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
  job = board_job_new (self, actor, query, offset, limit);
  if (!omc_store_run_read (self, find_stale, job, cancellable, error) ||
      (job->stale && !omc_store_run_write (self, settle_and_list, job, cancellable, error)))
    return NULL;
  note_list (self, actor, job);
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
  BoardJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (query != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_list_board_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_SEARCH, "Patient", NULL))
    return;
  job = board_job_new (self, actor, query, offset, limit);
  note_list (self, actor, job);
  /* The idle writer makes waiting rows and tells by a change notice: a window need not wait for them. */
  omc_store_push_read (self, task, list_board, job, (GDestroyNotify)board_job_free);
}

GPtrArray *
omc_store_list_board_finish (OmcStore *self, GAsyncResult *result, guint *total, GError **error)
{
  BoardJob *job = omc_store_finish_job (self, result, error);

  if (job == NULL)
    return NULL;
  if (total != NULL)
    *total = job->total;

  return g_steal_pointer (&job->rows);
}

/* --- one person --- */

typedef struct
{
  OmcAccessGuard *guard; /* (owned) */
  char *patient_id;      /* (owned) */
  OmcBoardRow *row;      /* (owned): the answer */
} IdentityJob;

static IdentityJob *
identity_job_new (OmcStore *store, OmcActor *actor, const char *patient_id)
{
  IdentityJob *job = g_new0 (IdentityJob, 1);

  job->guard = omc_access_guard_new (store, actor);
  job->patient_id = g_strdup (patient_id);

  return job;
}

static void
identity_job_free (IdentityJob *job)
{
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_clear_pointer (&job->row, omc_board_row_unref);
  g_free (job->patient_id);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IdentityJob, identity_job_free)

static gboolean
identify (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  IdentityJob *job = data;
  OmcAccessDecision decision;
  gint64 patient;

  g_clear_pointer (&job->row, omc_board_row_unref);
  if (!omc_session_find_patient (session, job->patient_id, &patient, error) ||
      !omc_access_guard_ask (job->guard, session, OMC_ACCESS_SEARCH, "Patient", patient, &decision,
                             error))
    return FALSE;
  if (decision == OMC_ACCESS_DENY)
    return omc_access_guard_check (job->guard, session, OMC_ACCESS_SEARCH, "Patient", patient,
                                   error);
  if (patient != 0 && !omc_board_dao_find (session, patient, &job->row, error))
    return FALSE;
  if (job->row == NULL)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                           _ ("There is no such patient here."));
      return FALSE;
    }
  keep_identity (job->row);
  job->row->needs_glass = decision == OMC_ACCESS_BREAK_GLASS;

  return TRUE;
}

static void
note_identity (OmcStore *self, OmcActor *actor, const char *patient_id)
{
  const OmcAuditEvent event = {
    .type = "rest",
    .subtype = "search",
    .action = 'E',
    .patient_id = patient_id,
    .entity = "Patient",
    .detail = "identity",
  };

  if (omc_actor_get_role (actor) != OMC_ROLE_DEVICE)
    omc_store_note_read (self, actor, &event);
}

OmcBoardRow *
omc_store_identify_sync (OmcStore *self,
                         OmcActor *actor,
                         const char *patient_id,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (IdentityJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  job = identity_job_new (self, actor, patient_id);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_SEARCH, "Patient", patient_id, error) ||
      !omc_store_run_read (self, identify, job, cancellable, error))
    return NULL;
  note_identity (self, actor, patient_id);

  return g_steal_pointer (&job->row);
}

void
omc_store_identify_async (OmcStore *self,
                          OmcActor *actor,
                          const char *patient_id,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (patient_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_identify_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_SEARCH, "Patient", patient_id))
    return;
  note_identity (self, actor, patient_id);
  omc_store_push_read (self, task, identify, identity_job_new (self, actor, patient_id),
                       (GDestroyNotify)identity_job_free);
}

OmcBoardRow *
omc_store_identify_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  IdentityJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->row) : NULL;
}
