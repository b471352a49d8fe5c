/* omc-validate-primitive.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-validate-private.h"

typedef gboolean (*TextCheck) (const char *text);

static gboolean
is_any (const char *text)
{
  return *text != '\0';
}

static gboolean
is_id (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.");

  return length >= 1 && length <= 64 && text[length] == '\0';
}

/* [^\s]+(\s[^\s]+)* */
static gboolean
is_code (const char *text)
{
  for (const char *c = text; *c; c++)
    if (g_ascii_isspace (*c) && (c == text || c[1] == '\0' || g_ascii_isspace (c[1])))
      return FALSE;

  return *text != '\0';
}

static gboolean
is_uri (const char *text)
{
  return *text != '\0' && strpbrk (text, " \t\r\n\f\v") == NULL;
}

static gboolean
is_oid (const char *text)
{
  if (!g_str_has_prefix (text, "urn:oid:") || text[8] < '0' || text[8] > '2')
    return FALSE;
  for (text += 9; *text; text += strspn (text, "0123456789"))
    {
      if (text[0] != '.' || !g_ascii_isdigit (text[1]) ||
          (text[1] == '0' && g_ascii_isdigit (text[2])))
        return FALSE;
      text++;
    }

  return TRUE;
}

static gboolean
is_uuid (const char *text)
{
  return g_str_has_prefix (text, "urn:uuid:") &&
         g_uuid_string_is_valid (text + strlen ("urn:uuid:"));
}

static gboolean
is_base64 (const char *text)
{
  gsize n = 0;
  gsize n_padding = 0;

  for (; *text; text++)
    {
      if (g_ascii_isspace (*text))
        continue;
      if (*text == '=')
        n_padding++;
      else if (n_padding > 0 || !(g_ascii_isalnum (*text) || *text == '+' || *text == '/'))
        return FALSE;
      n++;
    }

  return n > 0 && n % 4 == 0 && n_padding <= 2;
}

/* '0' stands for a digit, all else for itself. The rest behind the pattern, or NULL. */
static const char *
match (const char *text, const char *pattern)
{
  for (; *pattern; pattern++, text++)
    if (*pattern == '0' ? !g_ascii_isdigit (*text) : *text != *pattern)
      return NULL;

  return text;
}

static gboolean
is_calendar (const char *text)
{
  gint64 start;
  gint64 end;

  return omc_instant_parse_range (text, &start, &end);
}

static gboolean
is_date (const char *text)
{
  static const char *const patterns[] = { "0000", "0000-00", "0000-00-00" };

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      const char *rest = match (text, patterns[i]);

      if (rest && *rest == '\0')
        return is_calendar (text);
    }

  return FALSE;
}

static const char *
skip_time (const char *text)
{
  const char *rest = match (text, "00:00:00");

  if (rest && *rest == '.')
    {
      gsize n = strspn (rest + 1, "0123456789");

      rest = n > 0 ? rest + 1 + n : NULL;
    }

  return rest;
}

static gboolean
is_instant (const char *text)
{
  const char *rest = match (text, "0000-00-00T");

  rest = rest ? skip_time (rest) : NULL;
  if (!rest)
    return FALSE;
  if (*rest == 'Z')
    rest++;
  else
    rest = *rest == '+' ? match (rest, "+00:00") : match (rest, "-00:00");

  return rest && *rest == '\0' && is_calendar (text);
}

static gboolean
is_date_time (const char *text)
{
  return is_date (text) || is_instant (text);
}

static gboolean
is_time (const char *text)
{
  const char *rest = skip_time (text);

  return rest && *rest == '\0' && strncmp (text, "24", 2) < 0 && strncmp (text + 3, "60", 2) < 0 &&
         strncmp (text + 6, "61", 2) < 0;
}

static gboolean
is_xhtml (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;

  return g_str_has_prefix (text, "<div") || g_str_has_prefix (text, "<?xml") ||
         g_str_has_prefix (text, "<!--");
}

/* 32 bits, signed, as FHIR's integers are. */
static gboolean
is_integer (const char *text, const char *least)
{
  return strpbrk (text, ".eE") == NULL && omc_json_number_compare (text, least) >= 0 &&
         omc_json_number_compare (text, "2147483647") <= 0;
}

static const struct
{
  const char *type;
  OmcJsonKind kind;
  TextCheck check;   /* of strings */
  const char *least; /* of integers */
} primitives[] = {
  { "base64Binary", OMC_JSON_STRING, is_base64, NULL },
  { "boolean", OMC_JSON_BOOLEAN, NULL, NULL },
  { "canonical", OMC_JSON_STRING, is_uri, NULL },
  { "code", OMC_JSON_STRING, is_code, NULL },
  { "date", OMC_JSON_STRING, is_date, NULL },
  { "dateTime", OMC_JSON_STRING, is_date_time, NULL },
  { "decimal", OMC_JSON_NUMBER, NULL, NULL },
  { "id", OMC_JSON_STRING, is_id, NULL },
  { "instant", OMC_JSON_STRING, is_instant, NULL },
  { "integer", OMC_JSON_NUMBER, NULL, "-2147483648" },
  { "markdown", OMC_JSON_STRING, is_any, NULL },
  { "oid", OMC_JSON_STRING, is_oid, NULL },
  { "positiveInt", OMC_JSON_NUMBER, NULL, "1" },
  { "string", OMC_JSON_STRING, is_any, NULL },
  { "time", OMC_JSON_STRING, is_time, NULL },
  { "unsignedInt", OMC_JSON_NUMBER, NULL, "0" },
  { "uri", OMC_JSON_STRING, is_uri, NULL },
  { "url", OMC_JSON_STRING, is_uri, NULL },
  { "uuid", OMC_JSON_STRING, is_uuid, NULL },
  { "xhtml", OMC_JSON_STRING, is_xhtml, NULL },
};

static int
find (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (primitives); i++)
    if (strcmp (primitives[i].type, type) == 0)
      return (int)i;

  return -1;
}

gboolean
_omc_validate_is_primitive (const char *type)
{
  return find (type) >= 0;
}

gboolean
_omc_validate_check_primitive (const char *type, const OmcJsonValue *value)
{
  int i = find (type);

  g_return_val_if_fail (i >= 0, FALSE);

  if (omc_json_value_get_kind (value) != primitives[i].kind)
    return FALSE;
  if (primitives[i].check)
    return primitives[i].check (omc_json_value_get_string (value));
  if (primitives[i].least)
    return is_integer (omc_json_value_get_number_text (value), primitives[i].least);

  return TRUE;
}
