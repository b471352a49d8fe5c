/* test-store-policy.c: signed access policies in a store
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>
#include <openssl/evp.h>

#include "access-ward.h"
#include "omc-restore.h"
#include "omc-store-backup.h"
#include "omc-store-bounds.h"
#include "omc-store-policy.h"

typedef struct
{
  StoreFixture f;
  EVP_PKEY *site; /* who may sign here */
  EVP_PKEY *stranger;
  char *site_key; /* as the configuration has it */
  char *file;
} Bed;

static char *
dup_public (EVP_PKEY *key)
{
  guint8 bytes[32];
  gsize length = sizeof bytes;

  g_assert_cmpint (EVP_PKEY_get_raw_public_key (key, bytes, &length), ==, 1);
  return g_base64_encode (bytes, length);
}

static GBytes *
sign (EVP_PKEY *key, const char *text)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 *signature = g_malloc (64);
  gsize length = 64;

  g_assert_cmpint (EVP_DigestSignInit (context, NULL, NULL, NULL, key), ==, 1);
  g_assert_cmpint (
      EVP_DigestSign (context, signature, &length, (const guint8 *)text, strlen (text)), ==, 1);
  EVP_MD_CTX_free (context);
  return g_bytes_new_take (signature, length);
}

static void
set_up (Bed *bed, gconstpointer data)
{
  store_fixture_set_up (&bed->f, data);
  access_ward_fill (&bed->f);
  bed->site = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  bed->stranger = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  bed->site_key = dup_public (bed->site);
  bed->file = g_build_filename (bed->f.directory, "policy.json", NULL);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  EVP_PKEY_free (bed->site);
  EVP_PKEY_free (bed->stranger);
  g_free (bed->site_key);
  g_free (bed->file);
  store_fixture_tear_down (&bed->f, data);
}

/* The built-in table with another word for what a nurse may read. */
static char *
make_policy (guint64 version, const char *nurse_reads)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();
  g_autofree char *text = omc_access_policy_to_json (policy, version);
  g_autofree char *cell = g_strdup_printf ("\"read\": \"%s\"", nurse_reads);
  g_autoptr (GString) changed = g_string_new (text);

  g_string_replace (changed, "\"read\": \"break-glass\"", cell, 1);
  return g_string_free (g_steal_pointer (&changed), FALSE);
}

/* -1: installed */
static int
install (Bed *bed, OmcActor *actor, const char *text, GBytes *signature, GQuark *domain)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  if (omc_store_install_policy_sync (bed->f.store, actor, bytes, signature, bed->site_key, NULL,
                                     NULL, &error))
    return -1;
  if (domain != NULL)
    *domain = error->domain;
  return error->code;
}

static int
install_signed (Bed *bed, guint64 version, const char *nurse_reads)
{
  g_autofree char *text = make_policy (version, nurse_reads);
  g_autoptr (GBytes) signature = sign (bed->site, text);

  return install (bed, bed->f.administrator, text, signature, NULL);
}

/* What a nurse of ward A gets of a chart of ward B (or A). */
static int
read_code (Bed *bed, const char *patient)
{
  g_autoptr (OmcActor) nurse = omc_actor_new ("anna", NULL, OMC_ROLE_NURSE, "ward-a", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource =
      omc_store_read_sync (bed->f.store, nurse, "Patient", patient, NULL, &error);

  return resource != NULL ? -1 : error->code;
}

static guint
count_audit (Bed *bed, const char *subtype, const char *detail)
{
  g_autoptr (GPtrArray) entries =
      omc_store_list_audit_sync (bed->f.store, bed->f.auditor, 1, 0, NULL, NULL);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      OmcAuditEntry *entry = g_ptr_array_index (entries, i);

      n += g_strcmp0 (entry->subtype, subtype) == 0 && g_strcmp0 (entry->detail, detail) == 0;
    }
  return n;
}

