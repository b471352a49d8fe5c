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
#define LOGIN "https://login.example"
#define THIEF "https://thief.example"
#define OTHER "https://elsewhere.example/r4"

static gboolean
may_log_in (StoreFixture *f, const char *url, const char *token_url, const char *authorities)
{
  g_autoptr (OmcServerIdentity) server = omc_server_identity_new (url, token_url, authorities);
  g_autoptr (GError) error = NULL;

  if (omc_store_check_server_sync (f->store, server, &error))
    return TRUE;
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, "keys confirm"));
  g_assert_null (strstr (error->message, "Doe"));

  return FALSE;
}

static gboolean
may_use (StoreFixture *f, const char *url)
{
  return may_log_in (f, url, NULL, NULL);
}

static gboolean
confirm (StoreFixture *f,
         OmcActor *actor,
         const char *url,
         const char *token_url,
         const char *authorities)
{
  g_autoptr (OmcServerIdentity) server = omc_server_identity_new (url, token_url, authorities);
  g_autoptr (GError) error = NULL;

  if (omc_store_confirm_bounds_sync (f->store, actor, 0, server, NULL, &error))
    return TRUE;
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);

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
  g_assert_false (confirm (f, f->nurse, OTHER, NULL, NULL));
  g_assert_false (may_use (f, OTHER));
  g_assert_true (confirm (f, f->administrator, OTHER "/", NULL, NULL));
  g_assert_true (may_use (f, OTHER));
  g_assert_false (may_use (f, FIRST));
  store_fixture_reopen (f);
  g_assert_true (may_use (f, OTHER));
  store_fixture_assert_sound (f);
}

/* As a device keeps it that met its server by an address with a slash. */
static void
test_slash (StoreFixture *f, gconstpointer data)
{
  answer (f, FIRST "/");
  meet (f);
  g_assert_true (may_use (f, FIRST "/"));
  g_assert_true (may_use (f, FIRST));
}

static void
note (StoreFixture *f, const char *token_url, const char *authorities)
{
  g_autoptr (OmcServerIdentity) server = omc_server_identity_new (FIRST, token_url, authorities);
  g_autoptr (GError) error = NULL;

  omc_store_note_server_sync (f->store, server, &error);
  g_assert_no_error (error);
}

static void
test_login (StoreFixture *f, gconstpointer data)
{
  answer (f, FIRST);
  /* The first try is not the contact. */
  note (f, LOGIN "/a", NULL);
  g_assert_true (may_log_in (f, FIRST, THIEF "/Doe", NULL));
  note (f, LOGIN "/b?c=d", NULL);
  meet (f);
  note (f, THIEF, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (may_log_in (f, FIRST, LOGIN "/token", NULL));
      g_assert_true (may_log_in (f, FIRST, "HTTPS://LOGIN.example:443/", NULL));
      g_assert_true (may_log_in (f, FIRST, "https://fhir.example/token", NULL));
      g_assert_true (may_log_in (f, FIRST, NULL, NULL));
      g_assert_false (may_log_in (f, FIRST, THIEF "/Doe?name=Doe", NULL));
      g_assert_false (may_log_in (f, FIRST, LOGIN ":8443/token", NULL));
      g_assert_false (may_log_in (f, FIRST, "https://Doe@elsewhere.example", NULL));
      g_assert_false (may_log_in (f, FIRST, "http://fhir.example/token", NULL));
      g_assert_false (may_log_in (f, OTHER, "https://elsewhere.example/token", NULL));
      g_assert_false (confirm (f, f->nurse, FIRST, THIEF, NULL));
      store_fixture_reopen (f);
    }
  g_assert_true (confirm (f, f->administrator, FIRST, THIEF, NULL));
  g_assert_true (may_log_in (f, FIRST, THIEF "/Doe", NULL));
  g_assert_false (may_log_in (f, FIRST, LOGIN, NULL));
  /* What is confirmed without one is without one. */
  g_assert_true (confirm (f, f->administrator, FIRST, NULL, NULL));
  g_assert_false (may_log_in (f, FIRST, THIEF, NULL));
  g_assert_false (may_log_in (f, FIRST, LOGIN, NULL));
  store_fixture_assert_sound (f);
}

/* Of the server only its address is known. */
static void
test_unknown_parts (StoreFixture *f, gconstpointer data)
{
  answer (f, FIRST);
  meet (f);
  g_assert_true (may_use (f, FIRST));
  g_assert_false (may_log_in (f, FIRST, LOGIN, NULL));
  g_assert_false (may_log_in (f, FIRST, NULL, "A"));
}

static void
test_authorities (StoreFixture *f, gconstpointer data)
{
  static const struct
  {
    const char *known;
    const char *wanted;
    gboolean good;
  } cases[] = {
    { NULL, NULL, TRUE },    { NULL, "A", FALSE },     { "A", NULL, FALSE },
    { "A", "A", TRUE },      { "A", "B", FALSE },      { "A", "A B", FALSE },
    { "A B", "A", TRUE },    { "A B", "B", TRUE },     { "A B", "A B", TRUE },
    { "A B", "A C", FALSE }, { "AB", "A", FALSE },     { "A", "AB", FALSE },
    { "A", "", FALSE },      { "A B C D", "D", TRUE }, { "D", "A B C D", FALSE },
  };

  answer (f, FIRST);
  meet (f);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s, then %s", cases[i].known, cases[i].wanted);
      g_assert_true (confirm (f, f->administrator, FIRST, NULL, cases[i].known));
      g_assert_true (may_log_in (f, FIRST, NULL, cases[i].wanted) == cases[i].good);
      /* Fewer for a while are not fewer for ever. */
      g_assert_true (may_log_in (f, FIRST, NULL, cases[i].known));
    }
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
  ADD ("a-slash-makes-no-other-server", test_slash);
  ADD ("another-login-needs-who-manages-the-device", test_login);
  ADD ("what-was-never-met-needs-who-manages-the-device", test_unknown_parts);
  ADD ("other-authorities-need-who-manages-the-device", test_authorities);
  ADD ("more-time-needs-who-manages-the-device", test_time);
#undef ADD

  return g_test_run ();
}
