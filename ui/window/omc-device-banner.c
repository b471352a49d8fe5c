/* omc-device-banner.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-window"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-device-banner.h"
#include "omc-device-watch.h"

struct _OmcDeviceBanner
{
  GObject parent_instance;
  OmcLazy *place;        /* (not owned) (nullable): weak */
  OmcDeviceWatch *watch; /* (owned) (nullable): while a person is signed in */
};

G_DEFINE_FINAL_TYPE (OmcDeviceBanner, omc_device_banner, G_TYPE_OBJECT)

static void
close_cb (OmcDeviceBanner *self)
{
  if (self->place)
    gtk_widget_set_visible (GTK_WIDGET (self->place), FALSE);
}

static void
built_cb (OmcDeviceBanner *self, GtkWidget *banner)
{
  adw_banner_set_use_markup (ADW_BANNER (banner), FALSE);
  g_signal_connect_object (banner, "button-clicked", G_CALLBACK (close_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
changed_cb (OmcDeviceBanner *self, OmcDeviceWatch *watch)
{
  const char *message = omc_device_watch_get_message (watch);
  AdwBanner *banner;

  if (!self->place)
    return;

  if (message)
    {
      banner = ADW_BANNER (omc_lazy_get (self->place));
      adw_banner_set_title (banner, message);
      adw_banner_set_button_label (banner,
                                   omc_device_watch_may_close (watch) ? _ ("Got It") : NULL);
      adw_banner_set_revealed (banner, TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (gtk_widget_get_root (GTK_WIDGET (self->place))),
                               message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->place), message != NULL);
}

static void
omc_device_banner_finalize (GObject *object)
{
  OmcDeviceBanner *self = OMC_DEVICE_BANNER (object);

  g_clear_weak_pointer (&self->place);
  g_clear_object (&self->watch);

  G_OBJECT_CLASS (omc_device_banner_parent_class)->finalize (object);
}

static void
omc_device_banner_class_init (OmcDeviceBannerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_device_banner_finalize;
}

static void
omc_device_banner_init (OmcDeviceBanner *self)
{
}

OmcDeviceBanner *
omc_device_banner_new (OmcLazy *place)
{
  OmcDeviceBanner *self;

  g_return_val_if_fail (OMC_IS_LAZY (place), NULL);

  self = g_object_new (OMC_TYPE_DEVICE_BANNER, NULL);
  g_set_weak_pointer (&self->place, place);
  g_signal_connect_object (place, "built", G_CALLBACK (built_cb), self, G_CONNECT_SWAPPED);

  return self;
}

void
omc_device_banner_set_session (OmcDeviceBanner *self,
                               OmcUiSession *session,
                               const char *site,
                               gboolean practice)
{
  g_return_if_fail (OMC_IS_DEVICE_BANNER (self));
  g_return_if_fail (session == NULL || OMC_IS_UI_SESSION (session));

  if (self->watch)
    g_signal_handlers_disconnect_by_data (self->watch, self);
  g_clear_object (&self->watch);
  close_cb (self);
  if (!session)
    return;

  self->watch = omc_device_watch_new (session, site, practice);
  g_signal_connect_object (self->watch, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
}
