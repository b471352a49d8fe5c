/* test-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fhir-fixtures.h"
#include "omc-json.h"

static const char sample[] =
    "\xef\xbb\xbf{\n"
    "  \"resourceType\": \"Observation\", \"status\":\"final\",\r\n"
    "  \"valueQuantity\": {\"value\": -98.60e+0, \"unit\": \"\\u00b0F \\ud83c\\udf21 "
    "\\\"x\\\"\"},\n"
    "  \"component\": [ {\"a\": [1, 0, -0.5, true, false, null]}, {}, [] ]\n"
    "}\n";

static void
test_numbers_keep_their_text (void)
{
  static const char *const numbers[] = {
    "1.00",
    "98.60",
    "37.0",
    "1E-22",
    "1.000000000000000000E-245",
    "9223372036854775808",
    "1e400",
    "-0",
    "-0.0",
    "1.0e2",
    "18446744073709551616.0001",
    "1e-7",
    "0",
    "0.10",
    "100",
    "1e+5",
    "1E00005",
  };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"v\":[%s]}", numbers[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcJson) json = omc_json_parse (text, -1, &error);
      g_autofree char *printed = NULL;
      gsize length;

      g_assert_no_error (error);
      g_assert_cmpstr (
          omc_json_value_get_number_text (omc_json_value_pick (omc_json_get_root (json), "v[0]")),
          ==, numbers[i]);
      g_assert_true (omc_json_is_number_text (numbers[i]));
      printed = omc_json_to_string (json, FALSE, &length);
      g_assert_cmpstr (printed, ==, text);
      g_assert_cmpuint (length, ==, strlen (text));
    }
}

static void
test_bad_text_is_refused_with_its_place (void)
{
  static const struct
  {
    const char *text;
    OmcJsonError code;
    const char *place;
  } cases[] = {
    { "", OMC_JSON_ERROR_SYNTAX, "empty" },
    { " \n ", OMC_JSON_ERROR_SYNTAX, "empty" },
    { "\xef\xbb\xbf", OMC_JSON_ERROR_SYNTAX, "empty" },
    { "\xef\xbb\xbf\xef\xbb\xbf{}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{'a':1}", OMC_JSON_ERROR_SYNTAX, "line 1, column 2" },
    { "{\"a\":\n 01}", OMC_JSON_ERROR_SYNTAX, "line 2" },
    { "{\"a\":.5}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":1.}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":+1}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":1e}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":-}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":NaN}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[1,]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{\"a\":1,}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{} {}", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "{} // c", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"a\tb\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\xff\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\xc0\x80\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\xed\xa0\x80\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\xf5\x80\x80\x80\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\\ud800\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\"\\x\"]", OMC_JSON_ERROR_SYNTAX, "line 1" },
    { "[\n\"ok\", \"a\\u0000b\"]", OMC_JSON_ERROR_SYNTAX, "line 2" },
    { "{\"a\":1,\n \"a\":2}", OMC_JSON_ERROR_DUPLICATE_KEY, "line 2, column 3" },
    { "{\"a\":{\"b\":1,\"\\u0062\":1}}", OMC_JSON_ERROR_DUPLICATE_KEY, "line 1" },
    { "[{\"\":1,\"\":1}]", OMC_JSON_ERROR_DUPLICATE_KEY, "line 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcJson) json = omc_json_parse (cases[i].text, -1, &error);

      g_test_message ("case %u", i);
      g_assert_null (json);
      g_assert_error (error, OMC_JSON_ERROR, (int)cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].place));
      g_assert_null (strchr (error->message, '\n'));
    }
}

static void
test_escaped_backslash_is_no_nul (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcJson) json = omc_json_parse ("[\"\\\\u0000\"]", -1, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (omc_json_value_get_string (omc_json_value_at (omc_json_get_root (json), 0)), ==,
                   "\\u0000");
}

static void
test_duplicates_in_large_objects_are_found (void)
{
  for (guint n = 30; n < 70; n++)
    for (guint twin = 0; twin <= n; twin += 7)
      {
        g_autoptr (GString) text = g_string_new ("{");
        g_autoptr (GError) error = NULL;
        g_autoptr (OmcJson) json = NULL;

        for (guint i = 0; i < n; i++)
          g_string_append_printf (text, "\"k%u\":%u,", i * 7919 % 1000, i);
        g_string_append_printf (text, "\"%s%u\":0}", twin < n ? "k" : "x", twin * 7919 % 1000);
        json = omc_json_parse (text->str, text->len, &error);
        if (twin < n)
          g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_DUPLICATE_KEY);
        else
          g_assert_no_error (error);
      }
}

static OmcJson *
parse_nested (guint depth, const char *open, const char *close, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);

  return omc_json_parse (text->str, text->len, error);
}

static void
test_depth_is_bounded (void)
{
  static const guint depths[] = { 1, OMC_JSON_MAX_DEPTH, OMC_JSON_MAX_DEPTH + 1, 10000, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    for (guint object = 0; object < 2; object++)
      {
        g_autoptr (GError) error = NULL;
        g_autoptr (OmcJson) json =
            parse_nested (depths[i], object ? "{\"a\":" : "[", object ? "}" : "]", &error);

        if (depths[i] <= OMC_JSON_MAX_DEPTH)
          {
            g_assert_no_error (error);
            continue;
          }
        g_assert_null (json);
        g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_DEEP);
        g_assert_nonnull (strstr (error->message, object ? "column 641" : "column 129"));
      }
}

static void
test_declared_length_over_the_limit_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcJson) json = omc_json_parse ("{}", (gssize)257 << 20, &error);

  g_assert_null (json);
  g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE);
}

static void
test_every_truncation_is_refused (void)
{
  gsize whole = strrchr (sample, '}') - sample + 1;

  for (gsize length = 0; length < whole; length++)
    {
      g_autofree char *cut = g_memdup2 (sample, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcJson) json = omc_json_parse (cut ? cut : "", length, &error);

      g_assert_null (json);
      g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_SYNTAX);
    }
}

static void
test_reading_goes_by_kind (void)
{
  g_autoptr (OmcJson) json = omc_json_parse (sample, -1, NULL);
  const OmcJsonValue *root = omc_json_get_root (json);
  const OmcJsonValue *list = omc_json_value_pick (root, "component[0].a");
  double number = 7;

  g_assert_cmpstr (omc_json_value_pick_string (root, "valueQuantity.unit"), ==,
                   "\xc2\xb0"
                   "F \xf0\x9f\x8c\xa1 \"x\"");
  g_assert_true (
      omc_json_value_get_double (omc_json_value_pick (root, "valueQuantity.value"), &number));
  g_assert_cmpfloat (number, ==, -98.6);
  g_assert_cmpuint (omc_json_value_get_size (list), ==, 6);
  g_assert_true (omc_json_value_pick (root, "component.a") == list);
  g_assert_true (omc_json_value_get_boolean (omc_json_value_at (list, 3), FALSE));
  g_assert_false (omc_json_value_get_boolean (omc_json_value_at (list, 4), TRUE));
  g_assert_true (omc_json_value_get_boolean (omc_json_value_at (list, 5), TRUE));
  g_assert_cmpint (omc_json_value_get_kind (omc_json_value_at (list, 5)), ==, OMC_JSON_NULL);
  g_assert_cmpint (omc_json_value_get_kind (omc_json_value_at (list, 6)), ==, OMC_JSON_ABSENT);
  g_assert_null (omc_json_value_get_string (list));
  g_assert_null (omc_json_value_get_number_text (root));
  g_assert_null (omc_json_value_pick (root, "component[9].a"));
  g_assert_null (omc_json_value_pick (root, "status.x"));
  g_assert_null (omc_json_value_get (NULL, "x"));
  g_assert_false (omc_json_value_get_double (NULL, &number));
  g_assert_cmpuint (omc_json_value_get_size (root), ==, 4);
}

static void
test_infinite_numbers_are_no_doubles (void)
{
  g_autoptr (OmcJson) json = omc_json_parse ("1e400", -1, NULL);
  double number = 7;

  g_assert_false (omc_json_value_get_double (omc_json_get_root (json), &number));
  g_assert_cmpfloat (number, ==, 7);
}

static void
test_builder_builds_what_it_is_told (void)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *list;
  OmcJsonNode *object;
  g_autoptr (OmcJson) json = NULL;
  g_autofree char *text = NULL;

  omc_json_node_set_string (builder, root, "a", "x");
  omc_json_node_set_string (builder, root, "none", NULL);
  omc_json_node_set (builder, root, "b", omc_json_builder_number (builder, "1.00"));
  omc_json_node_set_string (builder, root, "c", "y");
  object = omc_json_node_add_object (builder, root, "b");
  omc_json_node_set (builder, object, "late", omc_json_builder_boolean (builder, TRUE));
  omc_json_node_set (builder, root, "c", NULL);
  object = omc_json_node_add_object (builder, root, "last");
  object = omc_json_node_add_object (builder, root, "last");
  omc_json_node_set (builder, object, "n", omc_json_builder_integer (builder, G_MININT64));
  list = omc_json_node_add_array (builder, root, "list");
  omc_json_node_append (builder, list, omc_json_builder_null (builder));
  omc_json_node_append (builder, list, omc_json_builder_string (builder, "z"));
  omc_json_node_append_object (builder, list);
  omc_json_node_remove_at (list, 0);
  g_assert_cmpuint (omc_json_node_get_size (list), ==, 2);
  g_assert_cmpstr (omc_json_node_get_string (omc_json_node_at (list, 0)), ==, "z");
  g_assert_true (omc_json_node_get (root, "last") == object);

  json = omc_json_builder_end (builder, root);
  text = omc_json_to_string (json, FALSE, NULL);
  g_assert_cmpstr (text, ==,
                   "{\"a\":\"x\",\"b\":{\"late\":true},\"last\":{\"n\":-9223372036854775808},"
                   "\"list\":[\"z\",{}]}");
}

static void
check_fixture (const char *name, const char *text, gsize length, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcJson) json = omc_json_parse (text, length, &error);
  guint *n = user_data;

  g_assert_no_error (error);
  for (guint pretty = 0; pretty < 2; pretty++)
    {
      gsize size;
      g_autofree char *printed = omc_json_to_string (json, pretty, &size);
      g_autoptr (OmcJson) again = omc_json_parse (printed, size, &error);
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
      g_autoptr (OmcJson) copy = NULL;

      g_assert_no_error (error);
      copy =
          omc_json_builder_end (builder, omc_json_builder_copy (builder, omc_json_get_root (json)));
      g_assert_true (
          omc_json_value_identical (omc_json_get_root (json), omc_json_get_root (again)));
      g_assert_true (
          omc_json_value_identical (omc_json_get_root (copy), omc_json_get_root (again)));
      g_assert_true (omc_json_value_equal (omc_json_get_root (json), omc_json_get_root (again)));
    }
  (*n)++;
}

static void
test_fixtures_come_back_identical (void)
{
  guint n = 0;

  if (!fhir_fixtures_foreach (NULL, check_fixture, &n))
    return;
  g_assert_cmpuint (n, >, 400);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fhir/json/numbers-keep-their-text", test_numbers_keep_their_text);
  g_test_add_func ("/fhir/json/bad-text-is-refused-with-its-place",
                   test_bad_text_is_refused_with_its_place);
  g_test_add_func ("/fhir/json/escaped-backslash-is-no-nul", test_escaped_backslash_is_no_nul);
  g_test_add_func ("/fhir/json/duplicates-in-large-objects-are-found",
                   test_duplicates_in_large_objects_are_found);
  g_test_add_func ("/fhir/json/depth-is-bounded", test_depth_is_bounded);
  g_test_add_func ("/fhir/json/declared-length-over-the-limit-is-refused",
                   test_declared_length_over_the_limit_is_refused);
  g_test_add_func ("/fhir/json/every-truncation-is-refused", test_every_truncation_is_refused);
  g_test_add_func ("/fhir/json/reading-goes-by-kind", test_reading_goes_by_kind);
  g_test_add_func ("/fhir/json/infinite-numbers-are-no-doubles",
                   test_infinite_numbers_are_no_doubles);
  g_test_add_func ("/fhir/json/builder-builds-what-it-is-told",
                   test_builder_builds_what_it_is_told);
  g_test_add_func ("/fhir/json/fixtures-come-back-identical", test_fixtures_come_back_identical);

  return g_test_run ();
}
