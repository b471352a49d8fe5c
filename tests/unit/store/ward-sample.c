/* ward-sample.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#include "config.h"

#include "ward-sample.h"

#include <string.h>

#include "omc-clock.h"

#define SET_INTERVAL_US (4 * G_TIME_SPAN_HOUR)

static const char *const families[] = { "Müller",  "Okafor",    "García", "Nguyen", "O'Brien",
                                        "Schmidt", "Kowalski",  "Haddad", "Jensen", "Rossi",
                                        "Silva",   "Yılmaz",    "Novák",  "Dubois", "Ivanov",
                                        "Tanaka",  "Johansson", "Abebe",  "Costa",  "Fischer" };
static const char *const givens[] = { "Anna",   "José",   "Fatima", "Liam",  "Mei",   "Zoë",
                                      "Ravi",   "Ingrid", "Pablo",  "Amina", "Björn", "Chloé",
                                      "Dmitri", "Esther", "Farid",  "Greta" };
static const char *const substances[][2] = { { "91936005", "Allergy to penicillin" },
                                             { "300916003", "Latex allergy" },
                                             { "91935009", "Allergy to peanut" },
                                             { "293586001", "Allergy to aspirin" } };
static const char *const problems[][2] = { { "13645005", "Chronic obstructive lung disease" },
                                           { "38341003", "Hypertensive disorder" },
                                           { "44054006", "Diabetes mellitus type 2" },
                                           { "233604007", "Pneumonia" },
                                           { "84114007", "Heart failure" } };
static const char *const drugs[][2] = { { "317300", "Amlodipine 5 MG Oral Tablet" },
                                        { "861007", "Metformin hydrochloride 500 MG Oral Tablet" },
                                        { "310965", "Ibuprofen 200 MG Oral Tablet" },
                                        { "308182", "Amoxicillin 250 MG Oral Capsule" } };

typedef struct
{
  const WardSampleOptions *options;
  GRand *random;
  GString *text;
  WardSampleFunc func;
  gpointer user_data;
  char patient[40];
  char encounter[40];
  char name[96];
} Ward;

static void
random_id (Ward *ward, char id[40])
{
  guint32 a = g_rand_int (ward->random), b = g_rand_int (ward->random),
          c = g_rand_int (ward->random);
  guint32 d = g_rand_int (ward->random);

  g_snprintf (id, 40, "%08x-%04x-4%03x-a%03x-%04x%08x", a, b >> 16, b & 0xfff, c >> 20, c & 0xffff,
              d);
}

/* As omc_uuid_new() does for what is recorded here. */
static void
begin_with_time (char id[40], gint64 at_us)
{
  guint64 ms = (guint64)at_us / 1000;
  char head[16];

  g_snprintf (head, sizeof head, "%08x-%04x-7", (guint)(ms >> 16), (guint)(ms & 0xffff));
  memcpy (id, head, strlen (head));
}

static void
begin (Ward *ward, const char *type, const char *id, const char *profile, gint64 at_us)
{
  g_string_printf (ward->text, "{\"resourceType\":\"%s\",\"id\":\"%s\"", type, id);
  if (ward->options->server)
    {
      g_autofree char *instant = omc_instant_format (at_us);
      char version[40];

      random_id (ward, version);
      g_string_append_printf (ward->text, ",\"meta\":{\"versionId\":\"%s\",\"lastUpdated\":\"%s\"",
                              version, instant);
      if (profile != NULL)
        g_string_append_printf (
            ward->text, ",\"profile\":[\"http://hl7.org/fhir/StructureDefinition/%s\"]", profile);
      g_string_append_c (ward->text, '}');
    }
}

static void
end (Ward *ward)
{
  g_string_append_c (ward->text, '}');
  ward->func (ward->text->str, ward->text->len, ward->user_data);
}

static void
append_subject (Ward *ward, const char *name)
{
  g_string_append_printf (ward->text,
                          ",\"%s\":{\"reference\":\"Patient/%s\",\"display\":\"%s\"},"
                          "\"encounter\":{\"reference\":\"Encounter/%s\"}",
                          name, ward->patient, ward->name, ward->encounter);
}

static void
append_performer (Ward *ward)
{
  guint n = (guint)g_rand_int_range (ward->random, 1, 13);

  g_string_append_printf (
      ward->text,
      ",\"performer\":[{\"reference\":\"Practitioner/nurse-%02u\",\"display\":\"Nurse %c.\"}]", n,
      'A' + (int)n);
}

