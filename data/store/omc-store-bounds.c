/* omc-store-bounds.c: what a configuration alone may not lift
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store-bounds.h"

#include "omc-store-private.h"
#include "omc-store-sync.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* Names of the texts that hold the parts: of the settings, what was confirmed; of the marks, what was met. */
typedef struct
{
  const char *url;
  const char *login;
  const char *authorities;
} Names;

static const Names confirmed = { "server-confirmed", "login-confirmed", "authorities-confirmed" };
static const Names met = { "server/base", "server/login", "server/authorities" };

typedef char *(*ReadFunc) (OmcStore *self, const char *name, GError **error);

static char *
read_setting (OmcStore *self, const char *name, GError **error)
{
  return omc_store_get_setting_sync (self, name, NULL, error);
}

/* NULL without an error: there is none. */
static OmcServerIdentity *
read_identity (OmcStore *self, const Names *names, ReadFunc read_text, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *url = read_text (self, names->url, &local);
  g_autofree char *login = url != NULL ? read_text (self, names->login, &local) : NULL;
  g_autofree char *authorities =
      url != NULL && local == NULL ? read_text (self, names->authorities, &local) : NULL;

  if (local == NULL)
    return url != NULL ? omc_server_identity_new (url, login, authorities) : NULL;
  g_propagate_error (error, g_steal_pointer (&local));

  return NULL;
}

static gboolean
has_met (OmcStore *self, gboolean *has_server, GError **error)
{
  OmcKeyLifetime lifetime;

  if (!omc_key_manager_get_lifetime_sync (self->keys, &lifetime, error))
    return FALSE;
  *has_server = lifetime.has_server;

  return TRUE;
}

/* The one that was confirmed last; else the one that was met, once that proved who it is. */
gboolean
omc_store_get_server_sync (OmcStore *self, OmcServerIdentity **known, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean has_server = FALSE;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (known != NULL, FALSE);

  *known = read_identity (self, &confirmed, read_setting, &local);
  if (*known == NULL && local == NULL && has_met (self, &has_server, &local) && has_server)
    *known = read_identity (self, &met, omc_store_get_mark, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
omc_store_check_server_sync (OmcStore *self, const OmcServerIdentity *server, GError **error)
{
  g_autoptr (OmcServerIdentity) known = NULL;
  g_autofree char *refusal = NULL;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (server != NULL, FALSE);

  if (!omc_store_get_server_sync (self, &known, error))
    return FALSE;
  refusal = known != NULL ? omc_server_identity_dup_refusal (server, known) : NULL;
  if (refusal == NULL)
    return TRUE;
  g_set_error_literal (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED, refusal);

  return FALSE;
}

static gboolean
put_mark (OmcStore *self, const char *name, const char *value, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *there = omc_store_get_mark (self, name, &local);

  if (local == NULL)
    return g_strcmp0 (there, value) == 0 || omc_store_set_mark (self, name, value, error);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

gboolean
omc_store_note_server_sync (OmcStore *self, const OmcServerIdentity *server, GError **error)
{
  gboolean has_server;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (server != NULL, FALSE);

  return has_met (self, &has_server, error) &&
         (has_server || (put_mark (self, met.login, server->login, error) &&
                         put_mark (self, met.authorities, server->authorities, error)));
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
record (OmcStore *self,
        OmcActor *actor,
        gint64 lifetime_us,
        const OmcServerIdentity *server,
        GError **error)
{
  g_autoptr (GString) entity = g_string_new (NULL);
  OmcAuditEvent event = { .type = "security", .subtype = "configuration-confirmed", .action = 'U' };

  g_string_printf (entity, "%u h", (guint)(lifetime_us / HOUR_US));
  if (server != NULL)
    g_string_append_printf (entity, ", %s", server->url);
  if (server != NULL && server->login != NULL)
    g_string_append_printf (entity, ", login %s", server->login);
  if (server != NULL && server->authorities != NULL)
    g_string_append_printf (entity, ", authorities %s", server->authorities);
  event.entity = entity->str;

  return omc_store_audit_sync (self, actor, &event, NULL, error);
}

static gboolean
put_setting (OmcStore *self,
             OmcActor *actor,
             const char *name,
             const char *value,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *there = omc_store_get_setting_sync (self, name, cancellable, &local);

  if (local == NULL)
    return g_strcmp0 (there, value) == 0 ||
           omc_store_set_setting_sync (self, actor, name, value, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

/* The address last: without it the other two say nothing. */
static gboolean
put_server (OmcStore *self,
            OmcActor *actor,
            const OmcServerIdentity *server,
            GCancellable *cancellable,
            GError **error)
{
  return put_setting (self, actor, confirmed.login, server->login, cancellable, error) &&
         put_setting (self, actor, confirmed.authorities, server->authorities, cancellable,
                      error) &&
         put_setting (self, actor, confirmed.url, server->url, cancellable, error);
}

gboolean
omc_store_confirm_bounds_sync (OmcStore *self,
                               OmcActor *actor,
                               gint64 lifetime_us,
                               const OmcServerIdentity *server,
                               GCancellable *cancellable,
                               GError **error)
{
  gint64 most_us;

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);

  most_us = bound_by_policy (self, lifetime_us);

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) &&
         record (self, actor, most_us, server, error) &&
         (server == NULL || put_server (self, actor, server, cancellable, error)) &&
         omc_key_manager_confirm_lifetime_sync (self->keys, most_us, error);
}
