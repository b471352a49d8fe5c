/* test-json-equal.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-json.h"

static void
test_numbers_compare_exactly (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    int order;
  } cases[] = {
    { "1", "1.00", 0 },
    { "0", "-0.000", 0 },
    { "0e99", "0", 0 },
    { "100", "1E2", 0 },
    { "0.001", "1e-3", 0 },
    { "1E-22", "0.0000000000000000000001", 0 },
    { "1.000000000000000000E-245", "1e-245", 0 },
    { "1.000000000000000001E-245", "1e-245", 1 },
    { "9007199254740993", "9007199254740992", 1 },
    { "0.1", "0.10000000000000000000000000000000000000001", -1 },
    { "-2", "-10", 1 },
    { "-1", "0", -1 },
    { "-0.5", "0.4", -1 },
    { "1e400", "1e399", 1 },
    { "1e400", "10e399", 0 },
    { "-1e400", "1", -1 },
    { "12.5", "12.49999", 1 },
    { "10", "9", 1 },
    { "0.09", "0.1", -1 },
    { "1e999999999999999999999", "1", 1 },
    { "1e-999999999999999999999", "1", -1 },
    { "1e999999999999999999999", "1e0999999999999999999999", 0 },
    { "1e999999999999999999999", "1e999999999999999999998", 1 },
    { "1e-999999999999999999999", "1e-9999999999999999999999", 1 },
    { "-1e999999999999999999999", "-2e999999999999999999999", 1 },
    { "1e-99999999999999999999", "1e99999999999999999999", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s %s", cases[i].a, cases[i].b);
      g_assert_cmpint (omc_json_number_compare (cases[i].a, cases[i].b), ==, cases[i].order);
      g_assert_cmpint (omc_json_number_compare (cases[i].b, cases[i].a), ==, -cases[i].order);
    }
}

/* Another text of mantissa * 10^exponent. */
static char *
random_spelling (gint64 mantissa, int exponent)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  int shift = g_test_rand_int_range (0, 6);
  int point;

  g_string_printf (digits, "%" G_GINT64_FORMAT, ABS (mantissa));
  for (int i = 0; i < shift && mantissa != 0; i++)
    g_string_append_c (digits, '0');
  point = g_test_rand_int_range (0, digits->len);
  exponent += (mantissa != 0 ? -shift : 0) + point;
  if (point > 0)
    g_string_insert_c (digits, digits->len - point, '.');
  if (mantissa < 0)
    g_string_prepend_c (digits, '-');
  if (exponent != 0 || g_test_rand_bit ())
    g_string_append_printf (digits, "%c%s%d", g_test_rand_bit () ? 'e' : 'E',
                            exponent >= 0 && g_test_rand_bit () ? "+" : "", exponent);

  return g_string_free_and_steal (g_steal_pointer (&digits));
}

static void
test_spelling_does_not_change_the_order (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gint64 a = g_test_rand_int_range (-3000, 3000);
      gint64 b = g_test_rand_bit () ? a : g_test_rand_int_range (-3000, 3000);
      int scale_a = g_test_rand_int_range (0, 6);
      int scale_b = g_test_rand_bit () ? scale_a : g_test_rand_int_range (0, 6);
      int base = g_test_rand_int_range (-40, 40);
      g_autofree char *text_a = random_spelling (a, base + scale_a);
      g_autofree char *text_b = random_spelling (b, base + scale_b);
      gint64 x = a;
      gint64 y = b;

      for (int k = 0; k < scale_a; k++)
        x *= 10;
      for (int k = 0; k < scale_b; k++)
        y *= 10;
      g_test_message ("%s %s", text_a, text_b);
      g_assert_true (omc_json_is_number_text (text_a));
      g_assert_cmpint (omc_json_number_compare (text_a, text_b), ==, (x > y) - (x < y));
    }
}

