/* omc-server-identity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-server-identity.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-origin.h"

/* A file may hold hundreds. */
#define TOLD_FINGERPRINTS 3

static char *
dup_normal (const char *url)
{
  gsize length = strlen (url);

  while (length > 0 && url[length - 1] == '/')
    length--;

  return g_strndup (url, length);
}

OmcServerIdentity *
omc_server_identity_new (const char *url, const char *token_url, const char *authorities)
{
  OmcServerIdentity *self;
  g_autofree char *origin = NULL;
  g_autofree char *login = NULL;

  g_return_val_if_fail (url != NULL, NULL);

  origin = omc_origin_dup (url);
  login = omc_origin_dup (token_url);
  self = g_new0 (OmcServerIdentity, 1);
  self->url = dup_normal (url);
  self->login = g_strcmp0 (login, origin) != 0 ? g_steal_pointer (&login) : NULL;
  self->authorities = g_strdup (authorities);

  return self;
}

void
omc_server_identity_free (OmcServerIdentity *self)
{
  if (self == NULL)
    return;

  g_free (self->url);
  g_free (self->login);
  g_free (self->authorities);
  g_free (self);
}

/* The server itself is told its secret anyway. */
static gboolean
login_is_within (const OmcServerIdentity *self, const OmcServerIdentity *known)
{
  return self->login == NULL || g_strcmp0 (self->login, known->login) == 0;
}

/* Who trusts fewer is deceived by fewer, so that an authority that has ended goes without a question. */
static gboolean
authorities_are_within (const OmcServerIdentity *self, const OmcServerIdentity *known)
{
  g_auto (GStrv) mine = NULL;
  g_auto (GStrv) theirs = NULL;

  if (self->authorities == NULL || known->authorities == NULL)
    return self->authorities == known->authorities;
  mine = g_strsplit (self->authorities, " ", -1);
  theirs = g_strsplit (known->authorities, " ", -1);
  for (gsize i = 0; mine[i] != NULL; i++)
    {
      if (!g_strv_contains ((const char *const *)theirs, mine[i]))
        return FALSE;
    }

  return mine[0] != NULL;
}

gboolean
omc_server_identity_is_within (const OmcServerIdentity *self, const OmcServerIdentity *known)
{
  g_return_val_if_fail (self != NULL && known != NULL, FALSE);

  return g_str_equal (self->url, known->url) && login_is_within (self, known) &&
         authorities_are_within (self, known);
}

char *
omc_server_identity_dup_url_words (const OmcServerIdentity *self)
{
  char *origin;

  g_return_val_if_fail (self != NULL, NULL);

  origin = omc_origin_dup (self->url);

  return origin != NULL ? origin : g_strdup (_ ("no address"));
}

char *
omc_server_identity_dup_login_words (const OmcServerIdentity *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strdup (self->login != NULL ? self->login : C_ ("login", "its server"));
}

char *
omc_server_identity_dup_authority_words (const OmcServerIdentity *self)
{
  g_auto (GStrv) each = NULL;
  g_autoptr (GString) words = NULL;
  guint n;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->authorities == NULL)
    return g_strdup (_ ("every authority of this computer"));
  each = g_strsplit (self->authorities, " ", -1);
  n = g_strv_length (each);
  words = g_string_new ("SHA-256 ");
  for (guint i = 0; i < MIN (n, TOLD_FINGERPRINTS); i++)
    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "", each[i]);
  if (n > TOLD_FINGERPRINTS)
    g_string_append_printf (words, ngettext (" and %u more", " and %u more", n - TOLD_FINGERPRINTS),
                            n - TOLD_FINGERPRINTS);

  return g_string_free (g_steal_pointer (&words), FALSE);
}

char *
omc_server_identity_dup_refusal (const OmcServerIdentity *self, const OmcServerIdentity *known)
{
  g_autofree char *wanted = NULL;
  g_autofree char *before = NULL;

  g_return_val_if_fail (self != NULL && known != NULL, NULL);

  if (omc_server_identity_is_within (self, known))
    return NULL;
  if (!g_str_equal (self->url, known->url))
    {
      wanted = omc_server_identity_dup_url_words (self);
      before = omc_server_identity_dup_url_words (known);
      return g_strdup_printf (
          _ ("The configuration names another server (%s) than the one of this device (%s); "
             "nothing is sent to it. Who manages the device confirms it with “omnicarectl keys "
             "confirm --server URL”."),
          wanted, before);
    }
  if (!login_is_within (self, known))
    {
      wanted = omc_server_identity_dup_login_words (self);
      before = omc_server_identity_dup_login_words (known);
      return g_strdup_printf (
          _ ("The configuration logs in at another place (%s) than this device does (%s); nothing "
             "is sent to it. Who manages the device confirms it with “omnicarectl keys confirm”."),
          wanted, before);
    }
  wanted = omc_server_identity_dup_authority_words (self);
  before = omc_server_identity_dup_authority_words (known);

  return g_strdup_printf (
      _ ("The configuration lets others vouch for the server (%s) than this device does (%s); "
         "nothing is sent. Who manages the device confirms it with “omnicarectl keys confirm”."),
      wanted, before);
}
