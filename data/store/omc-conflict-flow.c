/* omc-conflict-flow.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-conflict-flow.h"

#include <glib/gi18n-lib.h>

#include "omc-base-dao.h"

static void
set_version (OmcResourceRow *row, const OmcRemoteVersion *remote)
{
  g_free (row->server_version);
  g_free (row->server_updated);
  row->server_version = g_strdup (remote->version != NULL ? remote->version : "");
  row->server_updated = g_strdup (remote->updated);
}

static gint64
instant_of (const char *text)
{
  gint64 start_us, end_us;

  return text != NULL && omc_instant_parse_range (text, &start_us, &end_us) ? start_us : 0;
}

static void
describe_sides (OmcConflict *conflict, const OmcQueueItem *item, const OmcRemoteVersion *remote)
{
  if (item != NULL)
    {
      conflict->base_version = g_strdup (item->base_version);
      conflict->local_author = g_strdup (item->author);
      conflict->local_us = item->created_us;
    }
  conflict->remote_version = g_strdup (remote->version);
  conflict->remote_us = instant_of (remote->updated);
}

static void
describe_hunks (OmcConflict *conflict, OmcMergeResult *result)
{
  g_autoptr (GString) summary = g_string_new (NULL);

  conflict->n_hunks = omc_merge_result_get_n_hunks (result);
  for (guint i = 0; i < conflict->n_hunks; i++)
    {
      const OmcMergeHunk *hunk = omc_merge_result_get_hunk (result, i);

      conflict->severity = MAX (conflict->severity, (int)hunk->severity);
      if (hunk->state == OMC_HUNK_ASK || hunk->state == OMC_HUNK_STOP)
        conflict->n_undecided++;
      if (hunk->label != NULL)
        g_string_append_printf (summary, "%s%s", summary->len > 0 ? "\n" : "", hunk->label);
    }
  conflict->summary = g_string_free (g_steal_pointer (&summary), FALSE);
  conflict->hunks = omc_merge_result_to_json (result);
}

static OmcResource *
ref_or_null (OmcResource *resource)
{
  return resource != NULL ? omc_resource_ref (resource) : NULL;
}

/* Both sides as they stand; result: (nullable) */
static OmcConflict *
make_conflict (const OmcResourceRow *row,
               OmcConflictStatus status,
               OmcResource *base,
               OmcResource *local,
               const OmcRemoteVersion *remote,
               const OmcQueueItem *item,
               OmcMergeResult *result)
{
  OmcConflict *conflict = omc_conflict_new (row, status);

  conflict->base = ref_or_null (base);
  conflict->local = ref_or_null (local);
  conflict->remote = ref_or_null (remote->resource);
  describe_sides (conflict, item, remote);
  if (result != NULL)
    {
      describe_hunks (conflict, result);
      conflict->merged = omc_resource_ref (omc_merge_result_get_merged (result));
    }

  return conflict;
}

static gboolean
supersede_open (OmcSession *session, const OmcResourceRow *row, const char *why, GError **error)
{
  g_autoptr (OmcConflict) open = NULL;

  if (!omc_conflict_dao_find_open (session, row->pk, &open, error))
    return FALSE;

  return open == NULL || omc_conflict_dao_close (session, open->id, OMC_CONFLICT_SUPERSEDED, why,
                                                 "rule", NULL, NULL, error);
}

static gboolean
ask (OmcSession *session,
     OmcActor *actor,
     OmcResourceRow *row,
     OmcConflict *conflict,
     const OmcQueueItem *item,
     OmcServerCounts *counts,
     GError **error)
{
  if (!supersede_open (session, row, "newer", error) ||
      !omc_conflict_dao_insert (session, row, conflict, error))
    return FALSE;
  if (item != NULL &&
      !omc_outbox_dao_set_state (session, item->id, OMC_QUEUE_BLOCKED_BY_CONFLICT, NULL, 0, error))
    return FALSE;
  counts->conflicts++;

  return omc_change_writer_audit (session, actor, row, "conflict", 'U', "put to a person", error);
}

