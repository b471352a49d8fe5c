/* omc-push-apply.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-push-apply.h"

#include <glib/gi18n-lib.h>

#include "omc-base-dao.h"
#include "omc-id-dao.h"
#include "omc-place.h"
#include "omc-same-record.h"
#include "omc-server-apply.h"

typedef struct
{
  OmcSession *session;
  OmcActor *actor;
  const OmcPushResult *result;
  OmcServerCounts *counts;
  OmcQueueItem *item; /* (owned) */
  OmcResourceRow row;
  gboolean has_newer;  /* a person went on while the item was in flight */
  OmcResource *sent;   /* (owned) (nullable): in local ids */
  OmcResource *remote; /* (owned) (nullable): in local ids */
} Push;

static void
push_clear (Push *push)
{
  g_clear_pointer (&push->item, omc_queue_item_unref);
  g_clear_pointer (&push->sent, omc_resource_unref);
  g_clear_pointer (&push->remote, omc_resource_unref);
  omc_resource_row_clear (&push->row);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Push, push_clear)

/* Servers write their own source, tags and profiles into meta: that is no change of the record. */
static gboolean
is_equal_but_meta (OmcResource *a, OmcResource *b)
{
  const OmcJsonValue *roots[] = { omc_resource_get_root (a), omc_resource_get_root (b) };

  for (guint side = 0; side < 2; side++)
    {
      const OmcJsonValue *value;
      const char *key;
      OmcJsonIter iter;

      omc_json_iter_init (&iter, roots[side]);
      while (omc_json_iter_next (&iter, &key, &value))
        {
          if (!g_str_equal (key, "meta") && !g_str_equal (key, "id") &&
              !omc_json_value_equal (value, omc_json_value_get (roots[1 - side], key)))
            return FALSE;
        }
    }

  return TRUE;
}

/* What we sent, letter by letter (servers shorten 1.10 to 1.1), under the meta that the server gave it. */
static OmcResource *
with_meta_of (OmcResource *sent, OmcResource *remote, GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  OmcJsonNode *root = omc_json_builder_object (builder);
  const OmcJsonValue *meta = omc_json_value_get (omc_resource_get_root (remote), "meta");
  const OmcJsonValue *value;
  const char *key;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, omc_resource_get_root (sent));
  while (omc_json_iter_next (&iter, &key, &value))
    {
      if (!g_str_equal (key, "meta"))
        omc_json_node_set (builder, root, key, omc_json_builder_copy (builder, value));
      if (g_str_equal (key, "id") && meta != NULL)
        omc_json_node_set (builder, root, "meta", omc_json_builder_copy (builder, meta));
    }
  json = omc_json_builder_end (builder, root);

  return omc_resource_new (json, error);
}

/* A create goes out without an id; here it has always had one. */
static OmcResource *
localize_sent (Push *push, OmcResource *sent, GError **error)
{
  g_autoptr (OmcResource) localized = omc_server_apply_localize (push->session, sent, error);

  return localized != NULL ? omc_resource_with_id (localized, push->item->resource_id) : NULL;
}

/* Does the server name a record that is another one here? Taking it would make two records one. */
static gboolean
is_taken (OmcSession *session, const Push *push, gboolean *taken, GError **error)
{
  const char *type = push->item->resource_type;
  g_autofree char *local_id = NULL;
  g_auto (OmcResourceRow) other = { 0 };
  gboolean unproven;

  *taken = FALSE;
  if (push->item->operation != OMC_OPERATION_CREATE || push->result->server_id == NULL)
    return TRUE;
  if (!omc_id_dao_find_local_id (session, type, push->result->server_id, &local_id, error))
    return FALSE;
  if (g_str_equal (local_id, push->item->resource_id))
    return TRUE;
  if (!omc_resource_dao_find (session, type, local_id, &other, error))
    return FALSE;
  if (!omc_place_is_unproven (session, &other, &unproven, error))
    return FALSE;
  *taken = other.pk != 0 && !unproven;

  return TRUE;
}

