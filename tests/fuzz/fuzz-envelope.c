/* fuzz-envelope.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-envelope.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define AAD "Patient/1/1"

/* As a sealed blob: opens, or fails and leaves nothing. As a plain text: comes back equal. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  guint8 raw[32];
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  OmcEnvelopeHeader header;

  for (guint i = 0; i < sizeof raw; i++)
    raw[i] = (guint8)i;
  key = omc_secret_new (raw, sizeof raw);
  sealer = omc_sealer_new (key, 7);
  if (omc_envelope_peek (data, size, &header, NULL))
    g_assert_cmpuint (size, >=, OMC_ENVELOPE_OVERHEAD);
  if (omc_sealer_open (sealer, AAD, strlen (AAD), data, size, out, &error))
    g_assert_cmpuint (out->len, ==, size - OMC_ENVELOPE_OVERHEAD);
  else
    g_assert_true (error != NULL && out->len == 0);

  g_byte_array_set_size (out, 0);
  g_assert_true (omc_sealer_seal (sealer, 1, 0, AAD, strlen (AAD), data, size, sealed, NULL));
  g_assert_true (omc_sealer_open (sealer, AAD, strlen (AAD), sealed->data, sealed->len, out, NULL));
  g_assert_cmpmem (out->data, out->len, data, size);
  return 0;
}
