/* omc-store-audit-plan.c: what the archive of the audit trail has, and what would go into it
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-due.h"
#include "omc-store-audit.h"
#include "omc-store-private.h"

typedef struct
{
  gint64 horizon_us;
  OmcAuditArchivePlan *plan;
} PlanJob;

static gboolean
read_status (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  gboolean done;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_audit_due_read_status (session, data, error);
  omc_db_rollback (session->db);

  return done;
}

gboolean
omc_store_read_audit_archive_sync (OmcStore *self,
                                   OmcAuditArchiveStatus *status,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  return omc_store_run_read (self, read_status, status, cancellable, error);
}

static gboolean
plan (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  PlanJob *job = data;
  gboolean done;

  if (!omc_db_begin_read (session->db, error))
    return FALSE;
  done = omc_audit_due_plan (session, job->horizon_us, job->plan, error);
  omc_db_rollback (session->db);

  return done;
}

gboolean
omc_store_plan_audit_archive_sync (OmcStore *self,
                                   OmcActor *actor,
                                   gint64 retention_us,
                                   OmcAuditArchivePlan *result,
                                   GCancellable *cancellable,
                                   GError **error)
{
  PlanJob job = { .plan = result };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (retention_us >= 0 && result != NULL, FALSE);

  job.horizon_us = omc_clock_get_now (self->clock) - retention_us;

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) &&
         omc_store_settle (self, cancellable, error) &&
         omc_store_run_read (self, plan, &job, cancellable, error);
}
