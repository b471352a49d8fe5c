/* omc-search-value.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "omc-clock.h"
#include "omc-search-private.h"

static const struct
{
  const char *text;
  OmcSearchPrefix prefix;
} prefixes[] = {
  { "eq", OMC_SEARCH_EQ }, { "ne", OMC_SEARCH_NE }, { "gt", OMC_SEARCH_GT },
  { "ge", OMC_SEARCH_GE }, { "lt", OMC_SEARCH_LT }, { "le", OMC_SEARCH_LE },
  { "sa", OMC_SEARCH_SA }, { "eb", OMC_SEARCH_EB },
};

void
_omc_search_value_free (OmcSearchValue *self)
{
  g_free (self->text);
  g_free (self->exact);
  g_free (self->system);
  g_free (self->code);
  g_free (self);
}

/* Splits at a separator that no backslash precedes; the parts keep their backslashes. */
GPtrArray *
_omc_search_split (const char *text, char separator, guint max)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);
  const char *start = text;
  const char *c;

  for (c = text; *c; c++)
    if (*c == '\\' && c[1])
      c++;
    else if (*c == separator && parts->len + 1 < max)
      {
        g_ptr_array_add (parts, g_strndup (start, c - start));
        start = c + 1;
      }
  g_ptr_array_add (parts, g_strndup (start, c - start));

  return parts;
}

/* FHIR R4, 3.1.1.4.8: "\," "\|" "\$" "\\". NULL for an empty part. */
static char *
dup_unescaped (const char *text)
{
  g_autoptr (GString) result = g_string_new (NULL);

  for (; *text; text++)
    {
      if (*text == '\\' && text[1])
        text++;
      g_string_append_c (result, *text);
    }

  return result->len > 0 ? g_string_free_and_steal (g_steal_pointer (&result)) : NULL;
}

static gboolean
set_invalid (const OmcSearchParam *param, const char *form, GError **error)
{
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
               _ ("The value of the search parameter %s must be %s"), param->name, form);

  return FALSE;
}

static const char *
take_prefix (const char *text, OmcSearchPrefix *prefix)
{
  *prefix = OMC_SEARCH_EQ;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (text, prefixes[i].text))
      {
        *prefix = prefixes[i].prefix;
        return text + 2;
      }

  return text;
}

static gboolean
parse_token (OmcSearchValue *self, const char *text)
{
  g_autoptr (GPtrArray) parts = _omc_search_split (text, '|', 2);

  self->any_system = parts->len == 1;
  self->code = dup_unescaped (parts->pdata[parts->len - 1]);
  if (parts->len == 2)
    self->system = dup_unescaped (parts->pdata[0]);

  return self->code || self->system;
}

static gboolean
parse_reference (OmcSearchValue *self, const char *text, const char *type)
{
  g_autofree char *plain = dup_unescaped (text);
  char *history;

  if (!plain)
    return FALSE;
  history = strstr (plain, "/_history/");
  if (history)
    *history = '\0';
  if (type && !strchr (plain, '/') && !strchr (plain, ':'))
    self->text = g_strconcat (type, "/", plain, NULL);
  else
    self->text = g_steal_pointer (&plain);

  return TRUE;
}

static gboolean
parse_date (OmcSearchValue *self, const char *text)
{
  g_autofree char *plain = NULL;

  text = take_prefix (text, &self->prefix);
  /* An unescaped "+" of a time zone has become a blank. */
  plain = g_strdelimit (g_strdup (text), " ", '+');

  return omc_instant_parse_range (plain, &self->start_us, &self->end_us);
}

/* EQ means equal within the precision of the text (R4, 3.1.1.4.6): 5.4 is [5.35, 5.45), 1e2 is [50, 150). The bounds
 * are rounded from their own decimals, so that an entry of 5.35 lies on the bound. */
