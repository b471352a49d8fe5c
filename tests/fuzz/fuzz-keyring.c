/* fuzz-keyring.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-hash.h"
#include "omc-keyring.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read can be written and is then the same. */
static void
parse (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcKeyring) keyring = omc_keyring_parse (data, size, &error);
  g_autoptr (GBytes) bytes = NULL;

  g_assert_true ((keyring != NULL) == (error == NULL));
  if (keyring == NULL)
    return;
  bytes = omc_keyring_to_bytes (keyring, NULL);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, size);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *fitting = NULL;

  parse (data, size);
  if (size < OMC_HASH_LENGTH)
    return 0;
  /* Once more behind the checksum, where it would otherwise never get. */
  fitting = g_memdup2 (data, size);
  g_assert_true (
      omc_hash_sha256 (fitting, size - OMC_HASH_LENGTH, fitting + size - OMC_HASH_LENGTH, NULL));
  parse (fitting, size);
  return 0;
}
