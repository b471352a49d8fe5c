/* omc-signature.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "omc-secret.h"
#include "omc-signature.h"

#define TEXT_MAX 1024

/* Of every Ed25519 public key in its usual wrapping (RFC 8410). */
static const guint8 DER_HEAD[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                   0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)

/* g_base64_decode () skips what is no base64; here nothing is skipped but blanks. */
static guint8 *
decode (const char *text, gsize length, gsize *n_bytes)
{
  g_autoptr (GString) kept = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]) || strchr ("+/=", text[i]) != NULL)
      g_string_append_c (kept, text[i]);
    else if (!g_ascii_isspace (text[i]))
      return NULL;
  return kept->len > 0 && kept->len % 4 == 0 ? g_base64_decode (kept->str, n_bytes) : NULL;
}

gboolean
omc_signature_parse_key (const char *text, guint8 key[OMC_SIGNATURE_KEY_LENGTH], GError **error)
{
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;

  g_return_val_if_fail (text != NULL, FALSE);

  if (strlen (text) <= TEXT_MAX)
    bytes = decode (text, strlen (text), &length);
  if (bytes != NULL && length == sizeof DER_HEAD + OMC_SIGNATURE_KEY_LENGTH &&
      memcmp (bytes, DER_HEAD, sizeof DER_HEAD) == 0)
    memcpy (key, bytes + sizeof DER_HEAD, OMC_SIGNATURE_KEY_LENGTH);
  else if (bytes != NULL && length == OMC_SIGNATURE_KEY_LENGTH)
    memcpy (key, bytes, OMC_SIGNATURE_KEY_LENGTH);
  else
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_UNSUPPORTED,
                           _ ("This is no Ed25519 public key in base64"));
      return FALSE;
    }
  return TRUE;
}

static gboolean
verify (const guint8 *key, GBytes *data, const guint8 *signature)
{
  g_autoptr (EVP_PKEY) public_key =
      EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, key, OMC_SIGNATURE_KEY_LENGTH);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gsize length;
  gconstpointer bytes = g_bytes_get_data (data, &length);

  return public_key != NULL && context != NULL &&
         EVP_DigestVerifyInit (context, NULL, NULL, NULL, public_key) == 1 &&
         EVP_DigestVerify (context, signature, OMC_SIGNATURE_LENGTH, bytes, length) == 1;
}

gboolean
omc_signature_verify (const guint8 key[OMC_SIGNATURE_KEY_LENGTH],
                      GBytes *data,
                      GBytes *signature,
                      GError **error)
{
  g_autofree guint8 *decoded = NULL;
  const guint8 *bytes;
  gsize length;

  g_return_val_if_fail (data != NULL && signature != NULL, FALSE);

  bytes = g_bytes_get_data (signature, &length);
  if (length != OMC_SIGNATURE_LENGTH && length <= TEXT_MAX)
    bytes = decoded = decode ((const char *)bytes, length, &length);
  if (bytes != NULL && length == OMC_SIGNATURE_LENGTH && verify (key, data, bytes))
    return TRUE;
  ERR_clear_error ();
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                       _ ("The signature is not that of the key in the configuration over exactly "
                          "this file"));
  return FALSE;
}
