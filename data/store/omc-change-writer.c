/* omc-change-writer.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-change-writer.h"

#include <glib/gi18n-lib.h>

#include "omc-audit-dao.h"
#include "omc-base-dao.h"
#include "omc-conflict-flow.h"
#include "omc-evicted-dao.h"
#include "omc-place.h"
#include "omc-resource-facts.h"
#include "omc-search-index-dao.h"
#include "omc-uuid.h"

gboolean
omc_change_writer_audit (OmcSession *session,
                         OmcActor *actor,
                         const OmcResourceRow *row,
                         const char *subtype,
                         char action,
                         const char *detail,
                         GError **error)
{
  g_autofree char *entity =
      g_strdup_printf ("%s/%s/_history/%" G_GINT64_FORMAT, row->type, row->id, row->counter);
  g_autofree char *patient_id = NULL;
  OmcAuditEvent event = {
    .type = "rest",
    .subtype = subtype,
    .action = action,
    .entity = entity,
    .purpose = session->purpose != NULL ? session->purpose : "TREAT",
    .detail = detail,
  };

  if (row->patient != 0)
    {
      patient_id = omc_session_dup_patient_id (session, row->patient, error);
      if (patient_id == NULL)
        return FALSE;
    }
  event.patient_id = patient_id;

  return omc_audit_dao_append (session, actor, &event, error);
}

static gboolean
is_status (OmcResource *resource, const char *status)
{
  return g_strcmp0 (omc_json_value_pick_string (omc_resource_get_root (resource), "status"),
                    status) == 0;
}

static OmcAccessAction
choose_action (OmcResource *before, OmcResource *resource)
{
  gboolean preliminary = is_status (resource, "preliminary");

  if (before == NULL)
    return preliminary ? OMC_ACCESS_CREATE_PRELIMINARY : OMC_ACCESS_CREATE;
  if (is_status (before, "preliminary") &&
      (preliminary || is_status (resource, "entered-in-error")))
    return OMC_ACCESS_UPDATE_PRELIMINARY;

  return OMC_ACCESS_UPDATE;
}

/* Of the patient whom the record is about, and of the one whom it was about before. */
static gboolean
check_access (OmcSession *session,
              const OmcChangeContext *context,
              OmcAccessAction action,
              const OmcResourceRow *row,
              OmcResource *resource,
              GError **error)
{
  if (context->imports)
    action = OMC_ACCESS_IMPORT;

  return (row->pk == 0 || omc_access_guard_check (context->guard, session, action,
                                                  omc_resource_get_resource_type (resource),
                                                  row->patient, error)) &&
         omc_access_guard_check_resource (context->guard, session, action, resource, error);
}

/* What was removed from this device is not new: on the server it would stand twice. */
static gboolean
check_here (OmcSession *session, OmcResource *resource, GError **error)
{
  const char *type = omc_resource_get_resource_type (resource);
  gboolean evicted = FALSE;

  if (!omc_evicted_dao_is_empty (session, &session->no_evicted, error) ||
      (!session->no_evicted &&
       !omc_evicted_dao_contains (session, type, omc_resource_get_id (resource), &evicted, error)))
    return FALSE;
  if (evicted)
    g_set_error (
        error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
        _ ("This %s was removed from this device to make room. Synchronise to get it back, "
           "then change it."),
        type);

  return !evicted;
}

static gboolean
check_state (const OmcResourceRow *row, GError **error)
{
  if (row->pk == 0 || row->state == OMC_ROW_PRESENT)
    return TRUE;
  if (row->state == OMC_ROW_DELETED)
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED,
                 _ ("This %s was deleted here. Record it again as a new one."), row->type);
  else
    g_set_error (
        error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND,
        _ ("The server no longer shows this %s to this device; it cannot be changed here."),
        row->type);

  return FALSE;
}

