/* omc-merge-rules.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-merge-plan.h"
#include "omc-merge-union.h"

/* --- entered in error (clinical.md 5, rule 5; ruling 5) --- */

/* Condition and AllergyIntolerance say it in verificationStatus, all others in status. */
static gboolean
is_entered_in_error (OmcMergePlan *self, OmcSide side)
{
  const OmcJsonValue *root =
      self->resource[side] ? omc_resource_get_root (self->resource[side]) : NULL;
  const char *status = omc_json_value_get_string (omc_json_value_get (root, "status"));
  OmcJsonIter iter;
  const OmcJsonValue *coding;

  omc_json_iter_init (&iter, omc_json_value_pick (root, "verificationStatus.coding"));
  while (omc_json_iter_next (&iter, NULL, &coding))
    if (g_strcmp0 (omc_json_value_get_string (omc_json_value_get (coding, "code")),
                   "entered-in-error") == 0)
      return TRUE;
  return g_strcmp0 (status, "entered-in-error") == 0;
}

/* Did this side write about the event itself, and not only beside it? */
static gboolean
is_event_changed (OmcMergePlan *self, OmcSide side)
{
  OmcChange bit = side == OMC_SIDE_LOCAL ? OMC_CHANGE_LOCAL : OMC_CHANGE_REMOTE;

  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if ((hunk->change & bit) &&
          (hunk->unit->traits & (OMC_TRAIT_MODIFIER | OMC_TRAIT_CLINICAL | OMC_TRAIT_COUPLED)))
        return TRUE;
    }
  return FALSE;
}

/* The edit that the mark would erase says that something was really given: never by itself. */
static gboolean
erases_a_giving (OmcMergePlan *self, OmcSide other)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "status");

  if (strcmp (self->type, "MedicationAdministration") != 0 &&
      strcmp (self->type, "Immunization") != 0)
    return FALSE;
  return slot &&
         g_strcmp0 (omc_json_value_get_string (slot->member.values.side[other]), "completed") ==
             0 &&
         is_event_changed (self, other);
}

static void
take_error_side (OmcMergePlan *self, OmcSide side)
{
  OmcChange other_bit = side == OMC_SIDE_LOCAL ? OMC_CHANGE_REMOTE : OMC_CHANGE_LOCAL;
  OmcPlanSlot *clinical = omc_merge_plan_find_slot (self, "clinicalStatus");

  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (hunk->unit->kind == OMC_UNIT_APPEND || !(hunk->change & OMC_CHANGE_DIFFER))
        continue;
      if ((hunk->change & other_bit) || omc_merge_unit_has_element (hunk->unit, "status") ||
          omc_merge_unit_has_element (hunk->unit, "verificationStatus"))
        omc_plan_hunk_rule (hunk, "entered-in-error",
                            side == OMC_SIDE_LOCAL ? OMC_CHOICE_LOCAL : OMC_CHOICE_REMOTE);
    }
  if (clinical && omc_merge_plan_find_slot (self, "verificationStatus"))
    clinical->dropped = TRUE;
}

static gboolean
apply_entered_in_error (OmcMergePlan *self)
{
  gboolean local = is_entered_in_error (self, OMC_SIDE_LOCAL);
  gboolean remote = is_entered_in_error (self, OMC_SIDE_REMOTE);
  OmcSide side = local ? OMC_SIDE_LOCAL : OMC_SIDE_REMOTE;
  OmcSide other = local ? OMC_SIDE_REMOTE : OMC_SIDE_LOCAL;

  if (local == remote || !self->resource[OMC_SIDE_BASE])
    return FALSE;
  if (!erases_a_giving (self, other))
    {
      take_error_side (self, side);
      return TRUE;
    }
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (omc_merge_unit_has_element (hunk->unit, "status"))
        omc_plan_hunk_ask (hunk, "entered-in-error-given");
    }
  return FALSE;
}

/* --- one side's change against the other's --- */

static OmcChange
other_side (OmcChange side)
{
  return side == OMC_CHANGE_LOCAL ? OMC_CHANGE_REMOTE : OMC_CHANGE_LOCAL;
}

/* A code that only got translations still means what it meant (ruling 10). */
static gboolean
is_translated (const OmcPlanHunk *hunk)
{
  return hunk->slots && hunk->slots->len == 1 && omc_merge_only_adds_codings (&hunk->values);
}

static gboolean
is_changed_detail (const OmcPlanHunk *hunk)
{
  return (hunk->unit->traits & OMC_TRAIT_COUPLED_IF_SET) && hunk->values.side[OMC_SIDE_BASE];
}

static gboolean
is_coupled (const OmcPlanHunk *hunk)
{
  return ((hunk->unit->traits & OMC_TRAIT_COUPLED) || is_changed_detail (hunk)) &&
         !is_translated (hunk);
}

static gboolean
is_modifier (const OmcPlanHunk *hunk)
{
  return (hunk->unit->traits & OMC_TRAIT_MODIFIER) ||
         ((hunk->unit->traits & OMC_TRAIT_DEFINING) && !is_translated (hunk));
}

