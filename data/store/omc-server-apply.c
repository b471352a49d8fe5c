/* omc-server-apply.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-server-apply.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-audit-items.h"
#include "omc-base-dao.h"
#include "omc-evicted-dao.h"
#include "omc-id-dao.h"
#include "omc-place.h"
#include "omc-same-record.h"
#include "omc-search-index-dao.h"

/* A time that came in a header has whole seconds. */
#define COARSE_US G_USEC_PER_SEC

typedef struct
{
  OmcSession *session;
  GError *error; /* (owned) (nullable) */
} Localizing;

OmcMergeStrategy
omc_server_apply_strategy (GHashTable *strategies, const char *type)
{
  if (strategies == NULL)
    return OMC_MERGE_STRATEGY_MERGE;

  return (OmcMergeStrategy)GPOINTER_TO_INT (g_hash_table_lookup (strategies, type));
}

static char *
localize_reference (const char *reference, gpointer user_data)
{
  Localizing *localizing = user_data;
  const char *slash = strchr (reference, '/');
  g_autofree char *type = NULL;
  g_autofree char *id = NULL;
  const char *end;

  if (slash == NULL || localizing->error != NULL)
    return NULL;
  type = g_strndup (reference, (gsize)(slash - reference));
  end = strchr (slash + 1, '/');
  if (!omc_fhir_is_resource_type (type) || end != NULL ||
      !omc_place_of_reference (localizing->session, type, slash + 1, &id, &localizing->error) ||
      strcmp (id, slash + 1) == 0)
    return NULL;

  return g_strconcat (type, "/", id, NULL);
}

/* Of every record of a batch the same is asked. */
static gboolean
has_same_ids (OmcSession *session, gboolean *same, GError **error)
{
  gboolean empty, moved;

  if (!session->same_ids)
    {
      if (!omc_id_dao_is_empty (session, &empty, error) ||
          !omc_place_has_moved (session, &moved, error))
        return FALSE;
      session->same_ids = empty && !moved;
    }
  *same = session->same_ids;

  return TRUE;
}

static OmcResource *
localize_references (OmcSession *session, OmcResource *resource, GError **error)
{
  Localizing localizing = { session, NULL };
  g_autoptr (OmcResource) mapped = NULL;

  mapped = omc_resource_map_references (resource, localize_reference, &localizing);
  if (localizing.error == NULL)
    return g_steal_pointer (&mapped);
  g_propagate_error (error, localizing.error);

  return NULL;
}

OmcResource *
omc_server_apply_arrival (OmcSession *session, OmcResource *resource, GError **error)
{
  g_autoptr (OmcResource) mapped = NULL;
  g_autofree char *id = NULL;
  gboolean same;

  if (!has_same_ids (session, &same, error))
    return NULL;
  if (same)
    return omc_resource_ref (resource);
  mapped = localize_references (session, resource, error);
  if (mapped == NULL || omc_resource_get_id (mapped) == NULL)
    return g_steal_pointer (&mapped);
  if (!omc_place_of_arrival (session, mapped, &id, error))
    return NULL;
  if (g_str_equal (id, omc_resource_get_id (resource)))
    return g_steal_pointer (&mapped);

  return omc_resource_with_id (mapped, id);
}

OmcResource *
omc_server_apply_localize (OmcSession *session, OmcResource *resource, GError **error)
{
  g_autoptr (OmcResource) mapped = NULL;
  g_autofree char *id = NULL;
  gboolean same;

  if (!has_same_ids (session, &same, error))
    return NULL;
  if (same)
    return omc_resource_ref (resource);
  mapped = localize_references (session, resource, error);
  if (mapped == NULL)
    return NULL;
  /* What was sent as a create has none. */
  if (omc_resource_get_id (resource) == NULL)
    return g_steal_pointer (&mapped);
  if (!omc_id_dao_find_local_id (session, omc_resource_get_resource_type (resource),
                                 omc_resource_get_id (resource), &id, error))
    return NULL;
  if (strcmp (id, omc_resource_get_id (resource)) == 0)
    return g_steal_pointer (&mapped);

  return omc_resource_with_id (mapped, id);
}

static gboolean
has_in_flight (OmcSession *session, const OmcResourceRow *row, gboolean *in_flight, GError **error)
{
  g_autoptr (OmcQueueItem) item = NULL;

  if (!omc_outbox_dao_find_of_resource (session, row->pk, FALSE, &item, error))
    return FALSE;
  *in_flight = item != NULL && item->state == OMC_QUEUE_IN_FLIGHT;

  return TRUE;
}

