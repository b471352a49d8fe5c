/* omc-secret-store.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-secret-store.h"

G_DEFINE_ABSTRACT_TYPE (OmcSecretStore, omc_secret_store, G_TYPE_OBJECT)

static void
omc_secret_store_class_init (OmcSecretStoreClass *klass)
{
}

static void
omc_secret_store_init (OmcSecretStore *self)
{
}

OmcSecretState
omc_secret_store_lookup_sync (OmcSecretStore *self,
                              const char *scope,
                              const char *name,
                              OmcSecret **secret,
                              GCancellable *cancellable,
                              GError **error)
{
  g_return_val_if_fail (OMC_IS_SECRET_STORE (self), OMC_SECRET_UNAVAILABLE);
  g_return_val_if_fail (scope != NULL && name != NULL && secret != NULL, OMC_SECRET_UNAVAILABLE);

  *secret = NULL;
  return OMC_SECRET_STORE_GET_CLASS (self)->lookup (self, scope, name, secret, cancellable, error);
}

gboolean
omc_secret_store_store_sync (OmcSecretStore *self,
                             const char *scope,
                             const char *name,
                             const char *label,
                             OmcSecret *secret,
                             GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (OMC_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (scope != NULL && name != NULL && label != NULL && secret != NULL, FALSE);

  return OMC_SECRET_STORE_GET_CLASS (self)->store (self, scope, name, label, secret, cancellable,
                                                   error);
}

gboolean
omc_secret_store_clear_sync (OmcSecretStore *self,
                             const char *scope,
                             const char *name,
                             GCancellable *cancellable,
                             GError **error)
{
  g_return_val_if_fail (OMC_IS_SECRET_STORE (self), FALSE);
  g_return_val_if_fail (scope != NULL && name != NULL, FALSE);

  return OMC_SECRET_STORE_GET_CLASS (self)->clear (self, scope, name, cancellable, error);
}
