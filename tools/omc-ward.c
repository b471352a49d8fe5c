/* omc-ward.c: the house, its beds and who lies in them
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

#define HOSPITAL "practice-hospital"
#define CHILD_BED 7
#define PREGNANT_BED 11

char *
omc_ward_time (OmcWard *ward, gint64 unix_us)
{
  /* To the second, as people write. */
  return omc_instant_format_offset (unix_us - unix_us % G_USEC_PER_SEC,
                                    ward->options->offset_minutes);
}

gboolean
omc_ward_emit (OmcWard *ward, GError **error)
{
  omc_ward_json_close (&ward->json, '}');
  ward->n_resources++;

  return ward->sink (ward->json.out->str, ward->json.out->len, ward->user_data, error);
}

/* --- the house --- */

static gboolean
emit_hospital (OmcWard *ward, GError **error)
{
  omc_ward_json_begin (&ward->json, "Organization", HOSPITAL);
  omc_ward_json_raw (&ward->json, "active", "true");
  omc_ward_json_string (&ward->json, "name", "OmniCare Practice Hospital");

  return omc_ward_emit (ward, error);
}

static gboolean
emit_practitioner (OmcWard *ward,
                   const char *role,
                   guint index,
                   const char *display,
                   GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *id = g_strdup_printf ("%s-%u", role, index + 1);
  gboolean is_doctor = g_str_has_prefix (display, "Dr. ");
  const char *given = is_doctor ? display + 4 : display;
  const char *family = strrchr (given, ' ') + 1;
  g_autofree char *given_only = g_strndup (given, (gsize)(family - given - 1));

  omc_ward_json_begin (json, "Practitioner", id);
  omc_ward_json_raw (json, "active", "true");
  omc_ward_json_open (json, "name", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "text", display);
  omc_ward_json_string (json, "family", family);
  omc_ward_json_open (json, "given", '[');
  omc_ward_json_string (json, NULL, given_only);
  omc_ward_json_close (json, ']');
  if (is_doctor)
    {
      omc_ward_json_open (json, "prefix", '[');
      omc_ward_json_string (json, NULL, "Dr.");
      omc_ward_json_close (json, ']');
    }
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');

  return omc_ward_emit (ward, error);
}

static gboolean
emit_staff (OmcWard *ward, GError **error)
{
  for (guint i = 0; i < OMC_WARD_N_NURSES; i++)
    if (!emit_practitioner (ward, "nurse", i, omc_ward_nurse_display (i), error))
      return FALSE;
  for (guint i = 0; i < OMC_WARD_N_DOCTORS; i++)
    if (!emit_practitioner (ward, "doctor", i, omc_ward_doctor_display (i), error))
      return FALSE;

  return TRUE;
}

static char *
dup_ward_name (guint ward_index)
{
  static const char *const names[] = { "Cedar",  "Maple", "Willow", "Rowan", "Hazel", "Juniper",
                                       "Linden", "Alder", "Birch",  "Elm",   "Aspen", "Larch" };
  guint round = ward_index / G_N_ELEMENTS (names);
  const char *name = names[ward_index % G_N_ELEMENTS (names)];

  return round == 0 ? g_strdup_printf ("%s Ward", name)
                    : g_strdup_printf ("%s Ward %u", name, round + 1);
}

static gboolean
emit_location (OmcWard *ward,
               const char *id,
               const char *name,
               const char *type,
               const char *type_text,
               const char *part_of,
               GError **error)
{
  OmcWardJson *json = &ward->json;

  omc_ward_json_begin (json, "Location", id);
  omc_ward_json_string (json, "status", "active");
  omc_ward_json_string (json, "name", name);
  omc_ward_json_string (json, "mode", "instance");
  omc_ward_json_concept (json, "physicalType", OMC_SYSTEM_LOCATION_TYPE, type, type_text, NULL);
  omc_ward_json_reference (json, "managingOrganization", "Organization", HOSPITAL);
  if (part_of != NULL)
    omc_ward_json_reference (json, "partOf", "Location", part_of);

  return omc_ward_emit (ward, error);
}