/* The version that an open conflict already asks about. */
static gboolean
is_asked (OmcSession *session,
          const OmcResourceRow *row,
          const char *version,
          gboolean *asked,
          GError **error)
{
  g_autoptr (OmcConflict) open = NULL;

  if (!omc_conflict_dao_find_open (session, row->pk, &open, error))
    return FALSE;
  *asked = open != NULL && g_strcmp0 (open->remote_version, version) == 0;

  return TRUE;
}

static gboolean
apply_to_dirty (OmcSession *session,
                OmcActor *actor,
                OmcResourceRow *row,
                const OmcRemoteVersion *remote,
                OmcServerCounts *counts,
                GError **error)
{
  gboolean in_flight, asked;

  if (!has_in_flight (session, row, &in_flight, error) ||
      !is_asked (session, row, remote->version, &asked, error))
    return FALSE;
  /* What is in flight is settled by the server's answer to it: If-Match finds this version too. */
  if (in_flight || asked)
    {
      counts->unchanged++;
      return TRUE;
    }

  return omc_conflict_flow_remote_moved (session, actor, row, remote, counts, error);
}

static gboolean
apply_to_clean (OmcSession *session,
                OmcResourceRow *row,
                const OmcRemoteVersion *remote,
                OmcResource *resource,
                OmcServerCounts *counts,
                GError **error)
{
  gboolean is_new = row->pk == 0;

  if (is_new)
    {
      row->type = g_strdup (omc_resource_get_resource_type (resource));
      row->id = g_strdup (omc_resource_get_id (resource));
    }
  g_free (row->server_version);
  g_free (row->server_updated);
  row->server_version = g_strdup (remote->version != NULL ? remote->version : "");
  row->server_updated = g_strdup (remote->updated);
  row->state = OMC_ROW_PRESENT;
  row->dirty = FALSE;
  if (is_new)
    counts->created++;
  else
    counts->updated++;

  return omc_resource_dao_put (session, row, resource, error);
}