static void
append_observation_head (Ward *ward,
                         const char *profile,
                         const char *system,
                         const char *code,
                         const char *display,
                         gint64 at_us)
{
  g_autofree char *effective = omc_instant_format_offset (at_us, 60);
  g_autofree char *issued = omc_instant_format_offset (at_us + 95 * G_USEC_PER_SEC, 60);
  char id[40], key[40];

  random_id (ward, id);
  random_id (ward, key);
  if (!ward->options->server)
    begin_with_time (key, at_us);
  begin (ward, "Observation", id, profile, at_us + 200 * G_USEC_PER_SEC);
  g_string_append_printf (ward->text,
                          ",\"identifier\":[{\"system\":\"https://omnicare.org/fhir/sid/"
                          "idempotency\",\"value\":\"%s\"}],"
                          "\"status\":\"final\",\"category\":[{\"coding\":[{\"system\":"
                          "\"http://terminology.hl7.org/CodeSystem/"
                          "observation-category\",\"code\":\"vital-signs\",\"display\":"
                          "\"Vital Signs\"}],\"text\":\"Vital "
                          "Signs\"}],\"code\":{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\","
                          "\"display\":\"%s\"}],\"text\":\"%s\"}",
                          key, system, code, display, display);
  append_subject (ward, "subject");
  g_string_append_printf (ward->text, ",\"effectiveDateTime\":\"%s\",\"issued\":\"%s\"", effective,
                          issued);
  append_performer (ward);
}

static void
add_quantity (Ward *ward,
              const char *profile,
              const char *loinc,
              const char *display,
              const char *number,
              const char *unit,
              const char *ucum,
              gint64 at_us)
{
  append_observation_head (ward, profile, "http://loinc.org", loinc, display, at_us);
  g_string_append_printf (ward->text,
                          ",\"valueQuantity\":{\"value\":%s,\"unit\":\"%s\",\"system\":"
                          "\"http://unitsofmeasure.org\",\"code\":\"%s\"}",
                          number, unit, ucum);
  end (ward);
}

static void
add_concept (Ward *ward,
             const char *system,
             const char *code,
             const char *display,
             const char *value,
             const char *value_display,
             gint64 at_us)
{
  append_observation_head (ward, NULL, system, code, display, at_us);
  g_string_append_printf (
      ward->text,
      ",\"valueCodeableConcept\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":"
      "\"%s\",\"display\":\"%s\"}],\"text\":\"%s\"}",
      value, value_display, value_display);
  end (ward);
}

static const char *
number (char text[24], const char *format, double value)
{
  return g_ascii_formatd (text, 24, format, value);
}

static void
add_pressure (Ward *ward, gint64 at_us)
{
  guint systolic = (guint)g_rand_int_range (ward->random, 85, 190);

  append_observation_head (ward, "bp", "http://loinc.org", "85354-9", "Blood pressure", at_us);
  g_string_append_printf (
      ward->text,
      ",\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://"
      "loinc.org\",\"code\":\"8480-6\",\"display\":"
      "\"Systolic blood pressure\"}]},\"valueQuantity\":{\"value\":%u,\"unit\":\"mmHg\",\"system\":"
      "\"http://"
      "unitsofmeasure.org\",\"code\":\"mm[Hg]\"}},{\"code\":{\"coding\":[{\"system\":\"http://"
      "loinc.org\","
      "\"code\":\"8462-4\",\"display\":\"Diastolic blood "
      "pressure\"}]},\"valueQuantity\":{\"value\":%u,\"unit\":"
      "\"mmHg\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mm[Hg]\"}}]",
      systolic, systolic * 6 / 10 + (guint)g_rand_int_range (ward->random, 0, 15));
  end (ward);
}

static void
add_vitals_set (Ward *ward, gint64 at_us)
{
  GRand *r = ward->random;
  gboolean oxygen = g_rand_int_range (r, 0, 5) == 0;
  char text[24];

  add_quantity (ward, "resprate", "9279-1", "Respiratory rate",
                number (text, "%.0f", g_rand_int_range (r, 9, 28)), "/min", "/min", at_us);
  add_quantity (ward, "oxygensat", "2708-6", "Oxygen saturation",
                number (text, "%.0f", g_rand_int_range (r, 88, 101)), "%", "%", at_us);
  add_concept (ward, "https://omnicare.org/fhir/CodeSystem/observation", "air-or-oxygen",
               "Air or oxygen", oxygen ? "371825009" : "722742002",
               oxygen ? "Patient on oxygen" : "Breathing room air", at_us);
  add_pressure (ward, at_us);
  add_quantity (ward, "heartrate", "8867-4", "Heart rate",
                number (text, "%.0f", g_rand_int_range (r, 48, 130)), "/min", "/min", at_us);
  add_concept (ward, "http://snomed.info/sct", "1104441000000107", "ACVPU", "248234008", "Alert",
               at_us);
  add_quantity (ward, "bodytemp", "8310-5", "Body temperature",
                number (text, "%.1f", g_rand_double_range (r, 35.2, 39.8)), "°C", "Cel", at_us);
  add_quantity (ward, NULL, "72514-3", "Pain severity",
                number (text, "%.0f", g_rand_int_range (r, 0, 8)), "{score}", "{score}", at_us);
  add_quantity (ward, NULL, "41653-7", "Glucose",
                number (text, "%.0f", g_rand_int_range (r, 70, 220)), "mg/dL", "mg/dL", at_us);
  add_quantity (ward, NULL, "3151-8", "Inhaled oxygen flow rate",
                number (text, "%.1f", oxygen ? g_rand_double_range (r, 1, 10) : 0.0), "L/min",
                "L/min", at_us);
}

