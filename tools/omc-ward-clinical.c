/* omc-ward-clinical.c: allergies, problems, medication and flags
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omnicare-gen-ward"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-codes.h"
#include "omc-ward-private.h"

#define HOUR_US (3600 * (gint64)G_USEC_PER_SEC)
#define DAY_US (24 * HOUR_US)

typedef struct
{
  const char *code;
  const char *text;
  const char *category;
  const char *reaction_code;
  const char *reaction;
  const char *severity;
  const char *criticality;
} Allergy;

static const Allergy allergies[] = {
  { "91936005", "Allergy to penicillin", "medication", "271807003", "Eruption of skin", "moderate",
    "high" },
  { "294505008", "Allergy to amoxicillin", "medication", "247472004", "Weal", "mild", "low" },
  { "293586001", "Allergy to aspirin", "medication", "267036007", "Dyspnea", "severe", "high" },
  { "91935009", "Allergy to peanut", "food", "39579001", "Anaphylaxis", "severe", "high" },
  { "300916003", "Latex allergy", "environment", "271807003", "Eruption of skin", "mild", "low" },
};

typedef struct
{
  const char *code;
  const char *text;
} Problem;

static const Problem acute_problems[] = {
  { "233604007", "Pneumonia" },
  { "68566005", "Urinary tract infectious disease" },
  { "91302008", "Sepsis" },
  { "84114007", "Heart failure" },
  { "5913000", "Fracture of neck of femur" },
  { "230690007", "Cerebrovascular accident" },
  { "74400008", "Appendicitis" },
  { "128053003", "Deep venous thrombosis" },
};
/* What brings a child or a pregnant woman here. */
static const Problem young_problems[] = {
  { "233604007", "Pneumonia" },
  { "68566005", "Urinary tract infectious disease" },
  { "74400008", "Appendicitis" },
  { "25374005", "Gastroenteritis" },
};
static const Problem chronic_problems[] = {
  { "38341003", "Hypertensive disorder" },
  { "44054006", "Type 2 diabetes mellitus" },
  { "49436004", "Atrial fibrillation" },
  { "709044004", "Chronic kidney disease" },
  { "195967001", "Asthma" },
  { "396275006", "Osteoarthritis" },
};
static const Problem copd = { "13645005", "Chronic obstructive pulmonary disease" };
static const Problem pregnancy = { "77386006", "Pregnancy" };

typedef struct
{
  const char *code;
  const char *text;
  const char *dose;
  const char *unit;
  const char *ucum;
  const char *route_code;
  const char *route;
  int times_a_day;
  gboolean penicillin;
  const char *against; /* codes of problems; NULL: for anybody on a ward */
} Medicine;

static const Medicine medicines[] = {
  { "387517004", "Paracetamol", "1", "g", "g", "26643006", "Oral route", 4, FALSE, NULL },
  { "372687004", "Amoxicillin", "500", "mg", "mg", "26643006", "Oral route", 3, TRUE,
    "233604007 68566005" },
  { "387475002", "Furosemide", "40", "mg", "mg", "26643006", "Oral route", 1, FALSE, "84114007" },
  { "372567009", "Metformin", "500", "mg", "mg", "26643006", "Oral route", 2, FALSE, "44054006" },
  { "386872004", "Ramipril", "2.5", "mg", "mg", "26643006", "Oral route", 1, FALSE, "38341003" },
  { "386868003", "Bisoprolol", "1.25", "mg", "mg", "26643006", "Oral route", 1, FALSE, "49436004" },
  { "372562003", "Enoxaparin", "40", "mg", "mg", "34206005", "Subcutaneous route", 1, FALSE, NULL },
  { "387137007", "Omeprazole", "20", "mg", "mg", "26643006", "Oral route", 1, FALSE, NULL },
  { "373444002", "Atorvastatin", "40", "mg", "mg", "26643006", "Oral route", 1, FALSE,
    "230690007 44054006" },
  { "372897005", "Salbutamol", "2.5", "mg", "mg", "447694001", "Respiratory tract route", 4, FALSE,
    "195967001 13645005" },
};

static void
begin (OmcWard *ward, OmcWardPatient *patient, const char *type)
{
  char id[37];

  omc_ward_rand_uuid (&patient->rand, id);
  omc_ward_json_begin (&ward->json, type, id);
}

static void
put_doctor (OmcWard *ward, OmcWardPatient *patient, const char *key)
{
  guint doctor = patient->index % OMC_WARD_N_DOCTORS;
  char reference[32];

  g_snprintf (reference, sizeof reference, "Practitioner/doctor-%u", doctor + 1);
  omc_ward_json_open (&ward->json, key, '{');
  omc_ward_json_string (&ward->json, "reference", reference);
  omc_ward_json_string (&ward->json, "display", omc_ward_doctor_display (doctor));
  omc_ward_json_close (&ward->json, '}');
}

static void
put_status (OmcWardJson *json, const char *clinical_system, const char *verification_system)
{
  omc_ward_json_concept (json, "clinicalStatus", clinical_system, "active", NULL, NULL);
  omc_ward_json_concept (json, "verificationStatus", verification_system, "confirmed", NULL, NULL);
}

