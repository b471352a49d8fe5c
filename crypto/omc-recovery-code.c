/* omc-recovery-code.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-recovery-code.h"

#define N_SYMBOLS (OMC_RECOVERY_CODE_BYTES * 8 / 5)
#define GROUP 4

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The number modulo 37, Crockford's check; 32 to 36 would be signs that some keyboards lack. */
static guint
check_of (OmcSecret *code)
{
  const guint8 *bytes = omc_secret_get_data (code, NULL);
  guint rest = 0;

  for (guint i = 0; i < OMC_RECOVERY_CODE_BYTES; i++)
    rest = (rest * 256 + bytes[i]) % 37;
  return rest;
}

OmcSecret *
omc_recovery_code_new (void)
{
  for (;;)
    {
      g_autoptr (OmcSecret) code = omc_secret_new_random (OMC_RECOVERY_CODE_BYTES);

      if (check_of (code) < 32)
        return g_steal_pointer (&code);
    }
}

char *
omc_recovery_code_format (OmcSecret *code)
{
  const guint8 *bytes;
  char *text;
  gsize n = 0;

  g_return_val_if_fail (code != NULL && omc_secret_get_length (code) == OMC_RECOVERY_CODE_BYTES,
                        NULL);

  bytes = omc_secret_get_data (code, NULL);
  text = g_malloc0 (N_SYMBOLS + N_SYMBOLS / GROUP + 2);
  for (guint i = 0; i < N_SYMBOLS; i++)
    {
      guint bit = i * 5;
      guint pair =
          bytes[bit / 8] << 8 | (bit / 8 + 1 < OMC_RECOVERY_CODE_BYTES ? bytes[bit / 8 + 1] : 0);

      text[n++] = ALPHABET[pair >> (11 - bit % 8) & 31];
      if (i % GROUP == GROUP - 1)
        text[n++] = '-';
    }
  text[n] = ALPHABET[check_of (code) % 32];
  return text;
}

static int
symbol_value (char c)
{
  const char *place;

  c = g_ascii_toupper (c);
  if (c == 'O')
    c = '0';
  else if (c == 'I' || c == 'L')
    c = '1';
  place = c != '\0' ? strchr (ALPHABET, c) : NULL;
  return place != NULL ? (int)(place - ALPHABET) : -1;
}

/* -1: not a symbol, or too many of them. */
static int
read_symbols (const char *text, guint8 values[N_SYMBOLS + 1])
{
  int n = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      int value;

      if (g_ascii_isspace (*p) || *p == '-')
        continue;
      value = symbol_value (*p);
      if (value < 0 || n > N_SYMBOLS)
        return -1;
      values[n++] = (guint8)value;
    }
  return n;
}

OmcSecret *
omc_recovery_code_parse (const char *text, GError **error)
{
  g_autoptr (OmcSecret) code = NULL;
  guint8 values[N_SYMBOLS + 1] = { 0 };
  guint8 bytes[OMC_RECOVERY_CODE_BYTES] = { 0 };
  int n;

  g_return_val_if_fail (text != NULL, NULL);

  n = read_symbols (text, values);
  if (n == N_SYMBOLS + 1)
    {
      for (guint i = 0; i < N_SYMBOLS * 5; i++)
        bytes[i / 8] |= (guint8)((values[i / 5] >> (4 - i % 5) & 1) << (7 - i % 8));
      code = omc_secret_new (bytes, sizeof bytes);
      if (check_of (code) != values[N_SYMBOLS])
        g_clear_pointer (&code, omc_secret_unref);
    }
  omc_wipe (values, sizeof values);
  omc_wipe (bytes, sizeof bytes);
  if (code == NULL)
    g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET,
                 _ ("This is not a recovery code: it has %d letters and digits; compare it with "
                    "the printed one"),
                 N_SYMBOLS + 1);
  return g_steal_pointer (&code);
}
