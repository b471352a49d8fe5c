/* omc-hash.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "omc-crypto-private.h"
#include "omc-hash.h"

struct _OmcHmac
{
  EVP_MAC_CTX *context; /* (owned) */
};

gboolean
omc_hash_sha256 (gconstpointer data, gsize length, guint8 hash[OMC_HASH_LENGTH], GError **error)
{
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  if (EVP_Digest (data, length, hash, NULL, EVP_sha256 (), NULL) != 1)
    return _omc_crypto_fail (error, "sha256");
  return TRUE;
}

void
omc_hash_append_hex (GString *text, gconstpointer data, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  const guint8 *bytes = data;

  g_return_if_fail (text != NULL);
  g_return_if_fail (data != NULL || length == 0);

  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (text, digits[bytes[i] >> 4]);
      g_string_append_c (text, digits[bytes[i] & 0x0f]);
    }
}

gboolean
omc_hash_equal (const guint8 a[OMC_HASH_LENGTH], const guint8 b[OMC_HASH_LENGTH])
{
  return CRYPTO_memcmp (a, b, OMC_HASH_LENGTH) == 0;
}

OmcHmac *
omc_hmac_new (OmcSecret *key, GError **error)
{
  OSSL_PARAM params[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
    OSSL_PARAM_END,
  };
  EVP_MAC *mac;
  EVP_MAC_CTX *context;
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (key != NULL, NULL);

  mac = EVP_MAC_fetch (NULL, "HMAC", NULL);
  context = mac != NULL ? EVP_MAC_CTX_new (mac) : NULL;
  EVP_MAC_free (mac);
  data = omc_secret_get_data (key, &length);
  if (context == NULL || EVP_MAC_init (context, data, length, params) != 1)
    {
      EVP_MAC_CTX_free (context);
      _omc_crypto_fail (error, "hmac");
      return NULL;
    }

  OmcHmac *self = g_new0 (OmcHmac, 1);
  self->context = context;
  return self;
}

void
omc_hmac_free (OmcHmac *self)
{
  if (self == NULL)
    return;
  EVP_MAC_CTX_free (self->context);
  g_free (self);
}

gboolean
omc_hmac_update (OmcHmac *self, gconstpointer data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (length > 0 && EVP_MAC_update (self->context, data, length) != 1)
    return _omc_crypto_fail (error, "hmac");
  return TRUE;
}

gboolean
omc_hmac_end (OmcHmac *self, guint8 code[OMC_HASH_LENGTH], GError **error)
{
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);

  if (EVP_MAC_final (self->context, code, &length, OMC_HASH_LENGTH) != 1 ||
      length != OMC_HASH_LENGTH || EVP_MAC_init (self->context, NULL, 0, NULL) != 1)
    return _omc_crypto_fail (error, "hmac");
  return TRUE;
}

gboolean
omc_hmac_compute (OmcSecret *key,
                  gconstpointer data,
                  gsize length,
                  guint8 code[OMC_HASH_LENGTH],
                  GError **error)
{
  g_autoptr (OmcHmac) self = omc_hmac_new (key, error);

  return self != NULL && omc_hmac_update (self, data, length, error) &&
         omc_hmac_end (self, code, error);
}
