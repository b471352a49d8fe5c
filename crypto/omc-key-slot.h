/* omc-key-slot.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-keyring.h"

G_BEGIN_DECLS

/*
 * slot key = HKDF (Argon2id (passphrase) || device secret, salt); for a recovery slot HKDF (code, salt).
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
/* Gives the master key. secret: the passphrase or the recovery code. OMC_CRYPTO_ERROR_DEVICE_SECRET when
 * device_secret (nullable) is not the one that the slot was bound to. */
OmcSecret *omc_key_slot_open (const OmcKeySlot *slot,
                              const char *store_id,
                              OmcSecret *secret,
                              OmcSecret *device_secret,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
