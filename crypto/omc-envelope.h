/* omc-envelope.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* header: format 1 | codec 1 | dictionary 2 | epoch 4, all big endian; then nonce 12, ciphertext, tag 16 */
#define OMC_ENVELOPE_OVERHEAD (8 + 12 + 16)

typedef struct
{
  guint8 codec;       /* how the plain bytes are compressed, by the caller's numbers */
  guint16 dictionary; /* 0: none */
  guint32 epoch;      /* which data key sealed it */
} OmcEnvelopeHeader;

/**
 * OmcSealer:
 *
 * Seals and opens payloads with one data key (AES-256-GCM), keeping the cipher contexts. The header is
 * authenticated too. Nonces are random-start counters, never repeated in a process; one thread at a time.
 */
typedef struct _OmcSealer OmcSealer;

OmcSealer *omc_sealer_new (OmcSecret *data_key, guint32 epoch) G_GNUC_WARN_UNUSED_RESULT;
void omc_sealer_free (OmcSealer *self);
guint32 omc_sealer_get_epoch (OmcSealer *self);
/* aad binds the payload to its place: "type/id/version". Appends the sealed blob to out. */
gboolean omc_sealer_seal (OmcSealer *self,
                          guint8 codec,
                          guint16 dictionary,
                          gconstpointer aad,
                          gsize aad_length,
                          gconstpointer plain,
                          gsize plain_length,
                          GByteArray *out,
                          GError **error);
/* OMC_CRYPTO_ERROR_DAMAGED when anything was changed. */
gboolean omc_sealer_open (OmcSealer *self,
                          gconstpointer aad,
                          gsize aad_length,
                          gconstpointer sealed,
                          gsize sealed_length,
                          GByteArray *out,
                          GError **error);
/* Reads the header without authenticating it, to choose the key; FALSE if too short or of an unknown format. */
gboolean omc_envelope_peek (gconstpointer sealed,
                            gsize sealed_length,
                            OmcEnvelopeHeader *header,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSealer, omc_sealer_free)

G_END_DECLS
