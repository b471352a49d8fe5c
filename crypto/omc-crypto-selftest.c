/* omc-crypto-selftest.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-selftest.h"
#include "omc-envelope.h"
#include "omc-hash.h"
#include "omc-kdf-private.h"

static gboolean
is_hex (gconstpointer data, gsize length, const char *hex)
{
  const guint8 *bytes = data;

  if (strlen (hex) != 2 * length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_xdigit_value (hex[2 * i]) << 4 != (bytes[i] & 0xf0) ||
        g_ascii_xdigit_value (hex[2 * i + 1]) != (bytes[i] & 0x0f))
      return FALSE;
  return TRUE;
}

static gboolean
is_secret_hex (OmcSecret *secret, const char *hex)
{
  return secret != NULL &&
         is_hex (omc_secret_get_data (secret, NULL), omc_secret_get_length (secret), hex);
}

/* FIPS 180-2, appendix B.1 */
static gboolean
test_sha256 (void)
{
  guint8 hash[OMC_HASH_LENGTH];

  return omc_hash_sha256 ("abc", 3, hash, NULL) &&
         is_hex (hash, sizeof hash,
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, case 2 */
static gboolean
test_hmac (void)
{
  static const char message[] = "what do ya want for nothing?";
  g_autoptr (OmcSecret) key = omc_secret_new ("Jefe", 4);
  guint8 code[OMC_HASH_LENGTH];

  return omc_hmac_compute (key, message, strlen (message), code, NULL) &&
         is_hex (code, sizeof code,
                 "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 5869, case 1 */
static gboolean
test_hkdf (void)
{
  static const guint8 salt[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
  guint8 input[22];
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSecret) derived = NULL;

  memset (input, 0x0b, sizeof input);
  key = omc_secret_new (input, sizeof input);
  derived =
      omc_kdf_expand (key, salt, sizeof salt, "\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9", 42, NULL);
  return is_secret_hex (
      derived,
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

/* The reference implementation's test: version 0x13, 2 passes, 256 KiB, 1 lane */
static gboolean
test_argon2id (void)
{
  static const OmcKdfParams params = { 1, 256, 2, 1 };
  g_autoptr (OmcSecret) passphrase = omc_secret_new ("password", 8);
  g_autoptr (OmcSecret) derived = _omc_kdf_argon2id (&params, passphrase, "somesalt", 8, 32, NULL);

  return is_secret_hex (derived,
                        "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
}

/* AES-256-GCM, key 00..1f, nonce 10..1b, AAD = header || "Patient/1/1"; computed by another implementation, which
 * was checked against case 16 of the GCM specification. A changed byte must not open. */
static gboolean
test_envelope (void)
{
  static const char plain[] = "OmniCare known answer";
  static const char aad[] = "Patient/1/1";
  guint8 sealed[] = {
    0x01, 0x02, 0x03, 0x04, 0x00, 0x00, 0x00, 0x07, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16,
    0x17, 0x18, 0x19, 0x1a, 0x1b, 0x32, 0x93, 0xf6, 0x7f, 0x0a, 0xa8, 0x48, 0xd6, 0xea, 0x1e,
    0x66, 0x72, 0x78, 0x17, 0x49, 0x32, 0xb9, 0x23, 0x39, 0x6b, 0x69, 0xd8, 0x6c, 0xe1, 0x5f,
    0xa0, 0x9d, 0x6e, 0xe4, 0x0b, 0x5f, 0x53, 0x7b, 0x24, 0xab, 0x7d, 0x5f,
  };
  guint8 raw[32];
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (guint i = 0; i < sizeof raw; i++)
    raw[i] = (guint8)i;
  key = omc_secret_new (raw, sizeof raw);
  sealer = omc_sealer_new (key, 7);
  if (!omc_sealer_open (sealer, aad, strlen (aad), sealed, sizeof sealed, out, NULL) ||
      out->len != strlen (plain) || memcmp (out->data, plain, out->len) != 0)
    return FALSE;
  sealed[30] ^= 1;
  return !omc_sealer_open (sealer, aad, strlen (aad), sealed, sizeof sealed, out, NULL);
}

gboolean
omc_crypto_selftest (GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*test) (void);
  } TESTS[] = {
    { "SHA-256", test_sha256 },    { "HMAC-SHA-256", test_hmac },    { "HKDF-SHA-256", test_hkdf },
    { "Argon2id", test_argon2id }, { "AES-256-GCM", test_envelope },
  };

  for (guint i = 0; i < G_N_ELEMENTS (TESTS); i++)
    if (!TESTS[i].test ())
      {
        g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                     _ ("The cryptography library of this system gives a wrong answer (%s); no "
                        "store is opened"),
                     TESTS[i].name);
        return FALSE;
      }
  return TRUE;
}
