/* omc-merge-plan.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-merge-plan.h"

static void
plan_hunk_free (OmcPlanHunk *hunk)
{
  g_free (hunk->public.path);
  g_clear_pointer (&hunk->slots, g_array_unref);
  g_free (hunk);
}

static void
clear_slot (OmcPlanSlot *slot)
{
  g_clear_pointer (&slot->entries, g_array_unref);
}

void
omc_merge_plan_free (OmcMergePlan *self)
{
  g_clear_pointer (&self->slots, g_array_unref);
  g_clear_pointer (&self->hunks, g_ptr_array_unref);
  g_clear_pointer (&self->aux_builder, omc_json_builder_free);
  g_clear_pointer (&self->aux, omc_json_unref);
  for (int side = 0; side < OMC_N_SIDES; side++)
    g_clear_pointer (&self->resource[side], omc_resource_unref);
  g_free (self);
}

OmcPlanHunk *
omc_merge_plan_get_hunk (OmcMergePlan *self, guint index)
{
  return g_ptr_array_index (self->hunks, index);
}

OmcPlanSlot *
omc_merge_plan_find_slot (OmcMergePlan *self, const char *name)
{
  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, i);

      if (!slot->in_meta && strcmp (slot->member.name, name) == 0)
        return slot;
    }
  return NULL;
}

int
omc_merge_plan_add_aux (OmcMergePlan *self, OmcJsonNode *node)
{
  omc_json_node_append (self->aux_builder, self->aux_root, node);
  return self->n_aux++;
}

OmcPlanHunk *
omc_merge_plan_add_hunk (OmcMergePlan *self,
                         const OmcMergeUnit *unit,
                         const OmcTriple *values,
                         OmcChange change)
{
  OmcPlanHunk *hunk = g_new0 (OmcPlanHunk, 1);

  hunk->unit = unit;
  hunk->values = *values;
  hunk->change = change;
  hunk->public.severity = unit->severity;
  hunk->aux_united = -1;
  for (int side = 0; side < OMC_N_SIDES; side++)
    hunk->aux_side[side] = -1;
  g_ptr_array_add (self->hunks, hunk);
  return hunk;
}

/* --- slots --- */

static void
add_slots (OmcMergePlan *self, const OmcTriple *objects, gboolean in_meta)
{
  static const char *const united_meta[] = { "tag", "security", "profile", NULL };
  g_autoptr (GArray) members = omc_json_diff_members (objects);

  for (guint i = 0; i < members->len; i++)
    {
      OmcPlanSlot slot = {
        g_array_index (members, OmcDiffMember, i), NULL, -1, NULL, in_meta, FALSE
      };

      if (in_meta && !g_strv_contains (united_meta, slot.member.name))
        continue;
      if (!self->resource[OMC_SIDE_BASE] && !(slot.member.change & OMC_CHANGE_DIFFER))
        slot.member.change = OMC_CHANGE_NONE;
      g_array_append_val (self->slots, slot);
    }
}

static gboolean
is_array (const OmcPlanSlot *slot)
{
  for (int side = 0; side < OMC_N_SIDES; side++)
    if (omc_json_value_get_kind (slot->member.values.side[side]) == OMC_JSON_ARRAY)
      return TRUE;
  return FALSE;
}

/* Bytes of the name without the data type at its end: effectiveDateTime and effectivePeriod exclude each other. */
static gsize
stem_length (const char *name)
{
  static const char *const types[] = {
    "Address",     "Age",           "Annotation",
    "Attachment",  "Base64Binary",  "Boolean",
    "Canonical",   "Code",          "CodeableConcept",
    "Coding",      "ContactDetail", "ContactPoint",
    "Count",       "Date",          "DateTime",
    "Decimal",     "Distance",      "Dosage",
    "Duration",    "Expression",    "HumanName",
    "Id",          "Identifier",    "Instant",
    "Integer",     "Markdown",      "Meta",
    "Money",       "Oid",           "Period",
    "PositiveInt", "Quantity",      "Range",
    "Ratio",       "Reference",     "SampledData",
    "Signature",   "String",        "Time",
    "Timing",      "UnsignedInt",   "Uri",
    "Url",         "UsageContext",  "Uuid",
  };
  gsize length = strlen (name);
  gsize stem = length;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (strlen (types[i]) < length && g_str_has_suffix (name, types[i]))
      stem = MIN (stem, length - strlen (types[i]));
  return stem;
}

