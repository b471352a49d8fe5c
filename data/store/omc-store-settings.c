/* omc-store-settings.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-store"

#include "config.h"

#include "omc-store.h"

#include "omc-audit-dao.h"
#include "omc-setting-dao.h"
#include "omc-store-private.h"

typedef struct
{
  OmcActor *actor;
  const char *name;
  const char *value;
  char *found;
} SettingJob;

static gboolean
set_setting (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SettingJob *job = data;
  OmcAuditEvent event = {
    .type = "security", .subtype = "setting", .action = 'U', .entity = job->name
  };

  return omc_setting_dao_set (session, OMC_TEXTS_SETTINGS, job->name, job->value, error) &&
         omc_audit_dao_append (session, job->actor, &event, error);
}

gboolean
omc_store_set_setting_sync (OmcStore *self,
                            OmcActor *actor,
                            const char *name,
                            const char *value,
                            GCancellable *cancellable,
                            GError **error)
{
  SettingJob job = { actor, name, value, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);
  g_return_val_if_fail (!g_str_has_prefix (name, OMC_STORE_POLICY_SETTINGS), FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_DEVICE, NULL, NULL, error) &&
         omc_store_run_write (self, set_setting, &job, cancellable, error);
}

static gboolean
get_setting (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  SettingJob *job = data;

  return omc_setting_dao_get (session, OMC_TEXTS_SETTINGS, job->name, &job->found, error);
}

char *
omc_store_get_setting_sync (OmcStore *self,
                            const char *name,
                            GCancellable *cancellable,
                            GError **error)
{
  SettingJob job = { NULL, name, NULL, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return omc_store_run_read (self, get_setting, &job, cancellable, error) ? job.found : NULL;
}

typedef struct
{
  OmcActor *actor;
  OmcActor *user;
  gboolean disabled;
  GPtrArray *users;
} UserJob;

static gboolean
put_user (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  UserJob *job = data;
  OmcAuditEvent event = {
    .type = "security",
    .subtype = job->disabled ? "user-disabled" : "user-changed",
    .action = 'U',
    .entity = omc_actor_get_user (job->user),
    .detail = omc_role_to_string (omc_actor_get_role (job->user)),
  };

  return omc_user_dao_put (session, job->user, job->disabled, error) &&
         omc_audit_dao_append (session, job->actor, &event, error);
}

gboolean
omc_store_put_user_sync (OmcStore *self,
                         OmcActor *actor,
                         OmcActor *user,
                         gboolean disabled,
                         GCancellable *cancellable,
                         GError **error)
{
  UserJob job = { actor, user, disabled, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (actor), FALSE);
  g_return_val_if_fail (OMC_IS_ACTOR (user), FALSE);

  return omc_store_check_access (self, actor, OMC_ACCESS_MANAGE_USERS, NULL, NULL, error) &&
         omc_store_run_write (self, put_user, &job, cancellable, error);
}

static gboolean
list_users (OmcSession *session, gpointer data, GCancellable *cancellable, GError **error)
{
  UserJob *job = data;

  job->users = omc_user_dao_list (session, error);

  return job->users != NULL;
}

GPtrArray *
omc_store_list_users_sync (OmcStore *self, GCancellable *cancellable, GError **error)
{
  UserJob job = { NULL, NULL, FALSE, NULL };

  g_return_val_if_fail (OMC_IS_STORE (self), NULL);

  return omc_store_run_read (self, list_users, &job, cancellable, error) ? job.users : NULL;
}
