/* test-key-lifetime.c: how long people sign in without the server
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "omc-key-manager-private.h"
#include "omc-sealed-box.h"

#define HOUR (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define YEAR (366 * 24 * HOUR)
#define START (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

typedef struct
{
  char *directory;
  OmcSecretStore *secrets;
  OmcKeyManager *keys;
  OmcSecret *passphrase;
  OmcSecret *pin;
  OmcSecret *hospital;
  char *code;
  OmcDeviceTime now;
} Fixture;

static void
tell_time (OmcDeviceTime *now, gpointer data)
{
  *now = ((Fixture *)data)->now;
}

static OmcKeyManager *
new_manager (Fixture *f)
{
  OmcKeyManager *keys = omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);

  _omc_key_manager_set_time_func (keys, tell_time, f);
  omc_key_manager_set_lifetime (keys, 72 * HOUR);
  return keys;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 public_key[OMC_BOX_KEY_LENGTH];

  f->directory = g_dir_make_tmp ("omc-lifetime-XXXXXX", NULL);
  f->secrets = omc_secret_store_memory_new ();
  f->passphrase = omc_secret_new ("a good passphrase", 17);
  f->pin = omc_secret_new ("830417", 6);
  f->hospital = omc_box_new_key (NULL);
  f->now = (OmcDeviceTime){ START, HOUR, { 1, 2, 3 }, FALSE };
  f->keys = new_manager (f);
  omc_key_manager_create_sync (f->keys, "nurse", f->passphrase, &f->code, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (omc_box_get_public (f->hospital, public_key, NULL));
  g_assert_true (omc_key_manager_set_hospital_key_sync (f->keys, "IT", public_key, NULL));
  g_assert_true (omc_key_manager_set_pin_sync (f->keys, "nurse", f->pin, NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->directory);
  g_free (f->directory);
  g_free (f->code);
  g_assert_finalize_object (f->keys);
  g_assert_finalize_object (f->secrets);
  omc_secret_unref (f->passphrase);
  omc_secret_unref (f->pin);
  omc_secret_unref (f->hospital);
}

static void
pass (Fixture *f, gint64 us)
{
  f->now.wall_us += us;
  f->now.boot_us += us;
}

static void
start_again (Fixture *f)
{
  f->now.boot_us = 0;
  f->now.boot_id[0]++;
}

static void
meet (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_note_contact_sync (f->keys, FALSE, &error);
  g_assert_no_error (error);
}

/* -1: it opens; else the code of the error */
static int
try_passphrase (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;

  if (omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, &error))
    return -1;
  g_assert_cmpuint (error->domain, ==, OMC_CRYPTO_ERROR);
  g_assert_false (omc_key_manager_is_unlocked (keys));
  return error->code;
}

static int
try_pin (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;

  if (omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, &error))
    return -1;
  return error->code;
}

static void
assert_masters_open (Fixture *f)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);

  g_assert_true (omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, NULL));
  omc_key_manager_lock (keys);
  g_assert_true (omc_key_manager_unlock_hospital_sync (keys, f->hospital, NULL));
}

static void
test_alone (Fixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  pass (f, 3000 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, -1);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_false (lifetime.has_server);
  g_assert_cmpint (lifetime.left_us, ==, G_MAXINT64);
}

static void
test_bound (Fixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  meet (f);
  pass (f, 72 * HOUR - 1);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, -1);
  pass (f, 1);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  assert_masters_open (f);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 72 * HOUR);
  g_assert_cmpint (lifetime.left_us, ==, 0);
  meet (f);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, -1);
}

static void
test_configured (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);

  meet (f);
  pass (f, 119 * HOUR);
  omc_key_manager_set_lifetime (keys, 120 * HOUR);
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, NULL));
  g_assert_false (omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, NULL));
  omc_key_manager_lock (keys);
  pass (f, 1000 * HOUR);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, NULL));
  omc_key_manager_set_lifetime (keys, 0);
  g_assert_true (omc_key_manager_unlock_sync (keys, "nurse", f->passphrase, NULL, NULL));
}