static gboolean
load (Push *push, GError **error)
{
  OmcSession *session = push->session;
  const OmcPushResult *result = push->result;
  g_autoptr (OmcQueueItem) newest = NULL;

  if (!omc_resource_dao_find (session, push->item->resource_type, push->item->resource_id,
                              &push->row, error) ||
      !omc_outbox_dao_find_of_resource (session, push->row.pk, TRUE, &newest, error))
    return FALSE;
  push->has_newer = newest != NULL && newest->id != push->item->id;
  if (result->server_id != NULL && push->item->operation == OMC_OPERATION_CREATE &&
      !omc_place_claim (session, push->item->resource_type, push->item->resource_id,
                        result->server_id, error))
    return FALSE;
  if (result->remote != NULL &&
      (push->remote = omc_server_apply_arrival (session, result->remote, error)) == NULL)
    return FALSE;
  push->sent = result->sent != NULL ? localize_sent (push, result->sent, error)
                                    : omc_outbox_dao_read_payload (session, push->item->id, error);

  return push->sent != NULL;
}

static void
describe_remote (Push *push, OmcRemoteVersion *remote)
{
  const OmcPushResult *result = push->result;

  remote->resource = push->remote;
  remote->version = result->version_id;
  remote->updated = result->last_updated;
  if (remote->version == NULL && push->remote != NULL)
    remote->version = omc_resource_get_version_id (push->remote);
  if (remote->updated == NULL && push->remote != NULL)
    remote->updated = omc_resource_get_last_updated (push->remote);
}

static gboolean
merge_remote (Push *push, GError **error)
{
  OmcRemoteVersion remote = { 0 };

  describe_remote (push, &remote);

  return omc_conflict_flow_remote_moved (push->session, push->actor, &push->row, &remote,
                                         push->counts, error);
}

static void
adopt_version (Push *push)
{
  OmcRemoteVersion remote = { 0 };

  describe_remote (push, &remote);
  g_free (push->row.server_version);
  g_free (push->row.server_updated);
  push->row.server_version = g_strdup (remote.version != NULL ? remote.version : "");
  push->row.server_updated = g_strdup (remote.updated);
}

static OmcResource *
confirmed_content (Push *push, GError **error)
{
  if (push->remote != NULL)
    return with_meta_of (push->sent, push->remote, error);

  return omc_resource_with_meta (push->sent, push->row.server_version, push->row.server_updated);
}

/* The server has what a person sees here. */
static gboolean
become_clean (Push *push, OmcResource *content, GError **error)
{
  push->row.dirty = FALSE;

  return omc_outbox_dao_remove (push->session, push->item->id, error) &&
         omc_base_dao_remove (push->session, &push->row, error) &&
         omc_resource_dao_put (push->session, &push->row, content, error);
}

/* What was sent is the base of what came after it. */
static gboolean
rebase_newer (Push *push, OmcResource *content, GError **error)
{
  OmcSession *session = push->session;
  g_autoptr (OmcQueueItem) newer = NULL;
  OmcOperation operation;

  if (!omc_outbox_dao_remove (session, push->item->id, error) ||
      !omc_base_dao_put (session, &push->row, content, push->row.server_version,
                         push->row.server_updated, error) ||
      !omc_resource_dao_update_state (session, &push->row, error) ||
      !omc_outbox_dao_find_of_resource (session, push->row.pk, FALSE, &newer, error))
    return FALSE;
  operation =
      newer->operation == OMC_OPERATION_DELETE ? OMC_OPERATION_DELETE : OMC_OPERATION_UPDATE;

  return omc_outbox_dao_rebase (session, newer->id, operation, push->row.server_version, error);
}

static gboolean
acknowledge_write (Push *push, GError **error)
{
  g_autoptr (OmcResource) content = NULL;
  gboolean equal = push->remote == NULL || is_equal_but_meta (push->sent, push->remote);

  /* A create that was tried before may have found what somebody has edited since: there is no base for that. */
  if (!equal && push->item->operation == OMC_OPERATION_CREATE && push->item->attempts > 1)
    return merge_remote (push, error);
  adopt_version (push);
  content = confirmed_content (push, error);
  if (content == NULL)
    return FALSE;
  if (!push->has_newer)
    return become_clean (push, equal ? content : push->remote, error);
  if (!rebase_newer (push, content, error))
    return FALSE;

  return equal || merge_remote (push, error);
}

