/* omc-services.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "omc-credential.h"
#include "omc-practice-ward.h"
#include "omc-practice.h"
#include "omc-store-audit.h"
#include "omc-store-bounds.h"
#include "omc-store-budget.h"
#include "omc-store-policy.h"
#include "omc-store-cache.h"
#include "omc-store-keys.h"
#include "omc-store-slots.h"
#include "omc-ward.h"
#include "omc-services-private.h"

/* How long the system's keyring may take to answer before the next way in is offered. */
#define SECRET_TIMEOUT_MS 3000
/* Often enough for a period of days, also on a computer that sleeps. */
#define ROTATION_CHECK_SECONDS 3600
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (OmcServices, omc_services, OMC_TYPE_GATE)

static gint64
find_last_change (const char *directory)
{
  static const char *const names[] = { "omnicare.db-wal", "omnicare.db" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);
      GStatBuf info;

      if (g_stat (path, &info) == 0)
        return (gint64)info.st_mtime * G_USEC_PER_SEC;
    }

  return 0;
}

static OmcGateReport *
omc_services_examine (OmcGate *gate, GCancellable *cancellable, GError **error)
{
  OmcServices *self = OMC_SERVICES (gate);
  g_autoptr (OmcGateReport) report = g_new0 (OmcGateReport, 1);
  g_autoptr (GError) local = NULL;

  report->practice = omc_services_is_practice (self);
  report->lock_seconds = self->lock_seconds;
  report->rotation_days = self->rotation_days;
  report->practice_display = g_strdup (OMC_PRACTICE_DISPLAY);
  report->changed_us = find_last_change (self->directory);
  report->read_only =
      g_file_test (self->directory, G_FILE_TEST_EXISTS) && g_access (self->directory, W_OK) != 0;

  if (self->practice && (omc_key_manager_exists (self->keys) || report->changed_us) &&
      !omc_practice_is_store (self->directory))
    {
      report->state = OMC_GATE_DAMAGED;
      report->message = g_strdup (
          _ ("This folder holds the records of a real ward. Start the practice ward with another "
             "folder (--data-dir)."));
    }
  else if (!omc_key_manager_exists (self->keys))
    {
      report->state = report->changed_us ? OMC_GATE_KEYS_MISSING : OMC_GATE_FIRST_RUN;
    }
  else if (omc_services_list_people (self, report, &local))
    {
      report->state = OMC_GATE_LOCKED;
      report->opens_alone = self->kiosk && omc_credential_is_given ();
    }
  else
    {
      report->state = OMC_GATE_DAMAGED;
      report->message = g_strdup (local->message);
    }

  return g_steal_pointer (&report);
}

static OmcActor *
find_actor (OmcServices *self, const char *user, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (self->store, cancellable, error);

  if (!users)
    return NULL;

  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *known = users->pdata[i];

      if (!known->disabled && g_strcmp0 (omc_actor_get_user (known->actor), user) == 0)
        return g_object_ref (known->actor);
    }

  if (users->len == 0)
    g_set_error (error, OMC_GATE_ERROR, OMC_GATE_ERROR_FAILED,
                 _ ("Enrolling this device was interrupted, and its store is empty. Move the "
                    "folder %s away and enrol again."),
                 self->directory);
  else
    g_set_error (error, OMC_GATE_ERROR, OMC_GATE_ERROR_NOT_A_USER,
                 _ ("%s may not use this device. Ask an administrator."), user);

  return NULL;
}

static void
note_not_admitted (OmcServices *self, const OmcGateRequest *request)
{
  /* The code is nobody's, and what was typed as a name beside it may be anything. */
  if (request->way == OMC_GATE_BY_RECOVERY_CODE)
    omc_store_note_not_admitted_sync (self->store, NULL, OMC_KEY_SLOT_RECOVERY);
  else
    omc_store_note_not_admitted_sync (self->store, request->user,
                                      request->way == OMC_GATE_BY_PIN ? OMC_KEY_SLOT_PIN
                                                                      : OMC_KEY_SLOT_PASSPHRASE);
}

