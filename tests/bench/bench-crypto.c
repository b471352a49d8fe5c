/* bench-crypto.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "omc-bench.h"
#include "omc-envelope.h"
#include "omc-vault.h"
#include "ward-sample.h"

/*
 * What it costs to seal a resource and to open it again, as one JSON document: the envelope alone, and with the codec
 * before it, as the store does both.
 *
 *   bench-crypto [ROUNDS]
 */

#define DEFAULT_ROUNDS 20
#define N_PATIENTS 20
#define N_SETS 6
#define KEY_LENGTH 32
#define PLACE "Observation/8f0b7f6e-0000-4000-8000-000000000000/1"

typedef struct
{
  GPtrArray *texts; /* (element-type GBytes) */
  BenchTimes times;
} Bench;

static void
collect (const char *json, gsize length, gpointer user_data)
{
  g_ptr_array_add (user_data, g_bytes_new (json, length));
}

static void
bench_envelope (Bench *bench, OmcSecret *key, guint rounds)
{
  g_autoptr (OmcSealer) sealer = omc_sealer_new (key, 1);
  g_autoptr (GByteArray) sealed = g_byte_array_new ();
  g_autoptr (GByteArray) opened = g_byte_array_new ();

  for (guint i = 0; i < rounds * bench->texts->len; i++)
    {
      g_autoptr (GError) error = NULL;
      gsize length;
      const char *text =
          g_bytes_get_data (g_ptr_array_index (bench->texts, i % bench->texts->len), &length);
      gboolean done;

      g_byte_array_set_size (sealed, 0);
      g_byte_array_set_size (opened, 0);
      bench_times_begin (&bench->times);
      done = omc_sealer_seal (sealer, 0, 0, PLACE, strlen (PLACE), text, length, sealed, &error) &&
             omc_sealer_open (sealer, PLACE, strlen (PLACE), sealed->data, sealed->len, opened,
                              &error);
      bench_times_end (&bench->times);
      bench_check (done && opened->len == length && memcmp (opened->data, text, length) == 0,
                   error);
    }
  bench_times_print ("seal_and_open", &bench->times);
}

static void
bench_payload (Bench *bench, OmcSecret *key, guint rounds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcVault) vault = omc_vault_new (&error);

  bench_check (vault != NULL, error);
  omc_vault_add_key (vault, key, 1);
  for (guint i = 0; i < rounds * bench->texts->len; i++)
    {
      gsize length;
      const char *text =
          g_bytes_get_data (g_ptr_array_index (bench->texts, i % bench->texts->len), &length);
      const GByteArray *sealed, *opened = NULL;

      bench_times_begin (&bench->times);
      sealed = omc_vault_seal (vault, PLACE, text, length, &error);
      if (sealed != NULL)
        opened = omc_vault_open (vault, PLACE, sealed->data, sealed->len, &error);
      bench_times_end (&bench->times);
      bench_check (opened != NULL && opened->len == length &&
                       memcmp (opened->data, text, length) == 0,
                   error);
    }
  bench_times_print ("pack_seal_open_unpack", &bench->times);
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : DEFAULT_ROUNDS;
  WardSampleOptions options = { 5, N_PATIENTS, N_SETS,
                                G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC, TRUE };
  guint8 bytes[KEY_LENGTH] = { 7 };
  g_autoptr (OmcSecret) key = omc_secret_new (bytes, sizeof bytes);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  Bench bench = { texts, bench_times_new () };
  gsize total = 0;

  ward_sample_generate (&options, collect, texts);
  for (guint i = 0; i < texts->len; i++)
    total += g_bytes_get_size (g_ptr_array_index (texts, i));
  g_print ("{\n    \"benchmark\": \"crypto\",\n");
  bench_envelope (&bench, key, MAX (1, rounds));
  bench_payload (&bench, key, MAX (1, rounds));
  g_print ("    \"resources\": %u,\n    \"bytes_per_resource\": %.0f\n}\n", texts->len,
           (double)total / texts->len);
  bench_times_clear (&bench.times);

  return 0;
}
