/* omc-sync-service.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sync-error.h"
#include "omc-sync-machine.h"
#include "omc-sync-service-private.h"

/* What is saved in one breath goes out together. */
#define DEBOUNCE_MS 1000
#define STALE_CHECK_SECONDS 30
#define STALE_US (10 * G_TIME_SPAN_MINUTE)
#define VERY_STALE_US (30 * G_TIME_SPAN_MINUTE)
/* A device whose clock is further off shows it: bedside times would be wrong (design/sync.md, "Time"). */
#define SKEW_US (5 * G_TIME_SPAN_MINUTE)

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (OmcSyncService, omc_sync_service, G_TYPE_OBJECT)

void
_omc_sync_service_notify (OmcSyncService *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

/* --- the message --- */

/* The most pressing of what could be said. */
static char *
make_message (OmcSyncService *self)
{
  OmcClock *clock = omc_store_get_clock (self->store);
  gint64 silent_us = omc_clock_get_now (clock) - self->last_contact;
  gint64 skew_us = omc_clock_get_skew (clock);

  if (self->setup_error != NULL)
    return g_strdup (self->setup_error);
  if (self->engine == NULL)
    return NULL;
  if (self->last_contact > 0 && silent_us >= STALE_US)
    return g_strdup_printf (
        silent_us >= VERY_STALE_US
            ? _ ("No contact with the server for %u minutes: what others chart is not seen here. "
                 "Check the network.")
            : _ ("No contact with the server for %u minutes. Work is kept here and sent later."),
        (guint)(silent_us / G_TIME_SPAN_MINUTE));
  if (self->run_error != NULL)
    return g_strdup (self->run_error);
  if (ABS (skew_us) >= SKEW_US)
    return g_strdup_printf (
        _ ("This device's clock is %u minutes off the server's: ask IT to set it."),
        (guint)(ABS (skew_us) / G_TIME_SPAN_MINUTE));
  return NULL;
}

static void
update_message (OmcSyncService *self)
{
  g_autofree char *message = make_message (self);

  if (g_set_str (&self->message, message))
    _omc_sync_service_notify (self, PROP_MESSAGE);
}

static gboolean
stale_cb (gpointer user_data)
{
  update_message (user_data);
  return G_SOURCE_CONTINUE;
}

/* --- what the store says --- */
static void read_status (OmcSyncService *self);

static gboolean
debounce_cb (gpointer user_data)
{
  OmcSyncService *self = user_data;

  self->debounce_id = 0;
  omc_sync_service_request_sync (self, OMC_SYNC_REASON_LOCAL_CHANGE);
  return G_SOURCE_REMOVE;
}

static void
take_status (OmcSyncService *self, const OmcStoreStatus *status)
{
  gboolean grew = self->status_known && status->n_pending > self->n_pending;

  self->status_known = TRUE;
  self->n_pending = status->n_pending;
  SET_PROPERTY (self, pending_count, status->n_pending_sets, PROP_PENDING_COUNT);
  SET_PROPERTY (self, conflict_count, status->n_conflicts, PROP_CONFLICT_COUNT);
  SET_PROPERTY (self, attention_count, status->n_attention, PROP_ATTENTION_COUNT);
  SET_PROPERTY (self, last_sync, status->last_sync_us, PROP_LAST_SYNC);
  SET_PROPERTY (self, last_contact, status->last_contact_us, PROP_LAST_CONTACT);
  update_message (self);
  if (grew && self->debounce_id == 0 && self->config->auto_sync && self->started)
    self->debounce_id = _omc_sync_service_add_timeout (self, DEBOUNCE_MS, debounce_cb);
}

static void
status_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSyncService) self = user_data;
  g_autoptr (GError) error = NULL;
  OmcStoreStatus status = { 0 };

  self->status_running = FALSE;
  if (omc_store_get_status_finish (OMC_STORE (object), result, &status, &error))
    take_status (self, &status);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("The state of the store cannot be read: %s", error->message);
  if (self->status_wanted && self->started)
    read_status (self);
}

static void
read_status (OmcSyncService *self)
{
  self->status_wanted = self->status_running;
  if (self->status_running)
    return;
  self->status_running = TRUE;
  omc_store_get_status_async (self->store, self->reading, status_cb, g_object_ref (self));
}

static void
store_changed_cb (OmcSyncService *self, OmcStoreChange *change)
{
  if (change->flags & (OMC_CHANGED_QUEUE | OMC_CHANGED_CONFLICTS | OMC_CHANGED_SYNC))
    read_status (self);
}

/* --- what a run says --- */
static gboolean
said_cb (gpointer user_data)
{
  OmcSyncService *self = user_data;
  OmcSyncState state;
  double progress;
  int eta;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->said, g_source_unref);
  state = self->said_state;
  progress = self->said_progress;
  eta = self->said_eta;
  g_mutex_unlock (&self->mutex);

  if (!omc_sync_machine_is_active (state))
    {
      progress = -1;
      eta = -1;
    }
  SET_PROPERTY (self, state, state, PROP_STATE);
  SET_PROPERTY (self, progress, progress, PROP_PROGRESS);
  SET_PROPERTY (self, eta_seconds, eta, PROP_ETA_SECONDS);
  return G_SOURCE_REMOVE;
}

