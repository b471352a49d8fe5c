/* omc-kdf.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-private.h"
#include "omc-kdf-private.h"
#include "omc-kdf.h"

#define KDF_VERSION 1
#define MEMORY_MIN_KIB (19 * 1024)
#define MEMORY_MAX_KIB (1024 * 1024)
#define PASSES_MIN 2
#define PASSES_MAX 32
#define LANES_MAX 8

#define CALIBRATE_ENOUGH_US (500 * 1000)
#define CALIBRATE_AIM_US (700 * 1000)

const OmcKdfParams OMC_KDF_DEFAULT = { KDF_VERSION, 64 * 1024, 3, 1 };
const OmcKdfParams OMC_KDF_FLOOR = { KDF_VERSION, MEMORY_MIN_KIB, PASSES_MIN, 1 };

gboolean
omc_kdf_params_check (const OmcKdfParams *params, GError **error)
{
  g_return_val_if_fail (params != NULL, FALSE);

  if (params->version > KDF_VERSION)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_UNSUPPORTED,
                           _ ("The key slot was made by a newer program; use that program"));
      return FALSE;
    }
  if (params->version == 0 || params->memory_kib < MEMORY_MIN_KIB ||
      params->memory_kib > MEMORY_MAX_KIB || params->passes < PASSES_MIN ||
      params->passes > PASSES_MAX || params->lanes < 1 || params->lanes > LANES_MAX)
    {
      g_set_error_literal (
          error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
          _ ("The cost figures of the key slot are out of range: the keyring file was changed"));
      return FALSE;
    }
  return TRUE;
}

static OmcSecret *
run_kdf (const char *name, const OSSL_PARAM *params, gsize length, GError **error)
{
  g_autoptr (OmcSecret) key = NULL;
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, name, NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  guint8 *data;
  gboolean ok;

  key = _omc_secret_new_uninitialized (length, &data);
  ok = context != NULL && EVP_KDF_derive (context, data, length, params) == 1;
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  if (!ok)
    {
      _omc_crypto_fail (error, "derive");
      return NULL;
    }
  return g_steal_pointer (&key);
}

OmcSecret *
_omc_kdf_argon2id (const OmcKdfParams *params,
                   OmcSecret *passphrase,
                   gconstpointer salt,
                   gsize salt_length,
                   gsize length,
                   GError **error)
{
  guint32 passes = params->passes;
  guint32 memory = params->memory_kib;
  guint32 lanes = params->lanes;
  guint32 threads = 1; /* more need a thread pool and gained nothing */
  gsize secret_length;
  gconstpointer secret = omc_secret_get_data (passphrase, &secret_length);
  OSSL_PARAM ossl[] = {
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_PASSWORD, (void *)secret, secret_length),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)salt, salt_length),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ITER, &passes),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_MEMCOST, &memory),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_ARGON2_LANES, &lanes),
    OSSL_PARAM_construct_uint32 (OSSL_KDF_PARAM_THREADS, &threads),
    OSSL_PARAM_END,
  };

  return run_kdf ("ARGON2ID", ossl, length, error);
}

OmcSecret *
omc_kdf_derive (const OmcKdfParams *params,
                OmcSecret *passphrase,
                const guint8 salt[OMC_KDF_SALT_LENGTH],
                gsize length,
                GError **error)
{
  g_return_val_if_fail (params != NULL && passphrase != NULL && salt != NULL, NULL);
  g_return_val_if_fail (length > 0, NULL);

  if (!omc_kdf_params_check (params, error))
    return NULL;
  return _omc_kdf_argon2id (params, passphrase, salt, OMC_KDF_SALT_LENGTH, length, error);
}

void
omc_kdf_calibrate (OmcKdfParams *params)
{
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("calibration", 11);
  g_autoptr (OmcSecret) key = NULL;
  const guint8 salt[OMC_KDF_SALT_LENGTH] = { 0 };
  gint64 start;
  gint64 taken;

  g_return_if_fail (params != NULL);

  start = g_get_monotonic_time ();
  key = omc_kdf_derive (params, passphrase, salt, 32, NULL);
  taken = MAX (g_get_monotonic_time () - start, 1);
  if (key == NULL || taken >= CALIBRATE_ENOUGH_US)
    return;
  params->passes = (guint32)MIN (PASSES_MAX, params->passes * CALIBRATE_AIM_US / taken);
}

OmcSecret *
omc_kdf_expand (OmcSecret *key,
                gconstpointer salt,
                gsize salt_length,
                const char *label,
                gsize length,
                GError **error)
{
  OSSL_PARAM ossl[5];
  gsize n = 0;
  gsize key_length;
  gconstpointer data;

  g_return_val_if_fail (key != NULL && label != NULL, NULL);
  g_return_val_if_fail (length > 0, NULL);
  g_return_val_if_fail (salt != NULL || salt_length == 0, NULL);

  data = omc_secret_get_data (key, &key_length);
  ossl[n++] = OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
  ossl[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (void *)data, key_length);
  if (salt_length > 0)
    ossl[n++] = OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_SALT, (void *)salt, salt_length);
  ossl[n++] =
      OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (void *)label, strlen (label));
  ossl[n++] = OSSL_PARAM_construct_end ();
  return run_kdf ("HKDF", ossl, length, error);
}
