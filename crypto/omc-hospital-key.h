/* omc-hospital-key.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* The two halves of a hospital's recovery key (X25519) as they are handed over: PEM, as `openssl genpkey -algorithm X25519`
 * and `openssl pkey -pubout` write it, or 64 hexadecimal digits. OMC_CRYPTO_ERROR_UNSUPPORTED for all else. */
gboolean omc_hospital_key_parse_public (const char *text,
                                        gsize length,
                                        guint8 public_key[32],
                                        GError **error);
OmcSecret *omc_hospital_key_parse_private (OmcSecret *text,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
