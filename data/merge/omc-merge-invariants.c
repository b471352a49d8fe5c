/* omc-merge-invariants.c
 *
 * Copyright 2026 The OmniCare Authors
 * SPDX-License-Identifier: AGPL-3.0-or-later
 */

#define G_LOG_DOMAIN "omc-merge"

#include "config.h"

#include <string.h>

#include "omc-clock.h"
#include "omc-concept.h"
#include "omc-json-diff.h"
#include "omc-merge-invariants.h"

#define MAX_LOCATIONS 256

static gboolean
has (const OmcJsonValue *object, const char *name)
{
  return !omc_json_value_equal (omc_json_value_get (object, name), NULL);
}

/* A member of any type: "value" finds valueQuantity. */
static gboolean
has_choice (const OmcJsonValue *object, const char *prefix)
{
  gsize length = strlen (prefix);
  OmcJsonIter iter;
  const char *name;

  for (omc_json_iter_init (&iter, object); omc_json_iter_next (&iter, &name, NULL);)
    if (strncmp (name, prefix, length) == 0 && g_ascii_isupper (name[length]))
      return TRUE;
  return FALSE;
}

static const char *
text_of (const OmcJsonValue *object, const char *name)
{
  return omc_json_value_get_string (omc_json_value_get (object, name));
}

static gboolean
is_status (const OmcJsonValue *resource, const char *status)
{
  return g_strcmp0 (text_of (resource, "status"), status) == 0;
}

/* --- Observation --- */

static gboolean
holds_obs_6 (const OmcJsonValue *resource, const char **element)
{
  return !has (resource, "dataAbsentReason") || !has_choice (resource, "value");
}

