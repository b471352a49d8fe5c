/* fuzz-merge3.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "omc-merge3.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static OmcResource *
parse (const char *text, gsize length)
{
  return length > 0 ? omc_resource_parse (text, length, NULL) : NULL;
}

/* Three lines: base (may be empty), local, remote. What comes out must read back as the same document. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  const char *first = size ? memchr (text, '\n', size) : NULL;
  const char *second = first ? memchr (first + 1, '\n', size - (first + 1 - text)) : NULL;
  g_autoptr (OmcResource) base = NULL;
  g_autoptr (OmcResource) local = NULL;
  g_autoptr (OmcResource) remote = NULL;

  if (!second)
    return 0;
  base = parse (text, first - text);
  local = parse (first + 1, second - first - 1);
  remote = parse (second + 1, size - (second + 1 - text));
  if (!local || !remote)
    return 0;
  for (int strategy = OMC_MERGE_STRATEGY_MERGE; strategy <= OMC_MERGE_STRATEGY_MANUAL; strategy++)
    {
      g_autoptr (OmcMergeResult) result = omc_merge3 (base, local, remote, strategy, NULL);
      g_autoptr (OmcJson) json = NULL;
      g_autoptr (OmcResource) again = NULL;
      g_autofree char *merged = NULL;

      if (!result)
        return 0;
      json = omc_merge_result_to_json (result);
      merged = omc_resource_to_string (omc_merge_result_get_merged (result), NULL);
      again = omc_resource_parse (merged, -1, NULL);
      g_assert (again && omc_json_value_identical (
                             omc_resource_get_root (again),
                             omc_resource_get_root (omc_merge_result_get_merged (result))));
    }
  return 0;
}
