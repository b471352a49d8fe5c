/* omc-sync-engine.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-store-bounds.h"
#include "omc-sync-audit.h"
#include "omc-sync-engine.h"
#include "omc-sync-error.h"
#include "omc-sync-forbidden.h"
#include "omc-sync-machine.h"
#include "omc-sync-marks.h"
#include "omc-sync-pull.h"
#include "omc-sync-push.h"
#include "omc-sync-run.h"

/* What is known of the server is asked for anew after this, or when it turns out to be another one. */
#define PROFILE_SECONDS (24 * 3600)

struct _OmcSyncEngine
{
  GObject parent_instance;
  OmcStore *store;             /* (owned) */
  OmcFhirTransport *transport; /* (owned) */
  OmcSyncConfig *config;       /* (owned) */
  GMutex running;
  OmcSyncNotifyFunc notify;
  gpointer notify_data;
  OmcSyncState state;
  gint64 hold_us;
  gboolean had_contact;
  OmcSyncAuditMemory audit;
};

G_DEFINE_FINAL_TYPE (OmcSyncEngine, omc_sync_engine, G_TYPE_OBJECT)

static void
omc_sync_engine_finalize (GObject *object)
{
  OmcSyncEngine *self = OMC_SYNC_ENGINE (object);

  g_clear_object (&self->store);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->config, omc_sync_config_free);
  g_mutex_clear (&self->running);

  G_OBJECT_CLASS (omc_sync_engine_parent_class)->finalize (object);
}

static void
omc_sync_engine_class_init (OmcSyncEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_sync_engine_finalize;
}

static void
omc_sync_engine_init (OmcSyncEngine *self)
{
  g_mutex_init (&self->running);
  self->hold_us = -1;
}

OmcSyncEngine *
omc_sync_engine_new (OmcStore *store, OmcFhirTransport *transport, const OmcSyncConfig *config)
{
  OmcSyncEngine *self;

  g_return_val_if_fail (OMC_IS_STORE (store) && OMC_IS_FHIR_TRANSPORT (transport) && config != NULL,
                        NULL);

  self = g_object_new (OMC_TYPE_SYNC_ENGINE, NULL);
  self->store = g_object_ref (store);
  self->transport = g_object_ref (transport);
  self->config = omc_sync_config_copy (config);
  /* The same server with a slash and without. */
  while (g_str_has_suffix (self->config->server_url, "/"))
    self->config->server_url[strlen (self->config->server_url) - 1] = '\0';
  return self;
}

void
omc_sync_engine_set_notify (OmcSyncEngine *self, OmcSyncNotifyFunc func, gpointer user_data)
{
  g_return_if_fail (OMC_IS_SYNC_ENGINE (self));

  self->notify = func;
  self->notify_data = user_data;
}

OmcSyncState
omc_sync_engine_get_state (OmcSyncEngine *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_ENGINE (self), OMC_SYNC_IDLE);

  return self->state;
}

gint64
omc_sync_engine_get_hold (OmcSyncEngine *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_ENGINE (self), -1);

  return self->hold_us;
}

gboolean
omc_sync_engine_had_contact (OmcSyncEngine *self)
{
  g_return_val_if_fail (OMC_IS_SYNC_ENGINE (self), FALSE);

  return self->had_contact;
}

static void
progress_cb (OmcSyncRun *run, gpointer user_data)
{
  OmcSyncEngine *self = user_data;
  int eta;
  double fraction = omc_sync_run_get_progress (run, &eta);

  if (self->notify != NULL)
    self->notify (self->state, fraction, eta, self->notify_data);
}

/* --- AUTH: who asks, and whom --- */
static gboolean
forget_marks (OmcSyncRun *run, GError **error)
{
  g_auto (GStrv) types = omc_sync_run_list_types (run);

  for (guint i = 0; types[i] != NULL; i++)
    {
      g_autofree char *pull = g_strconcat ("pull/", types[i], NULL);
      g_autofree char *idset = g_strconcat ("idset/", types[i], NULL);

      if (!omc_store_set_mark (run->store, pull, NULL, error) ||
          !omc_store_set_mark (run->store, idset, NULL, error))
        return FALSE;
    }

  g_clear_pointer (&run->asked, g_hash_table_unref);
  return omc_store_set_mark (run->store, OMC_MARK_FORBIDDEN, NULL, error) &&
         omc_store_forget_versions (run->store, error);
}

