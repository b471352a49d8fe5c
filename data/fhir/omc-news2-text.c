/* omc-news2-text.c: the names and sentences of NEWS2; declared in omc-news2.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-news2.h"

static const struct
{
  const char *id;
  const char *label;
} parameters[OMC_NEWS2_N_PARAMETERS] = {
  [OMC_NEWS2_RESPIRATION] = { "respiration", NC_ ("vital sign", "Respiration") },
  [OMC_NEWS2_SPO2] = { "spo2", NC_ ("vital sign", "SpO₂") },
  [OMC_NEWS2_OXYGEN] = { "oxygen", NC_ ("vital sign", "Air or oxygen") },
  [OMC_NEWS2_SYSTOLIC] = { "systolic", NC_ ("vital sign", "Systolic blood pressure") },
  [OMC_NEWS2_PULSE] = { "pulse", NC_ ("vital sign", "Pulse") },
  [OMC_NEWS2_CONSCIOUSNESS] = { "consciousness", NC_ ("vital sign", "Consciousness") },
  [OMC_NEWS2_TEMPERATURE] = { "temperature", NC_ ("vital sign", "Temperature") },
};

static const struct
{
  const char *id;
  const char *label;
  const char *response;
} bands[] = {
  [OMC_NEWS2_BAND_NONE] = { NULL, "",
                            NC_ ("NEWS2 response",
                                 "Complete the set: without all seven signs there is no score.") },
  [OMC_NEWS2_BAND_LOW] = { "low", NC_ ("NEWS2 risk", "Low"),
                           NC_ ("NEWS2 response",
                                "Registered nurse assesses and decides about more frequent "
                                "monitoring or escalation.") },
  [OMC_NEWS2_BAND_LOW_MEDIUM] = { "low-medium", NC_ ("NEWS2 risk", "Low–medium"),
                                  NC_ ("NEWS2 response",
                                       "3 in one sign: registered nurse informs the medical team, "
                                       "who "
                                       "review the patient and decide about escalation.") },
  [OMC_NEWS2_BAND_MEDIUM] = { "medium", NC_ ("NEWS2 risk", "Medium"),
                              NC_ ("NEWS2 response",
                                   "Inform the medical team now. Urgent assessment by a clinician "
                                   "competent in "
                                   "acute illness, care with monitoring. Think sepsis.") },
  [OMC_NEWS2_BAND_HIGH] = { "high", NC_ ("NEWS2 risk", "High"),
                            NC_ ("NEWS2 response",
                                 "Emergency: inform the medical team at specialist registrar level "
                                 "or above now. "
                                 "Emergency assessment by a team with critical-care and airway "
                                 "skills; consider "
                                 "transfer to higher-dependency care.") },
};

static const struct
{
  const char *id;
  const char *sentence;
} scopes[] = {
  [OMC_NEWS2_SCOPE_ADULT] = { "adult", "" },
  [OMC_NEWS2_SCOPE_CHILD] = { "child", NC_ ("NEWS2 scope",
                                            "No score: NEWS2 is not for people under 16. Use the "
                                            "PEWS chart.") },
  [OMC_NEWS2_SCOPE_PREGNANT] = { "pregnant", NC_ ("NEWS2 scope",
                                                  "No score: NEWS2 is not for use in pregnancy. "
                                                  "Use the MEWS chart.") },
  [OMC_NEWS2_SCOPE_UNKNOWN] = { "unknown", NC_ ("NEWS2 scope",
                                                "No score: the birth date is not known. Ask for "
                                                "it; NEWS2 is for "
                                                "people of 16 and over.") },
};

static const struct
{
  const char *id;
  const char *label;
} consciousness_words[] = {
  [OMC_CONSCIOUSNESS_UNKNOWN] = { "", "" },
  [OMC_CONSCIOUSNESS_ALERT] = { "A", NC_ ("consciousness", "Alert") },
  [OMC_CONSCIOUSNESS_CONFUSION] = { "C", NC_ ("consciousness", "New confusion") },
  [OMC_CONSCIOUSNESS_VOICE] = { "V", NC_ ("consciousness", "Responds to voice") },
  [OMC_CONSCIOUSNESS_PAIN] = { "P", NC_ ("consciousness", "Responds to pain") },
  [OMC_CONSCIOUSNESS_UNRESPONSIVE] = { "U", NC_ ("consciousness", "Unresponsive") },
};

static const char *const oxygen_words[] = {
  [OMC_OXYGEN_UNKNOWN] = "",
  [OMC_OXYGEN_AIR] = "air",
  [OMC_OXYGEN_OXYGEN] = "oxygen",
};

/* "" must stay "": gettext answers it with the header of the catalogue. */
static const char *
translate (const char *context, const char *text)
{
  return *text != '\0' ? g_dpgettext2 (GETTEXT_PACKAGE, context, text) : "";
}