/* On the run's thread: one message on its way at a time. */
static void
notify_cb (OmcSyncState state, double progress, int eta_seconds, gpointer user_data)
{
  OmcSyncService *self = user_data;

  g_mutex_lock (&self->mutex);
  self->said_state = state;
  self->said_progress = progress;
  self->said_eta = eta_seconds;
  if (self->said == NULL)
    {
      self->said = g_idle_source_new ();
      g_source_set_static_name (self->said, "omc-sync-progress");
      g_source_set_callback (self->said, said_cb, g_object_ref (self), g_object_unref);
      g_source_attach (self->said, self->context);
    }
  g_mutex_unlock (&self->mutex);
}

static void
finished_cb (const OmcSyncFinish *finish, gpointer user_data)
{
  OmcSyncService *self = user_data;
  const char *sentence = finish->report != NULL ? finish->report->error : finish->error->message;

  if (finish->hold_us >= 0)
    self->hold_until = g_get_monotonic_time () + finish->hold_us;
  self->n_failures = finish->state == OMC_SYNC_IDLE ? 0 : self->n_failures + 1;
  g_set_str (&self->run_error, sentence);
  /* A run that never began says nothing about the network. */
  if (finish->report != NULL)
    SET_PROPERTY (self, online,
                  finish->state != OMC_SYNC_OFFLINE && finish->state != OMC_SYNC_NEEDS_USER,
                  PROP_ONLINE);
  if (finish->report == NULL)
    SET_PROPERTY (self, state, finish->state, PROP_STATE);
  read_status (self);
  update_message (self);
  _omc_sync_service_plan_next_run (self, finish->state);
}

static void
network_changed_cb (OmcSyncService *self)
{
  if (omc_connectivity_may_reach (self->connectivity))
    omc_sync_service_request_sync (self, OMC_SYNC_REASON_NETWORK);
  else
    SET_PROPERTY (self, online, FALSE, PROP_ONLINE);
}

/* --- life --- */
static void
set_up (OmcSyncService *self)
{
  g_autoptr (GError) error = NULL;

  if (self->config->server_url == NULL)
    return;
  if (omc_sync_config_settle (self->config, &error))
    self->client = omc_fhir_client_new (self->config, &error);
  if (self->client == NULL)
    {
      self->setup_error = g_strdup (error->message);
      self->state = OMC_SYNC_NEEDS_USER;
      return;
    }
  self->engine = omc_sync_engine_new (self->store, OMC_FHIR_TRANSPORT (self->client), self->config);
  omc_sync_engine_set_notify (self->engine, notify_cb, self);
  self->connectivity = omc_connectivity_new (self->config->server_url, NULL);
  g_signal_connect_object (self->connectivity, "changed", G_CALLBACK (network_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

OmcSyncService *
omc_sync_service_new (OmcStore *store, const OmcSyncConfig *config)
{
  OmcSyncService *self;

  g_return_val_if_fail (OMC_IS_STORE (store) && config != NULL, NULL);

  self = g_object_new (OMC_TYPE_SYNC_SERVICE, NULL);
  self->store = g_object_ref (store);
  self->config = omc_sync_config_copy (config);
  self->context = g_main_context_ref_thread_default ();
  set_up (self);
  update_message (self);
  return self;
}

void
omc_sync_service_start (OmcSyncService *self)
{
  g_return_if_fail (OMC_IS_SYNC_SERVICE (self));

  if (self->started)
    return;
  self->started = TRUE;
  g_set_object (&self->reading, NULL);
  self->reading = g_cancellable_new ();
  g_signal_connect_object (self->store, "changed", G_CALLBACK (store_changed_cb), self,
                           G_CONNECT_SWAPPED);
  read_status (self);
  if (self->engine == NULL)
    return;
  self->worker = omc_sync_worker_new (self->engine, self->context, finished_cb, self);
  self->stale_id = _omc_sync_service_add_timeout (self, STALE_CHECK_SECONDS * 1000, stale_cb);
  if (self->config->auto_sync)
    omc_sync_service_request_sync (self, OMC_SYNC_REASON_TIMER);
}

void
omc_sync_service_stop (OmcSyncService *self)
{
  g_return_if_fail (OMC_IS_SYNC_SERVICE (self));

  if (!self->started)
    return;
  self->started = FALSE;
  g_signal_handlers_disconnect_by_func (self->store, store_changed_cb, self);
  g_cancellable_cancel (self->reading);
  _omc_sync_service_remove_source (self, &self->debounce_id);
  _omc_sync_service_remove_source (self, &self->timer_id);
  _omc_sync_service_remove_source (self, &self->stale_id);
  g_clear_pointer (&self->worker, omc_sync_worker_free);
}

static gboolean
check_engine (OmcSyncService *self, GError **error)
{
  if (self->engine == NULL)
    g_set_error_literal (
        error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
        self->setup_error != NULL
            ? self->setup_error
            : _ ("No server is set: name one in the configuration or with --server."));

  return self->engine != NULL;
}

OmcSyncReport *
omc_sync_service_run_sync (OmcSyncService *self,
                           const char *resource,
                           gboolean dry_run,
                           GCancellable *cancellable,
                           GError **error)
{
  const OmcSyncRunOptions options = { .resource = resource, .dry_run = dry_run, .all_due = TRUE };

  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), NULL);

  return check_engine (self, error)
             ? omc_sync_engine_run (self->engine, &options, cancellable, error)
             : NULL;
}

gboolean
omc_sync_service_meet_sync (OmcSyncService *self, GCancellable *cancellable, GError **error)
{
  const OmcSyncRunOptions options = { .people_only = TRUE };
  g_autoptr (OmcSyncReport) report = NULL;

  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), FALSE);

  if (!check_engine (self, error))
    return FALSE;
  report = omc_sync_engine_run (self->engine, &options, cancellable, error);
  if (report == NULL || omc_sync_engine_had_contact (self->engine))
    return report != NULL;
  g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_OFFLINE,
                       report->error != NULL ? report->error
                                             : _ ("The server did not answer: try again."));

  return FALSE;
}

