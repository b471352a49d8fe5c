/* omc-store-status.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gstdio.h>

#include "omc-audit-dao.h"
#include "omc-audit-mark.h"
#include "omc-migrator.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"
#include "omc-sync-marks.h"

static const char count_refused[] = "SELECT count(*) FROM audit_refused";
static const char select_epoch[] = "SELECT max (epoch) FROM key_epochs";
/* Of what is shown: the sums without the few that the index of all that is not as on the server has. */
#define NOT_SHOWN " FROM encrypted_resources WHERE (sync_status <> 0 OR state <> 0) AND state <> 0"
static const char count_resources[] =
    "SELECT coalesce (sum (n), 0) - (SELECT count(*)" NOT_SHOWN "),"
    " coalesce (sum (original), 0), coalesce (sum (stored), 0) FROM storage_types";
static const char count_patients[] =
    "SELECT coalesce (sum (n), 0) - (SELECT count(*)" NOT_SHOWN " AND kind = 1)"
    " FROM storage_types WHERE resource_type = 'Patient'";
static const char count_queue[] =
    "SELECT state, count(*), min (created_at) FROM sync_queue GROUP BY state";
/* Not by state: the items of one set may be in several. */
static const char count_sets[] =
    "SELECT count (DISTINCT coalesce (set_id, idempotency_key)) FROM sync_queue";
static const char count_conflicts[] = "SELECT count(*) FROM conflicts WHERE status IN (0, 1)";

static gboolean
read_queue_counts (OmcSession *session, OmcStoreStatus *status, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, count_queue, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      guint n = (guint)omc_stmt_get_integer (stmt, 1);
      gint64 oldest_us = omc_stmt_get_integer (stmt, 2);

      switch ((OmcQueueState)omc_stmt_get_integer (stmt, 0))
        {
        case OMC_QUEUE_PENDING:
          status->n_pending = n;
          break;
        case OMC_QUEUE_IN_FLIGHT:
          status->n_in_flight = n;
          break;
        case OMC_QUEUE_BLOCKED_BY_CONFLICT:
          status->n_blocked = n;
          break;
        case OMC_QUEUE_NEEDS_ATTENTION:
          status->n_attention = n;
          break;
        default:
          break;
        }
      if (status->oldest_pending_us == 0 || oldest_us < status->oldest_pending_us)
        status->oldest_pending_us = oldest_us;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
read_resource_counts (OmcSession *session, OmcStoreStatus *status, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, count_resources, error);

  if (stmt == NULL || omc_stmt_step (stmt, error) != OMC_STEP_ROW)
    return FALSE;
  status->n_resources = (guint)omc_stmt_get_integer (stmt, 0);
  status->original_bytes = omc_stmt_get_integer (stmt, 1);
  status->payload_bytes = omc_stmt_get_integer (stmt, 2);

  return TRUE;
}

static gboolean
read_audit (OmcSession *session, OmcStoreStatus *status, GError **error)
{
  gint64 sent, archived, alarm, n_refused;

  if (!omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_SENT, &sent, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ARCHIVED, &archived,
                                    error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_AUDIT_MARK_ALARM, &alarm, error) ||
      !omc_db_get_integer (session->db, count_refused, 0, &n_refused, error))
    return FALSE;
  status->audit_sent = (guint64)sent;
  status->audit_archived = (guint64)archived;
  status->audit_alarm = (guint64)alarm;
  status->n_audit_refused = (guint)n_refused;

  return TRUE;
}

typedef struct
{
  OmcStoreStatus status;
} StatusJob;

static gboolean
read_status (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  StatusJob *job = data;
  OmcStoreStatus *status = &job->status;
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  gint64 n_patients, n_conflicts, n_sets, epoch;

  *status = (OmcStoreStatus){ 0 };
  if (!read_resource_counts (session, status, error) ||
      !read_queue_counts (session, status, error) ||
      !omc_db_get_integer (session->db, count_sets, 0, &n_sets, error) ||
      !omc_db_get_integer (session->db, count_patients, 0, &n_patients, error) ||
      !omc_db_get_integer (session->db, count_conflicts, 0, &n_conflicts, error) ||
      !omc_db_get_integer (session->db, select_epoch, 0, &epoch, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_MARK_LAST_SYNC,
                                    &status->last_sync_us, error) ||
      !omc_setting_dao_get_integer (session, OMC_TEXTS_SYNC, OMC_MARK_LAST_CONTACT,
                                    &status->last_contact_us, error) ||
      !omc_audit_dao_get_head (session, &status->audit_sequence, hash, error) ||
      !read_audit (session, status, error) ||
      !omc_migrator_get_version (session->db, &status->schema_version, error))
    return FALSE;
  status->n_pending_sets = (guint)n_sets;
  status->n_patients = (guint)n_patients;
  status->n_conflicts = (guint)n_conflicts;
  status->key_epoch = (guint32)epoch;

  return TRUE;
}

static gint64
file_bytes (OmcStore *self)
{
  static const char *const suffixes[] = { "", "-wal" };
  gint64 bytes = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *name = g_strconcat (OMC_STORE_FILE, suffixes[i], NULL);
      g_autofree char *path = g_build_filename (self->directory, name, NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0)
        bytes += info.st_size;
    }

  return bytes;
}

gboolean
omc_store_get_status_sync (OmcStore *self,
                           OmcStoreStatus *status,
                           GCancellable *cancellable,
                           GError **error)
{
  StatusJob job = { { 0 } };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  if (!omc_store_run_read (self, read_status, &job, cancellable, error))
    return FALSE;
  *status = job.status;
  status->file_bytes = file_bytes (self);

  return TRUE;
}

void
omc_store_get_status_async (OmcStore *self,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (OMC_IS_STORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, omc_store_get_status_async);
  omc_store_push_read (self, task, read_status, g_new0 (StatusJob, 1), g_free);
}

gboolean
omc_store_get_status_finish (OmcStore *self,
                             GAsyncResult *result,
                             OmcStoreStatus *status,
                             GError **error)
{
  StatusJob *job;

  g_return_val_if_fail (status != NULL, FALSE);

  job = omc_store_finish_job (self, result, error);
  if (job == NULL)
    return FALSE;
  *status = job->status;
  status->file_bytes = file_bytes (self);

  return TRUE;
}
