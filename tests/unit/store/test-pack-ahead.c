/* test-pack-ahead.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "omc-pack-ahead.h"
#include "omc-vault.h"

#define N_RESOURCES 1000
#define N_ROUNDS 20
#define KEY_LENGTH 32
#define WAIT_US 100

static OmcResource *
make (guint i)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "{\"resourceType\":\"Observation\",\"id\":\"o%u\",\"status\":\"final\",\"subject\":"
      "{\"reference\":\"Patient/%u\"},\"valueQuantity\":{\"value\":%u.50,\"unit\":\"kg\"}}",
      i, i % 7, i);
  OmcResource *resource = omc_resource_parse (text, -1, &error);

  g_assert_no_error (error);

  return resource;
}

static GPtrArray *
make_batch (guint n)
{
  GPtrArray *batch = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (batch, make (i));

  return batch;
}

static OmcVault *
make_vault (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcSecret) key = omc_secret_new_random (KEY_LENGTH);
  OmcVault *vault = omc_vault_new (&error);

  g_assert_no_error (error);
  omc_vault_add_key (vault, key, 1);

  return vault;
}

static void
assert_packed (OmcCodec *codec, const OmcPacked *packed, OmcResource *resource)
{
  gsize length;
  g_autofree char *text = omc_resource_to_string (resource, &length);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (packed->original_length, ==, length);
  omc_codec_decode (codec, packed->codec, packed->dictionary, packed->data, packed->length, plain,
                    &error);
  g_assert_no_error (error);
  g_assert_cmpmem (plain->data, plain->len, text, length);
}

static void
test_says_what_the_resource_says (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) batch = make_batch (N_RESOURCES);
  g_autoptr (OmcCodec) codec = omc_codec_new (&error);
  OmcPackAhead *ahead = omc_pack_ahead_start (batch);
  guint n_ready = 0;

  g_assert_no_error (error);
  if (ahead == NULL)
    {
      g_test_skip ("one processor: nothing is packed ahead");
      return;
    }
  for (guint i = 0; i < N_RESOURCES; i++)
    {
      const OmcPacked *packed = omc_pack_ahead_find (ahead, g_ptr_array_index (batch, i));

      if (packed != NULL)
        assert_packed (codec, packed, g_ptr_array_index (batch, i));
      else if (n_ready == 0)
        g_usleep (WAIT_US * (i + 1)); /* the machine may be busy: a minute in all */
      n_ready += packed != NULL;
    }
  g_assert_cmpuint (n_ready, >, 0);
  omc_pack_ahead_stop (ahead);
}

static void
test_knows_its_batch_only (void)
{
  g_autoptr (GPtrArray) few = make_batch (10);
  g_autoptr (GPtrArray) batch = make_batch (N_RESOURCES);
  g_autoptr (OmcResource) other = make (1);
  OmcPackAhead *ahead = omc_pack_ahead_start (batch);

  g_assert_null (omc_pack_ahead_start (few));
  if (ahead != NULL)
    g_assert_null (omc_pack_ahead_find (ahead, other));
  omc_pack_ahead_stop (ahead);
}

static void
test_stops_at_any_moment (void)
{
  g_autoptr (GPtrArray) batch = make_batch (N_RESOURCES);

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      OmcPackAhead *ahead = omc_pack_ahead_start (batch);

      g_usleep ((gulong)g_test_rand_int_range (0, 500));
      omc_pack_ahead_stop (ahead);
    }
  for (guint i = 0; i < N_RESOURCES; i++)
    g_assert_cmpstr (omc_resource_get_resource_type (g_ptr_array_index (batch, i)), ==,
                     "Observation");
}

static void
assert_sealed (OmcVault *vault, OmcResource *resource)
{
  const char *place = omc_resource_get_id (resource);
  gsize length, original;
  g_autofree char *text = omc_resource_to_string (resource, &length);
  g_autoptr (GError) error = NULL;
  const GByteArray *sealed = omc_vault_seal_resource (vault, place, resource, &original, &error);
  g_autoptr (GBytes) kept = NULL;
  const GByteArray *plain;
  gsize size;
  gconstpointer data;

  g_assert_no_error (error);
  g_assert_cmpuint (original, ==, length);
  kept = g_bytes_new (sealed->data, sealed->len);
  data = g_bytes_get_data (kept, &size);
  plain = omc_vault_open (vault, place, data, size, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (plain->data, plain->len, text, length);
}

/* In the batch's order, out of it, and what is none of the batch. */
static void
test_seals_as_without (void)
{
  g_autoptr (GPtrArray) batch = make_batch (N_RESOURCES);
  g_autoptr (OmcResource) other = make (N_RESOURCES);
  OmcVault *vault = make_vault ();

  omc_vault_begin_batch (vault, batch);
  for (guint i = 0; i < N_RESOURCES; i++)
    assert_sealed (vault, g_ptr_array_index (batch, i));
  for (guint i = N_RESOURCES; i > 0; i -= 10)
    assert_sealed (vault, g_ptr_array_index (batch, i - 1));
  assert_sealed (vault, other);
  omc_vault_end_batch (vault);
  assert_sealed (vault, g_ptr_array_index (batch, 0));
  /* A vault that goes within a batch takes it along. */
  omc_vault_begin_batch (vault, batch);
  assert_sealed (vault, g_ptr_array_index (batch, 0));
  omc_vault_free (vault);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/pack-ahead/says-what-the-resource-says",
                   test_says_what_the_resource_says);
  g_test_add_func ("/store/pack-ahead/knows-its-batch-only", test_knows_its_batch_only);
  g_test_add_func ("/store/pack-ahead/stops-at-any-moment", test_stops_at_any_moment);
  g_test_add_func ("/store/pack-ahead/seals-as-without", test_seals_as_without);

  return g_test_run ();
}
