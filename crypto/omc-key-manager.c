/* omc-key-manager.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "omc-device-secret.h"
#include "omc-key-manager-private.h"
#include "omc-key-slot.h"
#include "omc-keyring-file.h"
#include "omc-recovery-code.h"

#define MASTER_LENGTH 32
G_DEFINE_FINAL_TYPE (OmcKeyManager, omc_key_manager, G_TYPE_OBJECT)

static void
omc_key_manager_finalize (GObject *object)
{
  OmcKeyManager *self = OMC_KEY_MANAGER (object);

  g_clear_pointer (&self->master, omc_secret_unref);
  g_clear_pointer (&self->roots, omc_key_roots_free);
  g_clear_object (&self->secrets);
  g_free (self->directory);
  g_mutex_clear (&self->operation);
  g_mutex_clear (&self->state);
  G_OBJECT_CLASS (omc_key_manager_parent_class)->finalize (object);
}

static void
omc_key_manager_class_init (OmcKeyManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_key_manager_finalize;
}

static void
omc_key_manager_init (OmcKeyManager *self)
{
  g_mutex_init (&self->operation);
  g_mutex_init (&self->state);
}

OmcKeyManager *
omc_key_manager_new (const char *directory, OmcSecretStore *secrets, const OmcKdfParams *params)
{
  OmcKeyManager *self;

  g_return_val_if_fail (directory != NULL, NULL);
  g_return_val_if_fail (OMC_IS_SECRET_STORE (secrets), NULL);

  self = g_object_new (OMC_TYPE_KEY_MANAGER, NULL);
  self->directory = g_strdup (directory);
  self->secrets = g_object_ref (secrets);
  self->params = params != NULL ? *params : OMC_KDF_DEFAULT;
  self->calibrated = params != NULL;
  return self;
}

OmcSecretStore *
omc_key_manager_get_secret_store (OmcKeyManager *self)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), NULL);

  return self->secrets;
}

gboolean
omc_key_manager_exists (OmcKeyManager *self)
{
  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  return omc_keyring_file_exists (self->directory);
}

/* --- state --- */

OmcSecret *
_omc_key_manager_dup_master (OmcKeyManager *self, GError **error)
{
  OmcSecret *master;

  g_mutex_lock (&self->state);
  master = self->master != NULL ? omc_secret_ref (self->master) : NULL;
  g_mutex_unlock (&self->state);
  if (master == NULL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED,
                         _ ("The store is locked; sign in first"));
  return master;
}

gboolean
_omc_key_manager_set_unlocked (OmcKeyManager *self,
                               OmcKeyring *keyring,
                               OmcSecret *master,
                               GError **error)
{
  OmcKeyRoots *roots = omc_key_roots_open (keyring->roots, keyring->store_id, master, error);

  if (roots == NULL)
    return FALSE;
  g_mutex_lock (&self->state);
  g_clear_pointer (&self->master, omc_secret_unref);
  g_clear_pointer (&self->roots, omc_key_roots_free);
  self->master = omc_secret_ref (master);
  self->roots = roots;
  self->service_anchored_at = 0;
  g_mutex_unlock (&self->state);
  return TRUE;
}

/* Sentences add up, so that no later one hides an earlier one. */
void
_omc_key_manager_add_notice (OmcKeyManager *self, const char *sentence)
{
  g_autofree char *both = NULL;

  g_mutex_lock (&self->state);
  if (self->notice == NULL || strstr (self->notice, sentence) == NULL)
    {
      both = self->notice != NULL ? g_strconcat (self->notice, " ", sentence, NULL)
                                  : g_strdup (sentence);
      self->notice = g_intern_string (both);
    }
  g_mutex_unlock (&self->state);
}

void
_omc_key_manager_clear_notice (OmcKeyManager *self)
{
  g_mutex_lock (&self->state);
  self->notice = NULL;
  g_mutex_unlock (&self->state);
}

OmcKeyring *
_omc_key_manager_load_keyring (OmcKeyManager *self, GError **error)
{
  gboolean from_previous;
  OmcKeyring *keyring = omc_keyring_file_load (self->directory, &from_previous, error);

  if (keyring == NULL)
    return NULL;
  g_mutex_lock (&self->state);
  self->store_id = g_intern_string (keyring->store_id);
  g_mutex_unlock (&self->state);
  if (from_previous)
    _omc_key_manager_add_notice (
        self, _ ("The keyring file was damaged or missing; the one before it was used. "
                 "Passphrases that were changed last may be the old ones."));
  return keyring;
}

const char *
omc_key_manager_get_store_id (OmcKeyManager *self)
{
  const char *store_id;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), NULL);

  g_mutex_lock (&self->state);
  store_id = self->store_id;
  g_mutex_unlock (&self->state);
  if (store_id == NULL)
    {
      g_autoptr (OmcKeyring) keyring = _omc_key_manager_load_keyring (self, NULL);

      store_id = keyring != NULL ? g_intern_string (keyring->store_id) : NULL;
    }
  return store_id;
}

