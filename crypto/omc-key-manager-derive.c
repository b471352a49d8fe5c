/* omc-key-manager-derive.c: what is derived from the master key; declared in omc-key-manager.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-envelope.h"
#include "omc-key-manager-private.h"

#define KEY_LENGTH 32

static const char *const PURPOSE_LABELS[] = {
  [OMC_KEY_DB] = "omnicare database key 1",
  [OMC_KEY_AUDIT] = "omnicare audit key 1",
  [OMC_KEY_BACKUP] = "omnicare backup key 1",
  [OMC_KEY_NEXT_DB] = "omnicare database key 1",
};

static OmcSecret *
choose_root (OmcKeyRoots *roots, OmcKeyPurpose purpose)
{
  if (purpose == OMC_KEY_DB)
    return roots->database;
  return purpose == OMC_KEY_NEXT_DB ? roots->next_database : roots->root;
}

/* (nullable): without an error there is no such root */
static OmcSecret *
dup_root (OmcKeyManager *self, OmcKeyPurpose purpose, GError **error)
{
  OmcSecret *root = NULL;
  gboolean unlocked;

  g_mutex_lock (&self->state);
  unlocked = self->roots != NULL;
  if (unlocked)
    root = choose_root (self->roots, purpose);
  if (root != NULL)
    omc_secret_ref (root);
  g_mutex_unlock (&self->state);
  if (!unlocked)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_LOCKED,
                         _ ("The store is locked; sign in first"));
  else if (root == NULL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_NO_SLOT,
                         _ ("The store's database key is not being changed"));
  return root;
}

OmcSecret *
_omc_key_manager_derive (OmcKeyManager *self, const char *label, GError **error)
{
  g_autoptr (OmcSecret) root = dup_root (self, OMC_KEY_AUDIT, error);

  return root != NULL ? omc_kdf_expand (root, NULL, 0, label, KEY_LENGTH, error) : NULL;
}

OmcSecret *
omc_key_manager_dup_key (OmcKeyManager *self, OmcKeyPurpose purpose, GError **error)
{
  g_autoptr (OmcSecret) root = NULL;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self), NULL);
  g_return_val_if_fail ((guint)purpose < G_N_ELEMENTS (PURPOSE_LABELS), NULL);

  root = dup_root (self, purpose, error);
  return root != NULL ? omc_kdf_expand (root, NULL, 0, PURPOSE_LABELS[purpose], KEY_LENGTH, error)
                      : NULL;
}

static OmcSealer *
wrap_sealer (OmcKeyManager *self, guint32 epoch, char **aad, GError **error)
{
  g_autoptr (OmcSecret) key = _omc_key_manager_derive (self, "omnicare wrapping key 1", error);

  if (key == NULL)
    return NULL;
  *aad = g_strdup_printf ("data-key/%s/%u", omc_key_manager_get_store_id (self), epoch);
  return omc_sealer_new (key, epoch);
}

GBytes *
omc_key_manager_wrap_data_key (OmcKeyManager *self,
                               OmcSecret *data_key,
                               guint32 epoch,
                               GError **error)
{
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) wrapped = g_byte_array_new ();
  g_autofree char *aad = NULL;
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self) && data_key != NULL, NULL);

  sealer = wrap_sealer (self, epoch, &aad, error);
  data = omc_secret_get_data (data_key, &length);
  if (sealer == NULL ||
      !omc_sealer_seal (sealer, 0, 0, aad, strlen (aad), data, length, wrapped, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&wrapped));
}

OmcSecret *
omc_key_manager_unwrap_data_key (OmcKeyManager *self,
                                 GBytes *wrapped,
                                 guint32 epoch,
                                 GError **error)
{
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (OmcSecret) key = NULL;
  g_autofree char *aad = NULL;
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (OMC_IS_KEY_MANAGER (self) && wrapped != NULL, NULL);

  sealer = wrap_sealer (self, epoch, &aad, error);
  data = g_bytes_get_data (wrapped, &length);
  if (sealer == NULL || !omc_sealer_open (sealer, aad, strlen (aad), data, length, plain, error))
    return NULL;
  key = omc_secret_new (plain->data, plain->len);
  omc_wipe (plain->data, plain->len);
  return g_steal_pointer (&key);
}