const char *
omc_news2_parameter_to_string (OmcNews2Parameter parameter)
{
  g_return_val_if_fail (parameter < OMC_NEWS2_N_PARAMETERS, NULL);

  return parameters[parameter].id;
}

const char *
omc_news2_parameter_label (OmcNews2Parameter parameter)
{
  g_return_val_if_fail (parameter < OMC_NEWS2_N_PARAMETERS, NULL);

  return translate ("vital sign", parameters[parameter].label);
}

const char *
omc_news2_band_to_string (OmcNews2Band band)
{
  g_return_val_if_fail (band < G_N_ELEMENTS (bands), NULL);

  return bands[band].id;
}

const char *
omc_news2_band_label (OmcNews2Band band)
{
  g_return_val_if_fail (band < G_N_ELEMENTS (bands), "");

  return translate ("NEWS2 risk", bands[band].label);
}

const char *
omc_news2_scope_to_string (OmcNews2Scope scope)
{
  g_return_val_if_fail (scope < G_N_ELEMENTS (scopes), NULL);

  return scopes[scope].id;
}

const char *
omc_news2_scope_sentence (OmcNews2Scope scope)
{
  g_return_val_if_fail (scope < G_N_ELEMENTS (scopes), "");

  return translate ("NEWS2 scope", scopes[scope].sentence);
}

const char *
omc_news2_monitoring_to_string (const OmcNews2Result *result)
{
  switch (omc_news2_interval_minutes (result))
    {
    case 720:
      return "12-hourly";
    case 240:
      return "4-6-hourly";
    case 60:
      return "1-hourly";
    case 30:
      return "continuous";
    default:
      return NULL;
    }
}

const char *
omc_news2_monitoring_label (const OmcNews2Result *result)
{
  switch (omc_news2_interval_minutes (result))
    {
    case 720:
      return C_ ("NEWS2 monitoring", "At least every 12 hours");
    case 240:
      return C_ ("NEWS2 monitoring", "At least every 4 to 6 hours");
    case 60:
      return C_ ("NEWS2 monitoring", "At least every hour");
    case 30:
      return C_ ("NEWS2 monitoring", "Continuous monitoring");
    default:
      return "";
    }
}

const char *
omc_news2_response (const OmcNews2Result *result)
{
  g_return_val_if_fail (result != NULL, "");

  if (result->scope != OMC_NEWS2_SCOPE_ADULT)
    return omc_news2_scope_sentence (result->scope);
  if (result->total == 0)
    return C_ ("NEWS2 response", "Continue routine monitoring.");

  return translate ("NEWS2 response", bands[result->band].response);
}

const char *
omc_consciousness_to_string (OmcConsciousness consciousness)
{
  g_return_val_if_fail (consciousness < G_N_ELEMENTS (consciousness_words), "");

  return consciousness_words[consciousness].id;
}

const char *
omc_consciousness_label (OmcConsciousness consciousness)
{
  g_return_val_if_fail (consciousness < G_N_ELEMENTS (consciousness_words), "");

  return translate ("consciousness", consciousness_words[consciousness].label);
}

gboolean
omc_consciousness_from_string (const char *text, OmcConsciousness *consciousness)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (consciousness_words); i++)
    if (g_ascii_strcasecmp (text, consciousness_words[i].id) == 0)
      {
        *consciousness = i;
        return TRUE;
      }

  return FALSE;
}

const char *
omc_oxygen_to_string (OmcOxygen oxygen)
{
  g_return_val_if_fail (oxygen < G_N_ELEMENTS (oxygen_words), "");

  return oxygen_words[oxygen];
}

gboolean
omc_oxygen_from_string (const char *text, OmcOxygen *oxygen)
{
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (oxygen_words); i++)
    if (g_str_equal (text, oxygen_words[i]))
      {
        *oxygen = i;
        return TRUE;
      }

  return FALSE;
}

char *
omc_news2_dup_summary (const OmcNews2Result *result)
{
  g_return_val_if_fail (result != NULL, NULL);

  if (result->scope != OMC_NEWS2_SCOPE_ADULT || result->n_present == 0)
    return g_strdup (C_ ("NEWS2", "no score"));
  if (result->complete)
    return g_strdup_printf ("%d", result->total);

  /* Translators: a sum of sub-scores while some of the seven signs are missing */
  return g_strdup_printf (C_ ("NEWS2", "at least %d (%u of %d)"), result->partial,
                          result->n_present, OMC_NEWS2_N_PARAMETERS);
}
