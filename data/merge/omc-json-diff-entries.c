/* omc-json-diff-entries.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-json-diff.h"

#define MAX_PATH_LENGTH 64

char *
omc_json_diff_dup_reference (const OmcJsonValue *reference)
{
  const char *text = omc_json_value_get_string (omc_json_value_get (reference, "reference"));
  g_auto (GStrv) parts = NULL;
  guint n;

  if (!text)
    {
      const OmcJsonValue *identifier = omc_json_value_get (reference, "identifier");
      const char *value = omc_json_value_get_string (omc_json_value_get (identifier, "value"));
      const char *system = omc_json_value_get_string (omc_json_value_get (identifier, "system"));

      return value ? g_strdup_printf ("%s|%s", system ? system : "", value) : NULL;
    }
  if (g_str_has_prefix (text, "urn:") || *text == '#' || strchr (text, '?'))
    return g_strdup (text);
  parts = g_strsplit (text, "/", -1);
  n = g_strv_length (parts);
  for (guint i = n; i-- > 0;)
    if (i + 1 < n && omc_fhir_is_resource_type (parts[i]))
      return g_strdup_printf ("%s/%s", parts[i], parts[i + 1]);
  return g_strdup (text);
}

gboolean
omc_json_diff_same_reference (const OmcJsonValue *a, const OmcJsonValue *b)
{
  static const char *const ignored[] = { "reference", NULL };
  g_autofree char *name_a = NULL;
  g_autofree char *name_b = NULL;

  if (!omc_json_value_get_string (omc_json_value_get (a, "reference")) ||
      !omc_json_value_get_string (omc_json_value_get (b, "reference")) ||
      !omc_json_value_equal_except (a, b, ignored))
    return FALSE;
  name_a = omc_json_diff_dup_reference (a);
  name_b = omc_json_diff_dup_reference (b);
  return g_strcmp0 (name_a, name_b) == 0;
}

/* System and code of the first coding, or the text. */
static gboolean
append_concept (GString *key, const OmcJsonValue *concept, const char **shown)
{
  const OmcJsonValue *coding = omc_json_value_at (omc_json_value_get (concept, "coding"), 0);
  const char *code;
  const char *system;

  if (omc_json_value_get_kind (concept) == OMC_JSON_ARRAY)
    return append_concept (key, omc_json_value_at (concept, 0), shown);
  if (!coding && omc_json_value_get (concept, "code"))
    coding = concept; /* a Coding by itself */
  code = omc_json_value_get_string (omc_json_value_get (coding, "code"));
  system = omc_json_value_get_string (omc_json_value_get (coding, "system"));
  if (!code)
    {
      code = omc_json_value_get_string (omc_json_value_get (concept, "text"));
      system = "text";
    }
  if (!code)
    return FALSE;
  g_string_append_printf (key, "%s|%s", system ? system : "", code);
  *shown = code;
  return TRUE;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* A text that equal values share, whatever the order of their members. */
static void
append_whole (GString *key, const OmcJsonValue *value)
{
  OmcJsonKind kind = omc_json_value_get_kind (value);
  g_autoptr (GPtrArray) names = NULL;
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *member;

  if (kind == OMC_JSON_NUMBER)
    g_string_append_printf (key, "%.17g",
                            g_ascii_strtod (omc_json_value_get_number_text (value), NULL));
  else if (kind == OMC_JSON_ARRAY)
    for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
      {
        g_string_append_c (key, '[');
        append_whole (key, member);
      }
  else if (kind == OMC_JSON_OBJECT)
    {
      names = g_ptr_array_new ();
      for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &name, &member);)
        g_ptr_array_add (names, (gpointer)name);
      g_ptr_array_sort (names, compare_keys);
      for (guint i = 0; i < names->len; i++)
        {
          member = omc_json_value_get (value, g_ptr_array_index (names, i));
          if (omc_json_value_equal (member, NULL))
            continue;
          g_string_append_printf (key, "{%s:", (char *)g_ptr_array_index (names, i));
          append_whole (key, member);
        }
      g_string_append_c (key, '}');
    }
  else if (kind != OMC_JSON_ABSENT && kind != OMC_JSON_NULL)
    {
      g_autofree char *text = omc_json_value_to_string (value, FALSE, NULL);

      g_string_append (key, text);
    }
}