static void
add_patient (Ward *ward, guint n)
{
  const char *family = families[g_rand_int_range (ward->random, 0, G_N_ELEMENTS (families))];
  const char *given = givens[g_rand_int_range (ward->random, 0, G_N_ELEMENTS (givens))];

  g_snprintf (ward->name, sizeof ward->name, "%s %s", given, family);
  begin (ward, "Patient", ward->patient, NULL, ward->options->end_us - 10 * G_TIME_SPAN_DAY);
  g_string_append_printf (
      ward->text,
      ",\"identifier\":[{\"use\":\"usual\",\"type\":{\"coding\":[{\"system\":"
      "\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MR\"}]},\"system\":"
      "\"https://omnicare.org/fhir/sid/"
      "practice-mrn\",\"value\":\"%07u\"}],\"active\":true,\"name\":[{\"use\":"
      "\"official\",\"family\":\"%s\",\"given\":[\"%s\"]}],\"telecom\":[{\"system\":\"phone\","
      "\"value\":"
      "\"555-%04u\",\"use\":\"home\"}],\"gender\":\"%s\",\"birthDate\":\"19%02u-%02u-%02u\","
      "\"address\":[{\"use\":"
      "\"home\",\"line\":[\"%u Example Street\"],\"city\":\"Sampleton\",\"postalCode\":\"%05u\"}]",
      1000000 + n, family, given, (guint)g_rand_int_range (ward->random, 0, 10000),
      n % 2 ? "female" : "male", (guint)g_rand_int_range (ward->random, 25, 99),
      (guint)g_rand_int_range (ward->random, 1, 13), (guint)g_rand_int_range (ward->random, 1, 29),
      (guint)g_rand_int_range (ward->random, 1, 300),
      (guint)g_rand_int_range (ward->random, 0, 100000));
  end (ward);
}

static void
add_encounter (Ward *ward, guint n)
{
  g_autofree char *start =
      omc_instant_format (ward->options->end_us - (4 + n % 5) * G_TIME_SPAN_DAY);

  begin (ward, "Encounter", ward->encounter, NULL, ward->options->end_us - 4 * G_TIME_SPAN_DAY);
  g_string_append_printf (
      ward->text,
      ",\"status\":\"in-progress\",\"class\":{\"system\":"
      "\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\",\"display\":"
      "\"inpatient encounter\"},\"subject\":{\"reference\":\"Patient/%s\"},\"period\":{\"start\":"
      "\"%s\"},\"location\":[{\"location\":{\"reference\":\"Location/bed-%u\",\"display\":"
      "\"Bed %u\"},\"status\":\"active\"}]",
      ward->patient, start, n % 1000 + 1, n % 1000 + 1);
  end (ward);
}

static void
add_coded (Ward *ward,
           const char *type,
           const char *subject,
           const char *code_name,
           const char *system,
           const char *const code[2],
           const char *date_name,
           const char *rest)
{
  g_autofree char *when = omc_instant_format (ward->options->end_us - 5 * G_TIME_SPAN_DAY);
  char id[40];

  random_id (ward, id);
  begin (ward, type, id, NULL, ward->options->end_us - 4 * G_TIME_SPAN_DAY);
  g_string_append_printf (
      ward->text,
      ",\"%s\":{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\",\"display\":\"%s\"}],\"text\":"
      "\"%s\"}",
      code_name, system, code[0], code[1], code[1]);
  append_subject (ward, subject);
  g_string_append_printf (ward->text, "%s,\"%s\":\"%s\"", rest, date_name, when);
  end (ward);
}

#define ALLERGY_REST                                                                               \
  ",\"clinicalStatus\":{\"coding\":[{\"system\":"                                                  \
  "\"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical\",\"code\":\"active\"}]},"  \
  "\"verificationStatus\":{\"coding\":[{\"system\":"                                               \
  "\"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification\",\"code\":"            \
  "\"confirmed\"}]},\"type\":\"allergy\",\"criticality\":\"high\""
