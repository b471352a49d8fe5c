/* test-store-revoke.c: only the server withdraws, and only it gives back
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-store-slots.h"
#include "store-fixture.h"

#define PERSON(version, active)                                                                    \
  "{\"resourceType\":\"Practitioner\",\"id\":\"nurse-01\"," version "\"active\":" active "}"
#define V(n) "\"meta\":{\"versionId\":\"" n "\"},"

static void
set_up (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_fixture_set_up (f, data);
  omc_store_put_user_sync (f->store, f->administrator, f->nurse, FALSE, NULL, &error);
  g_assert_no_error (error);
}

static void
save_here (StoreFixture *f, const char *json)
{
  g_autoptr (GPtrArray) list = store_fixture_list (json, NULL);
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GError) error = NULL;

  stored = omc_store_save_sync (f->store, f->device, list, OMC_SAVE_CHART, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
apply (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  gboolean withdrawn;

  omc_store_apply_revocations (f->store, &withdrawn, &error);
  g_assert_no_error (error);

  return withdrawn;
}

static gboolean
is_disabled (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (f->store, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < users->len; i++)
    {
      OmcStoreUser *user = g_ptr_array_index (users, i);

      if (g_strcmp0 (omc_actor_get_user (user->actor), "nurse") == 0)
        return user->disabled;
    }
  g_assert_not_reached ();
}

static void
test_person (StoreFixture *f, gconstpointer data)
{
  store_fixture_from_server (f, NULL, PERSON (V ("1"), "true"), NULL);
  apply (f);
  g_assert_false (is_disabled (f));
  store_fixture_from_server (f, NULL, PERSON (V ("2"), "false"), NULL);
  apply (f);
  g_assert_true (is_disabled (f));
}

static void
test_person_made_here (StoreFixture *f, gconstpointer data)
{
  save_here (f, PERSON ("", "false"));
  apply (f);
  g_assert_false (is_disabled (f));
}

static void
test_person_edited_here (StoreFixture *f, gconstpointer data)
{
  store_fixture_from_server (f, NULL, PERSON (V ("1"), "true"), NULL);
  save_here (f, PERSON (V ("1"), "false"));
  apply (f);
  g_assert_false (is_disabled (f));
}

static void
test_person_kept_here (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_fixture_from_server (f, NULL, PERSON (V ("1"), "false"), NULL);
  save_here (f, PERSON (V ("1"), "true"));
  apply (f);
  g_assert_true (is_disabled (f));
  omc_store_set_user_disabled_sync (f->store, f->administrator, "nurse", FALSE, NULL, &error);
  g_assert_no_error (error);
  omc_store_delete_sync (f->store, f->device, "Practitioner", "nurse-01", NULL, &error);
  g_assert_no_error (error);
  apply (f);
  g_assert_true (is_disabled (f));
}

/* What was withdrawn while an edit waits here counts, whether the two merge or a person has to decide. */
static void
test_person_withdrawn_meanwhile (StoreFixture *f, gconstpointer data)
{
  store_fixture_from_server (f, NULL, PERSON (V ("1"), "true"), NULL);
  save_here (f, PERSON (V ("1") "\"gender\":\"female\",", "true"));
  store_fixture_from_server (f, NULL, PERSON (V ("2") "\"gender\":\"male\",", "false"), NULL);
  apply (f);
  g_assert_true (is_disabled (f));
}

static char *
device_json (StoreFixture *f, const char *more, const char *system, const char *status)
{
  return g_strdup_printf ("{\"resourceType\":\"Device\",\"id\":\"d1\",%s"
                          "\"identifier\":[{\"system\":\"%s\",\"value\":\"%s\"}],"
                          "\"status\":\"%s\"}",
                          more, system, omc_key_manager_get_store_id (f->keys), status);
}

static void
test_device (StoreFixture *f, gconstpointer data)
{
  g_autofree char *active = device_json (f, V ("1"), OMC_DEVICE_SYSTEM, "active");
  g_autofree char *inactive = device_json (f, V ("2"), OMC_DEVICE_SYSTEM, "inactive");
  g_autofree char *lifted = device_json (f, V ("2"), OMC_DEVICE_SYSTEM, "active");
  g_autofree char *renamed = device_json (f, V ("2"), "urn:other", "active");

  store_fixture_from_server (f, NULL, active, NULL);
  g_assert_false (apply (f));
  store_fixture_from_server (f, NULL, inactive, NULL);
  g_assert_true (apply (f));
  save_here (f, lifted);
  g_assert_true (apply (f));
  save_here (f, renamed);
  g_assert_true (apply (f));
}

static void
test_device_made_here (StoreFixture *f, gconstpointer data)
{
  g_autofree char *made = device_json (f, "", OMC_DEVICE_SYSTEM, "inactive");

  save_here (f, made);
  g_assert_false (apply (f));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/store/revoke/" name, StoreFixture, NULL, set_up, func, store_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-server-withdraws-a-person", test_person);
  ADD ("a-person-made-here-is-not-its-word", test_person_made_here);
  ADD ("an-edit-here-blocks-nobody", test_person_edited_here);
  ADD ("an-edit-here-gives-nobody-back", test_person_kept_here);
  ADD ("counts-while-an-edit-waits", test_person_withdrawn_meanwhile);
  ADD ("a-device-is-withdrawn-by-the-server-alone", test_device);
  ADD ("a-device-made-here-is-not-its-word", test_device_made_here);
  return g_test_run ();
}
