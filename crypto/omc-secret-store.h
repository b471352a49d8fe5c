/* omc-secret-store.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-secret.h"

G_BEGIN_DECLS

/**
 * OmcSecretState:
 *
 * What a secret service answered. libsecret says NULL without an error for absent, locked and wrong alike,
 * so that only @OMC_SECRET_FOUND may be believed and nothing is ever made anew because of the others.
 */
typedef enum
{
  OMC_SECRET_FOUND,
  OMC_SECRET_ABSENT,
  OMC_SECRET_LOCKED,
  OMC_SECRET_UNAVAILABLE, /* no service, no bus, no answer in time */
} OmcSecretState;

#define OMC_TYPE_SECRET_STORE (omc_secret_store_get_type ())

/**
 * OmcSecretStore:
 *
 * The seam to the place where the system keeps small secrets (the device secret, tokens, the audit head).
 * Blocking with a time limit; never call from the main thread of a program with windows.
 */
G_DECLARE_DERIVABLE_TYPE (OmcSecretStore, omc_secret_store, OMC, SECRET_STORE, GObject)

struct _OmcSecretStoreClass
{
  GObjectClass parent_class;

  OmcSecretState (*lookup) (OmcSecretStore *self,
                            const char *scope,
                            const char *name,
                            OmcSecret **secret,
                            GCancellable *cancellable,
                            GError **error);
  gboolean (*store) (OmcSecretStore *self,
                     const char *scope,
                     const char *name,
                     const char *label,
                     OmcSecret *secret,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*clear) (OmcSecretStore *self,
                     const char *scope,
                     const char *name,
                     GCancellable *cancellable,
                     GError **error);
};

/* scope: the store's own id (from its keyring file), so that two stores of a person do not meet. lookup sets error
 * for LOCKED and UNAVAILABLE, secret only for FOUND. */
OmcSecretState omc_secret_store_lookup_sync (OmcSecretStore *self,
                                             const char *scope,
                                             const char *name,
                                             OmcSecret **secret,
                                             GCancellable *cancellable,
                                             GError **error);
gboolean omc_secret_store_store_sync (OmcSecretStore *self,
                                      const char *scope,
                                      const char *name,
                                      const char *label,
                                      OmcSecret *secret,
                                      GCancellable *cancellable,
                                      GError **error);
gboolean omc_secret_store_clear_sync (OmcSecretStore *self,
                                      const char *scope,
                                      const char *name,
                                      GCancellable *cancellable,
                                      GError **error);

/* The Secret Service or the portal, through libsecret's asynchronous calls. */
OmcSecretStore *omc_secret_store_libsecret_new (guint timeout_ms) G_GNUC_WARN_UNUSED_RESULT;
/* For tests: in this process only; state makes it answer as a locked or missing service would, and ABSENT forgets
 * everything, as a keyring that was reset. */
OmcSecretStore *omc_secret_store_memory_new (void) G_GNUC_WARN_UNUSED_RESULT;
void omc_secret_store_memory_set_state (OmcSecretStore *self, OmcSecretState state);

G_END_DECLS