#define CONDITION_REST                                                                             \
  ",\"clinicalStatus\":{\"coding\":[{\"system\":"                                                  \
  "\"http://terminology.hl7.org/CodeSystem/condition-clinical\",\"code\":\"active\"}]},"           \
  "\"verificationStatus\":{\"coding\":[{\"system\":"                                               \
  "\"http://terminology.hl7.org/CodeSystem/condition-ver-status\",\"code\":\"confirmed\"}]}"
#define MEDICATION_REST                                                                            \
  ",\"status\":\"active\",\"intent\":\"order\",\"dosageInstruction\":["                            \
  "{\"text\":\"1 tablet twice a day\",\"timing\":{\"repeat\":{\"frequency\":2,\"period\":1,"       \
  "\"periodUnit\":\"d\"}},\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"tablet\"}}]}" \
  "]"

static void
add_background (Ward *ward, guint n)
{
  if (n % 3 == 0)
    add_coded (ward, "AllergyIntolerance", "patient", "code", "http://snomed.info/sct",
               substances[n % G_N_ELEMENTS (substances)], "recordedDate", ALLERGY_REST);
  add_coded (ward, "Condition", "subject", "code", "http://snomed.info/sct",
             problems[n % G_N_ELEMENTS (problems)], "onsetDateTime", CONDITION_REST);
  add_coded (ward, "MedicationRequest", "subject", "medicationCodeableConcept",
             "http://www.nlm.nih.gov/research/umls/rxnorm", drugs[n % G_N_ELEMENTS (drugs)],
             "authoredOn", MEDICATION_REST);
}

static void
add_locations (Ward *ward)
{
  begin (ward, "Location", "ward-1", NULL, ward->options->end_us);
  g_string_append (
      ward->text,
      ",\"status\":\"active\",\"name\":\"Ward 7 East\",\"physicalType\":{\"coding\":[{"
      "\"system\":\"http://terminology.hl7.org/CodeSystem/location-physical-type\",\"code\":"
      "\"wa\"}]}");
  end (ward);
  for (guint i = 1; i <= MIN (ward->options->n_patients, 1000); i++)
    {
      char id[40];

      g_snprintf (id, sizeof id, "bed-%u", i);
      begin (ward, "Location", id, NULL, ward->options->end_us);
      g_string_append_printf (
          ward->text,
          ",\"status\":\"active\",\"name\":\"%02u-%u\",\"physicalType\":{\"coding\":[{\"system\":"
          "\"http://terminology.hl7.org/CodeSystem/location-physical-type\",\"code\":\"bd\"}]},"
          "\"partOf\":{\"reference\":\"Location/ward-1\"}",
          (i - 1) / 4 + 1, (i - 1) % 4 + 1);
      end (ward);
    }
}

void
ward_sample_generate (const WardSampleOptions *options, WardSampleFunc func, gpointer user_data)
{
  Ward ward = { options, g_rand_new_with_seed (options->seed), g_string_sized_new (2048), func,
                user_data };

  add_locations (&ward);
  for (guint n = 0; n < options->n_patients; n++)
    {
      random_id (&ward, ward.patient);
      random_id (&ward, ward.encounter);
      add_patient (&ward, n);
      add_encounter (&ward, n);
      add_background (&ward, n);
      for (guint i = options->n_sets; i > 0; i--)
        add_vitals_set (&ward, options->end_us - (i - 1) * SET_INTERVAL_US -
                                   g_rand_int_range (ward.random, 0, 1800) * G_USEC_PER_SEC);
    }
  g_rand_free (ward.random);
  g_string_free (ward.text, TRUE);
}

static void
collect (const char *json, gsize length, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  OmcResource *resource = omc_resource_parse (json, (gssize)length, &error);

  g_assert_no_error (error);
  g_ptr_array_add (user_data, resource);
}

GPtrArray *
ward_sample_resources (const WardSampleOptions *options)
{
  GPtrArray *resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);

  ward_sample_generate (options, collect, resources);

  return resources;
}

GPtrArray *
ward_sample_vitals_set (guint32 seed, const char *patient_id, gint64 time_us)
{
  WardSampleOptions options = { seed, 1, 1, time_us, FALSE };
  GPtrArray *resources = g_ptr_array_new_with_free_func ((GDestroyNotify)omc_resource_unref);
  Ward ward = { &options, g_rand_new_with_seed (seed), g_string_sized_new (2048), collect,
                resources };

  g_strlcpy (ward.patient, patient_id, sizeof ward.patient);
  random_id (&ward, ward.encounter);
  add_vitals_set (&ward, time_us);
  g_rand_free (ward.random);
  g_string_free (ward.text, TRUE);

  return resources;
}