static void
omc_sync_service_dispose (GObject *object)
{
  OmcSyncService *self = OMC_SYNC_SERVICE (object);

  if (self->started)
    omc_sync_service_stop (self);
  if (self->engine != NULL)
    omc_sync_engine_set_notify (self->engine, NULL, NULL);
  g_clear_object (&self->connectivity);
  g_clear_object (&self->engine);
  g_clear_object (&self->client);
  g_clear_object (&self->reading);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (omc_sync_service_parent_class)->dispose (object);
}

static void
omc_sync_service_finalize (GObject *object)
{
  OmcSyncService *self = OMC_SYNC_SERVICE (object);

  g_clear_pointer (&self->config, omc_sync_config_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->said, g_source_unref);
  g_free (self->setup_error);
  g_free (self->run_error);
  g_free (self->message);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (omc_sync_service_parent_class)->finalize (object);
}

static void
omc_sync_service_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcSyncService *self = OMC_SYNC_SERVICE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_PENDING_COUNT:
      g_value_set_uint (value, self->pending_count);
      break;
    case PROP_CONFLICT_COUNT:
      g_value_set_uint (value, self->conflict_count);
      break;
    case PROP_ATTENTION_COUNT:
      g_value_set_uint (value, self->attention_count);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    case PROP_ETA_SECONDS:
      g_value_set_int (value, self->eta_seconds);
      break;
    case PROP_LAST_SYNC:
      g_value_set_int64 (value, self->last_sync);
      break;
    case PROP_LAST_CONTACT:
      g_value_set_int64 (value, self->last_contact);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_sync_service_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  if (prop_id == PROP_PAUSED)
    omc_sync_service_set_paused (OMC_SYNC_SERVICE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
omc_sync_service_class_init (OmcSyncServiceClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = omc_sync_service_dispose;
  object_class->finalize = omc_sync_service_finalize;
  object_class->get_property = omc_sync_service_get_property;
  object_class->set_property = omc_sync_service_set_property;

  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, OMC_TYPE_SYNC_STATE, OMC_SYNC_IDLE, flags);
  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, FALSE, flags);
  properties[PROP_PENDING_COUNT] =
      g_param_spec_uint ("pending-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CONFLICT_COUNT] =
      g_param_spec_uint ("conflict-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_ATTENTION_COUNT] =
      g_param_spec_uint ("attention-count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  properties[PROP_ETA_SECONDS] =
      g_param_spec_int ("eta-seconds", NULL, NULL, -1, G_MAXINT, -1, flags);
  properties[PROP_LAST_SYNC] =
      g_param_spec_int64 ("last-sync", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LAST_CONTACT] =
      g_param_spec_int64 ("last-contact", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  properties[PROP_PAUSED] =
      g_param_spec_boolean ("paused", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_sync_service_init (OmcSyncService *self)
{
  g_mutex_init (&self->mutex);
  self->progress = -1;
  self->eta_seconds = -1;
}

/* --- getters --- */
OmcSyncState
omc_sync_service_get_state (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), OMC_SYNC_IDLE);

  return self->state;
}

gboolean
omc_sync_service_get_online (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), FALSE);

  return self->online;
}

guint
omc_sync_service_get_pending_count (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), 0);

  return self->pending_count;
}

guint
omc_sync_service_get_conflict_count (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), 0);

  return self->conflict_count;
}

guint
omc_sync_service_get_attention_count (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), 0);

  return self->attention_count;
}

gint64
omc_sync_service_get_last_sync (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), 0);

  return self->last_sync;
}

const char *
omc_sync_service_get_message (OmcSyncService *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_SERVICE (self), NULL);

  return self->message;
}