static OmcActor *
open_existing (OmcServices *self,
               const OmcGateRequest *request,
               GCancellable *cancellable,
               GError **error)
{
  const char *detail = request->way == OMC_GATE_BY_RECOVERY_CODE ? "recovery code"
                       : request->way == OMC_GATE_BY_PIN         ? "PIN"
                       : request->way == OMC_GATE_BY_CREDENTIAL  ? "kiosk credential"
                                                                 : NULL;
  /* Behind a locked screen the store goes on for others. */
  gboolean was_open = omc_store_is_open (self->store);
  g_autoptr (OmcActor) actor = NULL;
  g_autoptr (GError) local = NULL;

  if (!omc_services_prove (self, request, cancellable, &local))
    {
      if (omc_store_is_open (self->store))
        {
          g_autoptr (OmcActor) device = omc_actor_new_device ();

          omc_services_audit_login (self, device, 4, detail, cancellable);
        }
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  if (!omc_store_is_open (self->store) && !omc_store_open_sync (self->store, cancellable, error))
    {
      omc_key_manager_lock (self->keys);
      return NULL;
    }

  if (request->way == OMC_GATE_BY_CREDENTIAL)
    actor = omc_actor_new ("kiosk", _ ("Kiosk"), OMC_ROLE_KIOSK, self->department, NULL);
  else
    actor = find_actor (self, request->user, cancellable, &local);
  if (actor)
    {
      omc_services_audit_login (self, actor, 0, detail, cancellable);
      return g_steal_pointer (&actor);
    }
  if (g_error_matches (local, OMC_GATE_ERROR, OMC_GATE_ERROR_NOT_A_USER))
    note_not_admitted (self, request);
  if (!was_open)
    {
      omc_store_close (self->store);
      omc_key_manager_lock (self->keys);
    }
  g_propagate_error (error, g_steal_pointer (&local));

  return NULL;
}

static OmcActor *
open_practice (OmcServices *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (OmcGateRequest) request = NULL;

  if (!omc_key_manager_exists (self->keys))
    {
      g_autofree char *code = NULL;
      g_autoptr (OmcActor) actor = omc_practice_dup_actor ();

      /* Nobody needs the recovery code of a store whose passphrase is public. */
      if (!omc_practice_create_sync (self->directory, self->keys, self->store, &code, cancellable,
                                     error))
        return NULL;

      /* With a practice server the ward comes from there. */
      if (!self->config->server_url &&
          !omc_practice_ward_fill_sync (self->store, actor, OMC_WARD_MIN_PATIENTS, cancellable,
                                        error))
        return NULL;

      omc_services_audit_login (self, actor, 0, NULL, cancellable);
      return g_steal_pointer (&actor);
    }

  request = omc_gate_request_new (OMC_GATE_BY_PASSPHRASE);
  request->user = g_strdup (OMC_PRACTICE_USER);
  request->passphrase = omc_practice_dup_passphrase ();

  return open_existing (self, request, cancellable, error);
}

static OmcActor *
enrol (OmcServices *self,
       const OmcGateRequest *request,
       char **recovery_code,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (OmcActor) actor =
      omc_actor_new (request->user, request->display, request->role, NULL, NULL);
  /* The first person may have a role that manages neither people nor the device. */
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  if (g_mkdir_with_parents (self->directory, 0700) != 0)
    {
      g_set_error (error, OMC_GATE_ERROR, OMC_GATE_ERROR_FAILED,
                   _ ("The folder for the records cannot be made: %s"), g_strerror (errno));
      return NULL;
    }

  if (!omc_key_manager_create_sync (self->keys, request->user, request->passphrase, recovery_code,
                                    cancellable, error) ||
      !omc_store_open_sync (self->store, cancellable, error) ||
      !omc_store_put_user_sync (self->store, device, actor, FALSE, cancellable, error) ||
      (request->server_url &&
       !omc_store_set_setting_sync (self->store, device, OMC_SETTING_SERVER, request->server_url,
                                    cancellable, error)))
    return NULL;

  omc_services_audit_login (self, actor, 0, NULL, cancellable);

  return g_steal_pointer (&actor);
}

/* Once for each start of the program. */
static void
note_held_lifetime (OmcServices *self)
{
  OmcKeyLifetime lifetime = { 0 };

  if (self->lifetime_notice || !omc_key_manager_get_lifetime_sync (self->keys, &lifetime, NULL) ||
      !lifetime.held)
    return;
  self->lifetime_notice = omc_key_lifetime_describe_held (&lifetime);
}

static OmcActor *
omc_services_open (OmcGate *gate,
                   const OmcGateRequest *request,
                   char **recovery_code,
                   GCancellable *cancellable,
                   GError **error)
{
  OmcServices *self = OMC_SERVICES (gate);
  OmcActor *actor = NULL;

  switch (request->way)
    {
    case OMC_GATE_BY_PRACTICE:
      actor = open_practice (self, cancellable, error);
      break;
    case OMC_GATE_BY_ENROLMENT:
      actor = enrol (self, request, recovery_code, cancellable, error);
      break;
    case OMC_GATE_BY_PASSPHRASE:
    case OMC_GATE_BY_PIN:
    case OMC_GATE_BY_RECOVERY_CODE:
    case OMC_GATE_BY_CREDENTIAL:
      actor = open_existing (self, request, cancellable, error);
      break;
    default:
      g_assert_not_reached ();
    }

  if (actor && self->policy_file)
    omc_store_adopt_policy_sync (self->store, self->policy_file, self->policy_key);
  else if (actor)
    omc_store_refresh_policy_sync (self->store);

  if (actor)
    omc_services_find_server (self, cancellable);
  if (actor)
    note_held_lifetime (self);

  return actor;
}

static void
rotated_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean rotated;

  if (!omc_store_rotate_data_key_finish (OMC_STORE (store), result, &rotated, &error))
    g_warning ("The data key was not rotated: %s", error->message);
  else if (rotated)
    g_message ("A new data key was made; older payloads follow in the background");
}

