/* omc-store-cache.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-cache.h"

#include <glib/gi18n-lib.h>

#include "omc-access-guard.h"
#include "omc-audit-dao.h"
#include "omc-evicted-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

static const char count_charts[] = "SELECT count(*) FROM ward_board WHERE active = 0";
static const char count_pinned[] = "SELECT count(*) FROM pinned_patients";
static const char count_evicted[] = "SELECT count(*) FROM evicted_patients";
static const char sum_evicted[] = "SELECT coalesce (sum (n), 0) FROM evicted_patients";
static const char count_wanted[] = "SELECT count(*) FROM evicted_patients WHERE asked_at <> 0";

void
omc_store_set_retention (OmcStore *self, const OmcRetention *policy)
{
  g_return_if_fail (OMC_IS_STORE (self));
  g_return_if_fail (self->writer == NULL);

  self->evicts = policy != NULL;
  self->evictor = (OmcEvictor){ 0 };
  self->retention = (OmcRetention){ 0 };
  if (policy != NULL)
    self->retention = *policy;
}

OmcRetention
omc_store_get_retention (OmcStore *self)
{
  OmcRetention policy = self->retention;

  policy.max_bytes = self->max_bytes;

  return policy;
}

/* --- status --- */

typedef struct
{
  OmcStore *store;
  OmcCacheStatus *status;
} StatusJob;

static gboolean
count (OmcSession *session, const char *sql, guint *n, GError **error)
{
  gint64 value;

  if (!omc_db_get_integer (session->db, sql, 0, &value, error))
    return FALSE;
  *n = (guint)value;

  return TRUE;
}

static gboolean
get_number (OmcSession *session, const char *name, gint64 *value, GError **error)
{
  return omc_setting_dao_get_integer (session, OMC_TEXTS_SETTINGS, name, value, error);
}

static gboolean
read_status (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  StatusJob *job = data;
  OmcCacheStatus *status = job->status;
  OmcRetention policy = omc_store_get_retention (job->store);
  gint64 n_charts, n_records;

  *status = (OmcCacheStatus){ .enabled = job->store->evicts,
                              .retention_us = policy.retention_us,
                              .max_bytes = policy.max_bytes };
  if (!omc_evictor_get_used (session, &status->used_bytes, error) ||
      !count (session, count_charts, &status->n_charts, error) ||
      !count (session, count_pinned, &status->n_pinned, error) ||
      !count (session, count_evicted, &status->n_evicted_charts, error) ||
      !count (session, sum_evicted, &status->n_evicted_records, error) ||
      !count (session, count_wanted, &status->n_wanted, error) ||
      !get_number (session, OMC_EVICTOR_N_CHARTS, &n_charts, error) ||
      !get_number (session, OMC_EVICTOR_N_RECORDS, &n_records, error) ||
      !get_number (session, OMC_EVICTOR_LAST_PASS, &status->last_pass_us, error) ||
      !get_number (session, OMC_EVICTOR_SHORT_OF, &status->short_of_bytes, error))
    return FALSE;
  status->total_charts = (guint64)n_charts;
  status->total_records = (guint64)n_records;
  status->need_bytes = omc_retention_need (&policy, status->used_bytes, FALSE);

  return TRUE;
}

gboolean
omc_store_get_cache_status_sync (OmcStore *self,
                                 OmcCacheStatus *status,
                                 GCancellable *cancellable,
                                 GError **error)
{
  StatusJob job = { self, status };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  return omc_store_run_read (self, read_status, &job, cancellable, error);
}

/* --- pinning and recalling --- */

typedef struct
{
  OmcStore *store;
  OmcActor *actor;
  const char *patient_id;
  gboolean pinned;
  gboolean wanted;
} PatientJob;

static gboolean
find_patient (OmcSession *session, const PatientJob *job, gint64 *patient, GError **error)
{
  g_autoptr (OmcAccessGuard) guard = omc_access_guard_new (job->store, job->actor);

  if (!omc_session_find_patient (session, job->patient_id, patient, error) ||
      !omc_access_guard_check (guard, session, OMC_ACCESS_READ, "Patient", *patient, error))
    return FALSE;
  if (*patient == 0)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
                         _ ("There is no such patient here."));

  return *patient != 0;
}

static gboolean
audit (OmcSession *session, const PatientJob *job, const char *detail, GError **error)
{
  const OmcAuditEvent event = {
    .type = "rest",
    .subtype = "cache",
    .action = 'E',
    .patient_id = job->patient_id,
    .detail = detail,
  };

  return omc_audit_dao_append (session, job->actor, &event, error);
}

static gboolean
pin (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PatientJob *job = data;
  gint64 patient;

  if (!find_patient (session, job, &patient, error) ||
      !omc_pin_dao_set (session, patient, omc_actor_get_user (job->actor), job->pinned, error) ||
      (job->pinned && !omc_evicted_dao_ask (session, patient, &job->wanted, error)))
    return FALSE;
  omc_session_note (session, OMC_CHANGED_SYNC, job->patient_id);

  return audit (session, job, job->pinned ? "pinned to this device" : "no longer pinned", error);
}

gboolean
omc_store_pin_patient_sync (OmcStore *self,
                            OmcActor *actor,
                            const char *patient_id,
                            gboolean pinned,
                            GCancellable *cancellable,
                            GError **error)
{
  PatientJob job = { self, actor, patient_id, pinned, FALSE };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (patient_id != NULL, FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_READ, "Patient", patient_id, error) &&
         omc_store_run_write (self, pin, &job, cancellable, error);
}

static gboolean
recall (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PatientJob *job = data;
  gint64 patient;

  if (!find_patient (session, job, &patient, error) ||
      !omc_evicted_dao_ask (session, patient, &job->wanted, error))
    return FALSE;
  omc_session_note (session, OMC_CHANGED_SYNC, job->patient_id);

  return !job->wanted || audit (session, job, "asked for from the server", error);
}

gboolean
omc_store_recall_patient_sync (OmcStore *self,
                               OmcActor *actor,
                               const char *patient_id,
                               gboolean *wanted,
                               GCancellable *cancellable,
                               GError **error)
{
  PatientJob job = { self, actor, patient_id, FALSE, FALSE };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (patient_id != NULL, FALSE);

  if (!omc_store_check_access (self, actor, OMC_ACCESS_READ, "Patient", patient_id, error) ||
      !omc_store_run_write (self, recall, &job, cancellable, error))
    return FALSE;
  if (wanted != NULL)
    *wanted = job.wanted;

  return TRUE;
}