static void
set_bounds (OmcSearchValue *self, const char *text)
{
  const char *point = strchr (text, '.');
  const char *exponent = strpbrk (text, "eE");
  const char *end = exponent ? exponent : text + strlen (text);
  gint64 scale = exponent ? CLAMP (g_ascii_strtoll (exponent + 1, NULL, 10), -1000, 1000) : 0;
  g_autoptr (GString) digits = g_string_new (NULL);

  if (point)
    scale -= end - point - 1;
  for (const char *c = text; c < end; c++)
    if (*c != '.')
      g_string_append_c (digits, *c);

  if (digits->len <= 17)
    {
      gint64 tenfold = g_ascii_strtoll (digits->str, NULL, 10) * 10;
      g_autofree char *low =
          g_strdup_printf ("%" G_GINT64_FORMAT "e%d", tenfold - 5, (int)scale - 1);
      g_autofree char *high =
          g_strdup_printf ("%" G_GINT64_FORMAT "e%d", tenfold + 5, (int)scale - 1);

      self->low = g_ascii_strtod (low, NULL);
      self->high = g_ascii_strtod (high, NULL);
    }
  else
    {
      self->low = self->number - 0.5 * pow (10, scale);
      self->high = self->number + 0.5 * pow (10, scale);
    }
}

static gboolean
parse_number (OmcSearchValue *self, const char *text)
{
  text = take_prefix (text, &self->prefix);
  if (!omc_json_is_number_text (text))
    return FALSE;
  self->number = g_ascii_strtod (text, NULL);
  if (!isfinite (self->number))
    return FALSE;
  set_bounds (self, text);

  return TRUE;
}

static gboolean
parse_quantity (OmcSearchValue *self, const char *text)
{
  g_autoptr (GPtrArray) parts = _omc_search_split (text, '|', 3);

  self->any_system = parts->len == 1;
  if (parts->len == 3)
    {
      self->system = dup_unescaped (parts->pdata[1]);
      self->code = dup_unescaped (parts->pdata[2]);
    }

  return parts->len != 2 && (parts->len == 1 || self->code) && parse_number (self, parts->pdata[0]);
}

static gboolean
parse_kind (OmcSearchValue *self,
            const OmcSearchParam *param,
            const char *text,
            const char *type,
            GError **error)
{
  switch (param->kind)
    {
    case OMC_SEARCH_STRING:
      self->exact = dup_unescaped (text);
      self->text = self->exact ? omc_search_normalize (self->exact) : NULL;
      return (self->text && *self->text) || set_invalid (param, _ ("a text"), error);
    case OMC_SEARCH_TOKEN:
      return parse_token (self, text) ||
             set_invalid (param, _ ("a code, or system|code, or |code, or system|"), error);
    case OMC_SEARCH_REFERENCE:
      return parse_reference (self, text, type ? type : param->target) ||
             set_invalid (param, _ ("an id, or Type/id, or a URL"), error);
    case OMC_SEARCH_DATE:
      return parse_date (self, text) ||
             set_invalid (param, _ ("a date such as 2026-11 or ge2026-11-23T10:00:00Z"), error);
    case OMC_SEARCH_QUANTITY:
      return parse_quantity (self, text) ||
             set_invalid (param, _ ("a number, or number|system|code, or number||unit"), error);
    case OMC_SEARCH_NUMBER:
      return parse_number (self, text) || set_invalid (param, _ ("a number"), error);
    case OMC_SEARCH_URI:
      self->text = dup_unescaped (text);
      return self->text || set_invalid (param, _ ("a URI"), error);
    default:
      g_assert_not_reached ();
    }
}

OmcSearchValue *
_omc_search_value_parse (const OmcSearchParam *param,
                         const char *text,
                         const char *type,
                         GError **error)
{
  OmcSearchValue *self = g_new0 (OmcSearchValue, 1);

  if (!parse_kind (self, param, text, type, error))
    g_clear_pointer (&self, _omc_search_value_free);

  return self;
}