static gboolean
check_rotation_cb (gpointer user_data)
{
  OmcServices *self = user_data;
  g_autoptr (OmcActor) device = omc_actor_new_device ();

  if (omc_store_is_open (self->store))
    omc_store_rotate_data_key_async (self->store, device, self->rotation_days * DAY_US, NULL,
                                     rotated_cb, NULL);

  return G_SOURCE_CONTINUE;
}

/* A server that was named at enrolment holds until the configuration names one. What the device does not know of it is told;
 * that nothing goes there is the business of the sync engine, which also sees when it was confirmed. */
void
omc_services_find_server (OmcServices *self, GCancellable *cancellable)
{
  g_autoptr (OmcServerIdentity) server = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->server_notice, g_free);
  if (!self->config->server_url)
    self->config->server_url =
        omc_store_get_setting_sync (self->store, OMC_SETTING_SERVER, cancellable, NULL);
  self->config->unbound = omc_services_is_practice (self);
  if (!self->config->server_url || self->config->unbound ||
      !omc_sync_config_settle (self->config, NULL))
    return;
  server = omc_sync_config_dup_identity (self->config);
  if (!omc_store_check_server_sync (self->store, server, &error))
    self->server_notice = g_strdup (error->message);
}

static OmcUiSession *
omc_services_enter (OmcGate *gate, OmcActor *actor)
{
  OmcServices *self = OMC_SERVICES (gate);

  if (!self->sync)
    {
      self->sync = omc_sync_service_new (self->store, self->config);
      omc_sync_service_start (self->sync);
    }
  if (self->rotation_source == 0 && self->rotation_days > 0)
    {
      self->rotation_source =
          g_timeout_add_seconds (ROTATION_CHECK_SECONDS, check_rotation_cb, self);
      check_rotation_cb (self);
    }

  return omc_ui_session_new (self->store, self->sync, actor, self->settings);
}

static void
omc_services_finalize (GObject *object)
{
  OmcServices *self = OMC_SERVICES (object);

  g_clear_handle_id (&self->rotation_source, g_source_remove);
  g_clear_object (&self->sync);
  g_clear_object (&self->store);
  g_clear_object (&self->keys);
  g_clear_object (&self->secrets);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->config, omc_sync_config_free);
  g_free (self->directory);
  g_free (self->policy_file);
  g_free (self->policy_key);
  g_free (self->department);
  g_free (self->server_notice);
  g_free (self->lifetime_notice);

  G_OBJECT_CLASS (omc_services_parent_class)->finalize (object);
}

