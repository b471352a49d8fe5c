/* test-pin.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "key-fixture.h"
#include "omc-keyring-file.h"
#include "omc-pin.h"
#include "omc-sealed-box.h"

typedef struct
{
  KeyFixture k;
  OmcSecret *pin;
  OmcSecret *wrong;
} Fixture;

static OmcKeyManager *
new_manager (Fixture *f)
{
  return key_fixture_new_manager (&f->k);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  key_fixture_set_up_created (&f->k, data);
  f->pin = omc_secret_new ("830417", 6);
  f->wrong = omc_secret_new ("830418", 6);
  omc_key_manager_set_pin_sync (f->k.keys, "nurse", f->pin, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  key_fixture_tear_down (&f->k, data);
  omc_secret_unref (f->pin);
  omc_secret_unref (f->wrong);
}

static int
try_pin (Fixture *f, OmcSecret *pin)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;

  if (omc_key_manager_unlock_pin_sync (keys, "nurse", pin, &error))
    return -1;
  g_assert_cmpuint (error->domain, ==, OMC_CRYPTO_ERROR);
  g_assert_false (omc_key_manager_is_unlocked (keys));
  return error->code;
}

static guint
find_slot (Fixture *f)
{
  g_autoptr (OmcKeyring) keyring = omc_keyring_file_load (f->k.directory, NULL, NULL);
  OmcKeySlot *slot = omc_keyring_find (keyring, OMC_KEY_SLOT_PIN, "nurse");

  return slot != NULL ? slot->info.id : 0;
}

/* As if so much time had gone by since the last attempt. */
static void
age_attempts (Fixture *f, gint64 us)
{
  OmcPinAttempts attempts;

  g_assert_true (omc_pin_attempts_read (f->k.directory, find_slot (f), &attempts));
  attempts.last_us -= us;
  g_assert_true (omc_pin_attempts_write (f->k.directory, find_slot (f), &attempts, NULL));
}

static void
test_rule (void)
{
  static const struct
  {
    const char *pin;
    gboolean good;
  } pins[] = {
    { "", FALSE },        { "12345", FALSE },
    { "830417", TRUE },   { "83041a", FALSE },
    { "000000", FALSE },  { "123456", FALSE },
    { "987654", FALSE },  { "890123", FALSE },
    { "121212", FALSE },  { "123123", FALSE },
    { "112233", FALSE },  { "159753", FALSE },
    { "7777777", FALSE }, { "12345678", FALSE },
    { "83041783", TRUE }, { "01234567890123456", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      g_autoptr (OmcSecret) pin = omc_secret_new (pins[i].pin, strlen (pins[i].pin));
      g_autoptr (GError) error = NULL;

      g_assert_true (omc_pin_check (pin, &error) == pins[i].good);
      if (!pins[i].good)
        g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WEAK);
    }
}

static void
test_unlock (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->k.keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) same = NULL;
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();

  omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, &error);
  g_assert_no_error (error);
  g_test_message ("%" G_GINT64_FORMAT " us", g_get_monotonic_time () - started);
  same = omc_key_manager_dup_key (keys, OMC_KEY_DB, NULL);
  g_assert_true (omc_secret_equal (key, same));
  g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
  g_assert_cmpint (try_pin (f, f->pin), ==, -1);
}

static void
test_delays (Fixture *f, gconstpointer data)
{
  static const gint64 delays[] = { 30, 60, 120, 240, 480 };

  for (guint i = 0; i < OMC_PIN_FREE_ATTEMPTS; i++)
    g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_assert_cmpint (try_pin (f, f->pin), ==, OMC_CRYPTO_ERROR_TOO_SOON);
      age_attempts (f, (delays[i] - 3) * G_USEC_PER_SEC);
      g_assert_cmpint (try_pin (f, f->pin), ==, OMC_CRYPTO_ERROR_TOO_SOON);
      age_attempts (f, 4 * G_USEC_PER_SEC);
      if (i + 1 < G_N_ELEMENTS (delays))
        g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
    }
  /* The tenth. */
  g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_NO_SLOT);
  g_assert_cmpuint (find_slot (f), ==, 0);
  g_assert_cmpint (try_pin (f, f->pin), ==, OMC_CRYPTO_ERROR_NO_SLOT);
}

static void
test_right_one_forgives (Fixture *f, gconstpointer data)
{
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i + 1 < OMC_PIN_FREE_ATTEMPTS; i++)
        g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
      g_assert_cmpint (try_pin (f, f->pin), ==, -1);
    }
}

