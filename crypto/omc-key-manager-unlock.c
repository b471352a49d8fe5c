/* omc-key-manager-unlock.c: the ways in: passphrase and recovery code; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-device-secret.h"
#include "omc-key-manager-private.h"
#include "omc-key-slot.h"
#include "omc-recovery-code.h"

typedef struct
{
  char *user;            /* (owned) */
  OmcSecret *passphrase; /* (owned): or the PIN */
  gboolean pin;
} UnlockJob;

static void
set_no_slot (OmcKeySlotKind kind, const char *user, GError **error)
{
  const int code = OMC_CRYPTO_ERROR_NO_SLOT;

  if (kind == OMC_KEY_SLOT_PASSPHRASE)
    g_set_error (error, OMC_CRYPTO_ERROR, code,
                 _ ("“%s” has no passphrase on this device; ask who manages it"), user);
  else if (kind == OMC_KEY_SLOT_PIN)
    g_set_error (error, OMC_CRYPTO_ERROR, code,
                 _ ("“%s” has no PIN on this device; sign in with the passphrase"), user);
  else if (kind == OMC_KEY_SLOT_CREDENTIAL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, code,
                         _ ("This store has no kiosk slot; sign in, or make one with "
                            "“omnicarectl keys add credential”"));
  else
    g_set_error_literal (error, OMC_CRYPTO_ERROR, code, _ ("This store has no recovery code"));
}

OmcKeyring *
_omc_key_manager_find_way_in (OmcKeyManager *self,
                              OmcKeySlotKind kind,
                              const char *user,
                              OmcKeySlot **slot,
                              GError **error)
{
  g_autoptr (OmcKeyring) keyring = NULL;

  _omc_key_manager_clear_notice (self);
  keyring = _omc_key_manager_load_keyring (self, error);
  if (keyring == NULL)
    return NULL;
  *slot = omc_keyring_find (keyring, kind, user);
  if (*slot == NULL)
    {
      set_no_slot (kind, user, error);
      return NULL;
    }

  return g_steal_pointer (&keyring);
}

/* The master key, by the secret and what else the slot is bound to. */
static OmcSecret *
open_slot (OmcKeyManager *self,
           OmcKeyring *keyring,
           OmcKeySlot *slot,
           OmcSecret *secret,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (OmcSecret) device_secret = NULL;
  g_autoptr (OmcSecret) master = NULL;

  if (slot->info.device_bound && !omc_device_secret_read (self->secrets, keyring->store_id,
                                                          &device_secret, cancellable, error))
    return NULL;
  master = omc_key_slot_open (slot, keyring->store_id, secret, device_secret, error);
  if (master == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  return g_steal_pointer (&master);
}

gboolean
_omc_key_manager_unlock_by_slot (OmcKeyManager *self,
                                 OmcKeySlotKind kind,
                                 const char *user,
                                 OmcSecret *secret,
                                 OmcKeyEntry entry,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;
  g_autoptr (OmcSecret) master = NULL;
  OmcKeySlot *slot;

  locker = g_mutex_locker_new (&self->operation);
  keyring = _omc_key_manager_find_way_in (self, kind, user, &slot, error);
  if (keyring == NULL)
    return FALSE;
  master = open_slot (self, keyring, slot, secret, cancellable, error);
  if (master == NULL)
    return FALSE;
  if (kind == OMC_KEY_SLOT_PASSPHRASE && !slot->info.device_bound)
    _omc_key_manager_add_notice (
        self, _ ("The passphrase alone protects the store: no secret of the login keyring "
                 "takes part. Set the passphrase again when the login keyring works."));
  return _omc_key_manager_admit (self, keyring, master, entry, error);
}

gboolean
omc_key_manager_unlock_sync (OmcKeyManager *self,
                             const char *user,
                             OmcSecret *passphrase,
                             GCancellable *cancellable,
                             GError **error)
{
  GError *local = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && passphrase != NULL, FALSE);

  done = _omc_key_manager_unlock_by_slot (self, OMC_KEY_SLOT_PASSPHRASE, user, passphrase,
                                          OMC_KEY_ENTRY_PASSPHRASE, cancellable, &local);
  return _omc_key_manager_end_unlock (self, done, OMC_KEY_SLOT_PASSPHRASE, user, local, error);
}

gboolean
omc_key_manager_unlock_for_contact_sync (OmcKeyManager *self,
                                         const char *user,
                                         OmcSecret *passphrase,
                                         GCancellable *cancellable,
                                         GError **error)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && passphrase != NULL, FALSE);

  return _omc_key_manager_unlock_by_slot (self, OMC_KEY_SLOT_PASSPHRASE, user, passphrase,
                                          OMC_KEY_ENTRY_CONTACT, cancellable, error);
}

static void
unlock_job_free (UnlockJob *job)
{
  g_free (job->user);
  omc_secret_unref (job->passphrase);
  g_free (job);
}

