/* omc-merge3.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-contained.h"
#include "omc-merge-invariants.h"
#include "omc-merge-plan.h"
#include "omc-merge-result-private.h"

static gboolean
check_types (OmcResource *base, OmcResource *local, OmcResource *remote, GError **error)
{
  const char *type = omc_resource_get_resource_type (remote);

  if (strcmp (omc_resource_get_resource_type (local), type) == 0 &&
      (!base || strcmp (omc_resource_get_resource_type (base), type) == 0))
    return TRUE;
  g_set_error (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID,
               _ ("The versions to merge are of different types (%s, %s, %s); give versions of one "
                  "resource"),
               base ? omc_resource_get_resource_type (base) : "-",
               omc_resource_get_resource_type (local), type);
  return FALSE;
}

static gboolean
concerns (const OmcPlanHunk *hunk, const OmcMergeInvariant *invariant, const char *element)
{
  g_auto (GStrv) names = NULL;

  if (element)
    return omc_merge_unit_has_element (hunk->unit, element);
  names = g_strsplit (invariant->elements, " ", -1);
  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *choice =
          g_strconcat (names[i], "X", NULL); /* "value[x]" takes any capital */

      if (omc_merge_unit_has_element (hunk->unit, names[i]) ||
          omc_merge_unit_has_element (hunk->unit, choice))
        return TRUE;
    }
  return FALSE;
}

/* Asks about what broke the rule; when no hunk names it, about all that was decided without a person. */
static gboolean
ask_about (OmcMergePlan *plan, const OmcMergeInvariant *invariant, const char *element)
{
  gboolean asked = FALSE;

  for (int pass = 0; pass < 2 && !asked; pass++)
    for (guint i = 0; i < plan->hunks->len; i++)
      {
        OmcPlanHunk *hunk = omc_merge_plan_get_hunk (plan, i);

        if ((!(hunk->change & OMC_CHANGE_DIFFER) && hunk->public.state != OMC_HUNK_AUTO_UNION) ||
            hunk->unit->kind == OMC_UNIT_NARRATIVE || hunk->public.state == OMC_HUNK_STOP ||
            (pass == 0 && !concerns (hunk, invariant, element)))
          continue;
        if (hunk->public.state != OMC_HUNK_ASK)
          omc_plan_hunk_ask (hunk, invariant->rule);
        hunk->public.severity = MAX (hunk->unit->severity, OMC_SEVERITY_CLINICAL);
        asked = TRUE;
      }
  return asked;
}

/* What base broke already, or both sides alike, was not broken by the merge. */
static gboolean
is_new (OmcMergePlan *plan, const OmcMergeInvariant *invariant)
{
  gboolean holds[OMC_N_SIDES] = { TRUE, FALSE, FALSE };

  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      const char *ignored;

      if (plan->resource[side])
        holds[side] = invariant->holds (omc_resource_get_root (plan->resource[side]), &ignored);
    }
  return holds[OMC_SIDE_BASE] && (holds[OMC_SIDE_LOCAL] || holds[OMC_SIDE_REMOTE]);
}

static gboolean
ask_about_broken (OmcMergePlan *plan, OmcResource *merged)
{
  const OmcMergeInvariant *invariant = NULL;
  gboolean asked = FALSE;
  const char *element;

  if (!omc_merge_plan_is_changed (plan, OMC_CHANGE_LOCAL) ||
      !omc_merge_plan_is_changed (plan, OMC_CHANGE_REMOTE) ||
      !omc_merge_plan_is_changed (plan, OMC_CHANGE_DIFFER))
    return FALSE;
  while ((invariant = omc_merge_invariants_next_broken (invariant, plan->type,
                                                        omc_resource_get_root (merged), &element)))
    if (is_new (plan, invariant))
      asked = ask_about (plan, invariant, element) || asked;
  return asked;
}

static gboolean
has_open_hunk (OmcMergePlan *plan)
{
  for (guint i = 0; i < plan->hunks->len; i++)
    if (omc_plan_hunk_is_open (omc_merge_plan_get_hunk (plan, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_settled_by_error (OmcMergePlan *plan)
{
  for (guint i = 0; i < plan->hunks->len; i++)
    if (g_strcmp0 (omc_merge_plan_get_hunk (plan, i)->public.rule, "entered-in-error") == 0)
      return TRUE;
  return FALSE;
}

OmcMergeResult *
omc_merge3 (OmcResource *base,
            OmcResource *local,
            OmcResource *remote,
            OmcMergeStrategy strategy,
            GError **error)
{
  g_autoptr (OmcResource) renumbered = NULL;
  g_autoptr (OmcMergePlan) plan = NULL;
  g_autoptr (OmcResource) merged = NULL;

  g_return_val_if_fail (local != NULL && remote != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!check_types (base, local, remote, error))
    return NULL;
  renumbered = omc_merge_contained_renumber (base, local, remote);
  plan = omc_merge_plan_new (base, renumbered, remote, strategy);
  omc_merge_apply_rules (plan);
  omc_merge_plan_seal (plan);
  merged = omc_merge_plan_build (plan, NULL, NULL, error);
  if (!merged)
    return NULL;
  if (!has_open_hunk (plan) && !is_settled_by_error (plan) && ask_about_broken (plan, merged))
    {
      g_clear_pointer (&merged, omc_resource_unref);
      merged = omc_merge_plan_build (plan, NULL, NULL, error);
      if (!merged)
        return NULL;
    }
  return _omc_merge_result_new (g_steal_pointer (&plan), local, g_steal_pointer (&merged));
}

const char *
omc_hunk_state_to_string (OmcHunkState state)
{
  static const char *const names[] = {
    [OMC_HUNK_AUTO_LOCAL] = "auto-local",
    [OMC_HUNK_AUTO_REMOTE] = "auto-remote",
    [OMC_HUNK_AUTO_BOTH_SAME] = "auto-both-same",
    [OMC_HUNK_AUTO_UNION] = "auto-union",
    [OMC_HUNK_AUTO_RULE] = "auto-rule",
    [OMC_HUNK_ASK] = "ask",
    [OMC_HUNK_STOP] = "stop",
  };

  g_return_val_if_fail ((gsize)state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

gboolean
omc_merge_strategy_from_string (const char *text, OmcMergeStrategy *strategy)
{
  static const char *const names[] = {
    [OMC_MERGE_STRATEGY_MERGE] = "merge",
    [OMC_MERGE_STRATEGY_SERVER_WINS] = "server-wins",
    [OMC_MERGE_STRATEGY_CLIENT_WINS] = "client-wins",
    [OMC_MERGE_STRATEGY_MANUAL] = "manual",
  };

  g_return_val_if_fail (strategy != NULL, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], text) == 0)
      {
        *strategy = i;
        return TRUE;
      }
  return FALSE;
}