static const char *
subtype_of (const OmcChangeContext *context, OmcResource *resource, gboolean created)
{
  if (is_status (resource, "entered-in-error"))
    return "entered-in-error";
  if (created)
    return "create";

  return context->reason == OMC_SAVE_CORRECTION ? "correct" : "update";
}

/* What the server has stays beside unsent work, and what is on its way stays with its item. */
static gboolean
keep_before (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  return omc_base_dao_keep (session, row, error) && omc_outbox_dao_keep_sent (session, row, error);
}

static gboolean
enqueue (OmcSession *session,
         const OmcChangeContext *context,
         OmcResourceRow *row,
         OmcResource *resource,
         OmcOperation operation,
         gboolean *gone,
         GError **error)
{
  g_autofree char *summary = omc_resource_facts_summary (resource);
  OmcOutboxWork work = {
    .operation = operation,
    .actor = context->actor,
    .set_id = context->set_id,
    .summary = summary,
    .idempotency_key =
        operation == OMC_OPERATION_CREATE ? omc_resource_facts_idempotency_key (resource) : NULL,
    .priority = omc_resource_facts_priority (resource),
  };
  gboolean blocked;

  if (!omc_outbox_dao_put (session, row, &work, &blocked, gone, error))
    return FALSE;

  return !blocked || omc_conflict_flow_local_moved (session, context->actor, row, error);
}

gboolean
omc_change_writer_save (OmcSession *session,
                        const OmcChangeContext *context,
                        OmcResource *resource,
                        OmcResource **stored,
                        gboolean *created,
                        GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (OmcResource) named = NULL;
  g_autoptr (OmcResource) before = NULL;
  const char *type = omc_resource_get_resource_type (resource);
  OmcAccessAction action;
  gboolean is_new, gone;

  if (omc_resource_get_id (resource) != NULL)
    named = omc_resource_ref (resource);
  else
    {
      g_autofree char *id = omc_uuid_new (session->now_us);

      named = omc_resource_with_id (resource, id);
    }
  if (!omc_resource_dao_find (session, type, omc_resource_get_id (named), &row, error) ||
      !check_state (&row, error))
    return FALSE;
  is_new = row.pk == 0;
  if (is_new && !check_here (session, named, error))
    return FALSE;
  if (!is_new)
    {
      before = omc_resource_dao_read_row (session, &row, error);
      if (before == NULL)
        return FALSE;
    }
  action = choose_action (before, named);
  if (!check_access (session, context, action, &row, named, error) ||
      (!is_new && !keep_before (session, &row, error)))
    return FALSE;
  if (is_new)
    {
      row.type = g_strdup (type);
      row.id = g_strdup (omc_resource_get_id (named));
    }
  row.dirty = TRUE;
  if (!omc_resource_dao_put (session, &row, named, error) ||
      !enqueue (session, context, &row, named,
                row.server_version != NULL ? OMC_OPERATION_UPDATE : OMC_OPERATION_CREATE, &gone,
                error) ||
      !omc_change_writer_audit (session, context->actor, &row, subtype_of (context, named, is_new),
                                is_new ? 'C' : 'U', NULL, error))
    return FALSE;
  if (created != NULL)
    *created = is_new;
  if (stored != NULL)
    *stored = g_steal_pointer (&named);

  return TRUE;
}

gboolean
omc_change_writer_delete (OmcSession *session,
                          const OmcChangeContext *context,
                          const char *type,
                          const char *id,
                          GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (OmcResource) before = NULL;
  gboolean gone;

  if (!omc_resource_dao_find (session, type, id, &row, error) ||
      !omc_access_guard_check (context->guard, session, OMC_ACCESS_DELETE, type, row.patient,
                               error) ||
      (before = omc_resource_dao_read (session, type, id, error)) == NULL ||
      !keep_before (session, &row, error) || !omc_search_index_dao_remove (session, &row, error))
    return FALSE;
  row.dirty = TRUE;
  row.state = OMC_ROW_DELETED;
  if (!omc_resource_dao_update_state (session, &row, error) ||
      !enqueue (session, context, &row, before, OMC_OPERATION_DELETE, &gone, error) ||
      !omc_change_writer_audit (session, context->actor, &row, "delete", 'D', NULL, error))
    return FALSE;
  omc_session_note (session, OMC_CHANGED_RESOURCES, NULL);

  return !gone || omc_resource_dao_remove (session, &row, FALSE, error);
}

