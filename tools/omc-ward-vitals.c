/* omc-ward-vitals.c: sets of vital signs as FHIR
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include "omc-clock.h"
#include "omc-codes.h"
#include "omc-news2-codes.h"
#include "omc-ward-private.h"

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)
#define HOUR_US (60 * MINUTE_US)
#define DAYS_US (72 * HOUR_US)
#define MAX_MEMBERS 12

/* A set on its way out. */
typedef struct
{
  OmcWard *ward;
  OmcWardPatient *patient;
  char *effective; /* (owned) */
  char *issued;    /* (owned) */
  guint nurse;
  char members[MAX_MEMBERS][37];
  guint n_members;
  guint n_scored; /* the first so many are what NEWS2 is derived from */
} Set;

static void
put_category (OmcWardJson *json, const char *code, const char *display)
{
  omc_ward_json_concept (json, NULL, OMC_SYSTEM_OBSERVATION_CATEGORY, code, display, NULL);
}

static void
begin (Set *set, gboolean survey, const char *id)
{
  OmcWardJson *json = &set->ward->json;
  char nurse[24];

  g_snprintf (nurse, sizeof nurse, "Practitioner/nurse-%u", set->nurse % OMC_WARD_N_NURSES + 1);
  omc_ward_json_begin (json, "Observation", id);
  omc_ward_json_string (json, "status", "final");
  omc_ward_json_open (json, "category", '[');
  put_category (json, "vital-signs", "Vital Signs");
  if (survey)
    put_category (json, "survey", "Survey");
  omc_ward_json_close (json, ']');
  omc_ward_json_reference (json, "subject", "Patient", set->patient->id);
  omc_ward_json_reference (json, "encounter", "Encounter", set->patient->encounter);
  omc_ward_json_string (json, "effectiveDateTime", set->effective);
  omc_ward_json_string (json, "issued", set->issued);
  omc_ward_json_open (json, "performer", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "reference", nurse);
  omc_ward_json_string (json, "display", omc_ward_nurse_display (set->nurse));
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
}

static void
begin_member (Set *set, gboolean survey)
{
  char *id = set->members[set->n_members++];

  g_assert (set->n_members <= MAX_MEMBERS);
  omc_ward_rand_uuid (&set->patient->rand, id);
  begin (set, survey, id);
}

static void
put_absent (OmcWardJson *json, const char *reason)
{
  omc_ward_json_concept (json, "dataAbsentReason", OMC_SYSTEM_DATA_ABSENT_REASON, reason, NULL,
                         NULL);
}

