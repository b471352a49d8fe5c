/* test-primitives.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "omc-crypto-selftest.h"
#include "omc-hash.h"
#include "omc-kdf.h"
#include "omc-recovery-code.h"
#include "omc-secret.h"

static void
test_selftest (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (omc_crypto_selftest (&error));
  g_assert_no_error (error);
}

static void
test_secret_copies (void)
{
  char text[] = "a passphrase";
  g_autoptr (OmcSecret) secret = omc_secret_new (text, strlen (text));
  g_autoptr (OmcSecret) same = omc_secret_new ("a passphrase", 12);
  g_autoptr (OmcSecret) longer = omc_secret_new ("a passphrase!", 13);
  g_autoptr (OmcSecret) empty = omc_secret_new (NULL, 0);
  gsize length;

  omc_wipe (text, sizeof text);
  g_assert_cmpint (text[0], ==, 0);
  g_assert_cmpstr (omc_secret_get_data (secret, &length), ==, "a passphrase");
  g_assert_cmpuint (length, ==, 12);
  g_assert_true (omc_secret_equal (secret, same));
  g_assert_false (omc_secret_equal (secret, longer));
  g_assert_cmpuint (omc_secret_get_length (empty), ==, 0);
}

static void
test_secret_page_edges (void)
{
  static const gsize lengths[] = { 1, 4095, 4096, 4097, 70000 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (OmcSecret) a = omc_secret_new_random (lengths[i]);
      g_autoptr (OmcSecret) b = omc_secret_new (omc_secret_get_data (a, NULL), lengths[i]);
      g_autoptr (OmcSecret) other = omc_secret_new_random (lengths[i]);

      g_assert_true (omc_secret_equal (a, b));
      if (lengths[i] > 1)
        g_assert_false (omc_secret_equal (a, other));
      g_assert_cmpint (((const char *)omc_secret_get_data (a, NULL))[lengths[i]], ==, 0);
    }
}

/* The lines of the mapping that holds it, also when neighbours were merged into it. */
static const char *
find_mapping (const char *maps, gconstpointer data)
{
  guint64 place = (guint64)(gsize)data;

  for (const char *line = maps; line != NULL && *line != '\0'; line = strchr (line, '\n'))
    {
      guint64 start, end;

      line += *line == '\n';
      if (sscanf (line, "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x ", &start, &end) == 2 &&
          place >= start && place < end)
        return line;
    }

  return NULL;
}

/* "dd" is the kernel's word for a mapping that is left out of core dumps. */
static void
test_secret_not_dumped (void)
{
  g_autoptr (OmcSecret) secret = omc_secret_new_random (32);
  g_autofree char *maps = NULL;
  const char *mapping;
  char *flags;

  if (!g_file_get_contents ("/proc/self/smaps", &maps, NULL, NULL))
    {
      g_test_skip ("/proc/self/smaps cannot be read: run this where /proc is that of a Linux with "
                   "CONFIG_PROC_PAGE_MONITOR.");
      return;
    }
  mapping = find_mapping (maps, omc_secret_get_data (secret, NULL));
  g_assert_nonnull (mapping);
  flags = strstr (mapping, "VmFlags:");
  g_assert_nonnull (flags);
  *strchr (flags, '\n') = '\0';
  g_assert_nonnull (strstr (flags, " dd"));
}

static gpointer
ref_many (gpointer data)
{
  for (guint i = 0; i < 10000; i++)
    omc_secret_unref (omc_secret_ref (data));
  return NULL;
}

static void
test_secret_threads (void)
{
  g_autoptr (OmcSecret) secret = omc_secret_new ("x", 1);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ref", ref_many, secret);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpstr (omc_secret_get_data (secret, NULL), ==, "x");
}

static void
test_kdf_range (void)
{
  static const struct
  {
    OmcKdfParams params;
    int code; /* -1: good */
  } cases[] = {
    { { 1, 65536, 3, 1 }, -1 },
    { { 1, 19456, 2, 1 }, -1 },
    { { 1, 1048576, 32, 8 }, -1 },
    { { 2, 65536, 3, 1 }, OMC_CRYPTO_ERROR_UNSUPPORTED },
    { { 0, 65536, 3, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 19455, 3, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 1048577, 3, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, G_MAXUINT32, 3, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 65536, 1, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 65536, 33, 1 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 65536, 3, 0 }, OMC_CRYPTO_ERROR_DAMAGED },
    { { 1, 65536, 3, 9 }, OMC_CRYPTO_ERROR_DAMAGED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (omc_kdf_params_check (&cases[i].params, &error) == (cases[i].code < 0));
      if (cases[i].code >= 0)
        g_assert_error (error, OMC_CRYPTO_ERROR, cases[i].code);
    }
}

static void
test_kdf_depends_on_all (void)
{
  OmcKdfParams more = OMC_KDF_FLOOR;
  guint8 salt[OMC_KDF_SALT_LENGTH] = { 1 };
  g_autoptr (OmcSecret) one = omc_secret_new ("one", 3);
  g_autoptr (OmcSecret) two = omc_secret_new ("two", 3);
  g_autoptr (OmcSecret) base = omc_kdf_derive (&OMC_KDF_FLOOR, one, salt, 32, NULL);
  g_autoptr (OmcSecret) again = omc_kdf_derive (&OMC_KDF_FLOOR, one, salt, 32, NULL);
  g_autoptr (OmcSecret) other = omc_kdf_derive (&OMC_KDF_FLOOR, two, salt, 32, NULL);
  g_autoptr (OmcSecret) salted = NULL;
  g_autoptr (OmcSecret) costlier = NULL;

  more.passes++;
  costlier = omc_kdf_derive (&more, one, salt, 32, NULL);
  salt[15] = 1;
  salted = omc_kdf_derive (&OMC_KDF_FLOOR, one, salt, 32, NULL);
  g_assert_true (omc_secret_equal (base, again));
  g_assert_false (omc_secret_equal (base, other));
  g_assert_false (omc_secret_equal (base, costlier));
  g_assert_false (omc_secret_equal (base, salted));
}

static void
test_kdf_calibrated_in_range (void)
{
  OmcKdfParams params = OMC_KDF_FLOOR;
  g_autoptr (GError) error = NULL;

  omc_kdf_calibrate (&params);
  g_assert_cmpuint (params.passes, >=, OMC_KDF_FLOOR.passes);
  g_assert_cmpuint (params.memory_kib, ==, OMC_KDF_FLOOR.memory_kib);
  omc_kdf_params_check (&params, &error);
  g_assert_no_error (error);
}

static void
test_recovery_round_trip (void)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (OmcSecret) code = omc_recovery_code_new ();
      g_autofree char *text = omc_recovery_code_format (code);
      g_autoptr (GError) error = NULL;
      g_autoptr (OmcSecret) back = omc_recovery_code_parse (text, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (strlen (text), ==, 8 * 5 + 1);
      g_assert_true (omc_secret_equal (code, back));
    }
}

