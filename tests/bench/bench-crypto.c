/* bench-crypto.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

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
  GArray *wall_ns;
  GArray *cpu_ns;
  gint64 start_wall_ns;
  gint64 start_cpu_ns;
} Bench;

static void
check (gboolean ok, const GError *error)
{
  if (ok)
    return;
  g_printerr ("bench-crypto: %s\n",
              error != NULL ? error->message : "what was opened is not what was sealed");
  exit (1);
}

static gint64
now_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);

  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static void
begin (Bench *bench)
{
  bench->start_cpu_ns = now_ns (CLOCK_THREAD_CPUTIME_ID);
  bench->start_wall_ns = now_ns (CLOCK_MONOTONIC);
}

static void
end (Bench *bench)
{
  gint64 wall = now_ns (CLOCK_MONOTONIC) - bench->start_wall_ns;
  gint64 cpu = now_ns (CLOCK_THREAD_CPUTIME_ID) - bench->start_cpu_ns;

  g_array_append_val (bench->wall_ns, wall);
  g_array_append_val (bench->cpu_ns, cpu);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gint64 *left = a, *right = b;

  return (*left > *right) - (*left < *right);
}

static double
quantile_us (GArray *times, guint percent)
{
  return (double)g_array_index (times, gint64, (guint64)times->len * percent / 100) / 1000;
}

static void
print_times (Bench *bench, const char *name, const char *end_of_line)
{
  g_array_sort (bench->wall_ns, compare);
  g_array_sort (bench->cpu_ns, compare);
  g_print ("  \"%s_us\": {\"p50\": %.2f, \"p95\": %.2f, \"p99\": %.2f, \"cpu_p50\": %.2f, "
           "\"cpu_p99\": %.2f}%s\n",
           name, quantile_us (bench->wall_ns, 50), quantile_us (bench->wall_ns, 95),
           quantile_us (bench->wall_ns, 99), quantile_us (bench->cpu_ns, 50),
           quantile_us (bench->cpu_ns, 99), end_of_line);
  g_array_set_size (bench->wall_ns, 0);
  g_array_set_size (bench->cpu_ns, 0);
}

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
      begin (bench);
      done = omc_sealer_seal (sealer, 0, 0, PLACE, strlen (PLACE), text, length, sealed, &error) &&
             omc_sealer_open (sealer, PLACE, strlen (PLACE), sealed->data, sealed->len, opened,
                              &error);
      end (bench);
      check (done && opened->len == length && memcmp (opened->data, text, length) == 0, error);
    }
  print_times (bench, "seal_and_open", ",");
}

static void
bench_payload (Bench *bench, OmcSecret *key, guint rounds)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcVault) vault = omc_vault_new (&error);

  check (vault != NULL, error);
  omc_vault_add_key (vault, key, 1);
  for (guint i = 0; i < rounds * bench->texts->len; i++)
    {
      gsize length;
      const char *text =
          g_bytes_get_data (g_ptr_array_index (bench->texts, i % bench->texts->len), &length);
      const GByteArray *sealed, *opened = NULL;

      begin (bench);
      sealed = omc_vault_seal (vault, PLACE, text, length, &error);
      if (sealed != NULL)
        opened = omc_vault_open (vault, PLACE, sealed->data, sealed->len, &error);
      end (bench);
      check (opened != NULL && opened->len == length && memcmp (opened->data, text, length) == 0,
             error);
    }
  print_times (bench, "pack_seal_open_unpack", "");
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
  g_autoptr (GArray) wall_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) cpu_ns = g_array_new (FALSE, FALSE, sizeof (gint64));
  Bench bench = { texts, wall_ns, cpu_ns, 0, 0 };
  gsize total = 0;

  ward_sample_generate (&options, collect, texts);
  for (guint i = 0; i < texts->len; i++)
    total += g_bytes_get_size (g_ptr_array_index (texts, i));
  g_print (
      "{\n  \"benchmark\": \"crypto\",\n  \"resources\": %u,\n  \"bytes_per_resource\": %.0f,\n",
      texts->len, (double)total / texts->len);
  bench_envelope (&bench, key, MAX (1, rounds));
  bench_payload (&bench, key, MAX (1, rounds));
  g_print ("}\n");

  return 0;
}