static void
test_only_json_numbers_are_numbers (void)
{
  static const char *const bad[] = { "",    "-",   "+1", ".5", "5.",   "01",  "-01",   "1e", "1e+",
                                     "NaN", "inf", "1 ", " 1", "0x10", "1,5", "1.2.3", "--1" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (omc_json_is_number_text (bad[i]));
}

static void
test_equality_goes_by_meaning (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean equal;
    gboolean identical;
  } cases[] = {
    { "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", TRUE, TRUE },
    { "{\"a\":37.0}", "{\"a\":37}", TRUE, FALSE },
    { "{\"a\":37.0}", "{\"a\":37.01}", FALSE, FALSE },
    { "{\"a\":\"37\"}", "{\"a\":37}", FALSE, FALSE },
    { "{\"a\":[]}", "{}", TRUE, FALSE },
    { "{\"a\":{\"b\":null}}", "{\"c\":[\"\",{}]}", TRUE, FALSE },
    { "{\"a\":false}", "{}", FALSE, FALSE },
    { "{\"a\":0}", "{}", FALSE, FALSE },
    { "[1,2]", "[2,1]", FALSE, FALSE },
    { "[1]", "[1,null]", TRUE, FALSE },
    { "[null,1]", "[1]", FALSE, FALSE },
    { "[1]", "{\"a\":1}", FALSE, FALSE },
    { "\"\\u00fc\"", "\"\xc3\xbc\"", TRUE, TRUE },
    { "true", "true", TRUE, TRUE },
    { "true", "false", FALSE, FALSE },
    { "null", "null", TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (OmcJson) a = omc_json_parse (cases[i].a, -1, NULL);
      g_autoptr (OmcJson) b = omc_json_parse (cases[i].b, -1, NULL);
      const OmcJsonValue *x = omc_json_get_root (a);
      const OmcJsonValue *y = omc_json_get_root (b);

      g_test_message ("%s %s", cases[i].a, cases[i].b);
      g_assert_cmpint (omc_json_value_equal (x, y), ==, cases[i].equal);
      g_assert_cmpint (omc_json_value_equal (y, x), ==, cases[i].equal);
      g_assert_cmpint (omc_json_value_identical (x, y), ==, cases[i].identical);
      g_assert_cmpint (omc_json_value_identical (y, x), ==, cases[i].identical);
    }
}

static void
append_random (GString *text, guint depth, gboolean shuffle, GRand *rand, GRand *order)
{
  guint kind = g_rand_int_range (rand, 0, depth > 3 ? 4 : 7);
  guint n;

  switch (kind)
    {
    case 0:
      g_string_append (text, g_rand_boolean (rand) ? "true" : "false");
      break;
    case 1:
    case 2:
      g_string_append_printf (text, "%d%s", g_rand_int_range (rand, -99, 99), shuffle ? ".0" : "");
      break;
    case 3:
      g_string_append_printf (text, "\"s%d\"", g_rand_int_range (rand, 0, 50));
      break;
    case 4:
      n = g_rand_int_range (rand, 1, 5);
      g_string_append_c (text, '[');
      for (guint i = 0; i < n; i++)
        {
          append_random (text, depth + 1, shuffle, rand, order);
          g_string_append_c (text, i + 1 < n ? ',' : ']');
        }
      break;
    default:
      {
        g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (g_free);

        n = g_rand_int_range (rand, 1, g_rand_int_range (rand, 0, 8) == 0 ? 60 : 6);
        for (guint i = 0; i < n; i++)
          {
            g_autoptr (GString) member = g_string_new (NULL);

            g_string_printf (member, "\"k%u\":", i);
            append_random (member, n > 6 ? 4 : depth + 1, shuffle, rand, order);
            g_ptr_array_add (members, g_string_free_and_steal (g_steal_pointer (&member)));
          }
        g_string_append_c (text, '{');
        while (members->len > 0)
          {
            guint pick = shuffle ? g_rand_int_range (order, 0, members->len) : 0;
            g_autofree char *member = g_ptr_array_steal_index (members, pick);

            g_string_append (text, member);
            g_string_append_c (text, members->len > 0 ? ',' : '}');
          }
      }
    }
}

static void
test_random_documents_equal_their_shuffled_twin (void)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint32 seed = g_test_rand_int ();
      g_autoptr (GRand) rand_a = g_rand_new_with_seed (seed);
      g_autoptr (GRand) rand_b = g_rand_new_with_seed (seed);
      g_autoptr (GRand) order = g_rand_new_with_seed (i);
      g_autoptr (GString) a = g_string_new (NULL);
      g_autoptr (GString) b = g_string_new (NULL);
      g_autoptr (OmcJson) json_a = NULL;
      g_autoptr (OmcJson) json_b = NULL;
      g_autoptr (OmcJson) other = NULL;
      char *place;

      append_random (a, 0, FALSE, rand_a, order);
      append_random (b, 0, TRUE, rand_b, order);
      json_a = omc_json_parse (a->str, a->len, NULL);
      json_b = omc_json_parse (b->str, b->len, NULL);
      g_test_message ("seed %u: %s", seed, a->str);
      g_assert_true (omc_json_value_equal (omc_json_get_root (json_a), omc_json_get_root (json_b)));
      g_assert_true (omc_json_value_equal (omc_json_get_root (json_b), omc_json_get_root (json_a)));

      /* One changed letter anywhere makes it another document. */
      place = strstr (b->str, "\"s");
      if (!place)
        continue;
      place[1] = 't';
      other = omc_json_parse (b->str, b->len, NULL);
      g_assert_false (omc_json_value_equal (omc_json_get_root (json_a), omc_json_get_root (other)));
      g_assert_false (omc_json_value_equal (omc_json_get_root (other), omc_json_get_root (json_a)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/json-equal/numbers-compare-exactly", test_numbers_compare_exactly);
  g_test_add_func ("/fhir/json-equal/spelling-does-not-change-the-order",
                   test_spelling_does_not_change_the_order);
  g_test_add_func ("/fhir/json-equal/only-json-numbers-are-numbers",
                   test_only_json_numbers_are_numbers);
  g_test_add_func ("/fhir/json-equal/equality-goes-by-meaning", test_equality_goes_by_meaning);
  g_test_add_func ("/fhir/json-equal/random-documents-equal-their-shuffled-twin",
                   test_random_documents_equal_their_shuffled_twin);

  return g_test_run ();
}
