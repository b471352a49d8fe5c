/* omc-keyring.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-key-manager.h"
#include "omc-sealed-box.h"

G_BEGIN_DECLS

#define OMC_DEVICE_ID_LENGTH 8
#define OMC_KEYRING_LENGTH_MAX (1024 * 1024)
#define OMC_KEYRING_USER_MAX 512

/**
 * OmcKeySlot:
 *
 * One way into the store: the device master key, sealed for the slot's key pair, whose private key the slot's secret
 * opens. So the master key can be replaced for everybody without anybody's secret.
 */
typedef struct
{
  OmcKeySlotInfo info;
  OmcKdfParams kdf; /* all zero for a recovery slot: its code has 160 random bits */
  guint8 salt[OMC_KDF_SALT_LENGTH];
  guint8
      device_id[OMC_DEVICE_ID_LENGTH]; /* of the device secret it needs; zero when it needs none */
  guint8 public_key[OMC_BOX_KEY_LENGTH];
  GBytes *
      wrapped; /* (owned): the private key, sealed by the slot key; empty when it is kept elsewhere */
  GBytes *master; /* (owned) (nullable): the device master key, sealed for the public key */
} OmcKeySlot;

void omc_key_slot_free (OmcKeySlot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcKeySlot, omc_key_slot_free)

/**
 * OmcKeyring:
 *
 * What a keyring file says. Parsing and writing are pure; everything read is checked for range.
 */
typedef struct
{
  guint64 generation; /* grows with every write */
  char *store_id;     /* (owned): lower-case UUID */
  guint32 next_id;    /* of the next slot; numbers are not used again */
  GBytes *
      roots; /* (owned) (nullable): what all keys of the store come from, sealed by the master key */
  GPtrArray *slots; /* (owned) (element-type OmcKeySlot) */
} OmcKeyring;

OmcKeyring *omc_keyring_new (void) G_GNUC_WARN_UNUSED_RESULT;
void omc_keyring_free (OmcKeyring *self);
GBytes *omc_keyring_to_bytes (OmcKeyring *self, GError **error);
/* OMC_CRYPTO_ERROR_DAMAGED or _UNSUPPORTED. */
OmcKeyring *
omc_keyring_parse (gconstpointer data, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* (nullable) (transfer none); user NULL: any of the kind */
OmcKeySlot *omc_keyring_find (OmcKeyring *self, OmcKeySlotKind kind, const char *user);
/* Slots that need the secret of the login keyring. */
gboolean omc_keyring_has_bound_slots (OmcKeyring *self);
/* One that opens whatever becomes of this computer: no PIN, no credential. */
gboolean omc_keyring_has_lasting_slot (OmcKeyring *self);
/* What a slot's seals bind: all of the slot but what is sealed, and the store. */
void omc_keyring_append_binding (const char *store_id, const OmcKeySlot *slot, GByteArray *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcKeyring, omc_keyring_free)

G_END_DECLS