/* What a sign-in screen tells before anybody types, without an attempt of its own. */
static void
test_status (Fixture *f, gconstpointer data)
{
  OmcPinStatus status = { 0 };

  g_assert_false (omc_key_manager_get_pin_status (f->k.keys, "nobody", NULL));
  g_assert_true (omc_key_manager_get_pin_status (f->k.keys, "nurse", &status));
  g_assert_cmpuint (status.attempts_left, ==, OMC_PIN_MAX_ATTEMPTS);
  g_assert_cmpint (status.wait_us, ==, 0);
  for (guint i = 1; i <= OMC_PIN_FREE_ATTEMPTS; i++)
    {
      g_assert_cmpint (try_pin (f, f->wrong), ==, OMC_CRYPTO_ERROR_WRONG_SECRET);
      g_assert_true (omc_key_manager_get_pin_status (f->k.keys, "nurse", &status));
      g_assert_cmpuint (status.attempts_left, ==, OMC_PIN_MAX_ATTEMPTS - i);
    }
  g_assert_cmpint (status.wait_us, >, 0);
  g_assert_cmpint (status.wait_us, <=, 30 * G_USEC_PER_SEC);
  omc_pin_attempts_remove (f->k.directory, find_slot (f));
  g_assert_false (omc_key_manager_get_pin_status (f->k.keys, "nurse", &status));
}

/* Who takes the count away or changes it takes the PIN away. */
static void
test_count_removed (Fixture *f, gconstpointer data)
{
  g_autofree char *name = g_strdup_printf ("pin.%u", find_slot (f));
  g_autofree char *path = g_build_filename (f->k.directory, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (try_pin (f, f->pin), ==, OMC_CRYPTO_ERROR_NO_SLOT);
  g_assert_cmpuint (find_slot (f), ==, 0);
}

static void
test_last_way (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = omc_key_manager_list_slots (f->k.keys, NULL);
  guint n_refused = 0;

  for (guint i = 0; i < slots->len; i++)
    {
      OmcKeySlotInfo *slot = g_ptr_array_index (slots, i);

      if (slot->kind != OMC_KEY_SLOT_PIN)
        n_refused += !omc_key_manager_remove_slot_sync (f->k.keys, slot->id, NULL, NULL);
    }
  g_assert_cmpuint (n_refused, ==, 1);
}

static guint
count_attempt_files (Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->k.directory, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, "pin.");
  return n;
}

/* The count of a PIN goes with it. */
static void
test_nothing_left (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (count_attempt_files (f), ==, 1);
  g_assert_true (omc_key_manager_set_pin_sync (f->k.keys, "nurse", f->wrong, NULL));
  g_assert_cmpuint (count_attempt_files (f), ==, 1);
  g_assert_cmpint (try_pin (f, f->wrong), ==, -1);
  g_assert_true (omc_key_manager_remove_slot_sync (f->k.keys, find_slot (f), NULL, NULL));
  g_assert_cmpuint (count_attempt_files (f), ==, 0);
}

static void
test_hospital (Fixture *f, gconstpointer data)
{
  g_autoptr (OmcSecret) private_key = omc_box_new_key (NULL);
  g_autoptr (OmcSecret) other = omc_box_new_key (NULL);
  g_autoptr (OmcSecret) key = omc_key_manager_dup_key (f->k.keys, OMC_KEY_DB, NULL);
  g_autoptr (OmcSecret) same = NULL;
  g_autoptr (OmcKeyManager) keys = new_manager (f);
  g_autoptr (GError) error = NULL;
  guint8 public_key[OMC_BOX_KEY_LENGTH];

  g_assert_true (omc_box_get_public (private_key, public_key, NULL));
  omc_key_manager_set_hospital_key_sync (f->k.keys, "IT", public_key, &error);
  g_assert_no_error (error);
  omc_key_manager_rotate_master_sync (f->k.keys, &error);
  g_assert_no_error (error);
  g_assert_false (omc_key_manager_unlock_hospital_sync (keys, other, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
  g_clear_error (&error);
  omc_key_manager_unlock_hospital_sync (keys, private_key, &error);
  g_assert_no_error (error);
  same = omc_key_manager_dup_key (keys, OMC_KEY_DB, NULL);
  g_assert_true (omc_secret_equal (key, same));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/crypto/pin/easy-ones-are-refused", test_rule);
#define ADD(path, func) g_test_add ("/crypto/pin/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("it-opens-the-store", test_unlock);
  ADD ("wrong-ones-wait-and-the-tenth-destroys-it", test_delays);
  ADD ("the-right-one-starts-the-count-anew", test_right_one_forgives);
  ADD ("without-its-count-it-is-gone", test_count_removed);
  ADD ("its-state-is-told-without-an-attempt", test_status);
  ADD ("it-is-no-last-way-in", test_last_way);
  ADD ("it-leaves-no-count-behind", test_nothing_left);
  ADD ("the-hospital-key-opens-also-after-a-rotation", test_hospital);
#undef ADD

  return g_test_run ();
}