static gboolean
emit_ward (OmcWard *ward, guint ward_index, GError **error)
{
  g_autofree char *id = g_strdup_printf ("ward-%u", ward_index + 1);
  g_autofree char *name = dup_ward_name (ward_index);

  if (!emit_location (ward, id, name, "wa", "Ward", NULL, error))
    return FALSE;
  for (guint bed = 1; bed <= OMC_WARD_BEDS; bed++)
    {
      g_autofree char *bed_id = g_strdup_printf ("%s-bed-%02u", id, bed);
      g_autofree char *bed_name = g_strdup_printf ("Bed %u", bed);

      if (!emit_location (ward, bed_id, bed_name, "bd", "Bed", id, error))
        return FALSE;
    }

  return TRUE;
}

/* --- patients --- */

static int
pick_age (OmcWardRand *rand, gboolean child, gboolean pregnant)
{
  if (child)
    return omc_ward_rand_int (rand, 1, 15);
  if (pregnant)
    return omc_ward_rand_int (rand, 21, 41);

  /* Wards are full of old people. */
  return omc_ward_rand_chance (rand, 70) ? omc_ward_rand_int (rand, 62, 97)
                                         : omc_ward_rand_int (rand, 18, 62);
}

static OmcWardCourse
pick_course (OmcWardRand *rand, guint index)
{
  /* The first ward shows them all. */
  static const OmcWardCourse shown[] = { OMC_WARD_STABLE, OMC_WARD_DETERIORATING,
                                         OMC_WARD_ON_OXYGEN, OMC_WARD_SCALE_2,
                                         OMC_WARD_RECOVERING };

  if (index < G_N_ELEMENTS (shown))
    return shown[index];

  int roll = omc_ward_rand_int (rand, 0, 100);
  return roll < 58   ? OMC_WARD_STABLE
         : roll < 68 ? OMC_WARD_DETERIORATING
         : roll < 80 ? OMC_WARD_RECOVERING
         : roll < 92 ? OMC_WARD_ON_OXYGEN
                     : OMC_WARD_SCALE_2;
}

static void
set_birth_date (OmcWard *ward, OmcWardPatient *patient)
{
  /* Between two birthdays; 365.25 days a year. */
  gint64 days =
      patient->age * G_GINT64_CONSTANT (1461) / 4 + omc_ward_rand_int (&patient->rand, 3, 360);
  g_autofree char *text = omc_instant_format_offset (ward->options->now_us - days * DAY_US, 0);

  g_strlcpy (patient->birth_date, text, sizeof patient->birth_date);
}

static void
make_john_doe (OmcWardPatient *patient)
{
  g_strlcpy (patient->id, OMC_WARD_JOHN_DOE, sizeof patient->id);
  patient->name = (OmcWardName){ "Doe", "John", NULL };
  patient->female = FALSE;
  patient->age = 78;
  g_strlcpy (patient->birth_date, "1948-03-07", sizeof patient->birth_date);
  patient->allergic = TRUE;
  patient->habit = (OmcWardHabit){ 0 };
}

