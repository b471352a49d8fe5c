/* omc-sealed-box.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_BOX_KEY_LENGTH 32

/*
 * A secret for who holds a private key (X25519), sealed by who knows only the public one:
 *   ephemeral public key 32 | envelope under HKDF-SHA256 (shared secret, salt: both public keys)
 */

OmcSecret *omc_box_new_key (GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean
omc_box_get_public (OmcSecret *private_key, guint8 public_key[OMC_BOX_KEY_LENGTH], GError **error);
GBytes *omc_box_seal (const guint8 public_key[OMC_BOX_KEY_LENGTH],
                      gconstpointer aad,
                      gsize aad_length,
                      OmcSecret *secret,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* OMC_CRYPTO_ERROR_DAMAGED when it is another key's or was changed. */
OmcSecret *omc_box_open (OmcSecret *private_key,
                         gconstpointer aad,
                         gsize aad_length,
                         GBytes *sealed,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
