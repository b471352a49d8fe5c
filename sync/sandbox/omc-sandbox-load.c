/* omc-sandbox-load.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include "omc-sandbox-check.h"
#include "omc-sandbox-private.h"

/* Loaded resources of one millisecond: as close together as a busy server's are. */
#define EACH_MILLISECOND 50

GBytes *
_omc_sandbox_inflate (GBytes *bytes, gsize limit, GError **error)
{
  g_autoptr (GZlibDecompressor) gunzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GInputStream) raw = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (raw, G_CONVERTER (gunzip));
  g_autoptr (GByteArray) result = g_byte_array_new ();
  guint8 buffer[65536];
  gssize n_read;

  while ((n_read = g_input_stream_read (stream, buffer, sizeof buffer, NULL, error)) > 0)
    {
      g_byte_array_append (result, buffer, (guint)n_read);
      if (result->len > limit)
        {
          g_set_error_literal (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE, "File too large");
          return NULL;
        }
    }
  return n_read == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&result)) : NULL;
}

static gboolean
load_line (OmcSandboxCore *core, const char *line, gsize length, gint64 stamp, GError **error)
{
  g_auto (OmcSandboxRow) row = { 0 };
  g_autoptr (OmcResource) resource = omc_resource_parse (line, (gssize)length, error);
  g_autofree char *made = NULL;
  const char *id;

  if (resource == NULL)
    return FALSE;
  id = omc_resource_get_id (resource);
  if (id == NULL)
    id = made = omc_sandbox_store_make_id (core->store);
  if (!omc_sandbox_is_id (id))
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           "the id is not a FHIR id");
      return FALSE;
    }
  return omc_sandbox_store_write (core->store, omc_resource_get_resource_type (resource), id,
                                  resource, OMC_SANDBOX_PUT, stamp, &row, error);
}

static guint
count_lines (const char *text, gsize length)
{
  guint lines = 1;

  for (const char *at = text; (at = memchr (at, '\n', length - (gsize)(at - text))) != NULL; at++)
    lines++;
  return lines;
}

gboolean
_omc_sandbox_load (OmcSandboxCore *core,
                   const char *text,
                   gsize length,
                   guint *count,
                   GError **error)
{
  guint lines = count_lines (text, length);
  gint64 now = omc_clock_get_now (core->clock);
  const char *end = text + length;
  guint line = 0, loaded = 0;

  if (!omc_sandbox_store_begin (core->store, error))
    return FALSE;

  for (const char *at = text; at < end; line++)
    {
      const char *newline = memchr (at, '\n', (gsize)(end - at));
      const char *stop = newline != NULL ? newline : end;
      gint64 stamp = now - (gint64)((lines - line) / EACH_MILLISECOND) * 1000;
      gsize size = (gsize)(stop - at);

      if (size > 0 && at[size - 1] == '\r')
        size--;
      if (size > 0 && !load_line (core, at, size, stamp, error))
        {
          g_prefix_error (error, "line %u: ", line + 1);
          omc_sandbox_store_rollback (core->store);
          return FALSE;
        }
      loaded += size > 0;
      at = stop + 1;
    }

  if (count != NULL)
    *count = loaded;
  return omc_sandbox_store_commit (core->store, error);
}

gboolean
omc_sandbox_load_text (OmcSandbox *self,
                       const char *ndjson,
                       gssize length,
                       guint *count,
                       GError **error)
{
  gboolean ok;

  g_return_val_if_fail (self != NULL && ndjson != NULL, FALSE);

  g_mutex_lock (&self->lock);
  ok = _omc_sandbox_load (&self->core, ndjson, length < 0 ? strlen (ndjson) : (gsize)length, count,
                          error);
  g_mutex_unlock (&self->lock);
  return ok;
}

gboolean
omc_sandbox_load_file (OmcSandbox *self, const char *path, guint *count, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize length;

  g_return_val_if_fail (self != NULL && path != NULL, FALSE);

  file = g_mapped_file_new (path, FALSE, error);
  if (file == NULL)
    return FALSE;

  bytes = g_mapped_file_get_bytes (file);
  data = g_bytes_get_data (bytes, &length);
  if (length > 2 && memcmp (data, "\x1f\x8b", 2) == 0)
    {
      GBytes *inflated = _omc_sandbox_inflate (bytes, G_MAXUINT32 - 65536, error);

      if (inflated == NULL)
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
      g_bytes_unref (bytes);
      bytes = inflated;
      data = g_bytes_get_data (bytes, &length);
    }
  if (length == 0)
    {
      if (count != NULL)
        *count = 0;
      return TRUE;
    }
  if (omc_sandbox_load_text (self, data, (gssize)length, count, error))
    return TRUE;
  g_prefix_error (error, "%s, ", path);
  return FALSE;
}
