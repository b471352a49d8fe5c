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
  AdwToast *warning;   /* (owned) (nullable): while it is shown */
  guint site_seconds;  /* 0: the person's choice alone */
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

static gboolean
lock_cb (gpointer user_data)
{
  OmcSessionLock *self = user_data;

  self->source = 0;
  hide_warning (self);
  if (is_personal (self))
    omc_window_lock (self->window);

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

/* Every key, button, touch and scroll counts as a sign of life; motion alone does too. */
static gboolean
event_cb (OmcSessionLock *self, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type != GDK_KEY_PRESS && type != GDK_BUTTON_PRESS && type != GDK_TOUCH_BEGIN &&
      type != GDK_SCROLL && type != GDK_MOTION_NOTIFY)
    return GDK_EVENT_PROPAGATE;

  /* The timers stand still while the computer sleeps: who wakes it is not thereby signed in. */
  if (get_awake_or_suspended_us () - self->alive_us > get_limit (self) * G_USEC_PER_SEC &&
      is_personal (self))
    omc_window_lock (self->window);
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
  g_signal_connect_object (window, "signed-in", G_CALLBACK (restart), self, G_CONNECT_SWAPPED);
  restart (self);

  return self;
}
