/* omc-store-chart.c
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
#include "omc-evicted-dao.h"
#include "omc-glass-dao.h"
#include "omc-outbox-dao.h"
#include "omc-resource-dao.h"
#include "omc-store-private.h"

static const char select_confirmed[] = "SELECT confirmed_at FROM patients WHERE pk = ?1";
static const char count_confirmed[] = "SELECT count(*), coalesce (sum (sync_status = 0), 0) FROM "
                                      "encrypted_resources WHERE patient = ?1 AND state = 0";

typedef struct
{
  char *patient_id; /* (owned) */
  gint64 vitals_since_us;
  OmcAccessGuard *guard;  /* (owned) */
  OmcChart *chart;        /* (owned): an answer */
  OmcPatientProof *proof; /* (owned): an answer */
} ChartJob;

static ChartJob *
chart_job_new (OmcStore *store, OmcActor *actor, const char *patient_id)
{
  ChartJob *job = g_new0 (ChartJob, 1);

  job->guard = omc_access_guard_new (store, actor);
  job->patient_id = g_strdup (patient_id);

  return job;
}

static void
chart_job_free (ChartJob *job)
{
  g_free (job->patient_id);
  g_clear_pointer (&job->guard, omc_access_guard_free);
  g_clear_pointer (&job->chart, omc_chart_unref);
  g_clear_pointer (&job->proof, omc_patient_proof_free);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChartJob, chart_job_free)

static gboolean
find_confirmed (OmcSession *session, gint64 patient, gint64 *confirmed_us, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_confirmed, error);
  OmcStep step;

  *confirmed_us = 0;
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_ROW)
    *confirmed_us = omc_stmt_get_integer (stmt, 0);

  return step != OMC_STEP_ERROR;
}