static gboolean
journal (OmcSession *session,
         OmcActor *actor,
         const OmcResourceRow *row,
         OmcConflict *conflict,
         OmcServerCounts *counts,
         GError **error)
{
  conflict->status = OMC_CONFLICT_AUTO_MERGED;
  conflict->resolved_us = session->now_us;
  conflict->resolved_by = g_strdup ("rule");
  counts->merged++;

  return omc_conflict_dao_insert (session, row, conflict, error) &&
         omc_change_writer_audit (session, actor, row, "conflict-decision", 'U', "merged by rule",
                                  error);
}

/* The server's version becomes ours; no work is left. */
static gboolean
take_remote (OmcSession *session,
             OmcResourceRow *row,
             const OmcRemoteVersion *remote,
             const OmcQueueItem *item,
             GError **error)
{
  set_version (row, remote);
  row->dirty = FALSE;
  row->state = OMC_ROW_PRESENT;

  return (item == NULL || omc_outbox_dao_remove (session, item->id, error)) &&
         omc_base_dao_remove (session, row, error) &&
         omc_resource_dao_put (session, row, remote->resource, error);
}

/* merged waits for the server on top of its version. */
static gboolean
rebase_on_remote (OmcSession *session,
                  OmcResourceRow *row,
                  const OmcRemoteVersion *remote,
                  OmcResource *merged,
                  const OmcQueueItem *item,
                  GError **error)
{
  set_version (row, remote);
  row->dirty = TRUE;
  row->state = OMC_ROW_PRESENT;

  return omc_base_dao_put (session, row, remote->resource, row->server_version, row->server_updated,
                           error) &&
         omc_resource_dao_put (session, row, merged, error) &&
         (item == NULL ||
          omc_outbox_dao_rebase (session, item->id, OMC_OPERATION_UPDATE, remote->version, error));
}

static gboolean
both_deleted (OmcSession *session,
              OmcActor *actor,
              OmcResourceRow *row,
              const OmcQueueItem *item,
              OmcServerCounts *counts,
              GError **error)
{
  counts->deleted++;

  return supersede_open (session, row, "deleted by both", error) &&
         omc_change_writer_audit (session, actor, row, "sync-pull", 'D', NULL, error) &&
         (item == NULL || omc_outbox_dao_remove (session, item->id, error)) &&
         omc_base_dao_remove (session, row, error) &&
         omc_resource_dao_remove (session, row, TRUE, error);
}

static gboolean
merge_both (OmcSession *session,
            OmcActor *actor,
            OmcResourceRow *row,
            OmcResource *base,
            OmcResource *local,
            const OmcRemoteVersion *remote,
            const OmcQueueItem *item,
            OmcServerCounts *counts,
            GError **error)
{
  g_autoptr (OmcMergeResult) result =
      omc_merge3 (base, local, remote->resource, remote->strategy, error);
  g_autoptr (OmcConflict) conflict = NULL;
  OmcResource *merged;
  gboolean stored;

  if (result == NULL)
    return FALSE;
  conflict = make_conflict (
      row, omc_merge_result_is_stop (result) ? OMC_CONFLICT_STOPPED : OMC_CONFLICT_OPEN, base,
      local, remote, item, result);
  if (!omc_merge_result_is_clean (result))
    return ask (session, actor, row, conflict, item, counts, error);

  merged = omc_merge_result_get_merged (result);
  if (omc_resource_equal_content (merged, remote->resource))
    stored = take_remote (session, row, remote, item, error);
  else
    stored = rebase_on_remote (session, row, remote, merged, item, error);
  if (!stored || !supersede_open (session, row, "merged", error))
    return FALSE;
  /* Both sides did the same: nothing was decided, nothing is told. */
  if (omc_resource_equal_content (local, remote->resource))
    {
      counts->updated++;
      return TRUE;
    }

  return journal (session, actor, row, conflict, counts, error);
}

