/* omc-store-care.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include <glib/gi18n-lib.h>

#include "omc-search-index-dao.h"
#include "omc-storage-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

static const char select_doubles[] =
    "SELECT resource_type, id FROM encrypted_resources GROUP BY resource_type, id"
    " HAVING count(*) > 1";
static const char select_payloads[] = "SELECT pk, resource_type, id, counter, state, "
                                      "encrypted_data FROM encrypted_resources ORDER BY pk";

/* --- the check --- */

typedef struct
{
  gboolean deep;
  GPtrArray *findings; /* (owned) */
  guint64 n_index_rows;
} CheckJob;

static void
add_finding (CheckJob *job, char *place, const char *problem, const char *remedy, gboolean fatal)
{
  OmcStoreFinding *finding = g_new0 (OmcStoreFinding, 1);

  finding->place = place;
  finding->problem = g_strdup (problem);
  finding->remedy = g_strdup (remedy);
  finding->fatal = fatal;
  g_ptr_array_add (job->findings, finding);
}

static gboolean
check_pages (OmcSession *session, CheckJob *job, GError **error)
{
  g_autoptr (GPtrArray) pages = omc_db_check_pages (session->db, error);

  if (pages == NULL)
    return FALSE;
  for (guint i = 0; i < pages->len; i++)
    add_finding (job, g_strdup (g_ptr_array_index (pages, i)),
                 _ ("A page of the store's file is damaged."),
                 _ ("Export unsent work, then restore the last backup."), TRUE);

  return TRUE;
}

static gboolean
check_index (OmcSession *session,
             CheckJob *job,
             const OmcResourceRow *row,
             OmcResource *resource,
             GError **error)
{
  guint n_rows, n_missing;

  if (!omc_search_index_dao_count_missing (session, row, resource, &n_rows, &n_missing, error))
    return FALSE;
  job->n_index_rows += n_rows;
  if (n_missing > 0)
    add_finding (job, g_strdup_printf ("%s/%s", row->type, row->id),
                 _ ("Searches do not find this record fully."), _ ("Rebuild the search index."),
                 FALSE);

  return TRUE;
}

static gboolean
check_payloads (OmcSession *session, CheckJob *job, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_payloads, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      g_auto (OmcResourceRow) row = { 0 };
      g_autoptr (OmcResource) resource = NULL;
      g_autofree char *place = NULL;
      g_autoptr (GError) local = NULL;
      gconstpointer data;
      gsize length;

      row.pk = omc_stmt_get_integer (stmt, 0);
      row.type = omc_stmt_dup_text (stmt, 1);
      row.id = omc_stmt_dup_text (stmt, 2);
      row.counter = omc_stmt_get_integer (stmt, 3);
      row.state = (OmcRowState)omc_stmt_get_integer (stmt, 4);
      data = omc_stmt_get_blob (stmt, 5, &length);
      place = omc_resource_dao_place (row.type, row.id, row.counter);
      resource = omc_vault_open_resource (session->vault, place, data, length, &local);
      if (resource == NULL)
        add_finding (job, g_strdup_printf ("%s/%s", row.type, row.id), local->message,
                     _ ("Fetch it from the server again, or restore a backup."), TRUE);
      else if (job->deep && !check_index (session, job, &row, resource, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

static gboolean
check_superfluous (OmcSession *session, CheckJob *job, GError **error)
{
  guint64 n_rows;

  /* After damage the rows of the damaged record are left over by nature. */
  if (job->findings->len > 0)
    return TRUE;
  if (!omc_search_index_dao_count_rows (session, &n_rows, error))
    return FALSE;
  if (n_rows != job->n_index_rows)
    add_finding (job, g_strdup (_ ("search index")),
                 _ ("The search index names records that are not there."),
                 _ ("Rebuild the search index."), FALSE);

  return TRUE;
}

/* One record is one row: writers look before they insert, and no index of the database stands behind them. */
static gboolean
check_doubles (OmcSession *session, CheckJob *job, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_doubles, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    add_finding (
        job, g_strdup_printf ("%s/%s", omc_stmt_get_text (stmt, 0), omc_stmt_get_text (stmt, 1)),
        _ ("This record is in the store more than once."),
        _ ("Export unsent work, then restore the last backup."), TRUE);

  return step == OMC_STEP_DONE;
}

static gboolean
check_sums (OmcSession *session, CheckJob *job, GError **error)
{
  gboolean right;

  /* What damaged a record did not count. */
  if (job->findings->len > 0)
    return TRUE;
  if (!omc_storage_dao_check (session, &right, error))
    return FALSE;
  if (!right)
    add_finding (job, g_strdup (_ ("storage")),
                 _ ("The sums by type and by patient are not those of the records."),
                 _ ("No record is concerned; a restored backup has the right ones."), FALSE);

  return TRUE;
}

/* In one transaction, so that all parts see the same moment; but for the pages of the file, of which an open transaction
 * would keep some back in the log. */
static gboolean
check (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  CheckJob *job = data;
  g_autoptr (GError) local = NULL;
  gboolean done;

  if (!check_pages (session, job, error) || !omc_db_begin_read (session->db, error))
    return FALSE;
  done = check_payloads (session, job, &local) &&
         (!job->deep ||
          (check_doubles (session, job, &local) && check_superfluous (session, job, &local) &&
           check_sums (session, job, &local)));
  omc_db_rollback (session->db);
  /* The damaged pages were named; what lies behind them cannot be looked at. A full-text index says so by another code. */
  if (!done && job->findings->len > 0 &&
      (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED) ||
       g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED)))
    return TRUE;
  if (!done)
    g_propagate_error (error, g_steal_pointer (&local));

  return done;
}

GPtrArray *
omc_store_check_sync (OmcStore *self, gboolean deep, GCancellable *cancellable, GError **error)
{
  CheckJob job = { deep, NULL, 0 };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  job.findings = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_store_finding_free);
  if (!omc_store_run_read (self, check, &job, cancellable, error))
    g_clear_pointer (&job.findings, g_ptr_array_unref);

  return job.findings;
}