static gboolean
emit_allergy (OmcWard *ward, OmcWardPatient *patient, const Allergy *allergy, GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *recorded = omc_ward_time (ward, patient->admitted_us + HOUR_US);

  begin (ward, patient, "AllergyIntolerance");
  put_status (json, OMC_SYSTEM_ALLERGY_CLINICAL, OMC_SYSTEM_ALLERGY_VERIFICATION);
  if (allergy != NULL)
    {
      omc_ward_json_string (json, "type", "allergy");
      omc_ward_json_open (json, "category", '[');
      omc_ward_json_string (json, NULL, allergy->category);
      omc_ward_json_close (json, ']');
      omc_ward_json_string (json, "criticality", allergy->criticality);
      omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, allergy->code, allergy->text,
                             allergy->text);
    }
  else
    omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, OMC_SNOMED_NO_KNOWN_ALLERGY,
                           "No known allergy", "No known allergy");
  omc_ward_json_reference (json, "patient", "Patient", patient->id);
  omc_ward_json_string (json, "recordedDate", recorded);
  put_doctor (ward, patient, "recorder");
  if (allergy != NULL)
    {
      omc_ward_json_open (json, "reaction", '[');
      omc_ward_json_open (json, NULL, '{');
      omc_ward_json_open (json, "manifestation", '[');
      omc_ward_json_concept (json, NULL, OMC_SYSTEM_SNOMED, allergy->reaction_code,
                             allergy->reaction, allergy->reaction);
      omc_ward_json_close (json, ']');
      omc_ward_json_string (json, "severity", allergy->severity);
      omc_ward_json_close (json, '}');
      omc_ward_json_close (json, ']');
    }

  return omc_ward_emit (ward, error);
}

static gboolean
emit_problem (OmcWard *ward,
              OmcWardPatient *patient,
              const Problem *problem,
              gint64 onset_us,
              GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *onset = omc_ward_time (ward, onset_us);
  g_autofree char *recorded = omc_ward_time (ward, patient->admitted_us + HOUR_US);

  /* The day is as much as anybody knows. */
  onset[10] = '\0';
  begin (ward, patient, "Condition");
  put_status (json, OMC_SYSTEM_CONDITION_CLINICAL, OMC_SYSTEM_CONDITION_VERIFICATION);
  omc_ward_json_open (json, "category", '[');
  omc_ward_json_concept (json, NULL, OMC_SYSTEM_CONDITION_CATEGORY, "problem-list-item",
                         "Problem List Item", NULL);
  omc_ward_json_close (json, ']');
  omc_ward_json_concept (json, "code", OMC_SYSTEM_SNOMED, problem->code, problem->text,
                         problem->text);
  omc_ward_json_reference (json, "subject", "Patient", patient->id);
  omc_ward_json_reference (json, "encounter", "Encounter", patient->encounter);
  omc_ward_json_string (json, "onsetDateTime", onset);
  omc_ward_json_string (json, "recordedDate", recorded);
  put_doctor (ward, patient, "recorder");

  return omc_ward_emit (ward, error);
}

static void
put_dosage (OmcWardJson *json, const Medicine *medicine)
{
  static const char *const times[] = { "", "once", "twice", "three times", "four times" };
  g_autofree char *text = g_strdup_printf ("%s %s, %s, %s a day", medicine->dose, medicine->unit,
                                           medicine->route, times[medicine->times_a_day]);

  omc_ward_json_open (json, "dosageInstruction", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "text", text);
  omc_ward_json_open (json, "timing", '{');
  omc_ward_json_open (json, "repeat", '{');
  omc_ward_json_int (json, "frequency", medicine->times_a_day);
  omc_ward_json_raw (json, "period", "1");
  omc_ward_json_string (json, "periodUnit", "d");
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, '}');
  omc_ward_json_concept (json, "route", OMC_SYSTEM_SNOMED, medicine->route_code, medicine->route,
                         NULL);
  omc_ward_json_open (json, "doseAndRate", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_quantity (json, "doseQuantity", medicine->dose, medicine->unit, medicine->ucum);
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
}

static gboolean
emit_medicine (OmcWard *ward, OmcWardPatient *patient, const Medicine *medicine, GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *authored = omc_ward_time (ward, patient->admitted_us + 2 * HOUR_US);

  begin (ward, patient, "MedicationRequest");
  omc_ward_json_string (json, "status", "active");
  omc_ward_json_string (json, "intent", "order");
  omc_ward_json_concept (json, "medicationCodeableConcept", OMC_SYSTEM_SNOMED, medicine->code,
                         medicine->text, medicine->text);
  omc_ward_json_reference (json, "subject", "Patient", patient->id);
  omc_ward_json_reference (json, "encounter", "Encounter", patient->encounter);
  omc_ward_json_string (json, "authoredOn", authored);
  put_doctor (ward, patient, "requester");
  put_dosage (json, medicine);

  return omc_ward_emit (ward, error);
}

