/* omc-hash.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_HASH_LENGTH 32

gboolean
omc_hash_sha256 (gconstpointer data, gsize length, guint8 hash[OMC_HASH_LENGTH], GError **error);
/* Two lower-case hexadecimal digits a byte, at the end of text. Not for keys: it is not constant time. */
void omc_hash_append_hex (GString *text, gconstpointer data, gsize length);
/* Constant time. */
gboolean omc_hash_equal (const guint8 a[OMC_HASH_LENGTH], const guint8 b[OMC_HASH_LENGTH]);

/**
 * OmcHmac:
 *
 * HMAC-SHA256 under one key, for many messages; one thread at a time.
 */
typedef struct _OmcHmac OmcHmac;

OmcHmac *omc_hmac_new (OmcSecret *key, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_hmac_free (OmcHmac *self);
gboolean omc_hmac_update (OmcHmac *self, gconstpointer data, gsize length, GError **error);
/* Gives the code of what was fed and starts the next message. */
gboolean omc_hmac_end (OmcHmac *self, guint8 code[OMC_HASH_LENGTH], GError **error);
/* The code of one message. */
gboolean omc_hmac_compute (OmcSecret *key,
                           gconstpointer data,
                           gsize length,
                           guint8 code[OMC_HASH_LENGTH],
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcHmac, omc_hmac_free)

G_END_DECLS