static gboolean
read_lists (OmcSession *session, OmcChart *chart, gint64 patient, gint64 since_us, GError **error)
{
  const struct
  {
    OmcResourceKind kind;
    gint64 since_us;
    GPtrArray **list;
  } lists[] = {
    { OMC_KIND_VITAL, since_us, &chart->observations },
    { OMC_KIND_ALLERGY, G_MININT64, &chart->allergies },
    { OMC_KIND_CONDITION, G_MININT64, &chart->conditions },
    { OMC_KIND_MEDICATION, G_MININT64, &chart->medication },
    { OMC_KIND_FLAG, G_MININT64, &chart->flags },
    { OMC_KIND_ENCOUNTER_ACTIVE, G_MININT64, &chart->encounters },
    { OMC_KIND_ENCOUNTER, G_MININT64, &chart->encounters },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      if (*lists[i].list == NULL)
        *lists[i].list = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
      if (!omc_resource_dao_list_of_patient (session, patient, lists[i].kind, lists[i].since_us, 0,
                                             *lists[i].list, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
find_glass (OmcSession *session,
            OmcAccessGuard *guard,
            gint64 patient,
            OmcChart *chart,
            GError **error)
{
  return !guard->glass_used || omc_glass_dao_find_end (session, omc_actor_get_user (guard->actor),
                                                       patient, &chart->glass_until_us, error);
}

/* One transaction, so that all lists are of one moment. */
static gboolean
read_chart (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ChartJob *job = data;
  g_autoptr (OmcChart) chart = g_new0 (OmcChart, 1);
  gint64 patient = 0;
  gboolean done;

  g_atomic_ref_count_init (&chart->ref_count);
  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_session_find_patient (session, job->patient_id, &patient, error) &&
         omc_access_guard_check (job->guard, session, OMC_ACCESS_READ, "Patient", patient, error) &&
         (chart->patient = omc_resource_dao_read (session, "Patient", job->patient_id, error)) !=
             NULL &&
         find_glass (session, job->guard, patient, chart, error) &&
         omc_board_dao_find (session, patient, &chart->row, error) &&
         read_lists (session, chart, patient, job->vitals_since_us, error) &&
         find_confirmed (session, patient, &chart->confirmed_us, error) &&
         omc_evicted_dao_count_of (session, patient, &chart->n_elsewhere, error) &&
         (chart->queue = omc_outbox_dao_list (session, patient, error)) != NULL;
  omc_db_rollback (session->db);
  if (done)
    job->chart = g_steal_pointer (&chart);

  return done;
}

static gboolean
tell_opened (OmcStore *self, gpointer data)
{
  ChartJob *job = data;
  OmcActor *actor = job->guard->actor;
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = "read",
    .action = 'R',
    .patient_id = job->patient_id,
    .purpose = omc_access_guard_get_purpose (job->guard),
    .detail = "patient opened",
  };

  if (omc_actor_get_role (actor) == OMC_ROLE_DEVICE)
    return FALSE;
  omc_store_note_read (self, actor, &event);

  return TRUE;
}

OmcChart *
omc_store_read_chart_sync (OmcStore *self,
                           OmcActor *actor,
                           const char *patient_id,
                           gint64 vitals_since_us,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (ChartJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  job = chart_job_new (self, actor, patient_id);
  job->vitals_since_us = vitals_since_us;
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, "Patient", patient_id, error) ||
      !omc_store_run_told_read (self, read_chart, job, tell_opened, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->chart);
}

void
omc_store_read_chart_async (OmcStore *self,
                            OmcActor *actor,
                            const char *patient_id,
                            gint64 vitals_since_us,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ChartJob *job;

  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (OMC_IS_ACTOR (actor));
  g_return_if_fail (patient_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_read_chart_async);
  if (!omc_store_check_task (self, task, actor, OMC_ACCESS_READ, "Patient", patient_id))
    return;
  job = chart_job_new (self, actor, patient_id);
  job->vitals_since_us = vitals_since_us;
  omc_store_push_told_read (self, task, read_chart, job, (GDestroyNotify)chart_job_free,
                            tell_opened);
}

OmcChart *
omc_store_read_chart_finish (OmcStore *self, GAsyncResult *result, GError **error)
{
  ChartJob *job = omc_store_finish_job (self, result, error);

  return job != NULL ? g_steal_pointer (&job->chart) : NULL;
}

/* --- proof --- */

static gboolean
count_proof (OmcSession *session, gint64 patient, OmcPatientProof *proof, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, count_confirmed, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  if (omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  proof->n_resources = (guint)omc_stmt_get_integer (stmt, 0);
  proof->n_confirmed = (guint)omc_stmt_get_integer (stmt, 1);

  return TRUE;
}

static gboolean
read_proof (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  ChartJob *job = data;
  g_autoptr (OmcPatientProof) proof = g_new0 (OmcPatientProof, 1);
  gint64 patient;

  if (!omc_session_find_patient (session, job->patient_id, &patient, error))
    return FALSE;
  if (patient == 0)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                           _ ("There is no such patient here."));
      return FALSE;
    }
  if (!omc_access_guard_check (job->guard, session, OMC_ACCESS_READ, "Patient", patient, error) ||
      !find_confirmed (session, patient, &proof->confirmed_us, error) ||
      !count_proof (session, patient, proof, error) ||
      (proof->waiting = omc_outbox_dao_list (session, patient, error)) == NULL)
    return FALSE;
  job->proof = g_steal_pointer (&proof);

  return TRUE;
}

OmcPatientProof *
omc_store_read_proof_sync (OmcStore *self,
                           OmcActor *actor,
                           const char *patient_id,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (ChartJob) job = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), NULL);
  g_return_val_if_fail (patient_id != NULL, NULL);

  job = chart_job_new (self, actor, patient_id);
  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, "Patient", patient_id, error) ||
      !omc_store_run_read (self, read_proof, job, cancellable, error))
    return NULL;

  return g_steal_pointer (&job->proof);
}
