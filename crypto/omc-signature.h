/* omc-signature.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Ed25519 signatures of files, as `openssl pkeyutl -sign -rawin` makes them. */

#define OMC_SIGNATURE_KEY_LENGTH 32
#define OMC_SIGNATURE_LENGTH 64
/* Of a file with one, as bytes or text. */
#define OMC_SIGNATURE_FILE_MAX 1024

/* base64 of the 32 bytes, or of what stands in a PEM file of the public key. */
gboolean
omc_signature_parse_key (const char *text, guint8 key[OMC_SIGNATURE_KEY_LENGTH], GError **error);
/* signature: the 64 bytes or base64 of them. OMC_CRYPTO_ERROR_DAMAGED when it is not this key's over data. */
gboolean omc_signature_verify (const guint8 key[OMC_SIGNATURE_KEY_LENGTH],
                               GBytes *data,
                               GBytes *signature,
                               GError **error);

G_END_DECLS
