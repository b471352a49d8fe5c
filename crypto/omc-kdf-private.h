/* omc-kdf-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-kdf.h"

G_BEGIN_DECLS

/* Argon2id without the range check and with a salt of any length: for known answers only. */
OmcSecret *_omc_kdf_argon2id (const OmcKdfParams *params,
                              OmcSecret *passphrase,
                              gconstpointer salt,
                              gsize salt_length,
                              gsize length,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