/* Elements that make one unit share a name here: a listed unit its own; any other element its own without '_', and
 * without its type when it can have but one value. */
static char *
dup_group_name (const OmcPlanSlot *slot)
{
  const char *name = slot->member.name;

  if ((slot->unit->kind == OMC_UNIT_ONE || slot->unit->kind == OMC_UNIT_STATUS) &&
      *slot->unit->elements != '*')
    return g_strdup (slot->unit->elements);
  if (*name == '_')
    name++;
  return *slot->unit->elements == '*' && !is_array (slot) ? g_strndup (name, stem_length (name))
                                                          : g_strdup (name);
}

/* Names that have extensions beside them, without their '_': (owned) */
static GHashTable *
list_siblings (OmcMergePlan *self)
{
  GHashTable *siblings = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->slots->len; i++)
    {
      const char *name = g_array_index (self->slots, OmcPlanSlot, i).member.name;

      if (*name == '_')
        g_hash_table_add (siblings, (gpointer)(name + 1));
    }
  return siblings;
}

static gboolean
is_list (const OmcPlanSlot *slot)
{
  OmcUnitKind kind = slot->unit->kind;

  return (kind == OMC_UNIT_KEYED || kind == OMC_UNIT_PANEL || kind == OMC_UNIT_APPEND ||
          kind == OMC_UNIT_SET || kind == OMC_UNIT_CONTAINED) &&
         (*slot->unit->elements != '*' || is_array (slot));
}

/* Progress belongs to the state of a Task, but while the sides agree about the state it is a unit of its own
 * (clinical.md 5, Task): the row after that of the state. */
static const OmcMergeUnit *
find_unit (OmcMergePlan *self, const OmcPlanSlot *slot)
{
  const OmcMergeUnit *unit;
  OmcPlanSlot *status;

  if (slot->in_meta)
    return omc_merge_policy_lookup_meta (slot->member.name);
  unit = omc_merge_policy_lookup (self->policy, slot->member.name);
  if (strcmp (self->type, "Task") != 0 || unit->kind != OMC_UNIT_STATUS ||
      !omc_merge_unit_has_element (unit + 1, slot->member.name))
    return unit;
  status = omc_merge_plan_find_slot (self, "status");
  return status && (status->member.change & OMC_CHANGE_DIFFER) ? unit : unit + 1;
}

static void
add_to_group (OmcMergePlan *self, GHashTable *groups, guint index)
{
  OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, index);
  g_autofree char *name = dup_group_name (slot);
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (groups, name));
  OmcPlanHunk *hunk;

  if (place == 0)
    {
      hunk = omc_merge_plan_add_hunk (self, slot->unit, &slot->member.values, OMC_CHANGE_NONE);
      hunk->slots = g_array_new (FALSE, FALSE, sizeof (guint));
      place = self->hunks->len;
      g_hash_table_insert (groups, g_steal_pointer (&name), GUINT_TO_POINTER (place));
    }
  hunk = g_ptr_array_index (self->hunks, place - 1);
  hunk->change |= slot->member.change;
  g_array_append_val (hunk->slots, index);
  slot->hunk = place - 1;
}

/* An object with the elements of one side, for a unit of several elements. */
static void
gather_group (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      OmcJsonNode *node = NULL;

      for (guint i = 0; i < hunk->slots->len; i++)
        {
          OmcPlanSlot *slot =
              &g_array_index (self->slots, OmcPlanSlot, g_array_index (hunk->slots, guint, i));
          const OmcJsonValue *value = slot->member.values.side[side];

          if (!value)
            continue;
          if (!node)
            node = omc_json_builder_object (self->aux_builder);
          omc_json_node_set (self->aux_builder, node, slot->member.name,
                             omc_json_builder_copy (self->aux_builder, value));
        }
      hunk->values.side[side] = NULL;
      if (node)
        hunk->aux_side[side] = omc_merge_plan_add_aux (self, node);
    }
}