/* One part of a key; path has its mark ('#', '~', '*') already cut off. */
static gboolean
append_part (GString *key, const OmcJsonValue *value, char mark, char **shown)
{
  g_autofree char *text = NULL;
  const char *plain = NULL;

  if (!value)
    return FALSE;
  if (mark == '#')
    {
      if (!append_concept (key, value, &plain))
        return FALSE;
      *shown = g_strdup (plain);
      return TRUE;
    }
  if (mark == '~')
    text = omc_json_diff_dup_reference (value);
  else if (mark == '*')
    {
      append_whole (key, value);
      return TRUE;
    }
  else
    text = g_strdup (omc_json_value_get_string (value));
  if (!text)
    return FALSE;
  g_string_append (key, text);
  *shown = g_steal_pointer (&text);
  return TRUE;
}

/* "value[x]" finds the member of whatever type. */
static const OmcJsonValue *
pick (const OmcJsonValue *entry, const char *path)
{
  gsize length = strlen (path);
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *member;

  if (length == 0)
    return entry;
  if (!g_str_has_suffix (path, "[x]"))
    return omc_json_value_pick (entry, path);
  for (omc_json_iter_init (&iter, entry); omc_json_iter_next (&iter, &name, &member);)
    if (name && strncmp (name, path, length - 3) == 0)
      return member;
  return NULL;
}

static void
append_shown (GString *shown, const char *path, char mark, const char *value)
{
  gsize length = strcspn (path, ".");

  if (!value)
    return;
  if (shown->len)
    g_string_append_c (shown, ',');
  if (length > 0)
    g_string_append_len (shown, path, length);
  else
    g_string_append (shown, mark == '~' ? "reference" : "code");
  g_string_append_printf (shown, "=%s", value);
}

char *
omc_json_diff_dup_key (const OmcJsonValue *entry, const char *keys, gboolean extended, char **shown)
{
  g_autoptr (GString) key = g_string_sized_new (64);
  g_autoptr (GString) text = g_string_sized_new (64);
  gboolean found = FALSE;

  for (const char *word = keys; *word;)
    {
      gsize length = strcspn (word, ",;");
      char mark = length && strchr ("#~*", word[length - 1]) ? word[length - 1] : '\0';
      gsize path_length = length - (mark ? 1 : 0);
      char path[MAX_PATH_LENGTH];
      g_autofree char *value = NULL;

      g_assert (path_length < sizeof path);
      memcpy (path, word, path_length);
      path[path_length] = '\0';
      if (append_part (key, pick (entry, path), mark, &value))
        found = TRUE;
      append_shown (text, path, mark, value);
      g_string_append_c (key, '\x1f');
      word += length;
      if (*word == ';' && !extended)
        break;
      if (*word)
        word++;
    }
  if (!found)
    return NULL;
  if (shown)
    *shown = g_string_free_and_steal (g_steal_pointer (&text));
  return g_string_free_and_steal (g_steal_pointer (&key));
}

static void
diff_entry_free (OmcDiffEntry *entry)
{
  g_free (entry->key);
  g_free (entry->shown);
  g_free (entry);
}

