/* omc-vault.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-vault.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-envelope.h"
#include "omc-pack-ahead.h"
#include "omc-store-types.h"

/* Buffers above this go back to the system after use. */
#define KEEP_BUFFER (1024 * 1024)

struct _OmcVault
{
  OmcCodec *codec;     /* (owned) */
  GPtrArray *sealers;  /* (owned) (element-type OmcSealer), by rising epoch */
  GByteArray *packed;  /* (owned) */
  GByteArray *sealed;  /* (owned) */
  GByteArray *plain;   /* (owned) */
  OmcPackAhead *ahead; /* (owned) (nullable) */
  OmcVaultKeysFunc keys_func;
  gpointer keys_data;
};

OmcVault *
omc_vault_new (GError **error)
{
  g_autoptr (OmcCodec) codec = omc_codec_new (error);
  OmcVault *self;

  if (codec == NULL)
    return NULL;

  self = g_new0 (OmcVault, 1);
  self->codec = g_steal_pointer (&codec);
  self->sealers = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_sealer_free);
  self->packed = g_byte_array_new ();
  self->sealed = g_byte_array_new ();
  self->plain = g_byte_array_new ();

  return self;
}

static void
wipe_buffer (GByteArray *buffer)
{
  if (buffer->len > 0)
    omc_wipe (buffer->data, buffer->len);
  g_byte_array_unref (buffer);
}

void
omc_vault_free (OmcVault *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->ahead, omc_pack_ahead_stop);
  g_clear_pointer (&self->codec, omc_codec_free);
  g_clear_pointer (&self->sealers, g_ptr_array_unref);
  g_clear_pointer (&self->packed, wipe_buffer);
  g_clear_pointer (&self->sealed, g_byte_array_unref);
  g_clear_pointer (&self->plain, wipe_buffer);
  g_free (self);
}

static OmcSealer *
find_sealer (OmcVault *self, guint32 epoch)
{
  for (guint i = self->sealers->len; i > 0; i--)
    {
      OmcSealer *sealer = g_ptr_array_index (self->sealers, i - 1);

      if (omc_sealer_get_epoch (sealer) == epoch)
        return sealer;
    }

  return NULL;
}

void
omc_vault_add_key (OmcVault *self, OmcSecret *data_key, guint32 epoch)
{
  guint place = self->sealers->len;

  g_return_if_fail (find_sealer (self, epoch) == NULL);

  while (place > 0 && omc_sealer_get_epoch (g_ptr_array_index (self->sealers, place - 1)) > epoch)
    place--;
  g_ptr_array_insert (self->sealers, (int)place, omc_sealer_new (data_key, epoch));
}

gboolean
omc_vault_has_epoch (OmcVault *self, guint32 epoch)
{
  return find_sealer (self, epoch) != NULL;
}

guint32
omc_vault_get_epoch (OmcVault *self)
{
  if (self->sealers->len == 0)
    return 0;
  return omc_sealer_get_epoch (g_ptr_array_index (self->sealers, self->sealers->len - 1));
}

void
omc_vault_drop_keys (OmcVault *self, guint32 epoch)
{
  while (self->sealers->len > 0 && omc_sealer_get_epoch (self->sealers->pdata[0]) < epoch)
    g_ptr_array_remove_index (self->sealers, 0);
}

void
omc_vault_drop_newest_key (OmcVault *self)
{
  g_return_if_fail (self->sealers->len > 0);

  g_ptr_array_remove_index (self->sealers, self->sealers->len - 1);
}

OmcCodec *
omc_vault_get_codec (OmcVault *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->codec;
}

void
omc_vault_set_keys_func (OmcVault *self, OmcVaultKeysFunc func, gpointer user_data)
{
  self->keys_func = func;
  self->keys_data = user_data;
}

static void
trim (GByteArray **buffer)
{
  if ((*buffer)->len > KEEP_BUFFER)
    {
      wipe_buffer (*buffer);
      *buffer = g_byte_array_new ();
    }
}

