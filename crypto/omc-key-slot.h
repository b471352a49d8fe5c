/* omc-key-slot.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-keyring.h"

G_BEGIN_DECLS

/*
 * slot key = HKDF (Argon2id (passphrase) || device secret, salt); for a recovery slot HKDF (code, salt), for a kiosk's
 * HKDF (credential || device secret, salt).
 * All of it is pure but for random salts and the time of creation.
 */

/* device_secret: (nullable). params and user are those of a passphrase slot. */
OmcKeySlot *omc_key_slot_new_passphrase (const char *store_id,
                                         guint32 id,
                                         const char *user,
                                         const OmcKdfParams *params,
                                         OmcSecret *passphrase,
                                         OmcSecret *device_secret,
                                         OmcSecret *master,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcKeySlot *omc_key_slot_new_recovery (const char *store_id,
                                       guint32 id,
                                       OmcSecret *code,
                                       OmcSecret *master,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* boot_secret: one that is gone when the computer is started again. */
OmcKeySlot *omc_key_slot_new_pin (const char *store_id,
                                  guint32 id,
                                  const char *user,
                                  const OmcKdfParams *params,
                                  OmcSecret *pin,
                                  OmcSecret *boot_secret,
                                  OmcSecret *master,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The private key is kept by the hospital, away from the device. */
OmcKeySlot *omc_key_slot_new_hospital (const char *store_id,
                                       guint32 id,
                                       const char *name,
                                       const guint8 public_key[OMC_BOX_KEY_LENGTH],
                                       OmcSecret *master,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* device_secret: (nullable) */
OmcKeySlot *omc_key_slot_new_credential (const char *store_id,
                                         guint32 id,
                                         OmcSecret *credential,
                                         OmcSecret *device_secret,
                                         OmcSecret *master,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Does the slot need another device secret than this one? */
gboolean omc_key_slot_is_foreign (const OmcKeySlot *slot, OmcSecret *device_secret);
/* Another master key for the slot; its secret stays the same and is not needed. */
gboolean
omc_key_slot_set_master (OmcKeySlot *slot, const char *store_id, OmcSecret *master, GError **error);
/* Takes the master key out: the slot opens nothing until it is given one again. */
void omc_key_slot_block (OmcKeySlot *slot);
/* With the slot's private key itself. OMC_CRYPTO_ERROR_BLOCKED when it has no master key. */
OmcSecret *omc_key_slot_open_private (const OmcKeySlot *slot,
                                      const char *store_id,
                                      OmcSecret *private_key,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Gives the master key. secret: the passphrase, PIN, recovery code or credential. OMC_CRYPTO_ERROR_DEVICE_SECRET when
 * device_secret (nullable) is not the one that the slot was bound to. */
OmcSecret *omc_key_slot_open (const OmcKeySlot *slot,
                              const char *store_id,
                              OmcSecret *secret,
                              OmcSecret *device_secret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
