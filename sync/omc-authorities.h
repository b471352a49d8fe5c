/* omc-authorities.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * OmcAuthorities:
 *
 * The certificates that the server's one must lead to. The file is read once, so that what was looked at is what is
 * trusted, whoever writes the file in between.
 */
typedef struct _OmcAuthorities OmcAuthorities;

/* path: PEM, at most OMC_SYNC_CA_FILE_MAX; of all that is in it the blocks "CERTIFICATE" alone count. OMC_SYNC_ERROR_CONFIG when it
 * cannot be used. */
OmcAuthorities *omc_authorities_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
OmcAuthorities *omc_authorities_ref (OmcAuthorities *self);
void omc_authorities_unref (OmcAuthorities *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcAuthorities, omc_authorities_unref)
/* SHA-256 of each certificate as openssl-x509(1) prints it, in order and once, separated by spaces: the same set has the
 * same text. */
const char *omc_authorities_get_fingerprints (OmcAuthorities *self);
/* Holds these and nothing else; to be used while self lives. */
GTlsDatabase *omc_authorities_open_database (OmcAuthorities *self, GError **error);

G_END_DECLS
