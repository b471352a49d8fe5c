/* test-envelope.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-envelope.h"

#define AAD "Observation/o1/3"

static OmcSealer *
make_sealer (guint32 epoch)
{
  g_autoptr (OmcSecret) key = omc_secret_new ("0123456789abcdef0123456789abcdef", 32);

  return omc_sealer_new (key, epoch);
}

static GByteArray *
seal (OmcSealer *sealer, const char *aad, const void *plain, gsize length)
{
  g_autoptr (GError) error = NULL;
  GByteArray *out = g_byte_array_new ();

  g_assert_true (
      omc_sealer_seal (sealer, 2, 0x0102, aad, strlen (aad), plain, length, out, &error));
  g_assert_no_error (error);
  return out;
}

static void
assert_opens_not (OmcSealer *sealer, const char *aad, const void *sealed, gsize length, int code)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_byte_array_append (out, (const guint8 *)"kept", 4);
  g_assert_false (omc_sealer_open (sealer, aad, strlen (aad), sealed, length, out, &error));
  g_assert_error (error, OMC_CRYPTO_ERROR, code);
  g_assert_cmpmem (out->data, out->len, "kept", 4);
}

static void
test_round_trip (void)
{
  static const gsize lengths[] = { 0, 1, 15, 16, 17, 2048, 100000 };
  g_autoptr (OmcSealer) sealer = make_sealer (9);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree guint8 *plain = g_malloc0 (lengths[i] + 1);
      g_autoptr (GByteArray) sealed = NULL;
      g_autoptr (GByteArray) out = g_byte_array_new ();
      OmcEnvelopeHeader header;

      for (gsize j = 0; j < lengths[i]; j++)
        plain[j] = (guint8)g_rand_int (rand);
      sealed = seal (sealer, AAD, plain, lengths[i]);
      g_assert_cmpuint (sealed->len, ==, lengths[i] + OMC_ENVELOPE_OVERHEAD);
      g_assert_true (omc_envelope_peek (sealed->data, sealed->len, &header, NULL));
      g_assert_cmpuint (header.codec, ==, 2);
      g_assert_cmpuint (header.dictionary, ==, 0x0102);
      g_assert_cmpuint (header.epoch, ==, 9);
      g_assert_true (
          omc_sealer_open (sealer, AAD, strlen (AAD), sealed->data, sealed->len, out, NULL));
      g_assert_cmpmem (out->data, out->len, plain, lengths[i]);
    }
}

static void
test_appends (void)
{
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  g_assert_true (omc_sealer_seal (sealer, 0, 0, NULL, 0, "one", 3, out, NULL));
  g_assert_true (omc_sealer_seal (sealer, 0, 0, NULL, 0, "two", 3, out, NULL));
  g_assert_cmpuint (out->len, ==, 2 * (OMC_ENVELOPE_OVERHEAD + 3));
  {
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    guint half = out->len / 2;

    g_assert_true (omc_sealer_open (sealer, NULL, 0, out->data, half, plain, NULL));
    g_assert_true (omc_sealer_open (sealer, NULL, 0, out->data + half, half, plain, NULL));
    g_assert_cmpmem (plain->data, plain->len, "onetwo", 6);
  }
}

/* Each bit of header, nonce, text and tag. */
static void
test_every_bit (void)
{
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (GByteArray) sealed = seal (sealer, AAD, "98.6 degF", 9);

  for (guint bit = 0; bit < sealed->len * 8; bit++)
    {
      int code = OMC_CRYPTO_ERROR_DAMAGED;

      sealed->data[bit / 8] ^= (guint8)(1 << bit % 8);
      if (bit < 8 && sealed->data[0] != 0)
        code = OMC_CRYPTO_ERROR_UNSUPPORTED;
      assert_opens_not (sealer, AAD, sealed->data, sealed->len, code);
      sealed->data[bit / 8] ^= (guint8)(1 << bit % 8);
    }
}

static void
test_every_length (void)
{
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (GByteArray) sealed = seal (sealer, AAD, "98.6 degF", 9);

  for (guint length = 0; length < sealed->len; length++)
    assert_opens_not (sealer, AAD, sealed->data, length, OMC_CRYPTO_ERROR_DAMAGED);
  g_byte_array_append (sealed, (const guint8 *)"", 1);
  assert_opens_not (sealer, AAD, sealed->data, sealed->len, OMC_CRYPTO_ERROR_DAMAGED);
}

static void
test_swapped_rows (void)
{
  static const char *const places[] = { "", "Observation/o1/4", "Observation/o2/3", "Patient/o1/3",
                                        "Observation/o1/3 " };
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (GByteArray) sealed = seal (sealer, AAD, "98.6 degF", 9);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    assert_opens_not (sealer, places[i], sealed->data, sealed->len, OMC_CRYPTO_ERROR_DAMAGED);
}

static void
test_other_key_or_epoch (void)
{
  g_autoptr (OmcSecret) key = omc_secret_new_random (32);
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (OmcSealer) other_key = omc_sealer_new (key, 1);
  g_autoptr (OmcSealer) other_epoch = make_sealer (2);
  g_autoptr (GByteArray) sealed = seal (sealer, AAD, "98.6 degF", 9);

  assert_opens_not (other_key, AAD, sealed->data, sealed->len, OMC_CRYPTO_ERROR_DAMAGED);
  assert_opens_not (other_epoch, AAD, sealed->data, sealed->len, OMC_CRYPTO_ERROR_DAMAGED);
}

/* After a failure the same sealer works on. */
static void
test_works_on (void)
{
  g_autoptr (OmcSealer) sealer = make_sealer (1);
  g_autoptr (GByteArray) sealed = seal (sealer, AAD, "98.6 degF", 9);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  assert_opens_not (sealer, "elsewhere", sealed->data, sealed->len, OMC_CRYPTO_ERROR_DAMAGED);
  g_assert_true (omc_sealer_open (sealer, AAD, strlen (AAD), sealed->data, sealed->len, out, NULL));
  g_assert_cmpmem (out->data, out->len, "98.6 degF", 9);
}

static void
test_nonces_differ (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint s = 0; s < 20; s++)
    {
      g_autoptr (OmcSealer) sealer = make_sealer (1);

      for (guint i = 0; i < 500; i++)
        {
          g_autoptr (GByteArray) sealed = seal (sealer, AAD, "", 0);

          g_assert_true (g_hash_table_add (seen, g_base64_encode (sealed->data + 8, 12)));
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/envelope/round-trip", test_round_trip);
  g_test_add_func ("/crypto/envelope/appends", test_appends);
  g_test_add_func ("/crypto/envelope/every-changed-bit-is-found", test_every_bit);
  g_test_add_func ("/crypto/envelope/every-cut-is-found", test_every_length);
  g_test_add_func ("/crypto/envelope/swapped-rows-are-found", test_swapped_rows);
  g_test_add_func ("/crypto/envelope/other-key-or-epoch-opens-nothing", test_other_key_or_epoch);
  g_test_add_func ("/crypto/envelope/works-on-after-a-failure", test_works_on);
  g_test_add_func ("/crypto/envelope/nonces-differ", test_nonces_differ);
  return g_test_run ();
}