const char *
omc_key_manager_get_notice (OmcKeyManager *self)
{
  const char *notice;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), NULL);

  g_mutex_lock (&self->state);
  notice = self->notice;
  g_mutex_unlock (&self->state);
  return notice;
}

void
omc_key_manager_lock (OmcKeyManager *self)
{
  g_return_if_fail (OMC_IS_KEY_MANAGER (self));

  g_mutex_lock (&self->state);
  g_clear_pointer (&self->master, omc_secret_unref);
  g_clear_pointer (&self->roots, omc_key_roots_free);
  g_mutex_unlock (&self->state);
}

gboolean
omc_key_manager_is_unlocked (OmcKeyManager *self)
{
  gboolean unlocked;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);

  g_mutex_lock (&self->state);
  unlocked = self->master != NULL;
  g_mutex_unlock (&self->state);
  return unlocked;
}

/* --- the device secret --- */

/* For a new slot: the secret that is there; a new one only where no slot can depend on another. */
static OmcSecret *
find_device_secret_for_slot (OmcKeyManager *self, OmcKeyring *keyring, GCancellable *cancellable)
{
  g_autoptr (OmcSecret) secret = NULL;
  OmcSecretState state;

  state = omc_device_secret_lookup (self->secrets, keyring->store_id, &secret, cancellable);
  if (state == OMC_SECRET_FOUND)
    return g_steal_pointer (&secret);
  if (state == OMC_SECRET_ABSENT && !omc_keyring_has_bound_slots (keyring))
    secret = omc_device_secret_enrol (self->secrets, keyring->store_id, cancellable);
  if (secret == NULL)
    _omc_key_manager_add_notice (
        self, _ ("The login keyring of this computer could not keep a secret, so the "
                 "passphrase alone protects the store. Choose a long one."));
  return g_steal_pointer (&secret);
}

/* --- create --- */

static gboolean
database_exists (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".db") || g_str_has_suffix (name, ".sqlite"))
      return TRUE;
  return FALSE;
}

static gboolean
check_passphrase (OmcSecret *passphrase, GError **error)
{
  if (omc_secret_get_length (passphrase) > 0)
    return TRUE;
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET,
                       _ ("The passphrase is empty"));
  return FALSE;
}

gboolean
omc_key_manager_check_user (const char *user, GError **error)
{
  gboolean blank = TRUE;
  gboolean control = FALSE;

  g_return_val_if_fail (user != NULL, FALSE);

  if (strlen (user) <= OMC_KEYRING_USER_MAX && g_utf8_validate (user, -1, NULL))
    for (const char *p = user; *p != '\0'; p = g_utf8_next_char (p))
      {
        gunichar c = g_utf8_get_char (p);

        blank = blank && g_unichar_isspace (c);
        control = control || g_unichar_iscntrl (c);
      }
  if (!blank && !control)
    return TRUE;
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                       _ ("The user name is empty, too long or not text"));
  return FALSE;
}

const OmcKdfParams *
_omc_key_manager_get_params (OmcKeyManager *self)
{
  if (!self->calibrated)
    omc_kdf_calibrate (&self->params);
  self->calibrated = TRUE;
  return &self->params;
}

static gboolean
create_slots (OmcKeyManager *self,
              OmcKeyring *keyring,
              const char *user,
              OmcSecret *passphrase,
              OmcSecret *code,
              OmcSecret *master,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (OmcSecret) device_secret = find_device_secret_for_slot (self, keyring, cancellable);
  OmcKeySlot *slot;

  slot = omc_key_slot_new_passphrase (keyring->store_id, keyring->next_id++, user,
                                      _omc_key_manager_get_params (self), passphrase, device_secret,
                                      master, error);
  if (slot == NULL)
    return FALSE;
  g_ptr_array_add (keyring->slots, slot);
  slot = omc_key_slot_new_recovery (keyring->store_id, keyring->next_id++, code, master, error);
  if (slot == NULL)
    return FALSE;
  g_ptr_array_add (keyring->slots, slot);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static int
lock_directory (OmcKeyManager *self, GError **error)
{
  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                           _ ("Cannot make the folder of the store"));
      return -1;
    }
  return omc_keyring_file_lock (self->directory, OMC_KEYRING_FILE, error);
}

gboolean
omc_key_manager_create_sync (OmcKeyManager *self,
                             const char *user,
                             OmcSecret *passphrase,
                             char **recovery_code,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (OmcKeyring) keyring = omc_keyring_new ();
  g_autoptr (OmcSecret) master = omc_secret_new_random (MASTER_LENGTH);
  g_autoptr (OmcSecret) code = omc_recovery_code_new ();
  g_autoptr (OmcKeyRoots) roots = omc_key_roots_new ();
  int fd;
  gboolean ok;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && passphrase != NULL && recovery_code != NULL, FALSE);

  if (!omc_key_manager_check_user (user, error) || !check_passphrase (passphrase, error))
    return FALSE;
  locker = g_mutex_locker_new (&self->operation);
  _omc_key_manager_clear_notice (self);
  fd = lock_directory (self, error);
  if (fd < 0)
    return FALSE;
  ok = !omc_keyring_file_exists (self->directory) && !database_exists (self->directory);
  if (!ok)
    g_set_error_literal (
        error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_EXISTS,
        _ ("There is a store in this folder already; no new keys are made for it"));
  ok = ok && create_slots (self, keyring, user, passphrase, code, master, cancellable, error) &&
       _omc_key_manager_put_roots (keyring, roots, master, error) &&
       omc_keyring_file_save (self->directory, keyring, FALSE, error);
  close (fd);
  if (!ok)
    return FALSE;

  g_mutex_lock (&self->state);
  self->store_id = g_intern_string (keyring->store_id);
  g_mutex_unlock (&self->state);
  if (!_omc_key_manager_set_unlocked (self, keyring, master, error))
    return FALSE;
  *recovery_code = omc_recovery_code_format (code);
  return TRUE;
}

