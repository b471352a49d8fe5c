/* omc-access-guard.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-access-guard.h"

#include <string.h>

#include "omc-board-builder.h"
#include "omc-glass-dao.h"
#include "omc-store-private.h"

/* A row that waits to be made again tells of the place before. */
static const char select_place[] =
    "SELECT b.active, b.ward_id FROM ward_board b WHERE b.patient = ?1"
    " AND NOT EXISTS (SELECT 1 FROM board_stale s WHERE s.patient = b.patient)";

typedef enum
{
  PLACE_UNKNOWN, /* what an absent key reads as */
  PLACE_INSIDE,
  PLACE_OUTSIDE,
  PLACE_BROKEN_GLASS,
} Place;

OmcAccessGuard *
omc_access_guard_new (OmcStore *store, OmcActor *actor)
{
  OmcAccessGuard *self = g_new0 (OmcAccessGuard, 1);
  const char *department = omc_actor_get_department (actor);

  self->store = store;
  self->actor = g_object_ref (actor);
  self->policy = omc_store_dup_policy (store);
  if (department != NULL && *department != '\0' && omc_actor_get_role (actor) != OMC_ROLE_DEVICE)
    self->ward = g_str_has_prefix (department, "Location/")
                     ? g_strdup (department)
                     : g_strconcat ("Location/", department, NULL);
  self->places = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  return self;
}

void
omc_access_guard_free (OmcAccessGuard *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->actor);
  g_clear_pointer (&self->policy, omc_access_policy_unref);
  g_clear_pointer (&self->ward, g_free);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_free (self);
}

gboolean
omc_access_guard_is_bounded (OmcAccessGuard *self)
{
  return self->ward != NULL;
}

const char *
omc_access_guard_get_purpose (OmcAccessGuard *self)
{
  return self->glass_used ? "BTG" : "TREAT";
}

static gboolean
find_place (OmcSession *session, gint64 patient, gboolean *active, char **ward_id, GError **error)
{
  g_autoptr (OmcStmtUse) stmt = omc_db_prepare (session->db, select_place, error);
  OmcStep step;

  if (stmt == NULL)
    return FALSE;
  omc_stmt_bind_integer (stmt, 1, patient);
  step = omc_stmt_step (stmt, error);
  if (step == OMC_STEP_DONE)
    return omc_board_find_place (session, patient, active, ward_id, error);
  if (step == OMC_STEP_ERROR)
    return FALSE;
  *active = omc_stmt_get_integer (stmt, 0) != 0;
  *ward_id = omc_stmt_dup_text (stmt, 1);

  return TRUE;
}

static gboolean
is_in_scope (OmcAccessGuard *self, gboolean active, const char *place)
{
  if (!active || place == NULL)
    return omc_access_policy_sees_unplaced (self->policy, omc_actor_get_role (self->actor));
  if (g_str_has_prefix (place, OMC_BOARD_LOOSE_PLACE))
    place += strlen (OMC_BOARD_LOOSE_PLACE);

  return omc_access_policy_covers (self->policy, self->ward, place);
}

static gboolean
look_up (OmcAccessGuard *self, OmcSession *session, gint64 patient, Place *place, GError **error)
{
  g_autofree char *ward_id = NULL;
  gboolean active, broken = FALSE;

  if (!find_place (session, patient, &active, &ward_id, error))
    return FALSE;
  if (is_in_scope (self, active, ward_id))
    *place = PLACE_INSIDE;
  else if (!omc_glass_dao_is_broken (session, omc_actor_get_user (self->actor), patient, &broken,
                                     error))
    return FALSE;
  else
    *place = broken ? PLACE_BROKEN_GLASS : PLACE_OUTSIDE;

  return TRUE;
}

static gboolean
find_scope (OmcAccessGuard *self, OmcSession *session, gint64 patient, Place *place, GError **error)
{
  *place = PLACE_INSIDE;
  if (self->ward == NULL || patient == 0)
    return TRUE;
  *place = (Place)GPOINTER_TO_INT (g_hash_table_lookup (self->places, &patient));
  if (*place != PLACE_UNKNOWN)
    return TRUE;
  if (!look_up (self, session, patient, place, error))
    return FALSE;
  g_hash_table_insert (self->places, g_memdup2 (&patient, sizeof patient),
                       GINT_TO_POINTER ((int)*place));

  return TRUE;
}

gboolean
omc_access_guard_ask (OmcAccessGuard *self,
                      OmcSession *session,
                      OmcAccessAction action,
                      const char *type,
                      gint64 patient,
                      OmcAccessDecision *decision,
                      GError **error)
{
  Place place;

  if (!find_scope (self, session, patient, &place, error))
    return FALSE;
  *decision =
      omc_access_policy_check (self->policy, self->actor, action, type, place == PLACE_INSIDE);
  session->purpose = "TREAT";
  /* A broken glass opens what can be opened that way, and nothing else. */
  if (*decision == OMC_ACCESS_BREAK_GLASS && place == PLACE_BROKEN_GLASS)
    {
      *decision = OMC_ACCESS_ALLOW;
      self->glass_used = TRUE;
      session->purpose = "BTG";
    }

  return TRUE;
}

gboolean
omc_access_guard_may (OmcAccessGuard *self,
                      OmcSession *session,
                      OmcAccessAction action,
                      const char *type,
                      gint64 patient,
                      gboolean *allowed,
                      GError **error)
{
  OmcAccessDecision decision;

  if (!omc_access_guard_ask (self, session, action, type, patient, &decision, error))
    return FALSE;
  *allowed = decision == OMC_ACCESS_ALLOW;

  return TRUE;
}

gboolean
omc_access_guard_check (OmcAccessGuard *self,
                        OmcSession *session,
                        OmcAccessAction action,
                        const char *type,
                        gint64 patient,
                        GError **error)
{
  g_autofree char *patient_id = NULL;
  OmcAccessDecision decision;

  if (!omc_access_guard_ask (self, session, action, type, patient, &decision, error))
    return FALSE;
  if (decision == OMC_ACCESS_ALLOW)
    return TRUE;

  patient_id = patient != 0 ? omc_session_dup_patient_id (session, patient, NULL) : NULL;

  return omc_store_refuse (self->store, self->actor, action, type, patient_id, decision, error);
}

gboolean
omc_access_guard_check_resource (OmcAccessGuard *self,
                                 OmcSession *session,
                                 OmcAccessAction action,
                                 OmcResource *resource,
                                 GError **error)
{
  const char *patient_id = omc_resource_get_patient_id (resource);
  gint64 patient;

  return omc_session_find_patient (session, patient_id, &patient, error) &&
         omc_access_guard_check (self, session, action, omc_resource_get_resource_type (resource),
                                 patient, error);
}