static OmcServerProfile *
load_profile (OmcSyncRun *run)
{
  g_autofree char *base = omc_store_get_mark (run->store, "server/base", NULL);
  g_autofree char *when = omc_store_get_mark (run->store, "server/seen", NULL);
  g_autofree char *text = omc_store_get_mark (run->store, "server/profile", NULL);
  gint64 now = omc_clock_get_now (omc_store_get_clock (run->store));
  gint64 seen;

  if (g_strcmp0 (base, run->config->server_url) != 0 || text == NULL || when == NULL ||
      !omc_instant_parse_range (when, &seen, NULL) ||
      ABS (now - seen) > PROFILE_SECONDS * G_TIME_SPAN_SECOND)
    return NULL;
  return omc_server_profile_new_from_string (text);
}

static gboolean
save_profile (OmcSyncRun *run, GError **error)
{
  g_autofree char *base = omc_store_get_mark (run->store, "server/base", NULL);
  g_autofree char *now = omc_instant_format (omc_clock_get_now (omc_store_get_clock (run->store)));
  g_autofree char *text = omc_server_profile_to_string (run->profile);

  /* Another address may be another server: all of it is read again, nothing is skipped. */
  if (base != NULL && !g_str_equal (base, run->config->server_url) && !forget_marks (run, error))
    return FALSE;
  return omc_store_set_mark (run->store, "server/profile", text, error) &&
         omc_store_set_mark (run->store, "server/seen", now, error) &&
         omc_store_set_mark (run->store, "server/base", run->config->server_url, error);
}

/* Whose login was taken is whom the first contact binds, also where its profile is known since a try before. */
static gboolean
note_server (OmcSyncRun *run, GError **error)
{
  g_autoptr (OmcServerIdentity) server = omc_sync_config_dup_identity (run->config);

  return omc_store_note_server_sync (run->store, server, error);
}

static gboolean
authenticate (OmcSyncRun *run, GError **error)
{
  g_autoptr (OmcFhirResponse) response = NULL;

  if (!omc_store_reset_in_flight (run->store, NULL, run->cancellable, error) ||
      !omc_fhir_transport_login (run->transport, run->cancellable, error) ||
      !note_server (run, error))
    return FALSE;

  /* Who is asked about people is met here and now. */
  run->profile = run->people_only ? NULL : load_profile (run);
  if (run->profile != NULL)
    return TRUE;
  response = omc_fhir_transport_get (run->transport, "metadata", run->cancellable, error);
  if (response == NULL)
    return FALSE;
  omc_sync_run_see_server_time (run, response->server_us);
  run->profile = omc_server_profile_new_from_capability (omc_json_get_root (response->json), error);
  return run->profile != NULL && save_profile (run, error);
}

/* --- PULL --- */
static gboolean
pull_once (OmcSyncRun *run, GError **error)
{
  if (run->people_only)
    return omc_sync_pull_people (run, error);
  return run->resource_type != NULL ? omc_sync_pull_one (run, error) : omc_sync_pull (run, error);
}

