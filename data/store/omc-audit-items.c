/* omc-audit-items.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-items.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* Packed: codec 1 | dictionary 2, big endian | the lines as the codec makes them. A line: action, then patient, type, id
 * and version between unit separators; what repeats comes first, so that it packs well. */
#define HEADER_LENGTH 3
#define SEPARATOR "\x1f"
#define N_FIELDS 5

struct _OmcAuditItems
{
  GString *lines; /* (owned) */
  guint n;
};

OmcAuditItems *
omc_audit_items_new (void)
{
  OmcAuditItems *self = g_new0 (OmcAuditItems, 1);

  self->lines = g_string_new (NULL);

  return self;
}

void
omc_audit_items_free (OmcAuditItems *self)
{
  if (self == NULL)
    return;

  g_string_free (self->lines, TRUE);
  g_free (self);
}

/* Ids and versions are a server's: what would end a field or a line does not. */
static void
append_field (OmcAuditItems *self, const char *field)
{
  gsize start;

  g_string_append (self->lines, SEPARATOR);
  start = self->lines->len;
  g_string_append (self->lines, field != NULL ? field : "");
  for (char *p = self->lines->str + start; *p != '\0'; p++)
    {
      if ((guchar)*p < ' ')
        *p = ' ';
    }
}

void
omc_audit_items_add (OmcAuditItems *self,
                     char action,
                     const char *type,
                     const char *id,
                     const char *version,
                     const char *patient_id)
{
  g_return_if_fail (self != NULL && type != NULL && id != NULL);

  self->n++;
  g_string_append_c (self->lines, action);
  append_field (self, patient_id);
  append_field (self, type);
  append_field (self, id);
  append_field (self, version);
  g_string_append_c (self->lines, '\n');
}

guint
omc_audit_items_get_size (OmcAuditItems *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n;
}

GBytes *
omc_audit_items_pack (OmcAuditItems *self, OmcCodec *codec, GError **error)
{
  g_autoptr (GByteArray) coded = g_byte_array_new ();
  GByteArray *packed;
  guint8 header[HEADER_LENGTH];
  guint16 dictionary;

  g_return_val_if_fail (self != NULL && codec != NULL, NULL);

  if (!omc_codec_encode (codec, self->lines->str, self->lines->len, coded, &header[0], &dictionary,
                         error))
    return NULL;
  header[1] = (guint8)(dictionary >> 8);
  header[2] = (guint8)dictionary;
  packed = g_byte_array_sized_new (HEADER_LENGTH + coded->len);
  g_byte_array_append (packed, header, sizeof header);
  g_byte_array_append (packed, coded->data, coded->len);

  return g_byte_array_free_to_bytes (packed);
}

static gboolean
append_digest (GString *text, gconstpointer data, gsize length, GError **error)
{
  guint8 digest[OMC_HASH_LENGTH];

  if (!omc_hash_sha256 (data, length, digest, error))
    return FALSE;
  omc_hash_append_hex (text, digest, sizeof digest);

  return TRUE;
}

char *
omc_audit_items_describe (guint n, GBytes *packed, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (packed != NULL, NULL);

  g_string_printf (text, "%u ", n);

  return append_digest (text, g_bytes_get_data (packed, NULL), g_bytes_get_size (packed), error)
             ? g_string_free (g_steal_pointer (&text), FALSE)
             : NULL;
}

gboolean
omc_audit_items_match (const char *description, gconstpointer data, gsize length)
{
  g_autoptr (GString) digest = NULL;
  const char *blank;

  if (description == NULL || *description == '\0')
    return data == NULL;
  blank = strchr (description, ' ');
  if (data == NULL || blank == NULL)
    return FALSE;
  digest = g_string_new (NULL);

  return append_digest (digest, data, length, NULL) && strcmp (digest->str, blank + 1) == 0;
}

static OmcAuditItem *
item_of (char **fields)
{
  OmcAuditItem *item = g_new0 (OmcAuditItem, 1);

  item->action = fields[0][0];
  item->patient_id = *fields[1] != '\0' ? g_strdup (fields[1]) : NULL;
  item->resource_type = g_strdup (fields[2]);
  item->resource_id = g_strdup (fields[3]);
  item->version_id = *fields[4] != '\0' ? g_strdup (fields[4]) : NULL;

  return item;
}

/* FALSE: this is none of our lines. */
static gboolean
take_line (const char *line, gsize length, const char *patient_id, GPtrArray *items)
{
  g_autofree char *text = g_strndup (line, length);
  g_auto (GStrv) fields = g_strsplit (text, SEPARATOR, N_FIELDS);

  if (g_strv_length (fields) != N_FIELDS)
    return FALSE;
  if (patient_id == NULL || strcmp (patient_id, fields[1]) == 0)
    g_ptr_array_add (items, item_of (fields));

  return TRUE;
}

static gboolean
take_lines (const char *text, gsize length, const char *patient_id, guint limit, GPtrArray *items)
{
  const char *end;

  for (const char *line = text; line < text + length; line = end + 1)
    {
      end = memchr (line, '\n', (gsize)(text + length - line));
      if (end == NULL || !take_line (line, (gsize)(end - line), patient_id, items))
        return FALSE;
      if (limit != 0 && items->len == limit)
        return TRUE;
    }

  return TRUE;
}

GPtrArray *
omc_audit_items_unpack (OmcCodec *codec,
                        gconstpointer data,
                        gsize length,
                        const char *patient_id,
                        guint limit,
                        GError **error)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_item_free);
  const guint8 *bytes = data;

  g_return_val_if_fail (codec != NULL, NULL);

  if (length >= HEADER_LENGTH &&
      omc_codec_decode (codec, bytes[0], (guint16)(bytes[1] << 8 | bytes[2]), bytes + HEADER_LENGTH,
                        length - HEADER_LENGTH, plain, NULL))
    {
      /* Most pages are about other people. */
      if (patient_id != NULL &&
          memmem (plain->data, plain->len, patient_id, strlen (patient_id)) == NULL)
        return g_steal_pointer (&items);
      if (take_lines ((const char *)plain->data, plain->len, patient_id, limit, items))
        return g_steal_pointer (&items);
    }
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                       _ ("The list of records of an audit entry is damaged. Verify the audit "
                          "trail."));

  return NULL;
}
