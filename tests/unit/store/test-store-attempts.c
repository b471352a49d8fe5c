/* test-store-attempts.c: sign-ins that failed while the store was closed
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "store-fixture.h"

static void
try_in_vain (StoreFixture *f, const char *user, const char *text, gboolean noted)
{
  g_autoptr (OmcKeyManager) keys = omc_key_manager_new (f->directory, f->secrets, &OMC_KDF_FLOOR);
  g_autoptr (OmcSecret) passphrase = omc_secret_new (text, strlen (text));

  omc_key_manager_set_notes_failures (keys, noted);
  g_assert_false (omc_key_manager_unlock_sync (keys, user, passphrase, NULL, NULL));
}

static GPtrArray *
list (StoreFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = omc_store_list_audit_sync (f->store, f->auditor, 1, 0, NULL, &error);
  GPtrArray *logins = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_audit_entry_free);

  g_assert_no_error (error);
  while (all->len > 0)
    {
      OmcAuditEntry *entry = g_ptr_array_steal_index (all, 0);

      if (g_str_equal (entry->subtype, "login"))
        g_ptr_array_add (logins, entry);
      else
        omc_audit_entry_free (entry);
    }

  return logins;
}

static void
assert_entry (GPtrArray *logins, guint i, int outcome, const char *entity, const char *detail)
{
  const OmcAuditEntry *entry;

  g_assert_cmpuint (i, <, logins->len);
  entry = g_ptr_array_index (logins, i);
  g_test_message ("%s: %s", entry->entity != NULL ? entry->entity : "", entry->detail);
  g_assert_cmpint (entry->outcome, ==, outcome);
  g_assert_cmpstr (entry->entity, ==, entity);
  g_assert_true (g_str_has_prefix (entry->detail, detail));
}

/* They are in the trail once the store opens, once; a name that is none here is not written down. */
static void
test_taken (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;

  omc_store_close (f->store);
  try_in_vain (f, "nurse", "not this one", TRUE);
  try_in_vain (f, "nurse", "nor this one", FALSE);
  try_in_vain (f, "my passphrase in the wrong field", "x", TRUE);
  store_fixture_reopen (f);
  first = list (f);
  g_assert_cmpuint (first->len, ==, 2);
  assert_entry (first, 0, 4, "passphrase nurse", "not accepted, ");
  assert_entry (first, 1, 4, "passphrase of nobody here", "nothing that could open, ");
  store_fixture_reopen (f);
  second = list (f);
  g_assert_cmpuint (second->len, ==, 2);
  store_fixture_assert_sound (f);
}

static void
test_too_many (StoreFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) logins = NULL;

  omc_store_close (f->store);
  for (guint i = 0; i < OMC_ATTEMPTS_MAX + 3; i++)
    try_in_vain (f, "nobody", "x", TRUE);
  store_fixture_reopen (f);
  logins = list (f);
  g_assert_cmpuint (logins->len, ==, OMC_ATTEMPTS_MAX + 1);
  assert_entry (logins, OMC_ATTEMPTS_MAX, 4, NULL, "3 more failed");
}

/* Who takes the file away, or cuts it, is seen. */
static void
test_taken_away (StoreFixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->directory, "sign-ins", NULL);
  g_autoptr (GPtrArray) logins = NULL;

  omc_store_close (f->store);
  try_in_vain (f, "nurse", "not this one", TRUE);
  g_assert_cmpint (g_unlink (path), ==, 0);
  store_fixture_reopen (f);
  omc_store_close (f->store);
  try_in_vain (f, "nurse", "not this one", TRUE);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  store_fixture_reopen (f);
  logins = list (f);
  g_assert_cmpuint (logins->len, ==, 2);
  assert_entry (logins, 0, 8, NULL, "the record of failed sign-ins was taken away");
  assert_entry (logins, 1, 8, NULL, "the record of failed sign-ins was changed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/attempts/are-in-the-trail-once-it-opens", test_taken, NULL);
  store_fixture_add ("/store/attempts/are-bounded-and-counted", test_too_many, NULL);
  store_fixture_add ("/store/attempts/leave-a-trace-also-when-taken-away", test_taken_away, NULL);

  return g_test_run ();
}
