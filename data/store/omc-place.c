/* omc-place.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-place.h"

#include <glib/gi18n-lib.h>

#include "omc-base-dao.h"
#include "omc-change-writer.h"
#include "omc-conflict-flow.h"
#include "omc-id-dao.h"
#include "omc-same-record.h"
#include "omc-search-index-dao.h"
#include "omc-setting-dao.h"
#include "omc-sync-marks.h"
#include "omc-uuid.h"

/* omc_record_id_is_universal () in SQL */
#define HEX "[0-9A-Fa-f]"
#define HEX3 HEX HEX HEX
#define HEX4 HEX HEX3
#define UUID HEX4 HEX4 "-" HEX4 "-[1-8]" HEX3 "-[89ABab]" HEX3 "-" HEX4 HEX4 HEX4

/* What was evicted under an id that the server before counted cannot be asked for by it, and an id noted for what is not here
 * would name something else. */
static const char *const forget_counted[] = {
  "DELETE FROM evicted WHERE coalesce ((SELECT m.server_id FROM id_map m"
  " WHERE m.resource_type = evicted.resource_type AND m.local_id = evicted.id), id)"
  " NOT GLOB '" UUID "'",
  "UPDATE evicted_patients SET n = (SELECT count (*) FROM evicted e"
  " WHERE e.patient = evicted_patients.patient)",
  "DELETE FROM evicted_patients WHERE n <= 0",
  "DELETE FROM id_map WHERE server_id NOT GLOB '" UUID "' AND (resource_type, local_id)"
  " NOT IN (SELECT resource_type, id FROM encrypted_resources)",
};
static const char select_of_patient[] = "SELECT id FROM sync_queue WHERE patient = ?1";
static const char select_shown[] = "SELECT pk FROM encrypted_resources WHERE patient = ?1"
                                   " AND state = 0 AND sync_status = 0";
static const char set_aside_patient[] =
    "UPDATE sync_queue SET state = 3, error = ?2, next_attempt = 0"
    " WHERE patient = ?1 AND state IN (0, 1)";

gboolean
omc_place_forget_all (OmcSession *session, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (forget_counted); i++)
    {
      if (!omc_db_execute (session->db, forget_counted[i], error))
        return FALSE;
    }
  session->same_ids = FALSE;

  return omc_setting_dao_set_integer (session, OMC_TEXTS_SYNC, OMC_MARK_MOVED, session->now_us,
                                      error);
}

gboolean
omc_place_has_moved (OmcSession *session, gboolean *moved, GError **error)
{
  g_autofree char *mark = NULL;

  if (!omc_setting_dao_get (session, OMC_TEXTS_SYNC, OMC_MARK_MOVED, &mark, error))
    return FALSE;
  *moved = mark != NULL;

  return TRUE;
}

/* omc_store_forget_versions () left it so. */
static gboolean
is_left_behind (const OmcResourceRow *row)
{
  return row->pk != 0 && row->server_version != NULL && *row->server_version == '\0';
}

/* A UUID says enough of everything but of a person. */
static gboolean
needs_proof (const char *type, const char *server_id)
{
  return g_str_equal (type, "Patient") || !omc_record_id_is_universal (server_id);
}

gboolean
omc_place_is_unproven (OmcSession *session,
                       const OmcResourceRow *row,
                       gboolean *unproven,
                       GError **error)
{
  *unproven = FALSE;

  return !is_left_behind (row) || omc_place_has_moved (session, unproven, error);
}

gboolean
omc_place_find (OmcSession *session,
                const char *type,
                const char *local_id,
                OmcPlace *place,
                char **server_id,
                GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *noted = NULL;
  g_autofree char *holder = NULL;
  gboolean moved;

  *place = OMC_PLACE_THERE;
  *server_id = NULL;
  if (!omc_id_dao_find_server_id (session, type, local_id, &noted, error) ||
      !omc_resource_dao_find (session, type, local_id, &row, error) ||
      !omc_place_has_moved (session, &moved, error))
    return FALSE;
  if (noted == NULL && row.pk != 0 && row.server_version == NULL)
    {
      *place = OMC_PLACE_NEW;
      return TRUE;
    }
  *server_id = g_strdup (noted != NULL ? noted : local_id);
  if (!moved || (row.pk != 0 && !is_left_behind (&row)) || (row.pk == 0 && noted != NULL))
    return TRUE;
  if (row.pk == 0)
    {
      if (!omc_record_id_is_universal (local_id))
        *place = OMC_PLACE_TAKEN;
      return TRUE;
    }
  if (!omc_id_dao_find_local_id (session, type, *server_id, &holder, error))
    return FALSE;
  if (!g_str_equal (holder, local_id))
    *place = OMC_PLACE_TAKEN;
  else if (needs_proof (type, *server_id))
    *place = OMC_PLACE_UNPROVEN;

  return TRUE;
}

