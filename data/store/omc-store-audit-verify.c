/* omc-store-audit-verify.c: the audit trail, verified
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-check.h"
#include "omc-audit-dao.h"
#include "omc-store-audit.h"
#include "omc-store-private.h"

/* The reader is given back between pieces; and after so many the place is kept, from which one that was interrupted goes on. */
#define PIECE_ENTRIES 20000
#define PIECES_A_CHECKPOINT 10

typedef struct
{
  gboolean full;
  OmcAuditCheck *check; /* (owned) (nullable) */
  gboolean done;
  gboolean good; /* nothing was found */
  OmcAuditCheckpoint checkpoint;
  guint64 total;
} VerifyJob;

static gboolean
verify_piece (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  VerifyJob *job = data;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];

  if (job->check == NULL)
    job->check = omc_audit_check_new (session, job->full, error);

  return job->check != NULL && omc_audit_dao_get_head (session, &job->total, hash, error) &&
         omc_audit_check_step (job->check, session, PIECE_ENTRIES, &job->done, error);
}

/* One that runs never takes back what an earlier one came to; and what speaks of lost entries stays. */
static gboolean
keep_place (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  VerifyJob *job = data;
  OmcAuditCheckpoint there;

  if (omc_audit_check_is_contradicted (job->check))
    return TRUE;
  if (!omc_audit_checkpoint_load (session, &there, error) ||
      (there.forged && !omc_audit_checkpoint_tell_forged (session, error)))
    return FALSE;
  if (!job->good)
    return omc_audit_checkpoint_save (session, NULL, error);
  if (there.sequence > job->checkpoint.sequence && !job->done)
    return TRUE;
  if (job->done && omc_audit_check_reads_all (job->check))
    job->checkpoint.full_us = session->now_us;

  return omc_audit_checkpoint_save (session, &job->checkpoint, error);
}

/* A store that takes no more is read all the same. */
static void
keep (OmcStore *self, VerifyJob *job)
{
  g_autoptr (GError) error = NULL;

  job->good = omc_audit_check_get_checkpoint (job->check, &job->checkpoint);
  if (!omc_store_run_write (self, keep_place, job, NULL, &error))
    g_message ("How far the audit trail was verified was not kept: %s", error->message);
}

gboolean
omc_store_check_audit_sync (OmcStore *self,
                            gboolean full,
                            OmcAuditProgressFunc progress,
                            gpointer user_data,
                            OmcAuditReport *report,
                            GCancellable *cancellable,
                            GError **error)
{
  VerifyJob job = { .full = full };
  gboolean ok;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (report != NULL, FALSE);

  *report = (OmcAuditReport){ 0 };
  ok = omc_store_settle (self, cancellable, error);
  for (guint n = 1; ok && !job.done; n++)
    {
      ok = omc_store_run_read (self, verify_piece, &job, cancellable, error);
      if (ok && progress != NULL)
        progress (omc_audit_check_get_done (job.check), job.total, user_data);
      if (ok && (job.done || n % PIECES_A_CHECKPOINT == 0))
        keep (self, &job);
    }
  /* Who gives up in between, too. */
  if (!ok && job.check != NULL)
    keep (self, &job);
  if (ok)
    {
      omc_audit_check_end (job.check, report);
      report->full_us = job.good ? job.checkpoint.full_us : 0;
    }
  g_clear_pointer (&job.check, omc_audit_check_free);

  return ok;
}

gboolean
omc_store_verify_audit_sync (OmcStore *self,
                             OmcAuditReport *report,
                             GCancellable *cancellable,
                             GError **error)
{
  return omc_store_check_audit_sync (self, TRUE, NULL, NULL, report, cancellable, error);
}
