/* test-uuid.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-uuid.h"

#define N_UUIDS 2000

static void
test_order (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *last = "";

  for (gint64 i = 0; i < N_UUIDS; i++)
    {
      char *uuid = omc_uuid_new (G_GINT64_CONSTANT (1795442527123456) + i * 1000);

      g_assert_true (g_uuid_string_is_valid (uuid));
      g_assert_cmpint (uuid[14], ==, '7');
      g_assert_nonnull (strchr ("89ab", uuid[19]));
      g_assert_cmpstr (uuid, >, last);
      g_assert_true (g_hash_table_add (seen, uuid));
      last = uuid;
    }
}

/* Ten of one set have one time, and are told apart all the same; a clock before 1970 does no harm. */
static void
test_same_moment (void)
{
  static const gint64 moments[] = { 0, -1, G_MININT64, G_MAXINT64 };

  for (gsize i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint j = 0; j < N_UUIDS; j++)
        {
          char *uuid = omc_uuid_new (moments[i]);

          g_assert_true (g_uuid_string_is_valid (uuid));
          g_assert_true (g_hash_table_add (seen, uuid));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/uuid/those-made-later-sort-later", test_order);
  g_test_add_func ("/base/uuid/those-of-one-moment-differ", test_same_moment);

  return g_test_run ();
}
