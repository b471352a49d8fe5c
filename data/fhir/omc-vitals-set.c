/* omc-vitals-set.c: what was measured in one go; declared in omc-vitals.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-private.h"

G_DEFINE_BOXED_TYPE (OmcVitalsSet, omc_vitals_set, omc_vitals_set_ref, omc_vitals_set_unref)

void
_omc_vitals_value_free (OmcVitalsValue *value)
{
  if (value == NULL)
    return;

  g_free (value->text);
  g_free (value->comparator);
  g_free (value->ucum);
  g_free (value->unit);
  g_free (value->absent_reason);
  g_free (value->status);
  g_free (value->observation_id);
  g_free (value->author);
  g_free (value->note);
  g_free (value);
}

OmcVitalsSet *
_omc_vitals_set_new (void)
{
  OmcVitalsSet *self = g_new0 (OmcVitalsSet, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->stored_total = -1;

  return self;
}

OmcVitalsSet *
omc_vitals_set_ref (OmcVitalsSet *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
omc_vitals_set_unref (OmcVitalsSet *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < OMC_VITAL_N_KINDS; i++)
    _omc_vitals_value_free (self->values[i]);
  g_free (self->panel_id);
  g_free (self->author);
  g_free (self);
}

const OmcVitalsValue *
omc_vitals_set_get (const OmcVitalsSet *self, OmcVitalKind kind)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);

  const OmcVitalsValue *value = self->values[kind];

  return value != NULL && !value->voided && value->text != NULL ? value : NULL;
}

/* The reverse of the map of reasons, clinical.md 1. */
static const char *
absent_label (const char *code)
{
  static const struct
  {
    const char *code;
    const char *label;
  } labels[] = {
    { "asked-declined", NC_ ("reason for no value", "Refused") },
    { "not-performed", NC_ ("reason for no value", "Not done") },
    { "error", NC_ ("reason for no value", "Equipment failed") },
    { "not-applicable", NC_ ("reason for no value", "Not appropriate") },
    { "masked", NC_ ("reason for no value", "Masked") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_strcmp0 (code, labels[i].code) == 0)
      return g_dpgettext2 (GETTEXT_PACKAGE, "reason for no value", labels[i].label);

  return C_ ("reason for no value", "Unknown");
}

static char *
display_value (const OmcVitalsValue *value, OmcVitalKind kind)
{
  OmcConsciousness consciousness;

  if (value->text == NULL)
    return g_strdup (absent_label (value->absent_reason));
  if (kind == OMC_VITAL_CONSCIOUSNESS &&
      omc_consciousness_from_string (value->text, &consciousness))
    return g_strdup (omc_consciousness_label (consciousness));
  if (kind == OMC_VITAL_OXYGEN)
    return g_strdup (g_str_equal (value->text, "air") ? C_ ("breathing", "Air")
                                                      : C_ ("breathing", "Oxygen"));
  if (!omc_vital_get_info (kind)->is_number)
    return g_strdup (value->text);

  g_autofree char *number =
      omc_quantity_display (value->text, value->ucum != NULL ? value->ucum : value->unit);

  return g_strconcat (value->comparator != NULL ? value->comparator : "", number, NULL);
}

gboolean
omc_vitals_set_has_pressure_pair (const OmcVitalsSet *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  const OmcVitalsValue *systolic = self->values[OMC_VITAL_SYSTOLIC];
  const OmcVitalsValue *diastolic = self->values[OMC_VITAL_DIASTOLIC];

  return systolic != NULL && diastolic != NULL && systolic->text != NULL &&
         diastolic->text != NULL && systolic->voided == diastolic->voided;
}

char *
omc_vitals_set_dup_display (const OmcVitalsSet *self, OmcVitalKind kind)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);

  const OmcVitalsValue *value = self->values[kind];
  const OmcVitalsValue *diastolic = self->values[OMC_VITAL_DIASTOLIC];

  if (value == NULL)
    return g_strdup ("");
  if (kind == OMC_VITAL_SYSTOLIC && omc_vitals_set_has_pressure_pair (self))
    {
      g_autofree char *second = omc_quantity_display (diastolic->text, diastolic->ucum);

      return g_strdup_printf ("%s/%s", value->text, second);
    }

  return display_value (value, kind);
}

gboolean
omc_vitals_set_get_number (const OmcVitalsSet *self,
                           OmcVitalKind kind,
                           const char *ucum,
                           double *number)
{
  const OmcVitalsValue *value = omc_vitals_set_get (self, kind);
  gint64 scaled;

  g_return_val_if_fail (number != NULL, FALSE);

  if (value == NULL || !omc_quantity_convert (value->text, value->ucum, ucum, 4, &scaled))
    return FALSE;
  *number = (double)scaled / 10000.0;

  return TRUE;
}
