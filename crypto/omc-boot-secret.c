/* omc-boot-secret.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include "omc-boot-secret.h"

#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "omc-crypto-private.h"

#define SECRET_LENGTH 32
#define KEY_TYPE "user"

static GMutex lock;
static GHashTable *of_process; /* store id -> OmcSecret; with the lock */

static OmcSecret *
read_kernel (const char *name)
{
  g_autoptr (OmcSecret) secret = NULL;
  guint8 *data;
  long id = syscall (SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, KEY_TYPE, name, 0);

  if (id < 0)
    return NULL;
  secret = _omc_secret_new_uninitialized (SECRET_LENGTH, &data);
  if (syscall (SYS_keyctl, KEYCTL_READ, id, data, SECRET_LENGTH) != SECRET_LENGTH)
    return NULL;
  return g_steal_pointer (&secret);
}

/* A keyring that takes a key need not give it back: only what was read counts. */
static OmcSecret *
make_kernel (const char *name)
{
  g_autoptr (OmcSecret) secret = omc_secret_new_random (SECRET_LENGTH);
  gsize length;
  gconstpointer data = omc_secret_get_data (secret, &length);

  if (syscall (SYS_add_key, KEY_TYPE, name, data, length, KEY_SPEC_USER_KEYRING) < 0)
    return NULL;
  return read_kernel (name);
}

static OmcSecret *
get_of_process (const char *store_id, gboolean make)
{
  OmcSecret *secret;

  g_mutex_lock (&lock);
  if (of_process == NULL)
    of_process =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)omc_secret_unref);
  secret = g_hash_table_lookup (of_process, store_id);
  if (secret == NULL && make)
    {
      secret = omc_secret_new_random (SECRET_LENGTH);
      g_hash_table_insert (of_process, g_strdup (store_id), secret);
    }
  if (secret != NULL)
    omc_secret_ref (secret);
  g_mutex_unlock (&lock);
  return secret;
}

OmcSecret *
omc_boot_secret_get (const char *store_id, gboolean make)
{
  g_autofree char *name = NULL;
  OmcSecret *secret;

  g_return_val_if_fail (store_id != NULL, NULL);

  name = g_strconcat ("omnicare:", store_id, NULL);
  secret = read_kernel (name);
  if (secret == NULL)
    secret = get_of_process (store_id, FALSE);
  if (secret == NULL && make)
    secret = make_kernel (name);
  if (secret == NULL && make)
    secret = get_of_process (store_id, TRUE);
  return secret;
}
