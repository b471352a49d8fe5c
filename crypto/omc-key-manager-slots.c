/* omc-key-manager-slots.c: the ways in, seen and changed as slots; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-key-manager-private.h"
#include "omc-key-slot.h"
#include "omc-pin.h"
#include "omc-recovery-code.h"

static gboolean
remove_slot (OmcKeyManager *self,
             OmcKeyring *keyring,
             OmcSecret **master,
             gpointer data,
             GError **error)
{
  guint slot_id = GPOINTER_TO_UINT (data);

  for (guint i = 0; i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);

      if (slot->info.id != slot_id)
        continue;
      g_ptr_array_remove_index (keyring->slots, i);
      if (omc_keyring_has_lasting_slot (keyring))
        return TRUE;
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS,
                           _ ("This is the last way into the store and cannot be removed"));
      return FALSE;
    }
  g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
               _ ("There is no key slot number %u"), slot_id);
  return FALSE;
}

gboolean
omc_key_manager_remove_slot_sync (OmcKeyManager *self,
                                  guint slot_id,
                                  GCancellable *cancellable,
                                  GError **error)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !_omc_key_manager_change (self, remove_slot, GUINT_TO_POINTER (slot_id), TRUE, error))
    return FALSE;
  /* Of a PIN; other kinds have none. */
  omc_pin_attempts_remove (self->directory, slot_id);
  return TRUE;
}

GPtrArray *
omc_key_manager_list_slots (OmcKeyManager *self, GError **error)
{
  g_autoptr (OmcKeyring) keyring = NULL;
  GPtrArray *infos;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), NULL);

  keyring = _omc_key_manager_load_keyring (self, error);
  if (keyring == NULL)
    return NULL;
  infos = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_key_slot_info_free);
  for (guint i = 0; i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);
      OmcKeySlotInfo *info = g_new0 (OmcKeySlotInfo, 1);

      *info = slot->info;
      info->user = g_strdup (slot->info.user);
      g_ptr_array_add (infos, info);
    }
  return infos;
}

gboolean
omc_key_manager_has_passphrase (OmcKeyManager *self, const char *user)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (self, NULL);

  g_return_val_if_fail (user != NULL, FALSE);

  for (guint i = 0; slots && i < slots->len; i++)
    {
      const OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind == OMC_KEY_SLOT_PASSPHRASE && g_strcmp0 (slot->user, user) == 0)
        return TRUE;
    }

  return FALSE;
}

/* --- people who may not sign in --- */

gboolean
_omc_key_manager_check_blocked (OmcKeyring *keyring, const char *user, GError **error)
{
  for (guint i = 0; i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);

      if (!slot->info.blocked || g_strcmp0 (slot->info.user, user) != 0)
        continue;
      g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED,
                   _ ("“%s” is blocked on this device; free the person first"), user);
      return FALSE;
    }
  return TRUE;
}

typedef struct
{
  const char *user;
  gboolean blocked;
} Block;

static gboolean
block_user (OmcKeyManager *self,
            OmcKeyring *keyring,
            OmcSecret **master,
            gpointer data,
            GError **error)
{
  const Block *wanted = data;

  for (guint i = 0; i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);

      if (slot->info.kind == OMC_KEY_SLOT_HOSPITAL ||
          g_strcmp0 (slot->info.user, wanted->user) != 0)
        continue;
      if (wanted->blocked)
        omc_key_slot_block (slot);
      else if (!omc_key_slot_set_master (slot, keyring->store_id, *master, error))
        return FALSE;
    }
  if (omc_keyring_has_lasting_slot (keyring))
    return TRUE;
  g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS,
               _ ("“%s” is the last who can open the store; give another way in first"),
               wanted->user);
  return FALSE;
}

gboolean
omc_key_manager_block_user_sync (OmcKeyManager *self,
                                 const char *user,
                                 gboolean blocked,
                                 GError **error)
{
  Block wanted = { user, blocked };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL, FALSE);

  return _omc_key_manager_change (self, block_user, &wanted, TRUE, error);
}

/* --- the recovery code --- */

static gboolean
renew_recovery (OmcKeyManager *self,
                OmcKeyring *keyring,
                OmcSecret **master,
                gpointer data,
                GError **error)
{
  OmcSecret *code = data;
  OmcKeySlot *slot =
      omc_key_slot_new_recovery (keyring->store_id, keyring->next_id++, code, *master, error);

  if (slot == NULL)
    return FALSE;
  _omc_key_manager_put_slot (keyring, slot);
  return TRUE;
}

gboolean
omc_key_manager_renew_recovery_sync (OmcKeyManager *self, char **code, GError **error)
{
  g_autoptr (OmcSecret) bits = omc_recovery_code_new ();

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (code != NULL, FALSE);

  if (!_omc_key_manager_change (self, renew_recovery, bits, TRUE, error))
    return FALSE;
  *code = omc_recovery_code_format (bits);
  return TRUE;
}
