/* fuzz-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-json.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* What is read can be written and read again as the same; what is not read says why. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcJson) json = omc_json_parse ((const char *)data, (gssize)size, &error);

  g_assert_true ((json != NULL) == (error == NULL));
  if (!json)
    return 0;

  for (guint pretty = 0; pretty < 2; pretty++)
    {
      gsize length;
      g_autofree char *text = omc_json_to_string (json, pretty, &length);
      g_autoptr (OmcJson) again = omc_json_parse (text, (gssize)length, &error);

      g_assert_no_error (error);
      g_assert_true (
          omc_json_value_identical (omc_json_get_root (json), omc_json_get_root (again)));
      g_assert_true (omc_json_value_equal (omc_json_get_root (again), omc_json_get_root (json)));
    }

  return 0;
}