static void
unlock_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  UnlockJob *job = task_data;
  GError *error = NULL;

  if (job->pin
          ? omc_key_manager_unlock_pin_sync (source, job->user, job->passphrase, &error)
          : omc_key_manager_unlock_sync (source, job->user, job->passphrase, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_unlock (OmcKeyManager *self,
              const char *user,
              OmcSecret *secret,
              gboolean pin,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  UnlockJob *job = g_new0 (UnlockJob, 1);

  job->user = g_strdup (user);
  job->passphrase = omc_secret_ref (secret);
  job->pin = pin;
  g_task_set_source_tag (task, start_unlock);
  g_task_set_static_name (task, "unlock");
  g_task_set_task_data (task, job, (GDestroyNotify)unlock_job_free);
  g_task_run_in_thread (task, unlock_in_thread);
}

void
omc_key_manager_unlock_async (OmcKeyManager *self,
                              const char *user,
                              OmcSecret *passphrase,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_return_if_fail (OMC_IS_KEY_MANAGER (self));
  g_return_if_fail (user != NULL && passphrase != NULL);

  start_unlock (self, user, passphrase, FALSE, cancellable, callback, user_data);
}

void
omc_key_manager_unlock_pin_async (OmcKeyManager *self,
                                  const char *user,
                                  OmcSecret *pin,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (OMC_IS_KEY_MANAGER (self));
  g_return_if_fail (user != NULL && pin != NULL);

  start_unlock (self, user, pin, TRUE, cancellable, callback, user_data);
}

gboolean
omc_key_manager_unlock_finish (OmcKeyManager *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
notice_foreign_slots (OmcKeyManager *self, OmcKeyring *keyring, OmcSecret *device_secret)
{
  for (guint i = 0; i < keyring->slots->len; i++)
    if (omc_key_slot_is_foreign (g_ptr_array_index (keyring->slots, i), device_secret))
      _omc_key_manager_add_notice (
          self, _ ("The login keyring holds another secret than the one that passphrases of this "
                   "store need. Everybody whose passphrase does not work must set it again."));
}

/* After a recovery: where the service answers and has lost the secret, it gets a new one for new slots. */
static void
renew_device_secret (OmcKeyManager *self, OmcKeyring *keyring, GCancellable *cancellable)
{
  g_autoptr (OmcSecret) secret = NULL;
  gboolean bound = omc_keyring_has_bound_slots (keyring);

  switch (omc_device_secret_lookup (self->secrets, keyring->store_id, &secret, cancellable))
    {
    case OMC_SECRET_FOUND:
      notice_foreign_slots (self, keyring, secret);
      return;
    case OMC_SECRET_ABSENT:
      secret = omc_device_secret_enrol (self->secrets, keyring->store_id, cancellable);
      if (secret != NULL && bound)
        _omc_key_manager_add_notice (
            self, _ ("The login keyring had lost the secret of this store and got a new one. "
                     "Everybody who signs in with a passphrase must set it again now."));
      else if (secret != NULL)
        _omc_key_manager_add_notice (
            self, _ ("The login keyring got a new secret for this store; set the "
                     "passphrase again to use it."));
      else
        _omc_key_manager_add_notice (
            self, _ ("The login keyring could not keep a new secret. Set the passphrase "
                     "again; it alone will protect the store."));
      return;
    case OMC_SECRET_LOCKED:
    case OMC_SECRET_UNAVAILABLE:
    default:
      _omc_key_manager_add_notice (
          self, _ ("The login keyring is locked or does not answer: passphrases that need "
                   "it do not work until it does."));
    }
}

static gboolean
unlock_recovery (OmcKeyManager *self, const char *code, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = NULL;
  g_autoptr (OmcSecret) bits = NULL;
  g_autoptr (OmcSecret) master = NULL;
  OmcKeySlot *slot;

  locker = g_mutex_locker_new (&self->operation);
  keyring = _omc_key_manager_find_way_in (self, OMC_KEY_SLOT_RECOVERY, NULL, &slot, error);
  if (keyring == NULL)
    return FALSE;
  bits = omc_recovery_code_parse (code, error);
  master = bits != NULL ? open_slot (self, keyring, slot, bits, cancellable, error) : NULL;
  if (master == NULL)
    return FALSE;
  renew_device_secret (self, keyring, cancellable);
  return _omc_key_manager_admit (self, keyring, master, OMC_KEY_ENTRY_MASTER, error);
}

gboolean
omc_key_manager_unlock_recovery_sync (OmcKeyManager *self,
                                      const char *code,
                                      GCancellable *cancellable,
                                      GError **error)
{
  GError *local = NULL;
  gboolean done;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (code != NULL, FALSE);

  done = unlock_recovery (self, code, cancellable, &local);
  return _omc_key_manager_end_unlock (self, done, OMC_KEY_SLOT_RECOVERY, NULL, local, error);
}
