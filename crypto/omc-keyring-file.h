/* omc-keyring-file.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-keyring.h"

G_BEGIN_DECLS

#define OMC_KEYRING_FILE "keyring"
#define OMC_KEYRING_FILE_PREVIOUS "keyring.1"

gboolean omc_keyring_file_exists (const char *directory);
/* Holds other programs and threads off the file of that name until the descriptor is closed; -1 on failure. */
int omc_keyring_file_lock (const char *directory, const char *name, GError **error);
/* Falls back to the generation before when the current one is damaged or missing, and says so. OMC_CRYPTO_ERROR
 * _NO_SLOT: there is none; _DAMAGED: neither can be read; _UNSUPPORTED is never papered over by an older one. */
OmcKeyring *omc_keyring_file_load (const char *directory,
                                   gboolean *from_previous,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* forget_previous: a slot was taken away, so that the generation before must not open the store either. */
gboolean omc_keyring_file_save (const char *directory,
                                OmcKeyring *keyring,
                                gboolean forget_previous,
                                GError **error);
/* Temporary file, fsync, rename, fsync of the folder; mode 0600. OMC_CRYPTO_ERROR_FULL, _FAILED. */
gboolean
omc_keyring_file_replace (const char *directory, const char *name, GBytes *content, GError **error);

G_END_DECLS
