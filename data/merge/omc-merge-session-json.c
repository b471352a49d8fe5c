/* omc-merge-session-json.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-session-private.h"

#define FORMAT 1

static const char *const decision_names[] = {
  [OMC_DECISION_NONE] = "none", [OMC_DECISION_LOCAL] = "local",   [OMC_DECISION_REMOTE] = "remote",
  [OMC_DECISION_BASE] = "base", [OMC_DECISION_EDITED] = "edited",
};

/* --- the journal --- */

OmcJson *
omc_merge_session_build_decisions (OmcMergeSession *self)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *list = omc_json_node_add_array (builder, root, "decisions");
  OmcMergePlan *plan;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), NULL);

  plan = _omc_merge_session_get_plan (self);
  for (guint i = 0; i < plan->hunks->len; i++)
    {
      OmcJson *edited;
      OmcMergeDecision decision = _omc_merge_session_get_decision (self, i, &edited);
      OmcJsonNode *node;

      if (decision == OMC_DECISION_NONE)
        continue;
      node = omc_json_node_append_object (builder, list);
      omc_json_node_set_string (builder, node, "path",
                                omc_merge_plan_get_hunk (plan, i)->public.path);
      omc_json_node_set_string (builder, node, "decision", decision_names[decision]);
      if (edited)
        omc_json_node_set (builder, node, "value",
                           omc_json_builder_copy (builder, omc_json_get_root (edited)));
    }
  return omc_json_builder_end (builder, root);
}

/* --- parking --- */

static char *
fingerprint (OmcMergePlan *plan)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (int side = 0; side < OMC_N_SIDES; side++)
    {
      gsize length = 0;
      g_autofree char *text =
          plan->resource[side] ? omc_resource_to_string (plan->resource[side], &length) : NULL;

      if (text)
        g_checksum_update (checksum, (const guchar *)text, length);
      g_checksum_update (checksum, (const guchar *)"\n", 1);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

GBytes *
omc_merge_session_serialize (OmcMergeSession *self)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) json = NULL;
  g_autofree char *print = NULL;
  OmcJsonNode *root = omc_json_builder_object (builder);
  OmcJsonNode *list;
  GPtrArray *steps;
  guint n_done;
  gsize length;
  char *text;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), NULL);

  print = fingerprint (_omc_merge_session_get_plan (self));
  steps = _omc_merge_session_get_steps (self, &n_done);
  omc_json_node_set (builder, root, "format", omc_json_builder_integer (builder, FORMAT));
  omc_json_node_set_string (builder, root, "versions", print);
  omc_json_node_set (builder, root, "done", omc_json_builder_integer (builder, n_done));
  list = omc_json_node_add_array (builder, root, "steps");
  for (guint i = 0; i < steps->len; i++)
    {
      OmcMergeStep *step = g_ptr_array_index (steps, i);
      OmcJsonNode *node = omc_json_node_append_object (builder, list);

      omc_json_node_set (builder, node, "hunk", omc_json_builder_integer (builder, step->hunk));
      omc_json_node_set_string (builder, node, "decision", decision_names[step->after]);
      if (step->value_after)
        omc_json_node_set (builder, node, "value",
                           omc_json_builder_copy (builder, omc_json_get_root (step->value_after)));
    }
  json = omc_json_builder_end (builder, root);
  text = omc_json_to_string (json, FALSE, &length);
  return g_bytes_new_take (text, length);
}

static gboolean
parse_number (const OmcJsonValue *object, const char *name, guint64 max, guint *number)
{
  const char *text = omc_json_value_get_number_text (omc_json_value_get (object, name));
  guint64 value;

  if (!text || !g_ascii_string_to_unsigned (text, 10, 0, max, &value, NULL))
    return FALSE;
  *number = value;
  return TRUE;
}

static gboolean
parse_decision (const OmcJsonValue *object, OmcMergeDecision *decision)
{
  const char *text = omc_json_value_pick_string (object, "decision");

  for (gsize i = 0; i < G_N_ELEMENTS (decision_names); i++)
    if (g_strcmp0 (text, decision_names[i]) == 0)
      {
        *decision = i;
        return TRUE;
      }
  return FALSE;
}

/* Reads one step; value: (out) (nullable) */
static gboolean
parse_step (OmcMergePlan *plan,
            const OmcJsonValue *object,
            guint *hunk,
            OmcMergeDecision *decision,
            OmcJson **value)
{
  const OmcJsonValue *typed = omc_json_value_get (object, "value");

  *value = NULL;
  if (plan->hunks->len == 0 || !parse_number (object, "hunk", plan->hunks->len - 1, hunk) ||
      !parse_decision (object, decision) || (*decision == OMC_DECISION_EDITED) != (typed != NULL) ||
      omc_merge_plan_get_hunk (plan, *hunk)->public.state == OMC_HUNK_STOP)
    return FALSE;
  if (typed)
    {
      g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();

      *value = omc_json_builder_end (builder, omc_json_builder_copy (builder, typed));
    }
  return TRUE;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
replay (OmcMergeSession *self, const OmcJsonValue *steps, gboolean dry)
{
  OmcJsonIter iter;
  const OmcJsonValue *object;

  for (omc_json_iter_init (&iter, steps); omc_json_iter_next (&iter, NULL, &object);)
    {
      g_autoptr (OmcJson) value = NULL;
      OmcMergeDecision decision;
      guint hunk;

      if (!parse_step (_omc_merge_session_get_plan (self), object, &hunk, &decision, &value))
        return FALSE;
      if (!dry)
        _omc_merge_session_push (self, hunk, decision, value);
    }
  return TRUE;
}

gboolean
omc_merge_session_restore (OmcMergeSession *self, GBytes *parked, GError **error)
{
  g_autoptr (OmcJson) json = NULL;
  g_autofree char *print = NULL;
  const OmcJsonValue *root;
  const OmcJsonValue *steps;
  guint n_done;
  guint format;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self) && parked != NULL, FALSE);

  json = omc_json_parse_bytes (parked, error);
  if (!json)
    return FALSE;
  root = omc_json_get_root (json);
  steps = omc_json_value_get (root, "steps");
  print = fingerprint (_omc_merge_session_get_plan (self));
  if (!parse_number (root, "format", FORMAT, &format) || format != FORMAT ||
      !parse_number (root, "done", omc_json_value_get_size (steps), &n_done) ||
      !replay (self, steps, TRUE))
    return refuse (error, _ ("The parked decisions cannot be read; decide again"));
  if (g_strcmp0 (omc_json_value_pick_string (root, "versions"), print) != 0)
    return refuse (error,
                   _ ("The record has changed since the decisions were parked; decide again"));
  _omc_merge_session_clear (self);
  replay (self, steps, FALSE);
  for (gsize undone = omc_json_value_get_size (steps) - n_done; undone > 0; undone--)
    omc_merge_session_undo (self);
  _omc_merge_session_announce (self);
  return TRUE;
}
