/* omc-validate-table.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-resource.h"
#include "omc-validate-private.h"

/* Every resource has these, and every datatype the first two. */
static const char *const common[] = {
  "id:string",      "extension:Extension*", "modifierExtension:Extension*",
  "meta:Meta",      "implicitRules:uri",    "language:code",
  "text:Narrative", "contained:Resource*",
};

#define N_DATATYPE 2
#define N_BACKBONE 3

static OmcElement *
parse_element (const char *text)
{
  OmcElement *self = g_new0 (OmcElement, 1);
  const char *colon = strchr (text, ':');
  const char *equals = strchr (text, '=');
  g_autofree char *type = equals ? g_strndup (colon + 1, equals - colon - 1) : g_strdup (colon + 1);
  gsize length = strlen (type);

  self->is_list = length > 1 && type[length - 1] == '*';
  if (self->is_list)
    type[length - 1] = '\0';
  self->types = g_strsplit (type, "|", -1);
  if (equals)
    self->codes = g_strsplit (equals + 1, "|", -1);
  self->is_required = colon[-1] == '!';
  self->name = g_strndup (text, colon - text - self->is_required);
  self->is_choice = g_str_has_suffix (self->name, "[x]");
  if (self->is_choice)
    self->name[strlen (self->name) - 3] = '\0';
  self->name_length = strlen (self->name);

  return self;
}

static GPtrArray *
parse_set (const OmcElementSet *set, guint n_common)
{
  GPtrArray *elements = g_ptr_array_new ();
  g_auto (GStrv) texts = g_strsplit (set->elements, " ", -1);

  for (guint i = 0; i < n_common; i++)
    g_ptr_array_add (elements, parse_element (common[i]));
  for (guint i = 0; texts[i]; i++)
    g_ptr_array_add (elements, parse_element (texts[i]));

  return elements;
}

static void
parse_table (GHashTable *sets, const OmcElementSet *table, gboolean is_datatype)
{
  for (; table->name; table++)
    {
      guint n = strchr (table->name, '.') ? is_datatype ? N_DATATYPE : N_BACKBONE
                : is_datatype             ? N_DATATYPE
                                          : G_N_ELEMENTS (common);

      g_hash_table_insert (sets, (gpointer)table->name, parse_set (table, n));
    }
}

static gpointer
parse_all (gpointer unused)
{
  GHashTable *sets = g_hash_table_new (g_str_hash, g_str_equal);

  parse_table (sets, _omc_validate_datatypes, TRUE);
  parse_table (sets, _omc_validate_administrative, FALSE);
  parse_table (sets, _omc_validate_clinical, FALSE);

  return sets;
}

GPtrArray *
_omc_validate_find_set (const char *name)
{
  static GOnce once = G_ONCE_INIT;

  return g_hash_table_lookup (g_once (&once, parse_all, NULL), name);
}

/* "Quantity" of "valueQuantity", "dateTime" of "valueDateTime". */
static const char *
find_choice_type (const OmcElement *element, const char *suffix)
{
  static const char *const primitive[] = { "base64Binary", "boolean",  "canonical", "code",
                                           "date",         "dateTime", "decimal",   "id",
                                           "instant",      "integer",  "markdown",  "oid",
                                           "positiveInt",  "string",   "time",      "unsignedInt",
                                           "uri",          "url",      "uuid" };

  if (strcmp (element->types[0], "*") != 0)
    {
      for (guint i = 0; element->types[i]; i++)
        if (g_ascii_toupper (element->types[i][0]) == suffix[0] &&
            strcmp (element->types[i] + 1, suffix + 1) == 0)
          return element->types[i];
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (primitive); i++)
    if (g_ascii_toupper (primitive[i][0]) == suffix[0] &&
        strcmp (primitive[i] + 1, suffix + 1) == 0)
      return primitive[i];

  return _omc_validate_find_set (suffix) && !omc_fhir_is_resource_type (suffix) ? suffix : NULL;
}

const OmcElement *
_omc_validate_find_element (GPtrArray *set, const char *name, const char **type)
{
  for (guint i = 0; i < set->len; i++)
    {
      const OmcElement *element = set->pdata[i];

      if (strncmp (element->name, name, element->name_length) != 0)
        continue;
      if (!element->is_choice && name[element->name_length] == '\0')
        *type = element->types[0];
      else if (!element->is_choice || !g_ascii_isupper (name[element->name_length]) ||
               !(*type = find_choice_type (element, name + element->name_length)))
        continue;
      return element;
    }

  return NULL;
}
