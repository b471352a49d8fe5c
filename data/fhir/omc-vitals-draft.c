/* omc-vitals-draft.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-quantity.h"
#include "omc-vitals-draft-private.h"

#define N_FIELDS OMC_VITALS_DRAFT_N_FIELDS

typedef struct
{
  char *text;       /* (owned) as typed, never NULL */
  const char *unit; /* UCUM, of the table; NULL for words */
  OmcUnable unable;
  gboolean confirmed;
  OmcVitalsCheck *check; /* (owned) never NULL */
  char *hint;            /* (owned) never NULL */
} Field;

struct _OmcVitalsDraft
{
  GObject parent_instance;
  OmcClock *clock; /* (owned) */
  Field fields[N_FIELDS];
  OmcNews2Scope scope;
  int scale;
  GPtrArray *history; /* (owned) (nullable) */
  gint64 admitted_us;
  gint64 taken_at_us;
  char *taken_at_message; /* (owned) never NULL */
  char *late_reason;      /* (owned) never NULL */
  char *note;             /* (owned) never NULL */
  OmcNews2Result news2;
  gboolean valid;
  gboolean dirty;
};

G_DEFINE_FINAL_TYPE (OmcVitalsDraft, omc_vitals_draft, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TAKEN_AT,
  PROP_TAKEN_AT_MESSAGE,
  PROP_LATE_REASON,
  PROP_NOTE,
  PROP_NEWS2,
  PROP_NEWS2_SUMMARY,
  PROP_VALID,
  PROP_DIRTY,
  PROP_FIELDS,
};

/* Properties of a field: PROP_FIELDS + kind * N_SLOTS + slot. */
enum
{
  SLOT_TEXT,
  SLOT_UNIT,
  SLOT_UNABLE,
  SLOT_MESSAGE,
  SLOT_LEVEL,
  SLOT_SCORE,
  SLOT_HINT,
  N_SLOTS,
};

#define N_PROPS (PROP_FIELDS + N_FIELDS * N_SLOTS)

static GParamSpec *properties[N_PROPS];

static void
notify_slot (OmcVitalsDraft *self, guint kind, guint slot)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FIELDS + kind * N_SLOTS + slot]);
}

/* Until a person confirmed it, a question stands in the way; a refusal always does. */
static gboolean
field_blocks (const Field *field)
{
  return field->check->refused || (field->check->level != OMC_CHECK_OK && !field->confirmed);
}

static const char *
field_message (const Field *field)
{
  return field_blocks (field) ? field->check->message : "";
}

static const char *
field_level (const Field *field)
{
  return omc_check_level_to_string (field_blocks (field) ? field->check->level : OMC_CHECK_OK);
}

static int
field_score (OmcVitalsDraft *self, guint kind)
{
  int parameter = omc_vital_get_info (kind)->news2;

  return parameter >= 0 ? self->news2.scores[parameter] : -1;
}

static gint64
taken_or_now (OmcVitalsDraft *self)
{
  return self->taken_at_us != 0 ? self->taken_at_us : omc_clock_get_now (self->clock);
}

char *
_omc_vitals_draft_dup_number (OmcVitalsDraft *self, OmcVitalKind kind, const char **comparator)
{
  const char *text = self->fields[kind].text;

  *comparator = NULL;
  if (!omc_vital_get_info (kind)->is_number || *text == '\0')
    return NULL;
  if (*text == '<' || *text == '>')
    {
      *comparator = *text == '<' ? "<" : ">";
      text++;
    }

  return omc_quantity_normalise (text);
}

/* --- the running score --- */

static int
input_of (OmcVitalsDraft *self, OmcVitalKind kind)
{
  const Field *field = &self->fields[kind];
  const OmcVitalUnit *usual = omc_vital_find_unit (kind, NULL);
  const char *comparator;
  g_autofree char *number = _omc_vitals_draft_dup_number (self, kind, &comparator);
  gint64 scaled;

  if (number == NULL || comparator != NULL || field->check->refused ||
      !omc_quantity_convert (number, field->unit, usual->ucum, usual->decimals, &scaled))
    return OMC_NEWS2_MISSING;

  return (int)scaled;
}