/* What fails authentication here is not known: the server's version repairs it. */
static gboolean
is_damage (GError *failure, GError **error)
{
  if (g_error_matches (failure, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
    {
      g_error_free (failure);
      return TRUE;
    }
  g_propagate_error (error, failure);

  return FALSE;
}

static gboolean
read_stored (OmcSession *session, const OmcResourceRow *row, OmcResource **stored, GError **error)
{
  GError *failure = NULL;

  *stored = omc_resource_dao_read_row (session, row, &failure);

  return *stored != NULL || is_damage (failure, error);
}

static gboolean
check_stored (OmcSession *session, const OmcResourceRow *row, gboolean *sound, GError **error)
{
  GError *failure = NULL;

  *sound = omc_resource_dao_check_row (session, row, &failure);

  return *sound || is_damage (failure, error);
}

/* Without a version on either side only the content can tell. */
static gboolean
is_known (OmcSession *session,
          const OmcResourceRow *row,
          const OmcRemoteVersion *remote,
          gboolean *known,
          GError **error)
{
  g_autoptr (OmcResource) stored = NULL;

  *known = FALSE;
  if (row->pk == 0 || row->server_version == NULL || row->state == OMC_ROW_HIDDEN)
    return TRUE;
  if (remote->version != NULL)
    {
      *known = g_str_equal (row->server_version, remote->version);
      return !*known || row->dirty || check_stored (session, row, known, error);
    }
  if (row->dirty)
    {
      if (!omc_base_dao_read (session, row, &stored, NULL, NULL, error))
        return FALSE;
    }
  else if (!read_stored (session, row, &stored, error))
    return FALSE;
  *known = stored != NULL && omc_json_value_identical (omc_resource_get_root (stored),
                                                       omc_resource_get_root (remote->resource));

  return TRUE;
}

/* A server that counts its versions gives each number once, and a later one is greater. It does not keep to that when it was
 * set up anew or set back under its address, and then the ids that it counts mean others as well. */
static gboolean
is_impossible (const OmcResourceRow *row, const OmcRemoteVersion *remote, const char *server_id)
{
  guint64 before, now;
  gint64 before_us, now_us;

  if (row->pk == 0 || row->server_version == NULL || row->server_updated == NULL ||
      remote->version == NULL || remote->updated == NULL || omc_record_id_is_universal (server_id))
    return FALSE;
  if (!g_ascii_string_to_unsigned (row->server_version, 10, 0, G_MAXUINT64, &before, NULL) ||
      !g_ascii_string_to_unsigned (remote->version, 10, 0, G_MAXUINT64, &now, NULL) ||
      !omc_instant_parse_range (row->server_updated, &before_us, NULL) ||
      !omc_instant_parse_range (remote->updated, &now_us, NULL))
    return FALSE;

  return now == before ? ABS (now_us - before_us) > COARSE_US
                       : now < before && now_us > before_us + COARSE_US;
}

/* Of whom a server speaks that has not shown whom it means: not of the record here. What is clean is not there in any case. */
static gboolean
ignore_deletion (OmcSession *session, OmcResourceRow *row, OmcServerCounts *counts, GError **error)
{
  counts->unchanged++;

  return row->dirty || row->state != OMC_ROW_PRESENT || omc_place_hide (session, row, error);
}

/* By the ids that the record has here. */
static void
note_received (OmcSession *session, OmcResource *local, gboolean is_new, const char *version)
{
  if (session->received != NULL)
    omc_audit_items_add (session->received, is_new ? 'C' : 'U',
                         omc_resource_get_resource_type (local), omc_resource_get_id (local),
                         version, omc_resource_get_patient_id (local));
}

gboolean
omc_server_apply_resource (OmcSession *session,
                           OmcActor *actor,
                           OmcResource *resource,
                           GHashTable *strategies,
                           OmcServerCounts *counts,
                           GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autoptr (OmcResource) local = NULL;
  const char *type = omc_resource_get_resource_type (resource);
  OmcRemoteVersion remote = { 0 };
  gboolean known;

  if (omc_resource_get_id (resource) == NULL)
    {
      g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                   _ ("A %s from the server has no id and cannot be stored."), type);
      return FALSE;
    }
  local = omc_server_apply_arrival (session, resource, error);
  if (local == NULL ||
      !omc_resource_dao_find (session, type, omc_resource_get_id (local), &row, error))
    return FALSE;
  remote.resource = local;
  remote.version = omc_resource_get_version_id (resource);
  remote.updated = omc_resource_get_last_updated (resource);
  remote.strategy = omc_server_apply_strategy (strategies, type);
  counts->impossible += is_impossible (&row, &remote, omc_resource_get_id (resource));
  if (!is_known (session, &row, &remote, &known, error))
    return FALSE;
  if (known)
    {
      counts->unchanged++;
      return TRUE;
    }
  note_received (session, local, row.pk == 0, remote.version);
  if (row.dirty)
    return apply_to_dirty (session, actor, &row, &remote, counts, error);

  return apply_to_clean (session, &row, &remote, local, counts, error);
}

gboolean
omc_server_apply_deletion (OmcSession *session,
                           OmcActor *actor,
                           const char *reference,
                           OmcServerCounts *counts,
                           GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  const OmcRemoteVersion gone = { 0 };
  g_auto (GStrv) parts = g_strsplit (reference, "/", 2);
  g_autofree char *id = NULL;
  gboolean in_flight, evicted, open;

  if (g_strv_length (parts) != 2 || !omc_fhir_is_resource_type (parts[0]))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_INVALID,
                           _ ("A deletion from the server does not name a record."));
      return FALSE;
    }
  if (!omc_id_dao_find_local_id (session, parts[0], parts[1], &id, error) ||
      !omc_resource_dao_find (session, parts[0], id, &row, error))
    return FALSE;
  if (row.pk == 0)
    {
      if (!omc_evicted_dao_forget (session, parts[0], id, &evicted, error))
        return FALSE;
      if (!evicted)
        counts->unchanged++;
      else
        counts->deleted++;
      return !evicted || omc_resource_dao_bury (session, parts[0], id, TRUE, error);
    }
  if (!omc_place_is_open (session, parts[0], parts[1], &open, error))
    return FALSE;
  if (open && !omc_record_id_is_universal (parts[1]))
    return ignore_deletion (session, &row, counts, error);
  if (row.dirty)
    {
      if (!has_in_flight (session, &row, &in_flight, error))
        return FALSE;
      if (!in_flight)
        return omc_conflict_flow_remote_moved (session, actor, &row, &gone, counts, error);
      counts->unchanged++;
      return TRUE;
    }
  counts->deleted++;

  return omc_change_writer_audit (session, actor, &row, "sync-pull", 'D', NULL, error) &&
         omc_resource_dao_remove (session, &row, TRUE, error);
}
