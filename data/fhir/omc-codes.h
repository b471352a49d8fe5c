/* omc-codes.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Codes of clinical.md 1. Where a code is not of an international edition, `text` goes with it. */

#define OMC_SYSTEM_LOINC "http://loinc.org"
#define OMC_SYSTEM_SNOMED "http://snomed.info/sct"
#define OMC_SYSTEM_UCUM "http://unitsofmeasure.org"
#define OMC_SYSTEM_OBSERVATION_CATEGORY "http://terminology.hl7.org/CodeSystem/observation-category"
#define OMC_SYSTEM_DATA_ABSENT_REASON "http://terminology.hl7.org/CodeSystem/data-absent-reason"
#define OMC_SYSTEM_FLAG_CATEGORY "http://terminology.hl7.org/CodeSystem/flag-category"
#define OMC_SYSTEM_ENCOUNTER_CLASS "http://terminology.hl7.org/CodeSystem/v3-ActCode"
#define OMC_SYSTEM_CONDITION_CLINICAL "http://terminology.hl7.org/CodeSystem/condition-clinical"
#define OMC_SYSTEM_CONDITION_VERIFICATION                                                          \
  "http://terminology.hl7.org/CodeSystem/condition-ver-status"
#define OMC_SYSTEM_CONDITION_CATEGORY "http://terminology.hl7.org/CodeSystem/condition-category"
#define OMC_SYSTEM_ALLERGY_CLINICAL                                                                \
  "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
#define OMC_SYSTEM_ALLERGY_VERIFICATION                                                            \
  "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
#define OMC_SYSTEM_IDENTIFIER_TYPE "http://terminology.hl7.org/CodeSystem/v2-0203"
#define OMC_SYSTEM_LOCATION_TYPE "http://terminology.hl7.org/CodeSystem/location-physical-type"

/* Our own. */
#define OMC_SYSTEM_OMNICARE_FLAG "https://omnicare.org/fhir/CodeSystem/flag"
#define OMC_SYSTEM_OMNICARE_OBSERVATION "https://omnicare.org/fhir/CodeSystem/observation"
#define OMC_SYSTEM_IDEMPOTENCY "https://omnicare.org/fhir/sid/idempotency"
#define OMC_SYSTEM_PRACTICE_MRN "https://omnicare.org/fhir/sid/practice-mrn"

/* A Flag with this code, category clinical, says: SpO2 is scored on scale 2. Flag.author decided it,
 * Flag.period.start is when. There is no other way to scale 2 (clinical.md 2). */
#define OMC_CODE_FLAG_SPO2_SCALE_2 "spo2-scale-2"
#define OMC_CODE_FLAG_FALLS_RISK "falls-risk"
#define OMC_CODE_FLAG_PREGNANT "pregnant"
/* No terminology that is in use everywhere has a code for "air or oxygen?"; the value is SNOMED. */
#define OMC_CODE_AIR_OR_OXYGEN "air-or-oxygen"
#define OMC_CODE_OXYGEN_DEVICE "oxygen-device"

#define OMC_LOINC_VITALS_PANEL "85353-1"
#define OMC_LOINC_RESPIRATION "9279-1"
#define OMC_LOINC_PULSE "8867-4"
#define OMC_LOINC_PULSE_OXIMETER "8889-8"
#define OMC_LOINC_SPO2 "2708-6"
#define OMC_LOINC_SPO2_OXIMETRY "59408-5"
#define OMC_LOINC_TEMPERATURE "8310-5"
#define OMC_LOINC_BP "85354-9"
#define OMC_LOINC_BP_OLD "55284-4"
#define OMC_LOINC_SYSTOLIC "8480-6"
#define OMC_LOINC_DIASTOLIC "8462-4"
#define OMC_LOINC_WEIGHT "29463-7"
#define OMC_LOINC_HEIGHT "8302-2"
#define OMC_LOINC_OXYGEN_FLOW "3151-8"
#define OMC_LOINC_FIO2 "3150-6"
#define OMC_LOINC_RESPONSIVENESS "67775-7"
#define OMC_LOINC_AVPU "80288-4"
#define OMC_LOINC_PAIN "72514-3"
#define OMC_LOINC_GCS "9269-2"
#define OMC_LOINC_GCS_EYE "9267-6"
#define OMC_LOINC_GCS_VERBAL "9270-0"
#define OMC_LOINC_GCS_MOTOR "9268-4"
#define OMC_LOINC_GLUCOSE_MASS "41653-7"
#define OMC_LOINC_GLUCOSE_MOLES "14743-9"
#define OMC_LOINC_URINE "9187-6"

#define OMC_SNOMED_ROOM_AIR "722742002"
#define OMC_SNOMED_ON_OXYGEN "371825009"
#define OMC_SNOMED_ACVPU "1104441000000107"
#define OMC_SNOMED_NEWS2 "1104051000000101"
#define OMC_SNOMED_NEWS2_SPO2_SCALE_1 "1104311000000102"
#define OMC_SNOMED_NEWS2_SPO2_SCALE_2 "1104321000000108"
#define OMC_SNOMED_NO_KNOWN_ALLERGY "716186003"

#define OMC_UCUM_PER_MINUTE "/min"
#define OMC_UCUM_PERCENT "%"
#define OMC_UCUM_MMHG "mm[Hg]"
#define OMC_UCUM_CELSIUS "Cel"
#define OMC_UCUM_FAHRENHEIT "[degF]"
#define OMC_UCUM_KG "kg"
#define OMC_UCUM_POUND "[lb_av]"
#define OMC_UCUM_CM "cm"
#define OMC_UCUM_INCH "[in_i]"
#define OMC_UCUM_MMOL_L "mmol/L"
#define OMC_UCUM_MG_DL "mg/dL"
#define OMC_UCUM_L_MIN "L/min"
#define OMC_UCUM_ML "mL"
#define OMC_UCUM_SCORE "{score}"

G_END_DECLS