/* Nothing of it ever left: the record goes with its item. */
static gboolean
forget_created (OmcSession *session,
                const OmcQueueItem *item,
                const OmcResourceRow *row,
                GError **error)
{
  return omc_outbox_dao_remove (session, item->id, error) &&
         omc_base_dao_remove (session, row, error) &&
         omc_resource_dao_remove (session, row, FALSE, error);
}

static gboolean
restore_base (OmcSession *session, const OmcQueueItem *item, OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcResource) base = NULL;
  g_autofree char *version = NULL;
  g_autofree char *updated = NULL;

  if (!omc_base_dao_read (session, row, &base, &version, &updated, error))
    return FALSE;
  if (base == NULL)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
          _ ("The server's version of this record is not here; synchronise before taking the "
             "work back."));
      return FALSE;
    }
  row->dirty = FALSE;
  g_free (row->server_version);
  g_free (row->server_updated);
  row->server_version = g_steal_pointer (&version);
  row->server_updated = g_steal_pointer (&updated);
  row->state = OMC_ROW_PRESENT;

  return omc_resource_dao_put (session, row, base, error) &&
         omc_base_dao_remove (session, row, error) &&
         omc_outbox_dao_remove (session, item->id, error);
}

static gboolean
check_can_cancel (OmcSession *session,
                  const OmcQueueItem *item,
                  const OmcResourceRow *row,
                  GError **error)
{
  g_autoptr (OmcQueueItem) oldest = NULL;
  g_autoptr (OmcQueueItem) newest = NULL;

  if (!omc_outbox_dao_find_of_resource (session, row->pk, FALSE, &oldest, error) ||
      !omc_outbox_dao_find_of_resource (session, row->pk, TRUE, &newest, error))
    return FALSE;
  if (item->state == OMC_QUEUE_IN_FLIGHT || oldest->state == OMC_QUEUE_IN_FLIGHT ||
      oldest->id != newest->id)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
          _ ("This is being sent right now. Wait for the answer, then correct the record."));
      return FALSE;
    }
  /* An attempt without an answer may have reached the server. */
  if (item->operation == OMC_OPERATION_CREATE && item->attempts > 0 &&
      item->state != OMC_QUEUE_NEEDS_ATTENTION)
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_BUSY,
          _ ("This may have reached the server already. Mark the record as entered in error."));
      return FALSE;
    }

  return TRUE;
}

gboolean
omc_change_writer_cancel (OmcSession *session,
                          OmcActor *actor,
                          gint64 queue_id,
                          const char *reason,
                          GError **error)
{
  g_autoptr (OmcQueueItem) item = omc_outbox_dao_find (session, queue_id, error);
  g_autoptr (OmcResource) payload = NULL;
  g_auto (OmcResourceRow) row = { 0 };

  if (item == NULL ||
      !omc_resource_dao_find (session, item->resource_type, item->resource_id, &row, error) ||
      !check_can_cancel (session, item, &row, error))
    return FALSE;
  payload = omc_outbox_dao_read_payload (session, queue_id, error);
  if (payload == NULL ||
      !omc_conflict_flow_journal_cancel (session, actor, &row, payload, reason, error))
    return FALSE;
  if (item->operation == OMC_OPERATION_CREATE ? !forget_created (session, item, &row, error)
                                              : !restore_base (session, item, &row, error))
    return FALSE;

  return omc_change_writer_audit (session, actor, &row, "cancel", 'U',
                                  "taken back before it was sent", error) &&
         omc_place_settle_row (session, &row, error);
}
