/* omc-merge-row.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-merge-display.h"
#include "omc-merge-result-private.h"
#include "omc-merge-row-private.h"

typedef enum
{
  SECTION_IDENTITY,
  SECTION_CLINICAL,
  SECTION_CONTACT,
  SECTION_OTHER,
} Section;

struct _OmcMergeRow
{
  GObject parent_instance;
  const char *type;
  OmcMergeResult *keeper; /* (owned): all that is borrowed here lives in it */
  OmcPlanHunk *hunk;      /* (nullable) */
  int index;
  char *path; /* (owned) */
  const char *label;
  const char *element;
  Section section;
  OmcSeverity severity;
  OmcMergeRowState state;
  OmcMergeDecision decision;
  gboolean has_base;
  char *text[OMC_N_SIDES]; /* (owned) */
  char *result_text;       /* (owned) */
  const OmcJsonValue *result;
  OmcJson *edited; /* (owned) (nullable): that holds a typed result */
};

enum
{
  PROP_0,
  PROP_LABEL,
  PROP_SECTION,
  PROP_REASON,
  PROP_BASE_TEXT,
  PROP_LOCAL_TEXT,
  PROP_REMOTE_TEXT,
  PROP_RESULT_TEXT,
  PROP_STATE,
  PROP_DECISION,
  PROP_SEVERITY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (OmcMergeRow, omc_merge_row, G_TYPE_OBJECT)

static void
omc_merge_row_finalize (GObject *object)
{
  OmcMergeRow *self = OMC_MERGE_ROW (object);

  g_clear_pointer (&self->keeper, omc_merge_result_unref);
  g_clear_pointer (&self->edited, omc_json_unref);
  g_free (self->path);
  g_free (self->result_text);
  for (int side = 0; side < OMC_N_SIDES; side++)
    g_free (self->text[side]);
  G_OBJECT_CLASS (omc_merge_row_parent_class)->finalize (object);
}

static void
omc_merge_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcMergeRow *self = OMC_MERGE_ROW (object);

  switch (prop_id)
    {
    case PROP_LABEL:
      g_value_set_string (value, omc_merge_row_get_label (self));
      break;
    case PROP_SECTION:
      g_value_set_string (value, omc_merge_row_get_section (self));
      break;
    case PROP_REASON:
      g_value_set_string (value, omc_merge_row_get_reason (self));
      break;
    case PROP_BASE_TEXT:
    case PROP_LOCAL_TEXT:
    case PROP_REMOTE_TEXT:
      g_value_set_string (value, self->text[prop_id - PROP_BASE_TEXT]);
      break;
    case PROP_RESULT_TEXT:
      g_value_set_string (value, self->result_text);
      break;
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_DECISION:
      g_value_set_uint (value, self->decision);
      break;
    case PROP_SEVERITY:
      g_value_set_uint (value, self->severity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_merge_row_class_init (OmcMergeRowClass *klass)
{
  static const char *const texts[] = {
    [PROP_LABEL] = "label",
    [PROP_SECTION] = "section",
    [PROP_REASON] = "reason",
    [PROP_BASE_TEXT] = "base-text",
    [PROP_LOCAL_TEXT] = "local-text",
    [PROP_REMOTE_TEXT] = "remote-text",
    [PROP_RESULT_TEXT] = "result-text",
  };
  static const char *const numbers[] = { "state", "decision", "severity" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = omc_merge_row_finalize;
  object_class->get_property = omc_merge_row_get_property;
  for (guint i = PROP_LABEL; i <= PROP_RESULT_TEXT; i++)
    properties[i] =
        g_param_spec_string (texts[i], NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    properties[PROP_STATE + i] = g_param_spec_uint (numbers[i], NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_merge_row_init (OmcMergeRow *self)
{
}

static Section
find_section (const char *type, const OmcMergeUnit *unit)
{
  if (strcmp (type, "Patient") == 0)
    return unit->traits & OMC_TRAIT_HUMAN ? SECTION_IDENTITY : SECTION_CONTACT;
  if (unit->kind == OMC_UNIT_SUBJECT)
    return SECTION_IDENTITY;
  if (unit->severity >= OMC_SEVERITY_CLINICAL)
    return SECTION_CLINICAL;
  return SECTION_OTHER;
}

static char *
show (OmcMergeRow *self, const OmcJsonValue *value)
{
  return omc_merge_display_value (self->element, value);
}

OmcMergeRow *
_omc_merge_row_new (OmcMergeResult *keeper, OmcPlanHunk *hunk, int index, const OmcPlanSlot *slot)
{
  OmcMergePlan *plan = _omc_merge_result_get_plan (keeper);
  OmcMergeRow *self = g_object_new (OMC_TYPE_MERGE_ROW, NULL);
  const OmcMergeUnit *unit =
      hunk ? hunk->unit : omc_merge_policy_lookup (plan->policy, slot->member.name);
  const OmcTriple *values = hunk ? &hunk->values : &slot->member.values;

  self->keeper = omc_merge_result_ref (keeper);
  self->type = plan->type;
  self->hunk = hunk;
  self->index = index;
  self->element = slot->member.name;
  self->label = hunk ? hunk->public.label : unit->label;
  self->path =
      hunk ? g_strdup (hunk->public.path) : g_strdup_printf ("%s.%s", plan->type, self->element);
  self->section = find_section (plan->type, unit);
  self->severity = hunk ? hunk->public.severity : OMC_SEVERITY_INFO;
  self->has_base = plan->resource[OMC_SIDE_BASE] != NULL;
  for (int side = 0; side < OMC_N_SIDES; side++)
    self->text[side] = show (self, values->side[side]);
  if (!hunk)
    {
      self->result = values->side[OMC_SIDE_REMOTE];
      self->result_text = show (self, self->result);
    }
  return self;
}

int
_omc_merge_row_get_hunk (OmcMergeRow *self)
{
  return self->index;
}

static int
urgency (const OmcMergeRow *row)
{
  if (!row->hunk)
    return -1;
  return omc_plan_hunk_is_open (row->hunk) ? 10 + (int)row->severity : (int)row->severity;
}

/* What is dangerous and open comes first in its section. */
int
_omc_merge_row_compare (OmcMergeRow *a, OmcMergeRow *b)
{
  if (a->section != b->section)
    return (int)a->section - (int)b->section;
  return urgency (b) - urgency (a);
}

void
_omc_merge_row_update (OmcMergeRow *self,
                       OmcMergeRowState state,
                       OmcMergeDecision decision,
                       const OmcJsonValue *result,
                       OmcJson *edited)
{
  g_clear_pointer (&self->edited, omc_json_unref);
  self->edited = edited ? omc_json_ref (edited) : NULL;
  self->state = state;
  self->decision = decision;
  self->result = result;
  g_free (self->result_text);
  self->result_text =
      state == OMC_ROW_UNDECIDED || state == OMC_ROW_STOPPED ? g_strdup ("") : show (self, result);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESULT_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECISION]);
}

const char *
omc_merge_row_get_path (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->path;
}

const char *
omc_merge_row_get_label (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return g_dgettext (GETTEXT_PACKAGE, self->label);
}

const char *
omc_merge_row_get_section (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  switch (self->section)
    {
    case SECTION_IDENTITY:
      return _ ("Identity");
    case SECTION_CLINICAL:
      return _ ("Clinical");
    case SECTION_CONTACT:
      return _ ("Contact");
    case SECTION_OTHER:
    default:
      return _ ("Other details");
    }
}

guint
omc_merge_row_get_section_order (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), 0);

  return self->section;
}

const char *
omc_merge_row_get_reason (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->hunk ? g_dgettext (GETTEXT_PACKAGE, self->hunk->public.reason) : NULL;
}

OmcSeverity
omc_merge_row_get_severity (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), OMC_SEVERITY_INFO);

  return self->severity;
}

OmcMergeRowState
omc_merge_row_get_state (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), OMC_ROW_UNCHANGED);

  return self->state;
}