/* --- slots --- */

static gboolean
change_locked (OmcKeyManager *self,
               OmcKeyringFunc func,
               gpointer data,
               OmcSecret **master,
               gboolean forget_previous,
               GError **error)
{
  g_autoptr (OmcKeyring) keyring = _omc_key_manager_load_keyring (self, error);
  g_autoptr (OmcKeyRoots) roots = NULL;

  if (keyring == NULL)
    return FALSE;
  /* Another program may have replaced the master key: a slot made with the old one would open nothing. */
  roots = omc_key_roots_open (keyring->roots, keyring->store_id, *master, NULL);
  if (roots == NULL)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED,
                           _ ("Another program has replaced the keys of the store; lock it and "
                              "sign in again"));
      return FALSE;
    }
  return func (self, keyring, master, data, error) &&
         omc_keyring_file_save (self->directory, keyring, forget_previous, error) &&
         (!omc_key_manager_is_unlocked (self) ||
          _omc_key_manager_set_unlocked (self, keyring, *master, error));
}

gboolean
_omc_key_manager_change (OmcKeyManager *self,
                         OmcKeyringFunc func,
                         gpointer data,
                         gboolean forget_previous,
                         GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->operation);
  g_autoptr (OmcSecret) master = _omc_key_manager_dup_master (self, error);
  gboolean ok;
  int fd;

  if (master == NULL)
    return FALSE;
  _omc_key_manager_clear_notice (self);
  fd = lock_directory (self, error);
  if (fd < 0)
    return FALSE;
  ok = change_locked (self, func, data, &master, forget_previous, error);
  close (fd);
  return ok;
}

gboolean
_omc_key_manager_put_roots (OmcKeyring *keyring,
                            OmcKeyRoots *roots,
                            OmcSecret *master,
                            GError **error)
{
  GBytes *sealed = omc_key_roots_seal (roots, keyring->store_id, master, error);

  if (sealed == NULL)
    return FALSE;
  g_clear_pointer (&keyring->roots, g_bytes_unref);
  keyring->roots = sealed;
  return TRUE;
}

void
_omc_key_manager_put_slot (OmcKeyring *keyring, OmcKeySlot *slot)
{
  OmcKeySlot *old = omc_keyring_find (keyring, slot->info.kind, slot->info.user);

  if (old != NULL)
    g_ptr_array_remove (keyring->slots, old);
  g_ptr_array_add (keyring->slots, slot);
}

typedef struct
{
  const char *user;
  OmcSecret *passphrase;
  GCancellable *cancellable;
} Passphrase;

static gboolean
set_passphrase (OmcKeyManager *self,
                OmcKeyring *keyring,
                OmcSecret **master,
                gpointer data,
                GError **error)
{
  const Passphrase *wanted = data;
  g_autoptr (OmcSecret) device_secret = NULL;
  OmcKeySlot *slot;

  if (!_omc_key_manager_check_blocked (keyring, wanted->user, error))
    return FALSE;
  device_secret = find_device_secret_for_slot (self, keyring, wanted->cancellable);
  slot = omc_key_slot_new_passphrase (keyring->store_id, keyring->next_id++, wanted->user,
                                      _omc_key_manager_get_params (self), wanted->passphrase,
                                      device_secret, *master, error);
  if (slot == NULL)
    return FALSE;
  _omc_key_manager_put_slot (keyring, slot);
  return !g_cancellable_set_error_if_cancelled (wanted->cancellable, error);
}

static gboolean
has_passphrase (OmcKeyManager *self, const char *user)
{
  g_autoptr (OmcKeyring) keyring = omc_keyring_file_load (self->directory, NULL, NULL);

  return keyring != NULL && omc_keyring_find (keyring, OMC_KEY_SLOT_PASSPHRASE, user) != NULL;
}

gboolean
omc_key_manager_set_passphrase_sync (OmcKeyManager *self,
                                     const char *user,
                                     OmcSecret *passphrase,
                                     GCancellable *cancellable,
                                     GError **error)
{
  Passphrase wanted = { user, passphrase, cancellable };

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), FALSE);
  g_return_val_if_fail (user != NULL && passphrase != NULL, FALSE);

  return omc_key_manager_check_user (user, error) && check_passphrase (passphrase, error) &&
         _omc_key_manager_change (self, set_passphrase, &wanted, has_passphrase (self, user),
                                  error);
}
