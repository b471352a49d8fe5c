/* omc-news2-codes.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include "omc-codes.h"
#include "omc-news2-codes.h"

static const OmcNews2Code parameters[OMC_NEWS2_N_PARAMETERS] = {
  [OMC_NEWS2_RESPIRATION] = { "1104301000000104", NULL, "NEWS2 respiration rate score" },
  [OMC_NEWS2_SPO2] = { OMC_SNOMED_NEWS2_SPO2_SCALE_1, NULL,
                       "NEWS2 oxygen saturation scale 1 score" },
  [OMC_NEWS2_OXYGEN] = { "1104331000000105", NULL, "NEWS2 air or oxygen score" },
  [OMC_NEWS2_SYSTOLIC] = { "1104341000000101", NULL, "NEWS2 systolic blood pressure score" },
  [OMC_NEWS2_PULSE] = { "1104351000000103", NULL, "NEWS2 pulse score" },
  [OMC_NEWS2_CONSCIOUSNESS] = { "1104361000000100", NULL, "NEWS2 consciousness score" },
  [OMC_NEWS2_TEMPERATURE] = { "1104371000000107", NULL, "NEWS2 temperature score" },
};

static const OmcNews2Code spo2_scale_2 = { OMC_SNOMED_NEWS2_SPO2_SCALE_2, NULL,
                                           "NEWS2 oxygen saturation scale 2 score" };

static const OmcNews2Code answers[] = {
  [OMC_CONSCIOUSNESS_ALERT] = { "248234008", "LA9340-6", "Alert" },
  [OMC_CONSCIOUSNESS_CONFUSION] = { "130987000", "LA6560-2", "New confusion" },
  [OMC_CONSCIOUSNESS_VOICE] = { "300202002", "LA17108-4", "Responds to voice" },
  [OMC_CONSCIOUSNESS_PAIN] = { "450847001", "LA17107-6", "Responds to pain" },
  [OMC_CONSCIOUSNESS_UNRESPONSIVE] = { "422768004", "LA9343-0", "Unresponsive" },
};

const OmcNews2Code *
omc_news2_parameter_get_code (OmcNews2Parameter parameter, int scale)
{
  g_return_val_if_fail (parameter < OMC_NEWS2_N_PARAMETERS, NULL);

  return parameter == OMC_NEWS2_SPO2 && scale == 2 ? &spo2_scale_2 : &parameters[parameter];
}

const OmcNews2Code *
omc_consciousness_get_code (OmcConsciousness consciousness)
{
  g_return_val_if_fail (consciousness < G_N_ELEMENTS (answers), NULL);

  return consciousness != OMC_CONSCIOUSNESS_UNKNOWN ? &answers[consciousness] : NULL;
}