static gboolean
holds_obs_7 (const OmcJsonValue *resource, const char **element)
{
  OmcJsonIter codings;
  OmcJsonIter iter;
  const OmcJsonValue *coding;
  const OmcJsonValue *component;

  if (!has_choice (resource, "value"))
    return TRUE;
  omc_json_iter_init (&iter, omc_json_value_get (resource, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    {
      omc_json_iter_init (&codings, omc_json_value_pick (resource, "code.coding"));
      while (omc_json_iter_next (&codings, NULL, &coding))
        if (text_of (coding, "code") && omc_concept_has (omc_json_value_get (component, "code"),
                                                         NULL, text_of (coding, "code")))
          return FALSE;
    }
  return TRUE;
}

static gboolean
is_vital_sign (const OmcJsonValue *resource)
{
  return omc_concept_has (omc_json_value_get (resource, "category"), NULL, "vital-signs");
}

static gboolean
holds_vs_2 (const OmcJsonValue *resource, const char **element)
{
  return !is_vital_sign (resource) || has (resource, "component") || has (resource, "hasMember") ||
         has_choice (resource, "value") || has (resource, "dataAbsentReason");
}

static gboolean
holds_vs_3 (const OmcJsonValue *resource, const char **element)
{
  OmcJsonIter iter;
  const OmcJsonValue *component;

  if (!is_vital_sign (resource))
    return TRUE;
  omc_json_iter_init (&iter, omc_json_value_get (resource, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    if (!has_choice (component, "value") && !has (component, "dataAbsentReason"))
      return FALSE;
  return TRUE;
}

static gboolean
holds_blood_pressure (const OmcJsonValue *resource, const char **element)
{
  const char *systolic = NULL;
  const char *diastolic = NULL;
  OmcJsonIter iter;
  const OmcJsonValue *component;

  omc_json_iter_init (&iter, omc_json_value_get (resource, "component"));
  while (omc_json_iter_next (&iter, NULL, &component))
    {
      const OmcJsonValue *code = omc_json_value_get (component, "code");
      const char *number =
          omc_json_value_get_number_text (omc_json_value_pick (component, "valueQuantity.value"));

      if (omc_concept_has (code, NULL, "8480-6"))
        systolic = number;
      else if (omc_concept_has (code, NULL, "8462-4"))
        diastolic = number;
    }
  return !systolic || !diastolic || omc_json_number_compare (systolic, diastolic) > 0;
}

/* --- Condition and AllergyIntolerance --- */

static gboolean
is_error (const OmcJsonValue *resource)
{
  return omc_concept_has (omc_json_value_get (resource, "verificationStatus"), NULL,
                          "entered-in-error");
}

static gboolean
holds_con_3 (const OmcJsonValue *resource, const char **element)
{
  return is_error (resource) || has (resource, "clinicalStatus") ||
         !omc_concept_has (omc_json_value_get (resource, "category"), NULL, "problem-list-item");
}

static gboolean
holds_con_4 (const OmcJsonValue *resource, const char **element)
{
  const OmcJsonValue *status = omc_json_value_get (resource, "clinicalStatus");

  return !has_choice (resource, "abatement") || !status ||
         omc_concept_has (status, NULL, "resolved") ||
         omc_concept_has (status, NULL, "remission") || omc_concept_has (status, NULL, "inactive");
}

static gboolean
holds_no_status_in_error (const OmcJsonValue *resource, const char **element)
{
  return !is_error (resource) || !has (resource, "clinicalStatus");
}

static gboolean
holds_ait_1 (const OmcJsonValue *resource, const char **element)
{
  return is_error (resource) || has (resource, "clinicalStatus");
}

/* --- medication, appointments, tasks, plans --- */

static gboolean
holds_mad_1 (const OmcJsonValue *resource, const char **element)
{
  const OmcJsonValue *dosage = omc_json_value_get (resource, "dosage");

  return !dosage || has (dosage, "dose") || has_choice (dosage, "rate");
}

static gboolean
holds_app_2 (const OmcJsonValue *resource, const char **element)
{
  return has (resource, "start") == has (resource, "end");
}

static gboolean
holds_app_3 (const OmcJsonValue *resource, const char **element)
{
  return (has (resource, "start") && has (resource, "end")) || is_status (resource, "proposed") ||
         is_status (resource, "cancelled") || is_status (resource, "waitlist");
}

static gboolean
holds_app_4 (const OmcJsonValue *resource, const char **element)
{
  return !has (resource, "cancelationReason") || is_status (resource, "cancelled") ||
         is_status (resource, "noshow");
}

static gboolean
is_before (const char *end, const char *start)
{
  gint64 start_us;
  gint64 end_us;
  gint64 ignored;

  return start && end && omc_instant_parse_range (start, &start_us, &ignored) &&
         omc_instant_parse_range (end, &ignored, &end_us) && end_us <= start_us;
}

static gboolean
holds_inv_1 (const OmcJsonValue *resource, const char **element)
{
  return !is_before (text_of (resource, "lastModified"), text_of (resource, "authoredOn"));
}

static gboolean
holds_imm_1 (const OmcJsonValue *resource, const char **element)
{
  OmcJsonIter iter;
  const OmcJsonValue *education;

  omc_json_iter_init (&iter, omc_json_value_get (resource, "education"));
  while (omc_json_iter_next (&iter, NULL, &education))
    if (!has (education, "documentType") && !has (education, "reference"))
      return FALSE;
  return TRUE;
}

static gboolean
holds_cpl_3 (const OmcJsonValue *resource, const char **element)
{
  OmcJsonIter iter;
  const OmcJsonValue *activity;

  omc_json_iter_init (&iter, omc_json_value_get (resource, "activity"));
  while (omc_json_iter_next (&iter, NULL, &activity))
    if (has (activity, "detail") && has (activity, "reference"))
      return FALSE;
  return TRUE;
}

/* --- times --- */

static gboolean
is_backward (const OmcJsonValue *value)
{
  const OmcJsonValue *inner = omc_json_value_get (value, "period");

  return is_before (text_of (value, "end"), text_of (value, "start")) ||
         is_before (text_of (inner, "end"), text_of (inner, "start"));
}

static gboolean
holds_period (const OmcJsonValue *resource, const char **element)
{
  OmcJsonIter iter;
  const char *name;
  const OmcJsonValue *value;

  if (is_before (text_of (resource, "end"), text_of (resource, "start")))
    {
      *element = "start";
      return FALSE;
    }
  for (omc_json_iter_init (&iter, resource); omc_json_iter_next (&iter, &name, &value);)
    {
      OmcJsonIter entries;
      const OmcJsonValue *entry;

      *element = name;
      if (omc_json_value_get_kind (value) == OMC_JSON_OBJECT && is_backward (value))
        return FALSE;
      if (omc_json_value_get_kind (value) != OMC_JSON_ARRAY)
        continue;
      for (omc_json_iter_init (&entries, value); omc_json_iter_next (&entries, NULL, &entry);)
        if (omc_json_value_get_kind (entry) == OMC_JSON_OBJECT && is_backward (entry))
          return FALSE;
    }
  *element = NULL;
  return TRUE;
}

typedef struct
{
  char *place; /* (owned) */
  const char *kind;
  gint64 start_us;
  gint64 end_us;
} Stay;

static void
clear_stay (Stay *stay)
{
  g_free (stay->place);
}

/* Places that the patient was or is in, or states of the stay (clinical.md 5, Encounter): planned places do not
 * count, and what has no time counts only when it is marked as going on. */
static GArray *
list_stays (const OmcJsonValue *resource, const char *element, const char *state)
{
  GArray *stays = g_array_new (FALSE, FALSE, sizeof (Stay));
  gboolean is_place = strcmp (element, "location") == 0;
  OmcJsonIter iter;
  const OmcJsonValue *entry;

  g_array_set_clear_func (stays, (GDestroyNotify)clear_stay);
  omc_json_iter_init (&iter, omc_json_value_get (resource, element));
  while (stays->len < MAX_LOCATIONS && omc_json_iter_next (&iter, NULL, &entry))
    {
      const OmcJsonValue *period = omc_json_value_get (entry, "period");
      const char *status = text_of (entry, "status");
      const char *start = text_of (period, "start");
      const char *end = text_of (period, "end");
      Stay stay = { NULL, omc_json_value_pick_string (entry, "physicalType.coding[0].code"),
                    G_MININT64, G_MAXINT64 };
      gint64 ignored;

      if ((!has (entry, "period") && g_strcmp0 (status, "active") != 0) ||
          (is_place && (g_strcmp0 (status, "planned") == 0 || g_strcmp0 (status, "reserved") == 0)))
        continue;
      if ((start && !omc_instant_parse_range (start, &stay.start_us, &ignored)) ||
          (end && !omc_instant_parse_range (end, &stay.end_us, &ignored)))
        continue;
      stay.place = is_place ? omc_json_diff_dup_reference (omc_json_value_get (entry, "location"))
                            : g_strdup (omc_json_value_pick_string (entry, state));
      g_array_append_val (stays, stay);
    }
  return stays;
}

static gboolean
is_disjoint (GArray *stays)
{
  for (guint i = 0; i < stays->len; i++)
    for (guint k = 0; k < i; k++)
      {
        Stay *a = &g_array_index (stays, Stay, i);
        Stay *b = &g_array_index (stays, Stay, k);

        if (g_strcmp0 (a->kind, b->kind) == 0 && g_strcmp0 (a->place, b->place) != 0 &&
            a->start_us < b->end_us && b->start_us < a->end_us)
          return FALSE;
      }
  return TRUE;
}

static gboolean
holds_location (const OmcJsonValue *resource, const char **element)
{
  g_autoptr (GArray) stays = list_stays (resource, "location", NULL);

  return is_disjoint (stays);
}

static gboolean
holds_status_history (const OmcJsonValue *resource, const char **element)
{
  g_autoptr (GArray) stays = list_stays (resource, "statusHistory", "status");

  return is_disjoint (stays);
}

static gboolean
holds_class_history (const OmcJsonValue *resource, const char **element)
{
  g_autoptr (GArray) stays = list_stays (resource, "classHistory", "class.code");

  return is_disjoint (stays);
}

static const OmcMergeInvariant invariants[] = {
  { "invariant-obs-6", "Observation", "value dataAbsentReason", holds_obs_6 },
  { "invariant-obs-7", "Observation", "value code component", holds_obs_7 },
  { "invariant-vs-2", "Observation", "value dataAbsentReason component hasMember category",
    holds_vs_2 },
  { "invariant-vs-3", "Observation", "component category", holds_vs_3 },
  { "invariant-blood-pressure", "Observation", "component", holds_blood_pressure },
  { "invariant-con-3", "Condition", "clinicalStatus verificationStatus category", holds_con_3 },
  { "invariant-con-4", "Condition", "clinicalStatus abatement", holds_con_4 },
  { "invariant-con-5", "Condition", "clinicalStatus verificationStatus", holds_no_status_in_error },
  { "invariant-ait-1", "AllergyIntolerance", "clinicalStatus verificationStatus", holds_ait_1 },
  { "invariant-ait-2", "AllergyIntolerance", "clinicalStatus verificationStatus",
    holds_no_status_in_error },
  { "invariant-mad-1", "MedicationAdministration", "dosage", holds_mad_1 },
  { "invariant-app-2", "Appointment", "start end", holds_app_2 },
  { "invariant-app-3", "Appointment", "start end status", holds_app_3 },
  { "invariant-app-4", "Appointment", "status cancelationReason", holds_app_4 },
  { "invariant-inv-1", "Task", "lastModified authoredOn", holds_inv_1 },
  { "invariant-imm-1", "Immunization", "education", holds_imm_1 },
  { "invariant-cpl-3", "CarePlan", "activity", holds_cpl_3 },
  { "invariant-location-overlap", "Encounter", "location", holds_location },
  { "invariant-history-overlap", "Encounter", "statusHistory", holds_status_history },
  { "invariant-history-overlap", "Encounter", "classHistory", holds_class_history },
  { "invariant-period", NULL, NULL, holds_period },
};

const OmcMergeInvariant *
omc_merge_invariants_next_broken (const OmcMergeInvariant *previous,
                                  const char *type,
                                  const OmcJsonValue *resource,
                                  const char **element)
{
  g_return_val_if_fail (type != NULL && element != NULL, NULL);

  for (gsize i = previous ? (gsize)(previous - invariants) + 1 : 0; i < G_N_ELEMENTS (invariants);
       i++)
    {
      *element = NULL;
      if (invariants[i].type && strcmp (invariants[i].type, type) != 0)
        continue;
      if (!invariants[i].holds (resource, element))
        return &invariants[i];
    }
  return NULL;
}
