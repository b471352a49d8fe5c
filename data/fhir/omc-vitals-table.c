/* omc-vitals-table.c: the signs, their codes, units and limits; declared in omc-vitals.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "omc-codes.h"
#include "omc-vitals.h"

/* clang-format off */
/* Limits of clinical.md 3 (adults); those in other units are the same ones converted. */
static const OmcVitalInfo infos[OMC_VITAL_N_KINDS] = {
  [OMC_VITAL_RESPIRATION] = { "respiration", NC_ ("vital sign", "Respiration"), NC_ ("vital sign, short", "Resp"),
    OMC_LOINC_RESPIRATION, "Respiratory rate", TRUE, OMC_NEWS2_RESPIRATION,
    { { OMC_UCUM_PER_MINUTE, 0, "0", "99", "6", "40" } } },
  [OMC_VITAL_SPO2] = { "spo2", NC_ ("vital sign", "SpO₂"), NC_ ("vital sign, short", "SpO₂"),
    OMC_LOINC_SPO2, "Oxygen saturation", TRUE, OMC_NEWS2_SPO2,
    { { OMC_UCUM_PERCENT, 0, "20", "100", "75", "100" } } },
  [OMC_VITAL_OXYGEN] = { "oxygen", NC_ ("vital sign", "Air or oxygen"), NC_ ("vital sign, short", "O₂"),
    NULL, "Air or oxygen", FALSE, OMC_NEWS2_OXYGEN },
  [OMC_VITAL_OXYGEN_DEVICE] = { "oxygen-device", NC_ ("vital sign", "Oxygen device"), NC_ ("vital sign, short", "Device"),
    NULL, "Oxygen device", FALSE, -1 },
  [OMC_VITAL_OXYGEN_FLOW] = { "oxygen-flow", NC_ ("vital sign", "Oxygen flow"), NC_ ("vital sign, short", "Flow"),
    OMC_LOINC_OXYGEN_FLOW, "Inhaled oxygen flow rate", TRUE, -1,
    { { OMC_UCUM_L_MIN, 1, "0", "100", "0", "15" } } },
  [OMC_VITAL_FIO2] = { "fio2", NC_ ("vital sign", "Inspired oxygen"), NC_ ("vital sign, short", "FiO₂"),
    OMC_LOINC_FIO2, "Inhaled oxygen concentration", TRUE, -1,
    { { OMC_UCUM_PERCENT, 0, "21", "100", "21", "100" } } },
  [OMC_VITAL_SYSTOLIC] = { "systolic", NC_ ("vital sign", "Systolic blood pressure"), NC_ ("vital sign, short", "Sys"),
    OMC_LOINC_SYSTOLIC, "Systolic blood pressure", TRUE, OMC_NEWS2_SYSTOLIC,
    { { OMC_UCUM_MMHG, 0, "20", "300", "70", "220" } } },
  [OMC_VITAL_DIASTOLIC] = { "diastolic", NC_ ("vital sign", "Diastolic blood pressure"), NC_ ("vital sign, short", "Dia"),
    OMC_LOINC_DIASTOLIC, "Diastolic blood pressure", TRUE, -1,
    { { OMC_UCUM_MMHG, 0, "5", "200", "35", "130" } } },
  [OMC_VITAL_PULSE] = { "pulse", NC_ ("vital sign", "Pulse"), NC_ ("vital sign, short", "Pulse"),
    OMC_LOINC_PULSE, "Heart rate", TRUE, OMC_NEWS2_PULSE,
    { { OMC_UCUM_PER_MINUTE, 0, "0", "300", "35", "180" } } },
  [OMC_VITAL_CONSCIOUSNESS] = { "consciousness", NC_ ("vital sign", "Consciousness"), NC_ ("vital sign, short", "ACVPU"),
    NULL, "Consciousness (ACVPU)", FALSE, OMC_NEWS2_CONSCIOUSNESS },
  [OMC_VITAL_TEMPERATURE] = { "temperature", NC_ ("vital sign", "Temperature"), NC_ ("vital sign, short", "Temp"),
    OMC_LOINC_TEMPERATURE, "Body temperature", TRUE, OMC_NEWS2_TEMPERATURE,
    { { OMC_UCUM_CELSIUS, 1, "25.0", "45.0", "34.0", "40.5" },
      { OMC_UCUM_FAHRENHEIT, 1, "77.0", "113.0", "93.2", "104.9" } } },
  [OMC_VITAL_PAIN] = { "pain", NC_ ("vital sign", "Pain"), NC_ ("vital sign, short", "Pain"),
    OMC_LOINC_PAIN, "Pain severity 0-10 verbal numeric rating", TRUE, -1,
    { { OMC_UCUM_SCORE, 0, "0", "10", "0", "10" } } },
  [OMC_VITAL_GLUCOSE] = { "glucose", NC_ ("vital sign", "Glucose"), NC_ ("vital sign, short", "Gluc"),
    OMC_LOINC_GLUCOSE_MOLES, "Glucose, capillary blood", TRUE, -1,
    { { OMC_UCUM_MMOL_L, 1, "0.6", "60.0", "3.0", "25.0", OMC_LOINC_GLUCOSE_MOLES },
      { OMC_UCUM_MG_DL, 0, "10", "1080", "54", "450", OMC_LOINC_GLUCOSE_MASS } } },
  [OMC_VITAL_WEIGHT] = { "weight", NC_ ("vital sign", "Weight"), NC_ ("vital sign, short", "Weight"),
    OMC_LOINC_WEIGHT, "Body weight", TRUE, -1,
    { { OMC_UCUM_KG, 1, "0.2", "650.0", "35.0", "180.0" },
      { OMC_UCUM_POUND, 1, "0.5", "1433.0", "77.2", "396.8" } } },
  [OMC_VITAL_HEIGHT] = { "height", NC_ ("vital sign", "Height"), NC_ ("vital sign, short", "Height"),
    OMC_LOINC_HEIGHT, "Body height", TRUE, -1,
    { { OMC_UCUM_CM, 0, "20", "260", "140", "205" },
      { OMC_UCUM_INCH, 1, "7.9", "102.3", "55.2", "80.7" } } },
  [OMC_VITAL_URINE] = { "urine", NC_ ("vital sign", "Urine output"), NC_ ("vital sign, short", "Urine"),
    OMC_LOINC_URINE, "Urine output", TRUE, -1,
    { { OMC_UCUM_ML, 0, "0", "5000", "0", "1500" } } },
  [OMC_VITAL_GCS_EYE] = { "gcs-eye", NC_ ("vital sign", "Glasgow coma scale, eyes"), NC_ ("vital sign, short", "E"),
    OMC_LOINC_GCS_EYE, "Glasgow coma score eye opening", TRUE, -1,
    { { OMC_UCUM_SCORE, 0, "1", "4", "1", "4" } } },
  [OMC_VITAL_GCS_VERBAL] = { "gcs-verbal", NC_ ("vital sign", "Glasgow coma scale, verbal"), NC_ ("vital sign, short", "V"),
    OMC_LOINC_GCS_VERBAL, "Glasgow coma score verbal", TRUE, -1,
    { { OMC_UCUM_SCORE, 0, "1", "5", "1", "5" } } },
  [OMC_VITAL_GCS_MOTOR] = { "gcs-motor", NC_ ("vital sign", "Glasgow coma scale, motor"), NC_ ("vital sign, short", "M"),
    OMC_LOINC_GCS_MOTOR, "Glasgow coma score motor", TRUE, -1,
    { { OMC_UCUM_SCORE, 0, "1", "6", "1", "6" } } },
  [OMC_VITAL_GCS] = { "gcs", NC_ ("vital sign", "Glasgow coma scale"), NC_ ("vital sign, short", "GCS"),
    OMC_LOINC_GCS, "Glasgow coma score total", TRUE, -1,
    { { OMC_UCUM_SCORE, 0, "3", "15", "3", "15" } } },
};

