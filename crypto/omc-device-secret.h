/* omc-device-secret.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret-store.h"

G_BEGIN_DECLS

#define OMC_DEVICE_SECRET_LENGTH 32

/* The random secret in the login keyring that binds passphrase slots to this computer. */

OmcSecretState omc_device_secret_lookup (OmcSecretStore *secrets,
                                         const char *store_id,
                                         OmcSecret **secret,
                                         GCancellable *cancellable);
/* OMC_CRYPTO_ERROR_DEVICE_SECRET with a sentence for the person when it is not given. */
gboolean omc_device_secret_read (OmcSecretStore *secrets,
                                 const char *store_id,
                                 OmcSecret **secret,
                                 GCancellable *cancellable,
                                 GError **error);
/* (nullable): a new one, replacing what was there; NULL when the service does not keep it. */
OmcSecret *omc_device_secret_enrol (OmcSecretStore *secrets,
                                    const char *store_id,
                                    GCancellable *cancellable) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
