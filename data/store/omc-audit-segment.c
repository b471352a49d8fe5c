/* omc-audit-segment.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-audit-segment.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-envelope.h"
#include "omc-hash.h"
#include "omc-kdf.h"
#include "omc-random.h"
#include "omc-store-types.h"

#define MAGIC "OMCAUDIT"
#define FORMAT 1
#define KEY_LABEL "omnicare audit segment 1"
#define KEY_LENGTH 32
#define NO_ITEMS G_MAXUINT32

typedef struct
{
  char magic[8];
  guint32 format;
  guint32 body_length;
  guint64 first;
  guint64 last;
  guint8 previous[OMC_AUDIT_HASH_LENGTH];
  guint8 hash[OMC_AUDIT_HASH_LENGTH];
  guint8 salt[16];
  guint8 code[OMC_HASH_LENGTH];
} Header;

G_STATIC_ASSERT (sizeof (Header) == OMC_AUDIT_SEGMENT_HEADER_LENGTH);

void
omc_audit_segment_add (GByteArray *plain, const OmcAuditRecord *record)
{
  guint32 lengths[2];

  g_return_if_fail (plain != NULL && record != NULL);
  g_return_if_fail (record->length < NO_ITEMS && record->items_length < NO_ITEMS);

  lengths[0] = GUINT32_TO_BE ((guint32)record->length);
  lengths[1] = GUINT32_TO_BE (record->items != NULL ? (guint32)record->items_length : NO_ITEMS);
  g_byte_array_append (plain, (const guint8 *)lengths, sizeof lengths);
  g_byte_array_append (plain, (const guint8 *)record->entry, (guint)record->length);
  if (record->items != NULL)
    g_byte_array_append (plain, record->items, (guint)record->items_length);
}

gboolean
omc_audit_segment_next (const GByteArray *plain, gsize *position, OmcAuditRecord *record)
{
  const guint8 *data = plain->data + *position;
  gsize left = plain->len - *position;
  guint32 lengths[2];
  gsize length, items_length;

  if (left < sizeof lengths)
    return FALSE;
  memcpy (lengths, data, sizeof lengths);
  length = GUINT32_FROM_BE (lengths[0]);
  items_length = GUINT32_FROM_BE (lengths[1]);
  record->items = NULL;
  record->items_length = items_length == NO_ITEMS ? 0 : items_length;
  data += sizeof lengths;
  left -= sizeof lengths;
  if (length > left || record->items_length > left - length)
    return FALSE;
  record->entry = (const char *)data;
  record->length = length;
  if (items_length != NO_ITEMS)
    record->items = data + length;
  *position += sizeof lengths + length + record->items_length;

  return TRUE;
}

static gboolean
make_code (const Header *header, OmcSecret *key, guint8 code[OMC_HASH_LENGTH], GError **error)
{
  return omc_hmac_compute (key, header, G_STRUCT_OFFSET (Header, code), code, error);
}

static OmcSealer *
make_sealer (const Header *header, OmcSecret *key, GError **error)
{
  g_autoptr (OmcSecret) own =
      omc_kdf_expand (key, header->salt, sizeof header->salt, KEY_LABEL, KEY_LENGTH, error);

  return own != NULL ? omc_sealer_new (own, 1) : NULL;
}

/* The header is bound without its length of the body, which is known after. */
static gboolean
seal_body (Header *header,
           const GByteArray *plain,
           OmcSecret *key,
           OmcCodec *codec,
           GByteArray *out,
           GError **error)
{
  g_autoptr (OmcSealer) sealer = make_sealer (header, key, error);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  guint16 dictionary;
  guint8 kind;

  return sealer != NULL &&
         omc_codec_encode (codec, plain->data, plain->len, packed, &kind, &dictionary, error) &&
         omc_sealer_seal (sealer, kind, dictionary, &header->first,
                          G_STRUCT_OFFSET (Header, code) - G_STRUCT_OFFSET (Header, first),
                          packed->data, packed->len, out, error);
}

