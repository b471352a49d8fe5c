/* omc-search-params.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-search-private.h"

const char *
omc_search_kind_to_string (OmcSearchKind kind)
{
  switch (kind)
    {
    case OMC_SEARCH_STRING:
      return "string";
    case OMC_SEARCH_TOKEN:
      return "token";
    case OMC_SEARCH_REFERENCE:
      return "reference";
    case OMC_SEARCH_DATE:
      return "date";
    case OMC_SEARCH_QUANTITY:
      return "quantity";
    case OMC_SEARCH_NUMBER:
      return "number";
    case OMC_SEARCH_URI:
      return "uri";
    default:
      g_return_val_if_reached (NULL);
    }
}

gboolean
omc_search_type_is_indexed (const char *type)
{
  OmcSearchTable own;

  g_return_val_if_fail (type != NULL, FALSE);

  return _omc_search_table_find (type, &own);
}

GPtrArray *
omc_search_param_list (const char *type)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  OmcSearchTable own;

  g_return_val_if_fail (type != NULL, NULL);

  if (!omc_fhir_is_resource_type (type))
    return g_steal_pointer (&list);
  for (guint i = 0; i < _omc_search_table_common.length; i++)
    g_ptr_array_add (list, (gpointer)&_omc_search_table_common.params[i]);
  _omc_search_table_find (type, &own);
  for (guint i = 0; i < own.length; i++)
    g_ptr_array_add (list, (gpointer)&own.params[i]);

  return g_steal_pointer (&list);
}

const OmcSearchParam *
omc_search_param_find (const char *type, const char *name)
{
  g_autoptr (GPtrArray) list = NULL;

  g_return_val_if_fail (type != NULL && name != NULL, NULL);

  list = omc_search_param_list (type);
  for (guint i = 0; i < list->len; i++)
    {
      const OmcSearchParam *param = list->pdata[i];

      if (strcmp (param->name, name) == 0)
        return param;
    }

  return NULL;
}

/* Letters that people type without their stroke or as two, and that Unicode does not decompose. */
static const char *
fold_letter (gunichar c)
{
  switch (c)
    {
    case 0x00e6: /* ae */
      return "ae";
    case 0x0153: /* oe */
      return "oe";
    case 0x00f8: /* o with stroke */
      return "o";
    case 0x0111: /* d with stroke */
    case 0x00f0: /* eth */
      return "d";
    case 0x0142: /* l with stroke */
      return "l";
    case 0x00fe: /* thorn */
      return "th";
    case 0x0131: /* dotless i */
      return "i";
    default:
      return NULL;
    }
}

static void
append_folded (GString *result, gunichar c, gboolean *blank)
{
  const char *letters;

  if (g_unichar_isspace (c))
    {
      *blank = TRUE;
      return;
    }
  if (g_unichar_ismark (c))
    return;
  if (*blank && result->len > 0)
    g_string_append_c (result, ' ');
  *blank = FALSE;
  letters = c < 0x80 ? NULL : fold_letter (c);
  if (letters)
    g_string_append (result, letters);
  else
    g_string_append_unichar (result, c);
}

/**
 * omc_search_normalize:
 *
 * The form in which strings are compared: names are found by letters that the keyboard at hand has.
 */
char *
omc_search_normalize (const char *text)
{
  g_autoptr (GString) result = NULL;
  g_autofree char *folded = NULL;
  g_autofree char *decomposed = NULL;
  gboolean blank = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  result = g_string_sized_new (strlen (text));
  if (g_str_is_ascii (text))
    {
      for (const char *c = text; *c; c++)
        append_folded (result, g_ascii_tolower (*c), &blank);
      return g_string_free_and_steal (g_steal_pointer (&result));
    }

  folded = g_utf8_casefold (text, -1);
  decomposed = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  for (const char *c = decomposed ? decomposed : folded; *c; c = g_utf8_next_char (c))
    append_folded (result, g_utf8_get_char (c), &blank);

  return g_string_free_and_steal (g_steal_pointer (&result));
}
