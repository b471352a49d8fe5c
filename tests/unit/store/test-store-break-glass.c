/* test-store-break-glass.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "access-bed.h"
#include "omc-break-glass.h"

#define WORDS "collapsed in the corridor, I am first there"

static void
set_time (Bed *bed, gint64 us)
{
  omc_clock_advance (bed->f.clock, us - omc_clock_get_now (bed->f.clock));
}

static int
break_code (Bed *bed,
            OmcActor *actor,
            const char *patient,
            const char *reason,
            const char *words,
            const char *user)
{
  g_autoptr (OmcSecret) secret = access_ward_passphrase (user);
  g_autoptr (GError) error = NULL;
  gint64 expires_us = 0;

  if (omc_store_break_glass_sync (bed->f.store, actor, patient, reason, words,
                                  OMC_KEY_SLOT_PASSPHRASE, secret, &expires_us, NULL, &error))
    {
      g_assert_cmpint (expires_us, ==,
                       omc_clock_get_now (bed->f.clock) + OMC_BREAK_GLASS_PERIOD_US);
      return -1;
    }
  g_assert_nonnull (error);

  return error->domain == OMC_STORE_ERROR ? error->code : 1000;
}

static void
test_break_glass (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcResource) seen = access_ward_observation (3, NULL, "final");
  g_autoptr (OmcResource) changed = access_ward_observation (3, "o3-0", "amended");
  g_autoptr (OmcChart) chart = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "because", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", "  now  ", "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "not anna"), ==, 1000);
  bed_assert_purpose (bed, "anna", "break-glass", "p3", 8, "BTG");
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p0", "emergency", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_INVALID);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "nobody", "emergency", WORDS, "anna"), ==,
                   OMC_STORE_ERROR_NOT_FOUND);
  g_assert_cmpint (break_code (bed, bed->assistant_a, "p3", "emergency", WORDS, "carl"), ==,
                   OMC_STORE_ERROR_DENIED);

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  bed_assert_purpose (bed, "anna", "break-glass", "p3", 0, "BTG");
  chart = omc_store_read_chart_sync (bed->f.store, bed->nurse_a, "p3", 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chart->glass_until_us, ==, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US);
  bed_assert_purpose (bed, "anna", "read", "p3", 0, "BTG");
  /* Documenting is care; what others wrote stays as it is. Nobody else is let in, and to nobody else. */
  g_assert_cmpint (bed_save (bed, bed->nurse_a, seen), ==, -1);
  bed_assert_purpose (bed, "anna", "create", "p3", 0, "BTG");
  g_assert_cmpint (bed_save (bed, bed->nurse_a, changed), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);

  /* The time is over for the store, whatever a window shows; also after a start. */
  set_time (bed, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US - 1);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  set_time (bed, STORE_FIXTURE_NOW_US + OMC_BREAK_GLASS_PERIOD_US);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  /* A clock that was set to before opens nothing either. */
  g_clear_object (&bed->f.clock);
  bed->f.clock = omc_clock_new_manual (STORE_FIXTURE_NOW_US - 1);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
}

static guint
count_board (Bed *bed)
{
  const OmcBoardQuery query = { .all_patients = TRUE };
  g_autoptr (GError) error = NULL;
  guint total = 0;
  g_autoptr (GPtrArray) rows =
      omc_store_list_board_sync (bed->f.store, bed->nurse_a, &query, 0, 100, &total, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (total, ==, rows->len);

  return total;
}

/* Whoever sets the clock back stays in the half hour; what passed since the start of the computer does not. */
static void
test_clock_set_back (Bed *bed, gconstpointer data)
{
  const gint64 step_us = OMC_BREAK_GLASS_PERIOD_US / 3;
  guint n = count_board (bed);

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
      g_assert_cmpuint (count_board (bed), ==, n + 1);
      omc_clock_advance (bed->f.clock, step_us);
      omc_clock_set_device_time (bed->f.clock, STORE_FIXTURE_NOW_US);
    }
  g_assert_cmpint (omc_clock_get_now (bed->f.clock), ==, STORE_FIXTURE_NOW_US);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpuint (count_board (bed), ==, n);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
}

/* Between two starts nothing but the clock tells: what was open is not any more. */
static void
test_computer_started_again (Bed *bed, gconstpointer data)
{
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
  omc_clock_start_again (bed->f.clock, "another start");
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p3", "emergency", WORDS, "anna"), ==, -1);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);
}

static void
left_cb (GObject *store, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_store_close_glass_finish (OMC_STORE (store), result, &error));
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

