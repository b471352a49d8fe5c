/* omc-vitals-draft.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-vitals-draft-object-private.h"

G_DEFINE_FINAL_TYPE (OmcVitalsDraft, omc_vitals_draft, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

void
_omc_vitals_draft_notify (OmcVitalsDraft *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

void
_omc_vitals_draft_notify_slot (OmcVitalsDraft *self, guint kind, guint slot)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIELDS + kind * N_SLOTS + slot]);
}

static void
update_hints (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      g_autofree char *hint =
          _omc_vitals_dup_hint (self->history, kind, omc_clock_get_now (self->clock));

      if (g_strcmp0 (hint, self->fields[kind].hint) == 0)
        continue;
      g_free (self->fields[kind].hint);
      self->fields[kind].hint = g_steal_pointer (&hint);
      _omc_vitals_draft_notify_slot (self, kind, SLOT_HINT);
    }
}

/* --- the object --- */

static void
get_field_property (OmcVitalsDraft *self, guint index, GValue *value)
{
  guint kind = index / N_SLOTS;
  const OmcVitalsDraftField *field = &self->fields[kind];

  switch (index % N_SLOTS)
    {
    case SLOT_TEXT:
      g_value_set_string (value, field->text);
      break;
    case SLOT_UNIT:
      g_value_set_string (value, field->unit != NULL ? field->unit : "");
      break;
    case SLOT_UNABLE:
      g_value_set_string (value, omc_unable_to_string (field->unable));
      break;
    case SLOT_MESSAGE:
      g_value_set_string (value, _omc_vitals_draft_field_message (field));
      break;
    case SLOT_LEVEL:
      g_value_set_string (value, _omc_vitals_draft_field_level (field));
      break;
    case SLOT_SCORE:
      g_value_set_int (value, _omc_vitals_draft_field_score (self, kind));
      break;
    case SLOT_HINT:
      g_value_set_string (value, field->hint);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
set_field_property (OmcVitalsDraft *self, guint index, const GValue *value)
{
  guint kind = index / N_SLOTS;
  const char *text = g_value_get_string (value);
  OmcUnable unable;

  switch (index % N_SLOTS)
    {
    case SLOT_TEXT:
      omc_vitals_draft_set_text (self, kind, text);
      break;
    case SLOT_UNIT:
      omc_vitals_draft_set_unit (self, kind, text);
      break;
    case SLOT_UNABLE:
      if (omc_unable_from_string (text != NULL ? text : "", &unable))
        omc_vitals_draft_set_unable (self, kind, unable);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
omc_vitals_draft_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  OmcVitalsDraft *self = OMC_VITALS_DRAFT (object);

  switch (prop_id)
    {
    case PROP_TAKEN_AT:
      g_value_set_int64 (value, self->taken_at_us);
      break;
    case PROP_TAKEN_AT_MESSAGE:
      g_value_set_string (value, self->taken_at_message);
      break;
    case PROP_LATE_REASON:
      g_value_set_string (value, self->late_reason);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    case PROP_NEWS2:
      g_value_set_boxed (value, &self->news2);
      break;
    case PROP_NEWS2_SUMMARY:
      g_value_take_string (value, omc_news2_dup_summary (&self->news2));
      break;
    case PROP_VALID:
      g_value_set_boolean (value, self->valid);
      break;
    case PROP_DIRTY:
      g_value_set_boolean (value, self->dirty);
      break;
    default:
      if (prop_id >= PROP_FIELDS && prop_id < N_PROPS)
        get_field_property (self, prop_id - PROP_FIELDS, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_vitals_draft_set_property (GObject *object,
                               guint prop_id,
                               const GValue *value,
                               GParamSpec *pspec)
{
  OmcVitalsDraft *self = OMC_VITALS_DRAFT (object);

  switch (prop_id)
    {
    case PROP_TAKEN_AT:
      omc_vitals_draft_set_taken_at (self, g_value_get_int64 (value));
      break;
    case PROP_LATE_REASON:
      omc_vitals_draft_set_late_reason (self, g_value_get_string (value));
      break;
    case PROP_NOTE:
      omc_vitals_draft_set_note (self, g_value_get_string (value));
      break;
    default:
      if (prop_id >= PROP_FIELDS && prop_id < N_PROPS)
        set_field_property (self, prop_id - PROP_FIELDS, value);
      else
        G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
omc_vitals_draft_finalize (GObject *object)
{
  OmcVitalsDraft *self = OMC_VITALS_DRAFT (object);

  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      g_free (self->fields[kind].text);
      g_free (self->fields[kind].hint);
      omc_vitals_check_free (self->fields[kind].check);
    }
  g_clear_object (&self->clock);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_free (self->taken_at_message);
  g_free (self->late_reason);
  g_free (self->note);

  G_OBJECT_CLASS (omc_vitals_draft_parent_class)->finalize (object);
}

static void
install_field (guint kind)
{
  static const struct
  {
    const char *suffix;
    gboolean writable;
  } slots[] = {
    [SLOT_TEXT] = { "", TRUE },          [SLOT_UNIT] = { "-unit", TRUE },
    [SLOT_UNABLE] = { "-unable", TRUE }, [SLOT_MESSAGE] = { "-message" },
    [SLOT_LEVEL] = { "-level" },         [SLOT_SCORE] = { "-score" },
    [SLOT_HINT] = { "-hint" },
  };

  for (guint slot = 0; slot < N_SLOTS; slot++)
    {
      GParamFlags flags = (slots[slot].writable ? G_PARAM_READWRITE : G_PARAM_READABLE) |
                          G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_NICK | G_PARAM_STATIC_BLURB;
      g_autofree char *name = g_strconcat (omc_vital_get_info (kind)->id, slots[slot].suffix, NULL);

      properties[PROP_FIELDS + kind * N_SLOTS + slot] =
          slot == SLOT_SCORE ? g_param_spec_int (name, NULL, NULL, -1, 3, -1, flags)
                             : g_param_spec_string (name, NULL, NULL, "", flags);
    }
}

static void
omc_vitals_draft_class_init (OmcVitalsDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = omc_vitals_draft_finalize;
  object_class->get_property = omc_vitals_draft_get_property;
  object_class->set_property = omc_vitals_draft_set_property;

  properties[PROP_TAKEN_AT] =
      g_param_spec_int64 ("taken-at", NULL, NULL, 0, G_MAXINT64, 0, writable);
  properties[PROP_TAKEN_AT_MESSAGE] =
      g_param_spec_string ("taken-at-message", NULL, NULL, "", readable);
  properties[PROP_LATE_REASON] = g_param_spec_string ("late-reason", NULL, NULL, "", writable);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, "", writable);
  properties[PROP_NEWS2] =
      g_param_spec_boxed ("news2", NULL, NULL, OMC_TYPE_NEWS2_RESULT, readable);
  properties[PROP_NEWS2_SUMMARY] = g_param_spec_string ("news2-summary", NULL, NULL, "", readable);
  properties[PROP_VALID] = g_param_spec_boolean ("valid", NULL, NULL, FALSE, readable);
  properties[PROP_DIRTY] = g_param_spec_boolean ("dirty", NULL, NULL, FALSE, readable);
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    install_field (kind);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_vitals_draft_init (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      const OmcVitalUnit *usual = omc_vital_find_unit (kind, NULL);

      self->fields[kind].text = g_strdup ("");
      self->fields[kind].hint = g_strdup ("");
      self->fields[kind].unit = usual != NULL ? usual->ucum : NULL;
    }
  self->taken_at_message = g_strdup ("");
  self->late_reason = g_strdup ("");
  self->note = g_strdup ("");
  self->scope = OMC_NEWS2_SCOPE_UNKNOWN;
  self->scale = 1;
}

OmcVitalsDraft *
omc_vitals_draft_new (OmcClock *clock)
{
  g_return_val_if_fail (OMC_IS_CLOCK (clock), NULL);

  OmcVitalsDraft *self = g_object_new (OMC_TYPE_VITALS_DRAFT, NULL);
  self->clock = g_object_ref (clock);
  _omc_vitals_draft_judge (self);

  return self;
}

void
omc_vitals_draft_set_patient (OmcVitalsDraft *self,
                              OmcNews2Scope scope,
                              int spo2_scale,
                              GPtrArray *history,
                              gint64 admitted_us)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (spo2_scale == 1 || spo2_scale == 2);

  g_object_freeze_notify (G_OBJECT (self));
  self->scope = scope;
  self->scale = spo2_scale;
  self->admitted_us = admitted_us;
  if (history != NULL)
    g_ptr_array_ref (history);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  self->history = history;
  update_hints (self);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
omc_vitals_draft_refresh (OmcVitalsDraft *self)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  g_object_freeze_notify (G_OBJECT (self));
  update_hints (self);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- the rest of the form --- */

gint64
omc_vitals_draft_get_taken_at (OmcVitalsDraft *self)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), 0);

  return self->taken_at_us;
}

void
omc_vitals_draft_set_taken_at (OmcVitalsDraft *self, gint64 unix_us)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (unix_us >= 0);

  if (self->taken_at_us == unix_us)
    return;
  self->taken_at_us = unix_us;
  _omc_vitals_draft_notify (self, PROP_TAKEN_AT);
  _omc_vitals_draft_judge (self);
}

static void
set_string (OmcVitalsDraft *self, char **place, const char *text, guint prop)
{
  if (!g_set_str (place, text != NULL ? text : ""))
    return;
  _omc_vitals_draft_notify (self, prop);
  _omc_vitals_draft_judge (self);
}

void
omc_vitals_draft_set_late_reason (OmcVitalsDraft *self, const char *reason)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  set_string (self, &self->late_reason, reason, PROP_LATE_REASON);
}

void
omc_vitals_draft_set_note (OmcVitalsDraft *self, const char *note)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  set_string (self, &self->note, note, PROP_NOTE);
}

