/* omc-merge-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-policy.h"

const OmcMergePolicy *
omc_merge_policy_find (const char *resource_type)
{
  const OmcMergePolicy *policy = omc_merge_policies;

  g_return_val_if_fail (resource_type != NULL, NULL);

  while (policy->type && strcmp (policy->type, resource_type) != 0)
    policy++;
  return policy;
}

/* pattern is length bytes long; "[x]" at its end stands for the name of a data type. */
static gboolean
element_matches (const char *pattern, gsize length, const char *element)
{
  if (length > 3 && memcmp (pattern + length - 3, "[x]", 3) == 0)
    return strncmp (pattern, element, length - 3) == 0 && g_ascii_isupper (element[length - 3]);
  return strncmp (pattern, element, length) == 0 && element[length] == '\0';
}

gboolean
omc_merge_unit_has_element (const OmcMergeUnit *unit, const char *element)
{
  const char *word;

  g_return_val_if_fail (unit != NULL && element != NULL, FALSE);

  if (*element == '_')
    element++;
  for (word = unit->elements; *word;)
    {
      gsize length = strcspn (word, " ");

      if (element_matches (word, length, element))
        return TRUE;
      word += length;
      word += strspn (word, " ");
    }
  return FALSE;
}

const OmcMergeUnit *
omc_merge_policy_lookup (const OmcMergePolicy *policy, const char *element)
{
  const OmcMergeUnit *unit;

  g_return_val_if_fail (policy != NULL && element != NULL, NULL);

  for (unit = policy->units; unit->elements; unit++)
    if (omc_merge_unit_has_element (unit, element))
      return unit;
  for (unit = omc_merge_common_units; unit[1].elements; unit++)
    if (omc_merge_unit_has_element (unit, element))
      return unit;
  return unit; /* the last common row takes all that no other row names */
}

const OmcMergeUnit *
omc_merge_policy_lookup_meta (const char *element)
{
  const OmcMergeUnit *unit = omc_merge_meta_units;

  g_return_val_if_fail (element != NULL, NULL);

  while (unit[1].elements && strcmp (unit->elements + strlen ("meta."), element) != 0)
    unit++;
  return unit;
}

static const struct
{
  const char *element;
  const char *system;
  const char *use;
  const char *label;
} labels[] = {
  { "telecom", "phone", "home", N_ ("Home telephone") },
  { "telecom", "phone", "work", N_ ("Work telephone") },
  { "telecom", "phone", "mobile", N_ ("Mobile telephone") },
  { "telecom", "phone", NULL, N_ ("Telephone") },
  { "telecom", "email", NULL, N_ ("E-mail address") },
  { "telecom", "sms", NULL, N_ ("Number for text messages") },
  { "telecom", "fax", NULL, N_ ("Fax number") },
  { "telecom", "pager", NULL, N_ ("Pager number") },
  { "address", NULL, "home", N_ ("Home address") },
  { "address", NULL, "work", N_ ("Work address") },
  { "address", NULL, "temp", N_ ("Temporary address") },
  { "address", NULL, "old", N_ ("Former address") },
  { "name", NULL, "official", N_ ("Official name") },
  { "name", NULL, "usual", N_ ("Usual name") },
  { "name", NULL, "nickname", N_ ("Nickname") },
  { "name", NULL, "maiden", N_ ("Name before marriage") },
  { "name", NULL, "old", N_ ("Former name") },
};

const char *
omc_merge_unit_label (const OmcMergeUnit *unit, const OmcJsonValue *value)
{
  const char *system = omc_json_value_get_string (omc_json_value_get (value, "system"));
  const char *use = omc_json_value_get_string (omc_json_value_get (value, "use"));

  g_return_val_if_fail (unit != NULL, NULL);

  if (!system && !use)
    return unit->label;
  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (strcmp (labels[i].element, unit->elements) == 0 &&
        (!labels[i].system || g_strcmp0 (labels[i].system, system) == 0) &&
        (!labels[i].use || g_strcmp0 (labels[i].use, use) == 0))
      return labels[i].label;
  return unit->label;
}

int
omc_merge_policy_rank (const OmcMergePolicy *policy, const char *status)
{
  const char *word;
  int rank = 0;

  g_return_val_if_fail (policy != NULL, -1);

  if (!policy->lattice || !status || !*status)
    return -1;
  for (word = policy->lattice; *word;)
    {
      gsize length = strcspn (word, " =");

      if (strncmp (word, status, length) == 0 && status[length] == '\0')
        return rank;
      word += length;
      if (*word == ' ')
        rank++;
      word += strspn (word, " =");
    }
  return -1;
}
