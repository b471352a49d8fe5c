/* omc-key-manager-pin.c: the quick way in, and the hospital's; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-boot-secret.h"
#include "omc-key-manager-private.h"
#include "omc-key-slot.h"
#include "omc-keyring-file.h"
#include "omc-pin.h"

/* The secret of this start of the computer makes a search of all PINs from a stolen disk hopeless; this only slows down
 * who tries here. */
static const OmcKdfParams pin_params = { 1, 32 * 1024, 2, 1 };

typedef struct
{
  const char *user;
  OmcSecret *pin;
  const guint8 *public_key;
  guint replaced_id; /* of the PIN before, 0: there was none */
} Wanted;

/* PINs of an earlier start of the computer open nothing: with the new secret each would only seem to be wrong. */
static void
drop_dead_pins (OmcKeyManager *self, OmcKeyring *keyring)
{
  for (guint i = keyring->slots->len; i > 0; i--)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i - 1);

      if (slot->info.kind != OMC_KEY_SLOT_PIN)
        continue;
      omc_pin_attempts_remove (self->directory, slot->info.id);
      g_ptr_array_remove_index (keyring->slots, i - 1);
    }
}

static gboolean
set_pin (OmcKeyManager *self,
         OmcKeyring *keyring,
         OmcSecret **master,
         gpointer data,
         GError **error)
{
  const OmcPinAttempts none = { 0 };
  Wanted *wanted = data;
  g_autoptr (OmcSecret) boot_secret = omc_boot_secret_get (keyring->store_id, FALSE);
  OmcKeySlot *slot;
  guint id;

  if (!_omc_key_manager_check_blocked (keyring, wanted->user, error))
    return FALSE;
  if (boot_secret == NULL)
    {
      drop_dead_pins (self, keyring);
      boot_secret = omc_boot_secret_get (keyring->store_id, TRUE);
    }
  slot = omc_keyring_find (keyring, OMC_KEY_SLOT_PIN, wanted->user);
  wanted->replaced_id = slot != NULL ? slot->info.id : 0;
  slot = omc_key_slot_new_pin (keyring->store_id, keyring->next_id++, wanted->user, &pin_params,
                               wanted->pin, boot_secret, *master, error);
  if (slot == NULL)
    return FALSE;
  id = slot->info.id;
  _omc_key_manager_put_slot (keyring, slot);
  return omc_pin_attempts_write (self->directory, id, &none, error);
}

gboolean
omc_key_manager_set_pin_sync (OmcKeyManager *self, const char *user, OmcSecret *pin, GError **error)
{
  Wanted wanted = { user, pin, NULL, 0 };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && pin != NULL, FALSE);

  if (!omc_pin_check (pin, error) || !_omc_key_manager_change (self, set_pin, &wanted, TRUE, error))
    return FALSE;
  if (wanted.replaced_id != 0)
    omc_pin_attempts_remove (self->directory, wanted.replaced_id);
  return TRUE;
}

static gboolean
set_hospital (OmcKeyManager *self,
              OmcKeyring *keyring,
              OmcSecret **master,
              gpointer data,
              GError **error)
{
  const Wanted *wanted = data;
  OmcKeySlot *slot = omc_key_slot_new_hospital (keyring->store_id, keyring->next_id++, wanted->user,
                                                wanted->public_key, *master, error);

  if (slot == NULL)
    return FALSE;
  _omc_key_manager_put_slot (keyring, slot);
  return TRUE;
}

gboolean
omc_key_manager_set_hospital_key_sync (OmcKeyManager *self,
                                       const char *name,
                                       const guint8 public_key[32],
                                       GError **error)
{
  Wanted wanted = { name, NULL, public_key, 0 };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (name != NULL && public_key != NULL, FALSE);

  return _omc_key_manager_change (self, set_hospital, &wanted, TRUE, error);
}

static gboolean
unlock_hospital (OmcKeyManager *self, OmcSecret *private_key, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;

  locker = g_mutex_locker_new (&self->operation);
  _omc_key_manager_clear_notice (self);
  keyring = _omc_key_manager_load_keyring (self, error);
  for (guint i = 0; keyring != NULL && i < keyring->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (keyring->slots, i);
      g_autoptr (OmcSecret) master = NULL;

      if (slot->info.kind != OMC_KEY_SLOT_HOSPITAL)
        continue;
      master = omc_key_slot_open_private (slot, keyring->store_id, private_key, NULL);
      if (master != NULL)
        return _omc_key_manager_admit (self, keyring, master, OMC_KEY_ENTRY_MASTER, error);
    }
  if (keyring != NULL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET,
                         _ ("This recovery key does not belong to the store"));
  return FALSE;
}

gboolean
omc_key_manager_unlock_hospital_sync (OmcKeyManager *self, OmcSecret *private_key, GError **error)
{
  GError *local = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (private_key != NULL, FALSE);

  done = unlock_hospital (self, private_key, &local);
  return _omc_key_manager_end_unlock (self, done, OMC_KEY_SLOT_HOSPITAL, NULL, local, error);
}

