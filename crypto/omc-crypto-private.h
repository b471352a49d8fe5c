/* omc-crypto-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* Sets OMC_CRYPTO_ERROR_FAILED from the library's error queue and empties it. Always FALSE. what: "seal", "derive"... */
gboolean _omc_crypto_fail (GError **error, const char *what);

/* Room for length bytes that the caller fills before anybody else sees the secret. */
OmcSecret *_omc_secret_new_uninitialized (gsize length, guint8 **data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
