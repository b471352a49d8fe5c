/* omc-keyring.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-hash.h"
#include "omc-keyring.h"

/*
 * The file, all numbers big endian:
 *   magic 8 | version 4 | generation 8 | store id 36 | next slot id 4 | roots length 2, roots | slot count 4 | slots |
 *   SHA-256 of all before
 *   slot: id 4 | kind 1 | bound 1 | created 8 | kdf version, KiB, passes, lanes 4 x 4 | salt 16 | device id 8 |
 *         user length 2, user | public key 32 | wrapped length 2, wrapped | master length 2, master; empty: blocked
 * Every version begins with magic and version and ends with the SHA-256, so that a newer file and a damaged one
 * are told apart.
 */
#define KEYRING_MAGIC "OMCKEYS\n"
#define MAGIC_LENGTH 8
#define KEYRING_VERSION 2
#define STORE_ID_LENGTH 36
#define SLOTS_MAX 1024

typedef struct
{
  const guint8 *data;
  gsize left;
  gboolean failed;
} Reader;

void
omc_key_slot_info_free (OmcKeySlotInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->user);
  g_free (info);
}

void
omc_key_slot_free (OmcKeySlot *self)
{
  if (self == NULL)
    return;
  g_free (self->info.user);
  g_clear_pointer (&self->wrapped, g_bytes_unref);
  g_clear_pointer (&self->master, g_bytes_unref);
  g_free (self);
}

OmcKeyring *
omc_keyring_new (void)
{
  OmcKeyring *self = g_new0 (OmcKeyring, 1);

  self->store_id = g_uuid_string_random ();
  self->next_id = 1;
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_key_slot_free);
  return self;
}

void
omc_keyring_free (OmcKeyring *self)
{
  if (self == NULL)
    return;
  g_free (self->store_id);
  g_clear_pointer (&self->roots, g_bytes_unref);
  g_ptr_array_unref (self->slots);
  g_free (self);
}

OmcKeySlot *
omc_keyring_find (OmcKeyring *self, OmcKeySlotKind kind, const char *user)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (self->slots, i);

      if (slot->info.kind == kind && (user == NULL || g_strcmp0 (slot->info.user, user) == 0))
        return slot;
    }
  return NULL;
}

gboolean
omc_keyring_has_bound_slots (OmcKeyring *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (self->slots, i);

      if (slot->info.kind != OMC_KEY_SLOT_PIN && slot->info.device_bound)
        return TRUE;
    }
  return FALSE;
}

gboolean
omc_keyring_has_lasting_slot (OmcKeyring *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (self->slots, i);

      if (slot->info.kind != OMC_KEY_SLOT_PIN && slot->info.kind != OMC_KEY_SLOT_CREDENTIAL &&
          !slot->info.blocked)
        return TRUE;
    }
  return FALSE;
}

static void
put (GByteArray *out, guint64 value, guint width)
{
  guint64 be = GUINT64_TO_BE (value);

  g_byte_array_append (out, (const guint8 *)&be + (8 - width), width);
}

static void
put_slot_head (GByteArray *out, const OmcKeySlot *slot)
{
  const char *user = slot->info.user != NULL ? slot->info.user : "";

  put (out, slot->info.id, 4);
  put (out, slot->info.kind, 1);
  put (out, slot->info.device_bound ? 1 : 0, 1);
  put (out, (guint64)slot->info.created_at, 8);
  put (out, slot->kdf.version, 4);
  put (out, slot->kdf.memory_kib, 4);
  put (out, slot->kdf.passes, 4);
  put (out, slot->kdf.lanes, 4);
  g_byte_array_append (out, slot->salt, sizeof slot->salt);
  g_byte_array_append (out, slot->device_id, sizeof slot->device_id);
  put (out, strlen (user), 2);
  g_byte_array_append (out, (const guint8 *)user, (guint)strlen (user));
  g_byte_array_append (out, slot->public_key, sizeof slot->public_key);
}

/* bytes: (nullable) */
static void
put_bytes (GByteArray *out, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  put (out, length, 2);
  if (length > 0)
    g_byte_array_append (out, data, (guint)length);
}

void
omc_keyring_append_binding (const char *store_id, const OmcKeySlot *slot, GByteArray *out)
{
  g_return_if_fail (store_id != NULL && slot != NULL && out != NULL);

  g_byte_array_append (out, (const guint8 *)KEYRING_MAGIC, MAGIC_LENGTH);
  g_byte_array_append (out, (const guint8 *)store_id, (guint)strlen (store_id));
  put_slot_head (out, slot);
}

GBytes *
omc_keyring_to_bytes (OmcKeyring *self, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 hash[OMC_HASH_LENGTH];

  g_return_val_if_fail (self != NULL && strlen (self->store_id) == STORE_ID_LENGTH, NULL);

  g_byte_array_append (out, (const guint8 *)KEYRING_MAGIC, MAGIC_LENGTH);
  put (out, KEYRING_VERSION, 4);
  put (out, self->generation, 8);
  g_byte_array_append (out, (const guint8 *)self->store_id, STORE_ID_LENGTH);
  put (out, self->next_id, 4);
  put_bytes (out, self->roots);
  put (out, self->slots->len, 4);
  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcKeySlot *slot = g_ptr_array_index (self->slots, i);

      put_slot_head (out, slot);
      put_bytes (out, slot->wrapped);
      put_bytes (out, slot->master);
    }
  if (!omc_hash_sha256 (out->data, out->len, hash, error))
    return NULL;
  g_byte_array_append (out, hash, sizeof hash);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static const guint8 *
