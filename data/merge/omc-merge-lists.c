/* omc-merge-lists.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-merge-plan.h"
#include "omc-merge-union.h"

/* --- lists as one unit --- */

static OmcPlanHunk *
add_whole_list (OmcMergePlan *self, guint index)
{
  OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, index);
  OmcPlanHunk *hunk =
      omc_merge_plan_add_hunk (self, slot->unit, &slot->member.values, slot->member.change);

  hunk->slots = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (hunk->slots, index);
  hunk->public.path =
      g_strdup_printf ("%s.%s%s", self->type, slot->in_meta ? "meta." : "", slot->member.name);
  hunk->public.label = slot->unit->label;
  slot->hunk = self->hunks->len - 1;
  return hunk;
}

static void
unite_list (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  OmcJsonNode *united = NULL;

  if (!(hunk->change & OMC_CHANGE_DIFFER) || (hunk->change & OMC_CHANGE_BOTH) != OMC_CHANGE_BOTH)
    return;
  if (!self->resource[OMC_SIDE_BASE] && !g_str_has_prefix (hunk->unit->elements, "meta."))
    return;
  if (hunk->unit->kind == OMC_UNIT_APPEND)
    united = omc_merge_union_append (self->aux_builder, &hunk->values, hunk->unit->keys);
  else
    united = omc_merge_union_set (self->aux_builder, &hunk->values);
  if (united)
    hunk->aux_united = omc_merge_plan_add_aux (self, united);
}

/* --- lists whose entries are units --- */

static gboolean
is_pressure (const OmcJsonValue *component)
{
  static const char *const codes[] = { "8480-6", "8462-4", "271649006", "271650006", NULL };
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  omc_json_iter_init (&iter, omc_json_value_pick (component, "code.coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    {
      const char *code = omc_json_value_get_string (omc_json_value_get (coding, "code"));

      if (code && g_strv_contains (codes, code))
        return TRUE;
    }
  return FALSE;
}

/* Systolic or diastolic in LOINC or SNOMED CT, whatever the code of the whole: old data uses 55284-4 (clinical.md
 * 1). */
static gboolean
is_blood_pressure (const OmcTriple *components)
{
  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      OmcJsonIter iter;
      const OmcJsonValue *component;

      for (omc_json_iter_init (&iter, components->side[side]);
           omc_json_iter_next (&iter, NULL, &component);)
        if (is_pressure (component))
          return TRUE;
    }
  return FALSE;
}

/* The one member in which the sides of an entry differ, so that a person reads only that. */
static void
refine_entry (OmcPlanHunk *hunk, const OmcTriple *values)
{
  g_autoptr (GArray) members = NULL;
  OmcDiffMember *found = NULL;
  char *path;

  if (omc_json_value_get_kind (values->side[OMC_SIDE_LOCAL]) != OMC_JSON_OBJECT ||
      omc_json_value_get_kind (values->side[OMC_SIDE_REMOTE]) != OMC_JSON_OBJECT)
    return;
  members = omc_json_diff_members (values);
  for (guint i = 0; i < members->len; i++)
    {
      OmcDiffMember *member = &g_array_index (members, OmcDiffMember, i);

      if (values->side[OMC_SIDE_BASE] ? member->change == OMC_CHANGE_NONE
                                      : !(member->change & OMC_CHANGE_DIFFER))
        continue;
      if (found)
        return;
      found = member;
    }
  if (!found)
    return;
  hunk->member = found->name;
  hunk->public.base = found->values.side[OMC_SIDE_BASE];
  hunk->public.local = found->values.side[OMC_SIDE_LOCAL];
  hunk->public.remote = found->values.side[OMC_SIDE_REMOTE];
  path = g_strdup_printf ("%s.%s", hunk->public.path, found->name);
  g_free (hunk->public.path);
  hunk->public.path = path;
}

static int
add_entry_hunk (OmcMergePlan *self, guint index, const OmcDiffEntry *entry)
{
  OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, index);
  OmcPlanHunk *hunk = omc_merge_plan_add_hunk (self, slot->unit, &entry->values, entry->change);
  const OmcJsonValue *any = entry->values.side[OMC_SIDE_REMOTE];

  if (!any)
    any = entry->values.side[OMC_SIDE_LOCAL] ? entry->values.side[OMC_SIDE_LOCAL]
                                             : entry->values.side[OMC_SIDE_BASE];
  hunk->slot = index;
  hunk->public.path = g_strdup_printf ("%s.%s[%s]", self->type, slot->member.name,
                                       *entry->shown ? entry->shown : "*");
  hunk->public.label = omc_merge_unit_label (slot->unit, any);
  refine_entry (hunk, &entry->values);
  return self->hunks->len - 1;
}

static gboolean
add_entries (OmcMergePlan *self, guint index)
{
  OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, index);
  OmcSide first = slot->member.change & OMC_CHANGE_REMOTE ? OMC_SIDE_REMOTE : OMC_SIDE_LOCAL;
  g_autoptr (GPtrArray) entries =
      omc_json_diff_entries (&slot->member.values, slot->unit->keys, first);
  gboolean reordered = TRUE;

  if (!entries)
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    {
      OmcDiffEntry *entry = g_ptr_array_index (entries, i);

      if (!self->resource[OMC_SIDE_BASE] && !(entry->change & OMC_CHANGE_DIFFER))
        entry->change = OMC_CHANGE_NONE;
      if (entry->change != OMC_CHANGE_NONE)
        reordered = FALSE;
    }
  if (reordered)
    return FALSE;
  slot->entries = g_array_sized_new (FALSE, FALSE, sizeof (OmcPlanEntry), entries->len);
  for (guint i = 0; i < entries->len; i++)
    {
      OmcDiffEntry *entry = g_ptr_array_index (entries, i);
      OmcPlanEntry planned = { entry->values, -1 };

      if (entry->change != OMC_CHANGE_NONE)
        planned.hunk = add_entry_hunk (self, index, entry);
      slot = &g_array_index (self->slots, OmcPlanSlot, index);
      g_array_append_val (slot->entries, planned);
    }
  return TRUE;
}

void
omc_merge_plan_lists (OmcMergePlan *self, guint index)
{
  OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, index);
  OmcUnitKind kind = slot->unit->kind;

  if (kind == OMC_UNIT_APPEND || kind == OMC_UNIT_SET)
    unite_list (self, add_whole_list (self, index));
  else if ((kind == OMC_UNIT_PANEL && is_blood_pressure (&slot->member.values)) ||
           !add_entries (self, index))
    add_whole_list (self, index);
}
