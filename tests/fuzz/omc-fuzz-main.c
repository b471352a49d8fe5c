/* omc-fuzz-main.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

/*
 * Runs a fuzzer without libFuzzer: every file of the corpus folder, then seeded mutations of them.
 *   fuzz-NAME CORPUS-FOLDER [MUTATIONS-A-FILE [SEED]]
 * Speaks TAP. When it dies, the last line on standard error says which input it was.
 */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define MUTATIONS 2000
#define SEED 20261123
#define GROWTH_MAX 256

static char current[512];

static void
died (int number)
{
  if (write (STDERR_FILENO, current, strlen (current)) < 0)
    _exit (1);
  signal (number, SIG_DFL);
  raise (number);
}

/* A block of its own size for each input, so that a read past the end is seen. */
static void
run (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);

  LLVMFuzzerTestOneInput (copy, size);
}

static void
mutate_once (GByteArray *bytes, GRand *rand)
{
  static const guint8 edges[] = { 0, 1, 0x7f, 0x80, 0xff, '"', '{', '[', '\\', '-' };
  guint place = bytes->len > 0 ? (guint)g_rand_int_range (rand, 0, (gint32)bytes->len) : 0;
  guint length;
  guint8 byte;

  switch (bytes->len > 0 ? g_rand_int_range (rand, 0, 6) : 5)
    {
    case 0:
      bytes->data[place] ^= (guint8)(1 << g_rand_int_range (rand, 0, 8));
      break;
    case 1:
      bytes->data[place] = (guint8)g_rand_int (rand);
      break;
    case 2:
      bytes->data[place] = edges[g_rand_int_range (rand, 0, G_N_ELEMENTS (edges))];
      break;
    case 3:
      g_byte_array_set_size (bytes, place);
      break;
    case 4:
      length = (guint)g_rand_int_range (rand, 1, 9);
      g_byte_array_remove_range (bytes, place, MIN (bytes->len - place, length));
      break;
    default:
      for (gint32 i = g_rand_int_range (rand, 1, GROWTH_MAX); i > 0; i--)
        {
          byte = bytes->len > 0 ? bytes->data[(place + (guint)i) % bytes->len]
                                : (guint8)g_rand_int (rand);
          g_byte_array_append (bytes, &byte, 1);
        }
    }
}

static void
run_mutations (const char *name, const guint8 *data, gsize size, guint count, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed ^ g_str_hash (name));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, data, (guint)size);
      for (gint32 n = g_rand_int_range (rand, 1, 6); n > 0; n--)
        mutate_once (bytes, rand);
      g_snprintf (current, sizeof current, "# died at %s, mutation %u, seed %u\n", name, i, seed);
      run (bytes->data, bytes->len);
    }
}

static GPtrArray *
list_corpus (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc)strcmp);
  return names;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) names = NULL;
  guint count = argc > 2 ? (guint)strtoul (argv[2], NULL, 10) : MUTATIONS;
  guint32 seed = argc > 3 ? (guint32)strtoul (argv[3], NULL, 10) : SEED;
  int failed = 0;

  if (argc < 2)
    return 2;
  signal (SIGSEGV, died);
  signal (SIGABRT, died);
  names = list_corpus (argv[1]);
  g_print ("1..%u\n", MAX (names->len, 1));
  if (names->len == 0)
    {
      g_print ("not ok 1 the corpus folder is empty or missing\n");
      return 1;
    }
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *data = NULL;
      gsize size;

      if (g_file_get_contents (path, &data, &size, NULL))
        {
          g_snprintf (current, sizeof current, "# died at %s\n", name);
          run ((const guint8 *)data, size);
          run_mutations (name, (const guint8 *)data, size, count, seed);
          g_print ("ok %u %s and %u mutations\n", i + 1, name, count);
        }
      else
        {
          g_print ("not ok %u %s cannot be read\n", i + 1, name);
          failed = 1;
        }
    }
  return failed;
}
