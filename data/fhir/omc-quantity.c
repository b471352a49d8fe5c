/* omc-quantity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <locale.h>
#include <string.h>

#include "omc-codes.h"
#include "omc-quantity.h"

#define MAX_TYPED 32
/* More digits than any clinical number has; keeps all products within 128 bits. */
#define MAX_DIGITS 18

/* Leaves room for a factor of 20. */
#define LIMIT_128 (((__int128)1) << 120)

#define ARABIC_DECIMAL_SEPARATOR 0x066b

char *
omc_quantity_normalise (const char *typed)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *stripped = NULL;
  gboolean seen_point = FALSE;
  guint n_digits = 0;

  if (typed == NULL || strlen (typed) > MAX_TYPED || !g_utf8_validate (typed, -1, NULL))
    return NULL;

  stripped = g_strstrip (g_strdup (typed));
  for (const char *p = stripped; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c))
        {
          g_string_append_c (out, (char)('0' + g_unichar_digit_value (c)));
          n_digits++;
        }
      else if ((c == '.' || c == ',' || c == ARABIC_DECIMAL_SEPARATOR) && !seen_point)
        {
          if (out->len == 0 || out->str[out->len - 1] == '-')
            g_string_append_c (out, '0');
          g_string_append_c (out, '.');
          seen_point = TRUE;
        }
      else if ((c == '-' || c == 0x2212) && out->len == 0)
        g_string_append_c (out, '-');
      else
        return NULL;
    }

  if (n_digits == 0 || n_digits > MAX_DIGITS)
    return NULL;
  if (out->str[out->len - 1] == '.')
    g_string_truncate (out, out->len - 1);

  /* JSON has no leading zeros. */
  gsize start = out->str[0] == '-' ? 1 : 0;
  while (out->str[start] == '0' && g_ascii_isdigit (out->str[start + 1]))
    g_string_erase (out, (gssize)start, 1);

  return g_string_free (g_steal_pointer (&out), FALSE);
}

guint
omc_quantity_count_decimals (const char *number)
{
  const char *point = number != NULL ? strchr (number, '.') : NULL;

  return point != NULL ? (guint)strspn (point + 1, "0123456789") : 0;
}

/* mantissa * 10^-scale; FALSE if it is no JSON number or has too many digits. */
static gboolean
parse_decimal (const char *number, gint64 *mantissa, int *scale)
{
  const char *p = number;
  gboolean negative = FALSE;
  guint n_digits = 0, n_significant = 0;
  gint64 value = 0;
  int decimals = 0;
  gint64 exponent = 0;

  if (number == NULL)
    return FALSE;
  if (*p == '-')
    {
      negative = TRUE;
      p++;
    }
  for (gboolean after_point = FALSE;; p++)
    {
      if (*p == '.' && !after_point && n_digits > 0)
        {
          after_point = TRUE;
          if (!g_ascii_isdigit (p[1]))
            return FALSE;
          continue;
        }
      if (!g_ascii_isdigit (*p))
        break;
      n_digits++;
      if (n_significant > 0 || *p != '0')
        n_significant++;
      if (n_significant > MAX_DIGITS || decimals > 300)
        return FALSE;
      value = value * 10 + (*p - '0');
      decimals += after_point ? 1 : 0;
    }
  if (n_digits == 0)
    return FALSE;

  if (*p == 'e' || *p == 'E')
    {
      char *end = NULL;

      p++;
      if (!g_ascii_isdigit (*p) && !((*p == '+' || *p == '-') && g_ascii_isdigit (p[1])))
        return FALSE;
      exponent = g_ascii_strtoll (p, &end, 10);
      if (ABS (exponent) > 1000)
        return FALSE;
      p = end;
    }

  *mantissa = negative ? -value : value;
  *scale = decimals - (int)exponent;

  return *p == '\0';
}

static __int128
floor_div_128 (__int128 a, __int128 b)
{
  __int128 q = a / b;

  return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

/* numerator / denominator * 10^-scale, times 10^decimals, rounded half up. */
static gboolean
round_rational (__int128 numerator,
                __int128 denominator,
                int scale,
                gint64 *scaled,
                gboolean *exact)
{
  for (; scale < 0; scale++)
    {
      if (numerator > LIMIT_128 || numerator < -LIMIT_128)
        return FALSE;
      numerator *= 10;
    }
  for (; scale > 0; scale--)
    {
      /* Smaller than any rounding could show. */
      if (denominator > LIMIT_128)
        {
          if (exact != NULL)
            *exact = numerator == 0;
          *scaled = 0;
          return TRUE;
        }
      denominator *= 10;
    }

  __int128 rounded = floor_div_128 (2 * numerator + denominator, 2 * denominator);
  if (rounded > G_MAXINT64 || rounded < G_MININT64)
    return FALSE;
  if (exact != NULL)
    *exact = numerator % denominator == 0;
  *scaled = (gint64)rounded;

  return TRUE;
}

gboolean
omc_quantity_to_scaled (const char *number, guint decimals, gint64 *scaled, gboolean *exact)
{
  gint64 mantissa;
  int scale;

  g_return_val_if_fail (scaled != NULL, FALSE);
  g_return_val_if_fail (decimals <= 9, FALSE);

  return parse_decimal (number, &mantissa, &scale) &&
         round_rational (mantissa, 1, scale - (int)decimals, scaled, exact);
}

char *
omc_quantity_from_scaled (gint64 scaled, guint decimals)
{
  guint64 magnitude = scaled < 0 ? -(guint64)scaled : (guint64)scaled;
  guint64 unit = 1;

  g_return_val_if_fail (decimals <= 9, NULL);

  for (guint i = 0; i < decimals; i++)
    unit *= 10;
  if (decimals == 0)
    return g_strdup_printf ("%s%" G_GUINT64_FORMAT, scaled < 0 ? "-" : "", magnitude);

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT ".%0*" G_GUINT64_FORMAT, scaled < 0 ? "-" : "",
                          magnitude / unit, (int)decimals, magnitude % unit);
}