static gboolean
has_slot_of (OmcMergePlan *self, const OmcPlanHunk *hunk, const char *element)
{
  OmcMergeUnit one = { element };

  for (guint i = 0; i < hunk->slots->len; i++)
    if (omc_merge_unit_has_element (
            &one, g_array_index (self->slots, OmcPlanSlot, g_array_index (hunk->slots, guint, i))
                      .member.name))
      return TRUE;
  return FALSE;
}

/* The first element of the unit that differs, in the order of the table, so that the sides do not matter. */
static char *
dup_unit_name (OmcMergePlan *self, const OmcPlanHunk *hunk)
{
  g_auto (GStrv) elements = g_strsplit (hunk->unit->elements, " ", -1);
  char **element = elements;

  while (element[1] && !has_slot_of (self, hunk, *element))
    element++;
  return g_strndup (*element, strcspn (*element, "["));
}

static void
name_group (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  OmcPlanSlot *slot =
      &g_array_index (self->slots, OmcPlanSlot, g_array_index (hunk->slots, guint, 0));
  g_autofree char *name = NULL;

  if (hunk->slots->len == 1)
    name = g_strdup (slot->member.name + (*slot->member.name == '_' ? 1 : 0));
  else
    name = *hunk->unit->elements == '*' ? dup_group_name (slot) : dup_unit_name (self, hunk);
  hunk->public.label = hunk->unit->label;
  hunk->public.path = g_strdup_printf ("%s.%s", self->type, name);
  if (hunk->slots->len > 1)
    gather_group (self, hunk);
}

static void
add_hunks (OmcMergePlan *self)
{
  g_autoptr (GHashTable) siblings = list_siblings (self);
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->slots->len; i++)
    {
      OmcPlanSlot *slot = &g_array_index (self->slots, OmcPlanSlot, i);

      if (slot->member.change == OMC_CHANGE_NONE)
        continue;
      slot->unit = find_unit (self, slot);
      if (slot->unit->kind == OMC_UNIT_SERVER)
        continue;
      /* A list of primitives with extensions beside it pairs by index: it cannot be taken apart. */
      if (is_list (slot) && *slot->member.name != '_' &&
          !g_hash_table_contains (siblings, slot->member.name))
        omc_merge_plan_lists (self, i);
      else
        add_to_group (self, groups, i);
    }
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = g_ptr_array_index (self->hunks, i);

      if (!hunk->public.path)
        name_group (self, hunk);
      omc_merge_decide_unit (self, hunk);
    }
}

OmcMergePlan *
omc_merge_plan_new (OmcResource *base,
                    OmcResource *local,
                    OmcResource *remote,
                    OmcMergeStrategy strategy)
{
  OmcMergePlan *self = g_new0 (OmcMergePlan, 1);
  OmcTriple roots = { { base ? omc_resource_get_root (base) : NULL, omc_resource_get_root (local),
                        omc_resource_get_root (remote) } };
  OmcTriple metas = { { omc_json_value_get (roots.side[0], "meta"),
                        omc_json_value_get (roots.side[1], "meta"),
                        omc_json_value_get (roots.side[2], "meta") } };

  self->type = omc_resource_get_resource_type (remote);
  self->policy = omc_merge_policy_find (self->type);
  self->resource[OMC_SIDE_BASE] = base ? omc_resource_ref (base) : NULL;
  self->resource[OMC_SIDE_LOCAL] = omc_resource_ref (local);
  self->resource[OMC_SIDE_REMOTE] = omc_resource_ref (remote);
  self->strategy = strategy;
  self->slots = g_array_new (FALSE, FALSE, sizeof (OmcPlanSlot));
  g_array_set_clear_func (self->slots, (GDestroyNotify)clear_slot);
  self->hunks = g_ptr_array_new_with_free_func ((GDestroyNotify)plan_hunk_free);
  self->aux_builder = omc_json_builder_new ();
  self->aux_root = omc_json_builder_array (self->aux_builder);

  add_slots (self, &roots, FALSE);
  add_slots (self, &metas, TRUE);
  add_hunks (self);
  return self;
}

