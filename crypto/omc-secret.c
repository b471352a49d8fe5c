/* omc-secret.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-crypto"

#include "config.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-crypto-private.h"
#include "omc-random.h"
#include "omc-secret.h"

struct _OmcSecret
{
  gatomicrefcount ref_count;
  gsize length;
  gsize mapped;
  guint8 *data; /* (owned): pages of its own */
};

G_DEFINE_QUARK (omc-crypto-error-quark, omc_crypto_error)

gboolean
_omc_crypto_fail (GError **error, const char *what)
{
  unsigned long code = ERR_peek_last_error ();

  ERR_clear_error ();
  /* Translators: %s is an English word such as "seal" or "derive" */
  g_set_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_FAILED,
               _ ("The cryptography library failed (%s, code %08lx)"), what, code);
  return FALSE;
}

OmcSecret *
_omc_secret_new_uninitialized (gsize length, guint8 **data)
{
  gsize page = (gsize)sysconf (_SC_PAGESIZE);
  OmcSecret *self;
  void *pages;

  g_assert (length < G_MAXSIZE - 2 * page);

  self = g_new0 (OmcSecret, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->length = length;
  /* One more byte, so that text is always terminated. */
  self->mapped = (length + page) / page * page;
  pages = mmap (NULL, self->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED)
    g_error ("No memory for a secret of %" G_GSIZE_FORMAT " bytes", length);

  /* A small RLIMIT_MEMLOCK is no reason to refuse to work: the pages are still not dumped and still wiped. */
  if (mlock (pages, self->mapped) != 0)
    g_debug ("The system does not lock memory for secrets; a larger RLIMIT_MEMLOCK would let it");
  madvise (pages, self->mapped, MADV_DONTDUMP);
  self->data = pages;
  *data = pages;
  return self;
}

OmcSecret *
omc_secret_new (gconstpointer data, gsize length)
{
  OmcSecret *self;
  guint8 *bytes;

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  self = _omc_secret_new_uninitialized (length, &bytes);
  if (length > 0)
    memcpy (bytes, data, length);
  return self;
}

OmcSecret *
omc_secret_new_random (gsize length)
{
  guint8 *bytes;
  OmcSecret *self = _omc_secret_new_uninitialized (length, &bytes);

  omc_random_bytes (bytes, length);
  return self;
}

OmcSecret *
omc_secret_ref (OmcSecret *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_secret_unref (OmcSecret *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  omc_wipe (self->data, self->mapped);
  munmap (self->data, self->mapped);
  g_free (self);
}

gconstpointer
omc_secret_get_data (OmcSecret *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (length != NULL)
    *length = self->length;
  return self->data;
}

gsize
omc_secret_get_length (OmcSecret *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->length;
}

gboolean
omc_secret_equal (OmcSecret *a, OmcSecret *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->length == b->length && CRYPTO_memcmp (a->data, b->data, a->length) == 0;
}

void
omc_wipe (gpointer data, gsize length)
{
  if (length > 0)
    OPENSSL_cleanse (data, length);
}
