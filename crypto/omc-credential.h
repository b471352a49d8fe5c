/* omc-credential.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

#define OMC_CREDENTIAL_LENGTH 32
/* The name in the unit file, `LoadCredentialEncrypted=omnicare-kiosk`, and that of the file. */
#define OMC_CREDENTIAL_NAME "omnicare-kiosk"

/*
 * The random secret of a kiosk: it stands in no file of ours, only in a systemd credential that systemd-creds has sealed
 * (to the TPM of this computer). systemd opens it for the service and puts it into a folder of its own in memory.
 */

/* Has systemd given this process credentials with one of ours among them? */
gboolean omc_credential_is_given (void);
/* The one of $CREDENTIALS_DIRECTORY. OMC_CRYPTO_ERROR_NO_SLOT: there is none; _DEVICE_SECRET: it cannot be trusted or
 * used, and the sentence says why. */
OmcSecret *omc_credential_read (GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcSecret *omc_credential_read_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One line of text, for systemd-creds; the bytes go where nothing is left of them. */
OmcSecret *omc_credential_format (OmcSecret *credential) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
