/* omc-merge-union.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-merge-union.h"

#define CONFIDENTIALITY "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

static guint
hash_number (const char *text)
{
  double number = g_ascii_strtod (text, NULL);

  return number == 0 ? 1 : g_double_hash (&number) | 1;
}

/* Equal values have equal hashes: order does not count, and what is empty has none. */
static guint
hash_deep (const OmcJsonValue *value)
{
  const char *text = omc_json_value_get_string (value);
  const char *number = omc_json_value_get_number_text (value);
  OmcJsonIter iter;
  const char *key;
  const OmcJsonValue *member;
  guint hash = 0;

  if (text)
    return *text ? g_str_hash (text) : 0;
  if (number)
    return hash_number (number);
  if (omc_json_value_get_kind (value) == OMC_JSON_BOOLEAN)
    return omc_json_value_get_boolean (value, FALSE) ? 3 : 5;
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &key, &member);)
    hash += hash_deep (member) * (key ? g_str_hash (key) | 1 : 31);
  return hash;
}

static guint
hash_value (gconstpointer data)
{
  g_autofree char *reference =
      omc_json_value_get (data, "reference") ? omc_json_diff_dup_reference (data) : NULL;

  return reference ? g_str_hash (reference) : hash_deep (data);
}

static gboolean
equal_values (gconstpointer a, gconstpointer b)
{
  return omc_json_value_equal (a, b) || omc_json_diff_same_reference (a, b);
}

static GHashTable *
new_value_set (void)
{
  return g_hash_table_new (hash_value, equal_values);
}

static GHashTable *
make_set (const OmcJsonValue *array)
{
  GHashTable *set = new_value_set ();
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, array); omc_json_iter_next (&iter, NULL, &member);)
    g_hash_table_add (set, (gpointer)member);
  return set;
}

/* Entries of array that the set lacks, by their key; a key that occurs twice leads nowhere: (owned) */
static GHashTable *
index_unknown (const OmcJsonValue *array, GHashTable *set, const char *keys, gboolean keyless)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, array); omc_json_iter_next (&iter, NULL, &member);)
    {
      char *key;

      if (g_hash_table_contains (set, member))
        continue;
      key = omc_json_diff_dup_key (member, keys, TRUE, NULL);
      if (!key && !keyless)
        continue;
      if (!key)
        key = g_strdup ("");
      if (g_hash_table_contains (index, key))
        g_hash_table_insert (index, key, NULL);
      else
        g_hash_table_insert (index, key, (gpointer)member);
    }
  return index;
}

/* Old wording -> new wording by one side: (owned) */
static GHashTable *
find_rewordings (const OmcJsonValue *base,
                 GHashTable *base_set,
                 const OmcJsonValue *side,
                 GHashTable *side_set,
                 const char *keys,
                 gboolean keyless)
{
  GHashTable *rewordings = new_value_set ();
  g_autoptr (GHashTable) gone = NULL;
  g_autoptr (GHashTable) fresh = NULL;
  GHashTableIter iter;
  gpointer key;
  gpointer old;

  if (!keys)
    return rewordings;
  gone = index_unknown (base, side_set, keys, keyless);
  fresh = index_unknown (side, base_set, keys, keyless);
  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &key, &old))
    {
      gpointer wording = g_hash_table_lookup (fresh, key);

      if (old && wording)
        g_hash_table_insert (rewordings, old, wording);
    }
  return rewordings;
}

typedef struct
{
  OmcJsonBuilder *builder;
  OmcJsonNode *array;
  GHashTable *emitted;                /* (owned) */
  GHashTable *set[OMC_N_SIDES];       /* (owned) */
  GHashTable *rewording[OMC_N_SIDES]; /* (owned): base has none */
} Union;

static void
emit (Union *self, const OmcJsonValue *value)
{
  if (g_hash_table_add (self->emitted, (gpointer)value))
    omc_json_node_append (self->builder, self->array, omc_json_builder_copy (self->builder, value));
}

/* Does the original stay beside what became of it? Only if one side re-worded it and the other left it alone, or
 * both did the same to it, does it go. */
static gboolean
original_stays (Union *self, const OmcJsonValue *original)
{
  gpointer wording[OMC_N_SIDES];
  gboolean has[OMC_N_SIDES];

  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES; side++)
    {
      wording[side] = g_hash_table_lookup (self->rewording[side], original);
      has[side] = g_hash_table_contains (self->set[side], original);
    }
  if (has[OMC_SIDE_LOCAL])
    return wording[OMC_SIDE_REMOTE] == NULL;
  if (has[OMC_SIDE_REMOTE])
    return wording[OMC_SIDE_LOCAL] == NULL;
  return !wording[OMC_SIDE_LOCAL] ||
         !omc_json_value_equal (wording[OMC_SIDE_LOCAL], wording[OMC_SIDE_REMOTE]);
}

