/* omc-sealed-box.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-sealed-box.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>

#include "omc-crypto-private.h"
#include "omc-envelope.h"
#include "omc-kdf.h"

#define LABEL "omnicare sealed box 1"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)

OmcSecret *
omc_box_new_key (GError **error)
{
  g_autoptr (EVP_PKEY) pair = EVP_PKEY_Q_keygen (NULL, NULL, "X25519");
  g_autoptr (OmcSecret) key = NULL;
  gsize length = OMC_BOX_KEY_LENGTH;
  guint8 *data;

  key = _omc_secret_new_uninitialized (OMC_BOX_KEY_LENGTH, &data);
  if (pair == NULL || EVP_PKEY_get_raw_private_key (pair, data, &length) != 1 ||
      length != OMC_BOX_KEY_LENGTH)
    {
      _omc_crypto_fail (error, "make a key pair");
      return NULL;
    }
  return g_steal_pointer (&key);
}

static EVP_PKEY *
load_private (OmcSecret *private_key, GError **error)
{
  gsize length;
  const guint8 *data = omc_secret_get_data (private_key, &length);
  EVP_PKEY *pair = length == OMC_BOX_KEY_LENGTH
                       ? EVP_PKEY_new_raw_private_key (EVP_PKEY_X25519, NULL, data, length)
                       : NULL;

  if (pair == NULL)
    _omc_crypto_fail (error, "read a private key");
  return pair;
}

gboolean
omc_box_get_public (OmcSecret *private_key, guint8 public_key[OMC_BOX_KEY_LENGTH], GError **error)
{
  g_autoptr (EVP_PKEY) pair = NULL;
  gsize length = OMC_BOX_KEY_LENGTH;

  g_return_val_if_fail (private_key != NULL, FALSE);

  pair = load_private (private_key, error);
  return pair != NULL && (EVP_PKEY_get_raw_public_key (pair, public_key, &length) == 1 ||
                          _omc_crypto_fail (error, "derive a public key"));
}

/* OpenSSL refuses public keys of small order: their shared secret is zero. */
static OmcSecret *
agree (OmcSecret *private_key, const guint8 *other, const guint8 *salt, GError **error)
{
  g_autoptr (EVP_PKEY) pair = load_private (private_key, error);
  g_autoptr (EVP_PKEY) peer = NULL;
  g_autoptr (EVP_PKEY_CTX) context = NULL;
  g_autoptr (OmcSecret) shared = NULL;
  gsize length = OMC_BOX_KEY_LENGTH;
  guint8 *data;

  if (pair == NULL)
    return NULL;
  peer = EVP_PKEY_new_raw_public_key (EVP_PKEY_X25519, NULL, other, OMC_BOX_KEY_LENGTH);
  context = EVP_PKEY_CTX_new (pair, NULL);
  shared = _omc_secret_new_uninitialized (OMC_BOX_KEY_LENGTH, &data);
  memset (data, 0, OMC_BOX_KEY_LENGTH);
  if (peer == NULL || context == NULL || EVP_PKEY_derive_init (context) != 1 ||
      EVP_PKEY_derive_set_peer (context, peer) != 1 ||
      EVP_PKEY_derive (context, data, &length) != 1 || length != OMC_BOX_KEY_LENGTH)
    {
      _omc_crypto_fail (error, "agree on a key");
      return NULL;
    }
  return omc_kdf_expand (shared, salt, 2 * OMC_BOX_KEY_LENGTH, LABEL, 32, error);
}

GBytes *
omc_box_seal (const guint8 public_key[OMC_BOX_KEY_LENGTH],
              gconstpointer aad,
              gsize aad_length,
              OmcSecret *secret,
              GError **error)
{
  g_autoptr (OmcSecret) ephemeral = omc_box_new_key (error);
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 keys[2 * OMC_BOX_KEY_LENGTH];
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (secret != NULL, NULL);

  if (ephemeral == NULL || !omc_box_get_public (ephemeral, keys, error))
    return NULL;
  memcpy (keys + OMC_BOX_KEY_LENGTH, public_key, OMC_BOX_KEY_LENGTH);
  key = agree (ephemeral, public_key, keys, error);
  if (key == NULL)
    return NULL;
  sealer = omc_sealer_new (key, 0);
  data = omc_secret_get_data (secret, &length);
  g_byte_array_append (out, keys, OMC_BOX_KEY_LENGTH);
  if (!omc_sealer_seal (sealer, 0, 0, aad, aad_length, data, length, out, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

OmcSecret *
omc_box_open (OmcSecret *private_key,
              gconstpointer aad,
              gsize aad_length,
              GBytes *sealed,
              GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSecret) secret = NULL;
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  guint8 keys[2 * OMC_BOX_KEY_LENGTH];
  const guint8 *data;
  gsize length;

  g_return_val_if_fail (private_key != NULL && sealed != NULL, NULL);

  data = g_bytes_get_data (sealed, &length);
  if (length < OMC_BOX_KEY_LENGTH)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                           _ ("A sealed key is cut off"));
      return NULL;
    }
  memcpy (keys, data, OMC_BOX_KEY_LENGTH);
  if (!omc_box_get_public (private_key, keys + OMC_BOX_KEY_LENGTH, error))
    return NULL;
  key = agree (private_key, keys, keys, NULL);
  if (key == NULL)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                           _ ("A sealed key is not what was sealed"));
      return NULL;
    }
  sealer = omc_sealer_new (key, 0);
  if (omc_sealer_open (sealer, aad, aad_length, data + OMC_BOX_KEY_LENGTH,
                       length - OMC_BOX_KEY_LENGTH, plain, error))
    secret = omc_secret_new (plain->data, plain->len);
  if (plain->len > 0)
    omc_wipe (plain->data, plain->len);
  return g_steal_pointer (&secret);
}
