/* omc-session-lock.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-app"

#include "config.h"

#include <glib/gi18n.h>
#include <time.h>

#include "omc-session-lock.h"

#define WARNING_SECONDS 15

struct _OmcSessionLock
{
  GObject parent_instance;
  OmcWindow *window;   /* (not owned) (nullable): weak */
  GSettings *settings; /* (owned) */
  OmcStore *store;     /* (owned) (nullable): from the first sign-in on */
  gboolean looking;    /* whether the person may stay */
  gboolean look_again;
  gboolean device_known;     /* since this sign-in */
  gboolean device_withdrawn; /* who signed in all the same had the recovery code */
  AdwToast *warning;         /* (owned) (nullable): while it is shown */
  guint site_seconds;        /* 0: the person's choice alone */
  guint source;
  gint64 alive_us; /* the last sign of life; a clock that goes on in a suspended computer */
};

G_DEFINE_FINAL_TYPE (OmcSessionLock, omc_session_lock, G_TYPE_OBJECT)

static gint64
get_awake_or_suspended_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_BOOTTIME, &now);

  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static guint
get_limit (OmcSessionLock *self)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (self->settings, "auto-lock-minutes");
  guint minutes = g_settings_get_uint (self->settings, "auto-lock-minutes");

  if (self->site_seconds == 0)
    return minutes * 60;

  return chosen ? MIN (minutes * 60, self->site_seconds) : self->site_seconds;
}

/* The kiosk's own board is nobody's session. */
static gboolean
is_personal (OmcSessionLock *self)
{
  OmcUiSession *session = self->window ? omc_window_get_session (self->window) : NULL;

  return session && omc_actor_get_role (omc_ui_session_get_actor (session)) != OMC_ROLE_KIOSK;
}

/* With a very short limit the warning may take half of it. */
static guint
get_notice (OmcSessionLock *self)
{
  return MIN (WARNING_SECONDS, get_limit (self) / 2);
}

static void
hide_warning (OmcSessionLock *self)
{
  if (self->warning)
    adw_toast_dismiss (self->warning);
  g_clear_object (&self->warning);
}

/* Also who was let in and has not come as far as the board. */
static void
lock (OmcSessionLock *self)
{
  if (self->window && (is_personal (self) || !omc_window_get_session (self->window)))
    omc_window_lock (self->window);
}

static gboolean
lock_cb (gpointer user_data)
{
  OmcSessionLock *self = user_data;

  self->source = 0;
  hide_warning (self);
  lock (self);

  return G_SOURCE_REMOVE;
}

static gboolean
warn_cb (gpointer user_data)
{
  OmcSessionLock *self = user_data;
  guint seconds = get_notice (self);
  g_autofree char *text = NULL;

  self->source = g_timeout_add_seconds (seconds, lock_cb, self);
  if (!is_personal (self))
    return G_SOURCE_REMOVE;

  text = g_strdup_printf (ngettext ("Locking in %u second. Press any key to go on.",
                                    "Locking in %u seconds. Press any key to go on.", seconds),
                          seconds);
  self->warning = adw_toast_new (text);
  adw_toast_set_timeout (self->warning, seconds);
  adw_toast_set_priority (self->warning, ADW_TOAST_PRIORITY_HIGH);
  omc_window_add_toast (self->window, g_object_ref (self->warning));

  return G_SOURCE_REMOVE;
}

static void
restart (OmcSessionLock *self)
{
  hide_warning (self);
  g_clear_handle_id (&self->source, g_source_remove);
  self->alive_us = get_awake_or_suspended_us ();
  self->source = g_timeout_add_seconds (get_limit (self) - get_notice (self), warn_cb, self);
}

/* --- who is withdrawn does not stay --- */

typedef struct
{
  OmcActor *actor; /* (owned) */
  gboolean person;
  gboolean device;
} Standing;

static void
standing_free (Standing *self)
{
  g_object_unref (self->actor);
  g_free (self);
}