static void
update_news2 (OmcVitalsDraft *self)
{
  OmcNews2Input input = OMC_NEWS2_INPUT_INIT;
  OmcNews2Result before = self->news2;

  input.respiration = input_of (self, OMC_VITAL_RESPIRATION);
  input.spo2 = input_of (self, OMC_VITAL_SPO2);
  input.systolic = input_of (self, OMC_VITAL_SYSTOLIC);
  input.pulse = input_of (self, OMC_VITAL_PULSE);
  input.temperature = input_of (self, OMC_VITAL_TEMPERATURE);
  input.scale = self->scale;
  omc_oxygen_from_string (self->fields[OMC_VITAL_OXYGEN].text, &input.oxygen);
  omc_consciousness_from_string (self->fields[OMC_VITAL_CONSCIOUSNESS].text, &input.consciousness);
  omc_news2_score (&input, self->scope, &self->news2);

  for (guint kind = 0; kind < N_FIELDS; kind++)
    {
      int parameter = omc_vital_get_info (kind)->news2;

      if (parameter >= 0 && before.scores[parameter] != self->news2.scores[parameter])
        notify_slot (self, kind, SLOT_SCORE);
    }
  if (!omc_news2_result_equal (&before, &self->news2))
    {
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEWS2]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NEWS2_SUMMARY]);
    }
}

/* --- judging what stands in the form --- */

static gboolean
is_high_flow (const char *device)
{
  g_autofree char *folded =
      g_utf8_validate (device, -1, NULL) ? g_utf8_casefold (device, -1) : NULL;

  return folded != NULL && (strstr (folded, "high flow") != NULL ||
                            strstr (folded, "high-flow") != NULL || strstr (folded, "hfn") != NULL);
}

static void
update_checks (OmcVitalsDraft *self)
{
  OmcVitalsEntry entry = { .history = self->history,
                           .taken_at_us = taken_or_now (self),
                           .child = self->scope == OMC_NEWS2_SCOPE_CHILD,
                           .high_flow = is_high_flow (self->fields[OMC_VITAL_OXYGEN_DEVICE].text) };

  for (guint kind = 0; kind < N_FIELDS; kind++)
    {
      entry.texts[kind] = self->fields[kind].text;
      entry.units[kind] = self->fields[kind].unit;
    }

  for (guint kind = 0; kind < N_FIELDS; kind++)
    {
      Field *field = &self->fields[kind];
      OmcVitalsCheck *check = omc_vitals_check (kind, &entry);
      g_autofree char *message = g_strdup (field->check != NULL ? field_message (field) : NULL);
      const char *level = field->check != NULL ? field_level (field) : NULL;

      omc_vitals_check_free (field->check);
      field->check = check;
      if (g_strcmp0 (message, field_message (field)) != 0)
        notify_slot (self, kind, SLOT_MESSAGE);
      if (g_strcmp0 (level, field_level (field)) != 0)
        notify_slot (self, kind, SLOT_LEVEL);
    }
}

static gboolean
has_content (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < N_FIELDS; kind++)
    if (kind != OMC_VITAL_OXYGEN_DEVICE &&
        (*self->fields[kind].text != '\0' || self->fields[kind].unable != OMC_UNABLE_NONE))
      return TRUE;

  return FALSE;
}

static gboolean
is_touched (OmcVitalsDraft *self)
{
  return has_content (self) || *self->fields[OMC_VITAL_OXYGEN_DEVICE].text != '\0' ||
         self->taken_at_us != 0 || *self->late_reason != '\0' || *self->note != '\0';
}

static int
first_blocking (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < N_FIELDS; kind++)
    if (field_blocks (&self->fields[kind]))
      return (int)kind;

  return -1;
}

static void
set_flag (OmcVitalsDraft *self, gboolean *flag, gboolean value, guint prop)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
}

