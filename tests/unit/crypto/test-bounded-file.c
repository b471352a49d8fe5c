/* test-bounded-file.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "key-fixture.h"
#include "omc-bounded-file.h"

#define MAXIMUM 10000

typedef gboolean (*ReadFunc) (const char *, gsize, char **, gsize *, GError **);

static const ReadFunc READERS[] = { omc_bounded_file_read, omc_bounded_file_read_regular };

typedef struct
{
  char *folder;
  char *path;
} Bed;

static void
set_up (Bed *bed, gconstpointer data)
{
  bed->folder = g_dir_make_tmp ("omnicare-XXXXXX", NULL);
  bed->path = g_build_filename (bed->folder, "file", NULL);
}

static void
tear_down (Bed *bed, gconstpointer data)
{
  g_unlink (bed->path);
  g_rmdir (bed->folder);
  g_free (bed->path);
  g_free (bed->folder);
}

static void
put (Bed *bed, gsize length)
{
  g_autofree char *text = g_malloc (length + 1);
  g_autoptr (GError) error = NULL;

  memset (text, 'x', length);
  g_file_set_contents (bed->path, text, (gssize)length, &error);
  g_assert_no_error (error);
}

static void
assert_refused (ReadFunc read, const char *path, GFileError code, const char *word)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (read (path, MAXIMUM, &content, NULL, &error));
  g_assert_error (error, G_FILE_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_nonnull (strstr (error->message, word));
  g_assert_null (content);
}

static void
test_up_to_the_limit (Bed *bed, gconstpointer data)
{
  static const gsize lengths[] = { 0, 1, 4094, 4095, 4096, 4097, MAXIMUM - 1, MAXIMUM };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      put (bed, lengths[i]);
      for (gsize j = 0; j < G_N_ELEMENTS (READERS); j++)
        {
          g_autofree char *content = NULL;
          g_autoptr (GError) error = NULL;
          gsize length = 77;

          g_assert_true (READERS[j](bed->path, MAXIMUM, &content, &length, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (length, ==, lengths[i]);
          g_assert_cmpuint (strlen (content), ==, lengths[i]);
        }
    }
}

static void
test_beyond_it (Bed *bed, gconstpointer data)
{
  for (gsize j = 0; j < G_N_ELEMENTS (READERS); j++)
    {
      put (bed, MAXIMUM + 1);
      assert_refused (READERS[j], bed->path, G_FILE_ERROR_INVAL, "9.8\302\240KiB");
      /* A terabyte that takes no room. */
      g_assert_cmpint (truncate (bed->path, (off_t)1 << 40), ==, 0);
      assert_refused (READERS[j], bed->path, G_FILE_ERROR_INVAL, "9.8\302\240KiB");
    }
}

/* They say that they are empty, and never end. */
static void
test_endless (Bed *bed, gconstpointer data)
{
  assert_refused (omc_bounded_file_read, "/dev/zero", G_FILE_ERROR_INVAL, "limit");
  assert_refused (omc_bounded_file_read_regular, "/dev/zero", G_FILE_ERROR_INVAL, "Invalid");
}

static gpointer
write_pipe (gpointer path)
{
  g_autofree char *text = g_strnfill (MAXIMUM - 1, 'y');
  FILE *file = g_fopen (path, "w");

  fputs (text, file);
  fclose (file);
  return NULL;
}

static void
test_pipe (Bed *bed, gconstpointer data)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  GThread *writer;
  gsize length;

  g_assert_cmpint (mkfifo (bed->path, 0600), ==, 0);
  assert_refused (omc_bounded_file_read_regular, bed->path, G_FILE_ERROR_INVAL, "Invalid");
  writer = g_thread_new ("writer", write_pipe, bed->path);
  g_assert_true (omc_bounded_file_read (bed->path, MAXIMUM, &content, &length, &error));
  g_thread_join (writer);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, MAXIMUM - 1);
}

static void
test_none (Bed *bed, gconstpointer data)
{
  for (gsize j = 0; j < G_N_ELEMENTS (READERS); j++)
    {
      assert_refused (READERS[j], bed->path, G_FILE_ERROR_NOENT, "No such file");
      assert_refused (READERS[j], bed->folder, G_FILE_ERROR_ISDIR, "directory");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/crypto/bounded-file/" path, Bed, NULL, set_up, function, tear_down)
  ADD ("up-to-the-limit-it-is-read-whole", test_up_to_the_limit);
  ADD ("beyond-it-nothing-is-taken", test_beyond_it);
  ADD ("what-never-ends-is-refused", test_endless);
  ADD ("a-pipe-is-read-when-somebody-named-it", test_pipe);
  ADD ("absent-files-and-folders-are-told", test_none);
#undef ADD

  return g_test_run ();
}
