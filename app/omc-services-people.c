/* omc-services-people.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <glib/gi18n.h>

#include "omc-credential.h"
#include "omc-pin.h"
#include "omc-services-private.h"
#include "omc-store-slots.h"

static void
person_free (OmcGatePerson *person)
{
  g_free (person->user);
  g_free (person);
}

gboolean
omc_services_list_people (OmcServices *self, OmcGateReport *report, GError **error)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (self->keys, error);

  if (!slots)
    return FALSE;

  report->people = g_ptr_array_new_with_free_func ((GDestroyNotify)person_free);
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = slots->pdata[i];
      OmcGatePerson *person;

      if (slot->kind != OMC_KEY_SLOT_PASSPHRASE || !slot->user)
        continue;
      person = g_new0 (OmcGatePerson, 1);
      person->user = g_strdup (slot->user);
      person->has_pin = omc_key_manager_get_pin_status (self->keys, slot->user, &person->pin);
      g_ptr_array_add (report->people, person);
    }

  return TRUE;
}

void
omc_services_audit_login (OmcServices *self,
                          OmcActor *actor,
                          int outcome,
                          const char *detail,
                          GCancellable *cancellable)
{
  const OmcAuditEvent event = {
    .type = "login", .subtype = "login", .action = 'E', .outcome = outcome, .detail = detail
  };
  g_autoptr (GError) error = NULL;

  if (!omc_store_audit_sync (self->store, actor, &event, cancellable, &error))
    g_warning ("Cannot record a login: %s", error->message);
}

/* Past the time without the server the passphrase still opens the store for meeting it: who may still come in is asked before
 * anything opens, the records follow in the background. FALSE: it was not met, and all is closed again. */
static gboolean
meet_server (OmcServices *self, const OmcGateRequest *request, GCancellable *cancellable)
{
  g_autoptr (OmcSyncService) service = NULL;
  g_autoptr (GError) error = NULL;
  OmcKeyLifetime lifetime = { 0 };

  if (!omc_key_manager_unlock_for_contact_sync (self->keys, request->user, request->passphrase,
                                                cancellable, NULL))
    return FALSE;
  if (omc_store_open_sync (self->store, cancellable, NULL))
    {
      omc_services_find_server (self, cancellable);
      if (self->config->server_url)
        service = omc_sync_service_new (self->store, self->config);
      if (!service)
        g_message ("There is no server to meet");
      else if (!omc_sync_service_meet_sync (service, cancellable, &error))
        g_message ("The server was not met: %s", error->message);
      else if (omc_key_manager_get_lifetime_sync (self->keys, &lifetime, NULL) &&
               lifetime.left_us > 0)
        return TRUE;
      omc_store_close (self->store);
    }
  omc_key_manager_lock (self->keys);

  return FALSE;
}

static gboolean
is_over (const GError *error)
{
  return g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXPIRED) ||
         g_error_matches (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED);
}

