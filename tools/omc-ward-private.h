/* omc-ward-private.h
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#pragma once

#include "omc-news2.h"
#include "omc-ward.h"

G_BEGIN_DECLS

/* --- chance: splitmix64, one stream a patient, so that a patient is the same whatever the size of the ward --- */
typedef struct
{
  guint64 state;
} OmcWardRand;

void omc_ward_rand_init (OmcWardRand *rand, guint64 seed, guint64 stream);
guint64 omc_ward_rand_next (OmcWardRand *rand);
/* low <= n < high */
int omc_ward_rand_int (OmcWardRand *rand, int low, int high);
gboolean omc_ward_rand_chance (OmcWardRand *rand, int percent);
/* 36 characters and a NUL. */
void omc_ward_rand_uuid (OmcWardRand *rand, char uuid[37]);

/* --- JSON, written straight into a buffer --- */
typedef struct
{
  GString *out; /* (owned) */
  gboolean comma;
} OmcWardJson;

void
omc_ward_json_open (OmcWardJson *json, const char *key, char bracket); /* key NULL inside arrays */
void omc_ward_json_close (OmcWardJson *json, char bracket);
void omc_ward_json_string (OmcWardJson *json, const char *key, const char *value);
void
omc_ward_json_raw (OmcWardJson *json, const char *key, const char *value); /* number or boolean */
void omc_ward_json_int (OmcWardJson *json, const char *key, int value);
/* "key":{"reference":"Type/id"} */
void omc_ward_json_reference (OmcWardJson *json, const char *key, const char *type, const char *id);
/* A CodeableConcept of one coding; text NULL: none. */
void omc_ward_json_concept (OmcWardJson *json,
                            const char *key,
                            const char *system,
                            const char *code,
                            const char *display,
                            const char *text);
void omc_ward_json_quantity (OmcWardJson *json,
                             const char *key,
                             const char *number,
                             const char *unit,
                             const char *ucum);
void omc_ward_json_begin (OmcWardJson *json, const char *type, const char *id);

/* --- people --- */
typedef struct
{
  const char *family;
  const char *given;
  const char *second; /* (nullable) */
} OmcWardName;

void omc_ward_pick_name (OmcWardRand *rand, gboolean female, OmcWardName *name);

typedef enum
{
  OMC_WARD_STABLE,
  OMC_WARD_DETERIORATING,
  OMC_WARD_RECOVERING,
  OMC_WARD_ON_OXYGEN,
  OMC_WARD_SCALE_2,
} OmcWardCourse;

/* What is usual for one person, against the textbook. */
typedef struct
{
  int respiration;
  int systolic;
  int pulse;
  int temperature; /* tenths */
  int spo2;
} OmcWardHabit;

typedef struct
{
  guint index;
  OmcWardRand rand;
  char id[37];
  char encounter[37];
  OmcWardName name;
  gboolean female;
  gboolean pregnant;
  gboolean child;
  int age;
  char birth_date[11];
  gint64 admitted_us;
  OmcWardCourse course;
  gboolean fahrenheit; /* measured by somebody who thinks in Fahrenheit */
  gboolean allergic;
  guint nurse; /* who mostly looks after this patient */
  int scale;
  OmcWardHabit habit;
  int peak; /* how ill this patient was or will be, 0 to 100 */
} OmcWardPatient;

typedef struct
{
  const OmcWardOptions *options;
  OmcWardSink sink;
  gpointer user_data;
  OmcWardJson json;
  guint64 n_resources;
} OmcWard;

/* Closes the resource and hands it on. */
gboolean omc_ward_emit (OmcWard *ward, GError **error);
char *omc_ward_time (OmcWard *ward, gint64 unix_us);

#define OMC_WARD_N_NURSES 8
#define OMC_WARD_N_DOCTORS 3
/* Display of "nurse-1"... as written in performers. */
const char *omc_ward_nurse_display (guint index);
const char *omc_ward_doctor_display (guint index);

gboolean omc_ward_emit_clinical (OmcWard *ward, OmcWardPatient *patient, GError **error);
gboolean omc_ward_emit_vitals (OmcWard *ward, OmcWardPatient *patient, GError **error);

/* --- the course of a stay --- */
typedef struct
{
  OmcNews2Input input;
  int diastolic;
  int flow_tenths; /* L/min; 0 on air */
  int fahrenheit_tenths;
  const char *device; /* (nullable) */
  const char *unable; /* (nullable): code of data-absent-reason for the whole set */
} OmcWardSigns;

void omc_ward_measure (OmcWardPatient *patient, gint64 hours_before_now, OmcWardSigns *signs);

G_END_DECLS
