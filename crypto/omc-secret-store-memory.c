/* omc-secret-store-memory.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-secret-store.h"

#define OMC_TYPE_SECRET_STORE_MEMORY (omc_secret_store_memory_get_type ())
G_DECLARE_FINAL_TYPE (OmcSecretStoreMemory,
                      omc_secret_store_memory,
                      OMC,
                      SECRET_STORE_MEMORY,
                      OmcSecretStore)

struct _OmcSecretStoreMemory
{
  OmcSecretStore parent_instance;
  GMutex lock;
  GHashTable *secrets; /* (owned) (element-type utf8 OmcSecret): "scope/name" */
  OmcSecretState state;
};

G_DEFINE_FINAL_TYPE (OmcSecretStoreMemory, omc_secret_store_memory, OMC_TYPE_SECRET_STORE)

static gboolean
check_reachable (OmcSecretStoreMemory *self, GError **error)
{
  if (self->state == OMC_SECRET_LOCKED)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                         _ ("The login keyring is locked"));
  else if (self->state == OMC_SECRET_UNAVAILABLE)
    g_set_error_literal (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
                         _ ("The system's secret service cannot be reached"));
  else
    return TRUE;
  return FALSE;
}

static OmcSecretState
memory_lookup (OmcSecretStore *store,
               const char *scope,
               const char *name,
               OmcSecret **secret,
               GCancellable *cancellable,
               GError **error)
{
  OmcSecretStoreMemory *self = OMC_SECRET_STORE_MEMORY (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *key = g_strconcat (scope, "/", name, NULL);
  OmcSecret *found;

  if (!check_reachable (self, error))
    return self->state;
  found = g_hash_table_lookup (self->secrets, key);
  if (found == NULL)
    return OMC_SECRET_ABSENT;
  *secret = omc_secret_ref (found);
  return OMC_SECRET_FOUND;
}

static gboolean
memory_store (OmcSecretStore *store,
              const char *scope,
              const char *name,
              const char *label,
              OmcSecret *secret,
              GCancellable *cancellable,
              GError **error)
{
  OmcSecretStoreMemory *self = OMC_SECRET_STORE_MEMORY (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!check_reachable (self, error))
    return FALSE;
  g_hash_table_insert (self->secrets, g_strconcat (scope, "/", name, NULL),
                       omc_secret_ref (secret));
  return TRUE;
}

static gboolean
memory_clear (OmcSecretStore *store,
              const char *scope,
              const char *name,
              GCancellable *cancellable,
              GError **error)
{
  OmcSecretStoreMemory *self = OMC_SECRET_STORE_MEMORY (store);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *key = g_strconcat (scope, "/", name, NULL);

  if (!check_reachable (self, error))
    return FALSE;
  g_hash_table_remove (self->secrets, key);
  return TRUE;
}

static void
omc_secret_store_memory_finalize (GObject *object)
{
  OmcSecretStoreMemory *self = OMC_SECRET_STORE_MEMORY (object);

  g_hash_table_unref (self->secrets);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (omc_secret_store_memory_parent_class)->finalize (object);
}

static void
omc_secret_store_memory_class_init (OmcSecretStoreMemoryClass *klass)
{
  OmcSecretStoreClass *store_class = OMC_SECRET_STORE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = omc_secret_store_memory_finalize;
  store_class->lookup = memory_lookup;
  store_class->store = memory_store;
  store_class->clear = memory_clear;
}

static void
omc_secret_store_memory_init (OmcSecretStoreMemory *self)
{
  g_mutex_init (&self->lock);
  self->secrets =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)omc_secret_unref);
}

OmcSecretStore *
omc_secret_store_memory_new (void)
{
  return g_object_new (OMC_TYPE_SECRET_STORE_MEMORY, NULL);
}

void
omc_secret_store_memory_set_state (OmcSecretStore *store, OmcSecretState state)
{
  OmcSecretStoreMemory *self;

  g_return_if_fail (OMC_IS_SECRET_STORE_MEMORY (store));

  self = OMC_SECRET_STORE_MEMORY (store);
  g_mutex_lock (&self->lock);
  self->state = state;
  if (state == OMC_SECRET_ABSENT)
    g_hash_table_remove_all (self->secrets);
  g_mutex_unlock (&self->lock);
}
