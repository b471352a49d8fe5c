/* omc-test-fixtures.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder of the records of others that $OMNICARE_FIXTURES names; NULL after skipping the test. folder: (nullable): all of them. */
char *omc_test_dup_fixtures (const char *folder);

G_END_DECLS