static void
update_all (OmcVitalsDraft *self)
{
  g_autofree char *time_message =
      _omc_vitals_dup_time_obstacle (self->taken_at_us, omc_clock_get_now (self->clock),
                                     self->admitted_us, *self->late_reason != '\0');

  g_object_freeze_notify (G_OBJECT (self));
  update_checks (self);
  update_news2 (self);
  if (!g_str_equal (time_message, self->taken_at_message))
    {
      g_free (self->taken_at_message);
      self->taken_at_message = g_steal_pointer (&time_message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAKEN_AT_MESSAGE]);
    }
  set_flag (self, &self->dirty, is_touched (self), PROP_DIRTY);
  set_flag (self, &self->valid,
            has_content (self) && first_blocking (self) < 0 && *self->taken_at_message == '\0',
            PROP_VALID);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
update_hints (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < N_FIELDS; kind++)
    {
      g_autofree char *hint =
          _omc_vitals_dup_hint (self->history, kind, omc_clock_get_now (self->clock));

      if (g_strcmp0 (hint, self->fields[kind].hint) == 0)
        continue;
      g_free (self->fields[kind].hint);
      self->fields[kind].hint = g_steal_pointer (&hint);
      notify_slot (self, kind, SLOT_HINT);
    }
}

/* --- the object --- */

static void
get_field_property (OmcVitalsDraft *self, guint index, GValue *value)
{
  guint kind = index / N_SLOTS;
  const Field *field = &self->fields[kind];

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
      g_value_set_string (value, field_message (field));
      break;
    case SLOT_LEVEL:
      g_value_set_string (value, field_level (field));
      break;
    case SLOT_SCORE:
      g_value_set_int (value, field_score (self, kind));
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

  for (guint kind = 0; kind < N_FIELDS; kind++)
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
  for (guint kind = 0; kind < N_FIELDS; kind++)
    install_field (kind);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
omc_vitals_draft_init (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < N_FIELDS; kind++)
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
  update_all (self);

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
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
omc_vitals_draft_refresh (OmcVitalsDraft *self)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  g_object_freeze_notify (G_OBJECT (self));
  update_hints (self);
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/* --- fields --- */

const char *
omc_vitals_draft_get_text (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < N_FIELDS, NULL);

  return self->fields[kind].text;
}

/* Does not judge; FALSE if nothing changed. */
static gboolean
replace_text (OmcVitalsDraft *self, guint kind, const char *text)
{
  Field *field = &self->fields[kind];

  if (text == NULL)
    text = "";
  if (g_str_equal (field->text, text))
    return FALSE;

  g_free (field->text);
  field->text = g_strdup (text);
  field->confirmed = FALSE;
  notify_slot (self, kind, SLOT_TEXT);
  if (*text != '\0' && field->unable != OMC_UNABLE_NONE)
    {
      field->unable = OMC_UNABLE_NONE;
      notify_slot (self, kind, SLOT_UNABLE);
    }

  return TRUE;
}

void
omc_vitals_draft_set_text (OmcVitalsDraft *self, OmcVitalKind kind, const char *text)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < N_FIELDS);

  g_object_freeze_notify (G_OBJECT (self));
  if (replace_text (self, kind, text))
    update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
omc_vitals_draft_get_unit (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < N_FIELDS, NULL);

  return self->fields[kind].unit;
}

gboolean
omc_vitals_draft_set_unit (OmcVitalsDraft *self, OmcVitalKind kind, const char *ucum)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);
  g_return_val_if_fail (kind < N_FIELDS, FALSE);

  Field *field = &self->fields[kind];
  const OmcVitalUnit *unit = ucum != NULL ? omc_vital_find_unit (kind, ucum) : NULL;

  if (unit == NULL)
    return FALSE;
  if (g_strcmp0 (field->unit, unit->ucum) == 0)
    return TRUE;

  g_object_freeze_notify (G_OBJECT (self));
  field->unit = unit->ucum;
  field->confirmed = FALSE;
  notify_slot (self, kind, SLOT_UNIT);
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

OmcUnable
omc_vitals_draft_get_unable (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), OMC_UNABLE_NONE);
  g_return_val_if_fail (kind < N_FIELDS, OMC_UNABLE_NONE);

  return self->fields[kind].unable;
}