static gboolean
is_clinical (const OmcPlanHunk *hunk)
{
  return ((hunk->unit->traits & OMC_TRAIT_CLINICAL) || is_changed_detail (hunk)) &&
         !is_translated (hunk);
}

/* A person decides all differing hunks of two kinds when this side changed one of the first and the other side one
 * of the second, in another unit. */
static void
ask_across (OmcMergePlan *self,
            gboolean (*first) (const OmcPlanHunk *),
            gboolean (*second) (const OmcPlanHunk *),
            OmcChange side,
            const char *rule)
{
  const OmcMergeUnit *units[2] = { NULL, NULL };
  gboolean found = FALSE;

  /* Two different units of the first kind are enough to find a partner for every one of the second. */
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (!first (hunk) || !(hunk->change & side))
        continue;
      if (!units[0] || units[0] == hunk->unit)
        units[0] = hunk->unit;
      else
        units[1] = hunk->unit;
    }
  if (!units[0])
    return;
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (!second (hunk) || !(hunk->change & OMC_CHANGE_DIFFER) ||
          !(hunk->change & other_side (side)) || (hunk->unit == units[0] && !units[1]))
        continue;
      found = TRUE;
      if (!omc_plan_hunk_is_open (hunk))
        omc_plan_hunk_ask (hunk, rule);
      hunk->public.severity = hunk->unit->severity;
    }
  for (guint i = 0; found && i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (!first (hunk) || !(hunk->change & OMC_CHANGE_DIFFER) || !(hunk->change & side))
        continue;
      if (!omc_plan_hunk_is_open (hunk))
        omc_plan_hunk_ask (hunk, rule);
      hunk->public.severity = hunk->unit->severity;
    }
}

static void
apply_cross_rules (OmcMergePlan *self)
{
  static const OmcChange sides[] = { OMC_CHANGE_LOCAL, OMC_CHANGE_REMOTE };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    ask_across (self, is_modifier, is_clinical, sides[i], "modifier-and-clinical");
  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++)
    ask_across (self, is_coupled, is_coupled, sides[i], "coupled-units");
}

static gboolean
other_changed_more (OmcMergePlan *self, const OmcPlanHunk *except, OmcChange side)
{
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if (hunk != except && (hunk->change & side) && hunk->unit->kind != OMC_UNIT_NARRATIVE &&
          !g_str_has_prefix (hunk->unit->elements, "meta."))
        return TRUE;
    }
  return FALSE;
}

static void
apply_lonely (OmcMergePlan *self)
{
  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);
      OmcChange sides = hunk->change & OMC_CHANGE_BOTH;

      if ((hunk->unit->traits & OMC_TRAIT_LONELY) && sides != OMC_CHANGE_BOTH &&
          other_changed_more (self, hunk, other_side (sides)))
        {
          omc_plan_hunk_ask (hunk, "meaning-changed");
          hunk->public.severity = hunk->unit->severity;
        }
    }
}

/* "high" of an allergy is never lowered while somebody here works on it (ruling 2). */
static void
apply_criticality (OmcMergePlan *self)
{
  static const char *const order[] = { "low", "unable-to-assess", "high" };
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "criticality");
  OmcPlanHunk *hunk;
  int rank[OMC_N_SIDES] = { -1, -1, -1 };

  if (strcmp (self->type, "AllergyIntolerance") != 0 || !slot || slot->hunk < 0)
    return;
  hunk = omc_merge_plan_get_hunk (self, slot->hunk);
  for (int side = 0; side < OMC_N_SIDES; side++)
    for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
      if (g_strcmp0 (omc_json_value_get_string (slot->member.values.side[side]), order[i]) == 0)
        rank[side] = i;
  if ((hunk->change & OMC_CHANGE_BOTH) == OMC_CHANGE_REMOTE &&
      rank[OMC_SIDE_REMOTE] < rank[OMC_SIDE_BASE] &&
      other_changed_more (self, hunk, OMC_CHANGE_LOCAL))
    {
      omc_plan_hunk_ask (hunk, "criticality-lowered");
      hunk->public.severity = OMC_SEVERITY_DANGER;
    }
}

/* A message that was sent keeps those it was sent to (clinical.md 5, Communication). */
static void
apply_sent (OmcMergePlan *self)
{
  OmcPlanSlot *sent = omc_merge_plan_find_slot (self, "sent");
  OmcPlanSlot *recipient = omc_merge_plan_find_slot (self, "recipient");
  OmcPlanHunk *hunk;

  if (strcmp (self->type, "Communication") != 0 || !sent || !recipient || recipient->hunk < 0)
    return;
  hunk = omc_merge_plan_get_hunk (self, recipient->hunk);
  if (hunk->public.state == OMC_HUNK_AUTO_UNION)
    {
      omc_plan_hunk_ask (hunk, "message-sent");
      hunk->public.severity = hunk->unit->severity;
    }
}