/* A server that was set up anew under its address is another server: all of it is read again, and nothing is sent before. */
static gboolean
pull (OmcSyncRun *run, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (pull_once (run, &cause))
    return TRUE;
  if (g_error_matches (cause, OMC_STORE_ERROR, OMC_STORE_ERROR_OTHER_HISTORY))
    {
      g_clear_error (&cause);
      if (!forget_marks (run, error))
        return FALSE;
      omc_sync_run_note (run, _ ("The server was set up anew or set back. Everything here is "
                                 "compared with it again; what it does not show to be the same "
                                 "waits for a person."));
      return pull_once (run, error);
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* --- the machine --- */
static OmcSyncEvent
do_state (OmcSyncState state, OmcSyncRun *run, OmcSyncPush *push, GError **error)
{
  gboolean more = FALSE;
  gboolean well = TRUE;

  switch (state)
    {
    case OMC_SYNC_AUTH:
      well = authenticate (run, error);
      break;
    case OMC_SYNC_PULL:
      well = pull (run, error);
      /* A full store keeps room for what people did, which makes room by going out. */
      if (!well && g_error_matches (*error, OMC_STORE_ERROR, OMC_STORE_ERROR_FULL))
        {
          g_clear_error (&run->no_room);
          run->no_room = g_steal_pointer (error);
          well = TRUE;
        }
      break;
    case OMC_SYNC_RESOLVE:
      well = run->people_only || omc_sync_push_plan (push, &more, error);
      if (well && !more && run->no_room != NULL)
        {
          *error = g_steal_pointer (&run->no_room);
          well = FALSE;
        }
      break;
    case OMC_SYNC_PUSH:
      return omc_sync_push_send (push, error) ? OMC_SYNC_EVENT_SENT
                                              : omc_sync_machine_event_for_error (*error);
    case OMC_SYNC_RECONCILE:
      well = omc_sync_push_reconcile (push, &more, error);
      if (well && g_cancellable_set_error_if_cancelled (run->cancellable, error))
        well = FALSE;
      break;
    case OMC_SYNC_IDLE:
    case OMC_SYNC_BACKOFF:
    case OMC_SYNC_OFFLINE:
    case OMC_SYNC_NEEDS_USER:
    default:
      g_assert_not_reached ();
    }

  if (!well)
    return omc_sync_machine_event_for_error (*error);
  return more ? OMC_SYNC_EVENT_MORE : OMC_SYNC_EVENT_DONE;
}

static void
run_machine (OmcSyncEngine *self, OmcSyncRun *run, GError **error)
{
  g_autoptr (OmcSyncPush) push = omc_sync_push_new (run);
  OmcSyncEvent event = OMC_SYNC_EVENT_START;

  do
    {
      if (!omc_sync_machine_next (self->state, event, &self->state))
        g_assert_not_reached ();
      progress_cb (run, self);
      if (omc_sync_machine_is_active (self->state))
        event = do_state (self->state, run, push, error);
    }
  while (omc_sync_machine_is_active (self->state));
}

/* What would be done; nothing is written here or there but the login. */
static gboolean
run_dry (OmcSyncRun *run, OmcSyncReport *report, GError **error)
{
  g_autoptr (OmcSyncPush) push = omc_sync_push_new (run);
  gboolean more;

  if (!authenticate (run, error) ||
      (run->resource_type == NULL && !omc_sync_pull_count (run, &report->received, error)))
    return FALSE;
  omc_sync_run_note_poll (run);
  if (!omc_sync_push_plan (push, &more, error))
    return FALSE;
  report->sent = omc_sync_push_count_planned (push);
  return TRUE;
}

/* --- a run from outside --- */
static gboolean
parse_resource (const char *resource, OmcSyncRun *run, GError **error)
{
  g_auto (GStrv) parts = NULL;

  if (resource == NULL)
    return TRUE;
  parts = g_strsplit (resource, "/", -1);
  if (g_strv_length (parts) != 2 || !omc_fhir_is_resource_type (parts[0]) || parts[1][0] == '\0')
    {
      g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_CONFIG,
                           _ ("A resource is named by its type and id, as in Patient/7."));
      return FALSE;
    }
  run->resource_type = g_steal_pointer (&parts[0]);
  run->resource_id = g_steal_pointer (&parts[1]);
  return TRUE;
}

static void
run_clear (OmcSyncRun *run)
{
  g_clear_object (&run->store);
  g_clear_error (&run->no_room);
  g_clear_object (&run->transport);
  g_clear_pointer (&run->config, omc_sync_config_free);
  g_clear_object (&run->actor);
  g_clear_pointer (&run->profile, omc_server_profile_free);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->random, g_rand_free);
  g_clear_pointer (&run->tried_creates, g_hash_table_unref);
  g_clear_pointer (&run->asked, g_hash_table_unref);
  g_free (run->resource_type);
  g_free (run->resource_id);
  g_free (run->unheard);
  g_free (run->note);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OmcSyncRun, run_clear)

static void
run_init (OmcSyncEngine *self,
          OmcSyncRun *run,
          const OmcSyncRunOptions *options,
          GCancellable *cancellable)
{
  run->store = g_object_ref (self->store);
  run->transport = g_object_ref (self->transport);
  run->config = omc_sync_config_copy (self->config);
  run->actor = omc_actor_new_device ();
  run->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  run->random = g_rand_new ();
  run->policy = OMC_RETRY_DEFAULT;
  run->policy.max_attempts = MAX (run->config->max_retries, 1);
  run->all_due = options->all_due;
  run->people_only = options->people_only;
  run->dry = options->dry_run;
  run->hold_us = -1;
  run->started = g_get_monotonic_time ();
  run->progress_func = progress_cb;
  run->progress_data = self;
  omc_sync_run_add_work (run, 1);
}

static void
fill_report (OmcSyncEngine *self, OmcSyncRun *run, OmcSyncReport *report, const GError *failure)
{
  OmcStoreStatus status = { 0 };

  report->received = run->down.created + run->down.updated + run->down.deleted;
  report->merged = run->down.merged;
  report->conflicts = run->down.conflicts;
  report->sent = run->n_sent;
  report->failed = run->n_failed;
  report->error = g_strdup (failure != NULL ? failure->message : run->note);
  if (!omc_store_get_status_sync (self->store, &status, NULL, NULL))
    return;
  report->waiting = status.n_pending + status.n_in_flight;
  report->complete = failure == NULL && run->resource_type == NULL && run->pulled &&
                     report->waiting <= run->n_stuck;
}

