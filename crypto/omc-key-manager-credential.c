/* omc-key-manager-credential.c: the kiosk's way in; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-credential.h"
#include "omc-device-secret.h"
#include "omc-key-manager-private.h"
#include "omc-key-slot.h"

typedef struct
{
  OmcSecret *credential;
  gboolean bind;
  GCancellable *cancellable;
} Wanted;

static gboolean
set_credential (OmcKeyManager *self,
                OmcKeyring *keyring,
                OmcSecret **master,
                gpointer data,
                GError **error)
{
  const Wanted *wanted = data;
  g_autoptr (OmcSecret) device_secret = NULL;
  OmcKeySlot *slot;

  /* Only one that is there: a kiosk has to open with what its computer has when it is started. */
  if (wanted->bind)
    omc_device_secret_lookup (self->secrets, keyring->store_id, &device_secret,
                              wanted->cancellable);
  slot = omc_key_slot_new_credential (keyring->store_id, keyring->next_id++, wanted->credential,
                                      device_secret, *master, error);
  if (slot == NULL)
    return FALSE;
  _omc_key_manager_put_slot (keyring, slot);
  return !g_cancellable_set_error_if_cancelled (wanted->cancellable, error);
}

gboolean
omc_key_manager_set_credential_sync (OmcKeyManager *self,
                                     gboolean bind_to_keyring,
                                     OmcSecret *credential,
                                     GCancellable *cancellable,
                                     GError **error)
{
  Wanted wanted = { credential, bind_to_keyring, cancellable };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (credential != NULL, FALSE);
  g_return_val_if_fail (omc_secret_get_length (credential) == OMC_CREDENTIAL_LENGTH, FALSE);

  return _omc_key_manager_change (self, set_credential, &wanted, TRUE, error);
}

gboolean
omc_key_manager_unlock_credential_sync (OmcKeyManager *self,
                                        OmcSecret *credential,
                                        GCancellable *cancellable,
                                        GError **error)
{
  GError *local = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (credential != NULL, FALSE);

  done = _omc_key_manager_unlock_by_slot (self, OMC_KEY_SLOT_CREDENTIAL, NULL, credential,
                                          OMC_KEY_ENTRY_PASSPHRASE, cancellable, &local);
  return _omc_key_manager_end_unlock (self, done, OMC_KEY_SLOT_CREDENTIAL, NULL, local, error);
}