static gboolean
acknowledge (Push *push, GError **error)
{
  if (!omc_change_writer_audit (push->session, push->actor, &push->row, "sync-push",
                                push->item->operation == OMC_OPERATION_DELETE ? 'D' : 'U', NULL,
                                error))
    return FALSE;
  if (push->item->operation == OMC_OPERATION_DELETE)
    return omc_outbox_dao_remove (push->session, push->item->id, error) &&
           omc_base_dao_remove (push->session, &push->row, error) &&
           omc_resource_dao_remove (push->session, &push->row, TRUE, error);

  return acknowledge_write (push, error);
}

/* A newer state of the record has not been refused yet: it takes the item's place. */
static gboolean
refuse (Push *push, GError **error)
{
  OmcSession *session = push->session;
  g_autoptr (OmcQueueItem) kept = NULL;

  if (push->has_newer)
    return omc_outbox_dao_collapse (session, push->row.pk, &kept, error) &&
           omc_outbox_dao_set_state (session, push->item->id, OMC_QUEUE_PENDING,
                                     push->result->error, push->result->next_attempt_us, error);

  return omc_outbox_dao_set_state (session, push->item->id, OMC_QUEUE_NEEDS_ATTENTION,
                                   push->result->error, 0, error);
}

/* Of whom the server deleted under that number nothing is known when it never had this record. */
static gboolean
gone (Push *push, GError **error)
{
  g_autofree char *reason = NULL;
  gboolean open;

  if (!omc_place_is_open (push->session, push->item->resource_type, push->item->server_id, &open,
                          error))
    return FALSE;
  if (!open || omc_record_id_is_universal (push->item->server_id))
    return merge_remote (push, error);
  reason = omc_place_dup_reason (OMC_PLACE_UNPROVEN, push->item->resource_type, TRUE);

  return omc_conflict_flow_set_aside (push->session, &push->row, reason, error);
}

gboolean
omc_push_apply_result (OmcSession *session,
                       OmcActor *actor,
                       const OmcPushResult *result,
                       OmcServerCounts *counts,
                       GError **error)
{
  g_auto (Push) push = { session, actor, result, counts };
  g_autoptr (GError) local_error = NULL;
  gboolean taken;

  push.item = omc_outbox_dao_find (session, result->queue_id, &local_error);
  if (push.item == NULL)
    {
      /* The answer came twice. */
      if (g_error_matches (local_error, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (result->outcome == OMC_PUSH_RETRY)
    return omc_outbox_dao_set_state (session, result->queue_id, OMC_QUEUE_PENDING, result->error,
                                     result->next_attempt_us, error);
  if (result->outcome == OMC_PUSH_PUT_OFF)
    return omc_outbox_dao_put_off (session, result->queue_id, result->next_attempt_us, error);
  if (!is_taken (session, &push, &taken, error))
    return FALSE;
  if (taken)
    return omc_outbox_dao_set_state (
        session, result->queue_id, OMC_QUEUE_NEEDS_ATTENTION,
        _ ("The server takes this for another record that is here too. Compare the two; take this "
           "one back, or enter it anew."),
        0, error);
  if (!load (&push, error))
    return FALSE;
  /* Another record is under its number there: that one is new here, and the work has been set aside. */
  if (push.remote != NULL && push.item->operation != OMC_OPERATION_CREATE &&
      g_strcmp0 (omc_resource_get_id (push.remote), push.item->resource_id) != 0)
    return omc_server_apply_resource (session, actor, result->remote, NULL, counts, error);

  switch (result->outcome)
    {
    case OMC_PUSH_ACKNOWLEDGED:
      return acknowledge (&push, error);
    case OMC_PUSH_CONFLICT:
      if (push.remote != NULL)
        return merge_remote (&push, error);
      return omc_outbox_dao_set_state (session, result->queue_id, OMC_QUEUE_PENDING, result->error,
                                       result->next_attempt_us, error);
    case OMC_PUSH_GONE:
      g_clear_pointer (&push.remote, omc_resource_unref);
      return gone (&push, error);
    case OMC_PUSH_NEEDS_ATTENTION:
      return refuse (&push, error);
    case OMC_PUSH_RETRY:
    case OMC_PUSH_PUT_OFF:
    default:
      g_assert_not_reached ();
    }
}