/* Element ids that each of the three arrays has exactly once: (owned) */
static GHashTable *
find_shared_ids (const OmcTriple *arrays)
{
  GHashTable *seen = NULL;
  GHashTableIter table_iter;
  gpointer mask;

  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      OmcJsonIter iter;
      const OmcJsonValue *entry;

      for (omc_json_iter_init (&iter, arrays->side[side]);
           omc_json_iter_next (&iter, NULL, &entry);)
        {
          const char *id = omc_json_value_get_string (omc_json_value_get (entry, "id"));
          guint bits;

          if (!id)
            continue;
          if (!seen)
            seen = g_hash_table_new (g_str_hash, g_str_equal);
          bits = GPOINTER_TO_UINT (g_hash_table_lookup (seen, id));
          bits |= (bits & (1u << side)) ? 8u : 1u << side;
          g_hash_table_insert (seen, (gpointer)id, GUINT_TO_POINTER (bits));
        }
    }
  if (!seen)
    return NULL;
  g_hash_table_iter_init (&table_iter, seen);
  while (g_hash_table_iter_next (&table_iter, NULL, &mask))
    if (GPOINTER_TO_UINT (mask) != 7)
      g_hash_table_iter_remove (&table_iter);
  return seen;
}

typedef struct
{
  GPtrArray *entries; /* (owned) (element-type OmcDiffEntry) */
  GHashTable *by_key; /* (owned): borrows keys and entries */
  GHashTable *ids;    /* (owned) (nullable) */
  const char *keys;
  gboolean extended;
} Pairing;

static gboolean
add_entry (Pairing *pairing, OmcSide side, const OmcJsonValue *value)
{
  const char *id = omc_json_value_get_string (omc_json_value_get (value, "id"));
  g_autofree char *key = NULL;
  g_autofree char *shown = NULL;
  OmcDiffEntry *entry;

  if (id && pairing->ids && g_hash_table_contains (pairing->ids, id))
    {
      key = g_strconcat ("id=", id, NULL);
      shown = g_strdup (key);
    }
  else
    key = omc_json_diff_dup_key (value, pairing->keys, pairing->extended, &shown);
  if (!key)
    return FALSE;
  entry = g_hash_table_lookup (pairing->by_key, key);
  if (entry && entry->values.side[side])
    return FALSE;
  if (!entry)
    {
      entry = g_new0 (OmcDiffEntry, 1);
      entry->key = g_steal_pointer (&key);
      entry->shown = g_steal_pointer (&shown);
      g_ptr_array_add (pairing->entries, entry);
      g_hash_table_insert (pairing->by_key, entry->key, entry);
    }
  entry->values.side[side] = value;
  return TRUE;
}

static GPtrArray *
pair_entries (const OmcTriple *arrays,
              const char *keys,
              OmcSide first,
              gboolean extended,
              GHashTable *ids)
{
  const OmcSide order[] = { first, first == OMC_SIDE_LOCAL ? OMC_SIDE_REMOTE : OMC_SIDE_LOCAL,
                            OMC_SIDE_BASE };
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify)diff_entry_free);
  g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);
  Pairing pairing = { entries, by_key, ids, keys, extended };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      OmcJsonIter iter;
      const OmcJsonValue *value;

      for (omc_json_iter_init (&iter, arrays->side[order[i]]);
           omc_json_iter_next (&iter, NULL, &value);)
        if (!add_entry (&pairing, order[i], value))
          return NULL;
    }
  return g_steal_pointer (&entries);
}

GPtrArray *
omc_json_diff_entries (const OmcTriple *arrays, const char *keys, OmcSide first)
{
  g_autoptr (GHashTable) ids = NULL;
  GPtrArray *entries;

  for (int side = 0; side < OMC_N_SIDES; side++)
    if (arrays->side[side] && omc_json_value_get_kind (arrays->side[side]) != OMC_JSON_ARRAY)
      return NULL;
  ids = find_shared_ids (arrays);
  entries = pair_entries (arrays, keys, first, FALSE, ids);
  if (!entries && strchr (keys, ';'))
    entries = pair_entries (arrays, keys, first, TRUE, ids);
  for (guint i = 0; entries && i < entries->len; i++)
    {
      OmcDiffEntry *entry = g_ptr_array_index (entries, i);

      entry->change = omc_json_diff_change (&entry->values);
    }
  return entries;
}
