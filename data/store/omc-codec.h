/* omc-codec.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  OMC_CODEC_STORED = 0,
  OMC_CODEC_ZSTD = 1,
} OmcCodecKind;

/**
 * OmcCodec:
 *
 * Makes payloads small: zstd with a dictionary that was trained on generated resources. Keeps its contexts; one
 * thread at a time. Knows nothing of keys or tables.
 */
typedef struct _OmcCodec OmcCodec;

OmcCodec *omc_codec_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_codec_free (OmcCodec *self);
/* out is overwritten and belongs to the caller's reuse; codec and dictionary go into the envelope's header. */
gboolean omc_codec_encode (OmcCodec *self,
                           gconstpointer plain,
                           gsize length,
                           GByteArray *out,
                           guint8 *codec,
                           guint16 *dictionary,
                           GError **error);
/* out ends in a NUL byte that its length does not count. */
gboolean omc_codec_decode (OmcCodec *self,
                           guint8 codec,
                           guint16 dictionary,
                           gconstpointer data,
                           gsize length,
                           GByteArray *out,
                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcCodec, omc_codec_free)

G_END_DECLS
