/* omc-reader.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-bundle.h"
#include "omc-reader.h"

#define MAX_DOCUMENT ((gsize)256 << 20)
#define CHUNK 65536

typedef struct
{
  const char *name;
  OmcReaderFlags flags;
  OmcReaderFunc func;
  OmcReaderProblemFunc problem_func;
  gpointer user_data;
} Reader;

/* Text that was read and not yet used. */
typedef struct
{
  GInputStream *stream;
  GCancellable *cancellable;
  GByteArray *buffer; /* (owned) */
  gsize start;        /* what lies before is used */
  gsize searched;     /* bytes from start on that hold no line end */
  gboolean at_end;
} Input;

/* A bad item: TRUE when the rest goes on. Takes problem. */
static gboolean
report (const Reader *self, const char *place, GError *problem, GError **error)
{
  if (!self->problem_func)
    {
      g_propagate_prefixed_error (error, problem, "%s: ", place);
      return FALSE;
    }
  self->problem_func (place, problem, self->user_data);
  g_error_free (problem);

  return TRUE;
}

static char *
map_urn (const char *reference, gpointer user_data)
{
  return g_strdup (g_hash_table_lookup (user_data, reference));
}

static OmcResource *
resolve (OmcResource *resource, const char *full_url, GHashTable *urns)
{
  g_autoptr (OmcResource) mapped = omc_resource_map_references (resource, map_urn, urns);

  if (!omc_resource_get_id (mapped) && full_url && g_hash_table_contains (urns, full_url))
    return omc_resource_with_id (mapped, full_url + strlen ("urn:uuid:"));

  return g_steal_pointer (&mapped);
}

/* Entries without a resource: answers say so rightly, a deletion is an item that cannot be read. */
static gboolean
skip_entry (const Reader *self, const OmcBundleEntry *entry, const char *place, GError **error)
{
  gboolean is_response = entry->status || g_strcmp0 (entry->request.method, "GET") == 0;

  if (is_response && g_strcmp0 (entry->request.method, "DELETE") != 0)
    return TRUE;

  return report (self, place,
                 g_error_new_literal (OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                                      _ ("The entry holds no resource; deletions are not read")),
                 error);
}

static gboolean
read_entry (const Reader *self,
            const OmcBundleEntry *entry,
            const char *place,
            GHashTable *urns,
            GError **error)
{
  GError *problem = NULL;
  g_autoptr (OmcResource) resource = NULL;

  if (!entry->resource)
    return skip_entry (self, entry, place, error);
  if (g_strcmp0 (entry->search_mode, "outcome") == 0)
    return TRUE;

  resource = omc_resource_new_from_value (entry->resource, &problem);
  if (!resource)
    return report (self, place, problem, error);
  if (urns)
    {
      OmcResource *resolved = resolve (resource, entry->full_url, urns);

      omc_resource_unref (resource);
      resource = resolved;
    }

  return self->func (resource, place, self->user_data, error);
}