static gboolean
emit_flag (OmcWard *ward,
           OmcWardPatient *patient,
           const char *code,
           const char *text,
           const char *category,
           const char *category_text,
           GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *start = omc_ward_time (ward, patient->admitted_us);

  begin (ward, patient, "Flag");
  omc_ward_json_string (json, "status", "active");
  omc_ward_json_open (json, "category", '[');
  omc_ward_json_concept (json, NULL, OMC_SYSTEM_FLAG_CATEGORY, category, category_text, NULL);
  omc_ward_json_close (json, ']');
  omc_ward_json_concept (json, "code", OMC_SYSTEM_OMNICARE_FLAG, code, text, text);
  omc_ward_json_reference (json, "subject", "Patient", patient->id);
  omc_ward_json_open (json, "period", '{');
  omc_ward_json_string (json, "start", start);
  omc_ward_json_close (json, '}');
  omc_ward_json_reference (json, "encounter", "Encounter", patient->encounter);
  put_doctor (ward, patient, "author");

  return omc_ward_emit (ward, error);
}

typedef struct
{
  const Problem *acute;
  const Problem *chronic; /* (nullable) */
  int years;
} Problems;

static Problems
pick_problems (OmcWardPatient *patient)
{
  OmcWardRand *rand = &patient->rand;
  int acute = omc_ward_rand_int (rand, 0, G_N_ELEMENTS (acute_problems));
  int chronic = omc_ward_rand_int (rand, 0, G_N_ELEMENTS (chronic_problems));
  Problems problems = { &acute_problems[acute], &chronic_problems[chronic],
                        omc_ward_rand_int (rand, 1, 12) };

  if (patient->child || patient->pregnant)
    {
      problems.acute = &young_problems[acute % (int)G_N_ELEMENTS (young_problems)];
      problems.chronic = patient->pregnant ? &pregnancy : NULL;
    }
  if (patient->course == OMC_WARD_SCALE_2)
    problems.chronic = &copd;

  return problems;
}

static gboolean
emit_problems (OmcWard *ward, OmcWardPatient *patient, const Problems *problems, GError **error)
{
  gint64 days = problems->chronic == &pregnancy ? 150 : problems->years * 365;

  return emit_problem (ward, patient, problems->acute, patient->admitted_us, error) &&
         (problems->chronic == NULL || emit_problem (ward, patient, problems->chronic,
                                                     patient->admitted_us - days * DAY_US, error));
}

static gboolean
is_against (const Medicine *medicine, const Problem *problem)
{
  return medicine->against != NULL && problem != NULL &&
         strstr (medicine->against, problem->code) != NULL;
}

static gboolean
may_have (const OmcWardPatient *patient, const Medicine *medicine)
{
  if (patient->allergic && medicine->penicillin)
    return FALSE;

  return !patient->pregnant || g_str_equal (medicine->text, "Paracetamol");
}

/* Two medicines: first what is for the problems, then what anybody on a ward may have. */
static gboolean
emit_medication (OmcWard *ward, OmcWardPatient *patient, const Problems *problems, GError **error)
{
  int first = omc_ward_rand_int (&patient->rand, 0, G_N_ELEMENTS (medicines));
  int n = 2;

  /* A child's doses go by weight: none is made up here. */
  if (patient->child)
    return TRUE;

  for (int step = 0; step < 2; step++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (medicines) && n > 0; i++)
        {
          const Medicine *medicine = &medicines[((guint)first + i) % G_N_ELEMENTS (medicines)];
          gboolean fits = step == 0 ? is_against (medicine, problems->acute) ||
                                          is_against (medicine, problems->chronic)
                                    : medicine->against == NULL;

          if (!fits || !may_have (patient, medicine))
            continue;
          if (!emit_medicine (ward, patient, medicine, error))
            return FALSE;
          n--;
        }
    }

  return TRUE;
}

gboolean
omc_ward_emit_clinical (OmcWard *ward, OmcWardPatient *patient, GError **error)
{
  const Allergy *allergy =
      patient->allergic
          ? &allergies[omc_ward_rand_int (&patient->rand, 0, G_N_ELEMENTS (allergies))]
          : NULL;
  Problems problems;

  if (!emit_allergy (ward, patient, allergy, error))
    return FALSE;
  problems = pick_problems (patient);
  if (!emit_problems (ward, patient, &problems, error) ||
      !emit_medication (ward, patient, &problems, error))
    return FALSE;
  if (patient->scale == 2 &&
      !emit_flag (ward, patient, OMC_CODE_FLAG_SPO2_SCALE_2, "SpO₂ scale 2: target 88-92 %",
                  "clinical", "Clinical", error))
    return FALSE;
  if (patient->pregnant &&
      !emit_flag (ward, patient, OMC_CODE_FLAG_PREGNANT, "Pregnant: use the MEWS chart", "clinical",
                  "Clinical", error))
    return FALSE;

  return patient->age < 75 || patient->index % 2 == 1 ||
         emit_flag (ward, patient, OMC_CODE_FLAG_FALLS_RISK, "Falls risk", "safety", "Safety",
                    error);
}