gboolean
omc_place_is_open (OmcSession *session,
                   const char *type,
                   const char *server_id,
                   gboolean *open,
                   GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *local_id = NULL;

  *open = FALSE;

  return !needs_proof (type, server_id) ||
         (omc_id_dao_find_local_id (session, type, server_id, &local_id, error) &&
          omc_resource_dao_find (session, type, local_id, &row, error) &&
          omc_place_is_unproven (session, &row, open, error));
}

char *
omc_place_dup_reason (OmcPlace place, const char *type, gboolean itself)
{
  if (place == OMC_PLACE_UNPROVEN)
    return g_strdup_printf (
        itself ? _ ("The server that this device uses now does not show this %s, so this was not "
                    "sent. Send it again when the server has it, or enter it anew in the right "
                    "chart and take this back.")
               : _ ("The server that this device uses now does not show the %s that this refers "
                    "to, so this was not sent. Send it again when the server has it, or enter it "
                    "anew in the right chart and take this back."),
        type);

  return g_strdup_printf (
      itself
          ? _ ("The server that this device uses now has another %s under the number of this one, "
               "so this was not sent. Enter it anew in the right chart, then take this back.")
          : _ ("The server that this device uses now has another %s under the number of the one "
               "that this refers to, or none, so this was not sent. Enter it anew in the right "
               "chart, then take this back."),
      type);
}

/* --- leaving a place --- */

gboolean
omc_place_hide (OmcSession *session, OmcResourceRow *row, GError **error)
{
  if (!omc_search_index_dao_remove (session, row, error))
    return FALSE;
  row->state = OMC_ROW_HIDDEN;
  omc_session_note (session, OMC_CHANGED_RESOURCES, NULL);

  return omc_resource_dao_update_state (session, row, error);
}

static gboolean
has_work (OmcSession *session, const OmcResourceRow *row, gboolean *work, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = NULL;
  OmcStep step;

  *work = row->dirty;
  if (row->dirty || row->kind != OMC_KIND_PATIENT)
    return TRUE;
  stmt = omc_db_prepare (session->db, select_of_patient, error);
  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->patient);
  step = omc_stmt_step (stmt, error);
  *work = step == OMC_STEP_ROW;

  return step != OMC_STEP_ERROR;
}

static gboolean
hide_chart (OmcSession *session, gint64 patient, GError **error)
{
  g_autoptr (GArray) pks = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_shown, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  while ((step = omc_stmt_step (stmt, error)) == OMC_STEP_ROW)
    {
      gint64 pk = omc_stmt_get_integer (stmt, 0);

      g_array_append_val (pks, pk);
    }
  for (guint i = 0; step == OMC_STEP_DONE && i < pks->len; i++)
    {
      g_auto (OmcResourceRow) row = { 0 };

      if (!omc_resource_dao_find_pk (session, g_array_index (pks, gint64, i), &row, error) ||
          !omc_place_hide (session, &row, error))
        return FALSE;
    }

  return step == OMC_STEP_DONE;
}

/* A chart goes whole. A person whose chart holds unsent work stays in sight as long as it does. */
static gboolean
hide_if_clean (OmcSession *session, OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  gboolean work;

  if (row->state != OMC_ROW_PRESENT)
    return TRUE;
  if (!has_work (session, row, &work, error))
    return FALSE;

  return work || ((row->kind == OMC_KIND_PATIENT ? hide_chart (session, row->patient, error)
                                                 : omc_place_hide (session, row, error)) &&
                  omc_change_writer_audit (session, device, row, "sync-hide", 'D',
                                           "the server has another one under its id", error));
}

static gboolean
set_aside_of_patient (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_autofree char *reason = omc_place_dup_reason (OMC_PLACE_TAKEN, row->type, FALSE);
  OmcStmt *stmt = omc_db_prepare (session->db, set_aside_patient, error);

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, row->patient);
  omc_stmt_bind_text (stmt, 2, reason);
  omc_session_note (session, OMC_CHANGED_QUEUE, NULL);

  return omc_stmt_run (stmt, error);
}

static gboolean
leave (OmcSession *session, OmcResourceRow *row, GError **error)
{
  g_autoptr (OmcActor) device = NULL;
  g_autofree char *reason = NULL;

  if (row->kind == OMC_KIND_PATIENT && !set_aside_of_patient (session, row, error))
    return FALSE;
  if (!row->dirty)
    return hide_if_clean (session, row, error);
  reason = omc_place_dup_reason (OMC_PLACE_TAKEN, row->type, TRUE);
  device = omc_actor_new_device ();

  return omc_conflict_flow_set_aside (session, row, reason, error) &&
         omc_change_writer_audit (session, device, row, "conflict", 'U',
                                  "the server has another one under its id", error);
}