static void
test_takes_effect (Bed *bed, gconstpointer data)
{
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 0);
  g_assert_cmpint (read_code (bed, "p3"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (install_signed (bed, 3, "department"), ==, -1);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 3);
  g_assert_cmpint (read_code (bed, "p3"), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (read_code (bed, "p0"), ==, -1);
  store_fixture_reopen (&bed->f);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 3);
  g_assert_cmpint (read_code (bed, "p3"), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (install_signed (bed, 4, "allow"), ==, -1);
  g_assert_cmpint (read_code (bed, "p3"), ==, -1);
  g_assert_cmpuint (count_audit (bed, "policy-installed", "version 3"), ==, 1);
  g_assert_cmpuint (count_audit (bed, "policy-installed", "version 4"), ==, 1);
  store_fixture_assert_sound (&bed->f);
}

static void
test_versions (Bed *bed, gconstpointer data)
{
  g_assert_cmpint (install_signed (bed, 5, "allow"), ==, -1);
  /* The same again changes nothing; another of that version, or an older one, is refused. */
  g_assert_cmpint (install_signed (bed, 5, "allow"), ==, -1);
  g_assert_cmpint (install_signed (bed, 5, "deny"), ==, OMC_ACCESS_ERROR_OLDER);
  g_assert_cmpint (install_signed (bed, 4, "deny"), ==, OMC_ACCESS_ERROR_OLDER);
  g_assert_cmpint (install_signed (bed, 1, "deny"), ==, OMC_ACCESS_ERROR_OLDER);
  store_fixture_reopen (&bed->f);
  g_assert_cmpint (install_signed (bed, 4, "deny"), ==, OMC_ACCESS_ERROR_OLDER);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 5);
  g_assert_cmpint (read_code (bed, "p3"), ==, -1);
  g_assert_cmpuint (count_audit (bed, "policy-installed", "version 5"), ==, 1);
}

static void
test_signatures (Bed *bed, gconstpointer data)
{
  g_autofree char *text = make_policy (2, "allow");
  g_autofree char *other = make_policy (2, "deny");
  g_autoptr (GBytes) right = sign (bed->site, text);
  g_autoptr (GBytes) strange = sign (bed->stranger, text);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (right, 0, 32);
  g_autofree char *armour = g_base64_encode (g_bytes_get_data (right, NULL), 64);
  g_autofree char *line = g_strconcat (armour, "\n", NULL);
  g_autoptr (GBytes) in_text = g_bytes_new (line, strlen (line));
  GQuark domain = 0;

  g_assert_cmpint (install (bed, bed->f.administrator, other, right, &domain), ==,
                   OMC_CRYPTO_ERROR_DAMAGED);
  g_assert_cmpuint (domain, ==, OMC_CRYPTO_ERROR);
  g_assert_cmpint (install (bed, bed->f.administrator, text, strange, NULL), ==,
                   OMC_CRYPTO_ERROR_DAMAGED);
  g_assert_cmpint (install (bed, bed->f.administrator, text, nothing, NULL), ==,
                   OMC_CRYPTO_ERROR_DAMAGED);
  g_assert_cmpint (install (bed, bed->f.administrator, text, half, NULL), ==,
                   OMC_CRYPTO_ERROR_DAMAGED);
  g_assert_cmpint (install (bed, bed->f.nurse, text, right, &domain), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpuint (domain, ==, OMC_STORE_ERROR);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 0);
  g_assert_cmpint (install (bed, bed->f.administrator, text, in_text, NULL), ==, -1);
}

/* Signed by whoever it is: a chart for administrators stays what no policy gives. */
static void
test_forbidden (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcAccessPolicy) policy = omc_access_policy_new_default ();
  g_autofree char *text = omc_access_policy_to_json (policy, 9);
  g_autofree char *changed = NULL;
  g_autoptr (GBytes) signature = NULL;
  char *administrator = strstr (text, "\"administrator\"");
  char *cell = strstr (administrator, "\"read\": \"deny\"");

  changed = g_strdup_printf ("%.*s\"read\": \"allow\"%s", (int)(cell - text), text,
                             cell + strlen ("\"read\": \"deny\""));
  signature = sign (bed->site, changed);
  g_assert_cmpint (install (bed, bed->f.device, changed, signature, NULL), ==,
                   OMC_ACCESS_ERROR_FORBIDDEN);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, 0);
}

/* signature: (nullable): the file is not there */
static void
put_file (Bed *bed, const char *text, GBytes *signature)
{
  g_autofree char *path = g_strconcat (bed->file, ".sig", NULL);
  gsize length;

  g_assert_true (g_file_set_contents (bed->file, text, -1, NULL));
  g_remove (path);
  if (signature != NULL)
    {
      gconstpointer data = g_bytes_get_data (signature, &length);

      g_assert_true (g_file_set_contents (path, data, (gssize)length, NULL));
    }
}

