/* omc-vitals-draft-fields.c: what a person does to one field; declared in omc-vitals-draft.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-vitals-draft-object-private.h"

const char *
omc_vitals_draft_get_text (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, NULL);

  return self->fields[kind].text;
}

/* Does not judge; FALSE if nothing changed. */
gboolean
_omc_vitals_draft_replace_text (OmcVitalsDraft *self, guint kind, const char *text)
{
  OmcVitalsDraftField *field = &self->fields[kind];

  if (text == NULL)
    text = "";
  if (g_str_equal (field->text, text))
    return FALSE;

  g_free (field->text);
  field->text = g_strdup (text);
  field->confirmed = FALSE;
  _omc_vitals_draft_notify_slot (self, kind, SLOT_TEXT);
  if (*text != '\0' && field->unable != OMC_UNABLE_NONE)
    {
      field->unable = OMC_UNABLE_NONE;
      _omc_vitals_draft_notify_slot (self, kind, SLOT_UNABLE);
    }

  return TRUE;
}

void
omc_vitals_draft_set_text (OmcVitalsDraft *self, OmcVitalKind kind, const char *text)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS);

  g_object_freeze_notify (G_OBJECT (self));
  if (_omc_vitals_draft_replace_text (self, kind, text))
    _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}

const char *
omc_vitals_draft_get_unit (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, NULL);

  return self->fields[kind].unit;
}

gboolean
omc_vitals_draft_set_unit (OmcVitalsDraft *self, OmcVitalKind kind, const char *ucum)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, FALSE);

  OmcVitalsDraftField *field = &self->fields[kind];
  const OmcVitalUnit *unit = ucum != NULL ? omc_vital_find_unit (kind, ucum) : NULL;

  if (unit == NULL)
    return FALSE;
  if (g_strcmp0 (field->unit, unit->ucum) == 0)
    return TRUE;

  g_object_freeze_notify (G_OBJECT (self));
  field->unit = unit->ucum;
  field->confirmed = FALSE;
  _omc_vitals_draft_notify_slot (self, kind, SLOT_UNIT);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));

  return TRUE;
}

OmcUnable
omc_vitals_draft_get_unable (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), OMC_UNABLE_NONE);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, OMC_UNABLE_NONE);

  return self->fields[kind].unable;
}

void
omc_vitals_draft_set_unable (OmcVitalsDraft *self, OmcVitalKind kind, OmcUnable unable)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS);
  g_return_if_fail (unable < OMC_UNABLE_N_REASONS);

  if (self->fields[kind].unable == unable)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  if (unable != OMC_UNABLE_NONE)
    _omc_vitals_draft_replace_text (self, kind, "");
  self->fields[kind].unable = unable;
  _omc_vitals_draft_notify_slot (self, kind, SLOT_UNABLE);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
omc_vitals_draft_set_all_unable (OmcVitalsDraft *self, OmcUnable unable)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));

  g_object_freeze_notify (G_OBJECT (self));
  for (guint kind = 0; kind < OMC_VITALS_DRAFT_N_FIELDS; kind++)
    if (omc_vital_get_info (kind)->news2 >= 0 && *self->fields[kind].text == '\0')
      omc_vitals_draft_set_unable (self, kind, unable);
  g_object_thaw_notify (G_OBJECT (self));
}

const OmcVitalsCheck *
omc_vitals_draft_get_check (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), NULL);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, NULL);

  return self->fields[kind].check;
}

void
omc_vitals_draft_confirm (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS);

  OmcVitalsDraftField *field = &self->fields[kind];

  if (field->confirmed || field->check->level == OMC_CHECK_OK || field->check->refused)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  field->confirmed = TRUE;
  _omc_vitals_draft_notify_slot (self, kind, SLOT_MESSAGE);
  _omc_vitals_draft_notify_slot (self, kind, SLOT_LEVEL);
  _omc_vitals_draft_judge (self);
  g_object_thaw_notify (G_OBJECT (self));
}

gboolean
omc_vitals_draft_is_confirmed (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_val_if_fail (OMC_IS_VITALS_DRAFT (self), FALSE);
  g_return_val_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS, FALSE);

  /* What nobody asked about needs no answer. */
  return self->fields[kind].confirmed && self->fields[kind].check->level != OMC_CHECK_OK;
}

void
omc_vitals_draft_accept_suggestion (OmcVitalsDraft *self, OmcVitalKind kind)
{
  g_return_if_fail (OMC_IS_VITALS_DRAFT (self));
  g_return_if_fail (kind < OMC_VITALS_DRAFT_N_FIELDS);

  const OmcVitalsCheck *check = self->fields[kind].check;
  g_autofree char *text = g_strdup (check->suggested_text);
  g_autofree char *unit = g_strdup (check->suggested_unit);

  g_object_freeze_notify (G_OBJECT (self));
  if (check->suggests_swap)
    {
      g_autofree char *systolic = g_strdup (self->fields[OMC_VITAL_SYSTOLIC].text);

      _omc_vitals_draft_replace_text (self, OMC_VITAL_SYSTOLIC,
                                      self->fields[OMC_VITAL_DIASTOLIC].text);
      _omc_vitals_draft_replace_text (self, OMC_VITAL_DIASTOLIC, systolic);
      _omc_vitals_draft_judge (self);
    }
  else if (text != NULL)
    {
      omc_vitals_draft_set_unit (self, kind, unit);
      omc_vitals_draft_set_text (self, kind, text);
    }
  g_object_thaw_notify (G_OBJECT (self));
}