gboolean
omc_key_manager_get_pin_status (OmcKeyManager *self, const char *user, OmcPinStatus *status)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;
  g_autoptr (OmcSecret) boot_secret = NULL;
  OmcPinAttempts attempts;
  OmcKeySlot *slot;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL, FALSE);

  locker = g_mutex_locker_new (&self->operation);
  keyring = _omc_key_manager_load_keyring (self, NULL);
  slot = keyring != NULL ? omc_keyring_find (keyring, OMC_KEY_SLOT_PIN, user) : NULL;
  boot_secret = slot != NULL ? omc_boot_secret_get (keyring->store_id, FALSE) : NULL;
  if (boot_secret == NULL || !omc_pin_attempts_read (self->directory, slot->info.id, &attempts) ||
      attempts.count >= OMC_PIN_MAX_ATTEMPTS)
    return FALSE;
  if (status != NULL)
    *status = (OmcPinStatus){ OMC_PIN_MAX_ATTEMPTS - attempts.count,
                              omc_pin_attempts_get_delay (&attempts, omc_pin_attempts_now ()) };

  return TRUE;
}

/* --- the PIN is tried --- */

static gboolean
destroy_pin (OmcKeyManager *self, OmcKeyring *keyring, OmcKeySlot *slot, GError **error)
{
  omc_pin_attempts_remove (self->directory, slot->info.id);
  g_ptr_array_remove (keyring->slots, slot);
  if (omc_keyring_file_save (self->directory, keyring, TRUE, error))
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                         _ ("The PIN was wrong too often and is destroyed; sign in with the "
                            "passphrase, then set a PIN again"));
  return FALSE;
}

static gboolean
check_delay (const OmcPinAttempts *attempts, GError **error)
{
  gint64 delay_us = omc_pin_attempts_get_delay (attempts, omc_pin_attempts_now ());
  guint seconds = (guint)((delay_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

  if (delay_us == 0)
    return TRUE;
  g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_TOO_SOON,
               ngettext ("The PIN was wrong too often: wait %u second, or sign in with the "
                         "passphrase",
                         "The PIN was wrong too often: wait %u seconds, or sign in with the "
                         "passphrase",
                         seconds),
               seconds);
  return FALSE;
}

static gboolean
try_pin (OmcKeyManager *self, OmcKeyring *keyring, OmcKeySlot *slot, OmcSecret *pin, GError **error)
{
  g_autoptr (OmcSecret) boot_secret = omc_boot_secret_get (keyring->store_id, FALSE);
  g_autoptr (OmcSecret) master = NULL;
  g_autoptr (GError) local = NULL;
  OmcPinAttempts attempts;

  if (!omc_pin_attempts_read (self->directory, slot->info.id, &attempts) ||
      attempts.count >= OMC_PIN_MAX_ATTEMPTS)
    return destroy_pin (self, keyring, slot, error);
  if (!check_delay (&attempts, error))
    return FALSE;
  /* On the disk before the PIN is looked at: pulling the plug saves no attempt. */
  attempts.count++;
  attempts.last_us = omc_pin_attempts_now ();
  if (!omc_pin_attempts_write (self->directory, slot->info.id, &attempts, error))
    return FALSE;
  master = omc_key_slot_open (slot, keyring->store_id, pin, boot_secret, &local);
  /* A blocked person is told so with the right PIN only, which costs no attempt. */
  if (g_error_matches (local, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED))
    {
      attempts.count--;
      if (omc_pin_attempts_write (self->directory, slot->info.id, &attempts, error))
        g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (master == NULL && attempts.count >= OMC_PIN_MAX_ATTEMPTS)
    return destroy_pin (self, keyring, slot, error);
  if (master == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  attempts = (OmcPinAttempts){ 0 };
  return omc_pin_attempts_write (self->directory, slot->info.id, &attempts, error) &&
         _omc_key_manager_admit (self, keyring, master, OMC_KEY_ENTRY_PIN, error);
}

static gboolean
unlock_pin (OmcKeyManager *self, const char *user, OmcSecret *pin, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;
  OmcKeySlot *slot;
  gboolean done = FALSE;
  int fd;

  locker = g_mutex_locker_new (&self->operation);
  /* Two programs that try at once count as two. */
  fd = omc_keyring_file_lock (self->directory, OMC_KEYRING_FILE, error);
  if (fd < 0)
    return FALSE;
  keyring = _omc_key_manager_find_way_in (self, OMC_KEY_SLOT_PIN, user, &slot, error);
  if (keyring != NULL)
    done = try_pin (self, keyring, slot, pin, error);
  close (fd);
  return done;
}

gboolean
omc_key_manager_unlock_pin_sync (OmcKeyManager *self,
                                 const char *user,
                                 OmcSecret *pin,
                                 GError **error)
{
  GError *local = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && pin != NULL, FALSE);

  done = unlock_pin (self, user, pin, &local);
  return _omc_key_manager_end_unlock (self, done, OMC_KEY_SLOT_PIN, user, local, error);
}