/* My delete, and nobody changed what I deleted: it waits for the server under the name that it has there now. */
static gboolean
delete_still (OmcSession *session,
              OmcResourceRow *row,
              OmcResource *base,
              const OmcRemoteVersion *remote,
              const OmcQueueItem *item,
              OmcServerCounts *counts,
              GError **error)
{
  set_version (row, remote);
  counts->unchanged++;

  return omc_base_dao_put (session, row, base, row->server_version, row->server_updated, error) &&
         omc_resource_dao_update_state (session, row, error) &&
         omc_outbox_dao_rebase (session, item->id, OMC_OPERATION_DELETE, remote->version, error);
}

gboolean
omc_conflict_flow_remote_moved (OmcSession *session,
                                OmcActor *actor,
                                OmcResourceRow *row,
                                const OmcRemoteVersion *remote,
                                OmcServerCounts *counts,
                                GError **error)
{
  g_autoptr (OmcResource) base = NULL;
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcQueueItem) item = NULL;
  g_autoptr (OmcConflict) conflict = NULL;

  if (!omc_outbox_dao_collapse (session, row->pk, &item, error) ||
      !omc_base_dao_read (session, row, &base, NULL, NULL, error))
    return FALSE;
  if (row->state != OMC_ROW_DELETED)
    {
      local = omc_resource_dao_read_row (session, row, error);
      if (local == NULL)
        return FALSE;
    }
  if (local == NULL && remote->resource == NULL)
    return both_deleted (session, actor, row, item, counts, error);
  if (local != NULL && remote->resource != NULL)
    return merge_both (session, actor, row, base, local, remote, item, counts, error);
  if (local == NULL && item != NULL && base != NULL &&
      omc_resource_equal_content (base, remote->resource))
    return delete_still (session, row, base, remote, item, counts, error);

  conflict = make_conflict (row, OMC_CONFLICT_OPEN, base, local, remote, item, NULL);
  /* clinical.md 5, rule 6: my delete against their edit, their edit stays and I am told. */
  if (local == NULL)
    {
      conflict->severity = OMC_SEVERITY_CHANGE;
      return take_remote (session, row, remote, item, error) &&
             journal (session, actor, row, conflict, counts, error);
    }
  /* The same rule: never resurrect without a person. */
  conflict->severity = OMC_SEVERITY_CLINICAL;
  conflict->n_undecided = 1;

  return ask (session, actor, row, conflict, item, counts, error);
}

gboolean
omc_conflict_flow_local_moved (OmcSession *session,
                               OmcActor *actor,
                               OmcResourceRow *row,
                               GError **error)
{
  g_autoptr (OmcConflict) open = NULL;
  g_autofree char *updated = NULL;
  OmcRemoteVersion remote = { 0 };
  OmcServerCounts counts = { 0 };

  if (!omc_conflict_dao_find_open (session, row->pk, &open, error))
    return FALSE;
  if (open == NULL)
    return TRUE;
  updated = open->remote_us != 0 ? omc_instant_format (open->remote_us) : NULL;
  remote.resource = open->remote;
  remote.version = open->remote_version;
  remote.updated = updated;

  return omc_conflict_flow_remote_moved (session, actor, row, &remote, &counts, error);
}

static gboolean
accept_deletion (OmcSession *session, OmcResourceRow *row, const OmcQueueItem *item, GError **error)
{
  return (item == NULL || omc_outbox_dao_remove (session, item->id, error)) &&
         omc_base_dao_remove (session, row, error) &&
         omc_resource_dao_remove (session, row, TRUE, error);
}

/* clinical.md 5, rule 6: what was deleted there is recorded again as new, never under the old version. */
static gboolean
record_again (OmcSession *session,
              OmcResourceRow *row,
              OmcResource *merged,
              const OmcQueueItem *item,
              GError **error)
{
  g_clear_pointer (&row->server_version, g_free);
  g_clear_pointer (&row->server_updated, g_free);
  row->dirty = TRUE;

  return omc_base_dao_remove (session, row, error) &&
         omc_resource_dao_put (session, row, merged, error) &&
         (item == NULL ||
          omc_outbox_dao_rebase (session, item->id, OMC_OPERATION_CREATE, NULL, error));
}

