/* test-store-cache-clock.c: charts that go, and a clock that is wrong
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-cache.h"
#include "store-fixture.h"

#define DAY G_TIME_SPAN_DAY
#define YEAR (366 * DAY)

static const OmcRetention month = { .retention_us = 30 * DAY };

static void
reopen (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_store_close (f->store);
  omc_store_set_retention (f->store, &month);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
}

static void
confirm (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_clock_advance (f->clock, G_USEC_PER_SEC);
  omc_store_record_run (f->store, f->device, 0, omc_clock_get_now (f->clock), TRUE, NULL, 0, NULL,
                        &error);
  g_assert_no_error (error);
  omc_clock_advance (f->clock, G_USEC_PER_SEC);
}

static void
send_chart (StoreFixture *f, const char *id, const char *version)
{
  g_autofree char *patient = g_strdup_printf (
      "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"meta\":{\"versionId\":\"%s\"}}", id, version);
  g_autofree char *observation = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"o-%s\",\"meta\":{\"versionId\":\"%s\"},"
      "\"status\":\"final\",\"code\":{\"text\":\"c\"},\"subject\":{\"reference\":\"Patient/%s\"}}",
      id, version, id);

  store_fixture_from_server (f, NULL, patient, observation, NULL);
}

static guint
evict (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcEvictionCounts counts;

  omc_store_evict_sync (f->store, f->administrator, &counts, NULL, &error);
  g_assert_no_error (error);

  return counts.n_records;
}

/* The idle writer's last look, which is to come. */
static OmcCacheStatus
wait_for_look (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  OmcCacheStatus status = { 0 };
  gint64 wanted = omc_clock_get_now (f->clock);

  reopen (f);
  for (guint i = 0; i < 20000 && status.last_pass_us < wanted; i++)
    {
      g_usleep (1000);
      omc_store_get_cache_status_sync (f->store, &status, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpint (status.last_pass_us, ==, wanted);

  return status;
}

/* Charts came, and were confirmed and opened, while the clock was years ahead; then a server told the time. */
static void
test_ahead (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcChart) chart = NULL;
  gint64 right = omc_clock_get_now (f->clock);

  omc_clock_advance (f->clock, 10 * YEAR);
  send_chart (f, "p1", "1");
  send_chart (f, "p2", "1");
  confirm (f);
  chart = omc_store_read_chart_sync (f->store, f->nurse, "p1", 0, NULL, &error);
  g_assert_no_error (error);
  reopen (f);
  store_fixture_assert_sound (f);
  omc_clock_set_server_time (f->clock, right);
  /* As if they were used now: what was used when is not known. */
  g_assert_cmpuint (evict (f), ==, 0);
  confirm (f);
  omc_clock_advance (f->clock, 29 * DAY);
  g_assert_cmpuint (evict (f), ==, 0);
  omc_clock_advance (f->clock, 2 * DAY);
  g_assert_cmpuint (evict (f), ==, 4);
  store_fixture_assert_sound (f);
}

/* What changed after the last complete run stays, whatever the clock said then and says now. */
static void
test_unconfirmed (StoreFixture *f, gconstpointer data)
{
  gint64 right = omc_clock_get_now (f->clock);

  omc_clock_advance (f->clock, YEAR);
  send_chart (f, "p1", "1");
  confirm (f);
  omc_clock_set_server_time (f->clock, right);
  send_chart (f, "p1", "2");
  send_chart (f, "p2", "1");
  reopen (f);
  store_fixture_assert_sound (f);
  omc_clock_advance (f->clock, 40 * DAY);
  g_assert_cmpuint (evict (f), ==, 0);
  confirm (f);
  g_assert_cmpuint (evict (f), ==, 4);
}

/* Nobody told the time: a clock that is months ahead takes no chart away while nobody could bring it back. */
static void
test_not_known (StoreFixture *f, gconstpointer data)
{
  OmcCacheStatus status;

  send_chart (f, "p1", "1");
  confirm (f);
  reopen (f);
  store_fixture_assert_sound (f);
  omc_clock_advance (f->clock, 40 * DAY);
  status = wait_for_look (f);
  g_assert_cmpuint (status.n_evicted_records, ==, 0);
  omc_clock_set_server_time (f->clock, omc_clock_get_now (f->clock) + 1);
  status = wait_for_look (f);
  g_assert_cmpuint (status.n_evicted_records, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/cache-clock/a-clock-that-was-ahead-keeps-no-chart-for-ever",
                     test_ahead, NULL);
  store_fixture_add ("/store/cache-clock/what-changed-since-the-last-run-stays", test_unconfirmed,
                     NULL);
  store_fixture_add ("/store/cache-clock/without-a-servers-time-no-time-is-over", test_not_known,
                     NULL);

  return g_test_run ();
}
