/* test-log.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-log.h"

/* None of this may reach the log by any way. */
static const char *const planted[] = {
  "Hildegard",    "Przybylska", "9434765919",       "943 476 5919",
  "pt-4711-abc",  "1948-03-07", "+44 20 7946 0958", "h.p@example.org",
  "s3cr3t-t0ken", "hunter2",    "name=Przy",        "J18.9",
};

static void
speak (void)
{
  omc_log_init ();
  g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);

  g_log_structured ("omc-test", G_LOG_LEVEL_MESSAGE, "PATIENT", "Przybylska", "OMC_COUNT_ROWS",
                    "12", "OMC_CODE_HTTP", "Hildegard", "MESSAGE", "marker-%s", "structured");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE, "marker-reference Patient/pt-4711-abc is not here");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE,
         "marker-query https://u:hunter2@h.example/Patient?name=Przybylska");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE, "marker-token Authorization: Bearer s3cr3t-t0ken");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE, "marker-number 9434765919 943 476 5919 +44 20 7946 0958");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE, "marker-date born 1948-03-07 mail h.p@example.org");
  g_log ("omc-test", G_LOG_LEVEL_MESSAGE, "marker-tag %s", OMC_LOG_TAG ("Przybylska"));
  g_log ("Gtk", G_LOG_LEVEL_MESSAGE,
         "marker-foreign cannot show \"Hildegard Przybylska\" for 'J18.9'");
  g_log ("libsoup", G_LOG_LEVEL_DEBUG, "marker-dropped Hildegard Przybylska");
  g_log ("omc-test", G_LOG_LEVEL_DEBUG, "marker-debug attempt 3 of 5 in 1200 ms");
}

static void
test_planted_data_stays_out (void)
{
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, "speak", NULL };

  g_assert_true (g_spawn_sync (NULL, (char **)argv, NULL, 0, NULL, NULL, &out, &err, NULL, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (planted); i++)
    {
      g_test_message ("%s", planted[i]);
      g_assert_null (strstr (err, planted[i]));
      g_assert_null (strstr (out, planted[i]));
    }
  for (const char *const *m =
           (const char *const[]){ "structured", "reference", "query", "token", "number", "date",
                                  "tag", "foreign", "debug", NULL };
       *m != NULL; m++)
    {
      g_autofree char *marker = g_strconcat ("marker-", *m, NULL);
      g_assert_nonnull (strstr (err, marker));
    }
  g_assert_null (strstr (err, "marker-dropped"));
  g_assert_nonnull (strstr (err, "attempt 3 of 5 in 1200 ms"));
  g_assert_nonnull (strstr (err, "Patient/<id> is not here"));
}

static void
test_tag (void)
{
  OmcLogTag a = omc_log_tag ("Patient/7");
  OmcLogTag b = omc_log_tag ("Patient/7");
  OmcLogTag c = omc_log_tag ("Patient/8");

  g_assert_cmpstr (a.text, ==, b.text);
  g_assert_cmpstr (a.text, !=, c.text);
  g_assert_cmpuint (strlen (a.text), ==, 9);
  g_assert_cmpstr (OMC_LOG_TAG (NULL), ==, "#none");
}

static void
test_hostile (void)
{
  g_autofree char *binary = omc_log_redact ("\xff\xfe line\nbreak\r\n", FALSE);
  g_autofree char *huge_in = g_strnfill (1 << 20, '7');
  g_autofree char *huge = omc_log_redact (huge_in, TRUE);
  g_autofree char *none = omc_log_redact (NULL, TRUE);

  g_assert_true (g_utf8_validate (binary, -1, NULL));
  g_assert_null (strchr (binary, '\n'));
  g_assert_cmpuint (strlen (huge), <, 100);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "speak"))
    {
      speak ();
      return 0;
    }

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/log/planted-patient-data-stays-out", test_planted_data_stays_out);
  g_test_add_func ("/base/log/tags-are-stable-and-differ", test_tag);
  g_test_add_func ("/base/log/hostile-messages", test_hostile);

  return g_test_run ();
}