/* The keys may be open already while the screen is locked: the passphrase is proved with a manager of its own. */
gboolean
omc_services_prove (OmcServices *self,
                    const OmcGateRequest *request,
                    GCancellable *cancellable,
                    GError **error)
{
  gboolean open = omc_key_manager_is_unlocked (self->keys);
  g_autoptr (OmcKeyManager) other =
      open ? omc_key_manager_new (self->directory, self->secrets, NULL) : NULL;
  OmcKeyManager *keys = open ? other : self->keys;
  g_autoptr (OmcSecret) credential = NULL;
  g_autoptr (GError) local = NULL;
  gboolean proved;

  if (other)
    omc_key_manager_set_lifetime (other, omc_key_manager_get_lifetime_limit (self->keys));
  if (request->way == OMC_GATE_BY_CREDENTIAL)
    {
      credential = omc_credential_read (&local);
      proved = credential &&
               omc_key_manager_unlock_credential_sync (keys, credential, cancellable, &local);
    }
  else if (request->way == OMC_GATE_BY_RECOVERY_CODE)
    proved = omc_key_manager_unlock_recovery_sync (keys, request->code, cancellable, &local);
  else if (request->way == OMC_GATE_BY_PIN)
    proved = omc_key_manager_unlock_pin_sync (keys, request->user, request->passphrase, &local);
  else
    proved =
        omc_key_manager_unlock_sync (keys, request->user, request->passphrase, cancellable, &local);
  if (other)
    omc_key_manager_lock (other);
  if (proved || (!open && request->way == OMC_GATE_BY_PASSPHRASE && is_over (local) &&
                 meet_server (self, request, cancellable)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
omc_services_set_passphrase (OmcGate *gate,
                             OmcActor *actor,
                             OmcSecret *passphrase,
                             GCancellable *cancellable,
                             GError **error)
{
  OmcServices *self = OMC_SERVICES (gate);
  OmcSlotChange change = { .act = OMC_SLOT_SET,
                           .kind = OMC_KEY_SLOT_PASSPHRASE,
                           .user = omc_actor_get_user (actor),
                           .secret = passphrase };

  return omc_store_change_slot_sync (self->store, actor, &change, cancellable, error);
}

static gboolean
prove_passphrase (OmcServices *self,
                  OmcActor *actor,
                  OmcSecret *passphrase,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (OmcGateRequest) request = omc_gate_request_new (OMC_GATE_BY_PASSPHRASE);
  g_autoptr (GError) local = NULL;

  request->user = g_strdup (omc_actor_get_user (actor));
  request->passphrase = omc_secret_ref (passphrase);
  if (omc_services_prove (self, request, cancellable, &local))
    return TRUE;

  omc_services_audit_login (self, actor, 4, "passphrase not accepted", cancellable);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

/* Having none is what was wanted. */
static gboolean
remove_pin (OmcServices *self, OmcActor *actor, GCancellable *cancellable, GError **error)
{
  OmcSlotChange change = { .act = OMC_SLOT_REMOVE,
                           .kind = OMC_KEY_SLOT_PIN,
                           .user = omc_actor_get_user (actor) };
  g_autoptr (GError) local = NULL;

  if (omc_store_change_slot_sync (self->store, actor, &change, cancellable, &local) ||
      g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
omc_services_set_pin (OmcGate *gate,
                      OmcActor *actor,
                      OmcSecret *passphrase,
                      OmcSecret *pin,
                      GCancellable *cancellable,
                      GError **error)
{
  OmcServices *self = OMC_SERVICES (gate);
  OmcSlotChange change = {
    .act = OMC_SLOT_SET, .kind = OMC_KEY_SLOT_PIN, .user = omc_actor_get_user (actor), .secret = pin
  };

  if (!pin)
    return remove_pin (self, actor, cancellable, error);

  return omc_pin_check (pin, error) &&
         prove_passphrase (self, actor, passphrase, cancellable, error) &&
         omc_store_change_slot_sync (self->store, actor, &change, cancellable, error);
}

gboolean
omc_services_add_person (OmcGate *gate,
                         OmcActor *actor,
                         const OmcGateRequest *person,
                         GCancellable *cancellable,
                         GError **error)
{
  OmcServices *self = OMC_SERVICES (gate);
  /* A department holds for all who were enrolled for it; the server knows the rest. */
  g_autoptr (OmcActor) added = NULL;

  if (!omc_key_manager_check_user (person->user, error))
    return FALSE;
  added = omc_actor_new (person->user, person->display, person->role,
                         omc_actor_get_department (actor), NULL);

  if (omc_key_manager_has_passphrase (self->keys, person->user))
    {
      g_set_error (error, OMC_GATE_ERROR, OMC_GATE_ERROR_FAILED,
                   _ ("%s is on this device already. Choose another user name."), person->user);
      return FALSE;
    }

  /* The role first: a slot without a role opens nothing, a role without a slot can be tried again. */
  return omc_store_put_user_sync (self->store, actor, added, FALSE, cancellable, error) &&
         omc_key_manager_set_passphrase_sync (self->keys, person->user, person->passphrase,
                                              cancellable, error);
}