static void
make_patient (OmcWard *ward, guint index, const OmcWardPatient *before, OmcWardPatient *patient)
{
  OmcWardRand *rand = &patient->rand;

  *patient = (OmcWardPatient){ .index = index };
  omc_ward_rand_init (rand, ward->options->seed, index);
  omc_ward_rand_uuid (rand, patient->id);
  omc_ward_rand_uuid (rand, patient->encounter);
  patient->pregnant = index == PREGNANT_BED;
  patient->child = index % 40 == CHILD_BED;
  patient->female = patient->pregnant || omc_ward_rand_chance (rand, 51);
  omc_ward_pick_name (rand, patient->female, &patient->name);
  /* Two of one surname next to each other, as happens. */
  if (index % OMC_WARD_BEDS == 4 && before != NULL)
    patient->name.family = before->name.family;
  patient->age = pick_age (rand, patient->child, patient->pregnant);
  set_birth_date (ward, patient);
  patient->course =
      patient->child || patient->pregnant ? OMC_WARD_STABLE : pick_course (rand, index);
  patient->scale = patient->course == OMC_WARD_SCALE_2 ? 2 : 1;
  patient->admitted_us = ward->options->now_us - omc_ward_rand_int (rand, 20, 12 * 24) * HOUR_US -
                         omc_ward_rand_int (rand, 0, 3600) * (gint64)G_USEC_PER_SEC;
  patient->fahrenheit = index != 0 && omc_ward_rand_chance (rand, 4);
  patient->allergic = omc_ward_rand_chance (rand, 35);
  patient->nurse = (guint)omc_ward_rand_int (rand, 0, OMC_WARD_N_NURSES);
  patient->peak = omc_ward_rand_int (rand, 34, 88);
  if (!patient->child)
    patient->habit = (OmcWardHabit){ .respiration = omc_ward_rand_int (rand, -2, 7),
                                     .systolic = omc_ward_rand_int (rand, -20, 34),
                                     .pulse = omc_ward_rand_int (rand, -14, 27),
                                     .temperature = omc_ward_rand_int (rand, -6, 14),
                                     .spo2 = omc_ward_rand_int (rand, -2, 1) };
  if (index == 0)
    make_john_doe (patient);
}

static void
put_telecom (OmcWardJson *json, const char *use, const char *value)
{
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "system", "phone");
  omc_ward_json_string (json, "value", value);
  omc_ward_json_string (json, "use", use);
  omc_ward_json_close (json, '}');
}

/* Numbers and post codes that belong to nobody. */
static void
put_contact (OmcWardJson *json, OmcWardPatient *patient)
{
  static const char *const streets[] = { "Orchard Lane",   "Station Road", "Mill Street",
                                         "Queen's Parade", "Riverside",    "Chapel Hill",
                                         "Meadow Way",     "Old Quay" };
  static const char *const cities[] = { "Ashbourne Vale", "Northmere", "St. Brannock",
                                        "Upper Wendle", "Eastholm" };
  OmcWardRand *rand = &patient->rand;
  gboolean john = patient->index == 0;
  g_autofree char *home =
      g_strdup_printf ("+44 20 7946 0%03d", john ? 123 : omc_ward_rand_int (rand, 0, 1000));
  g_autofree char *mobile = g_strdup_printf ("+44 7700 900%03d", omc_ward_rand_int (rand, 0, 1000));
  g_autofree char *line = g_strdup_printf (
      "%d %s", john ? 12 : omc_ward_rand_int (rand, 1, 180),
      john ? streets[0] : streets[omc_ward_rand_int (rand, 0, G_N_ELEMENTS (streets))]);
  g_autofree char *code = g_strdup_printf ("ZZ99 %dZZ", omc_ward_rand_int (rand, 1, 10));

  omc_ward_json_open (json, "telecom", '[');
  put_telecom (json, "home", home);
  if (!john && omc_ward_rand_chance (rand, 50))
    put_telecom (json, "mobile", mobile);
  omc_ward_json_close (json, ']');
  omc_ward_json_string (json, "gender", patient->female ? "female" : "male");
  omc_ward_json_string (json, "birthDate", patient->birth_date);
  omc_ward_json_open (json, "address", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "use", "home");
  omc_ward_json_open (json, "line", '[');
  omc_ward_json_string (json, NULL, line);
  omc_ward_json_close (json, ']');
  omc_ward_json_string (json, "city", cities[omc_ward_rand_int (rand, 0, G_N_ELEMENTS (cities))]);
  omc_ward_json_string (json, "postalCode", code);
  omc_ward_json_string (json, "country", "GB");
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
}

