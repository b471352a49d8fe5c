/* omc-access-policy.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-actor.h"

G_BEGIN_DECLS

/**
 * OmcAccessAction:
 * @OMC_ACCESS_READ: one resource or a chart
 * @OMC_ACCESS_SEARCH: lists, the ward board, counts
 * @OMC_ACCESS_CREATE: a new resource
 * @OMC_ACCESS_CREATE_PRELIMINARY: a new resource whose status is `preliminary`
 * @OMC_ACCESS_UPDATE: correct, amend, co-sign, entered-in-error
 * @OMC_ACCESS_UPDATE_PRELIMINARY: change what is `preliminary` and stays so, or becomes entered-in-error
 * @OMC_ACCESS_DELETE: take a resource away
 * @OMC_ACCESS_DECIDE_CONFLICT: choose between two versions
 * @OMC_ACCESS_IMPORT: bring in a file
 * @OMC_ACCESS_EXPORT: take out a file or print
 * @OMC_ACCESS_SYNC: apply the server's state, work on the queue, maintenance
 * @OMC_ACCESS_READ_AUDIT: read and verify the audit trail
 * @OMC_ACCESS_MANAGE_KEYS: slots, rotation, recovery
 * @OMC_ACCESS_MANAGE_USERS: people and roles on this device
 * @OMC_ACCESS_MANAGE_DEVICE: settings, enrolment, quarantine, storage
 */
typedef enum
{
  OMC_ACCESS_READ,
  OMC_ACCESS_SEARCH,
  OMC_ACCESS_CREATE,
  OMC_ACCESS_CREATE_PRELIMINARY,
  OMC_ACCESS_UPDATE,
  OMC_ACCESS_UPDATE_PRELIMINARY,
  OMC_ACCESS_DELETE,
  OMC_ACCESS_DECIDE_CONFLICT,
  OMC_ACCESS_IMPORT,
  OMC_ACCESS_EXPORT,
  OMC_ACCESS_SYNC,
  OMC_ACCESS_READ_AUDIT,
  OMC_ACCESS_MANAGE_KEYS,
  OMC_ACCESS_MANAGE_USERS,
  OMC_ACCESS_MANAGE_DEVICE,
} OmcAccessAction;

#define OMC_N_ACCESS_ACTIONS (OMC_ACCESS_MANAGE_DEVICE + 1)

typedef enum
{
  OMC_ACCESS_DENY,
  OMC_ACCESS_ALLOW,
  OMC_ACCESS_BREAK_GLASS, /* after a reason and renewed sign-in */
} OmcAccessDecision;

const char *
omc_access_action_to_string (OmcAccessAction action); /* "read", "create-preliminary", ... */
gboolean omc_access_action_from_string (const char *text, OmcAccessAction *action);

#define OMC_ACCESS_ERROR (omc_access_error_quark ())

/**
 * OmcAccessError:
 * @OMC_ACCESS_ERROR_INVALID: the text of a policy is not one; the message begins with the path of what is wrong
 * @OMC_ACCESS_ERROR_FORBIDDEN: it gives what no policy may give
 * @OMC_ACCESS_ERROR_OLDER: another one of this or a later version was in force here
 */
typedef enum
{
  OMC_ACCESS_ERROR_INVALID,
  OMC_ACCESS_ERROR_FORBIDDEN,
  OMC_ACCESS_ERROR_OLDER,
} OmcAccessError;

GQuark omc_access_error_quark (void);

#define OMC_ACCESS_POLICY_LENGTH_MAX (256 * 1024)
#define OMC_ACCESS_LIFETIME_MAX_HOURS 8760

/**
 * OmcAccessPolicy:
 *
 * Who may do what. Pure and immutable, may cross threads. Asked inside the store, never by a widget.
 */
typedef struct _OmcAccessPolicy OmcAccessPolicy;

/* The safe table that is built in. */
OmcAccessPolicy *omc_access_policy_new_default (void) G_GNUC_WARN_UNUSED_RESULT;
/* A policy as JSON, strictly checked (docs/operations.md, "The access policy"). What no policy may give is refused: charts to
 * administrators and auditors, changes to a kiosk, which acts for nobody, the queue to a person. */
OmcAccessPolicy *omc_access_policy_parse (GBytes *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same as text, with version (from 1) as its own. */
char *omc_access_policy_to_json (OmcAccessPolicy *self, guint64 version);
guint64 omc_access_policy_get_version (OmcAccessPolicy *self);    /* 0: built in */
const char *omc_access_policy_get_issuer (OmcAccessPolicy *self); /* (nullable) */
/* So long may people sign in without the server, whatever is configured; 0: the policy says nothing of it. */
guint omc_access_policy_get_lifetime_hours (OmcAccessPolicy *self);
/* Are patients without a place, as after an admission, in scope of this role in every department? */
gboolean omc_access_policy_sees_unplaced (OmcAccessPolicy *self, OmcRole role);
/* Are the patients of the department other ("Location/id") in scope of people of department? Its own always are. */
gboolean
omc_access_policy_covers (OmcAccessPolicy *self, const char *department, const char *other);
OmcAccessPolicy *omc_access_policy_ref (OmcAccessPolicy *self);
void omc_access_policy_unref (OmcAccessPolicy *self);
/* resource_type: (nullable) for acts on no resource. in_scope: the patient is on this actor's ward, caseload or
 * kiosk, or the glass is broken for it now; TRUE for what belongs to no patient. */
OmcAccessDecision omc_access_policy_check (OmcAccessPolicy *self,
                                           OmcActor *actor,
                                           OmcAccessAction action,
                                           const char *resource_type,
                                           gboolean in_scope);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAccessPolicy, omc_access_policy_unref)

G_END_DECLS
