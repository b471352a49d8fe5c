/* omc-merge-session.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-invariants.h"
#include "omc-merge-result-private.h"
#include "omc-merge-row-private.h"
#include "omc-merge-session-object-private.h"

enum
{
  PROP_0,
  PROP_N_UNDECIDED,
  PROP_CAN_SAVE,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_MESSAGE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void omc_merge_session_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OmcMergeSession,
                               omc_merge_session,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      omc_merge_session_list_model_init))

static void
clear_json (gpointer json)
{
  if (json)
    omc_json_unref (json);
}

void
_omc_merge_step_free (OmcMergeStep *step)
{
  g_clear_pointer (&step->value_before, omc_json_unref);
  g_clear_pointer (&step->value_after, omc_json_unref);
  g_free (step);
}

static void
omc_merge_session_finalize (GObject *object)
{
  OmcMergeSession *self = OMC_MERGE_SESSION (object);

  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->edited, g_ptr_array_unref);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  g_clear_pointer (&self->result, omc_merge_result_unref);
  g_free (self->row_of);
  g_free (self->choices);
  g_free (self->decisions);
  g_free (self->message);
  G_OBJECT_CLASS (omc_merge_session_parent_class)->finalize (object);
}

static void
omc_merge_session_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcMergeSession *self = OMC_MERGE_SESSION (object);

  switch (prop_id)
    {
    case PROP_N_UNDECIDED:
      g_value_set_uint (value, self->n_undecided);
      break;
    case PROP_CAN_SAVE:
      g_value_set_boolean (value, omc_merge_session_can_save (self));
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, omc_merge_session_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, omc_merge_session_can_redo (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_merge_session_class_init (OmcMergeSessionClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = omc_merge_session_finalize;
  object_class->get_property = omc_merge_session_get_property;
  properties[PROP_N_UNDECIDED] =
      g_param_spec_uint ("n-undecided", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_CAN_SAVE] = g_param_spec_boolean ("can-save", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CHANGED] = g_signal_new ("changed", OMC_TYPE_MERGE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
omc_merge_session_init (OmcMergeSession *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->edited = g_ptr_array_new_with_free_func (clear_json);
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify)_omc_merge_step_free);
}

static GType
get_item_type (GListModel *model)
{
  return OMC_TYPE_MERGE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return OMC_MERGE_SESSION (model)->rows->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  OmcMergeSession *self = OMC_MERGE_SESSION (model);

  return position < self->rows->len ? g_object_ref (g_ptr_array_index (self->rows, position))
                                    : NULL;
}

static void
omc_merge_session_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- rows --- */

static gboolean
is_shown (const OmcPlanSlot *slot)
{
  static const char *const hidden[] = {
    "resourceType", "id", "meta", "text", "implicitRules", NULL
  };

  return !slot->in_meta && !g_strv_contains (hidden, slot->member.name);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return _omc_merge_row_compare (*(OmcMergeRow *const *)a, *(OmcMergeRow *const *)b);
}

/* Journalled, but nothing that a person reads here: technical tags and a summary that is made again. */
static gboolean
is_technical (const OmcPlanHunk *hunk)
{
  return !omc_plan_hunk_is_open (hunk) && (g_str_has_prefix (hunk->unit->elements, "meta.") ||
                                           hunk->unit->kind == OMC_UNIT_NARRATIVE);
}

static void
add_rows (OmcMergeSession *self)
{
  OmcMergePlan *plan = self->plan;

  for (guint i = 0; i < plan->hunks->len; i++)
    {
      OmcPlanHunk *hunk = omc_merge_plan_get_hunk (plan, i);
      guint place =
          hunk->slots && hunk->slots->len ? g_array_index (hunk->slots, guint, 0) : hunk->slot;

      if (is_technical (hunk))
        continue;
      self->row_of[i] = _omc_merge_row_new (self->result, hunk, i,
                                            &g_array_index (plan->slots, OmcPlanSlot, place));
      g_ptr_array_add (self->rows, self->row_of[i]);
    }
  for (guint i = 0; i < plan->slots->len; i++)
    {
      OmcPlanSlot *slot = &g_array_index (plan->slots, OmcPlanSlot, i);

      if (slot->hunk < 0 && !slot->entries && is_shown (slot))
        g_ptr_array_add (self->rows, _omc_merge_row_new (self->result, NULL, -1, slot));
    }
  g_ptr_array_sort (self->rows, compare_rows);
}

static const OmcJsonValue *
current_value (OmcMergeSession *self, guint index)
{
  OmcJson *edited = g_ptr_array_index (self->edited, index);

  if (self->choices[index] == OMC_CHOICE_EDITED && edited)
    return omc_json_get_root (edited);
  return omc_plan_hunk_get_value (omc_merge_plan_get_hunk (self->plan, index),
                                  self->choices[index]);
}

static void
update_row (OmcMergeSession *self, guint index)
{
  OmcPlanHunk *hunk = omc_merge_plan_get_hunk (self->plan, index);
  OmcMergeRowState state = OMC_ROW_AUTOMATIC;

  if (!self->row_of[index])
    return;
  if (hunk->public.state == OMC_HUNK_STOP)
    state = OMC_ROW_STOPPED;
  else if (self->decisions[index] != OMC_DECISION_NONE)
    state = OMC_ROW_DECIDED;
  else if (hunk->public.state == OMC_HUNK_ASK)
    state = OMC_ROW_UNDECIDED;
  _omc_merge_row_update (self->row_of[index], state, self->decisions[index],
                         current_value (self, index), g_ptr_array_index (self->edited, index));
}

/* --- may it be saved? --- */