static gboolean
emit_patient (OmcWard *ward, OmcWardPatient *patient, GError **error)
{
  OmcWardJson *json = &ward->json;
  /* Ten digits, one of a kind: the rest of 37 is chance, so that numbers do not follow each other. */
  g_autofree char *number = g_strdup_printf (
      "%010" G_GUINT64_FORMAT, G_GUINT64_CONSTANT (4000000000) + patient->index * 37ul +
                                   omc_ward_rand_next (&patient->rand) % 37);

  omc_ward_json_begin (json, "Patient", patient->id);
  omc_ward_json_open (json, "identifier", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "use", "official");
  omc_ward_json_concept (json, "type", OMC_SYSTEM_IDENTIFIER_TYPE, "MR", "Medical record number",
                         NULL);
  omc_ward_json_string (json, "system", OMC_SYSTEM_PRACTICE_MRN);
  omc_ward_json_string (json, "value", number);
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
  omc_ward_json_raw (json, "active", "true");
  omc_ward_json_open (json, "name", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_string (json, "use", "official");
  omc_ward_json_string (json, "family", patient->name.family);
  omc_ward_json_open (json, "given", '[');
  omc_ward_json_string (json, NULL, patient->name.given);
  omc_ward_json_string (json, NULL, patient->name.second);
  omc_ward_json_close (json, ']');
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
  put_contact (json, patient);
  omc_ward_json_reference (json, "managingOrganization", "Organization", HOSPITAL);

  return omc_ward_emit (ward, error);
}

static gboolean
emit_encounter (OmcWard *ward, OmcWardPatient *patient, GError **error)
{
  OmcWardJson *json = &ward->json;
  g_autofree char *start = omc_ward_time (ward, patient->admitted_us);
  g_autofree char *bed = g_strdup_printf ("ward-%u-bed-%02u", patient->index / OMC_WARD_BEDS + 1,
                                          patient->index % OMC_WARD_BEDS + 1);

  omc_ward_json_begin (json, "Encounter", patient->encounter);
  omc_ward_json_string (json, "status", "in-progress");
  omc_ward_json_open (json, "class", '{');
  omc_ward_json_string (json, "system", OMC_SYSTEM_ENCOUNTER_CLASS);
  omc_ward_json_string (json, "code", "IMP");
  omc_ward_json_string (json, "display", "inpatient encounter");
  omc_ward_json_close (json, '}');
  omc_ward_json_reference (json, "subject", "Patient", patient->id);
  omc_ward_json_open (json, "period", '{');
  omc_ward_json_string (json, "start", start);
  omc_ward_json_close (json, '}');
  omc_ward_json_open (json, "location", '[');
  omc_ward_json_open (json, NULL, '{');
  omc_ward_json_reference (json, "location", "Location", bed);
  omc_ward_json_string (json, "status", "active");
  omc_ward_json_open (json, "period", '{');
  omc_ward_json_string (json, "start", start);
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, '}');
  omc_ward_json_close (json, ']');
  omc_ward_json_reference (json, "serviceProvider", "Organization", HOSPITAL);

  return omc_ward_emit (ward, error);
}

static gboolean
emit_everything (OmcWard *ward, GError **error)
{
  OmcWardPatient patient, before;

  if (!emit_hospital (ward, error) || !emit_staff (ward, error))
    return FALSE;
  for (guint i = 0; i < ward->options->patients; i++)
    {
      if (i % OMC_WARD_BEDS == 0 && !emit_ward (ward, i / OMC_WARD_BEDS, error))
        return FALSE;
      make_patient (ward, i, i > 0 ? &before : NULL, &patient);
      if (!emit_patient (ward, &patient, error) || !emit_encounter (ward, &patient, error) ||
          !omc_ward_emit_clinical (ward, &patient, error) ||
          !omc_ward_emit_vitals (ward, &patient, error))
        return FALSE;
      before = patient;
    }

  return TRUE;
}

gboolean
omc_ward_generate (const OmcWardOptions *options,
                   OmcWardSink sink,
                   gpointer user_data,
                   guint64 *n_resources,
                   GError **error)
{
  OmcWard ward = { options, sink, user_data };

  g_return_val_if_fail (options != NULL && sink != NULL, FALSE);
  g_return_val_if_fail (options->patients >= OMC_WARD_MIN_PATIENTS &&
                            options->patients <= OMC_WARD_MAX_PATIENTS,
                        FALSE);

  ward.json.out = g_string_sized_new (8192);
  gboolean done = emit_everything (&ward, error);
  g_string_free (ward.json.out, TRUE);
  if (n_resources != NULL)
    *n_resources = ward.n_resources;

  return done;
}
