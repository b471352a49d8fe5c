/* omc-device-watch.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "omc-device-watch.h"
#include "omc-device-words.h"
#include "omc-store-budget.h"
#include "omc-store-slots.h"

/* The board comes first. */
#define FIRST_LOOK_MS 1500

struct _OmcDeviceWatch
{
  GObject parent_instance;
  OmcUiSession *session;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *site;                /* (owned) (nullable) */
  char *message;             /* (owned) (nullable) */
  guint first_source;
  gboolean may_close;
  gboolean practice;
  gboolean looking;
  gboolean look_again;
};

G_DEFINE_FINAL_TYPE (OmcDeviceWatch, omc_device_watch, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  OmcUiSession *session = data;
  OmcStore *store = omc_ui_session_get_store (session);
  OmcKeyManager *keys = omc_store_get_key_manager (store);
  g_autoptr (OmcDeviceFacts) facts = g_new0 (OmcDeviceFacts, 1);
  g_autoptr (OmcStorage) storage = NULL;
  OmcStoreStatus status = { 0 };
  GError *error = NULL;

  storage = omc_store_read_storage_sync (store, omc_ui_session_get_actor (session), 1, cancellable,
                                         &error);
  if (!storage || !omc_store_get_status_sync (store, &status, cancellable, &error) ||
      !omc_key_manager_get_lifetime_sync (keys, &facts->lifetime, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  facts->unheard = omc_store_dup_unheard (store, &error);
  if (error)
    {
      g_task_return_error (task, error);
      return;
    }
  facts->rolled_back = status.audit_alarm != 0;
  facts->read_only = g_access (omc_store_get_directory (store), W_OK) != 0;
  facts->disk_full = storage->reserve_bytes == 0;
  facts->skew_us = omc_clock_get_skew (omc_store_get_clock (store));
  facts->notice = omc_key_manager_get_notice (keys);
  g_task_return_pointer (task, g_steal_pointer (&facts), (GDestroyNotify)omc_device_facts_free);
}

static void look (OmcDeviceWatch *self);

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  OmcDeviceWatch *self = OMC_DEVICE_WATCH (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcDeviceFacts) facts = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *message = NULL;

  if (!self->session || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->looking = FALSE;
  if (facts && self->practice)
    facts->notice = NULL;
  if (facts)
    facts->site = g_strdup (self->site);
  /* What cannot be read now was read a minute ago, and is asked again in a minute. */
  if (facts)
    message = omc_device_words (facts, &self->may_close);
  else
    g_warning ("Cannot look at the device: %s", error->message);
  if (facts && g_set_str (&self->message, message))
    g_signal_emit (self, signals[CHANGED], 0);
  if (self->look_again)
    look (self);
}

static void
look (OmcDeviceWatch *self)
{
  g_autoptr (GTask) task = NULL;

  self->look_again = self->looking;
  if (self->looking || self->first_source)
    return;

  self->looking = TRUE;
  task = g_task_new (self, self->cancellable, looked_cb, NULL);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, g_object_ref (self->session), g_object_unref);
  g_task_run_in_thread (task, look_thread);
}

static gboolean
first_look_cb (gpointer user_data)
{
  OmcDeviceWatch *self = user_data;

  self->first_source = 0;
  look (self);

  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (OmcDeviceWatch *self, OmcStoreChange *change)
{
  if (change->flags & OMC_CHANGED_SYNC)
    look (self);
}

static void
omc_device_watch_dispose (GObject *object)
{
  OmcDeviceWatch *self = OMC_DEVICE_WATCH (object);

  g_clear_handle_id (&self->first_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (omc_device_watch_parent_class)->dispose (object);
}

static void
omc_device_watch_finalize (GObject *object)
{
  OmcDeviceWatch *self = OMC_DEVICE_WATCH (object);

  g_object_unref (self->cancellable);
  g_free (self->message);
  g_free (self->site);

  G_OBJECT_CLASS (omc_device_watch_parent_class)->finalize (object);
}

static void
omc_device_watch_class_init (OmcDeviceWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = omc_device_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = omc_device_watch_finalize;

  signals[CHANGED] = g_signal_new ("changed", OMC_TYPE_DEVICE_WATCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
omc_device_watch_init (OmcDeviceWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

OmcDeviceWatch *
omc_device_watch_new (OmcUiSession *session, const char *site, gboolean practice)
{
  OmcDeviceWatch *self;

  g_return_val_if_fail (OMC_IS_UI_SESSION (session), NULL);

  self = g_object_new (OMC_TYPE_DEVICE_WATCH, NULL);
  self->session = g_object_ref (session);
  self->site = g_strdup (site);
  self->practice = practice;
  g_signal_connect_object (omc_ui_session_get_store (session), "changed",
                           G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "tick", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  self->first_source = g_timeout_add (FIRST_LOOK_MS, first_look_cb, self);

  return self;
}

const char *
omc_device_watch_get_message (OmcDeviceWatch *self)
{
  g_return_val_if_fail (OMC_IS_DEVICE_WATCH (self), NULL);

  return self->message;
}

gboolean
omc_device_watch_may_close (OmcDeviceWatch *self)
{
  g_return_val_if_fail (OMC_IS_DEVICE_WATCH (self), FALSE);

  return self->may_close;
}
