/* omc-key-roots.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-key-roots.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-private.h"
#include "omc-envelope.h"
#include "omc-kdf.h"

#define ROOT_LENGTH 32
/* root | database | next database, when there is one | once it is known: 1 when a server was met, else 0 | bound 4, big
 * endian */
#define KEYS_LENGTH_MAX (3 * ROOT_LENGTH)
#define TAIL_LENGTH 5

OmcKeyRoots *
omc_key_roots_new (void)
{
  OmcKeyRoots *self = g_new0 (OmcKeyRoots, 1);

  self->root = omc_secret_new_random (ROOT_LENGTH);
  self->database = omc_secret_new_random (ROOT_LENGTH);
  return self;
}

void
omc_key_roots_free (OmcKeyRoots *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->root, omc_secret_unref);
  g_clear_pointer (&self->database, omc_secret_unref);
  g_clear_pointer (&self->next_database, omc_secret_unref);
  g_free (self);
}

static OmcSealer *
make_sealer (const char *store_id, OmcSecret *master, char **aad, GError **error)
{
  g_autoptr (OmcSecret) key =
      omc_kdf_expand (master, NULL, 0, "omnicare key roots 1", ROOT_LENGTH, error);

  if (key == NULL)
    return NULL;
  *aad = g_strconcat ("key-roots/", store_id, NULL);
  return omc_sealer_new (key, 0);
}

GBytes *
omc_key_roots_seal (OmcKeyRoots *self, const char *store_id, OmcSecret *master, GError **error)
{
  g_autoptr (OmcSecret) plain = NULL;
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  g_autoptr (OmcSealer) sealer = NULL;
  g_autofree char *aad = NULL;
  OmcSecret *const parts[] = { self->root, self->database, self->next_database };
  gsize keys_length = self->next_database != NULL ? KEYS_LENGTH_MAX : 2 * ROOT_LENGTH;
  gboolean has_tail = self->has_server || self->bound_hours != 0;
  gsize length = keys_length + (has_tail ? TAIL_LENGTH : 0);
  guint32 bound = GUINT32_TO_BE (self->bound_hours);
  guint8 *data;

  sealer = make_sealer (store_id, master, &aad, error);
  if (sealer == NULL)
    return NULL;
  plain = _omc_secret_new_uninitialized (length, &data);
  for (gsize i = 0; i < keys_length / ROOT_LENGTH; i++)
    memcpy (data + i * ROOT_LENGTH, omc_secret_get_data (parts[i], NULL), ROOT_LENGTH);
  if (has_tail)
    {
      data[keys_length] = self->has_server ? 1 : 0;
      memcpy (data + keys_length + 1, &bound, sizeof bound);
    }
  if (!omc_sealer_seal (sealer, 0, 0, aad, strlen (aad), data, length, sealed, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&sealed));
}

static gboolean
is_whole (const GByteArray *plain, gsize keys_length)
{
  return (keys_length == 2 * ROOT_LENGTH || keys_length == KEYS_LENGTH_MAX) &&
         (plain->len == keys_length ||
          (plain->len == keys_length + TAIL_LENGTH && plain->data[keys_length] <= 1));
}

static void
read_tail (OmcKeyRoots *self, const guint8 *tail)
{
  guint32 bound;

  memcpy (&bound, tail + 1, sizeof bound);
  self->has_server = tail[0] == 1;
  self->bound_hours = GUINT32_FROM_BE (bound);
}

OmcKeyRoots *
omc_key_roots_open (GBytes *sealed, const char *store_id, OmcSecret *master, GError **error)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (OmcSealer) sealer = NULL;
  g_autofree char *aad = NULL;
  OmcKeyRoots *self = NULL;
  gsize length;
  gsize keys_length;
  gconstpointer data = g_bytes_get_data (sealed, &length);

  sealer = make_sealer (store_id, master, &aad, error);
  if (sealer == NULL || !omc_sealer_open (sealer, aad, strlen (aad), data, length, plain, error))
    return NULL;
  keys_length = plain->len - plain->len % ROOT_LENGTH;
  if (is_whole (plain, keys_length))
    {
      self = g_new0 (OmcKeyRoots, 1);
      self->root = omc_secret_new (plain->data, ROOT_LENGTH);
      self->database = omc_secret_new (plain->data + ROOT_LENGTH, ROOT_LENGTH);
      if (keys_length == KEYS_LENGTH_MAX)
        self->next_database = omc_secret_new (plain->data + 2 * ROOT_LENGTH, ROOT_LENGTH);
      if (plain->len > keys_length)
        read_tail (self, plain->data + keys_length);
    }
  else
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DAMAGED,
                         _ ("The keyring file is damaged"));
  omc_wipe (plain->data, plain->len);
  return self;
}
