/* test-connectivity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-connectivity.h"
#include "omc-test-network.h"

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_follows_the_network (void)
{
  g_autoptr (OmcTestNetwork) network = g_object_new (OMC_TYPE_TEST_NETWORK, NULL);
  g_autoptr (OmcConnectivity) connectivity =
      omc_connectivity_new ("https://fhir.hospital.example/fhir/R4", G_NETWORK_MONITOR (network));
  guint n_changes = 0;

  g_signal_connect_swapped (connectivity, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (omc_connectivity_may_reach (connectivity));
  omc_test_network_set (network, TRUE, TRUE);
  g_assert_true (omc_connectivity_may_reach (connectivity));
  g_assert_true (omc_connectivity_is_metered (connectivity));
  omc_test_network_set (network, TRUE, FALSE);
  g_assert_false (omc_connectivity_is_metered (connectivity));
  omc_test_network_set (network, FALSE, FALSE);
  g_assert_false (omc_connectivity_may_reach (connectivity));
  g_assert_cmpuint (n_changes, ==, 3);
}

/* The practice server is there without any network. */
static void
test_this_machine_is_always_there (void)
{
  g_autoptr (OmcTestNetwork) network = g_object_new (OMC_TYPE_TEST_NETWORK, NULL);
  g_autoptr (OmcConnectivity) connectivity =
      omc_connectivity_new ("http://127.0.0.1:8103/fhir/R4", G_NETWORK_MONITOR (network));
  guint n_changes = 0;

  g_signal_connect_swapped (connectivity, "changed", G_CALLBACK (count_cb), &n_changes);
  omc_test_network_set (network, FALSE, TRUE);
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