static void
omc_services_class_init (OmcServicesClass *klass)
{
  OmcGateClass *gate_class = OMC_GATE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = omc_services_finalize;

  gate_class->examine = omc_services_examine;
  gate_class->open = omc_services_open;
  gate_class->set_passphrase = omc_services_set_passphrase;
  gate_class->set_pin = omc_services_set_pin;
  gate_class->add_person = omc_services_add_person;
  gate_class->enter = omc_services_enter;
}

static void
omc_services_init (OmcServices *self)
{
}

OmcServices *
omc_services_new (const char *directory,
                  const OmcSyncConfig *config,
                  GSettings *settings,
                  gboolean practice)
{
  OmcServices *self;
  g_autoptr (OmcClock) clock = omc_clock_new ();

  g_return_val_if_fail (directory != NULL, NULL);
  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (OMC_TYPE_SERVICES, NULL);
  self->directory = g_strdup (directory);
  self->config = omc_sync_config_copy (config);
  self->settings = g_object_ref (settings);
  self->practice = practice;
  self->secrets = omc_secret_store_libsecret_new (SECRET_TIMEOUT_MS);
  self->keys = omc_key_manager_new (directory, self->secrets, practice ? &OMC_KDF_FLOOR : NULL);
  omc_key_manager_set_notes_failures (self->keys, TRUE);
  self->store = omc_store_new (directory, self->keys, clock);

  return self;
}

gboolean
omc_services_is_practice (OmcServices *self)
{
  g_return_val_if_fail (OMC_IS_SERVICES (self), FALSE);

  return self->practice || omc_practice_is_store (self->directory);
}

void
omc_services_note_lock (OmcServices *self, OmcActor *actor)
{
  const OmcAuditEvent event = { .type = "login", .subtype = "lock", .action = 'E' };

  g_return_if_fail (OMC_IS_SERVICES (self));

  omc_store_close_glass_async (self->store, actor, NULL, NULL, NULL, NULL);
  omc_store_audit_async (self->store, actor, &event, NULL, NULL, NULL);
}

void
omc_services_set_lifetime_hours (OmcServices *self, guint hours)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  if (!self->practice)
    omc_key_manager_set_lifetime (self->keys, hours * HOUR_US);
}

void
omc_services_set_rotation_days (OmcServices *self, guint days)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  self->rotation_days = days;
}

void
omc_services_set_lock_seconds (OmcServices *self, guint seconds)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  self->lock_seconds = seconds;
}

void
omc_services_set_policy (OmcServices *self, const char *file, const char *public_key)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  g_set_str (&self->policy_file, file);
  g_set_str (&self->policy_key, public_key);
}

char *
omc_services_dup_notice (OmcServices *self)
{
  g_autofree char *policy = NULL;
  const char *parts[4] = { NULL };
  guint n = 0;

  g_return_val_if_fail (OMC_IS_SERVICES (self), NULL);

  policy = omc_store_dup_policy_notice (self->store);
  if (policy)
    parts[n++] = policy;
  if (self->server_notice)
    parts[n++] = self->server_notice;
  if (self->lifetime_notice)
    parts[n++] = self->lifetime_notice;

  return n > 0 ? g_strjoinv (" ", (char **)parts) : NULL;
}

void
omc_services_set_kiosk (OmcServices *self, const char *department)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  self->kiosk = TRUE;
  g_set_str (&self->department, department);
}

void
omc_services_set_max_size (OmcServices *self, gint64 bytes)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  omc_store_set_max_size (self->store, bytes);
}

void
omc_services_set_retention (OmcServices *self, const OmcRetention *retention)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  omc_store_set_retention (self->store, retention);
}

void
omc_services_set_audit_days (OmcServices *self, guint days)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  omc_store_set_audit_retention (self->store, days * G_TIME_SPAN_DAY);
}

void
omc_services_shut_down (OmcServices *self)
{
  g_return_if_fail (OMC_IS_SERVICES (self));

  g_clear_handle_id (&self->rotation_source, g_source_remove);
  if (self->sync)
    omc_sync_service_stop (self->sync);
  g_clear_object (&self->sync);
  if (omc_store_is_open (self->store))
    omc_store_close (self->store);
  omc_key_manager_lock (self->keys);
}
