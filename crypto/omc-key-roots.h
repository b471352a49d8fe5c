/* omc-key-roots.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/* bound_hours: passphrases open without end */
#define OMC_KEY_ROOTS_UNBOUND G_MAXUINT32

/**
 * OmcKeyRoots:
 *
 * What every key of a store is derived from, kept in the keyring file sealed by the master key. So the master key is
 * replaced without touching the database, and the database's key without touching all else.
 */
typedef struct
{
  OmcSecret *root;          /* (owned) */
  OmcSecret *database;      /* (owned) */
  OmcSecret *next_database; /* (owned) (nullable): while the database is copied to a new key */
  gboolean has_server;      /* a server was met: the mark of that must be there */
  guint32 bound_hours;      /* no configuration gives more without the server; 0: not known yet */
} OmcKeyRoots;

OmcKeyRoots *omc_key_roots_new (void) G_GNUC_WARN_UNUSED_RESULT;
void omc_key_roots_free (OmcKeyRoots *self);
GBytes *omc_key_roots_seal (OmcKeyRoots *self,
                            const char *store_id,
                            OmcSecret *master,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* OMC_CRYPTO_ERROR_DAMAGED when it is not this master key that sealed them. */
OmcKeyRoots *omc_key_roots_open (GBytes *sealed,
                                 const char *store_id,
                                 OmcSecret *master,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcKeyRoots, omc_key_roots_free)

G_END_DECLS
