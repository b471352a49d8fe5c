/* omc-news2.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* NEWS2 of the Royal College of Physicians (2017), clinical.md 2. Pure: no clock, no record, no settings. */

typedef enum
{
  OMC_NEWS2_RESPIRATION,
  OMC_NEWS2_SPO2,
  OMC_NEWS2_OXYGEN,
  OMC_NEWS2_SYSTOLIC,
  OMC_NEWS2_PULSE,
  OMC_NEWS2_CONSCIOUSNESS,
  OMC_NEWS2_TEMPERATURE,
} OmcNews2Parameter;

#define OMC_NEWS2_N_PARAMETERS 7
#define OMC_NEWS2_MISSING G_MININT

typedef enum
{
  OMC_OXYGEN_UNKNOWN,
  OMC_OXYGEN_AIR,
  OMC_OXYGEN_OXYGEN,
} OmcOxygen;

typedef enum
{
  OMC_CONSCIOUSNESS_UNKNOWN,
  OMC_CONSCIOUSNESS_ALERT,
  OMC_CONSCIOUSNESS_CONFUSION, /* new confusion only */
  OMC_CONSCIOUSNESS_VOICE,
  OMC_CONSCIOUSNESS_PAIN,
  OMC_CONSCIOUSNESS_UNRESPONSIVE,
} OmcConsciousness;

/* NEWS2 is for adults of 16 and over who are not pregnant; for all others there is no score. */
typedef enum
{
  OMC_NEWS2_SCOPE_ADULT,
  OMC_NEWS2_SCOPE_CHILD,
  OMC_NEWS2_SCOPE_PREGNANT,
  OMC_NEWS2_SCOPE_UNKNOWN,
} OmcNews2Scope;

typedef enum
{
  OMC_NEWS2_BAND_NONE,
  OMC_NEWS2_BAND_LOW,
  OMC_NEWS2_BAND_LOW_MEDIUM,
  OMC_NEWS2_BAND_MEDIUM,
  OMC_NEWS2_BAND_HIGH,
} OmcNews2Band;

typedef struct
{
  int respiration; /* /min; every int may be OMC_NEWS2_MISSING */
  int spo2;        /* % */
  int scale;       /* 1 or 2 */
  OmcOxygen oxygen;
  int systolic; /* mmHg */
  int pulse;    /* /min */
  OmcConsciousness consciousness;
  int temperature; /* tenths of a degree Celsius */
} OmcNews2Input;

#define OMC_NEWS2_INPUT_INIT                                                                       \
  { OMC_NEWS2_MISSING,         OMC_NEWS2_MISSING, 1,                                               \
    OMC_OXYGEN_UNKNOWN,        OMC_NEWS2_MISSING, OMC_NEWS2_MISSING,                               \
    OMC_CONSCIOUSNESS_UNKNOWN, OMC_NEWS2_MISSING }

/**
 * OmcNews2Result:
 * @scores: by parameter; -1 where it is missing, or out of scope
 * @total: -1 unless all seven are there and the patient is in scope
 * @partial: the sum of what is there, "at least"; -1 out of scope
 * @n_present: parameters that could be scored
 * @red: a 3 in one parameter
 * @band: of the total; of an incomplete set only what its part already reaches, else none
 */
typedef struct
{
  int scores[OMC_NEWS2_N_PARAMETERS];
  int total;
  int partial;
  gboolean complete;
  guint n_present;
  gboolean red;
  OmcNews2Band band;
  OmcNews2Scope scope;
  int scale;
} OmcNews2Result;

#define OMC_TYPE_NEWS2_RESULT (omc_news2_result_get_type ())
GType omc_news2_result_get_type (void); /* boxed */
gboolean omc_news2_result_equal (const OmcNews2Result *a, const OmcNews2Result *b);

void omc_news2_score (const OmcNews2Input *input, OmcNews2Scope scope, OmcNews2Result *result);

/* birth_date: FHIR date of any precision, (nullable). A partial date that leaves 16 years open is UNKNOWN. */
OmcNews2Scope omc_news2_scope (const char *birth_date, gboolean pregnant, gint64 at_us);

/* Minutes to the next set: Chart 4 (continuous monitoring is due every 30); 0: this set plans nothing, because it is
 * incomplete and reaches no threshold, or out of scope. */
int omc_news2_interval_minutes (const OmcNews2Result *result);

/* Names for machines: "respiration", "low-medium", "adult", "1-hourly". */
const char *omc_news2_parameter_to_string (OmcNews2Parameter parameter);
const char *omc_news2_band_to_string (OmcNews2Band band); /* NULL for none */
const char *omc_news2_scope_to_string (OmcNews2Scope scope);
const char *
omc_news2_monitoring_to_string (const OmcNews2Result *result); /* NULL where the interval is 0 */
/* "A", "C", "V", "P", "U", "" */
const char *omc_consciousness_to_string (OmcConsciousness consciousness);
gboolean omc_consciousness_from_string (const char *text, OmcConsciousness *consciousness);
const char *omc_oxygen_to_string (OmcOxygen oxygen); /* "air", "oxygen", "" */
gboolean omc_oxygen_from_string (const char *text, OmcOxygen *oxygen);

/* Words for people, translated. */
const char *omc_news2_parameter_label (OmcNews2Parameter parameter);
const char *omc_news2_band_label (OmcNews2Band band);
const char *
omc_news2_monitoring_label (const OmcNews2Result *result);     /* "" where nothing is planned */
const char *omc_news2_response (const OmcNews2Result *result); /* what to do, Chart 4 */
const char *
omc_news2_scope_sentence (OmcNews2Scope scope); /* why there is no score; "" for adults */
const char *omc_consciousness_label (OmcConsciousness consciousness);
/* "5", "at least 5 (6 of 7)", "no score" */
char *omc_news2_dup_summary (const OmcNews2Result *result);

G_END_DECLS