GBytes *
omc_audit_segment_seal (const OmcAuditSegmentInfo *info,
                        const GByteArray *plain,
                        OmcSecret *key,
                        OmcCodec *codec,
                        GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  Header header = { .format = GUINT32_TO_BE (FORMAT) };

  g_return_val_if_fail (info != NULL && plain != NULL && key != NULL && codec != NULL, NULL);
  g_return_val_if_fail (info->first > 0 && info->last >= info->first, NULL);

  memcpy (header.magic, MAGIC, sizeof header.magic);
  header.first = GUINT64_TO_BE (info->first);
  header.last = GUINT64_TO_BE (info->last);
  memcpy (header.previous, info->previous, sizeof header.previous);
  memcpy (header.hash, info->hash, sizeof header.hash);
  omc_random_bytes (header.salt, sizeof header.salt);
  g_byte_array_set_size (out, sizeof header);
  if (!seal_body (&header, plain, key, codec, out, error))
    return NULL;
  header.body_length = GUINT32_TO_BE (out->len - (guint32)sizeof header);
  if (!make_code (&header, key, header.code, error))
    return NULL;
  memcpy (out->data, &header, sizeof header);

  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static gboolean
fail_damaged (GError **error)
{
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
                       _ ("A file of the audit archive was cut or changed. Put it back from a "
                          "backup and verify the audit trail."));

  return FALSE;
}

gboolean
omc_audit_segment_parse (gconstpointer data,
                         gsize length,
                         OmcSecret *key,
                         OmcAuditSegmentInfo *info,
                         guint64 *file_length,
                         GError **error)
{
  guint8 code[OMC_HASH_LENGTH];
  Header header;

  g_return_val_if_fail (key != NULL && info != NULL, FALSE);

  if (length < sizeof header)
    return fail_damaged (error);
  memcpy (&header, data, sizeof header);
  if (memcmp (header.magic, MAGIC, sizeof header.magic) != 0 ||
      !make_code (&header, key, code, NULL) || !omc_hash_equal (code, header.code))
    return fail_damaged (error);
  if (GUINT32_FROM_BE (header.format) != FORMAT)
    {
      g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_NEWER,
                           _ ("A file of the audit archive was made by a newer version of this "
                              "program. Install the newer version."));
      return FALSE;
    }
  info->first = GUINT64_FROM_BE (header.first);
  info->last = GUINT64_FROM_BE (header.last);
  memcpy (info->previous, header.previous, sizeof info->previous);
  memcpy (info->hash, header.hash, sizeof info->hash);
  if (file_length != NULL)
    *file_length = sizeof header + GUINT32_FROM_BE (header.body_length);

  return TRUE;
}

static gboolean
open_body (const guint8 *data,
           gsize length,
           OmcSecret *key,
           OmcCodec *codec,
           GByteArray *plain,
           GError **error)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (OmcSealer) sealer = NULL;
  OmcEnvelopeHeader envelope;
  Header header;

  memcpy (&header, data, sizeof header);
  data += sizeof header;
  length -= sizeof header;
  sealer = make_sealer (&header, key, error);
  if (sealer == NULL)
    return FALSE;
  if (!omc_envelope_peek (data, length, &envelope, NULL) ||
      !omc_sealer_open (sealer, &header.first,
                        G_STRUCT_OFFSET (Header, code) - G_STRUCT_OFFSET (Header, first), data,
                        length, packed, NULL))
    return fail_damaged (error);

  return omc_codec_decode (codec, envelope.codec, envelope.dictionary, packed->data, packed->len,
                           plain, error);
}

GByteArray *
omc_audit_segment_open (gconstpointer data,
                        gsize length,
                        OmcSecret *key,
                        OmcCodec *codec,
                        OmcAuditSegmentInfo *info,
                        GError **error)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  guint64 file_length;

  g_return_val_if_fail (codec != NULL, NULL);

  if (!omc_audit_segment_parse (data, length, key, info, &file_length, error))
    return NULL;
  if (file_length != length)
    {
      fail_damaged (error);
      return NULL;
    }

  return open_body (data, length, key, codec, plain, error) ? g_steal_pointer (&plain) : NULL;
}
