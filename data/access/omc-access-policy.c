/* omc-access-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-access"

#include "config.h"

#include "omc-access-policy-private.h"

#include <string.h>

/* For the built-in table. */
#define NO OMC_CELL_DENY
#define AL OMC_CELL_ALLOW
#define SC OMC_CELL_DEPARTMENT
#define BG OMC_CELL_BREAK_GLASS
#define OB OMC_N_CELLS /* Observations in scope */

/* Breaking the glass opens a chart for reading and for documenting emergency care, not for changing what others
 * wrote (clinical.md 6). Assistants document `preliminary`, which a nurse confirms (clinical.md 4). The charge nurse leads
 * the ward: adds people to its devices and sees who did what there. */
/* clang-format off */
static const guint8 DEFAULT_ROWS[OMC_N_ROLES][OMC_N_ACCESS_ACTIONS] = {
  /*                                   read srch  crea prel  upda uprl  dele decide impo expo  sync audit keys users device */
  [OMC_ROLE_NURSE]                 = { BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO },
  [OMC_ROLE_CHARGE_NURSE]          = { BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  AL,   NO,  AL,   NO },
  [OMC_ROLE_PHYSICIAN]             = { BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO },
  [OMC_ROLE_HOME_CARE_NURSE]       = { BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO },
  [OMC_ROLE_HEALTH_CARE_ASSISTANT] = { SC,  SC,   NO,  OB,   NO,  OB,   NO,  NO,    NO,  NO,   NO,  NO,   NO,  NO,   NO },
  [OMC_ROLE_AUDITOR]               = { NO,  NO,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  AL,   NO,  NO,   NO },
  [OMC_ROLE_ADMINISTRATOR]         = { NO,  NO,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  NO,   AL,  AL,   AL },
  [OMC_ROLE_KIOSK]                 = { SC,  SC,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  NO,   NO,  NO,   NO },
  [OMC_ROLE_DEVICE]                = { AL,  AL,   AL,  AL,   AL,  AL,   AL,  AL,    AL,  AL,   AL,  AL,   AL,  AL,   AL },
};
/* clang-format on */

/* Names and places: no patient's data. All that is not listed counts as a patient's. */
static const char *const DIRECTORY_TYPES[] = {
  "Device",     "DeviceDefinition", "Endpoint",         "HealthcareService", "Location",
  "Medication", "Organization",     "Practitioner",     "PractitionerRole",  "Substance",
  "CodeSystem", "ConceptMap",       "OperationOutcome", "ValueSet",          "CapabilityStatement",
};

static const char *const ACTION_NAMES[OMC_N_ACCESS_ACTIONS] = {
  [OMC_ACCESS_READ] = "read",
  [OMC_ACCESS_SEARCH] = "search",
  [OMC_ACCESS_CREATE] = "create",
  [OMC_ACCESS_CREATE_PRELIMINARY] = "create-preliminary",
  [OMC_ACCESS_UPDATE] = "update",
  [OMC_ACCESS_UPDATE_PRELIMINARY] = "update-preliminary",
  [OMC_ACCESS_DELETE] = "delete",
  [OMC_ACCESS_DECIDE_CONFLICT] = "decide-conflict",
  [OMC_ACCESS_IMPORT] = "import",
  [OMC_ACCESS_EXPORT] = "export",
  [OMC_ACCESS_SYNC] = "sync",
  [OMC_ACCESS_READ_AUDIT] = "read-audit",
  [OMC_ACCESS_MANAGE_KEYS] = "manage-keys",
  [OMC_ACCESS_MANAGE_USERS] = "manage-users",
  [OMC_ACCESS_MANAGE_DEVICE] = "manage-device",
};

const char *
omc_access_action_to_string (OmcAccessAction action)
{
  g_return_val_if_fail ((guint)action < OMC_N_ACCESS_ACTIONS, NULL);

  return ACTION_NAMES[action];
}

gboolean
omc_access_action_from_string (const char *text, OmcAccessAction *action)
{
  for (guint i = 0; i < OMC_N_ACCESS_ACTIONS; i++)
    if (g_strcmp0 (text, ACTION_NAMES[i]) == 0)
      {
        *action = (OmcAccessAction)i;
        return TRUE;
      }

  return FALSE;
}

