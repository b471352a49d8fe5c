/* omc-merge-result.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include "omc-merge-result-private.h"

struct _OmcMergeResult
{
  gatomicrefcount ref_count;
  OmcMergePlan *plan;  /* (owned) */
  OmcResource *local;  /* (owned) */
  OmcResource *merged; /* (owned) */
  gboolean clean;
  gboolean stop;
};

G_DEFINE_BOXED_TYPE (OmcMergeResult, omc_merge_result, omc_merge_result_ref, omc_merge_result_unref)

OmcMergeResult *
_omc_merge_result_new (OmcMergePlan *plan, OmcResource *local, OmcResource *merged)
{
  OmcMergeResult *self = g_new0 (OmcMergeResult, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->plan = plan;
  self->local = omc_resource_ref (local);
  self->merged = merged;
  self->clean = TRUE;
  for (guint i = 0; i < plan->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (plan, i);

      self->clean = self->clean && !omc_plan_hunk_is_open (hunk);
      self->stop = self->stop || hunk->public.state == OMC_HUNK_STOP;
    }
  return self;
}

OmcMergePlan *
_omc_merge_result_get_plan (OmcMergeResult *self)
{
  return self->plan;
}

OmcMergeResult *
omc_merge_result_ref (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
omc_merge_result_unref (OmcMergeResult *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  omc_merge_plan_free (self->plan);
  omc_resource_unref (self->local);
  omc_resource_unref (self->merged);
  g_free (self);
}

gboolean
omc_merge_result_is_clean (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->clean;
}

gboolean
omc_merge_result_is_stop (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->stop;
}

OmcResource *
omc_merge_result_get_merged (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->merged;
}

OmcResource *
omc_merge_result_get_base (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->plan->resource[OMC_SIDE_BASE];
}

OmcResource *
omc_merge_result_get_local (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->local;
}

OmcResource *
omc_merge_result_get_remote (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->plan->resource[OMC_SIDE_REMOTE];
}

guint
omc_merge_result_get_n_hunks (OmcMergeResult *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->plan->hunks->len;
}

const OmcMergeHunk *
omc_merge_result_get_hunk (OmcMergeResult *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->plan->hunks->len, NULL);

  return &omc_merge_plan_get_hunk (self->plan, index)->public;
}

static void
set_value (OmcJsonBuilder *builder, OmcJsonNode *node, const char *key, const OmcJsonValue *value)
{
  omc_json_node_set (builder, node, key,
                     value ? omc_json_builder_copy (builder, value)
                           : omc_json_builder_null (builder));
}

OmcJson *
omc_merge_result_to_json (OmcMergeResult *self)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *hunks;

  g_return_val_if_fail (self != NULL, NULL);

  omc_json_node_set_string (builder, root, "resourceType", self->plan->type);
  omc_json_node_set (builder, root, "clean", omc_json_builder_boolean (builder, self->clean));
  omc_json_node_set (builder, root, "stop", omc_json_builder_boolean (builder, self->stop));
  set_value (builder, root, "merged", omc_resource_get_root (self->merged));
  hunks = omc_json_node_add_array (builder, root, "hunks");
  for (guint i = 0; i < self->plan->hunks->len; i++)
    {
      const OmcMergeHunk *hunk = omc_merge_result_get_hunk (self, i);
      OmcJsonNode *node = omc_json_node_append_object (builder, hunks);

      omc_json_node_set_string (builder, node, "path", hunk->path);
      omc_json_node_set_string (builder, node, "state", omc_hunk_state_to_string (hunk->state));
      omc_json_node_set_string (builder, node, "rule", hunk->rule);
      omc_json_node_set_string (builder, node, "reason", hunk->reason);
      set_value (builder, node, "base", hunk->base);
      set_value (builder, node, "local", hunk->local);
      set_value (builder, node, "remote", hunk->remote);
    }
  return omc_json_builder_end (builder, root);
}
