/* omc-key-manager-rotate.c: new keys in place of old ones; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-key-manager-private.h"
#include "omc-key-slot.h"

#define KEY_LENGTH 32

/* Both generations of the file are written anew: the one before must not give the old key. */

static gboolean
replace_master (OmcKeyManager *self,
                OmcKeyring *keyring,
                OmcSecret **master,
                gpointer data,
                GError **error)
{
  g_autoptr (OmcSecret) fresh = omc_secret_new_random (KEY_LENGTH);
  g_autoptr (OmcKeyRoots) roots =
      omc_key_roots_open (keyring->roots, keyring->store_id, *master, error);

  for (guint i = 0; roots != NULL && i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);

      if (!slot->info.blocked && !omc_key_slot_set_master (slot, keyring->store_id, fresh, error))
        return FALSE;
    }
  if (roots == NULL || !_omc_key_manager_put_roots (keyring, roots, fresh, error))
    return FALSE;
  omc_secret_unref (*master);
  *master = g_steal_pointer (&fresh);
  return TRUE;
}

gboolean
omc_key_manager_rotate_master_sync (OmcKeyManager *self, GError **error)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  return _omc_key_manager_change (self, replace_master, NULL, TRUE, error);
}

typedef enum
{
  DATABASE_KEY_BEGIN,
  DATABASE_KEY_ACCEPT,
  DATABASE_KEY_DROP,
} DatabaseKeyStep;

static gboolean
change_database_key (OmcKeyManager *self,
                     OmcKeyring *keyring,
                     OmcSecret **master,
                     gpointer data,
                     GError **error)
{
  DatabaseKeyStep step = (DatabaseKeyStep)GPOINTER_TO_INT (data);
  g_autoptr (OmcKeyRoots) roots =
      omc_key_roots_open (keyring->roots, keyring->store_id, *master, error);

  if (roots == NULL)
    return FALSE;
  if (step == DATABASE_KEY_ACCEPT && roots->next_database != NULL)
    {
      omc_secret_unref (roots->database);
      roots->database = g_steal_pointer (&roots->next_database);
    }
  g_clear_pointer (&roots->next_database, omc_secret_unref);
  if (step == DATABASE_KEY_BEGIN)
    roots->next_database = omc_secret_new_random (KEY_LENGTH);
  return _omc_key_manager_put_roots (keyring, roots, *master, error);
}

gboolean
omc_key_manager_begin_database_key_sync (OmcKeyManager *self, GError **error)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  return _omc_key_manager_change (self, change_database_key, GINT_TO_POINTER (DATABASE_KEY_BEGIN),
                                  TRUE, error);
}

gboolean
omc_key_manager_end_database_key_sync (OmcKeyManager *self, gboolean accept, GError **error)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  return _omc_key_manager_change (
      self, change_database_key, GINT_TO_POINTER (accept ? DATABASE_KEY_ACCEPT : DATABASE_KEY_DROP),
      TRUE, error);
}
