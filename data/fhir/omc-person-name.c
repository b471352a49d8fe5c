/* omc-person-name.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-person-name.h"

const OmcJsonValue *
omc_person_name_choose (const OmcJsonValue *person)
{
  const OmcJsonValue *names = omc_json_value_get (person, "name");
  const OmcJsonValue *name;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, names);
  while (omc_json_iter_next (&iter, NULL, &name))
    {
      if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (name, "use")), "official") == 0)
        return name;
    }

  return omc_json_value_at (names, 0);
}

char *
omc_person_name_dup_given (const OmcJsonValue *name)
{
  g_autoptr (GString) all = g_string_new (NULL);
  const OmcJsonValue *given;
  OmcJsonIter iter;

  omc_json_iter_init (&iter, omc_json_value_get (name, "given"));
  while (omc_json_iter_next (&iter, NULL, &given))
    {
      const char *text = omc_json_value_get_string (given);

      if (text != NULL && *text != '\0')
        g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", text);
    }

  return all->len > 0 ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}
