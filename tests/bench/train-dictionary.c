/* train-dictionary.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <zdict.h>

#include "ward-sample.h"

/*
 * Trains the compression dictionary of data/store/dictionaries/ on generated wards.
 *
 *   train-dictionary OUTPUT
 *
 * The file in the tree is what payloads of released stores need: a better one gets the next number, this one stays.
 */

#define DICTIONARY_SIZE (64 * 1024)
#define N_WARDS 40

typedef struct
{
  GByteArray *samples;
  GArray *sizes;
} Samples;

static void
add_sample (const char *json, gsize length, gpointer user_data)
{
  Samples *samples = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (OmcResource) resource = omc_resource_parse (json, (gssize)length, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = omc_resource_to_string (resource, &length);
  g_byte_array_append (samples->samples, (const guint8 *)text, (guint)length);
  g_array_append_val (samples->sizes, length);
}

int
main (int argc, char **argv)
{
  Samples samples = { g_byte_array_new (), g_array_new (FALSE, FALSE, sizeof (gsize)) };
  g_autofree guint8 *dictionary = g_malloc (DICTIONARY_SIZE);
  g_autoptr (GError) error = NULL;
  size_t length;

  if (argc != 2)
    {
      g_printerr ("usage: train-dictionary OUTPUT\n");
      return 2;
    }
  for (guint i = 0; i < N_WARDS; i++)
    {
      WardSampleOptions options = { 1000 + i, 6, 4, G_GINT64_CONSTANT (1795000000) * G_USEC_PER_SEC,
                                    i % 2 == 0 };

      ward_sample_generate (&options, add_sample, &samples);
    }
  length =
      ZDICT_trainFromBuffer (dictionary, DICTIONARY_SIZE, samples.samples->data,
                             (const size_t *)(gpointer)samples.sizes->data, samples.sizes->len);
  if (ZDICT_isError (length))
    {
      g_printerr ("train-dictionary: %s\n", ZDICT_getErrorName (length));
      return 1;
    }
  if (!g_file_set_contents (argv[1], (const char *)dictionary, (gssize)length, &error))
    {
      g_printerr ("train-dictionary: %s\n", error->message);
      return 1;
    }
  g_print ("%u samples, %zu bytes\n", samples.sizes->len, length);
  g_byte_array_unref (samples.samples);
  g_array_unref (samples.sizes);

  return 0;
}
