/* omc-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-json-private.h"

#define MAX_TEXT ((gsize)256 << 20)
/* No single block of the parser is larger for a text of MAX_TEXT that is worth reading. */
#define MAX_BLOCK (6 * MAX_TEXT)

G_DEFINE_QUARK (omc-json-error-quark, omc_json_error)

typedef struct
{
  const char *data; /* after a byte order mark */
  gsize length;
} Text;

static void *
bounded_malloc (void *ctx, size_t size)
{
  return size <= MAX_BLOCK ? malloc (size) : NULL;
}

static void *
bounded_realloc (void *ctx, void *block, size_t old_size, size_t size)
{
  return size <= MAX_BLOCK ? realloc (block, size) : NULL;
}

static void
bounded_free (void *ctx, void *block)
{
  free (block);
}

static const yyjson_alc bounded_allocator = { bounded_malloc, bounded_realloc, bounded_free, NULL };

static void
locate (const Text *text, gsize offset, gsize *line, gsize *column)
{
  gsize character;

  *line = *column = 1;
  yyjson_locate_pos (text->data, text->length, MIN (offset, text->length), line, column,
                     &character);
}

static void
set_read_error (const Text *text, const yyjson_read_err *err, GError **error)
{
  gsize line;
  gsize column;

  locate (text, err->pos, &line, &column);
  if (err->code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
    g_set_error_literal (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE,
                         _ ("The document needs more memory than is allowed for one document"));
  else if (err->code == YYJSON_READ_ERROR_EMPTY_CONTENT || text->length == 0)
    g_set_error_literal (error, OMC_JSON_ERROR, OMC_JSON_ERROR_SYNTAX, _ ("The document is empty"));
  else
    g_set_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_SYNTAX,
                 _ ("Not valid JSON at line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT ": %s"),
                 line, column, err->msg);
}

/* Where the text first opens one bracket more than the bound allows. */
static gsize
find_too_deep (const Text *text)
{
  guint depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < text->length; i++)
    {
      char c = text->data[i];

      if (in_string)
        {
          if (c == '\\')
            i++;
          else if (c == '"')
            in_string = FALSE;
        }
      else if (c == '"')
        in_string = TRUE;
      else if ((c == '{' || c == '[') && ++depth > OMC_JSON_MAX_DEPTH)
        return i;
      else if (c == '}' || c == ']')
        depth--;
    }

  return 0;
}

int
_omc_json_key_compare (const yyjson_val *a, const yyjson_val *b)
{
  gsize length_a = unsafe_yyjson_get_len ((void *)a);
  gsize length_b = unsafe_yyjson_get_len ((void *)b);

  if (length_a != length_b)
    return length_a < length_b ? -1 : 1;
  return memcmp (unsafe_yyjson_get_str ((void *)a), unsafe_yyjson_get_str ((void *)b), length_a);
}

static int
compare_key_pointers (const void *a, const void *b)
{
  return _omc_json_key_compare (*(yyjson_val *const *)a, *(yyjson_val *const *)b);
}

yyjson_val **
_omc_json_dup_sorted_keys (const yyjson_val *object)
{
  gsize n = unsafe_yyjson_get_len ((void *)object);
  yyjson_val **keys = g_new (yyjson_val *, MAX (n, 1));
  yyjson_val *key = unsafe_yyjson_get_first ((yyjson_val *)object);

  for (gsize i = 0; i < n; i++)
    {
      keys[i] = key;
      key = unsafe_yyjson_get_next (key + 1);
    }
  qsort (keys, n, sizeof *keys, compare_key_pointers);

  return keys;
}

static yyjson_val *
find_duplicate_sorted (yyjson_val *object)
{
  gsize n = unsafe_yyjson_get_len (object);
  g_autofree yyjson_val **keys = _omc_json_dup_sorted_keys (object);

  for (gsize i = 1; i < n; i++)
    if (_omc_json_key_compare (keys[i - 1], keys[i]) == 0)
      return MAX (keys[i - 1], keys[i]);

  return NULL;
}

/* The second of two equal keys, or NULL. */
static yyjson_val *
find_duplicate (yyjson_val *object)
{
  gsize n = unsafe_yyjson_get_len (object);
  yyjson_val *keys[OMC_JSON_SMALL_OBJECT];
  yyjson_val *key = unsafe_yyjson_get_first (object);

  if (n > OMC_JSON_SMALL_OBJECT)
    return find_duplicate_sorted (object);

  for (gsize i = 0; i < n; i++)
    {
      const char *name = unsafe_yyjson_get_str (key);

      /* Nearly all pairs differ in length or first byte. */
      for (gsize j = 0; j < i; j++)
        if (keys[j]->tag >> YYJSON_TAG_BIT == key->tag >> YYJSON_TAG_BIT &&
            keys[j]->uni.str[0] == name[0] && _omc_json_key_compare (keys[j], key) == 0)
          return key;
      keys[i] = key;
      key = unsafe_yyjson_get_next (key + 1);
    }

  return NULL;
}