const char *
_omc_vitals_draft_get_note (OmcVitalsDraft *self)
{
  return self->note;
}

const char *
_omc_vitals_draft_get_late_reason (OmcVitalsDraft *self)
{
  return self->late_reason;
}

int
_omc_vitals_draft_get_scale (OmcVitalsDraft *self)
{
  return self->scale;
}

const OmcNews2Result *
omc_vitals_draft_get_news2 (OmcVitalsDraft *self)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);

  return &self->news2;
}

gboolean
omc_vitals_draft_get_valid (OmcVitalsDraft *self)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);

  return self->valid;
}

gboolean
omc_vitals_draft_get_dirty (OmcVitalsDraft *self)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);

  return self->dirty;
}

void
omc_vitals_draft_clear (OmcVitalsDraft *self)
{
  OmcVitalsDraftState nothing = { 0 };

  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  _omc_vitals_draft_restore (self, &nothing);
}

/* The whole form at once; a unit that the state does not name stays. */
void
_omc_vitals_draft_restore (OmcVitalsDraft *self, const OmcVitalsDraftState *state)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      OmcVitalsDraftField *field = &self->fields[kind];

      if (state->units[kind] != NULL)
        omc_vitals_draft_set_unit (self, kind, state->units[kind]);
      _omc_vitals_draft_replace_text (self, kind, state->texts[kind]);
      omc_vitals_draft_set_unable (self, kind, state->unables[kind]);
      if (field->confirmed != state->confirmed[kind])
        {
          field->confirmed = state->confirmed[kind];
          _omc_vitals_draft_notify_slot (self, kind, SLOT_MESSAGE);
          _omc_vitals_draft_notify_slot (self, kind, SLOT_LEVEL);
        }
    }
  omc_vitals_draft_set_taken_at (self, state->taken_at_us);
  omc_vitals_draft_set_late_reason (self, state->late_reason);
  omc_vitals_draft_set_note (self, state->note);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}
