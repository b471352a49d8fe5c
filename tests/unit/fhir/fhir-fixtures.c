/* fhir-fixtures.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "fhir-fixtures.h"
#include "omc-test-fixtures.h"

static GBytes *
load (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_file_load_bytes (file, NULL, NULL, &error);

  g_assert_no_error (error);
  if (g_str_has_suffix (path, ".gz"))
    {
      g_autoptr (GConverter) unzip =
          G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      g_autoptr (GBytes) packed = g_steal_pointer (&bytes);

      bytes = g_converter_convert_bytes (unzip, packed, &error);
      g_assert_no_error (error);
    }

  return bytes;
}

static void
visit_file (const char *root, const char *name, FhirFixtureFunc func, gpointer user_data)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autoptr (GBytes) bytes = load (path);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (!strstr (name, ".ndjson"))
    {
      func (name, text, length, user_data);
      return;
    }
  for (const char *line = text, *end; line < text + length; line = end + 1)
    {
      end = memchr (line, '\n', text + length - line);
      if (!end)
        end = text + length;
      if (end > line)
        func (name, line, end - line, user_data);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
visit_folder (const char *root, const char *folder, FhirFixtureFunc func, gpointer user_data)
{
  g_autofree char *path = g_build_filename (root, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *child = g_build_filename (root, names->pdata[i], NULL);

      name = names->pdata[i];
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        visit_folder (root, name, func, user_data);
      else if (strstr (name, ".json") || strstr (name, ".ndjson"))
        visit_file (root, name, func, user_data);
    }
}

gboolean
fhir_fixtures_foreach (const char *folder, FhirFixtureFunc func, gpointer user_data)
{
  g_autofree char *root = omc_test_dup_fixtures (NULL);

  if (root == NULL)
    return FALSE;
  visit_folder (root, folder ? folder : ".", func, user_data);

  return TRUE;
}
