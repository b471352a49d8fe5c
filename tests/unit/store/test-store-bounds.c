/* test-store-bounds.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-bounds.h"
#include "omc-store-policy.h"
#include "store-fixture.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define FIRST "https://fhir.example/r4"
#define OTHER "https://elsewhere.example/r4"

static gboolean
may_use (StoreFixture *f, const char *url)
{
  g_autoptr (GError) error = NULL;

  if (omc_store_check_server_sync (f->store, url, &error))
    return TRUE;
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, "keys confirm"));

  return FALSE;
}

static void
answer (StoreFixture *f, const char *url)
{
  g_autoptr (GError) error = NULL;

  omc_store_set_mark (f->store, "server/base", url, &error);
  g_assert_no_error (error);
}

static void
meet (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_note_contact_sync (f->keys, FALSE, &error);
  g_assert_no_error (error);
}

static void
test_server (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (may_use (f, FIRST));
  /* Something answered there; nobody has proved who it is. */
  answer (f, OTHER);
  g_assert_true (may_use (f, FIRST));
  answer (f, FIRST);
  meet (f);
  g_assert_true (may_use (f, FIRST));
  g_assert_true (may_use (f, FIRST "//"));
  g_assert_false (may_use (f, OTHER));
  g_assert_false (may_use (f, FIRST "/x"));
  g_assert_false (may_use (f, "https://fhir.example"));
  g_assert_false (omc_store_confirm_bounds_sync (f->store, f->nurse, 0, OTHER, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_false (may_use (f, OTHER));
  g_clear_error (&error);
  g_assert_true (
      omc_store_confirm_bounds_sync (f->store, f->administrator, 0, OTHER "/", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (may_use (f, OTHER));
  g_assert_false (may_use (f, FIRST));
  store_fixture_reopen (f);
  g_assert_true (may_use (f, OTHER));
  store_fixture_assert_sound (f);
}

static gint64
get_limit (StoreFixture *f)
{
  OmcKeyLifetime lifetime;
  g_autoptr (GError) error = NULL;

  omc_key_manager_get_lifetime_sync (f->keys, &lifetime, &error);
  g_assert_no_error (error);

  return lifetime.limit_us;
}

static void
test_time (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  omc_key_manager_set_lifetime (f->keys, 72 * HOUR_US);
  meet (f);
  omc_key_manager_set_lifetime (f->keys, 100 * HOUR_US);
  g_assert_cmpint (get_limit (f), ==, 72 * HOUR_US);
  g_assert_false (
      omc_store_confirm_bounds_sync (f->store, f->nurse, 100 * HOUR_US, NULL, NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (get_limit (f), ==, 72 * HOUR_US);
  g_clear_error (&error);
  g_assert_true (omc_store_confirm_bounds_sync (f->store, f->administrator, 100 * HOUR_US, NULL,
                                                NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_limit (f), ==, 100 * HOUR_US);
  store_fixture_reopen (f);
  omc_key_manager_set_lifetime (f->keys, 0);
  g_assert_cmpint (get_limit (f), ==, 100 * HOUR_US);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/store/bounds/" path, StoreFixture, NULL, store_fixture_set_up, function,           \
              store_fixture_tear_down)
  ADD ("another-server-needs-who-manages-the-device", test_server);
  ADD ("more-time-needs-who-manages-the-device", test_time);
#undef ADD

  return g_test_run ();
}
