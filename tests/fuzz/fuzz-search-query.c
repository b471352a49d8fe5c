/* fuzz-search-query.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-search-query.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char observation[] =
      "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\",\"code\":{\"coding\":[{"
      "\"system\":\"s\","
      "\"code\":\"c\"}]},\"subject\":{\"reference\":\"Patient/"
      "7\"},\"effectiveDateTime\":\"2026-11-23\","
      "\"valueQuantity\":{\"value\":5.35,\"code\":\"mg\"},\"meta\":{\"tag\":[{\"code\":\"t\"}]}}";
  g_autofree char *text = g_strndup (size > 0 ? (const char *)data : "", size);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSearchQuery) query = omc_search_query_parse (text, &error);
  g_autoptr (OmcResource) resource = NULL;

  g_assert_true ((query != NULL) == (error == NULL));
  if (!query)
    return 0;
  resource = omc_resource_parse (observation, -1, NULL);
  omc_search_query_matches (query, resource);

  return 0;
}
