/* omc-json-diff.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <yyjson.h>

#include "omc-json-diff.h"

OmcChange
omc_json_diff_change (const OmcTriple *values)
{
  const OmcJsonValue *base = values->side[OMC_SIDE_BASE];
  const OmcJsonValue *local = values->side[OMC_SIDE_LOCAL];
  const OmcJsonValue *remote = values->side[OMC_SIDE_REMOTE];
  OmcChange change = OMC_CHANGE_NONE;

  if (omc_json_value_equal (local, remote))
    return omc_json_value_equal (base, local) ? OMC_CHANGE_NONE : OMC_CHANGE_BOTH;
  if (!omc_json_value_equal (base, local))
    change |= OMC_CHANGE_LOCAL;
  if (!omc_json_value_equal (base, remote))
    change |= OMC_CHANGE_REMOTE;
  return change | OMC_CHANGE_DIFFER;
}

/* Open addressing over the names of the members: three objects of n members take O(n), also hostile ones. */
typedef struct
{
  guint *places; /* (owned): index + 1 into members */
  gsize mask;
  GArray *members;
} NameIndex;

static guint
hash_name (const char *name, gsize length)
{
  guint hash = 2166136261u;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar)name[i]) * 16777619u;
  return hash;
}

static OmcDiffMember *
find_or_add_member (NameIndex *index, yyjson_val *key)
{
  const char *name = yyjson_get_str (key);
  gsize place = hash_name (name, yyjson_get_len (key)) & index->mask;
  OmcDiffMember added = { name, { { NULL } }, OMC_CHANGE_NONE };

  while (index->places[place])
    {
      OmcDiffMember *member =
          &g_array_index (index->members, OmcDiffMember, index->places[place] - 1);

      if (strcmp (member->name, name) == 0)
        return member;
      place = (place + 1) & index->mask;
    }
  g_array_append_val (index->members, added);
  index->places[place] = index->members->len;
  return &g_array_index (index->members, OmcDiffMember, index->members->len - 1);
}

GArray *
omc_json_diff_members (const OmcTriple *objects)
{
  static const OmcSide order[] = { OMC_SIDE_REMOTE, OMC_SIDE_LOCAL, OMC_SIDE_BASE };
  NameIndex index = { NULL, 15, NULL };
  gsize total = 0;

  for (int side = 0; side < OMC_N_SIDES; side++)
    total += omc_json_value_get_size (objects->side[side]);
  while (index.mask < 2 * total)
    index.mask = 2 * index.mask + 1;
  index.places = g_new0 (guint, index.mask + 1);
  index.members = g_array_sized_new (FALSE, FALSE, sizeof (OmcDiffMember), total / 2 + 4);

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      yyjson_obj_iter iter;
      yyjson_val *key;

      if (omc_json_value_get_kind (objects->side[order[i]]) != OMC_JSON_OBJECT)
        continue;
      yyjson_obj_iter_init ((yyjson_val *)objects->side[order[i]], &iter);
      while ((key = yyjson_obj_iter_next (&iter)))
        find_or_add_member (&index, key)->values.side[order[i]] = yyjson_obj_iter_get_val (key);
    }
  for (guint i = 0; i < index.members->len; i++)
    {
      OmcDiffMember *member = &g_array_index (index.members, OmcDiffMember, i);

      member->change = omc_json_diff_change (&member->values);
    }

  g_free (index.places);
  return index.members;
}

/* The place of the last written digit behind the point: 2 for 37.00 and 3.700e1, also for 0.00. */
static double
last_place (const char *number)
{
  const char *point = strchr (number, '.');
  const char *exponent = strpbrk (number, "eE");
  double places = point ? strspn (point + 1, "0123456789") : 0;

  return exponent ? places - g_ascii_strtod (exponent + 1, NULL) : places;
}

static OmcJsonNode *
copy_precise_object (OmcJsonBuilder *builder, const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonNode *node = omc_json_builder_object (builder);
  OmcTriple both = { { NULL, a, b } };
  g_autoptr (GArray) members = omc_json_diff_members (&both);

  for (guint i = 0; i < members->len; i++)
    {
      OmcDiffMember *member = &g_array_index (members, OmcDiffMember, i);

      if (member->values.side[OMC_SIDE_REMOTE])
        yyjson_mut_obj_add (node, omc_json_builder_string (builder, member->name),
                            omc_json_diff_copy_precise (builder,
                                                        member->values.side[OMC_SIDE_LOCAL],
                                                        member->values.side[OMC_SIDE_REMOTE]));
    }
  return node;
}

static OmcJsonNode *
copy_precise_array (OmcJsonBuilder *builder, const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonNode *node = omc_json_builder_array (builder);
  OmcJsonIter iter_a;
  OmcJsonIter iter_b;
  const OmcJsonValue *member_a;
  const OmcJsonValue *member_b;

  omc_json_iter_init (&iter_a, a);
  omc_json_iter_init (&iter_b, b);
  while (omc_json_iter_next (&iter_b, NULL, &member_b))
    {
      if (!omc_json_iter_next (&iter_a, NULL, &member_a))
        member_a = member_b;
      omc_json_node_append (builder, node,
                            omc_json_diff_copy_precise (builder, member_a, member_b));
    }
  return node;
}

OmcJsonNode *
omc_json_diff_copy_precise (OmcJsonBuilder *builder, const OmcJsonValue *a, const OmcJsonValue *b)
{
  OmcJsonKind kind = omc_json_value_get_kind (b);

  if (a == b || omc_json_value_get_kind (a) != kind || omc_json_value_identical (a, b))
    return omc_json_builder_copy (builder, b);
  if (kind == OMC_JSON_NUMBER)
    {
      double place_a = last_place (omc_json_value_get_number_text (a));
      double place_b = last_place (omc_json_value_get_number_text (b));

      return omc_json_builder_copy (builder, place_a > place_b ? a : b);
    }
  if (kind == OMC_JSON_OBJECT)
    return copy_precise_object (builder, a, b);
  if (kind == OMC_JSON_ARRAY && omc_json_value_get_size (a) == omc_json_value_get_size (b))
    return copy_precise_array (builder, a, b);
  return omc_json_builder_copy (builder, b);
}

gboolean
omc_json_diff_contains (const OmcJsonValue *array, const OmcJsonValue *value)
{
  OmcJsonIter iter;
  const OmcJsonValue *member;

  for (omc_json_iter_init (&iter, array); omc_json_iter_next (&iter, NULL, &member);)
    if (omc_json_value_equal (member, value))
      return TRUE;
  return FALSE;
}
