/* test-quantity.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-quantity.h"

static void
test_normalise (void)
{
  static const struct
  {
    const char *typed;
    const char *text;
  } cases[] = {
    { "98.6", "98.6" },
    { "98,6", "98.6" },
    { " 37.0 ", "37.0" },
    { "37.00", "37.00" },
    { "036", "36" },
    { "0", "0" },
    { "00", "0" },
    { "0.5", "0.5" },
    { ".5", "0.5" },
    { ",5", "0.5" },
    { "37.", "37" },
    { "-1", "-1" },
    { "٣٧٫٥", "37.5" },
    { "-0,5", "-0.5" },
    { "007.50", "7.50" },
    { "", NULL },
    { " ", NULL },
    { ".", NULL },
    { "-", NULL },
    { "1.2.3", NULL },
    { "1,000.5", NULL },
    { "12e3", NULL },
    { "+5", NULL },
    { "12 0", NULL },
    { "120/80", NULL },
    { "37,5°", NULL },
    { "abc", NULL },
    { NULL, NULL },
    { "1234567890123456789", NULL },
    { "\xff", NULL },
    { "NaN", NULL },
    { "5-", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = omc_quantity_normalise (cases[i].typed);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
  g_autofree char *huge = g_strnfill (1 << 20, '9');
  g_assert_null (omc_quantity_normalise (huge));
}

static void
test_scaled (void)
{
  static const struct
  {
    const char *number;
    guint decimals;
    gint64 scaled;
    gboolean exact;
  } cases[] = {
    { "98.6", 1, 986, TRUE },
    { "98.60", 1, 986, TRUE },
    { "98.65", 1, 987, FALSE },
    { "98.649999", 1, 986, FALSE },
    { "0.05", 1, 1, FALSE },
    { "0.049", 1, 0, FALSE },
    { "-0.05", 1, 0, FALSE },
    { "-0.06", 1, -1, FALSE },
    { "1E2", 0, 100, TRUE },
    { "1.5e-1", 1, 2, FALSE },
    { "1E-300", 3, 0, FALSE },
    { "0E-300", 3, 0, TRUE },
    { "37", 2, 3700, TRUE },
    { "-12.5", 1, -125, TRUE },
    { "123456789012345678", 0, 123456789012345678, TRUE },
  };
  static const char *const refused[] = { "1E30",   "",    "1.",  ".5", "x",
                                         "1e",     "1e+", "--1", "1 ", "12345678901234567890",
                                         "1e99999" };
  gint64 scaled;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean exact;

      g_test_message ("%s", cases[i].number);
      g_assert_true (omc_quantity_to_scaled (cases[i].number, cases[i].decimals, &scaled, &exact));
      g_assert_cmpint (scaled, ==, cases[i].scaled);
      g_assert_cmpint (exact, ==, cases[i].exact);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_false (omc_quantity_to_scaled (refused[i], 1, &scaled, NULL));
    }
  g_assert_false (omc_quantity_to_scaled (NULL, 1, &scaled, NULL));
}

static void
test_from_scaled (void)
{
  static const struct
  {
    gint64 scaled;
    guint decimals;
    const char *text;
  } cases[] = { { 370, 1, "37.0" }, { 5, 1, "0.5" },   { -5, 1, "-0.5" }, { -15, 1, "-1.5" },
                { 0, 0, "0" },      { 120, 0, "120" }, { 7, 3, "0.007" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = omc_quantity_from_scaled (cases[i].scaled, cases[i].decimals);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_convert (void)
{
  static const struct
  {
    const char *number;
    const char *from;
    const char *to;
    guint decimals;
    const char *result;
  } cases[] = {
    { "98.6", "[degF]", "Cel", 1, "37.0" },  { "95.1", "[degF]", "Cel", 1, "35.1" },
    { "95.0", "[degF]", "Cel", 1, "35.0" },  { "95.09", "[degF]", "Cel", 1, "35.1" },
    { "95.08", "[degF]", "Cel", 1, "35.0" }, { "0", "[degF]", "Cel", 1, "-17.8" },
    { "32", "[degF]", "Cel", 1, "0.0" },     { "37.0", "Cel", "[degF]", 1, "98.6" },
    { "36,6", "Cel", "[degF]", 1, NULL },    { "-40", "Cel", "[degF]", 0, "-40" },
    { "176", "[lb_av]", "kg", 1, "79.8" },   { "80", "kg", "[lb_av]", 1, "176.4" },
    { "70", "[in_i]", "cm", 0, "178" },      { "1.75", "m", "cm", 0, "175" },
    { "3500", "g", "kg", 1, "3.5" },         { "100", "mg/dL", "mmol/L", 1, "5.6" },
    { "5.5", "mmol/L", "mg/dL", 0, "99" },   { "0.28", "1", "%", 0, "28" },
    { "98.6", "Cel", "Cel", 1, "98.6" },     { "98.65", "Cel", "Cel", 1, "98.7" },
    { "98.6", "Cel", "kg", 1, NULL },        { "98.6", NULL, "kg", 1, NULL },
    { "x", "[degF]", "Cel", 1, NULL },       { "1e3", "g", "kg", 1, "1.0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = omc_quantity_convert_text (cases[i].number, cases[i].from,
                                                         cases[i].to, cases[i].decimals);

      g_test_message ("%s %s", cases[i].number, cases[i].from);
      g_assert_cmpstr (text, ==, cases[i].result);
    }
}

/* Every tenth of a degree that a thermometer can show, against integer arithmetic written another way. */
static void
test_every_fahrenheit (void)
{
  for (int tenths = 700; tenths <= 1150; tenths++)
    {
      g_autofree char *number = omc_quantity_from_scaled (tenths, 1);
      gint64 scaled;
      /* floor ((tenths - 320) * 5 / 9 + 1/2) */
      gint64 expected = ((tenths - 320) * 10 + 9) / 18;

      g_assert_true (omc_quantity_convert (number, "[degF]", "Cel", 1, &scaled));
      g_assert_cmpint (scaled, ==, expected);
    }
}

