/* test-clock.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-clock.h"

static void
test_manual_stands_still (void)
{
  g_autoptr (OmcClock) clock = omc_clock_new_manual (5000000);

  g_assert_cmpint (omc_clock_get_now (clock), ==, 5000000);
  g_assert_cmpint (omc_clock_get_now (clock), ==, 5000000);
  gint64 before = omc_clock_get_monotonic (clock);
  omc_clock_advance (clock, 250);
  g_assert_cmpint (omc_clock_get_now (clock), ==, 5000250);
  g_assert_cmpint (omc_clock_get_monotonic (clock) - before, ==, 250);
}

static void
test_server_time_rules (void)
{
  const gint64 hour = 3600 * (gint64)G_USEC_PER_SEC;
  g_autoptr (OmcClock) clock = omc_clock_new_manual (10 * hour);

  g_assert_false (omc_clock_has_server_time (clock));
  g_assert_cmpint (omc_clock_get_skew (clock), ==, 0);
  omc_clock_set_server_time (clock, 8 * hour);
  g_assert_true (omc_clock_has_server_time (clock));
  g_assert_cmpint (omc_clock_get_now (clock), ==, 8 * hour);
  g_assert_cmpint (omc_clock_get_skew (clock), ==, 2 * hour);
  omc_clock_advance (clock, hour);
  g_assert_cmpint (omc_clock_get_now (clock), ==, 9 * hour);
  g_assert_cmpint (omc_clock_get_skew (clock), ==, 2 * hour);
  /* A second answer of the server replaces the first; the clock may go back then. */
  omc_clock_set_server_time (clock, 8 * hour);
  g_assert_cmpint (omc_clock_get_now (clock), ==, 8 * hour);
  g_assert_cmpint (omc_clock_get_skew (clock), ==, 3 * hour);
}

static void
test_real_clock_runs (void)
{
  g_autoptr (OmcClock) clock = omc_clock_new ();
  gint64 device = g_get_real_time ();
  gint64 last = omc_clock_get_now (clock);
  gint64 last_monotonic = omc_clock_get_monotonic (clock);

  g_assert_cmpint (ABS (last - device), <, G_USEC_PER_SEC);
  for (int i = 0; i < 1000; i++)
    {
      gint64 now = omc_clock_get_now (clock);
      gint64 monotonic = omc_clock_get_monotonic (clock);

      g_assert_cmpint (now, >=, last);
      g_assert_cmpint (monotonic, >=, last_monotonic);
      last = now;
      last_monotonic = monotonic;
    }

  omc_clock_set_server_time (clock, 1000);
  g_assert_cmpint (omc_clock_get_now (clock), >=, 1000);
  g_assert_cmpint (omc_clock_get_now (clock), <, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (omc_clock_get_skew (clock), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/manual-stands-still", test_manual_stands_still);
  g_test_add_func ("/base/clock/server-time-rules", test_server_time_rules);
  g_test_add_func ("/base/clock/real-clock-runs", test_real_clock_runs);

  return g_test_run ();
}
