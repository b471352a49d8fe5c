/* omc-authorities.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "omc-authorities.h"
#include "omc-bounded-file.h"
#include "omc-hash.h"
#include "omc-sync-config.h"
#include "omc-sync-error.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

struct _OmcAuthorities
{
  gatomicrefcount ref_count;
  char *fingerprints; /* (owned) */
  int fd; /* (owned): a file in memory that nobody else can open or change; the TLS library takes names only */
};

static void
set_unusable (const char *why, GError **error)
{
  g_set_error (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
               _ ("The file of the server's certificate authority cannot be used (%s): check the "
                  "setting."),
               why);
}

static gboolean
append_fingerprint (GTlsCertificate *certificate, GString *text, GError **error)
{
  g_autoptr (GByteArray) der = NULL;
  guint8 hash[OMC_HASH_LENGTH];

  g_object_get (certificate, "certificate", &der, NULL);
  if (!omc_hash_sha256 (der->data, der->len, hash, error))
    return FALSE;
  for (gsize i = 0; i < sizeof hash; i++)
    g_string_append_printf (text, "%s%02X", i > 0 ? ":" : "", hash[i]);

  return TRUE;
}

/* set: fingerprint -> PEM */
static gboolean
add_certificate (GTree *set, const char *block, gsize length, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GTlsCertificate) certificate =
      g_tls_certificate_new_from_pem (block, (gssize)length, &cause);
  g_autoptr (GString) fingerprint = g_string_new (NULL);
  char *pem;

  if (certificate == NULL)
    {
      set_unusable (cause->message, error);
      return FALSE;
    }
  if (!append_fingerprint (certificate, fingerprint, error))
    return FALSE;
  g_object_get (certificate, "certificate-pem", &pem, NULL);
  g_tree_replace (set, g_strdup (fingerprint->str), pem);

  return TRUE;
}

static GTree *
parse (const char *text, GError **error)
{
  g_autoptr (GTree) set = g_tree_new_full ((GCompareDataFunc)strcmp, NULL, g_free, g_free);
  const char *block = text;
  const char *end;

  while ((block = strstr (block, BEGIN)) != NULL)
    {
      end = strstr (block, END);
      if (end == NULL)
        {
          set_unusable (_ ("it ends within a certificate"), error);
          return NULL;
        }
      end += strlen (END);
      if (!add_certificate (set, block, (gsize)(end - block), error))
        return NULL;
      block = end;
    }
  if (g_tree_nnodes (set) > 0)
    return g_steal_pointer (&set);
  set_unusable (_ ("there is no certificate in it"), error);

  return NULL;
}

static gboolean
write_all (int fd, const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      gssize n = write (fd, text, left);

      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        {
          text += n;
          left -= (gsize)n;
        }
    }

  return TRUE;
}

/* Written anew: the TLS library may see certificates where we see none. */
static int
write_certificates (GTree *set, GError **error)
{
  int fd = memfd_create ("authorities", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  gboolean written = fd >= 0;

  for (GTreeNode *node = g_tree_node_first (set); written && node != NULL;
       node = g_tree_node_next (node))
    written = write_all (fd, g_tree_node_value (node));
  if (written &&
      fcntl (fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return fd;
  set_unusable (g_strerror (errno), error);
  if (fd >= 0)
    close (fd);

  return -1;
}

static gboolean
join_cb (gpointer fingerprint, gpointer pem, gpointer text)
{
  g_string_append_printf (text, "%s%s", ((GString *)text)->len > 0 ? " " : "",
                          (const char *)fingerprint);

  return FALSE;
}

OmcAuthorities *
omc_authorities_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GTree) set = NULL;
  g_autoptr (GString) fingerprints = NULL;
  g_autoptr (GError) cause = NULL;
  OmcAuthorities *self;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  if (!omc_bounded_file_read_regular (path, OMC_SYNC_CA_FILE_MAX, &text, NULL, &cause))
    {
      set_unusable (cause->message, error);
      return NULL;
    }
  set = parse (text, error);
  if (set == NULL || (fd = write_certificates (set, error)) < 0)
    return NULL;
  fingerprints = g_string_new (NULL);
  g_tree_foreach (set, join_cb, fingerprints);

  self = g_new0 (OmcAuthorities, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->fingerprints = g_string_free (g_steal_pointer (&fingerprints), FALSE);
  self->fd = fd;

  return self;
}

OmcAuthorities *
omc_authorities_ref (OmcAuthorities *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_authorities_unref (OmcAuthorities *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  close (self->fd);
  g_free (self->fingerprints);
  g_free (self);
}

const char *
omc_authorities_get_fingerprints (OmcAuthorities *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->fingerprints;
}

GTlsDatabase *
omc_authorities_open_database (OmcAuthorities *self, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GError) cause = NULL;
  GTlsDatabase *database;

  g_return_val_if_fail (self != NULL, NULL);

  name = g_strdup_printf ("/proc/self/fd/%d", self->fd);
  database = g_tls_file_database_new (name, &cause);
  if (database == NULL)
    set_unusable (cause->message, error);

  return database;
}
