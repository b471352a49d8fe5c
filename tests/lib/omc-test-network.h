/* omc-test-network.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OMC_TYPE_TEST_NETWORK (omc_test_network_get_type ())

/**
 * OmcTestNetwork:
 *
 * A network that is as the test says.
 */
G_DECLARE_FINAL_TYPE (OmcTestNetwork, omc_test_network, OMC, TEST_NETWORK, GObject)

struct _OmcTestNetwork
{
  GObject parent_instance;

  gboolean available;
  gboolean metered; /* set here, nobody is told */
};

/* Tells of it. */
void omc_test_network_set (OmcTestNetwork *network, gboolean available, gboolean metered);

G_END_DECLS
