/* test-person-words.c: people in few words
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-person-words.h"
#include "omc-ui-test.h"

static void
test_short_names (void)
{
  static const char *const names[][2] = {
    { "Anna Berg", "A. Berg" },
    { "Émile van der Berg", "É. Berg" },
    { "Nurse Robin (practice)", "N. Robin" },
    { "Robin (practice ward)", "Robin (practice ward)" },
    { "(practice) Robin", "(practice) Robin" },
    { "Madonna", "Madonna" },
    { " Anna  Berg ", " Anna  Berg " },
    { "Anna  Berg ", "A. Berg" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *brief = omc_shorten_name (names[i][0]);

      g_assert_cmpstr (brief, ==, names[i][1]);
    }
}

int
main (int argc, char **argv)
{
  if (!omc_ui_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/ui/person-words/names-where-there-is-little-room", test_short_names);

  return g_test_run ();
}
