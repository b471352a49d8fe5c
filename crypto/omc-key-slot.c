/* omc-key-slot.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-private.h"
#include "omc-envelope.h"
#include "omc-key-slot.h"
#include "omc-random.h"

#define SLOT_KEY_LENGTH 32
#define STRETCHED_LENGTH 32
#define MASTER_LENGTH 32

/* One spelling for one passphrase: keyboards differ in how they compose accents. */
static OmcSecret *
normalize_passphrase (OmcSecret *passphrase)
{
  gsize length;
  const char *text = omc_secret_get_data (passphrase, &length);
  char *normal = g_utf8_validate_len (text, length, NULL)
                     ? g_utf8_normalize (text, (gssize)length, G_NORMALIZE_NFC)
                     : NULL;
  OmcSecret *result;

  if (normal == NULL)
    return omc_secret_ref (passphrase);
  result = omc_secret_new (normal, strlen (normal));
  omc_wipe (normal, strlen (normal));
  g_free (normal);
  return result;
}

static OmcSecret *
concatenate (OmcSecret *a, OmcSecret *b)
{
  gsize length_a;
  gsize length_b;
  gconstpointer data_a = omc_secret_get_data (a, &length_a);
  gconstpointer data_b = omc_secret_get_data (b, &length_b);
  guint8 *data;
  OmcSecret *both = _omc_secret_new_uninitialized (length_a + length_b, &data);

  memcpy (data, data_a, length_a);
  memcpy (data + length_a, data_b, length_b);
  return both;
}

static OmcSecret *
derive_slot_key (const OmcKeySlot *slot,
                 OmcSecret *secret,
                 OmcSecret *device_secret,
                 GError **error)
{
  g_autoptr (OmcSecret) stretched = NULL;
  g_autoptr (OmcSecret) input = NULL;

  /* What is random needs no stretching. */
  if (slot->info.kind == OMC_KEY_SLOT_RECOVERY || slot->info.kind == OMC_KEY_SLOT_CREDENTIAL)
    stretched = omc_secret_ref (secret);
  else
    {
      g_autoptr (OmcSecret) normal = normalize_passphrase (secret);

      stretched = omc_kdf_derive (&slot->kdf, normal, slot->salt, STRETCHED_LENGTH, error);
    }
  if (stretched == NULL)
    return NULL;
  input =
      slot->info.device_bound ? concatenate (stretched, device_secret) : omc_secret_ref (stretched);
  return omc_kdf_expand (input, slot->salt, sizeof slot->salt, "omnicare slot key 1",
                         SLOT_KEY_LENGTH, error);
}

static gboolean
device_secret_id (OmcSecret *device_secret, guint8 id[OMC_DEVICE_ID_LENGTH], GError **error)
{
  g_autoptr (OmcSecret) derived = omc_kdf_expand (
      device_secret, NULL, 0, "omnicare device secret id 1", OMC_DEVICE_ID_LENGTH, error);

  if (derived == NULL)
    return FALSE;
  memcpy (id, omc_secret_get_data (derived, NULL), OMC_DEVICE_ID_LENGTH);
  return TRUE;
}

/* The head of the slot is what both seals are bound to, each in its own way. */
static GByteArray *
make_binding (const char *store_id, const OmcKeySlot *slot, const char *purpose)
{
  GByteArray *binding = g_byte_array_new ();

  omc_keyring_append_binding (store_id, slot, binding);
  g_byte_array_append (binding, (const guint8 *)purpose, (guint)strlen (purpose));
  return binding;
}

gboolean
omc_key_slot_set_master (OmcKeySlot *slot, const char *store_id, OmcSecret *master, GError **error)
{
  g_autoptr (GByteArray) binding = NULL;
  GBytes *sealed;

  g_return_val_if_fail (slot != NULL && store_id != NULL, FALSE);
  g_return_val_if_fail (master != NULL && omc_secret_get_length (master) == MASTER_LENGTH, FALSE);

  binding = make_binding (store_id, slot, "master");
  sealed = omc_box_seal (slot->public_key, binding->data, binding->len, master, error);
  if (sealed == NULL)
    return FALSE;
  g_clear_pointer (&slot->master, g_bytes_unref);
  slot->master = sealed;
  slot->info.blocked = FALSE;
  return TRUE;
}

void
omc_key_slot_block (OmcKeySlot *slot)
{
  g_return_if_fail (slot != NULL);

  g_clear_pointer (&slot->master, g_bytes_unref);
  slot->master = g_bytes_new (NULL, 0);
  slot->info.blocked = TRUE;
}

