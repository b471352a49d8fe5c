/* omc-merge-build.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <yyjson.h>

#include "omc-merge-contained.h"
#include "omc-merge-plan.h"

typedef struct
{
  OmcMergePlan *plan;
  const OmcMergeChoice *choices;
  GPtrArray *edited;
  OmcJsonBuilder *builder;
} Build;

static OmcMergeChoice
choice_of (Build *self, int hunk)
{
  return self->choices ? self->choices[hunk] : omc_merge_plan_get_hunk (self->plan, hunk)->choice;
}

static const OmcJsonValue *
edited_value (Build *self, int hunk)
{
  OmcJson *json = self->edited ? g_ptr_array_index (self->edited, hunk) : NULL;

  return json ? omc_json_get_root (json) : NULL;
}

static gboolean
is_empty (const OmcJsonValue *value)
{
  return omc_json_value_equal (value, NULL);
}

static OmcJsonNode *
copy (Build *self, const OmcJsonValue *value)
{
  return is_empty (value) ? NULL : omc_json_builder_copy (self->builder, value);
}

/* The same by value on both sides: the more precise literal. */
static OmcJsonNode *
copy_same (Build *self, const OmcTriple *values)
{
  if (is_empty (values->side[OMC_SIDE_REMOTE]))
    return NULL;
  return omc_json_diff_copy_precise (self->builder, values->side[OMC_SIDE_LOCAL],
                                     values->side[OMC_SIDE_REMOTE]);
}

static OmcJsonNode *
copy_chosen (Build *self, const OmcTriple *values, int index)
{
  OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self->plan, index);

  switch (choice_of (self, index))
    {
    case OMC_CHOICE_LOCAL:
      return copy (self, values->side[OMC_SIDE_LOCAL]);
    case OMC_CHOICE_BASE:
      return copy (self, values->side[OMC_SIDE_BASE]);
    case OMC_CHOICE_UNITED:
      return copy (self, hunk->united);
    case OMC_CHOICE_EDITED:
      return copy (self, edited_value (self, index));
    case OMC_CHOICE_REMOTE:
    default:
      return hunk->change & OMC_CHANGE_DIFFER ? copy (self, values->side[OMC_SIDE_REMOTE])
                                              : copy_same (self, values);
    }
}

static OmcJsonNode *
build_list (Build *self, const OmcPlanSlot *slot)
{
  OmcJsonNode *array = omc_json_builder_array (self->builder);

  for (guint i = 0; i < slot->entries->len; i++)
    {
      OmcPlanEntry *entry = &g_array_index (slot->entries, OmcPlanEntry, i);
      OmcJsonNode *node = entry->hunk < 0 ? copy_same (self, &entry->values)
                                          : copy_chosen (self, &entry->values, entry->hunk);

      if (node)
        omc_json_node_append (self->builder, array, node);
    }
  return omc_json_node_get_size (array) > 0 ? array : NULL;
}

static OmcJsonNode *
build_slot (Build *self, const OmcPlanSlot *slot)
{
  OmcPlanHunk *hunk;

  if (slot->dropped)
    return NULL;
  if (slot->entries)
    return build_list (self, slot);
  if (slot->hunk < 0)
    {
      if (slot->unit && slot->unit->kind == OMC_UNIT_SERVER)
        return copy (self, slot->member.values.side[OMC_SIDE_REMOTE]
                               ? slot->member.values.side[OMC_SIDE_REMOTE]
                               : slot->member.values.side[OMC_SIDE_LOCAL]);
      return copy_same (self, &slot->member.values);
    }
  hunk = omc_merge_plan_get_hunk (self->plan, slot->hunk);
  if (hunk->slots->len > 1 && choice_of (self, slot->hunk) == OMC_CHOICE_EDITED)
    return copy (self, omc_json_value_get (edited_value (self, slot->hunk), slot->member.name));
  return copy_chosen (self, &slot->member.values, slot->hunk);
}

/* The server's meta with the united lists. */
static OmcJsonNode *
build_meta (Build *self)
{
  const OmcJsonValue *remote =
      omc_json_value_get (omc_resource_get_root (self->plan->resource[OMC_SIDE_REMOTE]), "meta");
  OmcJsonNode *meta = remote ? omc_json_builder_copy (self->builder, remote)
                             : omc_json_builder_object (self->builder);

  for (guint i = 0; i < self->plan->slots->len; i++)
    {
      OmcPlanSlot *slot = &g_array_index (self->plan->slots, OmcPlanSlot, i);

      if (slot->in_meta && slot->hunk >= 0)
        omc_json_node_set (self->builder, meta, slot->member.name, build_slot (self, slot));
    }
  return meta;
}

/* A unit that a person typed may hold elements that no side had. */
static void
add_edited_elements (Build *self, OmcJsonNode *root)
{
  for (guint i = 0; self->edited && i < self->plan->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self->plan, i);
      OmcJsonIter iter;
      const char *name;
      const OmcJsonValue *value;

      if (!hunk->slots || hunk->slots->len < 2 || choice_of (self, i) != OMC_CHOICE_EDITED)
        continue;
      omc_json_iter_init (&iter, edited_value (self, i));
      while (omc_json_iter_next (&iter, &name, &value))
        if (name && !omc_merge_plan_find_slot (self->plan, name) &&
            omc_merge_unit_has_element (hunk->unit, name))
          omc_json_node_set (self->builder, root, name, copy (self, value));
    }
}

OmcResource *
omc_merge_plan_build (OmcMergePlan *self,
                      const OmcMergeChoice *choices,
                      GPtrArray *edited,
                      GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  Build build = { self, choices, edited, builder };
  OmcJsonNode *root = omc_json_builder_object (builder);

  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, i);
      gboolean is_meta = !slot->in_meta && strcmp (slot->member.name, "meta") == 0;
      OmcJsonNode *node = NULL;

      if (slot->in_meta)
        continue;
      node = is_meta ? build_meta (&build) : build_slot (&build, slot);
      if (node && (!is_meta || yyjson_mut_obj_size (node) > 0))
        yyjson_mut_obj_add (root, omc_json_builder_string (builder, slot->member.name), node);
    }
  add_edited_elements (&build, root);
  omc_merge_contained_repair (builder, root, self);
  json = omc_json_builder_end (builder, root);
  return omc_resource_new (json, error);
}
