/* omc-vitals-draft-judge.c: what stands in the form: checks, the running score, may it be saved
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-quantity.h"
#include "omc-vitals-draft-object-private.h"

/* Until a person confirmed it, a question stands in the way; a refusal always does. */
static gboolean
field_blocks (const OmcVitalsDraftField *field)
{
  return field->check->refused || (field->check->level != OMC_CHECK_OK && !field->confirmed);
}

const char *
_omc_vitals_draft_field_message (const OmcVitalsDraftField *field)
{
  return field_blocks (field) ? field->check->message : "";
}

const char *
_omc_vitals_draft_field_level (const OmcVitalsDraftField *field)
{
  return omc_check_level_to_string (field_blocks (field) ? field->check->level : OMC_CHECK_OK);
}

int
_omc_vitals_draft_field_score (OmcVitalsDraft *self, guint kind)
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

static int
input_of (OmcVitalsDraft *self, OmcVitalKind kind)
{
  const OmcVitalsDraftField *field = &self->fields[kind];
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

  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      int parameter = omc_vital_get_info (kind)->news2;

      if (parameter >= 0 && before.scores[parameter] != self->news2.scores[parameter])
        _omc_vitals_draft_notify_slot (self, kind, SLOT_SCORE);
    }
  if (!omc_news2_result_equal (&before, &self->news2))
    {
      _omc_vitals_draft_notify (self, PROP_NEWS2);
      _omc_vitals_draft_notify (self, PROP_NEWS2_SUMMARY);
    }
}

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

  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      entry.texts[kind] = self->fields[kind].text;
      entry.units[kind] = self->fields[kind].unit;
    }

  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    {
      OmcVitalsDraftField *field = &self->fields[kind];
      OmcVitalsCheck *check = omc_vitals_check (kind, &entry);
      g_autofree char *message =
          g_strdup (field->check != NULL ? _omc_vitals_draft_field_message (field) : NULL);
      const char *level = field->check != NULL ? _omc_vitals_draft_field_level (field) : NULL;

      omc_vitals_check_free (field->check);
      field->check = check;
      if (g_strcmp0 (message, _omc_vitals_draft_field_message (field)) != 0)
        _omc_vitals_draft_notify_slot (self, kind, SLOT_MESSAGE);
      if (g_strcmp0 (level, _omc_vitals_draft_field_level (field)) != 0)
        _omc_vitals_draft_notify_slot (self, kind, SLOT_LEVEL);
    }
}

static gboolean
has_content (OmcVitalsDraft *self)
{
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
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
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
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
  _omc_vitals_draft_notify (self, prop);
}

void
_omc_vitals_draft_judge (OmcVitalsDraft *self)
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
      _omc_vitals_draft_notify (self, PROP_TAKEN_AT_MESSAGE);
    }
  set_flag (self, &self->dirty, is_touched (self), PROP_DIRTY);
  set_flag (self, &self->valid,
            has_content (self) && first_blocking (self) < 0 && *self->taken_at_message == '\0',
            PROP_VALID);
  g_object_thaw_notify (G_OBJECT (self));
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
