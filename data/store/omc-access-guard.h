/* omc-access-guard.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-access-policy.h"
#include "omc-resource-dao.h"
#include "omc-store.h"

G_BEGIN_DECLS

/**
 * OmcAccessGuard:
 *
 * The policy of a store applied to one actor for one act, with what only the store knows: in which department a patient is
 * now, and for whom the glass is broken. Every job of the store that touches a record asks one, on the connection that it
 * reads the record with.
 *
 * A patient is in an actor's scope when the actor or the device has no department, when the patient has no active
 * encounter or one without a place and the policy says so of the role, when the ward of the encounter is the actor's
 * department or one that it covers, or while the actor has broken the glass. A place whose ward is not known here is somebody else's.
 */
typedef struct
{
  OmcStore *store;         /* borrowed */
  OmcActor *actor;         /* (owned) */
  OmcAccessPolicy *policy; /* (owned) */
  char *ward;              /* (owned) (nullable): "Location/id"; NULL: all of the device */
  GHashTable *places;      /* (owned): patient's pk -> what was found for it */
  gboolean glass_used;     /* some of what was allowed was so by a broken glass */
} OmcAccessGuard;

OmcAccessGuard *omc_access_guard_new (OmcStore *store, OmcActor *actor) G_GNUC_WARN_UNUSED_RESULT;
void omc_access_guard_free (OmcAccessGuard *self);

/* TRUE with FALSE in allowed is an answer, FALSE is an error of the store. type: (nullable); patient: pk, 0 for none. */
gboolean omc_access_guard_ask (OmcAccessGuard *self,
                               OmcSession *session,
                               OmcAccessAction action,
                               const char *type,
                               gint64 patient,
                               OmcAccessDecision *decision,
                               GError **error);
gboolean omc_access_guard_may (OmcAccessGuard *self,
                               OmcSession *session,
                               OmcAccessAction action,
                               const char *type,
                               gint64 patient,
                               gboolean *allowed,
                               GError **error);
/* DENIED or BREAK_GLASS, and recorded, when it may not. */
gboolean omc_access_guard_check (OmcAccessGuard *self,
                                 OmcSession *session,
                                 OmcAccessAction action,
                                 const char *type,
                                 gint64 patient,
                                 GError **error);
/* For a record that is not stored yet: its patient is the one that it names. */
gboolean omc_access_guard_check_resource (OmcAccessGuard *self,
                                          OmcSession *session,
                                          OmcAccessAction action,
                                          OmcResource *resource,
                                          GError **error);
/* v3-ActReason of what was done under this guard: "BTG" once a broken glass allowed it. */
const char *omc_access_guard_get_purpose (OmcAccessGuard *self);
/* Is scope of any matter to this actor? */
gboolean omc_access_guard_is_bounded (OmcAccessGuard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAccessGuard, omc_access_guard_free)

G_END_DECLS
