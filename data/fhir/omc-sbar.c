/* omc-sbar.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-fhir"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "omc-sbar.h"

/* Chart 4 of NEWS2 by band, clinical.md 2; texts untranslated. */
static const OmcEscalationStep no_steps[] = { { NULL, NULL } };
static const OmcEscalationStep low_steps[] = {
  { "nurse-assesses", NC_ ("escalation", "Registered nurse assesses the patient") },
  { "frequency-decided", NC_ ("escalation", "More frequent monitoring or escalation decided") },
  { NULL, NULL },
};
static const OmcEscalationStep low_medium_steps[] = {
  { "team-informed", NC_ ("escalation", "Medical team informed") },
  { "review-agreed", NC_ ("escalation", "Review of the patient agreed") },
  { "hourly", NC_ ("escalation", "Monitoring at least every hour") },
  { NULL, NULL },
};
static const OmcEscalationStep medium_steps[] = {
  { "team-informed-now", NC_ ("escalation", "Medical team informed immediately") },
  { "urgent-assessment",
    NC_ ("escalation", "Urgent assessment by a clinician competent in acute illness") },
  { "think-sepsis", NC_ ("escalation", "Sepsis considered") },
  { "monitored-place", NC_ ("escalation", "Care in a place with monitoring") },
  { "hourly", NC_ ("escalation", "Monitoring at least every hour") },
  { NULL, NULL },
};
static const OmcEscalationStep high_steps[] = {
  { "registrar-informed",
    NC_ ("escalation",
         "Medical team informed immediately, at specialist registrar level or above") },
  { "emergency-assessment",
    NC_ ("escalation", "Emergency assessment by a team with critical-care and airway skills") },
  { "think-sepsis", NC_ ("escalation", "Sepsis considered") },
  { "transfer-considered", NC_ ("escalation", "Transfer to level 2 or 3 care considered") },
  { "continuous", NC_ ("escalation", "Continuous monitoring") },
  { NULL, NULL },
};

#define MAX_STEPS 8

/* Translated once a list; the lists are few and live as long as the process. */
static const OmcEscalationStep *
translated (const OmcEscalationStep *steps, OmcEscalationStep *cache, gsize *once)
{
  if (g_once_init_enter (once))
    {
      for (gsize i = 0; i < MAX_STEPS && steps[i].id != NULL; i++)
        cache[i] = (OmcEscalationStep){ steps[i].id, g_dpgettext2 (GETTEXT_PACKAGE, "escalation",
                                                                   steps[i].text) };
      g_once_init_leave (once, 1);
    }

  return cache;
}

const OmcEscalationStep *
omc_sbar_list_steps (const OmcNews2Result *result)
{
  static OmcEscalationStep caches[4][MAX_STEPS];
  static gsize onces[4];

  g_return_val_if_fail (result != NULL, no_steps);

  switch (result->band)
    {
    case OMC_NEWS2_BAND_LOW:
      return result->total == 0 ? no_steps : translated (low_steps, caches[0], &onces[0]);
    case OMC_NEWS2_BAND_LOW_MEDIUM:
      return translated (low_medium_steps, caches[1], &onces[1]);
    case OMC_NEWS2_BAND_MEDIUM:
      return translated (medium_steps, caches[2], &onces[2]);
    case OMC_NEWS2_BAND_HIGH:
      return translated (high_steps, caches[3], &onces[3]);
    case OMC_NEWS2_BAND_NONE:
    default:
      return no_steps;
    }
}

gboolean
omc_sbar_needs_escalation (const OmcNews2Result *result)
{
  g_return_val_if_fail (result != NULL, FALSE);

  return result->band >= OMC_NEWS2_BAND_LOW_MEDIUM;
}

/* --- the text --- */

static void
append_signs (GString *text, const OmcVitalsSet *set)
{
  static const OmcVitalKind kinds[] = { OMC_VITAL_RESPIRATION,   OMC_VITAL_SPO2,
                                        OMC_VITAL_OXYGEN,        OMC_VITAL_OXYGEN_FLOW,
                                        OMC_VITAL_SYSTOLIC,      OMC_VITAL_PULSE,
                                        OMC_VITAL_CONSCIOUSNESS, OMC_VITAL_TEMPERATURE };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const OmcVitalsValue *value = set->values[kinds[i]];
      g_autofree char *display = omc_vitals_set_dup_display (set, kinds[i]);
      int parameter = omc_vital_get_info (kinds[i])->news2;

      if (value == NULL || value->voided)
        {
          /* What was not measured is said, never left to be read as normal. */
          if (parameter >= 0)
            g_string_append_printf (text, "  %s: %s\n", omc_vital_label (kinds[i]),
                                    C_ ("vital sign", "not measured"));
          continue;
        }
      g_string_append_printf (text, "  %s: %s", omc_vital_label (kinds[i]), display);
      if (parameter >= 0 && set->news2.scores[parameter] > 0)
        /* Translators: the NEWS2 sub-score of a vital sign */
        g_string_append_printf (text, C_ ("SBAR", " (scores %d)"), set->news2.scores[parameter]);
      g_string_append_c (text, '\n');
    }
}

static void
append_if (GString *text, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    g_string_append_printf (text, "  %s: %s\n", label, value);
}

static void
append_situation (GString *text, const OmcSbarInput *input)
{
  g_autofree char *summary = omc_news2_dup_summary (&input->set->news2);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (input->set->time_us);
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%H:%M") : g_strdup ("?");

  g_string_append_printf (text, "%s\n", C_ ("SBAR", "Situation"));
  append_if (text, C_ ("SBAR", "Caller"), input->caller);
  append_if (text, C_ ("SBAR", "Patient"), input->patient);
  append_if (text, C_ ("SBAR", "Age"), input->age);
  append_if (text, C_ ("SBAR", "Number"), input->number);
  append_if (text, C_ ("SBAR", "Place"), input->place);
  g_string_append_printf (text, C_ ("SBAR", "  NEWS2 is %s at %s, SpO₂ scale %d"), summary, clock,
                          input->set->news2.scale);
  if (input->set->news2.red)
    g_string_append (text, C_ ("SBAR", ", with 3 in one sign"));
  g_string_append (text, "\n");
}

static void
append_background (GString *text, const OmcSbarInput *input)
{
  g_string_append_printf (text, "%s\n", C_ ("SBAR", "Background"));
  append_if (text, C_ ("SBAR", "Problems"), input->problems);
  append_if (text, C_ ("SBAR", "Allergies"), input->allergies);
  if (input->previous != NULL)
    {
      g_autofree char *before = omc_news2_dup_summary (&input->previous->news2);
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (input->previous->time_us);
      g_autofree char *clock =
          time != NULL ? g_date_time_format (time, "%d %b %H:%M") : g_strdup ("?");

      g_string_append_printf (text, C_ ("SBAR", "  NEWS2 before: %s (%s)\n"), before, clock);
    }
}

char *
omc_sbar_dup_text (const OmcSbarInput *input)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (input != NULL && input->set != NULL, NULL);

  append_situation (text, input);
  append_background (text, input);
  g_string_append_printf (text, "%s\n", C_ ("SBAR", "Assessment"));
  append_signs (text, input->set);
  g_string_append_printf (text, "%s\n", C_ ("SBAR", "Recommendation"));
  g_string_append_printf (text, "  %s\n", omc_news2_response (&input->set->news2));
  if (*omc_news2_monitoring_label (&input->set->news2) != '\0')
    g_string_append_printf (text, "  %s\n", omc_news2_monitoring_label (&input->set->news2));

  return g_string_free (g_steal_pointer (&text), FALSE);
}
