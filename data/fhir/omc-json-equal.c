/* omc-json-equal.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include "omc-json-private.h"

/* Exponents beyond this are compared by their own digits: no text that fits into memory shifts them visibly. */
#define MAX_EXPONENT G_GINT64_CONSTANT (100000000000000000)

typedef gboolean (*Equal) (const OmcJsonValue *a, const OmcJsonValue *b);

/* A decimal as sign * 0.d1d2d3... * 10^exponent, d1 not 0; no digits: zero. */
typedef struct
{
  int sign;
  const char *digits; /* may hold one '.' */
  const char *end;
  gint64 exponent;
  const char *exponent_text; /* (nullable): set when it is beyond MAX_EXPONENT */
} Decimal;

static void
parse_exponent (Decimal *self, const char *text)
{
  gboolean negative = *text == '-';
  gint64 exponent = 0;
  const char *digits;

  if (*text == '-' || *text == '+')
    text++;
  digits = text += strspn (text, "0");
  for (; g_ascii_isdigit (*text) && exponent < MAX_EXPONENT; text++)
    exponent = exponent * 10 + (*text - '0');
  if (exponent >= MAX_EXPONENT)
    {
      self->exponent_text = digits;
      self->exponent = 0;
      exponent = 2 * MAX_EXPONENT;
    }
  self->exponent += negative ? -exponent : exponent;
}

static int
compare_exponents (const Decimal *a, const Decimal *b)
{
  int order;

  if (a->exponent != b->exponent || !a->exponent_text)
    return (a->exponent > b->exponent) - (a->exponent < b->exponent);

  order = (strlen (a->exponent_text) > strlen (b->exponent_text)) -
          (strlen (a->exponent_text) < strlen (b->exponent_text));
  if (order == 0)
    order = strcmp (a->exponent_text, b->exponent_text);

  return a->exponent < 0 ? -order : order;
}

static Decimal
decimal_parse (const char *text)
{
  Decimal self = { 1, NULL, NULL, 0, NULL };
  gboolean after_point = FALSE;
  gint64 n_integer = 0;

  if (*text == '-')
    {
      self.sign = -1;
      text++;
    }
  for (; g_ascii_isdigit (*text) || *text == '.'; text++)
    {
      if (*text == '.')
        {
          after_point = TRUE;
          continue;
        }
      if (*text != '0')
        {
          if (!self.digits)
            self.digits = text;
          self.end = text + 1;
        }
      if (self.digits && !after_point)
        n_integer++;
      else if (!self.digits && after_point)
        n_integer--;
    }
  if (!self.digits)
    {
      self.sign = 0;
      return self;
    }
  self.exponent = n_integer;
  if (*text == 'e' || *text == 'E')
    parse_exponent (&self, text + 1);

  return self;
}

static int
compare_digits (const Decimal *a, const Decimal *b)
{
  const char *p = a->digits;
  const char *q = b->digits;

  for (;;)
    {
      if (p < a->end && *p == '.')
        p++;
      if (q < b->end && *q == '.')
        q++;
      if (p >= a->end || q >= b->end)
        return (p < a->end) - (q < b->end);
      if (*p != *q)
        return *p < *q ? -1 : 1;
      p++;
      q++;
    }
}

int
omc_json_number_compare (const char *a, const char *b)
{
  Decimal x;
  Decimal y;
  int order;

  g_return_val_if_fail (a != NULL && b != NULL, 0);

  x = decimal_parse (a);
  y = decimal_parse (b);
  if (x.sign != y.sign)
    return x.sign < y.sign ? -1 : 1;
  if (x.sign == 0)
    return 0;
  order = compare_exponents (&x, &y);
  if (order == 0)
    order = compare_digits (&x, &y);

  return order == 0 ? 0 : order < 0 ? -x.sign : x.sign;
}

/**
 * omc_json_is_number_text:
 *
 * Returns: %TRUE when @text is a number as JSON writes it: "-1.50E-3", but not "+1", ".5", "01" or "NaN"
 */
gboolean
omc_json_is_number_text (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  if (*text == '-')
    text++;
  if (!g_ascii_isdigit (*text) || (text[0] == '0' && g_ascii_isdigit (text[1])))
    return FALSE;
  text += strspn (text, "0123456789");
  if (*text == '.')
    {
      if (!g_ascii_isdigit (*++text))
        return FALSE;
      text += strspn (text, "0123456789");
    }
  if (*text == 'e' || *text == 'E')
    {
      text++;
      if (*text == '+' || *text == '-')
        text++;
      if (!g_ascii_isdigit (*text))
        return FALSE;
      text += strspn (text, "0123456789");
    }

  return *text == '\0';
}

/* FHIR has no empty values: "", [], {}, null and what holds only such say nothing. */
static gboolean
is_empty (const OmcJsonValue *value)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  switch (omc_json_value_get_kind (value))
    {
    case OMC_JSON_ABSENT:
    case OMC_JSON_NULL:
      return TRUE;
    case OMC_JSON_STRING:
      return unsafe_yyjson_get_len ((void *)value) == 0;
    case OMC_JSON_ARRAY:
    case OMC_JSON_OBJECT:
      for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
        if (!is_empty (member))
          return FALSE;
      return TRUE;
    case OMC_JSON_BOOLEAN:
    case OMC_JSON_NUMBER:
    default:
      return FALSE;
    }
}

