/* omc-access-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-access"

#include "config.h"

#include "omc-access-policy.h"

#define N_ROLES (OMC_ROLE_DEVICE + 1)

/* What a cell of the table says. */
typedef enum
{
  NO, /* never */
  AL, /* always, whoever's patient it is */
  SC, /* in scope */
  OB, /* Observations in scope */
  BG, /* in scope; others after breaking the glass */
} Cell;

typedef struct
{
  Cell cells[OMC_N_ACCESS_ACTIONS];
} Row;

struct _OmcAccessPolicy
{
  gatomicrefcount ref_count;
  const Row *rows; /* N_ROLES of them */
};

/* Breaking the glass opens a chart for reading and for documenting emergency care, not for changing what others
 * wrote (clinical.md 6). Assistants document `preliminary`, which a nurse confirms (clinical.md 4). The charge nurse leads
 * the ward: adds people to its devices and sees who did what there. */
/* clang-format off */
static const Row DEFAULT_ROWS[N_ROLES] = {
  /*                                    read srch  crea prel  upda uprl  dele decide impo expo  sync audit keys users device */
  [OMC_ROLE_NURSE]                 = {{ BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO }},
  [OMC_ROLE_CHARGE_NURSE]          = {{ BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  AL,   NO,  AL,   NO }},
  [OMC_ROLE_PHYSICIAN]             = {{ BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO }},
  [OMC_ROLE_HOME_CARE_NURSE]       = {{ BG,  BG,   BG,  BG,   SC,  SC,   SC,  SC,    SC,  SC,   NO,  NO,   NO,  NO,   NO }},
  [OMC_ROLE_HEALTH_CARE_ASSISTANT] = {{ SC,  SC,   NO,  OB,   NO,  OB,   NO,  NO,    NO,  NO,   NO,  NO,   NO,  NO,   NO }},
  [OMC_ROLE_AUDITOR]               = {{ NO,  NO,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  AL,   NO,  NO,   NO }},
  [OMC_ROLE_ADMINISTRATOR]         = {{ NO,  NO,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  NO,   AL,  AL,   AL }},
  [OMC_ROLE_KIOSK]                 = {{ SC,  SC,   NO,  NO,   NO,  NO,   NO,  NO,    NO,  NO,   NO,  NO,   NO,  NO,   NO }},
  [OMC_ROLE_DEVICE]                = {{ AL,  AL,   AL,  AL,   AL,  AL,   AL,  AL,    AL,  AL,   AL,  AL,   AL,  AL,   AL }},
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

OmcAccessPolicy *
omc_access_policy_new_default (void)
{
  OmcAccessPolicy *self = g_new0 (OmcAccessPolicy, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->rows = DEFAULT_ROWS;
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

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

static gboolean
is_directory_type (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (DIRECTORY_TYPES); i++)
    if (g_str_equal (type, DIRECTORY_TYPES[i]))
      return TRUE;
  return FALSE;
}

/* Everybody may know the names of colleagues and places; they are changed where they are kept, on the server. */
static OmcAccessDecision
check_directory (const Row *row, OmcRole role, OmcAccessAction action)
{
  if (action == OMC_ACCESS_READ || action == OMC_ACCESS_SEARCH)
    return OMC_ACCESS_ALLOW;
  if (action == OMC_ACCESS_IMPORT || action == OMC_ACCESS_EXPORT)
    return row->cells[action] != NO ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
  return role == OMC_ROLE_DEVICE ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
}

/* The trail is read by who may read it and written by the store itself. */
static OmcAccessDecision
check_audit_type (const Row *row, OmcRole role, OmcAccessAction action)
{
  gboolean reads = action == OMC_ACCESS_READ || action == OMC_ACCESS_SEARCH ||
                   action == OMC_ACCESS_EXPORT || action == OMC_ACCESS_READ_AUDIT;

  if (reads ? row->cells[OMC_ACCESS_READ_AUDIT] == AL : role == OMC_ROLE_DEVICE)
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
  const Row *row;
  OmcRole role;

  g_return_val_if_fail (self != NULL, OMC_ACCESS_DENY);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), OMC_ACCESS_DENY);
  g_return_val_if_fail ((guint)action < OMC_N_ACCESS_ACTIONS, OMC_ACCESS_DENY);

  role = omc_actor_get_role (actor);
  row = &self->rows[role];
  if (resource_type != NULL && g_str_equal (resource_type, "AuditEvent"))
    return check_audit_type (row, role, action);
  if (resource_type != NULL && is_directory_type (resource_type))
    return check_directory (row, role, action);

  switch (row->cells[action])
    {
    case AL:
      return OMC_ACCESS_ALLOW;
    case SC:
      return in_scope ? OMC_ACCESS_ALLOW : OMC_ACCESS_DENY;
    case OB:
      return in_scope && g_strcmp0 (resource_type, "Observation") == 0 ? OMC_ACCESS_ALLOW
                                                                       : OMC_ACCESS_DENY;
    case BG:
      return in_scope ? OMC_ACCESS_ALLOW : OMC_ACCESS_BREAK_GLASS;
    case NO:
    default:
      return OMC_ACCESS_DENY;
    }
}
