/* omc-hospital-key.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-hospital-key.h"

#define KEY_LENGTH 32
#define DER_MAX 64

/* What stands before the 32 bytes in the DER of RFC 8410; there is no choice in it. */
static const guint8 PUBLIC_HEAD[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                      0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00 };
static const guint8 PRIVATE_HEAD[] = { 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                       0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20 };

typedef struct
{
  const char *begin;
  const char *end;
  const guint8 *head;
  gsize head_length;
} Form;

static const Form PUBLIC_FORM = { "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----",
                                  PUBLIC_HEAD, sizeof PUBLIC_HEAD };
static const Form PRIVATE_FORM = { "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
                                   PRIVATE_HEAD, sizeof PRIVATE_HEAD };

static gboolean
take_hex (const char *text, gsize length, guint8 key[KEY_LENGTH])
{
  gsize n = 0;

  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  if (length != 2 * KEY_LENGTH)
    return FALSE;
  for (; n < length && g_ascii_isxdigit (text[n]); n++)
    key[n / 2] = (guint8)(key[n / 2] << 4 | g_ascii_xdigit_value (text[n]));
  return n == length;
}

static gboolean
take_pem (const char *text, gsize length, const Form *form, guint8 key[KEY_LENGTH])
{
  const char *begin = g_strstr_len (text, (gssize)length, form->begin);
  const char *body = begin != NULL ? begin + strlen (form->begin) : NULL;
  const char *end =
      body != NULL ? g_strstr_len (body, (gssize)(length - (gsize)(body - text)), form->end) : NULL;
  guint8 der[DER_MAX];
  guint save = 0;
  int state = 0;
  gsize got;
  gboolean good;

  /* Decoding gives three bytes for four letters and two or three more for what is kept from before. */
  if (end == NULL || (gsize)(end - body) / 4 * 3 + 3 > sizeof der)
    return FALSE;
  got = g_base64_decode_step (body, (gsize)(end - body), der, &state, &save);
  good = got == form->head_length + KEY_LENGTH && memcmp (der, form->head, form->head_length) == 0;
  if (good)
    memcpy (key, der + form->head_length, KEY_LENGTH);
  omc_wipe (der, sizeof der);
  return good;
}

static gboolean
take_key (const char *text, gsize length, const Form *form, guint8 key[KEY_LENGTH], GError **error)
{
  if (take_hex (text, length, key) || take_pem (text, length, form, key))
    return TRUE;
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_UNSUPPORTED,
                       _ ("This is no X25519 key as PEM or as 64 hexadecimal digits"));
  return FALSE;
}

gboolean
omc_hospital_key_parse_public (const char *text,
                               gsize length,
                               guint8 public_key[KEY_LENGTH],
                               GError **error)
{
  g_return_val_if_fail (text != NULL && public_key != NULL, FALSE);

  return take_key (text, length, &PUBLIC_FORM, public_key, error);
}

OmcSecret *
omc_hospital_key_parse_private (OmcSecret *text, GError **error)
{
  OmcSecret *secret = NULL;
  guint8 key[KEY_LENGTH] = { 0 };
  const char *data;
  gsize length;

  g_return_val_if_fail (text != NULL, NULL);

  data = omc_secret_get_data (text, &length);
  if (take_key (data, length, &PRIVATE_FORM, key, error))
    secret = omc_secret_new (key, sizeof key);
  omc_wipe (key, sizeof key);
  return secret;
}
