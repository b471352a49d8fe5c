/* omc-vitals-check-slips.c: likely slips of the hand, clinical.md 3
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-quantity.h"
#include "omc-vitals-check-private.h"

/* The message offers the reading; whether the typed one may stand is a matter of the hard limits. */
static OmcVitalsCheck *
suggestion_new (const OmcVitalsTyped *typed, const char *text, const char *ucum, char *message)
{
  OmcVitalsCheck *check = _omc_vitals_finding_new (OMC_CHECK_SUGGEST, message);

  check->suggested_text = g_strdup (text);
  check->suggested_unit = g_strdup (ucum);
  check->refused =
      !_omc_vitals_is_between (typed->value, typed->unit->hard_min, typed->unit->hard_max);

  return check;
}

/* "98.6 °C? Did you mean 98.6 °F (37.0 °C)?" */
static OmcVitalsCheck *
suggest_unit (const OmcVitalsTyped *typed, const char *text, const char *ucum)
{
  g_autofree char *as_typed = omc_quantity_display (typed->text, typed->unit->ucum);
  g_autofree char *meant = omc_quantity_display (text, ucum);
  g_autofree char *converted =
      omc_quantity_convert_text (text, ucum, typed->unit->ucum, typed->unit->decimals);
  g_autofree char *converted_display =
      converted != NULL ? omc_quantity_display (converted, typed->unit->ucum) : NULL;

  if (converted_display == NULL || g_str_equal (ucum, typed->unit->ucum))
    return suggestion_new (typed, text, ucum,
                           g_strdup_printf (_ ("%s? Did you mean %s?"), as_typed, meant));

  return suggestion_new (
      typed, text, ucum,
      /* Translators: typed value, meant value, the same converted: "98.6 °C? Did you mean 98.6 °F = 37.0 °C?" */
      g_strdup_printf (_ ("%s? Did you mean %s = %s?"), as_typed, meant, converted_display));
}

static OmcVitalsCheck *
slip_temperature (const OmcVitalsTyped *typed)
{
  gboolean celsius = g_str_equal (typed->unit->ucum, OMC_UCUM_CELSIUS);
  g_autofree char *tenth = NULL;
  gint64 value = typed->value;

  /* Up to what the hard limit lets pass in Fahrenheit. */
  if (celsius && value >= 86 * ONE && value <= 113 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_FAHRENHEIT);
  if (!celsius && value >= 30 * ONE && value <= 45 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_CELSIUS);

  if (strchr (typed->text, '.') != NULL || value < 250 * ONE || value > 1130 * ONE)
    return NULL;

  /* The decimal point is missing. */
  tenth = omc_quantity_from_scaled (value / ONE, 1);
  value /= 10;
  if (value >= 25 * ONE && value <= 45 * ONE)
    return suggest_unit (typed, tenth, OMC_UCUM_CELSIUS);
  if (value >= 86 * ONE)
    return suggest_unit (typed, tenth, OMC_UCUM_FAHRENHEIT);

  return NULL;
}

static OmcVitalsCheck *
slip_glucose (const OmcVitalsTyped *typed)
{
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_MG_DL) && typed->value >= 3 * ONE &&
      typed->value <= 30 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_MMOL_L);
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_MMOL_L) && typed->value >= 54 * ONE &&
      typed->value <= 600 * ONE)
    return suggest_unit (typed, typed->text, OMC_UCUM_MG_DL);

  return NULL;
}

/* Pounds typed as kilograms or the reverse: 2.2 times the last weight. */
static OmcVitalsCheck *
slip_weight (const OmcVitalsTyped *typed)
{
  gboolean kg = g_str_equal (typed->unit->ucum, OMC_UCUM_KG);
  const char *other = kg ? OMC_UCUM_POUND : OMC_UCUM_KG;
  gint64 last;

  if (_omc_vitals_find_last (typed, OMC_VITAL_WEIGHT, G_MAXINT64, other, &last) == NULL ||
      last <= 0)
    return NULL;
  /* Read in the other unit it is within 5 % of the last one. */
  if (ABS (typed->value - last) * 20 <= last)
    return suggest_unit (typed, typed->text, other);

  return NULL;
}