/* The PIN is a sign-in too; who leaves closes all that was opened, and nothing of anybody else. */
static void
test_pin_and_leaving (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcSecret) pin = omc_secret_new ("830417", 6);
  g_autoptr (OmcSecret) wrong = omc_secret_new ("830418", 6);
  g_autoptr (GError) error = NULL;
  gboolean left = FALSE;

  g_assert_true (omc_key_manager_set_pin_sync (bed->f.keys, "anna", pin, &error));
  g_assert_false (omc_store_break_glass_sync (bed->f.store, bed->nurse_a, "p3", "covering", WORDS,
                                              OMC_KEY_SLOT_PIN, wrong, NULL, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  bed_assert_purpose (bed, "anna", "break-glass", "p3", 8, "BTG");
  g_assert_true (omc_store_break_glass_sync (bed->f.store, bed->nurse_a, "p3", "covering", WORDS,
                                             OMC_KEY_SLOT_PIN, pin, NULL, NULL, &error));
  g_assert_cmpint (break_code (bed, bed->nurse_a, "p4", "covering", WORDS, "anna"), ==, -1);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, -1);

  omc_store_close_glass_async (bed->f.store, bed->nurse_a, NULL, NULL, left_cb, &left);
  while (!left)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_true (omc_store_offers (bed->f.store, bed->f.auditor, OMC_ACCESS_READ_AUDIT));
  g_assert_false (omc_store_offers (bed->f.store, bed->nurse_a, OMC_ACCESS_READ_AUDIT));
}

static void
test_review (Bed *bed, gconstpointer data)
{
  g_autoptr (GPtrArray) waiting = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcActor) herself = omc_actor_new ("anna", NULL, OMC_ROLE_AUDITOR, NULL, NULL);
  OmcGlass *glass;

  g_assert_cmpint (break_code (bed, bed->nurse_a, "p4", "covering", WORDS, "anna"), ==, -1);
  /* Of nobody here: not of everybody. */
  g_assert_true (omc_store_close_glass_sync (bed->f.store, bed->nurse_a, "none", NULL, &error));
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p4"), ==, -1);
  g_assert_true (omc_store_close_glass_sync (bed->f.store, bed->nurse_a, "p4", NULL, &error));
  g_assert_cmpint (bed_read (bed, bed->nurse_a, "Patient", "p4"), ==, OMC_STORE_ERROR_BREAK_GLASS);

  none = omc_store_list_glass_sync (bed->f.store, bed->nurse_a, FALSE, NULL, &error);
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  waiting = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, FALSE, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (waiting->len, ==, 1);
  glass = g_ptr_array_index (waiting, 0);
  g_assert_cmpstr (glass->user, ==, "anna");
  g_assert_cmpstr (glass->patient_id, ==, "p4");
  g_assert_cmpstr (glass->family, ==, "Wardian4");
  g_assert_nonnull (glass->birth_date);
  g_assert_cmpstr (glass->reason, ==, "covering");
  g_assert_cmpstr (glass->words, ==, WORDS);
  g_assert_false (
      omc_store_review_glass_sync (bed->f.store, herself, glass->id, TRUE, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_true (omc_store_review_glass_sync (bed->f.store, bed->f.auditor, glass->id, FALSE,
                                              "not on duty", NULL, &error));
  bed_assert_purpose (bed, "auditor", "break-glass-review", "p4", 0, "");
  g_assert_false (omc_store_review_glass_sync (bed->f.store, bed->f.auditor, glass->id, TRUE, NULL,
                                               NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_STALE);
  g_clear_error (&error);
  after = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, FALSE, NULL, &error);
  all = omc_store_list_glass_sync (bed->f.store, bed->f.auditor, TRUE, NULL, &error);
  g_assert_cmpuint (after->len, ==, 0);
  g_assert_cmpuint (all->len, ==, 1);
  glass = g_ptr_array_index (all, 0);
  g_assert_cmpstr (glass->verdict, ==, "unjustified");
  g_assert_cmpstr (glass->review, ==, "not on duty");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  bed_add ("/store/break-glass/a-clock-set-back-keeps-no-glass-broken", test_clock_set_back);
  bed_add ("/store/break-glass/a-start-of-the-computer-ends-it", test_computer_started_again);
  bed_add ("/store/break-glass/the-glass-is-broken-for-half-an-hour", test_break_glass);
  bed_add ("/store/break-glass/emergency-access-is-reviewed-by-another", test_review);
  bed_add ("/store/break-glass/a-pin-opens-and-leaving-closes-all", test_pin_and_leaving);

  return g_test_run ();
}