take (Reader *reader, gsize length)
{
  const guint8 *data = reader->data;

  if (reader->failed || reader->left < length)
    {
      reader->failed = TRUE;
      return NULL;
    }
  reader->data += length;
  reader->left -= length;
  return data;
}

static guint64
take_number (Reader *reader, guint width)
{
  const guint8 *data = take (reader, width);
  guint64 value = 0;

  for (guint i = 0; data != NULL && i < width; i++)
    value = value << 8 | data[i];
  return value;
}

static void
take_bytes (Reader *reader, guint8 *out, gsize length)
{
  const guint8 *data = take (reader, length);

  if (data != NULL)
    memcpy (out, data, length);
}

/* NULL when the file ends before. */
static GBytes *
take_sized (Reader *reader)
{
  gsize length = take_number (reader, 2);
  const guint8 *data = take (reader, length);

  return data != NULL ? g_bytes_new (data, length) : NULL;
}

static OmcKeySlot *
take_slot (Reader *reader)
{
  g_autoptr (OmcKeySlot) slot = g_new0 (OmcKeySlot, 1);
  const guint8 *data;
  guint64 bound;
  gsize length;

  slot->info.id = (guint)take_number (reader, 4);
  slot->info.kind = (OmcKeySlotKind)take_number (reader, 1);
  bound = take_number (reader, 1);
  slot->info.device_bound = bound == 1;
  slot->info.created_at = (gint64)take_number (reader, 8);
  slot->kdf.version = (guint32)take_number (reader, 4);
  slot->kdf.memory_kib = (guint32)take_number (reader, 4);
  slot->kdf.passes = (guint32)take_number (reader, 4);
  slot->kdf.lanes = (guint32)take_number (reader, 4);
  take_bytes (reader, slot->salt, sizeof slot->salt);
  take_bytes (reader, slot->device_id, sizeof slot->device_id);
  length = take_number (reader, 2);
  data = take (reader, length);
  if (data == NULL || length > OMC_KEYRING_USER_MAX || bound > 1 ||
      !g_utf8_validate_len ((const char *)data, length, NULL))
    return NULL;
  slot->info.user = length > 0 ? g_strndup ((const char *)data, length) : NULL;
  take_bytes (reader, slot->public_key, sizeof slot->public_key);
  slot->wrapped = take_sized (reader);
  slot->master = take_sized (reader);
  slot->info.blocked = slot->master != NULL && g_bytes_get_size (slot->master) == 0;
  return slot->master != NULL ? g_steal_pointer (&slot) : NULL;
}

static OmcKeyring *
take_keyring (Reader *reader)
{
  g_autoptr (OmcKeyring) self = omc_keyring_new ();
  const guint8 *store_id;
  guint64 count;

  self->generation = take_number (reader, 8);
  store_id = take (reader, STORE_ID_LENGTH);
  self->next_id = (guint32)take_number (reader, 4);
  self->roots = take_sized (reader);
  count = take_number (reader, 4);
  if (reader->failed || self->roots == NULL || count > SLOTS_MAX)
    return NULL;
  g_free (self->store_id);
  self->store_id = g_strndup ((const char *)store_id, STORE_ID_LENGTH);
  if (!g_uuid_string_is_valid (self->store_id))
    return NULL;
  for (guint64 i = 0; i < count; i++)
    {
      OmcKeySlot *slot = take_slot (reader);

      if (slot == NULL)
        return NULL;
      g_ptr_array_add (self->slots, slot);
    }
  return reader->left == 0 ? g_steal_pointer (&self) : NULL;
}

OmcKeyring *
omc_keyring_parse (gconstpointer data, gsize length, GError **error)
{
  OmcKeyring *self = NULL;
  guint8 hash[OMC_HASH_LENGTH];
  Reader reader = { data, length, FALSE };

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (length >= MAGIC_LENGTH + 4 + OMC_HASH_LENGTH && length <= OMC_KEYRING_LENGTH_MAX &&
      memcmp (data, KEYRING_MAGIC, MAGIC_LENGTH) == 0)
    {
      reader.left -= OMC_HASH_LENGTH;
      if (!omc_hash_sha256 (data, reader.left, hash, error))
        return NULL;
      if (omc_hash_equal (hash, (const guint8 *)data + reader.left))
        {
          guint64 version;

          take (&reader, MAGIC_LENGTH);
          version = take_number (&reader, 4);
          if (version > KEYRING_VERSION)
            {
              g_set_error_literal (
                  error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_UNSUPPORTED,
                  _ ("The keyring file was made by a newer program; use that program"));
              return NULL;
            }
          if (version == KEYRING_VERSION)
            self = take_keyring (&reader);
        }
    }
  if (self == NULL)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                         _ ("The keyring file is damaged"));
  return self;
}
