/* test-retry-policy.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <locale.h>

#include "omc-clock.h"
#include "omc-http-date.h"
#include "omc-retry-policy.h"
#include "omc-sync-mark.h"

static void
test_delay_stays_below_the_ceiling (void)
{
  static const struct
  {
    guint attempts;
    gint64 ceiling_ms;
  } cases[] = { { 0, 1000 },    { 1, 1000 },      { 2, 2000 },
                { 3, 4000 },    { 8, 128000 },    { 9, 256000 },
                { 10, 300000 }, { 1000, 300000 }, { G_MAXUINT, 300000 } };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 smallest = G_MAXINT64;
      gint64 largest = 0;

      for (guint n = 0; n < 400; n++)
        {
          gint64 delay = omc_retry_policy_get_delay (&OMC_RETRY_DEFAULT, cases[i].attempts,
                                                     g_rand_double (rand));

          smallest = MIN (smallest, delay);
          largest = MAX (largest, delay);
        }
      g_assert_cmpint (largest, <=, cases[i].ceiling_ms * 1000);
      /* Full jitter: the whole range is used, so that a fleet does not come back in step. */
      g_assert_cmpint (largest, >, cases[i].ceiling_ms * 900);
      g_assert_cmpint (smallest, <, cases[i].ceiling_ms * 100);
    }
}

static void
test_exhausted_at_the_last_attempt (void)
{
  g_assert_false (omc_retry_policy_is_exhausted (&OMC_RETRY_DEFAULT, 4));
  g_assert_true (omc_retry_policy_is_exhausted (&OMC_RETRY_DEFAULT, 5));
}

static void
test_hint_obeys_what_the_server_says (void)
{
  static const struct
  {
    const char *retry_after;
    const char *rate_limit;
    gint64 seconds;
  } cases[] = {
    { NULL, NULL, -1 },
    { "0", NULL, 0 },
    { "12", NULL, 12 },
    { "999999999999999999", NULL, 86400 },
    { "-3", NULL, -1 },
    { "soon", NULL, -1 },
    { "", NULL, -1 },
    { "Mon, 23 Nov 2026 14:00:30 GMT", NULL, 30 },
    { "Mon, 23 Nov 2026 13:00:00 GMT", NULL, 0 },
    { NULL, "\"requests\";r=0;t=12, \"fhirInteractions\";r=3;t=40", 12 },
    { NULL, "\"requests\";r=0;t=12, \"fhirInteractions\";r=0;t=40", 40 },
    { NULL, "\"requests\"; t=9; r=0", 9 },
    { NULL, "\"requests\";r=5;t=12", -1 },
    { NULL, ";;;,,,t=;r=", -1 },
    { "5", "\"requests\";r=0;t=12", 12 },
    { "20", "\"requests\";r=0;t=12", 20 },
  };
  gint64 now;

  g_assert_true (omc_http_date_parse ("Mon, 23 Nov 2026 14:00:00 GMT", &now));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 hint = omc_retry_hint (cases[i].retry_after, cases[i].rate_limit, now);

      g_test_message ("%s | %s", cases[i].retry_after, cases[i].rate_limit);
      g_assert_cmpint (hint, ==, cases[i].seconds < 0 ? -1 : cases[i].seconds * G_TIME_SPAN_SECOND);
    }
}

static void
test_date_is_read_in_any_locale (void)
{
  static const char *const wrong[] = { "",
                                       "yesterday",
                                       "2026-11-23T14:00:00Z",
                                       "Mon, 31 Feb 2026 14:00:00 GMT",
                                       "Mon, 23 ovD 2026 14:00:00 GMT",
                                       "Mon, 23 Nov 2026 14:00:00",
                                       "Mon, 23 Nov 2026 25:00:00 GMT" };
  gint64 when;

  g_assert_true (omc_http_date_parse ("Thu, 01 Jan 1970 00:00:01 GMT", &when));
  g_assert_cmpint (when, ==, G_TIME_SPAN_SECOND);
  g_assert_true (omc_http_date_parse ("Sat, 31 Dec 2016 23:59:60 GMT", &when));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_test_message ("%s", wrong[i]);
      g_assert_false (omc_http_date_parse (wrong[i], &when));
    }
}

static void
test_mark_lies_behind_the_start (void)
{
  gint64 start;
  static const struct
  {
    int device; /* seconds off the server */
    int newest; /* G_MININT: nothing was read */
    const char *mark;
  } cases[] = {
    { 0, G_MININT, "2026-11-23T13:57:00.000Z" },
    { 0, -3600, "2026-11-23T13:57:00.000Z" },
    { 86400, 0, "2026-11-23T13:57:00.000Z" },
    { -86400, G_MININT,
      "2026-11-22T13:57:00.000Z" }, /* whose clock is wrong? the earlier one is safe */
    { -86400, -60, "2026-11-23T13:56:00.000Z" },
    { -86400, 60, "2026-11-23T13:57:00.000Z" },
  };
  g_autofree char *query = NULL;
  g_autofree char *first = omc_sync_mark_query ("Patient", NULL, 1000);

  g_assert_true (omc_instant_parse_range ("2026-11-23T14:00:00.700Z", &start, NULL));
  g_assert_null (omc_sync_mark_value (0, start, start, 180));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 device = start + cases[i].device * G_TIME_SPAN_SECOND;
      gint64 newest =
          cases[i].newest != G_MININT ? start + cases[i].newest * G_TIME_SPAN_SECOND : 0;
      g_autofree char *mark = omc_sync_mark_value (start, device, newest, 180);

      g_assert_cmpstr (mark, ==, cases[i].mark);
    }
  query = omc_sync_mark_query ("Observation", "2026-11-23T13:57:00.000Z", 500);
  g_assert_cmpstr (
      query, ==,
      "Observation?_lastUpdated=ge2026-11-23T13:57:00.000Z&_sort=_lastUpdated&_count=500");
  g_assert_cmpstr (first, ==, "Patient?_sort=_lastUpdated&_count=1000");
}

static void
test_mark_never_goes_back (void)
{
  g_assert_true (omc_sync_mark_is_later (NULL, "2026-11-23T13:57:00.000Z"));
  g_assert_true (omc_sync_mark_is_later ("2026-11-23T13:56:59.999Z", "2026-11-23T13:57:00.000Z"));
  g_assert_false (omc_sync_mark_is_later ("2026-11-23T13:57:00.000Z", "2026-11-23T13:57:00.000Z"));
  g_assert_false (omc_sync_mark_is_later ("2026-11-23T13:58:00.000Z", "2026-11-23T13:57:00.000Z"));
  g_assert_false (omc_sync_mark_is_later ("2026-11-23T13:58:00.000Z", NULL));
  g_assert_true (omc_sync_mark_is_later ("nonsense", "2026-11-23T13:57:00.000Z"));
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sync/retry-policy/delay-stays-below-the-ceiling",
                   test_delay_stays_below_the_ceiling);
  g_test_add_func ("/sync/retry-policy/exhausted-at-the-last-attempt",
                   test_exhausted_at_the_last_attempt);
  g_test_add_func ("/sync/retry-policy/hint-obeys-what-the-server-says",
                   test_hint_obeys_what_the_server_says);
  g_test_add_func ("/sync/http-date/is-read-in-any-locale", test_date_is_read_in_any_locale);
  g_test_add_func ("/sync/mark/lies-behind-the-start", test_mark_lies_behind_the_start);
  g_test_add_func ("/sync/mark/never-goes-back", test_mark_never_goes_back);

  return g_test_run ();
}
