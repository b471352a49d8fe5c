/* omc-concept.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-concept.h"

static gboolean
text_is (const OmcJsonValue *object, const char *name, const char *text)
{
  return g_strcmp0 (omc_json_value_get_string (omc_json_value_get (object, name)), text) == 0;
}

gboolean
omc_concept_has (const OmcJsonValue *concept, const char *system, const char *code)
{
  const OmcJsonValue *member;
  OmcJsonIter iter;

  g_return_val_if_fail (code != NULL, FALSE);

  if (omc_json_value_get_kind (concept) == OMC_JSON_ARRAY)
    {
      omc_json_iter_init (&iter, concept);
      while (omc_json_iter_next (&iter, NULL, &member))
        if (omc_concept_has (member, system, code))
          return TRUE;
      return FALSE;
    }
  omc_json_iter_init (&iter, omc_json_value_get (concept, "coding"));
  while (omc_json_iter_next (&iter, NULL, &member))
    if (text_is (member, "code", code) && (system == NULL || text_is (member, "system", system)))
      return TRUE;

  return FALSE;
}
