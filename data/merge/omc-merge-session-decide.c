/* omc-merge-session-decide.c: a person decides, types, takes back; declared in omc-merge-session.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-merge-row-private.h"
#include "omc-merge-session-object-private.h"

void
_omc_merge_session_push (OmcMergeSession *self,
                         guint index,
                         OmcMergeDecision decision,
                         OmcJson *value)
{
  OmcMergeStep *step = g_new0 (OmcMergeStep, 1);
  OmcJson *before = g_ptr_array_index (self->edited, index);

  g_ptr_array_set_size (self->steps, self->n_done);
  step->hunk = index;
  step->before = self->decisions[index];
  step->after = decision;
  step->value_before = before ? omc_json_ref (before) : NULL;
  step->value_after = value ? omc_json_ref (value) : NULL;
  g_ptr_array_add (self->steps, step);
  self->n_done++;
  _omc_merge_session_put (self, index, decision, value);
}

gboolean
omc_merge_session_decide (OmcMergeSession *self, guint position, OmcMergeDecision decision)
{
  OmcMergeRow *row;
  int index;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self) && position < self->rows->len, FALSE);

  row = g_ptr_array_index (self->rows, position);
  index = _omc_merge_row_get_hunk (row);
  if (index < 0 || !omc_merge_row_is_decidable (row) || decision == OMC_DECISION_EDITED ||
      (decision == OMC_DECISION_BASE && !omc_merge_row_has_base (row)))
    return FALSE;
  if (self->decisions[index] == decision)
    return TRUE;
  _omc_merge_session_push (self, index, decision, NULL);
  _omc_merge_session_announce (self);
  return TRUE;
}

gboolean
omc_merge_session_edit (OmcMergeSession *self, guint position, const char *text, GError **error)
{
  g_autoptr (OmcJsonBuilder) builder = omc_json_builder_new ();
  g_autoptr (OmcJson) value = NULL;
  OmcMergeRow *row;
  OmcPlanHunk *hunk;
  OmcJsonNode *node;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self) && position < self->rows->len, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  row = g_ptr_array_index (self->rows, position);
  if (omc_merge_row_get_edit_kind (row) == OMC_EDIT_NONE)
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_UNSUPPORTED,
                           _ ("This cannot be typed; take one of the two sides"));
      return FALSE;
    }
  hunk = omc_merge_plan_get_hunk (self->plan, _omc_merge_row_get_hunk (row));
  node = omc_merge_edit_parse (builder, omc_merge_row_get_edit_kind (row),
                               omc_merge_row_get_codes (row), _omc_merge_row_get_edited_value (row),
                               text, error);
  if (!node)
    return FALSE;
  if (hunk->member)
    {
      OmcJsonNode *entry = omc_json_builder_copy (builder, _omc_merge_row_get_edited_entry (row));

      omc_json_node_set (builder, entry, hunk->member, node);
      node = entry;
    }
  value = omc_json_builder_end (builder, node);
  _omc_merge_session_push (self, _omc_merge_row_get_hunk (row), OMC_DECISION_EDITED, value);
  _omc_merge_session_announce (self);
  return TRUE;
}

gboolean
omc_merge_session_undo (OmcMergeSession *self)
{
  OmcMergeStep *step;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  if (self->n_done == 0)
    return FALSE;
  step = g_ptr_array_index (self->steps, --self->n_done);
  _omc_merge_session_put (self, step->hunk, step->before, step->value_before);
  _omc_merge_session_announce (self);
  return TRUE;
}

gboolean
omc_merge_session_redo (OmcMergeSession *self)
{
  OmcMergeStep *step;

  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  if (self->n_done == self->steps->len)
    return FALSE;
  step = g_ptr_array_index (self->steps, self->n_done++);
  _omc_merge_session_put (self, step->hunk, step->after, step->value_after);
  _omc_merge_session_announce (self);
  return TRUE;
}

static guint
find (OmcMergeSession *self, guint from, gboolean any, gboolean forward)
{
  guint n = self->rows->len;
  guint start = from < n ? from : (forward ? n - 1 : 0);

  for (guint i = 1; i <= n; i++)
    {
      guint position = forward ? (start + i) % n : (start + n - i) % n;
      OmcMergeRowState state = omc_merge_row_get_state (g_ptr_array_index (self->rows, position));

      if (state == OMC_ROW_UNDECIDED || (any && state != OMC_ROW_UNCHANGED))
        return position;
    }
  return G_MAXUINT;
}

guint
omc_merge_session_find_next (OmcMergeSession *self, guint from, gboolean any)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), G_MAXUINT);

  return find (self, from, any, TRUE);
}

guint
omc_merge_session_find_previous (OmcMergeSession *self, guint from, gboolean any)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), G_MAXUINT);

  return find (self, from, any, FALSE);
}