static void
emit_all (Union *self, const OmcJsonValue *array, OmcSide side)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, array); omc_json_iter_next (&iter, NULL, &member);)
    {
      if (!g_hash_table_contains (self->set[OMC_SIDE_BASE], member))
        emit (self, member);
      else if (original_stays (self, member))
        emit (self, member);
      else
        {
          gpointer wording = g_hash_table_lookup (
              self->rewording[side == OMC_SIDE_REMOTE ? OMC_SIDE_LOCAL : OMC_SIDE_REMOTE], member);

          if (wording)
            emit (self, wording);
        }
    }
}

static const char *
confidentiality (const OmcJsonValue *coding)
{
  if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (coding, "system")),
                 CONFIDENTIALITY) != 0)
    return NULL;
  return omc_json_value_get_string (omc_json_value_get (coding, "code"));
}

/* Of several confidentiality labels only the most restrictive holds. */
static void
keep_most_restrictive (OmcJsonNode *array)
{
  static const char order[] = "ULMNRV";
  const char *best = NULL;

  for (int pass = 0; pass < 2; pass++)
    for (gsize i = 0; i < omc_json_node_get_size (array);)
      {
        OmcJsonNode *coding = omc_json_node_at (array, i);
        const char *system = omc_json_node_get_string (omc_json_node_get (coding, "system"));
        const char *code = omc_json_node_get_string (omc_json_node_get (coding, "code"));
        const char *place = code && *code && !code[1] ? strchr (order, *code) : NULL;

        if (g_strcmp0 (system, CONFIDENTIALITY) != 0 || !place)
          i++;
        else if (pass == 0)
          {
            best = MAX (best, place);
            i++;
          }
        else if (place < best)
          omc_json_node_remove_at (array, i);
        else
          i++;
      }
}

static gboolean
are_arrays (const OmcTriple *arrays)
{
  for (int side = 0; side < OMC_N_SIDES; side++)
    if (arrays->side[side] && omc_json_value_get_kind (arrays->side[side]) != OMC_JSON_ARRAY)
      return FALSE;
  return TRUE;
}

gboolean
omc_merge_union_drops (const OmcTriple *arrays, const char *keys)
{
  const OmcJsonValue *base = arrays->side[OMC_SIDE_BASE];
  g_autoptr (GHashTable) base_set = make_set (base);
  gboolean drops = FALSE;

  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES && are_arrays (arrays) && !drops; side++)
    {
      g_autoptr (GHashTable) set = make_set (arrays->side[side]);
      g_autoptr (GHashTable) rewordings =
          find_rewordings (base, base_set, arrays->side[side], set, keys, TRUE);
      OmcJsonIter iter;
      const OmcJsonValue *member;

      for (omc_json_iter_init (&iter, base); omc_json_iter_next (&iter, NULL, &member);)
        drops = drops ||
                (!g_hash_table_contains (set, member) && !g_hash_table_lookup (rewordings, member));
    }
  return drops;
}

OmcJsonNode *
omc_merge_union_append (OmcJsonBuilder *builder, const OmcTriple *arrays, const char *keys)
{
  Union self = { builder, omc_json_builder_array (builder), NULL };
  OmcChange sides = omc_json_diff_change (arrays) & OMC_CHANGE_BOTH;
  gboolean labels = FALSE;
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (!are_arrays (arrays))
    return NULL;
  self.emitted = new_value_set ();
  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      self.set[side] = make_set (arrays->side[side]);
      for (omc_json_iter_init (&iter, arrays->side[side]);
           omc_json_iter_next (&iter, NULL, &member);)
        labels = labels || confidentiality (member);
    }
  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES; side++)
    self.rewording[side] =
        find_rewordings (arrays->side[OMC_SIDE_BASE], self.set[OMC_SIDE_BASE], arrays->side[side],
                         self.set[side], keys, sides != OMC_CHANGE_BOTH);

  emit_all (&self, arrays->side[OMC_SIDE_REMOTE], OMC_SIDE_REMOTE);
  for (omc_json_iter_init (&iter, arrays->side[OMC_SIDE_BASE]);
       omc_json_iter_next (&iter, NULL, &member);)
    if (!g_hash_table_contains (self.set[OMC_SIDE_REMOTE], member) &&
        original_stays (&self, member))
      emit (&self, member);
  emit_all (&self, arrays->side[OMC_SIDE_LOCAL], OMC_SIDE_LOCAL);
  if (labels)
    keep_most_restrictive (self.array);

  g_hash_table_unref (self.emitted);
  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      g_hash_table_unref (self.set[side]);
      g_clear_pointer (&self.rewording[side], g_hash_table_unref);
    }
  return self.array;
}

static gboolean
includes_all (GHashTable *set, const OmcJsonValue *array)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, array); omc_json_iter_next (&iter, NULL, &member);)
    if (!g_hash_table_contains (set, member))
      return FALSE;
  return TRUE;
}

