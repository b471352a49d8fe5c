/* omc-merge-units.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-merge-plan.h"
#include "omc-merge-union.h"

static void
decide_auto (OmcPlanHunk *hunk, OmcHunkState state, const char *rule, OmcMergeChoice choice)
{
  omc_plan_hunk_rule (hunk, rule, choice);
  hunk->public.state = state;
  if (hunk->unit->severity > OMC_SEVERITY_CHANGE)
    hunk->public.severity = OMC_SEVERITY_CHANGE;
}

/* --- states --- */

static const char *
status_of (const OmcPlanSlot *slot, OmcSide side)
{
  return omc_json_value_get_string (slot->member.values.side[side]);
}

static gboolean
is_final_state (const char *status)
{
  static const char *const final_states[] = {
    "completed", "finished", "fulfilled", "stopped", "cancelled", "revoked", "rejected",
    "failed",    "not-done", "not-taken", "noshow",  "abandoned", NULL,
  };

  return status && g_strv_contains (final_states, status);
}

static void
note_regression (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "status");
  const char *before = slot ? status_of (slot, OMC_SIDE_BASE) : NULL;
  const char *after = slot ? status_of (slot, OMC_SIDE_REMOTE) : NULL;
  int rank_before = omc_merge_policy_rank (self->policy, before);
  int rank_after = omc_merge_policy_rank (self->policy, after);

  if (!before || !after || strcmp (before, after) == 0)
    return;
  if ((rank_before >= 0 && rank_after >= 0 && rank_after < rank_before) ||
      (is_final_state (before) && !is_final_state (after) &&
       strcmp (after, "entered-in-error") != 0))
    {
      decide_auto (hunk, OMC_HUNK_AUTO_REMOTE, "status-regressed", OMC_CHOICE_REMOTE);
      hunk->public.severity = hunk->unit->severity;
    }
}

/* Did the side that is left behind change nothing else that the furthest side does not have? */
static gboolean
loses_nothing (OmcMergePlan *self, OmcPlanHunk *hunk, OmcSide furthest)
{
  OmcSide other = furthest == OMC_SIDE_REMOTE ? OMC_SIDE_LOCAL : OMC_SIDE_REMOTE;

  for (guint i = 0; i < hunk->slots->len; i++)
    {
      OmcPlanSlot *slot =
          &g_array_index (self->slots, OmcPlanSlot, g_array_index (hunk->slots, guint, i));
      const OmcTriple *values = &slot->member.values;

      if (strcmp (slot->member.name, "status") != 0 &&
          !omc_json_value_equal (values->side[other], values->side[OMC_SIDE_BASE]) &&
          !omc_json_value_equal (values->side[other], values->side[furthest]))
        return FALSE;
    }
  return TRUE;
}

static void
decide_status (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  OmcPlanSlot *slot = omc_merge_plan_find_slot (self, "status");
  OmcPlanSlot *owner = omc_merge_plan_find_slot (self, "owner");
  int rank[OMC_N_SIDES];
  OmcSide furthest;

  if (owner && owner->hunk == slot->hunk && (owner->member.change & OMC_CHANGE_DIFFER) &&
      (owner->member.change & OMC_CHANGE_BOTH) == OMC_CHANGE_BOTH)
    {
      omc_plan_hunk_ask (hunk, "two-owners");
      return;
    }
  for (int side = 0; side < OMC_N_SIDES; side++)
    rank[side] = omc_merge_policy_rank (self->policy, slot ? status_of (slot, side) : NULL);
  furthest = rank[OMC_SIDE_LOCAL] > rank[OMC_SIDE_REMOTE] ? OMC_SIDE_LOCAL : OMC_SIDE_REMOTE;
  if (rank[OMC_SIDE_BASE] < 0 || rank[OMC_SIDE_LOCAL] < rank[OMC_SIDE_BASE] ||
      rank[OMC_SIDE_REMOTE] < rank[OMC_SIDE_BASE] || !loses_nothing (self, hunk, furthest))
    omc_plan_hunk_ask (hunk, "status-conflict");
  else
    omc_plan_hunk_rule (hunk, "status-furthest",
                        furthest == OMC_SIDE_LOCAL ? OMC_CHOICE_LOCAL : OMC_CHOICE_REMOTE);
}