OmcAccessPolicy *
_omc_access_policy_new (void)
{
  OmcAccessPolicy *self = g_new0 (OmcAccessPolicy, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->covers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
    self->cells[OMC_ROLE_DEVICE][action] = OMC_CELL_ALLOW;
  self->unplaced[OMC_ROLE_DEVICE] = TRUE;

  return self;
}

void
_omc_access_policy_set_type (OmcAccessPolicy *self,
                             OmcRole role,
                             OmcAccessAction action,
                             const char *type,
                             OmcCell cell)
{
  if (self->types[role][action] == NULL)
    self->types[role][action] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_insert (self->types[role][action], g_strdup (type), GINT_TO_POINTER ((int)cell));
}

OmcAccessPolicy *
omc_access_policy_new_default (void)
{
  OmcAccessPolicy *self = _omc_access_policy_new ();

  for (guint role = 0; role < OMC_N_ROLES; role++)
    for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
      if (DEFAULT_ROWS[role][action] == OB)
        _omc_access_policy_set_type (self, (OmcRole)role, (OmcAccessAction)action, "Observation",
                                     OMC_CELL_DEPARTMENT);
      else
        self->cells[role][action] = (OmcCell)DEFAULT_ROWS[role][action];
  /* Who was just admitted has no bed yet, and has to be charted (clinical.md 6). */
  self->unplaced[OMC_ROLE_NURSE] = TRUE;
  self->unplaced[OMC_ROLE_CHARGE_NURSE] = TRUE;
  self->unplaced[OMC_ROLE_PHYSICIAN] = TRUE;
  self->unplaced[OMC_ROLE_HOME_CARE_NURSE] = TRUE;
  self->unplaced[OMC_ROLE_HEALTH_CARE_ASSISTANT] = TRUE;

  return self;
}

OmcAccessPolicy *
omc_access_policy_ref (OmcAccessPolicy *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_access_policy_unref (OmcAccessPolicy *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint role = 0; role < OMC_N_ROLES; role++)
    for (guint action = 0; action < OMC_N_ACCESS_ACTIONS; action++)
      g_clear_pointer (&self->types[role][action], g_hash_table_unref);
  g_hash_table_unref (self->covers);
  g_free (self->issuer);
  g_free (self);
}

guint64
omc_access_policy_get_version (OmcAccessPolicy *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->version;
}

const char *
omc_access_policy_get_issuer (OmcAccessPolicy *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->issuer;
}

guint
omc_access_policy_get_lifetime_hours (OmcAccessPolicy *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->lifetime_hours;
}

gboolean
omc_access_policy_sees_unplaced (OmcAccessPolicy *self, OmcRole role)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail ((guint)role < OMC_N_ROLES, FALSE);

  return self->unplaced[role];
}

gboolean
omc_access_policy_covers (OmcAccessPolicy *self, const char *department, const char *other)
{
  GHashTable *covered;

  g_return_val_if_fail (self != NULL && department != NULL && other != NULL, FALSE);

  if (g_str_equal (department, other))
    return TRUE;
  covered = g_hash_table_lookup (self->covers, department);

  return covered != NULL && g_hash_table_contains (covered, other);
}

static gboolean
is_directory_type (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (DIRECTORY_TYPES); i++)
    if (g_str_equal (type, DIRECTORY_TYPES[i]))
      return TRUE;
  return FALSE;
}

gboolean
_omc_access_policy_is_fixed_type (const char *type)
{
  return is_directory_type (type) || g_str_equal (type, "AuditEvent");
}

/* Everybody may know the names of colleagues and places; they are changed where they are kept, on the server. */
static OmcAccessDecision
check_directory (const OmcCell *row, OmcRole role, OmcAccessAction action)
{
  if (action == OMC_ACCESS_READ || action == OMC_ACCESS_SEARCH)
    return OMC_ACCESS_ALLOW;
  if (action == OMC_ACCESS_IMPORT || action == OMC_ACCESS_EXPORT)
    return row[action] != NO ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
  return role == OMC_ROLE_DEVICE ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
}

/* The trail is read by who may read it and written by the store itself. */
static OmcAccessDecision
check_audit_type (const OmcCell *row, OmcRole role, OmcAccessAction action)
{
  gboolean reads = action == OMC_ACCESS_READ || action == OMC_ACCESS_SEARCH ||
                   action == OMC_ACCESS_EXPORT || action == OMC_ACCESS_READ_AUDIT;

  if (reads ? row[OMC_ACCESS_READ_AUDIT] == AL : role == OMC_ROLE_DEVICE)
    return OMC_ACCESS_ALLOW;
  return OMC_ACCESS_DENY;
}

OmcAccessDecision
omc_access_policy_check (OmcAccessPolicy *self,
                         OmcActor *actor,
                         OmcAccessAction action,
                         const char *resource_type,
                         gboolean in_scope)
{
  const OmcCell *row;
  OmcCell cell;
  OmcRole role;

  g_return_val_if_fail (self != NULL, OMC_ACCESS_DENY);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), OMC_ACCESS_DENY);
  g_return_val_if_fail ((guint)action < OMC_N_ACCESS_ACTIONS, OMC_ACCESS_DENY);

  role = omc_actor_get_role (actor);
  row = self->cells[role];
  if (resource_type != NULL && g_str_equal (resource_type, "AuditEvent"))
    return check_audit_type (row, role, action);
  if (resource_type != NULL && is_directory_type (resource_type))
    return check_directory (row, role, action);

  cell = row[action];
  if (resource_type != NULL && self->types[role][action] != NULL &&
      g_hash_table_contains (self->types[role][action], resource_type))
    cell =
        (OmcCell)GPOINTER_TO_INT (g_hash_table_lookup (self->types[role][action], resource_type));
  switch (cell)
    {
    case OMC_CELL_ALLOW:
      return OMC_ACCESS_ALLOW;
    case OMC_CELL_DEPARTMENT:
      return in_scope ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
    case OMC_CELL_BREAK_GLASS:
      return in_scope ? OMC_ACCESS_ALLOW : OMC_ACCESS_BREAK_GLASS;
    case OMC_CELL_DENY:
    case OMC_N_CELLS:
    default:
      return OMC_ACCESS_DENY;
    }
}
