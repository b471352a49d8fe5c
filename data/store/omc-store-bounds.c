/* omc-store-bounds.c: what a configuration alone may not lift
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-bounds.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-store-private.h"
#include "omc-store-sync.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define CONFIRMED "server-confirmed"
#define MET "server/base"

static char *
dup_normal (const char *url)
{
  gsize length = strlen (url);

  while (length > 0 && url[length - 1] == '/')
    length--;

  return g_strndup (url, length);
}

/* What may stand in a message: who it is, and nothing of what is asked there; a path may name a
 * patient. */
static char *
describe_server (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_uri_get_host (uri) != NULL
             ? g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                           g_uri_get_port (uri), "", NULL, NULL)
             : g_strdup (_ ("no address"));
}

/* The one that was confirmed last; else the one that was met, once that proved who it is. */
static gboolean
find_server (OmcStore *self, char **url, GError **error)
{
  g_autoptr (GError) local = NULL;
  OmcKeyLifetime lifetime;

  *url = omc_store_get_setting_sync (self, CONFIRMED, NULL, &local);
  if (*url == NULL && local == NULL &&
      omc_key_manager_get_lifetime_sync (self->keys, &lifetime, &local) && lifetime.has_server)
    *url = omc_store_get_mark (self, MET, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
omc_store_check_server_sync (OmcStore *self, const char *url, GError **error)
{
  g_autofree char *wanted = NULL;
  g_autofree char *known = NULL;
  g_autofree char *wanted_words = NULL;
  g_autofree char *known_words = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (url != NULL, FALSE);

  if (!find_server (self, &known, error))
    return FALSE;
  wanted = dup_normal (url);
  if (known == NULL || g_str_equal (known, wanted))
    return TRUE;
  wanted_words = describe_server (wanted);
  known_words = describe_server (known);
  g_set_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED,
               _ ("The configuration names another server (%s) than the one of this device (%s); "
                  "nothing is sent to it. Who manages the device confirms it with “omnicarectl "
                  "keys confirm --server URL”."),
               wanted_words, known_words);

  return FALSE;
}

/* A policy is signed: it goes before what somebody at the device wants. */
static gint64
bound_by_policy (OmcStore *self, gint64 lifetime_us)
{
  g_autoptr (OmcAccessPolicy) policy = omc_store_dup_policy (self);
  gint64 most_us = omc_access_policy_get_lifetime_hours (policy) * HOUR_US;

  if (most_us == 0)
    return lifetime_us;

  return lifetime_us == 0 ? most_us : MIN (most_us, lifetime_us);
}

static gboolean
record (OmcStore *self, OmcActor *actor, gint64 lifetime_us, const char *server_url, GError **error)
{
  g_autofree char *entity =
      g_strdup_printf ("%u h%s%s", (guint)(lifetime_us / HOUR_US), server_url != NULL ? ", " : "",
                       server_url != NULL ? server_url : "");
  const OmcAuditEvent event = {
    .type = "security", .subtype = "configuration-confirmed", .action = 'U', .entity = entity
  };

  return omc_store_audit_sync (self, actor, &event, NULL, error);
}

gboolean
omc_store_confirm_bounds_sync (OmcStore *self,
                               OmcActor *actor,
                               gint64 lifetime_us,
                               const char *server_url,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *server = NULL;
  gint64 most_us;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  server = server_url != NULL ? dup_normal (server_url) : NULL;
  most_us = bound_by_policy (self, lifetime_us);

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) &&
         record (self, actor, most_us, server, error) &&
         (server == NULL ||
          omc_store_set_setting_sync (self, actor, CONFIRMED, server, cancellable, error)) &&
         omc_key_manager_confirm_lifetime_sync (self->keys, most_us, error);
}
