/* omc-envelope.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <openssl/evp.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-private.h"
#include "omc-envelope.h"
#include "omc-random.h"

#define ENVELOPE_FORMAT 1
#define HEADER_LENGTH 8
#define NONCE_LENGTH 12
#define TAG_LENGTH 16
#define KEY_LENGTH 32
#define PLAIN_MAX (512u * 1024 * 1024)

/*
 * Nonces: each sealer starts at 96 random bits and counts up in the last 64. Within a sealer none repeats.
 * Between sealers of one data key (restarts, two programs) a repeat needs two runs of numbers to overlap:
 * with s sealers of at most 2^32 seals each the chance is below s^2 * 2^32 / 2^96, that is 2^-24 for a
 * million starts that all use up their allowance; data keys are replaced every 90 days.
 * A process must not go on using a sealer on both sides of a fork.
 */
#define SEALS_MAX (G_GUINT64_CONSTANT (1) << 32)

struct _OmcSealer
{
  EVP_CIPHER_CTX *seal; /* (owned): keyed, only the nonce changes */
  EVP_CIPHER_CTX *open; /* (owned) */
  guint8 nonce_prefix[4];
  guint64 nonce_counter;
  guint64 n_sealed;
  guint32 epoch;
};

OmcSealer *
omc_sealer_new (OmcSecret *data_key, guint32 epoch)
{
  EVP_CIPHER *cipher;
  OmcSealer *self;
  gconstpointer key;
  gsize length;

  g_return_val_if_fail (data_key != NULL, NULL);
  key = omc_secret_get_data (data_key, &length);
  g_return_val_if_fail (length == KEY_LENGTH, NULL);

  self = g_new0 (OmcSealer, 1);
  self->epoch = epoch;
  omc_random_bytes (self->nonce_prefix, sizeof self->nonce_prefix);
  omc_random_bytes (&self->nonce_counter, sizeof self->nonce_counter);
  self->seal = EVP_CIPHER_CTX_new ();
  self->open = EVP_CIPHER_CTX_new ();
  cipher = EVP_CIPHER_fetch (NULL, "AES-256-GCM", NULL);
  if (self->seal == NULL || self->open == NULL || cipher == NULL ||
      EVP_EncryptInit_ex2 (self->seal, cipher, key, NULL, NULL) != 1 ||
      EVP_DecryptInit_ex2 (self->open, cipher, key, NULL, NULL) != 1)
    g_error ("The cryptography library lacks AES-256-GCM");
  EVP_CIPHER_free (cipher);
  return self;
}

void
omc_sealer_free (OmcSealer *self)
{
  if (self == NULL)
    return;
  EVP_CIPHER_CTX_free (self->seal);
  EVP_CIPHER_CTX_free (self->open);
  omc_wipe (self, sizeof *self);
  g_free (self);
}

guint32
omc_sealer_get_epoch (OmcSealer *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->epoch;
}

static void
next_nonce (OmcSealer *self, guint8 nonce[NONCE_LENGTH])
{
  guint64 counter = GUINT64_TO_BE (self->nonce_counter);

  memcpy (nonce, self->nonce_prefix, sizeof self->nonce_prefix);
  memcpy (nonce + sizeof self->nonce_prefix, &counter, sizeof counter);
  self->nonce_counter++;
  self->n_sealed++;
}

static void
write_header (guint8 header[HEADER_LENGTH], guint8 codec, guint16 dictionary, guint32 epoch)
{
  header[0] = ENVELOPE_FORMAT;
  header[1] = codec;
  header[2] = (guint8)(dictionary >> 8);
  header[3] = (guint8)dictionary;
  header[4] = (guint8)(epoch >> 24);
  header[5] = (guint8)(epoch >> 16);
  header[6] = (guint8)(epoch >> 8);
  header[7] = (guint8)epoch;
}

static gboolean
seal_into (OmcSealer *self,
           gconstpointer aad,
           gsize aad_length,
           gconstpointer plain,
           gsize plain_length,
           guint8 *blob)
{
  guint8 *nonce = blob + HEADER_LENGTH;
  guint8 *text = nonce + NONCE_LENGTH;
  int n;

  next_nonce (self, nonce);
  return EVP_EncryptInit_ex2 (self->seal, NULL, NULL, nonce, NULL) == 1 &&
         EVP_EncryptUpdate (self->seal, NULL, &n, blob, HEADER_LENGTH) == 1 &&
         (aad_length == 0 || EVP_EncryptUpdate (self->seal, NULL, &n, aad, (int)aad_length) == 1) &&
         (plain_length == 0 ||
          EVP_EncryptUpdate (self->seal, text, &n, plain, (int)plain_length) == 1) &&
         EVP_EncryptFinal_ex (self->seal, text + plain_length, &n) == 1 &&
         EVP_CIPHER_CTX_ctrl (self->seal, EVP_CTRL_AEAD_GET_TAG, TAG_LENGTH, text + plain_length) ==
             1;
}