gboolean
omc_place_settle_row (OmcSession *session, const OmcResourceRow *row, GError **error)
{
  g_autofree char *patient_id = NULL;
  const char *const types[] = { row->type, "Patient" };
  const char *ids[] = { row->id, NULL };
  gboolean moved;

  if (!omc_place_has_moved (session, &moved, error))
    return FALSE;
  if (!moved)
    return TRUE;
  if (row->patient != 0 &&
      (patient_id = omc_session_dup_patient_id (session, row->patient, error)) == NULL)
    return FALSE;
  ids[1] = patient_id;
  for (gsize i = 0; i < G_N_ELEMENTS (ids) && ids[i] != NULL; i++)
    {
      g_auto (OmcResourceRow) now = { 0 };
      g_autofree char *server_id = NULL;
      OmcPlace place;

      if (!omc_place_find (session, types[i], ids[i], &place, &server_id, error) ||
          !omc_resource_dao_find (session, types[i], ids[i], &now, error) ||
          (place == OMC_PLACE_TAKEN && now.pk != 0 && !hide_if_clean (session, &now, error)))
        return FALSE;
    }

  return TRUE;
}

/* --- whom the server means --- */

/* An id of its own for what the server calls so. */
static gboolean
allot (OmcSession *session,
       const char *type,
       const char *server_id,
       char **local_id,
       GError **error)
{
  g_free (*local_id);
  *local_id = omc_uuid_new (session->now_us);

  return omc_id_dao_put (session, type, *local_id, server_id, error);
}

/* What cannot be read proves nothing. */
static gboolean
compare (OmcSession *session,
         const OmcResourceRow *row,
         OmcResource *there,
         gboolean *same,
         GError **error)
{
  const char *id = omc_resource_get_id (there);
  g_autoptr (OmcResource) base = NULL;
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (GError) damage = NULL;

  if (omc_base_dao_read (session, row, &base, NULL, NULL, &damage))
    local = omc_resource_dao_read_row (session, row, &damage);
  if (damage != NULL && !g_error_matches (damage, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&damage));
      return FALSE;
    }
  /* An edit that waits may have changed by what a person is known. */
  *same = (base != NULL && omc_record_is_same (base, there, id)) ||
          (local != NULL && omc_record_is_same (local, there, id)) ||
          (base == NULL && local == NULL && omc_record_id_is_universal (id));

  return TRUE;
}

gboolean
omc_place_of_reference (OmcSession *session,
                        const char *type,
                        const char *server_id,
                        char **local_id,
                        GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  gboolean moved;

  if (!omc_id_dao_find_local_id (session, type, server_id, local_id, error) ||
      !omc_place_has_moved (session, &moved, error))
    return FALSE;
  if (!moved || omc_record_id_is_universal (server_id))
    return TRUE;
  if (!omc_resource_dao_find (session, type, *local_id, &row, error))
    return FALSE;
  if (row.pk == 0)
    return !g_str_equal (*local_id, server_id) || allot (session, type, server_id, local_id, error);

  return !is_left_behind (&row) ||
         (allot (session, type, server_id, local_id, error) && leave (session, &row, error));
}

/* The server before last may be this one. */
static gboolean
find_again (OmcSession *session, OmcResource *resource, gboolean *found, GError **error)
{
  const char *type = omc_resource_get_resource_type (resource);
  const char *id = omc_resource_get_id (resource);
  g_auto (OmcResourceRow) row = { 0 };

  *found = FALSE;
  if (!omc_resource_dao_find (session, type, id, &row, error))
    return FALSE;

  return !is_left_behind (&row) || (compare (session, &row, resource, found, error) &&
                                    (!*found || omc_id_dao_forget (session, type, id, error)));
}

gboolean
omc_place_of_arrival (OmcSession *session, OmcResource *resource, char **local_id, GError **error)
{
  const char *type = omc_resource_get_resource_type (resource);
  const char *id = omc_resource_get_id (resource);
  g_auto (OmcResourceRow) row = { 0 };
  gboolean moved, same;
  gboolean found = FALSE;

  if (!omc_id_dao_find_local_id (session, type, id, local_id, error) ||
      !omc_place_has_moved (session, &moved, error))
    return FALSE;
  if (!moved)
    return TRUE;
  if (!omc_resource_dao_find (session, type, *local_id, &row, error))
    return FALSE;
  if (row.pk == 0)
    return !g_str_equal (*local_id, id) || omc_record_id_is_universal (id) ||
           allot (session, type, id, local_id, error);
  if (!is_left_behind (&row))
    return TRUE;
  if (!compare (session, &row, resource, &same, error))
    return FALSE;
  if (same)
    return TRUE;

  if (!g_str_equal (*local_id, id) && !find_again (session, resource, &found, error))
    return FALSE;
  if (found)
    g_set_str (local_id, id);
  else if (!allot (session, type, id, local_id, error))
    return FALSE;

  return leave (session, &row, error);
}

gboolean
omc_place_claim (OmcSession *session,
                 const char *type,
                 const char *local_id,
                 const char *server_id,
                 GError **error)
{
  g_auto (OmcResourceRow) row = { 0 };
  g_autofree char *holder = NULL;
  gboolean left = FALSE;

  if (!omc_id_dao_find_local_id (session, type, server_id, &holder, error))
    return FALSE;
  if (g_str_equal (holder, local_id))
    return TRUE;

  return omc_resource_dao_find (session, type, holder, &row, error) &&
         omc_place_is_unproven (session, &row, &left, error) &&
         omc_id_dao_put (session, type, local_id, server_id, error) &&
         (!left || leave (session, &row, error));
}
