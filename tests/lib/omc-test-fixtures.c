/* omc-test-fixtures.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-test-fixtures.h"

char *
omc_test_dup_fixtures (const char *folder)
{
  const char *root = g_getenv ("OMNICARE_FIXTURES");
  g_autofree char *path = root != NULL ? g_build_filename (root, folder, NULL) : NULL;

  if (path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  g_test_skip ("The fixtures are not here: put them into ../shared/fixtures, or set "
               "OMNICARE_FIXTURES to their folder.");
  return NULL;
}
