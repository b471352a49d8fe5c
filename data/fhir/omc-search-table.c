/* omc-search-table.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-search-private.h"

// clang-format off
static const OmcSearchParam common[] = {
  { NULL, "_id", OMC_SEARCH_TOKEN, "id", NULL },
  { NULL, "_lastUpdated", OMC_SEARCH_DATE, "meta.lastUpdated", NULL },
  { NULL, "_profile", OMC_SEARCH_URI, "meta.profile", NULL },
  { NULL, "_security", OMC_SEARCH_TOKEN, "meta.security", NULL },
  { NULL, "_source", OMC_SEARCH_URI, "meta.source", NULL },
  { NULL, "_tag", OMC_SEARCH_TOKEN, "meta.tag", NULL },
};
// clang-format on

const OmcSearchTable _omc_search_table_common = { common, G_N_ELEMENTS (common) };

/* The first row whose type is not before it. */
static guint
lower_bound (const OmcSearchTable *table, const char *type)
{
  guint low = 0;
  guint high = table->length;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (table->params[middle].type, type) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

gboolean
_omc_search_table_find (const char *type, OmcSearchTable *run)
{
  static const OmcSearchTable *const tables[] = { &_omc_search_table_clinical,
                                                  &_omc_search_table_administrative,
                                                  &_omc_search_table_foundation };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      guint first = lower_bound (tables[i], type);
      guint end = first;

      while (end < tables[i]->length && strcmp (tables[i]->params[end].type, type) == 0)
        end++;
      *run = (OmcSearchTable){ tables[i]->params + first, end - first };
      if (run->length > 0)
        return TRUE;
    }

  return FALSE;
}
