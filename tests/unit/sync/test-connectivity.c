/* test-connectivity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-connectivity.h"

/* --- a network that is as the test says --- */
#define TEST_TYPE_NETWORK (test_network_get_type ())
G_DECLARE_FINAL_TYPE (TestNetwork, test_network, TEST, NETWORK, GObject)

struct _TestNetwork
{
  GObject parent_instance;

  gboolean available;
  gboolean metered;
};

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static void
test_network_initable_init (GInitableIface *iface)
{
}

static void
test_network_monitor_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestNetwork,
                               test_network,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, test_network_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR,
                                                          test_network_monitor_init))

static void
test_network_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TestNetwork *self = TEST_NETWORK (object);

  if (id == PROP_CONNECTIVITY)
    g_value_set_enum (value,
                      self->available ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
  else
    g_value_set_boolean (value, id == PROP_AVAILABLE ? self->available : self->metered);
}

static void
test_network_class_init (TestNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_network_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
test_network_init (TestNetwork *self)
{
}

static void
set_network (TestNetwork *network, gboolean available, gboolean metered)
{
  network->available = available;
  network->metered = metered;
  g_object_notify (G_OBJECT (network), "network-available");
}

/* --- tests --- */
static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_follows_the_network (void)
{
  g_autoptr (TestNetwork) network = g_object_new (TEST_TYPE_NETWORK, NULL);
  g_autoptr (OmcConnectivity) connectivity =
      omc_connectivity_new ("https://fhir.hospital.example/fhir/R4", G_NETWORK_MONITOR (network));
  guint n_changes = 0;

  g_signal_connect_swapped (connectivity, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (omc_connectivity_may_reach (connectivity));
  set_network (network, TRUE, TRUE);
  g_assert_true (omc_connectivity_may_reach (connectivity));
  g_assert_true (omc_connectivity_is_metered (connectivity));
  set_network (network, TRUE, FALSE);
  g_assert_false (omc_connectivity_is_metered (connectivity));
  set_network (network, FALSE, FALSE);
  g_assert_false (omc_connectivity_may_reach (connectivity));
  g_assert_cmpuint (n_changes, ==, 3);
}

/* The practice server is there without any network. */
static void
test_this_machine_is_always_there (void)
{
  g_autoptr (TestNetwork) network = g_object_new (TEST_TYPE_NETWORK, NULL);
  g_autoptr (OmcConnectivity) connectivity =
      omc_connectivity_new ("http://127.0.0.1:8103/fhir/R4", G_NETWORK_MONITOR (network));
  guint n_changes = 0;

  g_signal_connect_swapped (connectivity, "changed", G_CALLBACK (count_cb), &n_changes);
  set_network (network, FALSE, TRUE);
  g_assert_true (omc_connectivity_may_reach (connectivity));
  g_assert_false (omc_connectivity_is_metered (connectivity));
  g_assert_cmpuint (n_changes, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/connectivity/follows-the-network", test_follows_the_network);
  g_test_add_func ("/sync/connectivity/this-machine-is-always-there",
                   test_this_machine_is_always_there);

  return g_test_run ();
}
