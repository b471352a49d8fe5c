/* omc-connectivity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-sync"

#include "config.h"

#include "omc-connectivity.h"
#include "omc-fhir-http.h"

struct _OmcConnectivity
{
  GObject parent_instance;
  GNetworkMonitor *monitor; /* (owned) */
  gboolean loopback;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (OmcConnectivity, omc_connectivity, G_TYPE_OBJECT)

static void
network_changed_cb (OmcConnectivity *self)
{
  if (!self->loopback)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
omc_connectivity_finalize (GObject *object)
{
  g_clear_object (&OMC_CONNECTIVITY (object)->monitor);

  G_OBJECT_CLASS (omc_connectivity_parent_class)->finalize (object);
}

static void
omc_connectivity_class_init (OmcConnectivityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = omc_connectivity_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", OMC_TYPE_CONNECTIVITY, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
omc_connectivity_init (OmcConnectivity *self)
{
}

OmcConnectivity *
omc_connectivity_new (const char *server_url, GNetworkMonitor *monitor)
{
  OmcConnectivity *self = g_object_new (OMC_TYPE_CONNECTIVITY, NULL);

  self->loopback = omc_fhir_http_url_is_loopback (server_url);
  self->monitor = g_object_ref (monitor != NULL ? monitor : g_network_monitor_get_default ());
  g_signal_connect_object (self->monitor, "notify::network-available",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->monitor, "notify::network-metered",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

gboolean
omc_connectivity_may_reach (OmcConnectivity *self)
{
  g_return_val_if_fail (OMC_IS_CONNECTIVITY (self), FALSE);

  return self->loopback || g_network_monitor_get_network_available (self->monitor);
}

gboolean
omc_connectivity_is_metered (OmcConnectivity *self)
{
  g_return_val_if_fail (OMC_IS_CONNECTIVITY (self), FALSE);

  return !self->loopback && g_network_monitor_get_network_metered (self->monitor);
}