gboolean
omc_merge_plan_is_changed (OmcMergePlan *self, OmcChange side)
{
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = g_ptr_array_index (self->hunks, i);

      if ((hunk->change & side) && hunk->unit->kind != OMC_UNIT_NARRATIVE &&
          !g_str_has_prefix (hunk->unit->elements, "meta."))
        return TRUE;
    }
  return FALSE;
}

/* --- the auxiliary document --- */

void
omc_merge_plan_seal (OmcMergePlan *self)
{
  g_autofree const OmcJsonValue **values = g_new0 (const OmcJsonValue *, self->n_aux + 1);
  OmcJsonIter iter;

  self->aux = omc_json_builder_end (self->aux_builder, self->aux_root);
  g_clear_pointer (&self->aux_builder, omc_json_builder_free);
  self->aux_root = NULL;
  omc_json_iter_init (&iter, omc_json_get_root (self->aux));
  for (guint i = 0; i < self->n_aux; i++)
    omc_json_iter_next (&iter, NULL, &values[i]);

  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = g_ptr_array_index (self->hunks, i);

      if (hunk->aux_united >= 0)
        hunk->united = values[hunk->aux_united];
      for (int side = 0; side < OMC_N_SIDES; side++)
        if (hunk->aux_side[side] >= 0)
          hunk->values.side[side] = values[hunk->aux_side[side]];
      if (!hunk->public.base && !hunk->public.local && !hunk->public.remote)
        {
          hunk->public.base = hunk->values.side[OMC_SIDE_BASE];
          hunk->public.local = hunk->values.side[OMC_SIDE_LOCAL];
          hunk->public.remote = hunk->values.side[OMC_SIDE_REMOTE];
        }
    }
}

/* --- deciding --- */

gboolean
omc_plan_hunk_is_open (const OmcPlanHunk *hunk)
{
  return hunk->public.state == OMC_HUNK_ASK || hunk->public.state == OMC_HUNK_STOP;
}

static void
decide (OmcPlanHunk *hunk, OmcHunkState state, const char *rule, OmcMergeChoice choice)
{
  hunk->public.state = state;
  hunk->public.rule = rule;
  hunk->public.reason = omc_merge_rule_reason (rule);
  hunk->choice = choice;
}

void
omc_plan_hunk_ask (OmcPlanHunk *hunk, const char *rule)
{
  if (hunk->public.state != OMC_HUNK_STOP)
    decide (hunk, OMC_HUNK_ASK, rule, OMC_CHOICE_REMOTE);
}

void
omc_plan_hunk_stop (OmcPlanHunk *hunk, const char *rule)
{
  decide (hunk, OMC_HUNK_STOP, rule, OMC_CHOICE_REMOTE);
  hunk->public.severity = OMC_SEVERITY_DANGER;
}

void
omc_plan_hunk_rule (OmcPlanHunk *hunk, const char *rule, OmcMergeChoice choice)
{
  decide (hunk, OMC_HUNK_AUTO_RULE, rule, choice);
}

const OmcJsonValue *
omc_plan_hunk_get_value (const OmcPlanHunk *hunk, OmcMergeChoice choice)
{
  switch (choice)
    {
    case OMC_CHOICE_LOCAL:
      return hunk->values.side[OMC_SIDE_LOCAL];
    case OMC_CHOICE_BASE:
      return hunk->values.side[OMC_SIDE_BASE];
    case OMC_CHOICE_UNITED:
      return hunk->united;
    case OMC_CHOICE_REMOTE:
    case OMC_CHOICE_EDITED:
    default:
      return hunk->values.side[OMC_SIDE_REMOTE];
    }
}