static OmcVitalsCheck *
slip_height (const OmcVitalsTyped *typed)
{
  if (g_str_equal (typed->unit->ucum, OMC_UCUM_CM) && typed->value >= ONE &&
      typed->value <= 25 * ONE / 10)
    {
      g_autofree char *cm = omc_quantity_convert_text (typed->text, "m", OMC_UCUM_CM, 0);

      return suggest_unit (typed, cm, OMC_UCUM_CM);
    }

  return NULL;
}

/* A digit lost or doubled: 12/80, 9,7 or 1200. */
static OmcVitalsCheck *
slip_digit (const OmcVitalsTyped *typed)
{
  g_autofree char *other = NULL;
  gint64 value;

  if (typed->unit->decimals > 0)
    return NULL;

  if (strchr (typed->text, '.') != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (typed->text, ".", 2);

      other = g_strjoinv ("", parts);
    }
  else if (typed->value > _omc_vitals_number_of (typed->unit->hard_max))
    other = g_strndup (typed->text, strlen (typed->text) - 1);
  else if (typed->value < _omc_vitals_number_of (typed->unit->hard_min) && typed->value > 0)
    other = g_strconcat (typed->text, "0", NULL);
  else
    return NULL;

  if (*other == '0' || !omc_quantity_to_scaled (other, SCALE, &value, NULL) ||
      !_omc_vitals_is_plausible (typed->unit, value))
    return NULL;

  OmcVitalsCheck *check = suggest_unit (typed, other, typed->unit->ucum);
  check->refused = TRUE;

  return check;
}

/* Systolic and diastolic in each other's place. */
OmcVitalsCheck *
_omc_vitals_check_pressure_slip (const OmcVitalsTyped *typed)
{
  gboolean is_systolic = typed->kind == OMC_VITAL_SYSTOLIC;
  OmcVitalKind other_kind = is_systolic ? OMC_VITAL_DIASTOLIC : OMC_VITAL_SYSTOLIC;
  g_autofree char *other = omc_quantity_normalise (typed->entry->texts[other_kind]);
  OmcVitalsCheck *check;
  gint64 other_value;

  if (other == NULL || !omc_quantity_to_scaled (other, SCALE, &other_value, NULL))
    return NULL;

  gint64 systolic = is_systolic ? typed->value : other_value;
  gint64 diastolic = is_systolic ? other_value : typed->value;
  const OmcVitalUnit *systolic_unit = omc_vital_find_unit (OMC_VITAL_SYSTOLIC, NULL);
  const OmcVitalUnit *diastolic_unit = omc_vital_find_unit (OMC_VITAL_DIASTOLIC, NULL);

  if (systolic > diastolic)
    return NULL;
  if (systolic == diastolic || !_omc_vitals_is_plausible (systolic_unit, diastolic) ||
      !_omc_vitals_is_plausible (diastolic_unit, systolic))
    return _omc_vitals_finding_new (
        OMC_CHECK_HARD, g_strdup (_ ("The systolic pressure must be above the diastolic one.")));

  check = _omc_vitals_finding_new (
      OMC_CHECK_SUGGEST,
      g_strdup_printf (_ ("Systolic is below diastolic. Did you mean %s over %s?"),
                       is_systolic ? other : typed->text, is_systolic ? typed->text : other));
  check->refused = TRUE;
  check->suggests_swap = TRUE;

  return check;
}

OmcVitalsCheck *
_omc_vitals_check_slips (const OmcVitalsTyped *typed)
{
  OmcVitalsCheck *check = NULL;

  switch ((int)typed->kind)
    {
    case OMC_VITAL_TEMPERATURE:
      return slip_temperature (typed);
    case OMC_VITAL_GLUCOSE:
      return slip_glucose (typed);
    case OMC_VITAL_WEIGHT:
      return slip_weight (typed);
    case OMC_VITAL_HEIGHT:
      check = slip_height (typed);
      break;
    default:
      break;
    }

  return check != NULL ? check : slip_digit (typed);
}