/* words: (nullable): the notice says nothing */
static void
check_adoption (Bed *bed, const char *key, guint64 version, const char *words)
{
  g_autofree char *notice = NULL;

  omc_store_adopt_policy_sync (bed->f.store, bed->file, key);
  notice = omc_store_dup_policy_notice (bed->f.store);
  g_assert_cmpuint (omc_store_get_policy_version (bed->f.store), ==, version);
  if (words == NULL)
    g_assert_null (notice);
  else
    g_assert_nonnull (strstr (notice, words));
}

static void
test_last_good (Bed *bed, gconstpointer data)
{
  g_autofree char *good = make_policy (2, "department");
  g_autofree char *newer = make_policy (3, "deny");
  g_autofree char *older = make_policy (1, "allow");
  g_autofree char *stranger_key = dup_public (bed->stranger);
  g_autoptr (GBytes) good_signature = sign (bed->site, good);
  g_autoptr (GBytes) newer_signature = sign (bed->site, newer);
  g_autoptr (GBytes) older_signature = sign (bed->site, older);
  g_autoptr (GBytes) broken_signature = sign (bed->site, "{}");

  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*unreadable*");
  check_adoption (bed, bed->site_key, 0, "The built-in policy is in force");
  put_file (bed, good, good_signature);
  check_adoption (bed, bed->site_key, 2, NULL);
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*signature*");
  put_file (bed, newer, good_signature);
  check_adoption (bed, bed->site_key, 2, "Version 2 stays in force");
  g_assert_cmpint (read_code (bed, "p3"), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (read_code (bed, "p0"), ==, -1);
  /* It is still said after a start, and recorded once. */
  store_fixture_reopen (&bed->f);
  check_adoption (bed, bed->site_key, 2, "signature");
  g_assert_cmpuint (count_audit (bed, "policy-refused", "signature"), ==, 1);
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*unreadable*");
  put_file (bed, newer, NULL);
  check_adoption (bed, bed->site_key, 2, "cannot be read");
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*invalid*");
  put_file (bed, "{}", broken_signature);
  check_adoption (bed, bed->site_key, 2, "not written as a policy");
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*older*");
  put_file (bed, older, older_signature);
  check_adoption (bed, bed->site_key, 2, "later version");
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*no-key*");
  check_adoption (bed, NULL, 2, "access.policyKey");
  check_adoption (bed, "bad key", 2, "access.policyKey");
  g_test_expect_message ("omc-store", G_LOG_LEVEL_MESSAGE, "*signature*");
  check_adoption (bed, stranger_key, 2, "signature");
  put_file (bed, newer, newer_signature);
  check_adoption (bed, bed->site_key, 3, NULL);
  store_fixture_reopen (&bed->f);
  check_adoption (bed, bed->site_key, 3, NULL);
  g_test_assert_expected_messages ();
  store_fixture_assert_sound (&bed->f);
}

/* Who was just admitted has no place: charted by clinical people of every department, on no kiosk; a policy can say else. */
static void
test_unplaced (Bed *bed, gconstpointer data)
{
  g_autoptr (OmcActor) kiosk = omc_actor_new ("kiosk", NULL, OMC_ROLE_KIOSK, "ward-a", NULL);
  g_autofree char *text = make_policy (1, "break-glass");
  g_autoptr (GString) changed = g_string_new (text);
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) seen = NULL;

  g_assert_cmpint (read_code (bed, "p6"), ==, -1);
  seen = omc_store_read_sync (bed->f.store, kiosk, "Patient", "p0", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (omc_store_read_sync (bed->f.store, kiosk, "Patient", "p6", NULL, &error));
  g_assert_error (error, OMC_STORE_ERROR, OMC_STORE_ERROR_DENIED);
  g_string_replace (changed, "\"unplaced\": [\n    \"nurse\",", "\"unplaced\": [", 1);
  g_string_replace (changed, "\"covers\": {",
                    "\"covers\": {\"Location/ward-a\": [\"Location/ward-b\"]", 1);
  signature = sign (bed->site, changed->str);
  g_assert_cmpint (install (bed, bed->f.administrator, changed->str, signature, NULL), ==, -1);
  g_assert_cmpint (read_code (bed, "p6"), ==, OMC_STORE_ERROR_BREAK_GLASS);
  g_assert_cmpint (read_code (bed, "p3"), ==, -1);
  g_assert_cmpint (read_code (bed, "p7"), ==, OMC_STORE_ERROR_BREAK_GLASS);
}

static void
disable (Bed *bed, const char *user)
{
  g_autoptr (OmcActor) person = omc_actor_new (user, "Anna", OMC_ROLE_NURSE, "ward-a", NULL);
  g_autoptr (GError) error = NULL;

  omc_store_put_user_sync (bed->f.store, bed->f.administrator, person, TRUE, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
is_disabled (Bed *bed, const char *user)
{
  g_autoptr (GPtrArray) users = omc_store_list_users_sync (bed->f.store, NULL, NULL);

  for (guint i = 0; i < users->len; i++)
    {
      const OmcStoreUser *known = g_ptr_array_index (users, i);

      if (g_strcmp0 (omc_actor_get_user (known->actor), user) == 0)
        return known->disabled;
    }
  return FALSE;
}

/* A backup takes records back, and nobody's rights: neither an older policy nor a person who was withdrawn since. */
static void
test_restored (Bed *bed, gconstpointer data)
{
  StoreFixture *f = &bed->f;
  g_autofree char *path = g_build_filename (f->directory, "a.omcbackup", NULL);
  g_autoptr (OmcActor) person = omc_actor_new ("anna", "Anna", OMC_ROLE_NURSE, "ward-a", NULL);
  g_auto (OmcBackupInfo) info = { 0 };
  g_auto (OmcRestoreReport) report = { { 0 } };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (install_signed (bed, 1, "allow"), ==, -1);
  g_assert_true (omc_store_put_user_sync (f->store, f->administrator, person, FALSE, NULL, &error));
  omc_store_backup_sync (f->store, f->nurse, path, &info, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (install_signed (bed, 2, "department"), ==, -1);
  disable (bed, "anna");

  omc_store_close (f->store);
  omc_restore_sync (f->directory, f->keys, f->clock, f->nurse, path, &report, NULL, &error);
  g_assert_no_error (error);
  omc_store_open_sync (f->store, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (omc_store_get_policy_version (f->store), ==, 2);
  g_assert_cmpint (read_code (bed, "p3"), ==, OMC_STORE_ERROR_DENIED);
  g_assert_cmpint (install_signed (bed, 1, "allow"), ==, OMC_ACCESS_ERROR_OLDER);
  g_assert_true (is_disabled (bed, "anna"));
  store_fixture_assert_sound (f);
}

/* Signed, and before what anybody at the device configures or confirms. */
static void
test_lifetime (Bed *bed, gconstpointer data)
{
  const gint64 hour_us = G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC;
  g_autofree char *text = make_policy (1, "break-glass");
  g_autoptr (GString) bounded = g_string_new (text);
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GError) error = NULL;
  OmcKeyLifetime lifetime;

  g_string_replace (bounded, "\"version\": 1", "\"version\": 1, \"lifetimeHours\": 24", 1);
  signature = sign (bed->site, bounded->str);
  omc_key_manager_set_lifetime (bed->f.keys, 72 * hour_us);
  omc_key_manager_note_contact_sync (bed->f.keys, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (install (bed, bed->f.administrator, bounded->str, signature, NULL), ==, -1);
  g_assert_true (omc_key_manager_get_lifetime_sync (bed->f.keys, &lifetime, &error));
  g_assert_cmpint (lifetime.limit_us, ==, 24 * hour_us);
  g_assert_true (lifetime.held);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (omc_store_confirm_bounds_sync (bed->f.store, bed->f.administrator,
                                                    i * 72 * hour_us, NULL, NULL, &error));
      g_assert_true (omc_key_manager_get_lifetime_sync (bed->f.keys, &lifetime, &error));
      g_assert_cmpint (lifetime.limit_us, ==, 24 * hour_us);
    }
  /* Less than it gives can be confirmed. */
  g_assert_true (omc_store_confirm_bounds_sync (bed->f.store, bed->f.administrator, 12 * hour_us,
                                                NULL, NULL, &error));
  g_assert_true (omc_key_manager_get_lifetime_sync (bed->f.keys, &lifetime, &error));
  g_assert_cmpint (lifetime.limit_us, ==, 12 * hour_us);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Bed *, gconstpointer);
  } tests[] = {
    { "/store/policy/takes-effect-and-lasts", test_takes_effect },
    { "/store/policy/its-version-never-goes-down", test_versions },
    { "/store/policy/only-the-site-signs", test_signatures },
    { "/store/policy/no-signature-gives-what-is-forbidden", test_forbidden },
    { "/store/policy/the-last-good-one-goes-on-and-says-so", test_last_good },
    { "/store/policy/a-restored-store-has-the-rights-of-before", test_restored },
    { "/store/policy/bounds-the-time-without-the-server", test_lifetime },
    { "/store/policy/says-who-sees-patients-without-a-place", test_unplaced },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Bed, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
