/* omc-store-access.c: what a role may do, or why not; declared in omc-store-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-store-private.h"

OmcAccessPolicy *
omc_store_dup_policy (OmcStore *self)
{
  OmcAccessPolicy *policy;

  g_mutex_lock (&self->lock);
  policy = omc_access_policy_ref (self->policy);
  g_mutex_unlock (&self->lock);

  return policy;
}

gboolean
omc_store_refuse (OmcStore *self,
                  OmcActor *actor,
                  OmcAccessAction action,
                  const char *type,
                  const char *patient_id,
                  OmcAccessDecision decision,
                  GError **error)
{
  const OmcAuditEvent event = {
    .type = "security",
    .subtype = omc_access_action_to_string (action),
    .action = 'E',
    .outcome = 8,
    .patient_id = patient_id,
    .entity = type,
    .detail = decision == OMC_ACCESS_BREAK_GLASS ? "denied: another department" : "denied",
  };

  omc_store_note_read (self, actor, &event);
  if (decision == OMC_ACCESS_BREAK_GLASS)
    g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_BREAK_GLASS,
                         _ ("This person is in the care of another department. Emergency access "
                            "needs a reason and your passphrase; the attempt was recorded."));
  else
    g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED,
                 _ ("The role “%s” may not do this (%s). The attempt was recorded."),
                 omc_role_to_string (omc_actor_get_role (actor)),
                 omc_access_action_to_string (action));

  return FALSE;
}

gboolean
omc_store_check_access (OmcStore *self,
                        OmcActor *actor,
                        OmcAccessAction action,
                        const char *type,
                        const char *patient_id,
                        GError **error)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);

  return omc_access_policy_check (policy, actor, action, type, TRUE) == OMC_ACCESS_ALLOW ||
         omc_store_refuse (self, actor, action, type, patient_id, OMC_ACCESS_DENY, error);
}

gboolean
omc_store_check_task (OmcStore *self,
                      GTask *task,
                      OmcActor *actor,
                      OmcAccessAction action,
                      const char *type,
                      const char *patient_id)
{
  GError *error = NULL;

  if (omc_store_check_access (self, actor, action, type, patient_id, &error))
    return TRUE;
  g_task_return_error (task, error);

  return FALSE;
}

gboolean
omc_store_offers (OmcStore *self, OmcActor *actor, OmcAccessAction action)
{
  g_autoptr (OmcAccessPolicy) policy = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  policy = omc_store_dup_policy (self);

  return omc_access_policy_check (policy, actor, action, NULL, TRUE) == OMC_ACCESS_ALLOW;
}
