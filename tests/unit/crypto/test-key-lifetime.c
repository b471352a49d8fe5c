/* test-key-lifetime.c: how long people sign in without the server, by every kind of clock
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "lifetime-fixture.h"

static void
test_alone (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  lifetime_fixture_pass (f, 3000 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, -1);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_false (lifetime.has_server);
  g_assert_cmpint (lifetime.left_us, ==, G_MAXINT64);
}

static void
test_bound (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 72 * HOUR - 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, -1);
  lifetime_fixture_pass (f, 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_assert_masters_open (f);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 72 * HOUR);
  g_assert_cmpint (lifetime.left_us, ==, 0);
  lifetime_fixture_meet (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, -1);
}

static void
test_configured (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);

  lifetime_fixture_meet (f);
  g_assert_true (omc_key_manager_confirm_lifetime_sync (f->k.keys, 0, NULL));
  lifetime_fixture_pass (f, 119 * HOUR);
  omc_key_manager_set_lifetime (keys, 120 * HOUR);
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_false (omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, NULL));
  omc_key_manager_lock (keys);
  lifetime_fixture_pass (f, 1000 * HOUR);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
  omc_key_manager_set_lifetime (keys, 0);
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
}

/* What was in force at the first contact is the most that a file can give. */
static void
test_more_configured (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);
  OmcKeyLifetime lifetime;

  lifetime_fixture_meet (f);
  for (guint i = 0; i < 2; i++)
    {
      omc_key_manager_set_lifetime (keys, i == 0 ? 0 : 8760 * HOUR);
      g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
      g_assert_nonnull (strstr (omc_key_manager_get_notice (keys), "72 hours stay in force"));
      g_assert_true (omc_key_manager_get_lifetime_sync (keys, &lifetime, NULL));
      g_assert_true (lifetime.held);
      g_assert_cmpint (lifetime.limit_us, ==, 72 * HOUR);
      omc_key_manager_lock (keys);
    }
  /* A contact is no confirmation. */
  omc_key_manager_set_lifetime (f->k.keys, 0);
  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 72 * HOUR);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_false (omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, NULL));
  lifetime_fixture_assert_masters_open (f);
  /* Who manages the device confirms it, and from then on it is in force, also less. */
  g_assert_true (omc_key_manager_confirm_lifetime_sync (f->k.keys, 100 * HOUR, NULL));
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_true (omc_key_manager_get_lifetime_sync (keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.left_us, ==, 28 * HOUR);
  omc_key_manager_set_lifetime (keys, 80 * HOUR);
  g_assert_true (omc_key_manager_get_lifetime_sync (keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.left_us, ==, 8 * HOUR);
  g_assert_false (lifetime.held);
}

static void
test_lowered (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  /* Also before any server was met, and what is configured then gives no more. */
  g_assert_true (omc_key_manager_lower_lifetime_sync (f->k.keys, 24 * HOUR, NULL));
  lifetime_fixture_meet (f);
  g_assert_true (omc_key_manager_lower_lifetime_sync (f->k.keys, 48 * HOUR, NULL));
  g_assert_true (omc_key_manager_lower_lifetime_sync (f->k.keys, 0, NULL));
  lifetime_fixture_pass (f, 24 * HOUR - 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.limit_us, ==, 24 * HOUR);
  /* A new master key and a new database key keep it. */
  g_assert_true (omc_key_manager_rotate_master_sync (f->k.keys, NULL));
  g_assert_true (omc_key_manager_begin_database_key_sync (f->k.keys, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_end_database_key_sync (f->k.keys, TRUE, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_wrong_secret_learns_nothing (LifetimeFixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);
  g_autoptr (OmcSecret) wrong = omc_secret_new ("another passphrase", 18);
  g_autoptr (GError) error = NULL;

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 100 * HOUR);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", wrong, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
}

static void
test_notice (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 57 * HOUR);
  g_assert_true (omc_key_manager_unlock_sync (f->k.keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_null (strstr (omc_key_manager_get_notice (f->k.keys) ?: "", "15 hours"));
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_false (lifetime.soon);
  lifetime_fixture_pass (f, HOUR);
  g_assert_true (omc_key_manager_unlock_sync (f->k.keys, "nurse", f->k.passphrase, NULL, NULL));
  g_assert_nonnull (strstr (omc_key_manager_get_notice (f->k.keys), "in 14 hours"));
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_true (lifetime.soon);
}

static void
test_clock_set_back (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, 60 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  /* The clock stands at the contact again, and 13 hours pass. */
  f->now.wall_us = START;
  lifetime_fixture_pass (f, 6 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  f->now.wall_us = START;
  lifetime_fixture_pass (f, 7 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  f->now.wall_us = START - 1000 * HOUR;
  lifetime_fixture_start_again (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A dead clock starts years ago: the ward goes on, and what is used is counted. */
static void
test_dead_clock (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_start_again (f);
  f->now.wall_us = 0;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, 70 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, 2 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Time that was counted while the clock was wrong is not counted again when it is put right. */
static void
test_clock_put_right (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  lifetime_fixture_meet (f);
  f->now.wall_us = 0;
  lifetime_fixture_pass (f, 10 * HOUR);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 10 * HOUR);
  f->now.wall_us = START + 10 * HOUR;
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 10 * HOUR);
}

static gint64
elapsed (LifetimeFixture *f)
{
  OmcKeyLifetime lifetime;

  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  return lifetime.elapsed_us;
}

/* While the computer runs the clock is not asked, whatever it says. */
static void
test_clock_jumps (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (lifetime_fixture_try_pin (f), ==, -1);
  f->now.wall_us += 100 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 0);
  f->now.wall_us = START;
  lifetime_fixture_pass (f, 72 * HOUR - 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A computer that starts years ahead: people are told, and have the last fifth of the time, once. */
static void
test_starts_ahead (LifetimeFixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->k.keys, &lifetime, NULL));
  g_assert_true (lifetime.soon);
  lifetime_fixture_pass (f, 14 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* The server was met with a dead clock, which is put right then: what passes after that is counted by it. */
static void
test_met_with_a_dead_clock (LifetimeFixture *f, gconstpointer data)
{
  f->now.wall_us = HOUR;
  lifetime_fixture_meet (f);
  f->now.wall_us = START;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (elapsed (f), ==, 0);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 10 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 10 * HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 62 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Dead at one start and right at the next: the time off is what passed between the two good ones. */
static void
test_dead_for_one_start (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (elapsed (f), ==, HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us = 0;
  lifetime_fixture_pass (f, 2 * HOUR);
  g_assert_cmpint (elapsed (f), ==, 3 * HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us = START + 20 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 20 * HOUR);
}

static void
test_off (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 71 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 300 * 24 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Setting the clock back while it runs does not hide the time off after that; nor does it hide what passed since a start. */
static void
test_thief (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  f->now.wall_us -= 1000 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 72 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_meet (f);
  lifetime_fixture_start_again (f);
  lifetime_fixture_pass (f, 72 * HOUR);
  f->now.wall_us = START - 1000 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Weeks ahead at a start, of which 10 hours are true. */
static void
start_ahead (LifetimeFixture *f)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (elapsed (f), ==, HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 730 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A time service puts the clock right after the sign-in failed. */
static void
test_time_service (LifetimeFixture *f, gconstpointer data)
{
  start_ahead (f);
  lifetime_fixture_pass (f, 2 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  f->now.wall_us -= 720 * HOUR;
  f->now.disciplined = TRUE;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  g_assert_cmpint (elapsed (f), ==, 13 * HOUR);
  lifetime_fixture_pass (f, 59 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* The same after years: what was taken as a fifth is what it was. */
static void
test_time_service_after_years (LifetimeFixture *f, gconstpointer data)
{
  lifetime_fixture_meet (f);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 10 * YEAR + 5 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, HOUR);
  f->now.wall_us -= 10 * YEAR;
  f->now.disciplined = TRUE;
  g_assert_cmpint (elapsed (f), ==, 6 * HOUR);
  lifetime_fixture_start_again (f);
  f->now.wall_us += 4 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 10 * HOUR);
}

/* By hand, after another start, a second time, or beyond the time since the start: nothing is given back. */
static void
test_time_service_gives_no_more (LifetimeFixture *f, gconstpointer data)
{
  start_ahead (f);
  f->now.wall_us = START;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  lifetime_fixture_start_again (f);
  f->now.disciplined = TRUE;
  f->now.wall_us = START + 11 * HOUR;
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  lifetime_fixture_pass (f, HOUR);
  f->now.disciplined = TRUE;
  f->now.wall_us -= 660 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 72 * HOUR);
  f->now.wall_us -= 60 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 72 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  lifetime_fixture_pass (f, 80 * HOUR);
  f->now.disciplined = TRUE;
  f->now.wall_us = START;
  g_assert_cmpint (elapsed (f), >=, 80 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* What a clock that is only ahead took from people, a contact and the recovery code give back, and it costs nothing when
 * that clock is put right. */
static void
test_healed (LifetimeFixture *f, gconstpointer data)
{
  start_ahead (f);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->k.keys, 24 * HOUR, NULL));
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  f->now.wall_us -= 720 * HOUR;
  f->now.disciplined = TRUE;
  lifetime_fixture_pass (f, 24 * HOUR - 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, 1);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  lifetime_fixture_meet (f);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_start_again (f);
  f->now.wall_us -= 720 * HOUR;
  lifetime_fixture_pass (f, 71 * HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, -1);
  lifetime_fixture_pass (f, HOUR);
  g_assert_cmpint (lifetime_fixture_try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  lifetime_fixture_add ("/crypto/key-lifetime/a-store-without-a-server-is-not-bounded", test_alone);
  lifetime_fixture_add ("/crypto/key-lifetime/ends-to-the-microsecond", test_bound);
  lifetime_fixture_add ("/crypto/key-lifetime/can-be-configured-but-not-for-pins", test_configured);
  lifetime_fixture_add ("/crypto/key-lifetime/a-file-gives-no-more-than-was-confirmed",
                        test_more_configured);
  lifetime_fixture_add ("/crypto/key-lifetime/a-bound-only-goes-down-and-stays-with-the-keys",
                        test_lowered);
  lifetime_fixture_add ("/crypto/key-lifetime/a-wrong-secret-learns-nothing",
                        test_wrong_secret_learns_nothing);
  lifetime_fixture_add ("/crypto/key-lifetime/is-told-from-four-fifths-on", test_notice);
  lifetime_fixture_add ("/crypto/key-lifetime/a-clock-set-back-extends-nothing",
                        test_clock_set_back);
  lifetime_fixture_add ("/crypto/key-lifetime/a-dead-clock-locks-nobody-out", test_dead_clock);
  lifetime_fixture_add ("/crypto/key-lifetime/a-clock-put-right-costs-nothing",
                        test_clock_put_right);
  lifetime_fixture_add ("/crypto/key-lifetime/a-clock-that-jumps-is-not-asked", test_clock_jumps);
  lifetime_fixture_add ("/crypto/key-lifetime/a-start-years-ahead-locks-nobody-out",
                        test_starts_ahead);
  lifetime_fixture_add ("/crypto/key-lifetime/a-contact-with-a-dead-clock-counts",
                        test_met_with_a_dead_clock);
  lifetime_fixture_add ("/crypto/key-lifetime/a-clock-dead-for-one-start-costs-nothing",
                        test_dead_for_one_start);
  lifetime_fixture_add ("/crypto/key-lifetime/the-time-off-counts", test_off);
  lifetime_fixture_add ("/crypto/key-lifetime/a-thief-with-the-clock-gains-nothing", test_thief);
  lifetime_fixture_add ("/crypto/key-lifetime/a-time-service-puts-a-start-weeks-ahead-right",
                        test_time_service);
  lifetime_fixture_add ("/crypto/key-lifetime/a-time-service-puts-a-start-years-ahead-right",
                        test_time_service_after_years);
  lifetime_fixture_add ("/crypto/key-lifetime/a-time-service-gives-back-the-time-off-once",
                        test_time_service_gives_no_more);
  lifetime_fixture_add ("/crypto/key-lifetime/a-start-ahead-is-healed-by-contact-and-code",
                        test_healed);
  return g_test_run ();
}