/* to = (from - offset) * numerator / denominator, or with inverse from = ... */
static const struct
{
  const char *from;
  const char *to;
  gint64 offset;
  gint64 numerator;
  gint64 denominator;
} conversions[] = {
  { OMC_UCUM_FAHRENHEIT, OMC_UCUM_CELSIUS, 32, 5, 9 },
  { OMC_UCUM_POUND, OMC_UCUM_KG, 0, 45359237, 100000000 },
  { "g", OMC_UCUM_KG, 0, 1, 1000 },
  { OMC_UCUM_INCH, OMC_UCUM_CM, 0, 254, 100 },
  { "m", OMC_UCUM_CM, 0, 100, 1 },
  /* Glucose, 180.156 g/mol. */
  { OMC_UCUM_MG_DL, OMC_UCUM_MMOL_L, 0, 10000, 180156 },
  /* Ventilators send a fraction. */
  { "1", OMC_UCUM_PERCENT, 0, 100, 1 },
  { "mL/min", OMC_UCUM_L_MIN, 0, 1, 1000 },
  { "L", OMC_UCUM_ML, 0, 1000, 1 },
};

gboolean
omc_quantity_convert (const char *number,
                      const char *from,
                      const char *to,
                      guint decimals,
                      gint64 *scaled)
{
  gint64 mantissa;
  int scale;

  g_return_val_if_fail (scaled != NULL, FALSE);
  g_return_val_if_fail (decimals <= 9, FALSE);

  if (from == NULL || to == NULL || !parse_decimal (number, &mantissa, &scale) ||
      scale > MAX_DIGITS)
    return FALSE;
  if (g_str_equal (from, to))
    return round_rational (mantissa, 1, scale - (int)decimals, scaled, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (conversions); i++)
    {
      gboolean forth =
          g_str_equal (from, conversions[i].from) && g_str_equal (to, conversions[i].to);
      gboolean back =
          g_str_equal (from, conversions[i].to) && g_str_equal (to, conversions[i].from);
      __int128 value = mantissa;
      __int128 one = 1;

      if (!forth && !back)
        continue;
      for (; scale > 0; scale--)
        one *= 10;
      for (; scale < 0 && value < G_MAXINT64 && value > G_MININT64; scale++)
        value *= 10;
      if (scale < 0)
        return FALSE;
      if (forth)
        return round_rational ((value - conversions[i].offset * one) * conversions[i].numerator,
                               one * conversions[i].denominator, -(int)decimals, scaled, NULL);

      return round_rational (value * conversions[i].denominator +
                                 conversions[i].offset * one * conversions[i].numerator,
                             one * conversions[i].numerator, -(int)decimals, scaled, NULL);
    }

  return FALSE;
}

char *
omc_quantity_convert_text (const char *number, const char *from, const char *to, guint decimals)
{
  gint64 scaled;

  if (!omc_quantity_convert (number, from, to, decimals, &scaled))
    return NULL;

  return omc_quantity_from_scaled (scaled, decimals);
}

static const struct
{
  const char *ucum;
  const char *label;
} unit_labels[] = {
  { OMC_UCUM_PER_MINUTE, "/min" }, { OMC_UCUM_PERCENT, "%" },     { OMC_UCUM_MMHG, "mmHg" },
  { OMC_UCUM_CELSIUS, "°C" },      { OMC_UCUM_FAHRENHEIT, "°F" }, { OMC_UCUM_KG, "kg" },
  { OMC_UCUM_POUND, "lb" },        { OMC_UCUM_CM, "cm" },         { OMC_UCUM_INCH, "in" },
  { OMC_UCUM_MMOL_L, "mmol/L" },   { OMC_UCUM_MG_DL, "mg/dL" },   { OMC_UCUM_L_MIN, "L/min" },
  { OMC_UCUM_ML, "mL" },           { OMC_UCUM_SCORE, "" },
};

const char *
omc_unit_label (const char *ucum)
{
  if (ucum == NULL)
    return "";

  for (gsize i = 0; i < G_N_ELEMENTS (unit_labels); i++)
    if (g_str_equal (unit_labels[i].ucum, ucum))
      return unit_labels[i].label;

  return ucum;
}

char *
omc_quantity_display (const char *number, const char *ucum)
{
  const struct lconv *locale = localeconv ();
  const char *point =
      locale != NULL && *locale->decimal_point != '\0' ? locale->decimal_point : ".";
  const char *unit = omc_unit_label (ucum);
  g_autoptr (GString) out = g_string_new (number);

  g_return_val_if_fail (number != NULL, NULL);

  g_string_replace (out, ".", point, 1);
  if (*unit != '\0')
    {
      if (!g_str_equal (unit, "%") && *unit != '/')
        g_string_append (out, "\u00a0");
      g_string_append (out, unit);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}