/* --- append-only lists (clinical.md 5, rule 9; ruling 4) --- */

/* What one side took out of such a list stays when the other side changed the resource as well. */
static void
apply_append_only (OmcMergePlan *self)
{
  for (guint i = 0; self->resource[OMC_SIDE_BASE] && i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);
      OmcChange sides = hunk->change & OMC_CHANGE_BOTH;

      if (hunk->unit->kind != OMC_UNIT_APPEND || hunk->slots->len != 1 ||
          sides == OMC_CHANGE_BOTH || !omc_merge_plan_is_changed (self, other_side (sides)) ||
          !omc_merge_union_drops (&hunk->values, hunk->unit->keys))
        continue;
      hunk->aux_united = omc_merge_plan_add_aux (
          self, omc_merge_union_append (self->aux_builder, &hunk->values, hunk->unit->keys));
      omc_plan_hunk_rule (hunk, "append-only", OMC_CHOICE_UNITED);
      hunk->public.state = OMC_HUNK_AUTO_UNION;
    }
}

/* --- the narrative (ruling 14) --- */

static gboolean
is_written_by_hand (const OmcJsonValue *text)
{
  const char *status = omc_json_value_get_string (omc_json_value_get (text, "status"));

  return g_strcmp0 (status, "additional") == 0 || g_strcmp0 (status, "extensions") == 0;
}

/* Did both sides change anything, and not the same, be it only the narrative? */
static gboolean
both_touched (OmcMergePlan *self)
{
  OmcChange change = OMC_CHANGE_NONE;

  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);

      if ((hunk->change & OMC_CHANGE_DIFFER) && !g_str_has_prefix (hunk->unit->elements, "meta."))
        change |= hunk->change;
    }
  return (change & OMC_CHANGE_BOTH) == OMC_CHANGE_BOTH;
}

static void
apply_narrative (OmcMergePlan *self, gboolean ask)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "text");
  gboolean by_hand = FALSE;
  OmcPlanHunk *hunk;

  if (!slot || !both_touched (self))
    return;
  if (slot->hunk < 0)
    {
      guint index = slot - (OmcPlanSlot *)self->slots->data;

      slot->unit = omc_merge_policy_lookup (self->policy, "text");
      hunk = omc_merge_plan_add_hunk (self, slot->unit, &slot->member.values, OMC_CHANGE_NONE);
      hunk->slots = g_array_new (FALSE, FALSE, sizeof (guint));
      g_array_append_val (hunk->slots, index);
      hunk->public.path = g_strdup_printf ("%s.text", self->type);
      hunk->public.label = slot->unit->label;
      slot->hunk = self->hunks->len - 1;
    }
  hunk = omc_merge_plan_get_hunk (self, slot->hunk);
  for (int side = 0; side < OMC_N_SIDES; side++)
    by_hand = by_hand || is_written_by_hand (slot->member.values.side[side]);
  if (by_hand)
    {
      if (ask)
        omc_plan_hunk_ask (hunk, "narrative-written");
      return;
    }
  omc_plan_hunk_rule (hunk, "narrative-remade", OMC_CHOICE_UNITED);
  hunk->public.severity = OMC_SEVERITY_INFO;
}

/* --- what the site configured --- */

static void
apply_strategy (OmcMergePlan *self)
{
  gboolean manual = self->strategy == OMC_MERGE_STRATEGY_MANUAL &&
                    omc_merge_plan_is_changed (self, OMC_CHANGE_LOCAL) &&
                    omc_merge_plan_is_changed (self, OMC_CHANGE_REMOTE);

  for (guint i = 0; i < self->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self, i);
      gboolean ordinary = hunk->public.state == OMC_HUNK_ASK &&
                          strcmp (hunk->public.rule, "unit-both-changed") == 0 &&
                          !(hunk->unit->traits & OMC_TRAIT_HUMAN);

      if (ordinary && self->strategy == OMC_MERGE_STRATEGY_SERVER_WINS)
        omc_plan_hunk_rule (hunk, "strategy-server-wins", OMC_CHOICE_REMOTE);
      else if (ordinary && self->strategy == OMC_MERGE_STRATEGY_CLIENT_WINS)
        omc_plan_hunk_rule (hunk, "strategy-client-wins", OMC_CHOICE_LOCAL);
      else if (manual && !omc_plan_hunk_is_open (hunk) && (hunk->change & OMC_CHANGE_DIFFER) &&
               hunk->unit->kind != OMC_UNIT_NARRATIVE)
        omc_plan_hunk_ask (hunk, "strategy-manual");
    }
}

void
omc_merge_apply_rules (OmcMergePlan *self)
{
  gboolean is_error;

  apply_append_only (self);
  is_error = apply_entered_in_error (self);
  if (!is_error)
    {
      apply_cross_rules (self);
      apply_lonely (self);
      apply_criticality (self);
      apply_sent (self);
    }
  apply_narrative (self, !is_error);
  if (!is_error)
    apply_strategy (self);
  omc_merge_apply_identity (self);
}