gboolean
omc_sealer_seal (OmcSealer *self,
                 guint8 codec,
                 guint16 dictionary,
                 gconstpointer aad,
                 gsize aad_length,
                 gconstpointer plain,
                 gsize plain_length,
                 GByteArray *out,
                 GError **error)
{
  guint start;

  g_return_val_if_fail (self != NULL && out != NULL, FALSE);
  g_return_val_if_fail (aad != NULL || aad_length == 0, FALSE);
  g_return_val_if_fail (plain != NULL || plain_length == 0, FALSE);

  if (plain_length > PLAIN_MAX || aad_length > PLAIN_MAX || self->n_sealed >= SEALS_MAX)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                           plain_length > PLAIN_MAX || aad_length > PLAIN_MAX
                               ? _ ("The item is too large to be sealed")
                               : _ ("The data key has sealed all it may; start the program again"));
      return FALSE;
    }

  start = out->len;
  g_byte_array_set_size (out, start + OMC_ENVELOPE_OVERHEAD + (guint)plain_length);
  write_header (out->data + start, codec, dictionary, self->epoch);
  if (!seal_into (self, aad, aad_length, plain, plain_length, out->data + start))
    {
      g_byte_array_set_size (out, start);
      return _omc_crypto_fail (error, "seal");
    }
  return TRUE;
}

static gboolean
open_into (OmcSealer *self,
           gconstpointer aad,
           gsize aad_length,
           const guint8 *blob,
           gsize text_length,
           guint8 *plain)
{
  const guint8 *nonce = blob + HEADER_LENGTH;
  const guint8 *text = nonce + NONCE_LENGTH;
  guint8 rest[TAG_LENGTH];
  int n;

  return EVP_DecryptInit_ex2 (self->open, NULL, NULL, nonce, NULL) == 1 &&
         EVP_DecryptUpdate (self->open, NULL, &n, blob, HEADER_LENGTH) == 1 &&
         (aad_length == 0 || EVP_DecryptUpdate (self->open, NULL, &n, aad, (int)aad_length) == 1) &&
         (text_length == 0 ||
          EVP_DecryptUpdate (self->open, plain, &n, text, (int)text_length) == 1) &&
         EVP_CIPHER_CTX_ctrl (self->open, EVP_CTRL_AEAD_SET_TAG, TAG_LENGTH,
                              (void *)(text + text_length)) == 1 &&
         EVP_DecryptFinal_ex (self->open, rest, &n) == 1;
}

gboolean
omc_sealer_open (OmcSealer *self,
                 gconstpointer aad,
                 gsize aad_length,
                 gconstpointer sealed,
                 gsize sealed_length,
                 GByteArray *out,
                 GError **error)
{
  OmcEnvelopeHeader header;
  gsize text_length;
  guint start;

  g_return_val_if_fail (self != NULL && out != NULL, FALSE);
  g_return_val_if_fail (aad != NULL || aad_length == 0, FALSE);

  if (!omc_envelope_peek (sealed, sealed_length, &header, error))
    return FALSE;
  text_length = sealed_length - OMC_ENVELOPE_OVERHEAD;
  start = out->len;
  if (header.epoch == self->epoch && text_length <= PLAIN_MAX && aad_length <= PLAIN_MAX)
    {
      g_byte_array_set_size (out, start + (guint)text_length);
      if (open_into (self, aad, aad_length, sealed, text_length, out->data + start))
        return TRUE;
      /* What was deciphered before the tag was found wrong is nobody's business. */
      if (text_length > 0)
        omc_wipe (out->data + start, text_length);
      g_byte_array_set_size (out, start);
    }
  _omc_crypto_fail (NULL, "open");
  g_set_error_literal (
      error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
      _ ("A stored item is not what was sealed: it was changed, moved or damaged"));
  return FALSE;
}

gboolean
omc_envelope_peek (gconstpointer sealed,
                   gsize sealed_length,
                   OmcEnvelopeHeader *header,
                   GError **error)
{
  const guint8 *bytes = sealed;

  g_return_val_if_fail (sealed != NULL || sealed_length == 0, FALSE);
  g_return_val_if_fail (header != NULL, FALSE);

  if (sealed_length < OMC_ENVELOPE_OVERHEAD || bytes[0] == 0)
    {
      g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                           _ ("A stored item is too short or not sealed"));
      return FALSE;
    }
  if (bytes[0] != ENVELOPE_FORMAT)
    {
      g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_UNSUPPORTED,
                   _ ("A stored item has format %u, which only a newer program knows"), bytes[0]);
      return FALSE;
    }
  header->codec = bytes[1];
  header->dictionary = (guint16)(bytes[2] << 8 | bytes[3]);
  header->epoch =
      (guint32)bytes[4] << 24 | (guint32)bytes[5] << 16 | (guint32)bytes[6] << 8 | bytes[7];
  return TRUE;
}
