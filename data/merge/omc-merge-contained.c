/* omc-merge-contained.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <yyjson.h>

#include "omc-merge-contained.h"

/* Contained resources by id: (owned) */
static GHashTable *
index_contained (OmcResource *resource)
{
  GHashTable *index = g_hash_table_new (g_str_hash, g_str_equal);
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (!resource)
    return index;
  omc_json_iter_init (&iter, omc_json_value_get (omc_resource_get_root (resource), "contained"));
  while (omc_json_iter_next (&iter, NULL, &member))
    {
      const char *id = omc_json_value_get_string (omc_json_value_get (member, "id"));

      if (id)
        g_hash_table_insert (index, (gpointer)id, (gpointer)member);
    }
  return index;
}

/* --- renumbering --- */

/* new_ids: old id -> new id of contained resources */
static OmcJsonNode *
copy_renamed (OmcJsonBuilder *builder,
              const OmcJsonValue *value,
              const char *key,
              GHashTable *new_ids)
{
  const char *text = omc_json_value_get_string (value);
  OmcJsonNode *node;
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *member;

  if (text && *text == '#' && g_strcmp0 (key, "reference") == 0)
    {
      const char *id = g_hash_table_lookup (new_ids, text + 1);
      g_autofree char *reference = id ? g_strconcat ("#", id, NULL) : NULL;

      return omc_json_builder_string (builder, id ? reference : text);
    }
  if (omc_json_value_get_kind (value) == OMC_JSON_ARRAY)
    {
      node = omc_json_builder_array (builder);
      for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
        {
          OmcJsonNode *copy = copy_renamed (builder, member, NULL, new_ids);
          const char *id = g_strcmp0 (key, "contained") == 0
                               ? omc_json_value_get_string (omc_json_value_get (member, "id"))
                               : NULL;

          if (id && g_hash_table_contains (new_ids, id))
            omc_json_node_set_string (builder, copy, "id", g_hash_table_lookup (new_ids, id));
          omc_json_node_append (builder, node, copy);
        }
      return node;
    }
  if (omc_json_value_get_kind (value) != OMC_JSON_OBJECT)
    return omc_json_builder_copy (builder, value);
  node = omc_json_builder_object (builder);
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, &name, &member);)
    yyjson_mut_obj_add (node, omc_json_builder_string (builder, name),
                        copy_renamed (builder, member, name, new_ids));
  return node;
}

static char *
free_id (GHashTable *local, GHashTable *remote, const char *id)
{
  for (guint i = 2;; i++)
    {
      g_autofree char *candidate = g_strdup_printf ("%s-%u", id, i);

      if (!g_hash_table_contains (local, candidate) && !g_hash_table_contains (remote, candidate))
        return g_steal_pointer (&candidate);
    }
}

/* Ids that both sides gave to different new resources -> new ids for those of local: (owned) */
static GHashTable *
find_clashes (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  GHashTable *new_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) in_base = index_contained (base);
  g_autoptr (GHashTable) in_local = index_contained (local);
  g_autoptr (GHashTable) in_remote = index_contained (remote);
  GHashTableIter iter;
  gpointer id;
  gpointer member;

  g_hash_table_iter_init (&iter, in_local);
  while (g_hash_table_iter_next (&iter, &id, &member))
    {
      const OmcJsonValue *other = g_hash_table_lookup (in_remote, id);

      if (other && !g_hash_table_contains (in_base, id) && !omc_json_value_equal (member, other))
        g_hash_table_insert (new_ids, g_strdup (id), free_id (in_local, in_remote, id));
    }
  return new_ids;
}

OmcResource *
omc_merge_contained_renumber (OmcResource *base, OmcResource *local, OmcResource *remote)
{
  g_autoptr (GHashTable) new_ids = NULL;
  g_autoptr (OmcJsonBuilder) builder = NULL;
  g_autoptr (OmcJson) json = NULL;
  OmcResource *renamed;

  if (!omc_json_value_get (omc_resource_get_root (local), "contained") ||
      !omc_json_value_get (omc_resource_get_root (remote), "contained"))
    return omc_resource_ref (local);
  new_ids = find_clashes (base, local, remote);
  if (g_hash_table_size (new_ids) == 0)
    return omc_resource_ref (local);
  builder = omc_json_builder_new ();
  json = omc_json_builder_end (
      builder, copy_renamed (builder, omc_resource_get_root (local), NULL, new_ids));
  renamed = omc_resource_new (json, NULL);
  return renamed ? renamed : omc_resource_ref (local);
}

/* --- repairing --- */

static void
collect_references (OmcJsonNode *node, GHashTable *ids)
{
  yyjson_mut_val *key;
  yyjson_mut_val *member;
  yyjson_mut_obj_iter object;
  yyjson_mut_arr_iter array;

  if (yyjson_mut_is_obj (node))
    {
      yyjson_mut_obj_iter_init (node, &object);
      while ((key = yyjson_mut_obj_iter_next (&object)))
        {
          const char *text;

          member = yyjson_mut_obj_iter_get_val (key);
          text = yyjson_mut_get_str (member);
          if (text && *text == '#') /* canonicals refer like references do */
            g_hash_table_add (ids, (gpointer)(text + 1));
          else if (yyjson_mut_is_ctn (member))
            collect_references (member, ids);
        }
    }
  else if (yyjson_mut_is_arr (node))
    {
      yyjson_mut_arr_iter_init (node, &array);
      while ((member = yyjson_mut_arr_iter_next (&array)))
        {
          const char *text = yyjson_mut_get_str (member);

          if (text && *text == '#')
            g_hash_table_add (ids, (gpointer)(text + 1));
          else if (yyjson_mut_is_ctn (member))
            collect_references (member, ids);
        }
    }
}