/* Makes the slot's key pair. */
static gboolean
wrap_master (OmcKeySlot *slot,
             const char *store_id,
             OmcSecret *secret,
             OmcSecret *device_secret,
             OmcSecret *master,
             GError **error)
{
  g_autoptr (OmcSecret) private_key = omc_box_new_key (error);
  g_autoptr (GByteArray) binding = NULL;
  g_autoptr (GByteArray) wrapped = g_byte_array_new ();
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (OmcSecret) key = NULL;

  if (private_key == NULL || !omc_box_get_public (private_key, slot->public_key, error))
    return FALSE;
  key = derive_slot_key (slot, secret, device_secret, error);
  if (key == NULL)
    return FALSE;
  sealer = omc_sealer_new (key, 0);
  binding = make_binding (store_id, slot, "private");
  if (!omc_sealer_seal (sealer, 0, 0, binding->data, binding->len,
                        omc_secret_get_data (private_key, NULL), OMC_BOX_KEY_LENGTH, wrapped,
                        error))
    return FALSE;
  slot->wrapped = g_byte_array_free_to_bytes (g_steal_pointer (&wrapped));
  return omc_key_slot_set_master (slot, store_id, master, error);
}

static OmcKeySlot *
slot_new (guint32 id, OmcKeySlotKind kind)
{
  OmcKeySlot *slot = g_new0 (OmcKeySlot, 1);

  slot->info.id = id;
  slot->info.kind = kind;
  slot->info.created_at = g_get_real_time ();
  omc_random_bytes (slot->salt, sizeof slot->salt);
  return slot;
}

OmcKeySlot *
omc_key_slot_new_passphrase (const char *store_id,
                             guint32 id,
                             const char *user,
                             const OmcKdfParams *params,
                             OmcSecret *passphrase,
                             OmcSecret *device_secret,
                             OmcSecret *master,
                             GError **error)
{
  g_autoptr (OmcKeySlot) slot = NULL;

  g_return_val_if_fail (store_id != NULL && user != NULL && params != NULL && passphrase != NULL,
                        NULL);
  g_return_val_if_fail (master != NULL && omc_secret_get_length (master) == MASTER_LENGTH, NULL);

  slot = slot_new (id, OMC_KEY_SLOT_PASSPHRASE);
  slot->info.user = g_strdup (user);
  slot->kdf = *params;
  slot->info.device_bound = device_secret != NULL;
  if (device_secret != NULL && !device_secret_id (device_secret, slot->device_id, error))
    return NULL;
  if (!wrap_master (slot, store_id, passphrase, device_secret, master, error))
    return NULL;
  return g_steal_pointer (&slot);
}

OmcKeySlot *
omc_key_slot_new_pin (const char *store_id,
                      guint32 id,
                      const char *user,
                      const OmcKdfParams *params,
                      OmcSecret *pin,
                      OmcSecret *boot_secret,
                      OmcSecret *master,
                      GError **error)
{
  g_autoptr (OmcKeySlot) slot = NULL;

  g_return_val_if_fail (user != NULL && params != NULL && pin != NULL && boot_secret != NULL, NULL);

  slot = slot_new (id, OMC_KEY_SLOT_PIN);
  slot->info.user = g_strdup (user);
  slot->kdf = *params;
  slot->info.device_bound = TRUE;
  if (!device_secret_id (boot_secret, slot->device_id, error) ||
      !wrap_master (slot, store_id, pin, boot_secret, master, error))
    return NULL;
  return g_steal_pointer (&slot);
}

OmcKeySlot *
omc_key_slot_new_hospital (const char *store_id,
                           guint32 id,
                           const char *name,
                           const guint8 public_key[OMC_BOX_KEY_LENGTH],
                           OmcSecret *master,
                           GError **error)
{
  g_autoptr (OmcKeySlot) slot = slot_new (id, OMC_KEY_SLOT_HOSPITAL);

  slot->info.user = g_strdup (name);
  memcpy (slot->public_key, public_key, OMC_BOX_KEY_LENGTH);
  slot->wrapped = g_bytes_new (NULL, 0);
  return omc_key_slot_set_master (slot, store_id, master, error) ? g_steal_pointer (&slot) : NULL;
}

OmcKeySlot *
omc_key_slot_new_recovery (const char *store_id,
                           guint32 id,
                           OmcSecret *code,
                           OmcSecret *master,
                           GError **error)
{
  g_autoptr (OmcKeySlot) slot = NULL;

  g_return_val_if_fail (store_id != NULL && code != NULL, NULL);
  g_return_val_if_fail (master != NULL && omc_secret_get_length (master) == MASTER_LENGTH, NULL);

  slot = slot_new (id, OMC_KEY_SLOT_RECOVERY);
  return wrap_master (slot, store_id, code, NULL, master, error) ? g_steal_pointer (&slot) : NULL;
}

OmcKeySlot *
omc_key_slot_new_credential (const char *store_id,
                             guint32 id,
                             OmcSecret *credential,
                             OmcSecret *device_secret,
                             OmcSecret *master,
                             GError **error)
{
  g_autoptr (OmcKeySlot) slot = NULL;

  g_return_val_if_fail (store_id != NULL && credential != NULL, NULL);
  g_return_val_if_fail (master != NULL && omc_secret_get_length (master) == MASTER_LENGTH, NULL);

  slot = slot_new (id, OMC_KEY_SLOT_CREDENTIAL);
  slot->info.device_bound = device_secret != NULL;
  if ((device_secret != NULL && !device_secret_id (device_secret, slot->device_id, error)) ||
      !wrap_master (slot, store_id, credential, device_secret, master, error))
    return NULL;
  return g_steal_pointer (&slot);
}

