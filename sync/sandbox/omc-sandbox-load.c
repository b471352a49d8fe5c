/* omc-sandbox-load.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sandbox"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sandbox-check.h"
#include "omc-sandbox-private.h"
#include "omc-validate.h"

/* Loaded resources of one millisecond: as close together as a busy server's are. */
#define EACH_MILLISECOND 50

static gboolean
fail_long (gsize limit, GError **error)
{
  g_autofree char *size = g_format_size_full (limit, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE,
               _ ("there is more than %s, which is the limit"), size);
  return FALSE;
}

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
          fail_long (limit, error);
          return NULL;
        }
    }
  return n_read == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&result)) : NULL;
}

/* --- one load --- */

typedef struct
{
  guint entry;
  guint line;
} Place;

typedef struct
{
  OmcSandboxCore *core;
  Place place;
  GHashTable *references; /* (owned) (nullable): what is referred to -> the first Place that does */
} Load;

/* What is wrong with the entry itself is the file's to mend, and not a full disk. */
static gboolean
fail_at (const Place *place, GError **error)
{
  g_prefix_error (error, _ ("entry %u (line %u): "), place->entry, place->line);
  if (error != NULL && ((*error)->domain == OMC_FHIR_ERROR || (*error)->domain == OMC_JSON_ERROR))
    {
      g_autofree char *message = g_steal_pointer (&(*error)->message);

      (*error)->message =
          g_strdup_printf (_ ("%s; put it right or take it out. Nothing was loaded"), message);
    }

  return FALSE;
}

static void
note_reference (const char *reference, gpointer user_data)
{
  Load *load = user_data;

  if (!g_hash_table_contains (load->references, reference))
    g_hash_table_insert (load->references, g_strdup (reference),
                         g_memdup2 (&load->place, sizeof load->place));
}

static gboolean
load_line (Load *load, const char *line, gsize length, gint64 stamp, GError **error)
{
  OmcSandboxStore *store = load->core->store;
  g_auto (OmcSandboxRow) row = { 0 };
  g_autoptr (OmcResource) resource = omc_resource_parse (line, (gssize)length, error);
  g_autofree char *made = NULL;
  const char *id;

  if (resource == NULL || !omc_validate_check (resource, OMC_VALIDATE_STRICT, error))
    return FALSE;
  id = omc_resource_get_id (resource);
  if (id == NULL)
    id = made = omc_sandbox_store_make_id (store);
  if (!omc_sandbox_is_id (id))
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                           _ ("the id is not a FHIR id"));
      return FALSE;
    }
  if (load->references != NULL)
    omc_resource_foreach_reference (resource, note_reference, load);
  return omc_sandbox_store_write (store, omc_resource_get_resource_type (resource), id, resource,
                                  OMC_SANDBOX_PUT, stamp, &row, error);
}

/* Of what is nowhere, the first. */
static gboolean
check_references (Load *load, GError **error)
{
  g_autoptr (GPtrArray) one = g_ptr_array_new ();
  g_autoptr (GError) found = NULL;
  const Place *first = NULL;
  gpointer reference, value;
  GHashTableIter iter;

  if (load->references == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, load->references);
  while (g_hash_table_iter_next (&iter, &reference, &value))
    {
      const Place *place = value;
      g_autoptr (GError) local = NULL;

      if (first != NULL && place->entry > first->entry)
        continue;
      g_ptr_array_set_size (one, 0);
      g_ptr_array_add (one, reference);
      if (omc_sandbox_check_references (load->core, one, &local))
        continue;
      first = place;
      g_clear_error (&found);
      found = g_steal_pointer (&local);
    }
  if (found == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&found));

  return fail_at (first, error);
}

static guint
count_lines (const char *text, gsize length)
{
  guint lines = 1;

  for (const char *at = text; (at = memchr (at, '\n', length - (gsize)(at - text))) != NULL; at++)
    lines++;
  return lines;
}

static gboolean
load_lines (Load *load, const char *text, gsize length, GError **error)
{
  guint lines = count_lines (text, length);
  gint64 now = omc_clock_get_now (load->core->clock);
  const char *end = text + length;

  for (const char *at = text; at < end;)
    {
      const char *newline = memchr (at, '\n', (gsize)(end - at));
      const char *stop = newline != NULL ? newline : end;
      gint64 stamp = now - (gint64)((lines - load->place.line) / EACH_MILLISECOND) * 1000;
      gsize size = (gsize)(stop - at);

      load->place.line++;
      if (size > 0 && at[size - 1] == '\r')
        size--;
      load->place.entry += size > 0;
      if (size > 0 && !load_line (load, at, size, stamp, error))
        return fail_at (&load->place, error);
      at = stop + 1;
    }

  return check_references (load, error);
}

gboolean
_omc_sandbox_load (OmcSandboxCore *core,
                   const char *text,
                   gsize length,
                   guint *count,
                   GError **error)
{
  Load load = { .core = core };
  gboolean ok;

  if (!omc_sandbox_store_begin (core->store, error))
    return FALSE;
  if (core->profile->checks_references)
    load.references = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  ok = load_lines (&load, text, length, error);
  g_clear_pointer (&load.references, g_hash_table_unref);
  if (!ok)
    {
      omc_sandbox_store_rollback (core->store);
      return FALSE;
    }

  if (count != NULL)
    *count = load.place.entry;
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

  /* It is mapped and not read: a file that is too long takes no memory. */
  if (g_mapped_file_get_length (file) > OMC_SANDBOX_LOAD_MAX)
    {
      fail_long (OMC_SANDBOX_LOAD_MAX, error);
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  bytes = g_mapped_file_get_bytes (file);
  data = g_bytes_get_data (bytes, &length);
  if (length > 2 && memcmp (data, "\x1f\x8b", 2) == 0)
    {
      GBytes *inflated = _omc_sandbox_inflate (bytes, OMC_SANDBOX_LOAD_MAX, error);

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
