/* omc-reader-unpack.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include <zstd.h>

#include "omc-reader-private.h"
#include "omc-reader.h"

#define MAX_UNPACKED (G_GUINT64_CONSTANT (8) << 30)
/* Text packs 10 to 60 times; below this size a bomb harms nobody. */
#define MAX_RATIO 500
#define HARMLESS (G_GUINT64_CONSTANT (64) << 20)
/* 128 MiB of history, the most that zstd's own program uses without --ultra. */
#define MAX_WINDOW_LOG 27

struct _OmcUnpacker
{
  GObject parent_instance;
  OmcUnpackerFormat format;
  GConverter *zlib;     /* (owned) (nullable) */
  ZSTD_DStream *zstd;   /* (owned) (nullable) */
  gboolean at_boundary; /* no member is open */
  guint64 n_in;
  guint64 n_out;
};

static void omc_unpacker_iface_init (GConverterIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OmcUnpacker,
                               omc_unpacker,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_CONVERTER, omc_unpacker_iface_init))

static GConverterResult
convert_gzip (OmcUnpacker *self,
              const void *input,
              gsize input_size,
              void *output,
              gsize output_size,
              GConverterFlags flags,
              gsize *n_read,
              gsize *n_written,
              GError **error)
{
  GConverterResult result = g_converter_convert (self->zlib, input, input_size, output, output_size,
                                                 flags, n_read, n_written, error);

  self->at_boundary = result == G_CONVERTER_FINISHED;
  if (self->at_boundary)
    g_converter_reset (self->zlib);

  return result;
}

static GConverterResult
convert_zstd (OmcUnpacker *self,
              const void *input,
              gsize input_size,
              void *output,
              gsize output_size,
              gsize *n_read,
              gsize *n_written,
              GError **error)
{
  ZSTD_inBuffer in = { input, input_size, 0 };
  ZSTD_outBuffer out = { output, output_size, 0 };
  gsize left = ZSTD_decompressStream (self->zstd, &out, &in);

  if (ZSTD_isError (left))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The zstd data is damaged: %s"),
                   ZSTD_getErrorName (left));
      return G_CONVERTER_ERROR;
    }
  *n_read = in.pos;
  *n_written = out.pos;
  self->at_boundary = left == 0;
  if (self->at_boundary)
    return G_CONVERTER_FINISHED;
  if (in.pos == 0 && out.pos == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                           _ ("The packed data is cut short"));
      return G_CONVERTER_ERROR;
    }

  return G_CONVERTER_CONVERTED;
}

static gboolean
is_bomb (OmcUnpacker *self)
{
  return self->n_out > MAX_UNPACKED ||
         (self->n_out > HARMLESS && self->n_out / MAX_RATIO > self->n_in);
}

static GConverterResult
omc_unpacker_convert (GConverter *converter,
                      const void *input,
                      gsize input_size,
                      void *output,
                      gsize output_size,
                      GConverterFlags flags,
                      gsize *n_read,
                      gsize *n_written,
                      GError **error)
{
  OmcUnpacker *self = OMC_UNPACKER (converter);
  GConverterResult result;

  *n_read = *n_written = 0;
  if (self->at_boundary && input_size == 0)
    {
      if (flags & G_CONVERTER_INPUT_AT_END)
        return G_CONVERTER_FINISHED;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                           _ ("The packed data is cut short"));
      return G_CONVERTER_ERROR;
    }

  if (self->format == OMC_UNPACKER_GZIP)
    result = convert_gzip (self, input, input_size, output, output_size, flags, n_read, n_written,
                           error);
  else
    result = convert_zstd (self, input, input_size, output, output_size, n_read, n_written, error);
  if (result == G_CONVERTER_ERROR)
    return result;

  self->n_in += *n_read;
  self->n_out += *n_written;
  if (is_bomb (self))
    {
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
          _ ("The packed data grows beyond all measure; unpack it by hand and look at it"));
      return G_CONVERTER_ERROR;
    }
  /* Another member may follow: only the end of the input is the end. */
  if (result == G_CONVERTER_FINISHED &&
      !(*n_read == input_size && (flags & G_CONVERTER_INPUT_AT_END)))
    return G_CONVERTER_CONVERTED;

  return result;
}

static void
omc_unpacker_reset (GConverter *converter)
{
  OmcUnpacker *self = OMC_UNPACKER (converter);

  if (self->zlib)
    g_converter_reset (self->zlib);
  if (self->zstd)
    ZSTD_DCtx_reset (self->zstd, ZSTD_reset_session_only);
  self->at_boundary = FALSE;
  self->n_in = self->n_out = 0;
}

static void
omc_unpacker_iface_init (GConverterIface *iface)
{
  iface->convert = omc_unpacker_convert;
  iface->reset = omc_unpacker_reset;
}

static void
omc_unpacker_finalize (GObject *object)
{
  OmcUnpacker *self = OMC_UNPACKER (object);

  g_clear_object (&self->zlib);
  g_clear_pointer (&self->zstd, ZSTD_freeDStream);

  G_OBJECT_CLASS (omc_unpacker_parent_class)->finalize (object);
}

static void
omc_unpacker_class_init (OmcUnpackerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_unpacker_finalize;
}

static void
omc_unpacker_init (OmcUnpacker *self)
{
}

GConverter *
omc_unpacker_new (OmcUnpackerFormat format)
{
  OmcUnpacker *self = g_object_new (OMC_TYPE_UNPACKER, NULL);

  self->format = format;
  if (format == OMC_UNPACKER_GZIP)
    self->zlib = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  else
    {
      self->zstd = ZSTD_createDStream ();
      if (!self->zstd)
        g_error ("out of memory");
      ZSTD_DCtx_setParameter (self->zstd, ZSTD_d_windowLogMax, MAX_WINDOW_LOG);
    }

  return G_CONVERTER (self);
}

GInputStream *
omc_reader_unpack (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  static const guint8 gzip_magic[] = { 0x1f, 0x8b };
  static const guint8 zstd_magic[] = { 0x28, 0xb5, 0x2f, 0xfd };
  g_autoptr (GInputStream) buffered = NULL;
  g_autoptr (GConverter) unpacker = NULL;
  const void *head;
  gsize length;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  buffered = g_buffered_input_stream_new_sized (stream, 65536);
  do
    {
      gssize n =
          g_buffered_input_stream_fill (G_BUFFERED_INPUT_STREAM (buffered), -1, cancellable, error);

      if (n < 0)
        return NULL;
      head = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (buffered), &length);
      if (n == 0)
        break;
    }
  while (length < sizeof zstd_magic);

  if (length >= sizeof gzip_magic && memcmp (head, gzip_magic, sizeof gzip_magic) == 0)
    unpacker = omc_unpacker_new (OMC_UNPACKER_GZIP);
  else if (length >= sizeof zstd_magic && memcmp (head, zstd_magic, sizeof zstd_magic) == 0)
    unpacker = omc_unpacker_new (OMC_UNPACKER_ZSTD);
  else
    return g_steal_pointer (&buffered);

  return g_converter_input_stream_new (buffered, unpacker);
}