gboolean
omc_key_slot_is_foreign (const OmcKeySlot *slot, OmcSecret *device_secret)
{
  guint8 id[OMC_DEVICE_ID_LENGTH];

  g_return_val_if_fail (slot != NULL && device_secret != NULL, FALSE);

  return slot->info.device_bound && slot->info.kind != OMC_KEY_SLOT_PIN &&
         device_secret_id (device_secret, id, NULL) && memcmp (id, slot->device_id, sizeof id) != 0;
}

/* Why a slot is not opened with the device secret that is there. */
static const char *
lost_device_secret_sentence (OmcKeySlotKind kind)
{
  switch (kind)
    {
    case OMC_KEY_SLOT_PIN:
      return _ ("The PIN works until the computer or the program is started again; sign in with "
                "the passphrase, then set a PIN again");
    case OMC_KEY_SLOT_CREDENTIAL:
      return _ ("The login keyring of this computer no longer holds the secret that belongs to the "
                "kiosk slot; sign in, and have a new kiosk credential made");
    case OMC_KEY_SLOT_PASSPHRASE:
    case OMC_KEY_SLOT_RECOVERY:
    case OMC_KEY_SLOT_HOSPITAL:
    default:
      return _ ("The login keyring of this computer no longer holds the secret that belongs to "
                "this passphrase; sign in with the recovery code, then set the passphrase again");
    }
}

static gboolean
check_device_secret (const OmcKeySlot *slot, OmcSecret *device_secret, GError **error)
{
  guint8 id[OMC_DEVICE_ID_LENGTH];

  if (!slot->info.device_bound)
    return TRUE;
  if (device_secret != NULL)
    {
      if (!device_secret_id (device_secret, id, error))
        return FALSE;
      if (memcmp (id, slot->device_id, sizeof id) == 0)
        return TRUE;
    }
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET,
                       lost_device_secret_sentence (slot->info.kind));
  return FALSE;
}

static const char *
wrong_secret_sentence (OmcKeySlotKind kind)
{
  switch (kind)
    {
    case OMC_KEY_SLOT_RECOVERY:
      return _ ("This recovery code does not open the store");
    case OMC_KEY_SLOT_PIN:
      return _ ("The PIN is wrong");
    case OMC_KEY_SLOT_HOSPITAL:
      return _ ("This recovery key does not belong to the store");
    case OMC_KEY_SLOT_CREDENTIAL:
      return _ ("The kiosk credential does not open this store: it belongs to another store or "
                "was replaced; sign in, or have a new one made");
    case OMC_KEY_SLOT_PASSPHRASE:
    default:
      return _ ("The passphrase is wrong");
    }
}

OmcSecret *
omc_key_slot_open_private (const OmcKeySlot *slot,
                           const char *store_id,
                           OmcSecret *private_key,
                           GError **error)
{
  g_autoptr (GByteArray) binding = NULL;
  g_autoptr (OmcSecret) master = NULL;

  g_return_val_if_fail (slot != NULL && store_id != NULL && private_key != NULL, NULL);

  if (slot->info.blocked)
    {
      g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED,
                   _ ("“%s” is blocked on this device; who manages its people can say why"),
                   slot->info.user != NULL ? slot->info.user : "");
      return NULL;
    }
  binding = make_binding (store_id, slot, "master");
  master = omc_box_open (private_key, binding->data, binding->len, slot->master, NULL);
  if (master != NULL && omc_secret_get_length (master) == MASTER_LENGTH)
    return g_steal_pointer (&master);
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET,
                       wrong_secret_sentence (slot->info.kind));
  return NULL;
}

OmcSecret *
omc_key_slot_open (const OmcKeySlot *slot,
                   const char *store_id,
                   OmcSecret *secret,
                   OmcSecret *device_secret,
                   GError **error)
{
  g_autoptr (GByteArray) binding = NULL;
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (OmcSealer) sealer = NULL;
  g_autoptr (OmcSecret) key = NULL;
  g_autoptr (OmcSecret) private_key = NULL;
  gconstpointer data;
  gsize length;

  g_return_val_if_fail (slot != NULL && store_id != NULL && secret != NULL, NULL);

  if (!check_device_secret (slot, device_secret, error))
    return NULL;
  key = derive_slot_key (slot, secret, device_secret, error);
  if (key == NULL)
    return NULL;
  sealer = omc_sealer_new (key, 0);
  binding = make_binding (store_id, slot, "private");
  data = g_bytes_get_data (slot->wrapped, &length);
  if (omc_sealer_open (sealer, binding->data, binding->len, data, length, plain, NULL) &&
      plain->len == OMC_BOX_KEY_LENGTH)
    private_key = omc_secret_new (plain->data, plain->len);
  if (plain->len > 0)
    omc_wipe (plain->data, plain->len);
  if (private_key != NULL)
    return omc_key_slot_open_private (slot, store_id, private_key, error);
  g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET,
                       wrong_secret_sentence (slot->info.kind));
  return NULL;
}
