/* merge-test-lib.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "merge-test-lib.h"

char *
merge_test_dup_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "data", "merge", NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
merge_test_list_cases (void)
{
  g_autofree char *folder = merge_test_dup_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

OmcResource *
merge_test_parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (json, -1, &error);

  g_assert_no_error (error);
  return resource;
}

OmcResource *
merge_test_load (const char *name, const char *version)
{
  g_autofree char *folder = merge_test_dup_folder ();
  g_autofree char *file = g_strconcat (version, ".json", NULL);
  g_autofree char *path = g_build_filename (folder, name, file, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return merge_test_parse (text);
}

OmcMergeResult *
merge_test_merge (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (GError) error = NULL;
  OmcMergeResult *result = omc_merge3 (base, local, remote, OMC_MERGE_STRATEGY_MERGE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

const OmcMergeHunk *
merge_test_find_hunk (OmcMergeResult *result, const char *path)
{
  for (guint i = 0; i < omc_merge_result_get_n_hunks (result); i++)
    if (strcmp (omc_merge_result_get_hunk (result, i)->path, path) == 0)
      return omc_merge_result_get_hunk (result, i);
  return NULL;
}

/* --- random edits --- */

typedef struct
{
  OmcJsonBuilder *builder;
  GRand *rand;
  double chance;
} Mutation;

/* Elements that say what a value is, not what it says: an edit there makes another resource. */
static gboolean
is_structure (const char *key)
{
  static const char *const names[] = { "resourceType", "id",    "meta",      "subject",
                                       "patient",      "for",   "contained", "reference",
                                       "url",          "actor", "text",      NULL };

  return key && g_strv_contains (names, key);
}

static gboolean
hit (Mutation *self)
{
  return g_rand_double (self->rand) < self->chance;
}

static OmcJsonNode *mutate (Mutation *self, const OmcJsonValue *value, const char *key);

static OmcJsonNode *
mutate_leaf (Mutation *self, const OmcJsonValue *value)
{
  const char *number = omc_json_value_get_number_text (value);
  const char *text = omc_json_value_get_string (value);
  g_autofree char *changed = NULL;

  if (text)
    changed = g_strdup_printf ("%s%d", text, g_rand_int_range (self->rand, 0, 1000));
  else if (number && !strpbrk (number, "eE"))
    changed = g_strdup_printf ("%s%s%d", number, strchr (number, '.') ? "" : ".",
                               g_rand_int_range (self->rand, 1, 10));
  if (text)
    return omc_json_builder_string (self->builder, changed);
  if (changed)
    return omc_json_builder_number (self->builder, changed);
  if (omc_json_value_get_kind (value) == OMC_JSON_BOOLEAN)
    return omc_json_builder_boolean (self->builder, !omc_json_value_get_boolean (value, FALSE));
  return omc_json_builder_copy (self->builder, value);
}

static OmcJsonNode *
mutate_array (Mutation *self, const OmcJsonValue *value)
{
  OmcJsonNode *node = omc_json_builder_array (self->builder);
  double chance = self->chance;
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
    {
      if (!hit (self))
        omc_json_node_append (self->builder, node, mutate (self, member, NULL));
      if (hit (self))
        {
          self->chance = 0.7;
          omc_json_node_append (self->builder, node, mutate (self, member, NULL));
          self->chance = chance;
        }
    }
  return node;
}

static OmcJsonNode *
mutate (Mutation *self, const OmcJsonValue *value, const char *key)
{
  OmcJsonNode *node;
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *member;

  if (is_structure (key))
    return omc_json_builder_copy (self->builder, value);
  if (omc_json_value_get_kind (value) == OMC_JSON_ARRAY)
    return mutate_array (self, value);
  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return hit (self) ? mutate_leaf (self, value) : omc_json_builder_copy (self->builder, value);
  node = omc_json_builder_object (self->builder);
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &name, &member);)
    if (is_structure (name) || g_rand_double (self->rand) >= self->chance / 4)
      omc_json_node_set (self->builder, node, name, mutate (self, member, name));
  return node;
}

static guint
count_leaves (const OmcJsonValue *value)
{
  guint n = 0;
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (omc_json_value_get_kind (value) < OMC_JSON_ARRAY)
    return 1;
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
    n += count_leaves (member);
  return n;
}

OmcResource *
merge_test_mutate (OmcResource *resource, GRand *rand, guint n_edits)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  const OmcJsonValue *root = omc_resource_get_root (resource);
  Mutation self = { builder, rand, (double)n_edits / MAX (count_leaves (root), 1) };
  g_autoptr (OmcJson) json = omc_json_builder_end (builder, mutate (&self, root, NULL));
  g_autoptr (GError) error = NULL;
  OmcResource *mutated = omc_resource_new (json, &error);

  g_assert_no_error (error);
  return mutated;
}
