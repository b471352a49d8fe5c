/* omc-vault.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-codec.h"
#include "omc-resource.h"
#include "omc-secret.h"

G_BEGIN_DECLS

/**
 * OmcVault:
 *
 * Turns documents into sealed payloads and back: codec, then envelope with the data key of an epoch. One thread at a
 * time; the results are borrowed until the next call.
 */
typedef struct _OmcVault OmcVault;

OmcVault *omc_vault_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void omc_vault_free (OmcVault *self);
/* The key of the highest epoch seals. */
void omc_vault_add_key (OmcVault *self, OmcSecret *data_key, guint32 epoch);
gboolean omc_vault_has_epoch (OmcVault *self, guint32 epoch);
guint32 omc_vault_get_epoch (OmcVault *self);
/* Forgets the keys of all epochs below. */
void omc_vault_drop_keys (OmcVault *self, guint32 epoch);
void omc_vault_drop_newest_key (OmcVault *self);
/* Asked for keys when a payload names an epoch that is not known here: another program may have made it. */
/* For what is packed and not sealed. */
OmcCodec *omc_vault_get_codec (OmcVault *self);
typedef void (*OmcVaultKeysFunc) (OmcVault *self, gpointer user_data);
void omc_vault_set_keys_func (OmcVault *self, OmcVaultKeysFunc func, gpointer user_data);
/* place binds the payload to where it is kept: "type/id/counter". */
const GByteArray *omc_vault_seal (OmcVault *self,
                                  const char *place,
                                  gconstpointer plain,
                                  gsize length,
                                  GError **error);
const GByteArray *omc_vault_open (OmcVault *self,
                                  const char *place,
                                  gconstpointer sealed,
                                  gsize length,
                                  GError **error);
/* The same bytes under the newest key, of the same length; NULL with DAMAGED when they fail authentication. */
const GByteArray *omc_vault_reseal (OmcVault *self,
                                    const char *place,
                                    gconstpointer sealed,
                                    gsize length,
                                    GError **error);
/* What of these will be sealed until the end is packed ahead on another thread, when they are many. */
void omc_vault_begin_batch (OmcVault *self, GPtrArray *resources);
void omc_vault_end_batch (OmcVault *self);
const GByteArray *omc_vault_seal_resource (OmcVault *self,
                                           const char *place,
                                           OmcResource *resource,
                                           gsize *original_length,
                                           GError **error);
OmcResource *omc_vault_open_resource (OmcVault *self,
                                      const char *place,
                                      gconstpointer sealed,
                                      gsize length,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OmcVault, omc_vault_free)

G_END_DECLS