static gboolean
check_decision (const OmcConflict *conflict, OmcResource *merged, GError **error)
{
  if (conflict->status != OMC_CONFLICT_OPEN && conflict->status != OMC_CONFLICT_STOPPED)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE,
          _ ("This conflict has changed since it was opened. Look at its new state and decide "
             "again."));
      return FALSE;
    }
  if (merged == NULL && conflict->remote != NULL && conflict->local != NULL)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
          _ ("A decision needs a result; only a deletion can be accepted without one."));
      return FALSE;
    }
  if (merged != NULL &&
      (g_strcmp0 (omc_resource_get_resource_type (merged), conflict->resource_type) != 0 ||
       g_strcmp0 (omc_resource_get_id (merged), conflict->resource_id) != 0))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("The result is not of the record that the conflict is about."));
      return FALSE;
    }

  return TRUE;
}

gboolean
omc_conflict_flow_resolve (OmcSession *session,
                           OmcActor *actor,
                           gint64 id,
                           OmcResource *merged,
                           OmcJson *decisions,
                           GError **error)
{
  g_autoptr (OmcConflict) conflict = omc_conflict_dao_read (session, id, error);
  g_autoptr (OmcQueueItem) item = NULL;
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *updated = NULL;
  OmcRemoteVersion remote = { 0 };
  gboolean stored;

  if (conflict == NULL || !check_decision (conflict, merged, error) ||
      !omc_resource_dao_find (session, conflict->resource_type, conflict->resource_id, &row,
                              error) ||
      !omc_outbox_dao_collapse (session, row.pk, &item, error))
    return FALSE;
  updated = conflict->remote_us != 0 ? omc_instant_format (conflict->remote_us) : NULL;
  remote.resource = conflict->remote;
  remote.version = conflict->remote_version;
  remote.updated = updated;
  if (merged == NULL)
    stored = accept_deletion (session, &row, item, error);
  else if (conflict->remote == NULL)
    stored = record_again (session, &row, merged, item, error);
  else if (omc_resource_equal_content (merged, conflict->remote))
    stored = take_remote (session, &row, &remote, item, error);
  else
    stored = rebase_on_remote (session, &row, &remote, merged, item, error);

  return stored &&
         omc_conflict_dao_close (session, id, OMC_CONFLICT_RESOLVED, "person",
                                 omc_actor_get_user (actor), merged, decisions, error) &&
         omc_change_writer_audit (session, actor, &row, "conflict-decision", 'U',
                                  "decided by a person", error);
}

gboolean
omc_conflict_flow_journal_cancel (OmcSession *session,
                                  OmcActor *actor,
                                  const OmcResourceRow *row,
                                  OmcResource *payload,
                                  const char *reason,
                                  GError **error)
{
  g_autoptr (OmcConflict) conflict = omc_conflict_new (row, OMC_CONFLICT_SUPERSEDED);

  conflict->local = omc_resource_ref (payload);
  conflict->summary = g_strdup (reason);
  conflict->local_author = g_strdup (omc_actor_get_user (actor));
  conflict->resolved_by = g_strdup (omc_actor_get_user (actor));
  conflict->resolved_us = session->now_us;

  return supersede_open (session, row, "taken back", error) &&
         omc_conflict_dao_insert (session, row, conflict, error);
}

gboolean
omc_conflict_flow_set_aside (OmcSession *session,
                             const OmcResourceRow *row,
                             const char *reason,
                             GError **error)
{
  g_autoptr (OmcQueueItem) item = NULL;

  return supersede_open (session, row, "another record", error) &&
         omc_outbox_dao_collapse (session, row->pk, &item, error) &&
         (item == NULL || omc_outbox_dao_set_state (session, item->id, OMC_QUEUE_NEEDS_ATTENTION,
                                                    reason, 0, error));
}