/* --- dates --- */

static void
decide_date (OmcPlanHunk *hunk)
{
  const char *local = omc_json_value_get_string (hunk->values.side[OMC_SIDE_LOCAL]);
  const char *remote = omc_json_value_get_string (hunk->values.side[OMC_SIDE_REMOTE]);
  gboolean later = hunk->unit->kind == OMC_UNIT_LATER;
  gint64 local_us;
  gint64 remote_us;
  gint64 end_us;

  if (hunk->slots->len != 1 || !local || !remote ||
      !omc_instant_parse_range (local, &local_us, &end_us) ||
      !omc_instant_parse_range (remote, &remote_us, &end_us))
    omc_plan_hunk_ask (hunk, "unit-both-changed");
  else
    omc_plan_hunk_rule (hunk, later ? "later-date" : "earlier-date",
                        local_us != remote_us && (local_us > remote_us) == later
                            ? OMC_CHOICE_LOCAL
                            : OMC_CHOICE_REMOTE);
}

static void
decide_united (OmcPlanHunk *hunk, const char *rule)
{
  decide_auto (hunk, OMC_HUNK_AUTO_UNION, rule, OMC_CHOICE_UNITED);
}

static void
decide_both_changed (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  OmcUnitKind kind = hunk->unit->kind;
  OmcJsonNode *united = NULL;

  if (hunk->aux_united >= 0)
    decide_united (hunk, kind == OMC_UNIT_APPEND ? "append-only" : "set-union");
  else if ((!hunk->slots || hunk->slots->len == 1) &&
           omc_json_diff_same_reference (hunk->values.side[OMC_SIDE_LOCAL],
                                         hunk->values.side[OMC_SIDE_REMOTE]))
    decide_auto (hunk, OMC_HUNK_AUTO_BOTH_SAME, "both-same", OMC_CHOICE_REMOTE);
  else if (kind == OMC_UNIT_STATUS && hunk->slots)
    decide_status (self, hunk);
  else if ((kind == OMC_UNIT_LATER || kind == OMC_UNIT_EARLIER) && hunk->slots)
    decide_date (hunk);
  else
    {
      if (!(hunk->unit->traits & OMC_TRAIT_MODIFIER) && hunk->slots && hunk->slots->len == 1)
        united = omc_merge_union_concept (self->aux_builder, &hunk->values);
      if (united)
        {
          hunk->aux_united = omc_merge_plan_add_aux (self, united);
          decide_united (hunk, "translations-united");
        }
      else
        omc_plan_hunk_ask (hunk, "unit-both-changed");
    }
}

void
omc_merge_decide_unit (OmcMergePlan *self, OmcPlanHunk *hunk)
{
  gboolean has_base = self->resource[OMC_SIDE_BASE] != NULL;

  if (!has_base && hunk->aux_united < 0 && !g_str_has_prefix (hunk->unit->elements, "meta."))
    omc_plan_hunk_ask (hunk, "no-base");
  else if (!(hunk->change & OMC_CHANGE_DIFFER))
    decide_auto (hunk, OMC_HUNK_AUTO_BOTH_SAME, "both-same", OMC_CHOICE_REMOTE);
  else if (!(hunk->change & OMC_CHANGE_REMOTE))
    decide_auto (hunk, OMC_HUNK_AUTO_LOCAL, "local-only", OMC_CHOICE_LOCAL);
  else if (!(hunk->change & OMC_CHANGE_LOCAL))
    {
      decide_auto (hunk, OMC_HUNK_AUTO_REMOTE, "remote-only", OMC_CHOICE_REMOTE);
      if (hunk->slots && (hunk->unit->traits & OMC_TRAIT_MODIFIER))
        note_regression (self, hunk);
    }
  else
    decide_both_changed (self, hunk);
}
