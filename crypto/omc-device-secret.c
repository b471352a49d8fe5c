/* omc-device-secret.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-device-secret.h"

#define DEVICE_SECRET_NAME "device-secret"

/* What has another length was not put there by us, and is as good as nothing. */
OmcSecretState
omc_device_secret_lookup (OmcSecretStore *secrets,
                          const char *store_id,
                          OmcSecret **secret,
                          GCancellable *cancellable)
{
  OmcSecretState state = omc_secret_store_lookup_sync (secrets, store_id, DEVICE_SECRET_NAME,
                                                       secret, cancellable, NULL);

  if (state != OMC_SECRET_FOUND || omc_secret_get_length (*secret) == OMC_DEVICE_SECRET_LENGTH)
    return state;
  g_clear_pointer (secret, omc_secret_unref);
  return OMC_SECRET_ABSENT;
}

gboolean
omc_device_secret_read (OmcSecretStore *secrets,
                        const char *store_id,
                        OmcSecret **secret,
                        GCancellable *cancellable,
                        GError **error)
{
  const char *sentence = NULL;

  switch (omc_device_secret_lookup (secrets, store_id, secret, cancellable))
    {
    case OMC_SECRET_FOUND:
      return TRUE;
    case OMC_SECRET_ABSENT:
      sentence = _ ("The login keyring of this computer does not hold the secret of this store; it "
                    "may have been reset. Sign in with the recovery code.");
      break;
    case OMC_SECRET_LOCKED:
      sentence = _ ("The login keyring of this computer is locked. Unlock it and try again, or "
                    "sign in with the recovery code.");
      break;
    case OMC_SECRET_UNAVAILABLE:
    default:
      sentence = _ ("The login keyring of this computer does not answer. Try again, or sign in "
                    "with the recovery code.");
      break;
    }
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_DEVICE_SECRET, sentence);
  return FALSE;
}

/* Only what comes back equal from the service may be relied on. */
OmcSecret *
omc_device_secret_enrol (OmcSecretStore *secrets, const char *store_id, GCancellable *cancellable)
{
  g_autoptr (OmcSecret) secret = omc_secret_new_random (OMC_DEVICE_SECRET_LENGTH);
  g_autoptr (OmcSecret) back = NULL;

  if (omc_secret_store_store_sync (secrets, store_id, DEVICE_SECRET_NAME,
                                   _ ("OmniCare: secret of this device"), secret, cancellable,
                                   NULL) &&
      omc_secret_store_lookup_sync (secrets, store_id, DEVICE_SECRET_NAME, &back, cancellable,
                                    NULL) == OMC_SECRET_FOUND &&
      omc_secret_equal (secret, back))
    return g_steal_pointer (&secret);
  return NULL;
}