static gboolean
emit_number (Set *set,
             const char *loinc,
             const char *text,
             const char *number,
             const char *unit,
             const char *ucum,
             const char *unable,
             GError **error)
{
  OmcWardJson *json = &set->ward->json;

  begin_member (set, g_str_equal (loinc, OMC_LOINC_OXYGEN_FLOW));
  omc_ward_json_open (json, "code", '{');
  omc_ward_json_open (json, "coding", '[');
  for (guint i = 0; i < (g_str_equal (loinc, OMC_LOINC_SPO2) ? 2 : 1); i++)
    {
      omc_ward_json_open (json, NULL, '{');
      omc_ward_json_string (json, "system", OMC_SYSTEM_LOINC);
      omc_ward_json_string (json, "code", i == 0 ? loinc : OMC_LOINC_SPO2_OXIMETRY);
      omc_ward_json_close (json, '}');
    }
  omc_ward_json_close (json, ']');
  omc_ward_json_string (json, "text", text);
  omc_ward_json_close (json, '}');
  if (unable != NULL)
    put_absent (json, unable);
  else
    omc_ward_json_quantity (json, "valueQuantity", number, unit, ucum);

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_integer (Set *set,
              const char *loinc,
              const char *text,
              int value,
              const char *unit,
              const char *ucum,
              const char *unable,
              GError **error)
{
  char number[16];

  g_snprintf (number, sizeof number, "%d", value);

  return emit_number (set, loinc, text, number, unit, ucum, unable, error);
}

static gboolean
emit_tenths (Set *set,
             const char *loinc,
             const char *text,
             int tenths,
             const char *unit,
             const char *ucum,
             const char *unable,
             GError **error)
{
  char number[16];

  g_snprintf (number, sizeof number, "%d.%d", tenths / 10, tenths % 10);

  return emit_number (set, loinc, text, number, unit, ucum, unable, error);
}

static void
put_pressure (OmcWardJson *json, const char *loinc, const char *text, int value, const char *unable)
{
  char number[16];

  g_snprintf (number, sizeof number, "%d", value);
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_concept (json, "code", OMC_SYSTEM_LOINC, loinc, NULL, text);
  if (unable != NULL)
    put_absent (json, unable);
  else
    omc_ward_json_quantity (json, "valueQuantity", number, "mmHg", OMC_UCUM_MMHG);
  omc_ward_json_close (json, '}');
}

static gboolean
emit_pressure (Set *set, const OmcWardSigns *signs, GError **error)
{
  OmcWardJson *json = &set->ward->json;

  begin_member (set, FALSE);
  omc_ward_json_concept (json, "code", OMC_SYSTEM_LOINC, OMC_LOINC_BP, NULL, "Blood pressure");
  omc_ward_json_open (json, "component", '[');
  put_pressure (json, OMC_LOINC_SYSTOLIC, "Systolic blood pressure", signs->input.systolic,
                signs->unable);
  put_pressure (json, OMC_LOINC_DIASTOLIC, "Diastolic blood pressure", signs->diastolic,
                signs->unable);
  omc_ward_json_close (json, ']');

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_oxygen (Set *set, const OmcWardSigns *signs, GError **error)
{
  OmcWardJson *json = &set->ward->json;
  gboolean air = signs->input.oxygen == OMC_OXYGEN_AIR;
  const char *text = air ? "Breathing room air" : "Patient on oxygen";

  begin_member (set, TRUE);
  omc_ward_json_concept (json, "code", OMC_SYSTEM_OMNICARE_OBSERVATION, OMC_CODE_AIR_OR_OXYGEN,
                         NULL, "Air or oxygen");
  if (signs->unable != NULL)
    put_absent (json, signs->unable);
  else
    omc_ward_json_concept (json, "valueCodeableConcept", OMC_SYSTEM_SNOMED,
                           air ? OMC_SNOMED_ROOM_AIR : OMC_SNOMED_ON_OXYGEN, text, text);
  if (signs->device != NULL && signs->unable == NULL)
    {
      omc_ward_json_open (json, "component", '[');
      omc_ward_json_open (json, NULL, '{');
      omc_ward_json_concept (json, "code", OMC_SYSTEM_OMNICARE_OBSERVATION, OMC_CODE_OXYGEN_DEVICE,
                             NULL, "Oxygen device");
      omc_ward_json_string (json, "valueString", signs->device);
      omc_ward_json_close (json, '}');
      omc_ward_json_close (json, ']');
    }

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_consciousness (Set *set, const OmcWardSigns *signs, GError **error)
{
  const OmcNews2Code *answer = omc_consciousness_get_code (signs->input.consciousness);
  OmcWardJson *json = &set->ward->json;

  begin_member (set, TRUE);
  omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, OMC_SNOMED_ACVPU, NULL,
                         "Consciousness (ACVPU)");
  if (signs->unable != NULL)
    put_absent (json, signs->unable);
  else
    omc_ward_json_concept (json, "valueCodeableConcept", OMC_SYSTEM_SNOMED, answer->snomed, NULL,
                           answer->text);

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_news2 (Set *set, const OmcNews2Result *news2, GError **error)
{
  OmcWardJson *json = &set->ward->json;
  char total[8];

  g_snprintf (total, sizeof total, "%d", news2->total);
  begin_member (set, TRUE);
  omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, OMC_SNOMED_NEWS2, NULL,
                         "NEWS2 total score");
  omc_ward_json_quantity (json, "valueQuantity", total, "score", OMC_UCUM_SCORE);
  omc_ward_json_open (json, "derivedFrom", '[');
  for (guint i = 0; i < set->n_scored; i++)
    omc_ward_json_reference (json, NULL, "Observation", set->members[i]);
  omc_ward_json_close (json, ']');
  omc_ward_json_open (json, "component", '[');
  for (guint i = 0; i < OMC_NEWS2_N_PARAMETERS; i++)
    {
      const OmcNews2Code *part = omc_news2_parameter_get_code (i, news2->scale);

      omc_ward_json_open (json, NULL, '{');
      omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, part->snomed, NULL, part->text);
      omc_ward_json_int (json, "valueInteger", news2->scores[i]);
      omc_ward_json_close (json, '}');
    }
  omc_ward_json_close (json, ']');

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_panel (Set *set, GError **error)
{
  OmcWardJson *json = &set->ward->json;
  char id[37];

  omc_ward_rand_uuid (&set->patient->rand, id);
  begin (set, FALSE, id);
  omc_ward_json_concept (json, "code", OMC_SYSTEM_LOINC, OMC_LOINC_VITALS_PANEL, NULL,
                         "Vital signs");
  omc_ward_json_open (json, "hasMember", '[');
  for (guint i = 0; i < set->n_members; i++)
    omc_ward_json_reference (json, NULL, "Observation", set->members[i]);
  omc_ward_json_close (json, ']');

  return omc_ward_emit (set->ward, error);
}

static gboolean
emit_members (Set *set, const OmcWardSigns *signs, GError **error)
{
  const OmcNews2Input *input = &signs->input;
  const char *unable = signs->unable;
  gboolean fahrenheit = set->patient->fahrenheit;

  if (!emit_integer (set, OMC_LOINC_RESPIRATION, "Respiratory rate", input->respiration, "/min",
                     OMC_UCUM_PER_MINUTE, unable, error) ||
      !emit_integer (set, OMC_LOINC_SPO2, "Oxygen saturation", input->spo2, "%", OMC_UCUM_PERCENT,
                     unable, error) ||
      !emit_oxygen (set, signs, error) || !emit_pressure (set, signs, error) ||
      !emit_integer (set, OMC_LOINC_PULSE, "Heart rate", input->pulse, "/min", OMC_UCUM_PER_MINUTE,
                     unable, error) ||
      !emit_consciousness (set, signs, error) ||
      !emit_tenths (set, OMC_LOINC_TEMPERATURE, "Body temperature",
                    fahrenheit ? signs->fahrenheit_tenths : input->temperature,
                    fahrenheit ? "°F" : "°C", fahrenheit ? OMC_UCUM_FAHRENHEIT : OMC_UCUM_CELSIUS,
                    unable, error))
    return FALSE;
  set->n_scored = set->n_members;

  return unable != NULL || signs->flow_tenths == 0 ||
         emit_tenths (set, OMC_LOINC_OXYGEN_FLOW, "Inhaled oxygen flow rate", signs->flow_tenths,
                      "L/min", OMC_UCUM_L_MIN, NULL, error);
}

/* Minutes to the next set, as the score asks. */
static gboolean
emit_set (OmcWard *ward, OmcWardPatient *patient, gint64 time_us, int *interval, GError **error)
{
  g_autofree char *effective = omc_ward_time (ward, time_us);
  g_autofree char *issued = omc_ward_time (
      ward, time_us + omc_ward_rand_int (&patient->rand, 20, 150) * (gint64)G_USEC_PER_SEC);
  Set set = { .ward = ward, .patient = patient, .effective = effective, .issued = issued };
  OmcNews2Scope scope = patient->child      ? OMC_NEWS2_SCOPE_CHILD
                        : patient->pregnant ? OMC_NEWS2_SCOPE_PREGNANT
                                            : OMC_NEWS2_SCOPE_ADULT;
  OmcNews2Result news2;
  OmcWardSigns signs;

  set.nurse = omc_ward_rand_chance (&patient->rand, 70)
                  ? patient->nurse
                  : (guint)omc_ward_rand_int (&patient->rand, 0, OMC_WARD_N_NURSES);
  omc_ward_measure (patient, (ward->options->now_us - time_us) / HOUR_US, &signs);
  omc_news2_score (&signs.input, scope, &news2);
  *interval = scope != OMC_NEWS2_SCOPE_ADULT ? 240 : omc_news2_interval_minutes (&news2);

  return emit_members (&set, &signs, error) &&
         (signs.unable != NULL || news2.total < 0 || emit_news2 (&set, &news2, error)) &&
         emit_panel (&set, error);
}

/* Three days at the intervals that the scores ask for, here and there late or left out. */
static gboolean
emit_days (OmcWard *ward, OmcWardPatient *patient, GError **error)
{
  gint64 now = ward->options->now_us;
  gint64 time = MAX (now - DAYS_US, patient->admitted_us) +
                omc_ward_rand_int (&patient->rand, 5, 50) * MINUTE_US;
  int interval;

  while (time < now)
    {
      if (!emit_set (ward, patient, time, &interval, error))
        return FALSE;
      gint64 next = MIN (interval, 360) * omc_ward_rand_int (&patient->rand, 80, 112) / 100;
      if (omc_ward_rand_chance (&patient->rand, 4))
        next *= 2;
      time += MAX (next, 15) * MINUTE_US +
              omc_ward_rand_int (&patient->rand, 0, 60) * (gint64)G_USEC_PER_SEC;
    }

  return TRUE;
}

static gboolean
emit_last (OmcWard *ward, OmcWardPatient *patient, int n_sets, GError **error)
{
  gint64 lag = omc_ward_rand_int (&patient->rand, 2, 280) * MINUTE_US;
  gint64 step = patient->course == OMC_WARD_DETERIORATING ? HOUR_US : 4 * HOUR_US;
  int interval;

  for (int i = n_sets - 1; i >= 0; i--)
    {
      gint64 time = ward->options->now_us - lag - i * step;

      if (time >= patient->admitted_us && !emit_set (ward, patient, time, &interval, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
omc_ward_emit_vitals (OmcWard *ward, OmcWardPatient *patient, GError **error)
{
  int n_sets = ward->options->vitals_sets;

  if (n_sets < 0)
    n_sets = ward->options->patients <= 100 ? -1 : 2;

  return n_sets < 0 ? emit_days (ward, patient, error) : emit_last (ward, patient, n_sets, error);
}