static void
collect_in_document (const OmcJsonValue *value, GHashTable *ids)
{
  const char *text = omc_json_value_get_string (value);
  OmcJsonIter iter;
  const OmcJsonValue *member;

  if (text && *text == '#')
    g_hash_table_add (ids, (gpointer)(text + 1));
  for (omc_json_iter_init (&iter, value); omc_json_iter_next (&iter, NULL, &member);)
    collect_in_document (member, ids);
}

static const char *
id_of (yyjson_mut_val *resource)
{
  return yyjson_mut_get_str (yyjson_mut_obj_get (resource, "id"));
}

static void
add_missing (OmcJsonBuilder *builder, OmcJsonNode *root, OmcMergePlan *plan, GHashTable *ids)
{
  static const OmcSide order[] = { OMC_SIDE_REMOTE, OMC_SIDE_LOCAL, OMC_SIDE_BASE };
  OmcJsonNode *contained = omc_json_node_get (root, "contained");
  yyjson_mut_arr_iter present;
  yyjson_mut_val *resource;

  yyjson_mut_arr_iter_init (contained, &present);
  while ((resource = yyjson_mut_arr_iter_next (&present)))
    if (id_of (resource))
      g_hash_table_remove (ids, id_of (resource));
  for (gsize i = 0; i < G_N_ELEMENTS (order) && plan->resource[order[i]]; i++)
    {
      OmcJsonIter iter;
      const OmcJsonValue *member;
      const OmcJsonValue *document = omc_resource_get_root (plan->resource[order[i]]);

      omc_json_iter_init (&iter, omc_json_value_get (document, "contained"));
      while (omc_json_iter_next (&iter, NULL, &member))
        {
          const char *id = omc_json_value_get_string (omc_json_value_get (member, "id"));

          if (!id || !g_hash_table_remove (ids, id))
            continue;
          if (!contained)
            contained = omc_json_node_add_array (builder, root, "contained");
          omc_json_node_append (builder, contained, omc_json_builder_copy (builder, member));
        }
    }
}

/* Ids of contained resources that a side holds without a reference to them: (owned) */
static GHashTable *
find_unreferred (OmcMergePlan *plan)
{
  GHashTable *unreferred = g_hash_table_new (g_str_hash, g_str_equal);

  for (int side = OMC_SIDE_LOCAL; side < OMC_N_SIDES; side++)
    {
      g_autoptr (GHashTable) held = index_contained (plan->resource[side]);
      g_autoptr (GHashTable) referred = g_hash_table_new (g_str_hash, g_str_equal);
      GHashTableIter iter;
      gpointer id;

      collect_in_document (omc_resource_get_root (plan->resource[side]), referred);
      g_hash_table_iter_init (&iter, held);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        if (!g_hash_table_contains (referred, id))
          g_hash_table_add (unreferred, id);
    }
  return unreferred;
}

/* Drops what lost its reference by the merge; what a side holds without a reference is not touched. */
static void
drop_orphans (OmcJsonNode *root, OmcMergePlan *plan, GHashTable *ids)
{
  g_autoptr (GHashTable) unreferred = find_unreferred (plan);
  OmcJsonNode *contained = omc_json_node_get (root, "contained");
  yyjson_mut_arr_iter iter;
  yyjson_mut_val *resource;

  yyjson_mut_arr_iter_init (contained, &iter);
  while ((resource = yyjson_mut_arr_iter_next (&iter)))
    if (id_of (resource) && !g_hash_table_contains (ids, id_of (resource)) &&
        !g_hash_table_contains (unreferred, id_of (resource)))
      yyjson_mut_arr_iter_remove (&iter);
  if (contained && omc_json_node_get_size (contained) == 0)
    yyjson_mut_obj_remove_key (root, "contained");
}

void
omc_merge_contained_repair (OmcJsonBuilder *builder, OmcJsonNode *root, OmcMergePlan *plan)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (plan, "contained");
  g_autoptr (GHashTable) ids = NULL;

  /* Documents of one side alone are left as that side wrote them. */
  if (!slot || slot->member.change == OMC_CHANGE_NONE ||
      !omc_merge_plan_is_changed (plan, OMC_CHANGE_LOCAL) ||
      !omc_merge_plan_is_changed (plan, OMC_CHANGE_REMOTE) ||
      !omc_merge_plan_is_changed (plan, OMC_CHANGE_DIFFER))
    return;
  ids = g_hash_table_new (g_str_hash, g_str_equal);
  collect_references (root, ids);
  drop_orphans (root, plan, ids);
  add_missing (builder, root, plan, ids);
}