static void
test_display (void)
{
  g_autofree char *temperature = omc_quantity_display ("98.6", "[degF]");
  g_autofree char *saturation = omc_quantity_display ("97", "%");
  g_autofree char *plain = omc_quantity_display ("7", NULL);

  g_assert_cmpstr (temperature, ==, "98.6\u00a0°F");
  g_assert_cmpstr (saturation, ==, "97%");
  g_assert_cmpstr (plain, ==, "7");
  g_assert_cmpstr (omc_unit_label ("mm[Hg]"), ==, "mmHg");
  g_assert_cmpstr (omc_unit_label ("furlong"), ==, "furlong");
}

static void
test_random_never_wild (void)
{
  static const char alphabet[] = "0123456789.,-eE +x";
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (int i = 0; i < 50000; i++)
    {
      char typed[24];
      int n = g_rand_int_range (rand, 0, 20);
      gint64 a, b;

      for (int k = 0; k < n; k++)
        typed[k] = alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)];
      typed[n] = '\0';

      g_autofree char *text = omc_quantity_normalise (typed);
      if (text == NULL)
        continue;
      /* What is normal stays so, and is a number. */
      g_autofree char *again = omc_quantity_normalise (text);
      g_assert_cmpstr (again, ==, text);
      if (omc_quantity_to_scaled (text, 3, &a, NULL) &&
          omc_quantity_convert (text, "kg", "kg", 3, &b))
        g_assert_cmpint (a, ==, b);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fhir/quantity/normalise-what-is-typed", test_normalise);
  g_test_add_func ("/fhir/quantity/scale-and-round-half-up", test_scaled);
  g_test_add_func ("/fhir/quantity/text-of-scaled", test_from_scaled);
  g_test_add_func ("/fhir/quantity/convert-exactly", test_convert);
  g_test_add_func ("/fhir/quantity/every-tenth-of-fahrenheit", test_every_fahrenheit);
  g_test_add_func ("/fhir/quantity/display", test_display);
  g_test_add_func ("/fhir/quantity/random-input-is-a-number-or-refused", test_random_never_wild);

  return g_test_run ();
}