static char *
find_broken_rule (OmcMergeSession *self)
{
  g_autoptr (OmcResource) merged =
      omc_merge_plan_build (self->plan, self->choices, self->edited, NULL);
  const OmcMergeInvariant *invariant = NULL;
  const OmcJsonValue *remote = omc_resource_get_root (self->plan->resource[OMC_SIDE_REMOTE]);
  const char *element;

  if (!merged)
    return g_strdup (_ ("The result is not a valid record"));
  while ((invariant = omc_merge_invariants_next_broken (invariant, self->plan->type,
                                                        omc_resource_get_root (merged), &element)))
    if (invariant->holds (remote, &element))
      return g_strdup (g_dgettext (GETTEXT_PACKAGE, omc_merge_rule_reason (invariant->rule)));
  return NULL;
}

static void
validate (OmcMergeSession *self)
{
  g_clear_pointer (&self->message, g_free);
  self->n_undecided = 0;
  for (guint i = 0; i < self->plan->hunks->len; i++)
    if (omc_plan_hunk_is_open (omc_merge_plan_get_hunk (self->plan, i)) &&
        self->decisions[i] == OMC_DECISION_NONE)
      self->n_undecided++;
  if (omc_merge_session_is_stop (self))
    self->message = g_strdup (_ ("This must not be merged: check who the record is about"));
  else if (self->n_undecided > 0)
    self->message = g_strdup_printf (
        ngettext ("%u decision left", "%u decisions left", self->n_undecided), self->n_undecided);
  else
    self->message = find_broken_rule (self);
}

void
_omc_merge_session_announce (OmcMergeSession *self)
{
  validate (self);
  for (guint i = PROP_N_UNDECIDED; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_signal_emit (self, signals[CHANGED], 0);
}

OmcMergeSession *
omc_merge_session_new (OmcMergeResult *result)
{
  OmcMergeSession *self;
  guint n;

  g_return_val_if_fail (result != NULL, NULL);

  self = g_object_new (OMC_TYPE_MERGE_SESSION, NULL);
  self->result = omc_merge_result_ref (result);
  self->plan = _omc_merge_result_get_plan (result);
  n = self->plan->hunks->len;
  self->row_of = g_new0 (OmcMergeRow *, n + 1);
  self->choices = g_new0 (OmcMergeChoice, n + 1);
  self->decisions = g_new0 (OmcMergeDecision, n + 1);
  g_ptr_array_set_size (self->edited, n);
  add_rows (self);
  for (guint i = 0; i < n; i++)
    {
      self->choices[i] = omc_merge_plan_get_hunk (self->plan, i)->choice;
      update_row (self, i);
    }
  validate (self);
  return self;
}

OmcMergeResult *
omc_merge_session_get_result (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), NULL);

  return self->result;
}

OmcMergeRow *
omc_merge_session_get_row (OmcMergeSession *self, guint position)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self) && position < self->rows->len, NULL);

  return g_ptr_array_index (self->rows, position);
}

guint
omc_merge_session_get_n_undecided (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), 0);

  return self->n_undecided;
}

gboolean
omc_merge_session_can_save (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  return self->message == NULL;
}

gboolean
omc_merge_session_can_undo (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  return self->n_done > 0;
}

gboolean
omc_merge_session_can_redo (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  return self->n_done < self->steps->len;
}

gboolean
omc_merge_session_is_stop (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), FALSE);

  return omc_merge_result_is_stop (self->result);
}

const char *
omc_merge_session_get_message (OmcMergeSession *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), NULL);

  return self->message;
}

static OmcMergeChoice
choice_of (OmcMergeSession *self, guint index, OmcMergeDecision decision)
{
  switch (decision)
    {
    case OMC_DECISION_LOCAL:
      return OMC_CHOICE_LOCAL;
    case OMC_DECISION_REMOTE:
      return OMC_CHOICE_REMOTE;
    case OMC_DECISION_BASE:
      return OMC_CHOICE_BASE;
    case OMC_DECISION_EDITED:
      return OMC_CHOICE_EDITED;
    case OMC_DECISION_NONE:
    default:
      return omc_merge_plan_get_hunk (self->plan, index)->choice;
    }
}

void
_omc_merge_session_put (OmcMergeSession *self,
                        guint index,
                        OmcMergeDecision decision,
                        OmcJson *value)
{
  clear_json (g_ptr_array_index (self->edited, index));
  g_ptr_array_index (self->edited, index) = value ? omc_json_ref (value) : NULL;
  self->decisions[index] = decision;
  self->choices[index] = choice_of (self, index, decision);
  update_row (self, index);
}

OmcResource *
omc_merge_session_build_merged (OmcMergeSession *self, GError **error)
{
  g_return_val_if_fail (OMC_IS_MERGE_SESSION (self), NULL);

  if (self->message)
    {
      g_set_error_literal (error, OMC_FHIR_ERROR, OMC_FHIR_ERROR_INVALID, self->message);
      return NULL;
    }
  return omc_merge_plan_build (self->plan, self->choices, self->edited, error);
}

/* --- for the part that writes sessions down --- */

OmcMergePlan *
_omc_merge_session_get_plan (OmcMergeSession *self)
{
  return self->plan;
}

GPtrArray *
_omc_merge_session_get_steps (OmcMergeSession *self, guint *n_done)
{
  *n_done = self->n_done;
  return self->steps;
}

OmcMergeDecision
_omc_merge_session_get_decision (OmcMergeSession *self, guint index, OmcJson **edited)
{
  *edited = g_ptr_array_index (self->edited, index);
  return self->decisions[index];
}

void
_omc_merge_session_clear (OmcMergeSession *self)
{
  for (guint i = 0; i < self->plan->hunks->len; i++)
    _omc_merge_session_put (self, i, OMC_DECISION_NONE, NULL);
  g_ptr_array_set_size (self->steps, 0);
  self->n_done = 0;
}