static gboolean
is_ignored (const char *key, const char *const *ignored)
{
  return ignored && g_strv_contains (ignored, key);
}

/* Each key of either object once, with both values; absent values are NULL. */
static gboolean
objects_equal_sorted (const yyjson_val *a,
                      const yyjson_val *b,
                      const char *const *ignored,
                      Equal equal)
{
  g_autofree yyjson_val **keys_a = _omc_json_dup_sorted_keys (a);
  g_autofree yyjson_val **keys_b = _omc_json_dup_sorted_keys (b);
  gsize n_a = unsafe_yyjson_get_len ((void *)a);
  gsize n_b = unsafe_yyjson_get_len ((void *)b);
  gsize i = 0;
  gsize j = 0;

  while (i < n_a || j < n_b)
    {
      int order = i == n_a ? 1 : j == n_b ? -1 : _omc_json_key_compare (keys_a[i], keys_b[j]);
      yyjson_val *key_a = order <= 0 ? keys_a[i++] : NULL;
      yyjson_val *key_b = order >= 0 ? keys_b[j++] : NULL;

      if (!is_ignored (unsafe_yyjson_get_str (key_a ? key_a : key_b), ignored) &&
          !equal (key_a ? key_a + 1 : NULL, key_b ? key_b + 1 : NULL))
        return FALSE;
    }

  return TRUE;
}

static gboolean
objects_equal (const yyjson_val *a, const yyjson_val *b, const char *const *ignored, Equal equal)
{
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;

  if (a && b &&
      MAX (omc_json_value_get_size (a), omc_json_value_get_size (b)) > OMC_JSON_SMALL_OBJECT)
    return objects_equal_sorted (a, b, ignored, equal);

  for (omc_json_iter_init (&iter, a); omc_json_iter_next (&iter, &key, &member);)
    if (!is_ignored (key, ignored) && !equal (member, omc_json_value_get (b, key)))
      return FALSE;
  for (omc_json_iter_init (&iter, b); omc_json_iter_next (&iter, &key, &member);)
    if (!is_ignored (key, ignored) && !omc_json_value_get (a, key) && !equal (NULL, member))
      return FALSE;

  return TRUE;
}

static gboolean
arrays_equal (const yyjson_val *a, const yyjson_val *b, Equal equal)
{
  OmcJsonIter iter_a;
  OmcJsonIter iter_b;

  omc_json_iter_init (&iter_a, a);
  omc_json_iter_init (&iter_b, b);
  for (;;)
    {
      const OmcJsonValue *member_a = NULL;
      const OmcJsonValue *member_b = NULL;
      gboolean has_a = omc_json_iter_next (&iter_a, NULL, &member_a);
      gboolean has_b = omc_json_iter_next (&iter_b, NULL, &member_b);

      if (!has_a && !has_b)
        return TRUE;
      if (!equal (member_a, member_b))
        return FALSE;
    }
}

/* Also for the texts of numbers. */
static gboolean
strings_equal (const yyjson_val *a, const yyjson_val *b)
{
  return _omc_json_key_compare (a, b) == 0;
}

gboolean
omc_json_value_equal (const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonKind kind = omc_json_value_get_kind (a);

  if (a == b)
    return TRUE;
  if (kind != omc_json_value_get_kind (b))
    return is_empty (a) && is_empty (b);

  switch (kind)
    {
    case OMC_JSON_STRING:
      return strings_equal (a, b);
    case OMC_JSON_NUMBER:
      return omc_json_number_compare (a->uni.str, b->uni.str) == 0;
    case OMC_JSON_BOOLEAN:
      return a->tag == b->tag;
    case OMC_JSON_ARRAY:
      return arrays_equal (a, b, omc_json_value_equal);
    case OMC_JSON_OBJECT:
      return objects_equal (a, b, NULL, omc_json_value_equal);
    case OMC_JSON_NULL:
    case OMC_JSON_ABSENT:
    default:
      return TRUE;
    }
}

gboolean
omc_json_value_equal_except (const OmcJsonValue *a,
                             const OmcJsonValue *b,
                             const char *const *ignored)
{
  OmcJsonKind kind = omc_json_value_get_kind (a ? a : b);

  if (kind != OMC_JSON_OBJECT)
    return omc_json_value_equal (a, b);

  return objects_equal (a, b, ignored, omc_json_value_equal);
}

gboolean
omc_json_value_identical (const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonKind kind = omc_json_value_get_kind (a);

  if (a == b)
    return TRUE;
  if (kind != omc_json_value_get_kind (b))
    return FALSE;

  switch (kind)
    {
    case OMC_JSON_STRING:
    case OMC_JSON_NUMBER:
      return strings_equal (a, b);
    case OMC_JSON_BOOLEAN:
      return a->tag == b->tag;
    case OMC_JSON_ARRAY:
      return omc_json_value_get_size (a) == omc_json_value_get_size (b) &&
             arrays_equal (a, b, omc_json_value_identical);
    case OMC_JSON_OBJECT:
      return omc_json_value_get_size (a) == omc_json_value_get_size (b) &&
             objects_equal (a, b, NULL, omc_json_value_identical);
    case OMC_JSON_NULL:
    case OMC_JSON_ABSENT:
    default:
      return TRUE;
    }
}