/* Bits 0..4 of the first byte are the first symbol: 0x08 0x42 is "11". 0x0842... repeated: all ones. */
static void
test_recovery_known (void)
{
  static const guint8 bytes[OMC_RECOVERY_CODE_BYTES] = {
    0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21,
    0x08, 0x42, 0x10, 0x84, 0x21, 0x08, 0x42, 0x10, 0x84, 0x21,
  };
  g_autoptr (OmcSecret) code = omc_secret_new (bytes, sizeof bytes);
  g_autofree char *text = omc_recovery_code_format (code);

  g_assert_true (g_str_has_prefix (text, "1111-1111-1111-1111-1111-1111-1111-1111-"));
}

static char *
spoil (const char *text, guint how)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);

  switch (how)
    {
    case 0:
      return g_steal_pointer (&lower);
    case 1:
      return g_strjoinv ("", parts);
    case 2:
      return g_strjoinv (" ", parts);
    case 3:
      return g_strjoinv (" - ", parts);
    default:
      return g_strdup_printf ("  %s\n", text);
    }
}

static void
test_recovery_typed_otherwise (void)
{
  g_autoptr (OmcSecret) code = omc_recovery_code_new ();
  g_autofree char *text = omc_recovery_code_format (code);
  g_autofree char *letters = NULL;

  for (guint how = 0; how < 5; how++)
    {
      g_autofree char *typed = spoil (text, how);
      g_autoptr (OmcSecret) back = omc_recovery_code_parse (typed, NULL);

      g_assert_nonnull (back);
      g_assert_true (omc_secret_equal (code, back));
    }
  letters = g_strdelimit (g_strdelimit (g_strdup (text), "0", 'o'), "1", 'l');
  {
    g_autoptr (OmcSecret) back = omc_recovery_code_parse (letters, NULL);

    g_assert_nonnull (back);
    g_assert_true (omc_secret_equal (code, back));
  }
}

/* Every wrong letter and every swap of unlike neighbours is caught by the check. */
static void
test_recovery_mistyped (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  g_autoptr (OmcSecret) code = omc_recovery_code_new ();
  g_autofree char *text = omc_recovery_code_format (code);
  static const char *const hopeless[] = { "",     "-",
                                          "1234", "U",
                                          "ÄÖÜ",  "1111-1111-1111-1111-1111-1111-1111-1111-1-1-1" };

  for (guint i = 0; text[i] != '\0'; i++)
    for (const char *c = alphabet; text[i] != '-' && *c != '\0'; c++)
      {
        g_autofree char *typed = g_strdup (text);
        g_autoptr (GError) error = NULL;

        if (text[i] == *c)
          continue;
        typed[i] = *c;
        g_assert_null (omc_recovery_code_parse (typed, &error));
        g_assert_error (error, OMC_CRYPTO_ERROR, OMC_CRYPTO_ERROR_WRONG_SECRET);
      }
  for (guint i = 0; text[i + 1] != '\0'; i++)
    {
      g_autofree char *typed = g_strdup (text);

      if (text[i] == text[i + 1] || text[i] == '-' || text[i + 1] == '-')
        continue;
      typed[i] = text[i + 1];
      typed[i + 1] = text[i];
      g_assert_null (omc_recovery_code_parse (typed, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (hopeless); i++)
    g_assert_null (omc_recovery_code_parse (hopeless[i], NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/selftest/known-answers", test_selftest);
  g_test_add_func ("/crypto/secret/copies-and-compares", test_secret_copies);
  g_test_add_func ("/crypto/secret/page-edges", test_secret_page_edges);
  g_test_add_func ("/crypto/secret/left-out-of-core-dumps", test_secret_not_dumped);
  g_test_add_func ("/crypto/secret/threads-share-it", test_secret_threads);
  g_test_add_func ("/crypto/kdf/costs-out-of-range-are-refused", test_kdf_range);
  g_test_add_func ("/crypto/kdf/depends-on-all-inputs", test_kdf_depends_on_all);
  g_test_add_func ("/crypto/kdf/calibrated-stays-in-range", test_kdf_calibrated_in_range);
  g_test_add_func ("/crypto/recovery-code/round-trip", test_recovery_round_trip);
  g_test_add_func ("/crypto/recovery-code/bits-in-order", test_recovery_known);
  g_test_add_func ("/crypto/recovery-code/typing-does-not-matter", test_recovery_typed_otherwise);
  g_test_add_func ("/crypto/recovery-code/mistakes-are-caught", test_recovery_mistyped);
  return g_test_run ();
}