static void
standing_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Standing *standing = data;
  OmcStore *store = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (store, cancellable, &error);
  OmcKeyLifetime lifetime;

  if (!users ||
      !omc_key_manager_get_lifetime_sync (omc_store_get_key_manager (store), &lifetime, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  standing->device = lifetime.revoked;
  for (guint i = 0; i < users->len; i++)
    {
      const OmcStoreUser *known = users->pdata[i];

      standing->person = standing->person ||
                         (known->disabled && g_strcmp0 (omc_actor_get_user (known->actor),
                                                        omc_actor_get_user (standing->actor)) == 0);
    }
  g_task_return_boolean (task, TRUE);
}

static void
throw_out (OmcSessionLock *self, const Standing *standing)
{
  g_autofree char *text = g_strdup_printf (
      standing->person ? _ ("%s may not use this device any more. What was charted is kept and "
                            "sent to the server.")
                       : _ ("The server has withdrawn this device, and %s was signed out. What was "
                            "charted is kept. Tell IT."),
      omc_actor_get_display (standing->actor));
  AdwToast *toast = adw_toast_new (text);

  omc_window_lock (self->window);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  omc_window_add_toast (self->window, toast);
}

static void look_at_standing (OmcSessionLock *self);

static void
standing_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (OmcSessionLock) self = user_data;
  const Standing *standing = g_task_get_task_data (G_TASK (result));
  OmcUiSession *session = self->window ? omc_window_get_session (self->window) : NULL;
  gboolean known = g_task_propagate_boolean (G_TASK (result), NULL);

  self->looking = FALSE;
  if (known && session && omc_ui_session_get_actor (session) == standing->actor)
    {
      gboolean device = self->device_known && standing->device && !self->device_withdrawn;

      self->device_known = TRUE;
      self->device_withdrawn = standing->device;
      if (standing->person || device)
        throw_out (self, standing);
    }
  if (self->look_again)
    look_at_standing (self);
}

static void
look_at_standing (OmcSessionLock *self)
{
  OmcUiSession *session = self->window ? omc_window_get_session (self->window) : NULL;
  g_autoptr (GTask) task = NULL;
  Standing *standing;

  self->look_again = self->looking && session;
  if (self->looking || !session)
    return;
  self->looking = TRUE;
  standing = g_new0 (Standing, 1);
  standing->actor = g_object_ref (omc_ui_session_get_actor (session));
  task = g_task_new (self->store, NULL, standing_cb, g_object_ref (self));
  g_task_set_source_tag (task, look_at_standing);
  g_task_set_task_data (task, standing, (GDestroyNotify)standing_free);
  g_task_run_in_thread (task, standing_thread);
}

/* A run was recorded, and before it the contact with what the server withdrew. */
static void
store_changed_cb (OmcSessionLock *self, OmcStoreChange *change)
{
  if (change->flags & OMC_CHANGED_SYNC)
    look_at_standing (self);
}

static void
signed_in_cb (OmcSessionLock *self, OmcUiSession *session)
{
  if (!self->store)
    {
      self->store = g_object_ref (omc_ui_session_get_store (session));
      g_signal_connect_object (self->store, "changed", G_CALLBACK (store_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  self->device_known = FALSE;
  self->device_withdrawn = FALSE;
  look_at_standing (self);
  restart (self);
}

/* Every key, button, touch and scroll counts as a sign of life; motion alone does too. */
static gboolean
event_cb (OmcSessionLock *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type != GDK_KEY_PRESS && type != GDK_BUTTON_PRESS && type != GDK_TOUCH_BEGIN &&
      type != GDK_SCROLL && type != GDK_MOTION_NOTIFY)
    return GDK_EVENT_PROPAGATE;

  /* The timers stand still while the computer sleeps: who wakes it is not thereby signed in. */
  if (get_awake_or_suspended_us () - self->alive_us > get_limit (self) * G_USEC_PER_SEC)
    lock (self);
  restart (self);

  return GDK_EVENT_PROPAGATE;
}

static void
omc_session_lock_dispose (GObject *object)
{
  OmcSessionLock *self = OMC_SESSION_LOCK (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->settings);
  g_clear_object (&self->warning);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (omc_session_lock_parent_class)->dispose (object);
}

static void
omc_session_lock_class_init (OmcSessionLockClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = omc_session_lock_dispose;
}

static void
omc_session_lock_init (OmcSessionLock *self)
{
}

OmcSessionLock *
omc_session_lock_new (OmcWindow *window, GSettings *settings, guint site_seconds)
{
  OmcSessionLock *self;
  GtkEventController *controller;

  g_return_val_if_fail (OMC_IS_WINDOW (window), NULL);
  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);

  self = g_object_new (OMC_TYPE_SESSION_LOCK, NULL);
  g_set_weak_pointer (&self->window, window);
  self->settings = g_object_ref (settings);
  self->site_seconds = site_seconds;
  controller = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (window), controller);
  g_signal_connect_object (settings, "changed::auto-lock-minutes", G_CALLBACK (restart), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (window, "signed-in", G_CALLBACK (signed_in_cb), self, G_CONNECT_SWAPPED);
  restart (self);

  return self;
}
