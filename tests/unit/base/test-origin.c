/* test-origin.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-origin.h"

static void
test_table (void)
{
  static const struct
  {
    const char *url;
    const char *origin; /* NULL: none */
  } cases[] = {
    { "https://fhir.example/r4/Patient?name=Doe#x", "https://fhir.example" },
    { "HTTPS://FHIR.Example:443", "https://fhir.example" },
    { "https://fhir.example:0443/", "https://fhir.example" },
    { "https://fhir.example:8443/r4", "https://fhir.example:8443" },
    { "https://fhir.example:80/", "https://fhir.example:80" },
    { "http://fhir.example:80/", "http://fhir.example" },
    { "http://fhir.example:443/", "http://fhir.example:443" },
    { "https://who:word@fhir.example/", "https://fhir.example" },
    { "https://fhir.example@elsewhere.example/", "https://elsewhere.example" },
    { "https://fhir.example.elsewhere.example/", "https://fhir.example.elsewhere.example" },
    { "https://fhir.example./", "https://fhir.example." },
    { "http://[::1]:8080/fhir", "http://[::1]:8080" },
    { "http://[::1]/", "http://[::1]" },
    { "ftp://fhir.example/", NULL },
    { "https:///r4", NULL },
    { "https:fhir.example", NULL },
    { "fhir.example", NULL },
    { "https://fhir.example:x/", NULL },
    { "https://fhir.example:99999/", NULL },
    { "", NULL },
    { NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *origin = omc_origin_dup (cases[i].url);

      g_test_message ("%s", cases[i].url);
      g_assert_cmpstr (origin, ==, cases[i].origin);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/origin/says-who-and-nothing-of-what", test_table);

  return g_test_run ();
}
