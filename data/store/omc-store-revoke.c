/* omc-store-revoke.c: what the server withdrew
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-slots.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "omc-store-private.h"

#define PRACTITIONER "Practitioner/"

/* The server says so in what it sends anyway: Practitioner.active of a person of this device, Device.status of the device
 * itself, which an administrator enters there by the store's id. */

static gboolean
is_withdrawn (OmcStore *self,
              OmcActor *device,
              const char *reference,
              gboolean *withdrawn,
              GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (OmcResource) person = NULL;

  *withdrawn = FALSE;
  if (!g_str_has_prefix (reference, PRACTITIONER))
    return TRUE;
  person = omc_store_read_sync (self, device, "Practitioner", reference + strlen (PRACTITIONER),
                                NULL, &local);
  /* One who is not here, or was deleted, is not withdrawn by that: only the server's word counts. */
  if (person == NULL && (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND) ||
                         g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DELETED) ||
                         g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED)))
    return TRUE;
  if (person == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *withdrawn = !omc_json_value_get_boolean (
      omc_json_value_get (omc_resource_get_root (person), "active"), TRUE);
  return TRUE;
}

static gboolean
is_device_withdrawn (OmcStore *self, OmcActor *device, gboolean *withdrawn, GError **error)
{
  g_autofree char *query = g_strdup_printf ("Device?identifier=" OMC_DEVICE_SYSTEM "|%s",
                                            omc_key_manager_get_store_id (self->keys));
  g_autoptr (OmcSearchResult) result = omc_store_search_sync (self, device, query, NULL, error);

  *withdrawn = FALSE;
  if (result == NULL)
    return FALSE;
  for (guint i = 0; i < result->matches->len; i++)
    {
      OmcResource *entry = g_ptr_array_index (result->matches, i);
      const OmcJsonValue *status = omc_json_value_get (omc_resource_get_root (entry), "status");

      if (g_strcmp0 (omc_json_value_get_string (status), "inactive") == 0)
        *withdrawn = TRUE;
    }
  return TRUE;
}

static gboolean
record_device (OmcStore *self, OmcActor *device, gboolean withdrawn, GError **error)
{
  const OmcAuditEvent event = { .type = "security",
                                .subtype = withdrawn ? "device-withdrawn" : "device-restored",
                                .action = 'U' };
  OmcKeyLifetime before;

  return omc_key_manager_get_lifetime_sync (self->keys, &before, error) &&
         (before.revoked == withdrawn || omc_store_audit_sync (self, device, &event, NULL, error));
}

gboolean
omc_store_apply_revocations (OmcStore *self, gboolean *device_withdrawn, GError **error)
{
  g_autoptr (OmcActor) device = omc_actor_new_device ();
  g_autoptr (GPtrArray) users = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (device_withdrawn != NULL, FALSE);

  users = omc_store_list_users_sync (self, NULL, error);
  if (users == NULL)
    return FALSE;
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *known = g_ptr_array_index (users, i);
      const char *practitioner = omc_actor_get_practitioner (known->actor);
      gboolean withdrawn;

      if (known->disabled || practitioner == NULL)
        continue;
      if (!is_withdrawn (self, device, practitioner, &withdrawn, error) ||
          (withdrawn && !omc_store_set_user_disabled_sync (
                            self, device, omc_actor_get_user (known->actor), TRUE, NULL, error)))
        return FALSE;
    }
  return is_device_withdrawn (self, device, device_withdrawn, error) &&
         record_device (self, device, *device_withdrawn, error);
}
