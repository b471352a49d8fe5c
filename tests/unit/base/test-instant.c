/* test-instant.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-clock.h"

#define S ((gint64)G_USEC_PER_SEC)
#define DAY (86400 * S)

static const struct
{
  const char *text;
  gint64 start;
  gint64 end;
} ranges[] = {
  { "1970", 0, 365 * DAY },
  { "1972", 730 * DAY, 1096 * DAY },
  { "1972-02", 761 * DAY, 790 * DAY },
  { "1970-01-01", 0, DAY },
  { "1969-12-31", -DAY, 0 },
  { "1970-01-01T00:00:00Z", 0, S },
  { "1970-01-01T00:00:00+00:00", 0, S },
  { "1970-01-01T01:00:00+01:00", 0, S },
  { "1969-12-31T18:30:00-05:30", 0, S },
  { "1970-01-01T14:00:00+14:00", 0, S },
  { "1970-01-01T00:00:00.1Z", 100000, 200000 },
  { "1970-01-01T00:00:07.123Z", 7123000, 7124000 },
  { "1970-01-01T00:00:07.123456Z", 7123456, 7123457 },
  { "1970-01-01T00:00:07.1234569999Z", 7123456, 7123457 },
  { "1970-01-01T00:00:60Z", 60 * S, 61 * S },
  { "2026-11-23T14:02:07.123Z", 1795442527123000, 1795442527124000 },
  { "0001-01-01", -719162 * DAY, -719161 * DAY },
  { "9999-12-31", 2932896 * DAY, 2932897 * DAY },
};

static const char *const refused[] = {
  "",
  "0000",
  "197",
  "19700",
  "1970-",
  "1970-1",
  "1970-13",
  "1970-00",
  "1970-02-29",
  "1970-04-31",
  "1970-01-00",
  "1900-02-29",
  "1970-01-01T",
  "1970-01-01T00:00Z",
  "1970-01-01T00:00:00",
  "1970-01-01T24:00:00Z",
  "1970-01-01T00:60:00Z",
  "1970-01-01T00:00:61Z",
  "1970-01-01T00:00:00.Z",
  "1970-01-01T00:00:00z",
  "1970-01-01 00:00:00Z",
  "1970-01-01T00:00:00+14:01",
  "1970-01-01T00:00:00+1:00",
  "1970-01-01T00:00:00+01:60",
  "1970-01-01T00:00:00Z ",
  " 1970",
  "-1970",
  "1970-01-01Z",
  "١٩٧٠",
  "1970-01-01T00:00:00-15:00",
};

static void
test_ranges (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      gint64 start, end;

      g_test_message ("%s", ranges[i].text);
      g_assert_true (omc_instant_parse_range (ranges[i].text, &start, &end));
      g_assert_cmpint (start, ==, ranges[i].start);
      g_assert_cmpint (end, ==, ranges[i].end);
    }
}

static void
test_refused (void)
{
  gint64 start = 42, end = 43;

  g_assert_false (omc_instant_parse_range (NULL, &start, &end));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_false (omc_instant_parse_range (refused[i], &start, &end));
    }
  g_assert_cmpint (start, ==, 42);
  g_assert_cmpint (end, ==, 43);
}

static void
test_format (void)
{
  g_autofree char *utc = omc_instant_format (1795442527123999);
  g_autofree char *east = omc_instant_format_offset (1795442527123999, 345);
  g_autofree char *west = omc_instant_format_offset (0, -570);
  g_autofree char *before = omc_instant_format (-1);

  g_assert_cmpstr (utc, ==, "2026-11-23T14:02:07.123Z");
  g_assert_cmpstr (east, ==, "2026-11-23T19:47:07.123+05:45");
  g_assert_cmpstr (west, ==, "1969-12-31T14:30:00.000-09:30");
  g_assert_cmpstr (before, ==, "1969-12-31T23:59:59.999Z");
}

/* Against GLib's own calendar, and round trip at every offset. */
static void
test_random_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261123);

  for (int i = 0; i < 20000; i++)
    {
      gint64 day = g_rand_int_range (rand, -719162, 2932896);
      gint64 us = day * DAY + (gint64)g_rand_int_range (rand, 0, 86400000) * 1000;
      int offset = g_rand_int_range (rand, -14 * 60, 14 * 60 + 1);
      gint64 local = us + offset * 60 * S;
      g_autoptr (GDateTime) glib = NULL;
      g_autofree char *expected = NULL;
      g_autofree char *text = NULL;
      gint64 start, end;

      /* Both calendars end with the year 9999. */
      if (local < -719162 * DAY || local >= 2932897 * DAY)
        continue;

      text = omc_instant_format_offset (us, offset);
      g_assert_true (omc_instant_parse_range (text, &start, &end));
      g_assert_cmpint (start, ==, us);
      g_assert_cmpint (end, ==, us + 1000);

      glib = g_date_time_new_from_unix_utc_usec (local);
      expected = g_date_time_format (glib, "%Y-%m-%dT%H:%M:%S");
      g_assert_cmpmem (text + 4, 15, expected + strlen (expected) - 15, 15);
    }
}

static void
test_local (void)
{
  g_setenv ("TZ", "Europe/Berlin", TRUE);
  g_autofree char *winter = omc_instant_format_local (1795442527123000);
  g_autofree char *summer = omc_instant_format_local (1782136927000000);
  gint64 start;

  /* A device without zone data stays in UTC and says so. */
  g_assert_true (g_str_has_suffix (winter, "+01:00") || g_str_has_suffix (winter, "Z"));
  g_assert_true (g_str_has_suffix (summer, "+02:00") || g_str_has_suffix (summer, "Z"));
  g_assert_true (omc_instant_parse_range (winter, &start, NULL));
  g_assert_cmpint (start, ==, 1795442527123000);
  g_assert_true (omc_instant_parse_range (summer, &start, NULL));
  g_assert_cmpint (start, ==, 1782136927000000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/instant/partial-dates-are-exact-ranges", test_ranges);
  g_test_add_func ("/base/instant/all-else-is-refused", test_refused);
  g_test_add_func ("/base/instant/format", test_format);
  g_test_add_func ("/base/instant/random-round-trip", test_random_round_trip);
  g_test_add_func ("/base/instant/local-offset-kept", test_local);

  return g_test_run ();
}
