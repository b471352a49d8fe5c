/* omc-test-network.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-test-network.h"

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static void
omc_test_network_initable_init (GInitableIface *iface)
{
}

static void
omc_test_network_monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OmcTestNetwork,
                               omc_test_network,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE,
                                                      omc_test_network_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                          omc_test_network_monitor_init))

static void
omc_test_network_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  OmcTestNetwork *self = OMC_TEST_NETWORK (object);

  if (id == PROP_CONNECTIVITY)
    g_value_set_enum (value,
                      self->available ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
  else
    g_value_set_boolean (value, id == PROP_AVAILABLE ? self->available : self->metered);
}

static void
omc_test_network_class_init (OmcTestNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = omc_test_network_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
omc_test_network_init (OmcTestNetwork *self)
{
}

void
omc_test_network_set (OmcTestNetwork *network, gboolean available, gboolean metered)
{
  network->available = available;
  network->metered = metered;
  g_object_notify (G_OBJECT (network), "network-available");
}