static gboolean
read_bundle (const Reader *self, OmcResource *bundle, const char *place, GError **error)
{
  g_autoptr (GHashTable) urns =
      self->flags & OMC_READER_FROM_SERVER ? omc_bundle_map_urns (bundle) : NULL;
  const OmcJsonValue *entries = omc_json_value_get (omc_resource_get_root (bundle), "entry");
  OmcBundleIter iter;
  OmcBundleEntry entry;
  gsize i = 0;

  if (entries && omc_json_value_get_kind (entries) != OMC_JSON_ARRAY)
    return report (self, place,
                   g_error_new_literal (OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
                                        _ ("Bundle.entry must be an array")),
                   error);
  for (omc_bundle_iter_init (&iter, bundle); omc_bundle_iter_next (&iter, &entry); i++)
    {
      g_autofree char *item = g_strdup_printf ("%s: Bundle.entry[%" G_GSIZE_FORMAT "]", place, i);

      if (!read_entry (self, &entry, item, urns, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_document (const Reader *self,
               const char *text,
               gsize length,
               const char *place,
               GError **error)
{
  GError *problem = NULL;
  g_autoptr (OmcResource) resource = omc_resource_parse (text, (gssize)length, &problem);

  if (!resource)
    return report (self, place, problem, error);
  if (omc_resource_is_bundle (resource))
    return read_bundle (self, resource, place, error);

  return self->func (resource, place, self->user_data, error);
}

/* --- input --- */
static gboolean
input_fill (Input *self, GError **error)
{
  gsize kept = self->buffer->len - self->start;
  gssize n;

  if (self->start > 0)
    {
      memmove (self->buffer->data, self->buffer->data + self->start, kept);
      self->start = 0;
    }
  g_byte_array_set_size (self->buffer, kept + CHUNK);
  n = g_input_stream_read (self->stream, self->buffer->data + kept, CHUNK, self->cancellable,
                           error);
  g_byte_array_set_size (self->buffer, kept + MAX (n, 0));
  if (n == 0)
    self->at_end = TRUE;
  if (n >= 0 && self->buffer->len > MAX_DOCUMENT)
    {
      g_set_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE,
                   _ ("A document or line has more than %d MiB"), (int)(MAX_DOCUMENT >> 20));
      return FALSE;
    }

  return n >= 0;
}

/* FALSE without error at the end. The line lives until the next call. */
static gboolean
input_next_line (Input *self, const char **line, gsize *length, GError **error)
{
  for (;;)
    {
      gsize available = self->buffer->len - self->start;
      /* An array that never held anything has no data to count from. */
      const char *text = available > 0 ? (const char *)self->buffer->data + self->start : "";
      const char *end =
          available > 0 ? memchr (text + self->searched, '\n', available - self->searched) : NULL;

      if (end || (self->at_end && available > 0))
        {
          *line = text;
          *length = end ? (gsize)(end - text) : available;
          self->start += *length + (end ? 1 : 0);
          self->searched = 0;
          return TRUE;
        }
      self->searched = available;
      if (self->at_end || !input_fill (self, error))
        return FALSE;
    }
}

static gboolean
is_blank (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;

  return TRUE;
}

/* NDJSON when a first line that ends an object is followed by another object. */
static gboolean
sniff_ndjson (Input *input, gboolean *is_ndjson, GError **error)
{
  gsize searched = 0;

  *is_ndjson = FALSE;
  for (;;)
    {
      const char *text = (const char *)input->buffer->data;
      gsize length = input->buffer->len;
      const char *end =
          length > searched ? memchr (text + searched, '\n', length - searched) : NULL;
      const char *next = end;

      while (next && next < text + length && g_ascii_isspace (*next))
        next++;
      while (end && end > text && g_ascii_isspace (end[-1]))
        end--;
      if (end && (end == text || end[-1] != '}'))
        return TRUE;
      if (next && next < text + length)
        {
          *is_ndjson = *next == '{';
          return TRUE;
        }
      if (!end)
        searched = length;
      if (input->at_end)
        return TRUE;
      if (!input_fill (input, error))
        return FALSE;
    }
}

static gboolean
read_lines (const Reader *self, Input *input, GError **error)
{
  GError *failure = NULL;
  const char *line;
  gsize length;

  for (guint64 number = 1; input_next_line (input, &line, &length, &failure); number++)
    {
      g_autofree char *place = NULL;

      if (is_blank (line, length))
        continue;
      place = g_strdup_printf ("%s:%" G_GUINT64_FORMAT, self->name, number);
      if (!read_document (self, line, length, place, error))
        return FALSE;
    }
  if (failure)
    {
      g_propagate_prefixed_error (error, failure, "%s: ", self->name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
read_whole (const Reader *self, Input *input, GError **error)
{
  while (!input->at_end)
    if (!input_fill (input, error))
      {
        g_prefix_error (error, "%s: ", self->name);
        return FALSE;
      }

  return read_document (self, input->buffer->data ? (const char *)input->buffer->data : "",
                        input->buffer->len, self->name, error);
}

static gboolean
read_stream (const Reader *self, GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) plain = omc_reader_unpack (stream, cancellable, error);
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  Input input = { plain, cancellable, buffer, 0, 0, FALSE };
  gboolean is_ndjson = strstr (self->name, ".ndjson") || strstr (self->name, ".jsonl");

  if (!plain || (!is_ndjson && !sniff_ndjson (&input, &is_ndjson, error)))
    {
      g_prefix_error (error, "%s: ", self->name);
      return FALSE;
    }

  return is_ndjson ? read_lines (self, &input, error) : read_whole (self, &input, error);
}

gboolean
omc_reader_read_stream (GInputStream *stream,
                        const char *name,
                        OmcReaderFlags flags,
                        OmcReaderFunc func,
                        OmcReaderProblemFunc problem_func,
                        gpointer user_data,
                        GCancellable *cancellable,
                        GError **error)
{
  Reader self = { name, flags, func, problem_func, user_data };

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  return read_stream (&self, stream, cancellable, error);
}

gboolean
omc_reader_read_bytes (GBytes *bytes,
                       const char *name,
                       OmcReaderFlags flags,
                       OmcReaderFunc func,
                       OmcReaderProblemFunc problem_func,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (GInputStream) stream = NULL;

  g_return_val_if_fail (bytes != NULL, FALSE);

  stream = g_memory_input_stream_new_from_bytes (bytes);
  return omc_reader_read_stream (stream, name, flags, func, problem_func, user_data, NULL, error);
}

gboolean
omc_reader_read_file (GFile *file,
                      OmcReaderFlags flags,
                      OmcReaderFunc func,
                      OmcReaderProblemFunc problem_func,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  stream = g_file_read (file, cancellable, error);
  if (!stream)
    return FALSE;
  name = g_file_get_basename (file);

  return omc_reader_read_stream (G_INPUT_STREAM (stream), name, flags, func, problem_func,
                                 user_data, cancellable, error);
}