OmcJsonNode *
omc_merge_union_set (OmcJsonBuilder *builder, const OmcTriple *arrays)
{
  const OmcJsonValue *base = arrays->side[OMC_SIDE_BASE];
  const OmcJsonValue *local = arrays->side[OMC_SIDE_LOCAL];
  const OmcJsonValue *remote = arrays->side[OMC_SIDE_REMOTE];
  g_autoptr (GHashTable) local_set = make_set (local);
  g_autoptr (GHashTable) remote_set = make_set (remote);
  OmcJsonNode *array;
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if ((local && omc_json_value_get_kind (local) != OMC_JSON_ARRAY) ||
      (remote && omc_json_value_get_kind (remote) != OMC_JSON_ARRAY) ||
      !includes_all (local_set, base) || !includes_all (remote_set, base))
    return NULL;
  array = omc_json_builder_array (builder);
  for (omc_json_iter_init (&iter, remote); omc_json_iter_next (&iter, NULL, &member);)
    omc_json_node_append (builder, array, omc_json_builder_copy (builder, member));
  for (omc_json_iter_init (&iter, local); omc_json_iter_next (&iter, NULL, &member);)
    if (!g_hash_table_contains (remote_set, member))
      omc_json_node_append (builder, array, omc_json_builder_copy (builder, member));
  return array;
}

#define MAX_CODINGS 32

/* Translations of both sides into the same system that say different things contradict each other. */
static gboolean
translations_contradict (const OmcTriple *codings)
{
  OmcJsonIter local_iter;
  OmcJsonIter remote_iter;
  const OmcJsonValue *local;
  const OmcJsonValue *remote;

  omc_json_iter_init (&local_iter, codings->side[OMC_SIDE_LOCAL]);
  while (omc_json_iter_next (&local_iter, NULL, &local))
    {
      if (omc_json_diff_contains (codings->side[OMC_SIDE_BASE], local))
        continue;
      omc_json_iter_init (&remote_iter, codings->side[OMC_SIDE_REMOTE]);
      while (omc_json_iter_next (&remote_iter, NULL, &remote))
        if (!omc_json_diff_contains (codings->side[OMC_SIDE_BASE], remote) &&
            omc_json_value_equal (omc_json_value_get (local, "system"),
                                  omc_json_value_get (remote, "system")) &&
            !omc_json_value_equal (local, remote))
          return TRUE;
    }
  return FALSE;
}

gboolean
omc_merge_only_adds_codings (const OmcTriple *concepts)
{
  const OmcJsonValue *codings = omc_json_value_get (concepts->side[OMC_SIDE_BASE], "coding");
  static const char *const ignored[] = { "coding", NULL };

  if (omc_json_value_get_size (codings) == 0 || omc_json_value_get_kind (codings) != OMC_JSON_ARRAY)
    return FALSE;
  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES; side++)
    {
      const OmcJsonValue *concept = concepts->side[side];
      const OmcJsonValue *known = omc_json_value_get (concept, "coding");
      g_autoptr (GHashTable) set = NULL;
      OmcJsonIter iter;
      const OmcJsonValue *coding;

      if (!omc_json_value_equal_except (concepts->side[OMC_SIDE_BASE], concept, ignored) ||
          !omc_json_value_equal (omc_json_value_at (codings, 0), omc_json_value_at (known, 0)))
        return FALSE;
      set = make_set (known);
      for (omc_json_iter_init (&iter, codings); omc_json_iter_next (&iter, NULL, &coding);)
        if (!g_hash_table_contains (set, coding))
          return FALSE;
    }
  return TRUE;
}

OmcJsonNode *
omc_merge_union_concept (OmcJsonBuilder *builder, const OmcTriple *concepts)
{
  const OmcJsonValue *base = concepts->side[OMC_SIDE_BASE];
  OmcTriple codings = { { NULL } };
  OmcJsonNode *united;
  OmcJsonNode *node;
  g_autoptr (GArray) members = NULL;

  for (int side = 0; side < OMC_N_SIDES; side++)
    codings.side[side] = omc_json_value_get (concepts->side[side], "coding");
  if (omc_json_value_get_size (codings.side[OMC_SIDE_BASE]) == 0 ||
      omc_json_value_get_kind (codings.side[OMC_SIDE_BASE]) != OMC_JSON_ARRAY)
    return NULL;
  members = omc_json_diff_members (concepts);
  for (guint i = 0; i < members->len; i++)
    {
      OmcDiffMember *member = &g_array_index (members, OmcDiffMember, i);

      if (member->change != OMC_CHANGE_NONE && strcmp (member->name, "coding") != 0)
        return NULL;
    }
  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES; side++)
    if (!omc_json_value_equal (omc_json_value_at (codings.side[OMC_SIDE_BASE], 0),
                               omc_json_value_at (codings.side[side], 0)))
      return NULL;
  for (int side = 0; side < OMC_N_SIDES; side++)
    if (omc_json_value_get_size (codings.side[side]) > MAX_CODINGS)
      return NULL;
  if (translations_contradict (&codings))
    return NULL;
  united = omc_merge_union_set (builder, &codings);
  if (!united)
    return NULL;
  node = omc_json_builder_copy (builder, base);
  omc_json_node_set (builder, node, "coding", united);
  return node;
}