static const struct
{
  const char *id;
  const char *label;
  const char *absent_reason;
} unables[OMC_UNABLE_N_REASONS] = {
  [OMC_UNABLE_NONE] = { "", "", NULL },
  [OMC_UNABLE_REFUSED] = { "refused", NC_ ("reason for no value", "Refused"), "asked-declined" },
  [OMC_UNABLE_ASLEEP] = { "asleep", NC_ ("reason for no value", "Asleep"), "not-performed" },
  [OMC_UNABLE_OFF_WARD] = { "off-ward", NC_ ("reason for no value", "Off the ward"), "not-performed" },
  [OMC_UNABLE_EQUIPMENT_FAILED] = { "equipment-failed", NC_ ("reason for no value", "Equipment failed"), "error" },
  [OMC_UNABLE_UNABLE] = { "unable", NC_ ("reason for no value", "Unable to measure"), "not-performed" },
  [OMC_UNABLE_NOT_APPROPRIATE] = { "not-appropriate", NC_ ("reason for no value", "Not appropriate"), "not-applicable" },
  [OMC_UNABLE_NOT_DONE] = { "not-done", NC_ ("reason for no value", "Not done"), "not-performed" },
};
/* clang-format on */

const OmcVitalInfo *
omc_vital_get_info (OmcVitalKind kind)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);

  return &infos[kind];
}

gboolean
omc_vital_from_id (const char *id, OmcVitalKind *kind)
{
  for (guint i = 0; id != NULL && i < OMC_VITAL_N_KINDS; i++)
    if (g_str_equal (infos[i].id, id))
      {
        *kind = i;
        return TRUE;
      }

  return FALSE;
}

const char *
omc_vital_label (OmcVitalKind kind)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, "");

  return g_dpgettext2 (GETTEXT_PACKAGE, "vital sign", infos[kind].label);
}

const char *
omc_vital_short_label (OmcVitalKind kind)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, "");

  return g_dpgettext2 (GETTEXT_PACKAGE, "vital sign, short", infos[kind].short_label);
}

const OmcVitalUnit *
omc_vital_find_unit (OmcVitalKind kind, const char *ucum)
{
  g_return_val_if_fail (kind < OMC_VITAL_N_KINDS, NULL);

  for (guint i = 0; i < OMC_VITAL_MAX_UNITS && infos[kind].units[i].ucum != NULL; i++)
    if (ucum == NULL || g_str_equal (infos[kind].units[i].ucum, ucum))
      return &infos[kind].units[i];

  return NULL;
}

const char *
omc_unable_to_string (OmcUnable unable)
{
  g_return_val_if_fail (unable < OMC_UNABLE_N_REASONS, "");

  return unables[unable].id;
}

gboolean
omc_unable_from_string (const char *text, OmcUnable *unable)
{
  for (guint i = 0; text != NULL && i < OMC_UNABLE_N_REASONS; i++)
    if (g_str_equal (unables[i].id, text))
      {
        *unable = i;
        return TRUE;
      }

  return FALSE;
}

const char *
omc_unable_label (OmcUnable unable)
{
  g_return_val_if_fail (unable < OMC_UNABLE_N_REASONS, "");

  return unable == OMC_UNABLE_NONE
             ? ""
             : g_dpgettext2 (GETTEXT_PACKAGE, "reason for no value", unables[unable].label);
}

const char *
omc_unable_absent_reason (OmcUnable unable)
{
  g_return_val_if_fail (unable < OMC_UNABLE_N_REASONS, NULL);

  return unables[unable].absent_reason;
}
