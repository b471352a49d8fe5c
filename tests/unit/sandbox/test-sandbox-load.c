/* test-sandbox-load.c: what a practice server starts with
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <unistd.h>

#include <glib/gstdio.h>

#include "omc-sandbox-private.h"
#include "sandbox-fixture.h"

static void
test_load_is_all_or_nothing (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (GError) error = NULL;
  guint count;

  fixture_open (&f, "medplum");
  g_assert_false (omc_sandbox_load_text (
      f.sandbox, "{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Pat", -1, &count,
      &error));
  g_assert_nonnull (strstr (error->message, "line 2"));
  g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
  g_assert_true (omc_sandbox_load_text (
      f.sandbox, "\r\n{\"resourceType\":\"Patient\",\"id\":\"a\"}\r\n\n", -1, &count, NULL));
  g_assert_cmpuint (count, ==, 1);
}

/* As a POST of it would be refused; each is the second entry, on line 3. */
static void
test_load_validates (void)
{
  static const struct
  {
    const char *line, *says;
  } cases[] = {
    { "{\"resourceType\":\"Patient\",\"id\":\"b\",\"gender\":\"often\"}", "Patient.gender" },
    { "{\"resourceType\":\"Patient\",\"id\":\"b\",\"birthDate\":\"1960-02-30\"}",
      "Patient.birthDate" },
    { "{\"resourceType\":\"Patient\",\"id\":\"b\",\"nam\":[{\"family\":\"x\"}]}", "Patient.nam" },
    { "{\"resourceType\":\"Observation\",\"id\":\"b\",\"code\":{\"text\":\"x\"}}",
      "Observation.status" },
    { "{\"resourceType\":\"Patient\",\"id\":\"b\",\"name\":[]}", "Patient.name" },
    { "{\"resourceType\":\"Patient\",\"id\":\"b/c\"}", "id" },
    { "{\"resourceType\":\"Nobody\",\"id\":\"b\"}", "resourceType" },
    { "[]", "" },
  };
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"resourceType\":\"Patient\",\"id\":\"a\"}\n\n%s\n"
                                               "{\"resourceType\":\"Patient\",\"id\":\"c\"}\n",
                                               cases[i].line);
      g_autoptr (GError) error = NULL;
      const char *address = strstr (cases[i].line, "Observation") ? "/Observation" : "/Patient";
      guint status = fixture_status (&f, "POST", address, cases[i].line);

      /* The id of a POST is the server's to give. */
      g_assert_true (status >= 400 || strstr (cases[i].line, "b/c") != NULL);
      g_assert_false (omc_sandbox_load_text (f.sandbox, text, -1, NULL, &error));
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "entry 2 (line 3)"));
      g_assert_nonnull (strstr (error->message, cases[i].says));
      g_assert_nonnull (strstr (error->message, "Nothing was loaded"));
      g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
    }
}

/* clang-format off */
#define AND_LATER(id) \
  "{\"resourceType\":\"Observation\",\"id\":\"o\",\"status\":\"final\"," \
  "\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/later\"}}\n" \
  "{\"resourceType\":\"Patient\",\"id\":\"" id "\"}\n"
/* clang-format on */

/* Where the profile asks for them, references may lead to what comes later, but not nowhere. */
static void
test_load_checks_references (void)
{
  static const char *const profiles[] = { "hapi", "medplum" };

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++)
    {
      g_auto (Fixture) f = { 0 };
      g_autoptr (GError) error = NULL;
      gboolean checks;

      fixture_open (&f, profiles[i]);
      checks =
          fixture_status (&f, "POST", "/Observation",
                          "{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{"
                          "\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/no\"}}") >= 400;
      g_assert_cmpint (checks, ==, i == 0);
      g_assert_cmpint (omc_sandbox_load_text (f.sandbox, AND_LATER ("other"), -1, NULL, &error), ==,
                       !checks);
      if (checks)
        {
          g_assert_nonnull (strstr (error->message, "entry 1 (line 1): Patient/later"));
          g_assert_cmpuint (omc_sandbox_count_resources (f.sandbox, NULL), ==, 0);
        }
      g_assert_true (omc_sandbox_load_text (f.sandbox, AND_LATER ("later"), -1, NULL, NULL));
    }
}

/* Of what is longer than the limit, nothing is read; what unpacks to more is left there. */
static void
test_load_has_a_limit (void)
{
  g_autofree char *folder = g_dir_make_tmp ("omc-load-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "long.ndjson", NULL);
  /* ten letters */
  static const guint8 packed[] = { 0x1f, 0x8b, 0x8,  0x0,  0x0,  0x0, 0x0, 0x0,
                                   0x2,  0x3,  0x4b, 0x4c, 0x84, 0x1, 0x0, 0xf0,
                                   0xcd, 0x11, 0x4c, 0xa,  0x0,  0x0, 0x0 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (packed, sizeof packed);
  g_autoptr (GError) error = NULL;
  g_auto (Fixture) f = { 0 };

  fixture_open (&f, "medplum");
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, (off_t)OMC_SANDBOX_LOAD_MAX + 1), ==, 0);
  g_assert_false (omc_sandbox_load_file (f.sandbox, path, NULL, &error));
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, "4.0"));
  g_clear_error (&error);
  g_assert_null (_omc_sandbox_inflate (bytes, 9, &error));
  g_assert_error (error, OMC_JSON_ERROR, OMC_JSON_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "9"));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sandbox/load/is-all-or-nothing", test_load_is_all_or_nothing);
  g_test_add_func ("/sandbox/load/refuses-what-a-post-would", test_load_validates);
  g_test_add_func ("/sandbox/load/references-lead-somewhere", test_load_checks_references);
  g_test_add_func ("/sandbox/load/has-a-limit", test_load_has_a_limit);

  return g_test_run ();
}
