/* lifetime-fixture.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "lifetime-fixture.h"
#include "omc-key-manager-private.h"
#include "omc-sealed-box.h"

static void
tell_time (OmcDeviceTime *now, gpointer data)
{
  *now = ((LifetimeFixture *)data)->now;
}

static void
bound (LifetimeFixture *f, OmcKeyManager *keys)
{
  _omc_key_manager_set_time_func (keys, tell_time, f);
  omc_key_manager_set_lifetime (keys, 72 * HOUR);
}

OmcKeyManager *
lifetime_fixture_new_manager (LifetimeFixture *f)
{
  OmcKeyManager *keys = key_fixture_new_manager (&f->k);

  bound (f, keys);

  return keys;
}

void
lifetime_fixture_set_up (LifetimeFixture *f, gconstpointer data)
{
  guint8 public_key[OMC_BOX_KEY_LENGTH];

  key_fixture_set_up (&f->k, data);
  f->pin = omc_secret_new ("830417", 6);
  f->hospital = omc_box_new_key (NULL);
  f->now = (OmcDeviceTime){ START, HOUR, { 1, 2, 3 }, FALSE };
  bound (f, f->k.keys);
  key_fixture_create (&f->k);
  g_assert_true (omc_box_get_public (f->hospital, public_key, NULL));
  g_assert_true (omc_key_manager_set_hospital_key_sync (f->k.keys, "IT", public_key, NULL));
  g_assert_true (omc_key_manager_set_pin_sync (f->k.keys, "nurse", f->pin, NULL));
}

void
lifetime_fixture_tear_down (LifetimeFixture *f, gconstpointer data)
{
  key_fixture_tear_down (&f->k, data);
  omc_secret_unref (f->pin);
  omc_secret_unref (f->hospital);
}

void
lifetime_fixture_add (const char *path, void (*func) (LifetimeFixture *f, gconstpointer data))
{
  g_test_add (path, LifetimeFixture, NULL, lifetime_fixture_set_up, func,
              lifetime_fixture_tear_down);
}

void
lifetime_fixture_pass (LifetimeFixture *f, gint64 us)
{
  f->now.wall_us += us;
  f->now.boot_us += us;
}

void
lifetime_fixture_start_again (LifetimeFixture *f)
{
  f->now.boot_us = 0;
  f->now.boot_id[0]++;
}

void
lifetime_fixture_meet (LifetimeFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_note_contact_sync (f->k.keys, FALSE, &error);
  g_assert_no_error (error);
}

int
lifetime_fixture_try_passphrase (LifetimeFixture *f)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);
  g_autoptr (GError) error = NULL;

  if (omc_key_manager_unlock_sync (keys, "nurse", f->k.passphrase, NULL, &error))
    return -1;
  g_assert_cmpuint (error->domain, ==, OMC_CRYPTO_ERROR);
  g_assert_false (omc_key_manager_is_unlocked (keys));
  return error->code;
}

int
lifetime_fixture_try_pin (LifetimeFixture *f)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);
  g_autoptr (GError) error = NULL;

  if (omc_key_manager_unlock_pin_sync (keys, "nurse", f->pin, &error))
    return -1;
  return error->code;
}

void
lifetime_fixture_assert_masters_open (LifetimeFixture *f)
{
  g_autoptr (OmcKeyManager) keys = lifetime_fixture_new_manager (f);

  g_assert_true (omc_key_manager_unlock_recovery_sync (keys, f->k.code, NULL, NULL));
  omc_key_manager_lock (keys);
  g_assert_true (omc_key_manager_unlock_hospital_sync (keys, f->hospital, NULL));
}
