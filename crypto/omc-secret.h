/* omc-secret.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_CRYPTO_ERROR (omc_crypto_error_quark ())

/**
 * OmcCryptoError:
 * @OMC_CRYPTO_ERROR_WRONG_SECRET: the passphrase, PIN or recovery code does not open the slot
 * @OMC_CRYPTO_ERROR_DAMAGED: data fails authentication or its checksum
 * @OMC_CRYPTO_ERROR_UNSUPPORTED: made by a newer program
 * @OMC_CRYPTO_ERROR_NO_SLOT: nothing in the keyring file for this person or kind
 * @OMC_CRYPTO_ERROR_DEVICE_SECRET: the slot needs the device secret and the secret service does not give it
 * @OMC_CRYPTO_ERROR_EXISTS: there is a key hierarchy already
 * @OMC_CRYPTO_ERROR_LOCKED: the key manager is locked
 * @OMC_CRYPTO_ERROR_FAILED: the library or the system failed
 * @OMC_CRYPTO_ERROR_WEAK: a secret that is to be is too easy to guess
 * @OMC_CRYPTO_ERROR_TOO_SOON: wrong too often; the sentence says how long to wait
 * @OMC_CRYPTO_ERROR_EXPIRED: the secret is right, but the device has not met its server for too long
 * @OMC_CRYPTO_ERROR_BLOCKED: the secret is right, but the person or the device was withdrawn
 * @OMC_CRYPTO_ERROR_FULL: no room on the disk for a file; the sentence says which, and where
 */
typedef enum
{
  OMC_CRYPTO_ERROR_WRONG_SECRET,
  OMC_CRYPTO_ERROR_DAMAGED,
  OMC_CRYPTO_ERROR_UNSUPPORTED,
  OMC_CRYPTO_ERROR_NO_SLOT,
  OMC_CRYPTO_ERROR_DEVICE_SECRET,
  OMC_CRYPTO_ERROR_EXISTS,
  OMC_CRYPTO_ERROR_LOCKED,
  OMC_CRYPTO_ERROR_FAILED,
  OMC_CRYPTO_ERROR_WEAK,
  OMC_CRYPTO_ERROR_TOO_SOON,
  OMC_CRYPTO_ERROR_EXPIRED,
  OMC_CRYPTO_ERROR_BLOCKED,
  OMC_CRYPTO_ERROR_FULL,
} OmcCryptoError;

GQuark omc_crypto_error_quark (void);

/**
 * OmcSecret:
 *
 * Bytes that must not leak: in locked pages, left out of core dumps, wiped when the last reference goes.
 * The only type that carries key material. Atomically reference counted, immutable.
 */
typedef struct _OmcSecret OmcSecret;

OmcSecret *omc_secret_new (gconstpointer data, gsize length) G_GNUC_WARN_UNUSED_RESULT; /* copies */
OmcSecret *omc_secret_new_random (gsize length) G_GNUC_WARN_UNUSED_RESULT;
OmcSecret *omc_secret_ref (OmcSecret *self);
void omc_secret_unref (OmcSecret *self);
gconstpointer omc_secret_get_data (OmcSecret *self, gsize *length);
gsize omc_secret_get_length (OmcSecret *self);
gboolean omc_secret_equal (OmcSecret *a, OmcSecret *b); /* constant time */
/* Overwrites memory in a way the compiler keeps. */
void omc_wipe (gpointer data, gsize length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcSecret, omc_secret_unref)

G_END_DECLS