static gboolean
set_string_error (yyjson_doc *doc,
                  const Text *text,
                  yyjson_val *string,
                  OmcJsonError code,
                  const char *problem,
                  GError **error)
{
  gsize line;
  gsize column;
  g_autofree char *place = NULL;

  /* The parser unescapes in place, in a copy of the text. */
  locate (text, unsafe_yyjson_get_str (string) - doc->str_pool, &line, &column);
  place = g_strdup_printf (_ ("line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT), line, column);
  g_set_error (error, OMC_JSON_ERROR, code, "%s: %s", place, problem);

  return FALSE;
}

static gboolean
set_too_deep (const Text *text, GError **error)
{
  gsize line;
  gsize column;

  locate (text, find_too_deep (text), &line, &column);
  g_set_error (
      error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_DEEP,
      _ ("More than %d levels of nesting at line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT),
      OMC_JSON_MAX_DEPTH, line, column);

  return FALSE;
}

/* Walks the flat array of values, so that a hostile depth costs no stack. */
static gboolean
check_values (yyjson_doc *doc, const Text *text, gboolean may_hold_nul, GError **error)
{
  yyjson_val *ends[OMC_JSON_MAX_DEPTH];
  yyjson_val *end = unsafe_yyjson_get_next (doc->root);
  yyjson_val *twin;
  guint depth = 0;

  for (yyjson_val *value = doc->root; value < end; value++)
    {
      yyjson_type type = unsafe_yyjson_get_type (value);

      while (depth > 0 && value == ends[depth - 1])
        depth--;
      if (type == YYJSON_TYPE_OBJ || type == YYJSON_TYPE_ARR)
        {
          if (depth == OMC_JSON_MAX_DEPTH)
            return set_too_deep (text, error);
          ends[depth++] = unsafe_yyjson_get_next (value);
          if (type == YYJSON_TYPE_OBJ && (twin = find_duplicate (value)) != NULL)
            return set_string_error (doc, text, twin, OMC_JSON_ERROR_DUPLICATE_KEY,
                                     _ ("this name stands twice in one object"), error);
        }
      else if (may_hold_nul && type == YYJSON_TYPE_STR &&
               memchr (unsafe_yyjson_get_str (value), '\0', unsafe_yyjson_get_len (value)))
        return set_string_error (doc, text, value, OMC_JSON_ERROR_SYNTAX,
                                 _ ("the string holds the character U+0000"), error);
    }

  return TRUE;
}

/* Most documents have no backslash at all. */
static gboolean
may_hold_nul (const Text *text)
{
  const char *first = memchr (text->data, '\\', text->length);

  return first != NULL &&
         memmem (first, text->length - (gsize)(first - text->data), "\\u0000", 6) != NULL;
}

OmcJson *
_omc_json_new_take (yyjson_doc *doc)
{
  OmcJson *self = g_new (OmcJson, 1);

  g_assert (doc != NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->doc = doc;

  return self;
}

/**
 * omc_json_parse:
 * @data: UTF-8 text, not necessarily terminated; one byte order mark before it is skipped
 * @length: bytes, or -1 when @data is terminated
 *
 * Reads one JSON document strictly: RFC 8259 text of at most 256 MiB, unique names, at most
 * %OMC_JSON_MAX_DEPTH levels, no U+0000 in strings (FHIR allows none and C strings would cut there).
 *
 * Returns: (transfer full): the document, or %NULL with an error that names line and column
 */
OmcJson *
omc_json_parse (const char *data, gssize length, GError **error)
{
  Text text = { data, length < 0 && data ? strlen (data) : (gsize)length };
  yyjson_read_err err = { 0 };
  yyjson_doc *doc;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (text.length > MAX_TEXT)
    {
      g_set_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE,
                   _ ("The document has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT
                      " are read at once"),
                   text.length, MAX_TEXT);
      return NULL;
    }
  if (text.length >= 3 && memcmp (text.data, "\xef\xbb\xbf", 3) == 0)
    {
      text.data += 3;
      text.length -= 3;
    }

  doc = yyjson_read_opts ((char *)(text.data ? text.data : ""), text.length,
                          YYJSON_READ_NUMBER_AS_RAW, &bounded_allocator, &err);
  if (!doc)
    {
      set_read_error (&text, &err, error);
      return NULL;
    }
  if (!check_values (doc, &text, may_hold_nul (&text), error))
    {
      yyjson_doc_free (doc);
      return NULL;
    }

  return _omc_json_new_take (doc);
}

OmcJson *
omc_json_parse_bytes (GBytes *bytes, GError **error)
{
  gsize length;
  const char *data;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &length);
  return omc_json_parse (data ? data : "", (gssize)length, error);
}

OmcJson *
omc_json_ref (OmcJson *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_json_unref (OmcJson *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    {
      yyjson_doc_free (self->doc);
      g_free (self);
    }
}

const OmcJsonValue *
omc_json_get_root (OmcJson *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->doc->root;
}

char *
omc_json_to_string (OmcJson *self, gboolean pretty, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  return omc_json_value_to_string (self->doc->root, pretty, length);
}

/**
 * omc_json_value_to_string:
 * @length: (out) (optional): bytes of the text
 *
 * Numbers are written as they were read; of the ways to escape a character JSON's shortest is taken.
 *
 * Returns: (transfer full): UTF-8 text; "" for %NULL
 */
char *
omc_json_value_to_string (const OmcJsonValue *value, gboolean pretty, gsize *length)
{
  yyjson_write_flag flags = pretty ? YYJSON_WRITE_PRETTY_TWO_SPACES : YYJSON_WRITE_NOFLAG;
  yyjson_write_err err = { 0 };
  gsize size = 0;
  char *text =
      value ? yyjson_val_write_opts ((yyjson_val *)value, flags, NULL, &size, &err) : g_strdup ("");

  /* Every value was read from valid UTF-8, so that only memory can fail here. */
  if (!text)
    g_error ("cannot write JSON: %s", err.msg);
  if (length)
    *length = size;

  return text;
}
