/* omc-codec.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-codec.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <zstd.h>

#include "omc-store-resources.h"
#include "omc-store-types.h"

/* performance.md: level 1 with a dictionary packs a resource in 2.4 us to a tenth of its size. */
#define LEVEL 1
#define DICTIONARY_ID 1
#define DICTIONARY_PATH "/org/omnicare/OmniCare/store/dictionaries/resources-1.zdict"
/* What a frame may claim to unpack to. */
#define MAX_PLAIN (256 * 1024 * 1024)

struct _OmcCodec
{
  ZSTD_CCtx *compressor;   /* (owned) */
  ZSTD_DCtx *decompressor; /* (owned) */
};

/* Only read once they are made; of all codecs, for as long as the program runs. */
typedef struct
{
  ZSTD_CDict *pack;   /* (nullable) */
  ZSTD_DDict *unpack; /* (nullable) */
} Dictionaries;

static const Dictionaries *
get_dictionaries (void)
{
  static Dictionaries dictionaries;
  static gsize made;

  if (g_once_init_enter (&made))
    {
      g_autoptr (GBytes) bytes =
          g_resource_lookup_data (omc_store_get_resource (), DICTIONARY_PATH, 0, NULL);
      gsize length = 0;
      gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

      if (data != NULL)
        dictionaries = (Dictionaries){ ZSTD_createCDict (data, length, LEVEL),
                                       ZSTD_createDDict (data, length) };
      g_once_init_leave (&made, 1);
    }

  return &dictionaries;
}

OmcCodec *
omc_codec_new (GError **error)
{
  const Dictionaries *dictionaries = get_dictionaries ();
  g_autoptr (OmcCodec) self = g_new0 (OmcCodec, 1);

  self->compressor = ZSTD_createCCtx ();
  self->decompressor = ZSTD_createDCtx ();
  if (self->compressor == NULL || self->decompressor == NULL || dictionaries->pack == NULL ||
      dictionaries->unpack == NULL)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                           _ ("The compression cannot be set up."));
      return NULL;
    }
  /* The envelope names the dictionary and authenticates the bytes. */
  ZSTD_CCtx_setParameter (self->compressor, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_setParameter (self->compressor, ZSTD_c_checksumFlag, 0);
  ZSTD_CCtx_refCDict (self->compressor, dictionaries->pack);

  return g_steal_pointer (&self);
}

void
omc_codec_free (OmcCodec *self)
{
  if (self == NULL)
    return;

  ZSTD_freeCCtx (self->compressor);
  ZSTD_freeDCtx (self->decompressor);
  g_free (self);
}

gboolean
omc_codec_encode (OmcCodec *self,
                  gconstpointer plain,
                  gsize length,
                  GByteArray *out,
                  guint8 *codec,
                  guint16 *dictionary,
                  GError **error)
{
  size_t packed;

  g_return_val_if_fail (self != NULL, FALSE);

  g_byte_array_set_size (out, (guint)ZSTD_compressBound (length));
  packed = ZSTD_compress2 (self->compressor, out->data, out->len, plain, length);
  if (ZSTD_isError (packed))
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_FAILED,
                           _ ("The record cannot be compressed."));
      return FALSE;
    }
  if (packed < length)
    {
      g_byte_array_set_size (out, (guint)packed);
      *codec = OMC_CODEC_ZSTD;
      *dictionary = DICTIONARY_ID;
      return TRUE;
    }

  g_byte_array_set_size (out, (guint)length);
  memcpy (out->data, plain, length);
  *codec = OMC_CODEC_STORED;
  *dictionary = 0;

  return TRUE;
}

static void
set_damaged (GError **error)
{
  g_set_error_literal (
      error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
      _ ("A payload cannot be unpacked. Fetch the record from the server again or restore it."));
}

static gboolean
unpack (OmcCodec *self,
        guint16 dictionary,
        gconstpointer data,
        gsize length,
        GByteArray *out,
        GError **error)
{
  unsigned long long size = ZSTD_getFrameContentSize (data, length);
  size_t n;

  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > MAX_PLAIN)
    {
      set_damaged (error);
      return FALSE;
    }
  if (dictionary != 0 && dictionary != DICTIONARY_ID)
    {
      g_set_error (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER,
          _ ("A payload needs the compression dictionary %u, which this version does not have. "
             "Install the newer version."),
          dictionary);
      return FALSE;
    }
  g_byte_array_set_size (out, (guint)size + 1);
  n = ZSTD_decompress_usingDDict (self->decompressor, out->data, size, data, length,
                                  dictionary != 0 ? get_dictionaries ()->unpack : NULL);
  if (ZSTD_isError (n) || n != size)
    {
      set_damaged (error);
      return FALSE;
    }

  return TRUE;
}

gboolean
omc_codec_decode (OmcCodec *self,
                  guint8 codec,
                  guint16 dictionary,
                  gconstpointer data,
                  gsize length,
                  GByteArray *out,
                  GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (codec == OMC_CODEC_ZSTD)
    {
      if (!unpack (self, dictionary, data, length, out, error))
        return FALSE;
    }
  else if (codec == OMC_CODEC_STORED)
    {
      g_byte_array_set_size (out, (guint)length + 1);
      if (length > 0)
        memcpy (out->data, data, length);
    }
  else
    {
      g_set_error_literal (
          error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER,
          _ ("A payload is packed in a way that this version does not know. Install the newer "
             "version."));
      return FALSE;
    }
  out->data[out->len - 1] = '\0';
  g_byte_array_set_size (out, out->len - 1);

  return TRUE;
}