static const GByteArray *
seal (OmcVault *self,
      const char *place,
      guint8 codec,
      guint16 dictionary,
      const guint8 *packed,
      gsize length,
      GError **error)
{
  g_byte_array_set_size (self->sealed, 0);

  return omc_sealer_seal (g_ptr_array_index (self->sealers, self->sealers->len - 1), codec,
                          dictionary, place, strlen (place), packed, length, self->sealed, error)
             ? self->sealed
             : NULL;
}

const GByteArray *
omc_vault_seal (OmcVault *self,
                const char *place,
                gconstpointer plain,
                gsize length,
                GError **error)
{
  guint8 codec;
  guint16 dictionary;

  g_return_val_if_fail (self != NULL && self->sealers->len > 0, NULL);

  trim (&self->packed);
  if (!omc_codec_encode (self->codec, plain, length, self->packed, &codec, &dictionary, error))
    return NULL;

  return seal (self, place, codec, dictionary, self->packed->data, self->packed->len, error);
}

/* What was packed, in self->packed. */
static gboolean
unseal (OmcVault *self,
        const char *place,
        gconstpointer sealed,
        gsize length,
        OmcEnvelopeHeader *header,
        GError **error)
{
  OmcSealer *sealer;

  trim (&self->packed);
  g_byte_array_set_size (self->packed, 0);
  if (omc_envelope_peek (sealed, length, header, NULL))
    {
      sealer = find_sealer (self, header->epoch);
      if (sealer == NULL && self->keys_func != NULL)
        {
          self->keys_func (self, self->keys_data);
          sealer = find_sealer (self, header->epoch);
        }
      if (sealer != NULL &&
          omc_sealer_open (sealer, place, strlen (place), sealed, length, self->packed, NULL))
        return TRUE;
    }
  g_set_error_literal (
      error, OMC_STORE_ERROR, OMC_STORE_ERROR_DAMAGED,
      _ ("A payload fails authentication: it was changed or moved. Fetch the record from the "
         "server again or restore a backup."));

  return FALSE;
}

const GByteArray *
omc_vault_open (OmcVault *self,
                const char *place,
                gconstpointer sealed,
                gsize length,
                GError **error)
{
  OmcEnvelopeHeader header;

  g_return_val_if_fail (self != NULL, NULL);

  trim (&self->plain);
  if (!unseal (self, place, sealed, length, &header, error) ||
      !omc_codec_decode (self->codec, header.codec, header.dictionary, self->packed->data,
                         self->packed->len, self->plain, error))
    return NULL;

  return self->plain;
}

const GByteArray *
omc_vault_reseal (OmcVault *self,
                  const char *place,
                  gconstpointer sealed,
                  gsize length,
                  GError **error)
{
  OmcEnvelopeHeader header;

  g_return_val_if_fail (self != NULL, NULL);

  if (!unseal (self, place, sealed, length, &header, error))
    return NULL;

  return seal (self, place, header.codec, header.dictionary, self->packed->data, self->packed->len,
               error);
}

void
omc_vault_begin_batch (OmcVault *self, GPtrArray *resources)
{
  g_return_if_fail (self != NULL && self->ahead == NULL);

  self->ahead = omc_pack_ahead_start (resources);
}

void
omc_vault_end_batch (OmcVault *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->ahead, omc_pack_ahead_stop);
}

const GByteArray *
omc_vault_seal_resource (OmcVault *self,
                         const char *place,
                         OmcResource *resource,
                         gsize *original_length,
                         GError **error)
{
  const OmcPacked *ready = self->ahead != NULL ? omc_pack_ahead_find (self->ahead, resource) : NULL;
  g_autofree char *text = NULL;

  if (ready != NULL)
    {
      *original_length = ready->original_length;
      return seal (self, place, ready->codec, ready->dictionary, ready->data, ready->length, error);
    }
  text = omc_resource_to_string (resource, original_length);

  return omc_vault_seal (self, place, text, *original_length, error);
}

OmcResource *
omc_vault_open_resource (OmcVault *self,
                         const char *place,
                         gconstpointer sealed,
                         gsize length,
                         GError **error)
{
  const GByteArray *plain = omc_vault_open (self, place, sealed, length, error);

  if (plain == NULL)
    return NULL;

  return omc_resource_parse ((const char *)plain->data, (gssize)plain->len, error);
}