static void
test_wrong_secret_learns_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (OmcSecret) wrong = omc_secret_new ("another passphrase", 18);
  g_autoptr (GError) error = NULL;

  meet (f);
  pass (f, 100 * HOUR);
  g_assert_false (omc_key_manager_unlock_sync (keys, "nurse", wrong, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
}

static void
test_notice (Fixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  meet (f);
  pass (f, 57 * HOUR);
  g_assert_true (omc_key_manager_unlock_sync (f->keys, "nurse", f->passphrase, NULL, NULL));
  g_assert_null (strstr (omc_key_manager_get_notice (f->keys) ?: "", "15 hours"));
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_false (lifetime.soon);
  pass (f, HOUR);
  g_assert_true (omc_key_manager_unlock_sync (f->keys, "nurse", f->passphrase, NULL, NULL));
  g_assert_nonnull (strstr (omc_key_manager_get_notice (f->keys), "in 14 hours"));
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_true (lifetime.soon);
}

static void
test_clock_set_back (Fixture *f, gconstpointer data)
{
  meet (f);
  pass (f, 60 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  /* The clock stands at the contact again, and 13 hours pass. */
  f->now.wall_us = START;
  pass (f, 6 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  f->now.wall_us = START;
  pass (f, 7 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  f->now.wall_us = START - 1000 * HOUR;
  start_again (f);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A dead clock starts years ago: the ward goes on, and what is used is counted. */
static void
test_dead_clock (Fixture *f, gconstpointer data)
{
  meet (f);
  pass (f, HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  start_again (f);
  f->now.wall_us = 0;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, 70 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, 2 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Time that was counted while the clock was wrong is not counted again when it is put right. */
static void
test_clock_put_right (Fixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  meet (f);
  f->now.wall_us = 0;
  pass (f, 10 * HOUR);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 10 * HOUR);
  f->now.wall_us = START + 10 * HOUR;
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_cmpint (lifetime.elapsed_us, ==, 10 * HOUR);
}

static gint64
elapsed (Fixture *f)
{
  OmcKeyLifetime lifetime;

  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  return lifetime.elapsed_us;
}

/* While the computer runs the clock is not asked, whatever it says. */
static void
test_clock_jumps (Fixture *f, gconstpointer data)
{
  meet (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, -1);
  f->now.wall_us += 100 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 0);
  f->now.wall_us = START;
  pass (f, 72 * HOUR - 1);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, 1);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A computer that starts years ahead: people are told, and have the last fifth of the time, once. */
static void
test_starts_ahead (Fixture *f, gconstpointer data)
{
  OmcKeyLifetime lifetime;

  meet (f);
  pass (f, HOUR);
  start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_true (omc_key_manager_get_lifetime_sync (f->keys, &lifetime, NULL));
  g_assert_true (lifetime.soon);
  pass (f, 14 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  start_again (f);
  f->now.wall_us += 10 * YEAR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* The server was met with a dead clock, which is put right then: what passes after that is counted by it. */
static void
test_met_with_a_dead_clock (Fixture *f, gconstpointer data)
{
  f->now.wall_us = HOUR;
  meet (f);
  f->now.wall_us = START;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (elapsed (f), ==, 0);
  start_again (f);
  f->now.wall_us += 10 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 10 * HOUR);
  start_again (f);
  f->now.wall_us += 62 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Dead at one start and right at the next: the time off is what passed between the two good ones. */
static void
test_dead_for_one_start (Fixture *f, gconstpointer data)
{
  meet (f);
  pass (f, HOUR);
  g_assert_cmpint (elapsed (f), ==, HOUR);
  start_again (f);
  f->now.wall_us = 0;
  pass (f, 2 * HOUR);
  g_assert_cmpint (elapsed (f), ==, 3 * HOUR);
  start_again (f);
  f->now.wall_us = START + 20 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 20 * HOUR);
}

static void
test_off (Fixture *f, gconstpointer data)
{
  meet (f);
  start_again (f);
  f->now.wall_us += 71 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  start_again (f);
  f->now.wall_us += 300 * 24 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Setting the clock back while it runs does not hide the time off after that; nor does it hide what passed since a start. */
static void
test_thief (Fixture *f, gconstpointer data)
{
  meet (f);
  f->now.wall_us -= 1000 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  start_again (f);
  f->now.wall_us += 72 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  meet (f);
  start_again (f);
  pass (f, 72 * HOUR);
  f->now.wall_us = START - 1000 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* Weeks ahead at a start, of which 10 hours are true. */
static void
start_ahead (Fixture *f)
{
  meet (f);
  pass (f, HOUR);
  g_assert_cmpint (elapsed (f), ==, HOUR);
  start_again (f);
  f->now.wall_us += 730 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* A time service puts the clock right after the sign-in failed. */
static void
test_time_service (Fixture *f, gconstpointer data)
{
  start_ahead (f);
  pass (f, 2 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  f->now.wall_us -= 720 * HOUR;
  f->now.disciplined = TRUE;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (elapsed (f), ==, 13 * HOUR);
  pass (f, 59 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* The same after years: what was taken as a fifth is what it was. */
static void
test_time_service_after_years (Fixture *f, gconstpointer data)
{
  meet (f);
  start_again (f);
  f->now.wall_us += 10 * YEAR + 5 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, HOUR);
  f->now.wall_us -= 10 * YEAR;
  f->now.disciplined = TRUE;
  g_assert_cmpint (elapsed (f), ==, 6 * HOUR);
  start_again (f);
  f->now.wall_us += 4 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 10 * HOUR);
}

/* By hand, after another start, a second time, or beyond the time since the start: nothing is given back. */
static void
test_time_service_gives_no_more (Fixture *f, gconstpointer data)
{
  start_ahead (f);
  f->now.wall_us = START;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  start_again (f);
  f->now.disciplined = TRUE;
  f->now.wall_us = START + 11 * HOUR;
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  pass (f, HOUR);
  f->now.disciplined = TRUE;
  f->now.wall_us -= 660 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 72 * HOUR);
  f->now.wall_us -= 60 * HOUR;
  g_assert_cmpint (elapsed (f), ==, 72 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  pass (f, 80 * HOUR);
  f->now.disciplined = TRUE;
  f->now.wall_us = START;
  g_assert_cmpint (elapsed (f), >=, 80 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

/* What a clock that is only ahead took from people, a contact and the recovery code give back, and it costs nothing when
 * that clock is put right. */
static void
test_healed (Fixture *f, gconstpointer data)
{
  start_ahead (f);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->keys, 24 * HOUR, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
  f->now.wall_us -= 720 * HOUR;
  f->now.disciplined = TRUE;
  pass (f, 24 * HOUR - 1);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, 1);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);

  f->now.disciplined = FALSE;
  start_ahead (f);
  meet (f);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  start_again (f);
  f->now.wall_us -= 720 * HOUR;
  pass (f, 71 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static char *
mark_path (Fixture *f)
{
  return g_build_filename (f->directory, "server-contact", NULL);
}

static void
test_mark_taken_away (Fixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);

  meet (f);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  assert_masters_open (f);
  meet (f);
  g_assert_cmpint (try_passphrase (f), ==, -1);
}

static void
test_mark_forged (Fixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);
  g_autofree char *content = NULL;
  gsize length;

  meet (f);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      content[i] ^= 1;
      g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
      content[i] ^= 1;
      if (i % 16 == 15)
        g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
    }
  g_assert_true (g_file_set_contents (path, content, (gssize)length - 1, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
}

/* A mark of another store, or of an older day of this one, grants nothing. */
static void
test_mark_replayed (Fixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);
  g_autofree char *content = NULL;
  gsize length;

  meet (f);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  pass (f, 80 * HOUR);
  meet (f);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_extended (Fixture *f, gconstpointer data)
{
  g_autofree char *path = mark_path (f);

  meet (f);
  pass (f, 100 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->keys, 24 * HOUR, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  pass (f, 24 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  /* Also where the mark was lost. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->keys, 24 * HOUR, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_for_contact (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);

  meet (f);
  pass (f, 100 * HOUR);
  g_assert_true (
      omc_key_manager_unlock_for_contact_sync (keys, "nurse", f->passphrase, NULL, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
  g_assert_true (omc_key_manager_note_contact_sync (keys, FALSE, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
}

static void
test_device_withdrawn (Fixture *f, gconstpointer data)
{
  g_assert_true (omc_key_manager_note_contact_sync (f->keys, TRUE, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_true (omc_key_manager_extend_lifetime_sync (f->keys, 24 * HOUR, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  assert_masters_open (f);
  meet (f);
  g_assert_cmpint (try_passphrase (f), ==, -1);
}

/* New keys of every kind change nothing of it. */
static void
test_rotated (Fixture *f, gconstpointer data)
{
  meet (f);
  g_assert_true (omc_key_manager_rotate_master_sync (f->keys, NULL));
  g_assert_true (omc_key_manager_begin_database_key_sync (f->keys, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_true (omc_key_manager_end_database_key_sync (f->keys, TRUE, NULL));
  pass (f, 71 * HOUR);
  g_assert_cmpint (try_passphrase (f), ==, -1);
  pass (f, HOUR);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_EXPIRED);
}

static void
test_blocked_person (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) slots = NULL;

  g_assert_true (omc_key_manager_block_user_sync (f->keys, "nurse", TRUE, NULL));
  for (guint i = 0; i < 12; i++)
    g_assert_cmpint (try_pin (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  assert_masters_open (f);
  slots = omc_key_manager_list_slots (f->keys, NULL);
  g_assert_cmpuint (slots->len, ==, 4);
  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      g_assert_true (slot->blocked == (g_strcmp0 (slot->user, "nurse") == 0));
    }
  /* A rotation does not give the key back, and neither does a new secret. */
  g_assert_true (omc_key_manager_rotate_master_sync (f->keys, NULL));
  g_assert_cmpint (try_passphrase (f), ==, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_false (
      omc_key_manager_set_passphrase_sync (f->keys, "nurse", f->passphrase, NULL, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_BLOCKED);
  g_assert_false (omc_key_manager_set_pin_sync (f->keys, "nurse", f->pin, NULL));
  g_assert_true (omc_key_manager_block_user_sync (f->keys, "nurse", FALSE, NULL));
  g_assert_cmpint (try_passphrase (f), ==, -1);
  g_assert_cmpint (try_pin (f), ==, -1);
}

static void
test_new_recovery_code (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autofree char *code = NULL;

  g_assert_true (omc_key_manager_renew_recovery_sync (f->keys, &code, NULL));
  g_assert_cmpstr (code, !=, f->code);
  g_assert_false (omc_key_manager_unlock_recovery_sync (keys, f->code, NULL, NULL));
  g_assert_true (omc_key_manager_unlock_recovery_sync (keys, code, NULL, NULL));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/crypto/key-lifetime/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-store-without-a-server-is-not-bounded", test_alone);
  ADD ("ends-to-the-microsecond", test_bound);
  ADD ("can-be-configured-but-not-for-pins", test_configured);
  ADD ("a-wrong-secret-learns-nothing", test_wrong_secret_learns_nothing);
  ADD ("is-told-from-four-fifths-on", test_notice);
  ADD ("a-clock-set-back-extends-nothing", test_clock_set_back);
  ADD ("a-dead-clock-locks-nobody-out", test_dead_clock);
  ADD ("a-clock-put-right-costs-nothing", test_clock_put_right);
  ADD ("a-clock-that-jumps-is-not-asked", test_clock_jumps);
  ADD ("a-start-years-ahead-locks-nobody-out", test_starts_ahead);
  ADD ("a-contact-with-a-dead-clock-counts", test_met_with_a_dead_clock);
  ADD ("a-clock-dead-for-one-start-costs-nothing", test_dead_for_one_start);
  ADD ("the-time-off-counts", test_off);
  ADD ("a-thief-with-the-clock-gains-nothing", test_thief);
  ADD ("a-time-service-puts-a-start-weeks-ahead-right", test_time_service);
  ADD ("a-time-service-puts-a-start-years-ahead-right", test_time_service_after_years);
  ADD ("a-time-service-gives-back-the-time-off-once", test_time_service_gives_no_more);
  ADD ("a-start-ahead-is-healed-by-contact-and-code", test_healed);
  ADD ("a-mark-taken-away-grants-nothing", test_mark_taken_away);
  ADD ("a-forged-mark-grants-nothing", test_mark_forged);
  ADD ("an-older-mark-grants-nothing", test_mark_replayed);
  ADD ("can-be-extended", test_extended);
  ADD ("lets-a-contact-through", test_for_contact);
  ADD ("a-withdrawn-device-opens-for-nobody", test_device_withdrawn);
  ADD ("outlives-new-keys", test_rotated);
  ADD ("a-blocked-person-keeps-the-slot", test_blocked_person);
  ADD ("a-new-recovery-code-ends-the-old-one", test_new_recovery_code);
  return g_test_run ();
}