OmcMergeDecision
omc_merge_row_get_decision (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), OMC_DECISION_NONE);

  return self->decision;
}

const char *
omc_merge_row_get_base_text (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->text[OMC_SIDE_BASE];
}

const char *
omc_merge_row_get_local_text (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->text[OMC_SIDE_LOCAL];
}

const char *
omc_merge_row_get_remote_text (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->text[OMC_SIDE_REMOTE];
}

const char *
omc_merge_row_get_result_text (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->result_text;
}

const OmcJsonValue *
omc_merge_row_get_local (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->hunk ? self->hunk->values.side[OMC_SIDE_LOCAL] : self->result;
}

const OmcJsonValue *
omc_merge_row_get_remote (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->hunk ? self->hunk->values.side[OMC_SIDE_REMOTE] : self->result;
}

gboolean
omc_merge_row_has_base (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), FALSE);

  return self->has_base;
}

const OmcJsonValue *
_omc_merge_row_get_edited_entry (OmcMergeRow *self)
{
  const OmcTriple *values = &self->hunk->values;

  if (self->state != OMC_ROW_UNDECIDED && self->result)
    return self->result;
  return values->side[OMC_SIDE_REMOTE] ? values->side[OMC_SIDE_REMOTE]
                                       : values->side[OMC_SIDE_LOCAL];
}

const OmcJsonValue *
_omc_merge_row_get_edited_value (OmcMergeRow *self)
{
  const OmcJsonValue *entry = _omc_merge_row_get_edited_entry (self);

  return self->hunk->member ? omc_json_value_get (entry, self->hunk->member) : entry;
}

static const char *
edited_element (OmcMergeRow *self)
{
  return self->hunk->member ? self->hunk->member : self->element;
}

OmcEditKind
omc_merge_row_get_edit_kind (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), OMC_EDIT_NONE);

  if (!self->hunk || self->state == OMC_ROW_STOPPED ||
      (self->hunk->slots && self->hunk->slots->len > 1))
    return OMC_EDIT_NONE;
  return omc_merge_edit_kind (self->type, edited_element (self),
                              _omc_merge_row_get_edited_value (self));
}

const char *const *
omc_merge_row_get_codes (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  return self->hunk ? omc_merge_edit_list_codes (self->type, edited_element (self)) : NULL;
}

char *
omc_merge_row_dup_edit_text (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), NULL);

  if (omc_merge_row_get_edit_kind (self) == OMC_EDIT_NONE)
    return g_strdup ("");
  return omc_merge_edit_dup_text (omc_merge_row_get_edit_kind (self),
                                  _omc_merge_row_get_edited_value (self));
}

gboolean
omc_merge_row_is_decidable (OmcMergeRow *self)
{
  g_return_val_if_fail (OMC_IS_MERGE_ROW (self), FALSE);

  return self->state != OMC_ROW_UNCHANGED && self->state != OMC_ROW_STOPPED;
}