void
omc_vitals_draft_set_unable (OmcVitalsDraft *self, OmcVitalKind kind, OmcUnable unable)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < N_FIELDS);
  g_return_if_fail (unable < OMC_UNABLE_N_REASONS);

  if (self->fields[kind].unable == unable)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (unable != OMC_UNABLE_NONE)
    replace_text (self, kind, "");
  self->fields[kind].unable = unable;
  notify_slot (self, kind, SLOT_UNABLE);
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
omc_vitals_draft_set_all_unable (OmcVitalsDraft *self, OmcUnable unable)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  g_object_freeze_notify (G_OBJECT (self));
  for (guint kind = 0; kind < N_FIELDS; kind++)
    if (omc_vital_get_info (kind)->news2 >= 0 && *self->fields[kind].text == '\0')
      omc_vitals_draft_set_unable (self, kind, unable);
  g_object_thaw_notify (G_OBJECT (self));
}

const OmcVitalsCheck *
omc_vitals_draft_get_check (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < N_FIELDS, NULL);

  return self->fields[kind].check;
}

void
omc_vitals_draft_confirm (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < N_FIELDS);

  Field *field = &self->fields[kind];

  if (field->confirmed || field->check->level == OMC_CHECK_OK || field->check->refused)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  field->confirmed = TRUE;
  notify_slot (self, kind, SLOT_MESSAGE);
  notify_slot (self, kind, SLOT_LEVEL);
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}

gboolean
omc_vitals_draft_is_confirmed (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);
  g_return_val_if_fail (kind < N_FIELDS, FALSE);

  /* What nobody asked about needs no answer. */
  return self->fields[kind].confirmed && self->fields[kind].check->level != OMC_CHECK_OK;
}

void
omc_vitals_draft_accept_suggestion (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < N_FIELDS);

  const OmcVitalsCheck *check = self->fields[kind].check;
  g_autofree char *text = g_strdup (check->suggested_text);
  g_autofree char *unit = g_strdup (check->suggested_unit);

  g_object_freeze_notify (G_OBJECT (self));
  if (check->suggests_swap)
    {
      g_autofree char *systolic = g_strdup (self->fields[OMC_VITAL_SYSTOLIC].text);

      replace_text (self, OMC_VITAL_SYSTOLIC, self->fields[OMC_VITAL_DIASTOLIC].text);
      replace_text (self, OMC_VITAL_DIASTOLIC, systolic);
      update_all (self);
    }
  else if (text != NULL)
    {
      omc_vitals_draft_set_unit (self, kind, unit);
      omc_vitals_draft_set_text (self, kind, text);
    }
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TAKEN_AT]);
  update_all (self);
}

static void
set_string (OmcVitalsDraft *self, char **place, const char *text, guint prop)
{
  if (!g_set_str (place, text != NULL ? text : ""))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[prop]);
  update_all (self);
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

char *
omc_vitals_draft_dup_obstacle (OmcVitalsDraft *self)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);

  int kind = first_blocking (self);

  if (kind >= 0)
    /* Translators: name of a vital sign and what is wrong with its value */
    return g_strdup_printf (C_ ("vitals form", "%s: %s"), omc_vital_label (kind),
                            self->fields[kind].check->message);
  if (*self->taken_at_message != '\0')
    return g_strdup (self->taken_at_message);
  if (!has_content (self))
    return g_strdup (_ ("Nothing has been entered yet."));

  return NULL;
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
  for (guint kind = 0; kind < N_FIELDS; kind++)
    {
      Field *field = &self->fields[kind];

      if (state->units[kind] != NULL)
        omc_vitals_draft_set_unit (self, kind, state->units[kind]);
      replace_text (self, kind, state->texts[kind]);
      omc_vitals_draft_set_unable (self, kind, state->unables[kind]);
      if (field->confirmed != state->confirmed[kind])
        {
          field->confirmed = state->confirmed[kind];
          notify_slot (self, kind, SLOT_MESSAGE);
          notify_slot (self, kind, SLOT_LEVEL);
        }
    }
  omc_vitals_draft_set_taken_at (self, state->taken_at_us);
  omc_vitals_draft_set_late_reason (self, state->late_reason);
  omc_vitals_draft_set_note (self, state->note);
  update_all (self);
  g_object_thaw_notify (G_OBJECT (self));
}