/* Who looks after the device is told why its time runs out. */
static void
record_unheard (OmcSyncRun *run)
{
  const char *unheard = run->heard_people ? NULL : run->unheard;
  g_autoptr (GError) error = NULL;
  g_autofree char *known = NULL;

  if (!run->heard_people && unheard == NULL)
    return;
  known = omc_store_get_mark (run->store, OMC_MARK_UNHEARD, &error);
  if (error == NULL && g_strcmp0 (known, unheard) != 0)
    omc_store_set_mark (run->store, OMC_MARK_UNHEARD, unheard, &error);
  if (error != NULL)
    g_warning ("What the server did not tell could not be recorded: %s", error->message);
}

static void
record_contact (OmcSyncEngine *self, gboolean heard_people)
{
  gint64 now = omc_clock_get_now (omc_store_get_clock (self->store));
  g_autoptr (GError) error = NULL;

  if (self->had_contact && !omc_store_record_contact (self->store, now, heard_people, &error))
    g_warning ("The contact could not be recorded: %s", error->message);
}

static void
record_run (OmcSyncEngine *self, OmcSyncRun *run, gint64 started_us, const OmcSyncReport *report)
{
  gint64 ended_us = omc_clock_get_now (omc_store_get_clock (self->store));
  g_autoptr (GError) error = NULL;

  if (!omc_store_record_run (self->store, run->actor, started_us, ended_us, report->complete,
                             &run->down, run->n_sent, report->error, &error))
    g_warning ("The run could not be recorded: %s", error->message);
}

static OmcSyncReport *
run_locked (OmcSyncEngine *self, const OmcSyncRunOptions *options, OmcSyncRun *run)
{
  OmcSyncReport *report = g_new0 (OmcSyncReport, 1);
  gint64 started_us = omc_clock_get_now (omc_store_get_clock (self->store));
  g_autoptr (GError) failure = NULL;

  if (options->dry_run)
    {
      OmcStoreStatus status = { 0 };

      if (!run_dry (run, report, &failure))
        report->error = g_strdup (failure->message);
      if (omc_store_get_status_sync (self->store, &status, NULL, NULL))
        report->waiting = status.n_pending;
      return report;
    }

  run_machine (self, run, &failure);
  record_unheard (run);
  if (run->people_only)
    {
      self->hold_us = run->hold_us;
      /* Half of what it withdrew is not known to be all. */
      self->had_contact = run->server_us != 0 && failure == NULL && run->heard_people;
      report->error = g_strdup (failure != NULL ? failure->message : run->note);
      record_contact (self, run->heard_people);
      return report;
    }
  if (failure == NULL && run->resource_type == NULL)
    omc_sync_audit (run, &self->audit);
  self->hold_us = run->hold_us;
  self->had_contact = run->server_us != 0 || run->n_sent > 0;
  fill_report (self, run, report, failure);
  record_contact (self, run->heard_people);
  record_run (self, run, started_us, report);
  return report;
}

/* Before anything is sent, and anew each time: who manages the device may have confirmed it in between. */
static gboolean
check_server (OmcSyncRun *run, GError **error)
{
  g_autoptr (OmcServerIdentity) server = NULL;
  g_autoptr (GError) local = NULL;

  if (run->config->unbound)
    return TRUE;
  server = omc_sync_config_dup_identity (run->config);
  if (omc_store_check_server_sync (run->store, server, &local))
    return TRUE;
  if (g_error_matches (local, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED))
    g_set_error_literal (error, OMC_SYNC_ERROR, OMC_SYNC_ERROR_UNCONFIRMED, local->message);
  else
    g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

OmcSyncReport *
omc_sync_engine_run (OmcSyncEngine *self,
                     const OmcSyncRunOptions *options,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (OmcSyncRun) run = { 0 };
  g_autoptr (GMutexLocker) locker = NULL;
  OmcSyncReport *report;

  g_return_val_if_fail (OMC_IS_SYNC_ENGINE (self) && options != NULL, NULL);

  locker = g_mutex_locker_new (&self->running);
  run_init (self, &run, options, cancellable);
  if (!parse_resource (options->resource, &run, error))
    return NULL;
  if (!omc_store_lock_sync_actor (self->store, error))
    return NULL;
  report = check_server (&run, error) ? run_locked (self, options, &run) : NULL;
  omc_store_unlock_sync_actor (self->store);
  return report;
}

void
omc_sync_report_free (OmcSyncReport *self)
{
  if (self == NULL)
    return;

  g_free (self->error);
  g_free (self);
}
